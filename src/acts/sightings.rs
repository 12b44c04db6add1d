//! What was seen of restricted commitments goes to the audit, for many looks at once.

use super::another_try;
use crate::domain::sighting::{SEE, Sighting};
use crate::store::{Store, StoreError};

/// Writes down who saw what; all of it or nothing.
pub async fn write_down(store: &Store, sightings: &[Sighting]) -> Result<(), StoreError> {
    let mut n = 0;
    loop {
        match try_to_write_down(store, sightings).await {
            Err(error) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_write_down(store: &Store, sightings: &[Sighting]) -> Result<(), StoreError> {
    let mut change = store.change().await?;
    for sighting in sightings {
        let Sighting {
            at,
            actor,
            commitment,
            place,
        } = sighting;
        let subject = commitment.as_str();
        change
            .audit(*at, actor, SEE, subject, place.in_words())
            .await?;
    }
    change.commit().await
}
