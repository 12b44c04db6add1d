//! The same document again, the other side's account, and what the previous meeting left open.

use std::sync::Arc;

use super::*;
use crate::domain::commitment::Commitment;
use crate::domain::document::{Authority, Document};

/// The book once the release was taken into the record, with two commitments of it.
fn after_the_release(text: Option<&str>) -> Book {
    let mut book = book();
    let id: DocumentId = "release-forum-21".parse().unwrap();
    let document = Document {
        id: id.clone(),
        meeting: "asean-japan-forum-21".parse().ok(),
        kind: Some("press release".into()),
        title: "Outcomes of the 21st ASEAN-Japan Forum".into(),
        issued: Some(day("2031-05-15")),
        issuer: None,
        authority: Some(Authority::Unilateral),
        text: text.map(str::to_owned),
        sha256: text.map(crate::record::sha256_of),
    };
    book.documents.insert(id.clone(), Arc::new(document));
    let mut add = |reference: &str, title: &str, words: &str, like: &str| {
        let mut c: Commitment = book.commitment(like).unwrap().clone();
        c.reference = reference.parse().unwrap();
        c.title = title.into();
        c.promise.words = words.into();
        c.promise.document = Some(id.clone());
        c.meeting = "asean-japan-forum-21".parse().ok();
        c.opened = day("2031-05-15");
        book.commitments.insert(c.reference.clone(), Arc::new(c));
    };
    add(
        "JP21-01",
        "Disaster management",
        "Both sides reaffirmed their commitment to deepening cooperation on disaster management.",
        "JP20-01",
    );
    add(
        "JP21-02",
        "Flood forecasting group",
        "agreed to establish a joint expert group on flood forecasting by the end of 2031",
        "JP20-02",
    );
    add(
        "JP21-03",
        "Signature of the Agreement on Digital Trade",
        "which will be signed at the forthcoming ASEAN-Japan Summit in October 2031",
        "JP20-05",
    );
    book
}

fn references(found: &Match) -> Vec<String> {
    match &found.standing {
        Standing::There { references, .. } => references.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_same_document_again_is_recognised_in_any_layout() {
    let book = after_the_release(Some(RELEASE));
    let mut wrapped = String::new();
    for (n, word) in RELEASE.split(' ').enumerate() {
        wrapped.push_str(word);
        wrapped.push_str(if n % 9 == 8 { "\n" } else { "  " });
    }
    let hyphenated = RELEASE.replacen("forecasting", "fore-\ncasting", 1);
    for text in [RELEASE, &wrapped, &hyphenated] {
        let read = beside(text, &book, &person("outsider"));
        let there = read.1.document.already_there().map(ToString::to_string);
        assert_eq!(
            there.as_deref(),
            Some("release-forum-21"),
            "{:?}",
            read.1.document
        );
    }
    let read = beside(RELEASE, &book, &person("outsider"));
    assert_eq!(references(of("disaster management", &read)), ["JP21-01"]);
    assert_eq!(references(of("flood forecasting", &read)), ["JP21-02"]);
    assert_eq!(references(of("will be signed", &read)), ["JP21-03"]);
    assert!(read.1.unclaimed.is_empty(), "{:?}", read.1.unclaimed);
    let other = RELEASE.replace("disaster management", "the blue economy");
    let read = beside(&other, &book, &person("outsider"));
    assert!(matches!(
        read.1.document.is,
        DocumentIs::OtherAccount { .. }
    ));
}

#[test]
fn a_document_of_which_the_record_has_no_text_is_told_by_title_meeting_and_date() {
    let book = after_the_release(None);
    let read = beside(RELEASE, &book, &person("outsider"));
    assert!(
        read.1.document.already_there().is_some(),
        "{:?}",
        read.1.document
    );
    let read = on(RELEASE, &book, &person("outsider"), "2031-05-20");
    assert!(read.1.document.already_there().is_none());
}

#[test]
fn the_other_side_s_account_shows_what_both_claim_and_what_one_side_claims() {
    let book = after_the_release(Some(RELEASE));
    let read = beside(OTHER_ACCOUNT, &book, &person("outsider"));
    let DocumentIs::OtherAccount { of: accounts, .. } = &read.1.document.is else {
        panic!("{:?}", read.1.document);
    };
    assert_eq!(accounts[0].as_str(), "release-forum-21");
    assert!(
        read.1.document.why.contains("one side"),
        "{}",
        read.1.document.why
    );
    assert_eq!(references(of("disaster management", &read)), ["JP21-01"]);
    assert_eq!(references(of("forecasting of floods", &read)), ["JP21-02"]);
    assert_eq!(of("40 lifeguards", &read).standing, Standing::New);
    let unclaimed: Vec<&str> = read
        .1
        .unclaimed
        .iter()
        .map(|u| u.reference.as_str())
        .collect();
    assert_eq!(unclaimed, ["JP21-03"]);
    assert!(read.1.unclaimed[0].why.contains("this text does not"));
}

#[test]
fn what_the_previous_meeting_left_open_stands_beside_the_new_text() {
    let read = beside(RELEASE, &book(), &person("outsider"));
    let open: Vec<&str> = read
        .1
        .forward
        .iter()
        .map(|f| f.reference.as_str())
        .collect();
    assert_eq!(
        open,
        ["JP20-01", "JP20-02", "JP20-03", "JP20-04", "JP20-05"]
    );
    let resembling = |reference: &str| {
        let open = read
            .1
            .forward
            .iter()
            .find(|f| f.reference.as_str() == reference);
        open.unwrap().resembling.first()
    };
    let floods = resembling("JP20-02").unwrap();
    assert!(floods.joined && floods.likeness >= SURE);
    assert!(read.0.proposals[floods.proposal].quote.contains("flood"));
    assert!(resembling("JP20-05").is_none());
}
