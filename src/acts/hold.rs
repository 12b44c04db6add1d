//! Holding mail back after a restore, and letting it go. A restored database does not know what was
//! sent after its backup was made; sending what it believes to be due would say things twice.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Actor, another_try};
use crate::domain::calendar::slot_instant;
use crate::store::{Change, Store, StoreError};
use crate::wording;

/// What letting mail go came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Released {
    /// From this day on reminders are sent.
    pub from: NaiveDate,
    /// Occurrences of earlier days that are never sent.
    pub forgone: u64,
}

/// Nothing leaves from now on, for this reason (a full sentence).
pub async fn hold(store: &Store, reason: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
    let mut n = 0;
    loop {
        let done = async {
            let mut change = store.change().await?;
            change.begin_hold(reason, now).await?;
            let actor = Actor::Daemon.as_str();
            change
                .audit(now, actor, "hold", "installation", reason)
                .await?;
            change.commit().await
        };
        match done.await {
            Err(error) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

/// Keeps by what the server this database lives on is known again.
pub async fn settle_in(store: &Store, home: &str) -> Result<(), StoreError> {
    let mut change = store.change().await?;
    if change.known_home().await?.as_deref() != Some(home) {
        change.set_home(home).await?;
    }
    change.commit().await
}

/// Lets mail go again, from a day on (today where the house stands, unless another is given): what
/// fell due before is never sent; what may have gone out already is for a person to decide. `None`
/// where nothing was held.
pub async fn release(
    store: &Store,
    from: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Option<Released>, StoreError> {
    let mut n = 0;
    loop {
        match try_to_release(store, from, now).await {
            Err(error) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_release(
    store: &Store,
    from: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<Option<Released>, StoreError> {
    let home = store.home().await?;
    let mut change: Change = store.change().await?;
    if change.hold().await?.is_none() {
        return Ok(None);
    }
    let zone = change.directory().await?.house_zone();
    let from = from.unwrap_or_else(|| now.with_timezone(&zone).date_naive());
    let begins = slot_instant(zone, from, chrono::NaiveTime::MIN);
    let forgone = change.forgo_before(begins).await?;
    change.end_hold(from).await?;
    if let Some(home) = home {
        change.set_home(&home).await?;
    }
    let detail = format!(
        "reminders are sent from {from} on; {} of earlier days never",
        wording::count(usize::try_from(forgone).unwrap_or(usize::MAX), "occurrence")
    );
    let actor = Actor::Operator.as_str();
    change
        .audit(now, actor, "release", "installation", &detail)
        .await?;
    change.commit().await?;
    Ok(Some(Released { from, forgone }))
}
