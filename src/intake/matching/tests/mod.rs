//! Documents in the genre, written for these tests, beside a record that was written for them.

mod documents;
mod names;
mod promises;
mod properties;
mod record;

use chrono::NaiveDate;

use super::*;
use crate::intake::extraction::extract;
use crate::intake::lexicon::Lexicon;

pub(super) const RELEASE: &str = include_str!("release.txt");
pub(super) const OTHER_ACCOUNT: &str = include_str!("other-account.txt");

pub(super) fn book() -> Book {
    crate::record::read_text("record.toml", include_str!("record.toml"))
        .unwrap_or_else(|problems| panic!("{problems}"))
}

pub(super) fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub(super) fn person(id: &str) -> Viewer {
    Viewer::Person(id.parse().unwrap())
}

/// A document of 15 May 2031 beside a record.
pub(super) fn beside(text: &str, book: &Book, viewer: &Viewer) -> (Extraction, Matches) {
    on(text, book, viewer, "2031-05-15")
}

pub(super) fn on(text: &str, book: &Book, viewer: &Viewer, issued: &str) -> (Extraction, Matches) {
    let lexicon = Lexicon::standard();
    let extraction = extract(text, day(issued), lexicon);
    let place = Place {
        issued: day(issued),
        viewer,
        lexicon,
        partnership: None,
        meeting: None,
        document: None,
    };
    let matches = against(&extraction, text, book, &place);
    (extraction, matches)
}

/// The proposal whose words have these, and what the record has of it.
pub(super) fn of<'m>(words: &str, read: &'m (Extraction, Matches)) -> &'m Match {
    let (extraction, matches) = read;
    let folded = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let quotes = || extraction.proposals.iter().map(|p| folded(&p.quote));
    let place = quotes().position(|quote| quote.contains(words));
    let all: Vec<String> = quotes().collect();
    let place = place.unwrap_or_else(|| panic!("{words}: not among {all:#?}"));
    &matches.proposals[place]
}
