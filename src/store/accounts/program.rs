//! Keys of programs, found by the hash of the word a program brings.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, Set};
use uuid::Uuid;

use super::account::from_row;
use super::entity::{account, program_key};
use crate::domain::account::{Account, ProgramKey};
use crate::domain::ids::PersonId;
use crate::store::words::{instant, parsed};
use crate::store::{Change, Snapshot, Store, StoreError};

impl Store {
    /// Whose key a hash is of, as long as it opens; none where the account is disabled.
    pub async fn holder_of_key(
        &self,
        hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<Account>, StoreError> {
        let found = program_key::Entity::find()
            .filter(program_key::Column::Hash.eq(hash))
            .filter(program_key::Column::ExpiresAt.gt(instant(now)))
            .find_also_related(account::Entity)
            .filter(account::Column::DisabledAt.is_null())
            .one(&self.db)
            .await?;
        let holder = found.and_then(|(_, account)| account);
        holder.map(from_row).transpose()
    }
}

impl Snapshot {
    /// The keys of a person, the newest first; those that ended as well, until they are forgotten.
    pub async fn program_keys(&self, person: &PersonId) -> Result<Vec<ProgramKey>, StoreError> {
        let rows = program_key::Entity::find()
            .filter(program_key::Column::PersonId.eq(person.as_str()))
            .order_by_desc(program_key::Column::CreatedAt)
            .order_by_asc(program_key::Column::Id)
            .all(&self.transaction)
            .await?;
        rows.into_iter().map(of_row).collect()
    }
}

impl Change {
    pub async fn add_program_key(&mut self, key: &ProgramKey) -> Result<(), StoreError> {
        let ProgramKey {
            id,
            hash,
            person,
            name,
            created_at,
            expires_at,
        } = key;
        let row = program_key::ActiveModel {
            id: Set(*id),
            hash: Set(hash.clone()),
            person_id: Set(person.to_string()),
            name: Set(name.clone()),
            created_at: Set(instant(*created_at)),
            expires_at: Set(instant(*expires_at)),
        };
        program_key::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }

    /// Takes a key away from its person; whether it was theirs.
    pub async fn remove_program_key(
        &mut self,
        person: &PersonId,
        id: Uuid,
    ) -> Result<bool, StoreError> {
        let removed = program_key::Entity::delete_by_id(id)
            .filter(program_key::Column::PersonId.eq(person.as_str()))
            .exec(&self.transaction)
            .await?;
        Ok(removed.rows_affected > 0)
    }

    /// Forgets keys that ended before a moment.
    pub async fn forget_ended_keys(&mut self, before: DateTime<Utc>) -> Result<(), StoreError> {
        program_key::Entity::delete_many()
            .filter(program_key::Column::ExpiresAt.lt(instant(before)))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}

fn of_row(row: program_key::Model) -> Result<ProgramKey, StoreError> {
    let program_key::Model {
        id,
        hash,
        person_id,
        name,
        created_at,
        expires_at,
    } = row;
    Ok(ProgramKey {
        id,
        hash,
        person: parsed(PersonId::parse(&person_id), "program_key.person_id")?,
        name,
        created_at,
        expires_at,
    })
}
