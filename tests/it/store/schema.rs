//! The schema's history, and what the schema refuses by itself.

use aide_memoire::store::{SchemaState, Store, StoreError};

/// When the databases of these stories are made.
const NOW: chrono::DateTime<chrono::Utc> = chrono::DateTime::UNIX_EPOCH;

use super::books::{full_book, save_all};
use crate::support::database::{TestDatabase, on_both_databases, on_empty};

on_both_databases!(
    a_fresh_database_is_current,
    async |database: TestDatabase| {
        let store = database.store();
        assert_eq!(store.schema().await.unwrap(), SchemaState::Current);
    }
);

on_both_databases!(
    migrating_again_changes_nothing,
    async |database: TestDatabase| {
        let store = database.store();
        let before = store.read().await.unwrap().installation().await.unwrap();
        store.migrate(NOW).await.unwrap();
        assert_eq!(store.schema().await.unwrap(), SchemaState::Current);
        let after = store.read().await.unwrap().installation().await.unwrap();
        assert_eq!(before, after);
        assert_eq!(before.record_version, 0);
        assert_eq!(before.live_on, None);
    }
);

on_empty!(looking_changes_nothing, async |database: TestDatabase| {
    let store = database.store();
    assert_eq!(store.schema().await.unwrap(), SchemaState::Empty);
    assert_eq!(database.tables().await, Vec::<String>::new());
});

on_empty!(
    daemons_that_start_together,
    async |database: TestDatabase| {
        let mut stores = Vec::new();
        for _ in 0..4 {
            stores.push(database.reopen().await);
        }
        let starting: Vec<_> = stores
            .iter()
            .cloned()
            .map(|store| tokio::spawn(async move { store.migrate(NOW).await }))
            .collect();
        for start in starting {
            start.await.unwrap().unwrap();
        }
        let mut tokens = Vec::new();
        let mut keys = Vec::new();
        for store in &stores {
            keys.push(store.signing_key().await.unwrap());
            assert_eq!(store.schema().await.unwrap(), SchemaState::Current);
            tokens.push(
                store
                    .read()
                    .await
                    .unwrap()
                    .installation()
                    .await
                    .unwrap()
                    .token,
            );
        }
        tokens.dedup();
        assert_eq!(tokens.len(), 1);
        keys.dedup();
        assert_eq!(keys.len(), 1, "one secret, whoever came first");
    }
);

on_empty!(two_installations_differ, async |database: TestDatabase| {
    let store = database.store();
    let token = async || {
        store
            .read()
            .await
            .unwrap()
            .installation()
            .await
            .unwrap()
            .token
    };
    store.migrate(NOW).await.unwrap();
    let first = token().await;
    let key = database.reopen().await.signing_key().await.unwrap();
    database.execute("DELETE FROM secret").await.unwrap();
    database.execute("DELETE FROM installation").await.unwrap();
    let refused = store.book().await.unwrap_err();
    assert!(matches!(refused, StoreError::Unprepared), "{refused}");
    store.migrate(NOW).await.unwrap();
    assert_ne!(first, token().await);
    let other = database.reopen().await.signing_key().await.unwrap();
    assert_ne!(key, other, "and so do their secrets");
});

// A table that is there already stops the second migration: then the first is not there either.
on_empty!(
    a_failing_migration_leaves_nothing,
    async |database: TestDatabase| {
        let in_the_way = "CREATE TABLE notice (id INTEGER)";
        database.execute(in_the_way).await.unwrap();
        let refused = database.store().migrate(NOW).await.unwrap_err();
        assert!(refused.to_string().contains("notice"), "{refused}");
        assert_eq!(database.tables().await, ["notice"]);
        assert_eq!(database.store().schema().await.unwrap(), SchemaState::Empty);

        database.execute("DROP TABLE notice").await.unwrap();
        database.store().migrate(NOW).await.unwrap();
        assert_eq!(
            database.store().schema().await.unwrap(),
            SchemaState::Current
        );
    }
);

on_both_databases!(an_older_schema_is_behind, async |database: TestDatabase| {
    let forget = "DELETE FROM seaql_migrations WHERE version = 'm0002_ledger'";
    database.execute(forget).await.unwrap();
    assert_eq!(
        database.store().schema().await.unwrap(),
        SchemaState::Behind(vec!["m0002_ledger".to_owned()])
    );
});

on_both_databases!(
    a_newer_schema_is_left_alone,
    async |database: TestDatabase| {
        let newer = "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_future', 0)";
        database.execute(newer).await.unwrap();
        let unknown = vec!["m9999_future".to_owned()];
        assert_eq!(
            database.store().schema().await.unwrap(),
            SchemaState::Newer(unknown)
        );
        let refused = database.store().migrate(NOW).await.unwrap_err();
        assert!(matches!(refused, StoreError::NewerSchema(_)), "{refused}");
        assert!(refused.to_string().contains("m9999_future"), "{refused}");
    }
);

on_both_databases!(
    the_schema_refuses_bad_rows,
    async |database: TestDatabase| {
        save_all(database.store(), &full_book()).await;
        let rows_before = database.count("SELECT COUNT(*) FROM commitment").await;
        for bad in BAD {
            let refused = database.execute(bad).await.expect_err(bad).to_string();
            // For the reason meant: a misspelt column would be refused too.
            let reasons = ["constraint", "violates", "CHECK"];
            assert!(
                reasons.iter().any(|r| refused.contains(r)),
                "{bad}: {refused}"
            );
        }
        for good in GOOD {
            database.execute(good).await.expect(good);
        }
        assert_eq!(
            database.count("SELECT COUNT(*) FROM commitment").await,
            rows_before
        );
    }
);

