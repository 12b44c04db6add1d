//! The directory: everything commitments refer to, in memory. It is small (desks, people,
//! meetings, calendars), so a planner's activation or a page loads it whole and then looks things
//! up without asking the database again.

use std::collections::BTreeMap;

use chrono_tz::Tz;

use super::calendar::{Calendar, Weekend};
use super::commitment::Commitment;
use super::deadline::{Dated, Deadline};
use super::desk::{Absence, Desk, EmailAddress, Person};
use super::ids::{
    CalendarId, DeskId, InstrumentId, MeetingId, PartnershipId, PartyId, PersonId, ReaderId,
};
use super::instrument::Instrument;
use super::meeting::Meeting;
use super::partnership::Partnership;
use super::party::{Chairmanship, Party};
use super::policy::{Policy, PolicyOverride};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Directory {
    pub calendars: BTreeMap<CalendarId, Calendar>,
    pub parties: BTreeMap<PartyId, Party>,
    pub people: BTreeMap<PersonId, Person>,
    pub desks: BTreeMap<DeskId, Desk>,
    pub partnerships: BTreeMap<PartnershipId, Partnership>,
    /// By year.
    pub chairmanships: BTreeMap<i32, Chairmanship>,
    pub meetings: BTreeMap<MeetingId, Meeting>,
    pub instruments: BTreeMap<InstrumentId, Instrument>,
    pub absences: Vec<Absence>,
    /// What the installation overrides of the default policy.
    pub policy: PolicyOverride,
}

/// A reader of mail: a desk or a person, with the calendar and the zone their mail keeps to.
#[derive(Debug, Clone, PartialEq)]
pub struct Reader {
    pub id: ReaderId,
    pub name: String,
    pub email: Option<EmailAddress>,
    pub calendar: Calendar,
}

impl Directory {
    /// The installation's policy.
    pub fn general_policy(&self) -> Policy {
        Policy::default().with(&self.policy)
    }

    /// The policy of a partnership (of the installation, for `None`).
    pub fn partnership_policy(&self, partnership: Option<&PartnershipId>) -> Policy {
        let general = self.general_policy();
        match partnership.and_then(|id| self.partnerships.get(id)) {
            Some(p) => general.with(&p.policy),
            None => general,
        }
    }

    /// The policy in force for one commitment.
    pub fn policy_for(&self, commitment: &Commitment) -> Policy {
        self.partnership_policy(commitment.partnership.as_ref())
            .with(&commitment.policy)
    }

    /// A desk's working calendar.
    pub fn desk_calendar(&self, desk: &DeskId) -> Calendar {
        let own = self
            .desks
            .get(desk)
            .and_then(|d| self.calendars.get(&d.calendar));
        own.cloned().unwrap_or_else(plain_calendar)
    }

    /// A person's calendar: their own, else that of their first desk by id that names them; a zone
    /// given without a calendar replaces only the zone. REMINDING, "Where and when".
    pub fn person_calendar(&self, person: &PersonId) -> Calendar {
        let known = self.people.get(person);
        let own = known
            .and_then(|p| p.calendar.as_ref())
            .and_then(|id| self.calendars.get(id));
        let first_desk = || {
            self.desks
                .values()
                .find(|d| d.names(person))
                .and_then(|d| self.calendars.get(&d.calendar))
        };
        let mut calendar = own
            .or_else(first_desk)
            .cloned()
            .unwrap_or_else(plain_calendar);
        if let Some(zone) = known.and_then(|p| p.timezone) {
            calendar.timezone = zone;
        }
        calendar
    }

    /// The reader behind an id; desks and people share one name space.
    pub fn reader(&self, id: &ReaderId) -> Option<Reader> {
        if let Some(desk) = self.desks.get(id.as_str()) {
            return Some(Reader {
                id: id.clone(),
                name: desk.name.clone(),
                email: desk.email.clone(),
                calendar: self.desk_calendar(&desk.id),
            });
        }
        let person = self.people.get(id.as_str())?;
        Some(Reader {
            id: id.clone(),
            name: person.name.clone(),
            email: person.email.clone(),
            calendar: self.person_calendar(&person.id),
        })
    }

    /// The dates of a meeting, as far as they are known.
    pub fn meeting_dated(&self, id: &MeetingId) -> Option<Dated> {
        self.meetings.get(id).and_then(Meeting::dated)
    }

    /// The window a deadline of a commitment means today. `None`: it awaits its meeting.
    pub fn resolve(&self, commitment: &Commitment, deadline: &Deadline) -> Option<Dated> {
        deadline.resolve(commitment.opened, |id| self.meeting_dated(id))
    }

    pub fn party_name<'a>(&'a self, id: &'a PartyId) -> &'a str {
        self.parties.get(id).map_or(id.as_str(), |p| &p.name)
    }

    /// The name of a desk or a person, or the id where nobody bears it any more.
    pub fn reader_name<'a>(&'a self, id: &'a ReaderId) -> &'a str {
        let desk = self.desks.get(id.as_str()).map(|d| d.name.as_str());
        desk.or_else(|| self.people.get(id.as_str()).map(|p| p.name.as_str()))
            .unwrap_or(id.as_str())
    }

    pub fn desk_name<'a>(&'a self, id: &'a DeskId) -> &'a str {
        self.desks.get(id).map_or(id.as_str(), |d| &d.name)
    }

    /// Whose zone "today" is told in, where a page or a list concerns nobody in particular: the
    /// first calendar by id, else UTC.
    pub fn house_zone(&self) -> Tz {
        self.calendars
            .values()
            .next()
            .map_or(Tz::UTC, |c| c.timezone)
    }
}

/// For a person no desk names: UTC, Saturday and Sunday off.
fn plain_calendar() -> Calendar {
    Calendar {
        id: CalendarId::parse("utc").expect("a plain word"),
        name: "UTC".into(),
        timezone: Tz::UTC,
        weekend: Weekend::default(),
        holidays: Default::default(),
    }
}
