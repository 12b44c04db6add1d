//! At the next meeting of a series, what the previous one left open is met, continued or dropped, all of
//! it in one step or none.

use std::collections::BTreeMap;

use aide_memoire::acts::carrying::{CarryError, Mark, Outcome, enter};
use aide_memoire::acts::editing::{Edit, edit};
use aide_memoire::acts::reporting::submit;
use aide_memoire::acts::reviewing::{accept, return_with_words};
use aide_memoire::acts::working::WorkError;
use aide_memoire::clock::Clock;
use aide_memoire::domain::commitment::Lifecycle;
use aide_memoire::domain::ids::{MeetingId, ReaderId};
use aide_memoire::domain::notice::OccurrenceState;
use aide_memoire::domain::progress::Reported;
use aide_memoire::domain::reporting::{Report, Seen};
use aide_memoire::domain::reviewing::Judgement;
use aide_memoire::record::EntityKey;
use aide_memoire::record::editing::Wanted;
use serde_json::json;

use super::editing::editor;
use super::reporting::{audit, hold, in_state, reference, saying, staffed, worker};
use super::{commitment, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

const NEXT: &str = r#"
[[meeting]]
id = "pmc-26"
partnership = "asean-us"
series = "PMC with the U.S."
forum = "pmc"
date = "9 July 2026"
"#;

fn mark(commitment: &str, outcome: Outcome, reason: &str) -> Mark {
    Mark {
        reference: reference(commitment),
        outcome,
        reason: Some(reason.to_owned()).filter(|r| !r.is_empty()),
    }
}

/// A new commitment is recorded, as by the form for one.
async fn record(house: &House, reference: &str) {
    let body = json!({
        "ref": reference, "title": "The report, again", "promise": "will present the report in 2027",
        "kind": "deliverable", "lead": "us-desk", "opened": "2026-07-10", "partnership": "asean-us",
        "meeting": "pmc-26", "deadline": "2027",
    });
    let new = Edit {
        wanted: Wanted {
            key: EntityKey::of("commitment", reference).unwrap(),
            seen: None,
            body: body.as_object().cloned().unwrap(),
        },
        reason: None,
    };
    let now = house.clock.business_now();
    edit(&house.store, &new, &editor("head"), now)
        .await
        .unwrap();
}

/// Four that the PMC of 2025 left open, two accepted from that of 2026, the day after it.
async fn day_after(database: TestDatabase) -> House {
    let of = |r: &str, meeting: &str, due: &str| {
        deliverable(r, due) + &format!("meeting = \"{meeting}\"\n")
    };
    let old = ["US37-01", "US37-02", "US37-03", "US37-04"].map(|r| of(r, "pmc", "15 July 2026"));
    let new = ["US38-01", "US38-02"].map(|r| of(r, "pmc-26", "2027"));
    let secret = commitment(
        "US37-09",
        "kind = \"deliverable\"\nmeeting = \"pmc\"\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\", \"head\"]\n",
    );
    let record = format!(
        "{}{NEXT}{}{}{secret}",
        staffed(),
        old.concat(),
        new.concat()
    );
    let mut house = House::open(database, &record, "2026-07-07 12:00").await;
    house.restart(hold);
    house.run_until("2026-07-10 02:00").await;
    house
}

on_both_databases!(
    what_a_meeting_left_open_is_said_at_the_next_in_one_step,
    async |database: TestDatabase| {
        let house = day_after(database).await;
        let next = MeetingId::parse("pmc-26").unwrap();
        let now = house.clock.business_now();
        record(&house, "US38-03").await;
        let before = house.store.book().await.unwrap();
        let about_old = async || {
            let waiting = in_state(&house, OccurrenceState::Waiting).await;
            let old = waiting
                .iter()
                .filter(|o| format!("{:?}", o.subject).contains("US37-0"));
            old.count()
        };
        assert!(
            about_old().await >= 4,
            "the week before the deadline waits on hold"
        );
        let by = ReaderId::parse("leader").unwrap();
        let seen: BTreeMap<_, _> = before
            .commitments
            .iter()
            .map(|(r, c)| (r.clone(), Seen::of(c, &by, None)))
            .collect();
        let mut marks = vec![
            mark("US37-01", Outcome::Met, ""),
            mark(
                "US37-02",
                Outcome::ContinuedBy(reference("US38-01")),
                "Said again in paragraph 4",
            ),
            mark("US37-03", Outcome::ContinuedBy(reference("US38-03")), ""),
            mark("US37-04", Outcome::Dropped, ""),
        ];
        let say = async |marks: &[Mark], who: &str| {
            enter(&house.store, &next, marks, &seen, &worker(who), now).await
        };
        let Err(CarryError::Marks(complaints)) = say(&marks, "leader").await else {
            panic!("dropped without a reason");
        };
        assert_eq!((complaints[0].0, complaints[0].1.field), (3, "reason"));
        marks[3].reason = Some("Nobody wants it any more".into());
        let others = say(&marks, "stranger").await;
        assert!(
            matches!(others, Err(CarryError::Work(WorkError::NotPermitted(_)))),
            "{others:?}"
        );
        // One that somebody may not read is not there, and nothing of the rest is entered.
        marks.push(mark("US37-09", Outcome::Met, ""));
        let hidden = say(&marks, "leader").await;
        assert!(
            matches!(hidden, Err(CarryError::Work(WorkError::NotFound))),
            "{hidden:?}"
        );
        marks.pop();
        assert_eq!(
            house.store.book().await.unwrap(),
            before,
            "nothing was entered"
        );

        let done = say(&marks, "leader").await.unwrap();
        assert_eq!((done.said, done.proposed), (4, 0));
        let book = house.database.reopen().await.book().await.unwrap();
        let state = |r: &str| book.commitment(r).unwrap().state;
        assert_eq!(state("US37-01"), Lifecycle::Closed);
        assert_eq!(state("US37-02"), Lifecycle::CarriedForward);
        assert_eq!(state("US37-03"), Lifecycle::CarriedForward);
        assert_eq!(state("US37-04"), Lifecycle::Withdrawn);
        let follows = |r: &str| book.commitment(r).unwrap().follows.clone().unwrap();
        assert_eq!(follows("US38-01"), reference("US37-02"));
        assert_eq!(follows("US38-03"), reference("US37-03"));
        assert!(book.commitment("US38-03").unwrap().is_open());
        assert_eq!(book.commitment("US38-02").unwrap().follows, None);
        let last = book
            .commitment("US37-02")
            .unwrap()
            .updates
            .last()
            .cloned()
            .unwrap();
        let name = book.directory.meetings[&next].name();
        assert_eq!(
            last.text.unwrap(),
            format!("Continued at the {name}: Said again in paragraph 4")
        );
        assert_eq!(about_old().await, 0, "what was announced is taken back");
        let told = audit(&house).await;
        let lines: Vec<_> = told.iter().filter(|e| e.act == "carry forward").collect();
        assert_eq!(lines.len(), 4);
        assert!(!lines.iter().any(|e| e.detail.contains("Nobody wants")));

        // Over is over: a second time nothing is left to mark.
        let again = say(&marks[..1], "leader").await;
        assert!(matches!(again, Err(CarryError::Marks(_))), "{again:?}");
    }
);

on_both_databases!(
    whoever_keeps_the_record_proposes_and_the_som_leader_decides,
    async |database: TestDatabase| {
        let house = day_after(database).await;
        let next = MeetingId::parse("pmc-26").unwrap();
        let now = house.clock.business_now();
        let say = async |who: &str, marks: &[Mark]| {
            enter(
                &house.store,
                &next,
                marks,
                &BTreeMap::new(),
                &worker(who),
                now,
            )
            .await
        };
        let marks = vec![
            mark("US37-01", Outcome::Met, ""),
            mark(
                "US37-02",
                Outcome::ContinuedBy(reference("US38-01")),
                "As agreed",
            ),
            mark("US37-04", Outcome::Dropped, "Nobody wants it any more"),
        ];
        let done = say("head", &marks).await.unwrap();
        assert_eq!((done.said, done.proposed), (0, 3));
        let book = house.database.reopen().await.book().await.unwrap();
        for (old, reported) in [
            ("US37-01", Reported::Completed),
            ("US37-02", Reported::Ongoing),
            ("US37-04", Reported::Discontinued),
        ] {
            let old = book.commitment(old).unwrap();
            assert!(old.is_open() && old.closed.is_none(), "nothing has ended");
            let update = old.updates.last().unwrap();
            assert_eq!(update.reported, reported);
            assert!(update.awaits_review() && update.wants_som_leader());
            assert_eq!(update.by.as_ref().unwrap().as_str(), "head");
        }
        let follows = &book.commitment("US38-01").unwrap().follows;
        assert_eq!(follows.clone().unwrap(), reference("US37-02"));
        let told = audit(&house).await;
        let lines = told.iter().filter(|e| e.act == "propose to carry forward");
        assert_eq!(lines.count(), 3);
        assert!(!told.iter().any(|e| e.detail.contains("Nobody wants")));
        // One proposal at a time; and nobody of another desk proposes anything.
        let again = say("head", &marks[..1]).await;
        assert!(matches!(again, Err(CarryError::Marks(_))), "{again:?}");
        let stranger = say("stranger", &[mark("US37-03", Outcome::Met, "")]).await;
        assert!(
            matches!(stranger, Err(CarryError::Work(WorkError::NotPermitted(_)))),
            "{stranger:?}"
        );
        // The SOM leader carries forward what was proposed, and accepts that another is dropped.
        let done = say("leader", &marks[1..2]).await.unwrap();
        assert_eq!((done.said, done.proposed), (1, 0));
        let judgement = Judgement {
            ends: true,
            ..Judgement::default()
        };
        let four = reference("US37-04");
        let leader = worker("leader");
        accept(&house.store, &four, &judgement, None, &leader, now)
            .await
            .unwrap();
        let book = house.store.book().await.unwrap();
        let state = |r: &str| book.commitment(r).unwrap().state;
        assert_eq!(state("US37-02"), Lifecycle::CarriedForward);
        assert_eq!(state("US37-04"), Lifecycle::Withdrawn);
        assert_eq!(state("US37-01"), Lifecycle::Open, "that still waits");
        // What was proposed is decided with it.
        let two = book.commitment("US37-02").unwrap();
        assert!(!two.updates.iter().any(|u| u.awaits_review()));
    }
);

on_both_databases!(
    what_was_to_continue_it_follows_it_no_longer_once_the_proposal_is_turned_down,
    async |database: TestDatabase| {
        let house = day_after(database).await;
        let next = MeetingId::parse("pmc-26").unwrap();
        let now = house.clock.business_now();
        let (store, leader) = (&house.store, worker("leader"));
        let say = async |who: &str, commitment: &str, outcome: Outcome| {
            let mark = [mark(commitment, outcome, "")];
            enter(store, &next, &mark, &BTreeMap::new(), &worker(who), now)
                .await
                .unwrap();
        };
        let by = |new: &str| Outcome::ContinuedBy(reference(new));
        let follows = async |new: &str| {
            let book = house.database.reopen().await.book().await.unwrap();
            let new = book.commitment(new).unwrap();
            assert!(new.is_open());
            new.follows.clone().map(|old| old.to_string())
        };
        let send_back = async |old: &str| {
            let (old, words) = (reference(old), Some("That is another matter"));
            return_with_words(store, &old, words, None, &leader, now)
                .await
                .unwrap();
        };
        // One is proposed and returned; another only waits.
        say("head", "US37-01", by("US38-01")).await;
        say("head", "US37-02", by("US38-02")).await;
        send_back("US37-01").await;
        assert_eq!(follows("US38-01").await, None);
        assert_eq!(follows("US38-02").await.as_deref(), Some("US37-02"));
        let told = audit(&house).await;
        let line = told.iter().find(|e| e.act == "follow no longer").unwrap();
        assert_eq!(line.subject, "US38-01");
        assert_eq!(line.actor, "leader");
        // It may be proposed again, and of another one; what a desk asks and is refused ends nothing.
        say("head", "US37-03", by("US38-01")).await;
        assert_eq!(follows("US38-01").await.as_deref(), Some("US37-03"));
        let ask = Report {
            ask: Some("May it wait?".into()),
            ..saying(Reported::Ongoing, "We are at it.")
        };
        let three = reference("US37-03");
        submit(store, &three, &ask, None, &worker("officer-a"), now)
            .await
            .unwrap();
        send_back("US37-03").await;
        assert_eq!(follows("US38-01").await.as_deref(), Some("US37-03"));
        // The SOM leader says otherwise.
        say("leader", "US37-03", Outcome::Met).await;
        assert_eq!(follows("US38-01").await, None);
        // Said as it was proposed, the newer one follows.
        say("leader", "US37-02", by("US38-02")).await;
        assert_eq!(follows("US38-02").await.as_deref(), Some("US37-02"));
        let told = audit(&house).await;
        let lines = told.iter().filter(|e| e.act == "follow no longer");
        assert_eq!(lines.count(), 2);
    }
);

on_both_databases!(
    marks_that_contradict_each_other_or_the_record_are_refused,
    async |database: TestDatabase| {
        let house = day_after(database).await;
        let next = MeetingId::parse("pmc-26").unwrap();
        let now = house.clock.business_now();
        let leader = worker("leader");
        let by = |r: &str| Outcome::ContinuedBy(reference(r));
        let refused = async |marks: Vec<Mark>| {
            let seen = BTreeMap::new();
            match enter(&house.store, &next, &marks, &seen, &leader, now).await {
                Err(CarryError::Marks(found)) => found[0].1.words.clone(),
                other => panic!("{other:?}"),
            }
        };
        let twice = vec![
            mark("US37-01", by("US38-01"), ""),
            mark("US37-02", by("US38-01"), ""),
        ];
        assert!(refused(twice).await.contains("another"));
        let chain = vec![
            mark("US37-01", by("US37-02"), ""),
            mark("US37-02", by("US38-01"), ""),
        ];
        assert!(refused(chain).await.contains("itself among"));
        let same = vec![
            mark("US37-01", Outcome::Met, ""),
            mark("US37-01", Outcome::Met, ""),
        ];
        assert!(refused(same).await.contains("twice"));
        assert!(
            refused(vec![mark("US37-01", by("US99-99"), "")])
                .await
                .contains("no such")
        );
        assert!(
            refused(vec![mark("US37-01", by("US37-09"), "")])
                .await
                .contains("no such")
        );
        assert!(
            refused(vec![mark("US38-01", Outcome::Met, "")])
                .await
                .contains("very meeting")
        );
        let mut stale = BTreeMap::new();
        stale.insert(reference("US37-01"), Seen::parse("another.page"));
        let marks = [mark("US37-01", Outcome::Met, "")];
        let late = enter(&house.store, &next, &marks, &stale, &leader, now).await;
        assert!(matches!(late, Err(CarryError::Marks(_))), "{late:?}");
    }
);
