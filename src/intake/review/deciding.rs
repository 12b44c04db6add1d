//! What may become of a proposal. Each function gives the proposals as they are afterwards, those that
//! changed and those that are new; nothing else changes.

use chrono::{DateTime, Utc};

use super::text::{self, Place, Unlocated};
use super::{Item, Review, Wrong};
use crate::domain::commitment::Confidentiality;
use crate::domain::document::paragraph_places;
use crate::domain::ids::{DeskId, PersonId};
use crate::domain::intake::{Origin, State};
use crate::record::Body;

/// Who decides, and when (business clock).
#[derive(Debug, Clone, Copy)]
pub struct By<'a> {
    pub person: &'a PersonId,
    pub at: DateTime<Utc>,
}

/// What somebody wants of one proposal.
#[derive(Debug, Clone, PartialEq)]
pub enum Decision {
    Reject {
        reason: Option<String>,
    },
    /// What was turned down or put together waits again.
    TakeBack,
    /// Other values for its keys.
    Edit {
        fields: Body,
    },
    /// Its words go into another proposal.
    Merge {
        into: u32,
    },
    /// Its words, with a line break wherever they are to be cut.
    Cut {
        typed: String,
    },
    /// The same words once for each of these desks.
    ForDesks {
        desks: Vec<DeskId>,
    },
}

impl Decision {
    /// As the audit calls it.
    pub fn word(&self) -> &'static str {
        match self {
            Decision::Reject { .. } => "rejected",
            Decision::TakeBack => "taken back",
            Decision::Edit { .. } => "edited",
            Decision::Merge { .. } => "merged",
            Decision::Cut { .. } => "cut",
            Decision::ForDesks { .. } => "split for desks",
        }
    }
}

/// Words that somebody proposes beside what the program did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chosen {
    pub words: String,
    /// Where about they stand.
    pub near: Option<u32>,
    pub origin: Origin,
}

/// What a piece of the document would be on record: title, kind, strength and so on, with the cue and
/// the reason.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Drafted {
    pub fields: Body,
    pub cue: String,
    pub why: String,
}

/// What somebody wants becomes of one proposal. `draft` reads a piece of the document.
pub fn decided(
    review: &Review,
    n: u32,
    decision: &Decision,
    by: By<'_>,
    draft: impl Fn(&str) -> Drafted,
) -> Result<Vec<Item>, Wrong> {
    let item = review.item(n).ok_or_else(|| Wrong {
        item: None,
        key: None,
        message: "There is no such proposal.".to_owned(),
    })?;
    match decision {
        Decision::Reject { reason } => rejected(item, reason.clone(), by),
        Decision::TakeBack => taken_back(review, item, by),
        Decision::Edit { fields } => edited(item, fields, by),
        Decision::Merge { into } => merged(review, item, *into, by),
        Decision::Cut { typed } => cut(review, item, typed, by, draft),
        Decision::ForDesks { desks } => for_desks(review, item, desks, by),
    }
}

fn rejected(item: &Item, reason: Option<String>, by: By<'_>) -> Result<Vec<Item>, Wrong> {
    must_be_open(item)?;
    Ok(vec![changed(item, State::Rejected { reason }, by)])
}

/// What was put together is taken apart again only as far as both still have their own words.
fn taken_back(review: &Review, item: &Item, by: By<'_>) -> Result<Vec<Item>, Wrong> {
    match &item.state {
        State::Rejected { .. } => Ok(vec![changed(item, State::Proposed, by)]),
        State::Merged { into } => {
            let other = review.item(*into);
            let swallowed = other.is_some_and(|other| {
                other.place.start <= item.place.start && item.place.end <= other.place.end
            });
            match swallowed {
                false => Ok(vec![changed(item, State::Proposed, by)]),
                true => Err(Wrong::of(
                    Some(item.n),
                    "state",
                    format!("Its words are part of proposal {into} by now: cut that one in two."),
                )),
            }
        }
        _ => Err(Wrong::of(
            Some(item.n),
            "state",
            "Only what was turned down or put together can be taken back.",
        )),
    }
}

