//! What a reader has seen of the overview: said by themselves, so that looking writes nothing.

use chrono::{DateTime, Utc};

use super::another_try;
use super::working::Worker;
use crate::store::{Store, StoreError};

/// A reader says that they have seen what is new. It is their own mark, and no part of the record.
pub async fn mark_seen(
    store: &Store,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let Some(reader) = worker.reader() else {
        return Ok(());
    };
    let mut n = 0;
    loop {
        let done = async {
            let mut change = store.change().await?;
            change.set_seen(&reader, now).await?;
            change.commit().await
        };
        match done.await {
            Err(error) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}
