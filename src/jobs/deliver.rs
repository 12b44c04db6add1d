//! Delivery: claimed notices become messages and go to the relay.
//!
//! 1. A batch is claimed under a lease and a token (T1).
//! 2. Of each notice, what no longer holds is dropped with its reason; the rest is written anew.
//! 3. The message goes over the wire, one recipient an envelope. When the server is about to take
//!    the content, the bytes become final (T2); whoever lost the lease stops there.
//! 4. What came of it is settled (T3), with the attempt.
//!
//! A notice that comes back from *in doubt* goes out byte for byte as before. No network call is
//! awaited inside a transaction.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::task::JoinSet;
use uuid::Uuid;

use super::checkpoint::Point;
use super::courier::Courier;
use super::{Engine, Stopping};
use crate::domain::book::Book;
use crate::domain::ids::CommitmentRef;
use crate::domain::notice::{MailMode, NoticeState};
use crate::domain::token::SigningKey;
use crate::store::{ClaimedNotice, StoreError};

/// What one delivery did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Delivered {
    pub sent: u64,
    /// To be tried again.
    pub deferred: u64,
    /// Refused for good.
    pub rejected: u64,
    pub in_doubt: u64,
    /// Nothing was left to say.
    pub cancelled: u64,
}

impl Delivered {
    fn count(&mut self, state: NoticeState) {
        match state {
            NoticeState::Sent => self.sent += 1,
            NoticeState::Deferred => self.deferred += 1,
            NoticeState::Rejected => self.rejected += 1,
            NoticeState::InDoubt | NoticeState::Parked => self.in_doubt += 1,
            NoticeState::Cancelled => self.cancelled += 1,
            _ => {}
        }
    }

    fn add(&mut self, other: &Delivered) {
        let Delivered {
            sent,
            deferred,
            rejected,
            in_doubt,
            cancelled,
        } = other;
        self.sent += sent;
        self.deferred += deferred;
        self.rejected += rejected;
        self.in_doubt += in_doubt;
        self.cancelled += cancelled;
    }
}

/// Notices claimed for each session at a time: few, so that a lease is never held long.
const PER_SESSION: u64 = 8;

/// Items of one round, beyond its first notice: their commitments are held in memory.
const ITEMS_PER_ROUND: usize = 5_000;

/// Delivers everything that waits, until nothing does, the relay fails, or the daemon is to stop.
pub async fn deliver(engine: &Arc<Engine>, stopping: &Stopping) -> Result<Delivered, StoreError> {
    let mut total = Delivered::default();
    if engine.mode == MailMode::Hold {
        return Ok(total);
    }
    let sessions = engine.delivery.sessions.max(1);
    while !stopping.is_cancelled() && engine.circuit.is_closed(engine.clock.real_now()) {
        let token = engine.entropy.uuid();
        let mut claimed = engine
            .store
            .claim(
                engine.clock.business_now(),
                engine.clock.real_now(),
                token,
                engine.lease_end(),
                sessions as u64 * PER_SESSION,
            )
            .await?;
        if claimed.is_empty() {
            break;
        }
        engine.reached(Point::Claimed).await;
        claimed.truncate(one_round(&claimed));
        let busy = sessions.min(claimed.len());
        let round = Arc::new(Round {
            token,
            book: Arc::new(book_of(engine, &claimed).await?),
            key: engine.store.signing_key().await?,
            waiting: Mutex::new(claimed.into()),
            stopping: stopping.clone(),
        });
        let mut workers = JoinSet::new();
        for _ in 0..busy {
            workers.spawn(work(Arc::clone(engine), Arc::clone(&round)));
        }
        let mut failure = None;
        while let Some(ended) = workers.join_next().await {
            match ended {
                Ok(Ok(delivered)) => total.add(&delivered),
                Ok(Err(error)) => failure = Some(error),
                Err(panic) => tracing::error!("a delivery session broke off: {panic}"),
            }
        }
        engine.reached(Point::GivingBack).await;
        // What nobody came to is free for the next round at once.
        engine.store.give_back(token).await?;
        if let Some(error) = failure {
            return Err(error);
        }
    }
    Ok(total)
}

/// How many notices, from the first, are carried in one round; the others are given back with what
/// nobody came to.
fn one_round(claimed: &[ClaimedNotice]) -> usize {
    let mut items = 0;
    let fits = claimed.iter().take_while(|notice| {
        items += notice.items.len();
        items <= ITEMS_PER_ROUND
    });
    fits.count().max(1)
}

/// The record as it is now, as far as these notices speak of it.
async fn book_of(engine: &Engine, claimed: &[ClaimedNotice]) -> Result<Book, StoreError> {
    let items = claimed.iter().flat_map(|notice| &notice.items);
    let mut spoken_of: Vec<CommitmentRef> =
        items.map(|(_, item)| item.commitment.clone()).collect();
    spoken_of.sort_unstable();
    spoken_of.dedup();
    engine.store.read().await?.book_of(&spoken_of).await
}

/// One batch of claimed notices.
pub(super) struct Round {
    pub token: Uuid,
    /// The record as it was when the round began, as far as its notices speak of it: access is
    /// checked when sending.
    pub book: Arc<Book>,
    /// Signs return paths and links.
    pub key: SigningKey,
    waiting: Mutex<VecDeque<ClaimedNotice>>,
    stopping: Stopping,
}

impl Round {
    fn next(&self) -> Option<ClaimedNotice> {
        if self.stopping.is_cancelled() {
            return None;
        }
        let mut waiting = self
            .waiting
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner());
        waiting.pop_front()
    }
}

/// One session's share of a round.
async fn work(engine: Arc<Engine>, round: Arc<Round>) -> Result<Delivered, StoreError> {
    let courier = Courier {
        engine: &engine,
        round: &round,
    };
    let mut line = None;
    let mut delivered = Delivered::default();
    while engine.circuit.is_closed(engine.clock.real_now())
        && let Some(notice) = round.next()
    {
        if let Some(state) = courier.carry(notice, &mut line).await? {
            delivered.count(state);
        }
    }
    if let Some(session) = line {
        session.quit().await;
    }
    Ok(delivered)
}
