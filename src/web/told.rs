//! What the last step did, told once on the page it leads to. A cookie carries one word of a closed
//! list and what it was about; nothing else in it is believed.

use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::domain::ids::CommitmentRef;
use crate::wording;

use super::failure::Failure;
use super::protection::own_path;
use super::row::Link;

/// The cookie that says what the last step did, until it is told.
pub const TOLD_COOKIE: &str = "told";

/// What is told, and where more of it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Told {
    pub words: String,
    pub link: Option<Link>,
}

/// A step that was taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Sent,
    Drafted,
    Withdrawn,
    Accepted,
    Returned,
    Verified,
    Closed,
    GivenUp,
    Continued,
    Redated,
    Raised,
    Replied,
}

/// The word of each step in the cookie.
const STEPS: [(Step, &str); 12] = [
    (Step::Sent, "sent"),
    (Step::Drafted, "drafted"),
    (Step::Withdrawn, "withdrawn"),
    (Step::Accepted, "accepted"),
    (Step::Returned, "returned"),
    (Step::Verified, "verified"),
    (Step::Closed, "closed"),
    (Step::GivenUp, "given-up"),
    (Step::Continued, "continued"),
    (Step::Redated, "redated"),
    (Step::Raised, "raised"),
    (Step::Replied, "replied"),
];

impl Step {
    fn words(self, reference: &str) -> String {
        match self {
            Step::Sent => format!("Your update of {reference} is on record and awaits review."),
            Step::Drafted => {
                format!("Your draft for {reference} is kept. Nobody but your desk reads it.")
            }
            Step::Withdrawn => format!("The draft for {reference} is gone."),
            Step::Accepted => format!("The update of {reference} is accepted."),
            Step::Returned => {
                format!("The update of {reference} went back to the desk with your words.")
            }
            Step::Verified => format!("What you verified of {reference} is on record."),
            Step::Closed => format!("{reference} is closed."),
            Step::GivenUp => format!("{reference} is given up, on the record."),
            Step::Continued => {
                format!("{reference} is carried forward; what continues it goes on.")
            }
            Step::Redated => format!("{reference} has its new date; the old one stays visible."),
            Step::Raised => format!("It is on record that {reference} was raised."),
            Step::Replied => format!("The reply on {reference} is on record."),
        }
    }
}

/// Several updates at once: how many were sent and how many kept as drafts.
pub fn several(sent: usize, kept: usize) -> String {
    format!("several.{sent}.{kept}")
}

/// The reader has seen what is new.
pub const SEEN: &str = "seen.1";

/// What came of a meeting: how many outcomes were entered.
pub fn after(n: usize) -> String {
    format!("after.{n}")
}

/// What earlier meetings left open was marked: how many outcomes stand, and how many are proposed.
pub fn marked(said: usize, proposed: usize) -> String {
    format!("marked.{said}.{proposed}")
}

/// What was done with an outcome document or some of its proposals, in a word of ours.
pub fn document(what: &str, n: usize) -> String {
    format!("document.{what}.{n}")
}

/// Many commitments changed at once: how many.
pub fn changed(n: usize) -> String {
    format!("changed.{n}")
}

/// One step with one commitment.
pub fn step(step: Step, reference: &CommitmentRef) -> String {
    let word = STEPS.iter().find(|(known, _)| *known == step);
    format!("{}.{reference}", word.map_or("", |(_, word)| *word))
}

/// What a cookie of ours says.
pub fn read(cookie: &str) -> Option<Told> {
    let (word, about) = cookie.split_once('.')?;
    if let Some((step, _)) = STEPS.iter().find(|(_, name)| *name == word) {
        let reference = CommitmentRef::parse(about).ok()?;
        let href = format!("/commitments/{reference}");
        return Some(Told {
            words: step.words(reference.as_str()),
            link: Some(Link::new(href, format!("See {reference}"))),
        });
    }
    let words = match word {
        "several" => of_several(about)?,
        "after" => of_meeting(about)?,
        "marked" => of_marks(about)?,
        "document" => of_document(about)?,
        "changed" => of_many(about)?,
        "seen" => "What is new is counted from now on.".to_owned(),
        days => of_days(days, about)?,
    };
    let moved = word.parse::<usize>().is_ok();
    Some(Told {
        words,
        link: moved.then(|| Link::new("/mail", "See the mail")),
    })
}

fn of_several(about: &str) -> Option<String> {
    let (sent, kept) = two(about)?;
    let sent = match sent {
        0 => "Nothing was sent".to_owned(),
        n => format!("{} on record", are(n, "update")),
    };
    Some(match kept {
        0 => format!("{sent}."),
        n => format!("{sent}. {} kept.", are(n, "draft")),
    })
}

