//! Whether two quotations are of the same words, whatever their layout.

use crate::intake::tokens::tokenize_phrase;

/// The longest quotation that is compared to its end, in words.
const LONGEST: usize = 1_000;

/// The words alone.
pub(super) fn words_of(text: &str) -> Vec<Box<str>> {
    let text: String = text.chars().take(LONGEST * 20).collect();
    let tokens = tokenize_phrase(&text);
    let words = tokens.into_iter().filter(|t| t.is_word()).take(LONGEST);
    words.map(|token| token.lower).collect()
}

/// Fewer words are said by chance.
const FEWEST: usize = 4;

/// Whether two quotations are of the same words: so many in a hundred words of the shorter stand, in
/// one run, in the longer. Where a sentence was split, the parts begin and end elsewhere.
pub(super) fn are_the_same(a: &[Box<str>], b: &[Box<str>], percent: usize) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < FEWEST {
        return !short.is_empty() && short == long;
    }
    longest_run(short, long) * 100 >= short.len() * percent
}

/// The longest stretch of words that stands in both.
fn longest_run(short: &[Box<str>], long: &[Box<str>]) -> usize {
    let mut row = vec![0usize; short.len() + 1];
    let mut longest = 0;
    for word in long {
        let mut diagonal = 0;
        for (at, own) in short.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if own == word { diagonal + 1 } else { 0 };
            longest = longest.max(row[at + 1]);
            diagonal = above;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        are_the_same(&words_of(a), &words_of(b), 85)
    }

    #[test]
    fn quotations_of_the_same_words() {
        let sentence = "Both sides reaffirmed their commitments to curbing wildlife trafficking, illegal logging, and the trade in counterfeit medicine.";
        assert!(same(
            sentence,
            "Both sides reaffirmed their commitments to curbing wild-\nlife trafficking, illegal logging"
        ));
        assert!(same(
            "reaffirmed their commitments to curbing wildlife",
            sentence
        ));
        assert!(!same(
            sentence,
            "Both sides reaffirmed their commitments to the rule of law"
        ));
        assert!(!same("Both sides", sentence));
        assert!(same("Both sides", "both sides"));
    }
}
