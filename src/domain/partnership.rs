//! Partnerships: ASEAN with one Dialogue Partner, or any standing relation, and who coordinates it.

use chrono::NaiveDate;

use super::deadline::Term;
use super::ids::{DeskId, PartnershipId, PartyId};
use super::policy::PolicyOverride;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partnership {
    pub id: PartnershipId,
    pub name: String,
    pub parties: Vec<PartyId>,
    /// As the parties call it: "Comprehensive Strategic Partnership".
    pub status: Option<String>,
    /// Our desk for it.
    pub desk: Option<DeskId>,
    pub coordinators: Vec<Coordinator>,
    pub policy: PolicyOverride,
}

/// A Country Coordinator's term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coordinator {
    pub party: PartyId,
    pub term: Term,
    pub desk: Option<DeskId>,
}

impl Partnership {
    /// The partnership's desk on a day: its own, else that of the coordinator term that covers the
    /// day (of two, the one that began last). REMINDING, after "Other rules".
    pub fn desk_on(&self, day: NaiveDate) -> Option<&DeskId> {
        self.desk
            .as_ref()
            .or_else(|| self.coordinator_on(day).and_then(|c| c.desk.as_ref()))
    }

    /// The coordinator whose term covers the day; of two, the one that began last.
    pub fn coordinator_on(&self, day: NaiveDate) -> Option<&Coordinator> {
        self.coordinators
            .iter()
            .filter(|c| c.term.contains(day))
            .max_by_key(|c| c.term.from)
    }
}
