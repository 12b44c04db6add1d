//! Databases of their own for tests: a SQLite file in a temporary folder, or a database on the
//! ephemeral PostgreSQL. [`on_both_databases!`] runs a story on each.

use std::sync::atomic::{AtomicU32, Ordering};

use aide_memoire::store::{DatabaseKind, Store};
use chrono::DateTime;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, DbErr, QueryResult, Statement};

use super::postgres::{self, Cluster};

/// A fresh database. It goes with this value.
pub struct TestDatabase {
    url: String,
    store: Store,
    kind: DatabaseKind,
    _home: Home,
}

enum Home {
    Folder { _folder: tempfile::TempDir },
    Server(&'static Cluster, String),
}

impl Drop for Home {
    fn drop(&mut self) {
        if let Home::Server(cluster, name) = self {
            cluster.drop_database(name);
        }
    }
}

impl TestDatabase {
    /// A migrated database; `None` where this machine has no PostgreSQL, which is said loudly.
    pub async fn fresh(kind: DatabaseKind) -> Option<Self> {
        let database = Self::empty(kind).await?;
        database
            .store
            .migrate(DateTime::UNIX_EPOCH)
            .await
            .expect("a fresh database is migrated");
        Some(database)
    }

    /// A migrated database on a cluster of one's own.
    pub async fn on_cluster(cluster: &'static Cluster) -> Self {
        let name = new_database(cluster).await;
        let url = cluster.url(&name);
        let store = Store::open(&url).await.expect("a fresh database opens");
        store
            .migrate(DateTime::UNIX_EPOCH)
            .await
            .expect("a fresh database is migrated");
        Self {
            url,
            store,
            kind: DatabaseKind::Postgres,
            _home: Home::Server(cluster, name),
        }
    }

    /// A migrated SQLite file: for stories that need no second database.
    pub async fn sqlite() -> Self {
        Self::fresh(DatabaseKind::Sqlite)
            .await
            .expect("SQLite is always there")
    }

    /// A migrated SQLite file, copied from one that was migrated once for all; in memory where the
    /// machine has a folder there. For tests that need hundreds.
    pub async fn copied() -> Self {
        static MIGRATED: tokio::sync::OnceCell<Vec<u8>> = tokio::sync::OnceCell::const_new();
        let template = MIGRATED.get_or_init(|| async {
            let original = Self::sqlite().await;
            let path = original
                .url
                .strip_prefix("sqlite:")
                .expect("a file")
                .to_owned();
            let store = original.store.clone();
            store.close().await.expect("it closes");
            std::fs::read(path).expect("the template is read")
        });
        let template = template.await;
        let memory = std::path::Path::new("/dev/shm");
        let folder = match memory.is_dir() {
            true => tempfile::tempdir_in(memory),
            false => tempfile::tempdir(),
        };
        let folder = folder.expect("a temporary folder");
        let file = folder.path().join("aide-memoire.sqlite");
        std::fs::write(&file, template).expect("the template is copied");
        let url = format!("sqlite:{}", file.display());
        let store = Store::open(&url).await.expect("a copied database opens");
        Self {
            url,
            store,
            kind: DatabaseKind::Sqlite,
            _home: Home::Folder { _folder: folder },
        }
    }

    /// A database without any tables.
    pub async fn empty(kind: DatabaseKind) -> Option<Self> {
        let (url, home) = match kind {
            DatabaseKind::Sqlite => {
                let folder = tempfile::tempdir().expect("a temporary folder");
                let file = folder.path().join("aide-memoire.sqlite");
                let url = format!("sqlite:{}", file.display());
                (url, Home::Folder { _folder: folder })
            }
            DatabaseKind::Postgres => {
                let cluster = postgres::cluster()?;
                let name = new_database(cluster).await;
                (cluster.url(&name), Home::Server(cluster, name))
            }
        };
        let store = Store::open(&url).await.expect("a fresh database opens");
        Some(Self {
            url,
            store,
            kind,
            _home: home,
        })
    }

