//! What becomes of a claimed notice: its content is committed to (T2), its outcome settled (T3).
//! Every row names the state and the token it expects, and is told apart from its neighbours: of
//! many that are written in one commit, those whose lease was lost stay as they are.

use std::collections::{BTreeMap, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
};
use uuid::Uuid;

use super::dropping::carried_by;
use super::entity::{attempt, message, notice_item, occurrence};
use super::turning::{carried_to, row_of, row_of_final, turn_in_data, turn_to, way_of};
use super::{FinalContent, NewAttempt, Settlement, ToSettle, Written};
use crate::domain::ledger::StoredMessage;
use crate::domain::notice::{NoticeState, OccurrenceState};
use crate::store::words::instant;
use crate::store::{Store, StoreError};

/// How many notices share one statement. Few, so that the databases keep the statements of every
/// number prepared.
const TOGETHER: usize = 16;

impl Store {
    /// T2 of one notice: the bytes become final before they go out. Bytes that may have gone out
    /// once cannot be replaced by others. False when the notice is not this token's any more.
    pub async fn mark_in_data(
        &self,
        id: Uuid,
        token: Uuid,
        subject: &str,
        content: &[u8],
        lease_until: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let content = FinalContent {
            notice: id,
            token,
            subject: subject.to_owned(),
            content: content.to_vec(),
            lease_until,
            judged_by: None,
        };
        let written = self.write_together(&[content], &[]).await?;
        Ok(written.finals == [true])
    }

    /// T3 of one notice: what came of it: the new state, the attempt, the occurrences, and the
    /// message of a mailbox transport, all at once. False when the notice is not this token's any
    /// more, or is in a state from which there is no such way: nothing is sent that was not in data
    /// first.
    pub async fn settle(
        &self,
        id: Uuid,
        token: Uuid,
        settlement: Settlement,
    ) -> Result<bool, StoreError> {
        let settling = ToSettle {
            notice: id,
            token,
            settlement,
        };
        let written = self.write_together(&[], &[settling]).await?;
        Ok(written.settled == [true])
    }

    /// T3s and T2s of many notices in one commit, the outcomes first. Each is told whether its own
    /// row was held; one that was not changes nothing and costs the others nothing.
    pub async fn write_together(
        &self,
        finals: &[FinalContent],
        settling: &[ToSettle],
    ) -> Result<Written, StoreError> {
        // An address that takes no mail is a change of the directory. Whoever makes one locks the
        // installation first, and the notices after it.
        let refused = |s: &ToSettle| s.settlement.undeliverable.is_some();
        let mut change = if settling.iter().any(refused) {
            self.edit().await?
        } else {
            self.change().await?
        };
        let transaction = &change.transaction;
        let mut settled = vec![false; settling.len()];
        for some in apart(settling, |s| (s.notice, way_of(&s.settlement))) {
            settle_some(transaction, settling, &some, &mut settled).await?;
        }
        let mut marked = vec![false; finals.len()];
        for some in apart(finals, |f| (f.notice, ())) {
            mark_some(transaction, finals, &some, &mut marked).await?;
        }
        let refused = settling.iter().zip(&settled).filter(|(_, held)| **held);
        for (outcome, _) in refused {
            let Settlement {
                at, undeliverable, ..
            } = &outcome.settlement;
            if let Some(undeliverable) = undeliverable {
                change
                    .refused_by_address(outcome.notice, undeliverable, *at)
                    .await?;
            }
        }
        let written = Written {
            finals: marked,
            settled,
        };
        if written.is_nothing() {
            change.roll_back().await?;
        } else {
            change.commit().await?;
        }
        Ok(written)
    }
}

/// Sorts requests into groups for one statement each: of one kind, at most [`TOGETHER`], and no
/// notice twice, so that each row answers for one request. Of one notice the order is kept.
fn apart<T, K: Ord>(requests: &[T], key: impl Fn(&T) -> (Uuid, K)) -> Vec<Vec<usize>> {
    let mut waiting: Vec<usize> = (0..requests.len()).collect();
    let mut groups = Vec::new();
    while !waiting.is_empty() {
        let mut named = HashSet::new();
        let mut by_kind: BTreeMap<K, Vec<usize>> = BTreeMap::new();
        let mut later = Vec::new();
        for at in waiting {
            let (notice, kind) = key(&requests[at]);
            if named.insert(notice) {
                by_kind.entry(kind).or_default().push(at);
            } else {
                later.push(at);
            }
        }
        let of_kind = by_kind.into_values();
        groups.extend(
            of_kind.flat_map(|k| k.chunks(TOGETHER).map(<[_]>::to_vec).collect::<Vec<_>>()),
        );
        waiting = later;
    }
    groups
}

/// T2 of some notices, each named once.
async fn mark_some(
    transaction: &DatabaseTransaction,
    finals: &[FinalContent],
    some: &[usize],
    marked: &mut [bool],
) -> Result<(), StoreError> {
    let rows = some.iter().map(|at| row_of_final(&finals[*at]));
    let held = transaction.query_all(&turn_in_data(rows.collect())).await?;
    let held = held
        .iter()
        .map(|row| row.try_get_by_index(0))
        .collect::<Result<HashSet<Uuid>, _>>()?;
    for at in some {
        marked[*at] = held.contains(&finals[*at].notice);
    }
    Ok(())
}

