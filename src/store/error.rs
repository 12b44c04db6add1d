//! What can go wrong with the database, sorted by what the caller can do about it.

use sea_orm::{DbErr, RuntimeErr};

use crate::record::EntityKey;

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The URL names no database we know.
    #[error(
        "`{0}` is not a database we know; write `sqlite:PATH` or `postgres://user@host/name` (setting database.url)"
    )]
    Url(String),
    /// The database cannot be reached or opened.
    #[error("the database {place} cannot be opened: {problem}; {advice}")]
    Unreachable {
        place: String,
        problem: String,
        advice: &'static str,
    },
    /// Another writer was in the way, or the connection was lost: the same work may succeed when it
    /// is done again from its start.
    #[error("the database could not take this now: {0}")]
    Transient(#[source] DbErr),
    /// Somebody else changed what was read; read again and decide anew.
    #[error("{0} was changed by somebody else in the meantime")]
    Stale(String),
    /// The tables are there, but not what `migrate` puts in them.
    #[error("the database was not made ready by this program; run `aide-memoire migrate`")]
    Unprepared,
    /// A newer version of this program was here and changed the schema.
    #[error(
        "the database was migrated by a newer version of this program (it knows {}); run that version, or restore a backup from before", .0.join(", ")
    )]
    NewerSchema(Vec<String>),
    /// The record was to be saved outside an edit.
    #[error("the record can only be saved in an edit, which counts its version")]
    NotAnEdit,
    /// A thing was to be saved that the book does not hold.
    #[error(
        "{0} cannot be saved: the book does not hold it, and things on the record are not deleted"
    )]
    NotInTheBook(EntityKey),
    /// A row holds what this program cannot read.
    #[error("the database holds something this program cannot read: {0}")]
    Unreadable(String),
    #[error("the database refused: {0}")]
    Refused(#[source] DbErr),
}

impl StoreError {
    /// Whether the whole transaction is worth another try.
    pub fn is_transient(&self) -> bool {
        matches!(self, StoreError::Transient(_) | StoreError::Stale(_))
    }

    /// A row that cannot be read, said with where it stands.
    pub(super) fn unreadable(what: impl Into<String>) -> Self {
        StoreError::Unreadable(what.into())
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        if is_transient(&error) {
            StoreError::Transient(error)
        } else {
            StoreError::Refused(error)
        }
    }
}

fn is_transient(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(e)) | DbErr::Query(RuntimeErr::SqlxError(e)) => {
            match e.as_database_error() {
                Some(refusal) => refusal.code().is_some_and(|code| is_passing(&code)),
                None => true, // the connection, not the statement
            }
        }
        _ => false,
    }
}

/// SQLite: BUSY and LOCKED with their extended codes. PostgreSQL: serialization failure, deadlock,
/// lock not available, and the classes of lost connections and of a server that is shutting down.
fn is_passing(code: &str) -> bool {
    matches!(code, "5" | "6" | "261" | "262" | "517" | "773")
        || matches!(code, "40001" | "40P01" | "55P03")
        || code.starts_with("08")
        || code.starts_with("57P")
}
