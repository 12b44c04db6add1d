//! `rehearse`: what would be sent to whom between two dates, as text for people or as the JSON of
//! CONTRACT.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use clap::Args;
use serde::Serialize;

use super::{Common, Format, WrongUsage, block_on, date, open};
use crate::domain::book::Book;
use crate::domain::deadline::Window;
use crate::domain::ids::{CommitmentRef, MeetingId, ReaderId};
use crate::domain::notice::{Item, NoticeKind, SkipReason};
use crate::domain::rule::Rule;
use crate::planner::Skipped;
use crate::planner::rehearse::{Rehearsal, Rehearsed, rehearse};
use crate::wording;

/// The longest stretch one rehearsal covers, in days.
const LONGEST: i64 = 3660;

#[derive(Debug, Args)]
pub struct Rehearse {
    /// The first day, as 2025-06-02 (UTC)
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: NaiveDate,
    /// The last day (UTC)
    #[arg(long, value_name = "DATE", value_parser = date)]
    until: NaiveDate,
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Say beside each item why it would come
    #[arg(long)]
    explain: bool,
}

impl Rehearse {
    pub fn run(self, common: &Common) -> Result<()> {
        if self.until < self.from {
            let words = format!("--until {} is before --from {}", self.until, self.from);
            bail!(WrongUsage(words));
        }
        if (self.until - self.from).num_days() > LONGEST {
            let words = format!(
                "a rehearsal covers ten years at most; from {} to {} is longer",
                self.from, self.until
            );
            bail!(WrongUsage(words));
        }
        let config = common.settings()?;
        block_on(async {
            let store = open(&config).await?;
            let book = store.book().await?;
            let live_on = store
                .read()
                .await?
                .installation()
                .await?
                .live_on
                .or(config.scheduler.live_on());
            let rehearsal = rehearse(&book, self.from, self.until, live_on);
            let explained = self.explain.then_some(&*book);
            match self.format {
                Format::Json => println!("{}", to_json(&rehearsal, explained)?),
                Format::Text => print!("{}", to_text(&rehearsal, &book, explained.is_some())),
            }
            Ok(())
        })
    }
}

#[derive(Serialize)]
struct RehearsalJson<'a> {
    from: NaiveDate,
    until: NaiveDate,
    notices: Vec<NoticeJson<'a>>,
    skipped: Vec<SkippedJson<'a>>,
}

#[derive(Serialize)]
struct NoticeJson<'a> {
    at: String,
    recipient: &'a ReaderId,
    to: &'a str,
    kind: NoticeKind,
    items: Vec<ItemJson<'a>>,
}

/// Fields in the order in which items are sorted: as plain strings, null first.
#[derive(Serialize, PartialEq, Eq, PartialOrd, Ord)]
struct ItemJson<'a> {
    commitment: &'a CommitmentRef,
    milestone: Option<&'a str>,
    rule: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting: Option<&'a MeetingId>,
    window: Option<Window>,
    late: bool,
    /// Only where it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    because: Option<String>,
}

#[derive(Serialize)]
struct SkippedJson<'a> {
    commitment: Option<&'a CommitmentRef>,
    milestone: Option<&'a str>,
    rule: Rule,
    #[serde(skip_serializing_if = "Option::is_none")]
    meeting: Option<&'a MeetingId>,
    recipient: &'a ReaderId,
    date: NaiveDate,
    reason: SkipReason,
}

/// The JSON of CONTRACT, "Output of rehearse"; with the book, each item says why it would come.
fn to_json(rehearsal: &Rehearsal, explained: Option<&Book>) -> Result<String> {
    let Rehearsal {
        from,
        until,
        notices,
        skipped,
    } = rehearsal;
    let json = RehearsalJson {
        from: *from,
        until: *until,
        notices: notices.iter().map(|n| notice_json(n, explained)).collect(),
        skipped: skipped.iter().flat_map(skipped_json).collect(),
    };
    Ok(serde_json::to_string_pretty(&json)?)
}

