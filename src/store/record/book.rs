//! The book and the directory, from the [`shelf`](super::shelf) as far as that is still true, and
//! brought up to date where it is not. Whoever edits counts the record's version up in the
//! transaction of the edit, so that a daemon sees what another one changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QuerySelect};

use super::CHUNK;
use super::entity::{document, installation};
use super::shelf::Versions;
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, DocumentId};
use crate::store::connection::Store;
use crate::store::error::StoreError;
use crate::store::hold::{Hold, since_and_reason};
use crate::store::transaction::{Change, Snapshot, View};

impl Store {
    /// Everything on the record, now. Held in memory; where nobody edited since, this is one small
    /// query, and after an edit only what it changed is read.
    pub async fn book(&self) -> Result<Arc<Book>, StoreError> {
        let versions = versions(&self.db).await?;
        self.book_of_version(versions).await
    }

    /// What every page needs: everything on the record, and what keeps mail from leaving. One small
    /// query for both.
    pub async fn book_and_hold(&self) -> Result<(Arc<Book>, Option<Hold>), StoreError> {
        let (versions, hold) = versions_and_hold(&self.db).await?;
        Ok((self.book_of_version(versions).await?, hold))
    }

    async fn book_of_version(&self, versions: Versions) -> Result<Arc<Book>, StoreError> {
        if let Some(book) = self.shelf.book_of(versions.record) {
            return Ok(book);
        }
        let _turn = self.shelf.turn.lock().await;
        self.read().await?.book().await
    }

    /// Everything commitments refer to, now; held in memory like the [`book`](Self::book), of which
    /// it is a part.
    pub async fn directory(&self) -> Result<Arc<Directory>, StoreError> {
        let versions = versions(&self.db).await?;
        if let Some(directory) = self.shelf.directory_of(versions.directory) {
            return Ok(directory);
        }
        let _turn = self.shelf.turn.lock().await;
        self.read().await?.directory().await
    }

    /// A change of the record: counts its version up, so that edits wait for each other and every
    /// daemon learns of it.
    pub async fn edit(&self) -> Result<Change, StoreError> {
        let mut change = self.change().await?;
        let edition = change.count_up().await?;
        change.begin_edition(edition);
        Ok(change)
    }
}

impl Snapshot {
    /// Everything commitments refer to. Within an edit this sees what the edit has saved so far.
    pub async fn directory(&self) -> Result<Arc<Directory>, StoreError> {
        loop {
            let versions = self.versions().await?;
            if let Some(directory) = self.shelf.directory_of(versions.directory) {
                return Ok(directory);
            }
            let directory = Arc::new(self.load_directory().await?);
            if self.stood_still(versions).await? {
                if self.sees_only_what_is_committed() {
                    self.shelf.hold_directory(versions.directory, &directory);
                }
                return Ok(directory);
            }
        }
    }

    /// Everything on the record. Within an edit this sees what the edit has saved so far.
    pub async fn book(&self) -> Result<Arc<Book>, StoreError> {
        loop {
            let versions = self.versions().await?;
            if let Some(book) = self.shelf.book_of(versions.record) {
                return Ok(book);
            }
            let loaded = self.load_book(versions).await;
            if self.stood_still(versions).await? {
                let book = Arc::new(loaded?);
                if self.sees_only_what_is_committed() {
                    self.shelf
                        .hold_directory(versions.directory, &book.directory);
                    self.shelf.hold_book(versions.record, &book);
                }
                return Ok(book);
            }
        }
    }

    /// The part of the record that speaks of some commitments: they, the documents they were
    /// promised in, and the directory. What it costs follows their number, and not what is stored.
    pub async fn book_of(&self, references: &[CommitmentRef]) -> Result<Book, StoreError> {
        loop {
            let versions = self.versions().await?;
            let loaded = self.load_book_of(references).await;
            if self.stood_still(versions).await? {
                return loaded;
            }
        }
    }

