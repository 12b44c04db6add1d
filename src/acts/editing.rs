//! Editing the record by hand: one thing at a time, by the rules of an import; what others changed
//! meanwhile is never lost, and the audit says who changed what from what to what.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::merging::{Entered, Foreseen, carry_out, foresee, put_into};
use super::{ActError, Actor, another_try};
use crate::domain::access::{Viewer, may_read};
use crate::domain::book::Book;
use crate::domain::consequence::Consequences;
use crate::domain::directory::Directory;
use crate::domain::ids::{PartnershipId, ReaderId};
use crate::domain::rights::Rights;
use crate::planner::Moment;
use crate::record::editing::{self, Changed, Complaint, Wanted, body_of};
use crate::record::{EntityKey, Merged, entity};
use crate::store::{Change, Store, StoreError};

/// An edit, and what is said of it.
#[derive(Debug, Clone)]
pub struct Edit {
    pub wanted: Wanted,
    /// Why, where a deadline or a date changes; kept with the revision.
    pub reason: Option<String>,
}

/// Who edits.
#[derive(Debug, Clone)]
pub struct Editor {
    pub viewer: Viewer,
    pub administrator: bool,
    /// As revisions name them.
    pub reader: ReaderId,
    pub actor: Actor,
}

/// What an edit did, or would do.
#[derive(Debug, Clone)]
pub struct Edited {
    pub key: EntityKey,
    pub is_new: bool,
    /// Empty: everything was so already.
    pub changes: Vec<Changed>,
    pub before: Arc<Directory>,
    pub after: Arc<Directory>,
    pub consequences: Consequences,
}

