//! What a page is drawn from: the book, where everything stands, who looks, and when. Everything a
//! page shows of commitments comes through here, so that what a viewer may not read is not there.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::domain::access::{Viewer, may_read, may_read_update};
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::desk::Desk;
use crate::domain::directory::Directory;
use crate::domain::hours::Hours;
use crate::domain::ids::{DeskId, MeetingId, ReaderId};
use crate::domain::meeting::Meeting;
use crate::domain::progress::Update;
use crate::domain::rights::Rights;

use super::standing::{Standing, Standings};

/// One look at the record.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    pub book: &'a Book,
    pub standings: &'a Standings,
    pub viewer: &'a Viewer,
    pub now: DateTime<Utc>,
    /// Up to when the viewer has seen what is new, where they said so and the page asks.
    pub seen: Option<DateTime<Utc>>,
}

/// As what somebody looks: it decides what stands first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Role {
    /// A SOM leader of these desks.
    Leader(BTreeSet<DeskId>),
    Head(BTreeSet<DeskId>),
    /// An officer, or a desk's own mailbox.
    Officer(BTreeSet<DeskId>),
    /// Whoever runs the installation, and anybody who holds no office.
    Onlooker,
}

impl<'a> Scene<'a> {
    pub fn directory(&self) -> &'a Directory {
        &self.book.directory
    }

    pub fn may_read(&self, commitment: &Commitment) -> bool {
        may_read(self.viewer, commitment, self.directory())
    }

    pub fn may_read_update(&self, update: &Update, commitment: &Commitment) -> bool {
        may_read_update(self.viewer, update, commitment, self.directory())
    }

    /// Everything this viewer may read, the most pressing first.
    pub fn readable(&self) -> impl Iterator<Item = &'a Standing> + use<'a, '_> {
        self.standings
            .iter()
            .filter(|s| self.may_read(&s.commitment))
    }

    /// What is open of it.
    pub fn open(&self) -> impl Iterator<Item = &'a Standing> + use<'a, '_> {
        self.readable().filter(|s| s.commitment.is_open())
    }

    /// What this viewer may do.
    pub fn rights(&self) -> Rights<'a> {
        Rights {
            viewer: self.viewer,
            directory: self.directory(),
            now: self.now,
        }
    }

    /// The desks of which the viewer is an officer.
    pub fn desks_as_officer(&self) -> BTreeSet<DeskId> {
        let Viewer::Person(person) = self.viewer else {
            return BTreeSet::new();
        };
        let desks = self.directory().desks.values();
        let desks = desks.filter(|d| d.officers.contains(person));
        desks.map(|d| d.id.clone()).collect()
    }

    /// The commitment of this reference, if there is one for this viewer.
    pub fn commitment(&self, reference: &str) -> Option<&'a Commitment> {
        self.book.commitment(reference).filter(|c| self.may_read(c))
    }

    /// On whose clock the viewer lives.
    pub fn zone(&self) -> Tz {
        self.hours()
            .map_or(self.directory().house_zone(), |h| h.zone)
    }

    /// The viewer's civil date.
    pub fn today(&self) -> NaiveDate {
        self.now.with_timezone(&self.zone()).date_naive()
    }

    /// When the viewer works; `None` for whoever runs the installation.
    pub fn hours(&self) -> Option<Hours<'a>> {
        let reader: ReaderId = match self.viewer {
            Viewer::Operator | Viewer::Stranger => return None,
            Viewer::Person(person) | Viewer::Guest(person) => person.into(),
            Viewer::Desk(desk) => desk.into(),
        };
        Some(self.directory().hours(&reader))
    }

    /// The viewer's name, where it has one.
    pub fn viewer_name(&self) -> Option<&'a str> {
        let directory = self.directory();
        match self.viewer {
            Viewer::Operator | Viewer::Stranger => None,
            Viewer::Person(person) | Viewer::Guest(person) => {
                directory.people.get(person).map(|p| p.name.as_str())
            }
            Viewer::Desk(desk) => directory.desks.get(desk).map(|d| d.name.as_str()),
        }
    }

    /// As what the viewer looks: the highest office held.
    pub fn role(&self) -> Role {
        let holding = |holds: &dyn Fn(&Desk) -> bool| -> BTreeSet<DeskId> {
            let desks = self.directory().desks.values();
            desks.filter(|d| holds(d)).map(|d| d.id.clone()).collect()
        };
        let person = match self.viewer {
            Viewer::Operator | Viewer::Guest(_) | Viewer::Stranger => return Role::Onlooker,
            Viewer::Desk(desk) => return Role::Officer([desk.clone()].into()),
            Viewer::Person(person) => person,
        };
        let led = holding(&|d| d.som_leader.as_ref() == Some(person));
        if !led.is_empty() {
            return Role::Leader(led);
        }
        let headed = holding(&|d| d.head.as_ref() == Some(person));
        if !headed.is_empty() {
            return Role::Head(headed);
        }
        match holding(&|d| d.officers.contains(person)) {
            desks if desks.is_empty() => Role::Onlooker,
            desks => Role::Officer(desks),
        }
    }

    /// Since when changes are new: the day the viewer last said that they had seen them, else the last
    /// digest day before today, in the viewer's calendar.
    pub fn since(&self) -> NaiveDate {
        if let Some(seen) = self.seen {
            return seen.with_timezone(&self.zone()).date_naive();
        }
        let directory = self.directory();
        let weekday = directory.general_policy().digest_weekday;
        let calendar = match self.hours() {
            Some(hours) => Some(hours.calendar),
            None => directory.calendars.values().next(),
        };
        match calendar {
            Some(calendar) => calendar.digest_day_before(self.today(), weekday),
            None => crate::domain::calendar::plus(self.today(), -7),
        }
    }

    /// How many open commitments hang on each meeting, by a deadline still to come.
    pub fn tied(&self) -> BTreeMap<&'a MeetingId, usize> {
        let mut tied = BTreeMap::new();
        for standing in self.open() {
            let commitment: &'a Commitment = &standing.commitment;
            let own = commitment.deadline.iter();
            let steps = commitment
                .live_milestones()
                .filter_map(|(_, m)| m.deadline.as_ref());
            let meetings: BTreeSet<_> = own.chain(steps).filter_map(|d| d.meeting()).collect();
            for meeting in meetings {
                *tied.entry(meeting).or_default() += 1;
            }
        }
        tied
    }

    /// The meetings still to come, by date, those without one last.
    pub fn meetings_ahead(&self) -> Vec<&'a Meeting> {
        use crate::domain::meeting::MeetingStatus::{Cancelled, Held};
        let today = self.today();
        let mut ahead: Vec<&Meeting> = self
            .directory()
            .meetings
            .values()
            .filter(|m| !matches!(m.status, Held | Cancelled))
            .filter(|m| m.dated().is_none_or(|d| d.window.last >= today))
            .collect();
        ahead.sort_by_key(|m| meeting_order(m));
        ahead
    }
}

/// By the end of what is known of the date (a day before the month it lies in), undated ones last.
pub fn meeting_order(meeting: &Meeting) -> (NaiveDate, NaiveDate) {
    match &meeting.date {
        Some(date) => {
            let window = date.span.window();
            (window.last, window.first)
        }
        None => (NaiveDate::MAX, NaiveDate::MAX),
    }
}
