//! Outcome documents: what a meeting left in writing, who issued it and with what authority.

use chrono::NaiveDate;

use super::ids::{DocumentId, MeetingId, PartyId};

closed_list! {
    /// Whose word it is.
    Authority {
        /// Agreed by all sides.
        Agreed = "agreed",
        /// The chair's own account.
        Chair = "chair",
        /// One side's account.
        Unilateral = "unilateral",
    }
}

/// A press release, a co-chairs' summary, a chairman's statement, a plan of action. Two sides may
/// each issue their own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    pub id: DocumentId,
    pub meeting: Option<MeetingId>,
    /// "press release", "chairman's statement", in the issuer's words.
    pub kind: Option<String>,
    pub title: String,
    pub issued: Option<NaiveDate>,
    pub issuer: Option<PartyId>,
    pub authority: Option<Authority>,
    /// The full text, where the record carries it.
    pub text: Option<String>,
    /// SHA-256 of the text, in lower-case hexadecimal.
    pub sha256: Option<String>,
}

impl Document {
    /// The paragraphs of the text, numbered from 1 as commitments cite them: stretches of text
    /// between blank lines, white space folded.
    pub fn paragraphs(&self) -> Vec<String> {
        self.text.as_deref().map(paragraphs).unwrap_or_default()
    }
}

/// Splits a text at blank lines and folds the white space of each paragraph.
pub fn paragraphs(text: &str) -> Vec<String> {
    let mut found = vec![Vec::new()];
    for line in text.lines() {
        let words = line.split_whitespace();
        if line.trim().is_empty() {
            found.push(Vec::new());
        } else if let Some(paragraph) = found.last_mut() {
            paragraph.extend(words);
        }
    }
    found
        .into_iter()
        .filter(|p| !p.is_empty())
        .map(|p| p.join(" "))
        .collect()
}
