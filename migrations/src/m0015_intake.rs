//! Outcome documents on their way into the record: the text as it was brought in, and what it proposed,
//! each proposal with its place, its fields as they are now and what became of it.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop, key, keyed_by, one_of, plain};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0015_intake"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let indexes = vec![
            plain("intake_partnership", "intake", &["partnership_id"]),
            plain("intake_sha256", "intake", &["sha256"]),
        ];
        create(manager, vec![intake(), proposal()], indexes).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &["intake", "intake_proposal"]).await
    }
}

fn intake() -> TableCreateStatement {
    Table::create()
        .table("intake")
        .col(uuid("id").primary_key())
        .col(text("partnership_id"))
        .col(text_null("meeting_id"))
        // As what it is on record, once somebody confirmed it.
        .col(text_null("document_id"))
        .col(text("title"))
        .col(text("text"))
        .col(text("sha256"))
        .col(date("issued"))
        .col(boolean("is_confidential"))
        // The sentences that were passed over, with their places and reasons.
        .col(text("passed"))
        .col(text("by_id"))
        .col(timestamp_with_time_zone("at"))
        // Counts what was done to it: whoever works on it holds its row.
        .col(big_integer("version"))
        .foreign_key(&mut key(
            ("intake", "partnership_id"),
            ("partnership", "id"),
            false,
        ))
        .foreign_key(&mut key(("intake", "meeting_id"), ("meeting", "id"), false))
        .foreign_key(&mut key(
            ("intake", "document_id"),
            ("document", "id"),
            false,
        ))
        .to_owned()
}

fn proposal() -> TableCreateStatement {
    let states = [
        "proposed", "accepted", "mention", "rejected", "merged", "split",
    ];
    // What is on record says as what; what went into another says into which.
    let named = Expr::col("state")
        .is_in(["accepted", "mention"])
        .eq(Expr::col("reference").is_not_null());
    let merged = Expr::col("state")
        .eq("merged")
        .eq(Expr::col("into_n").is_not_null());
    Table::create()
        .table("intake_proposal")
        .col(uuid("intake_id"))
        .col(integer("n"))
        // Code points of the text.
        .col(integer("start_at"))
        .col(integer("end_at"))
        .col(text("origin"))
        .col(integer_null("parent_n"))
        .col(text("cue"))
        .col(text("why"))
        // The keys of a commitment, as JSON.
        .col(text("fields"))
        .col(text("state"))
        .col(text_null("reference"))
        .col(text_null("effect"))
        .col(integer_null("into_n"))
        .col(text_null("reason"))
        .col(integer("version"))
        .col(text_null("decided_by"))
        .col(timestamp_with_time_zone_null("decided_at"))
        .primary_key(&mut keyed_by(&["intake_id", "n"]))
        .check(one_of("state", &states))
        .check(one_of("origin", &["read", "passed", "added", "split"]))
        .check(one_of("effect", &["repeats", "strengthens", "weakens"]))
        .check(named)
        .check(merged)
        .check(Expr::col("start_at").lt(Expr::col("end_at")))
        .foreign_key(&mut key(
            ("intake_proposal", "intake_id"),
            ("intake", "id"),
            true,
        ))
        .to_owned()
}
