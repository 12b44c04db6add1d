//! Re-timing by scope: an edit re-times one desk's, one partnership's or one meeting's commitments
//! where it concerns no others. The table is built anew, because SQLite cannot widen a check. The
//! indexes by which a scope's commitments are found in the order of their ids come with it.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{one_of, plain, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0007_replan"
    }
}

/// Indexes that are replaced by ones that go on with the commitment's id.
const REPLACED: [(&str, &str, &[&str], &str); 5] = [
    ("commitment_lead", "commitment", &["lead_id", "state"], "id"),
    (
        "commitment_partnership",
        "commitment",
        &["partnership_id", "state"],
        "id",
    ),
    (
        "commitment_deadline_meeting",
        "commitment",
        &["deadline_meeting_id"],
        "id",
    ),
    (
        "milestone_deadline_meeting",
        "milestone",
        &["deadline_meeting_id"],
        "commitment_id",
    ),
    (
        "commitment_desk_desk",
        "commitment_desk",
        &["desk_id"],
        "commitment_id",
    ),
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(scoped()).await?;
        // One that was under way begins again: it costs a little, and nothing is left out.
        let carry_over = "INSERT INTO replan_scoped (scope, name, after_id) \
                          SELECT DISTINCT scope, '', 0 FROM replan";
        manager
            .get_connection()
            .execute_unprepared(carry_over)
            .await?;
        replace(manager, "replan_scoped").await?;
        manager
            .create_index(unique("replan_scope", "replan", &["scope", "name"]))
            .await?;
        for (name, table, columns, id) in REPLACED {
            let longer: Vec<&'static str> = columns.iter().copied().chain([id]).collect();
            rebuild_index(manager, name, table, &longer).await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (name, table, columns, _) in REPLACED {
            rebuild_index(manager, name, table, columns).await?;
        }
        manager.create_table(unscoped()).await?;
        let carry_over = "INSERT INTO replan_unscoped (scope, after_id) \
                          SELECT DISTINCT 'everything', 0 FROM replan";
        manager
            .get_connection()
            .execute_unprepared(carry_over)
            .await?;
        replace(manager, "replan_unscoped").await
    }
}

async fn replace(manager: &SchemaManager<'_>, by: &'static str) -> Result<(), DbErr> {
    manager
        .drop_table(Table::drop().table("replan").to_owned())
        .await?;
    manager
        .rename_table(Table::rename().table(by, "replan").to_owned())
        .await
}

async fn rebuild_index(
    manager: &SchemaManager<'_>,
    name: &'static str,
    table: &'static str,
    columns: &[&'static str],
) -> Result<(), DbErr> {
    manager
        .drop_index(Index::drop().name(name).table(table).to_owned())
        .await?;
    manager.create_index(plain(name, table, columns)).await
}

/// Re-timing still to do: every commitment of the scope whose id is above `after_id`.
fn scoped() -> TableCreateStatement {
    Table::create()
        .table("replan_scoped")
        .col(big_pk_auto("id"))
        .col(text("scope"))
        // Whose; empty for everything.
        .col(text("name"))
        .col(big_integer("after_id"))
        .check(one_of(
            "scope",
            &["everything", "desk", "partnership", "meeting"],
        ))
        .check(
            Expr::col("scope")
                .eq("everything")
                .eq(Expr::col("name").eq("")),
        )
        .to_owned()
}

fn unscoped() -> TableCreateStatement {
    Table::create()
        .table("replan_unscoped")
        .col(big_pk_auto("id"))
        .col(text("scope"))
        .col(big_integer("after_id"))
        .check(one_of("scope", &["everything"]))
        .to_owned()
}
