//! The schema grows under a ledger that is in use: what was there is there afterwards, and guarded as
//! before.

use aide_memoire_migrations::{Migrator, MigratorTrait};
use chrono::DateTime;

use crate::support::database::{TestDatabase, on_empty};

const OCCURRENCES: &str = "INSERT INTO occurrence (id, subject_kind, subject_id, milestone, rule, basis, recipient, date, slot, state, reason, because, recorded_at) VALUES
    (1, 'commitment', 'US37-01', '', 'overdue-8', '0', 'head', '2025-06-02', '2025-06-02 01:00:00+00:00', 'sent', NULL, '{\"calendar\":\"kh\"}', '2025-06-02 01:00:00+00:00'),
    (2, 'commitment', 'US37-01', '', 'overdue-1', '0', 'desk', '2025-06-02', '2025-06-02 01:00:00+00:00', 'skipped', 'coalesced', '{}', '2025-06-02 01:00:00+00:00'),
    (7, 'reader', 'desk', '', 'digest', '2025-W23', 'desk', '2025-06-02', '2025-06-02 01:00:00+00:00', 'sent', NULL, '{}', '2025-06-02 01:00:00+00:00')";

const NOTICE: &str = "INSERT INTO notice (id, recipient, to_address, date, part, kind, state, message_id, due_at, attempts, doubts) VALUES
    (ID, 'head', 'head@mfa.example.org', '2025-06-02', 1, 'daily', 'sent', '<1@mfa.example.org>', '2025-06-02 01:00:00+00:00', 1, 0)";

const ITEM: &str =
    "INSERT INTO notice_item (id, notice_id, occurrence_id, commitment, rule, late, because) VALUES
    (5, ID, 1, 'US37-01', 'overdue-8', false, '{}')";

const PEOPLE: [&str; 3] = [
    "INSERT INTO calendar (id, name, timezone, weekend) VALUES ('kh', 'Phnom Penh', 'Asia/Phnom_Penh', '[]')",
    "INSERT INTO person (id, name) VALUES ('head', 'Head')",
    "INSERT INTO desk (id, name, calendar_id, head_id) VALUES ('desk', 'Desk', 'kh', 'head')",
];

on_empty!(
    a_ledger_in_use_is_kept_as_it_was,
    async |database: TestDatabase| {
        let raw = database.raw().await;
        Migrator::up(&raw, Some(2)).await.unwrap();
        raw.close().await.unwrap();
        let id = match database.kind() {
            aide_memoire::store::DatabaseKind::Sqlite => "x'0190a0b0c0d07000800000000000abcd'",
            aide_memoire::store::DatabaseKind::Postgres => "'0190a0b0-c0d0-7000-8000-00000000abcd'",
        };
        let ledger = [OCCURRENCES, NOTICE, ITEM].map(|s| s.replace("ID,", &format!("{id},")));
        for statement in PEOPLE.map(str::to_owned).iter().chain(&ledger) {
            database.execute(statement).await.expect(statement);
        }
        if database.kind() == aide_memoire::store::DatabaseKind::Postgres {
            let given = "SELECT setval('occurrence_id_seq', 7)";
            database.execute(given).await.unwrap();
        }
        let gone = "DELETE FROM occurrence WHERE id = 7";
        database.execute(gone).await.unwrap();

        database
            .store()
            .migrate(DateTime::UNIX_EPOCH)
            .await
            .unwrap();

        let head = &database.store().directory().await.unwrap().people["head"];
        assert_eq!(head.habits, Default::default());
        let kept = database
            .count("SELECT COUNT(*) FROM occurrence o JOIN notice_item i ON i.occurrence_id = o.id WHERE o.id = 1 AND i.id = 5 AND o.rule = 'overdue-8' AND o.recipient = 'head' AND o.state = 'sent'")
            .await;
        assert_eq!(kept, 1);
        let all = database.count("SELECT COUNT(*) FROM occurrence").await;
        assert_eq!(all, 2);

        let again = OCCURRENCES
            .replace("(1, ", "(11, ")
            .replace("(2, ", "(12, ")
            .replace("(7, ", "(17, ");
        for bad in [
            again.as_str(),
            "DELETE FROM occurrence WHERE id = 1",
            "DELETE FROM notice",
            "UPDATE notice_item SET occurrence_id = 99",
            "UPDATE occurrence SET state = 'skipped', reason = NULL",
            "UPDATE occurrence SET reason = 'forgotten'",
            "UPDATE notice_item SET dropped = 'forgotten'",
        ] {
            database.execute(bad).await.expect_err(bad);
        }
        for good in [
            "UPDATE occurrence SET state = 'cancelled', reason = 'undeliverable' WHERE id = 1",
            "UPDATE notice_item SET dropped = 'expired'",
            "INSERT INTO occurrence (subject_kind, subject_id, milestone, rule, basis, recipient, date, slot, state, because, recorded_at) SELECT subject_kind, subject_id, milestone, 'overdue-15', basis, recipient, date, slot, state, because, recorded_at FROM occurrence WHERE id = 1",
        ] {
            database.execute(good).await.expect(good);
        }
        // Nothing that was given a number gives it away to something else.
        assert_eq!(database.count("SELECT MAX(id) FROM occurrence").await, 8);
    }
);
