//! Re-timing, batch by batch: what an edit of a calendar, a person, a desk or a meeting means for the
//! commitments that hang on it is found out beside everybody else's work, and written in short
//! transactions, so that nobody who writes waits for it.
//!
//! One batch:
//! 1. The next commitments of the re-timing are read, with what the ledger holds of them.
//! 2. The planner says when each speaks next. Who has something to say by now is to be asked at once,
//!    by the stage that comes after this one.
//! 3. The times that changed are written, each only where the commitment is the one that was read,
//!    and the re-timing moves on. Where it was asked for anew meanwhile, nothing of the batch is kept.
//!
//! Only the planner whose lease runs does this, between two of its own batches: what it planned by the
//! old state of things cannot come after.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::plan::{Step, Turn, by_commitment};
use crate::acts::another_try;
use crate::domain::directory::Directory;
use crate::domain::ids::ReaderId;
use crate::domain::notice::Subject;
use crate::domain::retiming::{Scope, Ties};
use crate::planner::{Due, Recorded, due};
use crate::store::{LOOK_AT_ONCE, Retiming, Snapshot, StoreError};

/// Commitments timed anew in one transaction: few enough that whoever writes beside it does not wait
/// a tenth of a second. DELIVERY, "Planning at scale".
const ROWS: u64 = 1_000;
/// Batches in one stretch: what is due is planned and delivered after each.
const STRETCH: u32 = 16;
/// Commitments thought about before others get a turn on this thread.
const AT_A_STRETCH: usize = 50;

/// Whose notices may not leave yet.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Held {
    Nobody,
    Everybody,
    Readers(BTreeSet<ReaderId>),
}

impl Held {
    /// The readers of what is still being timed anew. Of a partnership or a meeting that may be
    /// anybody.
    pub fn by(scopes: &BTreeSet<Scope>, directory: &Directory) -> Self {
        let mut readers = BTreeSet::new();
        for scope in scopes {
            match scope {
                Scope::Desk(desk) => readers.extend(Ties::of_desk(desk, directory).readers),
                Scope::Everything | Scope::Partnership(_) | Scope::Meeting(_) => {
                    return Held::Everybody;
                }
            }
        }
        if scopes.is_empty() {
            Held::Nobody
        } else {
            Held::Readers(readers)
        }
    }
}

impl Turn<'_> {
    /// Works off a stretch of what is to be timed anew; begins a batch again that others disturbed.
    pub(super) async fn retime_a_stretch(&mut self) -> Result<Step, StoreError> {
        let mut disturbed = 0;
        let mut batches = 0;
        while batches < STRETCH {
            match self.retime_batch().await {
                Ok(Step::Again) => {
                    disturbed = 0;
                    batches += 1;
                }
                Ok(end) => return Ok(end),
                Err(error) if another_try(disturbed, &error).await.is_some() => disturbed += 1,
                Err(error) => return Err(error),
            }
        }
        self.planned.is_retiming = true;
        Ok(Step::Again)
    }

    async fn retime_batch(&mut self) -> Result<Step, StoreError> {
        let store = &self.engine.store;
        let snapshot = store.read().await?;
        let Some(batch) = snapshot.next_retiming(ROWS).await? else {
            return Ok(Step::Done);
        };
        let times = self.times_of(&snapshot, &batch).await?;
        drop(snapshot);
        let mut change = store.change().await?;
        if !self.is_still_planner(&mut change).await? {
            return Ok(Step::Lost);
        }
        let Some(written) = change.retime(&batch, &times).await? else {
            change.roll_back().await?;
            return Ok(Step::Again);
        };
        let step = self.commit_batch(change).await?;
        self.planned.retimed += written;
        Ok(step)
    }

    async fn times_of(
        &self,
        snapshot: &Snapshot,
        batch: &Retiming,
    ) -> Result<Vec<Option<DateTime<Utc>>>, StoreError> {
        let moment = self.moment(snapshot).await?;
        let directory = snapshot.directory().await?;
        let commitments = snapshot.commitments_to_retime(batch).await?;
        let subjects: Vec<Subject> = batch
            .commitments
            .iter()
            .map(|one| Subject::Commitment(one.reference.clone()))
            .collect();
        let ledger = by_commitment(snapshot.ledger_of(&subjects).await?);
        let mut times = Vec::with_capacity(batch.commitments.len());
        for some in batch.commitments.chunks(AT_A_STRETCH) {
            for one in some {
                let entries = ledger.get(&one.reference).map_or(&[][..], Vec::as_slice);
                let recorded = Recorded::from_ledger(entries);
                times.push(commitments.get(&one.reference).and_then(|commitment| {
                    time_to_ask(&due(commitment, &directory, &recorded, moment))
                }));
            }
            tokio::task::yield_now().await;
        }
        Ok(times)
    }
}

/// When somebody is to be asked: at once where there is something to write down.
fn time_to_ask(due: &Due) -> Option<DateTime<Utc>> {
    if due.said.is_empty() && due.skipped.is_empty() {
        due.next
    } else {
        Some(LOOK_AT_ONCE)
    }
}
