//! `meeting move`: another date or another standing for a meeting; what hangs on it moves along.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};

use super::{Common, block_on, open};
use crate::acts::Actor;
use crate::acts::moving::{Moved, move_meeting};
use crate::clock::{Clock, SystemClock};
use crate::domain::consequence::Consequences;
use crate::domain::deadline::MeetingDate;
use crate::domain::directory::Directory;
use crate::domain::meeting::MeetingStatus;
use crate::domain::moving::NewDate;
use crate::wording;

#[derive(Debug, Args)]
pub struct Meeting {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Give a meeting another date or standing; what hangs on it moves along
    Move(Move),
}

#[derive(Debug, Args)]
struct Move {
    /// The meeting
    #[arg(value_name = "ID")]
    id: String,
    /// Its new date, like "31 July 2025", "July 2025" or "2025"
    #[arg(value_name = "DATE", value_parser = meeting_date)]
    date: Option<MeetingDate>,
    /// How sure it is: tentative, confirmed, postponed, cancelled or held
    #[arg(long, value_name = "STATUS", value_parser = status)]
    status: Option<MeetingStatus>,
    /// Why, in one line
    #[arg(long, value_name = "WORDS")]
    reason: String,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Meeting {
    pub fn run(self, common: &Common) -> Result<()> {
        let What::Move(Move {
            id,
            date,
            status,
            reason,
            dry_run,
        }) = self.what;
        if date.is_none() && status.is_none() {
            bail!("say a new date for the meeting {id}, a --status, or both");
        }
        let config = common.settings()?;
        let wanted = NewDate {
            date,
            status,
            reason: Some(reason),
        };
        block_on(async {
            let store = open(&config).await?;
            let now = SystemClock.business_now();
            let moved = move_meeting(&store, &id, &wanted, &Actor::Operator, now, dry_run).await?;
            print!("{}", moved_in_words(&moved, dry_run));
            Ok(())
        })
    }
}

fn meeting_date(text: &str) -> Result<MeetingDate, String> {
    MeetingDate::parse(text).map_err(|error| error.to_string())
}

fn status(text: &str) -> Result<MeetingStatus, String> {
    MeetingStatus::parse(text).ok_or_else(|| {
        format!("`{text}` is no status of a meeting; say tentative, confirmed, postponed, cancelled or held")
    })
}

/// What a moved date does, for a terminal.
pub(super) fn moved_in_words(moved: &Moved, dry_run: bool) -> String {
    let Moved {
        before,
        after,
        what,
        consequences,
    } = moved;
    let mut text = format!("{}.\n", capitalised(what));
    text.push_str(&in_words(consequences, before, after));
    text.push_str(if dry_run {
        "\nNothing was changed: this was a dry run.\n"
    } else {
        "\nDone. The desks concerned read of it in their next notice.\n"
    });
    text
}

/// The consequences, a paragraph a commitment.
pub(super) fn in_words(
    consequences: &Consequences,
    before: &Directory,
    after: &Directory,
) -> String {
    let mut text = String::new();
    if consequences.is_empty() {
        text.push_str("No reminder changes.\n");
    }
    for consequence in &consequences.commitments {
        let words = wording::consequence(consequence, before, after);
        let _ = writeln!(text, "\n{} {}", consequence.commitment, consequence.title);
        for change in &words.changes {
            let _ = writeln!(text, "  {change}");
        }
        for (side, reminders) in [("no longer", &words.gone), ("to come", &words.instead)] {
            for reminder in reminders {
                let _ = writeln!(text, "  {side:<10} {reminder}");
            }
        }
    }
    if consequences.more > 0 {
        let more = wording::count(consequences.more, "more commitment");
        let _ = writeln!(text, "\nand {more}.");
    }
    for brief in &consequences.briefs {
        let _ = writeln!(text, "\n{}", wording::brief_change(brief, before, after));
    }
    text
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
