//! Many contents and many outcomes in one commit: each is told of its own row, and one that was lost
//! costs its neighbours nothing.

use aide_memoire::store::Written;

use super::*;

fn content(notice: Uuid, token: Uuid) -> FinalContent {
    FinalContent {
        notice,
        token,
        subject: "US37-01: due".into(),
        content: b"the bytes".to_vec(),
        lease_until: lease_end(),
        judged_by: None,
    }
}

fn came_to(notice: Uuid, token: Uuid, state: NoticeState) -> ToSettle {
    ToSettle {
        notice,
        token,
        settlement: outcome(state),
    }
}

/// So many notices, each of a desk of its own, all claimed under one token. In the order of their
/// desks.
async fn claimed_under(store: &Store, token: Uuid, count: usize) -> Vec<Uuid> {
    let mut notices = Vec::new();
    for n in 0..count {
        let desk = format!("desk-{n:02}");
        notices.push(plan(store, &desk, &[reminder("US37-01", Rule::LastDay)]).await);
    }
    assert_eq!(claim(store, token).await.len(), count);
    notices
}

async fn attempts_of(store: &Store, notice: Uuid) -> usize {
    let snapshot = store.read().await.unwrap();
    snapshot.attempts(notice).await.unwrap().len()
}

on_both_databases!(
    each_content_is_told_of_its_own_row,
    async |database: TestDatabase| {
        let store = database.store();
        let (mine, forged) = (token(), token());
        let notices = claimed_under(store, mine, 4).await;
        let [held, lost, begun, twice] = notices[..] else {
            panic!()
        };
        assert!(mark(store, begun, mine).await);
        let asked = [
            content(held, mine),
            content(lost, forged),
            content(begun, mine),
            content(Uuid::new_v4(), mine),
            content(twice, forged),
            content(twice, mine),
            content(twice, mine),
        ];
        let written = store.write_together(&asked, &[]).await.unwrap();
        let told = [true, false, false, false, false, true, false];
        assert_eq!(written.finals, told);
        for (notice, expected) in [
            (held, NoticeState::InData),
            (lost, NoticeState::Claimed),
            (begun, NoticeState::InData),
            (twice, NoticeState::InData),
        ] {
            assert_eq!(state(store, notice).await, expected);
        }
        // Who was told so may settle it; nobody else.
        assert!(settle(store, held, mine, NoticeState::Sent).await);
        assert!(!settle(store, lost, mine, NoticeState::Sent).await);
    }
);

on_both_databases!(
    each_outcome_is_told_of_its_own_row,
    async |database: TestDatabase| {
        use NoticeState::*;
        let store = database.store();
        let (mine, forged) = (token(), token());
        let notices = claimed_under(store, mine, 8).await;
        for begun in &notices[..6] {
            assert!(mark(store, *begun, mine).await);
        }
        let asked = [
            (notices[0], mine, Sent, true),
            (notices[1], forged, Sent, false),
            (notices[2], mine, InDoubt, true),
            (notices[3], mine, Deferred, true),
            (notices[4], mine, Rejected, true),
            // In data already: there is no way back.
            (notices[5], mine, Cancelled, false),
            // Never in data: it cannot have been sent.
            (notices[6], mine, Sent, false),
            (notices[7], mine, Expired, true),
        ];
        let requests = asked.map(|(notice, token, state, _)| came_to(notice, token, state));
        let written = store.write_together(&[], &requests).await.unwrap();
        assert_eq!(written.settled, asked.map(|(.., held)| held));
        let now = [
            Sent, InData, InDoubt, Deferred, Rejected, InData, Claimed, Expired,
        ];
        for (((notice, .., held), expected), n) in asked.iter().zip(now).zip(0..) {
            assert_eq!(state(store, *notice).await, expected, "{n}");
            let attempts = attempts_of(store, *notice).await;
            assert_eq!(attempts, usize::from(*held), "{n}");
        }
        let waiting = "last-day waiting";
        let gone = "last-day cancelled";
        assert_eq!(
            ledger(store).await,
            [
                "last-day sent",
                waiting,
                waiting,
                waiting,
                gone,
                waiting,
                waiting,
                gone
            ]
        );
        // The doubt is still this token's: a late answer counts, once.
        let late = [
            came_to(notices[2], mine, Sent),
            came_to(notices[2], mine, Sent),
        ];
        let written = store.write_together(&[], &late).await.unwrap();
        assert_eq!(written.settled, [true, false]);
    }
);

