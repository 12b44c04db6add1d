//! Readers of digests.

use std::collections::BTreeSet;

use aide_memoire::domain::ids::ReaderId;

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
