//! A database that was restored starts on hold: why and since when nothing leaves, from which day on
//! reminders were released, and by what the place the database lives in is known again.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0008_hold"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let hold = Table::create()
            .table("hold")
            .col(integer("id").primary_key())
            // Both or neither: nothing leaves without a reason that is told.
            .col(timestamp_with_time_zone_null("since"))
            .col(text_null("reason"))
            .col(date_null("released_on"))
            // Of a server: which cluster and which database in it. A file is known by its witness.
            .col(text_null("home"))
            .check(Expr::col("id").eq(1))
            .check(
                Expr::col("since")
                    .is_null()
                    .eq(Expr::col("reason").is_null()),
            )
            .to_owned();
        create(manager, vec![hold], Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["hold"]).await
    }
}
