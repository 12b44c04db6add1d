//! Names as they are compared: `the ASEAN-U.S. Plan of Action (2021–2025)` and `ASEAN-United States
//! Plan of Action 2021-2025` are one name, `ASEAN-Japan Plan of Action` is another.
//!
//! A name is taken apart into the parties it names, what it is (its core), what it is about (its
//! tail), its years, its number and its acronym. Two names fit where none of these contradict each
//! other, and where what one of them leaves out is not what tells it from others.

use std::collections::BTreeSet;

use crate::intake::frame::ordinal_number;
use crate::intake::lexicon::Lexicon;
use crate::intake::tokens::{Token, tokenize_phrase};
use crate::intake::when::is_ordinal;

/// A name taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Key {
    /// Every word, folded.
    pub(super) plain: Vec<String>,
    /// The parties it names, by the lexicon's labels.
    pub(super) parties: BTreeSet<String>,
    /// What kind of thing, and which: `single window`.
    pub(super) core: Vec<String>,
    /// What stands behind a preposition: `on digital trade`.
    pub(super) tail: Vec<String>,
    /// `2021-2025`, `2030`
    pub(super) years: Vec<String>,
    /// Which of a series.
    pub(super) number: Option<u32>,
    /// `DEFA`, as it stands in brackets; folded.
    pub(super) acronym: Option<String>,
}

/// How well a name fits one on record, the best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Fit {
    /// The same words.
    Same,
    /// The same in another writing.
    Written,
    /// By its acronym.
    Acronym,
    /// One is short for the other.
    Short,
}

/// Words that stand in many names, so that they tell none from another.
const GENERIC: [&str; 37] = [
    "joint",
    "statement",
    "declaration",
    "plan",
    "action",
    "framework",
    "agreement",
    "work",
    "programme",
    "program",
    "memorandum",
    "understanding",
    "arrangement",
    "communique",
    "agenda",
    "strategy",
    "initiative",
    "partnership",
    "centre",
    "center",
    "committee",
    "council",
    "group",
    "working",
    "fund",
    "project",
    "network",
    "mechanism",
    "principle",
    "guideline",
    "roadmap",
    "blueprint",
    "concept",
    "charter",
    "protocol",
    "convention",
    "treaty",
];

/// Words that say nothing about which thing it is.
fn is_small(token: &Token) -> bool {
    token.is_any(&[
        "the", "a", "an", "of", "and", "'s", ",", "\"", "&", ".", ";", ":", "our", "its", "their",
    ]) || !token.is_word()
}

fn is_preposition(token: &Token) -> bool {
    token.is_any(&[
        "to",
        "on",
        "for",
        "with",
        "between",
        "among",
        "in",
        "towards",
        "toward",
        "against",
        "concerning",
        "regarding",
    ]) && !token.is_capital()
}

/// A name as it is compared.
pub(super) fn key(name: &str, lexicon: &Lexicon) -> Key {
    let mut tokens = tokenize_phrase(name);
    let mut key = Key {
        plain: tokens.iter().filter(|t| !is_small(t)).map(folded).collect(),
        ..Key::default()
    };
    let (mut at, mut preposition) = (0, None);
    while at < tokens.len() {
        if let Some(behind) = bracketed(&tokens, at, &mut key) {
            at = behind;
            continue;
        }
        if let Some((name, length, _)) = lexicon.name(&tokens, at) {
            let label = &lexicon.name_at(name).label;
            // `with the U.S.` says who meets; elsewhere behind a preposition it is a subject.
            if matches!(preposition, None | Some(true)) {
                key.parties.insert(label.clone());
            } else {
                key.tail.push(label.to_lowercase());
            }
            at += length;
            continue;
        }
        if let Some(parts) = parts_of(&tokens[at]) {
            tokens.splice(at..=at, parts);
            continue;
        }
        let token = &tokens[at];
        at += 1;
        if token.is("+") {
            // `PMC+1`, `10+1`: a way of saying with one partner.
            at += usize::from(tokens.get(at).is_some_and(Token::is_number));
            continue;
        }
        if is_preposition(token) && names_a_kind(&key.core, lexicon) {
            preposition = Some(token.is_any(&["with", "between", "among"]));
            continue;
        }
        if is_small(token) {
            continue;
        }
        if is_year(&token.lower) {
            key.years.push(token.lower.to_string());
        } else if key.core.is_empty() && is_ordinal(token) {
            key.number = ordinal_number(&token.lower);
        } else if preposition.is_some() {
            key.tail.push(folded(token));
        } else if !(token.is_number() && tokens.get(at).is_some_and(|t| t.is("+"))) {
            key.core.push(folded(token));
        }
    }
    // Leaders hold the summits and adopt the statements: it is the same without them.
    if key.core.len() > 1 {
        key.core.retain(|word| word != "leader");
    }
    key
}

