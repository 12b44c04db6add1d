//! Replies that came by mail. What they say is a draft of the desk in the record; here stands that each was
//! taken, once, and from where.

use chrono::{DateTime, Utc};
use sea_orm::{
    ColumnTrait, EntityTrait, NotSet, PaginatorTrait, QueryFilter, Set, TryInsertResult,
};
use uuid::Uuid;

use super::error::StoreError;
use super::transaction::{Change, Snapshot};
use super::words::instant;
use crate::domain::ids::{CommitmentRef, DeskId, PersonId};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "reply")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub message_id: String,
        pub notice_id: Uuid,
        pub commitment: String,
        pub desk: String,
        pub person: Option<String>,
        pub attachments: i32,
        pub received_at: DateTimeUtc,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// A reply on its way into the store.
#[derive(Debug, Clone, Copy)]
pub struct NewReply<'a> {
    /// In angle brackets.
    pub message_id: &'a str,
    /// What it replies to.
    pub notice: Uuid,
    pub commitment: &'a CommitmentRef,
    /// The desk for which it speaks.
    pub desk: &'a DeskId,
    /// Whose address it came from, where it was a person's.
    pub person: Option<&'a PersonId>,
    /// How many files came with it; none is kept.
    pub attachments: usize,
}

impl Snapshot {
    /// Whether a message was taken as a reply before.
    pub async fn knows_reply(&self, message_id: &str) -> Result<bool, StoreError> {
        let found = row::Entity::find()
            .filter(row::Column::MessageId.eq(message_id))
            .count(&self.transaction)
            .await?;
        Ok(found > 0)
    }
}

impl Change {
    /// Keeps that a reply was taken for a commitment; false where it was before.
    pub async fn enter_reply(
        &mut self,
        reply: NewReply<'_>,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let NewReply {
            message_id,
            notice,
            commitment,
            desk,
            person,
            attachments,
        } = reply;
        let row = row::ActiveModel {
            id: NotSet,
            message_id: Set(message_id.to_owned()),
            notice_id: Set(notice),
            commitment: Set(commitment.to_string()),
            desk: Set(desk.to_string()),
            person: Set(person.map(ToString::to_string)),
            attachments: Set(i32::try_from(attachments).unwrap_or(i32::MAX)),
            received_at: Set(instant(at)),
        };
        let entered = row::Entity::insert(row)
            .on_conflict_do_nothing_on([row::Column::MessageId, row::Column::Commitment])
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(matches!(entered, TryInsertResult::Inserted(1)))
    }
}
