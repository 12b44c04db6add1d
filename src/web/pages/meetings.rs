//! Meetings: those to come and those held; and one meeting with what hangs on it and what it left
//! in writing.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::after_meeting::{has_begun, hung_on};
use crate::domain::commitment::Commitment;
use crate::domain::deadline::MeetingDate;
use crate::domain::document::Document;
use crate::domain::intake::partnerships_of;
use crate::domain::meeting::{Meeting, Move};
use crate::planner::brief;
use crate::web::pages::carrying;
use crate::web::pages::what_if::WhatIf;
use crate::web::quotation::{self, Stretch};
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

/// An outcome document, in full or in the passages that are quoted.
#[derive(Debug, Serialize)]
pub struct DocumentView<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// `press release, issued on 23 April 2025 by Cambodia, one side's account`
    pub about: String,
    pub sha256: Option<&'a str>,
    pub in_full: bool,
    pub paragraphs: Vec<ParagraphView>,
    /// Older promises that it says again.
    pub again: Vec<AgainView>,
}

/// An older promise that a document says again.
#[derive(Debug, Serialize)]
pub struct AgainView {
    pub link: MarginLink,
    /// `says it more strongly`
    pub effect: &'static str,
    pub paragraph: Option<u32>,
    pub words: String,
}

#[derive(Debug, Serialize)]
pub struct ParagraphView {
    /// `None` for passages whose paragraph is not known.
    pub number: Option<u32>,
    pub passages: Vec<PassageView>,
}

#[derive(Debug, Serialize)]
pub struct PassageView {
    pub stretches: Vec<Stretch>,
    /// The commitments quoted from it.
    pub links: Vec<MarginLink>,
}

