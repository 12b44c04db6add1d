//! Whose document it is: who says "we" in it.

use std::collections::HashMap;

use super::compounds::compound;
use super::offices::offices;
use super::{Mention, Parties, list, mentions};
use crate::intake::blocks::{Block, sentences};
use crate::intake::lexicon::Lexicon;
use crate::intake::names::words;
use crate::intake::tokens::Token;
use crate::intake::when::is_ordinal;

/// Finds the parties of a document.
///
/// 1. Who says "we, the leaders of ...".
/// 2. Whose statement it says it is: "Joint Statement by Japan, the Philippines, and the United States".
/// 3. A compound in its first words, the name of the meeting (`ASEAN-U.S. Dialogue`).
/// 4. A group whose meeting it is ("the 26th ASEAN Plus Three Foreign Ministers' Meeting").
/// 5. Whose leaders meet: "Prime Minister A of Japan and President B of the United States met".
/// 6. Who acts together ("The United States and the European Union will"), a compound further on, a
///    group that speaks ("G7 leaders"), a list of names behind between, of, among or from; of each
///    the most frequent.
/// 7. The names mentioned most.
///
/// All but the last are looked for in the opening first. A group that signs one by one is taken apart.
pub fn parties(blocks: &[Block], lexicon: &Lexicon) -> Parties {
    let opening = opening(blocks);
    let names = we_the(blocks, opening, lexicon)
        .or_else(|| issued_by(&blocks[..opening], lexicon))
        .or_else(|| compounds(blocks, first_words(&blocks[..opening], lexicon), lexicon))
        .or_else(|| convened(&blocks[..opening], lexicon))
        .or_else(|| in_office(&blocks[..opening], blocks, lexicon))
        .or_else(|| together(&blocks[..opening], lexicon))
        .or_else(|| compounds(&blocks[..opening], usize::MAX, lexicon))
        .or_else(|| a_group(&blocks[..opening], lexicon))
        .or_else(|| lists(&blocks[..opening], lexicon))
        .or_else(|| compounds(blocks, usize::MAX, lexicon))
        .or_else(|| together(blocks, lexicon))
        .or_else(|| lists(blocks, lexicon))
        .or_else(|| a_group(blocks, lexicon))
        .unwrap_or_else(|| most_mentioned(blocks, lexicon));
    let names = as_a_group(names, &blocks[..opening], lexicon);
    let mut labels: Vec<String> = Vec::new();
    let mut members = Vec::new();
    for index in names {
        let name = lexicon.name_at(index);
        let own = if name.members_owe {
            &name.members[..]
        } else {
            std::slice::from_ref(&name.label)
        };
        for label in own {
            if !labels.contains(label) {
                labels.push(label.clone());
                let group = lexicon.labelled(label).map(|n| lexicon.name_at(n));
                members.extend(group.into_iter().flat_map(|g| g.members.iter().cloned()));
            }
        }
    }
    let offices = offices(blocks, lexicon, &labels, &members);
    Parties {
        labels,
        offices,
        members,
        organs: organs(blocks, lexicon),
    }
}

/// The names of bodies that documents write out once and shorten afterwards.
fn organs(blocks: &[Block], lexicon: &Lexicon) -> Vec<String> {
    const MOST: usize = 60;
    let mut found: Vec<String> = Vec::new();
    for block in blocks.iter().filter(|b| b.tokens.len() > 1) {
        let tokens = &block.tokens;
        for at in 1..tokens.len() {
            let head = &tokens[at];
            let named = head.is_capital() && lexicon.organs.contains(&*head.lower);
            if !named || head.is_shouted() || found.len() >= MOST {
                continue;
            }
            let first = (at.saturating_sub(8)..at)
                .rev()
                .take_while(|n| tokens[*n].is_capital() && !tokens[*n].is("the"))
                .last();
            if let Some(first) = first {
                let name = words(tokens, first, at + 1);
                if !found.contains(&name) {
                    found.push(name);
                }
            }
        }
    }
    found
}

/// How many blocks make up the opening, where a document says whose it is.
fn opening(blocks: &[Block]) -> usize {
    let mut words = 0;
    let within = blocks.iter().take_while(|block| {
        let before = words;
        words += block.tokens.len();
        before < 350
    });
    within.count()
}

fn we_the(blocks: &[Block], opening: usize, lexicon: &Lexicon) -> Option<Vec<usize>> {
    for block in &blocks[..opening] {
        let tokens = &block.tokens;
        for at in 0..tokens.len() {
            // `our countries - Australia, Japan, New Zealand -`
            let ours = tokens[at].is_any(&["countries", "nations", "governments"])
                && tokens[at.saturating_sub(2)..at].iter().any(|t| t.is("our"));
            if !(tokens[at].is("we") || ours)
                || !tokens
                    .get(at + 1)
                    .is_some_and(|t| t.is_any(&[",", "the", "\u{2014}"]))
            {
                continue;
            }
            let within = (at + 2..(at + 14).min(tokens.len())).find(|n| {
                lexicon
                    .name(tokens, *n)
                    .is_some_and(|(.., adjective)| !adjective)
            });
            if let Some(from) = within {
                let (mut names, end) = list(tokens, from, tokens.len(), lexicon);
                // `the Forum, represented by the governments of ..., and the United States`.
                if tokens
                    .get(end + 1)
                    .is_some_and(|t| t.is_any(&["represented", "comprising", "including"]))
                {
                    let close = (end..tokens.len()).find(|n| tokens[*n].is_any(&["\u{2014}", "."]));
                    let listed = mentions(tokens, end, close.unwrap_or(tokens.len()), lexicon);
                    names.extend(listed.last().map(|m| m.name).filter(|n| !names.contains(n)));
                }
                // One name alone behind "our countries" is no list.
                if names.len() > usize::from(ours) {
                    return Some(names);
                }
            }
        }
    }
    None
}

