//! Reading and writing in one transaction. The methods that read hang on [`Snapshot`], those that
//! write on [`Change`]; they stand in the files of what they are about.

use std::ops::Deref;

use sea_orm::{DatabaseBackend, DatabaseTransaction};

use super::connection::DatabaseKind;
use super::error::StoreError;

/// One consistent moment of the database.
#[derive(Debug)]
pub struct Snapshot {
    pub(super) transaction: DatabaseTransaction,
    pub(super) kind: DatabaseKind,
}

impl Snapshot {
    pub(super) fn new(transaction: DatabaseTransaction, kind: DatabaseKind) -> Self {
        Self { transaction, kind }
    }

    pub(super) fn backend(&self) -> DatabaseBackend {
        match self.kind {
            DatabaseKind::Sqlite => DatabaseBackend::Sqlite,
            DatabaseKind::Postgres => DatabaseBackend::Postgres,
        }
    }
}

/// One transaction that writes. Reads through it see what it wrote. Dropped without
/// [`commit`](Self::commit), it leaves no trace.
#[derive(Debug)]
pub struct Change {
    snapshot: Snapshot,
    /// The record's version that this change makes, once it has edited the record.
    pub(super) edition: Option<i64>,
}

impl Change {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            edition: None,
        }
    }

    /// Makes everything written here durable at once.
    pub async fn commit(self) -> Result<(), StoreError> {
        Ok(self.snapshot.transaction.commit().await?)
    }

    /// Leaves no trace, now.
    pub async fn roll_back(self) -> Result<(), StoreError> {
        Ok(self.snapshot.transaction.rollback().await?)
    }
}

impl Deref for Change {
    type Target = Snapshot;

    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}
