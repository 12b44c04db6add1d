//! T0: what fell due is written into the ledger and onto notices. One planner works at a time,
//! under a lease; each batch is one transaction, so that a planner may die anywhere and the next
//! one goes on where it was.
//!
//! 1. Re-timing that an edit asked for is worked off ([`retime`](super::retime)), a stretch of it.
//! 2. Commitments, then meetings, then readers ([`digests`](super::digests)) whose time has come say
//!    what is due. The order matters: a digest does not repeat what the same morning reminds of.
//! 3. The notices, gathering until now, are released, and the cursor moves. While there is more to
//!    time anew, digests wait, and the notices of those whom it may concern go on gathering.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use uuid::Uuid;

use super::Engine;
use super::checkpoint::Point;
use super::retime::Held;
use crate::acts::another_try;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::notice::{Item, Subject};
use crate::domain::rule::Rule;
use crate::planner::brief::{due_brief, first_look};
use crate::planner::{Due, Moment, Occurrence, Recorded, due, next_slot};
use crate::store::{Change, Morning, NewOccurrence, Seat, Snapshot, Standing, StoreError};

/// What one planning did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Planned {
    /// Another daemon was at it.
    pub elsewhere: bool,
    /// Occurrences that fell due.
    pub said: u64,
    /// Occurrences left unsaid, with their reasons in the ledger.
    pub skipped: u64,
    /// Notices released for delivery.
    pub notices: u64,
    /// Commitments that are to be asked at another time after an edit.
    pub retimed: u64,
    /// There are more to be timed anew: another plan is to follow.
    pub is_retiming: bool,
}

impl Planned {
    pub(super) fn add(&mut self, other: &Planned) {
        let Planned {
            elsewhere,
            said,
            skipped,
            notices,
            retimed,
            is_retiming,
        } = other;
        self.elsewhere |= elsewhere;
        self.said += said;
        self.skipped += skipped;
        self.notices += notices;
        self.retimed += retimed;
        self.is_retiming = *is_retiming;
    }
}

/// Commitments in one transaction.
const BATCH: u64 = 500;
/// Meetings or readers in one transaction: each may speak of many commitments.
pub(super) const AT_A_TIME: usize = 20;
/// The longest for which a notice goes on gathering because of re-timing, from its slot on.
const HELD_AT_MOST: TimeDelta = TimeDelta::minutes(30);

/// Plans everything that fell due by now.
pub async fn plan(engine: &Engine) -> Result<Planned, StoreError> {
    let token = engine.entropy.uuid();
    let real_now = engine.clock.real_now();
    let mut change = engine.store.change().await?;
    if !change
        .take_planner_lease(token, real_now, real_now + engine.planner_lease)
        .await?
    {
        change.roll_back().await?;
        return Ok(Planned {
            elsewhere: true,
            ..Planned::default()
        });
    }
    let now = engine.clock.business_now();
    if change.follow_clock_back(now).await? {
        tracing::warn!("the clock was set back; digests of the weeks since are looked at again");
    }
    let planned_until = change.planned_until().await?;
    change.commit().await?;
    engine.reached(Point::PlannerLeaseTaken).await;
    let mut turn = Turn {
        engine,
        token,
        now: engine.clock.business_now(),
        planned_until,
        planned: Planned::default(),
    };
    let done = turn.play().await;
    if done.is_err() {
        // The lease would run out by itself; giving it back saves the wait.
        if let Ok(mut change) = engine.store.change().await {
            let _ = change.give_back_planner_lease(token).await;
            let _ = change.commit().await;
        }
    }
    done?;
    Ok(turn.planned)
}

/// One planner's turn.
pub(super) struct Turn<'a> {
    pub engine: &'a Engine,
    pub token: Uuid,
    pub now: DateTime<Utc>,
    /// How far planning had come before this turn.
    pub planned_until: Option<DateTime<Utc>>,
    pub planned: Planned,
}

/// Who is asked, in this order.
#[derive(Clone, Copy)]
enum Stage {
    Commitments,
    Meetings,
    Readers,
}

/// What a batch came to.
pub(super) enum Step {
    /// There may be more.
    Again,
    Done,
    /// The lease was lost to another planner.
    Lost,
}

