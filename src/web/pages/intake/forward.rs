//! What the previous meeting of the series left open, beside what of the new text resembles it: to be
//! marked as met, continued in a commitment of this document, or dropped.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::acts::carrying::{Mark, Outcome, Standing, standing};
use crate::domain::commitment::Commitment;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::intake::State;
use crate::domain::reporting::{Complaint, Seen};
use crate::intake::review::Review;
use crate::intake::review::beside::Beside;
use crate::web::forms::{Choice, Complaints, by_field};
use crate::web::pages::carrying::{follower, waiting};
use crate::web::pages::intake::review::part_of;
use crate::web::row::Link;
use crate::web::say;
use crate::web::scene::Scene;
use crate::wording;

#[derive(Debug, Serialize)]
pub struct ForwardPage {
    pub heading: String,
    pub answer: String,
    pub action: String,
    pub back: String,
    /// Where the document is confirmed, while it is of no meeting on record.
    pub confirm: Option<String>,
    /// Those first that something in the new text resembles.
    pub items: Vec<OpenItem>,
    /// The place from which on nothing does: those are folded.
    pub rest: Option<usize>,
    pub complaint: bool,
}

/// One that is still open.
#[derive(Debug, Serialize)]
pub struct OpenItem {
    pub reference: String,
    pub title: String,
    pub promise: String,
    pub about: String,
    pub resembling: Vec<Resembling>,
    /// Whether this viewer marks it, and whether that waits for the SOM leader.
    pub marks: bool,
    pub proposes: bool,
    /// What waits for a decision on it already.
    pub waiting: Option<String>,
    pub seen: String,
    pub outcomes: Vec<Choice>,
    pub reason: String,
    pub complaints: Complaints,
}

/// A proposal of the new text that resembles it.
#[derive(Debug, Serialize)]
pub struct Resembling {
    pub link: Link,
    pub why: String,
    pub state: String,
}

/// What was typed of one.
#[derive(Debug, Default, Clone)]
pub struct TypedMark {
    pub reference: String,
    pub outcome: String,
    pub reason: String,
    pub seen: String,
    pub complaints: Vec<Complaint>,
}

/// The fields of a form, one that is open after the other.
pub fn read(pairs: &[(String, String)]) -> Vec<TypedMark> {
    let text = |name: String| {
        let pair = pairs.iter().find(|(n, _)| *n == name);
        pair.map_or_else(String::new, |(_, value)| value.trim().to_owned())
    };
    let seen = pairs.iter().filter_map(|(name, value)| {
        let reference = name.strip_prefix("seen@")?;
        Some(TypedMark {
            reference: reference.to_owned(),
            outcome: text(format!("outcome@{reference}")),
            reason: text(format!("reason@{reference}")),
            seen: value.clone(),
            complaints: Vec::new(),
        })
    });
    seen.collect()
}

/// What somebody marked, as the act takes it, with the places of the marks among what was typed.
pub fn marks(typed: &[TypedMark]) -> (Vec<Mark>, Vec<usize>, BTreeMap<CommitmentRef, Seen>) {
    let (mut marks, mut places, mut seen) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (place, mark) in typed.iter().enumerate() {
        let Ok(reference) = CommitmentRef::parse(&mark.reference) else {
            continue;
        };
        let outcome = match mark.outcome.split_once(' ') {
            Some(("by", new)) => CommitmentRef::parse(new).ok().map(Outcome::ContinuedBy),
            _ if mark.outcome == "met" => Some(Outcome::Met),
            _ if mark.outcome == "dropped" => Some(Outcome::Dropped),
            _ => None,
        };
        let Some(outcome) = outcome else { continue };
        seen.insert(reference.clone(), Seen::parse(&mark.seen));
        places.push(place);
        marks.push(Mark {
            reference,
            outcome,
            reason: Some(mark.reason.clone()).filter(|r| !r.is_empty()),
        });
    }
    (marks, places, seen)
}

/// The commitments that are still open and that the viewer reads.
pub fn open<'a>(scene: &Scene<'a>, beside: &Beside) -> Vec<&'a Commitment> {
    let forward = beside.matches.forward.iter();
    let open = forward.filter_map(|f| scene.commitment(f.reference.as_str()));
    open.filter(|c| c.is_open()).collect()
}

pub fn forward(
    scene: &Scene<'_>,
    review: &Review,
    beside: &Beside,
    typed: &[TypedMark],
) -> ForwardPage {
    let path = super::path_of(review.intake.id);
    let accepted = accepted(scene, review);
    let mut items: Vec<OpenItem> = open(scene, beside)
        .into_iter()
        .map(|commitment| {
            let reference = commitment.reference.as_str();
            let mark = typed.iter().find(|mark| mark.reference == reference);
            item(scene, (review, beside), commitment, &accepted, mark)
        })
        .collect();
    items.sort_by_key(|item| item.resembling.is_empty());
    let rest = rest(&items);
    let has_meeting = review.intake.document.is_some() && review.intake.meeting.is_some();
    let answer = match items.len() {
        0 if !has_meeting => "Which meetings came before is not known yet.".to_owned(),
        0 => "The meetings before left nothing open that you may read.".to_owned(),
        1 => "One commitment of the meetings before is still open.".to_owned(),
        n => format!(
            "{} commitments of the meetings before are still open.",
            say::number(n)
        ),
    };
    ForwardPage {
        heading: review.intake.title.clone(),
        answer,
        action: format!("{path}/forward"),
        confirm: (!has_meeting).then(|| format!("{path}/record")),
        complaint: typed.iter().any(|mark| !mark.complaints.is_empty()),
        items,
        rest,
        back: path,
    }
}

