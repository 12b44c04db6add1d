//! The real binary, as scripts and service managers meet it: commands, exit codes, one clear message,
//! and a daemon that may be killed at any moment.

mod ambiguous;
mod calendars;
mod commands;
mod daemon;
mod explain;
mod extract;
mod killing;
mod moving;
mod outages;
mod receive;
mod restored;
mod serving;
mod sightings;
mod stopping;
mod users;

use std::process::{Command, Output};

/// The binary, with nothing of this machine's environment that could be taken for a setting.
pub fn aide_memoire(database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aide-memoire"));
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AIDE_MEMOIRE") {
            command.env_remove(name);
        }
    }
    command.args(["--database", database]);
    command
}

/// A SQLite file in a folder that goes with the test.
pub struct Place(tempfile::TempDir);

impl Place {
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub fn database(&self) -> String {
        format!("sqlite:{}", self.0.path().join("it.sqlite").display())
    }

    pub fn file(&self, name: &str, text: &str) -> String {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// A backup of the database: everything of it, and nothing that stands beside it.
    pub fn keep_a_copy(&self) -> tempfile::TempDir {
        let backup = tempfile::tempdir().unwrap();
        for file in self.database_files() {
            let name = file.file_name().unwrap().to_owned();
            std::fs::copy(&file, backup.path().join(name)).unwrap();
        }
        backup
    }

    /// Puts a backup in the place of the database.
    pub fn put_back(&self, backup: &tempfile::TempDir) {
        for file in self.database_files() {
            std::fs::remove_file(file).unwrap();
        }
        for entry in std::fs::read_dir(backup.path()).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), self.0.path().join(entry.file_name())).unwrap();
        }
    }

    pub fn database_files(&self) -> Vec<std::path::PathBuf> {
        ["it.sqlite", "it.sqlite-wal", "it.sqlite-shm"]
            .into_iter()
            .map(|name| self.0.path().join(name))
            .filter(|path| path.exists())
            .collect()
    }

    /// Runs a command on this place's database.
    pub fn run(&self, arguments: &[&str]) -> Output {
        aide_memoire(&self.database())
            .args(arguments)
            .output()
            .unwrap()
    }

    /// Runs a command that has to succeed; what it prints.
    pub fn done(&self, arguments: &[&str]) -> String {
        let output = self.run(arguments);
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            stderr(&output)
        );
        String::from_utf8(output.stdout).unwrap()
    }

    /// What `check` prints, whether or not it finds something wrong.
    pub fn checked(&self, arguments: &[&str]) -> String {
        let output = self.run(&[&["check"], arguments].concat());
        assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Changes the database past the product.
    pub fn tamper(&self, sql: &str) {
        use sea_orm::ConnectionTrait;
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let connection = sea_orm::Database::connect(self.database()).await.unwrap();
            connection.execute_unprepared(sql).await.unwrap();
            connection.close().await.unwrap();
        });
    }

    /// Runs a command that has to be refused; the message.
    pub fn refused(&self, arguments: &[&str]) -> String {
        refusal(&self.run(arguments))
    }
}

pub fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// The message of a refusal: exit code 1, nothing on standard output.
pub fn refusal(output: &Output) -> String {
    assert_eq!(output.status.code(), Some(1), "{}", stderr(output));
    assert!(
        output.stdout.is_empty(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    stderr(output)
}
