//! One undertaking: the promise, who owes it to whom, how strongly, its deadline, its lead desk.
//!
//! The promise is never edited. What changes about a commitment is added beside it: progress
//! updates, deadline revisions, the occasions on which a request was raised.

use chrono::{DateTime, NaiveDate, Utc};

use super::calendar::plus_months;
use super::deadline::Deadline;
use super::ids::{
    CommitmentRef, DeskId, DocumentId, InstrumentId, MeetingId, PartnershipId, PartyId, ReaderId,
};
use super::policy::PolicyOverride;
use super::progress::{Update, Verified};

closed_list! {
    /// The three kinds, because they fail differently.
    Kind {
        /// Has a window and can be overdue.
        Deliverable = "deliverable",
        /// Has no end; lives by review cycles.
        Standing = "standing",
        /// Owed to us: we chase.
        Request = "request",
    }
}

closed_list! {
    /// How strongly it binds, by its verb.
    Strength {
        /// will, agreed to, shall
        Firm = "firm",
        /// reaffirmed, committed to
        Political = "political",
        /// looked forward to, underscored, encouraged
        Hortatory = "hortatory",
    }
}

closed_list! {
    /// Who may read it.
    Confidentiality {
        Public = "public",
        Internal = "internal",
        /// Only the readers it names.
        Restricted = "restricted",
    }
}

closed_list! {
    /// The life of the commitment itself.
    Lifecycle {
        Proposed = "proposed",
        Open = "open",
        /// Met.
        Closed = "closed",
        /// Passed on to a successor commitment.
        CarriedForward = "carried-forward",
        Superseded = "superseded",
        Withdrawn = "withdrawn",
    }
}

closed_list! {
    /// As what a desk answers for a commitment.
    DeskRole {
        Lead = "lead",
        Cooperating = "cooperating",
    }
}

closed_list! {
    /// What a later document does to a promise that it says again.
    Effect {
        Repeats = "repeats",
        /// A stronger verb, or an earlier deadline.
        Strengthens = "strengthens",
        /// A weaker verb, or a later deadline or none.
        Weakens = "weakens",
    }
}

/// The words as adopted, and where they stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Promise {
    pub words: String,
    pub document: Option<DocumentId>,
    /// The paragraph of the document, from 1.
    pub paragraph: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Commitment {
    pub reference: CommitmentRef,
    pub title: String,
    pub partnership: Option<PartnershipId>,
    /// The meeting that produced it.
    pub meeting: Option<MeetingId>,
    pub promise: Promise,
    pub kind: Kind,
    pub strength: Option<Strength>,
    pub obligors: Vec<PartyId>,
    pub beneficiaries: Vec<PartyId>,
    pub instruments: Vec<InstrumentId>,
    pub sector: Option<String>,
    /// The desk responsible.
    pub lead: DeskId,
    /// Desks that contribute.
    pub cooperating: Vec<DeskId>,
    pub confidentiality: Confidentiality,
    /// Desks and people who may read it, where it is restricted.
    pub readers: Vec<ReaderId>,
    /// The commitment it was carried forward from.
    pub follows: Option<CommitmentRef>,
    pub snoozed: Option<Snooze>,
    /// The date from which it is tracked.
    pub opened: NaiveDate,
    pub deadline: Option<Deadline>,
    /// The review cycle of a standing commitment, where it differs from the policy's.
    pub review: Option<Cycle>,
    pub state: Lifecycle,
    pub closed: Option<NaiveDate>,
    pub verified: Option<Verified>,
    /// In the order in which they are to be reached.
    pub milestones: Vec<Milestone>,
    /// In the order of their dates; of one date, in the order in which they came.
    pub updates: Vec<Update>,
    pub revisions: Vec<Revision>,
    pub raised: Vec<Raised>,
    pub handovers: Vec<Handover>,
    pub mentions: Vec<Mention>,
    pub policy: PolicyOverride,
}

/// A step of a commitment, with its own deadline. The title is unique within the commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Milestone {
    pub title: String,
    pub deadline: Option<Deadline>,
    pub done: Option<NaiveDate>,
}

/// Quiet until a date, for a reason that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snooze {
    pub until: NaiveDate,
    pub reason: String,
}

/// A changed deadline: of the commitment, or of the milestone it names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    pub date: NaiveDate,
    pub milestone: Option<String>,
    pub from: Option<Deadline>,
    pub to: Option<Deadline>,
    pub reason: Option<String>,
    pub by: Option<ReaderId>,
    pub approved: Option<ReaderId>,
    /// When it was entered, by the business clock; not part of the record format. What was entered
    /// after a digest had left is news in the next one.
    pub entered: Option<DateTime<Utc>>,
}

/// A commitment that passed from one desk to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Handover {
    pub date: NaiveDate,
    pub from: DeskId,
    pub to: DeskId,
    pub role: DeskRole,
    pub reason: Option<String>,
    /// As that of a [`Revision`].
    pub entered: Option<DateTime<Utc>>,
}

