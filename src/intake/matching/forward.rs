//! Carrying forward: what the previous meetings of a series left open, each beside what in the new
//! text resembles it, so that it can be marked as met, continued or dropped.

use serde::{Deserialize, Serialize};

use super::keys::key;
use super::likeness::{Like, WORTH_SHOWING, likeness};
use super::meetings::Meetings;
use super::standing::{OnRecord, Standing, references_of};
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

/// What they left open, of the last meeting first.
pub(super) fn forward(
    previous: &[&Meeting],
    standings: &[&Standing],
    matters: &[super::likeness::Matter],
    record: &OnRecord<'_>,
) -> Vec<Forward> {
    let mut forward = Vec::new();
    for meeting in previous {
        let open = record.known.iter().filter(|known| {
            known.commitment.is_open() && known.commitment.meeting.as_ref() == Some(&meeting.id)
        });
        for known in open {
            let reference = &known.commitment.reference;
            let mut resembling: Vec<Resemblance> = matters
                .iter()
                .enumerate()
                .filter_map(|(proposal, matter)| {
                    let joined = standings
                        .get(proposal)
                        .is_some_and(|s| references_of(s).contains(&reference));
                    let directory = &record.book.directory;
                    let (likeness, why) =
                        likeness(matter, &known.matter, &record.weights, directory)?;
                    (joined || likeness >= WORTH_SHOWING).then_some(Resemblance {
                        proposal,
                        likeness,
                        joined,
                        why,
                    })
                })
                .collect();
            resembling.sort_by_key(|r| (!r.joined, std::cmp::Reverse(r.likeness), r.proposal));
            resembling.truncate(5);
            forward.push(Forward {
                reference: reference.clone(),
                meeting: meeting.id.clone(),
                resembling,
            });
        }
    }
    forward
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
