//! What was rehearsed is what leaves: the daemon and the rehearsal ask the same functions.

use std::collections::BTreeSet;

use aide_memoire::planner::rehearse::rehearse;
use aide_memoire::record;
use chrono::{NaiveDate, Timelike};

use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

on_both_databases!(
    the_first_record_is_sent_as_it_was_rehearsed,
    async |database: TestDatabase| {
        let record = record::FIRST_RECORD;
        // Going live on the first day, before anybody's slot.
        let house = House::open(database, record, "2025-06-01 12:00").await;
        house.run_until("2025-08-31 23:59").await;

        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let book = house.store.book().await.unwrap();
        let rehearsed = rehearse(&book, day("2025-06-01"), day("2025-08-31"), None);
        let start = crate::support::house::instant("2025-06-01 12:00");
        let planned: BTreeSet<String> = rehearsed
            .notices
            .iter()
            .filter(|n| n.at > start)
            .flat_map(|n| {
                let outside = format!(
                    "{} {} {}",
                    n.at.format("%m-%d %H:%M"),
                    n.notice.recipient,
                    n.notice.kind
                );
                n.notice.items.iter().map(move |i| {
                    format!("{outside}: {} {:?} {}", i.commitment, i.milestone, i.rule)
                })
            })
            .collect();
        let sent: BTreeSet<String> = house
            .notices()
            .await
            .iter()
            .flat_map(|n| {
                assert_eq!(n.due_at.second(), 0);
                let outside = format!(
                    "{} {} {}",
                    n.due_at.format("%m-%d %H:%M"),
                    n.recipient,
                    n.kind
                );
                n.items
                    .iter()
                    .map(move |i| {
                        format!(
                            "{outside}: {} {:?} {}",
                            i.item.commitment, i.item.milestone, i.item.rule
                        )
                    })
                    .collect::<Vec<_>>()
            })
            .collect();
        let missing: Vec<_> = planned.difference(&sent).collect();
        let unexpected: Vec<_> = sent.difference(&planned).collect();
        assert!(
            missing.is_empty() && unexpected.is_empty(),
            "missing {missing:#?}, unexpected {unexpected:#?}"
        );
        assert!(
            planned.len() > 50,
            "a summer has something to say: {}",
            planned.len()
        );
        house.reconcile().await;
    }
);
