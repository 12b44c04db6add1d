//! Whose document it is: who says "we" in it.

use std::collections::HashMap;

use self::counting::{between, compounds, lists, most_mentioned, together};
use self::groups::{a_group, as_a_group, convened};
use self::office::{first_words, holds_office, in_office, presided};
use super::offices::offices;
use super::{Parties, list, mentions};
use crate::intake::blocks::{Block, sentences};
use crate::intake::lexicon::{Class, Lexicon};
use crate::intake::names::words;
use crate::intake::tokens::Token;

mod counting;
mod groups;
mod office;

/// Finds the parties of a document.
///
/// 1. Who says "we, the leaders of ...".
/// 2. Who issued it, and whose statement it says it is: "Joint Statement by Japan, the Philippines, and the United States".
/// 3. A compound in its first words, the name of the meeting (`ASEAN-U.S. Dialogue`).
/// 4. A group whose meeting it is ("the 26th ASEAN Plus Three Foreign Ministers' Meeting").
/// 5. Whose leaders meet: "Prime Minister A of Japan and President B of the United States met".
/// 6. Between whom it is, in its first words ("the friendship between Jordan and the United States").
/// 7. Who acts together ("The United States and the European Union will"), a compound further on, a
///    group that speaks ("G7 leaders"), a list of names behind between, of, among or from; of each
///    the most frequent.
/// 8. The names mentioned most.
///
/// All but the last are looked for in the opening first. A group that signs one by one is taken apart.
pub fn parties(blocks: &[Block], lexicon: &Lexicon) -> Parties {
    let opening = opening(blocks);
    let names = we_the(blocks, opening, lexicon)
        .or_else(|| who_issued(&blocks[..opening], lexicon))
        .or_else(|| between_dashes(&blocks[..opening], lexicon))
        .or_else(|| under_leaders(&blocks[..opening], lexicon))
        .or_else(|| issued_by(&blocks[..opening], lexicon))
        .or_else(|| compounds(blocks, first_words(&blocks[..opening], lexicon), lexicon))
        .or_else(|| convened(&blocks[..opening], lexicon))
        .or_else(|| in_office(&blocks[..opening], blocks, lexicon))
        .or_else(|| between(&blocks[..opening], lexicon))
        .or_else(|| together(&blocks[..opening], lexicon))
        .or_else(|| compounds(&blocks[..opening], usize::MAX, lexicon))
        .or_else(|| a_group(&blocks[..opening], lexicon))
        .or_else(|| lists(&blocks[..opening], lexicon))
        .or_else(|| compounds(blocks, usize::MAX, lexicon))
        .or_else(|| together(blocks, lexicon))
        .or_else(|| lists(blocks, lexicon))
        .or_else(|| a_group(blocks, lexicon))
        .unwrap_or_else(|| most_mentioned(blocks, lexicon));
    let names = all_three(names, blocks, lexicon);
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
    let mut parties = Parties {
        labels,
        offices,
        members,
        organs: organs(blocks, lexicon),
        initials: HashMap::new(),
    };
    parties.initials = initials(blocks, &parties, lexicon);
    parties
}

/// `the three governments`, where only two of them were found: the list that has the third.
fn all_three(names: Vec<usize>, blocks: &[Block], lexicon: &Lexicon) -> Vec<usize> {
    let said = |word: &str| {
        let of = |b: &Block| {
            let spoken = b.tokens.windows(3).filter(|w| {
                w[0].is(word)
                    && w[1..].iter().any(|t| {
                        t.is_any(&[
                            "governments",
                            "countries",
                            "leaders",
                            "nations",
                            "delegations",
                        ])
                    })
            });
            spoken.count()
        };
        blocks.iter().map(of).sum::<usize>()
    };
    if names.len() != 2 || said("three") < 2 || said("two") + said("both") > 0 {
        return names;
    }
    let listed = blocks.iter().find_map(|block| {
        let tokens = &block.tokens;
        let all = mentions(tokens, 0, tokens.len(), lexicon);
        let mut lists = all
            .iter()
            .map(|m| list(tokens, m.from, tokens.len(), lexicon).0);
        lists.find(|list| list.len() == 3 && names.iter().all(|n| list.contains(n)))
    });
    listed.unwrap_or(names)
}