/// `the 26th ASEAN Plus Three Foreign Ministers' Meeting`: a group, and the meeting of its series;
/// with whom it met, if that is said.
fn convened(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    for block in blocks {
        let tokens = &block.tokens;
        for mention in mentions(tokens, 0, tokens.len(), lexicon) {
            // Numbered, or in a heading: `Statement of the ASEAN Post Ministerial Conference with India`.
            let numbered =
                mention.from > 0 && is_ordinal(&tokens[mention.from - 1]) || block.is_heading();
            let group = lexicon.name_at(mention.name).is_group;
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

/// What a document calls itself, in front of whose it is.
const KINDS: [&str; 15] = [
    "statement",
    "statements",
    "communiqué",
    "communique",
    "declaration",
    "readout",
    "summary",
    "release",
    "vision",
    "memorandum",
    "understanding",
    "agreement",
    "plan",
    "outcomes",
    "consultations",
];

/// `a joint statement by the United States, Cambodia and Laos`.
fn issued_by(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    for block in blocks {
        let tokens = &block.tokens;
        for at in 1..tokens.len() {
            if !tokens[at].is_any(&["by", "from", "of", "between", "among"])
                || !tokens[at - 1].is_any(&KINDS)
            {
                continue;
            }
            // `by the Foreign Ministers of`, `of the Trilateral Meeting among`: the names may
            // follow a little later.
            let from = (at + 1..tokens.len().min(at + 14)).find(|n| {
                !tokens[n - 1].is_any(&["in", "at", "on"])
                    && lexicon
                        .name(tokens, *n)
                        .is_some_and(|(.., adjective)| !adjective)
            });
            let Some(from) = from else { continue };
            let (names, _) = list(tokens, from, tokens.len(), lexicon);
            if names.len() > 1 {
                return Some(names);
            }
        }
    }
    None
}

/// How many words stand in front of two people in office who meet, if they meet among the first.
fn first_words(blocks: &[Block], lexicon: &Lexicon) -> usize {
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
fn in_office(opening: &[Block], blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    let mut known = None;
    for block in opening {
        let tokens = &block.tokens;
        for (start, end) in sentences(tokens) {
            let mut names = Vec::new();
            for mention in mentions(tokens, start, end, lexicon) {
                let sends = holds_office(tokens, start, &mention, lexicon);
                if sends && !names.contains(&mention.name) {
                    names.push(mention.name);
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

/// Whether somebody in office stands beside a name: `President A of Korea`, `the Korean President`.
fn holds_office(tokens: &[Token], start: usize, mention: &Mention, lexicon: &Lexicon) -> bool {
    let office = |t: &Token| t.is_capital() && lexicon.offices.contains(&*t.lower);
    let behind = mention.to + usize::from(mention.owns);
    if tokens.get(behind).is_some_and(office) || tokens.get(behind).is_some_and(|t| t.is("prime")) {
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

/// `The United States and the European Union will`: names that act together, in its first words or
/// most often.
fn together(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
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
fn acts_behind(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
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

fn lists(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    best(counted_lists(blocks, lexicon))
}

fn counted_lists(blocks: &[Block], lexicon: &Lexicon) -> Vec<(Vec<usize>, usize)> {
    let mut counted: Vec<(Vec<usize>, usize)> = Vec::new();
    for block in blocks {
        let tokens = &block.tokens;
        let mut at = 0;
        while at < tokens.len() {
            let behind =
                tokens[at].is_any(&["between", "of", "among", "from", "both", "by"]) || at == 0;
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
const FIRST_WORDS: usize = 70;

fn compounds(blocks: &[Block], most: usize, lexicon: &Lexicon) -> Option<Vec<usize>> {
    best(counted_compounds(blocks, most, lexicon))
}

fn counted_compounds(blocks: &[Block], most: usize, lexicon: &Lexicon) -> Vec<(Vec<usize>, usize)> {
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
fn same(some: &[usize], others: &[usize]) -> bool {
    some.len() == others.len() && some.iter().all(|name| others.contains(name))
}

/// The most frequent, the earlier of equals.
fn best(counted: Vec<(Vec<usize>, usize)>) -> Option<Vec<usize>> {
    let most = counted.iter().map(|(_, count)| *count).max()?;
    let mut found = counted.into_iter();
    found
        .find(|(_, count)| *count == most)
        .map(|(names, _)| names)
}

fn a_group(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
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
fn speaks_behind(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    tokens.get(at).is_some_and(|t| {
        lexicon.agents.contains(&*t.lower)
            || t.is_any(&["ministers", "foreign"])
            || !t.is_capital() && lexicon.is_verb(&t.lower)
    })
}

fn most_mentioned(blocks: &[Block], lexicon: &Lexicon) -> Vec<usize> {
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

/// Many names that are all members of a group named beside them: the group. Where others sign with
/// them, the group has to be named beside those (`the U.S.-Pacific Islands Forum Summit`).
fn as_a_group(names: Vec<usize>, blocks: &[Block], lexicon: &Lexicon) -> Vec<usize> {
    const MANY: usize = 5;
    if names.len() < MANY {
        return names;
    }
    // A long list of names is many words.
    let beside = counted_compounds(blocks, 2 * FIRST_WORDS, lexicon);
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
                names.len() - others.len() >= MANY
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
