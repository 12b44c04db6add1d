//! The short title of a commitment: what is to be done, without the cue and without its details.

use super::judging::is_gerund;
use super::names::words;
use super::tokens::Token;

/// Longest title, in words.
const LONGEST: usize = 14;

/// The title of an act that begins at `from` and ends before `to`.
pub fn title(tokens: &[Token], from: usize, to: usize) -> String {
    let mut at = from;
    while at < to
        && (tokens[at].is_any(&[
            "to",
            "the",
            "a",
            "an",
            "our",
            "their",
            "its",
            ",",
            "also",
            "further",
            "and",
            "jointly",
            "together",
            "continue",
            "therefore",
        ]) || tokens[at].is_manner())
    {
        at += 1;
    }
    if at >= to {
        at = from.min(to);
    }
    let mut end = at;
    while end < to && end - at < LONGEST {
        let token = &tokens[end];
        let next = tokens.get(end + 1).filter(|_| end + 1 < to);
        let detail = token.is_any(&[
            ";",
            ".",
            ":",
            "(",
            "\u{2014}",
            "which",
            "while",
            "whose",
            "through",
            "including",
            "via",
        ]) || token.is(",")
            && next.is_some_and(|t| {
                t.is_any(&[
                    "including",
                    "particularly",
                    "especially",
                    "such",
                    "in",
                    "through",
                    "which",
                    "while",
                    "as",
                    "with",
                    "by",
                    "building",
                    "taking",
                    "and",
                    "where",
                    "for",
                    "so",
                    "to",
                ])
            })
            || token.is("by") && is_gerund(next)
            || token.is("in")
                && next.is_some_and(|t| {
                    t.is_any(&[
                        "line",
                        "accordance",
                        "support",
                        "order",
                        "keeping",
                        "particular",
                    ])
                })
            || token.is("with") && next.is_some_and(|t| t.is("a"))
            || token.is("so") && next.is_some_and(|t| t.is_any(&["that", "as"]));
        if detail && end > at + 1 {
            break;
        }
        end += 1;
    }
    // A title does not end in the middle of a phrase.
    while end > at + 1
        && tokens[end - 1].is_any(&[
            "of", "and", "the", "a", "an", "to", "in", "on", "for", "with", "by", "at", ",", "or",
            "as", "from", "our", "their", "its", ".", ";", "that", "under", "into", "between",
            "across",
        ])
    {
        end -= 1;
    }
    capitalised(&words(tokens, at, end))
}

/// The first letter a capital; a word in capitals throughout written small.
pub fn capitalised(text: &str) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    if let Some(first) = words.first_mut() {
        let shouted = first.chars().count() > 3
            && !first.chars().any(char::is_lowercase)
            && !first.contains(['.', '-']);
        let lower = if shouted {
            first.to_lowercase()
        } else {
            first.clone()
        };
        let mut chars = lower.chars();
        *first = chars
            .next()
            .map_or(String::new(), |c| c.to_uppercase().chain(chars).collect());
    }
    words.join(" ")
}
