//! Promises in the document they come from: where a paragraph carries their words, and which
//! commitment each stretch belongs to.

use std::ops::Range;

use serde::Serialize;

/// A stretch of a paragraph.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stretch {
    pub text: String,
    pub promised: bool,
}

/// Cuts a paragraph into stretches that were promised and stretches that were not. Quotations may
/// overlap: one sentence often carries several promises. Those that do not stand in it are left out.
pub fn marked(paragraph: &str, quotations: &[&str]) -> Vec<Stretch> {
    let mut found: Vec<Range<usize>> = quotations
        .iter()
        .filter_map(|quotation| find(paragraph, quotation))
        .collect();
    found.sort_by_key(|r| (r.start, r.end));
    let mut merged: Vec<Range<usize>> = Vec::new();
    for range in found {
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    let mut stretches = Vec::new();
    let mut at = 0;
    let mut push = |text: &str, promised| {
        if !text.is_empty() {
            stretches.push(Stretch {
                text: text.to_owned(),
                promised,
            });
        }
    };
    for range in merged {
        push(&paragraph[at..range.start], false);
        push(&paragraph[range.clone()], true);
        at = range.end;
    }
    push(&paragraph[at..], false);
    stretches
}

/// Where a quotation stands in a paragraph, white space folded.
pub fn find(paragraph: &str, quotation: &str) -> Option<Range<usize>> {
    let folded = quotation.split_whitespace().collect::<Vec<_>>().join(" ");
    if folded.is_empty() {
        return None;
    }
    let start = paragraph.find(&folded)?;
    Some(start..start + folded.len())
}

/// A passage and those who quote it, where a document's text is not on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passage<'a, T> {
    pub words: &'a str,
    pub quoted_by: Vec<T>,
}

/// The passages of one paragraph: a quotation that stands within a longer one is told there, with
/// the others who quote from it.
pub fn passages<'a, T: Clone>(quotations: &[(&'a str, T)]) -> Vec<Passage<'a, T>> {
    let mut longest: Vec<&'a str> = Vec::new();
    for (words, _) in quotations {
        let within = |other: &str| other.len() > words.len() && find(other, words).is_some();
        let is_longest = !quotations.iter().any(|(other, _)| within(other));
        if is_longest && !longest.contains(words) {
            longest.push(words);
        }
    }
    longest
        .into_iter()
        .map(|words| Passage {
            words,
            quoted_by: quotations
                .iter()
                .filter(|(quoted, _)| find(words, quoted).is_some())
                .map(|(_, by)| by.clone())
                .collect(),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlapping_quotations_are_marked_once() {
        let stretches = marked(
            "We will meet and we will talk.",
            &["will meet", "meet and we", "absent"],
        );
        let told: Vec<_> = stretches
            .iter()
            .map(|s| (s.text.as_str(), s.promised))
            .collect();
        assert_eq!(
            told,
            [
                ("We ", false),
                ("will meet and we", true),
                (" will talk.", false)
            ]
        );
        assert_eq!(marked("Nothing here.", &[]).len(), 1);
    }

    #[test]
    fn a_quotation_within_a_longer_one_is_told_there() {
        let told = passages(&[
            ("to a", 1),
            ("to a and b", 2),
            ("elsewhere", 3),
            ("to a and b", 4),
        ]);
        assert_eq!(
            told,
            [
                Passage {
                    words: "to a and b",
                    quoted_by: vec![1, 2, 4]
                },
                Passage {
                    words: "elsewhere",
                    quoted_by: vec![3]
                },
            ]
        );
    }
}
