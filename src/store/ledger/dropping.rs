//! Items of a claimed notice that no longer hold are dropped before its letter is written; what
//! becomes of the notice then stands in [`settling`](super::settling).

use std::collections::BTreeMap;

use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect};
use uuid::Uuid;

use super::entity::{notice_item, occurrence};
use super::held::doubts_of_held;
use super::recording::weigh;
use super::returning::came_to_nothing;
use super::rows::CHUNK;
use crate::domain::notice::{NoticeState, OccurrenceState, SkipReason};
use crate::store::{Store, StoreError};

impl Store {
    /// Drops items of a claimed notice that no longer hold. An occurrence that no other item
    /// carries is skipped, for that reason; where mail does not reach the address it is cancelled.
    /// What is not heard by its reader, or gave way, is looked at again: for whoever hears instead,
    /// and because the record may call for it once more since this was judged. A notice whose bytes
    /// are final loses no items: it is sent as it is or parked.
    pub async fn drop_items(
        &self,
        id: Uuid,
        token: Uuid,
        dropped: &[(i64, SkipReason)],
    ) -> Result<bool, StoreError> {
        let mut change = self.change().await?;
        let claimed = [NoticeState::Claimed];
        let doubts = doubts_of_held(&change.transaction, id, token, &claimed).await?;
        if doubts != Some(0) {
            change.roll_back().await?;
            return Ok(false);
        }
        let mut by_reason: BTreeMap<SkipReason, Vec<i64>> = BTreeMap::new();
        for (item, reason) in dropped {
            by_reason.entry(*reason).or_default().push(*item);
        }
        // All items first: an occurrence is carried elsewhere only by what is still there then.
        for (reason, items) in &by_reason {
            drop_for(&change.transaction, id, items, *reason).await?;
        }
        for (reason, items) in &by_reason {
            skip_uncarried(&change.transaction, id, items, *reason).await?;
        }
        weigh(&change.transaction, &[id]).await?;
        let unheard =
            |reason: &SkipReason| *reason == SkipReason::NoRecipient || reason.leaves_open();
        if by_reason.keys().any(unheard) {
            let (commitments, meetings) = spoken_of(&change.transaction, id).await?;
            change.look_again_at(&commitments, &meetings).await?;
        }
        change.commit().await?;
        Ok(true)
    }
}

/// The commitments and the meetings that a notice speaks of.
pub(super) async fn spoken_of(
    transaction: &DatabaseTransaction,
    notice: Uuid,
) -> Result<(Vec<String>, Vec<String>), StoreError> {
    let items: Vec<(String, Option<String>)> = notice_item::Entity::find()
        .select_only()
        .column(notice_item::Column::Commitment)
        .column(notice_item::Column::Meeting)
        .filter(notice_item::Column::NoticeId.eq(notice))
        .into_tuple()
        .all(transaction)
        .await?;
    let (mut commitments, meetings): (Vec<_>, Vec<_>) = items.into_iter().unzip();
    let mut meetings: Vec<String> = meetings.into_iter().flatten().collect();
    for named in [&mut commitments, &mut meetings] {
        named.sort_unstable();
        named.dedup();
    }
    Ok((commitments, meetings))
}

/// Drops items of a notice.
async fn drop_for(
    transaction: &DatabaseTransaction,
    notice: Uuid,
    items: &[i64],
    reason: SkipReason,
) -> Result<(), StoreError> {
    for some in items.chunks(CHUNK) {
        notice_item::Entity::update_many()
            .col_expr(notice_item::Column::Dropped, Expr::val(reason.as_str()))
            .filter(notice_item::Column::NoticeId.eq(notice))
            .filter(notice_item::Column::Id.is_in(some.iter().copied()))
            .filter(notice_item::Column::Dropped.is_null())
            .exec(transaction)
            .await?;
    }
    Ok(())
}

/// Skips the occurrences that these items carried, where no live item carries them.
async fn skip_uncarried(
    transaction: &DatabaseTransaction,
    notice: Uuid,
    items: &[i64],
    reason: SkipReason,
) -> Result<(), StoreError> {
    let this_occurrence = Expr::col((notice_item::Entity, notice_item::Column::OccurrenceId))
        .equals((occurrence::Entity, occurrence::Column::Id));
    let state = match reason {
        SkipReason::Undeliverable => OccurrenceState::Cancelled,
        _ => OccurrenceState::Skipped,
    };
    let live = Condition::all()
        .add(notice_item::Column::Dropped.is_null())
        .add(Expr::exists(came_to_nothing()).not());
    let still_carried = carried_by(live.add(this_occurrence));
    for some in items.chunks(CHUNK) {
        let these = Condition::all()
            .add(notice_item::Column::NoticeId.eq(notice))
            .add(notice_item::Column::Id.is_in(some.iter().copied()));
        occurrence::Entity::update_many()
            .col_expr(occurrence::Column::State, Expr::val(state.as_str()))
            .col_expr(occurrence::Column::Reason, Expr::val(reason.as_str()))
            .filter(occurrence::Column::State.eq(OccurrenceState::Waiting.as_str()))
            .filter(occurrence::Column::Id.in_subquery(carried_by(these)))
            .filter(Expr::exists(still_carried.clone()).not())
            .exec(transaction)
            .await?;
    }
    Ok(())
}

/// The occurrences that some items carry.
pub(super) fn carried_by(items: Condition) -> SelectStatement {
    Query::select()
        .column(notice_item::Column::OccurrenceId)
        .from(notice_item::Entity)
        .cond_where(items)
        .to_owned()
}
