//! The weeks of readers are gathered beside everybody else's work. Whoever edits meanwhile does not
//! wait, and the digest says what it would have said had the edit come before.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aide_memoire::acts::Actor;
use aide_memoire::acts::import::import;
use aide_memoire::domain::notice::NoticeKind;
use aide_memoire::jobs::checkpoint::{Checkpoint, Point};
use aide_memoire::record::SourceFile;
use aide_memoire::store::Store;
use chrono::{DateTime, Utc};

use super::{DESK, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{House, instant};

/// A Monday, at the slot.
const MONDAY: &str = "2025-06-09 01:00";

/// Three that are long overdue; the digest alone speaks of them.
fn overdue() -> String {
    let names = ["US37-01", "US37-02", "US37-03"];
    let all = names.map(|name| deliverable(name, "11 April 2025"));
    format!("{DESK}{}", all.concat())
}

/// Imports a record the first time weeks are gathered and not written, and counts the times.
struct EditsBetween {
    store: Store,
    record: Mutex<Option<String>>,
    now: DateTime<Utc>,
    gathered: AtomicUsize,
}

#[async_trait::async_trait]
impl Checkpoint for EditsBetween {
    async fn reached(&self, point: Point) {
        if point != Point::WeeksGathered {
            return;
        }
        self.gathered.fetch_add(1, Ordering::SeqCst);
        let record = self.record.lock().unwrap().take();
        if let Some(text) = record {
            let file = SourceFile {
                name: "record.toml".into(),
                text,
                attached: BTreeMap::new(),
            };
            import(&self.store, &[file], &Actor::Operator, self.now)
                .await
                .expect("nobody holds the database while weeks are gathered");
        }
    }
}

/// Until the evening before the digests.
async fn eve(database: TestDatabase, record: &str) -> House {
    let house = House::open(database, record, "2025-06-05 00:00").await;
    house.run_until("2025-06-08 12:00").await;
    house.clock.set(instant(MONDAY));
    house
}

/// Who is told what in that morning's digests: `us-desk US37-01 overdue`.
async fn told(house: &House) -> Vec<String> {
    let notices = house.notices().await;
    let digests = notices.iter().filter(|n| n.kind == NoticeKind::Digest);
    let mut told: Vec<String> = digests
        .flat_map(|n| {
            let live = n.items.iter().filter(|i| i.dropped.is_none());
            live.map(|i| {
                let line = i.item.line.map(|l| l.as_str()).unwrap_or_default();
                format!("{} {} {line}", n.recipient, i.item.commitment)
            })
        })
        .collect();
    told.sort();
    told
}

/// What is told when the edit comes between, and how often the weeks were gathered for it. It is the
/// same as when the edit comes before.
async fn edited_between(database: TestDatabase, edited: &str) -> (Vec<String>, usize) {
    let calm = eve(TestDatabase::sqlite().await, &overdue()).await;
    calm.import(edited).await.unwrap();
    calm.activate().await;

    let house = eve(database, &overdue()).await;
    let between = Arc::new(EditsBetween {
        store: house.store.clone(),
        record: Mutex::new(Some(edited.to_owned())),
        now: instant(MONDAY),
        gathered: AtomicUsize::new(0),
    });
    let engine = house
        .watched_by(Arc::clone(&between) as Arc<dyn Checkpoint>)
        .await;
    engine.activate(&Default::default()).await.unwrap();
    let told = told(&house).await;
    assert_eq!(told, self::told(&calm).await);
    house.reconcile().await;
    (told, between.gathered.load(Ordering::SeqCst))
}

on_both_databases!(
    what_is_withdrawn_while_weeks_are_gathered_is_in_no_digest,
    async |database: TestDatabase| {
        let record = overdue();
        let edited = record.replacen(
            "deadline = \"11 April 2025\"\n",
            "deadline = \"11 April 2025\"\nstate = \"withdrawn\"\n",
            1,
        );
        let (told, gathered) = edited_between(database, &edited).await;
        assert!(told.contains(&"us-desk US37-02 overdue".to_owned()));
        assert!(told.contains(&"leader US37-03 overdue".to_owned()));
        assert!(
            told.iter().all(|line| !line.contains("US37-01")),
            "{told:?}"
        );
        assert_eq!(gathered, 1, "what was gathered of the others is kept");
    }
);

on_both_databases!(
    what_is_moved_while_weeks_are_gathered_is_told_as_it_is_now,
    async |database: TestDatabase| {
        let edited = overdue().replacen("11 April 2025", "13 June 2025", 1);
        let (told, gathered) = edited_between(database, &edited).await;
        assert!(told.contains(&"us-desk US37-02 overdue".to_owned()));
        assert!(!told.contains(&"us-desk US37-01 overdue".to_owned()));
        assert_eq!(gathered, 1);
    }
);

on_both_databases!(
    nothing_is_sent_where_the_edit_leaves_nothing_to_say,
    async |database: TestDatabase| {
        let closed = overdue().replace("\nlead =", "\nstate = \"withdrawn\"\nlead =");
        let (told, gathered) = edited_between(database, &closed).await;
        assert_eq!(told, Vec::<String>::new());
        assert_eq!(gathered, 1);
    }
);

on_both_databases!(
    when_it_changes_who_hears_the_weeks_are_gathered_again,
    async |database: TestDatabase| {
        let edited = overdue().replace("som_leader = \"leader\"\n", "som_leader = \"head\"\n");
        let (told, gathered) = edited_between(database, &edited).await;
        assert!(
            told.iter().all(|line| !line.starts_with("leader")),
            "{told:?}"
        );
        assert!(told.contains(&"head US37-01 overdue".to_owned()));
        assert!(gathered > 1);
    }
);
