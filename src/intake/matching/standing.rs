//! What the record has of a proposal already: the same words, the same undertaking in another account
//! of the meeting, an older promise that is said again, or nothing.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::documents::{DocumentMatch, told};
use super::effect::effect;
use super::likeness::{AHEAD, Like, SURE};
use super::on_record::{Alike, OnRecord};
use super::quoted::{are_the_same, words_of};
use crate::domain::commitment::{Commitment, Effect};
use crate::domain::ids::{CommitmentRef, DocumentId, MeetingId};
use crate::intake::extraction::Proposal;
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
    alike: &[Alike<'_, '_>],
    record: &OnRecord<'_>,
    account: &Account<'_>,
) -> (Standing, Vec<Like>) {
    let standing = same_words(proposal, alike, record, account)
        .or_else(|| in_another_account(alike, record, account))
        .or_else(|| said_again(proposal, alike, record, account))
        .unwrap_or(Standing::New);
    let chosen = references_of(&standing);
    let others = alike
        .iter()
        .filter(|(known, ..)| !chosen.contains(&&known.commitment.reference))
        .take(5)
        .map(|(known, likeness, why)| Like {
            reference: known.commitment.reference.clone(),
            likeness: *likeness,
            why: why.clone(),
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
    alike: &[Alike<'_, '_>],
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
    alike: &[Alike<'_, '_>],
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
    alike: &[Alike<'_, '_>],
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
    mut alike: impl Iterator<Item = &'k Alike<'k, 'a>>,
) -> Option<&'k Alike<'k, 'a>> {
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
