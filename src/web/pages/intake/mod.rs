//! Outcome documents on their way into the record: the list of them, the form that brings one in, and the
//! page on which its proposals are decided.

pub mod card;
pub mod confirm;
pub mod forward;
pub mod older;
pub mod one;
pub mod readings;
pub mod review;

use serde::Serialize;
use uuid::Uuid;

use crate::domain::intake::partnerships_of;
use crate::domain::meeting::Meeting;
use crate::store::IntakeLine;
use crate::web::forms::Choice;
use crate::web::row::Link;
use crate::web::say;
use crate::web::scene::{Scene, meeting_order};
use crate::wording;

/// Where a document is reviewed.
pub fn path_of(id: Uuid) -> String {
    format!("/documents/{id}")
}

/// The documents somebody reads.
#[derive(Debug, Serialize)]
pub struct DocumentsPage {
    pub answer: String,
    pub may_bring: bool,
    pub lines: Vec<Line>,
}

#[derive(Debug, Serialize)]
pub struct Line {
    pub link: Link,
    pub about: String,
    pub state: String,
    pub is_confidential: bool,
}

/// The form that brings a document in.
#[derive(Debug, Serialize)]
pub struct BringPage {
    pub partnerships: Vec<Choice>,
    pub meetings: Vec<Choice>,
    pub title: String,
    pub issued: String,
    pub text: String,
    pub is_confidential: bool,
    /// As people say it.
    pub largest: String,
    pub complaints: std::collections::BTreeMap<String, String>,
}

/// What was typed into it.
#[derive(Debug, Default)]
pub struct TypedBring {
    pub partnership: String,
    pub meeting: String,
    pub title: String,
    pub issued: String,
    pub text: String,
    pub is_confidential: bool,
    /// By the field they are about.
    pub complaints: std::collections::BTreeMap<String, String>,
}

/// Whether the viewer may bring a document in at all.
pub fn may_bring(scene: &Scene<'_>, administrator: bool) -> bool {
    !partnerships_of(&scene.rights(), administrator).is_empty()
}

pub fn documents(scene: &Scene<'_>, administrator: bool, lines: &[IntakeLine]) -> DocumentsPage {
    let waiting: usize = lines.iter().map(|line| line.open).sum();
    let answer = match (lines.len(), waiting) {
        (0, _) => "No document waits. What a meeting leaves in writing is brought in here, and read for what it promises.".to_owned(),
        (_, 0) => "Everything that the documents propose is decided.".to_owned(),
        (_, n) => say::sentence(&format!("{} for a decision", waits(n))),
    };
    DocumentsPage {
        answer,
        may_bring: may_bring(scene, administrator),
        lines: lines.iter().map(|line| line_of(scene, line)).collect(),
    }
}

/// `Two proposals wait`
fn waits(n: usize) -> String {
    let (s, verb) = if n == 1 { ("", "waits") } else { ("s", "wait") };
    format!("{} proposal{s} {verb}", say::number(n))
}

fn line_of(scene: &Scene<'_>, line: &IntakeLine) -> Line {
    let directory = scene.directory();
    let partnership = directory.partnerships.get(&line.partnership);
    let person = directory.people.get(&line.by);
    let on = line.at.with_timezone(&scene.zone()).date_naive();
    Line {
        link: Link::new(path_of(line.id), line.title.clone()),
        about: format!(
            "{}, issued on {}; brought in by {} on {}",
            partnership.map_or(line.partnership.as_str(), |p| &p.name),
            wording::day(line.issued),
            person.map_or(line.by.as_str(), |p| &p.name),
            wording::day(on),
        ),
        state: match (line.all, line.open) {
            (0, _) => "nothing was read in it".to_owned(),
            (_, 0) => "decided".to_owned(),
            (all, open) => format!("{open} of {all} wait"),
        },
        is_confidential: line.is_confidential,
    }
}

pub fn bring(
    scene: &Scene<'_>,
    administrator: bool,
    largest: usize,
    typed: TypedBring,
) -> BringPage {
    let directory = scene.directory();
    let theirs = partnerships_of(&scene.rights(), administrator);
    let chosen_meeting = directory.meetings.get(typed.meeting.as_str());
    let of_meeting = chosen_meeting.and_then(|m| m.partnership.as_ref());
    let chosen = match typed.partnership.as_str() {
        "" => of_meeting.map_or("", |id| id.as_str()),
        chosen => chosen,
    };
    let partnerships = theirs
        .iter()
        .filter_map(|id| directory.partnerships.get(id));
    let partnerships = partnerships.map(|p| Choice {
        value: p.id.to_string(),
        text: p.name.clone(),
        chosen: p.id.as_str() == chosen,
    });
    let is_theirs = |m: &&Meeting| m.partnership.as_ref().is_some_and(|p| theirs.contains(p));
    let mut meetings: Vec<&Meeting> = directory.meetings.values().filter(is_theirs).collect();
    meetings.sort_by_key(|m| std::cmp::Reverse(meeting_order(m)));
    let none = Choice {
        value: String::new(),
        text: "As the document says".to_owned(),
        chosen: chosen_meeting.is_none(),
    };
    let meetings = meetings.into_iter().map(|m| Choice {
        value: m.id.to_string(),
        text: format!("{} ({})", m.name(), wording::date_of_meeting(m)),
        chosen: m.id.as_str() == typed.meeting,
    });
    BringPage {
        partnerships: partnerships.collect(),
        meetings: std::iter::once(none).chain(meetings).collect(),
        title: typed.title,
        issued: typed.issued,
        text: typed.text,
        is_confidential: typed.is_confidential,
        largest: format!("{} MB", largest / 1_000_000),
        complaints: typed.complaints,
    }
}
