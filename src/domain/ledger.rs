//! What the ledger tells of the past: occurrences that fell due, the notices that carried them, the
//! attempts at sending, the messages a mailbox transport kept. `store` fills these; pages and the
//! command line show them.

use std::ops::Range;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::ids::{CommitmentRef, ReaderId};
use super::notice::{
    Because, Item, NoticeKind, NoticeState, OccurrenceState, Phase, SkipReason, Subject,
};
use super::rule::Rule;

/// One line of the ledger of what fell due. Unique by subject, rule, basis and recipient.
#[derive(Debug, Clone, PartialEq)]
pub struct OccurrenceEntry {
    pub id: i64,
    pub subject: Subject,
    pub rule: Rule,
    /// Which firing it is: the deadline revision, the ISO week, the submission.
    pub basis: String,
    pub recipient: ReaderId,
    pub date: NaiveDate,
    /// When it was to leave.
    pub slot: DateTime<Utc>,
    pub state: OccurrenceState,
    pub reason: Option<SkipReason>,
    pub because: Because,
    pub recorded_at: DateTime<Utc>,
}

/// One notice and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeEntry {
    pub id: Uuid,
    pub recipient: ReaderId,
    /// The address it goes to.
    pub to: String,
    pub date: NaiveDate,
    /// 1 for the first notice of a morning.
    pub part: u32,
    pub kind: NoticeKind,
    pub state: NoticeState,
    /// Not before this instant: the slot, or the next try.
    pub due_at: DateTime<Utc>,
    pub message_id: String,
    /// As it was last rendered; `None` before the first try.
    pub subject: Option<String>,
    pub attempts: u32,
    /// How often its outcome was in doubt, also where its worker died before writing an attempt.
    pub doubts: u32,
    pub settled_at: Option<DateTime<Utc>>,
    /// The notice it repeats, where somebody asked to be told again.
    pub again_of: Option<Uuid>,
    pub items: Vec<NoticeItem>,
}

/// One item on a notice, and why it was dropped, if it was.
#[derive(Debug, Clone, PartialEq)]
pub struct NoticeItem {
    pub item: Item,
    pub dropped: Option<SkipReason>,
}

/// One try at sending a notice.
#[derive(Debug, Clone, PartialEq)]
pub struct AttemptEntry {
    pub n: u32,
    pub at: DateTime<Utc>,
    pub phase: Phase,
    /// What came of it, as the state the notice went to.
    pub outcome: NoticeState,
    /// The server's reply, or what went wrong, in words.
    pub reply: String,
    pub enhanced_code: Option<String>,
    pub duration_ms: u32,
}

/// A message the mailbox transport kept, as it would have gone over the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredMessage {
    pub notice: Uuid,
    pub recipient: ReaderId,
    pub to: String,
    pub subject: String,
    /// The business time at which it was delivered.
    pub delivered_at: DateTime<Utc>,
    /// The whole message, RFC 5322.
    pub raw: Vec<u8>,
}

/// The deadlines a reader was told of in mail that was sent: of a commitment, or of the milestone of
/// that title, with the day of the letter that told it last.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    pub deadlines: Vec<(CommitmentRef, Option<String>, NaiveDate)>,
    /// The day of the last letter of all.
    pub last_letter: Option<NaiveDate>,
}

/// Which notices a list shows; everything that is `None` is not asked for. Newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct NoticeFilter {
    pub recipient: Option<ReaderId>,
    pub commitment: Option<CommitmentRef>,
    pub state: Option<NoticeState>,
    /// Civil dates of the recipient.
    pub dates: Option<Range<NaiveDate>>,
}

/// Which occurrences a list shows. Newest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OccurrenceFilter {
    pub commitment: Option<CommitmentRef>,
    pub recipient: Option<ReaderId>,
    pub state: Option<OccurrenceState>,
    pub reason: Option<SkipReason>,
    /// Its civil date.
    pub date: Option<NaiveDate>,
}

/// A stretch of a list: `limit` rows after the first `offset`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub offset: u64,
    pub limit: u64,
}
