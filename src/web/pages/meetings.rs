//! Meetings: those to come and those held; and one meeting with what hangs on it and what it left
//! in writing.

use serde::Serialize;

use crate::domain::after_meeting::{has_begun, hung_on};
use crate::domain::commitment::{Commitment, Kind};
use crate::domain::deadline::MeetingDate;
use crate::domain::document::Document;
use crate::domain::intake::partnerships_of;
use crate::domain::meeting::{Meeting, Move};
use crate::planner::brief;
use crate::web::pages::carrying;
use crate::web::pages::outcome::{self, DocumentView};
use crate::web::pages::what_if::WhatIf;
use crate::web::row::{Link, MeetingLine, Row, meeting_away};
use crate::web::say;
use crate::web::scene::{Scene, meeting_order};
use crate::web::standing::Standing;
use crate::wording;

#[derive(Debug, Serialize)]
pub struct MeetingsPage<'a> {
    pub answer: String,
    pub ahead: Vec<MeetingLine<'a>>,
    /// The latest first.
    pub past: Vec<MeetingLine<'a>>,
}

#[derive(Debug, Serialize)]
pub struct MeetingPage<'a> {
    pub name: String,
    pub answer: String,
    pub id: &'a str,
    pub facts: Vec<(&'static str, Vec<String>)>,
    pub partnership: Option<Link>,
    /// Open commitments with a deadline at, before or after it.
    pub tied: Vec<Row<'a>>,
    /// What is asked of the partner, to be raised there.
    pub to_raise: Vec<Row<'a>>,
    /// What it produced, and is not told beside a document below.
    pub produced: Vec<Row<'a>>,
    pub documents: Vec<DocumentView<'a>>,
    pub brief: Option<String>,
    /// What came of it is still to be said by this viewer.
    pub after: bool,
    /// So is what became of what earlier ones of its series left open.
    pub forward: bool,
    /// Where its outcome document is brought in, for a viewer who may.
    pub bring: Option<String>,
    /// What would change if it moved.
    pub what_if: WhatIf,
}

/// Draws the list of meetings.
pub fn meetings<'a>(scene: &Scene<'a>) -> MeetingsPage<'a> {
    let tied = scene.tied();
    let tied = |meeting: &Meeting| tied.get(&meeting.id).copied().unwrap_or(0);
    let line = |m: &&'a Meeting| MeetingLine::of(m, scene.today(), tied(m));
    let ahead = scene.meetings_ahead();
    let mut past: Vec<&Meeting> = scene
        .directory()
        .meetings
        .values()
        .filter(|m| !ahead.iter().any(|a| a.id == m.id))
        .collect();
    past.sort_by_key(|m| std::cmp::Reverse(meeting_order(m)));
    let answer = match ahead.iter().find(|m| m.dated().is_some()) {
        Some(next) => next_words(scene, next),
        None if ahead.is_empty() => "No meeting lies ahead.".to_owned(),
        None => format!(
            "{} awaiting a date.",
            say::capitalised(&wording::count(ahead.len(), "meeting"))
        ),
    };
    MeetingsPage {
        answer,
        ahead: ahead.iter().map(line).collect(),
        past: past.iter().map(line).collect(),
    }
}

fn next_words(scene: &Scene<'_>, meeting: &Meeting) -> String {
    let away = meeting_away(meeting, scene.today());
    let away = away.map(|a| format!(", {a}")).unwrap_or_default();
    let date = wording::date_of_meeting(meeting);
    say::sentence(&format!(
        "next is {}, {date}{away}",
        wording::with_article(&meeting.name())
    ))
}

/// Draws one meeting.
pub fn meeting<'a>(scene: &Scene<'a>, meeting: &'a Meeting, what_if: WhatIf) -> MeetingPage<'a> {
    let tied: Vec<&Standing> = scene
        .open()
        .filter(|s| brief::is_tied(&s.commitment, meeting))
        .collect();
    let mut documents: Vec<&Document> = scene
        .book
        .documents
        .values()
        .map(AsRef::as_ref)
        .filter(|d| d.meeting.as_ref() == Some(&meeting.id))
        .collect();
    documents.sort_by_key(|d| (d.issued, d.id.clone()));
    let beside_document = |c: &Commitment| {
        let own = c.promise.document.as_ref();
        own.is_some_and(|own| documents.iter().any(|d| d.id == *own))
    };
    let produced = scene
        .readable()
        .filter(|s| s.commitment.meeting.as_ref() == Some(&meeting.id))
        .filter(|s| !beside_document(&s.commitment));
    let came = scene.open().filter(|s| {
        s.commitment.meeting.as_ref() == Some(&meeting.id) || beside_document(&s.commitment)
    });
    let came = came.count();
    let to_raise = scene.open().filter(|s| is_to_be_raised(scene, s, meeting));
    let partnership = meeting.partnership.as_ref();
    let partnership = partnership.and_then(|p| scene.directory().partnerships.get(p));
    MeetingPage {
        name: meeting.name(),
        id: meeting.id.as_str(),
        answer: answer(scene, meeting, tied.len(), came),
        facts: facts(scene, meeting),
        partnership: partnership
            .map(|p| Link::new(format!("/partnerships/{}", p.id), p.name.clone())),
        tied: tied.iter().map(|s| Row::of(s, scene.directory())).collect(),
        to_raise: to_raise.map(|s| Row::of(s, scene.directory())).collect(),
        produced: produced.map(|s| Row::of(s, scene.directory())).collect(),
        documents: documents
            .iter()
            .map(|d| outcome::document(scene, d))
            .collect(),
        brief: brief_words(scene, meeting),
        after: is_to_be_told(scene, meeting, &tied),
        forward: carrying::is_to_be_told(scene, meeting),
        bring: None,
        what_if,
    }
}

