//! The pages: what is promised, where it stands, what is said next and what was said, for people who
//! have ten minutes or sixty seconds. Server-rendered, without a script; a GET never changes
//! anything.
//!
//! - [`pages`] draws each page: a pure function of the record, who looks and when makes a typed
//!   context, and a handler around it asks the store.
//! - [`scene`] is what they are drawn from, and where the one access rule is asked; [`standing`]
//!   works out once where every commitment stands.
//! - [`routes`] is the table of addresses, with who may come; the [`router`] is built from it alone.
//! - [`frame`] and [`render`] put a page into its frame; [`protection`] guards every answer.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::config::TransportKind;
use crate::domain::notice::MailMode;
use crate::intake::lexicon::Lexicon;
use crate::openid::OpenId;
use crate::store::Store;

mod api;
mod client;
mod encoding;
mod excerpt;
mod failure;
mod filter;
mod form;
mod forms;
mod frame;
mod handlers;
mod hits;
mod lodge;
mod mail_view;
mod matters;
mod message;
mod metrics;
mod next;
mod pages;
mod protection;
mod quotation;
mod readings;
mod record_forms;
mod render;
mod report_form;
mod review_form;
mod router;
mod routes;
mod row;
mod say;
mod scene;
mod sightings;
mod site;
mod standing;
#[cfg(test)]
mod testing;
mod timeline;
mod told;

pub use lodge::Lodge;
pub use router::router;
pub use routes::{Door, Entry, Shows, declared};
pub use sightings::Sightings;

/// What the pages need of the daemon.
#[derive(Clone)]
pub struct WebState {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    /// Who is let in.
    pub lodge: Lodge,
    /// Another house's sign-in, where the settings name one.
    pub openid: Option<Arc<OpenId>>,
    pub settings: Arc<WebSettings>,
    /// Who saw what is restricted, until it is written.
    pub sightings: Sightings,
    /// The words by which outcome documents are read.
    pub lexicon: Arc<Lexicon>,
    pub readiness: Arc<dyn Readiness>,
    /// In a demonstration, what moves its day.
    pub demo: Option<Arc<dyn DemoControl>>,
}

/// What the pages say about the installation.
#[derive(Debug, Clone)]
pub struct WebSettings {
    /// The address by which readers reach the pages.
    pub public_url: String,
    pub name: String,
    pub mode: MailMode,
    /// Where everything goes in mode `redirect`.
    pub redirect_to: Option<String>,
    pub transport: TransportKind,
    /// The largest file that is kept as evidence, in bytes.
    pub max_file: usize,
    /// The largest document that is brought in, in bytes.
    pub max_document: usize,
}

/// Says whether everything is in order.
#[async_trait]
pub trait Readiness: Send + Sync + 'static {
    async fn check(&self) -> Vec<Check>;

    /// What of it is measured.
    fn pulse(&self) -> Pulse {
        Pulse::default()
    }
}

/// What the daemon knows of itself, for `/metrics`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Pulse {
    /// When the scheduler rang last (real time).
    pub rung_at: Option<DateTime<Utc>>,
    /// The relay is left alone for a while.
    pub circuit_open: bool,
}

/// One thing that has to be in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `database`, `schema`, `scheduler` or `relay`.
    pub name: &'static str,
    pub problem: Option<String>,
}

/// Moves the day of a demonstration.
#[async_trait]
pub trait DemoControl: Send + Sync + 'static {
    /// Goes forward by whole days, letting everything happen on the way that falls due; on failure
    /// says why.
    async fn advance(&self, days: u32) -> Result<Advanced, String>;
}

/// What happened while the day moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advanced {
    pub from: DateTime<Utc>,
    pub to: DateTime<Utc>,
    /// How many mails left.
    pub sent: u64,
}
