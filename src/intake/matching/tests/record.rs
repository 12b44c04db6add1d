//! What a document says of itself, as entries that the record takes.

use super::*;
use crate::record::editing::{Wanted, edit};

fn entry<'m>(id: &str, read: &'m (Extraction, Matches)) -> &'m ProposedEntry {
    let ids: Vec<&str> = read.1.proposed.iter().map(|e| e.id.as_str()).collect();
    let found = read.1.proposed.iter().find(|e| e.id == id);
    found.unwrap_or_else(|| panic!("{id}: not among {ids:?}"))
}

#[test]
fn the_meeting_fills_itself_and_the_next_one_is_proposed() {
    let read = beside(RELEASE, &book(), &person("outsider"));
    let own = entry("asean-japan-forum-21", &read);
    assert!(own.is_known && own.adds);
    assert_eq!(own.body["date"], "14 May 2031");
    assert_eq!(own.body["status"], "held");
    assert_eq!(own.body["place"], "Vientiane, Lao PDR");
    assert_eq!(own.body["co_chairs"].as_array().unwrap().len(), 2);
    let next = entry("asean-japan-forum-22", &read);
    assert!(!next.is_known);
    assert_eq!(next.body["number"], 22);
    assert_eq!(next.body["series"], "ASEAN-Japan Forum");
    assert_eq!(next.body["date"], "2032");
    assert_eq!(next.body["status"], "tentative");
    assert_eq!(next.body["place"], "Tokyo");
    let document = entry("press-release-asean-japan-forum-21", &read);
    assert_eq!(document.body["authority"], "unilateral");
    assert_eq!(document.body["sha256"], crate::record::sha256_of(RELEASE));
    let instrument = entry("asean-japan-seagrass-initiative", &read);
    assert_eq!(instrument.body["acronym"], "AJSI");
    let read = beside(OTHER_ACCOUNT, &book(), &person("outsider"));
    let document = entry("co-chairs-summary-asean-japan-forum-21", &read);
    assert_eq!(document.body["authority"], "agreed");
}

#[test]
fn the_record_takes_every_entry_that_is_proposed() {
    let mut book = book();
    for text in [RELEASE, OTHER_ACCOUNT] {
        let read = beside(text, &book, &person("outsider"));
        assert!(read.1.proposed.len() > 1);
        for entry in read.1.proposed.iter().filter(|e| e.adds) {
            let key = entry.key().unwrap();
            let wanted = Wanted {
                seen: crate::record::editing::body_of(&book, &key),
                key,
                body: entry.body.clone(),
            };
            assert_eq!(wanted.seen.is_some(), entry.is_known, "{}", entry.id);
            let merged = edit(&book, &wanted, day("2031-05-16"));
            let merged = merged.unwrap_or_else(|c| panic!("{}: {c:?}", entry.id));
            assert!(!merged.is_empty(), "{}", entry.id);
            let directory = std::sync::Arc::make_mut(&mut book.directory);
            directory
                .meetings
                .extend(merged.book.directory.meetings.clone());
            directory
                .instruments
                .extend(merged.book.directory.instruments.clone());
            book.documents.extend(merged.book.documents.clone());
        }
    }
    // What was taken is found again and proposes nothing more of the meetings.
    let read = beside(RELEASE, &book, &person("outsider"));
    for id in ["asean-japan-forum-21", "asean-japan-forum-22"] {
        let entry = entry(id, &read);
        assert!(entry.is_known && !entry.adds, "{entry:?}");
    }
}
