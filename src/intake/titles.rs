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
    let phrase = phrase_end(tokens, at, to);
    let (end, cut) = fitted(tokens, at, phrase);
    let mut end = end;
    // A title does not end in the middle of a phrase.
    while end > at + 1
        && tokens[end - 1].is_any(&[
            "of",
            "and",
            "the",
            "a",
            "an",
            "to",
            "in",
            "on",
            "for",
            "with",
            "by",
            "at",
            ",",
            "or",
            "as",
            "from",
            "our",
            "their",
            "its",
            ".",
            ";",
            "that",
            "under",
            "into",
            "between",
            "across",
            "such",
            "related",
            "based",
            "consistent",
            "well",
            "including",
            "aimed",
            "leading",
        ])
    {
        end -= 1;
    }
    let text = capitalised(&without_brackets(tokens, at, end));
    if cut { format!("{text}\u{2026}") } else { text }
}

/// Where what is to be done ends, and its details begin.
fn phrase_end(tokens: &[Token], at: usize, to: usize) -> usize {
    let mut end = at;
    let mut listed = false;
    while end < to {
        let token = &tokens[end];
        let next = tokens.get(end + 1).filter(|_| end + 1 < to);
        let last = &tokens[end.saturating_sub(1)];
        // `the Second U.S. \u{2013} Pacific Islands Forum Summit`, `Peru (2024) and Viet Nam (2027)`.
        let within_name = token.is("\u{2014}")
            && end > at
            && last.is_capital()
            && next.is_some_and(Token::is_capital);
        if let Some(close) = bracket(tokens, end, to) {
            end = close + 1;
            continue;
        }
        let comma = token.is(",");
        // `the Window, the Grid, and the Agreement`: the last of a list.
        let last_of_list = comma && listed && next.is_some_and(|t| t.is("and"));
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
        ]) && !within_name
            || comma
                && !last_of_list
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
        listed |= comma;
        end += 1;
    }
    end
}

/// A short insertion in brackets that begins at a token: where it ends.
fn bracket(tokens: &[Token], at: usize, to: usize) -> Option<usize> {
    let opens = tokens[at].is("(");
    opens
        .then(|| (at + 1..to.min(at + 6)).find(|n| tokens[*n].is(")")))
        .flatten()
}

/// Where a title of the longest length ends, and whether it is cut where no phrase ends: a name is
/// written out, a few words more end the phrase, else it stops in front of a preposition.
fn fitted(tokens: &[Token], at: usize, phrase: usize) -> (usize, bool) {
    const FEW: usize = 4;
    const NAME: usize = 12;
    let counted = |from: usize, to: usize| (from..to).filter(|n| tokens[*n].is_word()).count();
    let mut end = at;
    while end < phrase && counted(at, end) < LONGEST {
        end += 1;
    }
    if end >= phrase || counted(end, phrase) <= FEW {
        return (phrase, false);
    }
    let in_name = |n: usize| {
        let next = &tokens[(n + 1).min(phrase - 1)];
        tokens[n].is_capital()
            || next.is_capital()
                && tokens[n].is_any(&["of", "and", "the", "for", "on", "to", "a", ",", "'s"])
    };
    if in_name(end) && in_name(end - 1) {
        let name = (end..phrase.min(end + NAME))
            .find(|n| !in_name(*n))
            .unwrap_or(phrase.min(end + NAME));
        return (name, false);
    }
    let stop = (at + 4..=end).rev().find(|n| {
        let hangs = tokens[*n].is_any(&[
            "of", "in", "on", "for", "with", "by", "at", "to", "from", "under", "across",
            "between", "among", "towards", "against", "within", "as", "that",
        ]);
        let part_of_name =
            tokens[n - 1].is_capital() && tokens.get(n + 1).is_some_and(Token::is_capital);
        hangs && !part_of_name && !tokens[n - 1].is_any(&["and", ",", "or"])
    });
    stop.map_or((end, true), |stop| (stop, false))
}

/// The words without what stands in brackets.
fn without_brackets(tokens: &[Token], from: usize, to: usize) -> String {
    let mut text = String::new();
    let mut at = from;
    while at < to {
        if let Some(close) = bracket(tokens, at, to) {
            at = close + 1;
            continue;
        }
        let next = (at..to)
            .find(|n| bracket(tokens, *n, to).is_some())
            .unwrap_or(to);
        if !text.is_empty() && !tokens[at].is_any(&[",", "'s", "."]) {
            text.push(' ');
        }
        text.push_str(&words(tokens, at, next));
        at = next;
    }
    text
}

/// The first letter a capital; a word in capitals throughout written small.
pub fn capitalised(text: &str) -> String {
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    if let Some(first) = words.first_mut() {
        const NAMES: [&str; 10] = [
            "ASEAN", "APEC", "NATO", "OPEC", "AUKUS", "UNCLOS", "COVAX", "CARICOM", "BIMSTEC",
            "SAARC",
        ];
        let shouted = first.chars().count() > 3
            && !NAMES.contains(&&**first)
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
