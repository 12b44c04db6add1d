//! What comes back: a message read for what it says of one of ours. Pure; whether it may be believed
//! is for the caller, who knows what we signed.
//!
//! - [`status`] reads the report a standard mail server attaches (RFC 3464).
//! - [`prose`] reads what others say in sentences: qmail, Exim, older Postfix, Exchange, webmail.
//! - [`parts`] takes the message apart ([`mime`]), and finds our Message-ID in what is returned.
//!
//! - [`reply`] reads what a person wrote back: [`quotes`] takes off what they replied to,
//!   [`authentication`] asks what the receiving server found out about them.
//!
//! An automatic answer (an absence, a receipt) is told from a report: it says that somebody's
//! program is there.

use crate::delivery::refusal::{self, About};
use crate::domain::bounce::Action;
use crate::domain::desk::EmailAddress;

mod authentication;
mod mime;
mod parts;
mod prose;
mod quotes;
pub mod reply;
mod status;

use parts::Parts;

/// What a message says of one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub action: Action,
    /// Whom it is about, where it says so.
    pub address: Option<EmailAddress>,
    /// RFC 3463: `5.1.1`.
    pub enhanced_code: Option<String>,
    /// The other server's words, on one line of at most `LONGEST` characters.
    pub reply: String,
}

impl Report {
    /// What a failure is about.
    pub fn about(&self) -> About {
        refusal::of_report(self.enhanced_code.as_deref(), &self.reply)
    }
}

/// A message that came in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inbound {
    /// `None`: it is no report.
    pub report: Option<Report>,
    /// The addresses it was delivered to, by the headers mail servers leave.
    pub recipients: Vec<String>,
    /// The Message-IDs of what it returns, in angle brackets, the first first.
    pub returned: Vec<String>,
}

/// The most of a message that is read, in bytes: what matters of a report stands at its beginning.
pub const MOST: usize = 1024 * 1024;
/// The longest reply that is kept, in characters.
const LONGEST: usize = 500;

/// Reads a message, whatever it is. Never fails: what cannot be understood is no report.
pub fn read(raw: &[u8]) -> Inbound {
    let raw = &raw[..raw.len().min(MOST)];
    let Some(parts) = Parts::of(raw) else {
        return Inbound::default();
    };
    let report = status::read(&parts)
        .or_else(|| prose::read(&parts))
        .or_else(|| answered(&parts));
    Inbound {
        report,
        recipients: parts.recipients(),
        returned: parts.returned_ids(),
    }
}

/// The addresses a message was delivered to, by the headers mail servers leave.
pub fn recipients(raw: &[u8]) -> Vec<String> {
    let raw = &raw[..raw.len().min(MOST)];
    Parts::of(raw).map_or_else(Vec::new, |parts| parts.recipients())
}

/// An automatic answer; RFC 3834, and the marks programs used before it.
fn answered(parts: &Parts) -> Option<Report> {
    let marked = parts
        .header("Auto-Submitted")
        .is_some_and(|value| value.to_ascii_lowercase().starts_with("auto-replied"))
        || ["X-Autoreply", "X-Autorespond", "X-Auto-Reply-From"]
            .iter()
            .any(|name| parts.header(name).is_some())
        || parts
            .header("Precedence")
            .is_some_and(|value| value.eq_ignore_ascii_case("auto_reply"))
        || parts.report_type.as_deref() == Some("disposition-notification");
    let subject = parts.header("Subject").unwrap_or_default();
    const OPENINGS: [&str; 5] = [
        "automatic reply:",
        "out of office",
        "auto-reply:",
        "autoreply:",
        "absence:",
    ];
    let lower = subject.to_lowercase();
    let named = OPENINGS.iter().any(|opening| lower.starts_with(opening));
    (marked || named).then(|| Report {
        action: Action::Answered,
        address: None,
        enhanced_code: None,
        reply: one_line(subject),
    })
}

/// A text on one line, without control characters, cut where it gets long.
fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    let words = plain.split_whitespace().collect::<Vec<_>>().join(" ");
    words.chars().take(LONGEST).collect()
}

/// The first enhanced code of a text: three numbers, of class 4 or 5 (2 only where it is asked for).
fn enhanced_code(text: &str, classes: &[u8]) -> Option<String> {
    let words = text.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    words
        .map(|word| word.trim_matches('.'))
        .find(|word| is_enhanced_code(word, classes))
        .map(str::to_owned)
}

fn is_enhanced_code(word: &str, classes: &[u8]) -> bool {
    let numbers: Vec<&str> = word.split('.').collect();
    let [class, subject, detail] = numbers.as_slice() else {
        return false;
    };
    let number = |n: &str| (1..=3).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit());
    class.len() == 1 && classes.contains(&class.as_bytes()[0]) && number(subject) && number(detail)
}

/// The first mail address of a text.
fn address_in(text: &str) -> Option<EmailAddress> {
    let words = text.split(|c: char| c.is_whitespace() || "<>()[]{},;:\"'=".contains(c));
    words
        .map(|word| word.trim_matches(['.', '*', '`']))
        .filter(|word| word.contains('@'))
        .find_map(|word| EmailAddress::parse(word).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_addresses_are_found_in_sentences() {
        let code = |text| enhanced_code(text, b"45");
        assert_eq!(code("smtp; 550 5.1.1 <a@b>").as_deref(), Some("5.1.1"));
        assert_eq!(code("(#5.1.1)").as_deref(), Some("5.1.1"));
        assert_eq!(code("from 10.5.1.1 it came"), None);
        assert_eq!(code("2.1.5 fine"), None);
        let address = |text| address_in(text).map(|a| a.as_str().to_owned());
        assert_eq!(
            address("to <us-desk@mfa.example.org>: gone").as_deref(),
            Some("us-desk@mfa.example.org")
        );
        assert_eq!(
            address("rfc822;head@mfa.example.org").as_deref(),
            Some("head@mfa.example.org")
        );
        assert_eq!(address("nobody @ all"), None);
    }

    #[test]
    fn what_is_nothing_is_no_report() {
        for raw in ["", "\r\n", "x", ":", "From: a@b\n\nhello", "\0\0\0"] {
            assert_eq!(read(raw.as_bytes()).report, None, "{raw:?}");
        }
    }
}
