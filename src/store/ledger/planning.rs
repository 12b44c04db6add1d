//! What planning asks before it begins and leaves behind when it ends: who has something to say,
//! when to look again, and which daemon is at it.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::Timed;
use crate::domain::ids::{CommitmentRef, MeetingId, ReaderId};
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::notice::{Item, Subject};
use crate::store::{Change, Snapshot, StoreError};

impl Snapshot {
    /// The commitments that have something to say by now, the longest due first.
    pub async fn due_commitments(
        &self,
        now: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<Timed<CommitmentRef>>, StoreError> {
        todo!()
    }

    /// The meetings that have something to say by now.
    pub async fn due_meetings(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Vec<Timed<MeetingId>>, StoreError> {
        todo!()
    }

    /// The readers whose digest is to be looked at by now.
    pub async fn due_readers(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Vec<Timed<ReaderId>>, StoreError> {
        todo!()
    }

    /// The business time at which there is something to do next: somebody to ask, or a notice to
    /// send.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        todo!()
    }

    /// What of these subjects is in the ledger. A commitment brings its milestones.
    pub async fn ledger_of(
        &self,
        subjects: &[Subject],
    ) -> Result<Vec<OccurrenceEntry>, StoreError> {
        todo!()
    }

    /// What is gathered for a reader's morning and has not left.
    pub async fn gathered(
        &self,
        recipient: &ReaderId,
        date: NaiveDate,
    ) -> Result<Vec<Item>, StoreError> {
        todo!()
    }

    /// How far planning has come, by the business clock.
    pub async fn planned_until(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        todo!()
    }
}

impl Change {
    /// When commitments are to be asked again; only where the version is the one that was read.
    /// Returns how many still had it.
    pub async fn set_next_due_commitments(
        &mut self,
        rows: &[(CommitmentRef, i64, Option<DateTime<Utc>>)],
    ) -> Result<u64, StoreError> {
        todo!()
    }

    /// As [`set_next_due_commitments`](Self::set_next_due_commitments), for meetings.
    pub async fn set_next_due_meetings(
        &mut self,
        rows: &[(MeetingId, i64, Option<DateTime<Utc>>)],
    ) -> Result<u64, StoreError> {
        todo!()
    }

    /// As [`set_next_due_commitments`](Self::set_next_due_commitments), for readers of digests.
    pub async fn set_next_due_readers(
        &mut self,
        rows: &[(ReaderId, i64, Option<DateTime<Utc>>)],
    ) -> Result<u64, StoreError> {
        todo!()
    }

    /// Everything up to this business time has been planned.
    pub async fn advance_cursor(&mut self, until: DateTime<Utc>) -> Result<(), StoreError> {
        todo!()
    }

    /// Makes this daemon the one that plans, unless another's lease still runs (real clock).
    pub async fn take_planner_lease(
        &mut self,
        token: Uuid,
        real_now: DateTime<Utc>,
        until_real: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        todo!()
    }

    /// Prolongs the lease inside a batch's transaction; false when somebody else has it now, and
    /// the batch must not be committed.
    pub async fn confirm_planner_lease(
        &mut self,
        token: Uuid,
        until_real: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        todo!()
    }

    /// Ends the lease, if it is still this one.
    pub async fn give_back_planner_lease(&mut self, token: Uuid) -> Result<(), StoreError> {
        todo!()
    }
}