/// The name under which an id would stand: `asean-secretariat`.
pub(super) fn key_of_id(id: &str, lexicon: &Lexicon) -> Key {
    let shouted = key(&id.to_uppercase(), lexicon);
    if shouted.core.is_empty() && !shouted.parties.is_empty() {
        return shouted;
    }
    key(&id.replace(['-', '_'], " "), lexicon)
}

fn bracketed(tokens: &[Token], at: usize, key: &mut Key) -> Option<usize> {
    if !tokens[at].is("(") {
        return None;
    }
    let close = (at..(at + 14).min(tokens.len())).find(|n| tokens[*n].is(")"))?;
    if let [one] = &tokens[at + 1..close] {
        if is_year(&one.lower) {
            key.years.push(one.lower.to_string());
        } else if one.is_word() {
            key.acronym = Some(folded(one));
        }
    }
    Some(close + 1)
}

/// The parts of `Post-Ministerial`; years and numbers stay together.
fn parts_of(token: &Token) -> Option<Vec<Token>> {
    if !token.text.contains('-') || token.is_number() {
        return None;
    }
    let parts = token.text.split('-').filter(|part| !part.is_empty());
    let parts: Vec<Token> = parts
        .map(|part| Token {
            text: part.into(),
            lower: part.to_lowercase().into(),
            ..token.clone()
        })
        .collect();
    Some(parts)
}

fn is_year(word: &str) -> bool {
    let is = |part: &str| part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit());
    match word.split_once('-') {
        Some((from, to)) => is(from) && is(to),
        None => is(word),
    }
}

fn names_a_kind(core: &[String], lexicon: &Lexicon) -> bool {
    core.iter().any(|word| {
        let plural = format!("{word}s");
        [word, &plural].into_iter().any(|word| {
            lexicon.instruments.contains(word.as_str()) || lexicon.meetings.contains(word.as_str())
        })
    })
}

/// In lower case, without stops, in the singular.
pub(super) fn folded(token: &Token) -> String {
    singular(&token.lower.replace('.', ""))
}

/// The singular of a folded word, as far as its end tells: both sides are folded alike, so that it
/// need not be a word.
pub(super) fn singular(word: &str) -> String {
    let plain = |tail: &str| word.ends_with(tail);
    if word.len() > 4 && plain("ies") {
        return format!("{}y", &word[..word.len() - 3]);
    }
    match word.len() > 3 && plain("s") && !plain("ss") && !plain("us") && !plain("is") {
        true => word[..word.len() - 1].to_owned(),
        false => word.to_owned(),
    }
}

impl Key {
    /// How a name that was said fits this one, which is on record.
    pub(super) fn fits(&self, said: &Key) -> Option<Fit> {
        if !said.plain.is_empty() && said.plain == self.plain {
            return Some(Fit::Same);
        }
        if said.number != self.number {
            return None;
        }
        let by_acronym = self.is_acronym_of(said) || said.is_acronym_of(self);
        if said.core != self.core && !by_acronym {
            return None;
        }
        let mut short = by_acronym && said.core.len() != self.core.len();
        let years = agree(&said.years, &self.years, said.years.is_empty())?;
        let parties = match (said.parties.is_empty(), self.parties.is_empty()) {
            _ if said.parties == self.parties => true,
            (false, false) => return None,
            _ => false,
        };
        let either = said.tail.is_empty() || self.tail.is_empty();
        let cut = said.tail.starts_with(&self.tail) || self.tail.starts_with(&said.tail);
        let tail = match (either, cut) {
            _ if said.tail == self.tail => true,
            (false, false) => return None,
            (false, true) => true,
            (true, _) => false,
        };
        if by_acronym {
            return Some(Fit::Acronym);
        }
        short |= !(years && parties && tail);
        if short && self.is_generic() && !(tail && parties && !said.parties.is_empty()) {
            return None;
        }
        if said.core.is_empty() && !(parties && tail) {
            return None;
        }
        Some(if short { Fit::Short } else { Fit::Written })
    }

    /// Nothing but words that stand in many names.
    pub(super) fn is_generic(&self) -> bool {
        self.core.iter().all(|word| GENERIC.contains(&&**word))
    }

    fn is_acronym_of(&self, other: &Key) -> bool {
        let Some(acronym) = &self.acronym else {
            return false;
        };
        other.acronym.as_ref() == Some(acronym)
            || matches!(other.core.as_slice(), [only] if only == acronym)
    }

