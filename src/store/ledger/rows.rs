//! Between rows and the values of `domain`. Rows are taken apart by destructuring, so that a new
//! column cannot be forgotten.

use std::collections::HashMap;

use sea_orm::{
    ColumnTrait, DatabaseBackend, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder,
};
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
use crate::store::words::{json, maybe, to_json, word};

/// How many rows go into one statement: well below the bind limits (32,766 on SQLite) at fourteen
/// columns a row.
pub const CHUNK: usize = 1_000;

pub fn skip_reason(column: &str, text: Option<&str>) -> Result<Option<SkipReason>, StoreError> {
    maybe(SkipReason::parse, text, column)
}

fn count(column: &str, number: i32) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::unreadable(format!("{column} is {number}")))
}

pub fn reader(column: &str, text: &str) -> Result<ReaderId, StoreError> {
    word(|t| ReaderId::parse(t).ok(), text, column)
}

/// The chain of reasons, as text.
pub fn because_text(because: &Because) -> String {
    to_json(because)
}

fn because(column: &str, text: &str) -> Result<Because, StoreError> {
    json(text, column)
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
    let commitment = |id| word(|t| CommitmentRef::parse(t).ok(), id, column);
    match kind {
        "commitment" => Ok(Subject::Commitment(commitment(id)?)),
        "milestone" => Ok(Subject::Milestone(commitment(id)?, milestone)),
        "meeting" => word(|t| MeetingId::parse(t).ok(), id, column).map(Subject::Meeting),
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
        rule: word(Rule::parse, &rule, "occurrence.rule")?,
        basis,
        recipient: reader("occurrence.recipient", &recipient)?,
        date,
        slot,
        state: word(OccurrenceState::parse, &state, "occurrence.state")?,
        reason: skip_reason("occurrence.reason", reason.as_deref())?,
        because: because("occurrence.because", &chain)?,
        recorded_at,
    })
}

/// One text for any number of items of a notice, so that it is prepared once: a digest may have a
/// hundred thousand, and as a list of values they cost more to say than to write. Binds the notice
/// and the items as [`items_as_json`] tells them.
pub fn insert_items(backend: DatabaseBackend) -> &'static str {
    match backend {
        DatabaseBackend::Postgres => {
            "INSERT INTO notice_item (notice_id, occurrence_id, commitment, milestone, meeting, rule, line, late, because) \
             SELECT $1, (value->>0)::bigint, value->>1, value->>2, value->>3, value->>4, value->>5, \
                    (value->>6)::boolean, value->>7 \
             FROM json_array_elements($2::json)"
        }
        _ => {
            "INSERT INTO notice_item (notice_id, occurrence_id, commitment, milestone, meeting, rule, line, late, because) \
             SELECT ?, json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]'), \
                    json_extract(value, '$[3]'), json_extract(value, '$[4]'), json_extract(value, '$[5]'), \
                    json_extract(value, '$[6]'), json_extract(value, '$[7]') \
             FROM json_each(?)"
        }
    }
}

/// Items on their way into a notice, each with its occurrence.
pub fn items_as_json(items: &[(i64, &Item)]) -> String {
    let rows: Vec<_> = items
        .iter()
        .map(|(occurrence, item)| {
            let Item {
                commitment,
                milestone,
                meeting,
                rule,
                late,
                line,
                because,
            } = item;
            (
                occurrence,
                commitment.as_str(),
                milestone,
                meeting.as_ref().map(MeetingId::as_str),
                rule.to_string(),
                line.map(|l| l.as_str()),
                late,
                because_text(because),
            )
        })
        .collect();
    to_json(&rows)
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
    let commitment = word(
        |t| CommitmentRef::parse(t).ok(),
        &commitment,
        "notice_item.commitment",
    )?;
    let meeting = meeting
        .map(|m| word(|t| MeetingId::parse(t).ok(), &m, "notice_item.meeting"))
        .transpose()?;
    let line = line
        .map(|l| word(Line::parse, &l, "notice_item.line"))
        .transpose()?;
    let item = Item {
        commitment,
        milestone,
        meeting,
        rule: word(Rule::parse, &rule, "notice_item.rule")?,
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
        doubts,
        subject,
        settled_at,
        again_of,
    } = row;
    let state = word(NoticeState::parse, &state, "notice.state")?;
    Ok(NoticeEntry {
        id,
        recipient: reader("notice.recipient", &recipient)?,
        to: to_address,
        date,
        part: count("notice.part", part)?,
        kind: word(NoticeKind::parse, &kind, "notice.kind")?,
        state,
        due_at: retry_at
            .filter(|_| state == NoticeState::Deferred)
            .unwrap_or(due_at),
        message_id,
        subject,
        attempts: count("notice.attempts", attempts)?,
        doubts: count("notice.doubts", doubts)?,
        settled_at,
        again_of,
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
        phase: word(Phase::parse, &phase, "attempt.phase")?,
        outcome: word(NoticeState::parse, &outcome, "attempt.outcome")?,
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