    async fn load_book_of(&self, references: &[CommitmentRef]) -> Result<Book, StoreError> {
        let directory = self.directory().await?;
        let commitments = self.commitments(references).await?;
        let promised = commitments.values();
        let mut promised_in: Vec<&DocumentId> = promised
            .filter_map(|c| c.promise.document.as_ref())
            .collect();
        promised_in.sort_unstable();
        promised_in.dedup();
        let mut documents = BTreeMap::new();
        for some in promised_in.chunks(CHUNK) {
            let named = document::Column::Id.is_in(some.iter().map(|id| id.as_str()));
            self.load_documents(named.into(), &directory, &mut documents)
                .await?;
        }
        Ok(Book {
            directory,
            documents,
            commitments,
        })
    }

    /// The book in memory with what changed after it, or, without one that is older, everything.
    async fn load_book(&self, versions: Versions) -> Result<Book, StoreError> {
        let directory = match self.shelf.directory_of(versions.directory) {
            Some(directory) => directory,
            None => Arc::new(self.load_directory().await?),
        };
        let older = self.shelf.book();
        let older = older.filter(|held| held.version < versions.record);
        let (since, mut book) = match older {
            Some(held) => (held.version, Book::clone(&held.value)),
            None => (NOTHING, Book::default()),
        };
        self.load_documents_since(since, &directory, &mut book.documents)
            .await?;
        self.load_changed_since(since, &directory, &mut book.commitments)
            .await?;
        book.directory = directory;
        Ok(book)
    }

    /// Which version of the record is read here; every edit makes a new one.
    pub async fn record_version(&self) -> Result<i64, StoreError> {
        Ok(self.versions().await?.record)
    }

    pub(super) async fn versions(&self) -> Result<Versions, StoreError> {
        versions(&self.transaction).await
    }

    /// Whether what was read since these versions were asked for belongs together. Where it does
    /// not, even an error may only mean that it was torn.
    pub(super) async fn stood_still(&self, versions: Versions) -> Result<bool, StoreError> {
        match self.view {
            View::Still | View::Editing(_) => Ok(true),
            View::Moving => Ok(self.versions().await? == versions),
        }
    }

    fn sees_only_what_is_committed(&self) -> bool {
        !matches!(self.view, View::Editing(_))
    }
}

/// What edits changed since a version of the record.
#[derive(Debug, Clone, PartialEq)]
pub enum Edited {
    Nothing,
    /// These commitments, whatever state they are in now, and perhaps documents.
    Commitments(Vec<Arc<Commitment>>),
    /// The directory, or too many commitments to name.
    More,
}

impl Change {
    /// What edits changed since a version of the record. From here on edits wait until this
    /// transaction ends: what is written in it is as true as what was asked here.
    pub async fn edited_since(&mut self, record: i64) -> Result<Edited, StoreError> {
        self.lock_installation().await?;
        let versions = self.versions().await?;
        if versions.record == record {
            return Ok(Edited::Nothing);
        }
        if versions.directory > record {
            return Ok(Edited::More);
        }
        let directory = self.directory().await?;
        let edited = self.first_changed_since(record, &directory).await?;
        Ok(edited.map_or(Edited::More, Edited::Commitments))
    }
}

/// Before every version of the record.
const NOTHING: i64 = -1;

async fn versions(db: &impl ConnectionTrait) -> Result<Versions, StoreError> {
    use installation::Column::{DirectoryVersion, RecordVersion};
    let (record, directory) = installation::Entity::find_by_id(installation::Model::ID)
        .select_only()
        .columns([RecordVersion, DirectoryVersion])
        .into_tuple()
        .one(db)
        .await?
        .ok_or(StoreError::Unprepared)?;
    Ok(Versions { record, directory })
}

async fn versions_and_hold(
    db: &impl ConnectionTrait,
) -> Result<(Versions, Option<Hold>), StoreError> {
    use installation::Column::{DirectoryVersion, RecordVersion};
    let [since, reason] = since_and_reason();
    let (record, directory, since, reason) =
        installation::Entity::find_by_id(installation::Model::ID)
            .select_only()
            .columns([RecordVersion, DirectoryVersion])
            .expr_as(since, "since")
            .expr_as(reason, "reason")
            .into_tuple()
            .one(db)
            .await?
            .ok_or(StoreError::Unprepared)?;
    let versions = Versions { record, directory };
    Ok((versions, Hold::of(since, reason)))
}
