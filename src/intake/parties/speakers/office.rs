//! Leaders in office, and the states they bring.

use super::counting::{FIRST_WORDS, best, counted_compounds, counted_lists};
use crate::intake::blocks::{Block, sentences};
use crate::intake::lexicon::Lexicon;
use crate::intake::parties::{Mention, list, mentions};
use crate::intake::tokens::Token;

/// How many words stand in front of two people in office who meet, if they meet among the first.
pub(super) fn first_words(blocks: &[Block], lexicon: &Lexicon) -> usize {
    let mut before = 0;
    for block in blocks {
        let tokens = &block.tokens;
        for (start, end) in sentences(tokens) {
            let sent = |mention: &&Mention| holds_office(tokens, start, mention, lexicon);
            let found = mentions(tokens, start, end, lexicon);
            let two: Vec<&Mention> = found.iter().filter(sent).collect();
            if two.len() > 1 && two.iter().any(|m| m.name != two[0].name) {
                return FIRST_WORDS.min(before + two[0].from);
            }
        }
        before += tokens.len();
    }
    FIRST_WORDS
}

/// `Prime Minister A of Japan, President B of the Republic of Korea and President C of the United
/// States met`: the first sentence with two of them in office, each with a state. Where one of two
/// has none (`President A welcomed Prime Minister B of Iraq`), it is the state that is mentioned
/// together with the other one.
pub(super) fn in_office(
    opening: &[Block],
    blocks: &[Block],
    lexicon: &Lexicon,
) -> Option<Vec<usize>> {
    let mut known = None;
    for block in opening {
        let tokens = &block.tokens;
        for (start, end) in sentences(tokens) {
            let mut names = Vec::new();
            for mention in mentions(tokens, start, end, lexicon) {
                if !holds_office(tokens, start, &mention, lexicon) {
                    continue;
                }
                // `the Prime Ministers of Denmark, Iceland and Norway`.
                let (sending, _) = list(tokens, mention.from, end, lexicon);
                for name in std::iter::once(mention.name).chain(sending) {
                    let name = presided(name, lexicon);
                    if !names.contains(&name) {
                        names.push(name);
                    }
                }
            }
            if names.len() > 1 {
                return Some(names);
            }
            let persons = (start..end).filter(|n| {
                lexicon.offices.contains(&*tokens[*n].lower)
                    && tokens[*n].is_capital()
                    && tokens.get(n + 1).is_some_and(Token::is_capital)
            });
            if persons.count() > 1 {
                known = known.or(names.first().copied());
            }
        }
    }
    let known = known?;
    let pairs = counted_compounds(blocks, usize::MAX, lexicon)
        .into_iter()
        .chain(counted_lists(blocks, lexicon))
        .filter(|(names, _)| names.len() == 2 && names.contains(&known));
    best(pairs.collect())
}

/// Whom an officer of a body speaks for: the President of the Commission for the Union.
pub(super) fn presided(name: usize, lexicon: &Lexicon) -> usize {
    let label = &lexicon.name_at(name).label;
    let group = (label == "European Commission").then(|| lexicon.labelled("EU"));
    group.flatten().unwrap_or(name)
}

/// Whether somebody in office stands beside a name: `President A of Korea`, `the Korean President`.
pub(super) fn holds_office(
    tokens: &[Token],
    start: usize,
    mention: &Mention,
    lexicon: &Lexicon,
) -> bool {
    let office = |t: &Token| {
        t.is_capital()
            && (lexicon.offices.contains(&*t.lower)
                || lexicon.offices.contains(t.lower.trim_end_matches('s')))
    };
    let behind = mention.to + usize::from(mention.owns);
    // `the Korean President`, `European Commission Executive Vice President`.
    let title = tokens
        .iter()
        .skip(behind)
        .take(3)
        .take_while(|t| t.is_capital())
        .position(|t| office(t) || t.is("prime"));
    if title.is_some_and(|n| n == 0 || tokens[behind].is_any(&["vice", "executive", "deputy"])) {
        return true;
    }
    let mut of = mention.from;
    while of > start && tokens[of - 1].is_any(&["the", "republic", "kingdom"]) {
        of -= 1;
    }
    let of = of
        .checked_sub(1)
        .filter(|n| *n >= start && tokens[*n].is("of"));
    of.is_some_and(|of| {
        (of.saturating_sub(9).max(start)..of)
            .rev()
            .take_while(|n| !tokens[*n].is("and") && !tokens[*n].is(";"))
            .any(|n| office(&tokens[n]))
    })
}
