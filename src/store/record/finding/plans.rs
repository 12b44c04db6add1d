//! A search is answered by the index, and never by reading every text.

use sea_orm::ConnectionTrait;

use super::search::{commitments_saying, paragraphs_saying};
use crate::domain::access::Viewer;
use crate::domain::directory::Directory;
use crate::domain::finding::Query;
use crate::domain::ids::PersonId;
use crate::store::Store;
use crate::store::plans::{on_postgres, on_sqlite, plan_of};

async fn plans(store: &Store) -> [String; 2] {
    let viewer = Viewer::Person(PersonId::parse("officer").expect("a person"));
    let query = Query::read("cooperation \"power grid\" subj");
    let backend = store.db.get_database_backend();
    [
        plan_of(
            store,
            &commitments_saying(backend, &viewer, &Directory::default(), &query),
        )
        .await,
        plan_of(store, &paragraphs_saying(backend, &query)).await,
    ]
}

#[tokio::test]
async fn on_sqlite_the_index_leads_and_the_rest_is_looked_up() {
    let (_folder, store) = on_sqlite().await;
    for plan in plans(&store).await {
        let led = plan
            .matches("SCAN finding_words VIRTUAL TABLE INDEX")
            .count();
        assert_eq!(led, 3, "once for each term: {plan}");
        for table in ["finding", "commitment", "progress_update", "document"] {
            let scanned = plan.lines().any(|step| step == format!("SCAN {table}"));
            assert!(!scanned, "{plan}");
        }
    }
}

/// Some 20,000 commitments, and what PostgreSQL knows of them.
const FULL: [&str; 7] = [
    "INSERT INTO calendar (id, name, timezone, weekend) VALUES ('pnh', 'Phnom Penh', 'Asia/Phnom_Penh', '[]')",
    "INSERT INTO desk (id, name, calendar_id) VALUES ('desk', 'Desk', 'pnh')",
    "INSERT INTO commitment (reference, title, promise, kind, lead_id, confidentiality, opened, state, policy, version, changed_in) \
     SELECT 'C-' || n, 'Title', 'Words', 'deliverable', 'desk', 'internal', '2026-05-04', 'open', '{}', 1, 1 \
     FROM generate_series(1, 20000) AS n",
    "INSERT INTO finding (commitment_id, level, part, words) \
     SELECT id, 2, 0, ('''cooperation'':1 ''on'':2 ''subject'':3 ''power'':4 ''grid'':5 ''n' || id || ''':6')::tsvector \
     FROM commitment WHERE id % 400 = 0",
    "INSERT INTO finding (commitment_id, level, part, words) \
     SELECT id, 1, 0, ('''title'':1 ''n' || id || ''':2')::tsvector FROM commitment",
    "ANALYZE commitment",
    "ANALYZE finding",
];

#[tokio::test]
async fn on_postgres_too() {
    let Some(store) = on_postgres("plans_of_finding").await else {
        return;
    };
    for statement in FULL {
        let done = store.db.execute_unprepared(statement).await;
        done.unwrap_or_else(|e| panic!("{e}\n{statement}"));
    }
    let [commitments, _] = plans(&store).await;
    let led = commitments.matches("Index Scan on finding_words").count();
    assert_eq!(led, 3, "once for each term: {commitments}");
    assert!(
        !commitments.contains("Seq Scan on finding"),
        "{commitments}"
    );
}
