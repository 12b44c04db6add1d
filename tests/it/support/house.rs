//! An installation for stories: a database, a relay whose log is the truth, and the real engine on a
//! clock that is moved by hand.

use std::collections::BTreeMap;
use std::sync::Arc;

use aide_memoire::acts::Actor;
use aide_memoire::acts::go_live::go_live;
use aide_memoire::acts::import::{ImportError, Imported, import};
use aide_memoire::clock::Clock;
use aide_memoire::config::{Config, Sources};
use aide_memoire::domain::ledger::{NoticeEntry, NoticeFilter, Page};
use aide_memoire::domain::notice::NoticeState;
use aide_memoire::jobs::checkpoint::Checkpoint;
use aide_memoire::jobs::{Engine, Report, Stopping};
use aide_memoire::record::SourceFile;
use aide_memoire::store::Store;
use chrono::{DateTime, TimeDelta, Utc};

use super::accounts;
use super::clock::TestClock;
use super::database::TestDatabase;
use super::smtp::{FaultServer, Script};

/// Everything, on one page.
pub const ALL: Page = Page {
    offset: 0,
    limit: 100_000,
};

pub struct House {
    pub database: TestDatabase,
    pub relay: FaultServer,
    pub clock: Arc<TestClock>,
    pub config: Config,
    pub store: Store,
    pub engine: Arc<Engine>,
}

impl House {
    /// An installation that holds a record and goes live at `start` (UTC, `2025-06-02 02:00`).
    pub async fn open(database: TestDatabase, record: &str, start: &str) -> Self {
        Self::open_beside(database, Script::default(), record, start).await
    }

    /// As [`open`](Self::open), with a relay of its own kind. Without a record: what the database
    /// holds already.
    pub async fn open_beside(
        database: TestDatabase,
        relay: Script,
        record: &str,
        start: &str,
    ) -> Self {
        let start = instant(start);
        let clock = Arc::new(TestClock::at(start));
        let relay = FaultServer::start(relay).await;
        let mut config = Config::load(&Sources::default()).unwrap();
        config.mail = relay.mail_settings();
        config.web.public_url = "https://aide-memoire.example.org".into();
        let store = database.store().clone();
        let engine = engine(&store, &config, &clock);
        let house = Self {
            database,
            relay,
            clock,
            config,
            store,
            engine,
        };
        if !record.is_empty() {
            house.import(record).await.unwrap();
        }
        go_live(&house.store, None, start).await.unwrap();
        house
    }

    /// The daemon is started again, with its settings changed.
    pub fn restart(&mut self, change: impl FnOnce(&mut Config)) {
        change(&mut self.config);
        self.engine = engine(&self.store, &self.config, &self.clock);
    }

    /// Another daemon on the same database, which holds nothing in memory yet.
    pub async fn restarted(&self) -> Arc<Engine> {
        engine(&self.database.reopen().await, &self.config, &self.clock)
    }

    /// Another daemon on the same database, somebody watching where it comes by.
    pub async fn watched_by(&self, checkpoint: Arc<dyn Checkpoint>) -> Arc<Engine> {
        let store = self.database.reopen().await;
        let clock: Arc<dyn Clock> = Arc::clone(&self.clock) as Arc<dyn Clock>;
        let engine = Engine::new(store, &self.config, clock).unwrap();
        Arc::new(engine.with_checkpoint(checkpoint))
    }

    pub async fn import(&self, record: &str) -> Result<Imported, ImportError> {
        let file = SourceFile {
            name: "record.toml".into(),
            text: record.into(),
            attached: BTreeMap::new(),
        };
        import(
            &self.store,
            &[file],
            &Actor::Operator,
            self.clock.business_now(),
        )
        .await
    }

    pub async fn activate(&self) -> Report {
        self.engine.activate(&Stopping::new()).await.unwrap()
    }

    /// Lets time pass until an instant; the engine is woken whenever somebody has something to say.
    pub async fn run_until(&self, until: &str) {
        let until = instant(until);
        loop {
            self.activate().await;
            let now = self.clock.business_now();
            if now >= until {
                return;
            }
            let due = self.store.read().await.unwrap().next_due().await.unwrap();
            let next = match due {
                Some(at) if at > now => at,
                Some(_) => now + TimeDelta::hours(1),
                None => until,
            };
            self.clock.set(next.min(until));
        }
    }

    pub async fn notices(&self) -> Vec<NoticeEntry> {
        let snapshot = self.store.read().await.unwrap();
        let mut notices = snapshot
            .notices(&NoticeFilter::default(), ALL)
            .await
            .unwrap();
        notices.sort_by(|a, b| {
            (a.due_at, &a.recipient, a.part).cmp(&(b.due_at, &b.recipient, b.part))
        });
        notices
    }

    pub async fn states(&self) -> BTreeMap<NoticeState, usize> {
        let mut states = BTreeMap::new();
        for notice in self.notices().await {
            *states.entry(notice.state).or_default() += 1;
        }
        states
    }

    /// The accounts agree; see [`accounts::reconcile`].
    pub async fn reconcile(&self) {
        accounts::reconcile(&self.store, &self.relay.log()).await;
    }
}

fn engine(store: &Store, config: &Config, clock: &Arc<TestClock>) -> Arc<Engine> {
    let clock: Arc<dyn Clock> = Arc::clone(clock) as Arc<dyn Clock>;
    Arc::new(Engine::new(store.clone(), config, clock).unwrap())
}

/// `2025-06-02 02:00`, UTC.
pub fn instant(text: &str) -> DateTime<Utc> {
    chrono::NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M")
        .unwrap()
        .and_utc()
}
