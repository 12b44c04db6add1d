//! Acts: what a person or a job may do to the record. Each checks, changes, supersedes what was
//! announced and is no longer true, re-times what hangs on it and leaves a line in the audit, all in
//! one transaction. Whoever can do a thing (a page, the command line, a job) does it by the same act.

pub mod accounts;
pub mod after_meeting;
pub mod again;
pub mod answering;
pub mod bounces;
pub mod bulk;
pub mod carrying;
pub mod digests;
pub mod editing;
pub mod evidence;
pub mod go_live;
pub mod handover;
pub mod hold;
pub mod holidays;
pub mod import;
pub mod intake;
pub mod mentions;
mod merging;
pub mod moving;
pub mod raising;
pub mod replying;
pub mod reporting;
pub mod retiming;
pub mod returned;
pub mod reviewing;
pub mod seen;
pub mod sightings;
mod superseding;
pub mod views;
pub mod working;

use std::time::Duration;

use crate::domain::ids::{PersonId, ReaderId};
use crate::store::StoreError;

/// Who acts, as the audit names them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actor {
    /// Somebody at the command line of the machine.
    Operator,
    /// The daemon itself.
    Daemon,
    /// Somebody who is signed in (in a demonstration: as whom one looks).
    Person(PersonId),
    /// Whoever holds a link that was sent to a reader, named after that reader.
    Link(String),
}

impl Actor {
    /// Whoever holds a link that was sent to this reader.
    pub fn by_link(reader: &ReaderId) -> Self {
        Actor::Link(format!("{reader}, by a link in a mail"))
    }

    pub fn as_str(&self) -> &str {
        match self {
            Actor::Operator => "operator",
            Actor::Daemon => "daemon",
            Actor::Person(id) => id.as_str(),
            Actor::Link(name) => name,
        }
    }
}

/// Why an act was not done.
#[derive(Debug, thiserror::Error)]
pub enum ActError {
    /// What was asked cannot be done; the sentence says why and what to do.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ActError {
    /// Nobody knows a thing of this name.
    fn unknown(kind: &str, id: &str, near: Option<&str>) -> Self {
        let hint = near
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        ActError::Refused(format!("there is no {kind} `{id}`{hint}"))
    }
}

/// How often work that another writer disturbed is begun again before its error counts.
const TRIES: u32 = 6;

/// Waits a little before disturbed work is begun again; `None` when it has been tried enough.
pub(crate) async fn another_try(n: u32, error: &StoreError) -> Option<()> {
    if !error.is_transient() || n + 1 >= TRIES {
        return None;
    }
    tokio::time::sleep(Duration::from_millis(20 << n)).await;
    Some(())
}
