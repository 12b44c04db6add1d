//! Who speaks in a document: its parties, and the names found in a stretch of its words.

use std::collections::HashMap;

use super::blocks::Block;
use super::lexicon::Lexicon;
use super::tokens::Token;

/// The parties of a document: whom "both sides" and "we" mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parties {
    /// As they are proposed, in the document's order.
    pub labels: Vec<String>,
    /// The label of one of them that speaks for itself, by the title it is known under.
    offices: HashMap<String, String>,
    /// Everybody a group among them stands for.
    members: Vec<String>,
}

/// A name in a stretch of words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mention {
    pub name: usize,
    /// Tokens: first, and one past the last.
    pub from: usize,
    pub to: usize,
    pub adjective: bool,
    /// Possessive: `Cambodia's`.
    pub owns: bool,
}

/// The names between two tokens, left to right. The parts of `ASEAN-U.S.` are no mentions.
pub fn mentions(tokens: &[Token], from: usize, to: usize, lexicon: &Lexicon) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut at = from;
    while at < to {
        match lexicon.name(tokens, at) {
            Some((name, length, adjective)) if at + length <= to => {
                found.push(Mention {
                    name,
                    from: at,
                    to: at + length,
                    adjective,
                    owns: tokens.get(at + length).is_some_and(|t| t.is("'s")),
                });
                at += length;
            }
            _ => at += 1,
        }
    }
    found
}

/// The parties in a compound: `ASEAN-U.S.`, `U.S.-Japan-ROK`.
fn compound(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Vec<usize> {
    let token = &tokens[at];
    if !token.is_capital() || !token.text.contains('-') || lexicon.name(tokens, at).is_some() {
        return Vec::new();
    }
    let mut names = Vec::new();
    let parts: Vec<&str> = token.lower.split('-').collect();
    for (n, part) in parts.iter().enumerate() {
        let last = n + 1 == parts.len();
        // `U.S.-Pacific Islands Forum`: the last part may go on in the next words.
        let longer = last
            .then(|| {
                let mut rest = vec![part_token(token, part)];
                rest.extend(tokens.iter().skip(at + 1).take(3).cloned());
                lexicon.name(&rest, 0).map(|(name, ..)| name)
            })
            .flatten();
        match longer.or_else(|| lexicon.name_of_word(part)) {
            Some(name) if !names.contains(&name) => names.push(name),
            Some(_) => {}
            None => return Vec::new(),
        }
    }
    if names.len() < 2 { Vec::new() } else { names }
}

fn part_token(token: &Token, part: &str) -> Token {
    let mut text = part.to_owned();
    if let Some(first) = text.get_mut(0..1) {
        first.make_ascii_uppercase();
    }
    Token {
        text: text.into(),
        lower: part.into(),
        ..token.clone()
    }
}

/// A list of names held together by commas and "and": the names, and one past its last token.
pub fn list(tokens: &[Token], from: usize, to: usize, lexicon: &Lexicon) -> (Vec<usize>, usize) {
    // No list of parties is longer; without a bound a text of nothing but "of the" takes for ever.
    let to = to.min(from + 150);
    let mut names = Vec::new();
    let (mut at, mut end) = (from, from);
    let mut described = false;
    while at < to {
        if let Some((name, length, false)) = lexicon.name(tokens, at) {
            if !names.contains(&name) {
                names.push(name);
            }
            at += length;
            end = at;
            // `ASEAN (the Association ...)`: the name explained.
            if tokens.get(at).is_some_and(|t| t.is("(")) {
                let close = (at..(at + 12).min(to)).find(|n| tokens[*n].is(")"));
                at = close.map_or(at, |n| n + 1);
                end = at;
            }
            described = false;
            continue;
        }
        let token = &tokens[at];
        let joins = token.is_any(&["and", ",", "the", "&"]);
        // `the Member States of ASEAN and the United States`.
        let opens = token.is_any(&[
            "member",
            "states",
            "of",
            "republic",
            "kingdom",
            "leaders",
            "governments",
            "government",
            "people",
        ]);
        if joins || opens && !described {
            described |= token.is("of") && !names.is_empty();
            at += 1;
            continue;
        }
        break;
    }
    (names, end)
}

/// Finds the parties of a document.
///
/// 1. Who says "we, the leaders of ...".
/// 2. A list of names behind between, of, among or from; the most frequent.
/// 3. A compound in the name of the meeting (`ASEAN-U.S. Dialogue`); the most frequent.
/// 4. A group that speaks ("G7 leaders").
/// 5. The names mentioned most.
pub fn parties(blocks: &[Block], lexicon: &Lexicon) -> Parties {
    let opening = opening(blocks);
    let names = we_the(blocks, opening, lexicon)
        .or_else(|| compounds(&blocks[..opening], lexicon))
        .or_else(|| a_group(&blocks[..opening], lexicon))
        .or_else(|| lists(&blocks[..opening], lexicon))
        .or_else(|| compounds(blocks, lexicon))
        .or_else(|| lists(blocks, lexicon))
        .or_else(|| a_group(blocks, lexicon))
        .unwrap_or_else(|| most_mentioned(blocks, lexicon));
    let names = as_a_group(names, &blocks[..opening], lexicon);
    let mut labels = Vec::new();
    let mut members = Vec::new();
    for index in names {
        let name = lexicon.name_at(index);
        if name.members_owe {
            labels.extend(name.members.iter().cloned());
        } else {
            labels.push(name.label.clone());
            members.extend(name.members.iter().cloned());
        }
    }
    labels.dedup();
    let offices = offices(blocks, lexicon, &labels, &members);
    Parties {
        labels,
        offices,
        members,
    }
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
            if !tokens[at].is("we")
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
                if !names.is_empty() {
                    return Some(names);
                }
            }
        }
    }
    None
}

