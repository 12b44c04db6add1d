//! Reports in sentences, from servers that attach no status part: qmail, Exim, older Postfix and
//! Exchange, webmail providers. They are believed to be reports only where a mail system is at the
//! other end, for people quote such sentences too.
//!
//! 1. A mail system wrote it: by its sender, by Exim's header, or by how its text begins.
//! 2. It says that it still tries: delayed. It says that it gave up: failed.
//! 3. The recipient and the reason are looked for behind the sentence that says so.

use super::parts::Parts;
use super::{Report, address_in, enhanced_code, one_line};
use crate::domain::bounce::Action;

/// Mailboxes in whose name mail systems write.
const SYSTEMS: [&str; 7] = [
    "mailer-daemon",
    "maildaemon",
    "mail-daemon",
    "mailerdaemon",
    "postmaster",
    "microsoftexchange",
    "mail.delivery.system",
];

/// How mail systems begin.
const OPENINGS: [&str; 10] = [
    "hi. this is the qmail-send program",
    "this message was created automatically by mail delivery software",
    "this is the mail system at host",
    "this is the postfix program at host",
    "this is an automatically generated delivery status notification",
    "delivery to the following recipient",
    "your message did not reach some or all of the intended recipients",
    "sorry, we were unable to deliver your message",
    "delivery has failed to these recipients or groups",
    "the original message was received at",
];

/// Where it says that it goes on trying.
const DELAYED: [&str; 11] = [
    "this is a warning message only",
    "you do not need to resend your message",
    "will be retried",
    "will retry",
    "still being retried",
    "has not yet been delivered",
    "not been delivered yet",
    "could not be delivered for",
    "delivery attempts will continue",
    "delivery is delayed to these recipients",
    "message will be retried",
];

/// Where it says that it gave up.
const FAILED: [&str; 24] = [
    "could not be delivered",
    "couldn't be delivered",
    "wasn't delivered",
    "was not delivered",
    "cannot be delivered",
    "undeliverable",
    "unable to deliver",
    "wasn't able to deliver",
    "was not able to deliver",
    "delivery failed",
    "delivery has failed",
    "failed permanently",
    "permanent error",
    "permanent failure",
    "permanent fatal errors",
    "did not reach",
    "cannot be reached",
    "user unknown",
    "no such user",
    "address not found",
    "given up",
    "returned to sender",
    "delivery status notification (failure)",
    "failure notice",
];

/// Where the message itself begins, in servers that return it as text.
const RETURNED: [&str; 7] = [
    "--- below this line is a copy of the message",
    "------ this is a copy of the message",
    "----- original message -----",
    "--- original message",
    "original message headers:",
    "----- message header follows",
    "the header of the original message is following",
];

/// Reads a report in sentences.
pub fn read(parts: &Parts) -> Option<Report> {
    if !is_of_a_system(parts) {
        return None;
    }
    let subject = parts.header("Subject").unwrap_or_default();
    let said = words_of_the_system(&parts.text);
    let lower = format!("{subject}\n{said}").to_lowercase();
    let action = if DELAYED.iter().any(|phrase| lower.contains(phrase)) || is_delay(subject) {
        Action::Delayed
    } else if named_by_exim(parts).is_some() || FAILED.iter().any(|p| lower.contains(p)) {
        Action::Failed
    } else {
        return None;
    };
    let about = reason(said);
    let address = named_by_exim(parts)
        .and_then(address_in)
        .or_else(|| address_in(about));
    Some(Report {
        action,
        address,
        enhanced_code: enhanced_code(about, b"45").or_else(|| enhanced_code(said, b"45")),
        reply: one_line(about),
    })
}

fn named_by_exim(parts: &Parts) -> Option<&str> {
    parts.header("X-Failed-Recipients")
}

fn is_of_a_system(parts: &Parts) -> bool {
    let from = parts.header("From").unwrap_or_default().to_lowercase();
    let begins = parts.text.trim_start().to_lowercase();
    let local = address_in(&from).map(|a| a.as_str().to_owned());
    let by_name = local.is_some_and(|a| SYSTEMS.iter().any(|system| a.starts_with(system)));
    by_name
        || from.contains("mail delivery s")
        || named_by_exim(parts).is_some()
        || OPENINGS.iter().any(|opening| begins.starts_with(opening))
}

/// `Warning: message 1rXy delayed 24 hours`, `Delayed: ...`, `Delivery Status Notification (Delay)`.
fn is_delay(subject: &str) -> bool {
    let subject = subject.to_lowercase();
    subject.contains("(delay)")
        || subject.starts_with("delayed")
        || (subject.starts_with("warning") && subject.contains("delayed"))
}

/// What the system says, without the message it returns.
fn words_of_the_system(text: &str) -> &str {
    // Lower case in ASCII alone, so that places stay where they are.
    let lower = text.to_ascii_lowercase();
    let end = RETURNED.iter().filter_map(|mark| lower.find(mark)).min();
    text.get(..end.unwrap_or(text.len())).unwrap_or(text)
}

/// From the first line that names an address to the end of its paragraph, and the next one: the
/// recipient, and why.
fn reason(said: &str) -> &str {
    let mut at = 0;
    for line in said.split_inclusive('\n') {
        if address_in(line).is_some() && !is_greeting(line) {
            let from = &said[at..];
            let end = paragraphs(from, 2);
            return from.get(..end).unwrap_or(from).trim();
        }
        at += line.len();
    }
    said.trim()
}

/// "Hi. This is the qmail-send program at mail@host", "please send mail to postmaster".
fn is_greeting(line: &str) -> bool {
    let line = line.to_lowercase();
    SYSTEMS.iter().any(|system| line.contains(system)) || line.contains("qmail-send program")
}

/// Where the n-th paragraph ends.
fn paragraphs(text: &str, n: usize) -> usize {
    let (mut at, mut ended, mut in_one) = (0, 0, false);
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            ended += usize::from(in_one);
            in_one = false;
            if ended == n {
                return at;
            }
        } else {
            in_one = true;
        }
        at += line.len();
    }
    text.len()
}
