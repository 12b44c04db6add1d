//! A message read as somebody's reply: who wrote it, what they wrote, and the signs by which a program's
//! is told from a person's. Pure; whether it is believed is for the caller.

use mail_parser::decoders::html::html_to_text;
use mail_parser::{Address, MessageParser, MimeHeaders};
use uuid::Uuid;

use super::authentication::dmarc_passed;
use super::quotes::{html_before_quote, words_of};
use crate::delivery::masking::masked;
use crate::domain::desk::EmailAddress;

/// A message as a reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply {
    /// The one who wrote it; `None` where it names nobody, or several.
    pub from: Option<EmailAddress>,
    /// The sender of its envelope, where the mail server kept it: `Some(None)` is nobody, as of a report.
    pub return_path: Option<Option<EmailAddress>>,
    /// Its Message-ID in angle brackets; where it has none, one made of what it holds, so that the same
    /// message twice is known for the same.
    pub message_id: String,
    /// The words, without what is replied to; our own secrets are masked in them.
    pub words: String,
    /// How many files came with it.
    pub attachments: usize,
    /// Why it is no person's, where it is a program's.
    pub automatic: Option<&'static str>,
    /// The values of its Authentication-Results, the topmost first.
    results: Vec<String>,
}

/// The longest text that is kept, in characters.
const LONGEST: usize = 3_500;

impl Reply {
    /// `None` where there is nothing that could be a message.
    pub fn read(raw: &[u8]) -> Option<Self> {
        let parsed = MessageParser::default().parse(raw)?;
        let header = |name: &str| {
            let mut all = headers(&parsed, name).into_iter();
            all.next()
        };
        let one = |address: Option<&Address<'_>>| {
            let mut all = address?.iter();
            match (all.next(), all.next()) {
                (Some(only), None) => EmailAddress::parse(only.address()?).ok(),
                _ => None,
            }
        };
        // Two of them are a forger's: programs show the one and check the other.
        let one_from = headers(&parsed, "From").len() == 1;
        let from = one(parsed.from()).filter(|_| one_from);
        let return_path = header("Return-Path").map(|value| {
            let inside = value.trim().trim_start_matches('<').trim_end_matches('>');
            EmailAddress::parse(inside.trim()).ok()
        });
        let message_id = match parsed.message_id() {
            Some(id) => format!("<{}>", id.chars().take(500).collect::<String>()),
            None => format!("<{}@without-id>", Uuid::new_v5(&Uuid::NAMESPACE_OID, raw)),
        };
        Some(Self {
            from,
            automatic: automatic(&parsed, return_path.as_ref()),
            return_path,
            message_id,
            words: words(&parsed),
            attachments: parsed
                .attachments()
                .filter(|part| !is_inline_picture(part))
                .count(),
            results: headers(&parsed, "Authentication-Results"),
        })
    }

    /// Whether the server of this name says that DMARC passed for whoever wrote it.
    pub fn dmarc_passed(&self, server: &str) -> bool {
        let results: Vec<&str> = self.results.iter().map(String::as_str).collect();
        self.from
            .as_ref()
            .is_some_and(|from| dmarc_passed(&results, server, from.domain()))
    }

    /// Whether the envelope, as far as the mail server kept it, is of whoever wrote it.
    pub fn envelope_agrees(&self) -> bool {
        match (&self.return_path, &self.from) {
            (Some(Some(envelope)), Some(from)) => envelope.lower_case() == from.lower_case(),
            _ => false,
        }
    }
}

/// The values of a header as they stand, unfolded, the topmost first.
fn headers(parsed: &mail_parser::Message<'_>, name: &str) -> Vec<String> {
    let all = parsed.headers_raw();
    let of_name = all.filter(|(found, _)| found.eq_ignore_ascii_case(name));
    of_name
        .map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" "))
        .collect()
}

fn words(parsed: &mail_parser::Message<'_>) -> String {
    let has_text = parsed
        .parts
        .iter()
        .any(|part| part.is_text() && !part.is_text_html());
    let text = match (has_text, parsed.body_html(0)) {
        (false, Some(html)) => html_to_text(html_before_quote(&html)),
        _ => parsed
            .body_text(0)
            .map(|text| text.into_owned())
            .unwrap_or_default(),
    };
    let words = masked(&words_of(&text));
    let printable = words.chars().filter(|c| !c.is_control() || *c == '\n');
    let words: String = printable.take(LONGEST + 1).collect();
    match words.chars().count() > LONGEST {
        true => words.chars().take(LONGEST).chain("…".chars()).collect(),
        false => words,
    }
}

/// The pictures of a signature are no attachments that somebody meant to send.
fn is_inline_picture(part: &mail_parser::MessagePart<'_>) -> bool {
    let is_picture = part
        .content_type()
        .is_some_and(|kind| kind.ctype() == "image");
    is_picture && part.content_id().is_some()
}

/// Why it is a program's: the marks of RFC 3834 and those that programs used before it.
fn automatic(
    parsed: &mail_parser::Message<'_>,
    return_path: Option<&Option<EmailAddress>>,
) -> Option<&'static str> {
    let is = |name: &str, words: &[&str]| {
        let all = headers(parsed, name);
        all.iter().any(|value| {
            let value = value.to_ascii_lowercase();
            words.is_empty() || words.iter().any(|word| value.contains(word))
        })
    };
    let submitted = headers(parsed, "Auto-Submitted");
    let by_itself = |value: &String| !value.trim().to_ascii_lowercase().starts_with("no");
    let of_list = [
        "List-Id",
        "List-Unsubscribe",
        "List-Post",
        "List-Help",
        "Mailing-List",
    ];
    let marks = [
        "X-Autoreply",
        "X-Autorespond",
        "X-Auto-Reply-From",
        "X-Loop",
        "X-Auto-Response-Suppress",
    ];
    let is_report = parsed.parts.first().is_some_and(|part| {
        let kind = part.content_type();
        kind.is_some_and(|kind| kind.subtype() == Some("report"))
    });
    let from_system = is(
        "From",
        &["mailer-daemon@", "postmaster@", "no-reply@", "noreply@"],
    );
    if submitted.iter().any(by_itself) || marks.iter().any(|name| is(name, &[])) {
        Some("a program answered by itself")
    } else if is("Precedence", &["bulk", "junk", "list", "auto_reply"]) {
        Some("it is bulk mail")
    } else if of_list.iter().any(|name| is(name, &[])) {
        Some("it came through a mailing list")
    } else if return_path.is_some_and(Option::is_none) || is_report || from_system {
        Some("a mail system wrote it")
    } else {
        None
    }
}
