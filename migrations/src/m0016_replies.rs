//! A reply by mail is a draft in the record; beside it stands only that it was taken, once, and from where.
//! The table that was made for more never held a row.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop, key, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0016_replies"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["reply"]).await?;
        let reply = Table::create()
            .table("reply")
            .col(big_pk_auto("id"))
            .col(text("message_id"))
            .col(uuid("notice_id"))
            .col(text("commitment"))
            // The desk for which it speaks, and whose address it came from, where it was a person's.
            .col(text("desk"))
            .col(text_null("person"))
            // How many came with it; none was kept.
            .col(integer("attachments"))
            .col(timestamp_with_time_zone("received_at"))
            .foreign_key(&mut key(("reply", "notice_id"), ("notice", "id"), false))
            .to_owned();
        let once = unique("reply_once", "reply", &["message_id", "commitment"]);
        create(manager, vec![reply], vec![once]).await
    }
}
