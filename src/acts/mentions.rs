//! A later document that says older promises again: its mentions are entered beside them, several in one
//! transaction, by the rules of an edit. Nothing that is due changes by it.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::editing::{EditError, Editor, may_edit};
use super::merging::carry_out;
use super::{ActError, another_try};
use crate::domain::access::may_read;
use crate::domain::book::Book;
use crate::domain::commitment::{Commitment, Mention};
use crate::domain::ids::CommitmentRef;
use crate::domain::mentioning::mentioned;
use crate::domain::moving::Entered;
use crate::domain::reporting::Complaint;
use crate::domain::rights::Rights;
use crate::domain::schedule::desk_today;
use crate::record::{EntityKey, Merged, entity};
use crate::store::{Change, Store, StoreError};

/// What a document says again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    pub reference: CommitmentRef,
    pub mention: Mention,
}

#[derive(Debug, thiserror::Error)]
pub enum MentionError {
    /// What is the matter with which, by its place. Nothing was changed.
    #[error("{} of what was said cannot be entered", .0.len())]
    Unfit(Vec<(usize, Complaint)>),
    #[error(transparent)]
    Edit(#[from] EditError),
}

impl From<StoreError> for MentionError {
    fn from(error: StoreError) -> Self {
        MentionError::Edit(error.into())
    }
}

/// Enters mentions: all of them or none; begun again where another writer was in the way.
///
/// # Errors
/// A commitment that is not there for this editor, or that others keep; what [`mentioned`] refuses.
pub async fn enter(
    store: &Store,
    said: &[Said],
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<(), MentionError> {
    let mut n = 0;
    loop {
        match try_to_enter(store, said, editor, now).await {
            Err(MentionError::Edit(EditError::Act(ActError::Store(error))))
                if another_try(n, &error).await.is_some() =>
            {
                n += 1;
            }
            done => return done,
        }
    }
}

async fn try_to_enter(
    store: &Store,
    said: &[Said],
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<(), MentionError> {
    let mut change = store.edit().await?;
    match enter_in(&mut change, said, editor, now).await {
        Ok(()) => Ok(change.commit().await?),
        Err(refused) => {
            change.roll_back().await?;
            Err(refused)
        }
    }
}

/// Enters mentions in a transaction that does more.
///
/// 1. Each is added to the record as it stands under the edit's lock; several may be of one commitment.
/// 2. Saved together.
/// 3. The audit names the document and the effect, and no words.
pub(super) async fn enter_in(
    change: &mut Change,
    said: &[Said],
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<(), MentionError> {
    let before = change.book().await?;
    let merged = with_mentions(&before, said, editor, now)?;
    carry_out(change, &before, &merged).await?;
    for Said { reference, mention } in said {
        let paragraph = mention.paragraph.map(|n| format!(", paragraph {n}"));
        let detail = format!(
            "{}{} {} it",
            mention.document,
            paragraph.unwrap_or_default(),
            mention.effect
        );
        let (actor, subject) = (editor.actor.as_str(), reference.as_str());
        change
            .audit(now, actor, "mention", subject, &detail)
            .await?;
    }
    Ok(())
}

fn with_mentions(
    before: &Book,
    said: &[Said],
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Merged, MentionError> {
    let rights = Rights {
        viewer: &editor.viewer,
        directory: &before.directory,
        now,
    };
    let mut done: BTreeMap<CommitmentRef, Arc<Commitment>> = BTreeMap::new();
    let mut complaints = Vec::new();
    for (place, Said { reference, mention }) in said.iter().enumerate() {
        let known = before.commitment(reference.as_str());
        let known = known.filter(|c| may_read(&editor.viewer, c, &before.directory));
        let known = known.ok_or(EditError::Unknown)?;
        may_edit(&rights, editor.administrator, &key_of(reference), before)?;
        let current = done.get(reference).map_or(known, AsRef::as_ref);
        let entered = Entered {
            on: desk_today(known, &before.directory, now),
            at: now,
        };
        let document = before.document(mention.document.as_str());
        match mentioned(current, mention, document, entered) {
            Ok(after) => {
                done.insert(reference.clone(), Arc::new(after));
            }
            Err(found) => complaints.extend(found.into_iter().map(|c| (place, c))),
        }
    }
    if !complaints.is_empty() {
        return Err(MentionError::Unfit(complaints));
    }
    Ok(Merged {
        changed: done.keys().map(key_of).collect(),
        book: Book {
            commitments: done,
            ..Book::default()
        },
        ..Merged::default()
    })
}

fn key_of(reference: &CommitmentRef) -> EntityKey {
    EntityKey {
        kind: entity::COMMITMENT,
        id: reference.to_string(),
    }
}
