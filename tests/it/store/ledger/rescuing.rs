//! A worker is heard of no more: what becomes of what it held.

use aide_memoire::store::Rescued;

use super::*;

const WAIT: TimeDelta = TimeDelta::minutes(30);

async fn rescue(store: &Store, real_now: DateTime<Utc>) -> Rescued {
    store.rescue(real_now, WAIT).await.unwrap()
}

on_both_databases!(
    a_claim_whose_lease_ran_out_is_free_again,
    async |database: TestDatabase| {
        let store = database.store();
        let notice = plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let lost = token();
        claim(store, lost).await;
        let early = lease_end() - TimeDelta::microseconds(1);
        assert_eq!(rescue(store, early).await, Rescued::default());
        let expected = Rescued {
            given_back: 1,
            ..Rescued::default()
        };
        assert_eq!(rescue(store, lease_end()).await, expected);
        assert_eq!(state(store, notice).await, NoticeState::Pending);
        assert!(!mark(store, notice, lost).await, "whoever comes back stops");
        assert_eq!(claim(store, token()).await.len(), 1);
        assert!(!mark(store, notice, lost).await);
    }
);

on_both_databases!(
    content_without_an_answer_is_in_doubt_then_sent_once_more_then_parked,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let first = token();
        let notice = take_to_data(store, first).await;
        // The lease is over, and nobody knows.
        let doubted = Rescued {
            in_doubt: 1,
            ..Rescued::default()
        };
        assert_eq!(rescue(store, lease_end()).await, doubted);
        assert_eq!(state(store, notice).await, NoticeState::InDoubt);
        let far = noon() + TimeDelta::days(1);
        let almost = lease_end() + WAIT - TimeDelta::microseconds(1);
        assert_eq!(rescue(store, almost).await, Rescued::default());
        assert_eq!(
            claim_at(store, token(), far).await,
            [],
            "not while in doubt"
        );
        // No evidence: once more, with the same bytes.
        let again = Rescued {
            again: 1,
            ..Rescued::default()
        };
        assert_eq!(rescue(store, lease_end() + WAIT).await, again);
        let second = token();
        let claimed = claim_at(store, second, far).await;
        assert_eq!(claimed.len(), 1);
        assert_eq!(claimed[0].content.as_deref(), Some(&b"the bytes"[..]));
        assert_eq!(claimed[0].doubts, 1);
        assert!(
            !settle(store, notice, first, NoticeState::Sent).await,
            "its token is gone"
        );
        let item = (claimed[0].items[0].0, SkipReason::Answered);
        assert!(!store.drop_items(notice, second, &[item]).await.unwrap());
        let until = far + TimeDelta::minutes(5);
        let others = store.mark_in_data(notice, second, "US37-01: due", b"other bytes", until);
        assert!(!others.await.unwrap(), "other bytes than may have gone out");
        let same = store.mark_in_data(notice, second, "US37-01: due", b"the bytes", until);
        assert!(same.await.unwrap());
        // A second time: a person decides.
        assert_eq!(rescue(store, until).await, doubted);
        let parked = Rescued {
            parked: 1,
            ..Rescued::default()
        };
        assert_eq!(rescue(store, until + WAIT).await, parked);
        assert_eq!(state(store, notice).await, NoticeState::Parked);
        assert_eq!(
            rescue(store, far + TimeDelta::days(9)).await,
            Rescued::default()
        );
        assert_eq!(claim_at(store, token(), far + TimeDelta::days(9)).await, []);
        assert_eq!(ledger(store).await, ["last-day waiting"]);
    }
);

on_both_databases!(
    a_late_answer_counts_under_its_own_token,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let token = token();
        let notice = take_to_data(store, token).await;
        rescue(store, lease_end()).await;
        assert!(!settle(store, notice, super::token(), NoticeState::Sent).await);
        assert!(settle(store, notice, token, NoticeState::Sent).await);
        assert_eq!(state(store, notice).await, NoticeState::Sent);
        assert_eq!(rescue(store, lease_end() + WAIT).await, Rescued::default());
        assert_eq!(ledger(store).await, ["last-day sent"]);
    }
);

on_both_databases!(one_doubt_is_counted_once, async |database: TestDatabase| {
    let store = database.store();
    plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
    let token = token();
    let notice = take_to_data(store, token).await;
    // The rescue comes first, then the worker says that it does not know either.
    rescue(store, lease_end()).await;
    assert!(settle(store, notice, token, NoticeState::InDoubt).await);
    let again = rescue(store, lease_end() + WAIT).await;
    assert_eq!((again.again, again.parked), (1, 0));
});

on_both_databases!(
    bytes_in_doubt_stay_final_when_their_second_try_is_put_off,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let notice = take_to_data(store, token()).await;
        rescue(store, lease_end()).await;
        rescue(store, lease_end() + WAIT).await;
        let second = token();
        let later = noon() + TimeDelta::hours(2);
        claim_at(store, second, later).await;
        assert!(settle(store, notice, second, NoticeState::Deferred).await);
        let claimed = claim_at(store, token(), later).await;
        assert_eq!(claimed[0].content.as_deref(), Some(&b"the bytes"[..]));
    }
);
