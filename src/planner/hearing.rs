//! Who hears: from a role (a desk, its head, its SOM leader) to the reader to whom the notice goes,
//! in whose place they hear it, on what date it stands for them and when it leaves.
//!
//! Somebody who is away on the date, or on the day it would leave, is heard for by their deputy. With
//! nobody to stand in, or nobody who may read it, it waits for their return.

use chrono::{DateTime, NaiveDate, Utc, Weekday};

use super::courtesy::reader_may_read;
use super::recipients::mailbox_of;
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::hours::Hours;
use crate::domain::ids::{DeskId, PersonId, ReaderId};

/// To whom a rule speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Role {
    Desk(DeskId),
    /// The head of the lead desk.
    Head,
    /// The SOM leader of the lead desk.
    SomLeader,
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

/// Something to be said on a date, before it is known to whom.
#[derive(Debug)]
pub(super) struct Saying<'a> {
    pub directory: &'a Directory,
    /// What it is about, where not everybody may read it.
    pub commitment: Option<&'a Commitment>,
    /// The desk whose head and SOM leader are meant.
    pub lead: Option<&'a DeskId>,
    pub date: NaiveDate,
    /// Given where it waits for the reader's digest day.
    pub digest_weekday: Option<Weekday>,
    /// Whether a pause holds it.
    pub can_wait: bool,
}

/// Who hears it, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hearing {
    /// A reader; where nobody can be reached, the name of the place that nobody fills.
    pub reader: ReaderId,
    pub in_place_of: Option<ReaderId>,
    pub vacant: bool,
    /// The date on which it stands.
    pub date: NaiveDate,
    /// When it leaves.
    pub slot: DateTime<Utc>,
    /// Whether it leaves later because of the reader's pause.
    pub held: bool,
}

impl<'a> Saying<'a> {
    /// Whoever is in the role hears it.
    pub fn to(&self, role: &Role) -> Hearing {
        let lead = self.lead.and_then(|id| self.directory.desks.get(id));
        match role {
            Role::Desk(desk) => self.to_desk(desk),
            Role::Head => self.to_office(lead.and_then(|d| d.head.as_ref()), "head"),
            Role::SomLeader => {
                self.to_office(lead.and_then(|d| d.som_leader.as_ref()), "som-leader")
            }
        }
    }

    /// A desk hears at its mailbox; at its head's, where it has no other.
    pub fn to_desk(&self, desk: &'a DeskId) -> Hearing {
        let known = self.directory.desks.get(desk);
        let own: ReaderId = desk.into();
        let hearing = match mailbox_of(desk, self.directory) {
            Some(mailbox) if self.directory.desks.contains_key(mailbox.as_str()) => {
                Some(self.heard_by(mailbox))
            }
            _ => known
                .and_then(|d| d.head.as_ref())
                .and_then(|head| self.to_person(head)),
        };
        match hearing {
            Some(hearing) => Hearing {
                in_place_of: Some(own).filter(|own| *own != hearing.reader),
                ..hearing
            },
            None => self.vacant(own),
        }
    }

    fn to_office(&self, holder: Option<&'a PersonId>, office: &str) -> Hearing {
        match holder {
            Some(person) => {
                let hearing = self.to_person(person);
                hearing.unwrap_or_else(|| self.vacant(person.into()))
            }
            None => self.vacant(self.vacancy(office)),
        }
    }

    /// A person hears, or whoever stands in for them; `None` where neither can be reached.
    pub fn to_person(&self, person: &'a PersonId) -> Option<Hearing> {
        let reads = |who: &PersonId| {
            let commitment = self.commitment;
            commitment.is_none_or(|c| reader_may_read(&who.into(), c, self.directory))
        };
        let stand_in = self.directory.stand_in(person, |hours| {
            let date = self.date_for(hours);
            [date, hours.calendar.next(date)]
        });
        match stand_in {
            // What the one who is away may not read is not read in their place either.
            Some(deputy) if deputy != person && reads(person) && reads(deputy) => Some(Hearing {
                in_place_of: Some(person.into()),
                ..self.heard_by(deputy.into())
            }),
            _ => {
                self.directory.address_of_person(person)?;
                Some(self.heard_by(person.into()))
            }
        }
    }

    fn heard_by(&self, reader: ReaderId) -> Hearing {
        let hours = self.directory.hours(&reader);
        let date = self.date_for(hours);
        let leaves = hours.leaving_day(date, self.can_wait);
        Hearing {
            in_place_of: None,
            vacant: false,
            date,
            slot: hours.slot_on(leaves),
            held: self.can_wait && leaves != hours.leaving_day(date, false),
            reader,
        }
    }

    /// Nobody hears it; it would have left with the lead desk's mail.
    fn vacant(&self, place: ReaderId) -> Hearing {
        let known = self.directory.people.contains_key(place.as_str())
            || self.directory.desks.contains_key(place.as_str());
        let hours = match self.lead {
            Some(lead) if !known => self.directory.desk_hours(lead),
            _ => self.directory.hours(&place),
        };
        let date = self.date_for(hours);
        Hearing {
            reader: place,
            in_place_of: None,
            vacant: true,
            date,
            slot: hours.slot_on(hours.calendar.next(date)),
            held: false,
        }
    }

    /// A quiet rule waits for the reader's digest day.
    fn date_for(&self, hours: Hours<'_>) -> NaiveDate {
        match self.digest_weekday {
            Some(weekday) => hours.calendar.digest_day_from(self.date, weekday),
            None => self.date,
        }
    }

    /// A name for an office nobody holds, under which the ledger keeps the copy that was skipped.
    fn vacancy(&self, office: &str) -> ReaderId {
        let desk = self.lead.map_or("", DeskId::as_str);
        let name = ReaderId::parse(&format!("{desk}.{office}"));
        name.unwrap_or_else(|_| ReaderId::parse(office).expect("an office is a plain word"))
    }
}
