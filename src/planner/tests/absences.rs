//! While somebody is away their deputy hears; with nobody to stand in, it waits for their return.

use super::records::{
    HOUSE, PEOPLE, book, changed, deliverable, lines_with, rehearsed, skipped, told,
};
use crate::domain::book::Book;
use crate::domain::desk::EmailAddress;
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::notice::OccurrenceState;
use crate::planner::{Moment, Occurrence, Recorded, due};

/// The head's `overdue-8` is of Monday 30 June, `overdue-15` of Monday 7 July.
const DEADLINE: &str = "deadline = \"20 June 2025\"";

fn away(person: &str, from: &str, until: &str, deputy: &str) -> String {
    let deputy = match deputy {
        "" => String::new(),
        deputy => format!("deputy = \"{deputy}\"\n"),
    };
    format!(
        "\n[[absence]]\nperson = \"{person}\"\nfrom = \"2025-{from}\"\nuntil = \"2025-{until}\"\n{deputy}"
    )
}

fn house(absences: &[String], lines: &str) -> Book {
    book(&[
        HOUSE,
        PEOPLE,
        &deliverable("X-1", lines),
        &absences.concat(),
    ])
}

fn overdue(book: &Book) -> Vec<String> {
    let mut lines = lines_with(&rehearsed(book, "2025-06-28", "2025-07-18"), &["overdue-"]);
    lines.retain(|line| !line.contains(" desk "));
    lines
}

#[test]
fn the_deputy_hears_on_the_days_of_the_absence_and_the_head_after() {
    for (from, until, who) in [
        ("06-23", "06-29", ["head", "head"]),
        ("06-23", "06-30", ["deputy for head", "head"]),
        ("06-30", "07-06", ["deputy for head", "head"]),
        ("07-01", "07-07", ["head", "deputy for head"]),
    ] {
        let book = house(&[away("head", from, until, "deputy")], DEADLINE);
        assert_eq!(
            overdue(&book),
            [
                format!("2025-06-30T01:00 {} overdue-8 X-1", who[0]),
                format!("2025-07-07T01:00 {} overdue-15 X-1", who[1]),
                "2025-07-07T01:00 leader overdue-15 X-1".to_owned(),
            ]
        );
    }
}

#[test]
fn what_is_quiet_waits_for_the_deputys_digest_day() {
    let book = house(&[away("leader", "07-07", "07-11", "deputy")], DEADLINE);
    let other = changed(book, |directory| {
        let kh = directory.calendars.values_mut().next().unwrap();
        // Monday is no working day for whoever keeps this calendar.
        let mut other = kh.clone();
        other.id = "other".parse().unwrap();
        other.holidays.insert("2025-07-07".parse().unwrap());
        let id = other.id.clone();
        directory.calendars.insert(id.clone(), other);
        directory.people.get_mut("deputy").unwrap().calendar = Some(id);
    });
    assert_eq!(
        overdue(&other)[2],
        "2025-07-08T01:00 deputy for leader overdue-15 X-1"
    );
}

#[test]
fn without_anybody_to_stand_in_it_waits_for_the_return() {
    let waits = "2025-07-03T01:00 head overdue-8 X-1";
    let nobody = house(&[away("head", "06-30", "07-02", "")], DEADLINE);
    assert_eq!(overdue(&nobody)[0], waits);
    let circle = house(
        &[
            away("head", "06-30", "07-02", "deputy"),
            away("deputy", "06-28", "07-10", "head"),
        ],
        DEADLINE,
    );
    assert_eq!(overdue(&circle)[0], waits);
    let mute = house(&[away("head", "06-30", "07-02", "deputy")], DEADLINE);
    let mute = changed(mute, |directory| {
        let address = EmailAddress::parse("deputy@mfa.example.org").unwrap();
        directory.bouncing.insert(address);
    });
    assert_eq!(overdue(&mute)[0], waits);
}

#[test]
fn a_deputy_who_is_away_too_passes_it_on() {
    let book = house(
        &[
            away("head", "06-30", "07-02", "deputy"),
            away("deputy", "06-30", "06-30", "leader"),
        ],
        DEADLINE,
    );
    assert_eq!(
        overdue(&book)[0],
        "2025-06-30T01:00 leader for head overdue-8 X-1"
    );
}

#[test]
fn a_restricted_commitment_goes_to_a_deputy_who_is_named_and_else_waits() {
    let among = |readers: &str| {
        let lines = format!("{DEADLINE}\nconfidentiality = \"restricted\"\nreaders = [{readers}]");
        house(&[away("head", "06-30", "07-02", "deputy")], &lines)
    };
    let named = among("\"desk\", \"head\", \"deputy\"");
    assert_eq!(
        overdue(&named)[0],
        "2025-06-30T01:00 deputy for head overdue-8 X-1"
    );
    let not_named = among("\"desk\", \"head\"");
    assert_eq!(
        overdue(&not_named)[0],
        "2025-07-03T01:00 head overdue-8 X-1"
    );
    // What the head may not read does not reach the deputy in the head's place.
    let only_deputy = among("\"desk\", \"deputy\"");
    assert!(
        overdue(&only_deputy)
            .iter()
            .all(|l| !l.contains("overdue-8"))
    );
    let skips = skipped(&rehearsed(&only_deputy, "2025-06-28", "2025-07-18"));
    assert!(
        skips.contains(&"2025-06-30 head overdue-8 X-1 not-permitted".to_owned()),
        "{skips:?}"
    );
}

