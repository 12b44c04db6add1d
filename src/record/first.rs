//! The record the product is shipped with: the 37th ASEAN-U.S. Dialogue and what it left to be
//! done, with a demonstration's desks. `demo` loads it; a new installation may begin from it.

use super::read_text;
use crate::domain::book::Book;

/// The text of the first record, as it is shipped.
pub const FIRST_RECORD: &str = include_str!("first.toml");

/// The first record.
pub fn first_record() -> Book {
    read_text("first.toml", FIRST_RECORD).expect("the shipped record is read by a test")
}