fn lists(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
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
    best(counted)
}

fn compounds(blocks: &[Block], lexicon: &Lexicon) -> Option<Vec<usize>> {
    let mut counted: Vec<(Vec<usize>, usize)> = Vec::new();
    for block in blocks {
        for at in 0..block.tokens.len() {
            let names = compound(&block.tokens, at, lexicon);
            if names.is_empty() {
                continue;
            }
            match counted.iter_mut().find(|(known, _)| same(known, &names)) {
                Some((_, count)) => *count += 1,
                None => counted.push((names, 1)),
            }
        }
    }
    best(counted)
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

/// Many names that are, nearly, the members of a group named beside them: the group.
fn as_a_group(names: Vec<usize>, blocks: &[Block], lexicon: &Lexicon) -> Vec<usize> {
    if names.len() < 5 {
        return names;
    }
    let labels: Vec<&str> = names.iter().map(|n| &*lexicon.name_at(*n).label).collect();
    for block in blocks {
        for mention in mentions(&block.tokens, 0, block.tokens.len(), lexicon) {
            let group = lexicon.name_at(mention.name);
            let within = labels
                .iter()
                .filter(|l| group.members.iter().any(|m| m == *l));
            if group.is_group && within.count() * 10 >= labels.len() * 8 {
                return vec![mention.name];
            }
        }
    }
    names
}

/// Who holds which office, as far as the document says so: `Prime Minister Modi of India`,
/// `India's Prime Minister`; and what the lexicon knows of a party's head.
fn offices(
    blocks: &[Block],
    lexicon: &Lexicon,
    labels: &[String],
    members: &[String],
) -> HashMap<String, String> {
    let mut found: HashMap<String, String> = HashMap::new();
    for block in blocks {
        let tokens = &block.tokens;
        for mention in mentions(tokens, 0, tokens.len(), lexicon) {
            let label = lexicon.name_at(mention.name).label.clone();
            let title = person_before(tokens, mention.from, lexicon).or_else(|| {
                mention
                    .owns
                    .then(|| person_behind(tokens, mention.to + 1))
                    .flatten()
            });
            if let Some(surname) = title {
                found.entry(surname).or_insert(label);
            }
        }
    }
    for label in labels.iter().chain(members) {
        let office = lexicon
            .labelled(label)
            .and_then(|n| lexicon.name_at(n).office.clone());
        if let Some(office) = office {
            found.entry(office).or_insert_with(|| label.clone());
        }
    }
    found
}

/// The surname in `Prime Minister Narendra Modi of India`, read back from the name of the country.
fn person_before(tokens: &[Token], at: usize, lexicon: &Lexicon) -> Option<String> {
    let mut of = at.checked_sub(1)?;
    if tokens[of].is("the") {
        of = of.checked_sub(1)?;
    }
    if !tokens[of].is("of") {
        return None;
    }
    let surname = of.checked_sub(1)?;
    let from = surname.saturating_sub(5);
    let titled = (from..surname).any(|n| lexicon.offices.contains(&*tokens[n].lower));
    let plain = tokens[surname].is_capital() && !lexicon.offices.contains(&*tokens[surname].lower);
    (titled && plain).then(|| tokens[surname].lower.to_string())
}

/// The surname in `India's Prime Minister Narendra Modi`.
fn person_behind(tokens: &[Token], at: usize) -> Option<String> {
    let capitals = tokens
        .iter()
        .skip(at)
        .take(8)
        .take_while(|t| t.is_capital() || t.is("of"));
    let run: Vec<&Token> = capitals.collect();
    (run.len() >= 3).then(|| run[run.len() - 1].lower.to_string())
}

impl Parties {
    /// Whether a name is one of the parties, or a member of one.
    pub fn includes(&self, label: &str) -> bool {
        self.labels.is_empty()
            || self.labels.iter().any(|l| l == label)
            || self.members.iter().any(|m| m == label)
    }

    /// Whose a person is, by surname or office.
    pub fn of_person(&self, words: &[&str]) -> Option<&String> {
        words.iter().find_map(|word| self.offices.get(*word))
    }
}
