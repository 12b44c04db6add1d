//! Between rows and the values of `domain`. Rows are taken apart by destructuring, so that a new
//! column cannot be forgotten.

use std::collections::HashMap;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder};
use uuid::Uuid;

use super::entity::{attempt, message, notice, notice_item, occurrence};
use crate::domain::ids::{CommitmentRef, MeetingId, ReaderId};
use crate::domain::ledger::{
    AttemptEntry, NoticeEntry, NoticeItem, OccurrenceEntry, StoredMessage,
};
use crate::domain::notice::{
    Because, Item, Line, NoticeKind, NoticeState, OccurrenceState, Phase, SkipReason, Subject,
};
use crate::domain::rule::Rule;
use crate::store::StoreError;

/// How many rows go into one statement: well below the bind limits (32,766 on SQLite) at fourteen
/// columns a row.
pub const CHUNK: usize = 1_000;

/// An instant as the databases keep it: whole microseconds.
pub fn instant(at: DateTime<Utc>) -> DateTime<Utc> {
    at.duration_trunc(TimeDelta::microseconds(1)).unwrap_or(at)
}

/// Reads one of a closed list of words.
pub fn word<T>(
    column: &str,
    text: &str,
    parse: impl FnOnce(&str) -> Option<T>,
) -> Result<T, StoreError> {
    parse(text).ok_or_else(|| StoreError::unreadable(format!("{column} is `{text}`")))
}

pub fn skip_reason(column: &str, text: Option<&str>) -> Result<Option<SkipReason>, StoreError> {
    text.map(|t| word(column, t, SkipReason::parse)).transpose()
}

fn count(column: &str, number: i32) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::unreadable(format!("{column} is {number}")))
}

pub fn reader(column: &str, text: &str) -> Result<ReaderId, StoreError> {
    word(column, text, |t| ReaderId::parse(t).ok())
}

/// The chain of reasons, as text.
pub fn because_text(because: &Because) -> String {
    serde_json::to_string(because).expect("words, dates and numbers can be written")
}

fn because(column: &str, text: &str) -> Result<Because, StoreError> {
    serde_json::from_str(text).map_err(|e| StoreError::unreadable(format!("{column}: {e}")))
}

/// A subject as its three columns: kind, id, milestone.
pub fn subject_columns(subject: &Subject) -> (&'static str, &str, &str) {
    match subject {
        Subject::Commitment(reference) => ("commitment", reference.as_str(), ""),
        Subject::Milestone(reference, title) => ("milestone", reference.as_str(), title),
        Subject::Meeting(id) => ("meeting", id.as_str(), ""),
        Subject::Reader(id) => ("reader", id.as_str(), ""),
    }
}

fn subject(kind: &str, id: &str, milestone: String) -> Result<Subject, StoreError> {
    let column = "occurrence.subject_id";
    let commitment = |id| word(column, id, |t| CommitmentRef::parse(t).ok());
    match kind {
        "commitment" => Ok(Subject::Commitment(commitment(id)?)),
        "milestone" => Ok(Subject::Milestone(commitment(id)?, milestone)),
        "meeting" => word(column, id, |t| MeetingId::parse(t).ok()).map(Subject::Meeting),
        "reader" => reader(column, id).map(Subject::Reader),
        other => Err(StoreError::unreadable(format!(
            "occurrence.subject_kind is `{other}`"
        ))),
    }
}

pub fn occurrence_entry(row: occurrence::Model) -> Result<OccurrenceEntry, StoreError> {
    let occurrence::Model {
        id,
        subject_kind,
        subject_id,
        milestone,
        rule,
        basis,
        recipient,
        date,
        slot,
        state,
        reason,
        because: chain,
        recorded_at,
    } = row;
    Ok(OccurrenceEntry {
        id,
        subject: subject(&subject_kind, &subject_id, milestone)?,
        rule: word("occurrence.rule", &rule, Rule::parse)?,
        basis,
        recipient: reader("occurrence.recipient", &recipient)?,
        date,
        slot,
        state: word("occurrence.state", &state, OccurrenceState::parse)?,
        reason: skip_reason("occurrence.reason", reason.as_deref())?,
        because: because("occurrence.because", &chain)?,
        recorded_at,
    })
}

/// An item on its way into a notice.
pub fn new_item(notice: Uuid, occurrence: i64, item: &Item) -> notice_item::ActiveModel {
    let Item {
        commitment,
        milestone,
        meeting,
        rule,
        late,
        line,
        because,
    } = item;
    notice_item::ActiveModel {
        id: NotSet,
        notice_id: Set(notice),
        occurrence_id: Set(occurrence),
        commitment: Set(commitment.to_string()),
        milestone: Set(milestone.clone()),
        meeting: Set(meeting.as_ref().map(MeetingId::to_string)),
        rule: Set(rule.to_string()),
        line: Set(line.map(|l| l.as_str().to_owned())),
        late: Set(*late),
        because: Set(because_text(because)),
        dropped: Set(None),
    }
}

