//! What re-timing asks and writes is served by an index, batch after batch, however many commitments
//! there are: a scan or a sort would be paid for every thousand of a million.

use chrono::DateTime;
use sea_orm::{ConnectionTrait, Statement};

use super::loading::{of_desks, of_meeting};
use super::replan::{members, rows_as_json, write_next_due};
use crate::domain::ids::{DeskId, MeetingId, PartnershipId};
use crate::domain::retiming::Scope;
use crate::store::Store;
use crate::store::plans::{on_postgres, on_sqlite, plan_of, plan_of_raw};

fn desk() -> Scope {
    Scope::Desk(DeskId::parse("desk-7").expect("a desk"))
}

fn partnership() -> Scope {
    Scope::Partnership(PartnershipId::parse("asean-us").expect("a partnership"))
}

fn meeting() -> Scope {
    Scope::Meeting(MeetingId::parse("summit").expect("a meeting"))
}

fn a_batch(store: &Store) -> Statement {
    let backend = store.db.get_database_backend();
    let rows: Vec<_> = (1..=2_000)
        .map(|id| (id, 1, Some(DateTime::UNIX_EPOCH)))
        .collect();
    Statement::from_sql_and_values(
        backend,
        write_next_due(backend),
        [rows_as_json(&rows).into()],
    )
}

async fn plans_of(store: &Store, scope: &Scope) -> Vec<String> {
    let mut plans = Vec::new();
    for question in members(scope, 4_000, 2_000) {
        plans.push(plan_of(store, &question).await);
    }
    plans
}

#[tokio::test]
async fn on_sqlite_a_batch_begins_where_the_last_one_ended() {
    let (_folder, store) = on_sqlite().await;
    assert_eq!(
        plans_of(&store, &Scope::Everything).await,
        ["SEARCH commitment USING INTEGER PRIMARY KEY (rowid>?)"]
    );
    assert_eq!(
        plans_of(&store, &desk()).await,
        [
            "SEARCH commitment USING INDEX commitment_lead (lead_id=? AND state=? AND id>?)",
            "SEARCH commitment_desk USING COVERING INDEX commitment_desk_desk (desk_id=? AND commitment_id>?)\n\
             SEARCH commitment USING INTEGER PRIMARY KEY (rowid=?)"
        ]
    );
    assert_eq!(
        plans_of(&store, &partnership()).await,
        [
            "SEARCH commitment USING INDEX commitment_partnership (partnership_id=? AND state=? AND id>?)"
        ]
    );
    assert_eq!(
        plans_of(&store, &meeting()).await,
        [
            "SEARCH commitment USING INDEX commitment_deadline_meeting (deadline_meeting_id=? AND id>?)",
            "SEARCH milestone USING COVERING INDEX milestone_deadline_meeting (deadline_meeting_id=? AND commitment_id>?)\n\
             SEARCH commitment USING INTEGER PRIMARY KEY (rowid=?)"
        ]
    );
}

/// A page of what a desk answers for, and what hangs on a meeting.
async fn plans_of_loading(store: &Store) -> Vec<String> {
    let desks = [DeskId::parse("desk-7").expect("a desk")].into();
    let meeting = MeetingId::parse("summit").expect("a meeting");
    let mut plans = Vec::new();
    for question in of_desks(&desks, 4_000)
        .into_iter()
        .chain(of_meeting(&meeting))
    {
        plans.push(plan_of(store, &question).await);
    }
    plans
}

#[tokio::test]
async fn what_a_desk_answers_for_is_found_through_the_indexes() {
    let (_folder, store) = on_sqlite().await;
    assert_eq!(
        plans_of_loading(&store).await,
        [
            "SEARCH commitment USING COVERING INDEX commitment_lead (lead_id=? AND state=? AND id>?)",
            "SEARCH commitment_desk USING COVERING INDEX commitment_desk_desk (desk_id=? AND commitment_id>?)\n\
             SEARCH commitment USING INTEGER PRIMARY KEY (rowid=?)",
            "SEARCH commitment USING INDEX commitment_deadline_meeting (deadline_meeting_id=?)",
            "SEARCH milestone USING COVERING INDEX milestone_deadline_meeting (deadline_meeting_id=?)",
        ]
    );
}

