//! A database of its own for each test: a SQLite file, or a database of the ephemeral PostgreSQL.

use aide_memoire::store::Store;
use chrono::{DateTime, Utc};

use super::postgres::cluster;

pub struct TestDatabase {
    url: String,
    /// Where a SQLite file lies; it goes with the test.
    folder: Option<tempfile::TempDir>,
}

impl TestDatabase {
    pub async fn sqlite() -> Self {
        let database = Self::empty_sqlite();
        database.migrate().await;
        database
    }

    /// `None` where the machine has no PostgreSQL.
    pub async fn postgres() -> Option<Self> {
        let database = Self::empty_postgres()?;
        database.migrate().await;
        Some(database)
    }

    pub fn empty_sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self {
            url: format!("sqlite:{}", folder.path().join("test.sqlite").display()),
            folder: Some(folder),
        }
    }

    pub fn empty_postgres() -> Option<Self> {
        Some(Self {
            url: cluster()?.database(),
            folder: None,
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// Opens it once more, as another daemon does.
    pub async fn store(&self) -> Store {
        Store::open(&self.url).await.unwrap()
    }

    /// Runs statements past our own code.
    pub fn execute(&self, statements: &str) -> Result<String, String> {
        match self.url.strip_prefix("sqlite:") {
            Some(path) => {
                let done = std::process::Command::new("python3")
                    .args(["-c", SQLITE_SHELL, path, statements])
                    .output()
                    .expect("python3 runs");
                if done.status.success() {
                    Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
                } else {
                    Err(String::from_utf8_lossy(&done.stderr).into_owned())
                }
            }
            None => cluster()
                .expect("it holds this database")
                .execute(&self.url, statements),
        }
    }

    async fn migrate(&self) {
        self.store()
            .await
            .migrate(DateTime::<Utc>::UNIX_EPOCH)
            .await
            .unwrap();
    }
}

const SQLITE_SHELL: &str = "import sqlite3, sys
db = sqlite3.connect(sys.argv[1]); db.execute('PRAGMA foreign_keys = ON')
for row in db.execute(sys.argv[2]): print('|'.join(str(c) for c in row))
db.commit()";

/// One test on SQLite and one on PostgreSQL: `on_both_databases!(name, |database| async move { ... });`
#[macro_export]
macro_rules! on_both_databases {
    ($name:ident, |$database:ident| $story:expr) => {
        mod $name {
            #[allow(unused_imports, reason = "a story uses what it needs")]
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                let $database = $crate::support::database::TestDatabase::sqlite().await;
                $story.await
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some($database) = $crate::support::database::TestDatabase::postgres().await {
                    $story.await
                }
            }
        }
    };
}
