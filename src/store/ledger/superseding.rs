//! Occurrences are taken back when an edit makes them void: a deadline moved, a commitment answered
//! or closed. What was not sent is superseded in the transaction of the edit.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::entity::{notice, notice_item, occurrence};
use super::held::{release, turn};
use super::recording::weigh;
use super::returning::came_to_nothing;
use super::rows::{self, CHUNK};
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::notice::{NoticeState, OccurrenceState, SkipReason, Subject};
use crate::domain::rule::Rule;
use crate::store::words::word;
use crate::store::{Change, Snapshot, StoreError};

impl Snapshot {
    /// The commitments about which something waits to be sent, by themselves or by a milestone.
    /// There are few: what waits leaves within the day.
    pub async fn commitments_waiting(&self) -> Result<BTreeSet<CommitmentRef>, StoreError> {
        let waiting: Vec<String> = occurrence::Entity::find()
            .select_only()
            .distinct()
            .column(occurrence::Column::SubjectId)
            .filter(occurrence::Column::State.eq(OccurrenceState::Waiting.as_str()))
            .filter(occurrence::Column::SubjectKind.is_in(["commitment", "milestone"]))
            .into_tuple()
            .all(&self.transaction)
            .await?;
        let parse = |text: &str| CommitmentRef::parse(text).ok();
        let references = waiting.iter();
        references
            .map(|text| word(parse, text, "occurrence.subject_id"))
            .collect()
    }
}

impl Change {
    /// Takes back what was not sent of a commitment's own rules (`milestone` is `None`) or of one
    /// milestone's. Returns how many occurrences.
    ///
    /// 1. The occurrences that wait, and the notices that carry them.
    /// 2. What is on a notice that a worker holds, or whose bytes are final, is left to it: the
    ///    worker looks again before the content goes out, and what it drops it drops for the same
    ///    reasons.
    /// 3. All others are void; their items are dropped.
    /// 4. A notice that is left without an item is cancelled, the others are weighed anew.
    pub async fn supersede(
        &mut self,
        commitment: &CommitmentRef,
        milestone: Option<&str>,
        reason: SkipReason,
        rules: impl Fn(Rule) -> bool,
    ) -> Result<u64, StoreError> {
        let subject = match milestone {
            None => Subject::Commitment(commitment.clone()),
            Some(title) => Subject::Milestone(commitment.clone(), title.to_owned()),
        };
        self.supersede_some(&subject, reason, |rule, _| rules(rule))
            .await
    }

    /// As [`supersede`](Self::supersede), of any subject and chosen by rule and recipient.
    pub async fn supersede_some(
        &mut self,
        subject: &Subject,
        reason: SkipReason,
        which: impl Fn(Rule, &ReaderId) -> bool,
    ) -> Result<u64, StoreError> {
        let waiting = waiting_of(&self.transaction, subject, which).await?;
        let state = match reason {
            SkipReason::Superseded => OccurrenceState::Superseded,
            _ => OccurrenceState::Cancelled,
        };
        self.take_back(waiting, state, reason).await
    }

    /// Gives up whatever fell due before an instant and was not sent: after a restore nobody knows
    /// whether it was. Bytes that may have gone out are for a person to decide. Returns how many
    /// occurrences.
    pub async fn forgo_before(&mut self, instant: DateTime<Utc>) -> Result<u64, StoreError> {
        release(turn(NoticeState::Parked))
            .filter(notice::Column::Doubts.gt(0))
            .filter(notice::Column::DueAt.lt(instant))
            .filter(
                notice::Column::State.is_in(
                    [
                        NoticeState::Pending,
                        NoticeState::Deferred,
                        NoticeState::InDoubt,
                    ]
                    .map(NoticeState::as_str),
                ),
            )
            .exec(&self.transaction)
            .await?;
        let waiting: Vec<i64> = occurrence::Entity::find()
            .select_only()
            .column(occurrence::Column::Id)
            .filter(occurrence::Column::State.eq(OccurrenceState::Waiting.as_str()))
            .filter(occurrence::Column::Slot.lt(instant))
            .into_tuple()
            .all(&self.transaction)
            .await?;
        let reason = SkipReason::BeforeItWentLive;
        self.take_back(waiting, OccurrenceState::Skipped, reason)
            .await
    }

