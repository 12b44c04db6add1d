//! Importing a calendar of public holidays: the years for which the file is the calendar are
//! replaced, all others stay as they are, and what is computed in the calendar is timed anew.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::{ActError, Actor, another_try, retiming};
use crate::domain::book::Book;
use crate::domain::calendar::Calendar;
use crate::domain::directory::Directory;
use crate::domain::nearest::nearest;
use crate::intake::holidays::Holidays;
use crate::record::{EntityKey, entity};
use crate::store::{Snapshot, Store};
use crate::wording;

/// What an import of holidays does, or would do.
#[derive(Debug, Clone, PartialEq)]
pub struct Renewed {
    pub calendar: Calendar,
    /// Each new day with its name.
    pub added: BTreeMap<NaiveDate, String>,
    pub removed: BTreeSet<NaiveDate>,
    /// How many days of these years were there already.
    pub kept: usize,
}

impl Renewed {
    /// Whether the calendar is as the file has it already.
    pub fn is_nothing(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty()
    }
}

/// Replaces the holidays of the years that a file covers. With `dry_run` nothing is changed.
pub async fn import_holidays(
    store: &Store,
    id: &str,
    holidays: &Holidays,
    actor: &Actor,
    now: DateTime<Utc>,
    dry_run: bool,
) -> Result<Renewed, ActError> {
    let shown = renewed(&store.read().await?, id, holidays).await?;
    if dry_run || shown.is_nothing() {
        return Ok(shown);
    }
    let mut n = 0;
    loop {
        match try_to_import(store, id, holidays, actor, now).await {
            Err(ActError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_import(
    store: &Store,
    id: &str,
    holidays: &Holidays,
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Renewed, ActError> {
    let mut change = store.edit().await?;
    let renewed = renewed(&change, id, holidays).await?;
    let directory = change.directory().await?;
    let mut after = Directory::clone(&directory);
    let calendar = renewed.calendar.clone();
    after.calendars.insert(calendar.id.clone(), calendar);
    let book = Book {
        directory: Arc::new(after),
        ..Book::default()
    };
    let key = EntityKey {
        kind: entity::CALENDAR,
        id: id.to_owned(),
    };
    let keys = [key];
    change.save(&book, &keys).await?;
    retiming::ask(&mut change, &directory, &book.directory, &keys).await?;
    let years: Vec<String> = holidays.years.iter().map(i32::to_string).collect();
    let detail = format!(
        "{} added, {} removed, for {}",
        wording::count(renewed.added.len(), "holiday"),
        renewed.removed.len(),
        years.join(", ")
    );
    change
        .audit(now, actor.as_str(), "import calendar", id, &detail)
        .await?;
    change.commit().await?;
    Ok(renewed)
}

async fn renewed(snapshot: &Snapshot, id: &str, holidays: &Holidays) -> Result<Renewed, ActError> {
    let directory = snapshot.directory().await?;
    let Some(known) = directory.calendars.get(id) else {
        let names = directory.calendars.keys().map(|id| id.as_str());
        return Err(ActError::unknown("calendar", id, nearest(id, names)));
    };
    let in_file = |day: &NaiveDate| holidays.days.contains_key(day);
    let is_covered = |day: &NaiveDate| holidays.years.contains(&day.year());
    let added: BTreeMap<_, _> = holidays
        .days
        .iter()
        .filter(|(day, _)| !known.holidays.contains(day))
        .map(|(day, name)| (*day, name.clone()))
        .collect();
    let removed: BTreeSet<_> = known
        .holidays
        .iter()
        .filter(|day| is_covered(day) && !in_file(day))
        .copied()
        .collect();
    let kept = known.holidays.iter().filter(|day| in_file(day)).count();
    let mut calendar = known.clone();
    calendar.holidays.retain(|day| !removed.contains(day));
    calendar.holidays.extend(added.keys());
    Ok(Renewed {
        calendar,
        added,
        removed,
        kept,
    })
}
