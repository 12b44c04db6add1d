//! How each kind of thing takes an edit from a file. Most are replaced; a meeting counts the moves
//! of its date, and a commitment keeps its history: its promise cannot be edited, and a new
//! deadline is a revision.

use chrono::NaiveDate;
use serde_json::Value;

use super::canonical::{Body, Entity, revision_body};
use super::handing::{kept_handovers, restored, undone};
use super::merge::{Edits, Mergeable};
use crate::domain::calendar::Calendar;
use crate::domain::commitment::{Commitment, Revision};
use crate::domain::deadline::Deadline;
use crate::domain::desk::{Absence, Desk, Person};
use crate::domain::document::Document;
use crate::domain::instrument::Instrument;
use crate::domain::meeting::{Meeting, Move};
use crate::domain::partnership::Partnership;
use crate::domain::party::{Chairmanship, Party};
use crate::domain::policy::PolicyOverride;

/// The reason of a revision that an import made of a new deadline in the file.
pub const CHANGED_BY_IMPORT: &str = "changed by import";

macro_rules! replaced_whole {
    ($($thing:ty),+) => {
        $(impl Mergeable for $thing {
            fn edited(file: &Self, _: &Self, _: &Edits, _: NaiveDate) -> Result<Self, String> {
                Ok(file.clone())
            }
        })+
    };
}

replaced_whole!(
    Calendar,
    Party,
    Person,
    Desk,
    Partnership,
    Chairmanship,
    Document,
    Instrument,
    PolicyOverride,
    Absence
);

impl Mergeable for Meeting {
    fn edited(file: &Self, database: &Self, _: &Edits, on: NaiveDate) -> Result<Self, String> {
        let moved = file.dated() != database.dated();
        let mut moves = database.moves.clone();
        if moved {
            moves.push(Move {
                date: on,
                entered: None,
                from: database.date.clone(),
                from_status: database.status,
                to: file.date.clone(),
                to_status: file.status,
                reason: Some(CHANGED_BY_IMPORT.to_owned()),
            });
        }
        Ok(Self {
            date_revision: database.date_revision + u32::from(moved),
            moved_on: if moved { Some(on) } else { database.moved_on },
            moves,
            ..file.clone()
        })
    }
}

const UPDATES: &str = "update";
pub(super) const REVISIONS: &str = "revision";
const RAISED: &str = "raised";
const HANDOVERS: &str = "handover";
const MENTIONS: &str = "mention";

impl Mergeable for Commitment {
    const LOGS: &'static [&'static str] = &[UPDATES, REVISIONS, RAISED, HANDOVERS, MENTIONS];

    fn refuse(file: &Self, database: &Self, base: Option<&Body>) -> Option<String> {
        let promise =
            |body: &Body| ["promise", "document", "paragraph"].map(|k| body.get(k).cloned());
        let in_file = promise(&file.body());
        let is_changed = base.is_none_or(|base| promise(base) != in_file);
        (is_changed && in_file != promise(&database.body())).then(|| {
            format!(
                "its promise is on record as \"{}\"{}; a promise is never edited: restore it, or record another commitment that `follows` this one",
                database.promise.words.trim(),
                source_of(database),
            )
        })
    }

    fn recorded_by_people(&self, file: &Body, base: Option<&Body>) -> Body {
        let mut body = self.body();
        let listed = |revision: &Value| {
            let lists = |body: &Body| lists_revision(body, revision);
            lists(file) || base.is_some_and(lists)
        };
        let of_people: Vec<Value> = self
            .revisions
            .iter()
            .map(|revision| (revision, Value::Object(revision_body(revision))))
            .filter(|(revision, value)| !is_made_by_import(revision) || listed(value))
            .map(|(_, value)| value)
            .collect();
        if of_people.is_empty() {
            body.shift_remove(REVISIONS);
        } else {
            body.insert(REVISIONS.to_owned(), Value::Array(of_people));
        }
        undone(&mut body, self, file, base);
        body
    }

    fn edited(file: &Self, database: &Self, edits: &Edits, on: NaiveDate) -> Result<Self, String> {
        let takes = |log| edits.logs.contains(log);
        let mut edited = if edits.own { file } else { database }.clone();
        edited.updates = if takes(UPDATES) { file } else { database }.updates.clone();
        edited.raised = if takes(RAISED) { file } else { database }.raised.clone();
        edited.mentions = if takes(MENTIONS) { file } else { database }
            .mentions
            .clone();
        edited.revisions = if takes(REVISIONS) {
            with_import_revisions(file, database)
        } else {
            database.revisions.clone()
        };
        edited.handovers = if takes(HANDOVERS) {
            kept_handovers(file, database)
        } else {
            database.handovers.clone()
        };
        if edits.own {
            restored(&mut edited, file, database);
        }
        for revision in new_deadlines(&edited, database, on) {
            edited.revisions.push(revision);
        }
        edited.revisions.sort_by_key(|r| r.date);
        check_revised_milestones(&edited)?;
        Ok(edited)
    }
}

