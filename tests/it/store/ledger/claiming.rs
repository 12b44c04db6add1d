//! Which notices are claimed, in which order, and what comes with them.

use super::*;

async fn claimed_ids(store: &Store, real_now: DateTime<Utc>, limit: u64) -> Vec<Uuid> {
    let until = real_now + TimeDelta::minutes(5);
    let claimed = store
        .claim(slot(), real_now, token(), until, limit)
        .await
        .unwrap();
    claimed.into_iter().map(|c| c.entry.id).collect()
}

on_both_databases!(
    only_what_was_released_and_whose_slot_has_come_is_claimed,
    async |database: TestDatabase| {
        let store = database.store();
        let notice = gather(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let token = token();
        assert_eq!(claim(store, token).await, [], "it is gathering");
        let mut change = store.change().await.unwrap();
        assert_eq!(change.release_gathering().await.unwrap(), 1);
        assert_eq!(change.release_gathering().await.unwrap(), 0);
        change.commit().await.unwrap();
        let early = slot() - TimeDelta::microseconds(1);
        let claimed = store.claim(early, noon(), token, lease_end(), 100).await;
        assert_eq!(claimed.unwrap(), [], "its slot has not come");
        let claimed = claim(store, token).await;
        assert_eq!(claimed.len(), 1);
        assert_eq!(claimed[0].entry.id, notice);
        assert_eq!(claimed[0].entry.state, NoticeState::Claimed);
        assert_eq!(
            (claimed[0].content.as_deref(), claimed[0].doubts),
            (None, 0)
        );
        assert_eq!(claimed[0].items.len(), 1);
        assert_eq!(claimed[0].items[0].1, claimed[0].entry.items[0].item);
        assert_eq!(claim(store, super::token()).await, [], "it is held");
    }
);

on_both_databases!(
    the_oldest_come_first_and_no_more_than_asked_for,
    async |database: TestDatabase| {
        let store = database.store();
        let mut expected = Vec::new();
        for (n, desk) in ["a", "b", "c", "d"].into_iter().enumerate() {
            let mut change = store.change().await.unwrap();
            let due_at = slot() - TimeDelta::minutes(i64::try_from(n).unwrap());
            let desk = reader(desk);
            let morning = Morning {
                due_at,
                ..morning(&desk)
            };
            let seat = change.seat(&morning, false).await.unwrap();
            let Seat::On(notice) = seat else { panic!() };
            change.release_gathering().await.unwrap();
            change.commit().await.unwrap();
            expected.insert(0, notice);
        }
        assert!(claimed_ids(store, noon(), 0).await.is_empty());
        assert_eq!(claimed_ids(store, noon(), 3).await, expected[..3]);
        assert_eq!(claimed_ids(store, noon(), u64::MAX).await, expected[3..]);
    }
);

on_both_databases!(
    a_deferred_notice_waits_for_its_next_try_by_the_real_clock,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let token = token();
        let notice = claim(store, token).await[0].entry.id;
        assert!(settle(store, notice, token, NoticeState::Deferred).await);
        let told = entry(store, notice).await;
        let retry_at = noon() + TimeDelta::minutes(5);
        assert_eq!((told.attempts, told.due_at), (1, retry_at));
        let early = retry_at - TimeDelta::microseconds(1);
        assert!(claimed_ids(store, early, 10).await.is_empty());
        let claimed = claim_at(store, super::token(), retry_at).await;
        assert_eq!(claimed.len(), 1);
        assert_eq!(claimed[0].entry.due_at, slot(), "its slot is what it was");
    }
);

on_both_databases!(
    dropped_items_are_not_carried,
    async |database: TestDatabase| {
        let store = database.store();
        let said = [
            reminder("US37-01", Rule::LastDay),
            reminder("US37-02", Rule::LastDay),
        ];
        plan(store, "desk", &said).await;
        let mut change = store.change().await.unwrap();
        change
            .supersede(&commitment("US37-01"), None, SkipReason::Answered, |_| true)
            .await
            .unwrap();
        change.commit().await.unwrap();
        let claimed = claim(store, token()).await;
        let items: Vec<_> = claimed[0]
            .items
            .iter()
            .map(|(_, i)| i.commitment.as_str())
            .collect();
        assert_eq!(items, ["US37-02"]);
        assert_eq!(claimed[0].entry.items.len(), 2, "the entry tells of both");
    }
);

on_both_databases!(
    what_was_not_begun_is_given_back,
    async |database: TestDatabase| {
        let store = database.store();
        for desk in ["a", "b"] {
            plan(store, desk, &[reminder("US37-01", Rule::LastDay)]).await;
        }
        let token = token();
        let claimed = claim(store, token).await;
        let begun = claimed[0].entry.id;
        assert!(mark(store, begun, token).await);
        assert_eq!(store.give_back(super::token()).await.unwrap(), 0);
        assert_eq!(store.give_back(token).await.unwrap(), 1);
        assert_eq!(state(store, begun).await, NoticeState::InData);
        assert_eq!(claimed_ids(store, noon(), 10).await, [claimed[1].entry.id]);
    }
);