on_both_databases!(
    outcomes_and_contents_share_a_commit_and_are_all_there_or_none,
    async |database: TestDatabase| {
        let store = database.store();
        let mine = token();
        // More than go into one statement.
        let notices = claimed_under(store, mine, 40).await;
        let (first, second) = notices.split_at(20);
        let contents: Vec<_> = first.iter().map(|id| content(*id, mine)).collect();
        let written = store.write_together(&contents, &[]).await.unwrap();
        assert_eq!(written.finals, [true; 20]);
        let contents: Vec<_> = second.iter().map(|id| content(*id, mine)).collect();
        let outcomes: Vec<_> = first
            .iter()
            .map(|id| came_to(*id, mine, NoticeState::Sent))
            .collect();
        // An attempt that is there already: the database refuses the whole commit.
        let row = "INSERT INTO attempt (notice_id, n, at, phase, outcome, reply, duration_ms)
             SELECT id, 1, due_at, 'connect', 'deferred', 'a reply', 1 FROM notice WHERE recipient = 'desk-07'";
        database.execute(row).await.unwrap();
        assert!(store.write_together(&contents, &outcomes).await.is_err());
        for (notice, expected) in [
            (first[0], NoticeState::InData),
            (second[0], NoticeState::Claimed),
        ] {
            assert_eq!(state(store, notice).await, expected);
        }
        database.execute("DELETE FROM attempt").await.unwrap();
        let written = store.write_together(&contents, &outcomes).await.unwrap();
        let all = Written {
            finals: vec![true; 20],
            settled: vec![true; 20],
        };
        assert_eq!(written, all);
        let snapshot = store.read().await.unwrap();
        let counts = snapshot.notice_counts().await.unwrap();
        let expected = [(NoticeState::InData, 20), (NoticeState::Sent, 20)];
        assert_eq!(counts, expected.into());
    }
);

on_both_databases!(
    bytes_that_may_have_arrived_are_not_replaced_in_company_either,
    async |database: TestDatabase| {
        let store = database.store();
        let wait = TimeDelta::minutes(30);
        let died = token();
        let doubted = claimed_under(store, died, 1).await[0];
        assert!(mark(store, doubted, died).await);
        assert!(settle(store, doubted, died, NoticeState::InDoubt).await);
        assert_eq!(store.rescue(noon() + wait, wait).await.unwrap().again, 1);
        let fresh = plan(store, "another", &[reminder("US37-01", Rule::LastDay)]).await;
        let mine = token();
        assert_eq!(claim_at(store, mine, noon() + wait).await.len(), 2);
        let other = FinalContent {
            content: b"other bytes".to_vec(),
            ..content(doubted, mine)
        };
        let asked = [other, content(fresh, mine)];
        let written = store.write_together(&asked, &[]).await.unwrap();
        assert_eq!(written.finals, [false, true]);
        assert!(mark(store, doubted, mine).await, "the same bytes are");
        // Put off, they stay; those of its neighbour do not.
        let put_off = [doubted, fresh].map(|id| came_to(id, mine, NoticeState::Deferred));
        let written = store.write_together(&[], &put_off).await.unwrap();
        assert_eq!(written.settled, [true, true]);
        let kept = "SELECT COUNT(*) FROM notice WHERE content IS NOT NULL";
        assert_eq!(database.count(kept).await, 1);
    }
);

on_both_databases!(
    a_doubt_that_is_told_again_is_one_attempt,
    async |database: TestDatabase| {
        let store = database.store();
        let mine = token();
        plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        let notice = take_to_data(store, mine).await;
        let doubt = [came_to(notice, mine, NoticeState::InDoubt)];
        for _ in 0..2 {
            // The answer to the first commit was lost.
            let written = store.write_together(&[], &doubt).await.unwrap();
            assert_eq!(written.settled, [true]);
        }
        assert_eq!(attempts_of(store, notice).await, 1);
        assert_eq!(entry(store, notice).await.attempts, 1);
        assert!(settle(store, notice, mine, NoticeState::Sent).await);
        assert_eq!(attempts_of(store, notice).await, 2, "the late yes");
        assert_eq!(entry(store, notice).await.doubts, 1);
    }
);