impl Turn<'_> {
    async fn play(&mut self) -> Result<(), StoreError> {
        if let Step::Lost = self.retime_a_stretch().await? {
            return Ok(());
        }
        for stage in [Stage::Commitments, Stage::Meetings, Stage::Readers] {
            // A digest does not repeat what the same morning reminds of: it waits until that is known.
            if self.planned.is_retiming && matches!(stage, Stage::Readers) {
                continue;
            }
            let mut disturbed = 0;
            loop {
                match self.one_batch(stage).await {
                    Ok(Step::Again) => disturbed = 0,
                    Ok(Step::Done) => break,
                    Ok(Step::Lost) => return Ok(()),
                    Err(error) if another_try(disturbed, &error).await.is_some() => disturbed += 1,
                    Err(error) => return Err(error),
                }
            }
        }
        self.release().await
    }

    async fn one_batch(&mut self, stage: Stage) -> Result<Step, StoreError> {
        let before = self.planned.clone();
        let step = match stage {
            Stage::Commitments => self.commitments().await,
            Stage::Meetings => self.meetings().await,
            Stage::Readers => self.readers().await,
        };
        if step.is_err() {
            self.planned = before;
        }
        step
    }

    async fn commitments(&mut self) -> Result<Step, StoreError> {
        let mut change = self.engine.store.change().await?;
        if !self.is_still_planner(&mut change).await? {
            return Ok(Step::Lost);
        }
        let turns = change.due_commitments(self.now, BATCH).await?;
        if turns.is_empty() {
            return Ok(Step::Done);
        }
        let moment = self.moment(&change).await?;
        let directory = change.directory().await?;
        let references: Vec<CommitmentRef> = turns.iter().map(|t| t.value.clone()).collect();
        let commitments = change.commitments(&references).await?;
        let subjects: Vec<Subject> = references
            .iter()
            .cloned()
            .map(Subject::Commitment)
            .collect();
        let ledger = by_commitment(change.ledger_of(&subjects).await?);

        let mut batch = Batch::default();
        let mut next = Vec::with_capacity(turns.len());
        for turn in turns {
            let entries = ledger.get(&turn.value).map_or(&[][..], Vec::as_slice);
            let said = match commitments.get(&turn.value) {
                Some(commitment) => {
                    let recorded = Recorded::from_ledger(entries);
                    due(commitment, &directory, &recorded, moment)
                }
                None => Due::default(),
            };
            next.push((turn.value, turn.version, said.next));
            batch.take(said, next.len() - 1);
        }
        self.seat(&mut change, &mut batch, &directory, &mut next)
            .await?;
        let kept = change.set_next_due_commitments(&next).await?;
        self.finish(change, batch, kept == next.len() as u64).await
    }

    async fn meetings(&mut self) -> Result<Step, StoreError> {
        let mut change = self.engine.store.change().await?;
        if !self.is_still_planner(&mut change).await? {
            return Ok(Step::Lost);
        }
        let turns = change.due_meetings(self.now).await?;
        if turns.is_empty() {
            return Ok(Step::Done);
        }
        let moment = self.moment(&change).await?;
        let directory = change.directory().await?;
        let mut batch = Batch::default();
        let mut next = Vec::new();
        for turn in turns.into_iter().take(AT_A_TIME) {
            let mut again = None;
            if let Some(meeting) = directory.meetings.get(&turn.value) {
                let look = first_look(meeting, &directory);
                let open = match &meeting.partnership {
                    Some(partnership) if look.is_some_and(|look| look <= self.now) => {
                        change.open_of_partnership(partnership).await?
                    }
                    _ => Vec::new(),
                };
                let open: Vec<_> = open.iter().map(AsRef::as_ref).collect();
                let subject = Subject::Meeting(meeting.id.clone());
                let entries = change.ledger_of(std::slice::from_ref(&subject)).await?;
                let recorded = Recorded::from_ledger(&entries);
                let said = due_brief(meeting, &open, &directory, &recorded, moment);
                again = look.filter(|look| *look > self.now).or(said.next);
                batch.take(said, next.len());
            }
            next.push((turn.value, turn.version, again));
        }
        self.seat(&mut change, &mut batch, &directory, &mut next)
            .await?;
        let kept = change.set_next_due_meetings(&next).await?;
        self.finish(change, batch, kept == next.len() as u64).await
    }

    async fn release(&mut self) -> Result<(), StoreError> {
        let mut change = self.engine.store.change().await?;
        if !self.is_still_planner(&mut change).await? {
            return Ok(());
        }
        let scopes = change.scopes_to_retime().await?;
        self.planned.is_retiming = !scopes.is_empty();
        let directory = change.directory().await?;
        let long_ago = self.now - HELD_AT_MOST;
        self.planned.notices = match Held::by(&scopes, &directory) {
            Held::Nobody => change.release_gathering().await?,
            Held::Everybody => change.release_all_but(None, long_ago).await?,
            Held::Readers(held) => change.release_all_but(Some(&held), long_ago).await?,
        };
        if scopes.is_empty() {
            change.advance_cursor(self.now).await?;
        }
        change.give_back_planner_lease(self.token).await?;
        self.engine.reached(Point::ReleaseWritten).await;
        change.commit().await?;
        self.engine.reached(Point::Released).await;
        Ok(())
    }

    /// Prolongs the planner's lease in a transaction that writes; false when somebody else has it by
    /// now, and nothing of it is to be kept.
    pub(super) async fn is_still_planner(&self, change: &mut Change) -> Result<bool, StoreError> {
        let until = self.engine.clock.real_now() + self.engine.planner_lease;
        change.confirm_planner_lease(self.token, until).await
    }

    pub(super) async fn moment(&self, snapshot: &Snapshot) -> Result<Moment, StoreError> {
        let live_on = snapshot.installation().await?.live_on;
        Ok(Moment {
            now: self.now,
            live_on: live_on.or(self.engine.live_on),
        })
    }

    /// Finds each reader's notice of the morning. What comes after that notice has left waits for
    /// the reader's next slot, unless it cannot wait: then its subject's turn comes again there.
    pub(super) async fn seat<Id>(
        &self,
        change: &mut Change,
        batch: &mut Batch,
        directory: &Directory,
        next: &mut [(Id, i64, Option<DateTime<Utc>>)],
    ) -> Result<(), StoreError> {
        for (reader, mut said) in std::mem::take(&mut batch.said) {
            let date = self.date_of(&reader, directory);
            let to = directory.reader(&reader).and_then(|r| r.email);
            let to = to.map(|address| address.to_string()).unwrap_or_default();
            let morning = Morning {
                recipient: &reader,
                to: &to,
                date,
                due_at: self.now,
                id: self.engine.entropy.uuid(),
                host: self.engine.letters.from.domain(),
            };
            let mut seat = change.seat(&morning, false).await?;
            if matches!(seat, Seat::Gone) {
                let (urgent, rest): (Vec<_>, Vec<_>) =
                    said.into_iter().partition(|(_, o)| cannot_wait(o.rule));
                let at = next_slot(&reader, directory, self.now);
                for (place, _) in rest {
                    let turn = &mut next[place].2;
                    *turn = Some(turn.map_or(at, |known| known.min(at)));
                }
                said = urgent;
                if said.is_empty() {
                    continue;
                }
                seat = change.seat(&morning, true).await?;
            }
            if let Seat::On(notice) = seat {
                let occurrences = said.into_iter().map(|(_, o)| o).collect();
                batch.seated.push((notice, occurrences));
            }
        }
        Ok(())
    }

    /// Ends a batch, where nobody edited meanwhile what it planned.
    pub(super) async fn finish(
        &mut self,
        mut change: Change,
        batch: Batch,
        still_true: bool,
    ) -> Result<Step, StoreError> {
        if !still_true {
            return Err(StoreError::Stale("what was being planned".into()));
        }
        self.write(&mut change, batch).await?;
        self.commit_batch(change).await
    }

    pub(super) async fn commit_batch(&self, change: Change) -> Result<Step, StoreError> {
        self.engine.reached(Point::BatchWritten).await;
        change.commit().await?;
        self.engine.reached(Point::BatchCommitted).await;
        Ok(Step::Again)
    }

    /// Writes the batch: the ledger first, then the items of what was new to it.
    async fn write(&mut self, change: &mut Change, batch: Batch) -> Result<(), StoreError> {
        let skipped: Vec<NewOccurrence> = batch
            .skipped
            .iter()
            .map(|skipped| NewOccurrence {
                occurrence: &skipped.occurrence,
                standing: Standing::Skipped(skipped.reason),
            })
            .collect();
        let written = change.record(&skipped, self.now).await?;
        self.planned.skipped += written.iter().flatten().count() as u64;
        for (notice, occurrences) in &batch.seated {
            let new: Vec<NewOccurrence> = occurrences
                .iter()
                .map(|occurrence| NewOccurrence {
                    occurrence,
                    standing: Standing::Waiting,
                })
                .collect();
            let written = change.record(&new, self.now).await?;
            let items: Vec<(i64, &Item)> = written
                .iter()
                .zip(occurrences)
                .filter_map(|(id, occurrence)| Some(((*id)?, occurrence)))
                .flat_map(|(id, occurrence)| occurrence.items.iter().map(move |i| (id, i)))
                .collect();
            self.planned.said += written.iter().flatten().count() as u64;
            change.add_items(*notice, &items).await?;
        }
        Ok(())
    }

    pub(super) fn date_of(&self, reader: &ReaderId, directory: &Directory) -> NaiveDate {
        let zone = directory.hours(reader).zone;
        self.now.with_timezone(&zone).date_naive()
    }
}

