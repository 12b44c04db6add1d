//! The readers: one per kind of thing, from the tree with places to the values of the domain. Here
//! is the order of a file's sections; what several things must agree on is in `rules`.

mod commitment;
mod directory;
mod habits;
mod policy;
mod rules;

use std::collections::BTreeMap;
use std::sync::Arc;

use super::entity::{self, EntityKey};
use super::fields::{Fields, Keys, Reading};
use super::problems::{Place, Problems};
use super::source::{self, Kind, SourceFile, Value};
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::document::Document;
use crate::domain::ids::{CommitmentRef, DocumentId};

/// The one schema there is.
pub(super) const SCHEMA: u32 = 1;

pub(super) use directory::default_status;
pub use directory::sha256_of;
pub(super) use policy::weekday_name;
pub(super) use rules::{circle_of_successors, circles_of_desks};

const TOP: Keys = Keys {
    kind: "record",
    known: &[
        "schema",
        entity::CALENDAR,
        entity::PARTY,
        entity::PERSON,
        entity::DESK,
        entity::PARTNERSHIP,
        entity::CHAIRMANSHIP,
        entity::MEETING,
        entity::DOCUMENT,
        entity::INSTRUMENT,
        entity::COMMITMENT,
        entity::POLICY,
        entity::ABSENCE,
    ],
    required: &[],
};

/// What some files say, and where they say it.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRecord {
    /// Everything the files describe.
    pub book: Book,
    /// The names of the files.
    pub(super) files: Vec<String>,
    pub(super) places: BTreeMap<EntityKey, Place>,
}

impl ReadRecord {
    /// Whether the files describe this thing.
    pub fn describes(&self, key: &EntityKey) -> bool {
        self.places.contains_key(key)
    }
}

/// Reads one or several files as one record: every reference must find its thing in `base`, which
/// is what is recorded already, or in the files.
///
/// # Errors
/// Everything that is wrong, with file and line.
pub fn read(files: &[SourceFile], base: &Book) -> Result<ReadRecord, Problems> {
    let reading = Reading {
        files: files.iter().map(|f| f.name.clone()).collect(),
        ..Reading::default()
    };
    let mut collected = Collected::default();
    let mut whole = true;
    for (place, file) in files.iter().enumerate() {
        match source::parse(place, file, &reading.report) {
            Some(tree) => whole &= collected.read_file(&reading, &tree, file).is_some(),
            None => whole = false,
        }
    }
    // Where a file could not be read, what it describes is unknown, and every reference to it
    // would be reported for nothing.
    if whole {
        reading.names.resolve(base, &reading.report);
    }
    let book = collected.into_book();
    rules::check(&book, base, &reading);
    let Reading {
        files,
        report,
        names,
    } = reading;
    report.into_result(&files)?;
    Ok(ReadRecord {
        book,
        files,
        places: names.into_places(),
    })
}

/// The names in `document.file` of a record, which its reader is to load and attach. Empty when the
/// record cannot be read at all: [`read`] says why.
pub fn files_named(file: &SourceFile) -> Vec<String> {
    let reading = Reading::default();
    let Some(tree) = source::parse(0, file, &reading.report) else {
        return Vec::new();
    };
    let Some(top) = Fields::open(&reading, &tree, &TOP, TOP.kind.into()) else {
        return Vec::new();
    };
    top.list(entity::DOCUMENT)
        .iter()
        .filter_map(|value| directory::file_of_document(&reading, value))
        .collect()
}

#[derive(Default)]
struct Collected {
    directory: Directory,
    documents: BTreeMap<DocumentId, Arc<Document>>,
    commitments: BTreeMap<CommitmentRef, Arc<Commitment>>,
}

impl Collected {
    /// `None` when the file is not a record of this schema.
    fn read_file(&mut self, reading: &Reading, tree: &Value, file: &SourceFile) -> Option<()> {
        if !is_of_this_schema(reading, tree) {
            return None;
        }
        let top = Fields::open(reading, tree, &TOP, "the record".into())?;
        let directory = &mut self.directory;
        let known = &mut directory.calendars;
        section(&top, &directory::CALENDAR, known, directory::calendar);
        let known = &mut directory.parties;
        section(&top, &directory::PARTY, known, directory::party);
        let known = &mut directory.people;
        section(&top, &directory::PERSON, known, directory::person);
        let known = &mut directory.desks;
        section(&top, &directory::DESK, known, directory::desk);
        let known = &mut directory.partnerships;
        section(&top, &directory::PARTNERSHIP, known, directory::partnership);
        let known = &mut directory.chairmanships;
        section(
            &top,
            &directory::CHAIRMANSHIP,
            known,
            directory::chairmanship,
        );
        let known = &mut directory.meetings;
        section(&top, &directory::MEETING, known, directory::meeting);
        let known = &mut directory.instruments;
        section(&top, &directory::INSTRUMENT, known, directory::instrument);
        section(&top, &directory::DOCUMENT, &mut self.documents, |f| {
            let (id, document) = directory::document(f, &file.attached)?;
            Some((id, Arc::new(document)))
        });
        section(&top, &commitment::KEYS, &mut self.commitments, |f| {
            let commitment = commitment::commitment(f)?;
            Some((commitment.reference.clone(), Arc::new(commitment)))
        });
        if let Some(policy) = top.value(entity::POLICY) {
            let fields = Fields::open(reading, policy, &policy::KEYS, "the policy".into());
            if let Some(fields) = fields {
                fields.declare(EntityKey::general_policy(), policy.place);
                directory.policy = policy::policy(&fields);
            }
        }
        let mut absences = BTreeMap::new();
        section(&top, &directory::ABSENCE, &mut absences, directory::absence);
        directory.absences.extend(absences.into_values());
        Some(())
    }