fn source_of(commitment: &Commitment) -> String {
    let promise = &commitment.promise;
    let paragraph = promise.paragraph.map(|n| format!(", paragraph {n}"));
    match &promise.document {
        Some(document) => format!(" ({document}{})", paragraph.unwrap_or_default()),
        None => String::new(),
    }
}

fn lists_revision(body: &Body, revision: &Value) -> bool {
    let revisions = body.get(REVISIONS).and_then(Value::as_array);
    revisions.is_some_and(|list| list.contains(revision))
}

fn is_made_by_import(revision: &Revision) -> bool {
    revision.reason.as_deref() == Some(CHANGED_BY_IMPORT)
        && revision.by.is_none()
        && revision.approved.is_none()
}

/// The file's revisions, and those that earlier imports added and no file carries.
fn with_import_revisions(file: &Commitment, database: &Commitment) -> Vec<Revision> {
    let same = |a: &Revision, b: &Revision| revision_body(a) == revision_body(b);
    let added = database
        .revisions
        .iter()
        .filter(|r| is_made_by_import(r) && !file.revisions.iter().any(|f| same(f, r)));
    // The format does not say when one was entered; the database knows it of those it has.
    let known = |r: &Revision| database.revisions.iter().find(|d| same(d, r)).cloned();
    let of_file = file.revisions.iter().map(|r| known(r).unwrap_or(r.clone()));
    let mut all: Vec<Revision> = of_file.chain(added.cloned()).collect();
    all.sort_by_key(|r| r.date);
    all
}

/// A revision for each deadline that is not the recorded one any more, unless the last revision of
/// that deadline says so already.
fn new_deadlines(edited: &Commitment, database: &Commitment, on: NaiveDate) -> Vec<Revision> {
    let own = (None, &database.deadline, &edited.deadline);
    let steps = edited.milestones.iter().filter_map(|now| {
        let before = database.milestones.iter().find(|m| m.title == now.title)?;
        Some((Some(now.title.clone()), &before.deadline, &now.deadline))
    });
    let is_told = |milestone: &Option<String>, to: &Option<Deadline>| {
        let mut of_it = edited
            .revisions
            .iter()
            .filter(|r| r.milestone == *milestone);
        of_it.next_back().is_some_and(|last| last.to == *to)
    };
    std::iter::once(own)
        .chain(steps)
        .filter(|(milestone, from, to)| from != to && !is_told(milestone, to))
        .map(|(milestone, from, to)| Revision {
            date: on,
            milestone,
            from: from.clone(),
            to: to.clone(),
            reason: Some(CHANGED_BY_IMPORT.to_owned()),
            by: None,
            approved: None,
            entered: None,
        })
        .collect()
}

/// History stays: a milestone whose deadline was once changed cannot vanish.
fn check_revised_milestones(edited: &Commitment) -> Result<(), String> {
    let gone = edited.revisions.iter().find_map(|revision| {
        let title = revision.milestone.as_deref()?;
        let stands = edited.milestones.iter().any(|m| m.title == title);
        (!stands).then_some(title)
    });
    match gone {
        None => Ok(()),
        Some(title) => Err(format!(
            "the file has no milestone `{title}`, but a change of its deadline is on record; put it back, and give it a `done` date if it is over"
        )),
    }
}
