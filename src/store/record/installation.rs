//! The installation itself, what the last import said, and who gets digests.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseBackend, EntityTrait, QueryFilter, QuerySelect, Set,
    Value,
};
use uuid::Uuid;

use crate::domain::ids::ReaderId;
use crate::domain::policy::PolicyOverride;
use crate::record::EntityKey;
use crate::store::LOOK_AT_ONCE;
use crate::store::error::StoreError;
use crate::store::record::entity::{imported, installation, reader};
use crate::store::record::write::upsert;
use crate::store::transaction::{Change, Snapshot};
use crate::store::words::to_json;

/// The version of the record, to be asked inside another statement.
pub(in crate::store) fn version_of_the_record() -> SelectStatement {
    Query::select()
        .column(installation::Column::RecordVersion)
        .from(installation::Entity)
        .to_owned()
}

/// What is known of the installation.
#[derive(Debug, Clone, PartialEq)]
pub struct Installation {
    /// Drawn when the database was made: tells one installation from another.
    pub token: Uuid,
    /// The day from which reminders are sent: the day it went live, or was released after a hold.
    pub live_on: Option<NaiveDate>,
    /// Counts the changes of the record.
    pub record_version: i64,
    pub created_at: DateTime<Utc>,
}

impl Snapshot {
    pub async fn installation(&self) -> Result<Installation, StoreError> {
        let installation::Model {
            id: _,
            token,
            live_on,
            record_version,
            directory_version: _,
            policy: _,
            created_at,
        } = self.installation_row().await?;
        Ok(Installation {
            token,
            live_on: Ord::max(live_on, self.released_on().await?),
            record_version,
            created_at,
        })
    }

    pub(in crate::store) async fn installation_row(
        &self,
    ) -> Result<installation::Model, StoreError> {
        let row = installation::Entity::find_by_id(installation::Model::ID)
            .one(&self.transaction)
            .await?;
        row.ok_or(StoreError::Unprepared)
    }

    /// What the last import said of each thing, as canonical JSON.
    pub async fn imported(&self) -> Result<BTreeMap<EntityKey, String>, StoreError> {
        let rows = imported::Entity::find().all(&self.transaction).await?;
        rows.into_iter()
            .map(|imported::Model { kind, id, body }| {
                let key = EntityKey::of(&kind, id).ok_or_else(|| {
                    StoreError::unreadable(format!("the table `imported` has a `{kind}`"))
                })?;
                Ok((key, body))
            })
            .collect()
    }
}

impl Change {
    /// Counts the record's version up; returns the new one. The row's lock makes edits wait for
    /// each other.
    pub(in crate::store) async fn count_up(&mut self) -> Result<i64, StoreError> {
        let next = Expr::col(installation::Column::RecordVersion).add(1);
        let counted = installation::Entity::update_many()
            .col_expr(installation::Column::RecordVersion, next)
            .filter(installation::Column::Id.eq(installation::Model::ID))
            .exec_with_returning(&self.transaction)
            .await?;
        let row = counted.into_iter().next().ok_or(StoreError::Unprepared)?;
        Ok(row.record_version)
    }

    /// The directory was last changed in this version of the record.
    pub(in crate::store) async fn set_directory_version(
        &mut self,
        edition: i64,
    ) -> Result<(), StoreError> {
        self.set_installation(installation::Column::DirectoryVersion, edition)
            .await
    }

    pub(super) async fn set_installation(
        &mut self,
        column: installation::Column,
        value: impl Into<Value>,
    ) -> Result<(), StoreError> {
        installation::Entity::update_many()
            .col_expr(column, Expr::value(value))
            .filter(installation::Column::Id.eq(installation::Model::ID))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Edits and re-timings take turns: both lock many commitments, each in an order of its own.
    /// SQLite has one writer at a time as it is.
    pub async fn lock_installation(&mut self) -> Result<(), StoreError> {
        if self.transaction.get_database_backend() == DatabaseBackend::Postgres {
            installation::Entity::find_by_id(installation::Model::ID)
                .lock_exclusive()
                .one(&self.transaction)
                .await?;
        }
        Ok(())
    }

    /// Makes the row of the installation, unless it is there.
    pub(in crate::store) async fn found(&mut self, now: DateTime<Utc>) -> Result<(), StoreError> {
        let row = installation::ActiveModel {
            id: Set(installation::Model::ID),
            token: Set(Uuid::new_v4()),
            live_on: Set(None),
            record_version: Set(0),
            directory_version: Set(0),
            policy: Set(to_json(&PolicyOverride::default())),
            created_at: Set(now),
        };
        installation::Entity::insert(row)
            .on_conflict(
                OnConflict::column(installation::Column::Id)
                    .do_nothing()
                    .to_owned(),
            )
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }

    pub async fn set_live_on(&mut self, day: NaiveDate) -> Result<(), StoreError> {
        self.set_installation(installation::Column::LiveOn, day)
            .await
    }

    /// Keeps what an import said as the common ground of the next one.
    pub async fn set_imported(&mut self, bodies: &[(EntityKey, String)]) -> Result<(), StoreError> {
        // One statement cannot write a row twice; of two bodies the later counts.
        let bodies: BTreeMap<&EntityKey, &String> = bodies.iter().map(|(k, b)| (k, b)).collect();
        let rows = bodies.into_iter().map(|(key, body)| imported::ActiveModel {
            kind: Set(key.kind.to_owned()),
            id: Set(key.id.clone()),
            body: Set(body.clone()),
        });
        upsert(&self.transaction, rows.collect()).await
    }

    /// Keeps those who may get a digest: the new ones are looked at at once, the others no more.
    pub async fn keep_readers(&mut self, readers: &BTreeSet<ReaderId>) -> Result<(), StoreError> {
        let known: Vec<String> = reader::Entity::find()
            .select_only()
            .column(reader::Column::Id)
            .into_tuple()
            .all(&self.transaction)
            .await?;
        for gone in known.iter().filter(|id| !readers.contains(id.as_str())) {
            reader::Entity::delete_by_id(gone.clone())
                .exec(&self.transaction)
                .await?;
        }
        let new = readers
            .iter()
            .filter(|id| !known.iter().any(|k| k == id.as_str()))
            .map(|id| reader::ActiveModel {
                id: Set(id.to_string()),
                version: Set(1),
                next_due: Set(Some(LOOK_AT_ONCE)),
            });
        upsert(&self.transaction, new.collect()).await
    }
}
