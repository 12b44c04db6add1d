//! The schema's history: which migrations a database has, and bringing it up to date.
//!
//! Migrations take no lock of their own, and two daemons may start at once: on SQLite the whole
//! history runs inside one immediate transaction, on PostgreSQL inside one that holds an advisory
//! lock. Whoever comes second finds the work done.

use std::collections::BTreeSet;

use aide_memoire_migrations::{Migrator, MigratorTrait};
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Statement};

use super::connection::{DatabaseKind, Store};
use super::error::StoreError;

/// How a database's schema compares with the one this program knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaState {
    /// No tables yet.
    Empty,
    /// Migrations still to do, oldest first.
    Behind(Vec<String>),
    Current,
    /// Migrations this program does not know: a newer one was here.
    Newer(Vec<String>),
}

/// Chosen once, for this product's migrations.
const ADVISORY_LOCK: i64 = 0x41_4d_45_4d;

impl Store {
    /// Compares the schema with the one this program knows. Changes nothing.
    pub async fn schema(&self) -> Result<SchemaState, StoreError> {
        schema_of(&self.db, self.kind()).await
    }

    /// Does the migrations that are missing: all of them or none. Then what is on record is made
    /// findable, where it is not yet; that is done in steps, and begun again where it ended.
    pub async fn migrate(&self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let mut change = self.change().await?;
        if self.kind() == DatabaseKind::Postgres {
            change
                .transaction
                .execute_unprepared(&format!("SELECT pg_advisory_xact_lock({ADVISORY_LOCK})"))
                .await?;
        }
        // Under the lock: another daemon may have been here since anybody last looked.
        if let SchemaState::Newer(unknown) = schema_of(&change.transaction, self.kind()).await? {
            return Err(StoreError::NewerSchema(unknown));
        }
        Migrator::up(&change.transaction, None).await?;
        change.found(now).await?;
        change.draw_secret().await?;
        change.begin_audit().await?;
        change.begin_finding().await?;
        change.commit().await?;
        self.index_for_finding().await
    }
}

async fn schema_of(
    db: &impl ConnectionTrait,
    kind: DatabaseKind,
) -> Result<SchemaState, StoreError> {
    if !has_history(db, kind).await? {
        return Ok(SchemaState::Empty);
    }
    let applied = applied_to(db).await?;
    let known: Vec<String> = Migrator::migrations()
        .iter()
        .map(|m| m.name().to_owned())
        .collect();
    let unknown: Vec<String> = applied
        .iter()
        .filter(|name| !known.contains(name))
        .cloned()
        .collect();
    let missing: Vec<String> = known
        .into_iter()
        .filter(|name| !applied.contains(name))
        .collect();
    Ok(match (unknown.is_empty(), missing.is_empty()) {
        (false, _) => SchemaState::Newer(unknown),
        (true, true) => SchemaState::Current,
        (true, false) if applied.is_empty() => SchemaState::Empty,
        (true, false) => SchemaState::Behind(missing),
    })
}

/// Not asked of the migrator, which would first make its table: looking must change nothing.
async fn applied_to(db: &impl ConnectionTrait) -> Result<BTreeSet<String>, StoreError> {
    let question = "SELECT version FROM seaql_migrations";
    let question = Statement::from_string(db.get_database_backend(), question);
    let rows = db.query_all_raw(question).await?;
    let versions = rows.iter().map(|row| row.try_get_by_index(0));
    Ok(versions.collect::<Result<_, _>>()?)
}

async fn has_history(db: &impl ConnectionTrait, kind: DatabaseKind) -> Result<bool, StoreError> {
    let question = match kind {
        DatabaseKind::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name = 'seaql_migrations'"
        }
        DatabaseKind::Postgres => {
            "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'seaql_migrations'"
        }
    };
    let question = Statement::from_string(db.get_database_backend(), question);
    Ok(db.query_one_raw(question).await?.is_some())
}
