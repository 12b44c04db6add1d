//! Occurrences enter the ledger once and find their seat on the notice of a morning. How they are
//! taken back stands in [`superseding`](super::superseding); one that was taken back before it was
//! heard is entered again in its own row, when its time has come once more.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Statement, TryInsertResult,
};
use uuid::Uuid;

use super::entity::{notice, notice_item, occurrence};
use super::rows::{self, CHUNK};
use super::{Morning, NewOccurrence, Seat, Standing};
use crate::domain::ids::ReaderId;
use crate::domain::notice::{Item, NoticeKind, NoticeState, OccurrenceState, SkipReason};
use crate::domain::rule::Rule;
use crate::planner::Occurrence;
use crate::store::words::{instant, word};
use crate::store::{Change, StoreError};

/// What makes an occurrence the one it is: the unique key of the ledger.
const KEY: [occurrence::Column; 6] = [
    occurrence::Column::SubjectKind,
    occurrence::Column::SubjectId,
    occurrence::Column::Milestone,
    occurrence::Column::Rule,
    occurrence::Column::Basis,
    occurrence::Column::Recipient,
];

/// The values of [`KEY`], in its order.
type Key = [String; 6];

impl Change {
    /// Enters occurrences. For each its id where it is new or was taken back unheard, `None` where the
    /// ledger held it.
    pub async fn record(
        &mut self,
        new: &[NewOccurrence<'_>],
        now: DateTime<Utc>,
    ) -> Result<Vec<Option<i64>>, StoreError> {
        let now = instant(now);
        let mut ids = Vec::with_capacity(new.len());
        for some in new.chunks(CHUNK) {
            let mut entered = self.enter(some, now).await?;
            // Taken out, so that one that is given twice is new only once.
            ids.extend(some.iter().map(|n| entered.remove(&key_of(n.occurrence))));
        }
        Ok(ids)
    }

    /// The ids of those that were new or open again, by their keys.
    async fn enter(
        &self,
        new: &[NewOccurrence<'_>],
        now: DateTime<Utc>,
    ) -> Result<HashMap<Key, i64>, StoreError> {
        use occurrence::Column as C;
        // One statement may touch a row once.
        let mut keys = HashSet::new();
        let once = new.iter().filter(|n| keys.insert(key_of(n.occurrence)));
        let rows: Vec<_> = once.map(|n| new_row(n, now)).collect();
        let open = SkipReason::OPEN.map(SkipReason::as_str);
        let where_open = OnConflict::columns(KEY)
            .update_columns([
                C::Date,
                C::Slot,
                C::State,
                C::Reason,
                C::Because,
                C::RecordedAt,
            ])
            .action_and_where(Expr::col((occurrence::Entity, C::Reason)).is_in(open))
            .to_owned();
        let entered = occurrence::Entity::insert_many(rows)
            .on_conflict(where_open)
            .exec_with_returning(&self.transaction)
            .await?;
        Ok(entered.into_iter().map(entered_as).collect())
    }

    /// The notice of a reader's morning that items can still join, else a new one, born gathering:
    /// the first part, or the next one where nothing of that morning has reached the reader or
    /// `opens_next_part`.
    ///
    /// Until this transaction ends nobody can claim the notice, so that no item joins one whose
    /// letter is being written.
    pub async fn seat(
        &mut self,
        morning: &Morning<'_>,
        opens_next_part: bool,
    ) -> Result<Seat, StoreError> {
        let Morning {
            recipient,
            to,
            date,
            due_at,
            id,
            host: _,
        } = *morning;
        let due_at = instant(due_at);
        let parts: Vec<notice::Row> = notice::Entity::find()
            .filter(notice::Column::Recipient.eq(recipient.as_str()))
            .filter(notice::Column::Date.eq(date))
            .order_by_desc(notice::Column::Part)
            .lock_exclusive()
            .into_partial_model()
            .all(&self.transaction)
            .await?;
        // What somebody asked to be told again is no morning's notice.
        let mut own = parts.iter().filter(|row| row.again_of.is_none());
        if let Some(open) = own.clone().find(|row| can_be_joined(row)) {
            self.expect_earlier(open, to, due_at).await?;
            return Ok(Seat::On(open.id));
        }
        if own.any(|row| has_reached(row, to)) && !opens_next_part {
            return Ok(Seat::Gone);
        }
        let part = parts.first().map_or(1, |last| last.part + 1);
        let row = new_notice(morning, part);
        let morning = [
            notice::Column::Recipient,
            notice::Column::Date,
            notice::Column::Part,
        ];
        let born = notice::Entity::insert(row)
            .on_conflict_do_nothing_on(morning)
            .exec_without_returning(&self.transaction)
            .await?;
        match born {
            TryInsertResult::Inserted(1) => Ok(Seat::On(id)),
            _ => Err(StoreError::Stale(format!(
                "the notice of {recipient} for {date}"
            ))),
        }
    }

    /// A notice that is joined leaves at the earlier of both times, to the address of today.
    async fn expect_earlier(
        &self,
        open: &notice::Row,
        to: &str,
        due_at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        if open.to_address == to && open.due_at <= due_at {
            return Ok(());
        }
        notice::Entity::update_many()
            .col_expr(notice::Column::ToAddress, Expr::val(to))
            .col_expr(
                notice::Column::DueAt,
                Expr::val(std::cmp::min(open.due_at, due_at)),
            )
            .filter(notice::Column::Id.eq(open.id))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Puts items, each with its occurrence, on a notice that was found by [`seat`](Self::seat) in
    /// this transaction.
    pub async fn add_items(
        &mut self,
        notice: Uuid,
        items: &[(i64, &Item)],
    ) -> Result<(), StoreError> {
        put_items(&self.transaction, notice, items).await?;
        weigh(&self.transaction, &[notice]).await?;
        Ok(())
    }

    /// The last batch of a plan is in: its notices may leave. Returns how many.
    pub async fn release_gathering(&mut self) -> Result<u64, StoreError> {
        self.release_where(Condition::all()).await
    }

    /// As [`release_gathering`](Self::release_gathering), but the notices of those who may still have
    /// something coming go on gathering: `held` names them, `None` is everybody. Who has waited since
    /// before `long_ago` (business time) waits no longer: late is better than silent.
    pub async fn release_all_but(
        &mut self,
        held: Option<&BTreeSet<ReaderId>>,
        long_ago: DateTime<Utc>,
    ) -> Result<u64, StoreError> {
        let mut free = Condition::any().add(notice::Column::DueAt.lte(instant(long_ago)));
        if let Some(held) = held {
            let names = held.iter().map(ReaderId::as_str);
            free = free.add(notice::Column::Recipient.is_not_in(names));
        }
        self.release_where(free).await
    }

    async fn release_where(&mut self, free: Condition) -> Result<u64, StoreError> {
        let released = notice::Entity::update_many()
            .col_expr(
                notice::Column::State,
                Expr::val(NoticeState::Pending.as_str()),
            )
            .filter(notice::Column::State.eq(NoticeState::Gathering.as_str()))
            .filter(free)
            .exec(&self.transaction)
            .await?;
        Ok(released.rows_affected)
    }
}

/// A notice of a morning, born gathering.
pub(super) fn new_notice(morning: &Morning<'_>, part: i32) -> notice::ActiveModel {
    let Morning {
        recipient,
        to,
        date,
        due_at,
        id,
        host,
    } = *morning;
    notice::ActiveModel {
        id: Set(id),
        recipient: Set(recipient.to_string()),
        to_address: Set(to.to_owned()),
        date: Set(date),
        part: Set(part),
        kind: Set(NoticeKind::Daily.as_str().to_owned()),
        state: Set(NoticeState::Gathering.as_str().to_owned()),
        message_id: Set(format!("<{id}@{host}>")),
        due_at: Set(instant(due_at)),
        retry_at: Set(None),
        lease_token: Set(None),
        lease_until: Set(None),
        attempts: Set(0),
        doubts: Set(0),
        doubt_since: Set(None),
        subject: Set(None),
        content: Set(None),
        settled_at: Set(None),
        again_of: Set(None),
    }
}

fn key_of(occurrence: &Occurrence) -> Key {
    let (kind, id, milestone) = rows::subject_columns(&occurrence.subject);
    [
        kind.to_owned(),
        id.to_owned(),
        milestone.to_owned(),
        occurrence.rule.to_string(),
        occurrence.basis.clone(),
        occurrence.recipient.to_string(),
    ]
}

fn entered_as(row: occurrence::Model) -> (Key, i64) {
    let occurrence::Model {
        id,
        subject_kind,
        subject_id,
        milestone,
        rule,
        basis,
        recipient,
        ..
    } = row;
    let key = [subject_kind, subject_id, milestone, rule, basis, recipient];
    (key, id)
}

fn new_row(new: &NewOccurrence<'_>, now: DateTime<Utc>) -> occurrence::ActiveModel {
    let Occurrence {
        subject: _,
        rule: _,
        basis: _,
        recipient: _,
        date,
        slot,
        items: _,
        because,
    } = new.occurrence;
    let [subject_kind, subject_id, milestone, rule, basis, recipient] = key_of(new.occurrence);
    let (state, reason) = match new.standing {
        Standing::Waiting => (OccurrenceState::Waiting, None),
        Standing::Skipped(reason) => (OccurrenceState::Skipped, Some(reason)),
    };
    occurrence::ActiveModel {
        id: NotSet,
        subject_kind: Set(subject_kind),
        subject_id: Set(subject_id),
        milestone: Set(milestone),
        rule: Set(rule),
        basis: Set(basis),
        recipient: Set(recipient),
        date: Set(*date),
        slot: Set(instant(*slot)),
        state: Set(state.as_str().to_owned()),
        reason: Set(reason.map(|r| r.as_str().to_owned())),
        because: Set(rows::because_text(because)),
        recorded_at: Set(now),
    }
}

/// While it is gathering or pending, or was put off before the first try, occurrences join a
/// notice; never once its bytes may have been seen.
fn can_be_joined(row: &notice::Row) -> bool {
    let waits = match NoticeState::parse(&row.state) {
        Some(NoticeState::Gathering | NoticeState::Pending) => true,
        Some(NoticeState::Deferred) => row.attempts == 0,
        _ => false,
    };
    waits && row.doubts == 0
}

/// Whether a notice of this morning has left for its reader. What went to another address than theirs
/// of today and came back from there has not.
fn has_reached(row: &notice::Row, to: &str) -> bool {
    match NoticeState::parse(&row.state) {
        Some(NoticeState::Cancelled) => false,
        Some(NoticeState::Bounced | NoticeState::Rejected) => row.to_address == to,
        _ => true,
    }
}

/// Puts items, each with its occurrence, on a notice.
pub(super) async fn put_items(
    transaction: &DatabaseTransaction,
    notice: Uuid,
    items: &[(i64, &Item)],
) -> Result<(), StoreError> {
    let backend = transaction.get_database_backend();
    for some in items.chunks(CHUNK) {
        let values = [notice.into(), rows::items_as_json(some).into()];
        let statement =
            Statement::from_sql_and_values(backend, rows::insert_items(backend), values);
        transaction.execute_raw(statement).await?;
    }
    Ok(())
}

/// Computes the kind of notices anew from their live items. Returns those that have none left.
pub(super) async fn weigh(
    transaction: &DatabaseTransaction,
    notices: &[Uuid],
) -> Result<Vec<Uuid>, StoreError> {
    let live: Vec<(Uuid, String)> = notice_item::Entity::find()
        .select_only()
        .distinct()
        .column(notice_item::Column::NoticeId)
        .column(notice_item::Column::Rule)
        .filter(notice_item::Column::NoticeId.is_in(notices.iter().copied()))
        .filter(notice_item::Column::Dropped.is_null())
        .into_tuple()
        .all(transaction)
        .await?;
    let mut rules: HashMap<Uuid, Vec<Rule>> = HashMap::new();
    for (notice, rule) in live {
        let rule = word(Rule::parse, &rule, "notice_item.rule")?;
        rules.entry(notice).or_default().push(rule);
    }
    let mut by_kind: BTreeMap<NoticeKind, Vec<Uuid>> = BTreeMap::new();
    let mut empty = Vec::new();
    for notice in notices {
        match rules.remove(notice) {
            Some(live) => by_kind
                .entry(NoticeKind::of(live))
                .or_default()
                .push(*notice),
            None => empty.push(*notice),
        }
    }
    for (kind, notices) in by_kind {
        notice::Entity::update_many()
            .col_expr(notice::Column::Kind, Expr::val(kind.as_str()))
            .filter(notice::Column::Id.is_in(notices))
            .filter(notice::Column::Kind.ne(kind.as_str()))
            .exec(transaction)
            .await?;
    }
    Ok(empty)
}
