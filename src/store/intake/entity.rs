//! The tables of documents on their way into the record, as SeaORM sees them.

pub mod document {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "intake")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub partnership_id: String,
        pub meeting_id: Option<String>,
        pub document_id: Option<String>,
        pub title: String,
        pub text: String,
        pub sha256: String,
        pub issued: Date,
        pub is_confidential: bool,
        pub passed: String,
        pub by_id: String,
        pub at: DateTimeUtc,
        pub version: i64,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub mod proposal {
    use sea_orm::entity::prelude::*;

    #[derive(Debug, Clone, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "intake_proposal")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub intake_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub n: i32,
        pub start_at: i32,
        pub end_at: i32,
        pub origin: String,
        pub parent_n: Option<i32>,
        pub cue: String,
        pub why: String,
        pub fields: String,
        pub state: String,
        pub reference: Option<String>,
        pub effect: Option<String>,
        pub into_n: Option<i32>,
        pub reason: Option<String>,
        pub version: i32,
        pub decided_by: Option<String>,
        pub decided_at: Option<DateTimeUtc>,
    }

    #[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}
