//! What a later document does to an older promise.

use std::cmp::Ordering::{Equal, Greater, Less};

use super::on_record::{Known, OnRecord};
use crate::domain::commitment::{Effect, Strength};
use crate::intake::extraction::Proposal;
use crate::wording;

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
