//! Several daemons on one database do exactly what one would.

use std::collections::BTreeMap;

use tokio::task::JoinSet;

use super::*;

on_both_databases!(
    eight_workers_claim_each_of_500_notices_once,
    async |database: TestDatabase| {
        let store = database.store();
        let mut change = store.change().await.unwrap();
        for n in 0..500 {
            let desk = reader(&format!("desk-{n}"));
            let seat = change.seat(&morning(&desk), false).await;
            let Seat::On(notice) = seat.unwrap() else {
                panic!()
            };
            let said = Occurrence {
                recipient: desk,
                ..reminder("US37-01", Rule::LastDay)
            };
            let ids = change.record(&[waiting(&said)], slot()).await.unwrap();
            let item = (ids[0].unwrap(), &said.items[0]);
            change.add_items(notice, &[item]).await.unwrap();
        }
        change.release_gathering().await.unwrap();
        change.commit().await.unwrap();

        let mut workers = JoinSet::new();
        for _ in 0..8 {
            let daemon = database.reopen().await;
            workers.spawn(async move {
                let mut mine = Vec::new();
                loop {
                    let token = token();
                    let claimed = daemon
                        .claim(slot(), noon(), token, lease_end(), 7)
                        .await
                        .unwrap();
                    if claimed.is_empty() {
                        break;
                    }
                    for notice in claimed {
                        let id = notice.entry.id;
                        let settlement = delivered(id, notice.entry.recipient.as_str());
                        assert!(daemon.settle(id, token, settlement).await.unwrap());
                        mine.push(id);
                    }
                }
                mine
            });
        }
        let mut claims: BTreeMap<Uuid, u32> = BTreeMap::new();
        while let Some(mine) = workers.join_next().await {
            for id in mine.unwrap() {
                *claims.entry(id).or_default() += 1;
            }
        }
        assert_eq!(claims.len(), 500);
        assert!(claims.values().all(|times| *times == 1));
        let snapshot = store.read().await.unwrap();
        let counts = snapshot.notice_counts().await.unwrap();
        assert_eq!(counts, BTreeMap::from([(NoticeState::Sent, 500)]));
        assert_eq!(database.count("SELECT COUNT(*) FROM message").await, 500);
        assert_eq!(ledger(store).await, vec!["last-day sent"; 500]);
    }
);

on_both_databases!(
    of_eight_planners_one_plans,
    async |database: TestDatabase| {
        let mut planners = JoinSet::new();
        for _ in 0..8 {
            let daemon = database.reopen().await;
            planners.spawn(async move {
                let mine = token();
                let mut change = daemon.change().await.unwrap();
                let taken = change.take_planner_lease(mine, noon(), lease_end()).await;
                let taken = taken.unwrap();
                change.commit().await.unwrap();
                let mut change = daemon.change().await.unwrap();
                let confirmed = change.confirm_planner_lease(mine, lease_end()).await;
                change.commit().await.unwrap();
                assert_eq!(confirmed.unwrap(), taken);
                taken
            });
        }
        let taken = planners.join_all().await;
        assert_eq!(taken.into_iter().filter(|taken| *taken).count(), 1);
    }
);

on_both_databases!(
    planners_that_race_record_each_occurrence_once,
    async |database: TestDatabase| {
        let mut planners = JoinSet::new();
        for _ in 0..4 {
            let daemon = database.reopen().await;
            planners.spawn(async move {
                let all: Vec<Occurrence> = (0..200)
                    .map(|n| reminder(&format!("US-{n}"), Rule::LastDay))
                    .collect();
                let new: Vec<_> = all.iter().map(waiting).collect();
                let mut change = daemon.change().await.unwrap();
                let ids = change.record(&new, slot()).await.unwrap();
                change.commit().await.unwrap();
                ids.into_iter().flatten().count()
            });
        }
        let recorded: usize = planners.join_all().await.into_iter().sum();
        assert_eq!(recorded, 200);
        assert_eq!(ledger(database.store()).await.len(), 200);
    }
);

on_both_databases!(
    nothing_joins_a_notice_whose_letter_is_being_written,
    async |database: TestDatabase| {
        let store = database.store();
        let notice = plan(store, "desk", &[reminder("US37-01", Rule::LastDay)]).await;
        // A planner has found its seat, and has not committed.
        let mut change = store.change().await.unwrap();
        let desk = reader("desk");
        let seat = change.seat(&morning(&desk), false).await;
        assert_eq!(seat.unwrap(), Seat::On(notice));
        let daemon = database.reopen().await;
        let claims = tokio::spawn(async move {
            let mut claimed = claim(&daemon, token()).await;
            while claimed.is_empty() {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
                claimed = claim(&daemon, token()).await;
            }
            claimed
        });
        tokio::time::sleep(std::time::Duration::from_millis(150)).await;
        assert!(!claims.is_finished(), "it is not claimed in between");
        let said = Occurrence {
            recipient: desk,
            ..reminder("US37-02", Rule::LastDay)
        };
        let ids = change.record(&[waiting(&said)], slot()).await.unwrap();
        let item = (ids[0].unwrap(), &said.items[0]);
        change.add_items(notice, &[item]).await.unwrap();
        change.commit().await.unwrap();
        let claimed = claims.await.unwrap();
        assert_eq!(claimed[0].items.len(), 2);
    }
);

on_both_databases!(
    an_edit_and_a_claim_that_race_leave_nothing_half_done,
    async |database: TestDatabase| {
        let store = database.store();
        for n in 0..20 {
            let desk = format!("desk-{n}");
            let notice = plan(store, &desk, &[reminder("US37-01", Rule::LastDay)]).await;
            let (editor, worker) = (database.reopen().await, database.reopen().await);
            let edit = tokio::spawn(async move {
                let mut change = editor.change().await.unwrap();
                let reference = commitment("US37-01");
                let taken = change
                    .supersede(&reference, None, SkipReason::Superseded, |_| true)
                    .await
                    .unwrap();
                change.commit().await.unwrap();
                taken
            });
            let work = tokio::spawn(async move {
                let token = token();
                let claimed = claim(&worker, token).await;
                for notice in &claimed {
                    let id = notice.entry.id;
                    let settlement = delivered(id, notice.entry.recipient.as_str());
                    assert!(worker.settle(id, token, settlement).await.unwrap());
                }
                claimed.len()
            });
            let (taken, claimed) = (edit.await.unwrap(), work.await.unwrap());
            let now = state(store, notice).await;
            match (taken, claimed) {
                (1, 0) => assert_eq!(now, NoticeState::Cancelled),
                (0, 1) => assert_eq!(now, NoticeState::Sent),
                other => panic!("taken back and claimed: {other:?}"),
            }
        }
    }
);