fn edited(item: &Item, fields: &Body, by: By<'_>) -> Result<Vec<Item>, Wrong> {
    must_be_open(item)?;
    if item.fields == *fields {
        return Ok(Vec::new());
    }
    let mut item = changed(item, State::Proposed, by);
    item.fields = fields.clone();
    Ok(vec![item])
}

/// Within one paragraph the words reach from the beginning of the first to the end of the last; of two
/// paragraphs the words of the one that stays are kept.
fn merged(review: &Review, item: &Item, into: u32, by: By<'_>) -> Result<Vec<Item>, Wrong> {
    must_be_open(item)?;
    let other = review.item(into).filter(|other| other.n != item.n);
    let other = other.filter(|other| other.state.is_open()).ok_or_else(|| {
        Wrong::of(
            Some(item.n),
            "into",
            "Choose another proposal that still waits, by its number.",
        )
    })?;
    let gone = changed(item, State::Merged { into }, by);
    let mut kept = changed(other, State::Proposed, by);
    if in_one_paragraph(&review.intake.text, &item.place, &other.place) {
        kept.place = item.place.start.min(other.place.start)..item.place.end.max(other.place.end);
    }
    for key in ["obligors", "beneficiaries", "instruments", "cooperating"] {
        let list = joined(other.fields.get(key), item.fields.get(key));
        if let Some(list) = list {
            kept.fields.insert(key.to_owned(), list);
        }
    }
    Ok(vec![gone, kept])
}

/// Two lists as one, each value once; `None` where neither is there.
fn joined(
    first: Option<&serde_json::Value>,
    second: Option<&serde_json::Value>,
) -> Option<serde_json::Value> {
    let lists = first.into_iter().chain(second).filter_map(|v| v.as_array());
    let mut all: Vec<serde_json::Value> = Vec::new();
    for value in lists.flatten() {
        if !all.contains(value) {
            all.push(value.clone());
        }
    }
    (!all.is_empty()).then_some(serde_json::Value::Array(all))
}

fn in_one_paragraph(text: &str, a: &Place, b: &Place) -> bool {
    let (start, end) = (a.start.min(b.start), a.end.max(b.end));
    let places = paragraph_places(text);
    places.iter().any(|p| p.start <= start && end <= p.end)
}

fn cut(
    review: &Review,
    item: &Item,
    typed: &str,
    by: By<'_>,
    draft: impl Fn(&str) -> Drafted,
) -> Result<Vec<Item>, Wrong> {
    must_be_open(item)?;
    let chars = review.intake.chars();
    let pieces = text::cut(&chars, &item.place, typed).map_err(|_| {
        Wrong::of(
            Some(item.n),
            "cut",
            "The words are not the same any more: put line breaks where they are to be cut, and change nothing else.",
        )
    })?;
    if pieces.len() < 2 {
        let what = "Put a line break where the words are to be cut.";
        return Err(Wrong::of(Some(item.n), "cut", what));
    }
    let mut after = vec![changed(item, State::Split, by)];
    let first = review.next_number();
    for (n, place) in (first..).zip(pieces) {
        let drafted = draft(&text::at(&chars, &place));
        let mut part = part_of(item, n);
        for key in ["title", "deadline"] {
            part.fields.shift_remove(key);
            if let Some(value) = drafted.fields.get(key) {
                part.fields.insert(key.to_owned(), value.clone());
            }
        }
        part.place = place;
        after.push(part);
    }
    Ok(after)
}

fn for_desks(
    review: &Review,
    item: &Item,
    desks: &[DeskId],
    by: By<'_>,
) -> Result<Vec<Item>, Wrong> {
    must_be_open(item)?;
    let mut each: Vec<&DeskId> = Vec::new();
    for desk in desks {
        if !each.contains(&desk) {
            each.push(desk);
        }
    }
    if each.len() < 2 {
        let what = "Choose the desks that each are to have it as theirs, two or more.";
        return Err(Wrong::of(Some(item.n), "desks", what));
    }
    let mut after = vec![changed(item, State::Split, by)];
    let first = review.next_number();
    for (n, desk) in (first..).zip(each) {
        let mut part = part_of(item, n);
        led_by(&mut part.fields, desk.as_str());
        after.push(part);
    }
    Ok(after)
}

