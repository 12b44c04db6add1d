//! Opening a database: one file for SQLite, a server for PostgreSQL.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use sea_orm::sqlx::{Connection, PgConnection};
use sea_orm::{AccessMode, IsolationLevel};
use sea_orm::{
    ConnectOptions, Database, DatabaseConnection, DatabaseTransaction, DbErr,
    SqliteTransactionMode, TransactionOptions, TransactionTrait,
};

use super::error::StoreError;
use super::record::Shelf;
use super::transaction::{Change, Snapshot, View};

/// Which of the two databases carries the installation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    Sqlite,
    Postgres,
}

/// An open database. Clones share its connections and the record it holds in memory.
#[derive(Debug, Clone)]
pub struct Store {
    pub(super) db: DatabaseConnection,
    kind: DatabaseKind,
    place: String,
    pub(super) shelf: Arc<Shelf>,
    /// On SQLite one connection, which writers of this process have in turn: the database has one
    /// writer at a time anyway, lets those who wait ask again and again in no order, and has a
    /// connection forget the pages it read whenever another one wrote.
    writers: DatabaseConnection,
}

/// Statements that a connection to SQLite keeps prepared: some are there for every number of rows
/// that share one, up to sixteen.
const STATEMENTS: usize = 250;

/// How long a writer waits for another.
const PATIENCE: Duration = Duration::from_secs(10);

/// A daemon that falls silent within a transaction (stopped, or its machine is gone) holds the rows
/// it wrote, and with the planner's row everybody else. PostgreSQL gives it up after this time,
/// unless the URL says another.
const SILENCE_SETTING: &str = "idle_in_transaction_session_timeout";
const SILENCE: &str = "30s";

impl Store {
    /// Opens the database of a URL: `sqlite:PATH` (created if missing) or `postgres://...`.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let (kind, place, options) = if let Some(path) = sqlite_path(url) {
            let place = path.to_owned();
            (DatabaseKind::Sqlite, place, sqlite_options(path))
        } else if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            probe(url).await?;
            let mut options = ConnectOptions::new(url);
            options
                .max_connections(12)
                .acquire_timeout(PATIENCE)
                .connect_timeout(PATIENCE)
                .set_application_name("aide-memoire")
                .sqlx_logging(false);
            if !url.contains(SILENCE_SETTING) {
                options.map_sqlx_postgres_opts(|postgres| {
                    postgres.options([(SILENCE_SETTING, SILENCE)])
                });
            }
            (DatabaseKind::Postgres, without_password(url), options)
        } else {
            return Err(StoreError::Url(without_password(url)));
        };
        let writing = (kind == DatabaseKind::Sqlite).then(|| one_writer(&options));
        let connected = async {
            let db = Database::connect(options).await?;
            let writers = match writing {
                Some(one) => Database::connect(one).await?,
                None => db.clone(),
            };
            Ok((db, writers))
        };
        let (db, writers) = connected
            .await
            .map_err(|e: DbErr| unreachable(kind, &place, innermost(&e)))?;
        let store = Self {
            db,
            writers,
            kind,
            place,
            shelf: Arc::default(),
        };
        if let Err(StoreError::Transient(e) | StoreError::Refused(e)) = store.ping().await {
            return Err(unreachable(kind, &store.place, innermost(&e)));
        }
        Ok(store)
    }

    /// Whether there may be a database at a URL: opening a SQLite file that is missing makes one.
    pub fn is_there(url: &str) -> bool {
        sqlite_path(url).is_none_or(|path| Path::new(path).exists())
    }

    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    /// Where the database is, without a password: for messages.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Whether the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        use sea_orm::ConnectionTrait;
        self.db.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// One consistent moment to read from.
    pub async fn read(&self) -> Result<Snapshot, StoreError> {
        let options = match self.kind {
            DatabaseKind::Sqlite => TransactionOptions {
                sqlite_transaction_mode: Some(SqliteTransactionMode::Deferred),
                ..TransactionOptions::default()
            },
            DatabaseKind::Postgres => TransactionOptions {
                isolation_level: Some(IsolationLevel::RepeatableRead),
                access_mode: Some(AccessMode::ReadOnly),
                ..TransactionOptions::default()
            },
        };
        let transaction = self.db.begin_with_options(options).await?;
        Ok(self.snapshot(transaction, View::Still))
    }

    /// One transaction that writes. What is not committed is rolled back.
    pub async fn change(&self) -> Result<Change, StoreError> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let transaction = self.writers.begin_with_options(options).await?;
        Ok(Change::new(self.snapshot(transaction, View::Moving)))
    }

    fn snapshot(&self, transaction: DatabaseTransaction, view: View) -> Snapshot {
        Snapshot::new(transaction, Arc::clone(&self.shelf), view)
    }

    /// Waits for what is under way and closes.
    pub async fn close(self) -> Result<(), StoreError> {
        self.writers.close().await?;
        Ok(self.db.close().await?)
    }
}

