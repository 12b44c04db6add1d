//! The files of a record, and the one tree that TOML and JSON are both read into: values that know
//! on which line they stand. Everything after this point is the same for both formats.

use std::collections::BTreeMap;

use super::problems::{Place, Report};
use super::{json_source, toml_source};

/// One file of a record, with the texts it refers to. Reading files is the caller's part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceFile {
    /// As the user wrote it, for messages.
    pub name: String,
    pub text: String,
    /// The texts of the files its documents name with `file`; see
    /// [`files_named`](super::files_named).
    pub attached: BTreeMap<String, String>,
}

/// The two notations of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Toml,
    Json,
}

impl Format {
    /// By the ending of the name: `.json`, else TOML.
    pub fn of_name(name: &str) -> Self {
        let ending = name.rsplit_once('.').map(|(_, ending)| ending);
        match ending {
            Some(ending) if ending.eq_ignore_ascii_case("json") => Format::Json,
            _ => Format::Toml,
        }
    }
}

/// A value and where it begins.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    pub place: Place,
    pub kind: Kind,
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    Text(String),
    Whole(i64),
    Flag(bool),
    /// TOML's own dates, which need no quotes.
    Date(String),
    List(Vec<Value>),
    Table(Vec<Entry>),
    /// What no key of a record takes, by its name.
    Other(&'static str),
}

impl Kind {
    /// What it is, for "but it is ...".
    pub fn name(&self) -> &'static str {
        match self {
            Kind::Text(_) => "a text",
            Kind::Whole(_) => "a number",
            Kind::Flag(_) => "true or false",
            Kind::Date(_) => "a date",
            Kind::List(_) => "a list",
            Kind::Table(_) => "a table",
            Kind::Other(name) => name,
        }
    }
}

/// A key of a table, where it stands, and its value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    pub key: String,
    pub place: Place,
    pub value: Value,
}

/// Parses one file; `None` when its notation itself is broken, which the report then says.
pub(super) fn parse(place: usize, file: &SourceFile, report: &Report) -> Option<Value> {
    // A byte order mark is an editor's habit, not a part of the record.
    let text = file.text.strip_prefix('\u{feff}').unwrap_or(&file.text);
    match Format::of_name(&file.name) {
        Format::Toml => toml_source::parse(place, text, report),
        Format::Json => json_source::parse(place, text, report),
    }
}

/// Finds the line of an offset.
pub(super) struct Lines {
    file: usize,
    /// Where each line after the first begins.
    starts: Vec<usize>,
}

impl Lines {
    pub fn of(file: usize, text: &str) -> Self {
        let starts = text.match_indices('\n').map(|(at, _)| at + 1).collect();
        Self { file, starts }
    }

    /// The place of a byte offset.
    pub fn place(&self, offset: usize) -> Place {
        let line = self.starts.partition_point(|start| *start <= offset) + 1;
        Place {
            file: self.file,
            line,
        }
    }
}
