//! What a change does to reminding, in words: the same lines on a page before it is made, and on the
//! command line before and after.

use super::dates::{count, deadline, the_meeting, weekday_day, window, with_article};
use super::reasons::rule_name;
use crate::domain::consequence::{BriefChange, Consequence, DeadlineChange, Reminder};
use crate::domain::deadline::{Deadline, Window};
use crate::domain::directory::Directory;
use crate::domain::ids::ReaderId;
use crate::domain::schedule::Schedule;

/// Reminders of one side that are told one by one; of the rest only how many.
const MOST: usize = 8;

/// One consequence in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsequenceWords {
    /// `at the PMC with the U.S. (10 July 2025) becomes at the PMC with the U.S. (31 July 2025)`
    pub changes: Vec<String>,
    /// `Thursday 3 July 2025: 7 days before the end, to the ASEAN-U.S. desk`
    pub gone: Vec<String>,
    pub instead: Vec<String>,
}

/// What changes for one commitment. Meetings are named as they stand on each side.
pub fn consequence(
    consequence: &Consequence,
    before: &Directory,
    after: &Directory,
) -> ConsequenceWords {
    let changes = &consequence.deadlines;
    ConsequenceWords {
        changes: changes.iter().map(|c| change(c, before, after)).collect(),
        gone: reminders(&consequence.gone, before),
        instead: reminders(&consequence.instead, after),
    }
}

/// What changes about the brief of a meeting, in one sentence.
pub fn brief_change(change: &BriefChange, before: &Directory, after: &Directory) -> String {
    let name = the_meeting(&change.meeting, after);
    let told = |side: &[(ReaderId, chrono::NaiveDate)], directory: &Directory| {
        let days: std::collections::BTreeSet<_> = side.iter().map(|(_, day)| *day).collect();
        let days: Vec<String> = days
            .into_iter()
            .map(|day| {
                let readers = side.iter().filter(|(_, d)| *d == day).map(|(r, _)| r);
                format!("{} to {}", weekday_day(day), names(readers, directory))
            })
            .collect();
        days.join(", and on ")
    };
    match (change.gone.as_slice(), change.instead.as_slice()) {
        (gone, []) => format!(
            "The brief for {name} no longer leaves on {}.",
            told(gone, before)
        ),
        ([], instead) => format!("A brief for {name} leaves on {}.", told(instead, after)),
        (gone, instead) => format!(
            "The brief for {name} no longer leaves on {}; it leaves on {}.",
            told(gone, before),
            told(instead, after)
        ),
    }
}

fn change(change: &DeadlineChange, before: &Directory, after: &Directory) -> String {
    let from = side(change.from.as_ref(), change.from_window, before);
    let to = side(change.to.as_ref(), change.to_window, after);
    let step = change
        .milestone
        .as_ref()
        .map(|title| format!("“{title}”: "))
        .unwrap_or_default();
    let becomes = match change.becomes {
        Some(Schedule::Overdue) => "; that makes it overdue",
        Some(Schedule::AwaitingEvent) => "; it then awaits its meeting",
        _ => "",
    };
    format!("{step}{from} becomes {to}{becomes}")
}

/// A deadline in its words, with the days it means where the words do not say them.
fn side(words: Option<&Deadline>, days: Option<Window>, directory: &Directory) -> String {
    let Some(parsed) = words else {
        return "no deadline".to_owned();
    };
    let words = deadline(parsed, directory);
    match days.map(window) {
        Some(days) if words.contains(&days) => words,
        Some(days) => format!("{words} ({days})"),
        None => format!("{words} (without a date)"),
    }
}

/// The reminders of one side, those of one rule and one day told together.
fn reminders(all: &[Reminder], directory: &Directory) -> Vec<String> {
    let mut told: Vec<(&Reminder, Vec<&ReaderId>)> = Vec::new();
    for reminder in all {
        let same = |r: &Reminder| {
            (r.date, r.rule, &r.milestone) == (reminder.date, reminder.rule, &reminder.milestone)
        };
        match told.iter_mut().find(|(first, _)| same(first)) {
            Some((_, readers)) => readers.push(&reminder.recipient),
            None => told.push((reminder, vec![&reminder.recipient])),
        }
    }
    let more = told.len().saturating_sub(MOST);
    let mut lines: Vec<String> = told
        .iter()
        .take(MOST)
        .map(|(reminder, readers)| {
            let step = reminder
                .milestone
                .as_ref()
                .map(|title| format!("“{title}”, "))
                .unwrap_or_default();
            format!(
                "{}: {step}{}, to {}",
                weekday_day(reminder.date),
                rule_name(reminder.rule),
                names(readers.iter().copied(), directory)
            )
        })
        .collect();
    if more > 0 {
        lines.push(format!("and {}", count(more, "more reminder")));
    }
    lines
}

fn names<'a>(readers: impl Iterator<Item = &'a ReaderId>, directory: &Directory) -> String {
    let names: Vec<String> = readers
        .map(|reader| with_article(directory.reader_name(reader)))
        .collect();
    match names.as_slice() {
        [most @ .., last] if !most.is_empty() => format!("{} and {last}", most.join(", ")),
        names => names.join(""),
    }
}
