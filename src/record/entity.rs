//! The things of a record, by kind and id: what is imported, compared and saved as one.

use std::fmt;

use crate::domain::book::Book;
use crate::domain::desk::Absence;

pub const CALENDAR: &str = "calendar";
pub const PARTY: &str = "party";
pub const PERSON: &str = "person";
pub const DESK: &str = "desk";
pub const PARTNERSHIP: &str = "partnership";
pub const CHAIRMANSHIP: &str = "chairmanship";
pub const MEETING: &str = "meeting";
pub const DOCUMENT: &str = "document";
pub const INSTRUMENT: &str = "instrument";
pub const COMMITMENT: &str = "commitment";
pub const POLICY: &str = "policy";
pub const ABSENCE: &str = "absence";

/// Every kind, in the order in which a record is written.
pub const KINDS: [&str; 12] = [
    CALENDAR,
    PARTY,
    PERSON,
    DESK,
    PARTNERSHIP,
    CHAIRMANSHIP,
    MEETING,
    DOCUMENT,
    INSTRUMENT,
    COMMITMENT,
    POLICY,
    ABSENCE,
];

/// The id of the one policy of an installation.
pub const GENERAL_POLICY: &str = "general";

/// Which thing it is. A chairmanship's id is its year, an absence's `PERSON@FIRST-DAY`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntityKey {
    /// One of [`KINDS`].
    pub kind: &'static str,
    pub id: String,
}

impl EntityKey {
    /// `None` when there is no such kind.
    pub fn of(kind: &str, id: impl Into<String>) -> Option<Self> {
        let kind = KINDS.into_iter().find(|k| *k == kind)?;
        Some(Self {
            kind,
            id: id.into(),
        })
    }

    pub(super) fn general_policy() -> Self {
        Self {
            kind: POLICY,
            id: GENERAL_POLICY.to_owned(),
        }
    }
}

impl fmt::Display for EntityKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.kind {
            POLICY => f.write_str("the policy"),
            kind => write!(f, "{kind} `{}`", self.id),
        }
    }
}

/// The id of an absence: one person has one absence from a day.
pub(crate) fn absence_id(absence: &Absence) -> String {
    format!("{}@{}", absence.person, absence.from)
}

/// The ids of one kind in a book.
pub fn ids_in(book: &Book, kind: &str) -> Vec<String> {
    fn ids<K: fmt::Display, V>(map: &std::collections::BTreeMap<K, V>) -> Vec<String> {
        map.keys().map(K::to_string).collect()
    }
    let directory = &book.directory;
    match kind {
        CALENDAR => ids(&directory.calendars),
        PARTY => ids(&directory.parties),
        PERSON => ids(&directory.people),
        DESK => ids(&directory.desks),
        PARTNERSHIP => ids(&directory.partnerships),
        CHAIRMANSHIP => ids(&directory.chairmanships),
        MEETING => ids(&directory.meetings),
        DOCUMENT => ids(&book.documents),
        INSTRUMENT => ids(&directory.instruments),
        COMMITMENT => ids(&book.commitments),
        ABSENCE => directory.absences.iter().map(absence_id).collect(),
        _ => Vec::new(),
    }
}
