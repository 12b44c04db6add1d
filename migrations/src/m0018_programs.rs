//! Keys of programs: with one a program reads what the person it belongs to reads. Instants here are of
//! the real clock.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop, key, plain};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0018_programs"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let by_person = plain("program_key_by_person", "program_key", &["person_id"]);
        create(manager, vec![program_key()], vec![by_person]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["program_key"]).await
    }
}

/// The hash of a random word; the word itself was shown once and is nowhere here.
fn program_key() -> TableCreateStatement {
    Table::create()
        .table("program_key")
        .col(uuid("id").primary_key())
        .col(text("hash").unique_key())
        .col(text("person_id"))
        // What the person calls the program.
        .col(text("name"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .check(Expr::col("name").ne(""))
        .foreign_key(&mut key(
            ("program_key", "person_id"),
            ("account", "person_id"),
            true,
        ))
        .to_owned()
}
