//! Files of evidence, kept beside the commitment whose updates name them.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect, Set};
use uuid::Uuid;

use super::entity::{commitment, evidence_file};
use crate::domain::evidence::Media;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::store::error::StoreError;
use crate::store::transaction::{Change, Snapshot};
use crate::store::words::{instant, word};

/// A file to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewEvidence {
    pub id: Uuid,
    pub name: String,
    pub media: Media,
    pub sha256: String,
    pub content: Vec<u8>,
    pub by: ReaderId,
}

/// A file as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFile {
    pub name: String,
    pub media: Media,
    pub sha256: String,
    pub content: Vec<u8>,
}

impl Snapshot {
    /// A file beside a commitment; `None` where there is none of this id beside it.
    pub async fn evidence(
        &self,
        reference: &CommitmentRef,
        id: Uuid,
    ) -> Result<Option<EvidenceFile>, StoreError> {
        let Some(row) = self.row_of(reference).await? else {
            return Ok(None);
        };
        let file = evidence_file::Entity::find_by_id(id)
            .filter(evidence_file::Column::CommitmentId.eq(row))
            .one(&self.transaction)
            .await?;
        file.map(|file| {
            Ok(EvidenceFile {
                media: word(Media::parse, &file.media, "evidence_file.media")?,
                name: file.name,
                sha256: file.sha256,
                content: file.content,
            })
        })
        .transpose()
    }

    async fn row_of(&self, reference: &CommitmentRef) -> Result<Option<i64>, StoreError> {
        let row = commitment::Entity::find()
            .select_only()
            .column(commitment::Column::Id)
            .filter(commitment::Column::Reference.eq(reference.as_str()))
            .into_tuple()
            .one(&self.transaction)
            .await?;
        Ok(row)
    }
}

impl Change {
    /// Keeps a file beside a commitment. False where there is no such commitment.
    pub async fn keep_evidence(
        &mut self,
        reference: &CommitmentRef,
        file: NewEvidence,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let Some(row) = self.row_of(reference).await? else {
            return Ok(false);
        };
        let NewEvidence {
            id,
            name,
            media,
            sha256,
            content,
            by,
        } = file;
        let file = evidence_file::ActiveModel {
            id: Set(id),
            commitment_id: Set(row),
            name: Set(name),
            media: Set(media.to_string()),
            size: Set(i64::try_from(content.len()).unwrap_or(i64::MAX)),
            sha256: Set(sha256),
            content: Set(content),
            by_id: Set(by.to_string()),
            added_at: Set(instant(now)),
        };
        evidence_file::Entity::insert(file)
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(true)
    }

    /// Lets go of the files an author put beside a commitment before an instant and that no update
    /// names: drafts were withdrawn, or a box was unticked. Returns how many.
    pub async fn let_go_of_evidence(
        &mut self,
        reference: &CommitmentRef,
        by: &ReaderId,
        named: &[Uuid],
        before: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let Some(row) = self.row_of(reference).await? else {
            return Ok(0);
        };
        let gone = evidence_file::Entity::delete_many()
            .filter(evidence_file::Column::CommitmentId.eq(row))
            .filter(evidence_file::Column::ById.eq(by.as_str()))
            .filter(evidence_file::Column::AddedAt.lt(instant(before)))
            .filter(evidence_file::Column::Id.is_not_in(named.iter().copied()))
            .exec(&self.transaction)
            .await?;
        Ok(gone.rows_affected)
    }
}
