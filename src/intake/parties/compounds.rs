//! Parties held together by hyphens or dashes: `ASEAN-U.S.`, `United States-Japan-ROK`,
//! `Australia - New Zealand Foreign Ministers`.

use crate::intake::lexicon::Lexicon;
use crate::intake::tokens::Token;

/// How many tokens a compound is looked for in.
const REACH: usize = 12;

/// A part of a compound.
struct Piece {
    token: Token,
    /// A hyphen stands before it; or a dash with spaces around.
    joined: bool,
    dashed: bool,
    /// Which token it is of.
    of: usize,
}

/// The parties in a compound that begins at a token, and how many tokens it has.
pub(super) fn compound(tokens: &[Token], at: usize, lexicon: &Lexicon) -> (Vec<usize>, usize) {
    let none = (Vec::new(), 0);
    if !tokens[at].is_capital() || !begins(&tokens[at], lexicon) {
        return none;
    }
    let pieces = pieces(tokens, at, lexicon);
    if !pieces.iter().any(|p| p.joined) {
        return none;
    }
    let words: Vec<Token> = pieces.iter().map(|p| p.token.clone()).collect();
    let (mut names, mut from, mut dashed) = (Vec::new(), 0, false);
    while let Some((name, length, _)) = words.get(from).and_then(|_| lexicon.name(&words, from)) {
        let torn = pieces[from + 1..from + length].iter().any(|p| p.joined);
        if torn {
            break;
        }
        if !names.contains(&name) {
            names.push(name);
        }
        from += length;
        match pieces.get(from) {
            Some(next) if next.joined => dashed |= next.dashed,
            _ => break,
        }
        // An unknown part: `U.S.-led`, `China-plus`.
        if lexicon.name(&words, from).is_none() {
            return none;
        }
    }
    if names.len() < 2 {
        return none;
    }
    let end = pieces[from - 1].of + 1;
    // `Japan - Korea` with spaces is a compound only in front of what it names.
    let names_something = tokens.get(end).is_some_and(Token::is_capital);
    if dashed && !names_something {
        return none;
    }
    (names, end - at)
}

/// Whether a token, or its first part, begins a name.
fn begins(token: &Token, lexicon: &Lexicon) -> bool {
    let first = token.lower.split('-').next().unwrap_or_default();
    lexicon.begins_name(&token.lower) || lexicon.begins_name(first)
}

fn pieces(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = Vec::new();
    let (mut joined, mut dashed) = (false, false);
    for (of, token) in tokens.iter().enumerate().skip(at).take(REACH) {
        if token.is("\u{2014}") {
            (joined, dashed) = (true, true);
            continue;
        }
        if !token.is_word() && !token.is("+") {
            break;
        }
        let whole = !token.text.contains('-') || lexicon.name_of_word(&token.lower).is_some();
        let parts: Vec<&str> = if whole {
            vec![&token.text]
        } else {
            token.text.split('-').collect()
        };
        for (n, part) in parts.into_iter().enumerate() {
            pieces.push(Piece {
                token: Token {
                    text: part.into(),
                    lower: part.to_lowercase().into(),
                    ..token.clone()
                },
                joined: n > 0 || joined,
                dashed: n == 0 && dashed,
                of,
            });
            (joined, dashed) = (false, false);
        }
    }
    pieces
}
