//! What comes back after the relay took a notice: reports are kept, and a notice that was given up
//! becomes *bounced*, its occurrences with it. What follows for the address stands in
//! [`bouncing`](super::bouncing).

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    TryInsertResult,
};
use uuid::Uuid;

use super::entity::{delivery_report, notice, notice_item, occurrence};
use super::held::{release, turn};
use crate::domain::bounce::{Action, ReportEntry};
use crate::domain::notice::{NoticeState, OccurrenceState, SkipReason};
use crate::store::words::{instant, word};
use crate::store::{Change, Snapshot, StoreError};

/// A report on its way into the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewReport {
    pub action: Action,
    pub address: Option<String>,
    pub enhanced_code: Option<String>,
    pub reply: String,
}

/// What [`Change::bounce`] found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bounced {
    /// The notice is bounced, and was not before.
    Now,
    /// It was refused or came back before.
    Before,
    /// A worker is handing it over; what it will write down is not known yet.
    BeingSent,
    /// It never left, or there is no such notice.
    Never,
}

impl Snapshot {
    /// The notice of a Message-ID, in angle brackets.
    pub async fn notice_of_message_id(&self, id: &str) -> Result<Option<Uuid>, StoreError> {
        Ok(notice::Entity::find()
            .select_only()
            .column(notice::Column::Id)
            .filter(notice::Column::MessageId.eq(id))
            .into_tuple()
            .one(&self.transaction)
            .await?)
    }

    /// The bytes that went out, or may have gone out.
    pub async fn content_of(&self, notice: Uuid) -> Result<Option<Vec<u8>>, StoreError> {
        let content: Option<Option<Vec<u8>>> = notice::Entity::find_by_id(notice)
            .select_only()
            .column(notice::Column::Content)
            .into_tuple()
            .one(&self.transaction)
            .await?;
        Ok(content.flatten())
    }

    /// What was reported of a notice, in its order.
    pub async fn reports(&self, notice: Uuid) -> Result<Vec<ReportEntry>, StoreError> {
        let rows = delivery_report::Entity::find()
            .filter(delivery_report::Column::NoticeId.eq(notice))
            .order_by_asc(delivery_report::Column::Id)
            .all(&self.transaction)
            .await?;
        rows.into_iter().map(report_entry).collect()
    }
}

impl Change {
    /// Keeps what was reported of a notice; false where this was known.
    pub async fn enter_report(
        &mut self,
        notice: Uuid,
        report: NewReport,
        at: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        use delivery_report::Column as C;
        let NewReport {
            action,
            address,
            enhanced_code,
            reply,
        } = report;
        let row = delivery_report::ActiveModel {
            id: NotSet,
            notice_id: Set(notice),
            at: Set(instant(at)),
            action: Set(action.as_str().to_owned()),
            address: Set(address.unwrap_or_default()),
            enhanced_code: Set(enhanced_code.unwrap_or_default()),
            reply: Set(reply),
        };
        let entered = delivery_report::Entity::insert(row)
            .on_conflict_do_nothing_on([C::NoticeId, C::Action, C::Address, C::EnhancedCode])
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(matches!(entered, TryInsertResult::Inserted(1)))
    }

