//! Take a guard away, and what it guards against happens. The guards are the unique key of an
//! occurrence, the unique key of a morning, the token, the bytes of T2, and the checks of the schema.

use super::*;

const SAME_OCCURRENCE: &str = "INSERT INTO occurrence (subject_kind, subject_id, milestone, rule, basis, recipient, date, slot, state, because, recorded_at)
     SELECT subject_kind, subject_id, milestone, rule, basis, recipient, date, slot, state, because, recorded_at FROM occurrence";

on_both_databases!(
    without_its_unique_key_an_occurrence_is_held_twice,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        assert!(database.execute(SAME_OCCURRENCE).await.is_err());
        database
            .execute("DROP INDEX occurrence_once")
            .await
            .unwrap();
        database.execute(SAME_OCCURRENCE).await.unwrap();
        assert_eq!(ledger(store).await, ["last-day waiting"; 2]);
        // The ledger does not go on without its guard.
        let again = reminder("US37-01", Rule::LastDay);
        let mut change = store.change().await.unwrap();
        assert!(change.record(&[waiting(&again)], slot()).await.is_err());
    }
);

const SAME_MORNING: &str = "INSERT INTO notice (id, recipient, to_address, date, part, kind, state, message_id, due_at, attempts, doubts)
     SELECT NEW_ID, recipient, to_address, date, part, kind, state, '<another@mfa.example.org>', due_at, attempts, doubts FROM notice";

on_both_databases!(
    without_its_unique_key_a_morning_has_two_notices,
    async |database: TestDatabase| {
        use aide_memoire::store::DatabaseKind;
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let new_id = match database.kind() {
            DatabaseKind::Sqlite => "randomblob(16)",
            DatabaseKind::Postgres => "gen_random_uuid()",
        };
        let double = SAME_MORNING.replace("NEW_ID", new_id);
        assert!(database.execute(&double).await.is_err());
        database.execute("DROP INDEX notice_morning").await.unwrap();
        database.execute(&double).await.unwrap();
        assert_eq!(
            claim(store, token()).await.len(),
            2,
            "one morning, two mails"
        );
        let mut change = store.change().await.unwrap();
        let head = reader("head");
        assert!(change.seat(&morning(&head), false).await.is_err());
    }
);

on_both_databases!(
    a_forged_token_changes_nothing,
    async |database: TestDatabase| {
        let store = database.store();
        let notice = plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let (mine, forged) = (token(), token());
        let item = claim(store, mine).await[0].items[0].0;
        assert!(!mark(store, notice, forged).await);
        let dropped = [(item, SkipReason::Answered)];
        assert!(!store.drop_items(notice, forged, &dropped).await.unwrap());
        assert_eq!(store.give_back(forged).await.unwrap(), 0);
        for state in NoticeState::ALL {
            assert!(!settle(store, notice, forged, *state).await, "{state}");
            let with_message = Settlement {
                state: *state,
                ..delivered(notice, "desk")
            };
            assert!(!store.settle(notice, forged, with_message).await.unwrap());
        }
        assert_eq!(state(store, notice).await, NoticeState::Claimed);
        assert_eq!(ledger(store).await, ["last-day waiting"]);
        let snapshot = store.read().await.unwrap();
        assert_eq!(snapshot.attempts(notice).await.unwrap(), []);
        assert_eq!(snapshot.messages(None, ALL).await.unwrap(), []);
        drop(snapshot);
        // Under the right one each of them works.
        assert!(mark(store, notice, mine).await);
        assert!(!settle(store, notice, forged, NoticeState::Sent).await);
        assert!(settle(store, notice, mine, NoticeState::Sent).await);
    }
);

