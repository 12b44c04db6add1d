//! What the planner says: occurrences, the ones it leaves unsaid, and the present in which it speaks.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::calendar::{plus, slot_instant};
use crate::domain::directory::{Directory, Hours};
use crate::domain::ids::ReaderId;
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::notice::{Because, Item, SkipReason, Subject};
use crate::domain::policy::Policy;
use crate::domain::rule::Rule;

/// One firing of one rule for one reader. The ledger holds each at most once, ever.
#[derive(Debug, Clone, PartialEq)]
pub struct Occurrence {
    pub subject: Subject,
    pub rule: Rule,
    /// Which firing of the rule it is; DELIVERY, "Tables that carry them".
    pub basis: String,
    pub recipient: ReaderId,
    /// Its civil date.
    pub date: NaiveDate,
    /// When it is to leave.
    pub slot: DateTime<Utc>,
    /// What it puts into its notice: one block for a reminder, the lines of a digest or a brief.
    pub items: Vec<Item>,
    pub because: Because,
}

impl Occurrence {
    /// Whether this entry of the ledger is this very firing.
    pub fn is_entered_as(&self, entry: &OccurrenceEntry) -> bool {
        entry.subject == self.subject
            && entry.rule == self.rule
            && entry.basis == self.basis
            && entry.recipient == self.recipient
    }
}

/// An occurrence that stays unsaid, and why.
#[derive(Debug, Clone, PartialEq)]
pub struct Skipped {
    pub occurrence: Occurrence,
    pub reason: SkipReason,
}

/// What a commitment, a meeting or a reader has to say by now.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Due {
    pub said: Vec<Occurrence>,
    pub skipped: Vec<Skipped>,
    /// When it is to be asked again.
    pub next: Option<DateTime<Utc>>,
}

impl Due {
    pub(super) fn speak_at(&mut self, at: DateTime<Utc>) {
        self.next = Some(self.next.map_or(at, |known| known.min(at)));
    }
}

/// The present: the instant of the activation, and the day the installation went live.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    pub now: DateTime<Utc>,
    /// Occurrences whose slot falls on an earlier day are never sent.
    pub live_on: Option<NaiveDate>,
}

impl Moment {
    /// Marked late: the slot is more than a day old.
    pub(super) fn is_late(&self, slot: DateTime<Utc>) -> bool {
        self.now - slot > TimeDelta::days(1)
    }

    pub(super) fn is_before_live(&self, slot: DateTime<Utc>, hours: Hours<'_>) -> bool {
        self.live_on
            .is_some_and(|live| slot.with_timezone(&hours.zone).date_naive() < live)
    }

    /// The civil date of a reader.
    pub(super) fn today(&self, hours: Hours<'_>) -> NaiveDate {
        self.now.with_timezone(&hours.zone).date_naive()
    }

    /// When something whose slot has come leaves: now, if the reader is at work (a working day,
    /// from the slot to 18:00), else at the reader's next slot.
    pub(super) fn leaves(&self, hours: Hours<'_>, policy: &Policy) -> DateTime<Utc> {
        let today = self.today(hours);
        let slot = slot_instant(hours.zone, today, policy.slot);
        if hours.calendar.is_working(today) && self.now >= slot {
            let evening = chrono::NaiveTime::from_hms_opt(18, 0, 0).expect("18:00 exists");
            if self.now <= slot_instant(hours.zone, today, evening) {
                return self.now;
            }
        }
        slot_after(hours, policy, self.now)
    }
}

/// A reader's first slot after an instant, on a day the reader works.
pub fn next_slot(reader: &ReaderId, directory: &Directory, after: DateTime<Utc>) -> DateTime<Utc> {
    slot_after(directory.hours(reader), &directory.general_policy(), after)
}

fn slot_after(hours: Hours<'_>, policy: &Policy, after: DateTime<Utc>) -> DateTime<Utc> {
    let today = after.with_timezone(&hours.zone).date_naive();
    let day = hours.calendar.next(today);
    let slot = slot_instant(hours.zone, day, policy.slot);
    if slot > after {
        return slot;
    }
    let day = hours.calendar.next(plus(day, 1));
    slot_instant(hours.zone, day, policy.slot)
}
