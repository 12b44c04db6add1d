//! Handover on the record: what a desk or a coordinator's term leaves behind when it ends passes to
//! the successor, each commitment with a dated entry, its lead changed, and a line in the audit.
//! What was planned for the predecessor and has not left is taken back in the same transaction.
//!
//! Safe to repeat and to run from several daemons: what passed on has nothing left to pass on.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::superseding::supersede_what_changed;
use super::{Actor, another_try};
use crate::domain::book::Book;
use crate::domain::commitment::{Commitment, DeskRole};
use crate::domain::directory::Directory;
use crate::domain::ids::CommitmentRef;
use crate::planner::handover::{Ended, Endings, Passing, handed_over};
use crate::record::{EntityKey, entity};
use crate::store::{Store, StoreError};
use crate::wording;

/// Commitments in one transaction.
const BATCH: usize = 200;

/// Passes on everything that is due by now; returns how many commitments did.
pub async fn hand_over(store: &Store, now: DateTime<Utc>) -> Result<u64, StoreError> {
    let directory = store.directory().await?;
    let endings = Endings::by(now, &directory);
    if endings.is_empty() {
        return Ok(0);
    }
    let snapshot = store.read().await?;
    let predecessors = endings.predecessors();
    let mut due: Vec<CommitmentRef> = Vec::new();
    let mut after = 0;
    loop {
        let (page, last) = snapshot.open_of_desks(&predecessors, after).await?;
        if page.is_empty() {
            break;
        }
        after = last;
        let is_due = |c: &&Arc<Commitment>| pass_on(c, &endings, &directory, now).is_some();
        due.extend(page.iter().filter(is_due).map(|c| c.reference.clone()));
    }
    drop(snapshot);
    let mut passed = 0;
    for some in due.chunks(BATCH) {
        let mut n = 0;
        passed += loop {
            match try_to_hand_over(store, some, now).await {
                Err(error) if another_try(n, &error).await.is_some() => n += 1,
                done => break done?,
            }
        };
    }
    Ok(passed)
}

/// 1. Asked again under the edit's lock: another daemon, or a person, may have been first.
/// 2. Saved, with what was announced to the predecessor taken back.
async fn try_to_hand_over(
    store: &Store,
    references: &[CommitmentRef],
    now: DateTime<Utc>,
) -> Result<u64, StoreError> {
    let mut change = store.edit().await?;
    let directory = change.directory().await?;
    let endings = Endings::by(now, &directory);
    let known = change.commitments(references).await?;
    let passed: Vec<(&Arc<Commitment>, Arc<Commitment>)> = known
        .values()
        .filter_map(|old| Some((old, Arc::new(pass_on(old, &endings, &directory, now)?))))
        .collect();
    if passed.is_empty() {
        change.roll_back().await?;
        return Ok(0);
    }
    let book = Book {
        directory: Arc::clone(&directory),
        commitments: passed
            .iter()
            .map(|(_, new)| (new.reference.clone(), Arc::clone(new)))
            .collect(),
        ..Book::default()
    };
    let keys: Vec<EntityKey> = passed
        .iter()
        .map(|(_, new)| EntityKey {
            kind: entity::COMMITMENT,
            id: new.reference.to_string(),
        })
        .collect();
    change.save(&book, &keys).await?;
    let waiting = change.commitments_waiting().await?;
    for (old, new) in &passed {
        if waiting.contains(&old.reference) {
            supersede_what_changed(&mut change, &directory, &directory, old, new).await?;
        }
        let actor = Actor::Daemon.as_str();
        let detail = in_words(new, old.handovers.len());
        change
            .audit(now, actor, "hand over", new.reference.as_str(), &detail)
            .await?;
    }
    change.commit().await?;
    Ok(passed.len() as u64)
}

fn pass_on(
    commitment: &Commitment,
    endings: &Endings,
    directory: &Directory,
    now: DateTime<Utc>,
) -> Option<Commitment> {
    handed_over(commitment, endings, directory, now, |passing| {
        reason(passing, directory)
    })
}

/// `the Americas desk ended on 31 December 2027`
fn reason(passing: &Passing, directory: &Directory) -> String {
    match &passing.why {
        Ended::Desk(desk, last_day) => format!(
            "{} ended on {}",
            wording::with_article(directory.desk_name(desk)),
            wording::day(*last_day)
        ),
        Ended::Term(party, last_day) => format!(
            "the term of {} as coordinator ended on {}",
            directory.party_name(party),
            wording::day(*last_day)
        ),
    }
}

/// What is new among the handovers, for the audit.
fn in_words(commitment: &Commitment, before: usize) -> String {
    let new = commitment.handovers.iter().skip(before);
    let words: Vec<String> = new
        .map(|h| {
            let place = match h.role {
                DeskRole::Lead => "from",
                DeskRole::Cooperating => "cooperation from",
            };
            let reason = h.reason.as_deref().unwrap_or_default();
            format!("{place} {} to {}: {reason}", h.from, h.to)
        })
        .collect();
    words.join("; ")
}
