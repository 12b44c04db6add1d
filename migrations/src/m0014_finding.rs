//! Finding by words, and the views people keep. The words of every text stand in rows of one table,
//! cut and spelt by the program, so that both databases find the same: an index of the full text is
//! laid over them, FTS5 on SQLite and GIN over `tsvector` on PostgreSQL.

use sea_orm_migration::{prelude::*, schema::*, sea_orm::DatabaseBackend};

use crate::tables::{create, drop, key, one_of, plain, unique};

pub struct Migration;

impl MigrationName for Migration {
    fn name(&self) -> &str {
        "m0014_finding"
    }
}

/// The index over SQLite's rows. The words come ready, parted by spaces; `ascii` cuts at nothing else
/// that may stand in one, so every word stays as it was given. Whatever adds a row or takes one away
/// does the same to the index.
const ON_SQLITE: [&str; 3] = [
    "CREATE VIRTUAL TABLE finding_words USING fts5 \
     (words, content = 'finding', content_rowid = 'id', tokenize = 'ascii')",
    "CREATE TRIGGER finding_added AFTER INSERT ON finding BEGIN \
     INSERT INTO finding_words (rowid, words) VALUES (new.id, new.words); END",
    "CREATE TRIGGER finding_gone AFTER DELETE ON finding BEGIN \
     INSERT INTO finding_words (finding_words, rowid, words) VALUES ('delete', old.id, old.words); END",
];

const ON_POSTGRES: [&str; 1] =
    ["CREATE INDEX finding_words ON finding USING gin (words) WITH (fastupdate = off)"];

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    fn use_transaction(&self) -> Option<bool> {
        Some(true)
    }

    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let backend = manager.get_database_backend();
        let tables = vec![finding(backend), progress(), view()];
        create(manager, tables, indexes()).await?;
        let over_them: &[&str] = match backend {
            DatabaseBackend::Postgres => &ON_POSTGRES,
            _ => &ON_SQLITE,
        };
        for statement in over_them {
            manager
                .get_connection()
                .execute_unprepared(statement)
                .await?;
        }
        Ok(())
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        if manager.get_database_backend() == DatabaseBackend::Sqlite {
            let gone = "DROP TABLE finding_words";
            manager.get_connection().execute_unprepared(gone).await?;
        }
        drop(manager, &["finding", "finding_progress", "saved_view"]).await
    }
}

/// A stretch of a text: of a commitment or of a document, at a level (the reference, the title, the
/// promise, an update, a document), in a part (which update, which paragraph).
fn finding(backend: DatabaseBackend) -> TableCreateStatement {
    let mut words = ColumnDef::new("words");
    match backend {
        DatabaseBackend::Postgres => words.custom("tsvector").not_null(),
        _ => words.text().not_null(),
    };
    let commitment = Expr::col("commitment_id");
    let document = Expr::col("document_id");
    let of_one = commitment.clone().is_null().ne(document.is_null());
    Table::create()
        .table("finding")
        .col(big_pk_auto("id"))
        .col(big_integer_null("commitment_id"))
        .col(text_null("document_id"))
        .col(integer("level"))
        .col(integer("part"))
        .col(words)
        .check(of_one)
        .check(Expr::col("level").between(0, 4))
        .foreign_key(&mut key(
            ("finding", "commitment_id"),
            ("commitment", "id"),
            true,
        ))
        .foreign_key(&mut key(
            ("finding", "document_id"),
            ("document", "id"),
            true,
        ))
        .to_owned()
}

/// How far the record that was there before is indexed, and by which rules of cutting and spelling.
fn progress() -> TableCreateStatement {
    Table::create()
        .table("finding_progress")
        .col(integer("id").primary_key())
        // 0: not yet through.
        .col(integer("rules"))
        // The last commitment that was indexed.
        .col(big_integer("after_id"))
        .check(Expr::col("id").eq(1))
        .to_owned()
}

/// The filters of a list or a search, kept under a name.
fn view() -> TableCreateStatement {
    Table::create()
        .table("saved_view")
        .col(uuid("id").primary_key())
        .col(text("owner_id"))
        // The desk it is shared with.
        .col(text_null("desk_id"))
        .col(text("name"))
        .col(text("page"))
        // As it stands in the address, without the number of a page.
        .col(text("query"))
        .col(timestamp_with_time_zone("kept_at"))
        .check(one_of("page", &["commitments", "search"]))
        .foreign_key(&mut key(("saved_view", "desk_id"), ("desk", "id"), false))
        .to_owned()
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        plain("finding_commitment", "finding", &["commitment_id"]),
        plain("finding_document", "finding", &["document_id"]),
        unique("saved_view_name", "saved_view", &["owner_id", "name"]),
        plain("saved_view_desk", "saved_view", &["desk_id"]),
    ]
}
