//! The record that is shipped reads, has a home for everything the press release names, and gives a
//! visitor something to see in the first weeks.

use chrono::NaiveDate;

use crate::domain::book::Book;
use crate::domain::commitment::{Kind, Strength};
use crate::domain::ids::ReaderId;
use crate::domain::rule::Rule;
use crate::planner::rehearse::{Rehearsal, rehearse};
use crate::record::{FIRST_RECORD, first_record, read_text, write_toml};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn first_weeks(book: &Book) -> Rehearsal {
    rehearse(book, day("2025-06-02"), day("2025-06-30"), None)
}

#[test]
fn it_reads_and_survives_an_export() {
    let book = read_text("first.toml", FIRST_RECORD).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(book, first_record());
    assert_eq!(read_text("export.toml", &write_toml(&book)).unwrap(), book);
}

#[test]
fn what_the_release_names_has_a_home() {
    let book = first_record();
    let directory = &book.directory;
    let dialogue = &directory.meetings["asean-us-dialogue-37"];
    assert_eq!(dialogue.name(), "37th ASEAN-U.S. Dialogue");
    assert_eq!(dialogue.co_chairs.len(), 2);
    let partnership = &directory.partnerships["asean-us"];
    let coordinator = partnership.coordinator_on(day("2025-04-22")).unwrap();
    assert_eq!(coordinator.term.to_string(), "2024-2027");
    assert_eq!(
        directory.chairmanships[&2025].theme.as_deref(),
        Some("Inclusivity and Sustainability")
    );
    let of_the_release: Vec<_> = book
        .commitments
        .values()
        .filter(|c| c.promise.document.is_some())
        .collect();
    assert_eq!(of_the_release.len(), 19);
    let statement = book.commitment("US37-03").unwrap();
    assert_eq!(statement.strength, Some(Strength::Firm));
    let steps: Vec<_> = statement
        .milestones
        .iter()
        .map(|m| m.title.as_str())
        .collect();
    assert_eq!(steps, ["Concluded", "Endorsed", "Adopted"]);
    for request in ["US37-16", "US37-17", "US37-18"] {
        let request = book.commitment(request).unwrap();
        assert_eq!(request.kind, Kind::Request);
        assert_eq!(request.obligors[0].as_str(), "us");
        assert_eq!(request.beneficiaries[0].as_str(), "asean");
    }
    // The words of the release stay on the issuer's side: no full text is shipped.
    assert!(book.documents.values().all(|d| d.text.is_none()));
}

#[test]
fn what_was_made_up_says_so_and_invents_nobody() {
    let book = first_record();
    for c in book
        .commitments
        .values()
        .filter(|c| c.promise.document.is_none())
    {
        assert!(c.reference.as_str().starts_with("PREP-"));
        assert!(
            c.promise
                .words
                .starts_with("Demonstration, not in the press release:")
        );
    }
    let updates = book.commitments.values().flat_map(|c| &c.updates);
    for text in updates.flat_map(|u| [&u.text, &u.words, &u.ask]).flatten() {
        assert!(text.starts_with("(Demonstration)"), "{text}");
    }
    let directory = &book.directory;
    let people = directory.people.values().map(|p| p.email.as_ref());
    let desks = directory.desks.values().map(|d| d.email.as_ref());
    for address in people.chain(desks).flatten() {
        assert!(address.as_str().ends_with(".example.org"), "{address}");
    }
}

#[test]
fn the_first_weeks_of_the_demonstration_have_something_of_everything() {
    let weeks = first_weeks(&first_record());
    let said = |date: &str, rule: Rule, reference: &str| -> Vec<&str> {
        let of_day = weeks.notices.iter().filter(|n| n.notice.date == day(date));
        let matching = of_day.filter(|n| {
            let mut items = n.notice.items.iter();
            items.any(|i| i.rule == rule && i.commitment.as_str() == reference)
        });
        matching.map(|n| n.notice.recipient.as_str()).collect()
    };
    assert_eq!(
        said("2025-06-02", Rule::Overdue(1), "PREP-01"),
        ["asean-us-desk"]
    );
    assert_eq!(
        said("2025-06-09", Rule::Overdue(8), "PREP-01"),
        ["asean-us-desk", "head-americas"]
    );
    assert_eq!(
        said("2025-06-16", Rule::Overdue(15), "PREP-01"),
        ["asean-us-desk", "head-americas", "som-leader"]
    );
    assert_eq!(
        said("2025-06-02", Rule::Returned, "PREP-06"),
        ["cyber-desk"]
    );
    assert_eq!(
        said("2025-06-02", Rule::Decision(3), "PREP-03"),
        ["head-economic"]
    );
    assert_eq!(
        said("2025-06-02", Rule::Digest, "US37-03"),
        ["asean-secretariat-desk", "som-leader"]
    );
    assert_eq!(
        said("2025-06-05", Rule::Brief, "US37-03"),
        ["asean-us-desk", "som-leader"]
    );
    // The last working day before a deadline on the Queen Mother's birthday.
    assert_eq!(
        said("2025-06-17", Rule::LastDay, "PREP-05"),
        ["asean-us-desk"]
    );
}

#[test]
fn only_its_readers_hear_of_the_restricted_one() {
    let weeks = first_weeks(&first_record());
    let mut told: Vec<&ReaderId> = weeks
        .notices
        .iter()
        .filter(|n| {
            n.notice
                .items
                .iter()
                .any(|i| i.commitment.as_str() == "PREP-04")
        })
        .map(|n| &n.notice.recipient)
        .collect();
    told.sort();
    told.dedup();
    let told: Vec<&str> = told.into_iter().map(ReaderId::as_str).collect();
    assert_eq!(told, ["asean-us-desk", "head-americas", "som-leader"]);
}
