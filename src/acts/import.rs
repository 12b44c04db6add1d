//! Importing a record: all of it or nothing, safe to repeat. CONTRACT, "Record" and "Importing
//! again".

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use super::{Actor, another_try};
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::deadline::Window;
use crate::domain::directory::Directory;
use crate::domain::ids::CommitmentRef;
use crate::domain::notice::SkipReason;
use crate::planner::digest::digest_readers;
use crate::record::{self, Baseline, EntityKey, Problems, SourceFile, entity};
use crate::store::{Change, Store, StoreError};

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

/// 1. Read against what the database holds, and merge three ways.
/// 2. Save what is new or changed, and what the files said as the next common ground.
/// 3. Supersede what was announced of deadlines that changed.
/// 4. Ask for re-timing where something changed that many hang on.
async fn try_to_import(
    store: &Store,
    files: &[SourceFile],
    actor: &Actor,
    now: DateTime<Utc>,
) -> Result<Imported, ImportError> {
    let mut change = store.edit().await?;
    let before = change.book().await?;
    let baseline = Baseline(change.imported().await?);
    let today = now
        .with_timezone(&before.directory.house_zone())
        .date_naive();
    let read = record::read(files, &before).map_err(ImportError::Problems)?;
    let merged = record::merge(&before, &read, &baseline, today).map_err(ImportError::Problems)?;

    let keys: Vec<EntityKey> = merged.new.iter().chain(&merged.changed).cloned().collect();
    change.save(&merged.book, &keys).await?;
    change.set_imported(&merged.imported).await?;
    if !keys.is_empty() {
        let directory = change.directory().await?;
        change.keep_readers(&digest_readers(&directory)).await?;
        supersede_what_changed(
            &mut change,
            &before,
            &merged.book,
            &merged.changed,
            &directory,
        )
        .await?;
        if keys.iter().any(many_hang_on) {
            change.ask_replan().await?;
        }
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

/// Whether commitments that the import did not touch may have to be re-timed.
fn many_hang_on(key: &EntityKey) -> bool {
    !matches!(
        key.kind,
        entity::COMMITMENT
            | entity::DOCUMENT
            | entity::INSTRUMENT
            | entity::PARTY
            | entity::CHAIRMANSHIP
    )
}

/// Takes back what was planned for deadlines that now mean another window: those of the commitments
/// that changed, and those that hang on a meeting that moved.
async fn supersede_what_changed(
    change: &mut Change,
    before: &Book,
    after: &Book,
    changed: &[EntityKey],
    directory: &Directory,
) -> Result<(), StoreError> {
    let moved: BTreeSet<&str> = ids_of(changed, entity::MEETING).collect();
    let edited: BTreeSet<&str> = ids_of(changed, entity::COMMITMENT).collect();
    for old in before.commitments.values() {
        let hangs_on_moved = || {
            let steps = old.milestones.iter().filter_map(|m| m.deadline.as_ref());
            let mut deadlines = old.deadline.iter().chain(steps);
            deadlines.any(|d| d.meeting().is_some_and(|m| moved.contains(m.as_str())))
        };
        let new = if edited.contains(old.reference.as_str()) {
            after.commitment(old.reference.as_str()).unwrap_or(old)
        } else if hangs_on_moved() {
            old
        } else {
            continue;
        };
        let was = windows(old, &before.directory);
        let is = windows(new, directory);
        for (milestone, window) in &was {
            let now = is.iter().find(|(m, _)| m == milestone).map(|(_, w)| *w);
            if now != Some(*window) {
                supersede(change, &old.reference, milestone.as_deref()).await?;
            }
        }
    }
    Ok(())
}

async fn supersede(
    change: &mut Change,
    reference: &CommitmentRef,
    milestone: Option<&str>,
) -> Result<(), StoreError> {
    change
        .supersede(reference, milestone, SkipReason::Superseded, |rule| {
            rule.has_window()
        })
        .await?;
    Ok(())
}

fn ids_of<'a>(keys: &'a [EntityKey], kind: &'a str) -> impl Iterator<Item = &'a str> {
    keys.iter()
        .filter(move |key| key.kind == kind)
        .map(|key| key.id.as_str())
}

/// The window of each deadline: the commitment's own (no milestone), then the milestones'.
fn windows(
    commitment: &Commitment,
    directory: &Directory,
) -> Vec<(Option<String>, Option<Window>)> {
    let own = std::iter::once((None, commitment.deadline.as_ref()));
    let steps = commitment
        .milestones
        .iter()
        .map(|m| (Some(m.title.clone()), m.deadline.as_ref()));
    own.chain(steps)
        .map(|(milestone, deadline)| {
            let dated = deadline.and_then(|d| directory.resolve(commitment, d));
            (milestone, dated.map(|d| d.window))
        })
        .collect()
}