    fn into_book(mut self) -> Book {
        let absences = &mut self.directory.absences;
        absences.sort_by(|a, b| (&a.person, a.from).cmp(&(&b.person, b.from)));
        Book {
            directory: Arc::new(self.directory),
            documents: self.documents,
            commitments: self.commitments,
        }
    }
}

/// The keys of a table, by the key under which it stands.
pub(super) fn keys_of(kind: &str) -> Option<&'static Keys> {
    let all: [&Keys; 21] = [
        &directory::CALENDAR,
        &directory::PARTY,
        &directory::PERSON,
        &directory::DESK,
        &directory::PARTNERSHIP,
        &directory::COORDINATOR,
        &directory::CHAIRMANSHIP,
        &directory::MEETING,
        &directory::DOCUMENT,
        &directory::INSTRUMENT,
        &directory::ABSENCE,
        &habits::PAUSE,
        &commitment::KEYS,
        &commitment::SNOOZE,
        &commitment::MILESTONE,
        &commitment::UPDATE,
        &commitment::REVISION,
        &commitment::RAISED,
        &commitment::HANDOVER,
        &commitment::MENTION,
        &policy::KEYS,
    ];
    let kind = if kind == "coordinators" {
        "coordinator"
    } else {
        kind
    };
    all.into_iter().find(|keys| keys.kind == kind)
}

fn is_of_this_schema(reading: &Reading, tree: &Value) -> bool {
    let Kind::Table(entries) = &tree.kind else {
        let is = tree.kind.name();
        let message = format!("a record is a table of keys and values, but this is {is}");
        reading.report.say(tree.place, message);
        return false;
    };
    let (place, message) = match entries.iter().find(|e| e.key == "schema").map(|e| &e.value) {
        None => (
            tree.place,
            format!("`schema` is missing; begin the record with `schema = {SCHEMA}`"),
        ),
        Some(value) => match value.kind {
            Kind::Whole(number) if number == i64::from(SCHEMA) => return true,
            Kind::Whole(number) => (
                value.place,
                format!(
                    "`schema` is {number}, which this version cannot read; it reads schema {SCHEMA}"
                ),
            ),
            _ => (
                value.place,
                format!("`schema` is to be a number: `schema = {SCHEMA}`"),
            ),
        },
    };
    reading.report.say(place, message);
    false
}

/// Reads the things of one kind. Of two with the same name the first is kept; the second was
/// reported when it gave its name.
fn section<K: Ord, T>(
    top: &Fields<'_>,
    keys: &Keys,
    known: &mut BTreeMap<K, T>,
    read: impl Fn(&Fields<'_>) -> Option<(K, T)>,
) {
    let reading = top.reading;
    let Some(value) = top.value(keys.kind) else {
        return;
    };
    let Kind::List(list) = &value.kind else {
        let kind = keys.kind;
        let message = format!(
            "`{kind}` is to be a list of tables (in TOML, `[[{kind}]]` with two brackets), but it is {}",
            value.kind.name()
        );
        top.say(value.place, message);
        return;
    };
    for value in list {
        let what = name_of(value, keys.kind);
        let Some(fields) = Fields::open(reading, value, keys, what) else {
            continue;
        };
        if let Some((key, thing)) = read(&fields) {
            known.entry(key).or_insert(thing);
        }
    }
}

/// What messages call a thing: "desk `asean-us`", or its kind alone where it has no name.
fn name_of(value: &Value, kind: &str) -> String {
    let Kind::Table(entries) = &value.kind else {
        return kind.to_owned();
    };
    let own = entries
        .iter()
        .find(|e| matches!(e.key.as_str(), "id" | "ref" | "year"));
    match own.map(|e| &e.value.kind) {
        Some(Kind::Text(id)) => format!("{kind} `{}`", id.escape_debug()),
        Some(Kind::Whole(year)) => format!("{kind} `{year}`"),
        _ => kind.to_owned(),
    }
}
