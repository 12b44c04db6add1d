//! Notices are claimed (T1), given back, and rescued when their worker is heard of no more;
//! DELIVERY, "States of one notice". Each is one short transaction. What becomes of a claimed one
//! stands in [`settling`](super::settling).

use std::collections::HashMap;

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, Query, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, Order, QueryFilter,
    QuerySelect, UpdateMany,
};
use uuid::Uuid;

use super::entity::notice;
use super::held::{release, turn};
use super::rows::{self, CHUNK};
use super::{ClaimedNotice, Rescued};
use crate::domain::notice::NoticeState;
use crate::store::words::instant;
use crate::store::{Store, StoreError};

impl Store {
    /// T1: takes notices that are due, the oldest first, under a lease; at most a thousand at once.
    ///
    /// 1. Those whose slot has come by the business clock, and those whose next try has come by the
    ///    real one. Rows that another daemon is taking are skipped, not waited for.
    /// 2. They become this token's.
    /// 3. They are read as they are now: with their live items, and with their bytes where those may
    ///    have gone out before.
    pub async fn claim(
        &self,
        business_now: DateTime<Utc>,
        real_now: DateTime<Utc>,
        token: Uuid,
        lease_until: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<ClaimedNotice>, StoreError> {
        let limit = std::cmp::min(limit, CHUNK as u64);
        let (business_now, real_now) = (instant(business_now), instant(real_now));
        let change = self.change().await?;
        let transaction = &change.transaction;
        let mut due: Vec<(DateTime<Utc>, Uuid)> = Vec::new();
        for question in [
            slot_has_come(business_now, real_now),
            try_has_come(real_now),
        ] {
            let question = question.to_owned().limit(limit).to_owned();
            for row in transaction.query_all(&question).await? {
                due.push(row.try_get_many_by_index()?);
            }
        }
        due.sort_unstable();
        due.truncate(usize::try_from(limit).unwrap_or(CHUNK));
        let ids: Vec<Uuid> = due.into_iter().map(|(_, id)| id).collect();
        if ids.is_empty() {
            change.roll_back().await?;
            return Ok(Vec::new());
        }
        let waiting = [NoticeState::Pending, NoticeState::Deferred].map(NoticeState::as_str);
        turn(NoticeState::Claimed)
            .col_expr(notice::Column::LeaseToken, Expr::val(token))
            .col_expr(notice::Column::LeaseUntil, Expr::val(instant(lease_until)))
            .col_expr(notice::Column::RetryAt, Expr::null())
            .filter(notice::Column::Id.is_in(ids.iter().copied()))
            .filter(notice::Column::State.is_in(waiting))
            .exec(transaction)
            .await?;
        let claimed = read_claimed(transaction, &ids, token).await?;
        change.commit().await?;
        Ok(claimed)
    }

    /// Gives back what was claimed under a token and not begun. Returns how many.
    pub async fn give_back(&self, token: Uuid) -> Result<u64, StoreError> {
        self.give_back_all(&[token]).await
    }

    /// As [`give_back`](Self::give_back), for many tokens.
    pub async fn give_back_all(&self, tokens: &[Uuid]) -> Result<u64, StoreError> {
        let mut given_back = 0;
        let change = self.change().await?;
        for some in tokens.chunks(CHUNK) {
            let released = release(turn(NoticeState::Pending))
                .filter(notice::Column::LeaseToken.is_in(some.iter().copied()))
                .filter(notice::Column::State.eq(NoticeState::Claimed.as_str()))
                .exec(&change.transaction)
                .await?;
            given_back += released.rows_affected;
        }
        if given_back == 0 {
            change.roll_back().await?;
        } else {
            change.commit().await?;
        }
        Ok(given_back)
    }

    /// Gives back some of what was claimed under a token and not begun.
    pub async fn give_back_some(&self, token: Uuid, notices: &[Uuid]) -> Result<(), StoreError> {
        let change = self.change().await?;
        for some in notices.chunks(CHUNK) {
            release(turn(NoticeState::Pending))
                .filter(notice::Column::Id.is_in(some.iter().copied()))
                .filter(notice::Column::LeaseToken.eq(token))
                .filter(notice::Column::State.eq(NoticeState::Claimed.as_str()))
                .exec(&change.transaction)
                .await?;
        }
        change.commit().await
    }

    /// Finds the notices whose worker is heard of no more, and those that have been in doubt for
    /// `doubt_wait`; both by the real clock.
    ///
    /// 1. In doubt for long enough: a second time it is parked, the first time it is pending again
    ///    with the bytes it has. From here on a late answer finds its token gone.
    /// 2. Claimed, lease over: nothing went out; pending again.
    /// 3. In data, lease over: nobody knows. It keeps its token, so that a late answer counts.
    pub async fn rescue(
        &self,
        real_now: DateTime<Utc>,
        doubt_wait: TimeDelta,
    ) -> Result<Rescued, StoreError> {
        let real_now = instant(real_now);
        let change = self.change().await?;
        let transaction = &change.transaction;
        let doubted = |next| {
            release(turn(next))
                .filter(notice::Column::State.eq(NoticeState::InDoubt.as_str()))
                .filter(notice::Column::DoubtSince.lte(real_now - doubt_wait))
        };
        let parked = doubted(NoticeState::Parked)
            .filter(notice::Column::Doubts.gte(2))
            .exec(transaction)
            .await?;
        let again = doubted(NoticeState::Pending).exec(transaction).await?;
        let abandoned = |update: UpdateMany<notice::Entity>, state: NoticeState| {
            update
                .filter(notice::Column::State.eq(state.as_str()))
                .filter(notice::Column::LeaseUntil.lte(real_now))
        };
        let given_back = abandoned(release(turn(NoticeState::Pending)), NoticeState::Claimed)
            .exec(transaction)
            .await?;
        let in_doubt = turn(NoticeState::InDoubt)
            .col_expr(
                notice::Column::Doubts,
                Expr::col(notice::Column::Doubts).add(1),
            )
            .col_expr(notice::Column::DoubtSince, Expr::val(real_now))
            .col_expr(notice::Column::LeaseUntil, Expr::null());
        let in_doubt = abandoned(in_doubt, NoticeState::InData)
            .exec(transaction)
            .await?;
        change.commit().await?;
        Ok(Rescued {
            given_back: given_back.rows_affected,
            in_doubt: in_doubt.rows_affected,
            again: again.rows_affected,
            parked: parked.rows_affected,
        })
    }
}

/// Pending notices whose slot has come.
pub(super) fn slot_has_come(
    business_now: DateTime<Utc>,
    real_now: DateTime<Utc>,
) -> SelectStatement {
    let may_be_tried = Condition::any()
        .add(notice::Column::RetryAt.is_null())
        .add(notice::Column::RetryAt.lte(real_now));
    due(NoticeState::Pending)
        .and_where(notice::Column::DueAt.lte(business_now))
        .cond_where(may_be_tried)
        .order_by(notice::Column::DueAt, Order::Asc)
        .order_by(notice::Column::Id, Order::Asc)
        .to_owned()
}

/// Deferred notices whose next try has come.
pub(super) fn try_has_come(real_now: DateTime<Utc>) -> SelectStatement {
    due(NoticeState::Deferred)
        .and_where(notice::Column::RetryAt.lte(real_now))
        .order_by(notice::Column::RetryAt, Order::Asc)
        .to_owned()
}

fn due(state: NoticeState) -> SelectStatement {
    Query::select()
        .columns([notice::Column::DueAt, notice::Column::Id])
        .from(notice::Entity)
        .and_where(notice::Column::State.eq(state.as_str()))
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
        .to_owned()
}

/// The notices that are this token's now, in the order of their ids' list.
async fn read_claimed(
    transaction: &DatabaseTransaction,
    ids: &[Uuid],
    token: Uuid,
) -> Result<Vec<ClaimedNotice>, StoreError> {
    let mine = notice::Entity::find()
        .filter(notice::Column::Id.is_in(ids.iter().copied()))
        .filter(notice::Column::LeaseToken.eq(token));
    let rows: Vec<notice::Row> = mine.clone().into_partial_model().all(transaction).await?;
    let final_bytes: Vec<(Uuid, Option<Vec<u8>>)> = mine
        .filter(notice::Column::Doubts.gt(0))
        .select_only()
        .columns([notice::Column::Id, notice::Column::Content])
        .into_tuple()
        .all(transaction)
        .await?;
    let mut final_bytes: HashMap<Uuid, Option<Vec<u8>>> = final_bytes.into_iter().collect();
    let mut rows: HashMap<Uuid, notice::Row> = rows.into_iter().map(|r| (r.id, r)).collect();
    let mut items = rows::items_of(transaction, ids).await?;
    let mut claimed = Vec::with_capacity(rows.len());
    for row in ids.iter().filter_map(|id| rows.remove(id)) {
        let id = row.id;
        let doubts = u32::try_from(row.doubts).unwrap_or(0);
        let carried = items.remove(&id).unwrap_or_default();
        let live = carried
            .iter()
            .filter(|i| i.item.dropped.is_none())
            .map(|i| (i.id, i.item.item.clone()))
            .collect();
        claimed.push(ClaimedNotice {
            entry: rows::notice_entry(row, carried.into_iter().map(|i| i.item).collect())?,
            items: live,
            content: final_bytes.remove(&id).flatten(),
            doubts,
        });
    }
    Ok(claimed)
}
