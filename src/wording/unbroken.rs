//! Words that a document broke at the end of a line, as they are read. A promise keeps them as they
//! stand, since it quotes its document exactly; whoever reads it is spared the hyphen.

use std::borrow::Cow;

use crate::domain::folding::is_hyphen;

/// First parts that keep their hyphen wherever a line ends: `long-term`, `self-reliance`.
const KEPT: [&str; 42] = [
    "all", "anti", "broad", "climate", "counter", "cross", "evidence", "far", "first", "follow",
    "forward", "free", "full", "gender", "half", "high", "inter", "large", "like", "long", "low",
    "medium", "mid", "multi", "near", "non", "people", "post", "pre", "rules", "sector", "self",
    "short", "small", "socio", "solution", "sub", "time", "top", "two", "well", "whole",
];

/// What follows a first part that was left hanging on purpose: `short- and long-term`.
const HANGING: [&str; 8] = ["and", "or", "to", "as", "but", "nor", "through", "versus"];

/// The words without the breaks that a line end made in them. A hyphen at the end of a line vanishes
/// before a small letter, but for the compounds that have one anyway: those of [`KEPT`], and those that
/// the same text writes with one elsewhere.
pub fn unbroken(words: &str) -> Cow<'_, str> {
    if !words.contains(is_hyphen) {
        return Cow::Borrowed(words);
    }
    let mut read = String::with_capacity(words.len());
    let mut rest = words;
    while let Some(at) = rest.find(is_hyphen) {
        let (before, from) = rest.split_at(at);
        read.push_str(before);
        let hyphen = from.chars().next().unwrap_or('-');
        let behind = &from[hyphen.len_utf8()..];
        let next = behind.trim_start();
        let first = last_word(&read);
        let second = first_word(next);
        let is_broken = next.len() < behind.len() && !first.is_empty() && !second.is_empty();
        rest = match is_broken && !HANGING.contains(&second) {
            false => {
                read.push(hyphen);
                behind
            }
            true => {
                if hyphen != '\u{ad}' && keeps(first, second, words) {
                    read.push('-');
                }
                next
            }
        };
    }
    read.push_str(rest);
    Cow::Owned(read)
}

fn keeps(first: &str, second: &str, words: &str) -> bool {
    let is_small = second.starts_with(char::is_lowercase);
    let lower = first.to_lowercase();
    !is_small
        || first.chars().nth(1).is_none()
        || KEPT.contains(&&*lower)
        || words.to_lowercase().contains(&format!("{lower}-{second}"))
}

fn last_word(text: &str) -> &str {
    let is_of = |c: char| c.is_alphanumeric();
    &text[text.trim_end_matches(is_of).len()..]
}

fn first_word(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric());
    &text[..end.unwrap_or(text.len())]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::document::paragraphs;

    #[test]
    fn a_word_that_was_broken_is_read_as_one() {
        for (written, read) in [
            (
                "closer co-\noperation in trade",
                "closer cooperation in trade",
            ),
            ("closer co- operation", "closer cooperation"),
            ("a long-\nterm plan", "a long-term plan"),
            ("the Indo- Pacific", "the Indo-Pacific"),
            ("the ASEAN- U.S. Dialogue", "the ASEAN-U.S. Dialogue"),
            ("e- commerce", "e-commerce"),
            ("short- and long- term aims", "short- and long-term aims"),
            ("coop\u{ad}\neration", "cooperation"),
            (
                "the follow-up to the follow- up",
                "the follow-up to the follow-up",
            ),
            ("a start-up, and a start- up", "a start-up, and a start-up"),
            ("peace - and prosperity", "peace - and prosperity"),
            ("2021- 2025", "2021-2025"),
            ("nothing is broken here", "nothing is broken here"),
        ] {
            assert_eq!(unbroken(written), read);
        }
    }

    proptest! {
        /// Wherever lines break its words, a text is read without the breaks, and what is quoted of it
        /// is what stands in it.
        #[test]
        fn what_is_read_has_every_letter_and_what_is_quoted_stands_there(
            words in prop::collection::vec("[a-zé]{1,12}", 1..20),
            breaks in prop::collection::vec(0usize..13, 20),
        ) {
            // `and` behind a hyphen is left hanging on purpose.
            prop_assume!(!words.iter().any(|w| HANGING.iter().any(|h| w.ends_with(h))));
            let broken = words.iter().zip(&breaks).map(|(word, at)| {
                match word.char_indices().nth(*at).filter(|(at, _)| *at > 1) {
                    Some((at, _)) => format!("{}-\n{}", &word[..at], &word[at..]),
                    None => word.clone(),
                }
            });
            let text = broken.collect::<Vec<_>>().join(" ");
            let promise = text.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(paragraphs(&text), vec![promise.clone()], "quoted exactly");
            let read = unbroken(&promise);
            let letters = |text: &str| text.replace(['-', ' ', '\n'], "");
            prop_assert_eq!(letters(&read), letters(&text));
            prop_assert!(!read.contains("- "), "{}", read);
            prop_assert_eq!(unbroken(&read), read.clone());
            // With the breaks goes nothing else: the same words, in the same order.
            prop_assert_eq!(read.replace('-', ""), words.join(" "));
            prop_assert_eq!(unbroken(&text), read, "in the text as in the quotation");
        }

        #[test]
        fn anything_is_read_without_a_panic(text in "\\PC{0,60}") {
            let read = unbroken(&text).into_owned();
            prop_assert_eq!(unbroken(&read).into_owned(), read);
        }
    }
}
