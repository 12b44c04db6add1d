//! An occurrence enters the ledger once; the notices of a morning.

use aide_memoire::domain::ids::MeetingId;
use aide_memoire::domain::notice::{Line, NoticeKind, OccurrenceState};

use super::*;

fn every_subject() -> Vec<Occurrence> {
    let meeting = MeetingId::parse("pmc-2025").unwrap();
    vec![
        reminder("US37-01", Rule::Before(7)),
        step("US37-01", "endorsed", Rule::Before(7)),
        occurrence(Subject::Meeting(meeting), None, Rule::Brief),
        occurrence(Subject::Reader(reader("desk")), None, Rule::Digest),
    ]
}

on_both_databases!(
    an_occurrence_is_recorded_once,
    async |database: TestDatabase| {
        let store = database.store();
        let all = every_subject();
        let new: Vec<_> = all.iter().map(waiting).collect();
        let mut change = store.change().await.unwrap();
        let ids = change.record(&new, slot()).await.unwrap();
        assert!(ids.iter().all(Option::is_some), "{ids:?}");
        change.commit().await.unwrap();

        let mut change = store.change().await.unwrap();
        assert_eq!(change.record(&new, slot()).await.unwrap(), [None; 4]);
        // Each part of the key makes another occurrence of it.
        let mut others = vec![all[0].clone(); 4];
        others[0].basis = "@3".into();
        others[1].recipient = reader("head");
        others[2].rule = Rule::Before(1);
        others[3].subject = Subject::Commitment(commitment("US37-02"));
        // Given twice in one go, it is new once.
        others.push(others[0].clone());
        let new: Vec<_> = others.iter().map(waiting).collect();
        let ids = change.record(&new, slot()).await.unwrap();
        let is_new: Vec<bool> = ids.iter().map(Option::is_some).collect();
        assert_eq!(is_new, [true, true, true, true, false]);
        change.commit().await.unwrap();
        assert_eq!(ledger(store).await.len(), 8);
    }
);

on_both_databases!(
    what_was_recorded_is_told_as_it_was,
    async |database: TestDatabase| {
        let store = database.store();
        let all = every_subject();
        let new: Vec<_> = all.iter().map(waiting).collect();
        let mut change = store.change().await.unwrap();
        let now = slot() + TimeDelta::nanoseconds(1_234_567);
        let ids = change.record(&new, now).await.unwrap();
        change.commit().await.unwrap();
        let subjects: Vec<_> = all.iter().map(|o| o.subject.clone()).collect();
        let snapshot = store.read().await.unwrap();
        let entries = snapshot.ledger_of(&subjects).await.unwrap();
        assert_eq!(entries.len(), 4);
        for ((entry, occurrence), id) in entries.iter().zip(&all).zip(ids) {
            assert_eq!(Some(entry.id), id);
            assert_eq!(entry.subject, occurrence.subject);
            assert_eq!(entry.rule, occurrence.rule);
            assert_eq!(entry.basis, occurrence.basis);
            assert_eq!(entry.recipient, occurrence.recipient);
            assert_eq!((entry.date, entry.slot), (occurrence.date, occurrence.slot));
            assert_eq!(entry.because, occurrence.because);
            assert_eq!(entry.state, OccurrenceState::Waiting);
            assert_eq!(entry.reason, None);
            let kept = slot() + TimeDelta::microseconds(1_234);
            assert_eq!(entry.recorded_at, kept, "whole microseconds");
        }
    }
);

on_both_databases!(
    a_commitment_brings_its_milestones_and_a_milestone_only_itself,
    async |database: TestDatabase| {
        let store = database.store();
        let all = [
            reminder("US37-01", Rule::Opens),
            step("US37-01", "endorsed", Rule::LastDay),
            step("US37-01", "adopted", Rule::LastDay),
            reminder("US37-02", Rule::Opens),
        ];
        let new: Vec<_> = all.iter().map(waiting).collect();
        let mut change = store.change().await.unwrap();
        change.record(&new, slot()).await.unwrap();
        let found = async |subjects: &[Subject]| -> Vec<Subject> {
            let entries = change.ledger_of(subjects).await.unwrap();
            entries.into_iter().map(|e| e.subject).collect()
        };
        let [whole, endorsed, adopted, other] = all.map(|o| o.subject);
        let three = [whole.clone(), endorsed.clone(), adopted.clone()];
        assert_eq!(found(std::slice::from_ref(&whole)).await, three);
        assert_eq!(
            found(std::slice::from_ref(&endorsed)).await,
            std::slice::from_ref(&endorsed)
        );
        assert_eq!(found(&[endorsed.clone(), whole.clone()]).await, three);
        assert_eq!(
            found(&[other.clone(), adopted.clone()]).await,
            [adopted, other]
        );
        assert_eq!(found(&[]).await, []);
        // More than fit into one statement.
        let mut many: Vec<Subject> = (0..2_500)
            .map(|n| Subject::Milestone(commitment(&format!("XX-{n}")), "step".into()))
            .collect();
        many.push(whole);
        assert_eq!(found(&many).await, three);
    }
);

