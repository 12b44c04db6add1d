//! The directory: everything commitments refer to, in memory. It is small (desks, people,
//! meetings, calendars), so a planner's activation or a page loads it whole and then looks things
//! up without asking the database again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use chrono_tz::Tz;

use super::calendar::{Calendar, Weekend};
use super::commitment::Commitment;
use super::deadline::{Dated, Deadline};
use super::desk::{Absence, Desk, EmailAddress, Person};
use super::habits::Habits;
use super::hours::Hours;
use super::ids::{
    CalendarId, DeskId, InstrumentId, MeetingId, PartnershipId, PartyId, PersonId, ReaderId,
};
use super::instrument::Instrument;
use super::meeting::Meeting;
use super::partnership::Partnership;
use super::party::{Chairmanship, Party};
use super::policy::{DEFAULT_SLOT, Policy, PolicyOverride};

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
    /// Addresses to which mail does not arrive, in lower case: as good as none. Not part of the record
    /// format.
    pub bouncing: BTreeSet<EmailAddress>,
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
    pub habits: Habits,
}

impl Directory {
    /// The desk that answers for something, and the desks it is reached through, in that order.
    pub fn desks_answering_for(&self, desk: &DeskId) -> Vec<&Desk> {
        let mut desks: Vec<&Desk> = Vec::new();
        let mut at = self.desks.get(desk);
        while let Some(desk) = at.filter(|d| !desks.iter().any(|known| known.id == d.id)) {
            desks.push(desk);
            at = desk.through.as_ref().and_then(|id| self.desks.get(id));
        }
        desks
    }

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
    pub fn desk_calendar(&self, desk: &DeskId) -> &Calendar {
        let own = self
            .desks
            .get(desk)
            .and_then(|d| self.calendars.get(&d.calendar));
        own.unwrap_or(&PLAIN_CALENDAR)
    }

    /// When a desk works.
    pub fn desk_hours(&self, desk: &DeskId) -> Hours<'_> {
        let calendar = self.desk_calendar(desk);
        let habits = self.desks.get(desk).map(|d| d.habits);
        self.hours_of(
            calendar,
            calendar.timezone,
            habits.unwrap_or_default(),
            None,
        )
    }

    /// When a person works: by their own calendar, else that of their first desk by id that names
    /// them; a zone given without a calendar replaces only the zone. REMINDING, "Where and when".
    pub fn person_hours(&self, person: &PersonId) -> Hours<'_> {
        let known = self.people.get(person);
        let own = known
            .and_then(|p| p.calendar.as_ref())
            .and_then(|id| self.calendars.get(id));
        let first_desk = || {
            let desk = self.desks.values().find(|d| d.names(person));
            desk.and_then(|d| self.calendars.get(&d.calendar))
        };
        let calendar = own.or_else(first_desk).unwrap_or(&PLAIN_CALENDAR);
        let zone = known.and_then(|p| p.timezone);
        self.hours_of(
            calendar,
            zone.unwrap_or(calendar.timezone),
            known.map(|p| p.habits).unwrap_or_default(),
            known.map(|p| &p.id),
        )
    }

    /// When a reader works.
    pub fn hours(&self, reader: &ReaderId) -> Hours<'_> {
        if let Some(desk) = self.desks.get(reader.as_str()) {
            return self.desk_hours(&desk.id);
        }
        match self.people.get(reader.as_str()) {
            Some(person) => self.person_hours(&person.id),
            None => self.hours_of(&PLAIN_CALENDAR, Tz::UTC, Habits::default(), None),
        }
    }

    fn hours_of<'a>(
        &'a self,
        calendar: &'a Calendar,
        zone: Tz,
        habits: Habits,
        person: Option<&'a PersonId>,
    ) -> Hours<'a> {
        Hours {
            calendar,
            zone,
            slot: habits.slot.or(self.policy.slot).unwrap_or(DEFAULT_SLOT),
            habits,
            person,
            absences: &self.absences,
        }
    }

    /// The reader behind an id; desks and people share one name space.
    pub fn reader(&self, id: &ReaderId) -> Option<Reader> {
        let (name, email, habits) = match self.desks.get(id.as_str()) {
            Some(desk) => (&desk.name, &desk.email, desk.habits),
            None => {
                let person = self.people.get(id.as_str())?;
                (&person.name, &person.email, person.habits)
            }
        };
        let Hours { calendar, zone, .. } = self.hours(id);
        let mut calendar = calendar.clone();
        calendar.timezone = zone;
        Some(Reader {
            id: id.clone(),
            name: name.clone(),
            email: email.clone(),
            calendar,
            habits,
        })
    }

    /// The address of a desk or a person as it stands on record, whether mail reaches it or not.
    pub fn email_of(&self, reader: &ReaderId) -> Option<&EmailAddress> {
        let desk = self.desks.get(reader.as_str());
        let of_person = || self.people.get(reader.as_str())?.email.as_ref();
        desk.map_or_else(of_person, |desk| desk.email.as_ref())
    }

    /// Where a person's mail can be sent: their address, unless mail to it does not arrive.
    pub fn address_of_person(&self, person: &PersonId) -> Option<&EmailAddress> {
        let address = self.people.get(person)?.email.as_ref();
        address.filter(|address| self.takes_mail(address))
    }

    fn takes_mail(&self, address: &EmailAddress) -> bool {
        self.bouncing.is_empty() || !self.bouncing.contains(&address.lower_case())
    }

    /// Where a desk's mail can be sent: its own address, unless mail to it does not arrive.
    pub fn address_of_desk(&self, desk: &DeskId) -> Option<&EmailAddress> {
        let address = self.desks.get(desk)?.email.as_ref();
        address.filter(|address| self.takes_mail(address))
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
static PLAIN_CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar {
    id: CalendarId::parse("utc").expect("a plain word"),
    name: "UTC".into(),
    timezone: Tz::UTC,
    weekend: Weekend::default(),
    holidays: Default::default(),
});