#[test]
fn the_deputy_is_asked_to_decide() {
    let update = "deadline = \"20 August 2025\"\n[[commitment.update]]\ndate = \"2025-06-25\"\nby = \"desk\"\nreported = \"ongoing\"\nstate = \"submitted\"";
    let book = house(&[away("head", "06-30", "07-02", "deputy")], update);
    let decisions = lines_with(
        &rehearsed(&book, "2025-06-25", "2025-07-10"),
        &["decision-"],
    );
    assert_eq!(
        decisions,
        [
            "2025-06-30T01:00 deputy for head decision-3 X-1",
            "2025-07-09T01:00 head decision-10 X-1",
        ]
    );
}

#[test]
fn the_deputy_is_briefed_on_what_both_may_read() {
    let meeting = "\n[[meeting]]\nid = \"pmc\"\npartnership = \"asean-us\"\nseries = \"PMC\"\ndate = \"10 July 2025\"\n";
    let secret = |reference: &str, readers: &str| {
        deliverable(
            reference,
            &format!("confidentiality = \"restricted\"\nreaders = [{readers}]"),
        )
    };
    let book = book(&[
        HOUSE,
        PEOPLE,
        meeting,
        &deliverable("X-1", ""),
        &secret("S-1", "\"desk\", \"leader\""),
        &secret("S-2", "\"desk\", \"deputy\""),
        &secret("S-3", "\"desk\", \"deputy\", \"leader\""),
        &away("leader", "06-20", "06-26", "deputy"),
    ]);
    let briefs = lines_with(&rehearsed(&book, "2025-06-20", "2025-07-10"), &[" brief "]);
    let of_deputy: Vec<_> = briefs
        .iter()
        .filter(|b| !b.contains(" desk brief"))
        .collect();
    assert_eq!(
        of_deputy,
        [
            "2025-06-26T01:00 deputy for leader brief standing S-3",
            "2025-06-26T01:00 deputy for leader brief standing X-1",
        ]
    );
}

fn said(book: &Book, recorded: &Recorded) -> Vec<Occurrence> {
    let moment = Moment {
        now: "2025-06-30T01:00:00Z".parse().unwrap(),
        live_on: Some("2025-06-30".parse().unwrap()),
    };
    let mut said = due(
        book.commitment("X-1").unwrap(),
        &book.directory,
        recorded,
        moment,
    )
    .said;
    said.retain(|o| o.recipient.as_str() != "desk");
    said
}

#[test]
fn an_absence_entered_late_tells_nobody_twice() {
    let present = house(&[], DEADLINE);
    let absent = house(&[away("head", "06-30", "07-02", "deputy")], DEADLINE);
    let own = said(&present, &Recorded::default());
    let instead = said(&absent, &Recorded::default());
    assert_eq!((own.len(), instead.len()), (1, 1));
    let ledger = |o: &Occurrence| {
        let entry = OccurrenceEntry {
            id: 1,
            subject: o.subject.clone(),
            rule: o.rule,
            basis: o.basis.clone(),
            recipient: o.recipient.clone(),
            date: o.date,
            slot: o.slot,
            state: OccurrenceState::Waiting,
            reason: None,
            because: o.because.clone(),
            recorded_at: o.slot,
        };
        Recorded::from_ledger([&entry])
    };
    assert!(said(&absent, &ledger(&own[0])).is_empty());
    assert!(said(&present, &ledger(&instead[0])).is_empty());
}

/// A commitment that stands in the leader's digest every week, and nowhere else.
const FOR_THE_LEADER: &str = "[[commitment.update]]\ndate = \"2025-05-20\"\nby = \"desk\"\nreported = \"completed\"\nstate = \"accepted\"";

#[test]
fn the_deputys_digest_covers_the_weeks_of_the_absence() {
    let book = house(
        &[away("leader", "06-09", "06-23", "deputy")],
        FOR_THE_LEADER,
    );
    let digests = told(&rehearsed(&book, "2025-06-02", "2025-06-30"));
    assert_eq!(
        digests,
        [
            "2025-06-02T01:00 leader digest reported-completed X-1",
            "2025-06-09T01:00 deputy for leader digest reported-completed X-1",
            "2025-06-16T01:00 deputy for leader digest reported-completed X-1",
            "2025-06-23T01:00 deputy for leader digest reported-completed X-1",
            // Back on Tuesday: the first day of the week on which they are there.
            "2025-06-24T01:00 leader digest reported-completed X-1",
            "2025-06-30T01:00 leader digest reported-completed X-1",
        ]
    );
}

#[test]
fn a_restricted_line_waits_for_the_return_too() {
    let secret = format!(
        "confidentiality = \"restricted\"\nreaders = [\"desk\", \"leader\"]\n{FOR_THE_LEADER}"
    );
    let book = house(&[away("leader", "06-09", "06-20", "deputy")], &secret);
    assert_eq!(
        told(&rehearsed(&book, "2025-06-02", "2025-06-23")),
        [
            "2025-06-02T01:00 leader digest reported-completed X-1",
            "2025-06-23T01:00 leader digest reported-completed X-1",
        ]
    );
}
