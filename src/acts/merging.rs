//! What an import and an edit by hand have in common, once it is known what changes: it is saved, what
//! was announced and is no longer true is taken back, and what hangs on it is timed anew. And what of
//! it is seen beforehand.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::moving::{ids_of, told};
use super::superseding::{hangs_on, supersede_briefs, supersede_what_changed};
use super::{ActError, retiming};
use crate::domain::access::Viewer;
use crate::domain::book::Book;
use crate::domain::commitment::{Commitment, Revision};
use crate::domain::consequence::Consequences;
use crate::domain::desk::Absence;
use crate::domain::directory::Directory;
use crate::domain::ids::ReaderId;
use crate::domain::meeting::Meeting;
use crate::domain::notice::Subject;
use crate::planner::Moment;
use crate::planner::consequences::Comparison;
use crate::planner::coverage::digest_readers;
use crate::record::{CHANGED_BY_IMPORT, EntityKey, Merged, entity};
use crate::store::{Change, Snapshot, StoreError};

/// Saves what was merged.
///
/// 1. Save what is new or changed.
/// 2. Supersede what was announced of deadlines that changed.
/// 3. Ask for re-timing where something changed that many hang on.
pub(super) async fn carry_out(
    change: &mut Change,
    before: &Book,
    merged: &Merged,
) -> Result<(), StoreError> {
    let keys = merged.keys();
    change.save(&merged.book, &keys).await?;
    if keys.is_empty() {
        return Ok(());
    }
    let directory = change.directory().await?;
    change.keep_readers(&digest_readers(&directory)).await?;
    take_back(change, before, merged, &directory).await?;
    retiming::ask(change, &before.directory, &directory, &keys).await
}

/// What a change does, seen beforehand.
pub(super) struct Foreseen {
    pub after: Arc<Directory>,
    pub consequences: Consequences,
}

/// What a change would do, as far as a viewer may know. Without a snapshot there is no ledger yet.
pub(super) async fn foresee(
    snapshot: Option<&Snapshot>,
    before: &Book,
    merged: &Merged,
    moment: Moment,
    viewer: &Viewer,
) -> Result<Foreseen, ActError> {
    let after = with_merged(before, merged);
    let comparison = Comparison {
        before: &before.directory,
        after: &after.directory,
        moment,
        viewer,
    };
    let pairs = touched(before, &after, merged);
    let mut consequences = told(snapshot, &comparison, pairs).await?;
    for id in ids_of(&merged.changed, entity::MEETING) {
        let meeting = |book: &Book| book.directory.meetings.get(id).cloned();
        let (Some(old), Some(new)) = (meeting(before), meeting(&after)) else {
            continue;
        };
        let of_partnership =
            |c: &&Commitment| c.partnership.is_some() && c.partnership == new.partnership;
        let open: Vec<&Commitment> = after.open().filter(of_partnership).collect();
        let subject = Subject::Meeting(new.id.clone());
        let ledger = match snapshot {
            Some(snapshot) => snapshot.ledger_of(&[subject]).await?,
            None => Vec::new(),
        };
        let brief = comparison.of_meeting(Some(&old), &new, &open, &ledger);
        consequences.briefs.extend(brief);
    }
    Ok(Foreseen {
        after: after.directory,
        consequences,
    })
}

/// The open commitments a change may time anew: those it touches, and those that hang on what it
/// touches.
fn touched<'a>(
    before: &'a Book,
    after: &'a Book,
    merged: &Merged,
) -> Vec<(Option<&'a Commitment>, &'a Commitment)> {
    let keys: Vec<EntityKey> = merged.keys();
    let scopes = retiming::scopes(&before.directory, &after.directory, &keys);
    let hangs = |c: &Commitment| scopes.iter().any(|scope| scope.includes(c));
    let is_merged = |c: &&Commitment| merged.book.commitments.contains_key(&c.reference);
    let after = after.commitments.values().map(AsRef::as_ref);
    after
        .filter(|c| hangs(c) || is_merged(c))
        .map(|c| (before.commitment(c.reference.as_str()), c))
        .filter(|(old, new)| new.is_open() || old.is_some_and(Commitment::is_open))
        .collect()
}

/// The book once what was merged is saved.
fn with_merged(before: &Book, merged: &Merged) -> Book {
    let mut book = before.clone();
    put_into(&mut book, merged);
    book
}

