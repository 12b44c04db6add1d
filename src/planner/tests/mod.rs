//! The rules of REMINDING on small records: what leaves, for whom, when and in whose place.

mod absences;
mod fallback;
mod habits;
mod hours;
pub(super) mod records;
