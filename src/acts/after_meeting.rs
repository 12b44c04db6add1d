//! After a meeting: everything that hung on it is marked, in one transaction. What is met is closed,
//! what is moved is timed anew, what is carried forward has its successor, what is dropped is said to
//! be, and what was announced of any of it is taken back.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::another_try;
use super::working::{Changed, WorkError, Worker, put_in};
use crate::domain::access::may_read;
use crate::domain::after_meeting::{Mark, Outcome, has_begun, marked};
use crate::domain::book::Book;
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, MeetingId, ReaderId};
use crate::domain::meeting::{Meeting, MeetingStatus};
use crate::domain::moving::{Entered, NewDate, moved};
use crate::domain::reporting::{Complaint, Seen};
use crate::domain::rights::Rights;
use crate::domain::schedule::desk_today;
use crate::record::{EntityKey, entity};
use crate::store::{Change, Store, StoreError};

const FOR_THE_SOM_LEADER: &str = "What came of a commitment at a meeting is said by the SOM leader of its desk or its partnership.";

/// What is to be entered.
#[derive(Debug, Clone, Default)]
pub struct AfterMeeting {
    pub marks: Vec<Mark>,
    /// What the page saw of each commitment.
    pub seen: BTreeMap<CommitmentRef, Seen>,
    /// The meeting is to be marked as held.
    pub held: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum AfterError {
    /// What is the matter with which mark, by its place. Nothing was changed.
    #[error("{} marks cannot be entered", .0.len())]
    Marks(Vec<(usize, Complaint)>),
    #[error(transparent)]
    Work(#[from] WorkError),
}

impl From<StoreError> for AfterError {
    fn from(error: StoreError) -> Self {
        AfterError::Work(error.into())
    }
}

/// Enters what came of a meeting: all of it or nothing. Returns how many marks.
pub async fn enter(
    store: &Store,
    meeting: &MeetingId,
    after: &AfterMeeting,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<usize, AfterError> {
    let mut n = 0;
    loop {
        match try_to_enter(store, meeting, after, worker, now).await {
            Err(AfterError::Work(WorkError::Store(error)))
                if another_try(n, &error).await.is_some() =>
            {
                n += 1;
            }
            done => return done,
        }
    }
}

/// 1. Every mark, on the record as it stands under the edit's lock; several may be of one commitment.
/// 2. Saved together, successors with them, and what was announced taken back.
/// 3. The meeting, where it is to be marked as held.
async fn try_to_enter(
    store: &Store,
    id: &MeetingId,
    after: &AfterMeeting,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<usize, AfterError> {
    let mut change = store.edit().await?;
    let directory = change.directory().await?;
    let meeting = directory.meetings.get(id).ok_or(WorkError::NotFound)?;
    let by = worker.reader();
    let by = by.ok_or(WorkError::NotPermitted(FOR_THE_SOM_LEADER))?;
    let asked: Vec<CommitmentRef> = after.marks.iter().map(|m| m.reference.clone()).collect();
    let before = change.commitments(&asked).await?;
    let successors: Vec<CommitmentRef> = after.marks.iter().filter_map(successor_of).collect();
    let taken = change.commitments(&successors).await?;
    let marking = Marking {
        worker,
        meeting,
        directory: &directory,
        by: &by,
        now,
    };
    let (done, new) = marking.all(&before, after, |r| taken.contains_key(r))?;
    let mut changed: Vec<Changed> = Vec::new();
    for (reference, commitment) in done {
        changed.push((before.get(&reference).cloned(), Arc::new(commitment)));
    }
    changed.extend(new.into_iter().map(|c| (None, Arc::new(c))));
    let actor = worker.actor.as_str();
    put_in(&mut change, &directory, &changed, actor, now).await?;
    if after.held {
        marking.hold(&mut change).await?;
    }
    for mark in &after.marks {
        let subject = mark.reference.as_str();
        let detail = in_words(mark, id);
        change
            .audit(now, actor, "after meeting", subject, &detail)
            .await?;
    }
    change.commit().await?;
    Ok(after.marks.len())
}

fn successor_of(mark: &Mark) -> Option<CommitmentRef> {
    match &mark.outcome {
        Outcome::CarriedForward { successor, .. } => Some(successor.clone()),
        _ => None,
    }
}

/// What the audit says: no reason, no title of what may be restricted.
fn in_words(mark: &Mark, meeting: &MeetingId) -> String {
    let of = match &mark.milestone {
        Some(_) => "a milestone",
        None => "the commitment",
    };
    let outcome = match &mark.outcome {
        Outcome::Met => "met".to_owned(),
        Outcome::MovedTo(to) => format!("moved to {to}"),
        Outcome::CarriedForward { successor, .. } => format!("carried forward to {successor}"),
        Outcome::Dropped => "dropped".to_owned(),
    };
    format!("{of}, after {meeting}: {outcome}")
}

struct Marking<'a> {
    worker: &'a Worker,
    meeting: &'a Meeting,
    directory: &'a Directory,
    by: &'a ReaderId,
    now: DateTime<Utc>,
}

type Marked = (BTreeMap<CommitmentRef, Commitment>, Vec<Commitment>);

impl Marking<'_> {
    fn all(
        &self,
        before: &BTreeMap<CommitmentRef, Arc<Commitment>>,
        after: &AfterMeeting,
        is_taken: impl Fn(&CommitmentRef) -> bool,
    ) -> Result<Marked, AfterError> {
        let mut done: BTreeMap<CommitmentRef, Commitment> = BTreeMap::new();
        let mut new: Vec<Commitment> = Vec::new();
        let mut complaints = Vec::new();
        for (place, mark) in after.marks.iter().enumerate() {
            let old = before.get(&mark.reference);
            let old = old.filter(|c| may_read(&self.worker.viewer, c, self.directory));
            let old: &Commitment = old.ok_or(WorkError::NotFound)?;
            self.check(old)?;
            let seen = after.seen.get(&mark.reference);
            let is = Seen::of(old, self.by, None);
            if seen.is_some_and(|seen| !seen.is_same_record(&is)) {
                let words = "Somebody entered something on it since this page was drawn: look, and mark it again.";
                complaints.push((place, Complaint::new("all", words)));
                continue;
            }
            let successor = successor_of(mark);
            let twice = |r: &CommitmentRef| is_taken(r) || new.iter().any(|c| c.reference == *r);
            if successor.as_ref().is_some_and(twice) {
                let words = "That reference is taken; choose another.";
                complaints.push((place, Complaint::new("new", words)));
                continue;
            }
            let current = done.get(&mark.reference).unwrap_or(old);
            let entered = Entered {
                on: desk_today(old, self.directory, self.now),
                at: self.now,
            };
            if !has_begun(self.meeting, entered.on) {
                let words = "The meeting is still to come.";
                complaints.push((place, Complaint::new("all", words)));
                continue;
            }
            match marked(
                current,
                self.meeting,
                self.directory,
                mark,
                self.by,
                entered,
            ) {
                Ok((commitment, successor)) => {
                    done.insert(mark.reference.clone(), commitment);
                    new.extend(successor);
                }
                Err(found) => complaints.extend(found.into_iter().map(|c| (place, c))),
            }
        }
        match complaints.is_empty() {
            true => Ok((done, new)),
            false => Err(AfterError::Marks(complaints)),
        }
    }

    fn rights(&self) -> Rights<'_> {
        Rights {
            viewer: &self.worker.viewer,
            directory: self.directory,
            now: self.now,
        }
    }

    fn check(&self, commitment: &Commitment) -> Result<(), WorkError> {
        match self.rights().may_close(commitment) {
            true => Ok(()),
            false => Err(WorkError::NotPermitted(FOR_THE_SOM_LEADER)),
        }
    }

    /// Marks the meeting as held, where the worker keeps its partnership's meetings.
    async fn hold(&self, change: &mut Change) -> Result<(), AfterError> {
        let may = self.rights().may_move_meeting(self.meeting, false);
        if !may || self.meeting.status == MeetingStatus::Held {
            return Ok(());
        }
        let entered = Entered {
            on: self
                .now
                .with_timezone(&self.directory.house_zone())
                .date_naive(),
            at: self.now,
        };
        let wanted = NewDate {
            status: Some(MeetingStatus::Held),
            ..NewDate::default()
        };
        let held = moved(self.meeting, &wanted, entered).map_err(WorkError::from)?;
        let mut directory = Directory::clone(self.directory);
        let key = EntityKey {
            kind: entity::MEETING,
            id: held.id.to_string(),
        };
        directory.meetings.insert(held.id.clone(), held);
        let book = Book {
            directory: Arc::new(directory),
            ..Book::default()
        };
        change.save(&book, std::slice::from_ref(&key)).await?;
        let (actor, id) = (self.worker.actor.as_str(), self.meeting.id.as_str());
        let detail = "marked as held";
        change
            .audit(self.now, actor, "move meeting", id, detail)
            .await?;
        Ok(())
    }
}
