//! The file with the key of the second steps: outside the database, so that neither a backup nor a copy
//! of it opens them. Beside a SQLite file it is made where it is missing; several daemons on one
//! PostgreSQL share one that somebody made.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::doors::sealing::SealKey;
use crate::entropy::Entropy;
use crate::store::{DatabaseKind, Store};

/// The file, by its path.
#[derive(Debug, Clone)]
pub struct KeyFile {
    path: PathBuf,
    /// Whether it is made here where it is missing.
    is_ours: bool,
}

/// What a key file cannot be used for, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum KeyFileError {
    #[error("the key file {path} cannot be read: {reason}")]
    Unreadable { path: PathBuf, reason: io::Error },
    #[error("the key file {path} cannot be made: {reason}")]
    Unwritable { path: PathBuf, reason: io::Error },
    #[error(
        "the key file {path} holds no key: it has 64 hexadecimal digits and nothing else, as `openssl rand -hex 32` prints them"
    )]
    NoKey { path: PathBuf },
}

impl KeyFile {
    /// The key file of an installation: where the settings put it, else beside a SQLite file.
    pub fn of(store: &Store, setting: &str) -> Option<Self> {
        let is_ours = store.kind() == DatabaseKind::Sqlite;
        let path = match (setting.trim(), is_ours) {
            ("", true) => PathBuf::from(format!("{}.key", store.place())),
            ("", false) => return None,
            (path, _) => PathBuf::from(path),
        };
        Some(Self { path, is_ours })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whether it may be made here: each of several daemons would make one of its own.
    pub fn is_ours(&self) -> bool {
        self.is_ours
    }

    /// The key; `None` where there is no file.
    pub fn read(&self) -> Result<Option<SealKey>, KeyFileError> {
        let text = match fs::read_to_string(&self.path) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(reason) => {
                let path = self.path.clone();
                return Err(KeyFileError::Unreadable { path, reason });
            }
        };
        let key = SealKey::parse(&text).ok_or_else(|| KeyFileError::NoKey {
            path: self.path.clone(),
        })?;
        Ok(Some(key))
    }

    /// Draws a key and keeps it, for this user alone to read. Where another process was faster, the key
    /// is that one's: written beside, then moved to where nothing is yet.
    pub fn make(&self, entropy: &dyn Entropy) -> Result<SealKey, KeyFileError> {
        let unwritable = |reason| KeyFileError::Unwritable {
            path: self.path.clone(),
            reason,
        };
        let key = SealKey::draw(entropy);
        let folder = self.path.parent().filter(|f| !f.as_os_str().is_empty());
        // A temporary file is its user's alone (0600).
        let beside = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")));
        let mut beside = beside.map_err(unwritable)?;
        writeln!(beside, "{}", key.in_letters()).map_err(unwritable)?;
        beside.as_file().sync_all().map_err(unwritable)?;
        match beside.persist_noclobber(&self.path) {
            Ok(_) => Ok(key),
            Err(error) if error.error.kind() == io::ErrorKind::AlreadyExists => {
                let there = self.read()?;
                there.ok_or_else(|| unwritable(io::ErrorKind::NotFound.into()))
            }
            Err(error) => Err(unwritable(error.error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    #[test]
    fn a_key_is_made_once_for_its_user_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = KeyFile {
            path: folder.path().join("a.key"),
            is_ours: true,
        };
        assert!(file.read().expect("nothing there is in order").is_none());
        let made = file.make(&SystemEntropy).expect("it is made");
        let again = file.make(&SystemEntropy).expect("it is there");
        assert_eq!(made.in_letters(), again.in_letters());
        let read = file.read().expect("it is read").expect("it is there");
        assert_eq!(made.in_letters(), read.in_letters());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            let mode = fs::metadata(file.path())
                .expect("it is there")
                .permissions();
            assert_eq!(mode.mode() & 0o777, 0o600);
        }
        fs::write(file.path(), "not a key").expect("it is written");
        let refused = file.read().expect_err("it is no key").to_string();
        assert!(refused.contains("holds no key"), "{refused}");
    }
}
