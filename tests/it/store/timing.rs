//! Readers of digests, re-timing in batches, the audit.

use std::collections::BTreeSet;

use aide_memoire::domain::ids::ReaderId;
use aide_memoire::domain::ledger::Page;
use chrono::{DateTime, TimeDelta, Utc};

use super::books::{full_book, many, reference, save_all};
use crate::support::database::{TestDatabase, on_both_databases};

fn readers(names: &[&str]) -> BTreeSet<ReaderId> {
    names.iter().map(|n| ReaderId::parse(n).unwrap()).collect()
}

on_both_databases!(readers_come_and_go, async |database: TestDatabase| {
    let keep = async |names: &[&str]| {
        let mut change = database.store().change().await.unwrap();
        change.keep_readers(&readers(names)).await.unwrap();
        change.commit().await.unwrap();
    };
    keep(&["head", "mfa"]).await;
    let awake = "SELECT COUNT(*) FROM reader WHERE next_due IS NOT NULL";
    assert_eq!(database.count(awake).await, 2);
    let looked = "UPDATE reader SET next_due = NULL, version = 7";
    database.execute(looked).await.unwrap();

    keep(&["agency", "mfa"]).await;
    assert_eq!(database.count("SELECT COUNT(*) FROM reader").await, 2);
    let new = "SELECT version FROM reader WHERE id = 'agency' AND next_due IS NOT NULL";
    assert_eq!(database.count(new).await, 1);
    // Who stays is left alone.
    let stays = "SELECT version FROM reader WHERE id = 'mfa' AND next_due IS NULL";
    assert_eq!(database.count(stays).await, 7);

    keep(&[]).await;
    assert_eq!(database.count("SELECT COUNT(*) FROM reader").await, 0);
});

on_both_databases!(
    everything_is_timed_anew_in_batches,
    async |database: TestDatabase| {
        let mut book = many(25);
        let full = full_book();
        book.directory = full.directory.clone();
        book.documents = full.documents.clone();
        book.commitments.retain(|name, _| name.as_str() < "C-00000");
        book.commitments.extend(full.commitments.clone());
        for n in 0..25 {
            let mut it = full.commitment("US37-01").unwrap().clone();
            it.reference = reference(&format!("C-{n:02}"));
            book.commitments.insert(it.reference.clone(), it.into());
        }
        save_all(database.store(), &book).await;
        let mut change = database.store().change().await.unwrap();
        change.keep_readers(&readers(&["mfa"])).await.unwrap();
        change.commit().await.unwrap();
        let asleep = "UPDATE commitment SET next_due = NULL; UPDATE meeting SET next_due = NULL; UPDATE reader SET next_due = NULL";
        database.execute(asleep).await.unwrap();
        let awake = async |table: &str| {
            let question =
                format!("SELECT COUNT(*) FROM {table} WHERE next_due IS NOT NULL AND version = 2");
            database.count(&question).await
        };
        let batch = async || {
            let mut change = database.store().change().await.unwrap();
            let more = change.replan_batch(10).await.unwrap();
            change.commit().await.unwrap();
            more
        };
        // 25 and US37-01 are open.
        assert!(!batch().await, "nothing was asked for");
        assert_eq!(awake("commitment").await, 0);

        let ask = async || {
            let mut change = database.store().change().await.unwrap();
            change.ask_replan().await.unwrap();
            change.commit().await.unwrap();
            database
                .store()
                .read()
                .await
                .unwrap()
                .replans()
                .await
                .unwrap()
        };
        assert_eq!(ask().await, 1);
        assert_eq!(ask().await, 1, "one at a time");
        assert!(batch().await);
        assert_eq!(awake("commitment").await, 10);
        assert!(batch().await);
        assert_eq!((awake("commitment").await, awake("meeting").await), (20, 0));
        assert!(batch().await);
        assert_eq!((awake("commitment").await, awake("meeting").await), (26, 0));
        assert!(!batch().await);
        assert_eq!((awake("commitment").await, awake("meeting").await), (26, 2));
        assert_eq!(awake("reader").await, 1);
        let closed =
            "SELECT COUNT(*) FROM commitment WHERE next_due IS NOT NULL AND state <> 'open'";
        assert_eq!(database.count(closed).await, 0);
        let snapshot = database.store().read().await.unwrap();
        assert_eq!(snapshot.replans().await.unwrap(), 0);
        drop(snapshot);
        assert!(!batch().await);
    }
);