#[derive(Debug, Clone, Serialize)]
pub struct MarginLink {
    pub reference: String,
    pub title: String,
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
    let partnership = meeting.partnership.as_ref();
    let partnership = partnership.and_then(|p| scene.directory().partnerships.get(p));
    MeetingPage {
        name: meeting.name(),
        id: meeting.id.as_str(),
        answer: answer(scene, meeting, tied.len()),
        facts: facts(scene, meeting),
        partnership: partnership
            .map(|p| Link::new(format!("/partnerships/{}", p.id), p.name.clone())),
        tied: tied.iter().map(|s| Row::of(s, scene.directory())).collect(),
        produced: produced.map(|s| Row::of(s, scene.directory())).collect(),
        documents: documents.iter().map(|d| document(scene, d)).collect(),
        brief: brief_words(scene, meeting),
        after: is_to_be_told(scene, meeting, &tied),
        forward: carrying::is_to_be_told(scene, meeting),
        bring: None,
        what_if,
    }
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

fn answer(scene: &Scene<'_>, meeting: &Meeting, tied: usize) -> String {
    let away = meeting_away(meeting, scene.today());
    let away = away.map(|a| format!(" ({a})")).unwrap_or_default();
    let date = say::sentence(&format!("{}{away}", wording::date_of_meeting(meeting)));
    let hangs = match tied {
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

fn document<'a>(scene: &Scene<'a>, document: &'a Document) -> DocumentView<'a> {
    let quoting: Vec<&Commitment> = scene
        .readable()
        .map(|s| &*s.commitment)
        .filter(|c| c.promise.document.as_ref() == Some(&document.id))
        .collect();
    let full = document.paragraphs();
    let in_full = !full.is_empty();
    DocumentView {
        id: document.id.as_str(),
        title: &document.title,
        about: about(scene, document),
        sha256: document.sha256.as_deref(),
        paragraphs: if in_full {
            in_its_text(&full, &quoting)
        } else {
            in_its_passages(&quoting)
        },
        in_full,
        again: again(scene, document),
    }
}

/// The older promises that a document says again, in its order.
fn again(scene: &Scene<'_>, document: &Document) -> Vec<AgainView> {
    let mut again: Vec<AgainView> = Vec::new();
    for standing in scene.readable() {
        let commitment = &*standing.commitment;
        let here = commitment.mentions.iter();
        let here = here.filter(|m| m.document == document.id);
        again.extend(here.map(|mention| AgainView {
            link: link(commitment),
            effect: wording::effect(mention.effect),
            paragraph: mention.paragraph,
            words: mention.words.clone(),
        }));
    }
    again.sort_by(|a, b| {
        let place = |view: &AgainView| {
            (
                view.paragraph.unwrap_or(u32::MAX),
                view.link.reference.clone(),
            )
        };
        place(a).cmp(&place(b))
    });
    again
}

fn about(scene: &Scene<'_>, document: &Document) -> String {
    let mut said = vec![
        document
            .kind
            .clone()
            .unwrap_or_else(|| "document".to_owned()),
    ];
    let issuer = document.issuer.as_ref();
    let by = issuer.map(|p| format!(" by {}", scene.directory().party_name(p)));
    let by = by.unwrap_or_default();
    match document.issued {
        Some(day) => said.push(format!("issued on {}{by}", wording::day(day))),
        None if !by.is_empty() => said.push(format!("issued{by}")),
        None => {}
    }
    said.extend(document.authority.map(|a| wording::authority(a).to_owned()));
    say::sentence(&said.join(", "))
}

fn link(commitment: &Commitment) -> MarginLink {
    MarginLink {
        reference: commitment.reference.to_string(),
        title: commitment.title.clone(),
    }
}

/// The whole text, with what was promised marked. A promise is looked for in the paragraph it
/// names, and without one in the first that carries its words.
fn in_its_text(full: &[String], quoting: &[&Commitment]) -> Vec<ParagraphView> {
    let place = |c: &Commitment| match c.promise.paragraph {
        Some(n) => (n as usize).checked_sub(1),
        None => full
            .iter()
            .position(|p| quotation::find(p, &c.promise.words).is_some()),
    };
    let mut by_paragraph: BTreeMap<usize, Vec<&Commitment>> = BTreeMap::new();
    for commitment in quoting {
        if let Some(at) = place(commitment) {
            by_paragraph.entry(at).or_default().push(commitment);
        }
    }
    let paragraphs = full.iter().enumerate().map(|(at, text)| {
        let mut here = by_paragraph.remove(&at).unwrap_or_default();
        here.sort_by(|a, b| a.reference.cmp(&b.reference));
        let words: Vec<&str> = here.iter().map(|c| c.promise.words.as_str()).collect();
        ParagraphView {
            number: u32::try_from(at + 1).ok(),
            passages: vec![PassageView {
                stretches: quotation::marked(text, &words),
                links: here.into_iter().map(link).collect(),
            }],
        }
    });
    paragraphs.collect()
}

/// The passages that are quoted, paragraph by paragraph, each once.
fn in_its_passages(quoting: &[&Commitment]) -> Vec<ParagraphView> {
    let mut by_paragraph: BTreeMap<(bool, Option<u32>), Vec<&Commitment>> = BTreeMap::new();
    for commitment in quoting {
        let paragraph = commitment.promise.paragraph;
        let key = (paragraph.is_none(), paragraph);
        by_paragraph.entry(key).or_default().push(commitment);
    }
    let paragraphs = by_paragraph.into_iter().map(|((_, number), mut here)| {
        here.sort_by(|a, b| a.reference.cmp(&b.reference));
        let quotations: Vec<_> = here
            .iter()
            .map(|c| (c.promise.words.as_str(), link(c)))
            .collect();
        let passages = quotation::passages(&quotations)
            .into_iter()
            .map(|p| PassageView {
                stretches: quotation::marked(p.words, &[p.words]),
                links: p.quoted_by,
            });
        ParagraphView {
            number,
            passages: passages.collect(),
        }
    });
    paragraphs.collect()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::web::testing::{MONDAY, World, first_book, person};

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
