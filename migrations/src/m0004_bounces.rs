//! What comes back from the mail system: the installation's secret, by which it knows its own
//! return paths again, what was reported about notices, and the addresses mail does not reach.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop, key, one_of, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0004_bounces"
    }
}

const TABLES: [&str; 3] = ["secret", "delivery_report", "bouncing"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, vec![secret(), report(), bouncing()], indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

/// One row, drawn by the program when the database is made ready. Not a column of `installation`:
/// what is read with every page has no business holding it.
fn secret() -> TableCreateStatement {
    Table::create()
        .table("secret")
        .col(integer("id").primary_key())
        .col(blob("signing_key"))
        .check(Expr::col("id").eq(1))
        .to_owned()
}

/// What other mail servers said of a notice after the relay took it. Append-only; the same news
/// twice is one row.
fn report() -> TableCreateStatement {
    Table::create()
        .table("delivery_report")
        .col(big_pk_auto("id"))
        .col(uuid("notice_id"))
        .col(timestamp_with_time_zone("at"))
        .col(text("action"))
        // Whom the report is about; empty where it does not say.
        .col(text("address"))
        // RFC 3463; empty where there is none.
        .col(text("enhanced_code"))
        .col(text("reply"))
        .check(one_of(
            "action",
            &["failed", "delayed", "delivered", "answered"],
        ))
        .foreign_key(&mut key(
            ("delivery_report", "notice_id"),
            ("notice", "id"),
            false,
        ))
        .to_owned()
}

/// Addresses mail does not reach, in lower case, until somebody says that it does again.
fn bouncing() -> TableCreateStatement {
    Table::create()
        .table("bouncing")
        .col(text("address").primary_key())
        .col(timestamp_with_time_zone("since"))
        .col(timestamp_with_time_zone("last_at"))
        // The notice that came back last.
        .col(uuid("notice_id"))
        .col(text("reply"))
        .col(text_null("enhanced_code"))
        .col(integer("times"))
        .check(Expr::col("times").gte(1))
        .foreign_key(&mut key(("bouncing", "notice_id"), ("notice", "id"), false))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![unique(
        "delivery_report_once",
        "delivery_report",
        &["notice_id", "action", "address", "enhanced_code"],
    )]
}
