//! T2 and T3: what a settlement writes, and from which state it may come.

use aide_memoire::domain::ledger::AttemptEntry;
use aide_memoire::domain::notice::{Line, NoticeKind};

use super::*;

on_both_databases!(
    sent_is_told_with_its_attempt_and_its_occurrences,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let token = token();
        let notice = take_to_data(store, token).await;
        assert!(settle(store, notice, token, NoticeState::Sent).await);
        let told = entry(store, notice).await;
        assert_eq!(told.state, NoticeState::Sent);
        assert_eq!(told.subject.as_deref(), Some("US37-01: due"));
        assert_eq!((told.attempts, told.settled_at), (1, Some(slot())));
        assert_eq!(ledger(store).await, ["last-day sent"]);
        let attempts = store.read().await.unwrap().attempts(notice).await.unwrap();
        let expected = AttemptEntry {
            n: 1,
            at: slot(),
            phase: Phase::Content,
            outcome: NoticeState::Sent,
            reply: "a reply".into(),
            enhanced_code: Some("2.0.0".into()),
            duration_ms: 42,
        };
        assert_eq!(attempts, [expected]);
        // Settled is settled: the same outcome twice is written once.
        assert!(!settle(store, notice, token, NoticeState::Sent).await);
        assert_eq!(
            store
                .read()
                .await
                .unwrap()
                .attempts(notice)
                .await
                .unwrap()
                .len(),
            1
        );
        assert_eq!(claim(store, super::token()).await, []);
    }
);

on_both_databases!(
    every_way_through_the_states_and_no_other,
    async |database: TestDatabase| {
        use NoticeState::*;
        let store = database.store();
        let ways: [(NoticeState, &[NoticeState]); 3] = [
            (Claimed, &[Deferred, Rejected, Cancelled, Expired, Parked]),
            (InData, &[Deferred, Rejected, Sent, InDoubt]),
            (InDoubt, &[Deferred, Rejected, Sent, InDoubt, Parked]),
        ];
        for (from, reachable) in ways {
            for to in NoticeState::ALL {
                let desk = format!("{from}-{to}");
                let notice = plan(store, &desk, &[reminder("US37-01", Rule::LastDay)]).await;
                let token = token();
                claim(store, token).await;
                if from != Claimed {
                    assert!(mark(store, notice, token).await);
                }
                if from == InDoubt {
                    assert!(settle(store, notice, token, InDoubt).await);
                }
                let settled = settle(store, notice, token, *to).await;
                assert_eq!(settled, reachable.contains(to), "{from} to {to}");
                let now = state(store, notice).await;
                assert_eq!(now, if settled { *to } else { from });
                // Out of the way of the next one's claim.
                database
                    .execute("UPDATE notice SET due_at = '2099-01-01T00:00:00+00:00', retry_at = '2099-01-01T00:00:00+00:00'")
                    .await
                    .unwrap();
            }
        }
    }
);

on_both_databases!(
    what_did_not_go_out_is_cancelled_and_what_may_still_go_waits,
    async |database: TestDatabase| {
        use NoticeState::*;
        let store = database.store();
        let expected = [
            (Rejected, "last-day cancelled"),
            (Cancelled, "last-day cancelled"),
            (Expired, "last-day cancelled"),
            (Deferred, "last-day waiting"),
            (Parked, "last-day waiting"),
        ];
        for (state, _) in expected {
            let desk = state.to_string();
            let notice = plan(store, &desk, &[reminder("US37-01", Rule::LastDay)]).await;
            let token = token();
            claim(store, token).await;
            assert!(settle(store, notice, token, state).await);
        }
        assert_eq!(ledger(store).await, expected.map(|(_, told)| told));
    }
);

on_both_databases!(
    attempts_are_counted_and_kept_in_their_order,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let mut now = noon();
        for _ in 0..3 {
            let token = token();
            let notice = claim_at(store, token, now).await[0].entry.id;
            let settlement = Settlement {
                retry_at: Some(now + TimeDelta::minutes(5)),
                ..outcome(NoticeState::Deferred)
            };
            assert!(store.settle(notice, token, settlement).await.unwrap());
            now += TimeDelta::hours(1);
        }
        let last = token();
        let notice = claim_at(store, last, now).await[0].entry.id;
        assert!(mark(store, notice, last).await);
        assert!(settle(store, notice, last, NoticeState::Sent).await);
        let attempts = store.read().await.unwrap().attempts(notice).await.unwrap();
        let told: Vec<_> = attempts.iter().map(|a| (a.n, a.outcome.as_str())).collect();
        let deferred = "deferred";
        assert_eq!(
            told,
            [(1, deferred), (2, deferred), (3, deferred), (4, "sent")]
        );
        assert_eq!(entry(store, notice).await.attempts, 4);
    }
);