#[derive(Debug, thiserror::Error)]
pub enum EditError {
    /// Something is not in order. Nothing was changed.
    #[error("{}", .0.iter().map(|c| c.message.as_str()).collect::<Vec<_>>().join("\n"))]
    Complaints(Vec<Complaint>),
    /// There is no such thing for this editor.
    #[error("it is not on record")]
    Unknown,
    /// It is there, and others keep it.
    #[error("{0}")]
    NotYours(&'static str),
    #[error(transparent)]
    Act(#[from] ActError),
}

impl From<StoreError> for EditError {
    fn from(error: StoreError) -> Self {
        EditError::Act(error.into())
    }
}

/// What an edit would do, without doing it.
pub async fn preview(
    store: &Store,
    edit: &Edit,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Edited, EditError> {
    let snapshot = store.read().await?;
    let before = snapshot.book().await?;
    let merged = merged(&before, edit, editor, now)?;
    let live_on = snapshot.installation().await?.live_on;
    let moment = Moment { now, live_on };
    let Foreseen {
        after,
        consequences,
    } = foresee(Some(&snapshot), &before, &merged, moment, &editor.viewer).await?;
    Ok(Edited {
        after,
        consequences,
        ..done(&before, edit, &merged)
    })
}

/// Makes an edit; begun again where another writer was in the way.
pub async fn edit(
    store: &Store,
    edit: &Edit,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Edited, EditError> {
    let mut n = 0;
    loop {
        match try_to_edit(store, edit, editor, now).await {
            Err(EditError::Act(ActError::Store(error)))
                if another_try(n, &error).await.is_some() =>
            {
                n += 1;
            }
            done => return done,
        }
    }
}

async fn try_to_edit(
    store: &Store,
    edit: &Edit,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Edited, EditError> {
    let mut change = store.edit().await?;
    let before = change.book().await?;
    let merged = merged(&before, edit, editor, now)?;
    let mut edited = done(&before, edit, &merged);
    if edited.changes.is_empty() {
        change.roll_back().await?;
        return Ok(edited);
    }
    carry_out(&mut change, &before, &merged).await?;
    edited.after = change.directory().await?;
    let Line {
        act,
        subject,
        detail,
    } = line_of(&before, edit, &edited, &merged);
    change
        .audit(now, editor.actor.as_str(), &act, &subject, &detail)
        .await?;
    change.commit().await?;
    Ok(edited)
}

/// Several edits that are made together, each on the ground of those before it.
#[derive(Default)]
pub(super) struct Together {
    merged: Merged,
    /// The book as it will stand.
    pub after: Book,
    /// What the audit says of each.
    lines: Vec<Line>,
}

/// A line of the audit.
struct Line {
    act: String,
    subject: String,
    detail: String,
}

impl Together {
    /// On the ground of what is on record.
    pub(super) fn on(before: &Book) -> Self {
        Self {
            after: before.clone(),
            ..Self::default()
        }
    }

    /// Adds an edit, if it is in order.
    ///
    /// # Errors
    /// As an edit alone; then this one is not among them.
    pub(super) fn add(
        &mut self,
        edit: &Edit,
        editor: &Editor,
        now: DateTime<Utc>,
    ) -> Result<EntityKey, EditError> {
        let mut merged = merged(&self.after, edit, editor, now)?;
        let edited = done(&self.after, edit, &merged);
        if edited.changes.is_empty() {
            return Ok(edited.key);
        }
        self.lines
            .push(line_of(&self.after, edit, &edited, &merged));
        put_into(&mut self.after, &merged);
        put_into(&mut self.merged.book, &merged);
        self.merged.new.append(&mut merged.new);
        self.merged.changed.append(&mut merged.changed);
        Ok(edited.key)
    }

    /// Saves them all, with a line of the audit for each.
    pub(super) async fn carry_out(
        &self,
        change: &mut Change,
        before: &Book,
        editor: &Editor,
        now: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if self.merged.is_empty() {
            return Ok(());
        }
        carry_out(change, before, &self.merged).await?;
        for Line {
            act,
            subject,
            detail,
        } in &self.lines
        {
            let actor = editor.actor.as_str();
            change.audit(now, actor, act, subject, detail).await?;
        }
        Ok(())
    }
}

fn line_of(before: &Book, edit: &Edit, edited: &Edited, merged: &Merged) -> Line {
    let key = &edited.key;
    let is_restricted = is_restricted(before, merged, key);
    Line {
        act: match edited.is_new {
            true => format!("record {}", key.kind),
            false => format!("edit {}", key.kind),
        },
        subject: key.id.clone(),
        detail: note(&edited.changes, is_restricted, edit.reason.as_deref()),
    }
}

/// What is to be saved. What the editor may not read is not there.
pub(super) fn merged(
    before: &Book,
    edit: &Edit,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Merged, EditError> {
    let key = &edit.wanted.key;
    if key.kind == entity::COMMITMENT
        && let Some(known) = before.commitment(&key.id)
        && !may_read(&editor.viewer, known, &before.directory)
    {
        return Err(EditError::Unknown);
    }
    let rights = editor.rights(&before.directory, now);
    let administrator = editor.administrator;
    may_edit(&rights, administrator, key, before)?;
    let today = now
        .with_timezone(&before.directory.house_zone())
        .date_naive();
    let mut merged = editing::edit(before, &edit.wanted, today).map_err(EditError::Complaints)?;
    let entered = Entered {
        at: now,
        reason: edit.reason.as_deref(),
        by: Some(&editor.reader),
    };
    entered.note_in(&mut merged, before);
    // Where it is to belong is asked as well: nothing is pushed into what others keep.
    if !merged.is_empty() {
        may_edit(&rights, administrator, key, &merged.book)?;
    }
    Ok(merged)
}

impl Editor {
    pub(super) fn rights<'a>(&'a self, directory: &'a Directory, now: DateTime<Utc>) -> Rights<'a> {
        Rights {
            viewer: &self.viewer,
            directory,
            now,
        }
    }
}

/// Whether somebody may edit a thing, or record it where the book does not have it.
///
/// # Errors
/// Who may.
pub fn may_edit(
    rights: &Rights<'_>,
    administrator: bool,
    key: &EntityKey,
    book: &Book,
) -> Result<(), EditError> {
    let id = key.id.as_str();
    let of_partnership =
        |partnership: Option<&PartnershipId>| rights.may_edit_record(partnership, administrator);
    let coordinates_any = || {
        let mut all = rights.directory.partnerships.keys();
        administrator || all.any(|id| rights.coordinates(id))
    };
    let (may, who) = match key.kind {
        entity::COMMITMENT => match book.commitment(id) {
            Some(c) => (
                of_partnership(c.partnership.as_ref()) || rights.may_redate(c),
                "Whoever coordinates the partnership edits this commitment, its SOM leader, or an administrator.",
            ),
            None => (coordinates_any(), KEEPERS),
        },
        entity::MEETING => match book.directory.meetings.get(id) {
            Some(m) => (rights.may_move_meeting(m, administrator), KEEPERS),
            None => (coordinates_any(), KEEPERS),
        },
        entity::DOCUMENT => {
            let meeting = book.document(id).and_then(|d| d.meeting.as_ref());
            let meeting = meeting.and_then(|id| rights.directory.meetings.get(id));
            match meeting.and_then(|m| m.partnership.as_ref()) {
                Some(partnership) => (of_partnership(Some(partnership)), KEEPERS),
                None => (coordinates_any(), KEEPERS),
            }
        }
        entity::INSTRUMENT => (coordinates_any(), KEEPERS),
        entity::PARTNERSHIP => {
            let known = rights.directory.partnerships.get(id);
            (of_partnership(known.map(|p| &p.id)), KEEPERS)
        }
        entity::ABSENCE => {
            let person = id.split_once('@').map_or(id, |(person, _)| person);
            (
                administrator || rights.leads(person),
                "People enter their own absences; heads and administrators those of others.",
            )
        }
        _ => (administrator, "An administrator keeps this."),
    };
    match may {
        true => Ok(()),
        false => Err(EditError::NotYours(who)),
    }
}

const KEEPERS: &str = "Whoever coordinates the partnership keeps this, or an administrator.";

fn done(before: &Book, edit: &Edit, merged: &Merged) -> Edited {
    let key = edit.wanted.key.clone();
    let is_new = merged.new.contains(&key);
    let was = body_of(before, &key).filter(|_| !is_new);
    let changes = match merged.is_empty() {
        true => Vec::new(),
        false => {
            let is = body_of(&merged.book, &key).unwrap_or_default();
            editing::changes(was.as_ref(), &is)
        }
    };
    Edited {
        key,
        is_new,
        changes,
        before: Arc::clone(&before.directory),
        after: Arc::clone(&before.directory),
        consequences: Consequences::default(),
    }
}

fn is_restricted(before: &Book, merged: &Merged, key: &EntityKey) -> bool {
    let restricted = |book: &Book| {
        let known = book.commitment(&key.id);
        known.is_some_and(|c| c.is_restricted())
    };
    key.kind == entity::COMMITMENT && (restricted(before) || restricted(&merged.book))
}

/// How long one value may be in the audit, in characters.
const LONGEST: usize = 200;

/// What the audit says of an edit: the changes, and why.
pub(super) fn note(changes: &[Changed], is_restricted: bool, reason: Option<&str>) -> String {
    with_reason(told_of(changes, is_restricted), reason)
}

/// The changes in a line; of a restricted commitment the names of the keys alone.
fn told_of(changes: &[Changed], is_restricted: bool) -> String {
    let told = changes.iter().map(|Changed { key, from, to }| {
        if is_restricted {
            return key.clone();
        }
        match (from.as_str(), to.as_str()) {
            ("", to) => format!("{key}: {}", short(to)),
            (from, "") => format!("{key}: no longer {}", short(from)),
            (from, to) => format!("{key}: {} became {}", short(from), short(to)),
        }
    });
    told.collect::<Vec<_>>().join("; ")
}

fn short(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

fn with_reason(detail: String, reason: Option<&str>) -> String {
    match reason.map(str::trim).filter(|reason| !reason.is_empty()) {
        Some(reason) => format!("{detail} ({reason})"),
        None => detail,
    }
}
