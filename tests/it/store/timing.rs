//! Readers of digests, and the audit.

use std::collections::BTreeSet;

use aide_memoire::domain::ids::ReaderId;
use aide_memoire::domain::ledger::Page;
use chrono::{DateTime, TimeDelta, Utc};

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
