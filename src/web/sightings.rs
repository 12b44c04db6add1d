//! Who saw what is restricted, until it is written: a GET writes nothing, so looks are gathered here and
//! go to the audit for many at once, every few seconds and when the daemon ends. A daemon that is killed
//! loses those few seconds.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;

use crate::acts::Actor;
use crate::acts::sightings::write_down;
use crate::domain::access::{Viewer, may_read};
use crate::domain::book::Book;
use crate::domain::ids::CommitmentRef;
use crate::domain::sighting::{Place, Sighting, shown};
use crate::store::{Store, StoreError};

/// The looks that are not written yet, and those of the day that are.
#[derive(Debug, Clone, Default)]
pub struct Sightings(Arc<Mutex<Looks>>);

#[derive(Debug, Default)]
struct Looks {
    /// The civil date they are of, where the house stands.
    day: NaiveDate,
    /// Who saw what that day, and how much of it.
    known: HashMap<(String, CommitmentRef), Place>,
    unwritten: Vec<Sighting>,
}

impl Sightings {
    /// Somebody is shown a page.
    pub(super) fn page(
        &self,
        (viewer, actor): (&Viewer, &Actor),
        book: &Book,
        (address, html): (&str, &str),
        now: DateTime<Utc>,
    ) {
        for (reference, place) in shown(book, address, html) {
            let commitment = book.commitment(reference.as_str());
            if commitment.is_some_and(|c| may_read(viewer, c, &book.directory)) {
                self.note(actor, book.directory.house_zone(), reference, place, now);
            }
        }
    }

    /// Somebody sees a restricted commitment. Once a day is told, and once more when it is more.
    pub(super) fn note(
        &self,
        actor: &Actor,
        zone: Tz,
        reference: &CommitmentRef,
        place: Place,
        now: DateTime<Utc>,
    ) {
        let day = now.with_timezone(&zone).date_naive();
        let mut looks = self.lock();
        if looks.day != day {
            looks.day = day;
            looks.known.clear();
        }
        let key = (actor.as_str().to_owned(), reference.clone());
        if looks.known.get(&key).is_some_and(|known| *known >= place) {
            return;
        }
        looks.known.insert(key, place);
        looks.unwritten.push(Sighting {
            at: now,
            actor: actor.as_str().to_owned(),
            commitment: reference.clone(),
            place,
        });
    }

    /// Writes what was seen since it was last called. What cannot be written is kept for the next time.
    pub async fn write(&self, store: &Store) -> Result<(), StoreError> {
        let sightings = std::mem::take(&mut self.lock().unwritten);
        if sightings.is_empty() {
            return Ok(());
        }
        let written = write_down(store, &sightings).await;
        if written.is_err() {
            let mut looks = self.lock();
            let since = std::mem::replace(&mut looks.unwritten, sightings);
            looks.unwritten.extend(since);
        }
        written
    }

    fn lock(&self) -> MutexGuard<'_, Looks> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
