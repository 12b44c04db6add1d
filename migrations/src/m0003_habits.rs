//! What people choose for themselves (hour, cadence, pause, calendar parts), and two more reasons
//! for which an occurrence is not sent: its address does not take mail, and its time ran out.
//!
//! SQLite cannot change a check, so the two tables that hold reasons are built anew there. The
//! order lets every foreign key hold at every step; a renamed table takes the keys that name it
//! along.

use sea_orm_migration::{
    prelude::*,
    schema::*,
    sea_orm::{ConnectionTrait, DatabaseBackend},
};

use crate::tables::{key, one_of, plain, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0003_habits"
    }
}

const CADENCES: [&str; 4] = ["weekly", "fortnightly", "monthly", "never"];

const REASONS: [&str; 11] = [
    "before-it-was-recorded",
    "before-it-went-live",
    "coalesced",
    "answered",
    "snoozed",
    "superseded",
    "passed",
    "no-recipient",
    "not-permitted",
    "undeliverable",
    "expired",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in ["person", "desk"] {
            for column in habits() {
                let mut altered = Table::alter();
                manager
                    .alter_table(altered.table(table).add_column(column).to_owned())
                    .await?;
            }
        }
        match manager.get_database_backend() {
            DatabaseBackend::Sqlite => rebuild_ledger(manager).await,
            _ => replace_checks(manager).await,
        }
    }
}

/// One column to a statement: SQLite takes no more.
fn habits() -> [ColumnDef; 5] {
    let whole = "(pause_from IS NULL AND pause_until IS NULL) \
                 OR (pause_from IS NOT NULL AND pause_until IS NOT NULL AND pause_from <= pause_until)";
    [
        time_null("slot"),
        text("digest")
            .default("weekly")
            .check(one_of("digest", &CADENCES))
            .take(),
        date_null("pause_from"),
        date_null("pause_until").check(Expr::cust(whole)).take(),
        boolean("calendar_part").default(false).take(),
    ]
}

/// PostgreSQL named each check after its table and its one column.
async fn replace_checks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let words = REASONS.map(|reason| format!("'{reason}'")).join(", ");
    for (table, column) in [("occurrence", "reason"), ("notice_item", "dropped")] {
        let check = format!("{table}_{column}_check");
        let statement = format!(
            "ALTER TABLE {table} DROP CONSTRAINT {check}, ADD CONSTRAINT {check} CHECK ({column} IN ({words}))"
        );
        manager
            .get_connection()
            .execute_unprepared(&statement)
            .await?;
    }
    Ok(())
}

/// 1. New tables are filled from the old ones; what refers to occurrences refers to the new ones.
/// 2. The old ones go, the referring one first.
/// 3. The new ones take their names, and get their indexes.
async fn rebuild_ledger(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    manager.create_table(occurrence("occurrence_new")).await?;
    manager
        .create_table(notice_item("notice_item_new", "occurrence_new"))
        .await?;
    for table in ["occurrence", "notice_item"] {
        let copied = format!("INSERT INTO {table}_new SELECT * FROM {table}");
        // Numbers that were given out stay given out.
        let counted = format!(
            "INSERT INTO sqlite_sequence (name, seq) \
             SELECT '{table}_new', seq FROM sqlite_sequence WHERE name = '{table}'"
        );
        let uncounted = format!("DELETE FROM sqlite_sequence WHERE name = '{table}_new'");
        for statement in [copied, uncounted, counted] {
            manager
                .get_connection()
                .execute_unprepared(&statement)
                .await?;
        }
    }
    for table in ["notice_item", "occurrence"] {
        manager
            .drop_table(Table::drop().table(table).to_owned())
            .await?;
    }
    for table in ["occurrence", "notice_item"] {
        let renamed = Table::rename()
            .table(format!("{table}_new"), table)
            .to_owned();
        manager.rename_table(renamed).await?;
    }
    for index in indexes() {
        manager.create_index(index).await?;
    }
    Ok(())
}

/// As the ledger's migration made it, with its columns in the same order.
fn occurrence(name: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(big_pk_auto("id"))
        .col(text("subject_kind"))
        .col(text("subject_id"))
        .col(text("milestone"))
        .col(text("rule"))
        .col(text("basis"))
        .col(text("recipient"))
        .col(date("date"))
        .col(timestamp_with_time_zone("slot"))
        .col(text("state"))
        .col(text_null("reason"))
        .col(text("because"))
        .col(timestamp_with_time_zone("recorded_at"))
        .check(one_of(
            "subject_kind",
            &["commitment", "milestone", "meeting", "reader"],
        ))
        .check(one_of(
            "state",
            &["waiting", "sent", "skipped", "superseded", "cancelled"],
        ))
        .check(one_of("reason", &REASONS))
        .check(
            Expr::col("state")
                .ne("skipped")
                .or(Expr::col("reason").is_not_null()),
        )
        .to_owned()
}

/// As the ledger's migration made it, with its columns in the same order.
fn notice_item(name: &'static str, occurrence: &'static str) -> TableCreateStatement {
    Table::create()
        .table(name)
        .col(big_pk_auto("id"))
        .col(uuid("notice_id"))
        .col(big_integer("occurrence_id"))
        .col(text("commitment"))
        .col(text_null("milestone"))
        .col(text_null("meeting"))
        .col(text("rule"))
        .col(text_null("line"))
        .col(boolean("late"))
        .col(text("because"))
        .col(text_null("dropped"))
        .check(one_of("dropped", &REASONS))
        .foreign_key(&mut key((name, "notice_id"), ("notice", "id"), false))
        .foreign_key(&mut key((name, "occurrence_id"), (occurrence, "id"), false))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique(
            "occurrence_once",
            "occurrence",
            &[
                "subject_kind",
                "subject_id",
                "milestone",
                "rule",
                "basis",
                "recipient",
            ],
        ),
        plain("occurrence_recipient", "occurrence", &["recipient", "slot"]),
        plain("occurrence_slot", "occurrence", &["slot", "id"]),
        plain(
            "occurrence_state",
            "occurrence",
            &["state", "slot", "reason"],
        ),
        plain("notice_item_notice", "notice_item", &["notice_id"]),
        plain("notice_item_occurrence", "notice_item", &["occurrence_id"]),
        plain("notice_item_commitment", "notice_item", &["commitment"]),
    ]
}
