//! The ledger half of the store: what fell due, the notices that carry it, the attempts at sending
//! them, and how far planning has come. DELIVERY holds the promises; the tables are in the
//! migration `m0002_ledger`.
//!
//! - [`planning`]: what is due, when to look again, who plans (T0, first half).
//! - [`recording`]: occurrences and the notice of a morning (T0, second half); [`superseding`]: what
//!   an edit takes back.
//! - [`claiming`]: claim, give back, rescue (T1); [`dropping`]: what no longer holds; [`settling`]:
//!   commit to content, settle (T2, T3), by the statements of [`turning`].
//! - [`repeating`]: a notice that somebody asked to have again.
//! - [`returning`]: what comes back later; [`bouncing`]: the addresses mail does not reach.
//! - [`telling`]: lists and counts, for pages and the command line.

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use crate::domain::ids::ReaderId;
use crate::domain::ledger::{NoticeEntry, StoredMessage};
use crate::domain::notice::{Item, NoticeState, Phase, SkipReason};
use crate::planner::Occurrence;

mod bouncing;
mod claiming;
mod dropping;
mod entity;
mod held;
mod planning;
#[cfg(test)]
pub(super) use planning::longest_due;
#[cfg(test)]
mod plans;
mod recording;
mod repeating;
mod returning;
mod rows;
mod settling;
mod superseding;
mod telling;
mod turning;

pub use bouncing::Undeliverable;
pub use repeating::Repeated;
pub use returning::{Bounced, NewReport};

/// Something that was read, with the version it had: what is written back holds only if nobody
/// changed it in between.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timed<T> {
    pub value: T,
    pub version: i64,
    /// Since when it is due.
    pub since: DateTime<Utc>,
}

/// Where an occurrence stands when it enters the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// To be put on a notice.
    Waiting,
    /// Left unsaid, and why.
    Skipped(SkipReason),
}

/// An occurrence on its way into the ledger.
#[derive(Debug, Clone, Copy)]
pub struct NewOccurrence<'a> {
    pub occurrence: &'a Occurrence,
    pub standing: Standing,
}

/// A reader's morning, and the notice of it that is born where there is none yet.
#[derive(Debug, Clone, Copy)]
pub struct Morning<'a> {
    pub recipient: &'a ReaderId,
    /// The reader's address of today.
    pub to: &'a str,
    /// In the reader's zone.
    pub date: NaiveDate,
    pub due_at: DateTime<Utc>,
    /// Of the notice; its Message-ID is `<id@host>`.
    pub id: Uuid,
    pub host: &'a str,
}

/// Whether a morning still has a notice that items can be put on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    On(Uuid),
    /// That morning's notice has left already.
    Gone,
}

/// A notice in the hands of one worker, until its lease ends.
#[derive(Debug, Clone, PartialEq)]
pub struct ClaimedNotice {
    pub entry: NoticeEntry,
    /// The items that were not dropped, with the ids of their rows.
    pub items: Vec<(i64, Item)>,
    /// When it comes back from in doubt: the bytes that may have gone out already. Send these, and
    /// no others.
    pub content: Option<Vec<u8>>,
    /// How often its outcome has been in doubt.
    pub doubts: u32,
}

/// What came of a claimed notice (T3).
#[derive(Debug, Clone, PartialEq)]
pub struct Settlement {
    pub state: NoticeState,
    /// By the business clock.
    pub at: DateTime<Utc>,
    pub at_real: DateTime<Utc>,
    /// By the real clock: when a deferred notice is tried again.
    pub retry_at: Option<DateTime<Utc>>,
    pub attempt: Option<NewAttempt>,
    /// What the mailbox transport delivered: stored in the same transaction.
    pub message: Option<StoredMessage>,
    /// Rejected, because mail does not reach the address: entered in the same transaction.
    pub undeliverable: Option<Undeliverable>,
}

/// A content that is about to go out (T2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FinalContent {
    pub notice: Uuid,
    /// The token under which the notice is held.
    pub token: Uuid,
    pub subject: String,
    pub content: Vec<u8>,
    /// By the real clock; beyond the content's deadline.
    pub lease_until: DateTime<Utc>,
    /// The version of the record by which it was judged that this may be sent. Once the record is
    /// another, it is not made final. `None` where nobody asks.
    pub judged_by: Option<i64>,
}

/// A notice and what came of it (T3).
#[derive(Debug, Clone, PartialEq)]
pub struct ToSettle {
    pub notice: Uuid,
    /// The token under which the notice is held.
    pub token: Uuid,
    pub settlement: Settlement,
}

/// Which of the requests that shared a commit found their notice held, in the order in which they
/// were given.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Written {
    pub finals: Vec<bool>,
    pub settled: Vec<bool>,
}

impl Written {
    fn is_nothing(&self) -> bool {
        !self.finals.iter().chain(&self.settled).any(|held| *held)
    }
}

/// One try at sending, to be appended to a notice's attempts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewAttempt {
    pub phase: Phase,
    pub reply: String,
    pub enhanced_code: Option<String>,
    pub duration_ms: u32,
}

/// What [`Store::rescue`](super::Store::rescue) found and did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rescued {
    /// Claimed, and the lease ran out: pending again.
    pub given_back: u64,
    /// In data, and the lease ran out: now in doubt.
    pub in_doubt: u64,
    /// In doubt for the first time and no evidence came: pending, with the same bytes.
    pub again: u64,
    /// In doubt for the second time: a person decides.
    pub parked: u64,
}
