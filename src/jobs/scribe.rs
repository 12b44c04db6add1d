//! The scribe writes down what couriers report, the reports of many sessions in one commit.
//!
//! 1. A courier whose content is about to go out (T2) puts it down and asks for the pen. Whoever has
//!    the pen waits as long as others that are at work keep coming, and writes everything that waits
//!    in one transaction; those who came while a commit was under way go together into the next. A
//!    courier that works alone waits for nobody.
//! 2. An outcome (T3) waits for company: it goes with the next T2, or is written when it has waited
//!    for the delay. Without a delay it is written at once, by whoever reports it.
//! 3. An outcome that is known is not lost to a busy database: it stays here until it is written, or
//!    until the database says that the notice is somebody else's now.
//!
//! What is written is written by the courier that has the pen, within its own task: where one courier
//! works alone, its steps follow one another.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::sync::oneshot;
use tokio::sync::oneshot::error::TryRecvError;
use tokio::time::Instant;
use uuid::Uuid;

use crate::acts::another_try;
use crate::domain::notice::NoticeState;
use crate::store::{FinalContent, Store, StoreError, ToSettle, Written};

/// How long a known outcome waits for company; DELIVERY, "Transactions".
pub(super) const DELAY: Duration = Duration::from_millis(10);

/// How long a content waits for the next one to share its commit. A commit costs the database much
/// the same, whether one or all of the sessions are in it.
const COMPANY: Duration = Duration::from_millis(2);

/// How many times it waits on because another one came.
const NEXT_ONES: usize = 4;

/// How many requests of a kind go into one commit. Outcomes beyond that are not waited with.
const MOST: usize = 64;

pub(crate) struct Scribe {
    store: Store,
    delay: Duration,
    waiting: Mutex<Waiting>,
    pen: tokio::sync::Mutex<()>,
    /// Couriers at work.
    at_work: AtomicUsize,
    /// Somebody came who waits for a commit, or somebody at work left.
    company: Notify,
    commits: AtomicU64,
}

/// A courier is at work as long as it has this.
pub(super) struct AtWork<'a>(&'a Scribe);

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        self.0.at_work.fetch_sub(1, Ordering::Relaxed);
        self.0.company.notify_one();
    }
}

#[derive(Default)]
struct Waiting {
    finals: Requests<FinalContent, bool>,
    outcomes: Requests<ToSettle, Result<bool, StoreError>>,
    /// When the oldest outcome that waits was reported.
    since: Option<Instant>,
    /// Somebody looks after the outcomes that wait for too long.
    is_watched: bool,
}

/// Requests side by side with where their answers go.
struct Requests<T, A> {
    what: Vec<T>,
    answers: Vec<oneshot::Sender<A>>,
}

impl<T, A> Default for Requests<T, A> {
    fn default() -> Self {
        Self {
            what: Vec::new(),
            answers: Vec::new(),
        }
    }
}

impl<T, A> Requests<T, A> {
    fn push(&mut self, what: T) -> oneshot::Receiver<A> {
        let (answer, told) = oneshot::channel();
        self.what.push(what);
        self.answers.push(answer);
        told
    }

    /// Takes the oldest, [`MOST`] at the most.
    fn take(&mut self) -> Self {
        let most = self.what.len().min(MOST);
        Self {
            what: self.what.drain(..most).collect(),
            answers: self.answers.drain(..most).collect(),
        }
    }

    /// Puts what was taken back to the front.
    fn put_back(&mut self, taken: &mut Self) {
        self.what.splice(..0, taken.what.drain(..));
        self.answers.splice(..0, taken.answers.drain(..));
    }

    /// Answers them in their order; whether somebody still listens makes no difference.
    fn answer(&mut self, told: impl IntoIterator<Item = A>) {
        self.what.clear();
        for (answer, told) in self.answers.drain(..).zip(told) {
            let _ = answer.send(told);
        }
    }

    fn answer_one(&mut self, at: usize, told: A) {
        self.what.remove(at);
        let _ = self.answers.remove(at).send(told);
    }
}

/// An outcome that was reported and is, or soon will be, written.
pub(super) struct Reported {
    notice: Uuid,
    state: NoticeState,
    told: Told,
}

enum Told {
    Soon(oneshot::Receiver<Result<bool, StoreError>>),
    /// Whether the notice was still held.
    Already(bool),
}

