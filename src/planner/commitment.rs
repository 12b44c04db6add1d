//! `due` for one commitment.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};

use super::case::{Candidate, Case};
use super::courtesy::reason_for_silence;
use super::occurrence::{Due, Moment, Occurrence, Skipped};
use super::recorded::Recorded;
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::ReaderId;
use crate::domain::notice::{SkipReason, Subject};
use crate::domain::rule::Rule;

/// What a commitment has to say by now that the ledger does not hold, what it leaves unsaid and
/// why, and when it speaks next.
///
/// 1. The rules put forward their candidates.
/// 2. What is in the ledger is left out, for its reader or for a predecessor in office; what lies
///    ahead sets the time of the next call.
/// 3. What has a reason to stay silent is skipped with it.
/// 4. What missed its slot waits for the next one unless its reader is at work.
/// 5. Of several that leave together for one reader, the most pressing goes.
pub fn due(
    commitment: &Commitment,
    directory: &Directory,
    recorded: &Recorded,
    moment: Moment,
) -> Due {
    let mut due = Due::default();
    if !commitment.is_open() {
        return due;
    }
    let mut leaving = Vec::new();
    for candidate in candidates_beyond(recorded, commitment, directory, moment.now) {
        if is_recorded(&candidate, recorded) {
            continue;
        }
        if candidate.occurrence.slot > moment.now {
            due.speak_at(candidate.occurrence.slot);
        } else if let Some(reason) = reason_for_silence(&candidate, commitment, directory, moment) {
            due.skipped.push(Skipped {
                occurrence: candidate.occurrence,
                reason,
            });
        } else {
            let hours = directory.hours(&candidate.occurrence.recipient);
            match moment.leaves(hours, candidate.occurrence.rule) {
                at if at > moment.now => due.speak_at(at),
                _ => leaving.push(candidate.occurrence),
            }
        }
    }
    coalesce(leaving, &mut due);
    for occurrence in &mut due.said {
        let late = moment.is_late(occurrence.slot);
        occurrence
            .items
            .iter_mut()
            .for_each(|item| item.late = late);
    }
    due
}

/// What a commitment will say after `now` and up to `until`, if nobody acts: for the pages, which
/// tell people what happens next.
pub fn upcoming(
    commitment: &Commitment,
    directory: &Directory,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Vec<Occurrence> {
    if !commitment.is_open() {
        return Vec::new();
    }
    let ahead = candidates(commitment, directory, until)
        .into_iter()
        .filter(|c| (now..until).contains(&c.occurrence.slot));
    let spoken = ahead.filter(|c| {
        let then = Moment {
            now: c.occurrence.slot,
            live_on: None,
        };
        reason_for_silence(c, commitment, directory, then).is_none()
    });
    let mut by_slot: HashMap<DateTime<Utc>, Vec<Occurrence>> = HashMap::new();
    for candidate in spoken {
        by_slot
            .entry(candidate.occurrence.slot)
            .or_default()
            .push(candidate.occurrence);
    }
    let mut due = Due::default();
    by_slot
        .into_values()
        .for_each(|leaving| coalesce(leaving, &mut due));
    due.said.sort_by(|a, b| {
        (a.slot, a.rule.precedence(), &a.recipient).cmp(&(
            b.slot,
            b.rule.precedence(),
            &b.recipient,
        ))
    });
    due.said
}

/// Whether the ledger holds it, for its reader or for the one who had the office before.
fn is_recorded(candidate: &Candidate, recorded: &Recorded) -> bool {
    let was_for = |p: &ReaderId| recorded.was_for(&candidate.occurrence, p);
    recorded.has(&candidate.occurrence) || candidate.predecessors.iter().any(was_for)
}

/// As [`candidates`] up to now; and where the ledger holds the step beyond it already (a holiday was
/// declared on its day after it went out, or a clock was set back), up to the first it does not: a
/// rule that never ends would end there otherwise.
fn candidates_beyond(
    recorded: &Recorded,
    commitment: &Commitment,
    directory: &Directory,
    now: DateTime<Utc>,
) -> Vec<Candidate> {
    let mut horizon = now;
    loop {
        let found = candidates(commitment, directory, horizon);
        let steps_beyond = found.iter().filter(|c| {
            let never_ends = matches!(c.occurrence.rule, Rule::Stale(_) | Rule::Review(_));
            never_ends && c.occurrence.slot > horizon && is_recorded(c, recorded)
        });
        match steps_beyond.map(|c| c.occurrence.slot).max() {
            Some(slot) => horizon = slot,
            None => return found,
        }
    }
}

/// Everything the rules put forward, up to a horizon and for the unending ones one step beyond.
pub(super) fn candidates(
    commitment: &Commitment,
    directory: &Directory,
    horizon: DateTime<Utc>,
) -> Vec<Candidate> {
    let mut case = Case::new(commitment, directory, horizon);
    case.climb_ladders();
    case.keep_watch();
    keep_latest_of_the_past(&mut case.candidates);
    case.candidates
}

/// The reviews and the questions after long silence alone, up to a horizon and one step beyond.
pub(super) fn asks(
    commitment: &Commitment,
    directory: &Directory,
    horizon: DateTime<Utc>,
) -> Vec<Candidate> {
    let mut case = Case::new(commitment, directory, horizon);
    case.ask_for_news();
    case.candidates
}

/// Of the `overdue` steps dated before their deadline revision began, the most recent is still
/// worth saying; the others have passed.
fn keep_latest_of_the_past(candidates: &mut [Candidate]) {
    let is_overdue = |c: &Candidate| {
        c.passed && matches!(c.occurrence.rule, Rule::Overdue(_) | Rule::Outcome(_))
    };
    let mut latest: HashMap<(Subject, ReaderId), usize> = HashMap::new();
    for (at, candidate) in candidates.iter().enumerate().filter(|(_, c)| is_overdue(c)) {
        let key = (
            candidate.occurrence.subject.clone(),
            candidate.occurrence.recipient.clone(),
        );
        latest.insert(key, at); // the ladder is climbed in the order of its days
    }
    latest
        .into_values()
        .for_each(|at| candidates[at].passed = false);
}

fn coalesce(mut leaving: Vec<Occurrence>, due: &mut Due) {
    leaving.sort_by_key(|o| o.rule.precedence());
    let mut spoken_for: HashSet<(Subject, ReaderId)> = HashSet::new();
    for occurrence in leaving {
        let key = (occurrence.subject.clone(), occurrence.recipient.clone());
        if spoken_for.insert(key) {
            due.said.push(occurrence);
        } else {
            due.skipped.push(Skipped {
                occurrence,
                reason: SkipReason::Coalesced,
            });
        }
    }
}
