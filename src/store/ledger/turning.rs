//! The statements by which held notices turn from one state to another, many rows in one: each row
//! names the notice and the token it expects, and what is to be written of it. Their rows' columns
//! are numbered; [`settling`](super::settling) says in which order they go.

use sea_orm::sea_query::{
    Alias, CaseStatement, Expr, ExprTrait, IntoIden, Query, TableRef, UpdateStatement, ValueTuple,
};
use sea_orm::{ColumnTrait, Condition, Value};

use super::entity::{attempt, notice};
use super::{FinalContent, Settlement, ToSettle};
use crate::domain::notice::{NoticeState, OccurrenceState};
use crate::store::record::version_of_the_record;
use crate::store::words::instant;

/// A content as a row for [`turn_in_data`].
pub(super) fn row_of_final(content: &FinalContent) -> ValueTuple {
    let FinalContent {
        notice,
        token,
        subject,
        content,
        lease_until,
        judged_by,
    } = content;
    ValueTuple::Many(vec![
        (*notice).into(),
        (*token).into(),
        subject.as_str().into(),
        content.as_slice().into(),
        instant(*lease_until).into(),
        (*judged_by).into(),
    ])
}

/// Columns of the rows: notice, token, subject, content, lease end, the record's version.
pub(super) fn turn_in_data(rows: Vec<ValueTuple>) -> UpdateStatement {
    let same_bytes = Condition::any()
        .add(notice::Column::Doubts.eq(0))
        .add(own(notice::Column::Content).equals(given(4)));
    let same_record = Condition::any()
        .add(Expr::col(given(6)).is_null())
        .add(Expr::col(given(6)).eq(version_of_the_record()));
    turned(NoticeState::InData, &[NoticeState::Claimed], rows)
        .value(notice::Column::Subject, Expr::col(given(3)))
        .value(notice::Column::Content, Expr::col(given(4)))
        .value(notice::Column::LeaseUntil, Expr::col(given(5)))
        .cond_where(same_bytes)
        .cond_where(same_record)
        .returning_col(notice::Column::Id)
        .to_owned()
}

/// Where a settlement leads, and whether a message is kept with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Way {
    pub state: NoticeState,
    pub keeps_message: bool,
}

pub(super) fn way_of(settlement: &Settlement) -> Way {
    Way {
        state: settlement.state,
        keeps_message: settlement.message.is_some(),
    }
}

/// The states from which a settlement may be reached. `Sent` is reached through T2 alone; only
/// where the server is this database, and the message is stored with it, there is no wire and no
/// doubt.
fn ways_to(way: Way) -> &'static [NoticeState] {
    use NoticeState::{Claimed, InData, InDoubt};
    match way.state {
        NoticeState::Sent if way.keeps_message => &[Claimed, InData, InDoubt],
        NoticeState::Sent => &[InData, InDoubt],
        NoticeState::Deferred | NoticeState::Rejected => &[Claimed, InData, InDoubt],
        NoticeState::InDoubt => &[InData, InDoubt],
        NoticeState::Cancelled | NoticeState::Expired => &[Claimed],
        // Its bytes may have gone out once, and its reader lost the right to them.
        NoticeState::Parked => &[Claimed, InDoubt],
        NoticeState::Gathering
        | NoticeState::Pending
        | NoticeState::Claimed
        | NoticeState::InData
        | NoticeState::Bounced => &[],
    }
}

/// What becomes of the occurrences of a settled notice; `None` where it is not decided yet.
pub(super) fn carried_to(state: NoticeState) -> Option<OccurrenceState> {
    match state {
        NoticeState::Sent => Some(OccurrenceState::Sent),
        NoticeState::Rejected | NoticeState::Cancelled | NoticeState::Expired => {
            Some(OccurrenceState::Cancelled)
        }
        _ => None,
    }
}

/// A settlement as a row for [`turn_to`].
pub(super) fn row_of(settling: &ToSettle) -> ValueTuple {
    let ToSettle {
        notice,
        token,
        settlement,
    } = settling;
    let Settlement {
        state: _,
        at,
        at_real,
        retry_at,
        attempt,
        message,
        undeliverable: _,
    } = settlement;
    let subject = message.as_ref().map(|kept| kept.subject.as_str());
    ValueTuple::Many(vec![
        (*notice).into(),
        (*token).into(),
        instant(*at).into(),
        instant(*at_real).into(),
        instant(retry_at.unwrap_or(*at_real)).into(),
        i32::from(attempt.is_some()).into(),
        Value::from(subject),
    ])
}

