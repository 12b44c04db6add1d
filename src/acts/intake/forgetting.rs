//! What nobody worked on for a long time is let go of: a document that was never confirmed, or one of which
//! proposals were never decided. Its words go; the audit says that it was there, by its number alone, and
//! what was accepted of it stays on record.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::acts::{Actor, another_try};
use crate::store::{Store, StoreError};

/// Lets go of what lay for so many days, one after the other, each in a transaction of its own; how many.
/// Zero days: nothing is ever let go of, and nothing asked.
pub async fn forget_idle(store: &Store, days: u32, now: DateTime<Utc>) -> Result<u64, StoreError> {
    if days == 0 {
        return Ok(0);
    }
    let Some(before) = now.checked_sub_signed(TimeDelta::days(days.into())) else {
        return Ok(0);
    };
    let snapshot = store.read().await?;
    let idle = snapshot.idle_intakes(before).await?;
    drop(snapshot);
    let mut gone = 0;
    for id in idle {
        let mut n = 0;
        let done = loop {
            match try_to_forget(store, id, (days, before), now).await {
                Err(error) if another_try(n, &error).await.is_some() => n += 1,
                done => break done?,
            }
        };
        gone += u64::from(done);
    }
    Ok(gone)
}

/// Once nobody else works on it, it is asked again whether it lies there still.
async fn try_to_forget(
    store: &Store,
    id: Uuid,
    (days, before): (u32, DateTime<Utc>),
    now: DateTime<Utc>,
) -> Result<bool, StoreError> {
    let mut change = store.change().await?;
    let is_there = change.hold_intake(id).await?;
    let review = match is_there && change.idle_intakes(before).await?.contains(&id) {
        true => change.intake(id).await?,
        false => None,
    };
    let Some(review) = review else {
        change.roll_back().await?;
        return Ok(false);
    };
    change.let_go_of_intake(id).await?;
    let waiting = review.open().count();
    let detail = format!(
        "{} proposals, {waiting} undecided; nobody worked on it for {days} days",
        review.items.len()
    );
    let actor = Actor::Daemon;
    change
        .audit(
            now,
            actor.as_str(),
            "let go of document",
            &id.to_string(),
            &detail,
        )
        .await?;
    change.commit().await?;
    Ok(true)
}
