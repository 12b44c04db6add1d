//! The third axis of status: what the calendar says. Computed, never stored.

use chrono::{DateTime, NaiveDate, Utc};

use super::commitment::{Commitment, Kind, Lifecycle};
use super::deadline::{Deadline, Window};
use super::directory::Directory;

closed_list! {
    /// Where a commitment (or a milestone) stands against its deadline.
    Schedule {
        OnTrack = "on-track",
        DueSoon = "due-soon",
        Overdue = "overdue",
        AwaitingEvent = "awaiting-event",
        NoDeadline = "no-deadline",
        Closed = "closed",
    }
}

impl Schedule {
    /// The place in the order in which people want to see them: 0 presses most.
    pub fn rank(self) -> u8 {
        match self {
            Schedule::Overdue => 0,
            Schedule::DueSoon => 1,
            Schedule::OnTrack => 2,
            Schedule::AwaitingEvent => 3,
            Schedule::NoDeadline => 4,
            Schedule::Closed => 5,
        }
    }
}

/// One deadline of a commitment: its own, or a milestone's.
#[derive(Debug, Clone, Copy)]
pub struct DeadlineOf<'a> {
    /// The place of the milestone; `None` for the commitment's own deadline.
    pub milestone: Option<usize>,
    pub deadline: &'a Deadline,
    pub window: Option<Window>,
}

/// The live deadlines of a commitment: its own first, then those of milestones still to be reached.
pub fn live_deadlines<'a>(
    commitment: &'a Commitment,
    directory: &Directory,
) -> Vec<DeadlineOf<'a>> {
    let own = commitment.deadline.iter().map(|d| (None, d));
    let steps = commitment
        .live_milestones()
        .filter_map(|(place, m)| m.deadline.as_ref().map(|d| (Some(place), d)));
    own.chain(steps)
        .map(|(milestone, deadline)| DeadlineOf {
            milestone,
            deadline,
            window: directory.resolve(commitment, deadline).map(|d| d.window),
        })
        .collect()
}

/// The civil date in a commitment's lead desk's zone.
pub fn desk_today(commitment: &Commitment, directory: &Directory, now: DateTime<Utc>) -> NaiveDate {
    now.with_timezone(&directory.desk_calendar(&commitment.lead).timezone)
        .date_naive()
}

/// The schedule of one window on a day. `None` stands for a deadline that awaits its event.
pub fn of_window(window: Option<Window>, today: NaiveDate, due_soon: u32) -> Schedule {
    match window {
        None => Schedule::AwaitingEvent,
        Some(w) if today > w.last => Schedule::Overdue,
        Some(w) if (w.last - today).num_days() <= i64::from(due_soon) => Schedule::DueSoon,
        Some(_) => Schedule::OnTrack,
    }
}

/// The schedule of a commitment on a day in its lead desk's zone: the most pressing of its live
/// deadlines. What the latest update that was not returned reports as completed is not overdue,
/// nor due soon.
pub fn of_commitment(commitment: &Commitment, directory: &Directory, today: NaiveDate) -> Schedule {
    if !matches!(commitment.state, Lifecycle::Open | Lifecycle::Proposed) {
        return Schedule::Closed;
    }
    let due_soon = directory.policy_for(commitment).due_soon;
    let completed = commitment.kind != Kind::Standing
        && commitment
            .latest_update(today)
            .is_some_and(|u| u.reports_completion());
    let pressing = live_deadlines(commitment, directory)
        .into_iter()
        .map(|d| match of_window(d.window, today, due_soon) {
            Schedule::Overdue | Schedule::DueSoon if completed => Schedule::OnTrack,
            schedule => schedule,
        })
        .min_by_key(|s| s.rank());
    pressing.unwrap_or(Schedule::NoDeadline)
}
