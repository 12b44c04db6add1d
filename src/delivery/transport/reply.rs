//! How replies are read: which of them end a try and in what verdict, the enhanced code, the queue
//! id by which the relay knows a message.

use std::error::Error as _;

use lettre::transport::smtp::Error;
use lettre::transport::smtp::response::Response;

use super::Verdict;
use crate::domain::notice::Phase;

/// The longest reply that is kept, in characters.
const LONGEST: usize = 500;

/// Why a step did not get the reply it wants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Failure {
    /// 4xx
    Temporary(u16, String),
    /// 5xx
    Permanent(u16, String),
    /// The connection broke, or nothing came in time.
    Network(String),
    /// Something came that is no reply, or not one to what was asked.
    Unexpected(String),
    /// The relay does not offer what we need.
    Unable(String),
}

impl Failure {
    pub(super) fn of(error: &Error) -> Self {
        let said = error.source().map(ToString::to_string).unwrap_or_default();
        match error.status().map(u16::from) {
            Some(code) if error.is_transient() => Failure::Temporary(code, said),
            Some(code) => Failure::Permanent(code, said),
            None if error.is_client() => Failure::Unable(said),
            None if error.is_response() => {
                Failure::Unexpected(format!("the relay's reply cannot be read: {said}"))
            }
            None => Failure::Network(said),
        }
    }

    /// A positive reply that was not the one to expect.
    pub(super) fn unexpected(response: &Response) -> Self {
        Failure::Unexpected(format!("unexpected reply: {}", text_of(response)))
    }

    /// Whether the conversation can go on after it: the relay answered, and did not hang up.
    pub(super) fn leaves_healthy(&self) -> bool {
        matches!(self, Failure::Temporary(code, _) | Failure::Permanent(code, _) if *code != 421)
    }

    /// What follows, depending on how far the try had come.
    pub(super) fn verdict(&self, phase: Phase) -> Verdict {
        /// Authentication required, too weak, failed, or encryption required for it.
        const ABOUT_AUTH: [u16; 4] = [530, 534, 535, 538];
        match self {
            Failure::Temporary(..) => Verdict::Deferred,
            Failure::Network(_) | Failure::Unexpected(_) => match phase {
                Phase::Content => Verdict::InDoubt,
                _ => Verdict::Deferred,
            },
            Failure::Permanent(code, _) if ABOUT_AUTH.contains(code) => Verdict::RelayRefused,
            Failure::Permanent(..) | Failure::Unable(_) => match phase {
                Phase::Connect | Phase::Tls | Phase::Auth | Phase::MailFrom => {
                    Verdict::RelayRefused
                }
                Phase::RcptTo | Phase::Data | Phase::Content => Verdict::Rejected,
            },
        }
    }

    /// What is kept of it, on one line.
    pub(super) fn reply(&self) -> String {
        match self {
            Failure::Temporary(code, said) | Failure::Permanent(code, said) => {
                one_line(&format!("{code} {said}"))
            }
            Failure::Network(said) | Failure::Unexpected(said) | Failure::Unable(said) => {
                one_line(said)
            }
        }
    }
}

/// A positive reply on one line.
pub(super) fn text_of(response: &Response) -> String {
    let lines: Vec<&str> = response.message().collect();
    one_line(&format!("{} {}", response.code(), lines.join(" ")))
}

fn one_line(text: &str) -> String {
    let plain: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST)
        .collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The enhanced status code of a reply, RFC 3463: the word after the reply code.
pub(super) fn enhanced_code(reply: &str) -> Option<String> {
    let word = reply.split_whitespace().nth(1)?;
    let parts: Vec<&str> = word.split('.').collect();
    let [class, subject, detail] = parts.as_slice() else {
        return None;
    };
    let number =
        |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
    let is_code = reply.starts_with(class)
        && ["2", "4", "5"].contains(class)
        && number(subject)
        && number(detail);
    is_code.then(|| word.to_owned())
}

/// The id under which the relay queued the message, as Postfix, Exim, Exchange and sendmail say it.
pub(super) fn queue_id(reply: &str) -> Option<String> {
    let after = |mark: &str| {
        let at = reply.to_ascii_lowercase().find(mark)?;
        reply[at + mark.len()..].split_whitespace().next()
    };
    let before = |mark: &str| {
        let at = reply.to_ascii_lowercase().find(mark)?;
        reply[..at].split_whitespace().next_back()
    };
    let found = after("queued as ")
        .or_else(|| after("internalid="))
        .or_else(|| after("id="))
        .or_else(|| before(" message accepted"))?;
    let id = found.trim_matches(|c: char| !c.is_ascii_alphanumeric());
    (!id.is_empty()).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_phase_decides_what_a_refusal_means() {
        let gone = Failure::Permanent(550, String::new());
        assert_eq!(gone.verdict(Phase::RcptTo), Verdict::Rejected);
        assert_eq!(gone.verdict(Phase::Content), Verdict::Rejected);
        assert_eq!(gone.verdict(Phase::MailFrom), Verdict::RelayRefused);
        assert_eq!(gone.verdict(Phase::Connect), Verdict::RelayRefused);
        let sign_in = Failure::Permanent(530, String::new());
        assert_eq!(sign_in.verdict(Phase::RcptTo), Verdict::RelayRefused);
        let lost = Failure::Network(String::new());
        assert_eq!(lost.verdict(Phase::Data), Verdict::Deferred);
        assert_eq!(lost.verdict(Phase::Content), Verdict::InDoubt);
        let later = Failure::Temporary(452, String::new());
        assert_eq!(later.verdict(Phase::Content), Verdict::Deferred);
    }

    #[test]
    fn a_relay_that_hangs_up_is_not_spoken_to_again() {
        assert!(!Failure::Temporary(421, String::new()).leaves_healthy());
        assert!(Failure::Temporary(450, String::new()).leaves_healthy());
        assert!(Failure::Permanent(550, String::new()).leaves_healthy());
        assert!(!Failure::Network(String::new()).leaves_healthy());
        assert!(!Failure::Unexpected(String::new()).leaves_healthy());
    }

    #[test]
    fn codes_and_queue_ids_are_found() {
        assert_eq!(
            enhanced_code("550 5.1.1 no such user").as_deref(),
            Some("5.1.1")
        );
        assert_eq!(enhanced_code("550 4.1.1 class differs"), None);
        assert_eq!(enhanced_code("550 1.2 no"), None);
        assert_eq!(enhanced_code("354"), None);
        let cases = [
            ("250 2.0.0 Ok: queued as 4F2A1C0D9E", "4F2A1C0D9E"),
            ("250 OK id=1rXyZq-0001Ab-2C", "1rXyZq-0001Ab-2C"),
            (
                "250 2.6.0 <a@b> [InternalId=1234, Hostname=x.example.org] Queued mail for delivery",
                "1234",
            ),
            (
                "250 2.0.0 45L2abcd012345 Message accepted for delivery",
                "45L2abcd012345",
            ),
        ];
        for (reply, id) in cases {
            assert_eq!(queue_id(reply).as_deref(), Some(id), "{reply}");
        }
        assert_eq!(queue_id("250 Ok"), None);
    }

    #[test]
    fn what_is_kept_of_a_reply_is_one_short_line() {
        let long = Failure::Network("x\r\n".repeat(1000));
        assert!(long.reply().chars().count() <= LONGEST);
        assert!(!long.reply().contains(['\r', '\n']));
    }
}
