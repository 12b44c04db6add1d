//! Replies by mail: where they go, and which are believed.

use serde::Deserialize;

use super::{ConfigError, Mail, unfit};
use crate::domain::desk::EmailAddress;
use crate::domain::token::NOTICE_TOKEN;

/// Which replies are believed to come from whom they say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ReplyTrust {
    /// Those of which the receiving server says that DMARC passed.
    Dmarc,
    /// Those from our own domain, where nothing but our own relay can hand mail over.
    Internal,
    /// None.
    Off,
}

impl Mail {
    /// Where replies go, before each notice's token is added; `None`: replies are not taken.
    pub fn reply_to(&self) -> Result<Option<EmailAddress>, ConfigError> {
        if self.reply_to.trim().is_empty() || self.reply_trust == ReplyTrust::Off {
            return Ok(None);
        }
        tagged("mail.reply_to", &self.reply_to, "reply@mfa.example.org")
    }

    pub(super) fn validate_replies(&self) -> Result<(), ConfigError> {
        let takes = self.reply_to()?.is_some();
        let id = self.authserv_id.trim();
        if takes && self.reply_trust == ReplyTrust::Dmarc && id.is_empty() {
            return Err(unfit(
                "mail.authserv_id",
                "is empty: name the server whose Authentication-Results are believed, or set mail.reply_trust to `internal` or `off`".into(),
            ));
        }
        if id
            .chars()
            .any(|c| c.is_whitespace() || c.is_control() || c == ';')
        {
            return Err(unfit(
                "mail.authserv_id",
                format!(
                    "`{id}` is not a name; it is the first word of the server's Authentication-Results"
                ),
            ));
        }
        Ok(())
    }
}

/// An address to whose local part `+` and a token are added; `None` where it is empty.
pub(super) fn tagged(
    setting: &'static str,
    text: &str,
    example: &str,
) -> Result<Option<EmailAddress>, ConfigError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let address = EmailAddress::parse(text).map_err(|_| {
        let problem =
            format!("`{text}` is not a mail address; write it like {example}, or leave it empty");
        unfit(setting, problem)
    })?;
    // Mail servers need not take a longer local part (RFC 5321, 4.5.3.1.1).
    let most = 64 - '+'.len_utf8() - NOTICE_TOKEN;
    let local = address.as_str().len() - address.domain().len() - 1;
    if local > most || !text.is_ascii() {
        let problem = format!(
            "`{text}` leaves no room for what names the notice: before the `@` it may have {most} plain characters"
        );
        return Err(unfit(setting, problem));
    }
    Ok(Some(address))
}
