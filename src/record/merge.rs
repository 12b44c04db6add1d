//! Importing again: what a file says now, what it said at the last import, and what the database
//! holds, thing by thing. Who changed a thing alone has it changed; where both changed it, nobody
//! guesses. See CONTRACT, "Importing again".

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::NaiveDate;
use serde_json::Value;

use super::canonical::{Body, Entity};
use super::entity::{self, EntityKey};
use super::problems::{Place, Problems, Report};
use super::reading::{ReadRecord, circle_of_successors, circles_of_desks};
use crate::domain::book::Book;
use crate::domain::desk::Desk;
use crate::domain::directory::Directory;
use crate::domain::ids::DeskId;

/// What the last import said of each thing: its canonical form as JSON.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Baseline(pub BTreeMap<EntityKey, String>);

impl Baseline {
    fn body(&self, key: &EntityKey) -> Option<Body> {
        let text = self.0.get(key)?;
        serde_json::from_str(text).ok()
    }
}

/// What an import changes.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Merged {
    /// Only the things to save: new or changed.
    pub book: Book,
    pub new: Vec<EntityKey>,
    pub changed: Vec<EntityKey>,
    /// How many things of the files are left as the database has them.
    pub unchanged: usize,
    /// What the files said of each thing, as the next [`Baseline`] is to hold it.
    pub imported: Vec<(EntityKey, String)>,
}

impl Merged {
    /// What is to be saved: the new things, then the changed ones.
    pub fn keys(&self) -> Vec<EntityKey> {
        self.new.iter().chain(&self.changed).cloned().collect()
    }

    /// Nothing is to be saved.
    pub fn is_empty(&self) -> bool {
        self.new.is_empty() && self.changed.is_empty()
    }
}

/// The parts of a thing that are edited by the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Edits {
    /// Its own keys, all of them that are in no log.
    pub own: bool,
    pub logs: BTreeSet<&'static str>,
}

/// A thing that can be merged. Most are replaced whole.
pub(super) trait Mergeable: Entity {
    /// Keys that hold dated entries. What is recorded there in the database does not stand in the
    /// way of an edit of the rest.
    const LOGS: &'static [&'static str] = &[];

    /// Why this change cannot be made at all, whoever else changed what.
    fn refuse(_file: &Self, _database: &Self, _base: Option<&Body>) -> Option<String> {
        None
    }

    /// The database's form as far as people made it: without what earlier imports added by
    /// themselves.
    fn recorded_by_people(&self, _file: &Body, _base: Option<&Body>) -> Body {
        self.body()
    }

    /// The thing after the edit, keeping what the format does not carry.
    ///
    /// # Errors
    /// Why the edit leaves the thing in contradiction with its own history.
    fn edited(file: &Self, database: &Self, edits: &Edits, on: NaiveDate) -> Result<Self, String>;
}

/// Merges what was read into the book that the database holds. `on` is the day of the import.
///
/// # Errors
/// Everything that cannot be merged, with the file and line of the thing. Then nothing is to be
/// saved.
pub fn merge(
    book: &Book,
    read: &ReadRecord,
    baseline: &Baseline,
    on: NaiveDate,
) -> Result<Merged, Problems> {
    let mut merge = Merge {
        read,
        baseline,
        on,
        report: Report::default(),
        merged: Merged::default(),
    };
    let (ours, theirs) = (&book.directory, &read.book.directory);
    let mut directory = Directory {
        calendars: merge.things(&theirs.calendars, &ours.calendars),
        parties: merge.things(&theirs.parties, &ours.parties),
        people: merge.things(&theirs.people, &ours.people),
        desks: merge.things(&theirs.desks, &ours.desks),
        partnerships: merge.things(&theirs.partnerships, &ours.partnerships),
        chairmanships: merge.things(&theirs.chairmanships, &ours.chairmanships),
        meetings: merge.things(&theirs.meetings, &ours.meetings),
        instruments: merge.things(&theirs.instruments, &ours.instruments),
        ..Directory::default()
    };
    let documents = merge.shared(&read.book.documents, &book.documents);
    let commitments = merge.shared(&read.book.commitments, &book.commitments);
    if read.describes(&EntityKey::general_policy()) {
        let known = Some(&ours.policy).filter(|policy| !policy.is_empty());
        directory.policy = merge.weigh(&theirs.policy, known).unwrap_or_default();
    }
    for absence in &theirs.absences {
        let id = absence.id();
        let known = ours.absences.iter().find(|known| known.id() == id);
        directory.absences.extend(merge.weigh(absence, known));
    }
    merge.check_circles(&ours.desks, &directory.desks);
    let Merge {
        report, mut merged, ..
    } = merge;
    report.into_result(&read.files)?;
    merged.book = Book {
        directory: Arc::new(directory),
        documents,
        commitments,
    };
    Ok(merged)
}

