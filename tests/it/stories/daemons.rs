//! Several daemons on one database send exactly what one would.

use std::sync::Arc;

use aide_memoire::clock::Clock;
use aide_memoire::jobs::{Engine, Stopping};

use super::{DESK, deliverable, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{House, instant};

on_both_databases!(
    three_daemons_send_what_one_would,
    async |database: TestDatabase| {
        let mut record = DESK.to_owned();
        for n in 0..60 {
            record.push_str(&format!("\n[[desk]]\nid = \"desk-{n}\"\nname = \"Desk {n}\"\nemail = \"desk-{n}@mfa.example.org\"\ncalendar = \"phnom-penh\"\nhead = \"head\"\n"));
            record.push_str(
                &deliverable(&format!("D-{n:02}"), "20 June 2025")
                    .replace("lead = \"us-desk\"", &format!("lead = \"desk-{n}\"")),
            );
        }
        let house = House::open(database, &record, "2025-06-12 20:00").await;
        let mut engines = vec![Arc::clone(&house.engine)];
        for _ in 0..2 {
            let store = house.database.reopen().await;
            let clock = Arc::clone(&house.clock) as Arc<dyn Clock>;
            engines.push(Arc::new(Engine::new(store, &house.config, clock).unwrap()));
        }
        for moment in [
            "2025-06-13 01:00",
            "2025-06-13 01:01",
            "2025-06-13 01:02",
            "2025-06-19 01:00",
            "2025-06-19 01:01",
            "2025-06-20 01:00",
            "2025-06-20 01:01",
        ] {
            house.clock.set(instant(moment));
            let running: Vec<_> = engines
                .iter()
                .cloned()
                .map(|engine| tokio::spawn(async move { engine.activate(&Stopping::new()).await }))
                .collect();
            for activation in running {
                activation.await.unwrap().unwrap();
            }
        }
        let mut heard = recipients(&house);
        heard.sort();
        let digests = heard.len();
        assert_eq!(
            heard.iter().filter(|to| to.starts_with("desk-")).count(),
            60 * 3 + (digests - heard.len()),
            "before-7, before-1 and last-day, each once"
        );
        house.reconcile().await;
    }
);
