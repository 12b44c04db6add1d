//! What becomes of a claimed notice: items that no longer hold are dropped, its content is committed
//! to (T2), its outcome settled (T3). Each is one short transaction that names the state and the
//! token it expects; see [`held`](super::held).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Query, SelectStatement};
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, EntityTrait, QueryFilter, UpdateMany};
use uuid::Uuid;

use super::entity::{attempt, message, notice, notice_item, occurrence};
use super::held::{HeldRow, held, release, standing_of, turn};
use super::recording::weigh;
use super::rows::CHUNK;
use super::{NewAttempt, Settlement};
use crate::domain::ledger::StoredMessage;
use crate::domain::notice::{NoticeState, OccurrenceState, SkipReason};
use crate::store::words::instant;
use crate::store::{Store, StoreError};

impl Store {
    /// T2: the bytes become final before they go out. Bytes that may have gone out once cannot be
    /// replaced by others.
    pub async fn mark_in_data(
        &self,
        id: Uuid,
        token: Uuid,
        subject: &str,
        content: &[u8],
        lease_until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let change = self.change().await?;
        let same_bytes = Condition::any()
            .add(notice::Column::Doubts.eq(0))
            .add(notice::Column::Content.eq(content));
        let marked = held(
            turn(NoticeState::InData),
            id,
            token,
            &[NoticeState::Claimed],
        )
        .col_expr(notice::Column::Subject, Expr::val(subject))
        .col_expr(notice::Column::Content, Expr::val(content))
        .col_expr(notice::Column::LeaseUntil, Expr::val(instant(lease_until)))
        .filter(same_bytes)
        .exec(&change.transaction)
        .await?;
        change.commit().await?;
        Ok(marked.rows_affected == 1)
    }

