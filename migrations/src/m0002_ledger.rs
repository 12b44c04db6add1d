//! The ledger: what fell due, the notices that carry it, the attempts at sending them, and how far
//! planning has come. DELIVERY, "Tables that carry them".

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop, key, keyed_by, one_of, plain, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0002_ledger"
    }
}

const TABLES: [&str; 8] = [
    "occurrence",
    "notice",
    "notice_item",
    "attempt",
    "message",
    "schedule_cursor",
    "replan",
    "audit",
];

const REASONS: [&str; 9] = [
    "before-it-was-recorded",
    "before-it-went-live",
    "coalesced",
    "answered",
    "snoozed",
    "superseded",
    "passed",
    "no-recipient",
    "not-permitted",
];

const NOTICE_STATES: [&str; 12] = [
    "gathering",
    "pending",
    "claimed",
    "in-data",
    "deferred",
    "sent",
    "in-doubt",
    "parked",
    "rejected",
    "bounced",
    "cancelled",
    "expired",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        create(
            manager,
            vec![
                occurrence(),
                notice(),
                notice_item(),
                attempt(),
                message(),
                cursor(),
                replan(),
                audit(),
            ],
            indexes(),
        )
        .await?;
        let plan = Query::insert()
            .into_table("schedule_cursor")
            .columns(["job"])
            .values_panic(["plan".into()])
            .to_owned();
        manager.execute(plan).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

/// Unique by subject, rule, basis and recipient, all given: an occurrence happens at most once.
fn occurrence() -> TableCreateStatement {
    Table::create()
        .table("occurrence")
        .col(big_pk_auto("id"))
        .col(text("subject_kind"))
        .col(text("subject_id"))
        // The milestone's title; empty for the commitment itself and for every other subject.
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

/// One row per recipient and morning.
fn notice() -> TableCreateStatement {
    Table::create()
        .table("notice")
        .col(pk_uuid("id"))
        .col(text("recipient"))
        .col(text("to_address"))
        .col(date("date"))
        .col(integer("part"))
        .col(text("kind"))
        .col(text("state"))
        .col(text_uniq("message_id"))
        // By the business clock: not before the slot.
        .col(timestamp_with_time_zone("due_at"))
        // By the real clock: not before the next try.
        .col(timestamp_with_time_zone_null("retry_at"))
        .col(uuid_null("lease_token"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .col(integer("attempts"))
        // How often its outcome was in doubt, and since when (real clock).
        .col(integer("doubts"))
        .col(timestamp_with_time_zone_null("doubt_since"))
        .col(text_null("subject"))
        // The bytes that went, or may have gone, over the wire: final once in data.
        .col(blob_null("content"))
        .col(timestamp_with_time_zone_null("settled_at"))
        .check(Expr::col("part").gte(1))
        .check(Expr::col("attempts").gte(0))
        .check(Expr::col("doubts").gte(0))
        .check(one_of("kind", &["daily", "digest", "brief"]))
        .check(one_of("state", &NOTICE_STATES))
        // Somebody's while it is being sent, nobody's at all other times.
        .check(only_in(&["claimed", "in-data", "in-doubt"], "lease_token"))
        .check(only_in(&["claimed", "in-data"], "lease_until"))
        .check(needed_in(&["in-data", "in-doubt"], "content"))
        .check(needed_in(&["in-doubt"], "doubt_since"))
        .check(needed_in(&["deferred"], "retry_at"))
        .to_owned()
}

/// In these states the column is given.
fn needed_in(states: &[&'static str], column: &'static str) -> Expr {
    Expr::col("state")
        .is_not_in(states.iter().copied())
        .or(Expr::col(column).is_not_null())
}

/// In these states the column is given, in all others it is empty.
fn only_in(states: &[&'static str], column: &'static str) -> Expr {
    let elsewhere = Expr::col("state")
        .is_in(states.iter().copied())
        .or(Expr::col(column).is_null());
    needed_in(states, column).and(elsewhere)
}

fn notice_item() -> TableCreateStatement {
    Table::create()
        .table("notice_item")
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
        .foreign_key(&mut key(
            ("notice_item", "notice_id"),
            ("notice", "id"),
            false,
        ))
        .foreign_key(&mut key(
            ("notice_item", "occurrence_id"),
            ("occurrence", "id"),
            false,
        ))
        .to_owned()
}

/// Append-only.
fn attempt() -> TableCreateStatement {
    Table::create()
        .table("attempt")
        .col(uuid("notice_id"))
        .col(integer("n"))
        .col(timestamp_with_time_zone("at"))
        .col(text("phase"))
        .col(text("outcome"))
        .col(text("reply"))
        .col(text_null("enhanced_code"))
        .col(integer("duration_ms"))
        .primary_key(&mut keyed_by(&["notice_id", "n"]))
        .check(one_of(
            "phase",
            &[
                "connect",
                "tls",
                "auth",
                "mail-from",
                "rcpt-to",
                "data",
                "content",
            ],
        ))
        .check(one_of("outcome", &NOTICE_STATES))
        .foreign_key(&mut key(("attempt", "notice_id"), ("notice", "id"), false))
        .to_owned()
}

/// What the mailbox transport delivered.
fn message() -> TableCreateStatement {
    Table::create()
        .table("message")
        .col(pk_uuid("notice_id"))
        .col(text_uniq("message_id"))
        .col(text("recipient"))
        .col(text("to_address"))
        .col(text("subject"))
        .col(timestamp_with_time_zone("delivered_at"))
        .col(blob("raw"))
        .foreign_key(&mut key(("message", "notice_id"), ("notice", "id"), false))
        .to_owned()
}

/// How far a job has come, and which daemon is at it.
fn cursor() -> TableCreateStatement {
    Table::create()
        .table("schedule_cursor")
        .col(text("job").primary_key())
        .col(timestamp_with_time_zone_null("planned_until"))
        .col(uuid_null("lease_token"))
        .col(timestamp_with_time_zone_null("lease_until"))
        .to_owned()
}

/// Re-timing still to do: every commitment of the scope whose id is above `after_id`.
fn replan() -> TableCreateStatement {
    Table::create()
        .table("replan")
        .col(big_pk_auto("id"))
        .col(text("scope"))
        .col(big_integer("after_id"))
        .check(one_of("scope", &["everything"]))
        .to_owned()
}

/// Who changed what, in the words of the acts.
fn audit() -> TableCreateStatement {
    Table::create()
        .table("audit")
        .col(big_pk_auto("id"))
        .col(timestamp_with_time_zone("at"))
        .col(text("actor"))
        .col(text("act"))
        .col(text("subject"))
        .col(text("detail"))
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
        unique("notice_morning", "notice", &["recipient", "date", "part"]),
        plain("notice_state_due", "notice", &["state", "due_at", "id"]),
        plain("notice_state_retry", "notice", &["state", "retry_at"]),
        plain("notice_lease", "notice", &["lease_token"]),
        plain("notice_due", "notice", &["due_at", "id"]),
        plain("notice_item_notice", "notice_item", &["notice_id"]),
        plain("notice_item_occurrence", "notice_item", &["occurrence_id"]),
        plain("notice_item_commitment", "notice_item", &["commitment"]),
        plain("message_delivered", "message", &["delivered_at"]),
        plain(
            "message_recipient",
            "message",
            &["recipient", "delivered_at"],
        ),
    ]
}
