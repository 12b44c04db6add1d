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

/// Where the paragraphs stand, in code points of the text: each from its first to one past its last
/// character that is not white space. The n-th here is the n-th of [`paragraphs`].
pub fn paragraph_places(text: &str) -> Vec<std::ops::Range<u32>> {
    let mut found: Vec<std::ops::Range<u32>> = Vec::new();
    let (mut at, mut goes_on) = (0, false);
    for line in text.split_inclusive('\n') {
        let from = at;
        at += count(line);
        let words = line.trim();
        if words.is_empty() {
            goes_on = false;
            continue;
        }
        let first = from + count(line) - count(line.trim_start());
        let end = first + count(words);
        match found.last_mut() {
            Some(last) if goes_on => last.end = end,
            _ => found.push(first..end),
        }
        goes_on = true;
    }
    found
}

fn count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_places_are_those_of_the_paragraphs() {
        let text = "\n  Café \n  one \r\n\r\n \t \n\u{c}two\n\nthree\u{c}\nthree";
        let chars: Vec<char> = text.chars().collect();
        let told: Vec<String> = paragraph_places(text)
            .into_iter()
            .map(|place| {
                let words: String = chars[place.start as usize..place.end as usize]
                    .iter()
                    .collect();
                words.split_whitespace().collect::<Vec<_>>().join(" ")
            })
            .collect();
        assert_eq!(told, paragraphs(text));
        assert_eq!(told, ["Café one", "two", "three three"]);
        assert!(paragraph_places(" \n ").is_empty());
    }
}