/// Where the fold begins, unless it would hide everything, or something to be put right.
fn rest(items: &[OpenItem]) -> Option<usize> {
    let first = items.iter().position(|item| item.resembling.is_empty())?;
    let is_wanted = |item: &OpenItem| !item.complaints.is_empty() || !item.outcome_is_open();
    (first > 0 && !items[first..].iter().any(is_wanted)).then_some(first)
}

impl OpenItem {
    /// Whether nothing was chosen for it yet.
    fn outcome_is_open(&self) -> bool {
        let chosen = self.outcomes.iter().find(|choice| choice.chosen);
        chosen.is_none_or(|choice| choice.value.is_empty())
    }
}

/// What was accepted from the document and may continue something.
fn accepted<'a>(scene: &Scene<'a>, review: &Review) -> Vec<&'a Commitment> {
    let references = review.items.iter().filter_map(|item| match &item.state {
        State::Accepted { reference } => Some(reference),
        _ => None,
    });
    let known = references.filter_map(|r| scene.commitment(r.as_str()));
    known.filter(|c| c.is_open()).collect()
}

fn item(
    scene: &Scene<'_>,
    (review, beside): (&Review, &Beside),
    commitment: &Commitment,
    accepted: &[&Commitment],
    typed: Option<&TypedMark>,
) -> OpenItem {
    let reference = &commitment.reference;
    let forward = beside
        .matches
        .forward
        .iter()
        .find(|f| f.reference == *reference);
    let resembling = forward.map(|f| f.resembling.as_slice()).unwrap_or_default();
    let items = resembling.iter().filter_map(|r| {
        let item = review.item(beside.number(r.proposal)?)?;
        Some((item, r))
    });
    let items: Vec<_> = items.collect();
    // Of those that resemble it the one that is on record is suggested.
    let alike: BTreeSet<&CommitmentRef> = items
        .iter()
        .filter_map(|(item, _)| match &item.state {
            State::Accepted { reference } => Some(reference),
            _ => None,
        })
        .collect();
    let by: Option<ReaderId> = match scene.viewer {
        crate::domain::access::Viewer::Person(person) => Some(person.into()),
        _ => None,
    };
    let waiting = waiting(scene, commitment);
    let standing = standing(&scene.rights(), commitment).filter(|_| by.is_some());
    let proposes = standing == Some(Standing::Proposes);
    let chosen = typed.map(|mark| mark.outcome.as_str()).unwrap_or_default();
    let proposed = follower(scene, commitment).filter(|_| waiting.is_some());
    OpenItem {
        title: commitment.title.clone(),
        promise: commitment.promise.words.clone(),
        about: about(scene, commitment),
        resembling: items
            .iter()
            .map(|(item, r)| {
                let path = super::path_of(review.intake.id);
                let part = part_of(review, item.place.start);
                let title = super::card::text(&item.fields, "title").unwrap_or_default();
                Resembling {
                    link: Link::new(
                        format!("{path}?part={part}#p{}", item.n),
                        format!("Proposal {}: {title}", item.n),
                    ),
                    why: say::sentence(&r.why),
                    state: item.state.word().to_owned(),
                }
            })
            .collect(),
        marks: standing.is_some() && !(proposes && waiting.is_some()),
        proposes,
        waiting,
        seen: by
            .map(|by| Seen::of(commitment, &by, None).to_string())
            .unwrap_or_default(),
        outcomes: outcomes(accepted, (&alike, proposed), chosen),
        reason: typed.map(|mark| mark.reason.clone()).unwrap_or_default(),
        complaints: typed
            .map(|mark| by_field(&mark.complaints))
            .unwrap_or_default(),
        reference: reference.to_string(),
    }
}

fn about(scene: &Scene<'_>, commitment: &Commitment) -> String {
    let directory = scene.directory();
    let lead = directory.desk_name(&commitment.lead);
    match &commitment.deadline {
        Some(deadline) => format!("{lead}, {}", wording::deadline(deadline, directory)),
        None => lead.to_owned(),
    }
}

fn outcomes(
    accepted: &[&Commitment],
    (alike, proposed): (&BTreeSet<&CommitmentRef>, Option<&Commitment>),
    chosen: &str,
) -> Vec<Choice> {
    let is_proposed = |c: &Commitment| proposed.is_some_and(|p| p.reference == c.reference);
    let choice = |value: String, text: String| Choice {
        chosen: value == chosen,
        value,
        text,
    };
    let mut choices = vec![
        choice(String::new(), "Nothing yet: it stays open".to_owned()),
        choice("met".to_owned(), "Met".to_owned()),
    ];
    let mut successors: Vec<&&Commitment> = accepted.iter().collect();
    successors.sort_by_key(|c| {
        let place = (!is_proposed(c), !alike.contains(&c.reference));
        (place, c.reference.clone())
    });
    choices.extend(successors.into_iter().map(|c| {
        let as_proposed = if is_proposed(c) { ", as proposed" } else { "" };
        let text = format!("Continued by {} {}{as_proposed}", c.reference, c.title);
        choice(format!("by {}", c.reference), text)
    }));
    choices.push(choice("dropped".to_owned(), "Dropped".to_owned()));
    choices
}