/// Whose bodies are known under initials: `the U.S. Trade and Development Agency (USTDA)`.
fn initials(blocks: &[Block], parties: &Parties, lexicon: &Lexicon) -> HashMap<String, String> {
    const WORDS: usize = 9;
    let mut found = HashMap::new();
    for block in blocks {
        let tokens = &block.tokens;
        for at in 1..tokens.len().saturating_sub(2) {
            let short = &tokens[at + 1];
            let bracketed = tokens[at].is("(") && tokens[at + 2].is(")");
            if !bracketed || !short.is_shouted() || short.text.len() < 3 {
                continue;
            }
            // `Department of Energy`: small words within a name.
            let first = (at.saturating_sub(WORDS)..at)
                .rev()
                .take_while(|n| {
                    tokens[*n].is_capital() || tokens[*n].is_any(&["of", "and", "for", "on"])
                })
                .last();
            let Some(first) = first else { continue };
            // A name of two words is more than the party itself: `the European Union (EU)`.
            let own = mentions(tokens, first, at, lexicon);
            let body = own.last().is_some_and(|m| m.to < at);
            if let Some(label) = parties.of_body(tokens, first, at, lexicon).filter(|_| body) {
                found.insert(short.text.to_string(), label);
            }
        }
    }
    found
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

/// `We \u{2014} Secretary A of Norway's Ministry, Advisor B of Japan, and Director C of Kenya \u{2014} met`.
fn in_person(tokens: &[Token], we: usize, lexicon: &Lexicon) -> Option<Vec<usize>> {
    const LONGEST: usize = 120;
    if !tokens.get(we + 1)?.is("\u{2014}") {
        return None;
    }
    let end = tokens.len().min(we + LONGEST);
    let close = (we + 2..end).find(|n| tokens[*n].is("\u{2014}"))?;
    let mut names: Vec<usize> = Vec::new();
    for mention in mentions(tokens, we + 2, close, lexicon) {
        let of = tokens[..mention.from]
            .iter()
            .rev()
            .find(|t| !t.is("the"))
            .is_some_and(|t| t.is("of"));
        if of && !mention.adjective && !names.contains(&mention.name) {
            names.push(mention.name);
        }
    }
    (names.len() > 1).then_some(names)
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
            if let Some(names) = in_person(tokens, at, lexicon) {
                return Some(names);
            }
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

/// `welcomed the statement by Sweden and Türkiye`: a document of others.
fn speaks_of_another(tokens: &[Token], at: usize, lexicon: &Lexicon) -> bool {
    const FAR: usize = 40;
    (at.saturating_sub(FAR)..at)
        .rev()
        .take_while(|n| !tokens[*n].is("."))
        .any(|n| {
            lexicon.verb(tokens, n).is_some_and(|(form, _)| {
                form.classes.has(Class::Welcome) || form.classes.has(Class::Notice)
            })
        })
}

/// `President A of Indonesia and leaders of the Partners Group, including Canada, issued a statement`.
fn who_issued(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    let block = blocks.iter().find(|b| b.tokens.len() > 15)?;
    let tokens = &block.tokens;
    let (start, end) = sentences(tokens).into_iter().next()?;
    let verb = (start + 3..end).find(|n| {
        tokens[*n].is_any(&["issued", "released", "adopted", "signed"])
            && tokens[*n + 1..end.min(n + 5)]
                .iter()
                .any(|t| t.is_any(&KINDS))
    })?;
    let mut names: Vec<usize> = Vec::new();
    let mut office = false;
    for mention in mentions(tokens, start, verb, lexicon) {
        // `at the G20 Summit`: where they met.
        let place = tokens
            .get(mention.to)
            .is_some_and(|t| t.is_capital() && lexicon.meetings.contains(&*t.lower));
        office |= holds_office(tokens, start, &mention, lexicon);
        let name = presided(mention.name, lexicon);
        if !mention.adjective && !place && !names.contains(&name) {
            names.push(name);
        }
    }
    (office && names.len() > 1).then_some(names)
}

/// `The members of the Initiative \u{2014} Norway, Japan, Kenya, and Peru \u{2014} met`.
fn between_dashes(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    const SEVERAL: usize = 4;
    let block = blocks.iter().find(|b| b.tokens.len() > 15)?;
    let tokens = &block.tokens;
    let dash = |n: usize| tokens.get(n).is_some_and(|t| t.is("\u{2014}"));
    let opened = (0..tokens.len().min(60)).filter(|n| dash(*n));
    opened
        .map(|n| list(tokens, n + 1, tokens.len(), lexicon))
        .find(|(names, end)| names.len() >= SEVERAL && dash(*end))
        .map(|(names, _)| names)
}

/// `Norway and the African Union, under the leadership of President A`: whom the leaders lead.
fn under_leaders(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    let block = blocks.iter().find(|b| b.tokens.len() > 15)?;
    let tokens = &block.tokens;
    let (start, end) = sentences(tokens).into_iter().next()?;
    mentions(tokens, start, end, lexicon)
        .into_iter()
        .find_map(|mention| {
            let (names, to) = list(tokens, mention.from, end, lexicon);
            let led = tokens.get(to..end.min(to + 5))?;
            let under = led.iter().any(|t| t.is("under")) && led.iter().any(|t| t.is("leadership"));
            let behalf = led.iter().any(|t| t.is_any(&["represented", "led"]))
                && led.iter().any(|t| t.is("by"));
            (names.len() > 1 && (under || behalf)).then_some(names)
        })
}

/// `a joint statement by the United States, Cambodia and Laos`.
fn issued_by(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    for block in blocks {
        let tokens = &block.tokens;
        for at in 1..tokens.len() {
            if !tokens[at].is_any(&["by", "from", "of", "between", "among"])
                || !tokens[at - 1].is_any(&KINDS)
                || speaks_of_another(tokens, at - 1, lexicon)
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
