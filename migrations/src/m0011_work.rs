//! What people work with: who gave a desk's answer, the next step, the later date wanted, who decided
//! and how sure they are; files of evidence; and up to when a reader has seen the overview.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop, key, one_of, plain};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0011_work"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column at a time, and no foreign key: that the reviewer exists is checked
        // where records are read and where updates are decided on.
        for column in added_to_updates() {
            let altered = Table::alter()
                .table("progress_update")
                .add_column(column)
                .to_owned();
            manager.alter_table(altered).await?;
        }
        let of_commitment = plain(
            "evidence_file_of_commitment",
            "evidence_file",
            &["commitment_id"],
        );
        create(manager, vec![evidence_file(), seen()], vec![of_commitment]).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["evidence_file", "seen"]).await?;
        for column in [
            "entered_at",
            "extension_of",
            "extension_to",
            "assessed",
            "reviewer_id",
            "next_step",
            "given",
        ] {
            let gone = Table::alter()
                .table("progress_update")
                .drop_column(column)
                .to_owned();
            manager.alter_table(gone).await?;
        }
        Ok(())
    }
}

fn added_to_updates() -> Vec<ColumnDef> {
    vec![
        text_null("given"),
        text_null("next_step"),
        text_null("reviewer_id"),
        text_null("assessed"),
        text_null("extension_to"),
        text_null("extension_of"),
        timestamp_with_time_zone_null("entered_at"),
    ]
}

/// A file that an update names as evidence. Its content never changes.
fn evidence_file() -> TableCreateStatement {
    Table::create()
        .table("evidence_file")
        .col(uuid("id").primary_key())
        .col(big_integer("commitment_id"))
        .col(text("name"))
        .col(text("media"))
        .col(big_integer("size"))
        .col(text("sha256"))
        .col(blob("content"))
        .col(text("by_id"))
        .col(timestamp_with_time_zone("added_at"))
        .check(one_of(
            "media",
            &[
                "application/pdf",
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                "application/vnd.openxmlformats-officedocument.presentationml.presentation",
                "image/jpeg",
                "image/png",
                "text/plain",
            ],
        ))
        .foreign_key(&mut key(
            ("evidence_file", "commitment_id"),
            ("commitment", "id"),
            true,
        ))
        .to_owned()
}

/// Up to when somebody has seen the overview.
fn seen() -> TableCreateStatement {
    Table::create()
        .table("seen")
        .col(text("reader_id").primary_key())
        .col(timestamp_with_time_zone("at"))
        .to_owned()
}
