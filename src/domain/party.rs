//! Parties: who can owe or be owed.

use super::ids::PartyId;

closed_list! {
    /// What kind of party it is.
    PartyKind {
        Organisation = "organisation",
        State = "state",
        Partner = "partner",
        SectoralBody = "sectoral-body",
        Secretariat = "secretariat",
    }
}

/// ASEAN, a member state, a partner, the Secretariat, a sectoral body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    pub id: PartyId,
    pub name: String,
    pub kind: PartyKind,
}

/// Who chaired ASEAN in a year, and under what theme.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chairmanship {
    pub year: i32,
    pub party: PartyId,
    pub theme: Option<String>,
}
