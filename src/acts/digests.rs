//! A reader says how often their digest is to come, by the link in one of them. Reminders are duty
//! mail: they and what is overdue come all the same.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{Actor, another_try};
use crate::domain::habits::Cadence;
use crate::domain::ids::ReaderId;
use crate::record::{EntityKey, entity};
use crate::store::{Store, StoreError};

/// Sets a reader's cadence. Returns the one before; `None` where nobody by that id is on record.
/// What is so already is left alone, and leaves no trace.
pub async fn set_cadence(
    store: &Store,
    reader: &ReaderId,
    cadence: Cadence,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Option<Cadence>, StoreError> {
    let mut n = 0;
    loop {
        match try_to_set(store, reader, cadence, actor, now).await {
            Err(error) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_set(
    store: &Store,
    reader: &ReaderId,
    cadence: Cadence,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Option<Cadence>, StoreError> {
    let mut change = store.edit().await?;
    let mut book = (*change.book().await?).clone();
    let directory = Arc::make_mut(&mut book.directory);
    let desk = directory.desks.get_mut(reader.as_str());
    let (habits, kind) = match desk {
        Some(desk) => (&mut desk.habits, entity::DESK),
        None => match directory.people.get_mut(reader.as_str()) {
            Some(person) => (&mut person.habits, entity::PERSON),
            None => {
                change.roll_back().await?;
                return Ok(None);
            }
        },
    };
    let before = std::mem::replace(&mut habits.digest, cadence);
    if before == cadence {
        change.roll_back().await?;
        return Ok(Some(before));
    }
    let key = EntityKey {
        kind,
        id: reader.to_string(),
    };
    change.save(&book, &[key]).await?;
    change.look_again_at_reader(reader).await?;
    let detail = format!("digest lines: {before} before, {cadence} from now on");
    change
        .audit(
            now,
            actor.as_str(),
            "digest-cadence",
            reader.as_str(),
            &detail,
        )
        .await?;
    change.commit().await?;
    Ok(Some(before))
}