/// What a row says of itself once it is settled.
struct Turned {
    attempts: i32,
    message_id: String,
}

/// T3 of some notices that go to one state, each named once.
///
/// 1. The notices that are held turn; each tells how many attempts it has now.
/// 2. Of those, the attempts are appended, the occurrences decided, the messages kept.
async fn settle_some(
    transaction: &DatabaseTransaction,
    settling: &[ToSettle],
    some: &[usize],
    settled: &mut [bool],
) -> Result<(), StoreError> {
    let Some(first) = some.first() else {
        return Ok(());
    };
    let way = way_of(&settling[*first].settlement);
    let rows = some.iter().map(|at| row_of(&settling[*at]));
    let mut held: HashMap<Uuid, Turned> = HashMap::new();
    for row in transaction.query_all(&turn_to(way, rows.collect())).await? {
        let (id, attempts, message_id) = row.try_get_many_by_index()?;
        held.insert(
            id,
            Turned {
                attempts,
                message_id,
            },
        );
    }
    let (mut attempts, mut messages) = (Vec::new(), Vec::new());
    for at in some {
        let ToSettle {
            notice, settlement, ..
        } = &settling[*at];
        let Some(turned) = held.get(notice) else {
            continue;
        };
        settled[*at] = true;
        let at = instant(settlement.at);
        if let Some(new) = &settlement.attempt {
            attempts.push(attempt_row(*notice, turned.attempts, at, way.state, new));
        }
        if let Some(kept) = &settlement.message {
            messages.push(message_row(&turned.message_id, kept));
        }
    }
    if !attempts.is_empty() {
        let append = attempt::Entity::insert_many(attempts);
        if way.state == NoticeState::InDoubt {
            // Of a doubt that is told again the attempt is there.
            append
                .on_conflict_do_nothing_on([attempt::Column::NoticeId, attempt::Column::N])
                .exec_without_returning(transaction)
                .await?;
        } else {
            append.exec_without_returning(transaction).await?;
        }
    }
    // What was refused by the address is taken back with it.
    let with_address = |notice: &Uuid| {
        let mut these = some.iter().map(|at| &settling[*at]);
        these.any(|s| s.notice == *notice && s.settlement.undeliverable.is_some())
    };
    let decided: Vec<Uuid> = held.into_keys().filter(|n| !with_address(n)).collect();
    if let Some(carried) = carried_to(way.state)
        && !decided.is_empty()
    {
        settle_occurrences(transaction, decided.into_iter(), carried).await?;
    }
    if !messages.is_empty() {
        message::Entity::insert_many(messages)
            .exec_without_returning(transaction)
            .await?;
    }
    Ok(())
}

/// The occurrences of the live items of some notices, decided.
async fn settle_occurrences(
    transaction: &DatabaseTransaction,
    notices: impl Iterator<Item = Uuid>,
    state: OccurrenceState,
) -> Result<(), StoreError> {
    let live = Condition::all()
        .add(notice_item::Column::NoticeId.is_in(notices))
        .add(notice_item::Column::Dropped.is_null());
    occurrence::Entity::update_many()
        .col_expr(occurrence::Column::State, Expr::val(state.as_str()))
        .filter(occurrence::Column::State.eq(OccurrenceState::Waiting.as_str()))
        .filter(occurrence::Column::Id.in_subquery(carried_by(live)))
        .exec(transaction)
        .await?;
    Ok(())
}

/// The n-th attempt at a notice.
fn attempt_row(
    notice: Uuid,
    n: i32,
    at: DateTime<Utc>,
    outcome: NoticeState,
    new: &NewAttempt,
) -> attempt::ActiveModel {
    let NewAttempt {
        phase,
        reply,
        enhanced_code,
        duration_ms,
    } = new;
    attempt::ActiveModel {
        notice_id: Set(notice),
        n: Set(n),
        at: Set(at),
        phase: Set(phase.as_str().to_owned()),
        outcome: Set(outcome.as_str().to_owned()),
        reply: Set(reply.clone()),
        enhanced_code: Set(enhanced_code.clone()),
        duration_ms: Set(i32::try_from(*duration_ms).unwrap_or(i32::MAX)),
    }
}

/// What the mailbox transport delivered.
fn message_row(message_id: &str, delivered: &StoredMessage) -> message::ActiveModel {
    let StoredMessage {
        notice,
        recipient,
        to,
        subject,
        delivered_at,
        raw,
    } = delivered;
    message::ActiveModel {
        notice_id: Set(*notice),
        message_id: Set(message_id.to_owned()),
        recipient: Set(recipient.to_string()),
        to_address: Set(to.clone()),
        subject: Set(subject.clone()),
        delivered_at: Set(instant(*delivered_at)),
        raw: Set(raw.clone()),
    }
}
