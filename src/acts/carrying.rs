//! Carrying forward: at the next meeting of a series, what the previous one left open is marked as met,
//! continued in a commitment of the new document, or dropped; all of it in one transaction, with what
//! was announced of it taken back. Whoever may end a commitment ends it by that; whoever only keeps the
//! record of its partnership proposes it to them, as an update that waits for their decision.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::another_try;
use super::working::{Changed, WorkError, Worker, put_in};
use crate::domain::access::may_read;
use crate::domain::book::Book;
use crate::domain::carrying::{Became, carried, proposed};
use crate::domain::commitment::Commitment;
use crate::domain::ids::{CommitmentRef, MeetingId, ReaderId};
use crate::domain::meeting::Meeting;
use crate::domain::moving::Entered;
use crate::domain::reporting::{Complaint, Seen};
use crate::domain::rights::Rights;
use crate::domain::schedule::desk_today;
use crate::store::{Change, Store, StoreError};

const FOR_THE_SOM_LEADER: &str = "What becomes of a commitment at the next meeting is said by the SOM leader of its desk or its partnership, and proposed by whoever coordinates the partnership.";

/// What becomes of one commitment.
#[derive(Debug, Clone)]
pub struct Mark {
    pub reference: CommitmentRef,
    pub outcome: Outcome,
    pub reason: Option<String>,
}

#[derive(Debug, Clone)]
pub enum Outcome {
    Met,
    /// A commitment that is on record takes it on: one that was accepted from the new document.
    ContinuedBy(CommitmentRef),
    Dropped,
}

/// What somebody does by marking a commitment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// They may end it: what they say of it is so.
    Says,
    /// What they say of it waits for whoever may end it.
    Proposes,
}

/// How many marks were entered, of which kind.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Marked {
    pub said: usize,
    pub proposed: usize,
}

/// What somebody does by marking a commitment; `None` where it is not for them to mark.
pub fn standing(rights: &Rights<'_>, commitment: &Commitment) -> Option<Standing> {
    if rights.may_close(commitment) {
        return Some(Standing::Says);
    }
    let proposes = rights.may_propose_outcome(commitment);
    proposes.then_some(Standing::Proposes)
}

