//! Importing a record: all of it or nothing, safe to repeat. CONTRACT, "Record" and "Importing
//! again".

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::moving::{ids_of, told};
use super::superseding::{hangs_on, supersede_briefs, supersede_what_changed};
use super::{ActError, Actor, another_try, retiming};
use crate::domain::access::Viewer;
use crate::domain::book::Book;
use crate::domain::commitment::{Commitment, Revision};
use crate::domain::consequence::Consequences;
use crate::domain::desk::Absence;
use crate::domain::directory::Directory;
use crate::domain::meeting::Meeting;
use crate::domain::notice::Subject;
use crate::planner::Moment;
use crate::planner::consequences::Comparison;
use crate::planner::coverage::digest_readers;
use crate::record::{
    self, Baseline, CHANGED_BY_IMPORT, EntityKey, Merged, Problems, SourceFile, entity,
};
use crate::store::{Change, Snapshot, Store, StoreError};

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
    let after = with_merged(before, &merged);
    let comparison = Comparison {
        before: &before.directory,
        after: &after.directory,
        moment,
        // Whoever types it at the machine: restricted commitments are not theirs to read.
        viewer: &Viewer::Operator,
    };
    let pairs = touched(before, &after, &merged);
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
    Ok(Preview {
        imported: Imported {
            new: merged.new,
            changed: merged.changed,
            unchanged: merged.unchanged,
        },
        before: Arc::clone(&before.directory),
        after: after.directory,
        consequences,
    })
}

/// The open commitments an import may time anew: those it touches, and those that hang on what it
/// touches.
fn touched<'a>(
    before: &'a Book,
    after: &'a Book,
    merged: &Merged,
) -> Vec<(Option<&'a Commitment>, &'a Commitment)> {
    let keys: Vec<EntityKey> = merged.new.iter().chain(&merged.changed).cloned().collect();
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
    let from = &merged.book.directory;
    let into = Arc::make_mut(&mut book.directory);
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
    book.documents.extend(merged.book.documents.clone());
    book.commitments.extend(merged.book.commitments.clone());
    book
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
    note_when(&mut merged, before, now);
    Ok(merged)
}

/// Notes the instant at which the import entered a new deadline or a meeting's new date.
fn note_when(merged: &mut Merged, before: &Book, now: DateTime<Utc>) {
    let known = |reference: &str| {
        before
            .commitment(reference)
            .map_or(0, |c| c.revisions.len())
    };
    for (reference, commitment) in &mut merged.book.commitments {
        let is_new = commitment.revisions.len() > known(reference.as_str());
        let by_import =
            |r: &Revision| r.entered.is_none() && r.reason.as_deref() == Some(CHANGED_BY_IMPORT);
        if is_new && commitment.revisions.iter().any(by_import) {
            let revisions = &mut Arc::make_mut(commitment).revisions;
            let of_today = revisions.iter_mut().filter(|r| by_import(r));
            of_today.for_each(|r| r.entered = Some(now));
        }
    }
    let directory = Arc::make_mut(&mut merged.book.directory);
    for meeting in directory.meetings.values_mut() {
        let known = before.directory.meetings.get(&meeting.id);
        let moves = known.map_or(0, |m| m.moves.len());
        for new in meeting.moves.iter_mut().skip(moves) {
            new.entered = Some(now);
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
    let merged = read_and_merge(files, &before, &baseline, now)?;

    let keys: Vec<EntityKey> = merged.new.iter().chain(&merged.changed).cloned().collect();
    change.save(&merged.book, &keys).await?;
    change.set_imported(&merged.imported).await?;
    if !keys.is_empty() {
        let directory = change.directory().await?;
        change.keep_readers(&digest_readers(&directory)).await?;
        take_back(&mut change, &before, &merged, &directory).await?;
        retiming::ask(&mut change, &before.directory, &directory, &keys).await?;
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
