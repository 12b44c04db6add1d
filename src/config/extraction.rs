//! How outcome documents are read.

use serde::Deserialize;

use super::{ConfigError, unfit};
use crate::intake::lexicon::{Lexicon, LexiconError};

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extraction {
    /// A file with a ministry's own partners, bodies and verbs; empty: none.
    pub lexicon: String,
    /// The largest document that is brought in on a page, in megabytes.
    pub max_document_mb: u32,
    /// Days after which a document that nobody works on is let go of; zero: never.
    pub forget_after_days: u32,
}

/// A lexicon that cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum LexiconFault {
    #[error("setting extraction.lexicon: {path} cannot be read: {source}")]
    File {
        path: String,
        source: std::io::Error,
    },
    #[error("setting extraction.lexicon: {path}: {source}")]
    Words { path: String, source: LexiconError },
}

impl Extraction {
    /// The largest document that is brought in on a page, in bytes.
    pub fn max_document(&self) -> usize {
        usize::try_from(self.max_document_mb)
            .unwrap_or(usize::MAX)
            .saturating_mul(1_000_000)
    }

    /// The product's lexicon, with the ministry's own file on top where one is named.
    ///
    /// # Errors
    /// The file, and what is wrong with it.
    pub fn read_lexicon(&self) -> Result<Lexicon, LexiconFault> {
        let path = self.lexicon.trim();
        if path.is_empty() {
            return Ok(Lexicon::standard().clone());
        }
        let own = std::fs::read_to_string(path).map_err(|source| LexiconFault::File {
            path: path.to_owned(),
            source,
        })?;
        Lexicon::with(&[&own]).map_err(|source| LexiconFault::Words {
            path: path.to_owned(),
            source,
        })
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        if !matches!(self.max_document_mb, 1..=30) {
            let n = self.max_document_mb;
            return Err(unfit(
                "extraction.max_document_mb",
                format!("is {n}; a document may have from 1 to 30 MB"),
            ));
        }
        match self.forget_after_days {
            0 | 30..=36_500 => Ok(()),
            n => Err(unfit(
                "extraction.forget_after_days",
                format!("is {n}; give 0 to keep every document, or 30 days or more"),
            )),
        }
    }
}
