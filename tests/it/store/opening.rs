//! Opening and migrating: what is wrong is said, and nothing is half done.

use aide_memoire::store::{DatabaseKind, SchemaState, Store};
use chrono::{DateTime, Utc};

use crate::support::database::TestDatabase;

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

async fn empty_databases() -> Vec<TestDatabase> {
    let sqlite = TestDatabase::empty(DatabaseKind::Sqlite).await;
    let postgres = TestDatabase::empty(DatabaseKind::Postgres).await;
    sqlite.into_iter().chain(postgres).collect()
}

#[tokio::test]
async fn an_empty_database_becomes_current_and_stays_so() {
    for database in empty_databases().await {
        let store = database.reopen().await;
        assert_eq!(store.schema().await.unwrap(), SchemaState::Empty);
        store.migrate(NOW).await.unwrap();
        assert_eq!(store.schema().await.unwrap(), SchemaState::Current);
        let token = store
            .read()
            .await
            .unwrap()
            .installation()
            .await
            .unwrap()
            .token;
        store.migrate(NOW).await.unwrap();
        assert_eq!(
            store
                .read()
                .await
                .unwrap()
                .installation()
                .await
                .unwrap()
                .token,
            token
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn daemons_that_start_at_once_migrate_once() {
    for database in empty_databases().await {
        let mut starting = Vec::new();
        for _ in 0..4 {
            let store = database.reopen().await;
            starting.push(tokio::spawn(async move { store.migrate(NOW).await }));
        }
        for start in starting {
            start.await.unwrap().unwrap();
        }
        assert_eq!(
            database.reopen().await.schema().await.unwrap(),
            SchemaState::Current
        );
    }
}

#[tokio::test]
async fn a_newer_schema_is_recognised() {
    for database in empty_databases().await {
        let store = database.reopen().await;
        store.migrate(NOW).await.unwrap();
        database
            .execute(
                "INSERT INTO seaql_migrations (version, applied_at) VALUES ('m9999_future', 0)",
            )
            .await
            .unwrap();
        assert_eq!(
            store.schema().await.unwrap(),
            SchemaState::Newer(vec!["m9999_future".into()])
        );
    }
}

#[tokio::test]
async fn a_schema_that_is_behind_says_what_is_missing() {
    for database in empty_databases().await {
        let store = database.reopen().await;
        store.migrate(NOW).await.unwrap();
        database
            .execute("DELETE FROM seaql_migrations WHERE version = 'm0002_ledger'")
            .await
            .unwrap();
        assert_eq!(
            store.schema().await.unwrap(),
            SchemaState::Behind(vec!["m0002_ledger".into()])
        );
    }
}

#[tokio::test]
async fn what_cannot_be_opened_is_said_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    let no_database = folder.path().join("notes.txt");
    std::fs::write(
        &no_database,
        "this is no database, but long enough to have a header of its own\n".repeat(20),
    )
    .unwrap();
    for (url, words) in [
        (
            "sqlite:/no/such/folder/a.sqlite".to_owned(),
            "folder exists",
        ),
        (format!("sqlite:{}", no_database.display()), "notes.txt"),
        (
            "postgres://aide:secret@127.0.0.1:1/aide".to_owned(),
            "127.0.0.1:1/aide",
        ),
        ("mysql://somewhere/else".to_owned(), "sqlite:PATH"),
    ] {
        let problem = match Store::open(&url).await {
            Err(error) => error.to_string(),
            // SQLite looks into the file only when it is asked something.
            Ok(store) => store.schema().await.unwrap_err().to_string(),
        };
        assert!(problem.contains(words), "{url}: {problem}");
        assert!(!problem.contains("secret"), "{problem}");
    }
}
