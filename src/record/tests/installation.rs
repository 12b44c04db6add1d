//! An installation as importing sees it: what its database holds, and what was imported last.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::book::Book;
use crate::domain::commitment::{Commitment, Revision};
use crate::domain::deadline::Deadline;
use crate::domain::progress::{Reported, Update, UpdateState};
use crate::record::{Baseline, EntityKey, Merged, Problems, SourceFile, merge, read};

pub const RECORD: &str = r#"schema = 1

[[calendar]]
id = "kh"
name = "Cambodia"
timezone = "Asia/Phnom_Penh"

[[person]]
id = "head"
name = "Head"
email = "head@mfa.example.org"

[[desk]]
id = "desk"
name = "Desk"
calendar = "kh"
head = "head"

[[meeting]]
id = "pmc"
series = "PMC"
date = "10 July 2025"

[[commitment]]
ref = "US37-01"
title = "A report"
promise = "will report"
kind = "deliverable"
lead = "desk"
opened = "2025-04-23"
deadline = "July 2025"

[[commitment.milestone]]
title = "Drafted"
deadline = "May 2025"
"#;

/// An installation: what its database holds, and what was imported last.
pub struct Installation {
    pub book: Book,
    pub baseline: Baseline,
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn key(kind: &str, id: &str) -> EntityKey {
    EntityKey::of(kind, id).unwrap()
}

impl Installation {
    /// Where the record was imported once.
    pub fn new() -> Self {
        let mut installation = Self {
            book: Book::default(),
            baseline: Baseline::default(),
        };
        installation.import(RECORD).unwrap();
        installation
    }

    /// Imports on 2 June 2025 and saves what is to be saved.
    pub fn import(&mut self, text: &str) -> Result<Merged, Problems> {
        self.import_on("2025-06-02", text)
    }

    pub fn import_on(&mut self, on: &str, text: &str) -> Result<Merged, Problems> {
        let file = SourceFile {
            name: "record.toml".into(),
            text: text.into(),
            ..SourceFile::default()
        };
        let read = read(&[file], &self.book)?;
        let merged = merge(&self.book, &read, &self.baseline, day(on))?;
        let saved = merged.book.clone();
        let from = Arc::unwrap_or_clone(saved.directory);
        let directory = Arc::make_mut(&mut self.book.directory);
        directory.calendars.extend(from.calendars);
        directory.people.extend(from.people);
        directory.desks.extend(from.desks);
        directory.meetings.extend(from.meetings);
        let policy = key("policy", "general");
        if merged.new.contains(&policy) || merged.changed.contains(&policy) {
            directory.policy = from.policy;
        }
        self.book.documents.extend(saved.documents);
        self.book.commitments.extend(saved.commitments);
        self.baseline.0.extend(merged.imported.iter().cloned());
        Ok(merged)
    }

    /// Somebody changes the commitment in the database.
    pub fn change(&mut self, change: impl FnOnce(&mut Commitment)) {
        let commitment = self.book.commitments.get_mut("US37-01").unwrap();
        change(Arc::make_mut(commitment));
    }

    pub fn commitment(&self) -> &Commitment {
        self.book.commitment("US37-01").unwrap()
    }

    pub fn revisions(&self) -> Vec<String> {
        let told = |revision: &Revision| {
            let words = |d: &Option<Deadline>| d.as_ref().map_or("none", Deadline::text).to_owned();
            format!(
                "{} {}: {} -> {}, {}",
                revision.date,
                revision.milestone.as_deref().unwrap_or("-"),
                words(&revision.from),
                words(&revision.to),
                revision.reason.as_deref().unwrap_or("-"),
            )
        };
        self.commitment().revisions.iter().map(told).collect()
    }
}

pub fn edited(from: &str, to: &str) -> String {
    assert!(RECORD.contains(from));
    RECORD.replace(from, to)
}

pub fn update(date: &str, text: &str) -> Update {
    Update {
        date: day(date),
        by: None,
        given: None,
        reported: Reported::Ongoing,
        confidence: None,
        text: Some(text.into()),
        evidence: Vec::new(),
        next: None,
        state: UpdateState::Submitted,
        reviewed: None,
        reviewer: None,
        words: None,
        assessed: None,
        ask: None,
        extension: None,
        confidentiality: crate::domain::commitment::Confidentiality::Internal,
        entered: None,
    }
}

pub fn deadline(text: &str) -> Option<Deadline> {
    Some(Deadline::parse(text).unwrap())
}
