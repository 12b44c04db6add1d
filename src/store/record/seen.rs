//! Up to when a reader has seen the overview: what is new is counted from there.

use chrono::{DateTime, Utc};
use sea_orm::{EntityTrait, Set};

use super::entity::seen;
use super::write::upsert;
use crate::domain::ids::ReaderId;
use crate::store::error::StoreError;
use crate::store::transaction::{Change, Snapshot};
use crate::store::words::instant;

impl Snapshot {
    /// Up to when a reader has seen the overview; `None` where they never said so.
    pub async fn seen_by(&self, reader: &ReaderId) -> Result<Option<DateTime<Utc>>, StoreError> {
        let row = seen::Entity::find_by_id(reader.to_string())
            .one(&self.transaction)
            .await?;
        Ok(row.map(|row| row.at))
    }
}

impl Change {
    /// A reader has seen the overview.
    pub async fn set_seen(
        &mut self,
        reader: &ReaderId,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let row = seen::ActiveModel {
            reader_id: Set(reader.to_string()),
            at: Set(instant(at)),
        };
        upsert(&self.transaction, vec![row]).await
    }
}