struct Merge<'a> {
    read: &'a ReadRecord,
    baseline: &'a Baseline,
    on: NaiveDate,
    report: Report,
    merged: Merged,
}

impl Merge<'_> {
    fn things<K: Ord + Clone, T: Mergeable>(
        &mut self,
        file: &BTreeMap<K, T>,
        database: &BTreeMap<K, T>,
    ) -> BTreeMap<K, T> {
        let mut to_save = BTreeMap::new();
        for (id, thing) in file {
            if let Some(thing) = self.weigh(thing, database.get(id)) {
                to_save.insert(id.clone(), thing);
            }
        }
        to_save
    }

    fn shared<K: Ord + Clone, T: Mergeable>(
        &mut self,
        file: &BTreeMap<K, Arc<T>>,
        database: &BTreeMap<K, Arc<T>>,
    ) -> BTreeMap<K, Arc<T>> {
        let mut to_save = BTreeMap::new();
        for (id, thing) in file {
            let known = database.get(id).map(AsRef::as_ref);
            if let Some(thing) = self.weigh(thing.as_ref(), known) {
                to_save.insert(id.clone(), Arc::new(thing));
            }
        }
        to_save
    }

    /// Decides about one thing; `Some` is what is to be saved.
    ///
    /// 1. A thing that is not in the database is new.
    /// 2. What cannot be changed at all is refused.
    /// 3. Without a change in the file the database stays; without one in the database the file is
    ///    an edit; with both it is refused.
    fn weigh<T: Mergeable>(&mut self, file: &T, database: Option<&T>) -> Option<T> {
        let key = file.key();
        let body = file.body();
        let text = Value::Object(body.clone()).to_string();
        self.merged.imported.push((key.clone(), text));
        let Some(database) = database else {
            self.merged.new.push(key);
            return Some(file.clone());
        };
        let base = self.baseline.body(&key);
        if let Some(reason) = T::refuse(file, database, base.as_ref()) {
            self.say(&key, format!("{key}: {reason}"));
            return None;
        }
        let recorded = database.recorded_by_people(&body, base.as_ref());
        match compare::<T>(base.as_ref(), &body, &recorded) {
            Err(conflict) => {
                self.say(&key, conflict.message(&key));
                None
            }
            Ok(edits) if edits == Edits::default() => {
                self.merged.unchanged += 1;
                None
            }
            Ok(edits) => match T::edited(file, database, &edits, self.on) {
                Ok(thing) => {
                    self.merged.changed.push(key);
                    Some(thing)
                }
                Err(reason) => {
                    self.say(&key, format!("{key}: {reason}"));
                    None
                }
            },
        }
    }

    fn say(&self, key: &EntityKey, message: String) {
        let place = self.read.places.get(key).copied();
        self.report
            .say(place.unwrap_or(Place { file: 0, line: 1 }), message);
    }

    /// A desk of the file may close a circle over desks that are only in the database.
    fn check_circles(&self, database: &BTreeMap<DeskId, Desk>, to_save: &BTreeMap<DeskId, Desk>) {
        let desks = || database.iter().chain(to_save);
        let through = desks().map(|(id, desk)| (id, desk.through.as_ref()));
        for circle in circles_of_desks(&through.collect()) {
            self.say_of_circle(
                &circle,
                "`through` leads back to the desk itself; one of the circle must have its own way",
            );
        }
        let successors = desks().map(|(id, desk)| (id, desk.successor.as_ref()));
        for circle in circles_of_desks(&successors.collect()) {
            self.say_of_circle(&circle, circle_of_successors(circle.len()));
        }
    }

    fn say_of_circle(&self, circle: &[&DeskId], what: &str) {
        let mut keys = circle.iter().map(|desk| EntityKey {
            kind: entity::DESK,
            id: desk.to_string(),
        });
        // What is on record had no circle, so a desk of the files closes it.
        if let Some(key) = keys.find(|key| self.read.describes(key)) {
            let message = format!("{key}: with the desks on record, {what}");
            self.say(&key, message);
        }
    }
}

