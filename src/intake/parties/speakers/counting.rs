//! Names that stand together, counted: in compounds, in lists, as those who act.

use std::collections::HashMap;

use crate::intake::blocks::{Block, sentences};
use crate::intake::lexicon::Lexicon;
use crate::intake::parties::compounds::compound;
use crate::intake::parties::{list, mentions};
use crate::intake::tokens::Token;

/// `The United States and the European Union will`: names that act together, in its first words or
/// most often.
pub(super) fn together(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    let mut counted: Vec<(Vec<usize>, usize)> = Vec::new();
    let mut before = 0;
    for block in blocks {
        let tokens = &block.tokens;
        before += tokens.len();
        for (start, end) in sentences(tokens) {
            // What stands in front: `Today,`, `On trade,`, `In Jakarta,`.
            let near = mentions(tokens, start, end.min(start + 20), lexicon);
            let acting = near.iter().find_map(|mention| {
                let (names, end) = list(tokens, mention.from, end, lexicon);
                (names.len() > 1 && acts_behind(tokens, end, lexicon)).then_some(names)
            });
            let Some(names) = acting else { continue };
            if before - tokens.len() + start < FIRST_WORDS {
                return Some(names);
            }
            match counted.iter_mut().find(|(known, _)| same(known, &names)) {
                Some((_, count)) => *count += 1,
                None => counted.push((names, 1)),
            }
        }
    }
    best(counted)
}

/// Whether a verb follows, past its adverbs and an insertion in brackets.
pub(super) fn acts_behind(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    let bracket = tokens.get(at).is_some_and(|t| t.is("("));
    let close = (at..tokens.len().min(at + 8)).find(|n| bracket && tokens[*n].is(")"));
    let at = close.map_or(at, |n| n + 1);
    let verb = (at..tokens.len().min(at + 4))
        .find(|n| !lexicon.adverbs.contains(&*tokens[*n].lower) && !tokens[*n].is_manner());
    verb.is_some_and(|n| {
        let token = &tokens[n];
        !token.is_capital()
            && (lexicon.is_verb(&token.lower)
                || token.is_any(&[
                    "will", "shall", "are", "have", "were", "would", "had", "should",
                ])
                || token.lower.len() > 4 && token.lower.ends_with("ed"))
    })
}

/// `the friendship between Jordan and the United States`, in its first words.
pub(super) fn between(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    let mut left = FIRST_WORDS;
    for block in blocks {
        let tokens = &block.tokens;
        let found = (0..tokens.len().min(left))
            .filter(|n| tokens[*n].is("between"))
            .map(|n| list(tokens, n + 1, tokens.len(), lexicon).0)
            .find(|names| names.len() > 1);
        if found.is_some() {
            return found;
        }
        left = left.saturating_sub(tokens.len());
    }
    None
}

pub(super) fn lists(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    best(counted_lists(blocks, lexicon))
}

pub(super) fn counted_lists(blocks: &[Block], lexicon: &Lexicon) -> Vec<(Vec<usize>, usize)> {
    let mut counted: Vec<(Vec<usize>, usize)> = Vec::new();
    for block in blocks {
        let tokens = &block.tokens;
        let mut at = 0;
        while at < tokens.len() {
            let behind =
                tokens[at].is_any(&["between", "of", "among", "from", "both", "by"]) || at == 0;
            // `the Republic of Korea`, in the middle of a longer list.
            let part_of_name = at > 0
                && tokens[at].is("of")
                && tokens[at - 1].is_any(&["republic", "kingdom", "state", "commonwealth"]);
            let behind = behind && !part_of_name;
            let from = if at == 0 { 0 } else { at + 1 };
            at += 1;
            if !behind {
                continue;
            }
            let (names, end) = list(tokens, from, tokens.len(), lexicon);
            if names.len() < 2 {
                continue;
            }
            at = at.max(end);
            match counted.iter_mut().find(|(known, _)| same(known, &names)) {
                Some((_, count)) => *count += 1,
                None => counted.push((names, 1)),
            }
        }
    }
    counted
}

/// How many words of a document are its first: its title, or the sentence that says who met.
pub(super) const FIRST_WORDS: usize = 70;

pub(super) fn compounds(blocks: &[Block], most: usize, lexicon: &Lexicon) -> Option<Vec<usize>> {
    best(counted_compounds(blocks, most, lexicon))
}

pub(super) fn counted_compounds(
    blocks: &[Block],
    most: usize,
    lexicon: &Lexicon,
) -> Vec<(Vec<usize>, usize)> {
    let mut counted: Vec<(Vec<usize>, usize)> = Vec::new();
    let mut before = 0;
    for block in blocks {
        let mut at = 0;
        let end = block.tokens.len().min(most.saturating_sub(before));
        before += block.tokens.len();
        while at < end {
            let (names, length) = compound(&block.tokens, at, lexicon);
            at += length.max(1);
            // `the United States-Mexico-Canada Agreement` is not who speaks.
            let treaty = block.tokens[at.min(block.tokens.len())..]
                .iter()
                .take(4)
                .take_while(|t| t.is_capital())
                .any(|t| t.is_any(&["agreement", "treaty", "convention"]));
            if names.is_empty() || treaty {
                continue;
            }
            match counted.iter_mut().find(|(known, _)| same(known, &names)) {
                Some((_, count)) => *count += 1,
                None => counted.push((names, 1)),
            }
        }
    }
    counted
}

/// The same names in whatever order.
pub(super) fn same(some: &[usize], others: &[usize]) -> bool {
    some.len() == others.len() && some.iter().all(|name| others.contains(name))
}

/// The most frequent, the earlier of equals.
pub(super) fn best(counted: Vec<(Vec<usize>, usize)>) -> Option<Vec<usize>> {
    let most = counted.iter().map(|(_, count)| *count).max()?;
    let mut found = counted.into_iter();
    found
        .find(|(_, count)| *count == most)
        .map(|(names, _)| names)
}

pub(super) fn most_mentioned(blocks: &[Block], lexicon: &Lexicon) -> Vec<usize> {
    let mut counts: HashMap<usize, (usize, usize)> = HashMap::new();
    let mut order = 0;
    for block in blocks {
        for mention in mentions(&block.tokens, 0, block.tokens.len(), lexicon) {
            order += 1;
            counts.entry(mention.name).or_insert((0, order)).0 += 1;
        }
    }
    let most = counts.values().map(|(count, _)| *count).max().unwrap_or(0);
    let often = counts
        .into_iter()
        .filter(|(_, (count, _))| count * 3 >= most);
    let mut often: Vec<(usize, (usize, usize))> = often.collect();
    often.sort_by_key(|(_, (_, order))| *order);
    often.into_iter().map(|(name, _)| name).take(6).collect()
}
