//! The canonical form of each thing: one JSON object with its keys in the order of the format and
//! defaults left out. It is what TOML and JSON are written from, and what an import compares, so
//! that two spellings of one thing are the same thing.

mod commitment;
mod directory;
mod policy;

pub(super) use commitment::{handover as handover_body, revision as revision_body};

use std::fmt::Display;

use serde_json::{Map, Value};

use super::entity::{self, EntityKey};
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;

/// The canonical form of a thing.
pub type Body = Map<String, Value>;

/// A thing of the record, known by kind and id.
pub(super) trait Entity: Clone {
    const KIND: &'static str;

    fn id(&self) -> String;

    fn body(&self) -> Body;

    fn key(&self) -> EntityKey {
        EntityKey {
            kind: Self::KIND,
            id: self.id(),
        }
    }
}

/// Puts keys into a body, leaving out what says nothing.
#[derive(Default)]
struct BodyBuilder(Body);

impl BodyBuilder {
    fn put(mut self, key: &str, value: impl Into<Value>) -> Self {
        self.0.insert(key.to_owned(), value.into());
        self
    }

    fn text(self, key: &str, text: impl Display) -> Self {
        self.put(key, text.to_string())
    }

    /// A text that may be absent; an empty one is as good as none.
    fn maybe(self, key: &str, text: Option<impl Display>) -> Self {
        match text.map(|t| t.to_string()) {
            Some(text) if !text.trim().is_empty() => self.put(key, text),
            _ => self,
        }
    }

    /// A text that is left out where it says what is understood anyway.
    fn unless<T: PartialEq + Display>(self, key: &str, value: T, understood: T) -> Self {
        if value == understood {
            self
        } else {
            self.text(key, value)
        }
    }

    /// A number that may be absent.
    fn number(self, key: &str, number: Option<u32>) -> Self {
        match number {
            Some(number) => self.put(key, number),
            None => self,
        }
    }

    /// A list of texts, left out where it is empty.
    fn texts(self, key: &str, texts: impl IntoIterator<Item = impl Display>) -> Self {
        let texts = texts.into_iter().map(|t| Value::String(t.to_string()));
        self.values(key, texts.collect())
    }

    /// A list of tables, left out where it is empty.
    fn tables(self, key: &str, tables: impl IntoIterator<Item = Body>) -> Self {
        self.values(key, tables.into_iter().map(Value::Object).collect())
    }

    fn values(self, key: &str, values: Vec<Value>) -> Self {
        if values.is_empty() {
            self
        } else {
            self.put(key, values)
        }
    }

    /// A table, left out where it is empty.
    fn table(self, key: &str, table: Body) -> Self {
        if table.is_empty() {
            self
        } else {
            self.put(key, table)
        }
    }

    fn finish(self) -> Body {
        self.0
    }
}

/// A whole record: its sections in the order of the format, each with its things by id. The policy
/// is a table, all others are lists.
pub(super) fn record(book: &Book) -> Body {
    let directory = &book.directory;
    let documents = book.documents.values().map(AsRef::as_ref);
    let commitments = book.commitments.values().map(AsRef::as_ref);
    let mut absences: Vec<_> = directory.absences.iter().collect();
    absences.sort_by(|a, b| (&a.person, a.from).cmp(&(&b.person, b.from)));
    BodyBuilder::default()
        .put("schema", super::reading::SCHEMA)
        .tables(entity::CALENDAR, bodies(directory.calendars.values()))
        .tables(entity::PARTY, bodies(directory.parties.values()))
        .tables(entity::PERSON, bodies(directory.people.values()))
        .tables(entity::DESK, bodies(directory.desks.values()))
        .tables(entity::PARTNERSHIP, bodies(directory.partnerships.values()))
        .tables(
            entity::CHAIRMANSHIP,
            bodies(directory.chairmanships.values()),
        )
        .tables(entity::MEETING, bodies(directory.meetings.values()))
        .tables(entity::DOCUMENT, bodies(documents))
        .tables(entity::INSTRUMENT, bodies(directory.instruments.values()))
        .tables(entity::COMMITMENT, bodies(commitments))
        .table(entity::POLICY, directory.policy.body())
        .tables(entity::ABSENCE, bodies(absences))
        .finish()
}

/// The canonical form of one thing of a book.
pub(super) fn body_of(book: &Book, key: &EntityKey) -> Option<Body> {
    let directory = &book.directory;
    let id = key.id.as_str();
    match key.kind {
        entity::CALENDAR => directory.calendars.get(id).map(Entity::body),
        entity::PARTY => directory.parties.get(id).map(Entity::body),
        entity::PERSON => directory.people.get(id).map(Entity::body),
        entity::DESK => directory.desks.get(id).map(Entity::body),
        entity::PARTNERSHIP => directory.partnerships.get(id).map(Entity::body),
        entity::CHAIRMANSHIP => {
            let year = id.parse().ok()?;
            directory.chairmanships.get(&year).map(Entity::body)
        }
        entity::MEETING => directory.meetings.get(id).map(Entity::body),
        entity::INSTRUMENT => directory.instruments.get(id).map(Entity::body),
        entity::DOCUMENT => book.document(id).map(Entity::body),
        entity::COMMITMENT => book.commitment(id).map(Entity::body),
        entity::POLICY => Some(directory.policy.body()),
        entity::ABSENCE => {
            let mut absences = directory.absences.iter();
            absences
                .find(|absence| absence.id() == id)
                .map(Entity::body)
        }
        _ => None,
    }
}

/// The canonical form of a commitment by itself, of which something may have been left out.
pub(super) fn commitment_body(commitment: &Commitment) -> Body {
    commitment.body()
}

fn bodies<'a, T: Entity + 'a>(things: impl IntoIterator<Item = &'a T>) -> Vec<Body> {
    things.into_iter().map(T::body).collect()
}