impl Reported {
    /// Waits until it is written, and writes it if nobody has.
    pub async fn written(self, scribe: &Scribe) -> Result<Self, StoreError> {
        let Told::Soon(mut told) = self.told else {
            return Ok(self);
        };
        let answer = match told.try_recv() {
            Err(TryRecvError::Empty) => {
                scribe.write_all().await?;
                told.try_recv()
            }
            answer => answer,
        };
        let is_held = answer.unwrap_or(Ok(false))?;
        if !is_held {
            tracing::warn!(notice.id = %self.notice, "the lease was lost before the outcome was written");
        }
        Ok(Self {
            told: Told::Already(is_held),
            ..self
        })
    }

    /// Whether it is written and the notice was still held.
    pub fn is_held(&self) -> bool {
        matches!(self.told, Told::Already(true))
    }

    /// The state in which the notice was settled, once that is written; `None` when it was somebody
    /// else's by then.
    pub async fn known(self, scribe: &Scribe) -> Result<Option<NoticeState>, StoreError> {
        let written = self.written(scribe).await?;
        Ok(written.is_held().then_some(written.state))
    }
}

impl Scribe {
    /// With a delay of zero every outcome is written at once.
    pub(super) fn new(store: Store, delay: Duration) -> Arc<Self> {
        Arc::new(Self {
            store,
            delay,
            waiting: Mutex::default(),
            pen: tokio::sync::Mutex::default(),
            at_work: AtomicUsize::new(0),
            company: Notify::new(),
            commits: AtomicU64::new(0),
        })
    }

