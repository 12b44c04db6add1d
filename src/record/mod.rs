//! The record: the format in which everything is written down for people, as TOML or JSON. Reading
//! says what is wrong with file and line; writing is canonical, so that what was exported can be
//! imported elsewhere and exported again byte for byte; merging lets a file and the database change
//! in turns. See CONTRACT, "Record, schema 1" and "Importing again".
//!
//! Pure: the caller reads the files and the clock.

mod canonical;
pub mod editing;
pub mod entity;
mod fields;
mod first;
mod for_partner;
mod handing;
mod json_source;
mod merge;
mod mergeable;
mod names;
mod problems;
mod reading;
mod source;
mod toml_source;
mod write_toml;

pub use canonical::Body;
pub use entity::{EntityKey, KINDS};
pub use first::{FIRST_RECORD, first_record};
pub use for_partner::for_partner;
pub use merge::{Baseline, Merged, merge};
pub use mergeable::CHANGED_BY_IMPORT;
pub use problems::{Problem, Problems};
pub use reading::{ReadRecord, files_named, read, sha256_of};
pub use source::{Format, SourceFile};
pub use write_toml::write_toml;

use crate::domain::book::Book;

/// Reads one text as a record that stands on its own.
///
/// # Errors
/// Everything that is wrong, with file and line.
pub fn read_text(name: &str, text: &str) -> Result<Book, Problems> {
    let file = SourceFile {
        name: name.to_owned(),
        text: text.to_owned(),
        ..SourceFile::default()
    };
    read(&[file], &Book::default()).map(|record| record.book)
}

/// The record as JSON, importable elsewhere.
pub fn write_json(book: &Book) -> String {
    let record = serde_json::Value::Object(canonical::record(book));
    format!("{record:#}\n")
}

#[cfg(test)]
mod tests;
