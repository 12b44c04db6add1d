//! The record half: what `import` reads and `export` writes, loaded ([`loading`]) and saved
//! ([`saving`]), and kept in memory by its version ([`book`], [`shelf`]); what is known of the
//! installation; re-timing that waits to be done ([`replan`]); who may read what; finding by words
//! ([`finding`]).

mod access;
mod book;
mod entity;
mod evidence;
mod finding;
mod installation;
mod loading;
mod looking;
#[cfg(test)]
mod plans;
mod replan;
mod saving;
mod seen;
mod shelf;
mod views;
mod write;

pub use book::Edited;
pub use evidence::{EvidenceFile, NewEvidence};
pub use finding::Found;
pub use installation::Installation;
pub(super) use installation::version_of_the_record;
pub use replan::{Retiming, ToRetime};
pub(super) use shelf::Shelf;
pub(super) use write::insert;

/// The sides of a commitment, as its rows name them.
const OBLIGOR: &str = "obligor";
const BENEFICIARY: &str = "beneficiary";

/// Ids in one `IN (...)`, and commitments put together at a time.
const CHUNK: usize = 1_000;
