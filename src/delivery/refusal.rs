//! What a refusal for good is about: the mailbox, and then mail does not arrive there; or this
//! message, or the relay's policy, and then it says nothing of the mailbox.
//!
//! The enhanced code (RFC 3463, RFC 5248) decides where there is one, the reply code and the words
//! where there is none:
//!
//! | said | about |
//! |---|---|
//! | x.1.0 to x.1.4, x.1.6, x.1.10: no such mailbox, no such system, moved, takes no mail | the mailbox |
//! | x.1.5, x.1.7 to x.1.9: a valid address, or the sender's | the message |
//! | x.2.0, x.2.1, x.2.2, x.2.4: disabled, full for good, a list that cannot be expanded | the mailbox |
//! | x.2.3: longer than this mailbox takes | the message |
//! | x.3.z: the other system, 5.3.4 too big | the message |
//! | x.4.1, x.4.2, x.4.4, x.4.7, 5.4.300 and above: given up, no route, no such domain | the mailbox |
//! | other x.4.z: loops, congestion | the message |
//! | x.5.z, x.6.z: protocol, content | the message |
//! | 5.7.13, 5.7.17: the account or its owner is gone | the mailbox |
//! | other x.7.z: policy, spam, sender's authentication | the message |
//! | no code, at RCPT: 550, 551, 553, unless the words speak of policy | the mailbox |
//! | no code, at RCPT: 552, 554, anything else | the message |
//! | no code, at DATA or after the content | the message |
//! | no code, in a report: unless the words speak of policy or size | the mailbox |

use crate::domain::notice::Phase;

/// What is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// Mail does not arrive at this address.
    Mailbox,
    /// This message, its sender or the way it came: the address may be all right.
    Message,
}

/// What a 5xx of the relay is about. `reply` begins with the reply code.
pub fn of_reply(phase: Phase, enhanced_code: Option<&str>, reply: &str) -> About {
    if let Some(about) = enhanced_code.and_then(of_code) {
        return about;
    }
    let code = reply.get(..3);
    match (phase, code) {
        (Phase::RcptTo, Some("550" | "551" | "553")) if !speaks_of_policy(reply) => About::Mailbox,
        _ => About::Message,
    }
}

/// What a report that mail was given up is about; `words` are the other server's, where it gives
/// them.
pub fn of_report(enhanced_code: Option<&str>, words: &str) -> About {
    if let Some(about) = enhanced_code.and_then(of_code) {
        return about;
    }
    match words.split_whitespace().find(|word| is_reply_code(word)) {
        Some("552" | "554") => About::Message,
        _ if speaks_of_policy(words) || speaks_of_size(words) => About::Message,
        _ => About::Mailbox,
    }
}

/// `None` for a code that says no more than that it failed (x.0.0), and for what is no code.
fn of_code(code: &str) -> Option<About> {
    let mut numbers = code.split('.').map(|n| n.parse::<u16>().ok());
    let (Some(_), Some(subject), Some(detail)) =
        (numbers.next()?, numbers.next()?, numbers.next()?)
    else {
        return None;
    };
    let mailbox = match (subject, detail) {
        (0, _) => return None,
        (1, 5 | 7..=9) => false,
        (1, _) => true,
        (2, 3) => false,
        (2, _) => true,
        (4, 1 | 2 | 4 | 7 | 300..) => true,
        (7, 13 | 17) => true,
        _ => false,
    };
    Some(if mailbox {
        About::Mailbox
    } else {
        About::Message
    })
}

fn is_reply_code(word: &str) -> bool {
    word.len() == 3 && word.starts_with('5') && word.bytes().all(|b| b.is_ascii_digit())
}

/// Words by which servers without enhanced codes refuse the sender or the content.
fn speaks_of_policy(words: &str) -> bool {
    const POLICY: [&str; 17] = [
        "spam",
        "blacklist",
        "block list",
        "blocklist",
        "blocked",
        "banned",
        "policy",
        "reputation",
        "spamhaus",
        "spf",
        "dkim",
        "dmarc",
        "relay",
        "not authorized",
        "authentication",
        "virus",
        "sender",
    ];
    holds_one_of(words, &POLICY)
}

fn speaks_of_size(words: &str) -> bool {
    const SIZE: [&str; 4] = ["too large", "too big", "size limit", "maximum size"];
    holds_one_of(words, &SIZE)
}

fn holds_one_of(words: &str, phrases: &[&str]) -> bool {
    let words = words.to_lowercase();
    phrases.iter().any(|phrase| words.contains(phrase))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_relay_refuses_mailboxes_and_messages() {
        use About::{Mailbox, Message};
        use Phase::{Content, Data, RcptTo};
        let cases = [
            (RcptTo, Some("5.1.1"), "550 5.1.1 no such user", Mailbox),
            (RcptTo, Some("5.1.2"), "550 5.1.2 no such domain", Mailbox),
            (RcptTo, Some("5.1.10"), "556 5.1.10 null MX", Mailbox),
            (RcptTo, Some("5.2.1"), "550 5.2.1 disabled", Mailbox),
            (RcptTo, Some("5.2.2"), "552 5.2.2 over quota", Mailbox),
            (RcptTo, Some("5.4.1"), "550 5.4.1 Access denied", Mailbox),
            (RcptTo, Some("5.7.1"), "554 5.7.1 relay denied", Message),
            (RcptTo, Some("5.1.8"), "550 5.1.8 bad sender", Message),
            (RcptTo, Some("5.3.4"), "552 5.3.4 too big", Message),
            (RcptTo, None, "550 no such user here", Mailbox),
            (RcptTo, Some("5.0.0"), "550 5.0.0 unknown user", Mailbox),
            (RcptTo, None, "550 blocked by policy", Message),
            (RcptTo, None, "552 storage exceeded", Message),
            (RcptTo, None, "554 transaction failed", Message),
            (Content, Some("5.1.1"), "550 5.1.1 no such user", Mailbox),
            (Content, None, "550 we do not want this", Message),
            (Content, Some("5.6.0"), "554 5.6.0 content", Message),
            (Data, None, "550 no", Message),
        ];
        for (phase, code, reply, about) in cases {
            assert_eq!(of_reply(phase, code, reply), about, "{phase}: {reply}");
        }
    }

    #[test]
    fn a_report_speaks_of_the_mailbox_unless_it_says_otherwise() {
        use About::{Mailbox, Message};
        let cases = [
            (Some("5.1.1"), "550 5.1.1 unknown", Mailbox),
            (Some("4.4.7"), "delivery time expired", Mailbox),
            (Some("5.4.310"), "DNS domain does not exist", Mailbox),
            (Some("5.4.6"), "routing loop", Message),
            (Some("5.7.26"), "unauthenticated", Message),
            (Some("5.7.13"), "account disabled", Mailbox),
            (None, "Remote host said: 554 delivery error", Message),
            (None, "said: 550 User unknown", Mailbox),
            (None, "message size exceeds the maximum size", Message),
            (None, "Sorry, no mailbox here by that name.", Mailbox),
            (None, "", Mailbox),
            (Some("nonsense"), "", Mailbox),
        ];
        for (code, words, about) in cases {
            assert_eq!(of_report(code, words), about, "{code:?}: {words}");
        }
    }
}
