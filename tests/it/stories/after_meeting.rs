//! After a meeting everything that hung on it is said in one step, or nothing is.

use std::collections::BTreeMap;

use aide_memoire::acts::after_meeting::{AfterError, AfterMeeting, enter};
use aide_memoire::acts::working::WorkError;
use aide_memoire::clock::Clock;
use aide_memoire::domain::after_meeting::{Mark, Outcome};
use aide_memoire::domain::commitment::Lifecycle;
use aide_memoire::domain::deadline::Deadline;
use aide_memoire::domain::ids::MeetingId;
use aide_memoire::domain::meeting::MeetingStatus;
use aide_memoire::domain::notice::OccurrenceState;

use super::deliverable;
use super::reporting::{audit, hold, in_state, reference, staffed, worker};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

fn mark(commitment: &str, outcome: Outcome, reason: &str) -> Mark {
    Mark {
        reference: reference(commitment),
        milestone: None,
        outcome,
        reason: Some(reason.to_owned()).filter(|r| !r.is_empty()),
        earlier: Vec::new(),
    }
}

fn by(text: &str) -> Deadline {
    Deadline::parse(text).unwrap()
}

/// Four deliverables at the PMC, the morning after it, with the question what came of it on hold.
async fn morning_after(database: TestDatabase) -> House {
    let four = ["US37-01", "US37-02", "US37-03", "US37-04"].map(|r| deliverable(r, "at pmc"));
    let record = format!("{}{}", staffed(), four.concat());
    let mut house = House::open(database, &record, "2025-07-09 12:00").await;
    house.restart(hold);
    house.run_until("2025-07-11 02:00").await;
    house
}

on_both_databases!(
    what_hung_on_a_meeting_is_said_in_one_step,
    async |database: TestDatabase| {
        let house = morning_after(database).await;
        let waiting = in_state(&house, OccurrenceState::Waiting).await;
        assert!(
            waiting
                .iter()
                .filter(|o| o.rule.to_string() == "outcome-1")
                .count()
                >= 4,
            "{waiting:?}"
        );
        let (pmc, leader) = (MeetingId::parse("pmc").unwrap(), worker("leader"));
        let now = house.clock.business_now();
        let forward = Outcome::CarriedForward {
            to: by("December 2025"),
            successor: reference("US38-03"),
        };
        let mut after = AfterMeeting {
            marks: vec![
                mark("US37-01", Outcome::Met, ""),
                mark(
                    "US37-02",
                    Outcome::MovedTo(by("31 July 2025")),
                    "The text is not ready",
                ),
                mark("US37-03", forward, "For the next Dialogue"),
                mark("US37-04", Outcome::Dropped, ""),
            ],
            seen: BTreeMap::new(),
            held: true,
        };
        let before = house.store.book().await.unwrap();
        let unsaid = enter(&house.store, &pmc, &after, &leader, now).await;
        let Err(AfterError::Marks(complaints)) = unsaid else {
            panic!("dropped without a reason: {unsaid:?}");
        };
        assert_eq!(complaints[0].0, 3);
        assert_eq!(
            house.store.book().await.unwrap(),
            before,
            "nothing was entered"
        );
        after.marks[3].reason = Some("Nobody wants it any more".into());
        let heads = enter(&house.store, &pmc, &after, &worker("head"), now).await;
        let refused = matches!(heads, Err(AfterError::Work(WorkError::NotPermitted(_))));
        assert!(refused, "{heads:?}");
        assert_eq!(
            enter(&house.store, &pmc, &after, &leader, now)
                .await
                .unwrap(),
            4
        );

        let book = house.database.reopen().await.book().await.unwrap();
        let state = |r: &str| book.commitment(r).unwrap().state;
        assert_eq!(state("US37-01"), Lifecycle::Closed);
        assert_eq!(state("US37-02"), Lifecycle::Open);
        assert_eq!(state("US37-03"), Lifecycle::CarriedForward);
        assert_eq!(state("US37-04"), Lifecycle::Withdrawn);
        let successor = book.commitment("US38-03").unwrap();
        assert_eq!(successor.follows, Some(reference("US37-03")));
        assert_eq!(successor.deadline, Some(by("December 2025")));
        let moved = book.commitment("US37-02").unwrap();
        assert_eq!(moved.revisions[0].from, Some(by("at pmc")));
        assert_eq!(book.directory.meetings[&pmc].status, MeetingStatus::Held);
        let left = in_state(&house, OccurrenceState::Waiting).await;
        assert!(
            !left.iter().any(|o| o.rule.to_string() == "outcome-1"),
            "{left:?}"
        );
        let told = audit(&house).await;
        assert_eq!(told.iter().filter(|e| e.act == "after meeting").count(), 4);
        assert!(!told.iter().any(|e| e.detail.contains("Nobody wants")));
    }
);

on_both_databases!(
    a_reference_that_is_taken_is_refused_and_so_is_a_meeting_to_come,
    async |database: TestDatabase| {
        let record = format!("{}{}", staffed(), deliverable("US37-01", "at pmc"));
        let house = House::open(database, &record, "2025-07-01 02:00").await;
        let (pmc, leader) = (MeetingId::parse("pmc").unwrap(), worker("leader"));
        let early = AfterMeeting {
            marks: vec![mark("US37-01", Outcome::Met, "")],
            ..AfterMeeting::default()
        };
        let now = house.clock.business_now();
        let to_come = enter(&house.store, &pmc, &early, &leader, now).await;
        assert!(matches!(to_come, Err(AfterError::Marks(_))), "{to_come:?}");
        house
            .clock
            .set(crate::support::house::instant("2025-07-11 02:00"));
        let now = house.clock.business_now();
        let forward = Outcome::CarriedForward {
            to: by("2026"),
            successor: reference("US37-01"),
        };
        let same = AfterMeeting {
            marks: vec![mark("US37-01", forward, "Later")],
            ..AfterMeeting::default()
        };
        let taken = enter(&house.store, &pmc, &same, &leader, now).await;
        assert!(matches!(taken, Err(AfterError::Marks(_))), "{taken:?}");
        enter(&house.store, &pmc, &early, &leader, now)
            .await
            .unwrap();
        let book = house.store.book().await.unwrap();
        assert_eq!(
            book.directory.meetings[&pmc].status,
            MeetingStatus::Tentative
        );
    }
);
