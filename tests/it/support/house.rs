//! An installation for stories: a database, a relay whose log is the truth, and the real engine on a
//! clock that is moved by hand.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use aide_memoire::acts::Actor;
use aide_memoire::acts::go_live::go_live;
use aide_memoire::acts::import::{ImportError, Imported, import};
use aide_memoire::clock::Clock;
use aide_memoire::config::{Config, Sources};
use aide_memoire::domain::ledger::{NoticeEntry, NoticeFilter, OccurrenceFilter, Page};
use aide_memoire::domain::notice::{NoticeState, OccurrenceState};
use aide_memoire::jobs::{Engine, Report, Stopping};
use aide_memoire::record::SourceFile;
use aide_memoire::store::Store;
use chrono::{DateTime, TimeDelta, Utc};

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
        let start = instant(start);
        let clock = Arc::new(TestClock::at(start));
        let relay = FaultServer::start(Script::default()).await;
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

    /// The accounts agree: what the ledger calls sent the relay took, each once (twice at most where
    /// it was in doubt, and then the same bytes), and the relay took nothing the ledger does not know.
    pub async fn reconcile(&self) {
        let mut taken: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for message in self.relay.log() {
            let id = message.message_id.expect("every message has an id");
            taken.entry(id).or_default().push(message.content);
        }
        let snapshot = self.store.read().await.unwrap();
        let mut carried_by_sent = BTreeSet::new();
        for notice in self.notices().await {
            let copies = taken.remove(&notice.message_id).unwrap_or_default();
            let attempts = snapshot.attempts(notice.id).await.unwrap();
            let doubts = attempts
                .iter()
                .filter(|a| a.outcome == NoticeState::InDoubt)
                .count();
            match notice.state {
                NoticeState::Sent => assert!(!copies.is_empty(), "lost: {notice:?}"),
                NoticeState::InDoubt | NoticeState::Parked => {}
                state => assert!(
                    copies.is_empty() || doubts > 0,
                    "sent, but {state}: {notice:?}"
                ),
            }
            assert!(copies.len() <= 1 + doubts, "doubled: {notice:?}");
            assert!(
                copies.windows(2).all(|two| two[0] == two[1]),
                "not the same bytes: {notice:?}"
            );
            if notice.state == NoticeState::Sent {
                let live = notice.items.iter().filter(|item| item.dropped.is_none());
                carried_by_sent.extend(live.map(|item| {
                    let item = &item.item;
                    (
                        item.commitment.to_string(),
                        item.rule.to_string(),
                        notice.recipient.to_string(),
                    )
                }));
            }
        }
        assert!(
            taken.is_empty(),
            "unexpected at the relay: {:?}",
            taken.keys()
        );
        let sent = OccurrenceFilter {
            state: Some(OccurrenceState::Sent),
            ..OccurrenceFilter::default()
        };
        for occurrence in snapshot.occurrences(&sent, ALL).await.unwrap() {
            use aide_memoire::domain::notice::Subject;
            if let Subject::Commitment(reference) | Subject::Milestone(reference, _) =
                &occurrence.subject
            {
                let key = (
                    reference.to_string(),
                    occurrence.rule.to_string(),
                    occurrence.recipient.to_string(),
                );
                assert!(
                    carried_by_sent.contains(&key),
                    "called sent, and on no notice: {occurrence:?}"
                );
            }
        }
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
