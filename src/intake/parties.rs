//! Who speaks in a document: its parties, and the names found in a stretch of its words.

use std::collections::HashMap;

use super::lexicon::Lexicon;
use super::tokens::Token;

mod compounds;
mod offices;
mod speakers;

pub use speakers::parties;

/// The parties of a document: whom "both sides" and "we" mean.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parties {
    /// As they are proposed, in the document's order.
    pub labels: Vec<String>,
    /// The label of one of them that speaks for itself, by the title it is known under.
    offices: HashMap<String, String>,
    /// Everybody a group among them stands for.
    members: Vec<String>,
    /// Names of bodies, in full: what "the Commission" is short for.
    organs: Vec<String>,
    /// The party whose body is known under initials: `U.S. Trade and Development Agency (USTDA)`.
    initials: HashMap<String, String>,
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
            // `North American Leaders`, `Latin American partners`.
            Some((_, length, true))
                if at > 0
                    && tokens[at - 1].is_any(&["north", "south", "latin", "central", "pan"]) =>
            {
                at += length;
            }
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
        // `India, INTERPOL, Ireland`: a name that the lexicon does not have, in the middle of many.
        if names.len() > 2
            && tokens[at - 1].is(",")
            && let Some(known) = past_a_stranger(tokens, at, to, lexicon)
        {
            at = known;
            continue;
        }
        let token = &tokens[at];
        // `and the Secretary of State of the United States`: an office, and whose it is.
        if !names.is_empty() && token.is_capital() && lexicon.offices.contains(&*token.lower) {
            let whose = (at + 1..to.min(at + 10)).find(|n| {
                tokens[n - 1].is_any(&["of", "the"]) && lexicon.name(tokens, *n).is_some()
            });
            if let Some(whose) = whose {
                at = whose;
                continue;
            }
        }
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
            "ministers",
            "minister",
            "foreign",
            "affairs",
            "heads",
            "state",
            "presidents",
            "president",
            "prime",
            "defence",
            "defense",
            "economic",
            "trade",
            "countries",
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

/// Behind a name of a word or two that is not known, where a known one follows its comma.
fn past_a_stranger(tokens: &[Token], at: usize, to: usize, lexicon: &Lexicon) -> Option<usize> {
    let comma = (at..to.min(at + 3)).find(|n| tokens[*n].is(","))?;
    let capitals = comma > at && tokens[at..comma].iter().all(Token::is_capital);
    let office = tokens[at..comma]
        .iter()
        .any(|t| lexicon.offices.contains(&*t.lower));
    let next = comma + 1 + usize::from(tokens.get(comma + 1).is_some_and(|t| t.is("the")));
    let known = lexicon
        .name(tokens, next)
        .is_some_and(|(.., adjective)| !adjective);
    (capitals && !office && known && next < to).then_some(comma + 1)
}

impl Parties {
    /// Whether a name is one of the parties, or a member of one.
    pub fn includes(&self, label: &str) -> bool {
        self.labels.is_empty()
            || self.labels.iter().any(|l| l == label)
            || self.members.iter().any(|m| m == label)
    }

    /// The parties among names, each once; of a group that signs one by one, its members.
    pub fn owners(&self, found: &[Mention], lexicon: &Lexicon) -> Vec<String> {
        let mut own: Vec<String> = Vec::new();
        for mention in found {
            let name = lexicon.name_at(mention.name);
            // A group whose members sign here, one by one: `Central Asian leaders` among six states.
            let apart = name.is_group
                && !self.labels.contains(&name.label)
                && !name.members.is_empty()
                && name.members.iter().all(|m| self.labels.contains(m));
            let labels = if name.members_owe || apart {
                &name.members[..]
            } else {
                std::slice::from_ref(&name.label)
            };
            for label in labels {
                if self.includes(label) && !own.contains(label) {
                    own.push(label.clone());
                }
            }
        }
        own
    }

    /// The full name of a body, where the document has it: `Commissions` of `Productivity Commissions`.
    pub fn full_name(&self, name: &str) -> String {
        if name.contains(' ') {
            return name.to_owned();
        }
        let full = self.organs.iter().find(|full| {
            full.rsplit(' ')
                .next()
                .is_some_and(|head| head.eq_ignore_ascii_case(name))
        });
        full.cloned().unwrap_or_else(|| name.to_owned())
    }

    /// The one party to which a body belongs by its name: `the U.S. Department of Commerce`, `USTDA`.
    /// A commission of two, or of a group of states, acts for itself.
    pub fn of_body(
        &self,
        tokens: &[Token],
        from: usize,
        to: usize,
        lexicon: &Lexicon,
    ) -> Option<String> {
        if to == from + 1
            && let Some(label) = self.initials.get(&*tokens[from].text)
        {
            return Some(label.clone());
        }
        let found = mentions(tokens, from, to, lexicon);
        let [one] = &found[..] else { return None };
        let name = lexicon.name_at(one.name);
        let party = !name.is_group && self.labels.contains(&name.label);
        party.then(|| name.label.clone())
    }

    /// A Prime Minister beside a President of the one of two parties speaks for the other.
    pub fn counterpart(&self, words: &[&str]) -> Option<&String> {
        let president = self.of_person(&["president"])?;
        let [one, other] = &self.labels[..] else {
            return None;
        };
        let prime = ["prime", "chancellor", "premier", "taoiseach"];
        let heads = words.iter().any(|word| prime.contains(word));
        (heads && (president == one || president == other)).then_some(if president == one {
            other
        } else {
            one
        })
    }

    /// Whose a person is, by surname or office.
    pub fn of_person(&self, words: &[&str]) -> Option<&String> {
        words.iter().find_map(|word| self.offices.get(*word))
    }
}
