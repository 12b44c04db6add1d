//! A database restored from a backup does not know what was sent since: it starts on hold, and a
//! person decides from which day on mail may leave.

use std::sync::Arc;

use aide_memoire::acts::hold::{hold, release, settle_in};
use aide_memoire::clock::Clock;
use aide_memoire::domain::ledger::OccurrenceFilter;
use aide_memoire::domain::notice::{NoticeState, OccurrenceState, SkipReason};
use aide_memoire::jobs::Engine;
use aide_memoire::witness::{Witness, signs_of_a_restore};

use super::{DESK, deliverable, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};
use crate::support::smtp::{Fault, Script, Step};

/// The engine of this house, with a witness that remembers outside its database.
fn witnessed(house: &mut House, witness: &Witness) {
    let clock = Arc::clone(&house.clock) as Arc<dyn Clock>;
    let engine = Engine::new(house.store.clone(), &house.config, clock).unwrap();
    house.engine = Arc::new(engine.with_witness(Some(witness.clone())));
}

fn record() -> String {
    format!(
        "{DESK}{}{}",
        deliverable("US37-01", "20 June 2025"),
        deliverable("US37-02", "27 June 2025")
    )
}

on_both_databases!(
    a_witness_tells_a_restored_database_from_one_that_was_down,
    async |database: TestDatabase| {
        let folder = tempfile::tempdir().unwrap();
        let witness = Witness::at(folder.path().join("it.witness"));
        let mut house = House::open(database, &record(), "2025-06-12 20:00").await;
        witnessed(&mut house, &witness);
        house.run_until("2025-06-13 02:00").await;
        let sign = signs_of_a_restore(&house.store, Some(&witness))
            .await
            .unwrap();
        assert_eq!(sign, None, "it was merely down");

        // What the backup of Thursday evening held.
        house
            .database
            .execute("UPDATE schedule_cursor SET planned_until = '2025-06-12 20:00:00+00:00'")
            .await
            .unwrap();
        let sign = signs_of_a_restore(&house.store, Some(&witness))
            .await
            .unwrap();
        let reason = sign.expect("it knows less than its witness");
        assert!(
            reason.contains("until 12 June 2025, and mail was sent until 13 June 2025"),
            "{reason}"
        );
        hold(&house.store, &reason, house.clock.business_now())
            .await
            .unwrap();
        let sign = signs_of_a_restore(&house.store, Some(&witness))
            .await
            .unwrap();
        assert_eq!(sign, None, "it is held already");
    }
);

on_both_databases!(
    a_dump_loaded_into_another_server_is_known_by_its_home,
    async |database: TestDatabase| {
        let house = House::open(database, &record(), "2025-06-12 20:00").await;
        house.run_until("2025-06-13 02:00").await;
        let Some(home) = house.store.home().await.unwrap() else {
            assert_eq!(
                house.store.kind(),
                DatabaseKind::Sqlite,
                "a file has no server"
            );
            return;
        };
        settle_in(&house.store, &home).await.unwrap();
        let sign = signs_of_a_restore(&house.store, None).await.unwrap();
        assert_eq!(sign, None);
        settle_in(&house.store, "another/1").await.unwrap();
        let sign = signs_of_a_restore(&house.store, None).await.unwrap();
        assert!(sign.is_some_and(|s| s.contains("another server")));
    }
);

on_both_databases!(
    what_is_held_is_planned_and_kept_and_only_what_is_new_leaves_after_the_release,
    async |database: TestDatabase| {
        let house = House::open(database, &record(), "2025-06-12 20:00").await;
        let now = house.clock.business_now();
        hold(
            &house.store,
            "This database was restored from a backup.",
            now,
        )
        .await
        .unwrap();
        house.run_until("2025-06-19 02:00").await;
        assert!(recipients(&house).is_empty(), "nothing leaves");
        assert!(house.states().await[&NoticeState::Pending] > 1);

        let today = house.clock.business_now();
        let released = release(&house.store, None, today).await.unwrap();
        let released = released.expect("it was held");
        assert_eq!(released.from.to_string(), "2025-06-19");
        assert!(released.forgone > 0);
        house.run_until("2025-06-20 12:00").await;
        let rules: Vec<_> = house
            .notices()
            .await
            .iter()
            .filter(|n| n.state == NoticeState::Sent)
            .flat_map(|n| n.items.iter().map(|i| i.item.rule.to_string()))
            .collect();
        assert!(
            rules.contains(&"before-1".to_owned()) && rules.contains(&"last-day".to_owned()),
            "{rules:?}"
        );
        let forgone = OccurrenceFilter {
            state: Some(OccurrenceState::Skipped),
            reason: Some(SkipReason::BeforeItWentLive),
            ..OccurrenceFilter::default()
        };
        let snapshot = house.store.read().await.unwrap();
        let mut forgone = snapshot.occurrences(&forgone, ALL).await.unwrap();
        // Those of before the day it first went live have that reason too.
        forgone.retain(|o| o.date > "2025-06-12".parse().unwrap());
        assert_eq!(forgone.len() as u64, released.forgone);
        assert!(forgone.iter().any(|o| o.rule.to_string() == "before-7"));
        drop(snapshot);
        assert_eq!(
            release(&house.store, None, today).await.unwrap(),
            None,
            "there is nothing to release twice"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    what_may_have_gone_out_before_the_backup_is_for_a_person_to_decide,
    async |database: TestDatabase| {
        let house = House::open(database, &record(), "2025-06-13 01:00").await;
        house
            .relay
            .set(|s| *s = s.clone().nth(1, Step::Content, Fault::TakeThenReset));
        assert_eq!(house.activate().await.delivered.in_doubt, 1);
        house.relay.set(|script| *script = Script::default());
        let now = house.clock.business_now();
        hold(
            &house.store,
            "This database was restored from a backup.",
            now,
        )
        .await
        .unwrap();
        house.run_until("2025-06-14 02:00").await;
        assert_eq!(
            recipients(&house).len(),
            1,
            "not once more while it is held"
        );
        release(&house.store, None, house.clock.business_now())
            .await
            .unwrap();
        house.run_until("2025-06-15 02:00").await;
        assert_eq!(house.states().await[&NoticeState::Parked], 1);
        assert_eq!(recipients(&house).len(), 1);
        house.reconcile().await;
    }
);
