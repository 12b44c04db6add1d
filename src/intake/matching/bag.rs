//! The words of a promise that tell it from others, and how rare each of them is within what is on
//! record of a partnership.
//!
//! Words are folded so that `enhancing`, `enhanced` and `enhancement` are one. What every outcome
//! document is full of (`strengthen cooperation in areas of mutual interest`) weighs a fifth: two
//! promises that share nothing else are not alike.

use std::collections::{BTreeMap, BTreeSet};

use super::keys::singular;
use crate::intake::lexicon::Lexicon;
use crate::intake::tokens::{Token, tokenize_phrase};

/// Folded words.
pub(super) type Bag = BTreeSet<String>;

/// What a word of the genre weighs, against one that says what a promise is about.
const OF_THE_GENRE: f64 = 0.2;

/// Words that carry the grammar; no promise is known by them.
const SMALL: &str = "the a an of in on at to for by with from and or as its their our your his her be \
    will would shall should may can could is are was were been being that which who whom whose this \
    these those under between among through into within across over upon towards toward during \
    while also both all each other such including particularly especially further more most new \
    well there it they we he she not no any some per via against about after before until than so \
    not only but if when where how what us i ii iii";

/// Words that half of the promises in such documents have.
const GENRE: &str = "cooperate cooperation collaborate collaboration strengthen enhance promote \
    advance support deepen continue work region regional framework partner partnership area priority \
    mutual interest key effort commit commitment shared share joint common importance important \
    develop development implement implementation activity initiative capacity build building reaffirm \
    underscore underline emphasise reiterate look forward encourage welcome agree explore expand \
    foster address ensure provide increase improve side party participant dialogue leader minister \
    member state country people engage engagement relation tie issue challenge opportunity role \
    field sector strategic comprehensive sustain sustained robust close effective practical \
    concrete exchange jointly together world international global stability peace prosperity security \
    economic trade political social stand ready readiness intend seek aim plan need necessity \
    establish launch convene hold host meeting next upcoming year month";

/// The folded words that weigh little, and those that weigh nothing.
#[derive(Debug)]
pub(super) struct Weights {
    small: BTreeSet<String>,
    genre: BTreeSet<String>,
    /// In how many promises on record each word stands.
    counts: BTreeMap<String, usize>,
    promises: usize,
}

impl Weights {
    /// Counts the words of the promises on record; `own` is one bag for each.
    pub(super) fn of<'b>(own: impl Iterator<Item = &'b Bag>) -> Self {
        let words = |list: &str| list.split_whitespace().map(stem).collect();
        let mut weights = Self {
            small: words(SMALL),
            genre: words(GENRE),
            counts: BTreeMap::new(),
            promises: 0,
        };
        for bag in own {
            weights.promises += 1;
            for word in bag {
                *weights.counts.entry(word.clone()).or_default() += 1;
            }
        }
        weights
    }

    /// What a word weighs: the rarer on record the more, from 1 for a word of every promise.
    #[expect(clippy::cast_precision_loss, reason = "counts of promises are small")]
    fn weight(&self, word: &str) -> f64 {
        if self.small.contains(word) {
            return 0.0;
        }
        let count = self.counts.get(word).copied().unwrap_or(0).max(1) as f64;
        let rarity = 1.0 + (self.promises.max(1) as f64 / count).ln();
        match self.genre.contains(word) {
            true => rarity.min(2.0) * OF_THE_GENRE,
            false => rarity,
        }
    }

    pub(super) fn sum<'w>(&self, words: impl Iterator<Item = &'w String>) -> f64 {
        words.map(|word| self.weight(word)).sum()
    }

    /// How much of what some words weigh stands among others, 0 to 1.
    pub(super) fn share(&self, of: &Bag, among: &Bag) -> f64 {
        let whole = self.sum(of.iter());
        match whole > 0.0 {
            true => self.sum(of.intersection(among)) / whole,
            false => 0.0,
        }
    }

    /// The words both have that weigh most, the heaviest first.
    pub(super) fn telling<'w>(&self, a: &'w Bag, b: &'w Bag, most: usize) -> Vec<&'w str> {
        let mut both: Vec<(&String, f64)> = a
            .intersection(b)
            .map(|word| (word, self.weight(word)))
            .filter(|(word, weight)| *weight > 0.0 && !self.genre.contains(*word))
            .collect();
        both.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        both.into_iter()
            .take(most)
            .map(|(w, _)| w.as_str())
            .collect()
    }

    /// Whether a word says what a promise is about.
    pub(super) fn is_telling(&self, word: &str) -> bool {
        !self.small.contains(word) && !self.genre.contains(word)
    }
}

