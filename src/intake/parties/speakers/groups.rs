//! Groups of states that meet, speak or sign as one.

use std::collections::HashMap;

use super::counting::{FIRST_WORDS, counted_compounds};
use crate::intake::blocks::Block;
use crate::intake::lexicon::Lexicon;
use crate::intake::parties::{list, mentions};
use crate::intake::tokens::Token;
use crate::intake::when::is_ordinal;

/// `the 26th ASEAN Plus Three Foreign Ministers' Meeting`: a group, and the meeting of its series;
/// with whom it met, if that is said.
pub(super) fn convened(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    let mut before = 0;
    for block in blocks {
        let tokens = &block.tokens;
        // Further on it is another meeting: `as we prepare for the 13th WTO Ministerial`.
        let first = 2 * FIRST_WORDS > before || block.is_heading();
        before += tokens.len();
        for mention in mentions(tokens, 0, tokens.len(), lexicon) {
            if !first {
                break;
            }
            // Numbered, or in a heading: `Statement of the ASEAN Post Ministerial Conference with India`.
            let numbered =
                mention.from > 0 && is_ordinal(&tokens[mention.from - 1]) || block.is_heading();
            // `as we prepare for the 13th WTO Conference`: another one.
            let ahead = tokens[..mention.from]
                .iter()
                .rev()
                .find(|t| !t.is("the") && !is_ordinal(t))
                .is_some_and(|t| t.is_any(&["for", "towards", "before", "to"]));
            let group = lexicon.name_at(mention.name).is_group && !ahead;
            // `MEETING OF THE HEADS OF GOVERNMENT OF THE CARIBBEAN COMMUNITY`: the name stands last.
            let last = block.tokens[mention.from.saturating_sub(14)..mention.from]
                .iter()
                .any(|t| t.is_capital() && lexicon.meetings.contains(&*t.lower))
                && mention.from > 0
                && tokens[mention.from - 1].is_any(&["the", "of"]);
            let near = mention.to..tokens.len().min(mention.to + 8);
            let meets = near
                .into_iter()
                .take_while(|n| tokens[*n].is_capital() || tokens[*n].is("'s"))
                .any(|n| lexicon.meetings.contains(&*tokens[n].lower));
            if !(group && (numbered && meets || block.is_heading() && last)) {
                continue;
            }
            let mut names = vec![mention.name];
            let reach = mention.to..tokens.len().min(mention.to + 14);
            let with = reach.into_iter().find(|n| tokens[*n].is("with"));
            let partners = with.map(|n| list(tokens, n + 1, tokens.len(), lexicon).0);
            names.extend(partners.into_iter().flatten());
            names.dedup();
            return Some(names);
        }
    }
    None
}

pub(super) fn a_group(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    let mut counts: HashMap<usize, (usize, usize)> = HashMap::new();
    let mut order = 0;
    for block in blocks {
        for mention in mentions(&block.tokens, 0, block.tokens.len(), lexicon) {
            if lexicon.name_at(mention.name).is_group {
                order += 1;
                let entry = counts.entry(mention.name).or_insert((0, order));
                entry.0 += 1;
            }
        }
    }
    let speaks = |name: &usize| {
        blocks.iter().any(|block| {
            mentions(&block.tokens, 0, block.tokens.len(), lexicon)
                .iter()
                .any(|m| m.name == *name && speaks_behind(&block.tokens, m.to, lexicon))
        })
    };
    let mut found: Vec<(usize, (usize, usize))> = counts.into_iter().collect();
    found.sort_by_key(|(_, (count, order))| (std::cmp::Reverse(*count), *order));
    let speaker = found.into_iter().find(|(name, _)| speaks(name));
    speaker.map(|(name, _)| vec![name])
}

/// `G7 leaders`, `the Quad looks forward`.
pub(super) fn speaks_behind(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    tokens.get(at).is_some_and(|t| {
        // `the East Asia Summit meeting` is where others speak.
        let event = t.is_any(&[
            "meeting",
            "meetings",
            "summit",
            "forum",
            "dialogue",
            "conference",
            "consultation",
            "consultations",
        ]);
        let acts = lexicon.agents.contains(&*t.lower)
            || t.is_any(&["ministers", "foreign"])
            || !t.is_capital() && lexicon.is_verb(&t.lower);
        acts && !event
    })
}

/// Many names that are all members of a group named beside them: the group. Where others sign with
/// them, the group has to be named beside those (`the U.S.-Pacific Islands Forum Summit`).
pub(super) fn as_a_group(names: Vec<usize>, blocks: &[Block], lexicon: &Lexicon) -> Vec<usize> {
    const MANY: usize = 5;
    if names.len() < MANY {
        return names;
    }
    // A long list of names is many words.
    let beside = counted_compounds(blocks, 2 * FIRST_WORDS, lexicon);
    let first: Vec<&str> = blocks
        .iter()
        .flat_map(|b| b.tokens.iter().map(|t| &*t.lower))
        .take(2 * FIRST_WORDS)
        .collect();
    let first = first.join(" ");
    for block in blocks {
        for mention in mentions(&block.tokens, 0, block.tokens.len(), lexicon)
            .into_iter()
            .map(|m| m.name)
            .chain(beside.iter().flat_map(|(names, _)| names.iter().copied()))
        {
            let group = lexicon.name_at(mention);
            // Who signs one by one is named one by one already.
            if group.members_owe || !group.is_group {
                continue;
            }
            let others: Vec<usize> = names
                .iter()
                .copied()
                .filter(|n| {
                    let label = &lexicon.name_at(*n).label;
                    *label != group.label && !group.members.contains(label)
                })
                .collect();
            let together = || {
                // By its name: `the Pacific Islands` alone are a region.
                names.len() - others.len() >= MANY
                    && first.contains(&group.label.to_lowercase())
                    && beside.iter().any(|(pair, _)| {
                        pair.contains(&mention) && others.iter().all(|n| pair.contains(n))
                    })
            };
            if others.is_empty() || together() {
                return std::iter::once(mention).chain(others).collect();
            }
        }
    }
    names
}
