//! What keeps mail from leaving until a person lets it go: a restored database does not know what was
//! sent after its backup was made.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{OnConflict, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, NotSet, Set, Statement};

use super::error::StoreError;
use super::transaction::Change;
use super::words::instant;
use super::{DatabaseKind, Snapshot, Store};

mod row {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "hold")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: i32,
        pub since: Option<DateTimeUtc>,
        pub reason: Option<String>,
        pub released_on: Option<Date>,
        pub home: Option<String>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The one row.
const ID: i32 = 1;

/// Why nothing leaves, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hold {
    pub since: DateTime<Utc>,
    /// A full sentence.
    pub reason: String,
}

impl Store {
    /// What keeps mail from leaving, if anything does.
    pub async fn hold(&self) -> Result<Option<Hold>, StoreError> {
        hold_of(&self.db).await
    }

    /// By what the server this database lives on is known: another cluster, or another database in
    /// it, means that it was restored from a dump. `None` for a file, and where the server does not
    /// tell.
    pub async fn home(&self) -> Result<Option<String>, StoreError> {
        if self.kind() == DatabaseKind::Sqlite {
            return Ok(None);
        }
        let question = "SELECT s.system_identifier::text || '/' || d.oid::text \
                        FROM pg_control_system() s, pg_database d \
                        WHERE d.datname = current_database()";
        let question = Statement::from_string(self.db.get_database_backend(), question);
        // A server may keep this from ordinary roles.
        let Ok(Some(row)) = self.db.query_one_raw(question).await else {
            return Ok(None);
        };
        Ok(row.try_get_by_index(0)?)
    }
}

async fn hold_of(db: &impl ConnectionTrait) -> Result<Option<Hold>, StoreError> {
    let row = row::Entity::find_by_id(ID).one(db).await?;
    Ok(row.and_then(|row| Hold::of(row.since, row.reason)))
}

impl Hold {
    /// What the row says, where anything holds mail back.
    pub(super) fn of(since: Option<DateTime<Utc>>, reason: Option<String>) -> Option<Self> {
        let (since, reason) = since.zip(reason)?;
        Some(Self { since, reason })
    }
}

/// Since when and why mail is held back, to be asked inside another statement.
pub(super) fn since_and_reason() -> [SelectStatement; 2] {
    [row::Column::Since, row::Column::Reason].map(|column| {
        Query::select()
            .column(column)
            .from(row::Entity)
            .and_where(row::Column::Id.eq(ID))
            .to_owned()
    })
}

impl Snapshot {
    async fn hold_row(&self) -> Result<Option<row::Model>, StoreError> {
        Ok(row::Entity::find_by_id(ID).one(&self.transaction).await?)
    }

    pub async fn hold(&self) -> Result<Option<Hold>, StoreError> {
        hold_of(&self.transaction).await
    }

    /// The day from which reminders were released after a hold.
    pub(super) async fn released_on(&self) -> Result<Option<NaiveDate>, StoreError> {
        Ok(self.hold_row().await?.and_then(|row| row.released_on))
    }

    /// Where the database lived when it was last looked at.
    pub async fn known_home(&self) -> Result<Option<String>, StoreError> {
        Ok(self.hold_row().await?.and_then(|row| row.home))
    }
}

impl Change {
    /// From now on nothing leaves.
    pub async fn begin_hold(
        &mut self,
        reason: &str,
        since: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        self.write_hold(row::ActiveModel {
            since: Set(Some(instant(since))),
            reason: Set(Some(reason.to_owned())),
            ..unchanged()
        })
        .await
    }

    /// Mail may leave again; what fell due before the day is never sent.
    pub async fn end_hold(&mut self, released_on: NaiveDate) -> Result<(), StoreError> {
        self.write_hold(row::ActiveModel {
            since: Set(None),
            reason: Set(None),
            released_on: Set(Some(released_on)),
            ..unchanged()
        })
        .await
    }

    pub async fn set_home(&mut self, home: &str) -> Result<(), StoreError> {
        self.write_hold(row::ActiveModel {
            home: Set(Some(home.to_owned())),
            ..unchanged()
        })
        .await
    }

    async fn write_hold(&mut self, row: row::ActiveModel) -> Result<(), StoreError> {
        use row::Column::{Home, Id, Reason, ReleasedOn, Since};
        let given = |column: &row::Column| match column {
            Id => false,
            Since => row.since.is_set(),
            Reason => row.reason.is_set(),
            ReleasedOn => row.released_on.is_set(),
            Home => row.home.is_set(),
        };
        let columns: Vec<row::Column> = [Since, Reason, ReleasedOn, Home]
            .into_iter()
            .filter(given)
            .collect();
        let conflict = OnConflict::column(Id).update_columns(columns).to_owned();
        row::Entity::insert(row)
            .on_conflict(conflict)
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }
}

/// Only what is set beside it is written.
fn unchanged() -> row::ActiveModel {
    row::ActiveModel {
        id: Set(ID),
        since: NotSet,
        reason: NotSet,
        released_on: NotSet,
        home: NotSet,
    }
}
