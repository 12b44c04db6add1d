//! For the unit tests of this room: the first record, and looks at it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::domain::access::Viewer;
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::finding::{Level, Query, Term, passages};
use crate::domain::folding::words;
use crate::domain::ids::PersonId;

use super::filter::Filter;
use super::scene::Scene;
use super::standing::Standings;

pub fn first_book() -> Book {
    crate::record::first_record()
}

pub fn instant(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant as RFC 3339 writes it")
}

pub fn person(id: &str) -> Viewer {
    Viewer::Person(PersonId::parse(id).expect("a plain word"))
}

/// Monday 2 June 2025, eight in the morning in Phnom Penh.
pub const MONDAY: &str = "2025-06-02T01:00:00Z";

/// A filter of the list with the commitments that say its words, found by reading every text.
pub fn with_words(scene: &Scene<'_>, filter: Filter) -> Filter {
    let Some(typed) = &filter.words else {
        return filter;
    };
    let query = Query::read(typed);
    let says = |commitment: &Commitment| {
        let all = passages(commitment);
        let said = |term: &Term| {
            let mut texts = all.iter().filter(|p| p.level != Level::Update);
            texts.any(|p| !term.places(&words(p.text)).is_empty())
        };
        query.terms().iter().all(said)
    };
    let saying = scene.readable().filter(|s| says(&s.commitment));
    let saying = saying.map(|s| s.commitment.reference.clone()).collect();
    Filter {
        saying: Some(Arc::new(saying)),
        ..filter
    }
}

/// The first record at an instant, with somebody looking at it.
pub struct World {
    pub book: Arc<Book>,
    pub standings: Standings,
    pub viewer: Viewer,
    pub now: DateTime<Utc>,
}

impl World {
    pub fn new(viewer: Viewer, now: &str) -> Self {
        Self::of(first_book(), viewer, now)
    }

    pub fn of(book: Book, viewer: Viewer, now: &str) -> Self {
        let (book, now) = (Arc::new(book), instant(now));
        let standings = Standings::of(&book, now);
        Self {
            book,
            standings,
            viewer,
            now,
        }
    }

    pub fn scene(&self) -> Scene<'_> {
        Scene {
            book: &self.book,
            standings: &self.standings,
            viewer: &self.viewer,
            now: self.now,
            seen: None,
        }
    }
}