/// Whether a request stands on the agenda of a meeting to come: what its brief calls to be raised.
fn is_to_be_raised(scene: &Scene<'_>, standing: &Standing, meeting: &Meeting) -> bool {
    let commitment = &*standing.commitment;
    let is_to_come = !has_begun(meeting, scene.today()) && meeting.dated().is_some();
    is_to_come
        && commitment.kind == Kind::Request
        && commitment.partnership.is_some()
        && commitment.partnership == meeting.partnership
        && !brief::is_tied(commitment, meeting)
}

/// Where the outcome document of a meeting that has begun is brought in, by whoever keeps its record.
pub fn bring(scene: &Scene<'_>, meeting: &Meeting, administrator: bool) -> Option<String> {
    let partnership = meeting.partnership.as_ref()?;
    let theirs = partnerships_of(&scene.rights(), administrator);
    (theirs.contains(partnership) && has_begun(meeting, scene.today()))
        .then(|| format!("/documents/new?meeting={}", meeting.id))
}

/// Whether something that hung on it waits for this viewer's word.
fn is_to_be_told(scene: &Scene<'_>, meeting: &Meeting, tied: &[&Standing]) -> bool {
    let waits = |s: &&Standing| {
        let hung = hung_on(&s.commitment, meeting, scene.directory(), s.today);
        !hung.is_empty() && scene.rights().may_close(&s.commitment)
    };
    has_begun(meeting, scene.today()) && tied.iter().any(waits)
}

fn answer(scene: &Scene<'_>, meeting: &Meeting, tied: usize, came: usize) -> String {
    let away = meeting_away(meeting, scene.today());
    let away = away.map(|a| format!(" ({a})")).unwrap_or_default();
    let date = say::sentence(&format!("{}{away}", wording::date_of_meeting(meeting)));
    let hangs = match tied {
        0 if came == 1 => "One open commitment came from it; it is not due at it.".to_owned(),
        0 if came > 1 => format!(
            "{} open commitments came from it; none is due at it.",
            say::number(came)
        ),
        0 => "No open commitment hangs on it.".to_owned(),
        1 => "One open commitment hangs on it.".to_owned(),
        n => format!("{} open commitments hang on it.", say::number(n)),
    };
    format!("{date} {hangs}")
}

fn facts(scene: &Scene<'_>, meeting: &Meeting) -> Vec<(&'static str, Vec<String>)> {
    let told = meeting.moves.iter().rev().map(move_words);
    let moved = meeting.moved_on.map(|day| match meeting.date_revision {
        2 => format!("once, on {}", wording::day(day)),
        n => format!(
            "{} times, last on {}",
            n.saturating_sub(1),
            wording::day(day)
        ),
    });
    let facts = [
        ("Date", vec![wording::date_of_meeting(meeting)]),
        ("Moved", moved.into_iter().chain(told).collect()),
        (
            "Forum",
            meeting
                .forum
                .map(|f| wording::forum(f).to_owned())
                .into_iter()
                .collect(),
        ),
        ("Place", meeting.place.clone().into_iter().collect()),
        ("Host", meeting.host.clone().into_iter().collect()),
        ("Co-chairs", meeting.co_chairs.clone()),
        ("Attending", meeting.attending.clone()),
        (
            "Chairmanship",
            chairmanship(scene, meeting).into_iter().collect(),
        ),
    ];
    facts
        .into_iter()
        .filter(|(_, said)| !said.is_empty())
        .collect()
}

/// `2 June 2025: 10 July 2025, tentative became 31 July 2025, tentative. The host asked.`
fn move_words(moved: &Move) -> String {
    let side = |date: &Option<MeetingDate>, status| match date {
        Some(date) => format!("{}, {}", date.text(), wording::meeting_status(status)),
        None => wording::meeting_status(status).to_owned(),
    };
    let reason = moved.reason.as_deref().map(say::sentence);
    let reason = reason.map(|words| format!(" {words}")).unwrap_or_default();
    format!(
        "{}: {} became {}.{reason}",
        wording::day(moved.date),
        side(&moved.from, moved.from_status),
        side(&moved.to, moved.to_status)
    )
}