    /// Drops items of a claimed notice that no longer hold. An occurrence that no other item
    /// carries is skipped, for that reason. A notice whose bytes are final loses no items: it is
    /// sent as it is or parked.
    pub async fn drop_items(
        &self,
        id: Uuid,
        token: Uuid,
        dropped: &[(i64, SkipReason)],
    ) -> Result<bool, StoreError> {
        let change = self.change().await?;
        let claimed = [NoticeState::Claimed];
        let Some(standing) = standing_of(&change.transaction, id, token, &claimed).await? else {
            change.roll_back().await?;
            return Ok(false);
        };
        if standing.doubts > 0 {
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
        change.commit().await?;
        Ok(true)
    }

    /// T3: what came of it: the new state, the attempt, the occurrences, and the message of a
    /// mailbox transport, all at once. False when the notice is not this token's any more, or is
    /// in a state from which there is no such way: nothing is sent that was not in data first.
    pub async fn settle(
        &self,
        id: Uuid,
        token: Uuid,
        settlement: Settlement,
    ) -> Result<bool, StoreError> {
        let change = self.change().await?;
        let transaction = &change.transaction;
        let from = ways_to(&settlement);
        let Some(standing) = standing_of(transaction, id, token, from).await? else {
            change.roll_back().await?;
            return Ok(false);
        };
        let Settlement {
            state,
            at,
            at_real,
            retry_at,
            attempt,
            message,
        } = settlement;
        let (at, at_real) = (instant(at), instant(at_real));
        let turned = match state {
            NoticeState::InDoubt => doubt(turn(state), &standing, at_real),
            NoticeState::Deferred => put_off(turn(state), &standing, retry_at.unwrap_or(at_real)),
            NoticeState::Parked => release(turn(state)),
            _ => release(turn(state)).col_expr(notice::Column::SettledAt, Expr::val(at)),
        };
        let n = standing.attempts + i32::from(attempt.is_some());
        // Over the wire the subject came with T2; a mailbox has none.
        let turned = match &message {
            Some(kept) => {
                turned.col_expr(notice::Column::Subject, Expr::val(kept.subject.as_str()))
            }
            None => turned,
        };
        let turned = held(turned, id, token, from)
            .col_expr(notice::Column::Attempts, Expr::val(n))
            .exec(transaction)
            .await?;
        if turned.rows_affected != 1 {
            change.roll_back().await?;
            return Ok(false);
        }
        if let Some(attempt) = attempt {
            append(transaction, id, n, at, state, attempt).await?;
        }
        if let Some(carried) = carried_to(state) {
            settle_occurrences(transaction, id, carried).await?;
        }
        if let Some(message) = message {
            keep(transaction, standing.message_id, message).await?;
        }
        change.commit().await?;
        Ok(true)
    }
}

/// The states from which a settlement may be reached. `Sent` is reached through T2 alone; only
/// where the server is this database, and the message is stored with it, there is no wire and no
/// doubt.
fn ways_to(settlement: &Settlement) -> &'static [NoticeState] {
    use NoticeState::{Claimed, InData, InDoubt};
    match settlement.state {
        NoticeState::Sent if settlement.message.is_some() => &[Claimed, InData, InDoubt],
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
fn carried_to(state: NoticeState) -> Option<OccurrenceState> {
    match state {
        NoticeState::Sent => Some(OccurrenceState::Sent),
        NoticeState::Rejected | NoticeState::Cancelled | NoticeState::Expired => {
            Some(OccurrenceState::Cancelled)
        }
        _ => None,
    }
}

/// In doubt it stays this token's, so that a late answer counts; one doubt is counted once.
fn doubt(
    update: UpdateMany<notice::Entity>,
    standing: &HeldRow,
    at_real: DateTime<Utc>,
) -> UpdateMany<notice::Entity> {
    let update = update.col_expr(notice::Column::LeaseUntil, Expr::null());
    if standing.state == NoticeState::InDoubt.as_str() {
        return update;
    }
    update
        .col_expr(notice::Column::Doubts, Expr::val(standing.doubts + 1))
        .col_expr(notice::Column::DoubtSince, Expr::val(at_real))
}

/// Put off until the next try. Bytes that surely did not get through are not final any more.
fn put_off(
    update: UpdateMany<notice::Entity>,
    standing: &HeldRow,
    retry_at: DateTime<Utc>,
) -> UpdateMany<notice::Entity> {
    let update = release(update).col_expr(notice::Column::RetryAt, Expr::val(instant(retry_at)));
    if standing.doubts > 0 {
        return update;
    }
    update.col_expr(notice::Column::Content, Expr::null())
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
    let live = notice_item::Column::Dropped.is_null();
    let still_carried = carried_by(Condition::all().add(live).add(this_occurrence));
    for some in items.chunks(CHUNK) {
        let these = Condition::all()
            .add(notice_item::Column::NoticeId.eq(notice))
            .add(notice_item::Column::Id.is_in(some.iter().copied()));
        occurrence::Entity::update_many()
            .col_expr(
                occurrence::Column::State,
                Expr::val(OccurrenceState::Skipped.as_str()),
            )
            .col_expr(occurrence::Column::Reason, Expr::val(reason.as_str()))
            .filter(occurrence::Column::State.eq(OccurrenceState::Waiting.as_str()))
            .filter(occurrence::Column::Id.in_subquery(carried_by(these)))
            .filter(Expr::exists(still_carried.clone()).not())
            .exec(transaction)
            .await?;
    }
    Ok(())
}

/// The occurrences of a notice's live items, decided.
async fn settle_occurrences(
    transaction: &DatabaseTransaction,
    notice: Uuid,
    state: OccurrenceState,
) -> Result<(), StoreError> {
    let live = Condition::all()
        .add(notice_item::Column::NoticeId.eq(notice))
        .add(notice_item::Column::Dropped.is_null());
    occurrence::Entity::update_many()
        .col_expr(occurrence::Column::State, Expr::val(state.as_str()))
        .filter(occurrence::Column::State.eq(OccurrenceState::Waiting.as_str()))
        .filter(occurrence::Column::Id.in_subquery(carried_by(live)))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The occurrences that some items carry.
fn carried_by(items: Condition) -> SelectStatement {
    Query::select()
        .column(notice_item::Column::OccurrenceId)
        .from(notice_item::Entity)
        .cond_where(items)
        .to_owned()
}

/// The n-th attempt at a notice.
async fn append(
    transaction: &DatabaseTransaction,
    notice: Uuid,
    n: i32,
    at: DateTime<Utc>,
    outcome: NoticeState,
    new: NewAttempt,
) -> Result<(), StoreError> {
    let NewAttempt {
        phase,
        reply,
        enhanced_code,
        duration_ms,
    } = new;
    let row = attempt::ActiveModel {
        notice_id: Set(notice),
        n: Set(n),
        at: Set(at),
        phase: Set(phase.as_str().to_owned()),
        outcome: Set(outcome.as_str().to_owned()),
        reply: Set(reply),
        enhanced_code: Set(enhanced_code),
        duration_ms: Set(i32::try_from(duration_ms).unwrap_or(i32::MAX)),
    };
    attempt::Entity::insert(row)
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}

/// Keeps what the mailbox transport delivered.
async fn keep(
    transaction: &DatabaseTransaction,
    message_id: String,
    delivered: StoredMessage,
) -> Result<(), StoreError> {
    let StoredMessage {
        notice,
        recipient,
        to,
        subject,
        delivered_at,
        raw,
    } = delivered;
    let row = message::ActiveModel {
        notice_id: Set(notice),
        message_id: Set(message_id),
        recipient: Set(recipient.to_string()),
        to_address: Set(to),
        subject: Set(subject),
        delivered_at: Set(instant(delivered_at)),
        raw: Set(raw),
    };
    message::Entity::insert(row)
        .exec_without_returning(transaction)
        .await?;
    Ok(())
}
