//! What a document is beside those on record: the same one again, another account of a meeting, or new.

use serde::{Deserialize, Serialize};

use super::keys::key;
use crate::domain::book::Book;
use crate::domain::document::Document;
use crate::domain::ids::{DocumentId, MeetingId};
use crate::intake::frame::Frame;
use crate::intake::lexicon::Lexicon;
use crate::intake::tokens::tokenize;
use crate::record::sha256_of;
use crate::wording;

/// What a document is, and in words why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentMatch {
    pub is: DocumentIs,
    pub why: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentIs {
    /// It is on record already.
    AlreadyThere {
        document: DocumentId,
    },
    /// The record has other accounts of the same meeting.
    OtherAccount {
        meeting: MeetingId,
        of: Vec<DocumentId>,
    },
    New,
}

impl DocumentMatch {
    /// The document of the record that this is.
    pub fn already_there(&self) -> Option<&DocumentId> {
        match &self.is {
            DocumentIs::AlreadyThere { document } => Some(document),
            DocumentIs::OtherAccount { .. } | DocumentIs::New => None,
        }
    }

    /// The other accounts of its meeting.
    pub fn other_accounts(&self) -> &[DocumentId] {
        match &self.is {
            DocumentIs::OtherAccount { of, .. } => of,
            DocumentIs::AlreadyThere { .. } | DocumentIs::New => &[],
        }
    }
}

/// What is known of the text that came in.
pub(super) struct Incoming<'a> {
    pub(super) text: &'a str,
    pub(super) frame: &'a Frame,
    pub(super) issued: chrono::NaiveDate,
    pub(super) meeting: Option<&'a MeetingId>,
    /// As what it stands on record, where somebody said so.
    pub(super) document: Option<&'a DocumentId>,
}

/// 1. What a person said.
/// 2. The same text: by its hash, or word for word in another layout.
/// 3. The same title, meeting and date as one of which the record has no text.
/// 4. Another account, where the record has one of the same meeting.
pub(super) fn document(incoming: &Incoming<'_>, book: &Book, lexicon: &Lexicon) -> DocumentMatch {
    let there = |document: &DocumentId, why: String| DocumentMatch {
        is: DocumentIs::AlreadyThere {
            document: document.clone(),
        },
        why,
    };
    if let Some(document) = incoming.document {
        return there(document, "it stands on record".to_owned());
    }
    let hash = sha256_of(incoming.text);
    let mut all = book.documents.values();
    if let Some(same) = all.find(|d| d.sha256.as_ref() == Some(&hash)) {
        return there(&same.id, format!("the very same text as “{}”", same.title));
    }
    let folded = folded(incoming.text);
    let mut all = book.documents.values();
    if let Some(same) = all.find(|d| d.text.as_deref().is_some_and(|t| is_folded_so(t, &folded))) {
        let why = format!("word for word “{}”, in another layout", same.title);
        return there(&same.id, why);
    }
    let mut all = book.documents.values();
    if let Some(same) = all.find(|d| is_titled_alike(d, incoming, lexicon)) {
        let why = format!(
            "the same title, meeting and date as “{}”, of which the record has no text to compare",
            same.title
        );
        return there(&same.id, why);
    }
    let Some(meeting) = incoming.meeting else {
        return DocumentMatch {
            is: DocumentIs::New,
            why: "the record has no such text, and which meeting it is of is not known".to_owned(),
        };
    };
    let of: Vec<&Document> = book
        .documents
        .values()
        .map(AsRef::as_ref)
        .filter(|d| d.meeting.as_ref() == Some(meeting))
        .collect();
    if of.is_empty() {
        return DocumentMatch {
            is: DocumentIs::New,
            why: "the record has no document of that meeting yet".to_owned(),
        };
    }
    let told: Vec<String> = of.iter().map(|d| told(d)).collect();
    DocumentMatch {
        is: DocumentIs::OtherAccount {
            meeting: meeting.clone(),
            of: of.iter().map(|d| d.id.clone()).collect(),
        },
        why: format!("of the same meeting the record has {}", told.join(" and ")),
    }
}

/// A document with whose word it is: `“Outcomes of the Dialogue” (one side's account)`.
pub(super) fn told(document: &Document) -> String {
    match document.authority {
        Some(authority) => format!("“{}” ({})", document.title, wording::authority(authority)),
        None => format!("“{}”", document.title),
    }
}

fn is_titled_alike(document: &Document, incoming: &Incoming<'_>, lexicon: &Lexicon) -> bool {
    let untold = document.text.is_none() && document.sha256.is_none();
    let title = incoming.frame.title.as_deref();
    untold
        && document.issued == Some(incoming.issued)
        && document.meeting.as_ref() == incoming.meeting
        && title
            .is_some_and(|title| key(title, lexicon).plain == key(&document.title, lexicon).plain)
}

/// The words alone: layout, hyphens at the ends of lines and the shape of quotation marks fall away.
fn folded(text: &str) -> Vec<Box<str>> {
    let chars: Vec<char> = text.chars().collect();
    let tokens = tokenize(&chars, 0, chars.len());
    let words = tokens.into_iter().filter(|t| t.is_word());
    words.map(|token| token.lower).collect()
}

fn is_folded_so(text: &str, words: &[Box<str>]) -> bool {
    // Most documents differ in their first words: no need to read them to the end.
    let head: String = text.chars().take(600).collect();
    let same_head = self::folded(&head)
        .iter()
        .take(20)
        .zip(words)
        .all(|(a, b)| a == b);
    same_head && !words.is_empty() && folded(text) == words
}
