//! The command line, one file per command. Commands open what they need, call an act or a job, and
//! say in words what happened. CONTRACT fixes their names and shapes.

use std::future::Future;
use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::clock::{Clock, SystemClock};
use crate::config::{Config, Sources};
use crate::domain::deadline::{Reason, parse_day};
use crate::store::{SchemaState, Store};
use crate::telemetry;

mod again;
mod bounces;
mod calendar;
mod check;
mod demo;
mod explain;
mod export;
mod extract;
mod import;
mod meeting;
mod migrate;
mod receive;
mod redate;
mod rehearse;
mod release;
mod remind;
mod send_test;
mod serve;
mod user;

/// Keeps the commitments diplomatic dialogues produce, and reminds the desks responsible.
#[derive(Debug, Parser)]
#[command(name = "aide-memoire", version, about)]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Debug, Clone, Args)]
pub struct Common {
    /// A settings file; what it leaves out keeps its default.
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database: sqlite:PATH or postgres://...
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Everything in one process on a demonstration clock, with the first record and a mailbox
    Demo(demo::Demo),
    /// Run the daemon: pages, scheduler, delivery
    Serve,
    /// Bring the database up to date
    Migrate,
    /// Say what is wrong with this installation
    Check(check::Check),
    /// Load a record (TOML or JSON): all of it or nothing
    Import(import::Import),
    /// Renew the public holidays of a calendar from an iCalendar file
    Calendar(calendar::Calendar),
    /// Move a meeting: what hangs on it moves along
    Meeting(meeting::Meeting),
    /// Give a commitment or a milestone another deadline
    Redate(redate::Redate),
    /// Write the record, importable elsewhere
    Export(export::Export),
    /// Propose the commitments of an outcome document, each with its words and its reason
    Extract(extract::Extract),
    /// List what would be sent to whom between two dates
    Rehearse(rehearse::Rehearse),
    /// Say why something came, what comes next, and why nothing came
    Explain(explain::Explain),
    /// One activation of planning and delivery, then exit
    Remind,
    /// Let mail go again that is held back after a restore
    Release(release::Release),
    /// Take a message from standard input and write down what it reports of a notice
    Receive(receive::Receive),
    /// List the addresses mail does not reach, or say that it reaches one again
    Bounces(bounces::Bounces),
    /// Have a notice sent once more, on the record
    Again(again::Again),
    /// Send one message to an address, to see that the relay takes it
    SendTest(send_test::SendTest),
    /// Who may sign in: invite, list, disable, enable, reset a password, make an administrator
    User(user::User),
}

/// How a command prints its result.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// A failure that will pass by itself: what was handed over is to be handed over again. Mail servers
/// understand the exit code 75 so (sysexits.h, EX_TEMPFAIL).
#[derive(Debug, thiserror::Error)]
#[error("{0:#}; to be handed over again later")]
pub struct TryLater(anyhow::Error);

impl TryLater {
    /// EX_TEMPFAIL.
    pub const EXIT_CODE: u8 = 75;

    pub(crate) fn new(error: anyhow::Error) -> Self {
        Self(error)
    }
}

/// Arguments that make no sense together.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct WrongUsage(String);

impl WrongUsage {
    /// As for any other argument that is not understood.
    pub const EXIT_CODE: u8 = 2;
}

impl Cli {
    /// Runs the command to its end.
    pub fn run(self) -> Result<()> {
        let common = self.common;
        match self.command {
            Command::Demo(demo) => demo.run(&common),
            Command::Serve => serve::run(&common),
            Command::Migrate => migrate::run(&common),
            Command::Check(check) => check.run(&common),
            Command::Import(import) => import.run(&common),
            Command::Calendar(calendar) => calendar.run(&common),
            Command::Meeting(meeting) => meeting.run(&common),
            Command::Redate(redate) => redate.run(&common),
            Command::Export(export) => export.run(&common),
            Command::Extract(extract) => extract.run(&common),
            Command::Rehearse(rehearse) => rehearse.run(&common),
            Command::Explain(explain) => explain.run(&common),
            Command::Remind => remind::run(&common),
            Command::Release(release) => release.run(&common),
            Command::Receive(receive) => receive.run(&common),
            Command::Bounces(bounces) => bounces.run(&common),
            Command::Again(again) => again.run(&common),
            Command::SendTest(send_test) => send_test.run(&common),
            Command::User(user) => user.run(&common),
        }
    }
}

impl Common {
    /// The settings, with logging started as they say.
    pub(crate) fn settings(&self) -> Result<Config> {
        let sources = Sources {
            file: self.config.clone(),
            environment: environment(),
            database: self.database.clone(),
        };
        let config = Config::load(&sources)?;
        telemetry::start(&config.log)?;
        Ok(config)
    }
}

/// The environment, as far as it is text; what is not cannot be a setting of ours.
fn environment() -> Vec<(String, String)> {
    std::env::vars_os()
        .filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)))
        .collect()
}

/// Runs a command's work on a runtime of its own.
pub(crate) fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .context("the asynchronous runtime did not start")?;
    runtime.block_on(work)
}

/// Opens the database and insists that its schema is the one this program knows. A file that is not
/// there is not made by looking for it.
pub(crate) async fn open(config: &Config) -> Result<Store> {
    let url = config.database.url.reveal();
    if !Store::is_there(url) {
        anyhow::bail!(
            "the database {url} is not there; give its place as --database or in the settings, or start an installation with `aide-memoire migrate` or `aide-memoire import FILE`"
        );
    }
    let store = Store::open(config.database.url.reveal()).await?;
    match store.schema().await? {
        SchemaState::Current => Ok(store),
        SchemaState::Empty => anyhow::bail!(
            "the database {} is empty; start an installation with `aide-memoire migrate` or `aide-memoire import FILE`",
            store.place()
        ),
        state => Err(unfit(&store, &state)),
    }
}

/// Opens the database; one that is empty is made ready first: for commands that start an
/// installation.
pub(crate) async fn open_or_create(config: &Config) -> Result<Store> {
    let store = Store::open(config.database.url.reveal()).await?;
    match store.schema().await? {
        SchemaState::Current => {}
        SchemaState::Empty => store.migrate(SystemClock.real_now()).await?,
        state => return Err(unfit(&store, &state)),
    }
    Ok(store)
}

fn unfit(store: &Store, state: &SchemaState) -> anyhow::Error {
    match state {
        SchemaState::Newer(steps) => anyhow::anyhow!(
            "the database {} was brought up to date by a newer aide-memoire (it has {}); install that version, or restore a backup from before. Nothing was changed",
            store.place(),
            steps.join(", ")
        ),
        _ => anyhow::anyhow!(
            "the database {} is not up to date with this program; make a backup, then run `aide-memoire migrate`",
            store.place()
        ),
    }
}

/// Reads a date given on the command line.
pub(crate) fn date(text: &str) -> Result<NaiveDate, String> {
    parse_day(text).map_err(|error| match error.reason {
        Reason::Year | Reason::NoSuchDay => error.to_string(),
        _ => format!("`{text}` is not a date; write it like 2025-06-02"),
    })
}