/// Puts what was merged into a book.
pub(super) fn put_into(book: &mut Book, merged: &Merged) {
    let mut keys = merged.new.iter().chain(&merged.changed);
    if keys.any(|key| ![entity::DOCUMENT, entity::COMMITMENT].contains(&key.kind)) {
        put_into_directory(Arc::make_mut(&mut book.directory), merged);
    }
    book.documents.extend(merged.book.documents.clone());
    book.commitments.extend(merged.book.commitments.clone());
}

fn put_into_directory(into: &mut Directory, merged: &Merged) {
    let from = &merged.book.directory;
    let Directory {
        calendars,
        parties,
        people,
        desks,
        partnerships,
        chairmanships,
        meetings,
        instruments,
        absences,
        policy,
        ..
    } = from.as_ref().clone();
    into.calendars.extend(calendars);
    into.parties.extend(parties);
    into.people.extend(people);
    into.desks.extend(desks);
    into.partnerships.extend(partnerships);
    into.chairmanships.extend(chairmanships);
    into.meetings.extend(meetings);
    into.instruments.extend(instruments);
    let replaced = |known: &Absence| {
        absences
            .iter()
            .any(|a| (&a.person, a.from) == (&known.person, known.from))
    };
    into.absences.retain(|known| !replaced(known));
    into.absences.extend(absences);
    let mut keys = merged.new.iter().chain(&merged.changed);
    if keys.any(|key| key.kind == entity::POLICY) {
        into.policy = policy;
    }
}

/// When a change was entered, and what the one who made it says of new deadlines and dates.
pub(super) struct Entered<'a> {
    pub at: DateTime<Utc>,
    /// `None`: an import changed it.
    pub reason: Option<&'a str>,
    /// Who asked for it.
    pub by: Option<&'a ReaderId>,
}

impl Entered<'_> {
    /// Notes it in the revisions and moves that the change made.
    pub(super) fn note_in(&self, merged: &mut Merged, before: &Book) {
        let known = |reference: &str| {
            before
                .commitment(reference)
                .map_or(0, |c| c.revisions.len())
        };
        for (reference, commitment) in &mut merged.book.commitments {
            let is_new = commitment.revisions.len() > known(reference.as_str());
            let is_made = |r: &Revision| {
                r.entered.is_none() && r.reason.as_deref() == Some(CHANGED_BY_IMPORT)
            };
            if is_new && commitment.revisions.iter().any(is_made) {
                let revisions = &mut Arc::make_mut(commitment).revisions;
                for revision in revisions.iter_mut().filter(|r| is_made(r)) {
                    revision.entered = Some(self.at);
                    if self.by.is_some() {
                        revision.reason = self.reason.map(str::to_owned);
                        revision.by = self.by.cloned();
                    }
                }
            }
        }
        let directory = Arc::make_mut(&mut merged.book.directory);
        for meeting in directory.meetings.values_mut() {
            let known = before.directory.meetings.get(&meeting.id);
            let moves = known.map_or(0, |m| m.moves.len());
            for new in meeting.moves.iter_mut().skip(moves) {
                new.entered = Some(self.at);
                if self.by.is_some() {
                    new.reason = self.reason.map(str::to_owned);
                }
            }
        }
    }
}

/// Takes back what was announced of the commitments that changed, and of those that hang on a
/// meeting that moved.
async fn take_back(
    change: &mut Change,
    before: &Book,
    merged: &Merged,
    after: &Directory,
) -> Result<(), StoreError> {
    let moved = ids_of(&merged.changed, entity::MEETING);
    let waiting = change.commitments_waiting().await?;
    for old in waiting.iter().filter_map(|r| before.commitment(r.as_str())) {
        match merged.book.commitment(old.reference.as_str()) {
            Some(new) => {
                supersede_what_changed(change, &before.directory, after, old, new).await?;
            }
            None if hangs_on(old, &moved) => {
                supersede_what_changed(change, &before.directory, after, old, old).await?;
            }
            None => {}
        }
    }
    for id in moved {
        let dated = |directory: &Directory| directory.meetings.get(id).and_then(Meeting::dated);
        if let Some(meeting) = after.meetings.get(id)
            && dated(&before.directory) != dated(after)
        {
            supersede_briefs(change, &meeting.id).await?;
        }
    }
    Ok(())
}
