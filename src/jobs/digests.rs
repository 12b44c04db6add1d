//! The weeks of the readers, gathered beside everybody else's work and written in short transactions:
//! a SOM leader may answer for a hundred thousand commitments, and nobody who writes waits until they
//! are looked through.
//!
//! One batch:
//! 1. Of the next readers whose time has come it is found out, in one consistent moment of the
//!    database, what their weeks have to say. Where that takes long, the planner's lease is prolonged
//!    between two pages.
//! 2. In the transaction that writes, edits are held back, and what they changed since that moment is
//!    asked again: its lines are taken out, and what it has to say now is put in. Where the directory
//!    changed, or very much did, nothing of the batch is kept and it begins again.
//! 3. The digests are seated and written like everything that falls due, each only where the reader
//!    is in the version that was read.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::checkpoint::Point;
use super::plan::{AT_A_TIME, Batch, Step, Turn};
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::notice::{Item, Subject};
use crate::domain::rule::Rule;
use crate::planner::coverage::Coverage;
use crate::planner::digest::{
    coverage_this_week, due_digest, is_to_be_gathered, join, unasked_since, without,
};
use crate::planner::{Due, Moment, Recorded};
use crate::store::{Change, Edited, LOOK_AT_ONCE, Snapshot, StoreError, Timed};

/// Commitments looked through in one batch; the reader at whom they are exceeded is its last.
const LOOKED_THROUGH: usize = 20_000;
/// Commitments thought about before others get a turn on this thread.
const AT_A_STRETCH: usize = 200;

/// What the weeks of some readers have to say, by the record of one moment.
struct Gathered {
    /// The record's version in that moment.
    record: i64,
    moment: Moment,
    directory: Arc<Directory>,
    weeks: Vec<Week>,
}

/// One reader's week.
struct Week {
    reader: ReaderId,
    /// Of the reader, as it was read.
    version: i64,
    recorded: Recorded,
    /// Whether it depends on any commitment: its day has come, and the ledger does not hold it.
    is_open: bool,
    due: Due,
}

/// A commitment, or a milestone of it, that the reader's morning reminds of already.
type Reminded = HashSet<(CommitmentRef, Option<String>)>;

