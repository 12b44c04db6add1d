//! A reviewer decides: routine is the head's, closures, new dates and bad news are the SOM leader's,
//! and nobody's own are theirs; what is decided ends what was announced.

use aide_memoire::acts::raising::{raise, reply};
use aide_memoire::acts::reporting::submit;
use aide_memoire::acts::reviewing::{accept, end, give_new_date, return_with_words, verify};
use aide_memoire::acts::working::{WorkError, Worker};
use aide_memoire::clock::Clock;
use aide_memoire::domain::commitment::Lifecycle;
use aide_memoire::domain::deadline::Deadline;
use aide_memoire::domain::ids::ReaderId;
use aide_memoire::domain::notice::{OccurrenceState, SkipReason};
use aide_memoire::domain::progress::{Extension, Reported, UpdateState, Verified};
use aide_memoire::domain::raising::Occasion;
use aide_memoire::domain::reporting::{Report, Seen};
use aide_memoire::domain::reviewing::{Ending, Judgement};

use super::reporting::{audit, hold, in_state, reference, saying, staffed, worker};
use super::{commitment, deliverable, outsides};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

async fn reported(house: &House, report: &Report) {
    let (us, officer, now) = (
        reference("US37-01"),
        worker("officer-a"),
        house.clock.business_now(),
    );
    submit(&house.store, &us, report, None, &officer, now)
        .await
        .unwrap();
}

async fn accepted_by(house: &House, who: &Worker, judgement: &Judgement) -> Result<(), WorkError> {
    let (us, now) = (reference("US37-01"), house.clock.business_now());
    accept(&house.store, &us, judgement, None, who, now)
        .await
        .map(|_| ())
}

