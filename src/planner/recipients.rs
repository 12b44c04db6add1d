//! Who hears: from a role (the lead desk, its head, its SOM leader) to the reader whose mailbox the
//! notice goes to, and who reviews an update.

use std::collections::BTreeSet;

use crate::domain::commitment::Commitment;
use crate::domain::desk::Desk;
use crate::domain::directory::Directory;
use crate::domain::ids::{DeskId, PersonId, ReaderId};
use crate::domain::progress::Update;

/// To whom a rule speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Desk(DeskId),
    Head,
    SomLeader,
}

/// A reader, or the name of the place that nobody fills.
pub(super) type Addressee = Result<ReaderId, ReaderId>;

impl Role {
    /// The reader in this role for a commitment.
    pub(super) fn addressee(&self, commitment: &Commitment, directory: &Directory) -> Addressee {
        let lead = directory.desks.get(&commitment.lead);
        let office = |person: Option<&PersonId>, office: &str| -> Addressee {
            let reachable = person.filter(|p| directory.address_of_person(p).is_some());
            match (reachable, person) {
                (Some(person), _) => Ok(person.into()),
                (None, Some(person)) => Err(person.into()),
                (None, None) => Err(vacant(&commitment.lead, office)),
            }
        };
        match self {
            Role::Desk(desk) => mailbox_of(desk, directory).ok_or_else(|| desk.into()),
            Role::Head => office(lead.and_then(|d| d.head.as_ref()), "head"),
            Role::SomLeader => office(lead.and_then(|d| d.som_leader.as_ref()), "som-leader"),
        }
    }
}

impl Role {
    /// Those who had this role for the commitment before it passed on: what they were told, their
    /// successor need not be.
    pub(super) fn predecessors(
        &self,
        commitment: &Commitment,
        directory: &Directory,
    ) -> Vec<ReaderId> {
        let mut predecessors = Vec::new();
        let (mut desk, is_desk) = match self {
            Role::Desk(desk) => (desk, true),
            Role::Head | Role::SomLeader => (&commitment.lead, false),
        };
        for handover in commitment.handovers.iter().rev() {
            if handover.to != *desk {
                continue;
            }
            desk = &handover.from;
            let from = directory.desks.get(desk);
            let person = match self {
                Role::Desk(_) => None,
                Role::Head => from.and_then(|d| d.head.as_ref()),
                Role::SomLeader => from.and_then(|d| d.som_leader.as_ref()),
            };
            predecessors.extend(person.map(ReaderId::from));
            if is_desk {
                predecessors.push(desk.into());
                predecessors.extend(mailbox_of(desk, directory));
            }
        }
        predecessors
    }
}

/// A name for an office nobody holds, under which the ledger keeps the copy that was skipped.
fn vacant(desk: &DeskId, office: &str) -> ReaderId {
    ReaderId::parse(&format!("{desk}.{office}")).unwrap_or_else(|_| desk.into())
}

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
