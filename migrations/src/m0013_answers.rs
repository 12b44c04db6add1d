//! What comes back from a letter: answers given by its links, each once; replies by mail, kept as drafts
//! for the desk to confirm; and notices that were sent once more because somebody asked.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop, key, one_of, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0013_answers"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![answer(), reply()];
        create(manager, tables, indexes()).await?;
        // Which notice it repeats; of every other nothing.
        let mut notice = Table::alter();
        notice.table("notice").add_column(uuid_null("again_of"));
        manager.alter_table(notice.to_owned()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut notice = Table::alter();
        notice.table("notice").drop_column("again_of");
        manager.alter_table(notice.to_owned()).await?;
        drop(manager, &["answer", "reply"]).await
    }
}

/// A link that was used. It is known by what it was bound to: the notice, and what of it was answered.
fn answer() -> TableCreateStatement {
    Table::create()
        .table("answer")
        .col(big_pk_auto("id"))
        .col(uuid("notice_id"))
        .col(text("commitment"))
        // The title of the milestone; empty for the commitment as a whole.
        .col(text("milestone"))
        .col(text("answer"))
        // Who gave it, by name.
        .col(text("given"))
        .col(timestamp_with_time_zone("at"))
        .check(one_of(
            "answer",
            &[
                "on-track", "at-risk", "done", "waiting", "new-date", "not-ours", "later",
            ],
        ))
        .foreign_key(&mut key(("answer", "notice_id"), ("notice", "id"), false))
        .to_owned()
}

/// A reply that came by mail. It is a draft in the record; here stands only that it was taken, once, and
/// from where.
fn reply() -> TableCreateStatement {
    Table::create()
        .table("reply")
        .col(big_pk_auto("id"))
        .col(text("message_id"))
        .col(uuid("notice_id"))
        .col(text("commitment"))
        // The desk for which it speaks, and the person whose address it came from, where it was one's.
        .col(text("desk"))
        .col(text_null("person"))
        // How many attachments came with it; none was kept.
        .col(integer("attachments"))
        .col(timestamp_with_time_zone("received_at"))
        .foreign_key(&mut key(("reply", "notice_id"), ("notice", "id"), false))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique(
            "answer_once",
            "answer",
            &["notice_id", "commitment", "milestone"],
        ),
        unique("reply_once", "reply", &["message_id", "commitment"]),
    ]
}