on_both_databases!(
    a_skipped_occurrence_keeps_its_reason,
    async |database: TestDatabase| {
        let store = database.store();
        let opens = reminder("US37-01", Rule::Opens);
        let mut change = store.change().await.unwrap();
        for reason in SkipReason::ALL {
            let other = Occurrence {
                basis: reason.to_string(),
                ..opens.clone()
            };
            change
                .record(&[skipped(&other, *reason)], slot())
                .await
                .unwrap();
        }
        change.commit().await.unwrap();
        let told = ledger(store).await;
        let expected: Vec<String> = SkipReason::ALL
            .iter()
            .map(|r| format!("opens skipped {r}"))
            .collect();
        assert_eq!(told, expected);
    }
);

on_both_databases!(
    thousands_are_recorded_at_once,
    async |database: TestDatabase| {
        let all: Vec<Occurrence> = (0..2_500)
            .map(|n| reminder(&format!("US-{n}"), Rule::Opens))
            .collect();
        let new: Vec<_> = all.iter().map(waiting).collect();
        let mut change = database.store().change().await.unwrap();
        let ids = change.record(&new, slot()).await.unwrap();
        let mut ids: Vec<i64> = ids.into_iter().map(|id| id.expect("new")).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 2_500);
    }
);

on_both_databases!(
    a_morning_has_one_notice_that_weighs_what_it_holds,
    async |database: TestDatabase| {
        let store = database.store();
        let kind = async |notice| entry(store, notice).await.kind;
        let notice = gather(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        assert_eq!(state(store, notice).await, NoticeState::Gathering);
        assert_eq!(kind(notice).await, NoticeKind::Daily);
        let mut digest = occurrence(Subject::Reader(reader("desk")), None, Rule::Digest);
        digest.items[0].line = Some(Line::DueSoon);
        assert_eq!(gather(store, "desk", &[digest]).await, notice);
        assert_eq!(kind(notice).await, NoticeKind::Digest);
        let meeting = MeetingId::parse("pmc-2025").unwrap();
        let mut brief = occurrence(Subject::Meeting(meeting.clone()), None, Rule::Brief);
        brief.items[0].line = Some(Line::Tied);
        brief.items[0].meeting = Some(meeting);
        brief.items[0].late = true;
        let brief_item = brief.items[0].clone();
        assert_eq!(plan(store, "desk", &[brief]).await, notice);
        assert_eq!(kind(notice).await, NoticeKind::Brief);

        let told = entry(store, notice).await;
        assert_eq!(told.state, NoticeState::Pending);
        assert_eq!((told.part, told.attempts), (1, 0));
        assert_eq!((told.date, told.due_at), (monday(), slot()));
        assert_eq!(told.to, TO);
        assert_eq!(told.message_id, format!("<{notice}@{HOST}>"));
        assert_eq!(told.items.len(), 3);
        assert_eq!(told.items[2].item, brief_item, "as it was given");
        let snapshot = store.read().await.unwrap();
        let gathered = snapshot.gathered(&reader("desk"), monday()).await.unwrap();
        assert_eq!(gathered.len(), 3);
        let other = snapshot.gathered(&reader("head"), monday()).await.unwrap();
        assert_eq!(other, []);
        let tuesday = day("2025-06-03");
        let other = snapshot.gathered(&reader("desk"), tuesday).await.unwrap();
        assert_eq!(other, []);
    }
);

async fn seat(store: &Store, opens_next_part: bool) -> Seat {
    seat_at(store, TO, slot(), opens_next_part).await
}

async fn seat_at(store: &Store, to: &str, due_at: DateTime<Utc>, opens_next_part: bool) -> Seat {
    let mut change = store.change().await.unwrap();
    let desk = reader("desk");
    let morning = Morning {
        to,
        due_at,
        ..morning(&desk)
    };
    let seat = change.seat(&morning, opens_next_part).await.unwrap();
    change.commit().await.unwrap();
    seat
}

on_both_databases!(
    once_claimed_only_what_cannot_wait_opens_the_next_part,
    async |database: TestDatabase| {
        let store = database.store();
        let first = plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        assert_eq!(seat(store, true).await, Seat::On(first), "while it waits");
        let token = token();
        claim(store, token).await;
        assert_eq!(seat(store, false).await, Seat::Gone);
        let Seat::On(second) = seat(store, true).await else {
            panic!("what cannot wait has a seat")
        };
        assert_ne!(second, first);
        assert_eq!(entry(store, second).await.part, 2);
        assert_eq!(seat(store, false).await, Seat::On(second), "it is open now");

        // Put off before anything was tried: open again. After a try: not.
        let never_tried = Settlement {
            attempt: None,
            ..outcome(NoticeState::Deferred)
        };
        assert!(store.settle(first, token, never_tried).await.unwrap());
        let mut change = store.change().await.unwrap();
        change.release_gathering().await.unwrap();
        change.commit().await.unwrap();
        let again = super::token();
        let claimed = claim_at(store, again, noon() + TimeDelta::hours(1)).await;
        assert_eq!(claimed.len(), 2);
        assert_eq!(seat(store, false).await, Seat::Gone);
        let never_tried = Settlement {
            attempt: None,
            ..outcome(NoticeState::Deferred)
        };
        assert!(store.settle(first, again, never_tried).await.unwrap());
        assert_eq!(seat(store, false).await, Seat::On(first));
        let third = super::token();
        claim_at(store, third, noon() + TimeDelta::hours(2)).await;
        assert!(settle(store, first, third, NoticeState::Deferred).await);
        assert_eq!(seat(store, false).await, Seat::Gone, "it was tried");
    }
);

on_both_databases!(
    a_notice_with_final_bytes_is_not_joined,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let notice = take_to_data(store, token()).await;
        let late = lease_end() + TimeDelta::hours(1);
        store.rescue(late, TimeDelta::minutes(30)).await.unwrap();
        let later = late + TimeDelta::minutes(30);
        let rescued = store.rescue(later, TimeDelta::minutes(30)).await.unwrap();
        assert_eq!(rescued.again, 1);
        assert_eq!(state(store, notice).await, NoticeState::Pending);
        assert_eq!(seat(store, false).await, Seat::Gone);
    }
);

