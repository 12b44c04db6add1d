//! What the record has of a proposal already: the same words, the same undertaking in another account
//! of the meeting, an older promise that is said again, or nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::bag::Weights;
use super::documents::{DocumentMatch, told};
use super::likeness::{AHEAD, Like, Matter, SURE, WORTH_SHOWING, likeness};
use crate::domain::book::Book;
use crate::domain::commitment::{Commitment, Effect, Strength};
use crate::domain::ids::{CommitmentRef, DocumentId, MeetingId};
use crate::intake::extraction::Proposal;
use crate::intake::lexicon::Lexicon;
use crate::intake::tokens::tokenize_phrase;
use crate::wording;

/// What the record has of a proposal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing that is surely the same.
    New,
    /// It is on record: the same words of this document (several commitments, where a sentence was
    /// split for several desks), or what another account of the meeting says, too.
    There {
        references: Vec<CommitmentRef>,
        /// The account that claims it.
        document: Option<DocumentId>,
        why: String,
    },
    /// An older promise is said again.
    Mention {
        reference: CommitmentRef,
        effect: Effect,
        likeness: u8,
        why: String,
    },
}

/// What another account of the meeting, or the record of this very document, claims and this reading
/// does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unclaimed {
    pub reference: CommitmentRef,
    pub document: Option<DocumentId>,
    pub why: String,
}

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
    pub(super) fn alike(&self, proposal: &Matter) -> Vec<(&Known<'a>, u8, String)> {
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

/// The document that is read, as far as its proposals are told by it.
pub(super) struct Account<'a> {
    pub(super) document: &'a DocumentMatch,
    pub(super) meeting: Option<&'a MeetingId>,
    pub(super) issued: NaiveDate,
}

impl Account<'_> {
    /// Stands on record as said by this very document.
    pub(super) fn is_own(&self, c: &Commitment) -> bool {
        let own = self.document.already_there();
        own.is_some() && c.promise.document.as_ref() == own
    }

    /// Of the same meeting, by another account or by none.
    pub(super) fn is_of_meeting(&self, c: &Commitment) -> bool {
        let others = self.document.other_accounts();
        let of_document = c
            .promise
            .document
            .as_ref()
            .is_some_and(|d| others.contains(d));
        let of_meeting = self.meeting.is_some() && c.meeting.as_ref() == self.meeting;
        !self.is_own(c) && (of_document || of_meeting)
    }
}

/// What the record has of a proposal, and what else on record resembles it.
///
/// 1. The same words of the same document.
/// 2. The same words, or surely the same undertaking, in another account of the meeting.
/// 3. Surely an older open promise, and none that fits nearly as well.
pub(super) fn standing(
    proposal: &Proposal,
    matter: &Matter,
    record: &OnRecord<'_>,
    account: &Account<'_>,
) -> (Standing, Vec<Like>) {
    let alike = record.alike(matter);
    let standing = same_words(proposal, &alike, record, account)
        .or_else(|| in_another_account(&alike, record, account))
        .or_else(|| said_again(proposal, &alike, record, account))
        .unwrap_or(Standing::New);
    let chosen = references_of(&standing);
    let others = alike
        .into_iter()
        .filter(|(known, ..)| !chosen.contains(&&known.commitment.reference))
        .take(5)
        .map(|(known, likeness, why)| Like {
            reference: known.commitment.reference.clone(),
            likeness,
            why,
        });
    let others: Vec<Like> = others.collect();
    (standing, others)
}

/// A promise is said again once in a document. Where several proposals were taken for it, those that
/// are clearly less like it than the best are new, and only resemble it.
pub(super) fn once_each(found: &mut [(Standing, Vec<Like>)]) {
    let mut best: BTreeMap<CommitmentRef, u8> = BTreeMap::new();
    for (standing, _) in found.iter() {
        if let Standing::Mention {
            reference,
            likeness,
            ..
        } = standing
        {
            let best = best.entry(reference.clone()).or_default();
            *best = (*best).max(*likeness);
        }
    }
    for (standing, resembles) in found.iter_mut() {
        let Standing::Mention {
            reference,
            likeness,
            why,
            ..
        } = standing
        else {
            continue;
        };
        if likeness.saturating_add(AHEAD) <= best.get(reference).copied().unwrap_or_default() {
            let like = Like {
                reference: reference.clone(),
                likeness: *likeness,
                why: std::mem::take(why),
            };
            resembles.insert(0, like);
            *standing = Standing::New;
        }
    }
}

