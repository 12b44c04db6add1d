//! The composition root of a running daemon: the only place that knows everything. It puts store,
//! engine, doorbell and pages together, starts them, and ends them in order.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use async_trait::async_trait;
use chrono::{NaiveDate, TimeDelta};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::acts::accounts::sealing::{SealingError, key_of_second_steps};
use crate::acts::go_live::go_live;
use crate::acts::hold::{hold, settle_in};
use crate::clock::Clock;
use crate::config::{Config, LexiconFault};
use crate::doors::sealing::SealKey;
use crate::entropy::SystemEntropy;
use crate::jobs::doorbell::Doorbell;
use crate::jobs::{Engine, EngineError, Report};
use crate::key_file::KeyFile;
use crate::lifecycle::Lifecycle;
use crate::openid::{OpenId, OpenIdError};
use crate::store::{SchemaState, Store, StoreError};
use crate::web::{
    self, Check, DemoControl, Lodge, Pulse, Readiness, Sightings, WebSettings, WebState,
};
use crate::witness::{Witness, WitnessError, signs_of_a_restore};

/// A daemon, put together.
pub struct App {
    config: Config,
    engine: Arc<Engine>,
    lifecycle: Lifecycle,
}

/// Why a daemon could not start or had to end.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Witness(#[from] WitnessError),
    #[error(transparent)]
    OpenId(#[from] OpenIdError),
    #[error(transparent)]
    Sealing(#[from] SealingError),
    #[error(transparent)]
    Lexicon(#[from] LexiconFault),
    #[error("{address} cannot be listened on: {source}; choose another address with web.listen")]
    Listen {
        address: SocketAddr,
        source: std::io::Error,
    },
    #[error("the scheduler did not start: {0}")]
    Scheduler(#[from] tokio_cron_scheduler::JobSchedulerError),
    #[error("the pages ended: {0}")]
    Pages(#[source] std::io::Error),
}

impl App {
    /// Puts the parts together. Nothing is started.
    pub fn new(store: Store, config: Config, clock: Arc<dyn Clock>) -> Result<Self, AppError> {
        let engine = Engine::new(store, &config, clock)?;
        Ok(Self::of(engine, config))
    }

    /// The same for an installation that sends real mail: if its database was restored it starts on
    /// hold, and from now on a witness remembers how far it has come.
    pub async fn witnessed(
        store: Store,
        config: Config,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AppError> {
        let witness = Witness::of(&store, &config.database.witness);
        let sign = signs_of_a_restore(&store, witness.as_ref()).await?;
        let engine = Engine::new(store, &config, clock)?.with_witness(witness);
        match sign {
            Some(reason) => {
                tracing::warn!("mail is on hold: {reason} See `aide-memoire release`");
                hold(&engine.store, &reason, engine.clock.business_now()).await?;
            }
            None => {
                if let Some(home) = engine.store.home().await? {
                    settle_in(&engine.store, &home).await?;
                }
                engine.bear_witness().await?;
            }
        }
        Ok(Self::of(engine, config))
    }

    fn of(engine: Engine, config: Config) -> Self {
        Self {
            config,
            engine: Arc::new(engine),
            lifecycle: Lifecycle::default(),
        }
    }

    pub fn engine(&self) -> &Arc<Engine> {
        &self.engine
    }

    /// Tells the daemon to stop, as a signal does.
    pub fn lifecycle(&self) -> Lifecycle {
        self.lifecycle.clone()
    }

    /// Sets the day the installation went live, unless it is known.
    pub async fn go_live(&self) -> Result<NaiveDate, StoreError> {
        let now = self.engine.clock.business_now();
        go_live(&self.engine.store, self.config.scheduler.live_on(), now).await
    }

    /// Where the first administrator is made, while there is none: an address that opens once.
    pub async fn first_link(&self) -> Result<Option<String>, StoreError> {
        let word = self.lodge().keeper.draw_first_link().await?;
        let url = self.config.web.public_url.trim_end_matches('/');
        Ok(word.map(|word| format!("{url}/first/{}", word.reveal())))
    }

    fn lodge(&self) -> Lodge {
        let (store, clock) = (self.engine.store.clone(), Arc::clone(&self.engine.clock));
        Lodge::new(store, clock, &self.config.web, &self.config.sign_in)
    }

    /// The key that opens every second step there is.
    ///
    /// # Errors
    /// Where there are second steps and their key is not there.
    pub async fn seals(&self) -> Result<Option<SealKey>, AppError> {
        let store = &self.engine.store;
        let file = KeyFile::of(store, &self.config.sign_in.key_file);
        Ok(key_of_second_steps(store, file.as_ref(), &SystemEntropy).await?)
    }

    /// One activation of planning and delivery.
    pub async fn activate(&self) -> Result<Report, StoreError> {
        self.engine.activate(&self.lifecycle.stopping()).await
    }

    /// Takes the address the pages are to be read at.
    pub async fn listen(&self, address: SocketAddr) -> Result<TcpListener, AppError> {
        TcpListener::bind(address)
            .await
            .map_err(|source| AppError::Listen { address, source })
    }

    /// Runs pages, scheduler and delivery until a signal comes; then finishes what is under way and
    /// gives back what was claimed.
    pub async fn serve(self, listener: TcpListener) -> Result<(), AppError> {
        let doorbell = Arc::new(
            Doorbell::start(self.config.scheduler.every, Arc::clone(&self.engine.clock)).await?,
        );
        let (engine, stopping) = (Arc::clone(&self.engine), self.lifecycle.stopping());
        let readiness = self.readiness();
        // The bell is known to the readiness before anybody can ask.
        let _ = readiness.doorbell.set(Arc::clone(&doorbell));
        self.lifecycle
            .run(async move { doorbell.answer(engine, stopping).await });
        let (store, stopping) = (self.engine.store.clone(), self.lifecycle.stopping());
        self.lifecycle.run(make_findable(store, stopping));
        self.serve_pages(listener, readiness, None).await
    }

    /// Runs the pages alone, over a demonstration that is moved by hand.
    pub async fn serve_demo(
        self,
        listener: TcpListener,
        demo: Arc<dyn DemoControl>,
    ) -> Result<(), AppError> {
        let readiness = self.readiness();
        self.serve_pages(listener, readiness, Some(demo)).await
    }

    async fn serve_pages(
        self,
        listener: TcpListener,
        readiness: Arc<Order>,
        demo: Option<Arc<dyn DemoControl>>,
    ) -> Result<(), AppError> {
        let Config { web, mail, .. } = &self.config;
        let lodge = self.lodge().sealing_with(self.seals().await?);
        let sightings = Sightings::default();
        let state = WebState {
            store: self.engine.store.clone(),
            clock: Arc::clone(&self.engine.clock),
            lodge: lodge.clone(),
            openid: OpenId::new(&self.config.oidc, &web.public_url)?.map(Arc::new),
            settings: Arc::new(WebSettings {
                public_url: web.public_url.clone(),
                name: mail.name.clone(),
                mode: mail.mode,
                redirect_to: mail.redirect_to().ok().flatten().map(|a| a.to_string()),
                transport: mail.transport,
                max_file: web.max_file(),
                max_document: self.config.extraction.max_document(),
            }),
            sightings: sightings.clone(),
            lexicon: Arc::new(self.config.extraction.read_lexicon()?),
            readiness,
            demo,
        };
        let stopping = self.lifecycle.stopping();
        let pages = web::router(state).into_make_service_with_connect_info::<SocketAddr>();
        let pages =
            axum::serve(listener, pages).with_graceful_shutdown(stopping.clone().cancelled_owned());
        self.lifecycle.run(keep_house(lodge, stopping));
        let lifecycle = self.lifecycle.clone();
        let store = self.engine.store.clone();
        self.lifecycle.run(async move {
            let pages = pages.into_future();
            let pages = write_sightings_beside(pages, &sightings, &store);
            if let Err(error) = pages.await {
                tracing::error!("{}", AppError::Pages(error));
                lifecycle.stop();
            }
        });
        if !self.lifecycle.until_stopped().await {
            tracing::warn!(
                "not everything was finished in time; what was claimed is taken up again when its lease ends"
            );
        }
        Ok(())
    }

    fn readiness(&self) -> Arc<Order> {
        Arc::new(Order {
            engine: Arc::clone(&self.engine),
            every: self.config.scheduler.every,
            doorbell: OnceLock::new(),
        })
    }
}

/// What was on record before there was an index to find it by is indexed by `migrate`; where that was
/// interrupted, it goes on here, a batch at a time.
async fn make_findable(store: Store, stopping: CancellationToken) {
    const AGAIN: Duration = Duration::from_secs(30);
    while !stopping.is_cancelled() {
        match store.index_a_batch().await {
            Ok(true) => {}
            Ok(false) => return,
            Err(error) => {
                tracing::warn!("not everything on record can be found yet: {error}");
                let stops = stopping.cancelled();
                let _ = tokio::time::timeout(AGAIN, stops).await;
            }
        }
    }
}

/// Once a minute it is written who was seen, and what is over is forgotten; once more at the end.
async fn keep_house(lodge: Lodge, stopping: CancellationToken) {
    const EVERY: Duration = Duration::from_secs(60);
    loop {
        let stops = tokio::time::timeout(EVERY, stopping.cancelled())
            .await
            .is_ok();
        if let Err(error) = lodge.keep_house().await {
            tracing::warn!("who was seen at the pages is not written yet: {error}");
        }
        if stops {
            return;
        }
    }
}

/// Every few seconds, and once more after the last page, it is written who saw what is restricted.
async fn write_sightings_beside<T>(
    pages: impl Future<Output = T>,
    sightings: &Sightings,
    store: &Store,
) -> T {
    const EVERY: Duration = Duration::from_secs(5);
    let write = async || {
        if let Err(error) = sightings.write(store).await {
            tracing::warn!("who saw what is restricted is not written yet: {error}");
        }
    };
    let over = CancellationToken::new();
    let pages = async {
        let ended = pages.await;
        over.cancel();
        ended
    };
    let writing = async {
        loop {
            let is_last = tokio::time::timeout(EVERY, over.cancelled()).await.is_ok();
            write().await;
            if is_last {
                return;
            }
        }
    };
    tokio::join!(pages, writing).0
}

/// Who asks whether all is in order waits no longer than a few seconds, and wants to hear so.
const SOON: Duration = Duration::from_secs(2);

fn no_answer() -> String {
    format!("no answer within {} seconds", SOON.as_secs())
}

/// Whether everything is in order: what `/readyz` answers from.
struct Order {
    engine: Arc<Engine>,
    every: u64,
    doorbell: OnceLock<Arc<Doorbell>>,
}

impl Order {
    async fn database(&self) -> Option<String> {
        let answer = tokio::time::timeout(SOON, self.engine.store.ping()).await;
        match answer {
            Ok(answer) => answer.err().map(|problem| problem.to_string()),
            Err(_) => Some(no_answer()),
        }
    }

    async fn schema(&self) -> Option<String> {
        match tokio::time::timeout(SOON, self.engine.store.schema()).await {
            Ok(Ok(SchemaState::Current)) => None,
            Ok(Ok(SchemaState::Newer(_))) => {
                Some("a newer aide-memoire was here; install that version".into())
            }
            Ok(Ok(_)) => Some("not up to date; run `aide-memoire migrate`".into()),
            Ok(Err(error)) => Some(error.to_string()),
            Err(_) => Some(no_answer()),
        }
    }

    /// Dead when three rings in a row did not come.
    fn scheduler(&self) -> Option<String> {
        let doorbell = self.doorbell.get()?;
        let patience =
            TimeDelta::seconds(i64::try_from(self.every * 3 + 5).unwrap_or(i64::MAX / 1000));
        let silent = self.engine.clock.real_now() - doorbell.rung_at()?;
        (silent > patience).then(|| format!("has not rung for {} seconds", silent.num_seconds()))
    }
}

#[async_trait]
impl Readiness for Order {
    async fn check(&self) -> Vec<Check> {
        let (database, schema) = tokio::join!(self.database(), self.schema());
        vec![
            Check {
                name: "database",
                problem: database,
            },
            Check {
                name: "schema",
                problem: schema,
            },
            Check {
                name: "scheduler",
                problem: self.scheduler(),
            },
            Check {
                name: "relay",
                problem: self.engine.relay_problem(),
            },
        ]
    }

    fn pulse(&self) -> Pulse {
        Pulse {
            rung_at: self.doorbell.get().and_then(|bell| bell.rung_at()),
            circuit_open: self.engine.leaves_relay_alone(),
        }
    }
}
