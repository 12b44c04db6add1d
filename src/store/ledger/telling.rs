//! What the ledger tells: lists and counts, for pages, the command line and the metrics.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationDef,
};
use uuid::Uuid;

use super::entity::{attempt, message, notice, notice_item, occurrence};
use super::planning::first_due;
use super::rows;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::ledger::{
    AttemptEntry, NoticeEntry, NoticeFilter, OccurrenceEntry, OccurrenceFilter, Page,
    StoredMessage, Told,
};
use crate::domain::notice::{NoticeState, OccurrenceState, SkipReason};
use crate::store::words::word;
use crate::store::{Snapshot, StoreError};

impl Snapshot {
    /// The commitments and milestones that letters to a reader were about since a day, as far as
    /// they were sent; the latest first, and not more than can be looked after.
    pub async fn told(&self, reader: &ReaderId, since: NaiveDate) -> Result<Told, StoreError> {
        let rows: Vec<(String, Option<String>, Option<NaiveDate>)> = notice_item::Entity::find()
            .select_only()
            .column(notice_item::Column::Commitment)
            .column(notice_item::Column::Milestone)
            .column_as(
                Expr::col((notice::Entity, notice::Column::Date)).max(),
                "last",
            )
            .join(JoinType::InnerJoin, of_notice())
            .filter(notice_item::Column::Dropped.is_null())
            .filter(notice::Column::Recipient.eq(reader.as_str()))
            .filter(notice::Column::State.eq(NoticeState::Sent.as_str()))
            .filter(notice::Column::Date.gte(since))
            .group_by(notice_item::Column::Commitment)
            .group_by(notice_item::Column::Milestone)
            .into_tuple()
            .all(&self.transaction)
            .await?;
        let mut told = Told::default();
        for (commitment, milestone, last) in rows {
            let Some(last) = last else { continue };
            let commitment = word(
                |t| CommitmentRef::parse(t).ok(),
                &commitment,
                "notice_item.commitment",
            )?;
            told.last_letter = Ord::max(told.last_letter, Some(last));
            told.deadlines.push((commitment, milestone, last));
        }
        // The latest first, so that what is left out was told longest ago.
        told.deadlines
            .sort_by(|a, b| (b.2, &a.0, &a.1).cmp(&(a.2, &b.0, &b.1)));
        told.deadlines.truncate(MOST_TOLD);
        Ok(told)
    }

    /// Occurrences, the latest slot first. Those of a commitment include its milestones'; what a
    /// digest or a brief says of it is found by its notices.
    pub async fn occurrences(
        &self,
        filter: &OccurrenceFilter,
        page: Page,
    ) -> Result<Vec<OccurrenceEntry>, StoreError> {
        let OccurrenceFilter {
            commitment,
            recipient,
            state,
            reason,
            date,
        } = filter;
        let mut query = occurrence::Entity::find();
        if let Some(commitment) = commitment {
            query = query
                .filter(occurrence::Column::SubjectKind.is_in(["commitment", "milestone"]))
                .filter(occurrence::Column::SubjectId.eq(commitment.as_str()));
        }
        if let Some(recipient) = recipient {
            query = query.filter(occurrence::Column::Recipient.eq(recipient.as_str()));
        }
        if let Some(state) = state {
            query = query.filter(occurrence::Column::State.eq(state.as_str()));
        }
        if let Some(reason) = reason {
            query = query.filter(occurrence::Column::Reason.eq(reason.as_str()));
        }
        if let Some(date) = date {
            query = query.filter(occurrence::Column::Date.eq(*date));
        }
        let rows = query
            .order_by_desc(occurrence::Column::Slot)
            .order_by_desc(occurrence::Column::Id)
            .offset(page.offset)
            .limit(page.limit)
            .all(&self.transaction)
            .await?;
        rows.into_iter().map(rows::occurrence_entry).collect()
    }

    /// How many occurrences there are of each state and reason.
    pub async fn occurrence_counts(
        &self,
    ) -> Result<BTreeMap<(OccurrenceState, Option<SkipReason>), u64>, StoreError> {
        let rows: Vec<(String, Option<String>, i64)> = occurrence::Entity::find()
            .select_only()
            .column(occurrence::Column::State)
            .column(occurrence::Column::Reason)
            .column_as(occurrence::Column::Id.count(), "number")
            .group_by(occurrence::Column::State)
            .group_by(occurrence::Column::Reason)
            .into_tuple()
            .all(&self.transaction)
            .await?;
        rows.into_iter()
            .map(|(state, reason, number)| {
                let state = word(OccurrenceState::parse, &state, "occurrence.state")?;
                let reason = rows::skip_reason("occurrence.reason", reason.as_deref())?;
                Ok(((state, reason), number.unsigned_abs()))
            })
            .collect()
    }