/// Columns of the rows: notice, token, business time, real time, next try, attempts to count,
/// subject. Returns id, attempts and Message-ID of those that were held.
pub(super) fn turn_to(way: Way, rows: Vec<ValueTuple>) -> UpdateStatement {
    use notice::Column as Of;
    let (business_time, real_time, next_try) = (given(3), given(4), given(5));
    let mut update = turned(way.state, ways_to(way), rows);
    update
        .value(Of::LeaseUntil, Expr::null())
        .value(Of::Attempts, attempts_after(way))
        .returning(Query::returning().columns([Of::Id, Of::Attempts, Of::MessageId]));
    // In doubt it stays this token's, so that a late answer counts.
    if way.state != NoticeState::InDoubt {
        update.value(Of::LeaseToken, Expr::null());
    }
    match way.state {
        NoticeState::InDoubt => {
            // One doubt is counted once.
            let counted = || Of::State.eq(NoticeState::InDoubt.as_str());
            let doubts = CaseStatement::new()
                .case(counted(), own(Of::Doubts))
                .finally(own(Of::Doubts).add(1));
            let since = CaseStatement::new()
                .case(counted(), own(Of::DoubtSince))
                .finally(Expr::col(real_time));
            update
                .value(Of::Doubts, doubts)
                .value(Of::DoubtSince, since);
        }
        NoticeState::Deferred => {
            // Bytes that surely did not get through are not final any more.
            let final_bytes = CaseStatement::new()
                .case(Of::Doubts.gt(0), own(Of::Content))
                .finally(Expr::null());
            update
                .value(Of::RetryAt, Expr::col(next_try))
                .value(Of::Content, final_bytes);
        }
        NoticeState::Parked => {}
        _ => {
            update.value(Of::SettledAt, Expr::col(business_time));
        }
    }
    // Over the wire the subject came with T2; a mailbox has none.
    if way.keeps_message {
        update.value(Of::Subject, Expr::col(given(7)));
    }
    update
}

/// A doubt keeps its token, so it can be told twice: when the answer to the commit was lost. Then its
/// attempt is there already, and is not counted again. Every other state gives the token up.
fn attempts_after(way: Way) -> Expr {
    let one_more = own(notice::Column::Attempts).add(Expr::col(given(6)));
    if way.state != NoticeState::InDoubt {
        return one_more;
    }
    let of_attempt = |column| Expr::col((attempt::Entity, column));
    let told = Query::select()
        .expr(Expr::val(1))
        .from(attempt::Entity)
        .and_where(of_attempt(attempt::Column::NoticeId).eq(own(notice::Column::Id)))
        .and_where(of_attempt(attempt::Column::N).eq(own(notice::Column::Attempts)))
        .and_where(of_attempt(attempt::Column::Outcome).eq(NoticeState::InDoubt.as_str()))
        .and_where(of_attempt(attempt::Column::At).equals(given(3)))
        .to_owned();
    let again = Condition::all()
        .add(own(notice::Column::State).eq(NoticeState::InDoubt.as_str()))
        .add(Expr::exists(told));
    CaseStatement::new()
        .case(again, own(notice::Column::Attempts))
        .finally(one_more)
        .into()
}

/// Turns the notices of these rows to a state, each only where it is in one of the states it may
/// come from, under the token its row names.
fn turned(state: NoticeState, from: &[NoticeState], rows: Vec<ValueTuple>) -> UpdateStatement {
    Query::update()
        .table(notice::Entity)
        .value(notice::Column::State, state.as_str())
        .from(TableRef::ValuesList(rows, Alias::new(GIVEN).into_iden()))
        .and_where(own(notice::Column::Id).equals(given(1)))
        .and_where(own(notice::Column::LeaseToken).equals(given(2)))
        .and_where(notice::Column::State.is_in(from.iter().map(|s| s.as_str())))
        .to_owned()
}

const GIVEN: &str = "given";

/// A column of the rows that are given; `column1` and so on is how both databases call them.
fn given(column: u8) -> (&'static str, String) {
    (GIVEN, format!("column{column}"))
}

/// A column of the notice as it was.
fn own(column: notice::Column) -> Expr {
    Expr::col((notice::Entity, column))
}