fn notice_json<'a>(rehearsed: &'a Rehearsed, explained: Option<&Book>) -> NoticeJson<'a> {
    let Rehearsed { at, to, notice } = rehearsed;
    let mut items: Vec<ItemJson> = notice
        .items
        .iter()
        .map(|i| item_json(i, explained))
        .collect();
    items.sort();
    NoticeJson {
        at: instant(*at),
        recipient: &notice.recipient,
        to,
        kind: notice.kind,
        items,
    }
}

fn item_json<'a>(item: &'a Item, explained: Option<&Book>) -> ItemJson<'a> {
    let Item {
        commitment,
        milestone,
        meeting,
        rule,
        late,
        line: _,
        because,
    } = item;
    ItemJson {
        commitment,
        milestone: milestone.as_deref(),
        rule: rule.to_string(),
        meeting: meeting.as_ref(),
        window: because.window.filter(|_| rule.has_window()),
        late: *late,
        because: explained.and_then(|book| item_because(item, book)),
    }
}

/// Why an item would come; of a restricted commitment its rule says enough.
fn item_because(item: &Item, book: &Book) -> Option<String> {
    let known = book.commitment(item.commitment.as_str());
    known
        .filter(|c| !c.is_restricted())
        .map(|_| wording::because(item.rule, &item.because, &book.directory))
}

/// A skipped brief or digest is told once for each commitment it would have held.
fn skipped_json(skipped: &Skipped) -> impl Iterator<Item = SkippedJson<'_>> {
    let occurrence = &skipped.occurrence;
    occurrence.items.iter().map(|item| SkippedJson {
        commitment: Some(&item.commitment),
        milestone: item.milestone.as_deref(),
        rule: occurrence.rule,
        meeting: item.meeting.as_ref(),
        recipient: &occurrence.recipient,
        date: occurrence.date,
        reason: skipped.reason,
    })
}

fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// One paragraph a notice, in the recipient's own time.
fn to_text(rehearsal: &Rehearsal, book: &Book, explain: bool) -> String {
    let mut text = String::new();
    let Rehearsal {
        from,
        until,
        notices,
        skipped,
    } = rehearsal;
    let _ = writeln!(
        text,
        "From {} to {}: {} would leave, {} would stay unsaid.",
        wording::day(*from),
        wording::day(*until),
        wording::count(notices.len(), "notice"),
        wording::count(skipped.len(), "occurrence"),
    );
    for Rehearsed { at, to, notice } in notices {
        let zone = book.directory.hours(&notice.recipient).zone;
        let local = at.with_timezone(&zone);
        let name = book.directory.reader_name(&notice.recipient);
        let _ = writeln!(
            text,
            "\n{}, {} ({zone}): {} to {name} <{to}>",
            wording::weekday_day(local.date_naive()),
            local.format("%H:%M"),
            notice.kind
        );
        for item in &notice.items {
            let _ = writeln!(
                text,
                "  {:<12} {}",
                item.rule.to_string(),
                item_text(item, book)
            );
            if let Some(why) = item_because(item, book).filter(|_| explain) {
                let _ = writeln!(text, "  {:<12} {why}", "");
            }
        }
    }
    if !skipped.is_empty() {
        let _ = writeln!(text, "\nUnsaid:");
    }
    for Skipped { occurrence, reason } in skipped {
        for item in &occurrence.items {
            let name = book.directory.reader_name(&occurrence.recipient);
            let _ = writeln!(
                text,
                "  {}  {:<12} {}, to {name}: {reason}",
                occurrence.date,
                occurrence.rule.to_string(),
                item_text(item, book)
            );
        }
    }
    text
}

/// `US37-01 Endorsed: Joint Vision Statement`; of a restricted commitment, the reference alone.
fn item_text(item: &Item, book: &Book) -> String {
    let commitment = book
        .commitment(item.commitment.as_str())
        .filter(|c| !c.is_restricted());
    match (commitment, &item.milestone) {
        (None, _) => item.commitment.to_string(),
        (Some(c), None) => format!("{} {}", c.reference, c.title),
        (Some(c), Some(step)) => format!("{} {}: {step}", c.reference, c.title),
    }
}
