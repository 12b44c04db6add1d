//! From values of `domain` to rows. The book says what is to be so; the keys say which things of it
//! are saved, whole: their rows and the rows of their lists.

use std::borrow::Borrow;
use std::collections::{BTreeMap, BTreeSet};

use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::record::entity::{self, EntityKey};
use crate::store::error::StoreError;
use crate::store::transaction::Change;

mod commitments;
mod directory;

impl Change {
    /// Saves exactly the things named, out of a book that holds them: new ones are added, known ones
    /// replaced. What no key names is left alone, whatever the book says of it. A key whose absence
    /// the book does not hold removes that absence; nothing else is ever deleted.
    ///
    /// # Errors
    /// [`StoreError::NotAnEdit`] outside an edit; [`StoreError::NotInTheBook`]; a reference to what
    /// is neither saved nor known is refused by the database.
    pub async fn save(&mut self, book: &Book, keys: &[EntityKey]) -> Result<(), StoreError> {
        let edition = self.edition().ok_or(StoreError::NotAnEdit)?;
        let keys = Keys::new(keys);
        if keys.concern_the_directory() {
            self.save_directory(&book.directory, &keys).await?;
            self.set_directory_version(edition).await?;
        }
        for document in keys.of(entity::DOCUMENT, &book.documents)? {
            self.save_document(document, edition).await?;
        }
        let commitments = keys.of(entity::COMMITMENT, &book.commitments)?;
        let commitments: Vec<&Commitment> = commitments.into_iter().map(|c| c.as_ref()).collect();
        self.save_commitments(&commitments, edition).await
    }

    /// In an order in which every reference finds what it names.
    async fn save_directory(
        &mut self,
        directory: &Directory,
        keys: &Keys<'_>,
    ) -> Result<(), StoreError> {
        for calendar in keys.of(entity::CALENDAR, &directory.calendars)? {
            self.save_calendar(calendar).await?;
        }
        for party in keys.of(entity::PARTY, &directory.parties)? {
            self.save_party(party).await?;
        }
        for person in keys.of(entity::PERSON, &directory.people)? {
            self.save_person(person).await?;
        }
        let desks = keys.of(entity::DESK, &directory.desks)?;
        for desk in &desks {
            self.save_desk(desk).await?;
        }
        // A desk may be reached through one that is saved after it.
        for desk in desks {
            self.save_way_to_desk(desk).await?;
        }
        self.save_absences(directory, keys).await?;
        for partnership in keys.of(entity::PARTNERSHIP, &directory.partnerships)? {
            self.save_partnership(partnership).await?;
        }
        for id in keys.ids(entity::CHAIRMANSHIP) {
            let year = id.parse().ok();
            let chairmanship = year.and_then(|year: i32| directory.chairmanships.get(&year));
            let chairmanship =
                chairmanship.ok_or_else(|| not_in_the_book(entity::CHAIRMANSHIP, id))?;
            self.save_chairmanship(chairmanship).await?;
        }
        for meeting in keys.of(entity::MEETING, &directory.meetings)? {
            self.save_meeting(meeting).await?;
        }
        for instrument in keys.of(entity::INSTRUMENT, &directory.instruments)? {
            self.save_instrument(instrument).await?;
        }
        if keys.ids(entity::POLICY).next().is_some() {
            self.save_policy(&directory.policy).await?;
        }
        Ok(())
    }

    async fn save_absences(
        &mut self,
        directory: &Directory,
        keys: &Keys<'_>,
    ) -> Result<(), StoreError> {
        let known: BTreeMap<String, _> = directory
            .absences
            .iter()
            .map(|absence| (entity::absence_id(absence), absence))
            .collect();
        for id in keys.ids(entity::ABSENCE) {
            match (known.get(id), person_and_day(id)) {
                (Some(absence), _) => self.save_absence(absence).await?,
                (None, Some((person, day))) => self.remove_absence(person, day).await?,
                (None, None) => return Err(not_in_the_book(entity::ABSENCE, id)),
            }
        }
        Ok(())
    }
}

/// The things to save, by kind, each once.
struct Keys<'a>(BTreeMap<&'static str, BTreeSet<&'a str>>);

impl<'a> Keys<'a> {
    fn new(keys: &'a [EntityKey]) -> Self {
        let mut by_kind: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for EntityKey { kind, id } in keys {
            by_kind.entry(kind).or_default().insert(id);
        }
        Self(by_kind)
    }

    fn ids(&self, kind: &'static str) -> impl Iterator<Item = &'a str> {
        self.0.get(kind).into_iter().flatten().copied()
    }

    /// The things of one kind.
    fn of<'m, K: Ord + Borrow<str>, V>(
        &self,
        kind: &'static str,
        things: &'m BTreeMap<K, V>,
    ) -> Result<Vec<&'m V>, StoreError> {
        let found = self
            .ids(kind)
            .map(|id| things.get(id).ok_or_else(|| not_in_the_book(kind, id)));
        found.collect()
    }

    fn concern_the_directory(&self) -> bool {
        self.0
            .keys()
            .any(|kind| !matches!(*kind, entity::DOCUMENT | entity::COMMITMENT))
    }
}

fn not_in_the_book(kind: &'static str, id: &str) -> StoreError {
    StoreError::NotInTheBook(EntityKey {
        kind,
        id: id.to_owned(),
    })
}

/// The parts of an absence's id, `PERSON@FIRST-DAY`.
fn person_and_day(id: &str) -> Option<(&str, chrono::NaiveDate)> {
    let (person, day) = id.split_once('@')?;
    Some((person, day.parse().ok()?))
}