    /// A notice that the relay took, or may have taken, was given up: it is *bounced*, and what it
    /// carried did not reach its reader. `undeliverable`: for whoever hears instead, it is open.
    pub async fn bounce(
        &mut self,
        id: Uuid,
        at: DateTime<Utc>,
        undeliverable: bool,
    ) -> Result<Bounced, StoreError> {
        let found: Option<(String, i32)> = notice::Entity::find_by_id(id)
            .select_only()
            .columns([notice::Column::State, notice::Column::Doubts])
            .lock_exclusive()
            .into_tuple()
            .one(&self.transaction)
            .await?;
        let Some((state, doubts)) = found else {
            return Ok(Bounced::Never);
        };
        let state = word(NoticeState::parse, &state, "notice.state")?;
        match state {
            NoticeState::Sent | NoticeState::InDoubt | NoticeState::Parked => {}
            // The relay may have had it: what waits after a doubt may be lying in a queue.
            NoticeState::Pending | NoticeState::Deferred if doubts > 0 => {}
            NoticeState::Claimed | NoticeState::InData => return Ok(Bounced::BeingSent),
            NoticeState::Bounced | NoticeState::Rejected => return Ok(Bounced::Before),
            NoticeState::Gathering
            | NoticeState::Pending
            | NoticeState::Deferred
            | NoticeState::Cancelled
            | NoticeState::Expired => return Ok(Bounced::Never),
        }
        release(turn(NoticeState::Bounced))
            .col_expr(notice::Column::SettledAt, Expr::val(instant(at)))
            .filter(notice::Column::Id.eq(id))
            .exec(&self.transaction)
            .await?;
        let reason = undeliverable.then_some(SkipReason::Undeliverable);
        take_back(&self.transaction, id, reason).await?;
        Ok(Bounced::Now)
    }
}

/// What a notice carried did not arrive: its occurrences are cancelled, except those that another
/// notice carries that did not come to nothing itself.
pub(super) async fn take_back(
    transaction: &DatabaseTransaction,
    notice: Uuid,
    reason: Option<SkipReason>,
) -> Result<(), StoreError> {
    let live = notice_item::Column::Dropped.is_null();
    let these = Condition::all()
        .add(notice_item::Column::NoticeId.eq(notice))
        .add(live.clone());
    let elsewhere = Condition::all()
        .add(notice_item::Column::NoticeId.ne(notice))
        .add(Expr::exists(came_to_nothing()).not())
        .add(live)
        .add(
            Expr::col((notice_item::Entity, notice_item::Column::OccurrenceId))
                .equals((occurrence::Entity, occurrence::Column::Id)),
        );
    let carried = |items: Condition| {
        Query::select()
            .column(notice_item::Column::OccurrenceId)
            .from(notice_item::Entity)
            .cond_where(items)
            .to_owned()
    };
    let open = [OccurrenceState::Waiting, OccurrenceState::Sent].map(OccurrenceState::as_str);
    occurrence::Entity::update_many()
        .col_expr(
            occurrence::Column::State,
            Expr::val(OccurrenceState::Cancelled.as_str()),
        )
        .col_expr(
            occurrence::Column::Reason,
            Expr::val(reason.map(SkipReason::as_str)),
        )
        .filter(occurrence::Column::State.is_in(open))
        .filter(occurrence::Column::Id.in_subquery(carried(these)))
        .filter(Expr::exists(carried(elsewhere)).not())
        .exec(transaction)
        .await?;
    Ok(())
}

/// The notice of an item, where it did not arrive, or never left: what it carried is carried by it no
/// more.
pub(super) fn came_to_nothing() -> SelectStatement {
    use NoticeState::{Bounced, Cancelled, Expired, Rejected};
    let states = [Bounced, Cancelled, Expired, Rejected].map(NoticeState::as_str);
    Query::select()
        .column(notice::Column::Id)
        .from(notice::Entity)
        .and_where(
            Expr::col((notice::Entity, notice::Column::Id))
                .equals((notice_item::Entity, notice_item::Column::NoticeId)),
        )
        .and_where(Expr::col((notice::Entity, notice::Column::State)).is_in(states))
        .to_owned()
}

fn report_entry(row: delivery_report::Model) -> Result<ReportEntry, StoreError> {
    let delivery_report::Model {
        id: _,
        notice_id: _,
        at,
        action,
        address,
        enhanced_code,
        reply,
    } = row;
    let given = |text: String| (!text.is_empty()).then_some(text);
    Ok(ReportEntry {
        at,
        action: word(Action::parse, &action, "delivery_report.action")?,
        address: given(address),
        enhanced_code: given(enhanced_code),
        reply,
    })
}
