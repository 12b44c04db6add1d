//! The review of an outcome document: what the program proposed is accepted, put right, cut in two, put
//! together, turned down and added to by a person, before any of it is on record.
//!
//! [`beside`] looks at the record, [`text`] finds places in the document, [`drafting`] writes down what a proposal would be on record,
//! [`deciding`] has what may become of it, [`meanwhile`] what two people made of one, and [`references`] the names that new commitments are given.
//! Pure: an act loads an [`Intake`], asks here, and keeps what came of it.

pub mod beside;
pub mod deciding;
pub mod drafting;
pub mod meanwhile;
pub mod references;
pub mod telling;
pub mod text;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use self::text::Place;
use crate::domain::document::paragraph_places;
use crate::domain::ids::{DocumentId, MeetingId, PartnershipId, PersonId};
use crate::domain::intake::{Custody, Origin, State};
use crate::record::Body;

/// A document that was brought in.
#[derive(Debug, Clone, PartialEq)]
pub struct Intake {
    pub id: Uuid,
    pub partnership: PartnershipId,
    /// The meeting it is the outcome of, as far as it was said and is on record.
    pub meeting: Option<MeetingId>,
    /// As what it is on record, once somebody confirmed it.
    pub document: Option<DocumentId>,
    pub title: String,
    pub text: String,
    /// SHA-256 of the text, in lower-case hexadecimal.
    pub sha256: String,
    /// On which relative deadlines were resolved.
    pub issued: NaiveDate,
    /// Its text never goes on record, only its hash.
    pub is_confidential: bool,
    pub passed: Vec<Passed>,
    /// Who brought it, and when (business clock).
    pub by: PersonId,
    pub at: DateTime<Utc>,
}

/// A sentence that was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passed {
    pub start: u32,
    pub end: u32,
    pub reason: String,
}

/// A proposal, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Its number within the document, from 1. It stays.
    pub n: u32,
    pub place: Place,
    pub origin: Origin,
    /// The one it was cut from.
    pub parent: Option<u32>,
    /// The words that made it a commitment, and what they mean.
    pub cue: String,
    pub why: String,
    /// The keys of a commitment as the record writes them; whatever it needs and is not here is given
    /// when it is accepted.
    pub fields: Body,
    pub state: State,
    /// Counts its changes, so that of two editors the second is told.
    pub version: u32,
    /// Who decided on it, and when.
    pub decided: Option<(PersonId, DateTime<Utc>)>,
}

/// A document and its proposals, by number.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    pub intake: Intake,
    pub items: Vec<Item>,
}

/// What stands in the way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wrong {
    /// The proposal it is about; `None` for the document or for what is not there yet.
    pub item: Option<u32>,
    /// The key or the field.
    pub key: Option<String>,
    /// A full sentence, or one as the record complains.
    pub message: String,
}

impl Wrong {
    pub fn of(item: Option<u32>, key: &str, message: impl Into<String>) -> Self {
        Self {
            item,
            key: Some(key.to_owned()),
            message: message.into(),
        }
    }
}

impl Intake {
    pub fn custody(&self) -> Custody<'_> {
        Custody {
            partnership: &self.partnership,
            by: &self.by,
            is_confidential: self.is_confidential,
        }
    }

    pub fn chars(&self) -> Vec<char> {
        self.text.chars().collect()
    }
}

impl Review {
    pub fn item(&self, n: u32) -> Option<&Item> {
        self.items.iter().find(|item| item.n == n)
    }

    /// The words of a proposal, exactly as they stand.
    pub fn words(&self, item: &Item) -> String {
        let (from, length) = (
            item.place.start,
            item.place.end.saturating_sub(item.place.start),
        );
        let words = self.intake.text.chars().skip(from as usize);
        words.take(length as usize).collect()
    }

    /// The paragraph a proposal begins in, from 1, as the document counts them.
    pub fn paragraph_of(&self, item: &Item) -> u32 {
        let places = paragraph_places(&self.intake.text);
        let at = places.iter().position(|p| item.place.start < p.end);
        text::index(at.unwrap_or(0)) + 1
    }

    /// The proposals that wait for somebody.
    pub fn open(&self) -> impl Iterator<Item = &Item> {
        self.items.iter().filter(|item| item.state.is_open())
    }

    /// The places that are proposed, whatever became of it.
    fn taken(&self) -> Vec<Place> {
        self.items.iter().map(|item| item.place.clone()).collect()
    }

    fn next_number(&self) -> u32 {
        self.items.iter().map(|item| item.n).max().unwrap_or(0) + 1
    }
}