/// A thing that the file and the database say different things of.
#[derive(Debug, PartialEq, Eq)]
struct Conflict {
    imported_before: bool,
    in_file: Vec<String>,
    in_database: Vec<String>,
}

impl Conflict {
    fn message(&self, key: &EntityKey) -> String {
        let list = |keys: &[String]| super::fields::listed(keys.iter().map(String::as_str));
        let advice = "export the record, import the export, and make the change in it";
        if self.imported_before {
            format!(
                "{key} was changed both in the file ({}) and in the database ({}) since the last import; {advice}",
                list(&self.in_file),
                list(&self.in_database),
            )
        } else {
            format!(
                "{key} is on record with another content ({}) and was never imported from a file; {advice}",
                list(&self.in_file),
            )
        }
    }
}

/// What the file edits: a thing's own keys are one part, each of its logs another.
fn compare<T: Mergeable>(
    base: Option<&Body>,
    file: &Body,
    database: &Body,
) -> Result<Edits, Conflict> {
    let mut edits = Edits::default();
    let is_log = |key: &str| T::LOGS.contains(&key);
    let own = |key: &str| !is_log(key);
    let mut conflict = Conflict {
        imported_before: base.is_some(),
        in_file: Vec::new(),
        in_database: Vec::new(),
    };
    edits.own = compare_part(base, file, database, own, &mut conflict);
    for log in T::LOGS {
        if compare_part(base, file, database, |key| key == *log, &mut conflict) {
            edits.logs.insert(log);
        }
    }
    if conflict.in_file.is_empty() {
        Ok(edits)
    } else {
        Err(conflict)
    }
}

/// Whether the file edits this part. Keys on which file and database agree were changed by nobody.
fn compare_part(
    base: Option<&Body>,
    file: &Body,
    database: &Body,
    part: impl Fn(&str) -> bool,
    conflict: &mut Conflict,
) -> bool {
    let keys: BTreeSet<&String> = file.keys().chain(database.keys()).collect();
    let differing = keys
        .into_iter()
        .filter(|key| part(key) && file.get(*key) != database.get(*key));
    let differing: Vec<&String> = differing.collect();
    let Some(base) = base else {
        let names = || differing.iter().map(|key| (*key).clone());
        conflict.in_file.extend(names());
        conflict.in_database.extend(names());
        return false;
    };
    let changed_in = |body: &Body| -> Vec<String> {
        let changed = differing.iter().filter(|k| body.get(**k) != base.get(**k));
        changed.map(|key| (*key).clone()).collect()
    };
    let (in_file, in_database) = (changed_in(file), changed_in(database));
    if !in_file.is_empty() && !in_database.is_empty() {
        conflict.in_file.extend(in_file);
        conflict.in_database.extend(in_database);
        return false;
    }
    !in_file.is_empty()
}
