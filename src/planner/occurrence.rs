//! What the planner says: occurrences, the ones it leaves unsaid, and the present in which it speaks.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::directory::Directory;
use crate::domain::hours::Hours;
use crate::domain::ids::ReaderId;
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::notice::{Because, Item, SkipReason, Subject};
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

    /// When something whose slot has come leaves: now, if the reader is at work (a day on which mail
    /// leaves for them, from the slot to 18:00), else at the reader's next slot.
    pub(super) fn leaves(&self, hours: Hours<'_>, rule: Rule) -> DateTime<Utc> {
        let can_wait = rule.can_wait();
        if hours.is_at_work(self.now, can_wait) {
            return self.now;
        }
        hours.slot_after(self.now, can_wait)
    }
}

/// A reader's first slot after an instant, on a day on which mail leaves for them.
pub fn next_slot(reader: &ReaderId, directory: &Directory, after: DateTime<Utc>) -> DateTime<Utc> {
    directory.hours(reader).slot_after(after, false)
}
