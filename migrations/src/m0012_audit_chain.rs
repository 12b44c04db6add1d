//! The audit as a chain: each line carries a seal over itself and the seal before it, and the last
//! seal is kept beside, so that a line changed, taken out or put in between is noticed.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0012_audit_chain"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Lines of before have none until the next line is written, which seals them first.
        let sealed = Table::alter()
            .table("audit")
            .add_column(text_null("seal"))
            .to_owned();
        manager.alter_table(sealed).await?;
        let end = Table::create()
            .table("audit_end")
            .col(integer("id").primary_key())
            .col(big_integer("line"))
            .col(text("seal"))
            .check(Expr::col("id").eq(1))
            .to_owned();
        create(manager, vec![end], Vec::new()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["audit_end"]).await?;
        let plain = Table::alter().table("audit").drop_column("seal").to_owned();
        manager.alter_table(plain).await
    }
}
