//! The real binary, as scripts and service managers meet it: commands, exit codes, one clear message,
//! and a daemon that may be killed at any moment.

mod ambiguous;
mod commands;
mod daemon;
mod explain;
mod killing;
mod moving;
mod outages;
mod serving;
mod stopping;

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
