//! For what a reader answers: their own offices, and those of people in whose place they hear.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use super::recipients::mailbox_of;
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::{DeskId, PersonId, ReaderId};

/// The offices of one reader, own or lent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hat {
    /// Whose offices they are: the reader's, or those of somebody who is away.
    pub who: ReaderId,
    /// Desks whose mailbox this is.
    pub as_desk: BTreeSet<DeskId>,
    pub as_head: BTreeSet<DeskId>,
    pub as_leader: BTreeSet<DeskId>,
}

impl Hat {
    fn of(who: ReaderId, directory: &Directory) -> Self {
        let is =
            |person: &Option<PersonId>| person.as_ref().is_some_and(|p| p.as_str() == who.as_str());
        let mut hat = Self {
            as_desk: BTreeSet::new(),
            as_head: BTreeSet::new(),
            as_leader: BTreeSet::new(),
            who: who.clone(),
        };
        for desk in directory.desks.values() {
            // Others reach it only by way of what it names: asked first, because it is cheap and there
            // are as many readers as desks.
            let may_be =
                desk.id.as_str() == who.as_str() || desk.through.is_some() || is(&desk.head);
            if may_be && mailbox_of(&desk.id, directory).as_ref() == Some(&who) {
                hat.as_desk.insert(desk.id.clone());
            }
            if is(&desk.head) {
                hat.as_head.insert(desk.id.clone());
            }
            if is(&desk.som_leader) {
                hat.as_leader.insert(desk.id.clone());
            }
        }
        hat
    }

    /// Whether a commitment concerns this reader at all.
    pub(super) fn includes(&self, commitment: &Commitment) -> bool {
        self.is_its_desk(commitment) || self.is_head(commitment) || self.is_leader(commitment)
    }

    fn is_its_desk(&self, commitment: &Commitment) -> bool {
        commitment.desks().any(|d| self.as_desk.contains(d))
    }

    pub(super) fn is_desk_or_leader(&self, commitment: &Commitment) -> bool {
        self.is_its_desk(commitment) || self.is_leader(commitment)
    }

    pub(super) fn is_head(&self, commitment: &Commitment) -> bool {
        self.as_head.contains(&commitment.lead)
    }

    pub(super) fn is_leader(&self, commitment: &Commitment) -> bool {
        self.as_leader.contains(&commitment.lead)
    }

    /// Whether the commitment is led by this reader: by the desk itself, or by one they lead.
    pub(super) fn leads(&self, commitment: &Commitment) -> bool {
        self.as_desk.contains(&commitment.lead)
            || self.is_head(commitment)
            || self.is_leader(commitment)
    }
}

/// All the hats of one reader, their own first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage(Vec<Hat>);

impl Coverage {
    /// What a reader answers for on a day: in their own offices, and in those of the people who are
    /// away that day and for whom they stand in.
    pub fn on(day: NaiveDate, reader: &ReaderId, directory: &Directory) -> Self {
        let away: BTreeSet<&PersonId> = directory
            .absences
            .iter()
            .filter(|a| a.from <= day && day <= a.until)
            .map(|a| &a.person)
            .collect();
        let stands_in = |person: &&PersonId| {
            let deputy = directory.stand_in(person, |_| [day, day]);
            person.as_str() != reader.as_str()
                && deputy.is_some_and(|d| d.as_str() == reader.as_str())
        };
        Self::with(reader, away.into_iter().filter(stands_in), directory)
    }

    /// What a reader may ever have to answer for, on whatever day.
    pub fn ever(reader: &ReaderId, directory: &Directory) -> Self {
        let mut known: BTreeSet<&str> = [reader.as_str()].into();
        let mut found: BTreeSet<&PersonId> = BTreeSet::new();
        loop {
            let before = found.len();
            for absence in &directory.absences {
                let deputy = absence.deputy.as_ref().map(PersonId::as_str);
                if deputy.is_some_and(|d| known.contains(d))
                    && absence.person.as_str() != reader.as_str()
                {
                    known.insert(absence.person.as_str());
                    found.insert(&absence.person);
                }
            }
            if found.len() == before {
                return Self::with(reader, found.into_iter(), directory);
            }
        }
    }

    fn with<'a>(
        reader: &ReaderId,
        others: impl Iterator<Item = &'a PersonId>,
        directory: &Directory,
    ) -> Self {
        let own = std::iter::once(reader.clone());
        let all = own.chain(others.map(ReaderId::from));
        Self(all.map(|who| Hat::of(who, directory)).collect())
    }

    pub(super) fn without(mut self, is_left_out: impl Fn(&ReaderId) -> bool) -> Self {
        self.0.retain(|hat| !is_left_out(&hat.who));
        self
    }

    /// The reader and those in whose place they hear.
    pub fn people(&self) -> impl Iterator<Item = &ReaderId> {
        self.0.iter().map(|hat| &hat.who)
    }

    pub(super) fn hats(&self) -> &[Hat] {
        &self.0
    }

    /// Whether a commitment concerns the reader at all.
    pub fn includes(&self, commitment: &Commitment) -> bool {
        self.0.iter().any(|hat| hat.includes(commitment))
    }

    /// The desks whose commitments may concern the reader.
    pub fn desks(&self) -> BTreeSet<DeskId> {
        let of_hat = |hat: &Hat| {
            [
                hat.as_desk.clone(),
                hat.as_head.clone(),
                hat.as_leader.clone(),
            ]
        };
        self.0.iter().flat_map(of_hat).flatten().collect()
    }
}

/// Everybody who may get a digest: desks, heads, SOM leaders and deputies with an address, whether
/// mail to it arrives today or not.
pub fn digest_readers(directory: &Directory) -> BTreeSet<ReaderId> {
    let of_desk = directory.desks.values().flat_map(|desk| {
        let own = desk.email.as_ref().map(|_| ReaderId::from(&desk.id));
        own.into_iter().chain(mailbox_of(&desk.id, directory))
    });
    let offices = directory
        .desks
        .values()
        .flat_map(|d| [&d.head, &d.som_leader]);
    let deputies = directory.absences.iter().map(|a| &a.deputy);
    let people = offices
        .chain(deputies)
        .flatten()
        .filter(|p| directory.people.get(*p).is_some_and(|p| p.email.is_some()))
        .map(ReaderId::from);
    of_desk.chain(people).collect()
}
