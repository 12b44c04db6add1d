//! The pieces many pages share: the mark of a state, one line about a commitment, one line about a
//! meeting. Templates get these; the words come from `wording`.

use chrono::NaiveDate;
use serde::Serialize;

use crate::domain::commitment::{Commitment, Kind};
use crate::domain::directory::Directory;
use crate::domain::document::Document;
use crate::domain::meeting::{Meeting, MeetingStatus};
use crate::domain::progress::Confidence;
use crate::domain::schedule::Schedule;
use crate::wording;

use super::standing::Standing;

/// A state: shape, word, and a class for its colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct MarkView {
    pub shape: &'static str,
    pub word: &'static str,
    pub class: &'static str,
}

impl From<Schedule> for MarkView {
    fn from(schedule: Schedule) -> Self {
        let wording::Mark { shape, word, class } = wording::schedule(schedule);
        Self { shape, word, class }
    }
}

/// The desk's confidence, told apart from status by its own shape and label.
pub fn confidence_mark(confidence: Confidence) -> MarkView {
    let shape = match confidence {
        Confidence::Green => "▲",
        Confidence::Amber => "◆",
        Confidence::Red => "▼",
    };
    MarkView {
        shape,
        word: wording::confidence(confidence),
        class: confidence.as_str(),
    }
}

/// Where one can go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    pub href: String,
    pub text: String,
}

impl Link {
    pub fn new(href: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            href: href.into(),
            text: text.into(),
        }
    }

    pub fn meeting(meeting: &Meeting) -> Self {
        Self::new(format!("/meetings/{}", meeting.id), meeting.name())
    }

    pub fn commitment(commitment: &Commitment) -> Self {
        Self::new(
            format!("/commitments/{}", commitment.reference),
            commitment.title.clone(),
        )
    }
}

/// Where a document on record can be read: at its meeting, or by itself where it has none.
pub fn document_page(document: &Document) -> String {
    let id = &document.id;
    match &document.meeting {
        Some(meeting) => format!("/meetings/{meeting}#{id}"),
        None => format!("/documents/on-record/{id}#{id}"),
    }
}

/// One line about a commitment.
#[derive(Debug, Clone, Serialize)]
pub struct Row<'a> {
    pub reference: &'a str,
    pub title: &'a str,
    pub mark: MarkView,
    /// The milestone the deadline is of.
    pub milestone: Option<&'a str>,
    /// The deadline in its words.
    pub deadline: String,
    /// How far away that is.
    pub away: Option<String>,
    pub lead: &'a str,
    pub kind: &'static str,
    pub restricted: bool,
    /// Something more to say about it here.
    pub note: Option<String>,
}

impl<'a> Row<'a> {
    pub fn of(standing: &'a Standing, directory: &'a Directory) -> Self {
        let commitment = &*standing.commitment;
        let (deadline, away) = deadline_words(standing, directory);
        Self {
            reference: commitment.reference.as_str(),
            title: &commitment.title,
            mark: standing.schedule.into(),
            milestone: standing
                .milestone_title()
                .filter(|_| standing.schedule != Schedule::Closed),
            deadline,
            away,
            lead: directory.desk_name(&commitment.lead),
            kind: wording::kind(commitment.kind),
            restricted: commitment.is_restricted(),
            note: None,
        }
    }
}

/// The deadline that presses most in its words, and how far away it is. Without one, what it lives
/// by instead.
fn deadline_words(standing: &Standing, directory: &Directory) -> (String, Option<String>) {
    let commitment = &*standing.commitment;
    if standing.schedule == Schedule::Closed {
        let word = wording::lifecycle(commitment.state);
        return match commitment.closed {
            Some(day) => (format!("{word} on {}", wording::day(day)), None),
            None => (word.to_owned(), None),
        };
    }
    match standing.deadline() {
        Some(deadline) => {
            let away = wording::distance(deadline, standing.window, directory, standing.today);
            (wording::deadline(deadline, directory), Some(away))
        }
        None => (without_deadline(commitment, directory), None),
    }
}

/// What a commitment without a deadline lives by.
pub fn without_deadline(commitment: &Commitment, directory: &Directory) -> String {
    match commitment.kind {
        Kind::Standing => {
            let own = commitment.review;
            let cycle = own.unwrap_or_else(|| directory.policy_for(commitment).review_every);
            format!("continuing, reviewed every {cycle}")
        }
        Kind::Request => "no date set, raised at meetings".to_owned(),
        Kind::Deliverable => "no deadline established".to_owned(),
    }
}

/// One line about a meeting.
#[derive(Debug, Clone, Serialize)]
pub struct MeetingLine<'a> {
    pub id: &'a str,
    pub name: String,
    /// The date in its words and how sure it is.
    pub date: String,
    pub away: Option<String>,
    pub place: Option<&'a str>,
    /// How many commitments this viewer may read hang on it.
    pub tied: usize,
}

impl<'a> MeetingLine<'a> {
    pub fn of(meeting: &'a Meeting, today: NaiveDate, tied: usize) -> Self {
        Self {
            id: meeting.id.as_str(),
            name: meeting.name(),
            date: wording::date_of_meeting(meeting),
            away: meeting_away(meeting, today),
            place: meeting.place.as_deref(),
            tied,
        }
    }
}

/// How far away a meeting is, where it is dated to days: a day that nobody named is not counted to.
pub fn meeting_away(meeting: &Meeting, today: NaiveDate) -> Option<String> {
    let dated = meeting.dated().filter(|d| !d.coarse)?;
    let window = dated.window;
    if meeting.status == MeetingStatus::Held || window.last < today {
        return Some(wording::countdown(
            Some(crate::domain::deadline::Window::day(window.last)),
            today,
        ));
    }
    if window.first <= today {
        return Some("now".to_owned());
    }
    Some(wording::countdown(
        Some(crate::domain::deadline::Window::day(window.first)),
        today,
    ))
}