/// Who chairs ASEAN in the year of the meeting.
fn chairmanship(scene: &Scene<'_>, meeting: &Meeting) -> Option<String> {
    use chrono::Datelike;
    let year = meeting.date.as_ref()?.span.window().first.year();
    let directory = scene.directory();
    let chair = directory.chairmanships.get(&year)?;
    let theme = chair.theme.as_ref().map(|t| format!(", “{t}”"));
    Some(format!(
        "{} in {year}{}",
        directory.party_name(&chair.party),
        theme.unwrap_or_default()
    ))
}

fn brief_words(scene: &Scene<'_>, meeting: &Meeting) -> Option<String> {
    let day = brief::brief_day(meeting, scene.directory())?;
    let verb = if day < scene.today() {
        "was due on"
    } else {
        "leaves on"
    };
    Some(format!("Its brief {verb} {}.", wording::weekday_day(day)))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::web::testing::{MONDAY, World, first_book, person};

    #[test]
    fn requests_stand_on_the_agenda_of_a_meeting_to_come_alone() {
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let requests: Vec<&str> = scene
            .open()
            .filter(|s| s.commitment.kind == Kind::Request)
            .map(|s| s.commitment.reference.as_str())
            .collect();
        let to_raise = |id: &str| {
            let met = &scene.directory().meetings[id];
            let page = meeting(&scene, met, WhatIf::default());
            let rows = page.to_raise.iter();
            rows.map(|row| row.reference.to_owned()).collect::<Vec<_>>()
        };
        assert!(!requests.is_empty());
        assert_eq!(to_raise("pmc-us-2025"), requests);
        assert_eq!(to_raise("asean-us-dialogue-37"), [""; 0]);
    }

    #[test]
    fn the_next_meeting_is_the_answer_and_undated_ones_stand_last() {
        let world = World::new(person("som-leader"), MONDAY);
        let page = meetings(&world.scene());
        assert!(page.answer.contains("20 June 2025"), "{}", page.answer);
        let ids: Vec<_> = page.ahead.iter().map(|m| m.id).collect();
        assert_eq!(
            ids,
            ["prep-pmc-us-2025", "pmc-us-2025", "asean-us-summit-13"]
        );
        assert_eq!(page.ahead[1].tied, 2);
        assert_eq!(page.past[0].id, "asean-us-dialogue-37");
    }

    #[test]
    fn a_meeting_that_left_open_commitments_says_so() {
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let answer = |id: &str| {
            let met = &scene.directory().meetings[id];
            meeting(&scene, met, WhatIf::default()).answer
        };
        let dialogue = answer("asean-us-dialogue-37");
        assert!(
            dialogue.ends_with("open commitments came from it; none is due at it."),
            "{dialogue}"
        );
        let pmc = answer("pmc-us-2025");
        assert!(pmc.ends_with("commitments hang on it."), "{pmc}");
    }

    #[test]
    fn passages_of_one_sentence_are_told_once() {
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let dialogue = &scene.directory().meetings["asean-us-dialogue-37"];
        let page = meeting(&scene, dialogue, WhatIf::default());
        let release = &page.documents[0];
        assert!(!release.in_full);
        let tenth = release
            .paragraphs
            .iter()
            .find(|p| p.number == Some(10))
            .expect("quoted");
        let crime = tenth
            .passages
            .iter()
            .find(|p| p.stretches[0].text.starts_with("Both sides reaffirmed"))
            .expect("quoted");
        assert_eq!(crime.links.len(), 4);
    }

    #[test]
    fn a_text_on_record_is_shown_whole_with_the_promises_marked() {
        let mut book = first_book();
        let id = book.documents.keys().next().expect("one").clone();
        let mut document = (*book.documents[&id]).clone();
        let ninth = "A paragraph.\n\n".repeat(9);
        let promise = book.commitments["US37-01"].promise.words.clone();
        document.text = Some(format!("{ninth}Before. {promise}. After."));
        book.documents.insert(id, Arc::new(document));
        let world = World::of(book, person("som-leader"), MONDAY);
        let scene = world.scene();
        let dialogue = &scene.directory().meetings["asean-us-dialogue-37"];
        let page = meeting(&scene, dialogue, WhatIf::default());
        let release = &page.documents[0];
        assert!(release.in_full);
        let passage = &release.paragraphs[9].passages[0];
        assert_eq!(passage.stretches[1].text, promise);
        assert!(passage.stretches[1].promised && !passage.stretches[0].promised);
        assert!(passage.links.iter().any(|l| l.reference == "US37-01"));
    }
}
