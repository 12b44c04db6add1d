//! Progress: what a desk reports, and what a reviewer made of it.
//!
//! Three axes are never folded into one: what the desk *reported*, what the reviewer *verified*,
//! and what the calendar says (see [`schedule`](super::schedule)).

use chrono::{DateTime, NaiveDate, Utc};

use super::commitment::Confidentiality;
use super::deadline::Deadline;
use super::ids::ReaderId;

closed_list! {
    /// What the desk says, in the words of UNDP's reporting.
    Reported {
        NotStarted = "not-started",
        Ongoing = "ongoing",
        Completed = "completed",
        CompletedAndOngoing = "completed-and-ongoing",
        Discontinued = "discontinued",
    }
}

impl Reported {
    /// *completed* or *completed and ongoing*.
    pub fn is_completed(self) -> bool {
        matches!(self, Reported::Completed | Reported::CompletedAndOngoing)
    }
}

closed_list! {
    /// The desk's confidence in delivery; not a status.
    Confidence {
        Green = "green",
        Amber = "amber",
        Red = "red",
    }
}

closed_list! {
    /// Where an update stands.
    UpdateState {
        Draft = "draft",
        Submitted = "submitted",
        Accepted = "accepted",
        Returned = "returned",
    }
}

closed_list! {
    /// What the reviewer found, on the five points of the Open Government Partnership.
    Verified {
        NoEvidence = "no-evidence",
        NotStarted = "not-started",
        Limited = "limited",
        Substantial = "substantial",
        Complete = "complete",
    }
}

/// A progress update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Update {
    pub date: NaiveDate,
    /// The person or the desk that reports.
    pub by: Option<ReaderId>,
    /// The name of whoever gave a desk's answer: a mailbox is shared.
    pub given: Option<String>,
    pub reported: Reported,
    pub confidence: Option<Confidence>,
    pub text: Option<String>,
    /// Links.
    pub evidence: Vec<String>,
    /// What the desk does next.
    pub next: Option<String>,
    pub state: UpdateState,
    /// The day a reviewer accepted or returned it.
    pub reviewed: Option<NaiveDate>,
    /// Who accepted or returned it.
    pub reviewer: Option<ReaderId>,
    /// The reviewer's words.
    pub words: Option<String>,
    /// The reviewer's own confidence in delivery, beside the desk's.
    pub assessed: Option<Confidence>,
    /// A decision wanted from the reviewer.
    pub ask: Option<String>,
    /// A later date wanted.
    pub extension: Option<Extension>,
    pub confidentiality: Confidentiality,
    /// When it was entered, by the business clock; not part of the record format. What was entered
    /// after a digest had left is news in the next one.
    pub entered: Option<DateTime<Utc>>,
}

/// A later date that a desk asks for, of the commitment or of the milestone it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Extension {
    pub to: Deadline,
    pub milestone: Option<String>,
}

impl Update {
    /// Not a draft.
    pub fn counts(&self) -> bool {
        self.state != UpdateState::Draft
    }

    /// Neither a draft nor returned.
    pub fn stands(&self) -> bool {
        matches!(self.state, UpdateState::Submitted | UpdateState::Accepted)
    }

    /// Stands, and reports completion.
    pub fn reports_completion(&self) -> bool {
        self.stands() && self.reported.is_completed()
    }

    pub fn awaits_review(&self) -> bool {
        self.state == UpdateState::Submitted
    }

    /// Whether it is for the SOM leader to decide even where the desk has a head: closures, new
    /// dates, bad news. REMINDING, Reviewer.
    pub fn wants_som_leader(&self) -> bool {
        self.reported.is_completed()
            || self.reported == Reported::Discontinued
            || self.confidence == Some(Confidence::Red)
            || self.ask.is_some()
            || self.extension.is_some()
    }

    /// The confidence to go by: the reviewer's, where one was given.
    pub fn held_confidence(&self) -> Option<Confidence> {
        self.assessed.or(self.confidence)
    }
}
