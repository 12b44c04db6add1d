//! The points of an activation at which a test may hold a daemon, let it sleep past its lease or
//! let it die: before and after everything that others can see. A working daemon passes them
//! without noticing. They change nothing of what is done, and there is no other switch.

use std::sync::Arc;

use async_trait::async_trait;

/// A place in an activation, in the order in which one comes by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Point {
    /// Before anything: the rescue comes next.
    Waking,
    /// What dead daemons held is found; planning comes next.
    Rescued,
    /// The planner's lease is taken.
    PlannerLeaseTaken,
    /// What some readers' weeks have to say is known; it is written next.
    WeeksGathered,
    /// A batch of the plan is written and not committed (T0).
    BatchWritten,
    /// A batch of the plan is committed.
    BatchCommitted,
    /// The notices are released and the cursor is moved, and it is not committed.
    ReleaseWritten,
    /// The plan is done, and the planner's lease is given back.
    Released,
    /// Notices are claimed (T1); the record is read next.
    Claimed,
    /// A session is at work; it takes its first notice next.
    SessionBegun,
    /// Of one notice the letter is written; the relay comes next.
    LetterWritten,
    /// The server said 354; T2 comes next.
    BeforeContent,
    /// The bytes are final (T2); the content goes out next.
    ContentFinal,
    /// What came of a try is known; T3 comes next.
    BeforeSettling,
    /// T3 is committed.
    Settled,
    /// No answer came in time, and it is settled as in doubt; a late one is waited for next.
    AnswerOverdue,
    /// A session found nothing more to carry, or failed; its line is closed.
    SessionEnded,
    /// A round is over; what nobody came to is given back next.
    GivingBack,
}

impl Point {
    pub const ALL: [Point; 18] = [
        Point::Waking,
        Point::Rescued,
        Point::PlannerLeaseTaken,
        Point::WeeksGathered,
        Point::BatchWritten,
        Point::BatchCommitted,
        Point::ReleaseWritten,
        Point::Released,
        Point::Claimed,
        Point::SessionBegun,
        Point::LetterWritten,
        Point::BeforeContent,
        Point::ContentFinal,
        Point::BeforeSettling,
        Point::Settled,
        Point::AnswerOverdue,
        Point::SessionEnded,
        Point::GivingBack,
    ];

    /// Whether a transaction is open here, so that others who write have to wait.
    pub fn is_in_transaction(self) -> bool {
        matches!(self, Point::BatchWritten | Point::ReleaseWritten)
    }
}

/// Told when an activation comes to a point; the activation goes on when it returns.
#[async_trait]
pub trait Checkpoint: Send + Sync + 'static {
    async fn reached(&self, point: Point);
}

/// Who is told, if anybody.
#[derive(Clone, Default)]
pub(super) struct Watched(pub Option<Arc<dyn Checkpoint>>);

impl Watched {
    pub async fn reached(&self, point: Point) {
        if let Some(checkpoint) = &self.0 {
            checkpoint.reached(point).await;
        }
    }
}