    /// A database of its own with the same content; of a SQLite file. Cheaper than to migrate and
    /// import again for each of many cases.
    pub async fn copy(&self) -> Self {
        assert_eq!(self.kind, DatabaseKind::Sqlite);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("aide-memoire.sqlite");
        self.execute(&format!("VACUUM INTO '{}'", file.display()))
            .await
            .expect("a SQLite file is copied");
        let url = format!("sqlite:{}", file.display());
        let store = Store::open(&url).await.expect("a copied database opens");
        Self {
            url,
            store,
            kind: self.kind,
            _home: Home::Folder { _folder: folder },
        }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn kind(&self) -> DatabaseKind {
        self.kind
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Another store on the same database, as another daemon would open it.
    pub async fn reopen(&self) -> Store {
        Store::open(&self.url)
            .await
            .expect("the database opens again")
    }

    /// A connection past the store, to look and to do what the store never would.
    pub async fn raw(&self) -> DatabaseConnection {
        Database::connect(&self.url)
            .await
            .expect("the database can be connected to")
    }

    /// Runs one statement past the store.
    pub async fn execute(&self, sql: &str) -> Result<u64, DbErr> {
        let connection = self.raw().await;
        let done = connection.execute_unprepared(sql).await;
        connection.close().await?;
        done.map(|done| done.rows_affected())
    }

    /// Asks past the store.
    pub async fn query(&self, sql: &str) -> Vec<QueryResult> {
        let connection = self.raw().await;
        let question = Statement::from_string(connection.get_database_backend(), sql);
        let rows = connection.query_all_raw(question).await.expect("rows");
        connection.close().await.expect("it closes");
        rows
    }

    /// The names of all tables, sorted.
    pub async fn tables(&self) -> Vec<String> {
        let question = match self.kind {
            DatabaseKind::Sqlite => {
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
            }
            DatabaseKind::Postgres => {
                "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()"
            }
        };
        let rows = self.query(question).await;
        let names = rows.iter().map(|row| row.try_get_by_index(0));
        let mut names: Vec<String> = names.collect::<Result<_, _>>().expect("names");
        names.sort();
        names
    }

    /// One number, asked past the store.
    pub async fn count(&self, sql: &str) -> i64 {
        let rows = self.query(sql).await;
        rows.first()
            .expect("a count has a row")
            .try_get_by_index(0)
            .expect("a whole number")
    }

    /// A table's whole content as text, for comparing; on SQLite.
    pub async fn dump(&self, table: &str) -> String {
        let columns = self
            .query(&format!("SELECT name FROM pragma_table_info('{table}')"))
            .await;
        let quoted: Vec<String> = columns
            .iter()
            .map(|row| row.try_get_by_index::<String>(0).expect("a name"))
            .map(|name| format!("quote({name})"))
            .collect();
        let row = quoted.join(" || '|' || ");
        let rows = self
            .query(&format!("SELECT group_concat({row}, ';') FROM {table}"))
            .await;
        let content: Option<String> = rows[0].try_get_by_index(0).expect("a text");
        content.unwrap_or_default()
    }
}

async fn new_database(cluster: &Cluster) -> String {
    static MADE: AtomicU32 = AtomicU32::new(0);
    let name = format!("test_{}", MADE.fetch_add(1, Ordering::Relaxed));
    let server = Database::connect(cluster.url("postgres"))
        .await
        .expect("the cluster answers");
    server
        .execute_unprepared(&format!("CREATE DATABASE {name}"))
        .await
        .expect("a database is made");
    server.close().await.expect("it closes");
    name
}

/// Runs a story on a database without tables; what [`on_empty!`] is made of.
pub async fn on_unmigrated(kind: DatabaseKind, story: impl AsyncFnOnce(TestDatabase)) {
    if let Some(database) = TestDatabase::empty(kind).await {
        story(database).await;
    }
}

/// Runs a story on one database; what [`on_both_databases!`] is made of.
pub async fn on(kind: DatabaseKind, story: impl AsyncFnOnce(TestDatabase)) {
    if let Some(database) = TestDatabase::fresh(kind).await {
        story(database).await;
    }
}

/// Makes two tests of one story, `name::sqlite` and `name::postgres`, each on a fresh migrated
/// [`TestDatabase`]:
///
/// ```ignore
/// on_both_databases!(what_is_saved_is_read, async |database| {
///     database.store().edit().await.unwrap();
/// });
/// ```
macro_rules! on_both_databases {
    ($name:ident, $story:expr) => {
        crate::support::database::on_both!($name, on, $story);
    };
}
pub(crate) use on_both_databases;

/// As [`on_both_databases!`], on databases that nobody has migrated.
macro_rules! on_empty {
    ($name:ident, $story:expr) => {
        crate::support::database::on_both!($name, on_unmigrated, $story);
    };
}
pub(crate) use on_empty;

macro_rules! on_both {
    ($name:ident, $on:ident, $story:expr) => {
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                use aide_memoire::store::DatabaseKind;
                crate::support::database::$on(DatabaseKind::Sqlite, $story).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                use aide_memoire::store::DatabaseKind;
                crate::support::database::$on(DatabaseKind::Postgres, $story).await;
            }
        }
    };
}
pub(crate) use on_both;