/// A new proposal that takes a part of another's place. What names it or its readers alone does not go
/// along.
fn part_of(item: &Item, n: u32) -> Item {
    let mut fields = item.fields.clone();
    fields.shift_remove("ref");
    Item {
        n,
        origin: Origin::Split,
        parent: Some(item.n),
        fields,
        state: State::Proposed,
        version: 1,
        decided: None,
        ..item.clone()
    }
}

/// Another desk leads. Where the old one was a reader of what is restricted, the new one is.
pub fn led_by(fields: &mut Body, desk: &str) {
    let old = fields.insert("lead".to_owned(), desk.into());
    let restricted = Confidentiality::Restricted.as_str();
    let is_restricted = fields.get("confidentiality").and_then(|c| c.as_str()) == Some(restricted);
    let readers = fields.get_mut("readers").and_then(|r| r.as_array_mut());
    let (true, Some(old), Some(readers)) = (is_restricted, old, readers) else {
        return;
    };
    readers.retain(|reader| *reader != old && reader.as_str() != Some(desk));
    readers.insert(0, desk.into());
}

/// Words that somebody proposes.
pub fn added(
    review: &Review,
    chosen: &Chosen,
    by: By<'_>,
    draft: impl Fn(&str) -> Drafted,
) -> Result<Item, Wrong> {
    let chars = review.intake.chars();
    let place = text::locate(&chars, &chosen.words, chosen.near, &review.taken());
    let place = place.map_err(|why| Wrong::of(None, "words", unlocated(&why)))?;
    let same = |item: &&Item| item.place == place && !matches!(item.state, State::Split);
    if let Some(known) = review.items.iter().find(same) {
        let what = match known.state {
            State::Rejected { .. } => "was turned down; take it back there",
            _ => "has these very words",
        };
        return Err(Wrong::of(
            None,
            "words",
            format!("Proposal {} {what}.", known.n),
        ));
    }
    let drafted = draft(&text::at(&chars, &place));
    Ok(Item {
        n: review.next_number(),
        place,
        origin: chosen.origin,
        parent: None,
        cue: drafted.cue,
        why: drafted.why,
        fields: drafted.fields,
        state: State::Proposed,
        version: 1,
        decided: Some((by.person.clone(), by.at)),
    })
}

fn unlocated(why: &Unlocated) -> String {
    match why {
        Unlocated::Empty => "Select the words in the text, or paste them here.".to_owned(),
        Unlocated::NotThere { up_to: Some(up_to) } => format!(
            "These words do not stand in the document: it has them up to “{up_to}” and then goes on otherwise. A promise quotes the document exactly."
        ),
        Unlocated::NotThere { up_to: None } => "These words do not stand in the document. A promise quotes the document exactly: copy them from the text.".to_owned(),
    }
}

/// The proposal with another state.
pub fn changed(item: &Item, state: State, by: By<'_>) -> Item {
    Item {
        state,
        version: item.version + 1,
        decided: Some((by.person.clone(), by.at)),
        ..item.clone()
    }
}

pub fn must_be_open(item: &Item) -> Result<(), Wrong> {
    let what = match &item.state {
        State::Proposed => return Ok(()),
        State::Accepted { reference } => format!("It is on record as {reference} already."),
        State::Mention { reference, .. } => {
            format!("It is kept as a mention of {reference} already.")
        }
        State::Rejected { .. } => "It was turned down; take it back first.".to_owned(),
        State::Merged { into } => format!("It went into proposal {into}."),
        State::Split => "It was split; its parts are proposals of their own.".to_owned(),
    };
    Err(Wrong::of(Some(item.n), "state", what))
}

#[cfg(test)]
mod tests;
