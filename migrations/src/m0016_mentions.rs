//! Later documents that say a promise again, as part of the commitment they speak of.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop, key, keyed_by, one_of, plain};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0016_mentions"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let of_document = plain("mention_of_document", "mention", &["document_id"]);
        create(manager, vec![mention()], vec![of_document]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["mention"]).await
    }
}

fn mention() -> TableCreateStatement {
    Table::create()
        .table("mention")
        .col(big_integer("commitment_id"))
        .col(integer("place"))
        .col(date("date"))
        .col(text("document_id"))
        .col(integer_null("paragraph"))
        .col(text("words"))
        .col(text("effect"))
        .primary_key(&mut keyed_by(&["commitment_id", "place"]))
        .check(one_of("effect", &["repeats", "strengthens", "weakens"]))
        .foreign_key(&mut key(
            ("mention", "commitment_id"),
            ("commitment", "id"),
            true,
        ))
        .foreign_key(&mut key(
            ("mention", "document_id"),
            ("document", "id"),
            false,
        ))
        .to_owned()
}
