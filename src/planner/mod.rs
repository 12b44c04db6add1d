//! The planner decides everything that is ever said: pure, without clock, database or network.
//!
//! - [`due`] says what one commitment has to say by now, what it leaves unsaid and why, and when it
//!   speaks next; [`brief::due_brief`] and [`digest::due_digest`] do the same for a meeting and for
//!   a reader.
//! - [`compose`] makes the one notice of a reader's morning of all that is due.
//! - [`rehearse`] lets the same functions run over a stretch of days; [`consequences`] asks them of
//!   the record before and after a change.
//!
//! The rules are those of REMINDING, rule by rule: [`ladder`] holds the ones before and after a
//! deadline, [`watch`] the others, [`courtesy`] the reasons to stay silent, [`expiry`] what gives way
//! to its own next step.

pub mod brief;
pub mod consequences;
pub mod courtesy;
pub mod coverage;
pub mod digest;
pub mod expiry;
pub mod handover;
mod hearing;
pub mod instead;
mod ladder;
pub mod news;
mod occurrence;
pub mod office;
mod recipients;
mod recorded;
pub mod rehearse;
mod silence;
mod watch;

mod case;
mod commitment;
mod compose;
#[cfg(test)]
mod tests;

pub use commitment::{due, upcoming};
pub use compose::{arrange, compose};
pub use occurrence::{Due, Moment, Occurrence, Skipped, next_slot};
pub use recipients::{Reviewer, hearers, mailbox_of, reviewer};
pub use recorded::Recorded;
pub use silence::silences;
