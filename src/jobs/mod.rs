//! The activations: plan what fell due, deliver what waits, rescue what a dead daemon held. Each
//! takes no input but the clock and the database, may run at any time and any number of times, and
//! reports what it did. The [`doorbell`] only says that it may be time.
//!
//! One activation: [`rescue`], then what ended is handed over and what lies undecided for too long is let go of, then
//! [`plan`], then [`deliver`].

mod access_letters;
pub mod checkpoint;
mod circuit;
mod courier;
pub mod deliver;
mod digests;
pub mod doorbell;
mod final_look;
mod handing;
mod pace;
mod pass;
pub mod plan;
mod retime;
mod scribe;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::acts::intake::forgetting::forget_idle;
use crate::clock::Clock;
use crate::config::{Config, Delivery};
use crate::delivery::letter::LetterSettings;
use crate::delivery::stationery::{Stationery, StationeryError};
use crate::delivery::transport::{Network, Transport, TransportError};
use crate::domain::notice::MailMode;
use crate::entropy::{Entropy, SystemEntropy};
use crate::store::{Rescued, Store, StoreError};
use crate::witness::Witness;

use checkpoint::{Checkpoint, Point, Watched};
use circuit::Circuit;
use deliver::Delivered;
use plan::Planned;
use scribe::Scribe;

/// What the activations work with.
pub struct Engine {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub(crate) transport: Transport,
    pub(crate) letters: LetterSettings,
    pub(crate) stationery: Stationery,
    pub(crate) mode: MailMode,
    pub(crate) delivery: Delivery,
    /// Seconds the server has to take the content and answer.
    pub(crate) content_timeout: TimeDelta,
    /// How long a planner may be silent before another one takes over (real time).
    pub(crate) planner_lease: TimeDelta,
    /// The day the administrator chose to go live; the database's own day counts once it is set.
    pub(crate) live_on: Option<NaiveDate>,
    /// Zero: never.
    forget_after_days: u32,
    pub(crate) circuit: Circuit,
    pub(crate) entropy: Arc<dyn Entropy>,
    watched: Watched,
    settled: handing::Settled,
    pub(crate) scribe: Arc<Scribe>,
    /// Remembers outside the database how far planning has come; a demonstration has none.
    witness: Option<Witness>,
}

/// What one activation did.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    pub rescued: Rescued,
    /// Commitments that passed on to another desk.
    pub handed_over: u64,
    /// Documents that nobody worked on and that were let go of.
    pub forgotten: u64,
    pub planned: Planned,
    pub delivered: Delivered,
}

impl Report {
    /// Nothing was due, or another daemon was at it.
    pub fn is_idle(&self) -> bool {
        let Report {
            rescued,
            handed_over,
            forgotten,
            planned,
            delivered,
        } = self;
        let elsewhere = Planned {
            elsewhere: true,
            ..Planned::default()
        };
        *rescued == Rescued::default()
            && *handed_over == 0
            && *forgotten == 0
            && *delivered == Delivered::default()
            && (*planned == Planned::default() || *planned == elsewhere)
    }
}

/// How long a notice stays in doubt before it is sent once more. DELIVERY, "States".
const DOUBT: TimeDelta = TimeDelta::minutes(30);