#[tokio::test]
async fn on_sqlite_a_batch_is_written_row_by_row_through_the_ids() {
    let (_folder, store) = on_sqlite().await;
    let plan = plan_of_raw(&store, a_batch(&store)).await;
    assert!(!plan.contains("SCAN commitment"), "{plan}");
    assert!(
        plan.contains("SEARCH commitment USING INTEGER PRIMARY KEY (rowid=?)"),
        "{plan}"
    );
}

/// Some 20,000 open commitments of 40 desks, and what PostgreSQL knows of them.
const FULL: [&str; 6] = [
    "INSERT INTO calendar (id, name, timezone, weekend) VALUES ('pnh', 'Phnom Penh', 'Asia/Phnom_Penh', '[]')",
    "INSERT INTO desk (id, name, calendar_id) SELECT 'desk-' || n, 'Desk', 'pnh' FROM generate_series(0, 39) AS n",
    "INSERT INTO commitment (reference, title, promise, kind, lead_id, confidentiality, opened, state, policy, version, changed_in, next_due) \
     SELECT 'C-' || n, 'Title', 'Words', 'deliverable', 'desk-' || n % 40, 'internal', '2026-05-04', 'open', '{}', 1, 1, \
            '2026-06-01T01:00:00Z'::timestamptz + n * interval '1 hour' FROM generate_series(1, 20000) AS n",
    "INSERT INTO commitment_desk (commitment_id, place, desk_id) SELECT id, 0, 'desk-' || (id + 1) % 40 FROM commitment",
    "ANALYZE commitment",
    "ANALYZE commitment_desk",
];

#[tokio::test]
async fn on_postgres_too() {
    let Some(store) = on_postgres("plans_of_retiming").await else {
        return;
    };
    for statement in FULL {
        let done = store.db.execute_unprepared(statement).await;
        done.unwrap_or_else(|e| panic!("{e}\n{statement}"));
    }
    let loading = plans_of_loading(&store).await;
    assert!(loading[0].contains("commitment_lead"), "{}", loading[0]);
    assert!(!loading[0].contains("Seq Scan"), "{}", loading[0]);
    assert!(
        loading[1].contains("commitment_desk_desk"),
        "{}",
        loading[1]
    );
    let everything = plans_of(&store, &Scope::Everything).await.concat();
    assert!(
        everything.contains("Index Scan using commitment_pkey"),
        "{everything}"
    );
    let of_desk = plans_of(&store, &desk()).await;
    assert!(of_desk[0].contains("commitment_lead"), "{}", of_desk[0]);
    assert!(
        of_desk[1].contains("commitment_desk_desk"),
        "{}",
        of_desk[1]
    );
    let written = plan_of_raw(&store, a_batch(&store)).await;
    assert!(
        written.contains("Index Scan using commitment_pkey"),
        "{written}"
    );
    // Of so few it may read the cooperating ones' rows in another order than their entries.
    for plan in [&of_desk[0], &everything, &written] {
        assert!(!plan.contains("Seq Scan"), "{plan}");
    }
}

#[tokio::test]
async fn on_postgres_who_is_due_is_found_without_a_scan() {
    use crate::store::ledger::longest_due;
    let Some(store) = on_postgres("plans_of_the_due").await else {
        return;
    };
    for statement in FULL {
        let done = store.db.execute_unprepared(statement).await;
        done.unwrap_or_else(|e| panic!("{e}\n{statement}"));
    }
    // 200 of 20,000.
    let now = "2026-06-09T10:00:00Z".parse().expect("an instant");
    let plan = plan_of(&store, &longest_due(now, 500)).await;
    assert!(plan.contains("commitment_next_due"), "{plan}");
    assert!(!plan.contains("Seq Scan"), "{plan}");
}
