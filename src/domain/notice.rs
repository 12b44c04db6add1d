//! Occurrences, notices and attempts: the words of the ledger and of delivery. What is promised of
//! them stands in DELIVERY; the rows that keep them, in `store`.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::deadline::Window;
use super::ids::{CalendarId, CommitmentRef, MeetingId, ReaderId};
use super::rule::Rule;

/// One mail to one reader: everything due to them on one morning.
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    pub recipient: ReaderId,
    /// The civil date in the recipient's zone.
    pub date: NaiveDate,
    pub kind: NoticeKind,
    /// The most pressing first.
    pub items: Vec<Item>,
}

/// One block of a notice: a reminder, or one line of a digest or a brief.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    pub commitment: CommitmentRef,
    /// The title of the milestone it is about, if it is about one.
    pub milestone: Option<String>,
    /// The meeting a brief prepares.
    pub meeting: Option<MeetingId>,
    pub rule: Rule,
    /// Sent more than a day after its slot.
    pub late: bool,
    /// Why a digest or a brief has this line; `None` for a reminder.
    pub line: Option<Line>,
    pub because: Because,
}

closed_list! {
    /// Why a digest or a brief carries a line. Of several reasons the first in this order is told.
    Line {
        /// A decision of this reader is awaited.
        AwaitsDecision = "awaits-decision",
        /// Reported completed, and not closed yet.
        ReportedCompleted = "reported-completed",
        Overdue = "overdue",
        /// Asked by a review or a stale reminder, and nothing was heard.
        Unanswered = "unanswered",
        DueSoon = "due-soon",
        /// Passed to this reader's desk since the last digest day.
        HandedOver = "handed-over",
        /// Re-dated since the last digest day.
        Redated = "re-dated",
        /// Updated by someone else since the last digest day.
        Updated = "updated",
        /// Opened since the last digest day.
        Opened = "opened",
        /// In a brief: tied to the meeting.
        Tied = "tied",
        /// In a brief: a request to raise.
        ToRaise = "to-raise",
        /// In a brief: an open commitment of the partnership.
        Standing = "standing",
    }
}

/// The chain that led to an occurrence, as it was when it was planned. It is stored with the
/// occurrence, so that the past is explained from what was stored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Because {
    /// The deadline in its words, where the rule is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// What the words meant that day.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window: Option<Window>,
    /// The deadline revision in force, from 0.
    #[serde(default)]
    pub revision: u32,
    /// The calendar in which the date was computed.
    pub calendar: CalendarId,
    /// The day the rule counts from: the end of the window, the opening, an update, a submission.
    pub counted_from: NaiveDate,
    /// The day before it was moved to a working day or a digest day.
    pub exact: NaiveDate,
    /// The day of the occurrence.
    pub date: NaiveDate,
    /// In whose place the reader hears it: a person who is away, a desk that cannot be reached.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_place_of: Option<ReaderId>,
}

/// What an occurrence is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    Commitment(CommitmentRef),
    /// A milestone, by its title.
    Milestone(CommitmentRef, String),
    /// Of a brief.
    Meeting(MeetingId),
    /// Of a digest.
    Reader(ReaderId),
}

closed_list! {
    /// What a notice is, by the weightiest thing it holds; the heaviest last.
    NoticeKind {
        Daily = "daily",
        Digest = "digest",
        Brief = "brief",
    }
}

impl NoticeKind {
    /// What a notice is that carries these rules: a brief if it holds a brief, else a digest if it
    /// holds a digest's line, else daily.
    pub fn of(rules: impl IntoIterator<Item = Rule>) -> Self {
        let weight = |rule| match rule {
            Rule::Brief => NoticeKind::Brief,
            Rule::Digest => NoticeKind::Digest,
            _ => NoticeKind::Daily,
        };
        rules
            .into_iter()
            .map(weight)
            .max()
            .unwrap_or(NoticeKind::Daily)
    }
}

closed_list! {
    /// Where an occurrence stands in the ledger.
    OccurrenceState {
        /// On a notice that has not left.
        Waiting = "waiting",
        Sent = "sent",
        /// Decided not to be sent; the reason is kept.
        Skipped = "skipped",
        /// Its deadline revision gave way before it was sent.
        Superseded = "superseded",
        /// Its notice did not go out.
        Cancelled = "cancelled",
    }
}

closed_list! {
    /// Why an occurrence was not sent.
    SkipReason {
        BeforeItWasRecorded = "before-it-was-recorded",
        BeforeItWentLive = "before-it-went-live",
        Coalesced = "coalesced",
        Answered = "answered",
        Snoozed = "snoozed",
        Superseded = "superseded",
        Passed = "passed",
        NoRecipient = "no-recipient",
        NotPermitted = "not-permitted",
        /// It went to an address to which mail does not arrive: open for whoever hears instead.
        Undeliverable = "undeliverable",
        /// It could not be sent before the next escalation took its place.
        Expired = "expired",
    }
}

impl SkipReason {
    /// What was not heard for one of these is open: it is said when the record calls for it again, to
    /// the same reader (the commitment came back to the desk, the address was put right) or to
    /// another.
    pub const OPEN: [SkipReason; 2] = [SkipReason::Superseded, SkipReason::Undeliverable];

    /// Whether what was not heard for this reason is open.
    pub fn leaves_open(self) -> bool {
        Self::OPEN.contains(&self)
    }
}

closed_list! {
    /// The state machine of one notice; DELIVERY, "States of one notice".
    NoticeState {
        Gathering = "gathering",
        Pending = "pending",
        Claimed = "claimed",
        InData = "in-data",
        Deferred = "deferred",
        Sent = "sent",
        InDoubt = "in-doubt",
        Parked = "parked",
        Rejected = "rejected",
        Bounced = "bounced",
        Cancelled = "cancelled",
        Expired = "expired",
    }
}

closed_list! {
    /// How far a try at sending came.
    Phase {
        /// Finding and opening the connection, the greeting and EHLO.
        Connect = "connect",
        Tls = "tls",
        Auth = "auth",
        MailFrom = "mail-from",
        RcptTo = "rcpt-to",
        /// The DATA command, up to the server's 354.
        Data = "data",
        /// The content and the server's final reply.
        Content = "content",
    }
}

closed_list! {
    /// Whether mail leaves the house.
    MailMode {
        Live = "live",
        /// Everything is planned and kept; nothing leaves.
        Hold = "hold",
        /// Everything goes to one address, saying for whom it was.
        Redirect = "redirect",
    }
}
