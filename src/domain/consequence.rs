//! What a change of the record does to reminding, said before it is made and after: which windows
//! change, which reminders were to come and now are not, and which come instead. The planner works
//! it out; pages and the command line show it.

use chrono::{DateTime, NaiveDate, Utc};

use super::deadline::{Deadline, Window};
use super::ids::{CommitmentRef, MeetingId, ReaderId};
use super::rule::Rule;
use super::schedule::Schedule;

/// Everything a change does, as far as its viewer may read it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Consequences {
    /// By reference; only those for which something changes.
    pub commitments: Vec<Consequence>,
    /// How many more there are than are told.
    pub more: usize,
    /// The briefs of meetings, where they change.
    pub briefs: Vec<BriefChange>,
}

impl Consequences {
    pub fn is_empty(&self) -> bool {
        self.commitments.is_empty() && self.briefs.is_empty()
    }
}

/// What changes for one commitment.
#[derive(Debug, Clone, PartialEq)]
pub struct Consequence {
    pub commitment: CommitmentRef,
    pub title: String,
    pub deadlines: Vec<DeadlineChange>,
    /// Reminders that were to come and now are not, in the order of their instants.
    pub gone: Vec<Reminder>,
    /// Reminders that come instead.
    pub instead: Vec<Reminder>,
}

/// A deadline whose words or whose window change.
#[derive(Debug, Clone, PartialEq)]
pub struct DeadlineChange {
    /// The title of the milestone; `None` for the commitment's own deadline.
    pub milestone: Option<String>,
    pub from: Option<Deadline>,
    pub from_window: Option<Window>,
    pub to: Option<Deadline>,
    pub to_window: Option<Window>,
    /// What it becomes by the change alone: overdue, or awaiting its event.
    pub becomes: Option<Schedule>,
}

/// One reminder that was to come, or that comes.
#[derive(Debug, Clone, PartialEq)]
pub struct Reminder {
    pub milestone: Option<String>,
    pub rule: Rule,
    pub recipient: ReaderId,
    /// When it leaves.
    pub at: DateTime<Utc>,
    /// The civil date it leaves on, where its recipient is.
    pub date: NaiveDate,
}

/// The brief of a meeting, and to whom it goes on which day.
#[derive(Debug, Clone, PartialEq)]
pub struct BriefChange {
    pub meeting: MeetingId,
    pub gone: Vec<(ReaderId, NaiveDate)>,
    pub instead: Vec<(ReaderId, NaiveDate)>,
}
