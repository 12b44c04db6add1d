//! Accounts: who may sign in, their sessions, the links by which they are invited and recover, and
//! the tries that count against a limit. Instants here are of the real clock.

use sea_orm_migration::{prelude::*, schema::*};

use crate::tables::{create, drop, key, keyed_by, one_of, plain, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0010_accounts"
    }
}

const TABLES: [&str; 5] = [
    "account",
    "recovery_code",
    "session",
    "access_link",
    "sign_in_attempt",
];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let tables = vec![
            account(),
            recovery_code(),
            session(),
            access_link(),
            attempt(),
        ];
        create(manager, tables, indexes()).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop(manager, &TABLES).await
    }
}

/// A person of the record who may sign in.
fn account() -> TableCreateStatement {
    Table::create()
        .table("account")
        .col(text("person_id").primary_key())
        // Of sign-in, in lower case.
        .col(text("email"))
        // Argon2id in PHC form; none until an invitation is taken up, or where another house signs in.
        .col(text_null("password"))
        .col(boolean("administrator").default(false))
        .col(text("reach").default("house"))
        .col(timestamp_with_time_zone_null("disabled_at"))
        // RFC 6238, and the last step that was used: each counts once.
        .col(blob_null("totp_secret"))
        .col(big_integer_null("totp_step"))
        // Of a ministry's own sign-in, once linked: who issued it, and as whom it knows the person.
        .col(text_null("oidc_issuer"))
        .col(text_null("oidc_subject"))
        .col(timestamp_with_time_zone("created_at"))
        .check(one_of("reach", &["house", "public"]))
        // A guest runs nothing.
        .check(
            Expr::col("reach")
                .eq("house")
                .or(Expr::col("administrator").eq(false)),
        )
        .check(
            Expr::col("oidc_issuer")
                .is_null()
                .eq(Expr::col("oidc_subject").is_null()),
        )
        .check(Expr::col("email").ne(""))
        .foreign_key(&mut key(("account", "person_id"), ("person", "id"), false))
        .to_owned()
}

/// Each opens once in the place of the second step. Hashed.
fn recovery_code() -> TableCreateStatement {
    Table::create()
        .table("recovery_code")
        .col(text("person_id"))
        .col(text("hash"))
        .col(timestamp_with_time_zone_null("used_at"))
        .primary_key(&mut keyed_by(&["person_id", "hash"]))
        .foreign_key(&mut key(
            ("recovery_code", "person_id"),
            ("account", "person_id"),
            true,
        ))
        .to_owned()
}

/// The hash of a random word; the word itself is in the cookie and nowhere else.
fn session() -> TableCreateStatement {
    Table::create()
        .table("session")
        .col(text("hash").primary_key())
        .col(text("person_id"))
        .col(timestamp_with_time_zone("created_at"))
        .col(timestamp_with_time_zone("seen_at"))
        // Unless it is used again before.
        .col(timestamp_with_time_zone("expires_at"))
        // However much it is used.
        .col(timestamp_with_time_zone("ends_at"))
        .check(Expr::cust("expires_at <= ends_at"))
        .foreign_key(&mut key(
            ("session", "person_id"),
            ("account", "person_id"),
            true,
        ))
        .to_owned()
}

/// A link that opens one thing, once. Its word is drawn when it is shown or written into a letter,
/// so that it lies nowhere in the clear.
fn access_link() -> TableCreateStatement {
    Table::create()
        .table("access_link")
        .col(uuid("id").primary_key())
        .col(text("purpose"))
        // None for the first administrator, whose account it makes.
        .col(text_null("person_id"))
        .col(text_null("hash"))
        .col(timestamp_with_time_zone("made_at"))
        .col(timestamp_with_time_zone("expires_at"))
        .col(timestamp_with_time_zone_null("used_at"))
        // Whether a letter is to carry it, and what became of that.
        .col(text("mail"))
        .col(integer("tries").default(0))
        .col(timestamp_with_time_zone_null("next_try_at"))
        .check(one_of(
            "purpose",
            &["invite", "recover", "first-administrator"],
        ))
        .check(one_of("mail", &["none", "waiting", "sent", "given-up"]))
        .check(
            Expr::col("purpose")
                .eq("first-administrator")
                .eq(Expr::col("person_id").is_null()),
        )
        .check(
            Expr::col("mail")
                .eq("waiting")
                .eq(Expr::col("next_try_at").is_not_null()),
        )
        .foreign_key(&mut key(
            ("access_link", "person_id"),
            ("account", "person_id"),
            true,
        ))
        .to_owned()
}

/// One try to sign in or to recover. Of the address that was typed only a keyed hash: people type
/// passwords into the wrong field.
fn attempt() -> TableCreateStatement {
    Table::create()
        .table("sign_in_attempt")
        .col(big_pk_auto("id"))
        .col(timestamp_with_time_zone("at"))
        .col(text("kind"))
        .col(text("subject"))
        .col(text("source"))
        .col(boolean("succeeded").default(false))
        .check(one_of("kind", &["sign-in", "recover"]))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        unique("account_email", "account", &["email"]),
        unique("account_oidc", "account", &["oidc_issuer", "oidc_subject"]),
        plain("session_person", "session", &["person_id"]),
        plain("session_expires", "session", &["expires_at"]),
        unique("access_link_hash", "access_link", &["hash"]),
        plain("access_link_person", "access_link", &["person_id"]),
        plain("access_link_mail", "access_link", &["mail", "next_try_at"]),
        plain(
            "sign_in_attempt_subject",
            "sign_in_attempt",
            &["kind", "subject", "at"],
        ),
        plain(
            "sign_in_attempt_source",
            "sign_in_attempt",
            &["kind", "source", "at"],
        ),
        plain("sign_in_attempt_at", "sign_in_attempt", &["at"]),
    ]
}