on_both_databases!(
    asked_again_it_begins_again,
    async |database: TestDatabase| {
        save_all(database.store(), &many(5)).await;
        let change = async |rows: Option<u64>| {
            let mut change = database.store().change().await.unwrap();
            match rows {
                None => change.ask_replan().await.unwrap(),
                Some(rows) => drop(change.replan_batch(rows).await.unwrap()),
            }
            change.commit().await.unwrap();
        };
        change(None).await;
        change(Some(3)).await;
        change(None).await;
        change(Some(3)).await;
        change(Some(3)).await;
        let versions = database
            .query("SELECT version FROM commitment ORDER BY id")
            .await;
        let versions: Vec<i64> = versions
            .iter()
            .map(|row| row.try_get_by_index(0).unwrap())
            .collect();
        assert_eq!(versions, [3, 3, 3, 2, 2]);
    }
);

on_both_databases!(
    the_audit_is_told_newest_first,
    async |database: TestDatabase| {
        let noon: DateTime<Utc> = "2025-04-23T12:00:00.1234567Z".parse().unwrap();
        let mut change = database.store().change().await.unwrap();
        for n in 0..5 {
            let at = noon + TimeDelta::seconds(n);
            let detail = format!("{n}");
            change
                .audit(at, "operator", "import", "first.toml", &detail)
                .await
                .unwrap();
        }
        change.commit().await.unwrap();
        let snapshot = database.store().read().await.unwrap();
        let page = Page {
            offset: 1,
            limit: 2,
        };
        let trail = snapshot.audit_trail(page).await.unwrap();
        let details: Vec<&str> = trail.iter().map(|entry| entry.detail.as_str()).collect();
        assert_eq!(details, ["3", "2"]);
        let entry = &trail[0];
        assert_eq!(
            (
                entry.actor.as_str(),
                entry.act.as_str(),
                entry.subject.as_str()
            ),
            ("operator", "import", "first.toml")
        );
        // In whole microseconds.
        assert_eq!(
            entry.at,
            "2025-04-23T12:00:03.123456Z"
                .parse::<DateTime<Utc>>()
                .unwrap()
        );
    }
);

// Edits ask again while daemons work off: nobody's work fails, and in the end all is done.
on_both_databases!(
    asked_while_it_is_worked_off,
    async |database: TestDatabase| {
        save_all(database.store(), &many(40)).await;
        let asking: Vec<_> = (0..4)
            .map(|n| {
                let store = database.store().clone();
                tokio::spawn(async move {
                    for _ in 0..10 {
                        let mut change = match n % 2 {
                            0 => store.edit().await.unwrap(),
                            _ => store.change().await.unwrap(),
                        };
                        if n < 2 {
                            change.ask_replan().await.expect("it is asked");
                        } else {
                            change.replan_batch(7).await.expect("it is worked off");
                        }
                        tokio::task::yield_now().await;
                        change.commit().await.expect("it is committed");
                    }
                })
            })
            .collect();
        for task in asking {
            task.await.unwrap();
        }
        loop {
            let mut change = database.store().change().await.unwrap();
            let more = change.replan_batch(7).await.unwrap();
            change.commit().await.unwrap();
            if !more {
                break;
            }
        }
        let left = "SELECT COUNT(*) FROM replan";
        assert_eq!(database.count(left).await, 0);
        let missed = "SELECT COUNT(*) FROM commitment WHERE version = 1";
        assert_eq!(database.count(missed).await, 0);
    }
);
