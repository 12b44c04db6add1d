//! Accounts, one file per aggregate: the [`account`] and its second step, its sessions ([`session`]),
//! the keys of its programs ([`program`]), the links that open it ([`link`]), and the tries that count against a limit ([`attempt`]). Apart from
//! the record: nothing here is imported or exported, and the planner does not know it. Instants are of
//! the real clock.

mod account;
mod attempt;
mod entity;
mod link;
mod program;
mod session;

pub use attempt::Tries;
pub use link::{AccessLink, ClaimedLink};
pub use session::Holder;