/// The folded words of a text, without the names of parties: who promises is compared by itself.
pub(super) fn bag(text: &str, lexicon: &Lexicon) -> Bag {
    forms(text, lexicon).into_keys().collect()
}

/// The folded words of a text, each with the first of its forms that stands there.
pub(super) fn forms(text: &str, lexicon: &Lexicon) -> BTreeMap<String, String> {
    let tokens = tokenize_phrase(text);
    let mut forms = BTreeMap::new();
    let mut at = 0;
    while at < tokens.len() {
        if let Some((_, length, _)) = lexicon.name(&tokens, at) {
            at += length.max(1);
            continue;
        }
        add(&tokens[at], lexicon, &mut forms);
        at += 1;
    }
    forms
}

fn add(token: &Token, lexicon: &Lexicon, forms: &mut BTreeMap<String, String>) {
    if !token.is_word() {
        return;
    }
    for part in token.lower.split(['-', '/']) {
        let part = part.replace('.', "");
        let is_name = token.is_capital() && lexicon.name_of_word(&part).is_some();
        let is_year = part.len() == 4 && part.bytes().all(|b| b.is_ascii_digit());
        if !part.is_empty() && !is_name && !is_year {
            forms.entry(stem(&part)).or_insert(part);
        }
    }
}

/// A word without its ending, alike for the forms of one word; it need not be a word. British and
/// American spellings are one.
pub(super) fn stem(word: &str) -> String {
    let word = singular(word);
    let mut word = word
        .replace("isation", "ization")
        .replace("ise", "ize")
        .replace("ising", "izing")
        .replace("our", "or");
    if let Some(rest) = word.strip_suffix("ramme") {
        word = format!("{rest}ram");
    }
    if let Some(rest) = word.strip_suffix("tre") {
        word = format!("{rest}ter");
    }
    const ENDINGS: [&str; 14] = [
        "ization", "izing", "ized", "ize", "ational", "ation", "ment", "ness", "ing", "ion", "ed",
        "al", "ly", "e",
    ];
    for ending in ENDINGS {
        if let Some(rest) = word.strip_suffix(ending)
            && rest.chars().count() >= 4
        {
            return rest.to_owned();
        }
    }
    word
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_one_word_are_one() {
        let same = [
            ("enhancing", "enhance"),
            ("establishment", "establishing"),
            ("programmes", "program"),
            ("centre", "center"),
            ("digitalisation", "digitalization"),
            ("harmonised", "harmonizing"),
            ("endorsed", "endorse"),
            ("scams", "scam"),
            ("neighbours", "neighbor"),
        ];
        for (a, b) in same {
            assert_eq!(stem(a), stem(b), "{a} / {b}");
        }
        for (a, b) in [
            ("power", "poverty"),
            ("food", "flood"),
            ("trade", "training"),
        ] {
            assert_ne!(stem(a), stem(b), "{a} / {b}");
        }
    }

    #[test]
    fn names_and_years_are_no_words_of_a_promise() {
        let bag = bag(
            "ASEAN and the U.S. will sign the ASEAN-U.S. Agreement on Fisheries in 2026",
            Lexicon::standard(),
        );
        let words: Vec<&str> = bag.iter().map(String::as_str).collect();
        assert!(words.contains(&"fishery"), "{words:?}");
        assert!(
            !words
                .iter()
                .any(|w| w.contains("asean") || *w == "2026" || *w == "us")
        );
    }

    #[test]
    fn what_is_rare_on_record_weighs_more() {
        let lexicon = Lexicon::standard();
        let record = [
            bag("strengthen cooperation on fisheries", lexicon),
            bag("strengthen cooperation on fisheries and forests", lexicon),
            bag("strengthen cooperation on tsunami warning", lexicon),
        ];
        let weights = Weights::of(record.iter());
        let weight = |word: &str| weights.weight(&stem(word));
        assert!(weight("tsunami") > weight("fisheries"));
        assert!(weight("fisheries") > weight("cooperation"));
        assert!(weight("the") < f64::EPSILON);
    }
}
