//! What planning asks before it begins and leaves behind when it ends: who has something to say,
//! when to look again, and which daemon is at it.
//!
//! Every question is answered from an index: the cost follows what is due, not what is stored.

use std::collections::HashSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use sea_orm::sea_query::{
    Alias, Condition, Expr, ExprTrait, IntoIden, Order, Query, SelectStatement, TableRef,
    UpdateStatement, ValueTuple,
};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, UpdateResult,
};
use uuid::Uuid;

use super::Timed;
use super::entity::{notice, notice_item, occurrence, schedule_cursor};
use super::rows::{self, CHUNK};
use crate::domain::ids::{CommitmentRef, MeetingId, ReaderId};
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::notice::{Item, NoticeState, Subject};
use crate::store::words::{instant, word};
use crate::store::{Change, LOOK_AT_ONCE, Snapshot, StoreError};

/// Something in the record that stores when it speaks next.
pub(super) struct Speaker {
    table: &'static str,
    /// The column that holds its id as people write it.
    name: &'static str,
}

pub(super) const COMMITMENT: Speaker = Speaker {
    table: "commitment",
    name: "reference",
};
pub(super) const MEETING: Speaker = Speaker {
    table: "meeting",
    name: "id",
};
pub(super) const READER: Speaker = Speaker {
    table: "reader",
    name: "id",
};

/// The row of `schedule_cursor` that planning goes by; the migration made it.
const PLAN: &str = "plan";

impl Snapshot {
    /// The commitments that have something to say by now, the longest due first.
    pub async fn due_commitments(
        &self,
        now: DateTime<Utc>,
        limit: u64,
    ) -> Result<Vec<Timed<CommitmentRef>>, StoreError> {
        let due = longest_due(now, limit);
        let due = self.timed(&due, |id| CommitmentRef::parse(id).ok()).await?;
        Ok(due.into_iter().map(|(_, timed)| timed).collect())
    }