    /// A courier comes to work: contents are written when most of those at work wait for it.
    pub(super) fn comes_to_work(&self) -> AtWork<'_> {
        self.at_work.fetch_add(1, Ordering::Relaxed);
        AtWork(self)
    }

    /// T2: makes a content final; returns when that is durable. False when the notice is not this
    /// token's any more, or when it could not be written: the content must not go out.
    pub(super) async fn make_final(&self, content: FinalContent) -> bool {
        let mut told = self.waiting().finals.push(content);
        self.company.notify_one();
        let _pen = tokio::select! {
            biased;
            told = &mut told => return told.unwrap_or(false),
            pen = self.pen.lock() => pen,
        };
        if let Ok(held) = told.try_recv() {
            return held;
        }
        self.wait_for_company().await;
        loop {
            match told.try_recv() {
                Ok(held) => return held,
                Err(TryRecvError::Closed) => return false,
                Err(TryRecvError::Empty) => {
                    if let Err(error) = self.write_some().await {
                        tracing::warn!("what was to be written is held back: {error}");
                    }
                }
            }
        }
    }

    /// With the pen in hand: until most of those at work have come, or for a moment nobody came.
    async fn wait_for_company(&self) {
        if self.delay.is_zero() {
            return;
        }
        let most_have_come = async {
            while !self.has_company() {
                self.company.notified().await;
            }
        };
        tokio::pin!(most_have_come);
        let mut came = self.came();
        for _ in 0..=NEXT_ONES {
            let waited = tokio::time::timeout(COMPANY, &mut most_have_come).await;
            let before = std::mem::replace(&mut came, self.came());
            if waited.is_ok() || came == before {
                return;
            }
        }
    }

    /// How many wait for a commit.
    fn came(&self) -> usize {
        self.waiting().finals.what.len()
    }

    fn has_company(&self) -> bool {
        let at_work = self.at_work.load(Ordering::Relaxed);
        self.came() >= at_work - at_work / 4
    }

    /// T3: takes note of an outcome, to be written within the delay.
    pub(super) async fn report(self: &Arc<Self>, outcome: ToSettle) -> Reported {
        let (notice, state) = (outcome.notice, outcome.settlement.state);
        let (told, is_to_be_written, is_to_be_watched) = {
            let mut waiting = self.waiting();
            waiting.since.get_or_insert_with(Instant::now);
            let told = waiting.outcomes.push(outcome);
            let now = self.delay.is_zero() || waiting.outcomes.what.len() >= MOST;
            let watch = !now && !std::mem::replace(&mut waiting.is_watched, true);
            (told, now, watch)
        };
        if is_to_be_written {
            self.write_or_keep().await;
        } else if is_to_be_watched {
            let scribe = Arc::clone(self);
            tokio::spawn(async move { scribe.watch().await });
        }
        Reported {
            notice,
            state,
            told: Told::Soon(told),
        }
    }

    /// Writes outcomes that have waited for the delay, until none waits. Where contents become final
    /// all the time, outcomes go with them and never wait so long.
    async fn watch(&self) {
        loop {
            let since = {
                let mut waiting = self.waiting();
                waiting.is_watched = waiting.since.is_some();
                waiting.since
            };
            let Some(since) = since else {
                return;
            };
            tokio::time::sleep_until(since + self.delay).await;
            if self.waiting().since == Some(since) && !self.write_or_keep().await {
                // Whoever reports next, or the next activation, tries again.
                self.waiting().is_watched = false;
                return;
            }
        }
    }

    /// Writes everything that waits by now; what comes meanwhile has company of its own. What could
    /// not be written waits on.
    pub(super) async fn write_all(&self) -> Result<(), StoreError> {
        let _pen = self.pen.lock().await;
        for _ in 0..self.commits_needed() {
            self.write_some().await?;
        }
        Ok(())
    }

    /// How many commits the reports shared so far.
    pub(super) fn commits(&self) -> u64 {
        self.commits.load(Ordering::Relaxed)
    }

    /// Whether what waited is written.
    async fn write_or_keep(&self) -> bool {
        let written = self.write_all().await;
        if let Err(error) = &written {
            tracing::warn!("what came of some notices is not written yet: {error}");
        }
        written.is_ok()
    }

    /// For what waits by now.
    fn commits_needed(&self) -> usize {
        let waiting = self.waiting();
        let most = waiting.finals.what.len().max(waiting.outcomes.what.len());
        most.div_ceil(MOST)
    }

    /// One commit; by whoever has the pen.
    async fn write_some(&self) -> Result<(), StoreError> {
        let mut batch = Batch::of(self);
        let mut n = 0;
        loop {
            let Batch {
                finals, outcomes, ..
            } = &mut batch;
            match self
                .store
                .write_together(&finals.what, &outcomes.what)
                .await
            {
                Ok(Written {
                    finals: held,
                    settled,
                }) => {
                    self.commits.fetch_add(1, Ordering::Relaxed);
                    finals.answer(held);
                    outcomes.answer(settled.into_iter().map(Ok));
                    return Ok(());
                }
                Err(error) if !error.is_transient() => return self.write_one_by_one(batch).await,
                Err(error) => match another_try(n, &error).await {
                    Some(()) => n += 1,
                    None => return Err(error),
                },
            }
        }
    }

    /// The database refused something in the batch for good: each is asked for alone, so that only
    /// what is refused fails.
    async fn write_one_by_one(&self, mut batch: Batch<'_>) -> Result<(), StoreError> {
        let mut disturbed = None;
        let mut at = 0;
        while let Some(outcome) = batch.outcomes.what.get(at) {
            let outcome = std::slice::from_ref(outcome);
            match self.store.write_together(&[], outcome).await {
                Err(error) if error.is_transient() => {
                    disturbed = Some(error);
                    at += 1;
                }
                told => {
                    let told = told.map(|written| written.settled == [true]);
                    batch.outcomes.answer_one(at, told);
                }
            }
        }
        while let Some(content) = batch.finals.what.first() {
            let content = std::slice::from_ref(content);
            let held = match self.store.write_together(content, &[]).await {
                Ok(written) => written.finals == [true],
                Err(error) => {
                    let notice = content[0].notice;
                    tracing::warn!(notice.id = %notice, "the content is held back: {error}");
                    false
                }
            };
            batch.finals.answer_one(0, held);
        }
        disturbed.map_or(Ok(()), Err)
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What is being written. Whatever becomes of the writing, outcomes that were not answered go back;
/// contents that were not are held back.
struct Batch<'a> {
    scribe: &'a Scribe,
    finals: Requests<FinalContent, bool>,
    outcomes: Requests<ToSettle, Result<bool, StoreError>>,
}

impl<'a> Batch<'a> {
    fn of(scribe: &'a Scribe) -> Self {
        let mut waiting = scribe.waiting();
        let batch = Self {
            scribe,
            finals: waiting.finals.take(),
            outcomes: waiting.outcomes.take(),
        };
        waiting.since = (!waiting.outcomes.what.is_empty()).then(Instant::now);
        batch
    }
}

impl Drop for Batch<'_> {
    fn drop(&mut self) {
        let mut waiting = self.scribe.waiting();
        if !self.outcomes.what.is_empty() {
            waiting.since.get_or_insert_with(Instant::now);
        }
        waiting.outcomes.put_back(&mut self.outcomes);
    }
}
