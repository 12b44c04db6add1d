//! `calendar import`: the public holidays of a calendar, from an iCalendar file.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context, Result};
use chrono::{Datelike, NaiveDate};
use clap::{Args, Subcommand};

use super::{Common, block_on, open};
use crate::acts::Actor;
use crate::acts::holidays::{Renewed, import_holidays};
use crate::clock::{Clock, SystemClock};
use crate::intake::holidays::{Holidays, LARGEST, read};
use crate::wording;

#[derive(Debug, Args)]
pub struct Calendar {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Replace the holidays of the years that an iCalendar file covers; other years stay
    Import(Import),
}

#[derive(Debug, Args)]
struct Import {
    /// The calendar
    #[arg(value_name = "ID")]
    id: String,
    /// The file of public holidays, as calendar programs and statistics offices give it
    #[arg(value_name = "FILE.ics")]
    file: PathBuf,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Calendar {
    pub fn run(self, common: &Common) -> Result<()> {
        let What::Import(Import { id, file, dry_run }) = self.what;
        let name = file.display().to_string();
        let size = std::fs::metadata(&file).map(|m| m.len());
        let size = size.with_context(|| format!("the file {name} cannot be read"))?;
        if size > LARGEST as u64 {
            anyhow::bail!(
                "{name} is larger than {} MB; a calendar of holidays is not",
                LARGEST / 1024 / 1024
            );
        }
        let bytes =
            std::fs::read(&file).with_context(|| format!("the file {name} cannot be read"))?;
        let now = SystemClock.business_now();
        let holidays =
            read(&bytes, now.date_naive()).map_err(|error| anyhow::anyhow!("{name}:{error}"))?;
        let config = common.settings()?;
        block_on(async {
            let store = open(&config).await?;
            let actor = Actor::Operator;
            let renewed = import_holidays(&store, &id, &holidays, &actor, now, dry_run).await?;
            print!("{}", in_words(&renewed, &holidays, dry_run));
            Ok(())
        })
    }
}

fn in_words(renewed: &Renewed, holidays: &Holidays, dry_run: bool) -> String {
    let mut text = String::new();
    let Renewed {
        calendar,
        added,
        removed,
        kept,
    } = renewed;
    let years: Vec<String> = holidays.years.iter().map(i32::to_string).collect();
    let _ = writeln!(
        text,
        "{}: the file is the calendar of {}. {} added, {} removed, {kept} as before.",
        calendar.name,
        years.join(", "),
        added.len(),
        removed.len()
    );
    for (day, name) in added {
        let _ = writeln!(text, "  added    {}  {name}", in_full(*day));
    }
    for day in removed {
        let _ = writeln!(text, "  removed  {}", in_full(*day));
    }
    for (day, name) in &holidays.left_out {
        let year = day.year();
        let _ = writeln!(
            text,
            "  left out {}  {name}: the file is not the calendar of {year}",
            in_full(*day)
        );
    }
    if holidays.timed > 0 {
        let events = wording::count(holidays.timed, "event");
        let _ = writeln!(text, "  {events} with an hour left out: no holidays");
    }
    if holidays.cancelled > 0 {
        let events = wording::count(holidays.cancelled, "event");
        let _ = writeln!(text, "  {events} left out: cancelled");
    }
    if let Some(until) = calendar.covered_until() {
        let _ = writeln!(
            text,
            "It covers the time until {}; after that weekends alone count.",
            wording::day(until)
        );
    }
    text.push_str(match (dry_run, renewed.is_nothing()) {
        (true, _) => "Nothing was changed: this was a dry run.\n",
        (false, true) => "Nothing to do: the calendar is as the file has it.\n",
        (false, false) => "Done. Reminders are timed anew at the next activation.\n",
    });
    text
}

fn in_full(day: NaiveDate) -> String {
    wording::weekday_day(day)
}