    /// Notices, the latest first.
    pub async fn notices(
        &self,
        filter: &NoticeFilter,
        page: Page,
    ) -> Result<Vec<NoticeEntry>, StoreError> {
        let NoticeFilter {
            recipient,
            commitment,
            state,
            dates,
        } = filter;
        let mut query = notice::Entity::find();
        if let Some(recipient) = recipient {
            query = query.filter(notice::Column::Recipient.eq(recipient.as_str()));
        }
        if let Some(commitment) = commitment {
            let carrying = Query::select()
                .column(notice_item::Column::NoticeId)
                .from(notice_item::Entity)
                .and_where(notice_item::Column::Commitment.eq(commitment.as_str()))
                .to_owned();
            query = query.filter(Expr::col(notice::Column::Id).in_subquery(carrying));
        }
        if let Some(state) = state {
            query = query.filter(notice::Column::State.eq(state.as_str()));
        }
        if let Some(dates) = dates {
            query = query
                .filter(notice::Column::Date.gte(dates.start))
                .filter(notice::Column::Date.lt(dates.end));
        }
        let rows: Vec<notice::Row> = query
            .order_by_desc(notice::Column::DueAt)
            .order_by_desc(notice::Column::Id)
            .offset(page.offset)
            .limit(page.limit)
            .into_partial_model()
            .all(&self.transaction)
            .await?;
        self.with_items(rows).await
    }

    pub async fn notice(&self, id: Uuid) -> Result<Option<NoticeEntry>, StoreError> {
        let row: Option<notice::Row> = notice::Entity::find_by_id(id)
            .into_partial_model()
            .one(&self.transaction)
            .await?;
        Ok(self.with_items(row.into_iter().collect()).await?.pop())
    }

    async fn with_items(&self, rows: Vec<notice::Row>) -> Result<Vec<NoticeEntry>, StoreError> {
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut items = rows::items_of(&self.transaction, &ids).await?;
        rows.into_iter()
            .map(|row| {
                let mine = items.remove(&row.id).unwrap_or_default();
                rows::notice_entry(row, mine.into_iter().map(|i| i.item).collect())
            })
            .collect()
    }

    /// The tries at sending a notice, in their order.
    pub async fn attempts(&self, id: Uuid) -> Result<Vec<AttemptEntry>, StoreError> {
        let rows = attempt::Entity::find()
            .filter(attempt::Column::NoticeId.eq(id))
            .order_by_asc(attempt::Column::N)
            .all(&self.transaction)
            .await?;
        rows.into_iter().map(rows::attempt_entry).collect()
    }

    /// How many notices there are in each state.
    pub async fn notice_counts(&self) -> Result<BTreeMap<NoticeState, u64>, StoreError> {
        let rows: Vec<(String, i64)> = notice::Entity::find()
            .select_only()
            .column(notice::Column::State)
            .column_as(notice::Column::Id.count(), "number")
            .group_by(notice::Column::State)
            .into_tuple()
            .all(&self.transaction)
            .await?;
        rows.into_iter()
            .map(|(state, number)| {
                let state = word(NoticeState::parse, &state, "notice.state")?;
                Ok((state, number.unsigned_abs()))
            })
            .collect()
    }

    /// When the longest waiting of the notices that may leave was due, by the business clock.
    pub async fn oldest_waiting(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let mut oldest: Option<DateTime<Utc>> = None;
        for state in [NoticeState::Pending, NoticeState::Deferred] {
            if let Some(row) = self.transaction.query_one(&first_due(state)).await? {
                let at: DateTime<Utc> = row.try_get_by(0)?;
                oldest = oldest.into_iter().chain([at]).min();
            }
        }
        Ok(oldest)
    }

    /// What the mailbox transport kept, the latest first, without the messages' bytes: `raw` is
    /// empty; [`message`](Self::message) brings it.
    pub async fn messages(
        &self,
        recipient: Option<&ReaderId>,
        page: Page,
    ) -> Result<Vec<StoredMessage>, StoreError> {
        let mut query = message::Entity::find();
        if let Some(recipient) = recipient {
            query = query.filter(message::Column::Recipient.eq(recipient.as_str()));
        }
        let rows: Vec<message::Row> = query
            .order_by_desc(message::Column::DeliveredAt)
            .order_by_desc(message::Column::NoticeId)
            .offset(page.offset)
            .limit(page.limit)
            .into_partial_model()
            .all(&self.transaction)
            .await?;
        rows.into_iter().map(rows::message_head).collect()
    }

    /// The message of one notice, whole.
    pub async fn message(&self, notice: Uuid) -> Result<Option<StoredMessage>, StoreError> {
        let row = message::Entity::find_by_id(notice)
            .one(&self.transaction)
            .await?;
        row.map(rows::whole_message).transpose()
    }
}

/// So many deadlines that a reader was told of are remembered at a time: a desk of thousands is told
/// of all of them in every digest.
const MOST_TOLD: usize = 500;

/// From an item to its notice.
fn of_notice() -> RelationDef {
    notice_item::Entity::belongs_to(notice::Entity)
        .from(notice_item::Column::NoticeId)
        .to(notice::Column::Id)
        .into()
}
