//! What the words before a name say of it: at which meeting, whether it is the next one, whether it is a
//! new thing of an old name.

use crate::intake::tokens::tokenize_phrase;

/// The word that says how an act stands to the meeting it names: `at the upcoming PMC`, `on the
/// margins of the Summit`, `prior to the Summit`.
pub(super) fn preposition_before(quote: &str, name: &str) -> Option<&'static str> {
    let before = words_before(quote, name)?;
    let mut before = before.iter().map(String::as_str).peekable();
    loop {
        match before.next()? {
            "the" | "our" | "its" | "their" | "this" | "annual" => {}
            word if COMING.contains(&word) => {}
            "of" => {
                let aside = before.next();
                return matches!(aside, Some("sidelines" | "margins")).then_some("at");
            }
            "to" => return (before.next() == Some("prior")).then_some("before"),
            "at" | "during" => return Some("at"),
            "before" => return Some("before"),
            _ => return None,
        }
    }
}

/// Words that say that a meeting is the next one.
const COMING: [&str; 5] = ["next", "upcoming", "forthcoming", "coming", "following"];

/// Whether a text speaks of a meeting as the next one.
pub(super) fn comes(text: &str, name: &str) -> bool {
    let before = words_before(text, name).unwrap_or_default();
    before
        .iter()
        .take(2)
        .any(|word| COMING.contains(&word.as_str()))
}

/// Whether a text speaks of an instrument that is yet to be made, beside one of the same name: `a new
/// Plan of Action`, `the successor Plan of Action`.
pub(super) fn is_a_new_one(text: &str, name: &str) -> bool {
    let before = words_before(text, name).unwrap_or_default();
    let new = ["new", "successor", "subsequent", "next", "future"];
    before
        .iter()
        .take(2)
        .any(|word| new.contains(&word.as_str()))
}

/// How much of a sentence is looked through, in characters: no more is said of one meeting.
const REACH: usize = 12_000;

/// The words before a name in a text, in lower case, the nearest first; `None` where it is not there.
fn words_before(text: &str, name: &str) -> Option<Vec<String>> {
    let words = |text: &str| -> Vec<String> {
        let text: String = text.chars().take(REACH).collect();
        let tokens = tokenize_phrase(&text).into_iter();
        tokens.map(|token| token.lower.to_string()).collect()
    };
    let (text, name) = (words(text), words(name));
    if name.is_empty() {
        return None;
    }
    let at = text.windows(name.len()).position(|here| here == name)?;
    Some(text[..at].iter().rev().take(8).cloned().collect())
}

/// The meeting in the words of a deadline that has no date: `at the next Summit`.
pub(super) fn meeting_in(text: &str) -> Option<(String, bool)> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let mut comes = false;
    while let Some(first) = words.first() {
        let lower = first.to_lowercase();
        let small = [
            "at",
            "by",
            "before",
            "until",
            "during",
            "of",
            "to",
            "the",
            "our",
            "its",
            "their",
            "prior",
            "on",
            "margins",
            "sidelines",
        ];
        let is_coming = COMING.contains(&lower.as_str());
        if !is_coming && !small.contains(&lower.as_str()) {
            break;
        }
        comes |= is_coming;
        words.remove(0);
    }
    (!words.is_empty()).then(|| (words.join(" "), comes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_before_the_meeting_decides() {
        let quote = "will be endorsed at the\nupcoming ASEAN Post Ministerial Conference with the U.S. in July";
        let name = "ASEAN Post Ministerial Conference with the U.S.";
        assert_eq!(preposition_before(quote, name), Some("at"));
        let quote = "will report on it to the 13th ASEAN-U.S. Summit";
        assert_eq!(preposition_before(quote, "13th ASEAN-U.S. Summit"), None);
        let quote = "will meet on the sidelines of the 13th ASEAN\u{2013}U.S. Summit.";
        assert_eq!(
            preposition_before(quote, "13th ASEAN-U.S. Summit"),
            Some("at")
        );
        let quote = "to conclude it prior to the 13th ASEAN-U.S. Summit, as agreed";
        assert_eq!(
            preposition_before(quote, "13th ASEAN-U.S. Summit"),
            Some("before")
        );
        assert!(comes("at the upcoming Summit", "Summit") && !comes("at the Summit", "Summit"));
        assert_eq!(
            meeting_in("on the margins of the next ASEAN-U.S. Summit"),
            Some(("ASEAN-U.S. Summit".into(), true))
        );
    }
}
