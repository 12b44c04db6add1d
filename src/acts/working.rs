//! What the acts of officers and reviewers have in common: one commitment is looked at under the
//! edit's lock, rights are asked, it is changed, what was announced of it and is no longer true (or
//! was answered) is taken back, it is timed anew, and the audit says so: in one transaction, begun
//! again where another writer was in the way.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::superseding::{supersede_what_changed, take_back_answered};
use super::{Actor, another_try};
use crate::domain::access::{Viewer, may_read};
use crate::domain::book::Book;
use crate::domain::carrying::{is_pending, is_to_continue, is_turned_down, let_go};
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, PersonId, ReaderId};
use crate::domain::moving::{Entered, Refused};
use crate::domain::reporting::Complaint;
use crate::domain::rights::Rights;
use crate::domain::schedule::desk_today;
use crate::record::{EntityKey, entity};
use crate::store::{Change, Store, StoreError};

/// Who works: with whose rights, and as whom the audit names them. Somebody with a link from a
/// desk's mail has the desk's rights.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    pub viewer: Viewer,
    pub actor: Actor,
}

impl Worker {
    /// Somebody who is signed in.
    pub fn person(id: &PersonId) -> Self {
        Self {
            viewer: Viewer::Person(id.clone()),
            actor: Actor::Person(id.clone()),
        }
    }