on_both_databases!(
    the_mailbox_keeps_the_message_in_the_same_transaction,
    async |database: TestDatabase| {
        let store = database.store();
        let notice = plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let token = token();
        claim(store, token).await;
        let mut forged = delivered(notice, "desk");
        forged.message.as_mut().unwrap().notice = super::token();
        assert!(
            store.settle(notice, token, forged).await.is_err(),
            "a message of no notice is refused"
        );
        assert_eq!(
            state(store, notice).await,
            NoticeState::Claimed,
            "and nothing else written"
        );
        let settled = store.settle(notice, token, delivered(notice, "desk")).await;
        assert!(settled.unwrap());
        let snapshot = store.read().await.unwrap();
        let message = snapshot.message(notice).await.unwrap();
        assert_eq!(message, Some(kept(notice, "desk")));
        let told = snapshot.notice(notice).await.unwrap().unwrap();
        assert_eq!(told.state, NoticeState::Sent);
        assert_eq!(told.subject.as_deref(), Some("US37-01: due"));
        assert_eq!(ledger(store).await, ["last-day sent"]);
    }
);

on_both_databases!(
    dropped_items_are_skipped_unless_carried_elsewhere,
    async |database: TestDatabase| {
        let store = database.store();
        let mut digest = occurrence(Subject::Reader(reader("desk")), None, Rule::Digest);
        digest.items[0].line = Some(Line::Overdue);
        digest.items.push(digest.items[0].clone());
        let said = [
            reminder("US37-01", Rule::LastDay),
            reminder("US37-02", Rule::LastDay),
            digest,
        ];
        let notice = plan(store, "desk", &said).await;
        let mine = token();
        let claimed = claim(store, mine).await;
        let ids: Vec<i64> = claimed[0].items.iter().map(|(id, _)| *id).collect();
        let dropped = [
            (ids[0], SkipReason::Answered),
            (ids[2], SkipReason::NotPermitted),
        ];
        assert!(!store.drop_items(notice, token(), &dropped).await.unwrap());
        assert!(store.drop_items(notice, mine, &dropped).await.unwrap());
        assert_eq!(
            ledger(store).await,
            [
                "last-day skipped answered",
                "last-day waiting",
                "digest waiting"
            ],
            "the digest has another line"
        );
        let last_line = [(ids[3], SkipReason::Superseded)];
        assert!(store.drop_items(notice, mine, &last_line).await.unwrap());
        let told = entry(store, notice).await;
        assert_eq!(told.kind, NoticeKind::Daily, "the digest is gone");
        let dropped: Vec<_> = told.items.iter().map(|i| i.dropped).collect();
        let expected = [
            Some(SkipReason::Answered),
            None,
            Some(SkipReason::NotPermitted),
            Some(SkipReason::Superseded),
        ];
        assert_eq!(dropped, expected);
        assert!(mark(store, notice, mine).await);
        let too_late = [(ids[1], SkipReason::Answered)];
        assert!(!store.drop_items(notice, mine, &too_late).await.unwrap());
        assert!(settle(store, notice, mine, NoticeState::Sent).await);
        assert_eq!(
            ledger(store).await,
            [
                "last-day skipped answered",
                "last-day sent",
                "digest skipped superseded"
            ]
        );
    }
);

on_both_databases!(
    the_items_of_another_notice_cannot_be_dropped,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "a", &[reminder("US37-01", Rule::LastDay)]).await;
        plan(store, "b", &[reminder("US37-01", Rule::LastDay)]).await;
        let token = token();
        let claimed = claim(store, token).await;
        let (mine, other) = (claimed[0].entry.id, claimed[1].items[0].0);
        let dropped = [(other, SkipReason::Answered)];
        assert!(store.drop_items(mine, token, &dropped).await.unwrap());
        assert_eq!(ledger(store).await, ["last-day waiting"; 2]);
    }
);

on_both_databases!(
    bytes_that_surely_did_not_arrive_are_written_anew,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let token = token();
        let notice = take_to_data(store, token).await;
        assert!(settle(store, notice, token, NoticeState::Deferred).await);
        let again = super::token();
        let claimed = claim_at(store, again, noon() + TimeDelta::hours(1)).await;
        assert_eq!(claimed[0].content, None);
        let marked = store.mark_in_data(notice, again, "anew", b"other bytes", lease_end());
        assert!(marked.await.unwrap());
        assert_eq!(entry(store, notice).await.subject.as_deref(), Some("anew"));
    }
);
