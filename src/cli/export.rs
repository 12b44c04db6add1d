//! `export`: the record, importable elsewhere.

use std::io::Write;

use anyhow::{Context, Result};
use clap::{Args, ValueEnum};

use super::{Common, block_on, open};
use crate::record;

#[derive(Debug, Args)]
pub struct Export {
    #[arg(long, value_enum, default_value = "toml")]
    format: RecordFormat,
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
            let book = open(&config).await?.book().await?;
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
