//! At whose mailbox a desk is reached, and who reviews an update.

use std::collections::BTreeSet;

use crate::domain::commitment::Commitment;
use crate::domain::desk::Desk;
use crate::domain::directory::Directory;
use crate::domain::ids::{DeskId, PersonId, ReaderId};
use crate::domain::progress::Update;

/// The reader at whose mailbox a desk is reached: the desk itself, else the desk it is reached
/// `through`, else its head. An address to which mail does not arrive is as good as none.
/// REMINDING, Courtesy 6.
pub fn mailbox_of(desk: &DeskId, directory: &Directory) -> Option<ReaderId> {
    let own = directory.desks.get(desk)?;
    let mut at = own;
    // A chain of `through` is no longer than there are desks.
    for _ in 0..=directory.desks.len() {
        if directory.address_of_desk(&at.id).is_some() {
            return Some((&at.id).into());
        }
        match at.through.as_ref().and_then(|id| directory.desks.get(id)) {
            Some(through) => at = through,
            None => break,
        }
    }
    let head = own.head.as_ref();
    head.filter(|p| directory.address_of_person(p).is_some())
        .map(ReaderId::from)
}

/// Everybody who may hear of a commitment by its offices: the mailboxes of its desks, the head and
/// the SOM leader of the lead desk, and who stands in for them.
pub fn hearers(commitment: &Commitment, directory: &Directory) -> BTreeSet<ReaderId> {
    let desks = commitment.desks();
    let mailboxes = desks.filter_map(|desk| mailbox_of(desk, directory));
    let lead = directory.desks.get(&commitment.lead);
    let people: BTreeSet<&PersonId> = lead
        .into_iter()
        .flat_map(|desk| desk.head.iter().chain(&desk.som_leader))
        .collect();
    let away = directory.absences.iter();
    let deputies = away
        .filter(|absence| people.contains(&absence.person))
        .filter_map(|absence| absence.deputy.as_ref());
    let people = people.iter().copied().chain(deputies);
    mailboxes.chain(people.map(ReaderId::from)).collect()
}

/// Whether a reader that is a desk is one of the commitment's desks, or one by which one of them is
/// reached. Of people nothing is said: an office may pass on while its mail is under way.
pub(super) fn is_its_desk(
    reader: &ReaderId,
    commitment: &Commitment,
    directory: &Directory,
) -> bool {
    if !directory.desks.contains_key(reader.as_str()) {
        return true;
    }
    commitment.desks().any(|desk| {
        let through = |id: &&DeskId| directory.desks.get(*id)?.through.as_ref();
        // A chain of `through` is no longer than there are desks.
        std::iter::successors(Some(desk), through)
            .take(directory.desks.len() + 1)
            .any(|id| id.as_str() == reader.as_str())
    })
}

/// Who decides on an update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reviewer {
    Head(PersonId),
    SomLeader(PersonId),
}

impl Reviewer {
    pub fn person(&self) -> &PersonId {
        match self {
            Reviewer::Head(person) | Reviewer::SomLeader(person) => person,
        }
    }
}

/// The reviewer of an update: the head of the lead desk; the SOM leader for closures, new dates and
/// bad news, or where the desk has no head. REMINDING, Reviewer.
pub fn reviewer(
    commitment: &Commitment,
    update: &Update,
    directory: &Directory,
) -> Option<Reviewer> {
    let desk: &Desk = directory.desks.get(&commitment.lead)?;
    match &desk.head {
        Some(head) if !update.wants_som_leader() => Some(Reviewer::Head(head.clone())),
        _ => desk.som_leader.clone().map(Reviewer::SomLeader),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_desk_that_a_commitment_has_left_is_none_of_its_desks() {
        let mut book = crate::record::first_record();
        let commitment = std::sync::Arc::clone(book.commitments.values().next().unwrap());
        let directory = std::sync::Arc::make_mut(&mut book.directory);
        let lead: ReaderId = (&commitment.lead).into();
        assert!(is_its_desk(&lead, &commitment, directory));
        let mut other = directory.desks[&commitment.lead].clone();
        other.id = "another-desk".parse().unwrap();
        let another: ReaderId = (&other.id).into();
        directory.desks.insert(other.id.clone(), other.clone());
        assert!(!is_its_desk(&another, &commitment, directory));
        let lead = directory.desks.get_mut(commitment.lead.as_str()).unwrap();
        lead.through = Some(other.id);
        assert!(is_its_desk(&another, &commitment, directory));
    }
}
