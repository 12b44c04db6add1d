//! What of the past the planner must know so as to say nothing twice.
//!
//! A firing counts as heard by its reader and by the one in whose place they heard it: an absence or
//! a bounce that is entered late finds it said already.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};

use super::occurrence::Occurrence;
use crate::domain::deadline::Window;
use crate::domain::ids::ReaderId;
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::notice::{OccurrenceState, SkipReason, Subject};
use crate::domain::rule::Rule;

/// One firing for one reader: the unique key of the ledger.
type Firing = (Subject, Rule, String, ReaderId);

/// What of a subject is in the ledger already.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// What is entered and done with: the ledger holds each firing once. One that was taken back
    /// unheard is not among them.
    entered: HashSet<Firing>,
    /// What was said to a reader, or to somebody in their place, or decided not to be said.
    heard: HashSet<Firing>,
    /// What was said of a window, under whatever revision.
    windows: HashMap<(Subject, Rule, ReaderId), Vec<Window>>,
    /// When each digest that was said was put together, by its reader and its day.
    digests: HashMap<(ReaderId, NaiveDate), DateTime<Utc>>,
    /// The digests that fell due and never arrived, by their reader and their day.
    unsaid_digests: HashSet<(ReaderId, NaiveDate)>,
    /// Since when the reader of a digest was not asked, though their turn had come.
    unasked_since: Option<DateTime<Utc>>,
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
            let firing = Entered {
                subject: &entry.subject,
                rule: entry.rule,
                basis: &entry.basis,
                recipient: &entry.recipient,
                in_place_of: entry.because.in_place_of.as_ref(),
                window: entry.because.window.filter(|_| said),
            };
            if entry.rule == Rule::Digest {
                let key = (entry.recipient.clone(), entry.date);
                if said {
                    recorded.digests.insert(key, entry.recorded_at);
                } else if entry.reason != Some(SkipReason::BeforeItWentLive) {
                    recorded.unsaid_digests.insert(key);
                }
            }
            recorded.note(firing, Outcome::of(entry));
        }
        recorded
    }

    /// The same of a reader of digests who was not asked since an instant, though their turn had come.
    pub fn unasked_since(self, since: Option<DateTime<Utc>>) -> Self {
        Self {
            unasked_since: since,
            ..self
        }
    }

    /// Since when the reader of a digest was not asked, though their turn had come.
    pub(super) fn was_unasked_since(&self) -> Option<DateTime<Utc>> {
        self.unasked_since
    }

    /// Adds an occurrence; `said` is false for one that was skipped.
    pub fn add(&mut self, occurrence: &Occurrence, said: bool) {
        let Occurrence {
            subject,
            rule,
            basis,
            recipient,
            because,
            ..
        } = occurrence;
        let firing = Entered {
            subject,
            rule: *rule,
            basis,
            recipient,
            in_place_of: because.in_place_of.as_ref(),
            window: because.window.filter(|_| said),
        };
        self.note(firing, Outcome::Heard);
    }

    fn note(&mut self, entered: Entered<'_>, outcome: Outcome) {
        let Entered {
            subject,
            rule,
            basis,
            recipient,
            in_place_of,
            window,
        } = entered;
        if outcome != Outcome::Open {
            let firing = (subject.clone(), rule, basis.to_owned(), recipient.clone());
            self.entered.insert(firing);
        }
        if outcome != Outcome::Heard {
            return;
        }
        for reader in [Some(recipient), in_place_of].into_iter().flatten() {
            self.heard
                .insert((subject.clone(), rule, basis.to_owned(), reader.clone()));
            if let Some(window) = window {
                let key = (subject.clone(), rule, reader.clone());
                self.windows.entry(key).or_default().push(window);
            }
        }
    }

    /// Whether this very firing is in the ledger, for its reader or for somebody in their place, or
    /// the rule was already said of the same window under an earlier revision.
    pub(super) fn has(&self, occurrence: &Occurrence) -> bool {
        let Occurrence {
            subject,
            rule,
            basis,
            recipient,
            slot,
            because,
            ..
        } = occurrence;
        if self.settled_before.is_some_and(|before| *slot < before) {
            return true;
        }
        let firing_of = |reader: &ReaderId| (subject.clone(), *rule, basis.clone(), reader.clone());
        if self.entered.contains(&firing_of(recipient)) {
            return true;
        }
        let window = because.window.filter(|_| rule.has_window());
        let is_told = |reader: &ReaderId| {
            self.heard.contains(&firing_of(reader))
                || window.is_some_and(|w| self.windows_said(subject, *rule, reader).contains(&w))
        };
        is_told(recipient) || because.in_place_of.as_ref().is_some_and(is_told)
    }

    /// Whether this firing was said to a predecessor, or decided not to be: the successor in office is
    /// not told what is past again.
    pub(super) fn was_for(&self, occurrence: &Occurrence, predecessor: &ReaderId) -> bool {
        let Occurrence {
            subject,
            rule,
            basis,
            because,
            ..
        } = occurrence;
        let firing = (subject.clone(), *rule, basis.clone(), predecessor.clone());
        let window = because.window.filter(|_| rule.has_window());
        self.heard.contains(&firing)
            || window.is_some_and(|w| self.windows_said(subject, *rule, predecessor).contains(&w))
    }

    /// When a reader's digest of a day was put together, if there was one.
    pub(super) fn digest_put_together(
        &self,
        reader: &ReaderId,
        day: NaiveDate,
    ) -> Option<DateTime<Utc>> {
        self.digests.get(&(reader.clone(), day)).copied()
    }

    /// Whether a reader's digest of a day, at this slot, fell due and never reached them. A week without
    /// a line misses nothing.
    pub(super) fn missed_digest(
        &self,
        reader: &ReaderId,
        day: NaiveDate,
        slot: DateTime<Utc>,
    ) -> bool {
        let key = (reader.clone(), day);
        if self.digests.contains_key(&key) {
            return false;
        }
        self.unsaid_digests.contains(&key) || self.unasked_since.is_some_and(|since| since < slot)
    }

    /// Whether a reader's own digest of a week is in the ledger.
    pub(super) fn has_digest(&self, reader: &ReaderId, week: &str) -> bool {
        let subject = Subject::Reader(reader.clone());
        self.entered
            .contains(&(subject, Rule::Digest, week.to_owned(), reader.clone()))
    }

    /// The windows for which a rule was said to a reader, or to somebody in their place.
    pub(super) fn windows_said(
        &self,
        subject: &Subject,
        rule: Rule,
        reader: &ReaderId,
    ) -> &[Window] {
        let key = (subject.clone(), rule, reader.clone());
        self.windows.get(&key).map_or(&[], Vec::as_slice)
    }
}

/// One entry of the ledger, as far as memory goes.
struct Entered<'a> {
    subject: &'a Subject,
    rule: Rule,
    basis: &'a str,
    recipient: &'a ReaderId,
    in_place_of: Option<&'a ReaderId>,
    window: Option<Window>,
}

/// What came of an entry, as far as saying it again goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    /// Said, or decided not to be: nobody hears it again.
    Heard,
    /// It reached nobody: its reader does not hear it again, whoever stands in for them does.
    Unheard,
    /// Taken back before it was heard, or it did not arrive: whoever it is for now hears it.
    Open,
}

impl Outcome {
    fn of(entry: &OccurrenceEntry) -> Self {
        match entry.reason {
            // Of a week that did not arrive the next one tells.
            Some(reason) if reason.leaves_open() && entry.rule == Rule::Digest => Self::Unheard,
            Some(reason) if reason.leaves_open() => Self::Open,
            Some(SkipReason::NoRecipient) => Self::Unheard,
            _ => Self::Heard,
        }
    }
}
