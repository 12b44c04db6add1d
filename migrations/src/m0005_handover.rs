//! What changes about the record itself and stays visible: the moves of a meeting's date, the
//! passing of commitments from desk to desk, the end of a desk, and when each was entered.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop, key, keyed_by, one_of};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0005_handover"
    }
}

const STATUSES: [&str; 6] = [
    "awaiting-date",
    "tentative",
    "confirmed",
    "held",
    "postponed",
    "cancelled",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(manager, vec![meeting_move(), handover()], Vec::new()).await?;
        // SQLite adds one column at a time, and no foreign key: that the successor exists is
        // checked where records are read.
        add(manager, "desk", date_null("ends")).await?;
        add(manager, "desk", text_null("successor_id")).await?;
        let entered = timestamp_with_time_zone_null("entered_at");
        add(manager, "deadline_revision", entered).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            ("deadline_revision", "entered_at"),
            ("desk", "successor_id"),
            ("desk", "ends"),
        ] {
            let gone = Table::alter().table(table).drop_column(column).to_owned();
            manager.alter_table(gone).await?;
        }
        drop(manager, &["meeting_move", "handover"]).await
    }
}

async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: ColumnDef,
) -> Result<(), DbErr> {
    let altered = Table::alter().table(table).add_column(column).to_owned();
    manager.alter_table(altered).await
}

fn meeting_move() -> TableCreateStatement {
    Table::create()
        .table("meeting_move")
        .col(text("meeting_id"))
        .col(integer("place"))
        .col(date("date"))
        .col(timestamp_with_time_zone_null("entered_at"))
        .col(text_null("from_date"))
        .col(text("from_status"))
        .col(text_null("to_date"))
        .col(text("to_status"))
        .col(text_null("reason"))
        .primary_key(&mut keyed_by(&["meeting_id", "place"]))
        .check(one_of("from_status", &STATUSES))
        .check(one_of("to_status", &STATUSES))
        .foreign_key(&mut key(
            ("meeting_move", "meeting_id"),
            ("meeting", "id"),
            true,
        ))
        .to_owned()
}

fn handover() -> TableCreateStatement {
    Table::create()
        .table("handover")
        .col(big_integer("commitment_id"))
        .col(integer("place"))
        .col(date("date"))
        .col(timestamp_with_time_zone_null("entered_at"))
        .col(text("from_id"))
        .col(text("to_id"))
        .col(text("role"))
        .col(text_null("reason"))
        .primary_key(&mut keyed_by(&["commitment_id", "place"]))
        .check(one_of("role", &["lead", "cooperating"]))
        .check(Expr::col("from_id").ne(Expr::col("to_id")))
        .foreign_key(&mut key(
            ("handover", "commitment_id"),
            ("commitment", "id"),
            true,
        ))
        .foreign_key(&mut key(("handover", "from_id"), ("desk", "id"), false))
        .foreign_key(&mut key(("handover", "to_id"), ("desk", "id"), false))
        .to_owned()
}
