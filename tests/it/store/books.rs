//! Books to save, and saving them.

use std::sync::Arc;

use aide_memoire::domain::book::Book;
use aide_memoire::domain::commitment::{Commitment, Cycle};
use aide_memoire::domain::deadline::MeetingDate;
use aide_memoire::domain::directory::Directory;
use aide_memoire::domain::ids::CommitmentRef;
use aide_memoire::domain::meeting::{MeetingStatus, Move};
use aide_memoire::record::{self, EntityKey};
use aide_memoire::store::Store;
use chrono::{DateTime, NaiveDate, Utc};

/// One of everything with every field set, and one of everything with as few as may be.
pub fn full_book() -> Book {
    let mut book = record::read_text("full.toml", include_str!("full.toml"))
        .unwrap_or_else(|problems| panic!("{problems}"));
    // What the record's format does not carry, or only elsewhere.
    change_commitment(&mut book, "US37-02", |it| {
        it.review = Some(Cycle { months: 2 });
    });
    let release = book.documents.get_mut("release").expect("it is there");
    Arc::make_mut(release).text =
        Some("First paragraph.\n\nSecond, with “quotation marks”, a ' and a tab\t.".to_owned());
    change_directory(&mut book, |directory| {
        let pmc = directory.meetings.get_mut("pmc").expect("it is there");
        pmc.date_revision = 3;
        pmc.moved_on = Some(day("2025-05-01"));
        pmc.moves = vec![Move {
            date: day("2025-05-01"),
            entered: Some(instant()),
            from: MeetingDate::parse("July 2025").ok(),
            from_status: MeetingStatus::Tentative,
            to: pmc.date.clone(),
            to_status: MeetingStatus::Confirmed,
            reason: Some("The host fixed it".to_owned()),
        }];
    });
    change_commitment(&mut book, "US37-02", |it| {
        it.updates[0].entered = Some(instant());
        it.revisions[0].entered = Some(instant());
        it.handovers[0].entered = Some(instant());
    });
    book
}

fn instant() -> DateTime<Utc> {
    "2025-05-05T03:04:05.000006Z".parse().expect("an instant")
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

pub fn reference(text: &str) -> CommitmentRef {
    CommitmentRef::parse(text).expect("a reference")
}

pub fn key(kind: &str, id: &str) -> EntityKey {
    EntityKey::of(kind, id).expect("a kind")
}

/// The keys of everything in a book.
pub fn keys_of(book: &Book) -> Vec<EntityKey> {
    let directory = &book.directory;
    let mut keys = vec![key("policy", "general")];
    let mut add = |kind: &str, ids: Vec<String>| keys.extend(ids.iter().map(|id| key(kind, id)));
    add("calendar", texts(directory.calendars.keys()));
    add("party", texts(directory.parties.keys()));
    add("person", texts(directory.people.keys()));
    add("desk", texts(directory.desks.keys()));
    add("partnership", texts(directory.partnerships.keys()));
    add("chairmanship", texts(directory.chairmanships.keys()));
    add("meeting", texts(directory.meetings.keys()));
    add("instrument", texts(directory.instruments.keys()));
    add("document", texts(book.documents.keys()));
    add("commitment", texts(book.commitments.keys()));
    let absences = directory.absences.iter();
    let absences = absences.map(|absence| format!("{}@{}", absence.person, absence.from));
    add("absence", absences.collect());
    // References first: what order they are named in is none of the caller's business.
    keys.reverse();
    keys
}

fn texts<K: ToString>(keys: impl Iterator<Item = K>) -> Vec<String> {
    keys.map(|key| key.to_string()).collect()
}

/// One edit that saves these things.
pub async fn save(store: &Store, book: &Book, keys: &[EntityKey]) {
    let mut edit = store.edit().await.expect("an edit begins");
    edit.save(book, keys).await.expect("it is saved");
    edit.commit().await.expect("it is committed");
}

/// One edit that saves everything.
pub async fn save_all(store: &Store, book: &Book) {
    save(store, book, &keys_of(book)).await;
}

/// Changes one commitment in a book.
pub fn change_commitment(book: &mut Book, reference: &str, change: impl FnOnce(&mut Commitment)) {
    let it = book
        .commitments
        .get_mut(reference)
        .expect("the commitment is there");
    change(Arc::make_mut(it));
}

pub fn change_directory(book: &mut Book, change: impl FnOnce(&mut Directory)) {
    change(Arc::make_mut(&mut book.directory));
}

/// Open commitments `C-00000`, `C-00001`, ... of a small house, with lists as real ones have.
pub fn many(commitments: usize) -> Book {
    let mut book = record::read_text("many.toml", include_str!("many.toml"))
        .unwrap_or_else(|problems| panic!("{problems}"));
    let desks: Vec<_> = book.directory.desks.keys().cloned().collect();
    let pattern = book.commitments.pop_first().expect("there is one").1;
    for n in 0..commitments {
        let mut it = Commitment::clone(&pattern);
        it.reference = reference(&format!("C-{n:05}"));
        it.title = format!("Cooperation on subject {n} of the agreed programme");
        it.lead = desks[n % desks.len()].clone();
        it.cooperating = vec![desks[(n + 1) % desks.len()].clone()];
        book.commitments.insert(it.reference.clone(), it.into());
    }
    book
}
