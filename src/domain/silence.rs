//! Why a commitment has nothing to say for now: the words for an answer to "why did nothing come?".
//! The planner finds them ([`planner::silences`](crate::planner::silences)), `wording` says them.

use chrono::NaiveDate;

use super::commitment::Lifecycle;
use super::ids::{DeskId, MeetingId};

/// One reason for which reminders rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Silence {
    /// Met, carried forward, superseded or withdrawn; or not accepted yet.
    NotOpen(Lifecycle),
    /// It is tracked from a later day on.
    NotYetOpened(NaiveDate),
    /// A deadline hangs on a meeting that has no date.
    AwaitsEvent {
        milestone: Option<String>,
        meeting: MeetingId,
    },
    /// No deadline was established, for itself or a milestone still to be reached.
    NoDeadline,
    /// Snoozed: nothing before that day but the last day, what is overdue, and briefs.
    Snoozed { until: NaiveDate, reason: String },
    /// The latest update, of that day, reports completion and was not returned.
    ReportedCompleted(NaiveDate),
    /// The lead desk cannot be reached by mail in any way.
    NobodyReachable(DeskId),
    /// The lead desk's mailbox is read by somebody who may not read this.
    NotPermitted(DeskId),
}
