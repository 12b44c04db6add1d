//! Importing a record: all of it or nothing, safe to repeat. CONTRACT, "Record" and "Importing
//! again".

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::merging::{Entered, carry_out, foresee};
use super::{ActError, Actor, another_try};
use crate::domain::access::Viewer;
use crate::domain::book::Book;
use crate::domain::consequence::Consequences;
use crate::domain::directory::Directory;
use crate::planner::Moment;
use crate::record::{self, Baseline, EntityKey, Merged, Problems, SourceFile};
use crate::store::{Snapshot, Store, StoreError};

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Imported {
    pub new: Vec<EntityKey>,
    pub changed: Vec<EntityKey>,
    pub unchanged: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The record, or what it would change, is not in order. Nothing was changed.
    #[error("nothing was imported:\n{0}")]
    Problems(Problems),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Act(#[from] ActError),
}

/// Reads the files as one record and merges it into the database.
pub async fn import(
    store: &Store,
    files: &[SourceFile],
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Imported, ImportError> {
    let mut n = 0;
    loop {
        match try_to_import(store, files, actor, now).await {
            Err(ImportError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

/// What an import would do, without doing it.
#[derive(Debug, Clone)]
pub struct Preview {
    pub imported: Imported,
    pub before: Arc<Directory>,
    pub after: Arc<Directory>,
    pub consequences: Consequences,
}

/// Reads the files as [`import`] would, and says what it would change; nothing is written.
pub async fn preview(
    store: &Store,
    files: &[SourceFile],
    now: DateTime<Utc>,
) -> Result<Preview, ImportError> {
    let snapshot = store.read().await?;
    let before = snapshot.book().await?;
    let baseline = Baseline(snapshot.imported().await?);
    let live_on = snapshot.installation().await?.live_on;
    let moment = Moment { now, live_on };
    look(Some(&snapshot), &before, &baseline, files, moment).await
}

/// As [`preview`], where there is no installation yet.
pub async fn preview_of_first(
    files: &[SourceFile],
    now: DateTime<Utc>,
) -> Result<Preview, ImportError> {
    let nothing = Arc::new(Book::default());
    let moment = Moment { now, live_on: None };
    look(None, &nothing, &Baseline::default(), files, moment).await
}

async fn look(
    snapshot: Option<&Snapshot>,
    before: &Arc<Book>,
    baseline: &Baseline,
    files: &[SourceFile],
    moment: Moment,
) -> Result<Preview, ImportError> {
    let merged = read_and_merge(files, before, baseline, moment.now)?;
    // Whoever types it at the machine: restricted commitments are not theirs to read.
    let foreseen = foresee(snapshot, before, &merged, moment, &Viewer::Operator).await?;
    Ok(Preview {
        imported: Imported {
            new: merged.new,
            changed: merged.changed,
            unchanged: merged.unchanged,
        },
        before: Arc::clone(&before.directory),
        after: foreseen.after,
        consequences: foreseen.consequences,
    })
}

fn read_and_merge(
    files: &[SourceFile],
    before: &Book,
    baseline: &Baseline,
    now: DateTime<Utc>,
) -> Result<Merged, ImportError> {
    let today = now
        .with_timezone(&before.directory.house_zone())
        .date_naive();
    let read = record::read(files, before).map_err(ImportError::Problems)?;
    let mut merged =
        record::merge(before, &read, baseline, today).map_err(ImportError::Problems)?;
    let entered = Entered {
        at: now,
        reason: None,
        by: None,
    };
    entered.note_in(&mut merged, before);
    Ok(merged)
}

/// 1. Read against what the database holds, and merge three ways.
/// 2. Save what is new or changed, with what hangs on it.
/// 3. Keep what the files said as the next common ground.
async fn try_to_import(
    store: &Store,
    files: &[SourceFile],
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Imported, ImportError> {
    let mut change = store.edit().await?;
    let before = change.book().await?;
    let baseline = Baseline(change.imported().await?);
    let merged = read_and_merge(files, &before, &baseline, now)?;

    carry_out(&mut change, &before, &merged).await?;
    change.set_imported(&merged.imported).await?;
    if !merged.is_empty() {
        let detail = format!("{} new, {} changed", merged.new.len(), merged.changed.len());
        let names: Vec<&str> = files.iter().map(|f| f.name.as_str()).collect();
        change
            .audit(now, actor.as_str(), "import", &names.join(", "), &detail)
            .await?;
    }
    change.commit().await?;
    Ok(Imported {
        new: merged.new,
        changed: merged.changed,
        unchanged: merged.unchanged,
    })
}
