//! What is written for many at once, apart from any request: when sessions were last seen; and what is
//! over is forgotten.

use chrono::{DateTime, TimeDelta, Utc};

use super::Keeper;
use crate::store::StoreError;

/// How long a link that opens nothing any more is kept, to be told what it was.
const KEPT: TimeDelta = TimeDelta::days(30);

impl Keeper {
    /// Writes when sessions, by their hashes, were last seen, and forgets those that are over.
    pub async fn keep_house(&self, seen: &[(String, DateTime<Utc>)]) -> Result<(), StoreError> {
        let now = self.real_now();
        let mut change = self.store.change().await?;
        change.note_seen(seen, self.limits).await?;
        change.forget_ended_sessions(now).await?;
        change.forget_old_links(now - KEPT).await?;
        change.forget_ended_keys(now - KEPT).await?;
        change.commit().await
    }
}
