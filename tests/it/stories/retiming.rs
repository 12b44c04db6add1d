//! A holiday is declared, a head is replaced: what hangs on it is timed anew beside everything else,
//! whoever dies meanwhile, and nothing leaves that may still have something coming.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use aide_memoire::domain::ids::DeskId;
use aide_memoire::domain::notice::NoticeState;
use aide_memoire::domain::retiming::Scope;
use aide_memoire::jobs::checkpoint::{Checkpoint, Point};
use aide_memoire::store::Store;
use async_trait::async_trait;
use chrono::TimeDelta;
use tokio::sync::Notify;

use super::{DESK, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

/// When each commitment is asked next, as text.
async fn times(house: &House) -> Vec<(String, String)> {
    let question = "SELECT reference, CAST(COALESCE(next_due, '1970-01-01 00:00:00+00:00') AS TEXT) FROM commitment ORDER BY id";
    let rows = house.database.query(question).await;
    rows.iter()
        .map(|row| {
            (
                row.try_get_by_index(0).unwrap(),
                row.try_get_by_index(1).unwrap(),
            )
        })
        .collect()
}

async fn ask_for_everything(house: &House) {
    let mut change = house.store.change().await.unwrap();
    change.ask_replan().await.unwrap();
    change.commit().await.unwrap();
}

on_both_databases!(
    a_new_holiday_moves_what_falls_on_it,
    async |database: TestDatabase| {
        let record = format!(
            "{DESK}{}{}",
            deliverable("US37-01", "30 June 2025"),
            deliverable("US37-02", "15 July 2025"),
        );
        let house = House::open(database, &record, "2025-06-02 02:00").await;
        house.run_until("2025-06-03 12:00").await;
        let before = times(&house).await;

        // Monday 23 June, when `before-7` of the first is due.
        house
            .import(&record.replace("\"2025-06-18\"", "\"2025-06-18\", \"2025-06-23\""))
            .await
            .unwrap();
        let report = house.activate().await;
        assert_eq!(report.planned.retimed, 1, "the other keeps its time");
        assert!(!report.planned.is_retiming);
        let after = times(&house).await;
        assert_ne!(before[0], after[0]);
        assert_eq!(before[1], after[1]);
        // Asking everybody comes to the same.
        ask_for_everything(&house).await;
        house.activate().await;
        assert_eq!(times(&house).await, after);

        house.run_until("2025-06-20 12:00").await;
        let sent = house.notices().await;
        let sent: Vec<String> = sent
            .iter()
            .flat_map(|n| n.items.iter().map(move |i| (n, i)))
            .map(|(n, i)| format!("{} {} {}", n.date, i.item.commitment, i.item.rule))
            .collect();
        assert!(
            sent.contains(&"2025-06-20 US37-01 before-7".to_owned()),
            "the working day before: {sent:?}"
        );
        house.reconcile().await;
    }
);

/// Holds a daemon at the n-th time it comes to a point, for ever.
struct HeldAt {
    point: Point,
    left: AtomicUsize,
    there: Notify,
}

#[async_trait]
impl Checkpoint for HeldAt {
    async fn reached(&self, point: Point) {
        if point == self.point && self.left.fetch_sub(1, Ordering::SeqCst) == 1 {
            self.there.notify_one();
            std::future::pending::<()>().await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_daemon_dies_between_two_batches_and_the_next_goes_on() {
    // Three batches of a thousand at most.
    const MANY: usize = 2_100;
    let mut record = DESK.to_owned();
    for n in 0..MANY {
        record.push_str(&deliverable(&format!("C-{n:04}"), "30 June 2025"));
    }
    let mut house = House::open(TestDatabase::sqlite().await, &record, "2025-06-02 02:00").await;
    house.activate().await;
    let calm = times(&house).await;
    let edited = record.replace("\"2025-06-18\"", "\"2025-06-18\", \"2025-06-23\"");
    house.import(&edited).await.unwrap();

    let held = Arc::new(HeldAt {
        // One batch is committed, the second is written and not committed.
        point: Point::BatchWritten,
        left: AtomicUsize::new(2),
        there: Notify::new(),
    });
    let first = house
        .watched_by(Arc::clone(&held) as Arc<dyn Checkpoint>)
        .await;
    let dies = tokio::spawn(async move { first.activate(&Default::default()).await });
    held.there.notified().await;
    dies.abort();
    let _ = dies.await;
    let half = times(&house).await;
    let moved = half.iter().zip(&calm).filter(|(a, b)| a != b).count();
    assert_eq!(moved, 1_000, "what was committed stays");

    // Its lease runs out; another daemon goes on where it was.
    house.clock.wait(TimeDelta::minutes(2));
    let report = house.activate().await;
    assert_eq!(report.planned.retimed, 1_100);
    let after = times(&house).await;
    assert!(after.iter().zip(&calm).all(|(a, b)| a != b));
    ask_for_everything(&house).await;
    house.restart(|_| {});
    assert_eq!(house.activate().await.planned.retimed, 0);
    assert_eq!(times(&house).await, after);
}

/// Edits at the first batch, and looks at the notices when the plan is done the first time.
struct EditsMeanwhile {
    store: Store,
    scope: Scope,
    edited: AtomicUsize,
    seen: std::sync::Mutex<Option<(u64, u64)>>,
}

#[async_trait]
impl Checkpoint for EditsMeanwhile {
    async fn reached(&self, point: Point) {
        match point {
            Point::BatchCommitted if self.edited.fetch_add(1, Ordering::SeqCst) == 0 => {
                let mut change = self.store.change().await.unwrap();
                change.ask_replan_of(&self.scope).await.unwrap();
                change.commit().await.unwrap();
            }
            Point::Released => {
                let counts = self
                    .store
                    .read()
                    .await
                    .unwrap()
                    .notice_counts()
                    .await
                    .unwrap();
                let of = |state| counts.get(&state).copied().unwrap_or(0);
                let now = (of(NoticeState::Gathering), of(NoticeState::Pending));
                self.seen.lock().unwrap().get_or_insert(now);
            }
            _ => {}
        }
    }
}

/// Two desks with nothing in common, each with something to say on 23 June.
fn two_desks() -> String {
    let mut record = format!(
        "{DESK}{}{}",
        deliverable("US37-01", "30 June 2025"),
        deliverable("US37-02", "30 June 2025").replace("\"us-desk\"", "\"cyber\""),
    );
    record.push_str(
        "\n[[desk]]\nid = \"cyber\"\nname = \"Cyber desk\"\nemail = \"cyber@mfa.example.org\"\ncalendar = \"phnom-penh\"\n",
    );
    record
}

on_both_databases!(
    the_notices_of_what_is_being_timed_anew_go_on_gathering,
    async |database: TestDatabase| {
        let mut house = House::open(database, &two_desks(), "2025-06-18 02:00").await;
        house.run_until("2025-06-22 12:00").await;
        house.clock.set("2025-06-23T01:00:00Z".parse().unwrap());
        let watch = Arc::new(EditsMeanwhile {
            store: house.store.clone(),
            scope: Scope::Desk(DeskId::parse("cyber").unwrap()),
            edited: AtomicUsize::new(0),
            seen: Default::default(),
        });
        let engine = house
            .watched_by(Arc::clone(&watch) as Arc<dyn Checkpoint>)
            .await;
        let report = engine.activate(&Default::default()).await.unwrap();
        let (gathering, pending) = watch.seen.lock().unwrap().unwrap();
        assert_eq!(
            gathering, 1,
            "the one of the desk whose commitments are timed anew"
        );
        assert!(pending >= 1, "nobody else waits for it");
        // The same activation ends what was begun.
        assert!(!report.planned.is_retiming);
        assert_eq!(report.planned.notices, gathering + pending);
        assert_eq!(report.delivered.sent, gathering + pending);
        house.restart(|_| {});
        house.reconcile().await;
    }
);

on_both_databases!(
    while_everything_is_timed_anew_all_wait,
    async |database: TestDatabase| {
        let house = House::open(database, &two_desks(), "2025-06-18 02:00").await;
        house.run_until("2025-06-22 12:00").await;
        house.clock.set("2025-06-23T01:00:00Z".parse().unwrap());
        let watch = Arc::new(EditsMeanwhile {
            store: house.store.clone(),
            scope: Scope::Everything,
            edited: AtomicUsize::new(0),
            seen: Default::default(),
        });
        let engine = house
            .watched_by(Arc::clone(&watch) as Arc<dyn Checkpoint>)
            .await;
        let report = engine.activate(&Default::default()).await.unwrap();
        let (gathering, pending) = watch.seen.lock().unwrap().unwrap();
        assert!(gathering >= 2 && pending == 0, "{gathering} {pending}");
        assert_eq!(report.delivered.sent, report.planned.notices);
        house.reconcile().await;
    }
);
