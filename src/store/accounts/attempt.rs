//! Tries to sign in and to recover. They are in the database and not in memory, because several
//! daemons share a limit, and a restart must not forget it.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, NotSet, PaginatorTrait, QueryFilter, Set};

use super::entity::sign_in_attempt;
use crate::domain::account::AttemptKind;
use crate::store::words::instant;
use crate::store::{Change, Store, StoreError};

/// How many tries failed lately, the one just entered among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// Of the one just entered.
    pub id: i64,
    pub of_subject: u64,
    pub of_source: u64,
}

/// How long tries are kept.
const KEPT: TimeDelta = TimeDelta::days(1);

impl Store {
    /// Enters a try as failed, which it is until it succeeds, and counts those since a moment. What is
    /// entered is committed before it is counted: of many at once each finds the ones before it.
    pub async fn enter_attempt(
        &self,
        kind: AttemptKind,
        subject: &str,
        source: &str,
        now: DateTime<Utc>,
        since: DateTime<Utc>,
    ) -> Result<Tries, StoreError> {
        let change = self.change().await?;
        sign_in_attempt::Entity::delete_many()
            .filter(sign_in_attempt::Column::At.lt(instant(now - KEPT)))
            .exec(&change.transaction)
            .await?;
        let row = sign_in_attempt::ActiveModel {
            id: NotSet,
            at: Set(instant(now)),
            kind: Set(kind.as_str().to_owned()),
            subject: Set(subject.to_owned()),
            source: Set(source.to_owned()),
            succeeded: Set(false),
        };
        let entered = sign_in_attempt::Entity::insert(row)
            .exec(&change.transaction)
            .await?;
        change.commit().await?;
        use sign_in_attempt::Column::{Source, Subject};
        Ok(Tries {
            id: entered.last_insert_id,
            of_subject: self.failed(kind, Subject.eq(subject), since).await?,
            of_source: self.failed(kind, Source.eq(source), since).await?,
        })
    }

    async fn failed(
        &self,
        kind: AttemptKind,
        whose: sea_orm::sea_query::SimpleExpr,
        since: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        use sign_in_attempt::Column::{At, Kind, Succeeded};
        let failed = sign_in_attempt::Entity::find()
            .filter(Kind.eq(kind.as_str()).and(whose))
            .filter(At.gt(instant(since)).and(Succeeded.eq(false)))
            .count(&self.db)
            .await?;
        Ok(failed)
    }
}

impl Change {
    /// A try succeeded, and counts against nobody; nor do the earlier ones of the same subject.
    pub async fn attempt_succeeded(&mut self, id: i64) -> Result<(), StoreError> {
        use sign_in_attempt::Column::{Id, Kind, Subject, Succeeded};
        let Some(row) = sign_in_attempt::Entity::find_by_id(id)
            .one(&self.transaction)
            .await?
        else {
            return Ok(());
        };
        sign_in_attempt::Entity::update_many()
            .col_expr(Succeeded, Expr::value(true))
            .filter(Id.eq(id).or(Kind.eq(row.kind).and(Subject.eq(row.subject))))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}
