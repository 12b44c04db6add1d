//! The installation's secret: drawn once, kept in the database, so that every daemon of an
//! installation signs and knows the same tokens. No export holds it, and nothing logs it.

use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait, Set};

use super::error::StoreError;
use super::transaction::Change;
use super::{Snapshot, Store};
use crate::domain::token::SigningKey;

mod row {
    use sea_orm::entity::prelude::*;

    // Without `Debug` of our own making nothing could print it; SeaORM asks for one.
    #[derive(Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "secret")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub signing_key: Vec<u8>,
    }

    impl std::fmt::Debug for Model {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("…")
        }
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The one row.
const ID: i32 = 1;

impl Store {
    /// The key by which this installation signs its tokens; read once.
    pub async fn signing_key(&self) -> Result<SigningKey, StoreError> {
        let key = self.shelf.signing_key.get_or_try_init(async || {
            let snapshot = self.read().await?;
            snapshot.signing_key().await
        });
        key.await.cloned()
    }
}

impl Snapshot {
    async fn signing_key(&self) -> Result<SigningKey, StoreError> {
        let row = row::Entity::find_by_id(ID)
            .one(&self.transaction)
            .await?
            .ok_or(StoreError::Unprepared)?;
        SigningKey::of(&row.signing_key)
            .ok_or_else(|| StoreError::unreadable("secret.signing_key has not 32 bytes"))
    }
}

impl Change {
    /// Draws the secret, unless it is there.
    pub(super) async fn draw_secret(&mut self) -> Result<(), StoreError> {
        let key: [u8; SigningKey::LENGTH] = rand::random();
        let row = row::ActiveModel {
            id: Set(ID),
            signing_key: Set(key.to_vec()),
        };
        row::Entity::insert(row)
            .on_conflict(OnConflict::column(row::Column::Id).do_nothing().to_owned())
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }
}
