//! One pass over what waits: notices are claimed in rounds and handed out to the sessions one by one.
//!
//! The next round is claimed while the last one finishes, so that no session waits for another, and
//! a round is small, so that no lease is held long before its notice is begun.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::checkpoint::Point;
use super::circuit::Standing;
use super::{Engine, Stopping};
use crate::domain::book::Book;
use crate::domain::ids::CommitmentRef;
use crate::domain::token::SigningKey;
use crate::store::{ClaimedNotice, StoreError};

/// Notices claimed for each session at a time.
const PER_SESSION: usize = 8;

/// With fewer than this many left for each session, the next round is claimed.
const RUNNING_LOW: usize = 2;

/// Items of one round, beyond its first notice: their commitments are held in memory.
const ITEMS_PER_ROUND: usize = 5_000;

/// What was claimed together.
pub(super) struct Round {
    pub token: Uuid,
    /// Of the record, when it was read.
    pub version: i64,
    /// The record as it was then, as far as its notices speak of it: access is checked when sending.
    pub book: Arc<Book>,
    /// Signs return paths and links.
    pub key: SigningKey,
}

/// A claimed notice on its way to a session.
pub(super) struct Errand {
    pub notice: ClaimedNotice,
    pub round: Arc<Round>,
}

/// A pass under way, shared by its sessions.
pub(super) struct Pass {
    engine: Arc<Engine>,
    /// Ends with the daemon, or when a session failed.
    ending: CancellationToken,
    sessions: usize,
    /// How many are claimed at a time.
    round: usize,
    is_trial: bool,
    waiting: Mutex<VecDeque<Errand>>,
    /// Held by whoever claims; true once there is nothing left to claim.
    nothing_left: tokio::sync::Mutex<bool>,
    tokens: Mutex<Vec<Uuid>>,
}

impl Pass {
    /// Everything that waits, over as many sessions as the settings allow.
    pub fn of_everything(engine: &Arc<Engine>, stopping: &Stopping) -> Self {
        let sessions = engine.delivery.sessions.max(1);
        Self::new(engine, stopping, sessions, sessions * PER_SESSION, false)
    }

    /// One notice, to find out whether the relay works again.
    pub fn trial(engine: &Arc<Engine>, stopping: &Stopping) -> Self {
        Self::new(engine, stopping, 1, 1, true)
    }

    fn new(
        engine: &Arc<Engine>,
        stopping: &Stopping,
        sessions: usize,
        round: usize,
        is_trial: bool,
    ) -> Self {
        Self {
            engine: Arc::clone(engine),
            ending: stopping.child_token(),
            sessions,
            round,
            is_trial,
            waiting: Mutex::default(),
            nothing_left: tokio::sync::Mutex::new(false),
            tokens: Mutex::default(),
        }
    }

    /// Claims the first round; how many sessions have something to do.
    pub async fn sessions_needed(&self) -> Result<usize, StoreError> {
        let mut nothing_left = self.nothing_left.lock().await;
        self.claim(&mut nothing_left).await?;
        Ok(self.sessions.min(self.waiting().len()))
    }

    /// The next notice for a session; `None` when there is none, or when the pass is to end.
    pub async fn next(&self) -> Result<Option<Errand>, StoreError> {
        while self.goes_on() {
            let (errand, left) = {
                let mut waiting = self.waiting();
                (waiting.pop_front(), waiting.len())
            };
            if errand.is_some() {
                if left < self.sessions * RUNNING_LOW
                    && let Ok(mut nothing_left) = self.nothing_left.try_lock()
                {
                    self.claim(&mut nothing_left).await?;
                }
                return Ok(errand);
            }
            let mut nothing_left = self.nothing_left.lock().await;
            // Somebody else may have claimed meanwhile.
            if self.waiting().is_empty() {
                self.claim(&mut nothing_left).await?;
                if *nothing_left {
                    return Ok(None);
                }
            }
        }
        Ok(None)
    }

    /// No session takes another notice.
    pub fn ends(&self) {
        self.ending.cancel();
    }

    /// What was claimed and not begun is free again at once.
    pub async fn give_back(&self) -> Result<u64, StoreError> {
        let tokens = std::mem::take(&mut *lock(&self.tokens));
        self.engine.store.give_back_all(&tokens).await
    }

    fn goes_on(&self) -> bool {
        let circuit = || self.engine.circuit.standing(self.engine.clock.real_now());
        !self.ending.is_cancelled() && (self.is_trial || circuit() == Standing::Closed)
    }

    /// T1. A trial claims once.
    async fn claim(&self, nothing_left: &mut bool) -> Result<(), StoreError> {
        if *nothing_left {
            return Ok(());
        }
        let engine = &self.engine;
        let token = engine.entropy.uuid();
        lock(&self.tokens).push(token);
        let mut claimed = engine
            .store
            .claim(
                engine.clock.business_now(),
                engine.clock.real_now(),
                token,
                engine.lease_end(),
                self.round as u64,
            )
            .await?;
        *nothing_left = claimed.is_empty() || self.is_trial;
        if claimed.is_empty() {
            return Ok(());
        }
        engine.reached(Point::Claimed).await;
        let beyond: Vec<Uuid> = claimed
            .drain(one_round(&claimed)..)
            .map(|notice| notice.entry.id)
            .collect();
        if !beyond.is_empty() {
            engine.store.give_back_some(token, &beyond).await?;
        }
        let (version, book) = book_of(engine, &claimed).await?;
        let round = Arc::new(Round {
            token,
            version,
            book: Arc::new(book),
            key: engine.store.signing_key().await?,
        });
        let errands = claimed.into_iter().map(|notice| Errand {
            notice,
            round: Arc::clone(&round),
        });
        self.waiting().extend(errands);
        Ok(())
    }

    fn waiting(&self) -> MutexGuard<'_, VecDeque<Errand>> {
        lock(&self.waiting)
    }
}

/// How many notices, from the first, are carried in one round; the others are for the next.
fn one_round(claimed: &[ClaimedNotice]) -> usize {
    let mut items = 0;
    let fits = claimed.iter().take_while(|notice| {
        items += notice.items.len();
        items <= ITEMS_PER_ROUND
    });
    fits.count().max(1)
}

/// The record as it is now, as far as these notices speak of it, and its version.
pub(super) async fn book_of(
    engine: &Engine,
    claimed: &[ClaimedNotice],
) -> Result<(i64, Book), StoreError> {
    let items = claimed.iter().flat_map(|notice| &notice.items);
    let mut spoken_of: Vec<CommitmentRef> =
        items.map(|(_, item)| item.commitment.clone()).collect();
    spoken_of.sort_unstable();
    spoken_of.dedup();
    let snapshot = engine.store.read().await?;
    let version = snapshot.record_version().await?;
    Ok((version, snapshot.book_of(&spoken_of).await?))
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
