//! What earlier meetings of a series left open, beside what is on record of this one: for whoever says
//! what became of it.

use chrono::NaiveDate;

use super::bag::Weights;
use super::forward::previous;
use super::likeness::{Like, Matter, WORTH_SHOWING, likeness};
use super::meetings::Meetings;
use crate::domain::access::{Viewer, may_read};
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::meeting::Meeting;
use crate::intake::lexicon::Lexicon;

/// An open commitment of an earlier meeting.
#[derive(Debug, Clone)]
pub struct LeftOpen<'a> {
    pub commitment: &'a Commitment,
    /// Commitments of this meeting that resemble it, the most alike first.
    pub alike: Vec<Like>,
}

/// What earlier meetings of the series left open, of the last one first; what the viewer may not read
/// is not there and shapes nothing.
pub fn left_open<'a>(
    book: &'a Book,
    meeting: &'a Meeting,
    viewer: &Viewer,
    lexicon: &Lexicon,
) -> Vec<LeftOpen<'a>> {
    let directory = &book.directory;
    let partnership = meeting.partnership.as_ref();
    // Which meetings came before is told by their numbers and dates alone.
    let meetings = Meetings::of(directory, lexicon, partnership, NaiveDate::MIN);
    let previous = previous(meeting, &meetings, lexicon);
    let readable = book.commitments.values().map(AsRef::as_ref);
    let readable: Vec<&Commitment> = readable
        .filter(|c| c.partnership.as_ref() == partnership && may_read(viewer, c, directory))
        .collect();
    let of = |m: &Meeting| {
        let of_meeting = readable.iter().copied();
        let of_meeting = of_meeting.filter(|c| c.meeting.as_ref() == Some(&m.id) && c.is_open());
        of_meeting
            .map(|c| (c, Matter::of_commitment(c, directory, lexicon)))
            .collect::<Vec<_>>()
    };
    let new = of(meeting);
    let old: Vec<_> = previous.into_iter().flat_map(of).collect();
    let weights = Weights::of(old.iter().chain(&new).map(|(_, matter)| &matter.words));
    let alike = |old: &Matter| {
        let mut alike: Vec<Like> = new
            .iter()
            .filter_map(|(c, matter)| {
                let (likeness, why) = likeness(matter, old, &weights, directory)?;
                (likeness >= WORTH_SHOWING).then(|| Like {
                    reference: c.reference.clone(),
                    likeness,
                    why,
                })
            })
            .collect();
        alike.sort_by(|a, b| {
            let by_reference = || a.reference.cmp(&b.reference);
            b.likeness.cmp(&a.likeness).then_with(by_reference)
        });
        alike
    };
    old.iter()
        .map(|(commitment, matter)| LeftOpen {
            commitment,
            alike: alike(matter),
        })
        .collect()
}
