//! Re-timing: whose commitments are asked anew when they speak next, because something changed that
//! their times hang on. DELIVERY, "Planning at scale".
//!
//! An edit of one commitment times it itself. An edit of a calendar, a person, a desk or a meeting
//! concerns many, and which ones is decided here: the fewest that may be concerned, never fewer.

use std::collections::BTreeSet;

use super::commitment::Commitment;
use super::deadline::Deadline;
use super::directory::Directory;
use super::ids::{CalendarId, DeskId, MeetingId, PartnershipId, PersonId, ReaderId};

/// Whose commitments are to be timed anew: the open ones of a scope.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Scope {
    Everything,
    /// Those that a desk leads or cooperates on.
    Desk(DeskId),
    Partnership(PartnershipId),
    /// Those that hang on a meeting, by their deadline or that of a milestone.
    Meeting(MeetingId),
}

impl Scope {
    pub fn includes(&self, commitment: &Commitment) -> bool {
        match self {
            Scope::Everything => true,
            Scope::Desk(desk) => commitment.desks().any(|d| d == desk),
            Scope::Partnership(partnership) => commitment.partnership.as_ref() == Some(partnership),
            Scope::Meeting(meeting) => {
                let steps = commitment.milestones.iter();
                let steps = steps.filter_map(|m| m.deadline.as_ref());
                let mut deadlines = commitment.deadline.iter().chain(steps);
                deadlines.any(|d| Deadline::meeting(d) == Some(meeting))
            }
        }
    }
}

/// What the times of a desk's commitments hang on besides themselves, and who hears of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ties {
    pub desks: BTreeSet<DeskId>,
    pub people: BTreeSet<PersonId>,
    pub calendars: BTreeSet<CalendarId>,
    /// All to whom something about such a commitment may be addressed.
    pub readers: BTreeSet<ReaderId>,
}

impl Ties {
    /// 1. The desk, and the desks it is reached through, with their calendars.
    /// 2. The head and the SOM leader of each, and whoever stands in for them.
    /// 3. Of each person the calendar; of one without, the first desk that names them lends its own.
    pub fn of_desk(desk: &DeskId, directory: &Directory) -> Self {
        let mut ties = Self::default();
        let mut people: Vec<&PersonId> = Vec::new();
        let mut at = directory.desks.get(desk);
        while let Some(desk) = at.filter(|d| !ties.desks.contains(&d.id)) {
            ties.desks.insert(desk.id.clone());
            ties.calendars.insert(desk.calendar.clone());
            ties.readers.insert((&desk.id).into());
            people.extend(desk.head.iter().chain(&desk.som_leader));
            at = desk.through.as_ref().and_then(|id| directory.desks.get(id));
        }
        while let Some(person) = people.pop() {
            if !ties.people.insert(person.clone()) {
                continue;
            }
            ties.readers.insert(person.into());
            ties.add_hours(person, directory);
            let absences = directory.absences.iter().filter(|a| a.person == *person);
            people.extend(absences.filter_map(|a| a.deputy.as_ref()));
        }
        ties
    }

    fn add_hours(&mut self, person: &PersonId, directory: &Directory) {
        let own = directory.people.get(person);
        if let Some(calendar) = own.and_then(|p| p.calendar.as_ref()) {
            self.calendars.insert(calendar.clone());
        } else if let Some(first) = directory.desks.values().find(|d| d.names(person)) {
            self.desks.insert(first.id.clone());
            self.calendars.insert(first.calendar.clone());
        }
    }

    /// Whether any of these belongs to what the desk's times hang on.
    pub fn meets(&self, changed: &Ties) -> bool {
        !self.desks.is_disjoint(&changed.desks)
            || !self.people.is_disjoint(&changed.people)
            || !self.calendars.is_disjoint(&changed.calendars)
    }
}
