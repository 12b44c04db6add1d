//! The ledger on both databases: what fell due is held once, found again, carried out once, and
//! explained. The helpers here make occurrences, mornings and claims in one line each.

mod claiming;
mod concurrency;
mod guards;
mod planning;
mod recording;
mod reopening;
mod rescuing;
mod settling;
mod superseding;
mod telling;
mod together;

use aide_memoire::domain::deadline::Window;
use aide_memoire::domain::ids::{CalendarId, CommitmentRef, ReaderId};
use aide_memoire::domain::ledger::{NoticeEntry, Page, StoredMessage};
use aide_memoire::domain::notice::{Because, Item, NoticeState, Phase, SkipReason, Subject};
use aide_memoire::domain::rule::Rule;
use aide_memoire::planner::Occurrence;
use aide_memoire::record::entity::{self, EntityKey};
use aide_memoire::store::{
    ClaimedNotice, FinalContent, Morning, NewAttempt, NewOccurrence, Seat, Settlement, Standing,
    Store, ToSettle,
};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use crate::support::database::{TestDatabase, on_both_databases};

const ALL: Page = Page {
    offset: 0,
    limit: 1_000,
};

const HOST: &str = "mfa.example.org";
const TO: &str = "asean-us@mfa.example.org";

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a date")
}

/// The morning on which everything here falls due, and an instant of it.
fn monday() -> NaiveDate {
    day("2025-06-02")
}

fn slot() -> DateTime<Utc> {
    at("2025-06-02T01:00:00Z")
}

fn reader(id: &str) -> ReaderId {
    ReaderId::parse(id).expect("a reader")
}

fn commitment(reference: &str) -> CommitmentRef {
    CommitmentRef::parse(reference).expect("a reference")
}

fn because() -> Because {
    Because {
        deadline: Some("July 2025".into()),
        window: Window::new(day("2025-07-01"), day("2025-07-31")),
        revision: 2,
        calendar: CalendarId::parse("phnom-penh").expect("a calendar"),
        counted_from: day("2025-07-31"),
        exact: day("2025-06-01"),
        date: monday(),
        in_place_of: None,
    }
}

/// One reminder to the desk about a commitment of its own.
fn reminder(reference: &str, rule: Rule) -> Occurrence {
    occurrence(Subject::Commitment(commitment(reference)), None, rule)
}

/// One reminder about a milestone.
fn step(reference: &str, title: &str, rule: Rule) -> Occurrence {
    let subject = Subject::Milestone(commitment(reference), title.into());
    occurrence(subject, Some(title), rule)
}

fn occurrence(subject: Subject, milestone: Option<&str>, rule: Rule) -> Occurrence {
    let about = match &subject {
        Subject::Commitment(reference) | Subject::Milestone(reference, _) => reference.clone(),
        Subject::Meeting(_) | Subject::Reader(_) => commitment("US37-01"),
    };
    Occurrence {
        subject,
        rule,
        basis: "@2".into(),
        recipient: reader("asean-us-desk"),
        date: monday(),
        slot: slot(),
        items: vec![Item {
            commitment: about,
            milestone: milestone.map(str::to_owned),
            meeting: None,
            rule,
            late: false,
            line: None,
            because: because(),
        }],
        because: because(),
    }
}

fn waiting(occurrence: &Occurrence) -> NewOccurrence<'_> {
    NewOccurrence {
        occurrence,
        standing: Standing::Waiting,
    }
}

fn skipped(occurrence: &Occurrence, reason: SkipReason) -> NewOccurrence<'_> {
    NewOccurrence {
        occurrence,
        standing: Standing::Skipped(reason),
    }
}

/// Monday morning of a reader, with a notice of its own to be born.
fn morning(recipient: &ReaderId) -> Morning<'_> {
    Morning {
        recipient,
        to: TO,
        date: monday(),
        due_at: slot(),
        id: Uuid::new_v4(),
        host: HOST,
    }
}

/// Plans one morning of one reader: the notice with all of these on it, still gathering.
async fn gather(store: &Store, recipient: &str, said: &[Occurrence]) -> Uuid {
    let recipient = reader(recipient);
    let said: Vec<Occurrence> = said
        .iter()
        .cloned()
        .map(|o| Occurrence {
            recipient: recipient.clone(),
            ..o
        })
        .collect();
    let mut change = store.change().await.unwrap();
    let seat = change.seat(&morning(&recipient), false).await.unwrap();
    let Seat::On(notice) = seat else {
        panic!("the morning has left already")
    };
    let new: Vec<NewOccurrence> = said.iter().map(waiting).collect();
    let ids = change.record(&new, slot()).await.unwrap();
    let items: Vec<(i64, &Item)> = ids
        .iter()
        .zip(&said)
        .filter_map(|(id, o)| id.map(|id| (id, o)))
        .flat_map(|(id, o)| o.items.iter().map(move |item| (id, item)))
        .collect();
    change.add_items(notice, &items).await.unwrap();
    change.commit().await.unwrap();
    notice
}

/// As [`gather`], and the plan is done.
async fn plan(store: &Store, recipient: &str, said: &[Occurrence]) -> Uuid {
    let notice = gather(store, recipient, said).await;
    let mut change = store.change().await.unwrap();
    change.release_gathering().await.unwrap();
    change.commit().await.unwrap();
    notice
}

