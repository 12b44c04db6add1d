//! What is on record, to be compared with: the commitments of the document's partnership that its reader
//! may read, by the words that tell them apart.

use std::collections::BTreeMap;

use super::bag::Weights;
use super::likeness::{Matter, WORTH_SHOWING, likeness};
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::intake::lexicon::Lexicon;

/// A commitment on record with what it is compared by.
pub(super) struct Known<'a> {
    pub(super) commitment: &'a Commitment,
    pub(super) matter: Matter,
}

/// What is on record, to be compared with; only what the reader may read.
pub(super) struct OnRecord<'a> {
    pub(super) book: &'a Book,
    /// Of the document's partnership.
    pub(super) known: Vec<Known<'a>>,
    pub(super) weights: Weights,
    /// Places in `known`, by the words that tell promises apart.
    by_word: BTreeMap<String, Vec<usize>>,
}

/// A commitment that resembles a proposal: how much, 0 to 100, and why.
pub(super) type Alike<'r, 'a> = (&'r Known<'a>, u8, String);

/// How many of those that share the most are looked at closely.
const LOOKED_AT: usize = 60;

impl<'a> OnRecord<'a> {
    pub(super) fn of(book: &'a Book, compared: &[&'a Commitment], lexicon: &Lexicon) -> Self {
        let known: Vec<Known<'a>> = compared
            .iter()
            .map(|commitment| Known {
                commitment,
                matter: Matter::of_commitment(commitment, &book.directory, lexicon),
            })
            .collect();
        let weights = Weights::of(known.iter().map(|k| &k.matter.words));
        let mut by_word: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (place, known) in known.iter().enumerate() {
            for word in known.matter.words.iter().filter(|w| weights.is_telling(w)) {
                by_word.entry(word.clone()).or_default().push(place);
            }
        }
        Self {
            book,
            known,
            weights,
            by_word,
        }
    }

    /// Those that resemble it, the most alike first; of equals by reference.
    pub(super) fn alike(&self, proposal: &Matter) -> Vec<Alike<'_, 'a>> {
        let mut shared: BTreeMap<usize, f64> = BTreeMap::new();
        for word in &proposal.words {
            let weight = self.weights.sum(std::iter::once(word));
            for place in self.by_word.get(word).into_iter().flatten() {
                *shared.entry(*place).or_default() += weight;
            }
        }
        let mut shared: Vec<(usize, f64)> = shared.into_iter().collect();
        shared.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let directory = &self.book.directory;
        let mut alike: Vec<_> = shared
            .into_iter()
            .take(LOOKED_AT)
            .filter_map(|(place, _)| {
                let known = &self.known[place];
                let (likeness, why) = likeness(proposal, &known.matter, &self.weights, directory)?;
                (likeness >= WORTH_SHOWING).then_some((known, likeness, why))
            })
            .collect();
        alike.sort_by(|a, b| {
            let by_reference = || a.0.commitment.reference.cmp(&b.0.commitment.reference);
            b.1.cmp(&a.1).then_with(by_reference)
        });
        alike
    }
}
