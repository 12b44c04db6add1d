//! Reading and writing in one transaction. The methods that read hang on [`Snapshot`], those that
//! write on [`Change`]; they stand in the files of what they are about.

use std::ops::Deref;
use std::sync::Arc;

use sea_orm::DatabaseTransaction;

use super::error::StoreError;
use super::record::Shelf;

/// How steady the record is while a transaction looks at it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum View {
    /// It stands still: everything is read as of one moment.
    Still,
    /// Others may commit edits between two statements (PostgreSQL, read committed).
    Moving,
    /// This transaction makes this version of it, and nobody else can edit meanwhile. What it reads
    /// may be known to nobody else yet.
    Editing(i64),
}

/// One consistent moment of the database.
#[derive(Debug)]
pub struct Snapshot {
    pub(super) transaction: DatabaseTransaction,
    pub(super) shelf: Arc<Shelf>,
    pub(super) view: View,
}

impl Snapshot {
    pub(super) fn new(transaction: DatabaseTransaction, shelf: Arc<Shelf>, view: View) -> Self {
        Self {
            transaction,
            shelf,
            view,
        }
    }
}

/// One transaction that writes. Reads through it see what it wrote. Dropped without
/// [`commit`](Self::commit), it leaves no trace.
#[derive(Debug)]
pub struct Change {
    snapshot: Snapshot,
}

impl Change {
    pub(super) fn new(snapshot: Snapshot) -> Self {
        Self { snapshot }
    }

    pub(super) fn begin_edition(&mut self, edition: i64) {
        self.snapshot.view = View::Editing(edition);
    }

    /// The version of the record that this change makes, where it edits the record.
    pub(super) fn edition(&self) -> Option<i64> {
        match self.snapshot.view {
            View::Editing(edition) => Some(edition),
            View::Still | View::Moving => None,
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
