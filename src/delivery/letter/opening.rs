//! The opening of a letter that is more than one reminder: the answer, in a few sentences. "Four of
//! nineteen need you. Two slipped since Monday. The PMC with the U.S. is in 38 days."

use std::collections::HashSet;

use chrono::NaiveDate;

use super::matter::{Matter, Office, Writing};
use super::subject::{Tally, due_by};
use super::{meetings, one_line, sentence};
use crate::domain::ids::{CommitmentRef, MeetingId};
use crate::domain::notice::Line;
use crate::domain::rule::Rule;
use crate::wording::{self, in_words};

/// What the letter holds; `None` for a single reminder, which says so itself.
pub(super) fn of(
    reminders: &[&Matter<'_>],
    lines: &[&Matter<'_>],
    writing: &Writing<'_>,
) -> Option<String> {
    if reminders.len() == 1 && lines.is_empty() {
        return None;
    }
    let (of_briefs, of_digest): (Vec<&Matter<'_>>, Vec<&Matter<'_>>) =
        lines.iter().partition(|m| m.item.rule == Rule::Brief);
    let mut sentences: Vec<String> = Vec::new();
    for meeting in meetings::of_briefs(&of_briefs) {
        let mine = of_briefs
            .iter()
            .filter(|m| m.item.meeting.as_ref() == Some(meeting));
        sentences.extend(before(meeting, &mine.copied().collect::<Vec<_>>(), writing));
    }
    if !of_digest.is_empty() {
        sentences.extend(week(reminders, &of_digest, writing));
    } else if !reminders.is_empty() {
        sentences.push(morning(reminders, writing));
    }
    Some(one_line(&sentences.join(" ")))
}

/// Several reminders: `Three things need you: 1 overdue, 2 due by 31 July.`
fn morning(reminders: &[&Matter<'_>], writing: &Writing<'_>) -> String {
    let parts = Tally::of(reminders, &[], writing).parts.join(", ");
    let held = match reminders.len() {
        1 => "one thing needs you".to_owned(),
        n => format!("{} things need you", in_words(n)),
    };
    match parts.is_empty() {
        true => sentence(&held),
        false => sentence(&format!("{held}: {parts}")),
    }
}

/// The week: who needs the reader, what slipped, what is due, which meeting is next.
fn week(reminders: &[&Matter<'_>], lines: &[&Matter<'_>], writing: &Writing<'_>) -> Vec<String> {
    let all: Vec<&Matter<'_>> = reminders.iter().chain(lines).copied().collect();
    let mut sentences = vec![needs_you(&all)];
    sentences.extend(slipped(&all, lines, writing));
    let due: Vec<&&Matter<'_>> = all
        .iter()
        .filter(|m| m.item.line == Some(Line::DueSoon))
        .collect();
    if let Some(by) = due_by(&due, writing) {
        let are = if due.len() == 1 { "is" } else { "are" };
        sentences.push(sentence(&format!("{} {are} {by}", in_words(due.len()))));
    }
    let dated = |m: &&crate::domain::meeting::Meeting| m.dated().is_some_and(|d| !d.coarse);
    let next = meetings::ahead(lines, writing).into_iter().find(dated);
    sentences.extend(next.map(|m| stands(&m.id, writing)));
    sentences
}

fn needs_you(all: &[&Matter<'_>]) -> String {
    let distinct = |wanted: &dyn Fn(&Matter<'_>) -> bool| {
        let mine = all.iter().filter(|m| wanted(m));
        mine.map(|m| &m.item.commitment)
            .collect::<HashSet<&CommitmentRef>>()
            .len()
    };
    let of = distinct(&|_| true);
    match (distinct(&wants_reader), of) {
        (0, _) => "Nothing here needs an answer from you.".to_owned(),
        (1, 1) => "One commitment needs you.".to_owned(),
        (n, of) if n == of => format!("All {} need you.", in_words(of)),
        (1, of) => format!("One of {} needs you.", in_words(of)),
        (n, of) => sentence(&format!("{} of {} need you", in_words(n), in_words(of))),
    }
}

/// Whether the reader is asked for something: a report, a decision, an answer.
fn wants_reader(matter: &Matter<'_>) -> bool {
    match matter.item.line {
        None => true,
        Some(Line::AwaitsDecision | Line::ReportedCompleted | Line::Unanswered) => true,
        Some(Line::Overdue) => matter.office == Office::LeadDesk,
        Some(_) => false,
    }
}

/// `Two slipped since Monday; five are overdue in all.`
fn slipped(all: &[&Matter<'_>], lines: &[&Matter<'_>], writing: &Writing<'_>) -> Option<String> {
    let overdue: Vec<NaiveDate> = all
        .iter()
        .filter(|m| m.is_overdue())
        .filter_map(|m| m.window.map(|w| w.last))
        .collect();
    // A digest counts from the last digest day.
    let last = lines.first()?.item.because.counted_from;
    let newly = overdue.iter().filter(|end| **end >= last).count();
    let are = |n: usize| match n {
        1 => "one is".to_owned(),
        n => format!("{} are", in_words(n)),
    };
    let said = match (newly, overdue.len()) {
        (_, 0) => return None,
        (0, all) => format!("{} still overdue", are(all)),
        (newly, all) => {
            let since = wording::since(last, writing.today);
            let slipped = format!("{} slipped since {since}", in_words(newly));
            match all > newly {
                true => format!("{slipped}; {} overdue in all", are(all)),
                false => slipped,
            }
        }
    };
    Some(sentence(&said))
}

/// Before a meeting: when it is, how much is open, what hangs on it.
fn before(meeting: &MeetingId, lines: &[&Matter<'_>], writing: &Writing<'_>) -> Vec<String> {
    let of = |line| lines.iter().filter(|m| m.item.line == Some(line)).count();
    let overdue = lines
        .iter()
        .filter(|m| m.window.is_some_and(|w| w.last < writing.today));
    let awaiting = lines.iter().filter(|m| m.awaits_reader(writing)).count();
    let counted = [
        (of(Line::Tied), "tied to it"),
        (of(Line::ToRaise), "to be raised"),
        (overdue.count(), "overdue"),
    ];
    let awaits = match awaiting {
        0 => None,
        1 => Some("one awaits your decision".to_owned()),
        n => Some(format!("{} await your decision", in_words(n))),
    };
    let counted = counted
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| {
            let is = if n == 1 { "is" } else { "are" };
            format!("{} {is} {what}", in_words(n))
        });
    let parts: Vec<String> = awaits.into_iter().chain(counted).collect();
    let open = match lines.len() {
        1 => "one commitment is open".to_owned(),
        n => format!("{} commitments are open", in_words(n)),
    };
    let held = match parts.is_empty() {
        true => open,
        false => format!("{open}: {}", parts.join(", ")),
    };
    vec![stands(meeting, writing), sentence(&held)]
}

/// `The PMC with the U.S. is in 38 days (10 July 2025, tentative).`
fn stands(id: &MeetingId, writing: &Writing<'_>) -> String {
    let name = wording::the_meeting(id, writing.directory());
    let meeting = writing.directory().meetings.get(id);
    let Some(meeting) = meeting else {
        return sentence(&format!("for {name}"));
    };
    let date = wording::date_of_meeting(meeting);
    let said = match meeting.dated().filter(|d| !d.coarse) {
        Some(dated) => {
            let ahead = wording::meeting_ahead(dated.window, writing.today);
            format!("{name} {ahead} ({date})")
        }
        None => format!("{name}: {date}"),
    };
    sentence(&said)
}
