//! The rules of REMINDING on small records: what leaves, for whom, when and in whose place.

mod fallback;
mod records;