impl Turn<'_> {
    pub(super) async fn readers(&mut self) -> Result<Step, StoreError> {
        let Some(mut gathered) = self.gather().await? else {
            return Ok(Step::Lost);
        };
        if gathered.weeks.is_empty() {
            return Ok(Step::Done);
        }
        self.engine.reached(Point::WeeksGathered).await;
        let mut change = self.engine.store.change().await?;
        if !self.is_still_planner(&mut change).await? {
            return Ok(Step::Lost);
        }
        self.ask_again_what_changed(&mut change, &mut gathered)
            .await?;
        let mut batch = Batch::default();
        let mut next = Vec::with_capacity(gathered.weeks.len());
        for week in gathered.weeks {
            let again = week.due.next;
            batch.take(week.due, next.len());
            next.push((week.reader, week.version, again));
        }
        self.seat(&mut change, &mut batch, &gathered.directory, &mut next)
            .await?;
        let kept = change.set_next_due_readers(&next).await?;
        self.finish(change, batch, kept == next.len() as u64).await
    }

    /// The weeks of the next readers; `None` when the lease was lost meanwhile.
    async fn gather(&self) -> Result<Option<Gathered>, StoreError> {
        let snapshot = self.engine.store.read().await?;
        let turns = snapshot.due_readers(self.now).await?;
        let mut gathered = Gathered {
            record: snapshot.record_version().await?,
            moment: self.moment(&snapshot).await?,
            directory: snapshot.directory().await?,
            weeks: Vec::new(),
        };
        let mut lease = Prolonged::now(self);
        let mut looked_through = 0;
        for turn in turns.into_iter().take(AT_A_TIME) {
            let week = self.week_of(turn, &snapshot, &gathered, &mut lease).await?;
            let Some((week, commitments)) = week else {
                return Ok(None);
            };
            gathered.weeks.push(week);
            looked_through += commitments;
            if looked_through > LOOKED_THROUGH {
                break;
            }
        }
        Ok(Some(gathered))
    }

    /// What a reader's week has to say, beside what the same morning reminds of already, and how many
    /// commitments were looked through for it; `None` when the lease was lost meanwhile.
    async fn week_of(
        &self,
        turn: Timed<ReaderId>,
        snapshot: &Snapshot,
        gathered: &Gathered,
        lease: &mut Prolonged,
    ) -> Result<Option<(Week, usize)>, StoreError> {
        let Gathered {
            moment, directory, ..
        } = gathered;
        let reader = turn.value;
        // An edit has them asked at once: then they were asked no later than anybody.
        let due = Some(turn.since).filter(|at| *at > LOOK_AT_ONCE);
        let since = due.or(self.planned_until);
        let since = since.map(|at| unasked_since(&reader, directory, at));
        let coverage = coverage_this_week(&reader, directory, *moment).map(|(_, c)| c);
        let people = coverage.iter().flat_map(Coverage::people);
        let subjects: Vec<Subject> = people.cloned().map(Subject::Reader).collect();
        let entries = snapshot.ledger_of(&subjects).await?;
        let mut week = Week {
            version: turn.version,
            recorded: Recorded::from_ledger(&entries).unasked_since(since),
            is_open: false,
            due: Due::default(),
            reader,
        };
        week.is_open = is_to_be_gathered(&week.reader, directory, &week.recorded, *moment);
        if !week.is_open {
            week.due = week.of(&[], gathered, &Reminded::new());
            return Ok(Some((week, 0)));
        }
        let reminded = self.reminded(&week.reader, snapshot, gathered).await?;
        let desks = coverage.iter().flat_map(Coverage::desks).collect();
        let (mut looked_through, mut after) = (0, 0);
        // Where there is no commitment at all, the reader's turn comes again nevertheless.
        let mut parts = vec![week.of(&[], gathered, &reminded)];
        loop {
            let (open, last) = snapshot.open_of_desks(&desks, after).await?;
            if open.is_empty() {
                week.due = join(parts);
                return Ok(Some((week, looked_through)));
            }
            for some in open.chunks(AT_A_STRETCH) {
                parts.push(week.of(some, gathered, &reminded));
                tokio::task::yield_now().await;
            }
            looked_through += open.len();
            after = last;
            if !lease.holds(self).await? {
                return Ok(None);
            }
        }
    }

    /// What the reader's morning reminds of already, and what it said where the digest is asked for
    /// again later in the week: a digest does not repeat it.
    async fn reminded(
        &self,
        reader: &ReaderId,
        snapshot: &Snapshot,
        gathered: &Gathered,
    ) -> Result<Reminded, StoreError> {
        let Gathered {
            moment, directory, ..
        } = gathered;
        let date = self.date_of(reader, directory);
        let mut items: Vec<Item> = snapshot.gathered(reader, date).await?;
        if let Some((day, _)) = coverage_this_week(reader, directory, *moment) {
            items.extend(snapshot.carried(reader, day).await?);
        }
        let reminders = items.into_iter().filter(|item| item.rule != Rule::Brief);
        Ok(reminders
            .map(|item| (item.commitment, item.milestone))
            .collect())
    }

    /// What was edited since the weeks were gathered says now what it has to say. From here on nobody
    /// edits until this transaction ends.
    async fn ask_again_what_changed(
        &self,
        change: &mut Change,
        gathered: &mut Gathered,
    ) -> Result<(), StoreError> {
        let stale = || StoreError::Stale("what the digests speak of".into());
        let edited = change.edited_since(gathered.record).await?;
        if self.moment(change).await?.live_on != gathered.moment.live_on {
            return Err(stale());
        }
        let edited = match edited {
            Edited::Nothing => return Ok(()),
            Edited::Commitments(edited) => edited,
            Edited::More => return Err(stale()),
        };
        let names: BTreeSet<&CommitmentRef> = edited.iter().map(|c| &c.reference).collect();
        let mut weeks = std::mem::take(&mut gathered.weeks);
        for week in weeks.iter_mut().filter(|week| week.is_open) {
            let reminded = self.reminded(&week.reader, change, gathered).await?;
            let anew = week.of(&edited, gathered, &reminded);
            let others = without(std::mem::take(&mut week.due), &names);
            week.due = join([others, anew]);
        }
        gathered.weeks = weeks;
        Ok(())
    }
}

impl Week {
    /// What it has to say of some commitments.
    fn of(&self, commitments: &[Arc<Commitment>], by: &Gathered, reminded: &Reminded) -> Due {
        let concerned: Vec<&Commitment> = commitments.iter().map(AsRef::as_ref).collect();
        due_digest(
            &self.reader,
            &concerned,
            &by.directory,
            &self.recorded,
            by.moment,
            reminded,
        )
    }
}

/// When the planner's lease was taken or prolonged last, by the real clock.
struct Prolonged(DateTime<Utc>);

impl Prolonged {
    fn now(turn: &Turn<'_>) -> Self {
        Self(turn.engine.clock.real_now())
    }

    /// Prolongs the lease once a third of it is over; false when somebody else plans by now.
    async fn holds(&mut self, turn: &Turn<'_>) -> Result<bool, StoreError> {
        let now = turn.engine.clock.real_now();
        if now - self.0 < turn.engine.planner_lease / 3 {
            return Ok(true);
        }
        let mut change = turn.engine.store.change().await?;
        let is_mine = turn.is_still_planner(&mut change).await?;
        change.commit().await?;
        self.0 = now;
        Ok(is_mine)
    }
}