/// Invariants that hold whoever writes.
const BAD: [&str; 39] = [
    "INSERT INTO installation SELECT 2, token, live_on, record_version, directory_version, policy, created_at FROM installation",
    "UPDATE party SET kind = 'club' WHERE id = 'us'",
    "UPDATE meeting SET status = 'perhaps'",
    "UPDATE meeting SET forum = 'lunch'",
    "UPDATE meeting SET date_revision = 0",
    "UPDATE meeting SET partnership_id = 'nobody'",
    "UPDATE document SET authority = 'hearsay'",
    "UPDATE document SET issuer_id = 'nobody'",
    "UPDATE desk SET calendar_id = 'nobody'",
    "UPDATE desk SET head_id = 'nobody'",
    "UPDATE desk SET through_id = 'nobody'",
    "UPDATE absence SET until_day = '1999-01-01'",
    "UPDATE person SET digest = 'yearly'",
    "UPDATE person SET digest = NULL",
    "UPDATE person SET pause_until = '1999-01-01' WHERE id = 'head'",
    "UPDATE desk SET pause_from = NULL WHERE id = 'agency'",
    "UPDATE desk SET pause_until = NULL WHERE id = 'agency'",
    "INSERT INTO occurrence (subject_kind, subject_id, milestone, rule, basis, recipient, date, slot, state, reason, because, recorded_at) VALUES ('reader', 'x', '', 'digest', '1', 'x', '2025-06-02', '2025-06-02 01:00:00+00:00', 'cancelled', 'forgotten', '{}', '2025-06-02 01:00:00+00:00')",
    "UPDATE coordinator SET to_year = 1999",
    "UPDATE commitment SET kind = 'wish'",
    "UPDATE commitment SET strength = 'weak'",
    "UPDATE commitment SET confidentiality = 'secret'",
    "UPDATE commitment SET state = 'forgotten'",
    "UPDATE commitment SET verified = 'perhaps'",
    "UPDATE commitment SET promise = ''",
    "UPDATE commitment SET paragraph = 0",
    "UPDATE commitment SET review_months = 0",
    "UPDATE commitment SET snoozed_reason = NULL WHERE reference = 'US37-02'",
    "UPDATE commitment SET lead_id = NULL",
    "UPDATE commitment SET reference = 'US37-01'",
    "UPDATE commitment SET follows = 'US37-99'",
    "UPDATE commitment_party SET role = 'witness'",
    "UPDATE milestone SET title = 'Endorsed'",
    "UPDATE progress_update SET reported = 'fine'",
    "UPDATE progress_update SET confidence = 'blue'",
    "UPDATE progress_update SET state = 'lost'",
    "DELETE FROM desk WHERE id = 'mfa'",
    "DELETE FROM meeting WHERE id = 'pmc'",
    "INSERT INTO imported (kind, id, body) VALUES ('rumour', 'x', '{}')",
];

/// The same columns take what is meant for them.
const GOOD: [&str; 6] = [
    "UPDATE meeting SET status = 'held', forum = NULL",
    "UPDATE commitment SET strength = NULL, verified = 'limited'",
    "UPDATE commitment SET snoozed_reason = NULL, snoozed_until = NULL",
    "UPDATE progress_update SET confidence = NULL",
    "UPDATE desk SET digest = 'never', slot = NULL, pause_from = NULL, pause_until = NULL",
    "INSERT INTO occurrence (subject_kind, subject_id, milestone, rule, basis, recipient, date, slot, state, reason, because, recorded_at) VALUES ('reader', 'x', '', 'digest', '1', 'x', '2025-06-02', '2025-06-02 01:00:00+00:00', 'cancelled', 'undeliverable', '{}', '2025-06-02 01:00:00+00:00')",
];

on_both_databases!(
    what_belongs_goes_with_its_owner,
    async |database: TestDatabase| {
        save_all(database.store(), &full_book()).await;
        let gone = "DELETE FROM commitment WHERE reference = 'US37-02'";
        database.execute(gone).await.unwrap();
        for table in [
            "commitment_party",
            "commitment_instrument",
            "commitment_desk",
            "commitment_reader",
            "milestone",
            "progress_update",
            "deadline_revision",
            "raised",
            "mention",
        ] {
            let left = database
                .count(&format!("SELECT COUNT(*) FROM {table}"))
                .await;
            assert_eq!(left, 0, "{table}");
        }
    }
);

on_both_databases!(
    a_row_that_cannot_be_read_is_named,
    async |database: TestDatabase| {
        save_all(database.store(), &full_book()).await;
        let edited = "UPDATE commitment SET deadline = 'sometime' WHERE reference = 'US37-02'";
        database.execute(edited).await.unwrap();
        let refused = database.reopen().await.book().await.unwrap_err();
        assert!(matches!(refused, StoreError::Unreadable(_)), "{refused}");
        let words = refused.to_string();
        assert!(
            words.contains("sometime") && words.contains("US37-02"),
            "{words}"
        );
    }
);

/// A store that is not there is one more thing the administrator is told about plainly.
#[tokio::test]
async fn an_unknown_url_is_refused() {
    for url in [
        "",
        "mysql://db/x",
        "sqlite:",
        "sqlite::memory:",
        "aide.sqlite",
    ] {
        let refused = Store::open(url).await.unwrap_err();
        assert!(matches!(refused, StoreError::Url(_)), "{url}: {refused}");
        assert!(refused.to_string().contains("sqlite:PATH"), "{refused}");
    }
}
