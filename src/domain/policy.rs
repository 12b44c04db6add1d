//! Policies: the numbers of REMINDING. One for the installation; a partnership or a commitment may
//! override single numbers.

use chrono::{NaiveTime, Weekday};
use serde::{Deserialize, Serialize};

use super::commitment::Cycle;

/// The hour at which mail leaves, where nobody says another.
pub const DEFAULT_SLOT: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).expect("08:00 exists");

/// All the numbers in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Policy {
    /// Days before the end of a window.
    pub before: Vec<u32>,
    /// Days after the end of a window.
    pub overdue: Vec<u32>,
    /// From how many days overdue the head hears of it.
    pub head_after: u32,
    /// From how many days overdue the SOM leader hears of it.
    pub leader_after: u32,
    /// The hour of the day at which mail leaves, on the recipient's clock.
    pub slot: NaiveTime,
    /// Days without an update until a commitment is stale.
    pub stale_after: u32,
    pub review_every: Cycle,
    /// Working days after a submission.
    pub decision: Vec<u32>,
    /// How far ahead *due soon* reaches, in days.
    pub due_soon: u32,
    /// Working days until an ask counts as unanswered.
    pub unanswered_after: u32,
    /// Working days before a meeting.
    pub brief_working_days: u32,
    pub digest_weekday: Weekday,
}

impl Default for Policy {
    /// The defaults of REMINDING.
    fn default() -> Self {
        Self {
            before: vec![7, 1],
            overdue: vec![1, 8, 15],
            head_after: 8,
            leader_after: 15,
            slot: DEFAULT_SLOT,
            stale_after: 60,
            review_every: Cycle { months: 3 },
            decision: vec![3, 10],
            due_soon: 30,
            unanswered_after: 10,
            brief_working_days: 10,
            digest_weekday: Weekday::Mon,
        }
    }
}

/// The numbers a partnership or a commitment sets for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyOverride {
    pub before: Option<Vec<u32>>,
    pub overdue: Option<Vec<u32>>,
    pub head_after: Option<u32>,
    pub leader_after: Option<u32>,
    pub slot: Option<NaiveTime>,
    pub stale_after: Option<u32>,
    pub review_every: Option<Cycle>,
    pub decision: Option<Vec<u32>>,
    pub due_soon: Option<u32>,
    pub unanswered_after: Option<u32>,
    pub brief_working_days: Option<u32>,
    pub digest_weekday: Option<Weekday>,
}

impl PolicyOverride {
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

impl Policy {
    /// This policy with single numbers replaced.
    pub fn with(&self, by: &PolicyOverride) -> Policy {
        if by.is_empty() {
            return self.clone();
        }
        let PolicyOverride {
            before,
            overdue,
            head_after,
            leader_after,
            slot,
            stale_after,
            review_every,
            decision,
            due_soon,
            unanswered_after,
            brief_working_days,
            digest_weekday,
        } = by;
        Policy {
            before: before.clone().unwrap_or_else(|| self.before.clone()),
            overdue: overdue.clone().unwrap_or_else(|| self.overdue.clone()),
            head_after: head_after.unwrap_or(self.head_after),
            leader_after: leader_after.unwrap_or(self.leader_after),
            slot: slot.unwrap_or(self.slot),
            stale_after: stale_after.unwrap_or(self.stale_after),
            review_every: review_every.unwrap_or(self.review_every),
            decision: decision.clone().unwrap_or_else(|| self.decision.clone()),
            due_soon: due_soon.unwrap_or(self.due_soon),
            unanswered_after: unanswered_after.unwrap_or(self.unanswered_after),
            brief_working_days: brief_working_days.unwrap_or(self.brief_working_days),
            digest_weekday: digest_weekday.unwrap_or(self.digest_weekday),
        }
    }
}