    /// Takes these occurrences off the notices nobody holds; see [`supersede`](Self::supersede).
    async fn take_back(
        &mut self,
        waiting: Vec<i64>,
        state: OccurrenceState,
        reason: SkipReason,
    ) -> Result<u64, StoreError> {
        let carried = carriers_of(&self.transaction, &waiting).await?;
        let open = lock_open(&self.transaction, carried.values().flatten()).await?;
        let is_open = |id: &i64| {
            let carriers = carried.get(id).into_iter().flatten();
            carriers.into_iter().all(|notice| open.contains(notice))
        };
        let void: Vec<i64> = waiting.into_iter().filter(is_open).collect();
        let touched: Vec<Uuid> = open.iter().copied().collect();
        let mut taken_back = 0;
        for some in void.chunks(CHUNK) {
            taken_back += occurrence::Entity::update_many()
                .col_expr(occurrence::Column::State, Expr::val(state.as_str()))
                .col_expr(occurrence::Column::Reason, Expr::val(reason.as_str()))
                .filter(occurrence::Column::Id.is_in(some.iter().copied()))
                .filter(occurrence::Column::State.eq(OccurrenceState::Waiting.as_str()))
                .exec(&self.transaction)
                .await?
                .rows_affected;
            notice_item::Entity::update_many()
                .col_expr(notice_item::Column::Dropped, Expr::val(reason.as_str()))
                .filter(notice_item::Column::OccurrenceId.is_in(some.iter().copied()))
                .filter(notice_item::Column::NoticeId.is_in(touched.iter().copied()))
                .filter(notice_item::Column::Dropped.is_null())
                .exec(&self.transaction)
                .await?;
        }
        let empty = weigh(&self.transaction, &touched).await?;
        notice::Entity::update_many()
            .col_expr(
                notice::Column::State,
                Expr::val(NoticeState::Cancelled.as_str()),
            )
            .filter(notice::Column::Id.is_in(empty))
            .exec(&self.transaction)
            .await?;
        Ok(taken_back)
    }
}

/// The occurrences of a subject that wait, as far as they are meant.
async fn waiting_of(
    transaction: &DatabaseTransaction,
    subject: &Subject,
    which: impl Fn(Rule, &ReaderId) -> bool,
) -> Result<Vec<i64>, StoreError> {
    let (kind, id, milestone) = rows::subject_columns(subject);
    let waiting: Vec<(i64, String, String)> = occurrence::Entity::find()
        .select_only()
        .column(occurrence::Column::Id)
        .column(occurrence::Column::Rule)
        .column(occurrence::Column::Recipient)
        .filter(occurrence::Column::SubjectKind.eq(kind))
        .filter(occurrence::Column::SubjectId.eq(id))
        .filter(occurrence::Column::Milestone.eq(milestone))
        .filter(occurrence::Column::State.eq(OccurrenceState::Waiting.as_str()))
        .into_tuple()
        .all(transaction)
        .await?;
    let mut meant = Vec::new();
    for (id, rule, recipient) in waiting {
        let rule = word(Rule::parse, &rule, "occurrence.rule")?;
        if which(rule, &rows::reader("occurrence.recipient", &recipient)?) {
            meant.push(id);
        }
    }
    Ok(meant)
}

/// The notices that carry each of these occurrences, but for those that came to nothing.
async fn carriers_of(
    transaction: &DatabaseTransaction,
    occurrences: &[i64],
) -> Result<HashMap<i64, Vec<Uuid>>, StoreError> {
    let mut carriers: HashMap<i64, Vec<Uuid>> = HashMap::new();
    for some in occurrences.chunks(CHUNK) {
        let rows: Vec<(i64, Uuid)> = notice_item::Entity::find()
            .select_only()
            .column(notice_item::Column::OccurrenceId)
            .column(notice_item::Column::NoticeId)
            .filter(notice_item::Column::OccurrenceId.is_in(some.iter().copied()))
            .filter(notice_item::Column::Dropped.is_null())
            .filter(Expr::exists(came_to_nothing()).not())
            .into_tuple()
            .all(transaction)
            .await?;
        for (occurrence, notice) in rows {
            carriers.entry(occurrence).or_default().push(notice);
        }
    }
    Ok(carriers)
}

/// Locks notices against being claimed; returns those that nobody holds and whose bytes are not
/// final.
async fn lock_open(
    transaction: &DatabaseTransaction,
    notices: impl Iterator<Item = &Uuid>,
) -> Result<HashSet<Uuid>, StoreError> {
    let notices: HashSet<Uuid> = notices.copied().collect();
    let unclaimed = [
        NoticeState::Gathering,
        NoticeState::Pending,
        NoticeState::Deferred,
    ];
    let open: Vec<Uuid> = notice::Entity::find()
        .select_only()
        .column(notice::Column::Id)
        .filter(notice::Column::Id.is_in(notices))
        .filter(notice::Column::State.is_in(unclaimed.map(NoticeState::as_str)))
        .filter(notice::Column::Doubts.eq(0))
        .order_by_asc(notice::Column::Id)
        .lock_exclusive()
        .into_tuple()
        .all(transaction)
        .await?;
    Ok(open.into_iter().collect())
}