/// One item of a notice, with the id of its row.
pub struct ItemRow {
    pub id: i64,
    pub notice: Uuid,
    pub item: NoticeItem,
}

pub fn item_row(row: notice_item::Model) -> Result<ItemRow, StoreError> {
    let notice_item::Model {
        id,
        notice_id,
        occurrence_id: _,
        commitment,
        milestone,
        meeting,
        rule,
        line,
        late,
        because: chain,
        dropped,
    } = row;
    let commitment = word("notice_item.commitment", &commitment, |t| {
        CommitmentRef::parse(t).ok()
    })?;
    let meeting = meeting
        .map(|m| word("notice_item.meeting", &m, |t| MeetingId::parse(t).ok()))
        .transpose()?;
    let line = line
        .map(|l| word("notice_item.line", &l, Line::parse))
        .transpose()?;
    let item = Item {
        commitment,
        milestone,
        meeting,
        rule: word("notice_item.rule", &rule, Rule::parse)?,
        late,
        line,
        because: because("notice_item.because", &chain)?,
    };
    let dropped = skip_reason("notice_item.dropped", dropped.as_deref())?;
    Ok(ItemRow {
        id,
        notice: notice_id,
        item: NoticeItem { item, dropped },
    })
}

/// A notice and its items. A deferred one is due at its next try.
pub fn notice_entry(row: notice::Row, items: Vec<NoticeItem>) -> Result<NoticeEntry, StoreError> {
    let notice::Row {
        id,
        recipient,
        to_address,
        date,
        part,
        kind,
        state,
        message_id,
        due_at,
        retry_at,
        attempts,
        doubts: _,
        subject,
        settled_at,
    } = row;
    let state = word("notice.state", &state, NoticeState::parse)?;
    Ok(NoticeEntry {
        id,
        recipient: reader("notice.recipient", &recipient)?,
        to: to_address,
        date,
        part: count("notice.part", part)?,
        kind: word("notice.kind", &kind, NoticeKind::parse)?,
        state,
        due_at: retry_at
            .filter(|_| state == NoticeState::Deferred)
            .unwrap_or(due_at),
        message_id,
        subject,
        attempts: count("notice.attempts", attempts)?,
        settled_at,
        items,
    })
}

pub fn attempt_entry(row: attempt::Model) -> Result<AttemptEntry, StoreError> {
    let attempt::Model {
        notice_id: _,
        n,
        at,
        phase,
        outcome,
        reply,
        enhanced_code,
        duration_ms,
    } = row;
    Ok(AttemptEntry {
        n: count("attempt.n", n)?,
        at,
        phase: word("attempt.phase", &phase, Phase::parse)?,
        outcome: word("attempt.outcome", &outcome, NoticeState::parse)?,
        reply,
        enhanced_code,
        duration_ms: count("attempt.duration_ms", duration_ms)?,
    })
}

/// A message without its bytes.
pub fn message_head(row: message::Row) -> Result<StoredMessage, StoreError> {
    let message::Row {
        notice_id,
        recipient,
        to_address,
        subject,
        delivered_at,
    } = row;
    Ok(StoredMessage {
        notice: notice_id,
        recipient: reader("message.recipient", &recipient)?,
        to: to_address,
        subject,
        delivered_at,
        raw: Vec::new(),
    })
}

pub fn whole_message(row: message::Model) -> Result<StoredMessage, StoreError> {
    let message::Model {
        notice_id,
        message_id: _,
        recipient,
        to_address,
        subject,
        delivered_at,
        raw,
    } = row;
    Ok(StoredMessage {
        notice: notice_id,
        recipient: reader("message.recipient", &recipient)?,
        to: to_address,
        subject,
        delivered_at,
        raw,
    })
}

/// The items of some notices, in the order in which they joined.
pub async fn items_of(
    transaction: &DatabaseTransaction,
    notices: &[Uuid],
) -> Result<HashMap<Uuid, Vec<ItemRow>>, StoreError> {
    let mut items: HashMap<Uuid, Vec<ItemRow>> = HashMap::new();
    for some in notices.chunks(CHUNK) {
        let rows = notice_item::Entity::find()
            .filter(notice_item::Column::NoticeId.is_in(some.iter().copied()))
            .order_by_asc(notice_item::Column::Id)
            .all(transaction)
            .await?;
        for row in rows {
            let row = item_row(row)?;
            items.entry(row.notice).or_default().push(row);
        }
    }
    Ok(items)
}
