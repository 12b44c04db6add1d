//! The index, kept right: whatever saves a commitment or a document replaces its rows with it. What was
//! on record before there was an index is indexed once, a batch at a time, and goes on where it was
//! interrupted.

use std::fmt::Write as _;

use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Set, Statement,
};

use crate::domain::commitment::Commitment;
use crate::domain::document::Document;
use crate::domain::finding::{Passage, passages, passages_of_document, stretches};
use crate::store::connection::Store;
use crate::store::error::StoreError;
use crate::store::record::CHUNK;
use crate::store::record::entity::{commitment, finding, finding_progress};
use crate::store::record::write::insert;
use crate::store::transaction::Change;

/// Counted up where `domain::folding` or `domain::finding` cut and spell otherwise than before: then
/// everything is indexed anew.
const RULES: i32 = 3;

/// The one row of how far it is.
const ID: i32 = 1;

impl Change {
    /// Replaces the rows of commitments, each with its number.
    pub(in crate::store::record) async fn index_commitments(
        &mut self,
        commitments: &[(i64, &Commitment)],
    ) -> Result<(), StoreError> {
        let ids = commitments.iter().map(|(id, _)| *id);
        finding::Entity::delete_many()
            .filter(finding::Column::CommitmentId.is_in(ids))
            .exec(&self.transaction)
            .await?;
        let mut rows = Rows::for_database(self.transaction.get_database_backend());
        for (id, commitment) in commitments {
            for passage in passages(commitment) {
                rows.add(&id.to_string(), "null", passage);
            }
        }
        self.insert_rows(rows).await
    }

    /// Replaces the rows of a document.
    pub(in crate::store::record) async fn index_document(
        &mut self,
        document: &Document,
    ) -> Result<(), StoreError> {
        finding::Entity::delete_many()
            .filter(finding::Column::DocumentId.eq(document.id.as_str()))
            .exec(&self.transaction)
            .await?;
        let mut rows = Rows::for_database(self.transaction.get_database_backend());
        let paragraphs = document.paragraphs();
        for passage in passages_of_document(document, &paragraphs) {
            // An id has no character that JSON would write otherwise.
            rows.add("null", &format!("\"{}\"", document.id), passage);
        }
        self.insert_rows(rows).await
    }

    async fn insert_rows(&mut self, rows: Rows) -> Result<(), StoreError> {
        let Some(rows) = rows.finish() else {
            return Ok(());
        };
        let backend = self.transaction.get_database_backend();
        let statement = Statement::from_sql_and_values(backend, insertion(backend), [rows.into()]);
        self.transaction.execute_raw(statement).await?;
        Ok(())
    }

    /// Makes the row that says how far it is, unless it is there.
    pub(in crate::store) async fn begin_finding(&mut self) -> Result<(), StoreError> {
        let known = finding_progress::Entity::find_by_id(ID)
            .one(&self.transaction)
            .await?;
        if known.is_some() {
            return Ok(());
        }
        let row = finding_progress::ActiveModel {
            id: Set(ID),
            rules: Set(0),
            after_id: Set(0),
        };
        insert(&self.transaction, vec![row]).await
    }

    /// Indexes the next batch of what was on record before; the documents come with the last. False
    /// where everything is indexed.
    async fn index_a_batch(&mut self) -> Result<bool, StoreError> {
        // Edits wait: what is read here is what is indexed, and nothing newer is overwritten.
        self.lock_installation().await?;
        let progress = finding_progress::Entity::find_by_id(ID)
            .one(&self.transaction)
            .await?
            .ok_or(StoreError::Unprepared)?;
        if progress.rules == RULES {
            return Ok(false);
        }
        let batch: Vec<(i64, String)> = commitment::Entity::find()
            .select_only()
            .columns([commitment::Column::Id, commitment::Column::Reference])
            .filter(commitment::Column::Id.gt(progress.after_id))
            .order_by_asc(commitment::Column::Id)
            .limit(CHUNK as u64)
            .into_tuple()
            .all(&self.transaction)
            .await?;
        let ids: Vec<i64> = batch.iter().map(|(id, _)| *id).collect();
        let known = self.commitments_of(&ids).await?;
        let of_row = |(id, reference): &(i64, String)| Some((*id, known.get(reference.as_str())?));
        let commitments = batch.iter().filter_map(of_row);
        let commitments: Vec<(i64, &Commitment)> =
            commitments.map(|(id, it)| (id, it.as_ref())).collect();
        self.index_commitments(&commitments).await?;
        match ids.last() {
            Some(last) => self.note_progress(0, *last).await?,
            None => {
                self.index_documents().await?;
                self.note_progress(RULES, 0).await?;
            }
        }
        Ok(true)
    }

