//! `export`: the record, importable elsewhere; whole, or as a partner may have it.

use std::io::Write;

use anyhow::{Context, Result, bail};
use clap::{Args, ValueEnum};

use super::{Common, block_on, open};
use crate::domain::book::Book;
use crate::domain::nearest::nearest;
use crate::record;

#[derive(Debug, Args)]
pub struct Export {
    #[arg(long, value_enum, default_value = "toml")]
    format: RecordFormat,
    /// What may be handed to this party: public commitments of its partnerships, without updates,
    /// reasons, people and addresses
    #[arg(long, value_name = "PARTY")]
    for_partner: Option<String>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RecordFormat {
    Toml,
    Json,
}

impl Export {
    pub fn run(self, common: &Common) -> Result<()> {
        let config = common.settings()?;
        block_on(async {
            let mut book = open(&config).await?.book().await?.as_ref().clone();
            if let Some(party) = &self.for_partner {
                book = told_to(&book, party)?;
            }
            let text = match self.format {
                RecordFormat::Toml => record::write_toml(&book),
                RecordFormat::Json => record::write_json(&book),
            };
            std::io::stdout()
                .lock()
                .write_all(text.as_bytes())
                .context("the record could not be written out")
        })
    }
}

fn told_to(book: &Book, party: &str) -> Result<Book> {
    let parties = &book.directory.parties;
    let Some(known) = parties.get(party) else {
        let near = nearest(party, parties.keys().map(|id| id.as_str()));
        let hint = near
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        bail!("there is no party `{party}`{hint}");
    };
    Ok(record::for_partner(book, &known.id))
}