    /// The same name, in whatever writing.
    pub(super) fn is_the_same_as(&self, other: &Key) -> bool {
        let told = |key: &Key| (key.parties.clone(), key.tail.clone(), key.years.clone());
        self.core == other.core && self.number == other.number && told(self) == told(other)
    }

    /// Whether the other name may be what this one is short for, in the same text.
    pub(super) fn may_be_short_for(&self, other: &Key) -> bool {
        let agrees = |mine: &Vec<String>, its: &Vec<String>| mine.is_empty() || mine == its;
        self.plain != other.plain
            && !self.core.is_empty()
            && self.core == other.core
            && self.parties.is_subset(&other.parties)
            && agrees(&self.tail, &other.tail)
            && agrees(&self.years, &other.years)
            && (self.number.is_none() || self.number == other.number)
    }
}

/// Whether two lists are the same; `None` where they contradict each other. What was said may leave
/// out what is on record, not the other way round.
fn agree(said: &[String], known: &[String], may_be_missing: bool) -> Option<bool> {
    match said == known {
        true => Some(true),
        false => may_be_missing.then_some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(said: &str, known: &str) -> Option<Fit> {
        let lexicon = Lexicon::standard();
        key(known, lexicon).fits(&key(said, lexicon))
    }

    #[test]
    fn one_name_in_several_writings() {
        let alike = [
            (
                "ASEAN-U.S. Plan of Action (2021-2025)",
                "ASEAN-United States Plan of Action 2021–2025",
            ),
            ("U.S.", "United States"),
            ("the United States of America", "United States"),
            ("ASEAN Member States", "ASEAN"),
            ("U.S.-ASEAN Summit", "ASEAN-U.S. Summit"),
            ("ASEAN-U.S. Leaders' Summit", "ASEAN-U.S. Summit"),
            (
                "ASEAN Post-Ministerial Conference with the United States",
                "ASEAN Post Ministerial Conference with the U.S.",
            ),
            ("Timor-Leste", "Timor-Leste"),
        ];
        for (said, known) in alike {
            let fit = fit(said, known);
            assert!(
                matches!(fit, Some(Fit::Same | Fit::Written)),
                "{said} / {known}: {fit:?}"
            );
        }
    }

    #[test]
    fn short_for_the_one_on_record() {
        let short = [
            ("Single Window", "ASEAN Single Window"),
            (
                "ASEAN-U.S. Plan of Action",
                "ASEAN-U.S. Plan of Action (2021–2025)",
            ),
            (
                "Joint Vision Statement on Fisheries",
                "ASEAN-Japan Leaders' Joint Vision Statement on Fisheries",
            ),
        ];
        for (said, known) in short {
            assert_eq!(fit(said, known), Some(Fit::Short), "{said} / {known}");
        }
        assert_eq!(
            fit(
                "ASEAN Digital Economy Framework Agreement (DEFA)",
                "Digital Economy Framework Agreement (DEFA)"
            ),
            Some(Fit::Acronym)
        );
    }

    #[test]
    fn another_thing_does_not_fit() {
        let others = [
            ("ASEAN-Japan Plan of Action", "ASEAN-U.S. Plan of Action"),
            (
                "ASEAN-U.S. Plan of Action (2026-2030)",
                "ASEAN-U.S. Plan of Action (2021–2025)",
            ),
            ("Plan of Action", "ASEAN-U.S. Plan of Action (2021–2025)"),
            (
                "ASEAN Single Window Steering Committee",
                "ASEAN Single Window",
            ),
            (
                "Framework Agreement",
                "ASEAN Digital Economy Framework Agreement",
            ),
            ("ASEAN Secretariat", "ASEAN"),
            ("ASEAN Summit", "ASEAN-U.S. Summit"),
            ("13th ASEAN-U.S. Summit", "14th ASEAN-U.S. Summit"),
            (
                "ASEAN-U.S. Joint Statement",
                "ASEAN-U.S. Joint Statement on Fisheries",
            ),
            (
                "ASEAN-U.S. Joint Statement on Fisheries",
                "ASEAN-U.S. Joint Statement on Forests",
            ),
            ("Republic of Korea", "Republic of Moldova"),
        ];
        for (said, known) in others {
            assert_eq!(fit(said, known), None, "{said} / {known}");
        }
    }

    #[test]
    fn ids_are_names_too() {
        let lexicon = Lexicon::standard();
        let fits = |id: &str, said: &str| key_of_id(id, lexicon).fits(&key(said, lexicon));
        assert!(fits("us", "U.S.").is_some());
        assert!(fits("asean-secretariat", "ASEAN Secretariat").is_some());
        assert!(fits("somtc", "SOMTC").is_some());
        assert!(fits("us", "Japan").is_none());
    }
}
