//! The witness: a small file outside the database that remembers how far planning had come, and where
//! the audit ended. Where the
//! database knows less than its witness it was restored from a backup, and what was sent since then
//! is not in it. [`signs_of_a_restore`] asks it when a daemon starts.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::audit::End;
use crate::store::{DatabaseKind, Store, StoreError};
use crate::wording;

/// What the witness remembers, of which installation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Memory {
    installation: Uuid,
    /// By the business clock; the database's own never goes back.
    planned_until: DateTime<Utc>,
    /// The end of the audit, as `LINE:SEAL`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    audit: Option<String>,
}

/// What the witness says of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Testimony {
    /// It knows at least what the witness knows.
    InOrder,
    /// It had come further once.
    Behind { planned_until: DateTime<Utc> },
    /// The witness knows nothing of this installation.
    Unknown,
}

/// The file, by its path.
#[derive(Debug, Clone)]
pub struct Witness {
    path: PathBuf,
}

impl Witness {
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into() }
    }

    /// The witness of a database: where the settings put it, else beside a SQLite file.
    pub fn of(store: &Store, setting: &str) -> Option<Self> {
        match (setting.trim(), store.kind()) {
            ("", DatabaseKind::Sqlite) => Some(Self::at(format!("{}.witness", store.place()))),
            ("", DatabaseKind::Postgres) => None,
            (path, _) => Some(Self::at(path)),
        }
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Compares a database with what is remembered.
    ///
    /// # Errors
    /// Where the file is there and cannot be read. A file that is not ours to understand counts as
    /// knowing nothing.
    pub fn testify(
        &self,
        installation: Uuid,
        planned_until: Option<DateTime<Utc>>,
    ) -> io::Result<Testimony> {
        Ok(match self.memory(installation)? {
            None => Testimony::Unknown,
            Some(m) if planned_until.unwrap_or_default() < m.planned_until => Testimony::Behind {
                planned_until: m.planned_until,
            },
            Some(_) => Testimony::InOrder,
        })
    }

    /// Where the audit ended when that was last remembered.
    pub fn audit_end(&self, installation: Uuid) -> io::Result<Option<End>> {
        let memory = self.memory(installation)?;
        Ok(memory.and_then(|m| End::parse(&m.audit?)))
    }

    /// What is remembered of an installation.
    fn memory(&self, installation: Uuid) -> io::Result<Option<Memory>> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let memory: Option<Memory> = serde_json::from_str(&text).ok();
        Ok(memory.filter(|m| m.installation == installation))
    }

    /// Remembers how far planning has come (nothing planned yet: the beginning of time), and where
    /// the audit ends: written beside, then moved into place, so that a crash leaves the old memory
    /// or the new one.
    pub fn remember(
        &self,
        installation: Uuid,
        planned_until: Option<DateTime<Utc>>,
        audit: Option<&End>,
    ) -> io::Result<()> {
        let memory = Memory {
            installation,
            planned_until: planned_until.unwrap_or_default(),
            audit: audit.map(ToString::to_string),
        };
        let beside = self.path.with_extension("witness-new");
        fs::write(&beside, serde_json::to_string(&memory)?)?;
        fs::rename(&beside, &self.path)
    }
}

/// Why the signs could not be read.
#[derive(Debug, thiserror::Error)]
pub enum WitnessError {
    #[error("the witness file {} cannot be used: {source}; set database.witness to a place the daemon can write to", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whether a database was restored or moved since mail was last sent from it: the reason to hold mail
/// back, as a full sentence.
///
/// 1. What is held already needs no second reason.
/// 2. A server that is another one than it was: the database came from a dump.
/// 3. A witness that knows more than the database: it came from a backup.
/// 4. A file with a history that has no witness here: it was brought here.
pub async fn signs_of_a_restore(
    store: &Store,
    witness: Option<&Witness>,
) -> Result<Option<String>, WitnessError> {
    let snapshot = store.read().await?;
    if snapshot.hold().await?.is_some() {
        return Ok(None);
    }
    let installation = snapshot.installation().await?.token;
    let planned_until = snapshot.planned_until().await?;
    let (home, known_home) = (store.home().await?, snapshot.known_home().await?);
    drop(snapshot);
    if planned_until.is_some() && known_home.is_some() && home.is_some() && home != known_home {
        return Ok(Some(
            "This database lives on another server than it did: it was restored from a dump."
                .into(),
        ));
    }
    let Some(witness) = witness else {
        return Ok(None);
    };
    let testimony = witness.testify(installation, planned_until);
    let testimony = testimony.map_err(|source| WitnessError::File {
        path: witness.path().to_owned(),
        source,
    })?;
    Ok(match testimony {
        Testimony::InOrder => None,
        Testimony::Behind { planned_until: was } => Some(format!(
            "This database was restored from a backup: it knows what fell due {}, and mail was \
             sent until {}.",
            planned_until.map_or("before anything was".into(), |until| {
                format!("until {}", wording::day(until.date_naive()))
            }),
            wording::day(was.date_naive())
        )),
        Testimony::Unknown if store.kind() == DatabaseKind::Sqlite && planned_until.is_some() => {
            Some("This database was restored or brought here from another machine.".into())
        }
        Testimony::Unknown => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("an instant")
    }

    #[test]
    fn it_tells_a_restored_database_from_one_that_was_merely_down() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let witness = Witness::at(folder.path().join("it.witness"));
        let (ours, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let (monday, friday) = (at("2025-06-02T01:00:00Z"), at("2025-06-06T01:00:00Z"));
        let says = |id, until| witness.testify(id, until).expect("it can be read");

        assert_eq!(says(ours, Some(monday)), Testimony::Unknown);
        witness.remember(ours, None, None).expect("it is written");
        assert_eq!(says(ours, None), Testimony::InOrder, "nothing planned yet");
        witness
            .remember(ours, Some(friday), None)
            .expect("it is written");
        assert_eq!(
            says(ours, Some(friday)),
            Testimony::InOrder,
            "down since then"
        );
        let behind = Testimony::Behind {
            planned_until: friday,
        };
        assert_eq!(says(ours, Some(monday)), behind);
        assert_eq!(says(ours, None), behind);
        assert_eq!(says(other, Some(monday)), Testimony::Unknown);
        fs::write(witness.path(), "not ours").expect("it is written");
        assert_eq!(says(ours, Some(monday)), Testimony::Unknown);
    }
}
