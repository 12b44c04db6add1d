//! In which office somebody hears of a commitment, and therefore what they may say to it.

use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::{DeskId, PersonId, ReaderId};
use crate::planner::mailbox_of;

/// In which office a reader hears of a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Office {
    /// Answers for it.
    LeadDesk,
    CooperatingDesk,
    Head,
    SomLeader,
    /// None of them, or not any more.
    Other,
}

/// The office of a reader. Whoever hears in another's place hears in their office.
pub fn office_of(
    reader: &ReaderId,
    in_place_of: Option<&ReaderId>,
    commitment: &Commitment,
    directory: &Directory,
) -> Office {
    let reader = in_place_of.unwrap_or(reader);
    let is_mailbox_of = |desk: &DeskId| is_mailbox_of(reader, desk, directory);
    let is = |person: Option<&PersonId>| person.is_some_and(|p| p.as_str() == reader.as_str());
    let lead = directory.desks.get(&commitment.lead);
    if is_mailbox_of(&commitment.lead) {
        Office::LeadDesk
    } else if is(lead.and_then(|d| d.head.as_ref())) {
        Office::Head
    } else if is(lead.and_then(|d| d.som_leader.as_ref())) {
        Office::SomLeader
    } else if commitment.cooperating.iter().any(is_mailbox_of) {
        Office::CooperatingDesk
    } else {
        Office::Other
    }
}

/// The desk for which a reader answers a letter, as things stand now: the lead desk or a cooperating
/// one that is reached at their mailbox, or that they head, where the letter came in the desk's
/// place. `None` once the desk has lost the commitment, or the reader the desk.
pub fn desk_answered_for<'a>(
    reader: &ReaderId,
    in_place_of: Option<&ReaderId>,
    commitment: &'a Commitment,
    directory: &Directory,
) -> Option<&'a DeskId> {
    commitment.desks().find(|desk| {
        let in_its_place = in_place_of.is_some_and(|place| place.as_str() == desk.as_str());
        is_mailbox_of(reader, desk, directory)
            || (in_its_place && stands_for_the_head(reader, desk, directory))
    })
}

fn is_mailbox_of(reader: &ReaderId, desk: &DeskId, directory: &Directory) -> bool {
    desk.as_str() == reader.as_str() || mailbox_of(desk, directory).as_ref() == Some(reader)
}

/// The head of a desk, or a deputy whom an absence of the head names.
fn stands_for_the_head(reader: &ReaderId, desk: &DeskId, directory: &Directory) -> bool {
    let Some(head) = directory.desks.get(desk).and_then(|d| d.head.as_ref()) else {
        return false;
    };
    let is = |person: &PersonId| person.as_str() == reader.as_str();
    let mut away = directory.absences.iter().filter(|a| a.person == *head);
    is(head) || away.any(|absence| absence.deputy.as_ref().is_some_and(is))
}
