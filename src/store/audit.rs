//! The audit, as a chain: see [`domain::audit`](crate::domain::audit). Whoever writes a line holds the
//! row of the chain's end until the transaction is over, so that lines have one order.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Set};

use super::error::StoreError;
use super::transaction::{Change, Snapshot};
use super::words::instant;
use crate::domain::audit::{AuditEntry, End, Follower, Seal, Trail};
use crate::domain::ledger::Page;

mod line {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i64,
        pub at: DateTimeUtc,
        pub actor: String,
        pub act: String,
        pub subject: String,
        pub detail: String,
        pub seal: Option<String>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod end {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_end")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub line: i64,
        pub seal: String,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The one row.
const END: i32 = 1;

/// How many lines are followed at a time.
const LINES: u64 = 1_000;

impl Snapshot {
    /// The audit, newest first.
    pub async fn audit_trail(&self, page: Page) -> Result<Vec<AuditEntry>, StoreError> {
        let rows = line::Entity::find()
            .order_by_desc(line::Column::Id)
            .offset(page.offset)
            .limit(page.limit)
            .all(&self.transaction)
            .await?;
        Ok(rows.into_iter().map(|row| entry_of(row).1).collect())
    }

    /// The lines of one act on one thing, newest first.
    pub async fn audit_of(
        &self,
        subject: &str,
        act: &str,
        limit: u64,
    ) -> Result<Vec<AuditEntry>, StoreError> {
        let rows = line::Entity::find()
            .filter(line::Column::Subject.eq(subject))
            .filter(line::Column::Act.eq(act))
            .order_by_desc(line::Column::Id)
            .limit(limit)
            .all(&self.transaction)
            .await?;
        Ok(rows.into_iter().map(|row| entry_of(row).1).collect())
    }

    /// How far the audit goes; `None` before its first line.
    pub async fn audit_end(&self) -> Result<Option<End>, StoreError> {
        let row = end::Entity::find_by_id(END).one(&self.transaction).await?;
        let row = row.ok_or(StoreError::Unprepared)?;
        Ok((row.line > 0).then(|| End {
            line: row.line,
            seal: Seal::kept(&row.seal),
        }))
    }

    /// Whether the chain still has an end that it had once.
    pub async fn audit_passes(&self, kept: &End) -> Result<bool, StoreError> {
        let row = line::Entity::find_by_id(kept.line)
            .one(&self.transaction)
            .await?;
        Ok(row.is_some_and(|row| row.seal.as_deref() == Some(kept.seal.as_str())))
    }

    /// Follows the whole chain, in bounded memory.
    pub async fn follow_audit(&self) -> Result<Trail, StoreError> {
        let mut follower = Follower::default();
        let mut after = i64::MIN;
        loop {
            let rows = line::Entity::find()
                .filter(line::Column::Id.gt(after))
                .order_by_asc(line::Column::Id)
                .limit(LINES)
                .all(&self.transaction)
                .await?;
            let Some(last) = rows.last() else { break };
            after = last.id;
            for row in rows {
                let seal = row.seal.clone().unwrap_or_default();
                let (id, entry) = entry_of(row);
                if let Err(line) = follower.take(id, &entry, &seal) {
                    return Ok(Trail::Broken { line });
                }
            }
        }
        Ok(follower.finish(self.audit_end().await?))
    }
}

impl Change {
    /// Leaves a line in the audit.
    pub async fn audit(
        &mut self,
        at: DateTime<Utc>,
        actor: &str,
        act: &str,
        subject: &str,
        detail: &str,
    ) -> Result<(), StoreError> {
        let entry = AuditEntry {
            at: instant(at),
            actor: actor.to_owned(),
            act: act.to_owned(),
            subject: subject.to_owned(),
            detail: detail.to_owned(),
        };
        let counted = end::Entity::update_many()
            .col_expr(end::Column::Line, Expr::col(end::Column::Line).add(1))
            .filter(end::Column::Id.eq(END))
            .exec_with_returning(&self.transaction)
            .await?;
        let end::Model { line, seal, .. } =
            counted.into_iter().next().ok_or(StoreError::Unprepared)?;
        let seal = Seal::kept(&seal).of_next(line, &entry);
        line::Entity::insert(row_of(line, entry, &seal))
            .exec_without_returning(&self.transaction)
            .await?;
        self.set_audit_end(line, &seal).await
    }

    /// Begins the chain, unless it is begun: lines of before are sealed as they were found, and
    /// numbered without gaps.
    pub(super) async fn begin_audit(&mut self) -> Result<(), StoreError> {
        let begun = end::Entity::find_by_id(END).one(&self.transaction).await?;
        if begun.is_some() {
            return Ok(());
        }
        let rows = line::Entity::find()
            .order_by_asc(line::Column::Id)
            .all(&self.transaction)
            .await?;
        let mut last = 0;
        let mut seal = Seal::nothing();
        for row in rows {
            let (id, entry) = entry_of(row);
            last += 1;
            seal = seal.of_next(last, &entry);
            line::Entity::update_many()
                .col_expr(line::Column::Id, Expr::value(last))
                .col_expr(line::Column::Seal, Expr::value(seal.as_str()))
                .filter(line::Column::Id.eq(id))
                .exec(&self.transaction)
                .await?;
        }
        self.set_audit_end(last, &seal).await
    }

    async fn set_audit_end(&mut self, line: i64, seal: &Seal) -> Result<(), StoreError> {
        let row = end::ActiveModel {
            id: Set(END),
            line: Set(line),
            seal: Set(seal.as_str().to_owned()),
        };
        let known = OnConflict::column(end::Column::Id)
            .update_columns([end::Column::Line, end::Column::Seal])
            .to_owned();
        end::Entity::insert(row)
            .on_conflict(known)
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }
}

fn entry_of(row: line::Model) -> (i64, AuditEntry) {
    let line::Model {
        id,
        at,
        actor,
        act,
        subject,
        detail,
        seal: _,
    } = row;
    let entry = AuditEntry {
        at,
        actor,
        act,
        subject,
        detail,
    };
    (id, entry)
}

fn row_of(id: i64, entry: AuditEntry, seal: &Seal) -> line::ActiveModel {
    let AuditEntry {
        at,
        actor,
        act,
        subject,
        detail,
    } = entry;
    line::ActiveModel {
        id: Set(id),
        at: Set(at),
        actor: Set(actor),
        act: Set(act),
        subject: Set(subject),
        detail: Set(detail),
        seal: Set(Some(seal.as_str().to_owned())),
    }
}
