//! Somebody says that mail reaches an address again: the mailbox was emptied, the account restored.
//! From then on it is written to as before. An address that was wrong is corrected in the record,
//! where the right one is simply another address.

use chrono::{DateTime, Utc};

use super::{Actor, another_try};
use crate::domain::desk::EmailAddress;
use crate::store::{Store, StoreError};

/// Takes an address for one that mail reaches. False where it never was thought otherwise.
pub async fn clear(
    store: &Store,
    address: &EmailAddress,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut n = 0;
    loop {
        match try_to_clear(store, address, actor, now).await {
            Err(error) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_clear(
    store: &Store,
    address: &EmailAddress,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut change = store.edit().await?;
    if !change.clear_bouncing(address).await? {
        change.roll_back().await?;
        return Ok(false);
    }
    let detail = "it is written to again";
    change
        .audit(
            now,
            actor.as_str(),
            "bounces-clear",
            address.as_str(),
            detail,
        )
        .await?;
    change.commit().await?;
    Ok(true)
}