on_both_databases!(
    a_morning_whose_notice_was_cancelled_before_it_left_is_not_gone,
    async |database: TestDatabase| {
        let store = database.store();
        let first = plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let mut change = store.change().await.unwrap();
        change
            .supersede(&commitment("US37-01"), None, SkipReason::Superseded, |_| {
                true
            })
            .await
            .unwrap();
        change.commit().await.unwrap();
        assert_eq!(state(store, first).await, NoticeState::Cancelled);
        let Seat::On(second) = seat(store, false).await else {
            panic!("nothing of that morning has left")
        };
        assert_eq!(entry(store, second).await.part, 2);
    }
);

on_both_databases!(
    a_joined_notice_leaves_at_the_earlier_time_to_the_address_of_today,
    async |database: TestDatabase| {
        let store = database.store();
        let later = slot() + TimeDelta::hours(2);
        let Seat::On(notice) = seat_at(store, "old@example.org", later, false).await else {
            panic!("a first seat")
        };
        assert_eq!(seat_at(store, TO, slot(), false).await, Seat::On(notice));
        let told = entry(store, notice).await;
        assert_eq!((told.to.as_str(), told.due_at), (TO, slot()));
        assert_eq!(seat_at(store, TO, later, false).await, Seat::On(notice));
        assert_eq!(entry(store, notice).await.due_at, slot());
    }
);

on_both_databases!(
    those_who_may_have_something_coming_wait_but_not_for_ever,
    async |database: TestDatabase| {
        let store = database.store();
        let desk = gather(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let head = gather(store, "head", &[reminder("US37-02", Rule::LastDay)]).await;
        let release = async |held: Option<&[&str]>, long_ago| {
            let held = held.map(|names| names.iter().map(|name| reader(name)).collect());
            let mut change = store.change().await.unwrap();
            let released = change.release_all_but(held.as_ref(), long_ago).await;
            change.commit().await.unwrap();
            released.unwrap()
        };
        let before = slot() - TimeDelta::minutes(1);
        assert_eq!(release(None, before).await, 0, "everybody waits");
        assert_eq!(release(Some(&["head"]), before).await, 1);
        assert_eq!(state(store, desk).await, NoticeState::Pending);
        assert_eq!(state(store, head).await, NoticeState::Gathering);
        assert_eq!(release(Some(&["head"]), slot()).await, 1, "long enough");
        assert_eq!(state(store, head).await, NoticeState::Pending);
    }
);