#[derive(Debug, thiserror::Error)]
pub enum CarryError {
    /// What is the matter with which mark, by its place. Nothing was changed.
    #[error("{} marks cannot be entered", .0.len())]
    Marks(Vec<(usize, Complaint)>),
    #[error(transparent)]
    Work(#[from] WorkError),
}

impl From<StoreError> for CarryError {
    fn from(error: StoreError) -> Self {
        CarryError::Work(error.into())
    }
}

/// Marks what previous meetings left open, as of a meeting: all of it or nothing. `seen` is what a page
/// saw of each commitment.
///
/// # Errors
/// A meeting or a commitment that is not there for this worker; one they may neither end nor propose to
/// end; marks that contradict the record.
pub async fn enter(
    store: &Store,
    meeting: &MeetingId,
    marks: &[Mark],
    seen: &BTreeMap<CommitmentRef, Seen>,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Marked, CarryError> {
    let mut n = 0;
    loop {
        match try_to_enter(store, meeting, marks, seen, worker, now).await {
            Err(CarryError::Work(WorkError::Store(error)))
                if another_try(n, &error).await.is_some() =>
            {
                n += 1;
            }
            done => return done,
        }
    }
}

async fn try_to_enter(
    store: &Store,
    meeting: &MeetingId,
    marks: &[Mark],
    seen: &BTreeMap<CommitmentRef, Seen>,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Marked, CarryError> {
    let mut change = store.edit().await?;
    match enter_in(&mut change, meeting, marks, seen, worker, now).await {
        Ok(marked) => {
            change.commit().await?;
            Ok(marked)
        }
        Err(refused) => {
            change.roll_back().await?;
            Err(refused)
        }
    }
}

/// Marks in a transaction that does more.
///
/// 1. Every mark, on the record as it stands under the edit's lock.
/// 2. Saved together, those that continue with them, and what was announced taken back.
/// 3. The audit: what became of which, without titles or reasons.
pub(super) async fn enter_in(
    change: &mut Change,
    meeting: &MeetingId,
    marks: &[Mark],
    seen: &BTreeMap<CommitmentRef, Seen>,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Marked, CarryError> {
    let before = change.book().await?;
    let meeting = before.directory.meetings.get(meeting);
    let by = worker.reader();
    let carrying = Carrying {
        before: &before,
        meeting: meeting.ok_or(WorkError::NotFound)?,
        seen,
        worker,
        by: &by.ok_or(WorkError::NotPermitted(FOR_THE_SOM_LEADER))?,
        now,
    };
    let done = carrying.all(marks)?;
    let changed: Vec<Changed> = done
        .into_iter()
        .map(|(reference, after)| {
            let known = before.commitments.get(&reference).cloned();
            (known, Arc::new(after))
        })
        .collect();
    let actor = worker.actor.as_str();
    put_in(change, &before.directory, &changed, actor, now).await?;
    let mut marked = Marked::default();
    for mark in marks {
        let (_, standing) = carrying.marked(&mark.reference)?;
        let act = match standing {
            Standing::Says => "carry forward",
            Standing::Proposes => "propose to carry forward",
        };
        match standing {
            Standing::Says => marked.said += 1,
            Standing::Proposes => marked.proposed += 1,
        }
        let subject = mark.reference.as_str();
        let detail = carrying.in_words(&mark.outcome);
        change.audit(now, actor, act, subject, &detail).await?;
    }
    Ok(marked)
}

struct Carrying<'a> {
    before: &'a Book,
    meeting: &'a Meeting,
    seen: &'a BTreeMap<CommitmentRef, Seen>,
    worker: &'a Worker,
    by: &'a ReaderId,
    now: DateTime<Utc>,
}

impl Carrying<'_> {
    /// The commitments as they then stand: those marked, and those that continue them.
    fn all(&self, marks: &[Mark]) -> Result<BTreeMap<CommitmentRef, Commitment>, CarryError> {
        let mut done: BTreeMap<CommitmentRef, Commitment> = BTreeMap::new();
        let mut complaints = Vec::new();
        let marked: BTreeSet<&CommitmentRef> = marks.iter().map(|m| &m.reference).collect();
        for (place, mark) in marks.iter().enumerate() {
            let old = self.marked(&mark.reference)?;
            let found = match done.contains_key(&mark.reference) {
                true => Err(complaint("all", "It is marked twice.")),
                false => self.one(old, mark),
            };
            let found = found.and_then(|(after, next)| match next {
                Some(next) if done.contains_key(&next.reference) => {
                    Err(complaint("new", "It continues another commitment already."))
                }
                Some(next) if marked.contains(&next.reference) => Err(complaint(
                    "new",
                    "What continues it is itself among those that are marked.",
                )),
                next => Ok((after, next)),
            });
            match found {
                Ok((after, next)) => {
                    done.insert(after.reference.clone(), after);
                    done.extend(next.map(|next| (next.reference.clone(), next)));
                }
                Err(found) => complaints.extend(found.into_iter().map(|c| (place, c))),
            }
        }
        match complaints.is_empty() {
            true => Ok(done),
            false => Err(CarryError::Marks(complaints)),
        }
    }

    /// One that this worker may end, or may propose to end.
    fn marked(&self, reference: &CommitmentRef) -> Result<(&Commitment, Standing), WorkError> {
        let old = self.readable(reference).ok_or(WorkError::NotFound)?;
        let rights = Rights {
            viewer: &self.worker.viewer,
            directory: &self.before.directory,
            now: self.now,
        };
        let standing = standing(&rights, old);
        Ok((
            old,
            standing.ok_or(WorkError::NotPermitted(FOR_THE_SOM_LEADER))?,
        ))
    }

    fn readable(&self, reference: &CommitmentRef) -> Option<&Commitment> {
        let known = self.before.commitment(reference.as_str());
        known.filter(|c| may_read(&self.worker.viewer, c, &self.before.directory))
    }

    fn one(
        &self,
        (old, standing): (&Commitment, Standing),
        mark: &Mark,
    ) -> Result<(Commitment, Option<Commitment>), Vec<Complaint>> {
        let is = Seen::of(old, self.by, None);
        let seen = self.seen.get(&mark.reference);
        if seen.is_some_and(|seen| !seen.is_same_record(&is)) {
            let words = "Somebody entered something on it since this page was drawn: look, and mark it again.";
            return Err(complaint("all", words));
        }
        let became = match &mark.outcome {
            Outcome::Met => Became::Met,
            Outcome::Dropped => Became::Dropped,
            Outcome::ContinuedBy(next) => match self.readable(next) {
                Some(next) => Became::Continued(next),
                None => return Err(complaint("new", "There is no such commitment.")),
            },
        };
        let entered = Entered {
            on: desk_today(old, &self.before.directory, self.now),
            at: self.now,
        };
        let reason = mark.reason.as_deref();
        let (meeting, directory) = (self.meeting, &self.before.directory);
        match standing {
            Standing::Says => carried(old, meeting, became, reason, self.by, entered),
            Standing::Proposes => {
                proposed(old, directory, meeting, became, reason, self.by, entered)
            }
        }
    }

    fn in_words(&self, outcome: &Outcome) -> String {
        let at = &self.meeting.id;
        match outcome {
            Outcome::Met => format!("met, at {at}"),
            Outcome::Dropped => format!("dropped, at {at}"),
            Outcome::ContinuedBy(next) => format!("continued by {next}, at {at}"),
        }
    }
}

fn complaint(field: &'static str, words: &str) -> Vec<Complaint> {
    vec![Complaint::new(field, words)]
}
