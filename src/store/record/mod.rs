//! The record half: what `import` reads and `export` writes, loaded ([`loading`]) and saved
//! ([`saving`]), and kept in memory by its version ([`book`]); what is known of the installation; who
//! may read what.

mod access;
mod book;
mod entity;
mod installation;
mod loading;
mod saving;
mod words;
mod write;

pub(super) use book::Shelf;
pub use installation::{AuditEntry, Installation};

/// The sides of a commitment, as its rows name them.
const OBLIGOR: &str = "obligor";
const BENEFICIARY: &str = "beneficiary";

/// Ids in one `IN (...)`, and commitments put together at a time.
const CHUNK: usize = 1_000;