on_both_databases!(
    without_the_token_two_workers_settle_one_notice,
    async |database: TestDatabase| {
        let store = database.store();
        let notice = plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let (slow, quick) = (token(), token());
        claim(store, slow).await;
        store
            .rescue(lease_end(), TimeDelta::minutes(30))
            .await
            .unwrap();
        claim_at(store, quick, lease_end()).await;
        // The guard holds: only the one who has it now writes.
        assert!(!mark(store, notice, slow).await);
        assert!(mark(store, notice, quick).await);
        // Without it (both bear the same token) the slow one settles what the quick one sends.
        assert!(settle(store, notice, quick, NoticeState::Deferred).await);
        claim_at(store, slow, noon() + TimeDelta::hours(1)).await;
        assert!(mark(store, notice, slow).await, "the token alone decides");
    }
);

on_both_databases!(
    without_t2_a_notice_whose_worker_died_is_sent_twice_unrecognisably,
    async |database: TestDatabase| {
        let store = database.store();
        let wait = TimeDelta::minutes(30);
        let notice = plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        // T2 skipped: the content went out, the worker died. Nothing in the ledger knows.
        let died = token();
        claim(store, died).await;
        assert!(
            !settle(store, notice, died, NoticeState::Sent).await,
            "what was not in data cannot have been sent"
        );
        assert_eq!(store.rescue(lease_end(), wait).await.unwrap().given_back, 1);
        let doubled = claim_at(store, token(), lease_end()).await;
        assert_eq!(doubled.len(), 1, "it goes out again, at once");
        assert_eq!(doubled[0].content, None, "and in other words");
        store.give_back(token()).await.unwrap();
        // T2 kept: it is known to be in doubt, waits, and goes again byte for byte.
        store
            .rescue(noon() + TimeDelta::days(1), wait)
            .await
            .unwrap();
        let died = token();
        claim(store, died).await;
        assert!(mark(store, notice, died).await);
        let rescued = store.rescue(lease_end(), wait).await.unwrap();
        assert_eq!((rescued.given_back, rescued.in_doubt), (0, 1));
        assert_eq!(claim_at(store, token(), lease_end()).await, []);
        let late = lease_end() + wait;
        assert_eq!(store.rescue(late, wait).await.unwrap().again, 1);
        let again = claim_at(store, token(), late).await;
        assert_eq!(again[0].content.as_deref(), Some(&b"the bytes"[..]));
    }
);

on_both_databases!(
    the_schema_refuses_what_delivery_rules_out,
    async |database: TestDatabase| {
        let store = database.store();
        let notice = plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        for nonsense in [
            "UPDATE notice SET state = 'lost'",
            "UPDATE notice SET kind = 'weekly'",
            "UPDATE notice SET part = 0",
            "UPDATE notice SET attempts = -1",
            "UPDATE notice SET state = 'claimed'",
            "UPDATE notice SET lease_until = due_at",
            "UPDATE notice SET state = 'in-data'",
            "UPDATE notice SET state = 'in-doubt', doubt_since = due_at",
            "UPDATE notice SET state = 'deferred'",
            "UPDATE occurrence SET state = 'lost'",
            "UPDATE occurrence SET state = 'skipped'",
            "UPDATE occurrence SET reason = 'bored'",
            "UPDATE occurrence SET subject_kind = 'desk'",
            "UPDATE occurrence SET basis = NULL",
            "UPDATE notice_item SET dropped = 'bored'",
            "UPDATE notice_item SET occurrence_id = 4711",
            "DELETE FROM notice",
            "DELETE FROM occurrence",
        ] {
            assert!(database.execute(nonsense).await.is_err(), "{nonsense}");
        }
        assert_eq!(state(store, notice).await, NoticeState::Pending);
    }
);

on_both_databases!(
    an_attempt_has_its_number_once,
    async |database: TestDatabase| {
        let store = database.store();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let token = token();
        let notice = take_to_data(store, token).await;
        assert!(settle(store, notice, token, NoticeState::Sent).await);
        let again = "INSERT INTO attempt SELECT * FROM attempt";
        assert!(database.execute(again).await.is_err());
    }
);
