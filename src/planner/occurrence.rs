//! What the planner says: occurrences, the ones it leaves unsaid, and what it must know of the past
//! so as to say nothing twice.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::calendar::{plus, slot_instant};
use crate::domain::deadline::Window;
use crate::domain::directory::{Directory, Hours};
use crate::domain::ids::ReaderId;
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::notice::{Because, Item, OccurrenceState, SkipReason, Subject};
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

/// What of a subject is in the ledger already.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    keys: HashSet<(Subject, Rule, String, ReaderId)>,
    /// What was said of a window, under whatever revision.
    windows: HashMap<(Subject, Rule, ReaderId), Vec<Window>>,
    /// A rehearsal takes everything before its first day as said.
    settled_before: Option<DateTime<Utc>>,
}

impl Recorded {
    /// Nothing yet, but everything with an earlier slot is taken as said.
    pub fn settled_before(instant: DateTime<Utc>) -> Self {
        Self {
            settled_before: Some(instant),
            ..Self::default()
        }
    }

    /// The ledger's entries of some subjects.
    pub fn from_ledger<'a>(entries: impl IntoIterator<Item = &'a OccurrenceEntry>) -> Self {
        let mut recorded = Self::default();
        for entry in entries {
            let said = matches!(
                entry.state,
                OccurrenceState::Sent | OccurrenceState::Waiting
            );
            recorded.note(
                &entry.subject,
                entry.rule,
                &entry.basis,
                &entry.recipient,
                entry.because.window.filter(|_| said),
            );
        }
        recorded
    }

    /// Adds an occurrence; `said` is false for one that was skipped.
    pub fn add(&mut self, occurrence: &Occurrence, said: bool) {
        let window = occurrence.because.window.filter(|_| said);
        let Occurrence {
            subject,
            rule,
            basis,
            recipient,
            ..
        } = occurrence;
        self.note(subject, *rule, basis, recipient, window);
    }

    fn note(
        &mut self,
        subject: &Subject,
        rule: Rule,
        basis: &str,
        recipient: &ReaderId,
        window: Option<Window>,
    ) {
        if let Some(window) = window {
            let key = (subject.clone(), rule, recipient.clone());
            self.windows.entry(key).or_default().push(window);
        }
        self.keys
            .insert((subject.clone(), rule, basis.to_owned(), recipient.clone()));
    }

    /// Whether this very firing is in the ledger, or the rule was already said of the same window
    /// under an earlier revision.
    pub(super) fn has(&self, occurrence: &Occurrence) -> bool {
        let Occurrence {
            subject,
            rule,
            basis,
            recipient,
            slot,
            ..
        } = occurrence;
        if self.settled_before.is_some_and(|before| *slot < before) {
            return true;
        }
        let key = (subject.clone(), *rule, basis.clone(), recipient.clone());
        if self.keys.contains(&key) {
            return true;
        }
        let window = occurrence.because.window.filter(|_| rule.has_window());
        window.is_some_and(|w| self.windows_said(subject, *rule, recipient).contains(&w))
    }

    /// The windows for which a rule was said to a reader.
    pub(super) fn windows_said(
        &self,
        subject: &Subject,
        rule: Rule,
        recipient: &ReaderId,
    ) -> &[Window] {
        let key = (subject.clone(), rule, recipient.clone());
        self.windows.get(&key).map_or(&[], Vec::as_slice)
    }
}