/// The commitments that a proposal is joined with.
pub(super) fn references_of(standing: &Standing) -> Vec<&CommitmentRef> {
    match standing {
        Standing::New => Vec::new(),
        Standing::There { references, .. } => references.iter().collect(),
        Standing::Mention { reference, .. } => vec![reference],
    }
}

fn same_words(
    proposal: &Proposal,
    alike: &[(&Known<'_>, u8, String)],
    record: &OnRecord<'_>,
    account: &Account<'_>,
) -> Option<Standing> {
    let quote = words_of(&proposal.quote);
    // Of what is surely alike, fewer of the words need to be the same: a quotation may begin later.
    let has_them = |c: &Commitment| {
        let mut sure = alike.iter().filter(|(_, likeness, _)| *likeness >= SURE);
        let is_sure = sure.any(|(known, ..)| known.commitment.reference == c.reference);
        are_the_same(
            &quote,
            &words_of(&c.promise.words),
            if is_sure { 60 } else { 85 },
        )
    };
    let all = || record.known.iter().map(|k| k.commitment);
    let own: Vec<&Commitment> = all().filter(|c| account.is_own(c) && has_them(c)).collect();
    if !own.is_empty() {
        return Some(Standing::There {
            references: own.iter().map(|c| c.reference.clone()).collect(),
            document: account.document.already_there().cloned(),
            why: match own.len() {
                1 => "these words of this document are on record".to_owned(),
                n => format!(
                    "these words of this document are on record, split into {}",
                    wording::count(n, "commitment")
                ),
            },
        });
    }
    let others = all().filter(|c| account.is_of_meeting(c) && has_them(c));
    let others: Vec<&Commitment> = others.collect();
    let first = others.first()?;
    Some(Standing::There {
        references: others.iter().map(|c| c.reference.clone()).collect(),
        document: first.promise.document.clone(),
        why: format!("{} has the same words", claimant(first, record)),
    })
}

fn in_another_account(
    alike: &[(&Known<'_>, u8, String)],
    record: &OnRecord<'_>,
    account: &Account<'_>,
) -> Option<Standing> {
    let of_meeting = alike
        .iter()
        .filter(|(k, ..)| account.is_of_meeting(k.commitment));
    let (known, _, why) = surely(of_meeting)?;
    let claimed = known.commitment;
    Some(Standing::There {
        references: vec![claimed.reference.clone()],
        document: claimed.promise.document.clone(),
        why: format!("{} claims it, too: {why}", claimant(claimed, record)),
    })
}

fn said_again(
    proposal: &Proposal,
    alike: &[(&Known<'_>, u8, String)],
    record: &OnRecord<'_>,
    account: &Account<'_>,
) -> Option<Standing> {
    let older = alike.iter().filter(|(known, ..)| {
        let c = known.commitment;
        c.is_open() && c.opened <= account.issued && !account.is_own(c) && !account.is_of_meeting(c)
    });
    let (known, likeness, why) = surely(older)?;
    let (effect, told) = effect(proposal, known, record);
    Some(Standing::Mention {
        reference: known.commitment.reference.clone(),
        effect,
        likeness: *likeness,
        why: format!("{why}; {told}"),
    })
}

/// The first, where it is surely the same and no other fits nearly as well.
fn surely<'k, 'a: 'k>(
    mut alike: impl Iterator<Item = &'k (&'k Known<'a>, u8, String)>,
) -> Option<&'k (&'k Known<'a>, u8, String)> {
    let first = alike.next()?;
    let second = alike.next().map_or(0, |(_, likeness, _)| *likeness);
    (first.1 >= SURE && first.1 >= second.saturating_add(AHEAD)).then_some(first)
}

/// Who claims a commitment: its document with whose word it is, or its meeting.
fn claimant(c: &Commitment, record: &OnRecord<'_>) -> String {
    let document = c.promise.document.as_ref();
    let document = document.and_then(|id| record.book.document(id.as_str()));
    match document {
        Some(document) => told(document),
        None => "the record of the meeting".to_owned(),
    }
}

/// Whether an older promise is repeated, strengthened or weakened: by its verb first, then by its
/// deadline.
pub(super) fn effect(
    proposal: &Proposal,
    known: &Known<'_>,
    record: &OnRecord<'_>,
) -> (Effect, String) {
    let old = known.commitment;
    let verb = old.strength.map(|old| {
        let said = |s: Strength| wording::strength(s).to_lowercase();
        let told = format!("{} then, {} now", said(old), said(proposal.strength));
        (rank(proposal.strength).cmp(&rank(old)), told)
    });
    use std::cmp::Ordering::{Equal, Greater, Less};
    match verb {
        Some((Greater, told)) => return (Effect::Strengthens, told),
        Some((Less, told)) => return (Effect::Weakens, told),
        Some((Equal, _)) | None => {}
    }
    let was = old
        .deadline
        .as_ref()
        .and_then(|d| record.book.directory.resolve(old, d))
        .map(|dated| dated.window.last);
    let is = proposal.deadline.as_ref();
    let event = is.is_some_and(|d| d.latest.is_none());
    match (was, is.and_then(|d| d.latest)) {
        (Some(was), Some(is)) if is < was => (
            Effect::Strengthens,
            format!("due {} now, {} before", wording::day(is), wording::day(was)),
        ),
        (Some(was), Some(is)) if is > was => (
            Effect::Weakens,
            format!(
                "due only {} now, {} before",
                wording::day(is),
                wording::day(was)
            ),
        ),
        (None, Some(is)) if old.deadline.is_none() && old.milestones.is_empty() => (
            Effect::Strengthens,
            format!("due {} now, without a date before", wording::day(is)),
        ),
        (Some(was), None) if !event => (
            Effect::Weakens,
            format!("no date is said now; it was due {}", wording::day(was)),
        ),
        _ => (Effect::Repeats, "as strong as before".to_owned()),
    }
}

fn rank(strength: Strength) -> u8 {
    match strength {
        Strength::Firm => 2,
        Strength::Political => 1,
        Strength::Hortatory => 0,
    }
}

/// What the other accounts of the meeting (or this document, read before) claim, and no proposal does.
pub(super) fn unclaimed(
    standings: &[&Standing],
    record: &OnRecord<'_>,
    account: &Account<'_>,
) -> Vec<Unclaimed> {
    let claimed: Vec<&CommitmentRef> = standings.iter().flat_map(|s| references_of(s)).collect();
    let all = record.known.iter().map(|k| k.commitment);
    all.filter(|c| account.is_own(c) || account.is_of_meeting(c))
        .filter(|c| !claimed.contains(&&c.reference))
        .map(|c| Unclaimed {
            reference: c.reference.clone(),
            document: c.promise.document.clone(),
            why: match account.is_own(c) {
                true => {
                    "it was entered from this document, and is not among the proposals".to_owned()
                }
                false => format!("{} claims it; this text does not", claimant(c, record)),
            },
        })
        .collect()
}

fn words_of(text: &str) -> Vec<Box<str>> {
    let tokens = tokenize_phrase(text);
    let words = tokens.into_iter().filter(|t| t.is_word());
    words.map(|token| token.lower).collect()
}

/// Fewer words are said by chance.
const FEWEST: usize = 4;

/// Whether two quotations are of the same words: so many in a hundred words of the shorter stand, in
/// one run, in the longer. Where a sentence was split, the parts begin and end elsewhere.
fn are_the_same(a: &[Box<str>], b: &[Box<str>], percent: usize) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.len() < FEWEST {
        return !short.is_empty() && short == long;
    }
    longest_run(short, long) * 100 >= short.len() * percent
}

/// The longest stretch of words that stands in both.
fn longest_run(short: &[Box<str>], long: &[Box<str>]) -> usize {
    let mut row = vec![0usize; short.len() + 1];
    let mut longest = 0;
    for word in long {
        let mut diagonal = 0;
        for (at, own) in short.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = if own == word { diagonal + 1 } else { 0 };
            longest = longest.max(row[at + 1]);
            diagonal = above;
        }
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn same(a: &str, b: &str) -> bool {
        are_the_same(&words_of(a), &words_of(b), 85)
    }

    #[test]
    fn quotations_of_the_same_words() {
        let sentence = "Both sides reaffirmed their commitments to curbing wildlife trafficking, illegal logging, and the trade in counterfeit medicine.";
        assert!(same(
            sentence,
            "Both sides reaffirmed their commitments to curbing wild-\nlife trafficking, illegal logging"
        ));
        assert!(same(
            "reaffirmed their commitments to curbing wildlife",
            sentence
        ));
        assert!(!same(
            sentence,
            "Both sides reaffirmed their commitments to the rule of law"
        ));
        assert!(!same("Both sides", sentence));
        assert!(same("Both sides", "both sides"));
    }
}
