//! The record: everything `import` reads and `export` writes.
//!
//! Deadlines are kept in their words; instants and windows are derived. `version` guards against
//! two writers, `changed_in` is the record's version at the last write of the row, and `next_due`
//! is when the planner is to look again.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop, key, keyed_by, one_of, plain, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0001_record"
    }
}

const TABLES: [&str; 26] = [
    "installation",
    "calendar",
    "calendar_holiday",
    "party",
    "person",
    "desk",
    "desk_officer",
    "absence",
    "partnership",
    "partnership_party",
    "coordinator",
    "chairmanship",
    "meeting",
    "document",
    "instrument",
    "commitment",
    "commitment_party",
    "commitment_instrument",
    "commitment_desk",
    "commitment_reader",
    "milestone",
    "progress_update",
    "deadline_revision",
    "raised",
    "reader",
    "imported",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut tables = house();
        tables.extend(people());
        tables.extend(relations());
        tables.extend(commitments());
        tables.extend(bookkeeping());
        create(manager, tables, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

fn house() -> Vec<TableCreateStatement> {
    vec![
        // One row. `record_version` counts the changes of the record; `directory_version` is what it
        // was at the last change of the directory.
        Table::create()
            .table("installation")
            .col(integer("id").primary_key())
            .col(uuid("token"))
            .col(date_null("live_on"))
            .col(big_integer("record_version"))
            .col(big_integer("directory_version"))
            .col(text("policy"))
            .col(timestamp_with_time_zone("created_at"))
            .check(Expr::col("id").eq(1))
            .to_owned(),
        Table::create()
            .table("calendar")
            .col(text("id").primary_key())
            .col(text("name"))
            .col(text("timezone"))
            .col(text("weekend"))
            .to_owned(),
        Table::create()
            .table("calendar_holiday")
            .col(text("calendar_id"))
            .col(date("day"))
            .primary_key(&mut keyed_by(&["calendar_id", "day"]))
            .foreign_key(&mut key(
                ("calendar_holiday", "calendar_id"),
                ("calendar", "id"),
                true,
            ))
            .to_owned(),
        Table::create()
            .table("party")
            .col(text("id").primary_key())
            .col(text("name"))
            .col(text("kind"))
            .check(one_of(
                "kind",
                &[
                    "organisation",
                    "state",
                    "partner",
                    "sectoral-body",
                    "secretariat",
                ],
            ))
            .to_owned(),
    ]
}

fn people() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("person")
            .col(text("id").primary_key())
            .col(text("name"))
            .col(text_null("email"))
            .col(text_null("timezone"))
            .col(text_null("calendar_id"))
            .foreign_key(&mut key(
                ("person", "calendar_id"),
                ("calendar", "id"),
                false,
            ))
            .to_owned(),
        Table::create()
            .table("desk")
            .col(text("id").primary_key())
            .col(text("name"))
            .col(text_null("party_id"))
            .col(text_null("email"))
            .col(text("calendar_id"))
            .col(text_null("head_id"))
            .col(text_null("som_leader_id"))
            .col(text_null("through_id"))
            .foreign_key(&mut key(("desk", "party_id"), ("party", "id"), false))
            .foreign_key(&mut key(("desk", "calendar_id"), ("calendar", "id"), false))
            .foreign_key(&mut key(("desk", "head_id"), ("person", "id"), false))
            .foreign_key(&mut key(("desk", "som_leader_id"), ("person", "id"), false))
            .foreign_key(&mut key(("desk", "through_id"), ("desk", "id"), false))
            .to_owned(),
        Table::create()
            .table("desk_officer")
            .col(text("desk_id"))
            .col(text("person_id"))
            .col(integer("place"))
            .primary_key(&mut keyed_by(&["desk_id", "person_id"]))
            .foreign_key(&mut key(("desk_officer", "desk_id"), ("desk", "id"), true))
            .foreign_key(&mut key(
                ("desk_officer", "person_id"),
                ("person", "id"),
                false,
            ))
            .to_owned(),
        Table::create()
            .table("absence")
            .col(text("person_id"))
            .col(date("from_day"))
            .col(date("until_day"))
            .col(text_null("deputy_id"))
            .primary_key(&mut keyed_by(&["person_id", "from_day"]))
            .check(Expr::col("from_day").lte(Expr::col("until_day")))
            .foreign_key(&mut key(("absence", "person_id"), ("person", "id"), true))
            .foreign_key(&mut key(("absence", "deputy_id"), ("person", "id"), false))
            .to_owned(),
    ]
}

