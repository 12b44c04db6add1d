//! The questions that are asked at every activation are answered from an index: SQLite is asked how
//! it would go about them. A scan or a sort here is paid at every turn of a daemon with a million
//! commitments.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::ValueTuple;
use sea_orm::{EntityTrait, QueryFilter, QueryTrait};

use super::claiming::{slot_has_come, try_has_come};
use super::entity::occurrence;
use super::planning::{COMMITMENT, MEETING, READER, about, first_due, longest_due};
use super::turning::{Way, turn_in_data, turn_to};
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::notice::{NoticeState, Subject};
use crate::store::plans::{on_sqlite, plan_of};

fn now() -> DateTime<Utc> {
    DateTime::UNIX_EPOCH
}

#[tokio::test]
async fn who_is_due_is_found_without_a_scan() {
    let (_folder, store) = on_sqlite().await;
    assert_eq!(
        plan_of(&store, &longest_due(now(), 1_000)).await,
        "SEARCH commitment USING INDEX commitment_next_due (next_due<?)"
    );
    assert_eq!(
        plan_of(&store, &MEETING.due(now())).await,
        "SEARCH meeting USING INDEX meeting_next_due (next_due<?)"
    );
    assert_eq!(
        plan_of(&store, &READER.due(now())).await,
        "SEARCH reader USING INDEX reader_next_due (next_due<?)"
    );
}

#[tokio::test]
async fn the_next_thing_to_do_is_the_first_entry_of_an_index() {
    let (_folder, store) = on_sqlite().await;
    assert_eq!(
        plan_of(&store, &COMMITMENT.first_due()).await,
        "SEARCH commitment USING COVERING INDEX commitment_next_due (next_due>?)"
    );
    assert_eq!(
        plan_of(&store, &first_due(NoticeState::Pending)).await,
        "SEARCH notice USING COVERING INDEX notice_state_due (state=?)"
    );
}

#[tokio::test]
async fn a_claim_looks_at_what_it_may_take_and_at_nothing_else() {
    let (_folder, store) = on_sqlite().await;
    let slot = slot_has_come(now(), now()).limit(100).to_owned();
    assert_eq!(
        plan_of(&store, &slot).await,
        "SEARCH notice USING INDEX notice_state_due (state=? AND due_at<?)"
    );
    let next_try = try_has_come(now()).limit(100).to_owned();
    assert_eq!(
        plan_of(&store, &next_try).await,
        "SEARCH notice USING INDEX notice_state_retry (state=? AND retry_at<?)"
    );
}

#[tokio::test]
async fn the_ledger_of_a_batch_is_found_by_its_key() {
    let (_folder, store) = on_sqlite().await;
    let subjects = [
        Subject::Commitment(CommitmentRef::parse("US37-01").expect("a reference")),
        Subject::Reader(ReaderId::parse("desk").expect("a reader")),
    ];
    let question = occurrence::Entity::find()
        .filter(about(&subjects))
        .into_query();
    let plan = plan_of(&store, &question).await;
    assert!(!plan.contains("SCAN"), "{plan}");
    assert!(plan.contains("INDEX occurrence_once (subject_kind=? AND subject_id=?)"));
}

#[tokio::test]
async fn next_due_is_written_row_by_row_through_the_references() {
    let (_folder, store) = on_sqlite().await;
    let rows = vec![ValueTuple::Three(
        "US37-01".into(),
        1i64.into(),
        Some(now()).into(),
    )];
    let plan = plan_of(&store, &COMMITMENT.set_next_due(rows)).await;
    assert!(!plan.contains("SCAN commitment"), "{plan}");
    assert!(plan.contains("SEARCH commitment USING INDEX"), "{plan}");
}

#[tokio::test]
async fn contents_and_outcomes_are_written_row_by_row_through_the_ids() {
    let (_folder, store) = on_sqlite().await;
    let row = |columns: usize| {
        let mut row: Vec<sea_orm::Value> = vec![uuid::Uuid::nil().into(), uuid::Uuid::nil().into()];
        row.resize(columns, 1i64.into());
        vec![ValueTuple::Many(row); 16]
    };
    let mut statements = vec![turn_in_data(row(6))];
    for state in NoticeState::ALL {
        let way = Way {
            state: *state,
            keeps_message: false,
        };
        statements.push(turn_to(way, row(7)));
    }
    for statement in statements {
        let plan = plan_of(&store, &statement).await;
        assert!(!plan.contains("SCAN notice"), "{plan}");
        assert!(plan.contains("SEARCH notice USING INDEX"), "{plan}");
        assert!(plan.contains("(id=?)"), "{plan}");
    }
}
