//! Answers given by the links of letters. Each link works once: the row is its proof, and the unique
//! key the guard, whatever two tabs or two daemons do at the same moment.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, NotSet, QueryFilter, Set, TryInsertResult};
use uuid::Uuid;

use super::error::StoreError;
use super::transaction::{Change, Snapshot};
use super::words::{instant, word};
use crate::domain::answer::Answer;
use crate::domain::ids::CommitmentRef;

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "answer")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub notice_id: Uuid,
        pub commitment: String,
        pub milestone: String,
        pub answer: String,
        pub given: String,
        pub at: DateTimeUtc,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An answer that a link gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenAnswer {
    pub answer: Answer,
    /// The name of whoever gave it.
    pub given: String,
    /// By the business clock.
    pub at: DateTime<Utc>,
}

/// What a link is about: an item of a notice.
#[derive(Debug, Clone, Copy)]
pub struct AnsweredItem<'a> {
    pub notice: Uuid,
    pub commitment: &'a CommitmentRef,
    pub milestone: Option<&'a str>,
}

impl Snapshot {
    /// The answer that was given to an item of a notice by its link.
    pub async fn answer_to(
        &self,
        item: AnsweredItem<'_>,
    ) -> Result<Option<GivenAnswer>, StoreError> {
        let found = row::Entity::find()
            .filter(row::Column::NoticeId.eq(item.notice))
            .filter(row::Column::Commitment.eq(item.commitment.as_str()))
            .filter(row::Column::Milestone.eq(item.milestone.unwrap_or_default()))
            .one(&self.transaction)
            .await?;
        found
            .map(|row| {
                let row::Model {
                    id: _,
                    notice_id: _,
                    commitment: _,
                    milestone: _,
                    answer,
                    given,
                    at,
                } = row;
                Ok(GivenAnswer {
                    answer: word(Answer::parse, &answer, "answer.answer")?,
                    given,
                    at,
                })
            })
            .transpose()
    }
}

impl Change {
    /// Keeps that the link of an item was used; false where it was before.
    pub async fn use_answer(
        &mut self,
        item: AnsweredItem<'_>,
        given: &GivenAnswer,
    ) -> Result<bool, StoreError> {
        use row::Column as C;
        let GivenAnswer { answer, given, at } = given;
        let row = row::ActiveModel {
            id: NotSet,
            notice_id: Set(item.notice),
            commitment: Set(item.commitment.to_string()),
            milestone: Set(item.milestone.unwrap_or_default().to_owned()),
            answer: Set(answer.as_str().to_owned()),
            given: Set(given.clone()),
            at: Set(instant(*at)),
        };
        let used = row::Entity::insert(row)
            .on_conflict_do_nothing_on([C::NoticeId, C::Commitment, C::Milestone])
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(matches!(used, TryInsertResult::Inserted(1)))
    }
}
