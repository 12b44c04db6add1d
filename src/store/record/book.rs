//! The book and the directory, kept in memory by the version of the record. Whoever edits counts
//! the version up in the transaction of the edit, so that a daemon sees what another one changed:
//! asking costs one row, and only the commitments changed since are loaded again.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use crate::domain::book::Book;
use crate::domain::directory::Directory;
use crate::record::entity::{self, EntityKey};
use crate::store::connection::Store;
use crate::store::error::StoreError;
use crate::store::transaction::{Change, Snapshot};

/// What was loaded last.
#[derive(Debug, Clone, Default)]
pub(in crate::store) struct Shelf(Arc<Mutex<Kept>>);

#[derive(Debug, Clone, Default)]
struct Kept {
    directory: Option<(i64, Arc<Directory>)>,
    book: Option<(i64, Arc<Book>)>,
}

impl Shelf {
    fn directory(&self, version: i64) -> Option<Arc<Directory>> {
        let kept = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        let (known, directory) = kept.directory.as_ref()?;
        (*known == version).then(|| Arc::clone(directory))
    }

    fn book(&self) -> Option<(i64, Arc<Book>)> {
        let kept = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        kept.book.clone()
    }

    fn keep(&self, version: i64, directory: &Arc<Directory>, book: Option<&Arc<Book>>) {
        let mut kept = self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        if kept
            .directory
            .as_ref()
            .is_none_or(|(known, _)| *known < version)
        {
            kept.directory = Some((version, Arc::clone(directory)));
        }
        if let Some(book) = book
            && kept.book.as_ref().is_none_or(|(known, _)| *known < version)
        {
            kept.book = Some((version, Arc::clone(book)));
        }
    }
}

impl Store {
    /// Everything on the record, now.
    pub async fn book(&self) -> Result<Arc<Book>, StoreError> {
        self.read().await?.book().await
    }

    /// Everything commitments refer to, now.
    pub async fn directory(&self) -> Result<Arc<Directory>, StoreError> {
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
    /// Everything commitments refer to.
    pub async fn directory(&self) -> Result<Arc<Directory>, StoreError> {
        if self.edits {
            // What this very change wrote must be seen, and by nobody else yet.
            return Ok(Arc::new(self.load_directory().await?));
        }
        let version = self.installation_row().await?.record_version;
        if let Some(directory) = self.shelf.directory(version) {
            return Ok(directory);
        }
        let directory = Arc::new(self.load_directory().await?);
        self.shelf.keep(version, &directory, None);
        Ok(directory)
    }

    /// Everything on the record.
    pub async fn book(&self) -> Result<Arc<Book>, StoreError> {
        let version = self.installation_row().await?.record_version;
        let kept = self.shelf.book();
        if let Some((known, book)) = &kept
            && *known == version
            && !self.edits
        {
            return Ok(Arc::clone(book));
        }
        let directory = self.directory().await?;
        let (since, mut commitments) = match kept {
            Some((known, book)) if known <= version => (known, book.commitments.clone()),
            _ => (-1, BTreeMap::new()),
        };
        self.load_changed_since(since, &directory, &mut commitments)
            .await?;
        let book = Arc::new(Book {
            documents: self.load_documents(&directory).await?,
            directory: Arc::clone(&directory),
            commitments,
        });
        if !self.edits {
            self.shelf.keep(version, &directory, Some(&book));
        }
        Ok(book)
    }
}

impl Change {
    /// Saves exactly the things named, out of a book that holds them, in an order in which every
    /// reference finds what it names.
    pub async fn save(&mut self, book: &Book, keys: &[EntityKey]) -> Result<(), StoreError> {
        let edition = self.edition().ok_or(StoreError::NotAnEdit)?;
        let of_kind = |kind: &'static str| {
            keys.iter()
                .filter(move |key| key.kind == kind)
                .map(|key| key.id.as_str())
        };
        let directory = &book.directory;
        for calendar in of_kind(entity::CALENDAR).filter_map(|id| directory.calendars.get(id)) {
            self.save_calendar(calendar).await?;
        }
        for party in of_kind(entity::PARTY).filter_map(|id| directory.parties.get(id)) {
            self.save_party(party).await?;
        }
        for person in of_kind(entity::PERSON).filter_map(|id| directory.people.get(id)) {
            self.save_person(person).await?;
        }
        for desk in of_kind(entity::DESK).filter_map(|id| directory.desks.get(id)) {
            self.save_desk(desk).await?;
        }
        for id in of_kind(entity::ABSENCE) {
            let of_id = directory.absences.iter();
            for absence in of_id.filter(|a| id == format!("{}@{}", a.person, a.from)) {
                self.save_absence(absence).await?;
            }
        }
        for partnership in
            of_kind(entity::PARTNERSHIP).filter_map(|id| directory.partnerships.get(id))
        {
            self.save_partnership(partnership).await?;
        }
        for id in of_kind(entity::CHAIRMANSHIP) {
            let year = id.parse().ok();
            if let Some(chairmanship) = year.and_then(|y: i32| directory.chairmanships.get(&y)) {
                self.save_chairmanship(chairmanship).await?;
            }
        }
        for meeting in of_kind(entity::MEETING).filter_map(|id| directory.meetings.get(id)) {
            self.save_meeting(meeting).await?;
        }
        for document in of_kind(entity::DOCUMENT).filter_map(|id| book.document(id)) {
            self.save_document(document).await?;
        }
        for instrument in of_kind(entity::INSTRUMENT).filter_map(|id| directory.instruments.get(id))
        {
            self.save_instrument(instrument).await?;
        }
        if of_kind(entity::POLICY).next().is_some() {
            self.save_policy(book).await?;
        }
        let commitments: Vec<_> = of_kind(entity::COMMITMENT)
            .filter_map(|id| book.commitment(id))
            .collect();
        self.save_commitments(&commitments, edition).await
    }
}
