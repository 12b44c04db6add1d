//! How outcome documents are read.

use serde::Deserialize;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extraction {
    /// A file with a ministry's own partners, bodies and verbs; empty: none.
    pub lexicon: String,
}