    /// The meetings that have something to say by now, the longest due first.
    pub async fn due_meetings(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Vec<Timed<MeetingId>>, StoreError> {
        let due = MEETING.due(now);
        let due = self.timed(&due, |id| MeetingId::parse(id).ok()).await?;
        Ok(in_order(due))
    }

    /// The readers whose digest is to be looked at by now, the longest due first.
    pub async fn due_readers(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Vec<Timed<ReaderId>>, StoreError> {
        let due = READER.due(now);
        let due = self.timed(&due, |id| ReaderId::parse(id).ok()).await?;
        Ok(in_order(due))
    }

    async fn timed<T>(
        &self,
        due: &SelectStatement,
        parse: impl Fn(&str) -> Option<T>,
    ) -> Result<Vec<(DateTime<Utc>, Timed<T>)>, StoreError> {
        let rows = self.transaction.query_all(due).await?;
        rows.into_iter()
            .map(|row| {
                let (name, version, at): (String, i64, _) = row.try_get_many_by_index()?;
                let value = word(&parse, &name, "an id")?;
                let since = at;
                Ok((
                    at,
                    Timed {
                        value,
                        version,
                        since,
                    },
                ))
            })
            .collect()
    }

    /// The business time at which there is something to do next: somebody to ask, or a notice to
    /// send.
    pub async fn next_due(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let unsent = [NoticeState::Gathering, NoticeState::Pending].map(first_due);
        let speakers = [COMMITMENT, MEETING, READER].map(|s| s.first_due());
        let mut next: Option<DateTime<Utc>> = None;
        for question in speakers.iter().chain(&unsent) {
            if let Some(row) = self.transaction.query_one(question).await? {
                let at: DateTime<Utc> = row.try_get_by(0)?;
                next = next.into_iter().chain([at]).min();
            }
        }
        Ok(next)
    }

    /// What of these subjects is in the ledger. A commitment brings its milestones.
    pub async fn ledger_of(
        &self,
        subjects: &[Subject],
    ) -> Result<Vec<OccurrenceEntry>, StoreError> {
        let asked: HashSet<&Subject> = subjects.iter().collect();
        let mut entries = Vec::new();
        for some in subjects.chunks(CHUNK) {
            let rows = occurrence::Entity::find()
                .filter(about(some))
                .all(&self.transaction)
                .await?;
            for row in rows {
                let entry = rows::occurrence_entry(row)?;
                if is_asked(&entry.subject, &asked) {
                    entries.push(entry);
                }
            }
        }
        // A milestone may be found twice, by itself and with its commitment.
        entries.sort_by_key(|entry| entry.id);
        entries.dedup_by_key(|entry| entry.id);
        Ok(entries)
    }

    /// What is gathered for a reader's morning and has not left.
    pub async fn gathered(
        &self,
        recipient: &ReaderId,
        date: NaiveDate,
    ) -> Result<Vec<Item>, StoreError> {
        let waiting = [
            NoticeState::Gathering,
            NoticeState::Pending,
            NoticeState::Deferred,
        ];
        self.items_of_morning(recipient, date, &waiting).await
    }

    /// What the notices of a reader's morning carried that left, or may have.
    pub async fn carried(
        &self,
        recipient: &ReaderId,
        date: NaiveDate,
    ) -> Result<Vec<Item>, StoreError> {
        let left = [
            NoticeState::Claimed,
            NoticeState::InData,
            NoticeState::InDoubt,
            NoticeState::Parked,
            NoticeState::Sent,
        ];
        self.items_of_morning(recipient, date, &left).await
    }

    async fn items_of_morning(
        &self,
        recipient: &ReaderId,
        date: NaiveDate,
        states: &[NoticeState],
    ) -> Result<Vec<Item>, StoreError> {
        let notices: Vec<Uuid> = notice::Entity::find()
            .select_only()
            .column(notice::Column::Id)
            .filter(notice::Column::Recipient.eq(recipient.as_str()))
            .filter(notice::Column::Date.eq(date))
            .filter(notice::Column::State.is_in(states.iter().map(|s| s.as_str())))
            // What somebody asked to be told again is no morning's notice.
            .filter(notice::Column::AgainOf.is_null())
            .into_tuple()
            .all(&self.transaction)
            .await?;
        let rows = notice_item::Entity::find()
            .filter(notice_item::Column::NoticeId.is_in(notices))
            .filter(notice_item::Column::Dropped.is_null())
            .order_by_asc(notice_item::Column::Id)
            .all(&self.transaction)
            .await?;
        rows.into_iter()
            .map(|row| Ok(rows::item_row(row)?.item.item))
            .collect()
    }

    /// How far planning has come, by the business clock.
    pub async fn planned_until(&self) -> Result<Option<DateTime<Utc>>, StoreError> {
        let cursor = schedule_cursor::Entity::find_by_id(PLAN)
            .one(&self.transaction)
            .await?;
        Ok(cursor.and_then(|row| row.planned_until))
    }
}

impl Change {
    /// When commitments are to be asked again; only where the version is the one that was read.
    /// Returns how many still had it.
    pub async fn set_next_due_commitments(
        &mut self,
        rows: &[(CommitmentRef, i64, Option<DateTime<Utc>>)],
    ) -> Result<u64, StoreError> {
        let rows = rows.iter().map(|(id, read, at)| (id.as_str(), *read, *at));
        self.set_next_due(&COMMITMENT, rows).await
    }

    /// As [`set_next_due_commitments`](Self::set_next_due_commitments), for meetings.
    pub async fn set_next_due_meetings(
        &mut self,
        rows: &[(MeetingId, i64, Option<DateTime<Utc>>)],
    ) -> Result<u64, StoreError> {
        let rows = rows.iter().map(|(id, read, at)| (id.as_str(), *read, *at));
        self.set_next_due(&MEETING, rows).await
    }

    /// As [`set_next_due_commitments`](Self::set_next_due_commitments), for readers of digests.
    pub async fn set_next_due_readers(
        &mut self,
        rows: &[(ReaderId, i64, Option<DateTime<Utc>>)],
    ) -> Result<u64, StoreError> {
        let rows = rows.iter().map(|(id, read, at)| (id.as_str(), *read, *at));
        self.set_next_due(&READER, rows).await
    }

    async fn set_next_due<'a>(
        &self,
        speaker: &Speaker,
        rows: impl Iterator<Item = (&'a str, i64, Option<DateTime<Utc>>)>,
    ) -> Result<u64, StoreError> {
        let read: Vec<ValueTuple> = rows
            .map(|(name, version, next)| {
                let next = next.map(instant);
                ValueTuple::Three(name.into(), version.into(), next.into())
            })
            .collect();
        let mut written = 0;
        for some in read.chunks(CHUNK) {
            let statement = speaker.set_next_due(some.to_vec());
            written += self.transaction.execute(&statement).await?.rows_affected();
        }
        Ok(written)
    }

    /// Everything up to this business time has been planned. Planning never moves the cursor back.
    pub async fn advance_cursor(&mut self, until: DateTime<Utc>) -> Result<(), StoreError> {
        let planned = schedule_cursor::Column::PlannedUntil;
        let until = instant(until);
        schedule_cursor::Entity::update_many()
            .col_expr(planned, Expr::val(until))
            .filter(schedule_cursor::Column::Job.eq(PLAN))
            .filter(planned.is_null().or(planned.lt(until)))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Where the business clock was set back by more than a day since the last plan, the cursor goes
    /// back with it and every reader is looked at again; whether it was so.
    ///
    /// Of commitments and meetings everything in between was recorded when it was planned. Of digests
    /// only the current week's is ever asked for: those of weeks that were jumped over are still to
    /// come. Daemons whose clocks differ a little are not meant.
    pub async fn follow_clock_back(&mut self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let planned = schedule_cursor::Column::PlannedUntil;
        let now = instant(now);
        let went_back = schedule_cursor::Entity::update_many()
            .col_expr(planned, Expr::val(now))
            .filter(schedule_cursor::Column::Job.eq(PLAN))
            .filter(planned.gt(now + TimeDelta::days(1)))
            .exec(&self.transaction)
            .await?;
        if went_back.rows_affected == 0 {
            return Ok(false);
        }
        let look_again = Query::update()
            .table(READER.table)
            .value("next_due", instant(LOOK_AT_ONCE))
            .and_where(Expr::col("next_due").gt(now))
            .to_owned();
        self.transaction.execute(&look_again).await?;
        Ok(true)
    }

    /// Makes this daemon the one that plans, unless another's lease still runs (real clock).
    pub async fn take_planner_lease(
        &mut self,
        token: Uuid,
        real_now: DateTime<Utc>,
        until_real: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let free = Condition::any()
            .add(schedule_cursor::Column::LeaseToken.is_null())
            .add(schedule_cursor::Column::LeaseToken.eq(token))
            .add(schedule_cursor::Column::LeaseUntil.lte(instant(real_now)));
        let taken = self.lease(Some(token), Some(until_real), free).await?;
        Ok(taken.rows_affected == 1)
    }

    /// Prolongs the lease inside a batch's transaction; false when somebody else has it now, and
    /// the batch must not be committed. Until the commit nobody can take it.
    pub async fn confirm_planner_lease(
        &mut self,
        token: Uuid,
        until_real: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        let mine = Condition::all().add(schedule_cursor::Column::LeaseToken.eq(token));
        let confirmed = self.lease(Some(token), Some(until_real), mine).await?;
        Ok(confirmed.rows_affected == 1)
    }

    /// Ends the lease, if it is still this one.
    pub async fn give_back_planner_lease(&mut self, token: Uuid) -> Result<(), StoreError> {
        let mine = Condition::all().add(schedule_cursor::Column::LeaseToken.eq(token));
        self.lease(None, None, mine).await?;
        Ok(())
    }

    async fn lease(
        &self,
        token: Option<Uuid>,
        until: Option<DateTime<Utc>>,
        where_it_is: Condition,
    ) -> Result<UpdateResult, StoreError> {
        Ok(schedule_cursor::Entity::update_many()
            .col_expr(schedule_cursor::Column::LeaseToken, Expr::val(token))
            .col_expr(
                schedule_cursor::Column::LeaseUntil,
                Expr::val(until.map(instant)),
            )
            .filter(schedule_cursor::Column::Job.eq(PLAN))
            .filter(where_it_is)
            .exec(&self.transaction)
            .await?)
    }
}

impl Speaker {
    /// The ids and versions of those that are due by now, and since when.
    pub(super) fn due(&self, now: DateTime<Utc>) -> SelectStatement {
        Query::select()
            .columns([self.name, "version", "next_due"])
            .from(self.table)
            .and_where(Expr::col("next_due").lte(instant(now)))
            .order_by("next_due", Order::Asc)
            .to_owned()
    }

    /// When the first of them is due.
    pub(super) fn first_due(&self) -> SelectStatement {
        Query::select()
            .column("next_due")
            .from(self.table)
            .and_where(Expr::col("next_due").is_not_null())
            .order_by("next_due", Order::Asc)
            .limit(1)
            .to_owned()
    }

    /// One statement for many rows: each names the version that was read.
    pub(super) fn set_next_due(&self, rows: Vec<ValueTuple>) -> UpdateStatement {
        let read = Alias::new("read");
        // `column1` and so on is how both databases call the columns of VALUES.
        Query::update()
            .table(self.table)
            .value("next_due", Expr::col(("read", "column3")))
            .from(TableRef::ValuesList(rows, read.into_iden()))
            .and_where(Expr::col((self.table, self.name)).equals(("read", "column1")))
            .and_where(Expr::col((self.table, "version")).equals(("read", "column2")))
            .to_owned()
    }
}

/// The commitments that are due, the older one first where two are due at one instant.
pub(in crate::store) fn longest_due(now: DateTime<Utc>, limit: u64) -> SelectStatement {
    COMMITMENT
        .due(now)
        .order_by("id", Order::Asc)
        .limit(limit)
        .to_owned()
}

/// Of two that are due at one instant the first by id comes first. Sorted here: the two databases
/// sort text differently.
fn in_order<T: Ord>(mut due: Vec<(DateTime<Utc>, Timed<T>)>) -> Vec<Timed<T>> {
    due.sort_by(|(a_at, a), (b_at, b)| (a_at, &a.value).cmp(&(b_at, &b.value)));
    due.into_iter().map(|(_, timed)| timed).collect()
}

/// When the first notice of a state is due.
pub(super) fn first_due(state: NoticeState) -> SelectStatement {
    Query::select()
        .column(notice::Column::DueAt)
        .from(notice::Entity)
        .and_where(notice::Column::State.eq(state.as_str()))
        .order_by(notice::Column::DueAt, Order::Asc)
        .limit(1)
        .to_owned()
}

/// The rows of the ledger that are about one of these subjects, or about a milestone of one; those
/// of a milestone may be about its neighbour. Lists of ids instead of a chain of conditions, which
/// SQLite allows to be no longer than a thousand.
pub(super) fn about(subjects: &[Subject]) -> Condition {
    let (mut commitments, mut milestones) = (Vec::new(), Vec::new());
    let (mut meetings, mut readers) = (Vec::new(), Vec::new());
    for subject in subjects {
        match subject {
            Subject::Commitment(reference) => commitments.push(reference.as_str()),
            Subject::Milestone(reference, _) => milestones.push(reference.as_str()),
            Subject::Meeting(id) => meetings.push(id.as_str()),
            Subject::Reader(id) => readers.push(id.as_str()),
        }
    }
    let of_kind = |kinds: &[&str], ids: Vec<&str>| {
        Condition::all()
            .add(occurrence::Column::SubjectKind.is_in(kinds.iter().copied()))
            .add(occurrence::Column::SubjectId.is_in(ids))
    };
    let lists = [
        (&["commitment", "milestone"][..], commitments),
        (&["milestone"], milestones),
        (&["meeting"], meetings),
        (&["reader"], readers),
    ];
    lists
        .into_iter()
        .filter(|(_, ids)| !ids.is_empty())
        .fold(Condition::any(), |any, (kinds, ids)| {
            any.add(of_kind(kinds, ids))
        })
}

/// Whether a subject is among those asked for, by itself or with its commitment.
fn is_asked(subject: &Subject, asked: &HashSet<&Subject>) -> bool {
    let of_commitment = |reference: &CommitmentRef| {
        let commitment = Subject::Commitment(reference.clone());
        asked.contains(&commitment)
    };
    asked.contains(subject)
        || matches!(subject, Subject::Milestone(reference, _) if of_commitment(reference))
}
