//! Delivery: claimed notices become messages and go to the relay.
//!
//! 1. A batch is claimed under a lease and a token (T1).
//! 2. Of each notice, what no longer holds is dropped with its reason; the rest is written anew.
//! 3. The message goes over the wire, one recipient an envelope. When the server is about to take
//!    the content, the bytes become final (T2); whoever lost the lease stops there.
//! 4. What came of it is settled (T3), with the attempt.
//!
//! The [`pass`](super::pass) claims, the [`courier`](super::courier) carries, the
//! [`scribe`](super::scribe) writes T2s and T3s of many sessions in one commit.
//!
//! A notice that comes back from *in doubt* goes out byte for byte as before. No network call is
//! awaited inside a transaction.

use std::sync::Arc;

use tokio::task::JoinSet;

use super::checkpoint::Point;
use super::circuit::Standing;
use super::courier::{Courier, Line};
use super::pass::{Errand, Pass};
use super::scribe::Reported;
use super::{Engine, Stopping};
use crate::domain::notice::{MailMode, NoticeState};
use crate::store::StoreError;

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
    /// Everything gave way to its own next step.
    pub expired: u64,
}

impl Delivered {
    fn count(&mut self, state: NoticeState) {
        match state {
            NoticeState::Sent => self.sent += 1,
            NoticeState::Deferred => self.deferred += 1,
            NoticeState::Rejected => self.rejected += 1,
            NoticeState::InDoubt | NoticeState::Parked => self.in_doubt += 1,
            NoticeState::Cancelled => self.cancelled += 1,
            NoticeState::Expired => self.expired += 1,
            _ => {}
        }
    }

    pub(super) fn add(&mut self, other: &Delivered) {
        let Delivered {
            sent,
            deferred,
            rejected,
            in_doubt,
            cancelled,
            expired,
        } = other;
        self.sent += sent;
        self.deferred += deferred;
        self.rejected += rejected;
        self.in_doubt += in_doubt;
        self.cancelled += cancelled;
        self.expired += expired;
    }
}

/// Delivers everything that waits, until nothing does, the relay fails, or the daemon is to stop.
/// Of a relay that failed one notice finds out whether it works again, before the others go.
pub async fn deliver(engine: &Arc<Engine>, stopping: &Stopping) -> Result<Delivered, StoreError> {
    let mut total = Delivered::default();
    // What an earlier activation knew and could not write.
    engine.scribe.write_all().await?;
    if engine.mode == MailMode::Hold || engine.store.hold().await?.is_some() {
        return Ok(total);
    }
    while !stopping.is_cancelled() {
        match engine.circuit.standing(engine.clock.real_now()) {
            Standing::Open => break,
            Standing::HalfOpen => {
                let trial = Pass::trial(engine, stopping);
                if run(engine, trial, &mut total).await? == 0 {
                    engine.greet_relay().await;
                    break;
                }
            }
            Standing::Closed => {
                let all = Pass::of_everything(engine, stopping);
                run(engine, all, &mut total).await?;
                break;
            }
        }
    }
    Ok(total)
}

/// Sends the sessions of a pass on their way and waits for them; how many went.
///
/// What they know is written before anything is given back: a notice whose outcome is known is not
/// to be had again.
async fn run(engine: &Arc<Engine>, pass: Pass, total: &mut Delivered) -> Result<usize, StoreError> {
    let pass = Arc::new(pass);
    let sessions = pass.sessions_needed().await?;
    if sessions == 0 {
        return Ok(0);
    }
    let mut workers = JoinSet::new();
    for _ in 0..sessions {
        workers.spawn(work(Arc::clone(engine), Arc::clone(&pass)));
    }
    let mut failure = None;
    while let Some(ended) = workers.join_next().await {
        match ended {
            Ok(Ok(delivered)) => total.add(&delivered),
            Ok(Err(error)) => failure = Some(error),
            Err(panic) => tracing::error!("a delivery session broke off: {panic}"),
        }
    }
    engine.scribe.write_all().await?;
    engine.reached(Point::GivingBack).await;
    pass.give_back().await?;
    failure.map_or(Ok(sessions), Err)
}

/// One session's share of a pass.
async fn work(engine: Arc<Engine>, pass: Arc<Pass>) -> Result<Delivered, StoreError> {
    engine.reached(Point::SessionBegun).await;
    let worked = carry_all(&engine, &pass).await;
    if worked.is_err() {
        pass.ends();
    }
    engine.reached(Point::SessionEnded).await;
    worked
}

async fn carry_all(engine: &Engine, pass: &Pass) -> Result<Delivered, StoreError> {
    let _at_work = engine.scribe.comes_to_work();
    let mut line: Option<Line> = None;
    let mut delivered = Delivered::default();
    let mut earlier: Option<Reported> = None;
    while let Some(Errand { notice, round }) = pass.next().await? {
        let courier = Courier {
            engine,
            round: &round,
        };
        let reported = courier.carry(notice, &mut line).await?;
        // The outcome before this one went with this one's content at the latest.
        if let Some(known) = std::mem::replace(&mut earlier, reported)
            && let Some(state) = known.known(&engine.scribe).await?
        {
            delivered.count(state);
        }
    }
    if let Some(open) = line {
        open.session.quit().await;
    }
    if let Some(last) = earlier
        && let Some(state) = last.known(&engine.scribe).await?
    {
        delivered.count(state);
    }
    Ok(delivered)
}