/// What one transaction is about to write.
#[derive(Default)]
pub(super) struct Batch {
    /// By reader, with the place of the one whose turn it was.
    said: BTreeMap<ReaderId, Vec<(usize, Occurrence)>>,
    skipped: Vec<crate::planner::Skipped>,
    seated: Vec<(Uuid, Vec<Occurrence>)>,
}

impl Batch {
    pub fn take(&mut self, due: Due, place: usize) {
        self.skipped.extend(due.skipped);
        for occurrence in due.said {
            self.said
                .entry(occurrence.recipient.clone())
                .or_default()
                .push((place, occurrence));
        }
    }
}

/// Opens the next part of a morning whose notice has left. DELIVERY, "Tables that carry them".
fn cannot_wait(rule: Rule) -> bool {
    matches!(rule, Rule::LastDay | Rule::Brief)
}

pub(super) fn by_commitment(
    entries: Vec<OccurrenceEntry>,
) -> BTreeMap<CommitmentRef, Vec<OccurrenceEntry>> {
    let mut grouped: BTreeMap<CommitmentRef, Vec<OccurrenceEntry>> = BTreeMap::new();
    for entry in entries {
        if let Subject::Commitment(reference) | Subject::Milestone(reference, _) = &entry.subject {
            grouped.entry(reference.clone()).or_default().push(entry);
        }
    }
    grouped
}