/// Why the daemon cannot work with these settings.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error(transparent)]
    Config(#[from] crate::config::ConfigError),
    #[error(transparent)]
    Stationery(#[from] StationeryError),
    #[error(transparent)]
    Transport(#[from] TransportError),
}

impl Engine {
    /// Puts the parts together; nothing is started or sent.
    pub fn new(store: Store, config: &Config, clock: Arc<dyn Clock>) -> Result<Self, EngineError> {
        let letters = LetterSettings::from_config(config)?;
        Ok(Self {
            scribe: Scribe::new(store.clone(), scribe::DELAY),
            store,
            clock,
            transport: Transport::new(&config.mail)?,
            letters,
            stationery: Stationery::from_config(config)?,
            mode: config.mail.mode,
            delivery: config.delivery.clone(),
            content_timeout: TimeDelta::seconds(
                i64::try_from(config.mail.smtp.content_timeout).unwrap_or(i64::MAX / 2000),
            ),
            planner_lease: TimeDelta::from_std(config.scheduler.lease())
                .unwrap_or(TimeDelta::seconds(30)),
            live_on: config.scheduler.live_on(),
            forget_after_days: config.extraction.forget_after_days,
            circuit: Circuit::default(),
            entropy: Arc::new(SystemEntropy),
            watched: Watched::default(),
            witness: None,
            settled: handing::Settled::default(),
        })
    }

    /// The same engine with another source of randomness than the system's.
    pub fn with_entropy(self, entropy: Arc<dyn Entropy>) -> Self {
        Self { entropy, ..self }
    }

    /// The same engine, reaching its relay over another network than TCP.
    pub fn with_network(self, network: Arc<dyn Network>) -> Self {
        Self {
            transport: self.transport.over(network),
            ..self
        }
    }

    /// The same engine, whose activations tell somebody at which point they are, and wait there. So
    /// that no timer has a say in what comes next, outcomes wait for no company.
    pub fn with_checkpoint(self, checkpoint: Arc<dyn Checkpoint>) -> Self {
        Self {
            watched: Watched(Some(checkpoint)),
            ..self.with_settling_delay(Duration::ZERO)
        }
    }

    /// The same engine, with another time for which a known outcome may wait for others to share its
    /// commit; with zero each is written at once, and no timer is asked.
    pub fn with_settling_delay(self, delay: Duration) -> Self {
        Self {
            scribe: Scribe::new(self.store.clone(), delay),
            ..self
        }
    }

    /// From now on a witness remembers how far planning has come.
    pub fn with_witness(mut self, witness: Option<Witness>) -> Self {
        self.witness = witness;
        self
    }

    /// How far planning has come, and where the audit ends, is remembered outside the database too:
    /// when a daemon starts, and after every activation that did something. An audit that no longer
    /// passes the end that is remembered was rewritten: then the memory stays, for `check` to find.
    pub async fn bear_witness(&self) -> Result<(), StoreError> {
        let Some(witness) = &self.witness else {
            return Ok(());
        };
        let snapshot = self.store.read().await?;
        let installation = snapshot.installation().await?.token;
        let until = snapshot.planned_until().await?;
        let mut end = snapshot.audit_end().await?;
        // A file that cannot be read cannot be written either, which is said below.
        if let Ok(Some(kept)) = witness.audit_end(installation)
            && !snapshot.audit_passes(&kept).await?
        {
            tracing::error!("the audit was rewritten; `aide-memoire check` says where");
            end = Some(kept);
        }
        if let Err(error) = witness.remember(installation, until, end.as_ref()) {
            tracing::warn!(
                witness = %witness.path().display(),
                "how far planning has come is not remembered outside the database: {error}"
            );
        }
        Ok(())
    }

    /// One activation: everything that fell due is planned, everything that waits is delivered. Where
    /// many commitments are to be timed anew, mail does not wait for the last of them: they are worked
    /// off in stretches, with a plan and a delivery after each.
    pub async fn activate(self: &Arc<Self>, stopping: &Stopping) -> Result<Report, StoreError> {
        self.reached(Point::Waking).await;
        // What is known of earlier tries comes before the guess that a worker is gone.
        self.scribe.write_all().await?;
        let rescued = self.store.rescue(self.clock.real_now(), DOUBT).await?;
        self.reached(Point::Rescued).await;
        let handed_over = handing::hand_over(self).await?;
        let mut report = Report {
            rescued,
            handed_over,
            forgotten: self.forget_idle().await?,
            ..Report::default()
        };
        loop {
            let planned = plan::plan(self).await?;
            let is_retiming = planned.is_retiming;
            report.planned.add(&planned);
            let delivered = deliver::deliver(self, stopping).await?;
            report.delivered.add(&delivered);
            if !is_retiming || stopping.is_cancelled() {
                break;
            }
        }
        access_letters::deliver(self, stopping).await?;
        if !report.is_idle() {
            self.bear_witness().await?;
        }
        Ok(report)
    }

    /// By the earlier of the two clocks: what is erased does not come back when a clock that was fast is
    /// set right.
    async fn forget_idle(&self) -> Result<u64, StoreError> {
        let now = self.clock.business_now().min(self.clock.real_now());
        forget_idle(&self.store, self.forget_after_days, now).await
    }

    /// Commits in which contents were made final and outcomes written, since the engine was made.
    pub fn commits_shared(&self) -> u64 {
        self.scribe.commits()
    }

    /// What is wrong with the relay, as far as the last tries showed; `None` when nothing is known to
    /// be.
    pub fn relay_problem(&self) -> Option<String> {
        self.circuit.problem()
    }

    /// Whether the relay is not tried for a while.
    pub fn leaves_relay_alone(&self) -> bool {
        self.circuit.standing(self.clock.real_now()) == circuit::Standing::Open
    }

    /// Greets the relay and takes leave; says what is wrong.
    pub async fn try_relay(&self) -> Result<(), String> {
        if self.transport.is_mailbox() {
            return Ok(());
        }
        match self.transport.connect().await {
            Ok(session) => {
                session.quit().await;
                Ok(())
            }
            Err(outcome) => Err(outcome.reply),
        }
    }

    /// No notice waits that could show whether the relay works again. Where it could not be spoken
    /// to, a greeting shows it; else it would be called broken until the next mail.
    async fn greet_relay(&self) {
        if !self.circuit.awaits_a_greeting(self.clock.real_now()) {
            return;
        }
        match self.try_relay().await {
            Ok(()) => self.circuit.closes(),
            Err(problem) => self.relay_failed(&problem),
        }
    }

    async fn reached(&self, point: Point) {
        self.watched.reached(point).await;
    }

    /// The relay refused or vanished: nobody tries it for a while.
    fn relay_failed(&self, problem: &str) {
        let now = self.clock.real_now();
        self.circuit.opens(now, problem, self.entropy.as_ref());
    }

    /// The end of a lease taken now.
    pub(crate) fn lease_end(&self) -> DateTime<Utc> {
        let lease = TimeDelta::from_std(self.delivery.lease()).unwrap_or(TimeDelta::minutes(10));
        self.clock.real_now() + lease
    }
}

/// Tells an activation that the daemon is asked to stop.
pub type Stopping = tokio_util::sync::CancellationToken;
