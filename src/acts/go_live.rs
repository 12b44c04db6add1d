//! The day the installation goes live: what fell due before it is never sent, so that loading an
//! old record showers nobody.

use chrono::{DateTime, NaiveDate, Utc};

use super::{Actor, another_try};
use crate::store::{Store, StoreError};

/// Sets the day from which reminders are sent, unless it is set already: the day the administrator
/// chose, else today where the house stands. Returns the day in force.
pub async fn go_live(
    store: &Store,
    chosen: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<NaiveDate, StoreError> {
    let mut n = 0;
    loop {
        match try_to_go_live(store, chosen, now).await {
            Err(error) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_go_live(
    store: &Store,
    chosen: Option<NaiveDate>,
    now: DateTime<Utc>,
) -> Result<NaiveDate, StoreError> {
    let snapshot = store.read().await?;
    let known = snapshot.installation().await?.live_on;
    if let Some(day) = known.filter(|day| chosen.is_none_or(|c| c == *day)) {
        return Ok(day);
    }
    let zone = snapshot.directory().await?.house_zone();
    drop(snapshot);
    let day = chosen.unwrap_or_else(|| now.with_timezone(&zone).date_naive());
    let mut change = store.change().await?;
    // Somebody else may have been first.
    if let Some(day) = change
        .installation()
        .await?
        .live_on
        .filter(|_| chosen.is_none())
    {
        return Ok(day);
    }
    change.set_live_on(day).await?;
    let detail = format!("reminders are sent from {day} on");
    change
        .audit(
            now,
            Actor::Daemon.as_str(),
            "go-live",
            "installation",
            &detail,
        )
        .await?;
    change.commit().await?;
    Ok(day)
}
