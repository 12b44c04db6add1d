//! The record in memory, shared by everything that reads through one [`Store`](crate::store::Store).
//!
//! The database's `record_version` says whether what is held is still true, whoever edited it; that
//! is one small question. After an edit only what it changed is read again: every commitment and
//! document knows the version that wrote it last, nothing is ever deleted from among them, and the
//! directory, which is small, is read whole if its own version changed.
//!
//! Only what is committed is ever held.

use std::sync::{Arc, Mutex, PoisonError};

use crate::domain::book::Book;
use crate::domain::directory::Directory;
use crate::domain::token::SigningKey;

/// The versions of the record and of the directory in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Versions {
    pub record: i64,
    /// What the record's was when the directory last changed.
    pub directory: i64,
}

/// Of one version.
#[derive(Debug, Clone)]
pub struct Held<T> {
    pub version: i64,
    pub value: Arc<T>,
}

#[derive(Debug, Default)]
pub struct Shelf {
    directory: Mutex<Option<Held<Directory>>>,
    book: Mutex<Option<Held<Book>>>,
    /// Drawn once, when the database was made ready; it never changes.
    pub signing_key: tokio::sync::OnceCell<SigningKey>,
    /// Held by whoever brings it up to date, so that the others wait instead of doing the same.
    pub turn: tokio::sync::Mutex<()>,
}

impl Shelf {
    pub fn directory(&self) -> Option<Held<Directory>> {
        held(&self.directory)
    }

    pub fn book(&self) -> Option<Held<Book>> {
        held(&self.book)
    }

    pub fn directory_of(&self, version: i64) -> Option<Arc<Directory>> {
        of_version(self.directory(), version)
    }

    pub fn book_of(&self, version: i64) -> Option<Arc<Book>> {
        of_version(self.book(), version)
    }

    pub fn hold_directory(&self, version: i64, directory: &Arc<Directory>) {
        hold(&self.directory, version, directory);
    }

    pub fn hold_book(&self, version: i64, book: &Arc<Book>) {
        hold(&self.book, version, book);
    }
}

fn held<T>(place: &Mutex<Option<Held<T>>>) -> Option<Held<T>> {
    let held = place.lock().unwrap_or_else(PoisonError::into_inner);
    held.as_ref().map(|held| Held {
        version: held.version,
        value: Arc::clone(&held.value),
    })
}

fn of_version<T>(held: Option<Held<T>>, version: i64) -> Option<Arc<T>> {
    held.filter(|held| held.version == version)
        .map(|held| held.value)
}

/// The newest stays: a snapshot may have been opened long ago.
fn hold<T>(place: &Mutex<Option<Held<T>>>, version: i64, value: &Arc<T>) {
    let mut held = place.lock().unwrap_or_else(PoisonError::into_inner);
    if held.as_ref().is_none_or(|held| held.version < version) {
        *held = Some(Held {
            version,
            value: Arc::clone(value),
        });
    }
}