fn of_many(about: &str) -> Option<String> {
    let n: usize = about.parse().ok()?;
    Some(format!(
        "{} changed, each on the record.",
        are(n, "commitment")
    ))
}

fn of_meeting(about: &str) -> Option<String> {
    let n: usize = about.parse().ok()?;
    Some(format!(
        "{} on record, as you marked it.",
        are(n, "outcome")
    ))
}

fn of_marks(about: &str) -> Option<String> {
    let (said, proposed) = two(about)?;
    let proposed = match proposed {
        0 => return of_meeting(&said.to_string()),
        n => format!(
            "{} proposed to the SOM leader, who decides.",
            are(n, "outcome")
        ),
    };
    Some(match said {
        0 => proposed,
        n => format!(
            "{} on record, as you marked it. {proposed}",
            are(n, "outcome")
        ),
    })
}

fn of_document(about: &str) -> Option<String> {
    let (what, n) = about.split_once('.')?;
    let n: usize = n.parse().ok()?;
    Some(match what {
        "accepted" => format!("{} on record.", are(n, "commitment")),
        "rejected" => match n {
            1 => "One proposal is turned down.".to_owned(),
            n => format!(
                "{} proposals are turned down.",
                super::say::capitalised(&super::say::number(n))
            ),
        },
        "there" => "It is on record already; nothing is added.".to_owned(),
        "continued" => "It is on record, and continues the older one.".to_owned(),
        "mentioned" => "It is kept as a mention beside the older promise.".to_owned(),
        "added" => "The words are proposed; look at the card, and accept it.".to_owned(),
        "confirmed" => {
            "The document and its meeting are on record. Its proposals can be accepted now."
                .to_owned()
        }
        "known" => "These very words were brought in before: this is that document.".to_owned(),
        "let-go" => {
            "The document and what it proposed are gone; what was accepted stays on record."
                .to_owned()
        }
        _ => return None,
    })
}

/// `Two updates are`
fn are(n: usize, noun: &str) -> String {
    let verb = if n == 1 { "is" } else { "are" };
    let s = if n == 1 { "" } else { "s" };
    format!("{} {noun}{s} {verb}", super::say::number(n))
}

/// A demonstration moved: days, then mails.
fn of_days(days: &str, sent: &str) -> Option<String> {
    let (days, sent): (usize, usize) = (days.parse().ok()?, sent.parse().ok()?);
    let went = match days {
        1 => "A day went by".to_owned(),
        7 => "A week went by".to_owned(),
        n => format!("{n} days went by"),
    };
    let mails = match sent {
        0 => "no mail left".to_owned(),
        n => format!("{} left", wording::count(n, "mail")),
    };
    Some(format!("{went}: {mails}."))
}

fn two(about: &str) -> Option<(usize, usize)> {
    let (a, b) = about.split_once('.')?;
    Some((a.parse().ok()?, b.parse().ok()?))
}

/// On to a page, where it is told what was done.
pub fn go(to: &str, told: &str) -> Response {
    go_with(to, &format!("{TOLD_COOKIE}={told}; Max-Age=60"))
}

/// On to a page of ours, with a cookie.
pub fn go_with(to: &str, cookie: &str) -> Response {
    let location = HeaderValue::from_str(own_path(to));
    let cookie = HeaderValue::from_str(&format!("{cookie}; Path=/; HttpOnly; SameSite=Lax"));
    match (location, cookie) {
        (Ok(location), Ok(cookie)) => {
            let headers = [(LOCATION, location), (SET_COOKIE, cookie)];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        _ => Failure::Fault.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(cookie: &str) -> Option<String> {
        read(cookie).map(|told| told.words)
    }

    #[test]
    fn only_our_own_words_are_told() {
        assert_eq!(
            words("7.12").as_deref(),
            Some("A week went by: 12 mails left.")
        );
        assert_eq!(
            words("1.0").as_deref(),
            Some("A day went by: no mail left.")
        );
        assert_eq!(
            words("closed.US37-03").as_deref(),
            Some("US37-03 is closed.")
        );
        assert_eq!(
            words("several.2.1").as_deref(),
            Some("Two updates are on record. One draft is kept.")
        );
        assert_eq!(
            words("after.1").as_deref(),
            Some("One outcome is on record, as you marked it.")
        );
        assert_eq!(
            words("document.accepted.2").as_deref(),
            Some("Two commitments are on record.")
        );
        for odd in [
            "<b>.1",
            "closed.<b>",
            "closed",
            "several.1",
            "after.x",
            "document.<b>.1",
            "document.accepted",
            "word.US37-03",
        ] {
            assert_eq!(words(odd), None, "{odd}");
        }
    }
}