on_both_databases!(
    each_update_is_decided_by_whose_it_is,
    async |database: TestDatabase| {
        let record = format!("{}{}", staffed(), deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-02 02:00").await;
        let [head, leader, officer] = ["head", "leader", "officer-a"].map(worker);
        let judgement = Judgement {
            words: Some("Noted, and nothing more.".into()),
            verified: Some(Verified::Limited),
            ..Judgement::default()
        };
        let nothing = accepted_by(&house, &head, &judgement).await;
        assert!(matches!(nothing, Err(WorkError::Overtaken)), "{nothing:?}");
        reported(&house, &saying(Reported::Ongoing, "Under way")).await;
        let own = accepted_by(&house, &officer, &judgement).await;
        assert!(matches!(own, Err(WorkError::NotPermitted(_))), "{own:?}");
        accepted_by(&house, &head, &judgement).await.unwrap();
        let told = audit(&house).await;
        assert_eq!(told[0].act, "accept update");
        assert_eq!(told[0].actor, "head");
        assert_eq!(
            told[0].detail,
            "the update of 2 June 2025 (ongoing) was accepted; verified: not assessed became limited"
        );

        reported(&house, &saying(Reported::Completed, "Done")).await;
        let routine = accepted_by(&house, &head, &Judgement::default()).await;
        assert!(
            matches!(routine, Err(WorkError::NotPermitted(_))),
            "{routine:?}"
        );
        let closing = Judgement {
            ends: true,
            ..Judgement::default()
        };
        accepted_by(&house, &leader, &closing).await.unwrap();
        let book = house.store.book().await.unwrap();
        let closed = book.commitment("US37-01").unwrap();
        assert_eq!(closed.state, Lifecycle::Closed);
        assert_eq!(
            closed.updates.last().unwrap().reviewer,
            ReaderId::parse("leader").ok()
        );
        house.run_until("2025-07-10 12:00").await;
        let sent = outsides(&house);
        assert!(
            !sent
                .iter()
                .any(|(_, subject)| subject.contains("US37-01: ")),
            "{sent:?}"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    what_is_closed_is_taken_back_in_the_same_step,
    async |database: TestDatabase| {
        let record = format!("{}{}", staffed(), deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(hold);
        house.run_until("2025-06-13 02:00").await;
        let waiting = in_state(&house, OccurrenceState::Waiting).await.len();
        assert!(waiting > 0);
        let (us, leader, now) = (
            reference("US37-01"),
            worker("leader"),
            house.clock.business_now(),
        );
        let ending = Ending::Withdrawn;
        let unsaid = end(&house.store, &us, ending, None, None, &leader, now).await;
        assert!(matches!(unsaid, Err(WorkError::Unfit(_))), "{unsaid:?}");
        let reason = Some("Overtaken by the new framework");
        end(&house.store, &us, ending, reason, None, &leader, now)
            .await
            .unwrap();
        assert_eq!(in_state(&house, OccurrenceState::Waiting).await.len(), 0);
        let superseded = in_state(&house, OccurrenceState::Superseded).await;
        assert_eq!(superseded.len(), waiting);
        assert!(
            superseded
                .iter()
                .all(|o| o.reason == Some(SkipReason::Superseded))
        );
        assert!(!audit(&house).await[0].detail.contains("framework"));
    }
);

on_both_databases!(
    what_is_returned_is_asked_again_until_it_is_answered,
    async |database: TestDatabase| {
        let record = format!("{}{}", staffed(), deliverable("US37-01", "20 August 2025"));
        let mut house = House::open(database, &record, "2025-06-02 02:00").await;
        reported(&house, &saying(Reported::Ongoing, "Under way")).await;
        let (us, head, now) = (
            reference("US37-01"),
            worker("head"),
            house.clock.business_now(),
        );
        let unsaid = return_with_words(&house.store, &us, None, None, &head, now).await;
        assert!(matches!(unsaid, Err(WorkError::Unfit(_))), "{unsaid:?}");
        let words = Some("Which text?");
        return_with_words(&house.store, &us, words, None, &head, now)
            .await
            .unwrap();
        house.restart(hold);
        house.run_until("2025-06-03 02:00").await;
        let waiting = in_state(&house, OccurrenceState::Waiting).await;
        assert!(
            waiting.iter().any(|o| o.rule.to_string() == "returned"),
            "{waiting:?}"
        );
        reported(&house, &saying(Reported::Ongoing, "The text of the 3rd")).await;
        let waiting = in_state(&house, OccurrenceState::Waiting).await;
        assert!(
            !waiting.iter().any(|o| o.rule.to_string() == "returned"),
            "{waiting:?}"
        );
        let book = house.store.book().await.unwrap();
        let states: Vec<_> = book
            .commitment("US37-01")
            .unwrap()
            .updates
            .iter()
            .map(|u| u.state)
            .collect();
        assert_eq!(states, [UpdateState::Returned, UpdateState::Submitted]);
    }
);

on_both_databases!(
    a_new_date_that_is_granted_takes_back_the_old_one,
    async |database: TestDatabase| {
        let record = format!("{}{}", staffed(), deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(hold);
        house.run_until("2025-06-13 02:00").await;
        reported(
            &house,
            &Report {
                ask: Some("The host needs longer".into()),
                extension: Some(Extension {
                    to: Deadline::parse("27 June 2025").unwrap(),
                    milestone: None,
                }),
                ..Report::of(Reported::Ongoing)
            },
        )
        .await;
        let grant = Judgement {
            grant: Deadline::parse("30 June 2025").ok(),
            ..Judgement::default()
        };
        let heads = accepted_by(&house, &worker("head"), &grant).await;
        assert!(
            matches!(heads, Err(WorkError::NotPermitted(_))),
            "{heads:?}"
        );
        accepted_by(&house, &worker("leader"), &grant)
            .await
            .unwrap();
        let book = house.store.book().await.unwrap();
        let revision = &book.commitment("US37-01").unwrap().revisions[0];
        assert_eq!(revision.to, grant.grant);
        assert_eq!(revision.by, ReaderId::parse("officer-a").ok());
        let superseded = in_state(&house, OccurrenceState::Superseded).await;
        assert_eq!(superseded.len(), 1, "before-7 of the old date");
        let (us, leader, now) = (
            reference("US37-01"),
            worker("leader"),
            house.clock.business_now(),
        );
        let to = Deadline::parse("4 July 2025").unwrap();
        let why = Some("The leaders' own wish");
        give_new_date(&house.store, &us, None, &to, why, &leader, now)
            .await
            .unwrap();
        assert_eq!(
            audit(&house).await[0].detail,
            "30 June 2025 became 4 July 2025"
        );
    }
);

on_both_databases!(two_reviewers_decide_once, async |database: TestDatabase| {
    let record = format!("{}{}", staffed(), deliverable("US37-01", "20 June 2025"));
    let house = House::open(database, &record, "2025-06-02 02:00").await;
    reported(&house, &saying(Reported::Ongoing, "Under way")).await;
    let (us, now) = (reference("US37-01"), house.clock.business_now());
    let [head, leader] = ["head", "leader"].map(worker);
    let judgement = Judgement::default();
    let (one, other) = tokio::join!(
        accept(&house.store, &us, &judgement, None, &head, now),
        return_with_words(&house.store, &us, Some("Not yet"), None, &leader, now),
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    let refused = one.err().or(other.err());
    assert!(matches!(refused, Some(WorkError::Overtaken)), "{refused:?}");
    // What the page saw has changed since: the decision is shown first.
    let head_id = ReaderId::parse("head").unwrap();
    let seen = Seen::of(
        house
            .store
            .book()
            .await
            .unwrap()
            .commitment("US37-01")
            .unwrap(),
        &head_id,
        None,
    );
    reported(&house, &saying(Reported::Ongoing, "Further")).await;
    let stale = accept(&house.store, &us, &judgement, Some(&seen), &head, now).await;
    assert!(matches!(stale, Err(WorkError::Overtaken)), "{stale:?}");
    verify(&house.store, &us, Verified::Substantial, &head, now)
        .await
        .unwrap();
    let stranger = verify(
        &house.store,
        &us,
        Verified::Complete,
        &worker("officer-b"),
        now,
    )
    .await;
    assert!(
        matches!(stranger, Err(WorkError::NotPermitted(_))),
        "{stranger:?}"
    );
});

on_both_databases!(
    a_request_is_raised_and_answered_on_record,
    async |database: TestDatabase| {
        let request = commitment(
            "US37-01",
            "kind = \"request\"\ndeadline = \"by August 2025\"\n",
        );
        let record = format!("{}{request}", staffed());
        let house = House::open(database, &record, "2025-06-02 02:00").await;
        let (us, officer, now) = (
            reference("US37-01"),
            worker("officer-a"),
            house.clock.business_now(),
        );
        let occasion = Occasion {
            date: "2025-05-30".parse().unwrap(),
            meeting: Some("pmc".parse().unwrap()),
            reply: None,
        };
        raise(&house.store, &us, &occasion, &officer, now)
            .await
            .unwrap();
        let words = "They will look into it.";
        reply(&house.store, &us, 0, words, None, &officer, now)
            .await
            .unwrap();
        let again = reply(&house.store, &us, 0, "Twice", None, &officer, now).await;
        assert!(matches!(again, Err(WorkError::Unfit(_))), "{again:?}");
        let other = raise(&house.store, &us, &occasion, &worker("stranger"), now).await;
        assert!(
            matches!(other, Err(WorkError::NotPermitted(_))),
            "{other:?}"
        );
        let book = house.database.reopen().await.book().await.unwrap();
        let raised = &book.commitment("US37-01").unwrap().raised;
        assert_eq!(raised.len(), 1);
        assert_eq!(raised[0].reply.as_deref(), Some(words));
        assert!(!audit(&house).await[0].detail.contains("look into"));
    }
);