/// When the claims of these stories are made, by the real clock.
fn noon() -> DateTime<Utc> {
    at("2026-01-01T12:00:00Z")
}

fn lease_end() -> DateTime<Utc> {
    noon() + TimeDelta::minutes(5)
}

async fn claim(store: &Store, token: Uuid) -> Vec<ClaimedNotice> {
    claim_at(store, token, noon()).await
}

async fn claim_at(store: &Store, token: Uuid, real_now: DateTime<Utc>) -> Vec<ClaimedNotice> {
    store
        .claim(
            slot(),
            real_now,
            token,
            real_now + TimeDelta::minutes(5),
            100,
        )
        .await
        .unwrap()
}

/// A token nobody else has.
fn token() -> Uuid {
    Uuid::new_v4()
}

async fn mark(store: &Store, notice: Uuid, token: Uuid) -> bool {
    store
        .mark_in_data(notice, token, "US37-01: due", b"the bytes", lease_end())
        .await
        .unwrap()
}

fn outcome(state: NoticeState) -> Settlement {
    Settlement {
        state,
        at: slot(),
        at_real: noon(),
        retry_at: (state == NoticeState::Deferred).then(|| noon() + TimeDelta::minutes(5)),
        attempt: Some(NewAttempt {
            phase: Phase::Content,
            reply: "a reply".into(),
            enhanced_code: Some("2.0.0".into()),
            duration_ms: 42,
        }),
        message: None,
        undeliverable: None,
    }
}

fn kept(notice: Uuid, recipient: &str) -> StoredMessage {
    StoredMessage {
        notice,
        recipient: reader(recipient),
        to: TO.into(),
        subject: "US37-01: due".into(),
        delivered_at: slot(),
        raw: b"Subject: due\r\n\r\nThe promise".to_vec(),
    }
}

/// What the mailbox transport comes to.
fn delivered(notice: Uuid, recipient: &str) -> Settlement {
    Settlement {
        attempt: None,
        message: Some(kept(notice, recipient)),
        ..outcome(NoticeState::Sent)
    }
}

async fn settle(store: &Store, notice: Uuid, token: Uuid, state: NoticeState) -> bool {
    store.settle(notice, token, outcome(state)).await.unwrap()
}

/// Claims the only notice that waits and takes it over the wire to the final dot.
async fn take_to_data(store: &Store, token: Uuid) -> Uuid {
    let claimed = claim(store, token).await;
    assert_eq!(claimed.len(), 1, "one notice waits");
    let notice = claimed[0].entry.id;
    assert!(mark(store, notice, token).await);
    notice
}

async fn entry(store: &Store, notice: Uuid) -> NoticeEntry {
    let snapshot = store.read().await.unwrap();
    snapshot.notice(notice).await.unwrap().expect("it is there")
}

async fn state(store: &Store, notice: Uuid) -> NoticeState {
    entry(store, notice).await.state
}

/// Every occurrence as `rule state reason`, in the order in which they were recorded.
async fn ledger(store: &Store) -> Vec<String> {
    let snapshot = store.read().await.unwrap();
    let mut entries = snapshot
        .occurrences(&Default::default(), ALL)
        .await
        .unwrap();
    entries.sort_by_key(|e| e.id);
    let line = |e: &aide_memoire::domain::ledger::OccurrenceEntry| match e.reason {
        Some(reason) => format!("{} {} {reason}", e.rule, e.state),
        None => format!("{} {}", e.rule, e.state),
    };
    entries.iter().map(line).collect()
}

/// A record with so many commitments, two meetings and their readers, all to be asked at once.
async fn a_record_of(database: &TestDatabase, commitments: usize) {
    let mut text = String::from(
        r#"
schema = 1
calendar = [{ id = "office", name = "Office", timezone = "Asia/Phnom_Penh" }]
desk = [{ id = "desk", name = "Desk", calendar = "office" }]
meeting = [{ id = "pmc-2025", series = "PMC" }, { id = "summit-13", series = "Summit" }]
"#,
    );
    for n in 0..commitments {
        text.push_str(&format!(
            r#"
[[commitment]]
ref = "US37-{n:02}"
title = "Title"
kind = "deliverable"
promise = "Words"
lead = "desk"
opened = 2025-04-23
"#
        ));
    }
    let book = aide_memoire::record::read_text("record.toml", &text).expect("a record");
    let key = |kind, id: &str| EntityKey {
        kind,
        id: id.to_owned(),
    };
    let mut keys = vec![
        key(entity::CALENDAR, "office"),
        key(entity::DESK, "desk"),
        key(entity::MEETING, "pmc-2025"),
        key(entity::MEETING, "summit-13"),
    ];
    let references = book.commitments.keys();
    keys.extend(references.map(|reference| key(entity::COMMITMENT, reference.as_str())));
    let mut change = database.store().edit().await.unwrap();
    change.save(&book, &keys).await.unwrap();
    let readers = ["desk", "head"].map(reader).into();
    change.keep_readers(&readers).await.unwrap();
    change.commit().await.unwrap();
}
