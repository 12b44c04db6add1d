//! Occurrences enter the ledger once, find their seat on the notice of a morning, and are taken
//! back when an edit makes them void.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{NewOccurrence, Seat};
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::notice::{Item, SkipReason};
use crate::domain::rule::Rule;
use crate::store::{Change, StoreError};

impl Change {
    /// Enters occurrences. For each its id where it is new, `None` where the ledger held it.
    pub async fn record(
        &mut self,
        new: &[NewOccurrence<'_>],
        now: DateTime<Utc>,
    ) -> Result<Vec<Option<i64>>, StoreError> {
        todo!()
    }

    /// The notice of a reader's morning that items can still join, else a new one, born gathering:
    /// the first part, or the next one where `opens_next_part`. The Message-ID is `<id@host>`.
    pub async fn seat(
        &mut self,
        recipient: &ReaderId,
        to: &str,
        date: NaiveDate,
        due_at: DateTime<Utc>,
        host: &str,
        opens_next_part: bool,
    ) -> Result<Seat, StoreError> {
        todo!()
    }

    /// Puts items, each with its occurrence, on a notice that was found by [`seat`](Self::seat) in
    /// this transaction.
    pub async fn add_items(
        &mut self,
        notice: Uuid,
        items: &[(i64, &Item)],
    ) -> Result<(), StoreError> {
        todo!()
    }

    /// Takes back what was not sent of a commitment's own rules (`milestone` is `None`) or of one
    /// milestone's. Returns how many occurrences.
    pub async fn supersede(
        &mut self,
        commitment: &CommitmentRef,
        milestone: Option<&str>,
        reason: SkipReason,
        rules: impl Fn(Rule) -> bool,
    ) -> Result<u64, StoreError> {
        todo!()
    }

    /// The last batch of a plan is in: its notices may leave. Returns how many.
    pub async fn release_gathering(&mut self) -> Result<u64, StoreError> {
        todo!()
    }
}
