//! What came back from the mail system: reports about notices, and the addresses mail does not
//! reach.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::desk::EmailAddress;

closed_list! {
    /// What became of a message, as another mail server says; the worst first.
    Action {
        /// Given up: it does not arrive.
        Failed = "failed",
        /// Not arrived yet; the other server goes on trying.
        Delayed = "delayed",
        /// It arrived, or was passed on to where nothing more is reported.
        Delivered = "delivered",
        /// A program answered in a person's place.
        Answered = "answered",
    }
}

/// An address mail does not reach, until somebody says that it does again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bouncing {
    /// In lower case.
    pub address: EmailAddress,
    /// By the business clock, like all times of the ledger.
    pub since: DateTime<Utc>,
    pub last_at: DateTime<Utc>,
    /// The notice that came back last.
    pub notice: Uuid,
    /// The other server's words.
    pub reply: String,
    pub enhanced_code: Option<String>,
    /// How many notices came back.
    pub times: u32,
}

/// What was reported of a notice after the relay took it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportEntry {
    pub at: DateTime<Utc>,
    pub action: Action,
    /// Whom it is about, where it says so.
    pub address: Option<String>,
    pub enhanced_code: Option<String>,
    pub reply: String,
}