fn relations() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("partnership")
            .col(text("id").primary_key())
            .col(text("name"))
            .col(text_null("status"))
            .col(text_null("desk_id"))
            .col(text("policy"))
            .foreign_key(&mut key(("partnership", "desk_id"), ("desk", "id"), false))
            .to_owned(),
        Table::create()
            .table("partnership_party")
            .col(text("partnership_id"))
            .col(text("party_id"))
            .col(integer("place"))
            .primary_key(&mut keyed_by(&["partnership_id", "party_id"]))
            .foreign_key(&mut key(
                ("partnership_party", "partnership_id"),
                ("partnership", "id"),
                true,
            ))
            .foreign_key(&mut key(
                ("partnership_party", "party_id"),
                ("party", "id"),
                false,
            ))
            .to_owned(),
        Table::create()
            .table("coordinator")
            .col(text("partnership_id"))
            .col(integer("place"))
            .col(text("party_id"))
            .col(integer("from_year"))
            .col(integer("to_year"))
            .col(text_null("desk_id"))
            .primary_key(&mut keyed_by(&["partnership_id", "place"]))
            .check(Expr::col("from_year").lte(Expr::col("to_year")))
            .foreign_key(&mut key(
                ("coordinator", "partnership_id"),
                ("partnership", "id"),
                true,
            ))
            .foreign_key(&mut key(
                ("coordinator", "party_id"),
                ("party", "id"),
                false,
            ))
            .foreign_key(&mut key(("coordinator", "desk_id"), ("desk", "id"), false))
            .to_owned(),
        Table::create()
            .table("chairmanship")
            .col(integer("year").primary_key())
            .col(text("party_id"))
            .col(text_null("theme"))
            .foreign_key(&mut key(
                ("chairmanship", "party_id"),
                ("party", "id"),
                false,
            ))
            .to_owned(),
        Table::create()
            .table("meeting")
            .col(text("id").primary_key())
            .col(text_null("partnership_id"))
            .col(text("series"))
            .col(integer_null("number"))
            .col(text_null("forum"))
            .col(text_null("date"))
            .col(text("status"))
            .col(text_null("place"))
            .col(text_null("host"))
            .col(text("co_chairs"))
            .col(text("attending"))
            .col(integer("date_revision"))
            .col(date_null("moved_on"))
            .col(big_integer("version"))
            .col(timestamp_with_time_zone_null("next_due"))
            .check(one_of(
                "status",
                &[
                    "awaiting-date",
                    "tentative",
                    "confirmed",
                    "held",
                    "postponed",
                    "cancelled",
                ],
            ))
            .check(one_of(
                "forum",
                &["jcc", "som", "dialogue", "pmc", "summit", "sectoral"],
            ))
            .check(Expr::col("date_revision").gte(1))
            .foreign_key(&mut key(
                ("meeting", "partnership_id"),
                ("partnership", "id"),
                false,
            ))
            .to_owned(),
        Table::create()
            .table("document")
            .col(text("id").primary_key())
            .col(text_null("meeting_id"))
            .col(text_null("kind"))
            .col(text("title"))
            .col(date_null("issued"))
            .col(text_null("issuer_id"))
            .col(text_null("authority"))
            .col(text_null("text"))
            .col(text_null("sha256"))
            .col(big_integer("changed_in"))
            .check(one_of("authority", &["agreed", "chair", "unilateral"]))
            .foreign_key(&mut key(
                ("document", "meeting_id"),
                ("meeting", "id"),
                false,
            ))
            .foreign_key(&mut key(("document", "issuer_id"), ("party", "id"), false))
            .to_owned(),
        Table::create()
            .table("instrument")
            .col(text("id").primary_key())
            .col(text("name"))
            .col(text_null("acronym"))
            .col(text_null("kind"))
            .to_owned(),
    ]
}