    async fn index_documents(&mut self) -> Result<(), StoreError> {
        let directory = self.directory().await?;
        let mut documents = std::collections::BTreeMap::new();
        self.load_documents_since(-1, &directory, &mut documents)
            .await?;
        for document in documents.values() {
            self.index_document(document).await?;
        }
        Ok(())
    }

    async fn note_progress(&mut self, rules: i32, after_id: i64) -> Result<(), StoreError> {
        let row = finding_progress::ActiveModel {
            id: Set(ID),
            rules: Set(rules),
            after_id: Set(after_id),
        };
        finding_progress::Entity::update(row)
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}

impl Store {
    /// Indexes what was on record before there was an index, or before its rules changed. Where that is
    /// done, it is one small question; interrupted, it goes on where it was.
    pub(in crate::store) async fn index_for_finding(&self) -> Result<(), StoreError> {
        while self.index_a_batch().await? {}
        Ok(())
    }

    /// The next batch of it. False where everything is indexed.
    pub async fn index_a_batch(&self) -> Result<bool, StoreError> {
        let mut change = self.change().await?;
        let is_more = change.index_a_batch().await?;
        change.commit().await?;
        Ok(is_more)
    }
}

/// Rows on their way into the database as one text, however many: `[[commitment,document,level,part,
/// "words"],...]`.
struct Rows {
    text: String,
    backend: DatabaseBackend,
}

impl Rows {
    fn for_database(backend: DatabaseBackend) -> Self {
        Self {
            text: String::new(),
            backend,
        }
    }

    fn add(&mut self, commitment: &str, document: &str, passage: Passage<'_>) {
        let level = passage.level as i32;
        let part = i32::try_from(passage.part).unwrap_or(i32::MAX);
        for words in stretches(passage.text) {
            self.text.push(if self.text.is_empty() { '[' } else { ',' });
            // Words are letters, digits and marks alone: nothing in them has to be written otherwise.
            let words = match self.backend {
                DatabaseBackend::Postgres => vector(&words),
                _ => words.join(" "),
            };
            // Writing to a text does not fail.
            let _ = write!(
                self.text,
                "[{commitment},{document},{level},{part},\"{words}\"]"
            );
        }
    }

    fn finish(mut self) -> Option<String> {
        if self.text.is_empty() {
            return None;
        }
        self.text.push(']');
        Some(self.text)
    }
}

/// `'power':1 'grid':2`, as PostgreSQL reads a `tsvector`.
fn vector(words: &[String]) -> String {
    let mut text = String::new();
    for (place, word) in (1..).zip(words) {
        let _ = write!(text, "'{word}':{place} ");
    }
    text
}

fn insertion(backend: DatabaseBackend) -> &'static str {
    match backend {
        DatabaseBackend::Postgres => {
            "INSERT INTO finding (commitment_id, document_id, level, part, words) \
             SELECT (value->>0)::bigint, value->>1, (value->>2)::integer, (value->>3)::integer, \
                    (value->>4)::tsvector \
             FROM json_array_elements($1::json)"
        }
        _ => {
            "INSERT INTO finding (commitment_id, document_id, level, part, words) \
             SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]'), \
                    json_extract(value, '$[2]'), json_extract(value, '$[3]'), \
                    json_extract(value, '$[4]') \
             FROM json_each(?)"
        }
    }
}
