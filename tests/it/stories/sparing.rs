//! An activation reads what is due and nothing else. What it must not read is made unreadable here:
//! whoever reads it fails.

use aide_memoire::domain::notice::{NoticeKind, NoticeState};

use super::{DESK, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

/// Nobody can read this commitment any more.
async fn tear(database: &TestDatabase, reference: &str) {
    let torn = format!("UPDATE commitment SET policy = 'torn' WHERE reference = '{reference}'");
    assert_eq!(database.execute(&torn).await.unwrap(), 1);
}

on_both_databases!(
    what_is_not_due_is_not_read,
    async |database: TestDatabase| {
        let record = format!(
            "{DESK}{}{}{}",
            deliverable("US37-01", "18 June 2025"),
            // Long overdue: desk, head and SOM leader have a digest.
            deliverable("US37-02", "2 May 2025"),
            deliverable("US37-99", "30 November 2025"),
        );
        let house = House::open(database, &record, "2025-06-09 02:00").await;
        house.run_until("2025-06-10 12:00").await;
        tear(&house.database, "US37-99").await;
        // Meetings and readers are asked again too, as after an edit: the brief has not come, and the
        // digest of the week is out.
        for table in ["meeting", "reader"] {
            let wake = format!("UPDATE {table} SET next_due = '1970-01-01T00:00:00+00:00'");
            assert!(house.database.execute(&wake).await.unwrap() > 0);
        }
        // Nothing is held in memory that this daemon read before.
        let engine = house.restarted().await;
        engine.activate(&Default::default()).await.unwrap();
        house.clock.set("2025-06-11T01:00:00Z".parse().unwrap());
        let report = engine.activate(&Default::default()).await.unwrap();
        assert_eq!((report.planned.said, report.delivered.sent), (1, 1));
        house.reconcile().await;
    }
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desk_with_thousands_of_overdue_commitments_has_them_all_in_one_digest() {
    const MANY: usize = 2_050;
    let mut record = DESK.to_owned();
    for n in 0..MANY {
        record.push_str(&deliverable(&format!("C-{n:04}"), "2 May 2025"));
    }
    // Long overdue when the house goes live: the digest alone speaks of them.
    let house = House::open(TestDatabase::sqlite().await, &record, "2025-06-09 00:00").await;
    house.run_until("2025-06-09 02:00").await;
    let notices = house.notices().await;
    let of_desk: Vec<_> = notices
        .iter()
        .filter(|n| n.recipient.as_str() == "us-desk")
        .collect();
    assert_eq!(of_desk.len(), 1);
    let digest = of_desk[0];
    assert_eq!(
        (digest.kind, digest.state),
        (NoticeKind::Digest, NoticeState::Sent)
    );
    let mut named: Vec<&str> = digest
        .items
        .iter()
        .map(|item| item.item.commitment.as_str())
        .collect();
    assert_eq!(named.len(), MANY);
    assert!(named.is_sorted());
    named.dedup();
    assert_eq!(named.len(), MANY);
}