fn commitments() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("commitment")
            .col(big_pk_auto("id"))
            .col(text_uniq("reference"))
            .col(text("title"))
            .col(text_null("partnership_id"))
            .col(text_null("meeting_id"))
            .col(text_null("document_id"))
            .col(integer_null("paragraph"))
            .col(text("promise"))
            .col(text("kind"))
            .col(text_null("strength"))
            .col(text_null("sector"))
            .col(text("lead_id"))
            .col(text("confidentiality"))
            .col(text_null("follows"))
            .col(date_null("snoozed_until"))
            .col(text_null("snoozed_reason"))
            .col(date("opened"))
            .col(text_null("deadline"))
            .col(text_null("deadline_meeting_id"))
            .col(integer_null("review_months"))
            .col(text("state"))
            .col(date_null("closed"))
            .col(text_null("verified"))
            .col(text("policy"))
            .col(big_integer("version"))
            .col(big_integer("changed_in"))
            .col(timestamp_with_time_zone_null("next_due"))
            .check(one_of("kind", &["deliverable", "standing", "request"]))
            .check(one_of("strength", &["firm", "political", "hortatory"]))
            .check(one_of(
                "confidentiality",
                &["public", "internal", "restricted"],
            ))
            .check(one_of(
                "state",
                &[
                    "proposed",
                    "open",
                    "closed",
                    "carried-forward",
                    "superseded",
                    "withdrawn",
                ],
            ))
            .check(one_of(
                "verified",
                &[
                    "no-evidence",
                    "not-started",
                    "limited",
                    "substantial",
                    "complete",
                ],
            ))
            .check(Expr::col("promise").ne(""))
            .check(Expr::col("paragraph").gte(1))
            .check(Expr::col("review_months").gte(1))
            .check(
                Expr::col("snoozed_until")
                    .is_null()
                    .eq(Expr::col("snoozed_reason").is_null()),
            )
            .foreign_key(&mut key(
                ("commitment", "partnership_id"),
                ("partnership", "id"),
                false,
            ))
            .foreign_key(&mut key(
                ("commitment", "meeting_id"),
                ("meeting", "id"),
                false,
            ))
            .foreign_key(&mut key(
                ("commitment", "document_id"),
                ("document", "id"),
                false,
            ))
            .foreign_key(&mut key(("commitment", "lead_id"), ("desk", "id"), false))
            .foreign_key(&mut key(
                ("commitment", "deadline_meeting_id"),
                ("meeting", "id"),
                false,
            ))
            .foreign_key(&mut key(
                ("commitment", "follows"),
                ("commitment", "reference"),
                false,
            ))
            .to_owned(),
        part_of_commitment("commitment_party")
            .col(text("role"))
            .col(integer("place"))
            .col(text("party_id"))
            .primary_key(&mut keyed_by(&["commitment_id", "role", "party_id"]))
            .check(one_of("role", &["obligor", "beneficiary"]))
            .foreign_key(&mut key(
                ("commitment_party", "party_id"),
                ("party", "id"),
                false,
            ))
            .to_owned(),
        part_of_commitment("commitment_instrument")
            .col(integer("place"))
            .col(text("instrument_id"))
            .primary_key(&mut keyed_by(&["commitment_id", "instrument_id"]))
            .foreign_key(&mut key(
                ("commitment_instrument", "instrument_id"),
                ("instrument", "id"),
                false,
            ))
            .to_owned(),
        // Cooperating desks.
        part_of_commitment("commitment_desk")
            .col(integer("place"))
            .col(text("desk_id"))
            .primary_key(&mut keyed_by(&["commitment_id", "desk_id"]))
            .foreign_key(&mut key(
                ("commitment_desk", "desk_id"),
                ("desk", "id"),
                false,
            ))
            .to_owned(),
        // Desks and people share one name space, so a reader has no single table to refer to.
        part_of_commitment("commitment_reader")
            .col(integer("place"))
            .col(text("reader_id"))
            .primary_key(&mut keyed_by(&["commitment_id", "reader_id"]))
            .to_owned(),
        part_of_commitment("milestone")
            .col(integer("place"))
            .col(text("title"))
            .col(text_null("deadline"))
            .col(text_null("deadline_meeting_id"))
            .col(date_null("done"))
            .primary_key(&mut keyed_by(&["commitment_id", "title"]))
            .foreign_key(&mut key(
                ("milestone", "deadline_meeting_id"),
                ("meeting", "id"),
                false,
            ))
            .to_owned(),
        part_of_commitment("progress_update")
            .col(integer("place"))
            .col(date("date"))
            .col(text_null("by_id"))
            .col(text("reported"))
            .col(text_null("confidence"))
            .col(text_null("text"))
            .col(text("evidence"))
            .col(text("state"))
            .col(date_null("reviewed"))
            .col(text_null("words"))
            .col(text_null("ask"))
            .col(text("confidentiality"))
            .primary_key(&mut keyed_by(&["commitment_id", "place"]))
            .check(one_of(
                "reported",
                &[
                    "not-started",
                    "ongoing",
                    "completed",
                    "completed-and-ongoing",
                    "discontinued",
                ],
            ))
            .check(one_of("confidence", &["green", "amber", "red"]))
            .check(one_of(
                "state",
                &["draft", "submitted", "accepted", "returned"],
            ))
            .check(one_of(
                "confidentiality",
                &["public", "internal", "restricted"],
            ))
            .to_owned(),
        part_of_commitment("deadline_revision")
            .col(integer("place"))
            .col(date("date"))
            .col(text_null("milestone"))
            .col(text_null("from_deadline"))
            .col(text_null("to_deadline"))
            .col(text_null("reason"))
            .col(text_null("by_id"))
            .col(text_null("approved_id"))
            .primary_key(&mut keyed_by(&["commitment_id", "place"]))
            .to_owned(),
        part_of_commitment("raised")
            .col(integer("place"))
            .col(date("date"))
            .col(text_null("meeting_id"))
            .col(text_null("by_id"))
            .col(text_null("reply"))
            .primary_key(&mut keyed_by(&["commitment_id", "place"]))
            .foreign_key(&mut key(("raised", "meeting_id"), ("meeting", "id"), false))
            .to_owned(),
    ]
}