    /// As whom they write on the record; `None` for whoever holds no office on it.
    pub fn reader(&self) -> Option<ReaderId> {
        match &self.viewer {
            Viewer::Operator | Viewer::Guest(_) | Viewer::Stranger => None,
            Viewer::Person(person) => Some(person.into()),
            Viewer::Desk(desk) => Some(desk.into()),
        }
    }
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    /// There is no such thing, or it is not theirs to read: the two look alike.
    #[error("there is nothing of that name")]
    NotFound,
    /// It is theirs to read, and not to act upon. A full sentence.
    #[error("{0}")]
    NotPermitted(&'static str),
    /// Somebody else entered something since the form was drawn. Nothing was changed; whoever sends
    /// again knows.
    #[error("something was entered in the meantime")]
    Overtaken,
    /// What was typed cannot be entered as it is.
    #[error("{}", .0.first().map_or("", |complaint| complaint.words.as_str()))]
    Unfit(Vec<Complaint>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl WorkError {
    pub(super) fn unfit(field: &'static str, words: impl Into<String>) -> Self {
        WorkError::Unfit(vec![Complaint::new(field, words)])
    }
}

impl From<Vec<Complaint>> for WorkError {
    fn from(complaints: Vec<Complaint>) -> Self {
        WorkError::Unfit(complaints)
    }
}

/// One commitment under the edit's lock, and who works on it.
pub(super) struct Case<'a> {
    pub commitment: &'a Commitment,
    pub directory: &'a Directory,
    pub rights: Rights<'a>,
    /// Whose name goes on the record.
    pub by: &'a ReaderId,
    /// On the lead desk's day.
    pub entered: Entered,
    /// What would continue it, where it is proposed to carry it forward.
    following: &'a [Arc<Commitment>],
}

impl Case<'_> {
    /// Asks for a right; the sentence says what is missing.
    pub(super) fn require(&self, may: bool, otherwise: &'static str) -> Result<(), WorkError> {
        if may {
            Ok(())
        } else {
            Err(WorkError::NotPermitted(otherwise))
        }
    }

    /// The commitment that would continue it, as it was proposed, if the worker may read it.
    pub(super) fn follower(&self) -> Option<&Commitment> {
        let mut all = self.following.iter().map(AsRef::as_ref);
        all.find(|new| may_read(self.rights.viewer, new, self.directory))
    }
}

/// What became of it, and what the audit says: no text, no title, no promise.
pub(super) struct Done {
    pub after: Commitment,
    pub act: &'static str,
    pub detail: String,
}

/// Changes one commitment. Returns it as it then stands.
pub(super) async fn work_on(
    store: &Store,
    reference: &CommitmentRef,
    worker: &Worker,
    now: DateTime<Utc>,
    work: impl Fn(&Case<'_>) -> Result<Done, WorkError>,
) -> Result<Arc<Commitment>, WorkError> {
    let mut n = 0;
    loop {
        match try_to_work(store, reference, worker, now, &work).await {
            Err(WorkError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_work(
    store: &Store,
    reference: &CommitmentRef,
    worker: &Worker,
    now: DateTime<Utc>,
    work: &impl Fn(&Case<'_>) -> Result<Done, WorkError>,
) -> Result<Arc<Commitment>, WorkError> {
    let mut change = store.edit().await?;
    let directory = change.directory().await?;
    let asked = std::slice::from_ref(reference);
    let old = change.commitments(asked).await?.remove(reference);
    let following = match &old {
        Some(old) if old.updates.iter().any(is_pending) => following(&change, reference).await?,
        _ => Vec::new(),
    };
    let done = match &old {
        Some(old) => do_one(old, &following, &directory, worker, now, work),
        None => Err(WorkError::NotFound),
    };
    let (old, done) = match (old, done) {
        (Some(old), Ok(done)) => (old, done),
        (_, refused) => {
            change.roll_back().await?;
            return Err(refused.err().unwrap_or(WorkError::NotFound));
        }
    };
    let new = Arc::new(done.after);
    let actor = worker.actor.as_str();
    let pair = (Some(old), Arc::clone(&new));
    put_in(&mut change, &directory, &[pair], actor, now).await?;
    let subject = reference.as_str();
    change
        .audit(now, actor, done.act, subject, &done.detail)
        .await?;
    change.commit().await?;
    Ok(new)
}

fn do_one(
    old: &Commitment,
    following: &[Arc<Commitment>],
    directory: &Directory,
    worker: &Worker,
    now: DateTime<Utc>,
    work: &impl Fn(&Case<'_>) -> Result<Done, WorkError>,
) -> Result<Done, WorkError> {
    if !may_read(&worker.viewer, old, directory) {
        return Err(WorkError::NotFound);
    }
    let by = worker.reader();
    let by = by.as_ref().ok_or(WorkError::NotPermitted(NOBODY))?;
    work(&Case {
        commitment: old,
        directory,
        rights: Rights {
            viewer: &worker.viewer,
            directory,
            now,
        },
        by,
        entered: Entered {
            on: desk_today(old, directory, now),
            at: now,
        },
        following,
    })
}

const NOBODY: &str = "Whoever holds no office on the record works on none of it.";

/// A commitment before (unless it is new) and after.
pub(super) type Changed = (Option<Arc<Commitment>>, Arc<Commitment>);

/// Saves commitments in an edit, and with them those that follow one of them no longer, and takes back
/// what was announced of them.
pub(super) async fn put_in(
    change: &mut Change,
    directory: &Arc<Directory>,
    changed: &[Changed],
    actor: &str,
    now: DateTime<Utc>,
) -> Result<(), StoreError> {
    let freed = freed(change, changed).await?;
    for (before, new) in &freed {
        let old = before.as_ref().and_then(|before| before.follows.as_ref());
        let old = old.map_or("", CommitmentRef::as_str);
        let (subject, detail) = (
            new.reference.as_str(),
            format!("{old}: its proposal was turned down"),
        );
        change
            .audit(now, actor, "follow no longer", subject, &detail)
            .await?;
    }
    let changed = [changed, &freed].concat();
    let book = Book {
        directory: Arc::clone(directory),
        commitments: changed
            .iter()
            .map(|(_, new)| (new.reference.clone(), Arc::clone(new)))
            .collect(),
        ..Book::default()
    };
    let keys: Vec<EntityKey> = changed.iter().map(|(_, new)| key_of(new)).collect();
    change.save(&book, &keys).await?;
    let waiting = change.commitments_waiting().await?;
    let announced = changed
        .iter()
        .filter_map(|(old, new)| Some((old.as_ref()?, new)))
        .filter(|(old, _)| waiting.contains(&old.reference));
    for (old, new) in announced {
        supersede_what_changed(change, directory, directory, old, new).await?;
        take_back_answered(change, new, desk_today(new, directory, now)).await?;
    }
    Ok(())
}

/// Those that were to continue one of these, where the proposal was turned down: they follow it no
/// longer.
async fn freed(change: &Change, changed: &[Changed]) -> Result<Vec<Changed>, StoreError> {
    let mut freed = Vec::new();
    for (before, after) in changed {
        let is_turned_down = |before: &Arc<Commitment>| is_turned_down(before, after);
        if !before.as_ref().is_some_and(is_turned_down) {
            continue;
        }
        let is_here = |new: &Commitment| changed.iter().any(|(_, c)| c.reference == new.reference);
        let following = following(change, &after.reference).await?.into_iter();
        let following = following.filter(|new| !is_here(new));
        freed.extend(following.map(|new| {
            let alone = Arc::new(let_go(&new));
            (Some(new), alone)
        }));
    }
    Ok(freed)
}

/// The open commitments that follow one.
async fn following(
    change: &Change,
    old: &CommitmentRef,
) -> Result<Vec<Arc<Commitment>>, StoreError> {
    let book = change.book().await?;
    let all = book.commitments.values();
    Ok(all
        .filter(|new| is_to_continue(new, old))
        .cloned()
        .collect())
}

fn key_of(commitment: &Commitment) -> EntityKey {
    EntityKey {
        kind: entity::COMMITMENT,
        id: commitment.reference.to_string(),
    }
}

impl From<Refused> for WorkError {
    fn from(refused: Refused) -> Self {
        WorkError::unfit("all", refused.0)
    }
}
