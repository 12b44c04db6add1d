//! `import`: loads a record, all of it or nothing.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use clap::Args;

use super::meeting::in_words as consequences_in_words;
use super::{Common, block_on, open, open_or_create};
use crate::acts::Actor;
use crate::acts::import::{Imported, Preview, import, preview, preview_of_first};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::record::{SourceFile, entity, files_named};
use crate::store::{SchemaState, Store};
use crate::wording;

#[derive(Debug, Args)]
pub struct Import {
    /// Records in TOML, or in JSON when the name ends in .json; read together as one
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Import {
    pub fn run(self, common: &Common) -> Result<()> {
        let files = self
            .files
            .iter()
            .map(|path| load(path))
            .collect::<Result<Vec<_>>>()?;
        let config = common.settings()?;
        block_on(async {
            let now = SystemClock.business_now();
            if self.dry_run {
                let preview = look(&config, &files, now).await?;
                println!("{}", preview_in_words(&preview));
                return Ok(());
            }
            let store = open_or_create(&config).await?;
            let imported = import(&store, &files, &Actor::Operator, now).await?;
            println!("{}", in_words(&imported));
            Ok(())
        })
    }
}

/// What the import would change. Looking makes no database and brings none up to date.
async fn look(config: &Config, files: &[SourceFile], now: DateTime<Utc>) -> Result<Preview> {
    let url = config.database.url.reveal();
    if !Store::is_there(url) {
        return Ok(preview_of_first(files, now).await?);
    }
    let store = Store::open(url).await?;
    match store.schema().await? {
        SchemaState::Empty => Ok(preview_of_first(files, now).await?),
        _ => Ok(preview(&open(config).await?, files, now).await?),
    }
}

/// Reads a record and the texts it names, which lie beside it.
fn load(path: &Path) -> Result<SourceFile> {
    let name = path.display().to_string();
    let mut file = SourceFile {
        name,
        text: read(path)?,
        attached: BTreeMap::new(),
    };
    let beside = path.parent().unwrap_or(Path::new(""));
    for attachment in files_named(&file) {
        // What is missing is told with its line when the record is read.
        if let Ok(text) = std::fs::read_to_string(beside.join(&attachment)) {
            file.attached.insert(attachment, text);
        }
    }
    Ok(file)
}

fn read(path: &Path) -> Result<String> {
    let bytes = std::fs::read(path)
        .with_context(|| format!("the record {} cannot be read", path.display()))?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(error) => {
            let sound = &error.as_bytes()[..error.utf8_error().valid_up_to()];
            let line = sound.iter().filter(|byte| **byte == b'\n').count() + 1;
            bail!(
                "{}:{line}: the file is not UTF-8 text; save it as UTF-8",
                path.display()
            )
        }
    }
}

/// What an import would do: the same counts, the new things too, and what it does to reminders.
fn preview_in_words(preview: &Preview) -> String {
    let Preview {
        imported,
        before,
        after,
        consequences,
    } = preview;
    let mut words = in_words(imported).replacen("Imported:", "Would import:", 1);
    for key in &imported.new {
        words.push_str(&format!("\n  new: {key}"));
    }
    if !imported.new.is_empty() || !imported.changed.is_empty() {
        words.push('\n');
        words.push_str(&consequences_in_words(consequences, before, after));
    }
    words.push_str("\nNothing was changed: this was a dry run.");
    words
}

fn in_words(imported: &Imported) -> String {
    let Imported {
        new,
        changed,
        unchanged,
    } = imported;
    if new.is_empty() && changed.is_empty() {
        return format!("Nothing to do: {unchanged} unchanged.");
    }
    let commitments = new
        .iter()
        .filter(|key| key.kind == entity::COMMITMENT)
        .count();
    let mut words = format!(
        "Imported: {} new (of them {}), {} changed, {unchanged} unchanged.",
        new.len(),
        wording::count(commitments, "commitment"),
        changed.len()
    );
    for key in changed {
        words.push_str(&format!("\n  changed: {key}"));
    }
    words
}
