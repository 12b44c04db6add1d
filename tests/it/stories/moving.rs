//! Dates slip: a meeting or a deadline moves, and what hangs on it moves with it.

use aide_memoire::domain::ledger::OccurrenceFilter;
use aide_memoire::domain::notice::OccurrenceState;

use super::{DESK, deliverable, outsides};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};

fn rules(notices: &[aide_memoire::domain::ledger::NoticeEntry]) -> Vec<String> {
    notices
        .iter()
        .flat_map(|n| {
            n.items.iter().map(|i| {
                format!(
                    "{} {} {}",
                    n.due_at.format("%m-%d"),
                    n.recipient,
                    i.item.rule
                )
            })
        })
        .collect()
}

on_both_databases!(
    a_meeting_moves_and_its_deadlines_move_with_it,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "at pmc"));
        let house = House::open(database, &record, "2025-06-23 02:00").await;
        house.run_until("2025-07-02 12:00").await;
        let before = rules(&house.notices().await);
        assert!(
            before.iter().any(|r| r.contains("us-desk brief")),
            "{before:?}"
        );

        let moved = record.replace("10 July 2025", "31 July 2025");
        let imported = house.import(&moved).await.unwrap();
        assert_eq!(imported.changed.len(), 1, "{imported:?}");
        house.run_until("2025-08-05 12:00").await;
        let after = rules(&house.notices().await);
        assert!(
            !after
                .iter()
                .any(|r| r.starts_with("07-03 us-desk before-7") && r.contains("07-03")),
            "not for the old date: {after:?}"
        );
        assert!(
            after.iter().any(|r| r == "07-24 us-desk before-7"),
            "for the new one: {after:?}"
        );
        assert!(
            after.iter().any(|r| r == "08-01 us-desk outcome-1"),
            "{after:?}"
        );
        assert_eq!(
            after
                .iter()
                .filter(|r| r.ends_with("us-desk brief"))
                .count(),
            2,
            "moved by more than a week, so a new brief: {after:?}"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    a_new_deadline_supersedes_what_was_not_sent,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(|config| config.mail.mode = aide_memoire::domain::notice::MailMode::Hold);
        house.run_until("2025-06-13 02:00").await;
        house
            .import(&record.replace("20 June 2025", "27 June 2025"))
            .await
            .unwrap();

        let superseded = OccurrenceFilter {
            state: Some(OccurrenceState::Superseded),
            ..OccurrenceFilter::default()
        };
        let snapshot = house.store.read().await.unwrap();
        assert_eq!(
            snapshot.occurrences(&superseded, ALL).await.unwrap().len(),
            1
        );
        drop(snapshot);
        let book = house.store.book().await.unwrap();
        let revisions = &book.commitment("US37-01").unwrap().revisions;
        assert_eq!(revisions.len(), 1, "the first deadline stays visible");
        assert_eq!(revisions[0].from.as_ref().unwrap().text(), "20 June 2025");

        house.restart(|config| config.mail.mode = aide_memoire::domain::notice::MailMode::Live);
        house.run_until("2025-06-20 12:00").await;
        let sent = outsides(&house);
        assert!(
            sent.iter().any(|(_, subject)| subject.contains("US37-01")),
            "{sent:?}"
        );
        let notices = house.notices().await;
        assert!(
            rules(&notices)
                .iter()
                .any(|r| r == "06-20 us-desk before-7"),
            "{:?}",
            rules(&notices)
        );
        house.reconcile().await;
    }
);
