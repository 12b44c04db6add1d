//! `demo`: everything in one process, on a clock that is moved from the pages: the first record, a
//! mailbox instead of a relay, a SQLite file that is thrown away.
//!
//! Only the business clock moves. On the way it stops at every slot at which somebody has something
//! to say, and delivery is drained there, as if the time had passed.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use clap::Args;

use super::{Common, block_on, date, open_or_create};
use crate::acts::Actor;
use crate::acts::import::import;
use crate::app::App;
use crate::clock::{Clock, MovableClock};
use crate::config::{Config, Sources};
use crate::domain::calendar::slot_instant;
use crate::jobs::{Engine, Stopping};
use crate::record::{self, SourceFile};
use crate::store::{Store, StoreError};
use crate::telemetry;
use crate::web::{Advanced, DemoControl};

#[derive(Debug, Args)]
pub struct Demo {
    /// The day on which the demonstration begins
    #[arg(long, value_name = "DATE", value_parser = date, default_value = "2025-06-02")]
    as_of: NaiveDate,
    /// The port of the pages; without it 8080, or another one where that is taken
    #[arg(long, value_name = "N")]
    port: Option<u16>,
    /// Keep the demonstration in this folder, and go on with it the next time
    #[arg(long, value_name = "DIR")]
    data: Option<PathBuf>,
}

/// The hour at which a demonstration begins, where the house stands: the morning's mail is out.
const MORNING: NaiveTime = NaiveTime::from_hms_opt(9, 0, 0).expect("nine o'clock exists");

impl Demo {
    pub fn run(self, _common: &Common) -> Result<()> {
        let thrown_away = tempfile::tempdir().context("there is no room for temporary files")?;
        let folder = self
            .data
            .clone()
            .unwrap_or_else(|| thrown_away.path().to_owned());
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("the folder {} cannot be made", folder.display()))?;
        let database = format!("sqlite:{}", folder.join("demo.sqlite").display());
        let mut config = Config::load(&Sources {
            database: Some(database),
            ..Sources::default()
        })?;
        config.log.level = "warn".into();
        telemetry::start(&config.log)?;
        block_on(self.show(config))
    }

    async fn show(self, mut config: Config) -> Result<()> {
        let store = open_or_create(&config).await?;
        let start = begin(&store, self.as_of).await?;
        let clock = Arc::new(MovableClock::at(start));
        let listener = listen(self.port).await?;
        let url = format!("http://{}", listener.local_addr()?);
        config.web.public_url.clone_from(&url);
        config.scheduler.live_on = self.as_of.to_string();
        let app = App::new(store, config, Arc::clone(&clock) as Arc<dyn Clock>)?;
        app.go_live().await?;
        let stage = Stage::new(Arc::clone(app.engine()), clock);
        let sent = stage.advance_to(start).await?;
        println!("Aide-mémoire, a demonstration. Nothing leaves this machine.\n");
        println!("  pages     {url}");
        println!("  mail      {url}/mail   ({sent} sent so far)");
        println!(
            "  the day   {}, to be moved at the top of every page\n",
            start.date_naive()
        );
        println!("End it with Ctrl-C.");
        app.serve_demo(listener, Arc::new(stage)).await?;
        Ok(())
    }
}

/// Loads the first record into an empty database; returns where the clock stands. A demonstration
/// that was kept goes on where it was.
async fn begin(store: &Store, as_of: NaiveDate) -> Result<DateTime<Utc>> {
    let first = SourceFile {
        name: "first.toml".into(),
        text: record::FIRST_RECORD.into(),
        ..SourceFile::default()
    };
    let zone = record::first_record().directory.house_zone();
    let start = slot_instant(zone, as_of, MORNING);
    if store.book().await?.commitments.is_empty() {
        import(store, &[first], &Actor::Operator, start).await?;
    }
    let planned = store.read().await?.planned_until().await?;
    Ok(planned.map_or(start, |until| until.max(start)))
}

async fn listen(port: Option<u16>) -> Result<tokio::net::TcpListener> {
    let at = |port| SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let bind = tokio::net::TcpListener::bind(at(port.unwrap_or(8080))).await;
    match (bind, port) {
        (Ok(listener), _) => Ok(listener),
        (Err(error), Some(port)) => Err(error).with_context(|| {
            format!("port {port} cannot be listened on; choose another with --port")
        }),
        (Err(_), None) => Ok(tokio::net::TcpListener::bind(at(0))
            .await
            .context("no port is free for the pages")?),
    }
}

/// Moves the demonstration's clock.
pub struct Stage {
    engine: Arc<Engine>,
    clock: Arc<MovableClock>,
    /// One move at a time.
    moving: tokio::sync::Mutex<()>,
}

impl Stage {
    pub fn new(engine: Arc<Engine>, clock: Arc<MovableClock>) -> Self {
        Self {
            engine,
            clock,
            moving: tokio::sync::Mutex::new(()),
        }
    }

    /// Lets the time pass until `target`, stopping wherever somebody has something to say. Returns
    /// how many messages were sent on the way.
    pub async fn advance_to(&self, target: DateTime<Utc>) -> Result<u64, StoreError> {
        /// Where something stays due, the clock goes on in these steps.
        const STRIDE: TimeDelta = TimeDelta::hours(1);
        let _one_at_a_time = self.moving.lock().await;
        let mut sent = 0;
        loop {
            sent += self.engine.activate(&Stopping::new()).await?.delivered.sent;
            let now = self.clock.business_now();
            if now >= target {
                return Ok(sent);
            }
            let due = self.engine.store.read().await?.next_due().await?;
            let at = due.map_or(target, |at| if at > now { at } else { now + STRIDE });
            self.clock.set(at.min(target));
        }
    }
}

#[async_trait]
impl DemoControl for Stage {
    async fn advance(&self, days: u32) -> Result<Advanced, String> {
        let from = self.clock.business_now();
        let to = from + TimeDelta::days(i64::from(days));
        let sent = self
            .advance_to(to)
            .await
            .map_err(|error| error.to_string())?;
        Ok(Advanced { from, to, sent })
    }
}
