//! Reading and writing in one transaction. The methods that read hang on [`Snapshot`], those that
//! write on [`Change`]; they stand in the files of what they are about.

use std::ops::Deref;

use sea_orm::DatabaseTransaction;

use super::error::StoreError;
use super::record::Shelf;

/// One consistent moment of the database.
#[derive(Debug)]
pub struct Snapshot {
    pub(super) transaction: DatabaseTransaction,
    pub(super) shelf: Shelf,
    /// It belongs to an edit: what it reads may be known to nobody else yet.
    pub(super) edits: bool,
}

impl Snapshot {
    pub(super) fn new(transaction: DatabaseTransaction, shelf: Shelf) -> Self {
        Self {
            transaction,
            shelf,
            edits: false,
        }
    }
}

/// One transaction that writes. Reads through it see what it wrote. Dropped without
/// [`commit`](Self::commit), it leaves no trace.
#[derive(Debug)]
pub struct Change {
    snapshot: Snapshot,
    /// The version of the record that this change makes, where it edits the record.
    edition: Option<i64>,
}

impl Change {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        Self {
            snapshot,
            edition: None,
        }
    }

    pub(super) fn begin_edition(&mut self, edition: i64) {
        self.edition = Some(edition);
        self.snapshot.edits = true;
    }

    pub(super) fn edition(&self) -> Option<i64> {
        self.edition
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
