//! How a database would go about a question: for tests that show that an index answers it.

use sea_orm::{ConnectionTrait, Database, Statement, StatementBuilder};

use super::{DatabaseKind, Store};

#[path = "../../tests/it/support/postgres.rs"]
#[allow(dead_code, reason = "the stories need more of it")]
mod postgres;

/// A fresh database.
pub async fn on_sqlite() -> (tempfile::TempDir, Store) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}", folder.path().join("plans.sqlite").display());
    (folder, opened(&url).await)
}

/// A fresh database of this name; `None` where this machine has no PostgreSQL, which is said loudly.
pub async fn on_postgres(name: &str) -> Option<Store> {
    let cluster = postgres::cluster()?;
    let server = Database::connect(cluster.url("postgres")).await;
    let server = server.expect("the cluster answers");
    let make = format!("CREATE DATABASE {name}");
    server.execute_unprepared(&make).await.expect("a database");
    Some(opened(&cluster.url(name)).await)
}

async fn opened(url: &str) -> Store {
    let store = Store::open(url).await.expect("it opens");
    store
        .migrate(chrono::DateTime::UNIX_EPOCH)
        .await
        .expect("it migrates");
    store
}

/// The steps of the plan, one a line.
pub async fn plan_of(store: &Store, statement: &impl StatementBuilder) -> String {
    plan_of_raw(store, store.db.get_database_backend().build(statement)).await
}

/// As [`plan_of`], of a statement that is written out.
pub async fn plan_of_raw(store: &Store, statement: Statement) -> String {
    let explain = match store.kind() {
        DatabaseKind::Sqlite => "EXPLAIN QUERY PLAN",
        DatabaseKind::Postgres => "EXPLAIN",
    };
    let question = Statement {
        sql: format!("{explain} {}", statement.sql),
        ..statement
    };
    let rows = store.db.query_all_raw(question).await.expect("a plan");
    let column = match store.kind() {
        DatabaseKind::Sqlite => "detail",
        DatabaseKind::Postgres => "QUERY PLAN",
    };
    let steps: Vec<String> = rows
        .iter()
        .map(|row| row.try_get("", column).expect("a step"))
        .collect();
    steps.join("\n")
}