/// One connection before there is a pool: a pool tries again until its patience ends, and then says
/// no more than that it timed out.
async fn probe(url: &str) -> Result<(), StoreError> {
    let place = without_password(url);
    let refused = match tokio::time::timeout(PATIENCE, PgConnection::connect(url)).await {
        Ok(Ok(connection)) => {
            // Whether it says good-bye makes no difference.
            let _ = connection.close().await;
            return Ok(());
        }
        Ok(Err(error)) => innermost(&error),
        Err(_) => format!("no answer within {} seconds", PATIENCE.as_secs()),
    };
    Err(unreachable(DatabaseKind::Postgres, &place, refused))
}

/// The same file, for the one that writes; opened when somebody does.
fn one_writer(options: &ConnectOptions) -> ConnectOptions {
    let mut options = options.clone();
    options.max_connections(1).connect_lazy(true);
    options
}

fn sqlite_options(path: &str) -> ConnectOptions {
    let file = path.to_owned();
    let mut options = ConnectOptions::new("sqlite:aide-memoire");
    options
        .max_connections(6)
        .acquire_timeout(PATIENCE)
        .sqlx_logging(false)
        .test_before_acquire(false)
        .map_sqlx_sqlite_opts(move |sqlite| {
            sqlite
                .filename(Path::new(&file))
                .create_if_missing(true)
                .busy_timeout(PATIENCE)
                .pragma("journal_mode", "WAL")
                .pragma("synchronous", "FULL")
                // Kibibytes of pages, filled as they are read.
                .pragma("cache_size", "-8192")
                .statement_cache_capacity(STATEMENTS)
        });
    options
}

/// `sqlite:PATH` and `sqlite://PATH` name a file; parameters after `?` are not ours to obey.
fn sqlite_path(url: &str) -> Option<&str> {
    let path = url.strip_prefix("sqlite:")?;
    let path = path.strip_prefix("//").unwrap_or(path);
    let path = path.split_once('?').map_or(path, |(file, _)| file);
    (!path.is_empty() && path != ":memory:").then_some(path)
}

fn without_password(url: &str) -> String {
    // A parameter may carry one too.
    let url = url.split_once('?').map_or(url, |(place, _)| place);
    let Some((scheme, rest)) = url.split_once("://") else {
        return url.to_owned();
    };
    match rest.rsplit_once('@') {
        Some((user, host)) => {
            let user = user.split_once(':').map_or(user, |(name, _)| name);
            format!("{scheme}://{user}@{host}")
        }
        None => url.to_owned(),
    }
}

fn unreachable(kind: DatabaseKind, place: &str, problem: String) -> StoreError {
    StoreError::Unreachable {
        place: place.to_owned(),
        problem,
        advice: match kind {
            DatabaseKind::Sqlite => {
                "check that the folder exists, that this user may write in it, and that the file is a SQLite database"
            }
            DatabaseKind::Postgres => {
                "check that the server runs, and the name, user and password in database.url"
            }
        },
    }
}

/// The innermost reason, in the database's own words.
fn innermost(error: &dyn std::error::Error) -> String {
    let mut reason = error;
    while let Some(deeper) = reason.source() {
        reason = deeper;
    }
    reason.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_with_or_without_slashes() {
        assert_eq!(sqlite_path("sqlite:a.sqlite"), Some("a.sqlite"));
        assert_eq!(sqlite_path("sqlite:///var/a.sqlite"), Some("/var/a.sqlite"));
        assert_eq!(sqlite_path("sqlite::memory:"), None);
        assert_eq!(sqlite_path("mysql://x"), None);
    }

    #[test]
    fn a_password_is_never_told() {
        assert_eq!(
            without_password("postgres://desk:secret@db/aide"),
            "postgres://desk@db/aide"
        );
        assert_eq!(
            without_password("postgres://db/aide?user=desk&password=secret"),
            "postgres://db/aide"
        );
    }
}
