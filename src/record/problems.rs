//! What is wrong with a record, each problem with its file and line. Reading never stops at the
//! first: whoever wrote the file hears of everything in one go.

use std::cell::RefCell;
use std::fmt;

/// How many problems are shown; the rest is counted.
const SHOWN: usize = 20;

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file's name as its user wrote it.
    pub file: String,
    /// Counted from 1.
    pub line: usize,
    /// What happened and what to do next.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.file, self.line, self.message)
    }
}

/// Everything that is wrong, in the order of files and lines. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(Vec<Problem>);

impl Problems {
    pub fn iter(&self) -> impl Iterator<Item = &Problem> {
        self.0.iter()
    }
}

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, problem) in self.0.iter().take(SHOWN).enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{problem}")?;
        }
        match self.0.len().saturating_sub(SHOWN) {
            0 => Ok(()),
            more => write!(f, "\nand {more} more"),
        }
    }
}

/// Where something stands: the place of the file in the list that was given, and the line from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub file: usize,
    pub line: usize,
}

/// Collects problems while the readers go on reading.
#[derive(Debug, Default)]
pub(super) struct Report {
    found: RefCell<Vec<(Place, String)>>,
}

impl Report {
    pub fn say(&self, place: Place, message: impl Into<String>) {
        self.found.borrow_mut().push((place, message.into()));
    }

    /// Puts the problems in order; `files` are the names that places refer to.
    pub fn into_result(self, files: &[String]) -> Result<(), Problems> {
        let mut found = self.found.into_inner();
        if found.is_empty() {
            return Ok(());
        }
        found.sort_by_key(|(place, _)| *place);
        let problem = |(place, message): (Place, String)| Problem {
            file: files.get(place.file).cloned().unwrap_or_default(),
            line: place.line,
            message,
        };
        Err(Problems(found.into_iter().map(problem).collect()))
    }
}