/// One occasion on which a request was raised with the partner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Raised {
    pub date: NaiveDate,
    pub meeting: Option<MeetingId>,
    pub by: Option<ReaderId>,
    pub reply: Option<String>,
}

/// A later document that says the promise again. It changes nothing about the commitment: neither its
/// deadline nor its strength, nor what is said to whom and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mention {
    /// The day of the document, or of the meeting it is of.
    pub date: NaiveDate,
    pub document: DocumentId,
    /// The paragraph of the document, from 1.
    pub paragraph: Option<u32>,
    /// The words as they stand there.
    pub words: String,
    pub effect: Effect,
}

/// A review cycle in whole months.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Cycle {
    pub months: u32,
}

/// A text that is not a review cycle.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a review cycle; write it like `every 3 months`")]
pub struct CycleError(pub String);

impl Cycle {
    /// Reads `every 3 months`, `3 months`, `every month`, `every year` or `2 years`.
    pub fn parse(text: &str) -> Result<Self, CycleError> {
        let unfit = || CycleError(text.to_owned());
        let words: Vec<&str> = text.split_whitespace().filter(|w| *w != "every").collect();
        let (count, unit) = match words.as_slice() {
            [unit] => (1, *unit),
            [count, unit] => (count.parse().map_err(|_| unfit())?, *unit),
            _ => return Err(unfit()),
        };
        let months = match unit {
            "month" | "months" => count,
            "year" | "years" => 12u32.checked_mul(count).ok_or_else(unfit)?,
            _ => return Err(unfit()),
        };
        if (1..=1200).contains(&months) {
            Ok(Self { months })
        } else {
            Err(unfit())
        }
    }

    /// The n-th return of the cycle after an anchor, clamped to the month's end.
    pub fn nth_after(self, anchor: NaiveDate, n: u32) -> NaiveDate {
        plus_months(anchor, self.months.saturating_mul(n))
    }
}

impl std::fmt::Display for Cycle {
    /// As in a policy: `3 months`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.months {
            1 => f.write_str("1 month"),
            n => write!(f, "{n} months"),
        }
    }
}

impl Commitment {
    pub fn is_open(&self) -> bool {
        self.state == Lifecycle::Open
    }

    pub fn is_restricted(&self) -> bool {
        self.confidentiality == Confidentiality::Restricted
    }

    /// One desk takes another's place, where that desk holds it. A desk that answers for the
    /// commitment already takes no second place: the predecessor's falls away.
    pub fn pass(&mut self, from: &DeskId, to: &DeskId, role: DeskRole) {
        match role {
            DeskRole::Lead if self.lead == *from => {
                self.lead = to.clone();
                self.cooperating.retain(|desk| desk != to);
            }
            DeskRole::Lead => {}
            DeskRole::Cooperating => {
                let Some(place) = self.cooperating.iter().position(|d| d == from) else {
                    return;
                };
                if self.lead == *to || self.cooperating.contains(to) {
                    self.cooperating.remove(place);
                } else {
                    self.cooperating[place] = to.clone();
                }
            }
        }
    }

    /// The desks that lead or cooperate, the lead first.
    pub fn desks(&self) -> impl Iterator<Item = &DeskId> {
        std::iter::once(&self.lead).chain(self.cooperating.iter().filter(|d| **d != self.lead))
    }

    /// The latest update as of a day, by date, that is not a draft.
    pub fn latest_update(&self, day: NaiveDate) -> Option<&Update> {
        self.updates
            .iter()
            .filter(|u| u.counts() && u.date <= day)
            .max_by_key(|u| u.date)
    }

    /// Whether the milestone at this place is done, or overtaken: listed before one that is done.
    pub fn milestone_is_past(&self, place: usize) -> bool {
        self.milestones.iter().skip(place).any(|m| m.done.is_some())
    }

    /// The milestones still to be reached, with their places.
    pub fn live_milestones(&self) -> impl Iterator<Item = (usize, &Milestone)> {
        self.milestones
            .iter()
            .enumerate()
            .filter(|(place, _)| !self.milestone_is_past(*place))
    }

    /// How often the deadline (of the commitment, or of a milestone) has been revised, and when
    /// last: the number of the deadline revision in force counts from 0.
    pub fn revision_of(&self, milestone: Option<&str>) -> (u32, Option<NaiveDate>) {
        let mine = self
            .revisions
            .iter()
            .filter(|r| r.milestone.as_deref() == milestone);
        mine.fold((0, None), |(n, _), r| (n + 1, Some(r.date)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_are_read_in_months_and_years() {
        let months = |text| Cycle::parse(text).map(|c| c.months).ok();
        assert_eq!(months("every 3 months"), Some(3));
        assert_eq!(months("6 months"), Some(6));
        assert_eq!(months("every month"), Some(1));
        assert_eq!(months("every 2 years"), Some(24));
        for odd in [
            "",
            "every",
            "0 months",
            "3 weeks",
            "every -1 months",
            "4294967295 years",
        ] {
            assert_eq!(months(odd), None, "{odd}");
        }
    }
}
