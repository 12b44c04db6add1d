//! Instruments: the named things the work is about.

use super::ids::InstrumentId;

/// The Joint Vision Statement, the ASEAN Single Window, the Plan of Action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instrument {
    pub id: InstrumentId,
    pub name: String,
    pub acronym: Option<String>,
    /// "statement", "agreement", "plan of action", in plain words.
    pub kind: Option<String>,
}

impl Instrument {
    /// The acronym where there is one, else the name.
    pub fn short(&self) -> &str {
        self.acronym.as_deref().unwrap_or(&self.name)
    }
}
