//! Named things in a clause: instruments (agreements, plans, programmes) and meetings.

use super::lexicon::Lexicon;
use super::tokens::Token;
use super::when::is_ordinal;

/// A name: its tokens, and whether it names a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Named {
    pub from: usize,
    pub to: usize,
    pub meeting: bool,
}

/// The longest name, in tokens.
const LONGEST: usize = 30;

/// The names between two tokens.
pub fn names(tokens: &[Token], from: usize, to: usize, lexicon: &Lexicon) -> Vec<Named> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        if !starts(tokens, at) {
            at += 1;
            continue;
        }
        let end = run(tokens, at, to, lexicon);
        if let Some(named) = named(tokens, at, end, lexicon) {
            found.push(named);
        }
        at = end.max(at + 1);
    }
    found
}

fn starts(tokens: &[Token], at: usize) -> bool {
    // The first word of a sentence is a capital whatever it is.
    if tokens[at].is_any(&[
        "the", "on", "in", "at", "we", "both", "to", "under", "through", "this", "our", "as",
        "for", "with", "a", "by",
    ]) {
        return false;
    }
    tokens[at].is_capital() || tokens[at].is_number() && is_ordinal(&tokens[at])
}

/// One past the last token of a run of capitalised words, held together by small ones.
fn run(tokens: &[Token], from: usize, to: usize, lexicon: &Lexicon) -> usize {
    let mut end = from + 1;
    let mut at = from + 1;
    let to = to.min(from + LONGEST);
    let mut aim = false;
    while at < to {
        let token = &tokens[at];
        let next_capital = tokens.get(at + 1).is_some_and(Token::is_capital);
        // `Statement to Promote a Stronger, Safer and More Prosperous Region`: what it is for.
        aim |= token.is("to") && next_capital && tokens[at - 1].is_capital();
        if aim && at + 1 < to && token.is_any(&["and", ","]) && next_capital {
            at += 1;
            continue;
        }
        let kind = (from..end).any(|n| is_kind(&tokens[n], lexicon));
        if token.is_capital() || is_year_of_name(tokens, at) {
            at += 1;
            end = at;
        } else if token.is("(") && tokens.get(at + 2).is_some_and(|t| t.is(")")) {
            // `(DEFA)`, `(2021-2025)`
            at += 3;
            end = at;
        } else if token.is_any(&["of", "on", "for", "the", "'s", "in", "to", "with"])
            || token.is_any(&["and", ","]) && !kind
            || token.is("a") && tokens.get(at + 1).is_some_and(Token::is_capital)
        {
            at += 1;
        } else {
            break;
        }
        // `in Jakarta`, `with the U.S.`: what follows a complete name and is none of its words.
        if kind && tokens.get(at - 1).is_some_and(|t| t.is("in")) {
            break;
        }
    }
    end
}

fn is_year_of_name(tokens: &[Token], at: usize) -> bool {
    tokens[at].is_number() && tokens[at].text.len() >= 4 && tokens[at - 1].is_capital()
}

fn is_kind(token: &Token, lexicon: &Lexicon) -> bool {
    token.is_capital()
        && (lexicon.instruments.contains(&*token.lower) || lexicon.meetings.contains(&*token.lower))
}

fn named(tokens: &[Token], from: usize, to: usize, lexicon: &Lexicon) -> Option<Named> {
    let words = &tokens[from..to];
    let meeting = words
        .iter()
        .rposition(|t| t.is_capital() && lexicon.meetings.contains(&*t.lower));
    let instrument = words
        .iter()
        .rposition(|t| t.is_capital() && lexicon.instruments.contains(&*t.lower));
    if words.len() == 1 && !words[0].text.contains('-') {
        return None;
    }
    match (meeting, instrument) {
        (Some(meeting), Some(instrument)) => Some(Named {
            from,
            to,
            meeting: meeting >= instrument && !words[0].is("Leaders"),
        }),
        (Some(_), None) => Some(Named {
            from,
            to,
            meeting: true,
        }),
        (None, Some(_)) => Some(Named {
            from,
            to,
            meeting: false,
        }),
        (None, None) => None,
    }
}

/// The words of tokens, as they are written, white space folded.
pub fn words(tokens: &[Token], from: usize, to: usize) -> String {
    let mut text = String::new();
    for (n, token) in tokens[from..to.max(from)].iter().enumerate() {
        let tight = n > 0 && tokens[from + n - 1].is("(");
        if n > 0 && !tight && token.spaced {
            text.push(' ');
        }
        text.push_str(&token.text);
    }
    text
}
