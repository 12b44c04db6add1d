//! The parties and instruments of the record, to be found by the names a document gives them. A name
//! that fits two things alike is neither: both are told.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::keys::{Key, key, key_of_id};
use crate::domain::directory::Directory;
use crate::domain::ids::{InstrumentId, PartyId};
use crate::intake::blocks::blocks;
use crate::intake::lexicon::Lexicon;
use crate::intake::names::{names, words};

/// The words of a document, and what the record has of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Named<I> {
    pub words: String,
    pub is: Found<I>,
}

/// What the record has under a name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Found<I> {
    Known(I),
    /// It fits several alike, so that a person has to say which.
    Several(Vec<I>),
    Unknown,
}

impl<I> Found<I> {
    pub fn known(&self) -> Option<&I> {
        match self {
            Found::Known(id) => Some(id),
            Found::Several(_) | Found::Unknown => None,
        }
    }
}

/// Things on record, each under every name it goes by.
#[derive(Debug)]
pub(super) struct Shelf<I> {
    things: Vec<(I, Vec<Key>)>,
}

impl<I: Clone + Ord> Shelf<I> {
    /// What fits the first of several ways of saying a name that fits anything.
    pub(super) fn find(&self, said: &[Key]) -> Found<I> {
        let mut several = Found::Unknown;
        for said in said {
            match self.best(said) {
                Found::Unknown => {}
                Found::Known(id) => return Found::Known(id),
                found => several = found,
            }
        }
        several
    }

    fn best(&self, said: &Key) -> Found<I> {
        let fits = self.things.iter().filter_map(|(id, keys)| {
            let best = keys.iter().filter_map(|key| key.fits(said)).min()?;
            Some((best, id))
        });
        let fits: Vec<_> = fits.collect();
        let Some(best) = fits.iter().map(|(fit, _)| *fit).min() else {
            return Found::Unknown;
        };
        let mut found: Vec<I> = fits
            .into_iter()
            .filter(|(fit, _)| *fit == best)
            .map(|(_, id)| id.clone())
            .collect();
        found.sort();
        match found.len() {
            1 => Found::Known(found.remove(0)),
            _ => Found::Several(found),
        }
    }
}

pub(super) fn parties(directory: &Directory, lexicon: &Lexicon) -> Shelf<PartyId> {
    let parties = directory.parties.values().map(|party| {
        let keys = vec![
            key(&party.name, lexicon),
            key_of_id(party.id.as_str(), lexicon),
        ];
        (party.id.clone(), keys)
    });
    Shelf {
        things: parties.collect(),
    }
}

pub(super) fn instruments(directory: &Directory, lexicon: &Lexicon) -> Shelf<InstrumentId> {
    let instruments = directory.instruments.values().map(|instrument| {
        let mut own = key(&instrument.name, lexicon);
        let acronym = instrument.acronym.as_deref();
        let acronym = acronym.map(|acronym| key(acronym, lexicon));
        own.acronym = acronym
            .and_then(|a| a.plain.first().cloned())
            .or(own.acronym);
        (instrument.id.clone(), vec![own])
    });
    Shelf {
        things: instruments.collect(),
    }
}

/// The names of a text: what a short one among them stands for.
#[derive(Debug, Default)]
pub(super) struct NamesOfText {
    keys: Vec<Key>,
    /// Places in `keys`.
    by_core: BTreeMap<Vec<String>, Vec<usize>>,
    by_acronym: BTreeMap<String, Vec<usize>>,
}

impl NamesOfText {
    pub(super) fn of(text: &str, lexicon: &Lexicon) -> Self {
        let chars: Vec<char> = text.chars().collect();
        let mut found: BTreeSet<String> = BTreeSet::new();
        for block in blocks(&chars) {
            for named in names(&block.tokens, 0, block.tokens.len(), lexicon) {
                found.insert(words(&block.tokens, named.from, named.to));
            }
        }
        let mut names = Self::default();
        for (place, name) in found.into_iter().enumerate() {
            let own = key(&name, lexicon);
            names
                .by_core
                .entry(own.core.clone())
                .or_default()
                .push(place);
            if let Some(acronym) = own.acronym.clone() {
                names.by_acronym.entry(acronym).or_default().push(place);
            }
            names.keys.push(own);
        }
        names
    }

    /// A name as it was said, then the one longer name of the text that it is short for.
    pub(super) fn ways_of_saying(&self, name: &str, lexicon: &Lexicon) -> Vec<Key> {
        let said = key(name, lexicon);
        let by_acronym = match said.core.as_slice() {
            [only] => self.by_acronym.get(only),
            _ => None,
        };
        let by_acronym = by_acronym.into_iter().flatten().map(|n| &self.keys[*n]);
        let by_core = self.by_core.get(&said.core).into_iter().flatten();
        let by_core = by_core.map(|n| &self.keys[*n]);
        let by_core = by_core.filter(|other| said.may_be_short_for(other));
        let mut longer = by_acronym.chain(by_core);
        let first = longer.next();
        let first = first.filter(|first| longer.all(|other| other.is_the_same_as(first)));
        let first = first.cloned();
        std::iter::once(said).chain(first).collect()
    }
}

/// The most names that are looked for in one sentence.
const MOST: usize = 60;

/// Names with what the record has of them.
pub(super) fn named<I: Clone + Ord>(
    said: &[String],
    shelf: &Shelf<I>,
    of_text: &NamesOfText,
    lexicon: &Lexicon,
) -> Vec<Named<I>> {
    let mut found: Vec<Named<I>> = Vec::new();
    for words in said.iter().take(MOST) {
        let is = shelf.find(&of_text.ways_of_saying(words, lexicon));
        // Two writings of one thing are said once.
        let is_known = |known: &Named<I>| known.is.known().is_some() && same(&known.is, &is);
        if !found.iter().any(is_known) {
            found.push(Named {
                words: words.clone(),
                is,
            });
        }
    }
    found
}

fn same<I: Ord>(a: &Found<I>, b: &Found<I>) -> bool {
    matches!((a.known(), b.known()), (Some(a), Some(b)) if a == b)
}
