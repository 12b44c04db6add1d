//! `bounces`: the addresses mail does not reach, whom that concerns and who hears instead; and
//! `bounces clear`, which says that mail reaches one again.

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{Common, Format, block_on, open};
use crate::acts::{Actor, bounces};
use crate::clock::{Clock, SystemClock};
use crate::domain::bounce::Bouncing;
use crate::domain::desk::EmailAddress;
use crate::domain::directory::Directory;
use crate::planner::instead::{Unreached, concerned};
use crate::wording;

#[derive(Debug, Args)]
pub struct Bounces {
    #[command(subcommand)]
    step: Option<Step>,
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Subcommand)]
enum Step {
    /// Say that mail reaches an address again: it is written to from now on
    Clear {
        #[arg(value_name = "ADDRESS")]
        address: String,
    },
}

impl Bounces {
    pub fn run(self, common: &Common) -> Result<()> {
        let config = common.settings()?;
        block_on(async {
            let store = open(&config).await?;
            if let Some(Step::Clear { address }) = &self.step {
                let address = EmailAddress::parse(address)?;
                let now = SystemClock.business_now();
                if !bounces::clear(&store, &address, &Actor::Operator, now).await? {
                    bail!(
                        "{address} is not among the addresses mail does not reach; `aide-memoire bounces` lists them"
                    );
                }
                println!("{address} is written to again.");
                return Ok(());
            }
            let found = store.read().await?.bouncing().await?;
            let directory = store.directory().await?;
            match self.format {
                Format::Json => println!("{}", json(&found, &directory)?),
                Format::Text => print!("{}", text(&found, &directory)),
            }
            Ok(())
        })
    }
}

fn text(found: &[Bouncing], directory: &Directory) -> String {
    if found.is_empty() {
        return "Mail reaches every address, as far as is known.\n".to_owned();
    }
    let entries = found.iter().map(|entry| {
        let zone = directory.house_zone();
        let since = entry.since.with_timezone(&zone).date_naive();
        let mut lines = format!(
            "{}  since {}, {} came back\n    {}\n",
            entry.address,
            wording::day(since),
            wording::count(entry.times as usize, "notice"),
            entry.reply
        );
        let all = concerned(&entry.address, directory);
        if all.is_empty() {
            lines.push_str("    nobody on record has this address any more\n");
        }
        for Unreached { reader, hears } in &all {
            let hears = hears
                .as_ref()
                .map_or("nobody hears instead".to_owned(), |hears| {
                    format!("{} hears instead", directory.reader_name(hears))
                });
            lines.push_str(&format!("    {}: {hears}\n", directory.reader_name(reader)));
        }
        lines
    });
    entries.collect()
}

#[derive(Serialize)]
struct Entry<'a> {
    address: &'a str,
    since: String,
    last_at: String,
    times: u32,
    reply: &'a str,
    enhanced_code: Option<&'a str>,
    concerns: Vec<Concerned>,
}

#[derive(Serialize)]
struct Concerned {
    reader: String,
    hears: Option<String>,
}

fn json(found: &[Bouncing], directory: &Directory) -> serde_json::Result<String> {
    let entries: Vec<Entry<'_>> = found
        .iter()
        .map(|entry| Entry {
            address: entry.address.as_str(),
            since: entry.since.to_rfc3339(),
            last_at: entry.last_at.to_rfc3339(),
            times: entry.times,
            reply: &entry.reply,
            enhanced_code: entry.enhanced_code.as_deref(),
            concerns: concerned(&entry.address, directory)
                .into_iter()
                .map(|u| Concerned {
                    reader: u.reader.to_string(),
                    hears: u.hears.map(|h| h.to_string()),
                })
                .collect(),
        })
        .collect();
    serde_json::to_string_pretty(&serde_json::json!({ "bouncing": entries }))
}
