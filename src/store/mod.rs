//! The store: the only room that knows the database and SeaORM. Everything else asks it in the
//! words of `domain`.
//!
//! - [`Snapshot`] reads: one consistent moment. [`Change`] writes: one transaction, immediate on
//!   SQLite, so that two writers queue instead of failing.
//! - The *record* half keeps what `import` reads and `export` writes; the *ledger* half keeps what
//!   fell due, the notices that carry it and what became of them.
//!
//! SQLite and PostgreSQL run the same migrations and pass the same tests.

mod accounts;
mod answers;
mod audit;
mod connection;
mod error;
mod hold;
mod intake;
mod ledger;
#[cfg(test)]
mod plans;
mod record;
mod replies;
mod schema;
mod secret;
mod transaction;
mod words;

pub use accounts::{AccessLink, ClaimedLink, Holder, Tries};
pub use answers::{AnsweredItem, GivenAnswer};
pub use connection::{DatabaseKind, Store};
pub use error::StoreError;
pub use hold::Hold;
pub use intake::IntakeLine;
pub use ledger::{
    Bounced, ClaimedNotice, FinalContent, Morning, NewAttempt, NewOccurrence, NewReport, Repeated,
    Rescued, Seat, Settlement, Standing, Timed, ToSettle, Undeliverable, Written,
};
pub use record::{Edited, EvidenceFile, Found, Installation, NewEvidence, Retiming, ToRetime};
pub use replies::NewReply;
pub use schema::SchemaState;
pub use transaction::{Change, Snapshot};

/// The time at which something new or changed is to be looked at: before any other.
pub const LOOK_AT_ONCE: chrono::DateTime<chrono::Utc> = chrono::DateTime::UNIX_EPOCH;
