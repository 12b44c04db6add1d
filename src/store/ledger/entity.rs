//! The rows of the ledger's tables, as SeaORM sees them. Private to the ledger: everybody else sees
//! the values of `domain`.

use sea_orm::entity::prelude::*;

pub mod occurrence {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "occurrence")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub subject_kind: String,
        pub subject_id: String,
        pub milestone: String,
        pub rule: String,
        pub basis: String,
        pub recipient: String,
        pub date: Date,
        pub slot: DateTimeUtc,
        pub state: String,
        pub reason: Option<String>,
        pub because: String,
        pub recorded_at: DateTimeUtc,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod notice {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub recipient: String,
        pub to_address: String,
        pub date: Date,
        pub part: i32,
        pub kind: String,
        pub state: String,
        pub message_id: String,
        pub due_at: DateTimeUtc,
        pub retry_at: Option<DateTimeUtc>,
        pub lease_token: Option<Uuid>,
        pub lease_until: Option<DateTimeUtc>,
        pub attempts: i32,
        pub doubts: i32,
        pub doubt_since: Option<DateTimeUtc>,
        pub subject: Option<String>,
        pub content: Option<Vec<u8>>,
        pub settled_at: Option<DateTimeUtc>,
        pub again_of: Option<Uuid>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// A notice without its bytes.
    #[derive(Clone, Debug, DerivePartialModel)]
    #[sea_orm(entity = "Entity")]
    pub struct Row {
        pub id: Uuid,
        pub recipient: String,
        pub to_address: String,
        pub date: Date,
        pub part: i32,
        pub kind: String,
        pub state: String,
        pub message_id: String,
        pub due_at: DateTimeUtc,
        pub retry_at: Option<DateTimeUtc>,
        pub attempts: i32,
        pub doubts: i32,
        pub subject: Option<String>,
        pub settled_at: Option<DateTimeUtc>,
        pub again_of: Option<Uuid>,
    }
}

pub mod notice_item {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "notice_item")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub notice_id: Uuid,
        pub occurrence_id: i64,
        pub commitment: String,
        pub milestone: Option<String>,
        pub meeting: Option<String>,
        pub rule: String,
        pub line: Option<String>,
        pub late: bool,
        pub because: String,
        pub dropped: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod attempt {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "attempt")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub notice_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub n: i32,
        pub at: DateTimeUtc,
        pub phase: String,
        pub outcome: String,
        pub reply: String,
        pub enhanced_code: Option<String>,
        pub duration_ms: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod delivery_report {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "delivery_report")]
    pub struct Model {
        #[sea_orm(primary_key)]
        pub id: i64,
        pub notice_id: Uuid,
        pub at: DateTimeUtc,
        pub action: String,
        pub address: String,
        pub enhanced_code: String,
        pub reply: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod bouncing {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "bouncing")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub address: String,
        pub since: DateTimeUtc,
        pub last_at: DateTimeUtc,
        pub notice_id: Uuid,
        pub reply: String,
        pub enhanced_code: Option<String>,
        pub times: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod message {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "message")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub notice_id: Uuid,
        pub message_id: String,
        pub recipient: String,
        pub to_address: String,
        pub subject: String,
        pub delivered_at: DateTimeUtc,
        pub raw: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// A message without its bytes.
    #[derive(Clone, Debug, DerivePartialModel)]
    #[sea_orm(entity = "Entity")]
    pub struct Row {
        pub notice_id: Uuid,
        pub recipient: String,
        pub to_address: String,
        pub subject: String,
        pub delivered_at: DateTimeUtc,
    }
}

pub mod schedule_cursor {
    use super::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "schedule_cursor")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub job: String,
        pub planned_until: Option<DateTimeUtc>,
        pub lease_token: Option<Uuid>,
        pub lease_until: Option<DateTimeUtc>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
