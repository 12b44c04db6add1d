//! Handover at every activation, cheaply: a record in which nothing has ended costs no question, and
//! one that was found settled is looked at again only when it changed, or when something else ends.

use std::sync::{Mutex, PoisonError};

use super::Engine;
use crate::acts::handover;
use crate::planner::handover::Endings;
use crate::store::StoreError;

/// The version of the record, and what had ended, when nothing was left to pass on.
#[derive(Debug, Default)]
pub(super) struct Settled(Mutex<Option<(i64, Endings)>>);

impl Settled {
    fn holds(&self, version: i64, endings: &Endings) -> bool {
        let settled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        settled
            .as_ref()
            .is_some_and(|(v, e)| *v == version && e == endings)
    }

    fn note(&self, version: i64, endings: Endings) {
        let mut settled = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *settled = Some((version, endings));
    }
}

/// Passes on what desks and terms that ended have left behind; returns how many commitments.
pub(super) async fn hand_over(engine: &Engine) -> Result<u64, StoreError> {
    let now = engine.clock.business_now();
    let directory = engine.store.directory().await?;
    let endings = Endings::by(now, &directory);
    if endings.is_empty() {
        return Ok(0);
    }
    let snapshot = engine.store.read().await?;
    let version = snapshot.installation().await?.record_version;
    drop(snapshot);
    if engine.settled.holds(version, &endings) {
        return Ok(0);
    }
    let passed = handover::hand_over(&engine.store, now).await?;
    if passed == 0 {
        // An edit meanwhile has counted another version, and is looked at by the next activation.
        engine.settled.note(version, endings);
    }
    Ok(passed)
}
