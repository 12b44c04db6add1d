//! An address to which mail does not arrive is as good as none: who hears instead, and that nobody
//! hears twice.

use chrono::{DateTime, Utc};

use super::records::{HOUSE, PEOPLE, book, changed, deliverable, rehearsed, skipped, told};
use crate::domain::book::Book;
use crate::domain::desk::EmailAddress;
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::notice::{OccurrenceState, SkipReason};
use crate::planner::{Moment, Occurrence, Recorded, due, mailbox_of};

const OUTSIDE: &str = r#"
[[desk]]
id = "outside"
name = "Outside"
email = "Outside@Example.org"
calendar = "kh"
through = "desk"
"#;

fn bouncing(book: Book, addresses: &[&str]) -> Book {
    changed(book, |directory| {
        directory.bouncing = addresses
            .iter()
            .map(|a| EmailAddress::parse(a).unwrap())
            .collect();
    })
}

fn house() -> Book {
    book(&[
        HOUSE,
        PEOPLE,
        OUTSIDE,
        &deliverable("X-1", "deadline = \"20 June 2025\""),
        &deliverable("X-2", "deadline = \"20 June 2025\"").replace("\"desk\"", "\"outside\""),
    ])
}

#[test]
fn a_desk_that_cannot_be_reached_is_heard_by_the_next() {
    let mailbox = |book: &Book, desk: &str| {
        let reader = mailbox_of(&desk.parse().unwrap(), &book.directory);
        reader.map_or("nobody".to_owned(), |r| r.to_string())
    };
    let all = house();
    assert_eq!(mailbox(&all, "outside"), "outside");
    let one = bouncing(house(), &["outside@example.org"]);
    assert_eq!(mailbox(&one, "outside"), "desk");
    let both = bouncing(house(), &["outside@example.org", "desk@mfa.example.org"]);
    // The head of the desk outside, which has none; the desk's own has one.
    assert_eq!(mailbox(&both, "outside"), "nobody");
    assert_eq!(mailbox(&both, "desk"), "head");
}

#[test]
fn the_mail_says_in_whose_place_it_is_heard() {
    let told_on = |book: &Book| told(&rehearsed(book, "2025-06-20", "2025-06-20"));
    assert_eq!(
        told_on(&house()),
        [
            "2025-06-20T01:00 desk last-day X-1",
            "2025-06-20T01:00 outside last-day X-2",
        ]
    );
    assert_eq!(
        told_on(&bouncing(house(), &["outside@example.org"])),
        [
            "2025-06-20T01:00 desk last-day X-1",
            "2025-06-20T01:00 desk for outside last-day X-2",
        ]
    );
}

#[test]
fn a_person_whose_mail_does_not_arrive_has_no_recipient() {
    let book = bouncing(house(), &["head@mfa.example.org"]);
    let week = rehearsed(&book, "2025-06-30", "2025-06-30");
    assert_eq!(
        skipped(&week),
        ["2025-06-30 head overdue-8 X-1 no-recipient"]
            .map(str::to_owned)
            .into_iter()
            .chain(["2025-06-30 outside.head overdue-8 X-2 no-recipient".to_owned()])
            .collect::<Vec<_>>()
    );
}

/// What the desk outside hears on the last day, as the ledger would hold it.
fn entry(
    occurrence: &Occurrence,
    state: OccurrenceState,
    reason: Option<SkipReason>,
) -> OccurrenceEntry {
    OccurrenceEntry {
        id: 1,
        subject: occurrence.subject.clone(),
        rule: occurrence.rule,
        basis: occurrence.basis.clone(),
        recipient: occurrence.recipient.clone(),
        date: occurrence.date,
        slot: occurrence.slot,
        state,
        reason,
        because: occurrence.because.clone(),
        recorded_at: occurrence.slot,
    }
}

fn said_on_the_last_day(book: &Book, recorded: &Recorded) -> Vec<Occurrence> {
    let now: DateTime<Utc> = "2025-06-20T01:00:00Z".parse().unwrap();
    let moment = Moment {
        now,
        live_on: Some("2025-06-20".parse().unwrap()),
    };
    due(
        book.commitment("X-2").unwrap(),
        &book.directory,
        recorded,
        moment,
    )
    .said
}

#[test]
fn what_was_heard_is_not_said_again_to_whoever_stands_in() {
    let before = house();
    let after = bouncing(house(), &["outside@example.org"]);
    let nothing = Recorded::default();
    let own = said_on_the_last_day(&before, &nothing);
    let instead = said_on_the_last_day(&after, &nothing);
    assert_eq!((own.len(), instead.len()), (1, 1));
    assert_eq!(own[0].recipient.as_str(), "outside");
    assert_eq!(instead[0].recipient.as_str(), "desk");

    let sent = |o| Recorded::from_ledger([&entry(o, OccurrenceState::Sent, None)]);
    assert!(said_on_the_last_day(&after, &sent(&own[0])).is_empty());
    // And the other way round, when the address works again.
    assert!(said_on_the_last_day(&before, &sent(&instead[0])).is_empty());
}

#[test]
fn what_did_not_arrive_is_open_for_whoever_stands_in() {
    let after = bouncing(house(), &["outside@example.org"]);
    let own = said_on_the_last_day(&house(), &Recorded::default());
    let of =
        |reason| Recorded::from_ledger([&entry(&own[0], OccurrenceState::Cancelled, Some(reason))]);
    let undeliverable = of(SkipReason::Undeliverable);
    assert_eq!(said_on_the_last_day(&after, &undeliverable).len(), 1);
    // Once the address is put right it is open for its reader, as what was taken back is.
    assert_eq!(said_on_the_last_day(&house(), &undeliverable).len(), 1);
    assert_eq!(
        said_on_the_last_day(&house(), &of(SkipReason::Superseded)).len(),
        1
    );
    // Where nobody could be reached, its reader does not hear it late, whoever stands in does.
    let nobody = of(SkipReason::NoRecipient);
    assert!(said_on_the_last_day(&house(), &nobody).is_empty());
    assert_eq!(said_on_the_last_day(&after, &nobody).len(), 1);
    assert!(said_on_the_last_day(&after, &of(SkipReason::Answered)).is_empty());
}
