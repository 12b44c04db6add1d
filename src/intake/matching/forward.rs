//! Carrying forward: what the previous meetings of a series left open, each beside what in the new
//! text resembles it, so that it can be marked as met, continued or dropped.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::keys::key;
use super::likeness::Like;
use super::meetings::Meetings;
use super::on_record::{Alike, OnRecord};
use super::standing::{Standing, references_of};
use crate::domain::ids::{CommitmentRef, MeetingId};
use crate::domain::meeting::Meeting;
use crate::intake::lexicon::Lexicon;

/// An open commitment of a previous meeting of the series.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Forward {
    pub reference: CommitmentRef,
    /// The meeting that produced it.
    pub meeting: MeetingId,
    /// What in the new text resembles it, the most alike first.
    pub resembling: Vec<Resemblance>,
}

/// A proposal that resembles a commitment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resemblance {
    /// Its place among the proposals, from 0.
    pub proposal: usize,
    /// 0 to 100.
    pub likeness: u8,
    /// They were joined: surely the same.
    pub joined: bool,
    pub why: String,
}

/// The previous meetings of the series, the last first.
pub(super) fn previous<'a>(
    meeting: &Meeting,
    meetings: &Meetings<'a>,
    lexicon: &Lexicon,
) -> Vec<&'a Meeting> {
    let is_before = |other: &Meeting| match (other.number, meeting.number) {
        (Some(other), Some(this)) => other < this,
        _ => match (other.dated(), meeting.dated()) {
            (Some(other), Some(this)) => other.window.last < this.window.first,
            _ => false,
        },
    };
    let of_series = meetings.of_series(&key(&meeting.series, lexicon));
    let mut previous: Vec<&Meeting> = of_series
        .into_iter()
        .filter(|m| m.id != meeting.id && m.partnership == meeting.partnership && is_before(m))
        .collect();
    let when = |m: &Meeting| (m.dated().map(|d| d.window.first), m.number);
    previous.sort_by(|a, b| when(b).cmp(&when(a)).then_with(|| a.id.cmp(&b.id)));
    previous
}

/// What they left open, of the last meeting first; `alike` has what each proposal resembles.
pub(super) fn forward(
    previous: &[&Meeting],
    standings: &[&Standing],
    alike: &[Vec<Alike<'_, '_>>],
    record: &OnRecord<'_>,
) -> Vec<Forward> {
    let mut resembling = resembling(standings, alike);
    let mut forward = Vec::new();
    for meeting in previous {
        let of_meeting = record.known.iter().map(|known| known.commitment);
        let of_meeting = of_meeting.filter(|c| c.meeting.as_ref() == Some(&meeting.id));
        for open in of_meeting.filter(|c| c.is_open()) {
            let mut resembling = resembling.remove(&open.reference).unwrap_or_default();
            resembling.sort_by_key(|r| (!r.joined, std::cmp::Reverse(r.likeness), r.proposal));
            resembling.truncate(5);
            forward.push(Forward {
                reference: open.reference.clone(),
                meeting: meeting.id.clone(),
                resembling,
            });
        }
    }
    forward
}

/// The proposals that each commitment is resembled by, or joined with.
fn resembling<'r>(
    standings: &'r [&Standing],
    alike: &'r [Vec<Alike<'_, '_>>],
) -> BTreeMap<&'r CommitmentRef, Vec<Resemblance>> {
    let mut found: BTreeMap<&CommitmentRef, Vec<Resemblance>> = BTreeMap::new();
    for (proposal, (standing, alike)) in standings.iter().zip(alike).enumerate() {
        let joined = references_of(standing);
        for (known, likeness, why) in alike {
            let reference = &known.commitment.reference;
            found.entry(reference).or_default().push(Resemblance {
                proposal,
                likeness: *likeness,
                joined: joined.contains(&reference),
                why: why.clone(),
            });
        }
        let is_alike = |r: &CommitmentRef| alike.iter().any(|(k, ..)| k.commitment.reference == *r);
        for reference in joined.into_iter().filter(|r| !is_alike(r)) {
            found.entry(reference).or_default().push(Resemblance {
                proposal,
                likeness: 100,
                joined: true,
                why: "the same words".to_owned(),
            });
        }
    }
    found
}

/// Those that a proposal resembles, for whoever looks at the proposal.
#[must_use]
pub fn of_proposal(forward: &[Forward], proposal: usize) -> Vec<Like> {
    let found = forward.iter().filter_map(|open| {
        let resembling = open.resembling.iter().find(|r| r.proposal == proposal)?;
        Some(Like {
            reference: open.reference.clone(),
            likeness: resembling.likeness,
            why: resembling.why.clone(),
        })
    });
    found.collect()
}
