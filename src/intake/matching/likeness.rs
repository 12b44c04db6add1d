//! How much a proposal is like a commitment on record, and why.
//!
//! 1. Who owes it must not contradict: Japan's promise is not India's.
//! 2. What the proposal is about must stand in the commitment, and the other way round; by words that
//!    weigh the more the rarer they are on record. The lesser of both counts, so that a promise on
//!    training in maritime law is not taken for one on training.
//! 3. The same instrument speaks for it, different instruments against it; the same deadline a little.
//!
//! What comes of it is 0 to 100. [`SURE`] is high: a join that is wrong costs more than one that is
//! missed, and what lies below is shown, too.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::bag::{Bag, Weights, bag, forms};
use crate::domain::commitment::Commitment;
use crate::domain::deadline::Window;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, InstrumentId, PartyId};
use crate::intake::extraction::Proposal;
use crate::intake::lexicon::Lexicon;

/// From here on two promises are one.
pub const SURE: u8 = 62;
/// How much better than the next best it must be.
pub const AHEAD: u8 = 8;
/// From here on it is worth showing.
pub const WORTH_SHOWING: u8 = 34;

/// A commitment on record that resembles a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Like {
    pub reference: CommitmentRef,
    /// 0 to 100.
    pub likeness: u8,
    pub why: String,
}

/// A promise as it is compared.
#[derive(Debug, Clone, Default)]
pub(super) struct Matter {
    /// Of its title and its words.
    pub(super) words: Bag,
    /// Of its title alone.
    pub(super) subject: Bag,
    /// The words as they stand there.
    pub(super) forms: BTreeMap<String, String>,
    pub(super) obligors: BTreeSet<PartyId>,
    pub(super) instruments: BTreeSet<InstrumentId>,
    pub(super) window: Option<Window>,
}

impl Matter {
    pub(super) fn of_commitment(c: &Commitment, directory: &Directory, lexicon: &Lexicon) -> Self {
        let subject = bag(&c.title, lexicon);
        let mut forms = forms(&c.promise.words, lexicon);
        for (word, form) in self::forms(&c.title, lexicon) {
            forms.entry(word).or_insert(form);
        }
        let words = forms.keys().cloned().collect();
        let mut steps = c.milestones.iter().filter_map(|m| m.deadline.as_ref());
        let deadline = c.deadline.as_ref().or(steps.next_back());
        Self {
            words,
            subject,
            forms,
            obligors: c.obligors.iter().cloned().collect(),
            instruments: c.instruments.iter().cloned().collect(),
            window: deadline
                .and_then(|d| directory.resolve(c, d))
                .map(|dated| dated.window),
        }
    }

    pub(super) fn of_proposal(
        proposal: &Proposal,
        obligors: BTreeSet<PartyId>,
        instruments: BTreeSet<InstrumentId>,
        lexicon: &Lexicon,
    ) -> Self {
        let subject = bag(&proposal.subject, lexicon);
        let mut forms = forms(&proposal.quote, lexicon);
        for (word, form) in self::forms(&proposal.subject, lexicon) {
            forms.entry(word).or_insert(form);
        }
        let words = forms.keys().chain(&subject).cloned().collect();
        let due = proposal.deadline.as_ref();
        let due: Option<(NaiveDate, NaiveDate)> = due.and_then(|d| d.earliest.zip(d.latest));
        Self {
            words,
            subject,
            forms,
            obligors,
            instruments,
            window: due.and_then(|(first, last)| Window::new(first, last)),
        }
    }
}

/// How alike two promises are, 0 to 100, and in words why.
pub(super) fn likeness(
    proposal: &Matter,
    known: &Matter,
    weights: &Weights,
    directory: &Directory,
) -> Option<(u8, String)> {
    let contradict = |a: &BTreeSet<PartyId>, b: &BTreeSet<PartyId>| {
        !a.is_empty() && !b.is_empty() && a.is_disjoint(b)
    };
    if contradict(&proposal.obligors, &known.obligors) {
        return None;
    }
    let telling = |matter: &Matter| matter.words.iter().any(|w| weights.is_telling(w));
    if !telling(proposal) || !telling(known) {
        return None;
    }
    let of_proposal = weights.share(about(proposal, weights), &known.words);
    let of_known = weights.share(about(known, weights), &proposal.words);
    let both = weights.sum(proposal.words.intersection(&known.words));
    let all = weights.sum(proposal.words.union(&known.words));
    let common = if all > 0.0 { both / all } else { 0.0 };
    let mut alike =
        0.55 * of_proposal.min(of_known) + 0.2 * of_proposal.max(of_known) + 0.25 * common;
    let shared: Vec<&InstrumentId> = proposal
        .instruments
        .intersection(&known.instruments)
        .collect();
    if !shared.is_empty() {
        alike += 0.12;
    } else if !proposal.instruments.is_empty() && !known.instruments.is_empty() {
        alike *= 0.6;
    }
    if proposal.window.is_some() && proposal.window == known.window {
        alike += 0.04;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 100"
    )]
    let likeness = (alike.clamp(0.0, 1.0) * 100.0).round() as u8;
    let words = weights.telling(&proposal.words, &known.words, 4);
    let words: Vec<&str> = words
        .into_iter()
        .map(|word| proposal.forms.get(word).map_or(word, String::as_str))
        .collect();
    Some((likeness, in_words(&words, &shared, directory)))
}

/// The words that say what it is about: of its title, where it says anything.
fn about<'m>(matter: &'m Matter, weights: &Weights) -> &'m Bag {
    match matter.subject.iter().any(|w| weights.is_telling(w)) {
        true => &matter.subject,
        false => &matter.words,
    }
}

fn in_words(words: &[&str], shared: &[&InstrumentId], directory: &Directory) -> String {
    let names: Vec<&str> = shared
        .iter()
        .map(|id| {
            directory
                .instruments
                .get(*id)
                .map_or(id.as_str(), |i| i.short())
        })
        .collect();
    match (names.is_empty(), words.is_empty()) {
        (false, false) => format!(
            "both are on {}, and speak of {}",
            names.join(", "),
            words.join(", ")
        ),
        (false, true) => format!("both are on {}", names.join(", ")),
        (true, false) => format!("both speak of {}", words.join(", ")),
        (true, true) => "they share words of the genre alone".to_owned(),
    }
}