/// A table whose rows go with their commitment.
fn part_of_commitment(table: &'static str) -> TableCreateStatement {
    Table::create()
        .table(table)
        .col(big_integer("commitment_id"))
        .foreign_key(&mut key(
            (table, "commitment_id"),
            ("commitment", "id"),
            true,
        ))
        .to_owned()
}

fn bookkeeping() -> Vec<TableCreateStatement> {
    vec![
        // Those who may get a digest, and when the next one is to be looked at.
        Table::create()
            .table("reader")
            .col(text("id").primary_key())
            .col(big_integer("version"))
            .col(timestamp_with_time_zone_null("next_due"))
            .to_owned(),
        // What the last import said of each thing: the common ground of file and database.
        Table::create()
            .table("imported")
            .col(text("kind"))
            .col(text("id"))
            .col(text("body"))
            .primary_key(&mut keyed_by(&["kind", "id"]))
            .check(one_of(
                "kind",
                &[
                    "calendar",
                    "party",
                    "person",
                    "desk",
                    "partnership",
                    "chairmanship",
                    "meeting",
                    "document",
                    "instrument",
                    "commitment",
                    "policy",
                    "absence",
                ],
            ))
            .to_owned(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        plain("commitment_next_due", "commitment", &["next_due", "id"]),
        plain("commitment_changed_in", "commitment", &["changed_in"]),
        plain("document_changed_in", "document", &["changed_in"]),
        plain("commitment_lead", "commitment", &["lead_id", "state"]),
        plain(
            "commitment_partnership",
            "commitment",
            &["partnership_id", "state"],
        ),
        plain(
            "commitment_deadline_meeting",
            "commitment",
            &["deadline_meeting_id"],
        ),
        plain(
            "milestone_deadline_meeting",
            "milestone",
            &["deadline_meeting_id"],
        ),
        plain("commitment_desk_desk", "commitment_desk", &["desk_id"]),
        plain("meeting_next_due", "meeting", &["next_due"]),
        plain("reader_next_due", "reader", &["next_due"]),
        unique("milestone_place", "milestone", &["commitment_id", "place"]),
    ]
}
