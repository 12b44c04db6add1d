//! One line of a digest or a brief: which commitment, where it stands, and what is to be known of
//! it. Of a restricted one the reference, the date and the link.

use serde::Serialize;

use super::matter::{Matter, Writing};
use super::{news, one_line, shorten, words};
use crate::domain::commitment::Commitment;
use crate::domain::deadline::Deadline;
use crate::domain::notice::Line;
use crate::wording;

/// The longest title and the longest facts of a line, in characters.
const TITLE_LENGTH: usize = 110;
const FACTS_LENGTH: usize = 240;
/// So many words of a promise are quoted.
const QUOTED_WORDS: usize = 45;

/// One line; it links to its page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SectionLine {
    /// Where it stands: a shape, a word, and only then a class for its colour.
    pub shape: &'static str,
    pub state: &'static str,
    pub class: &'static str,
    /// What is linked: a commitment's reference, a meeting's name.
    pub name: String,
    /// Empty for what is restricted, and for a meeting.
    pub title: String,
    pub words: String,
    pub url: String,
    /// The promise in its words, where a brief is short enough to quote.
    pub promise: Option<String>,
}

impl SectionLine {
    /// For a section whose heading says where its lines stand.
    pub(super) fn leave_state_out(&mut self) {
        (self.shape, self.state, self.class) = ("", "", "");
    }
}

pub(super) fn of(matter: &Matter<'_>, quoting: bool, writing: &Writing<'_>) -> SectionLine {
    let mark = matter
        .schedule(writing)
        .filter(|_| matter.item.line.is_some_and(speaks_of_state))
        .map(wording::schedule);
    let (title, words) = match matter.commitment {
        Some(commitment) => (
            matter.title_within(TITLE_LENGTH, ": ").unwrap_or_default(),
            shorten(&with_news(matter, commitment, writing), FACTS_LENGTH),
        ),
        // Reference, date and link.
        None if matter.is_about_deadline() => (
            String::new(),
            format!("a deadline on {}", wording::day(matter.date())),
        ),
        None => (String::new(), wording::day(matter.date())),
    };
    SectionLine {
        shape: mark.map_or("", |m| m.shape),
        state: mark.map_or("", |m| m.word),
        class: mark.map_or("", |m| m.class),
        name: matter.item.commitment.to_string(),
        title,
        words,
        url: matter.url.clone(),
        promise: promise(matter).filter(|_| quoting),
    }
}

/// Lines that are about where a commitment stands; the others are about what happened.
fn speaks_of_state(line: Line) -> bool {
    use Line::{DueSoon, Overdue, Standing, Tied, ToRaise};
    matches!(line, Overdue | DueSoon | Tied | ToRaise | Standing)
}

/// What was promised, for what a meeting is expected to touch.
fn promise(matter: &Matter<'_>) -> Option<String> {
    let touched = matches!(matter.item.line, Some(Line::Tied | Line::ToRaise));
    let promise = &matter.commitment.filter(|_| touched)?.promise;
    let said = one_line(&wording::unbroken(&promise.words));
    (!said.is_empty()).then(|| words(&said, QUOTED_WORDS))
}

/// The facts of a line, and beside them what is new, unless the line is about that very change.
fn with_news(matter: &Matter<'_>, commitment: &Commitment, writing: &Writing<'_>) -> String {
    let facts = facts(matter, commitment, writing);
    let told = matches!(
        matter.item.line,
        None | Some(Line::HandedOver | Line::Redated)
    );
    let new = match told {
        true => Vec::new(),
        false => news::of(matter, writing),
    };
    let lead = writing.lead_to_name(matter);
    let lead = lead.map(|lead| format!("led by {lead}"));
    let all: Vec<String> = std::iter::once(facts).chain(new).chain(lead).collect();
    all.join("; ")
}

/// What a line says after the title and the state.
fn facts(matter: &Matter<'_>, commitment: &Commitment, writing: &Writing<'_>) -> String {
    let step = || {
        let step = matter.step.as_ref();
        step.map(|s| format!("{}, ", shorten(s, 40)))
            .unwrap_or_default()
    };
    let due = || match matter.when(writing) {
        Some(when) => format!("{}due {when}", step()),
        None => "no deadline".to_owned(),
    };
    match matter.item.line {
        None => told_in_short(matter, writing),
        Some(Line::AwaitsDecision) => awaits_decision(matter),
        Some(Line::ReportedCompleted) => format!("{}, not closed yet", matter.last_report()),
        Some(Line::Overdue) if matter.is_request() => {
            let when = matter.when(writing).unwrap_or_default();
            format!("was expected {when}; {}", matter.last_report())
        }
        Some(Line::Overdue) => format!("was {}; {}", due(), matter.last_report()),
        Some(Line::Unanswered) => format!("asked, nothing heard; {}", matter.last_report()),
        Some(Line::DueSoon) => {
            let when = matter.when(writing).unwrap_or_default();
            format!("{}{when}; {}", step(), matter.last_report())
        }
        Some(Line::HandedOver) => match news::handed_over(matter, writing) {
            Some(from) => format!("{from}; {}", due()),
            None => due(),
        },
        Some(Line::Redated) => redated(matter, commitment, writing),
        Some(Line::Updated) => updated(matter, writing),
        Some(Line::Opened) => format!("new since {}; {}", wording::day(commitment.opened), due()),
        Some(Line::Tied | Line::ToRaise | Line::Standing) if matter.awaits_reader(writing) => {
            let when = matter.when(writing);
            let when = when.map(|when| format!("{}{when}; ", step()));
            format!("{}{}", when.unwrap_or_default(), awaits_decision(matter))
        }
        Some(Line::ToRaise) => {
            let when = matter.when(writing);
            let when = when.map(|when| format!("{}{when}; ", step()));
            let raised = matter.last_raised();
            let raised = raised.unwrap_or_else(|| "not raised yet".to_owned());
            format!("{}{raised}", when.unwrap_or_default())
        }
        Some(Line::Tied | Line::Standing) => match matter.when(writing) {
            Some(when) => format!("{}{when}; {}", step(), matter.last_report()),
            None => matter.last_report(),
        },
    }
}

/// A reminder in one line: its rule, and when it is due.
fn told_in_short(matter: &Matter<'_>, writing: &Writing<'_>) -> String {
    let name = wording::rule_name(matter.item.rule);
    match matter.when(writing) {
        Some(when) => format!("{name}; due {when}"),
        None => name,
    }
}

fn awaits_decision(matter: &Matter<'_>) -> String {
    let report = format!("{}, awaits your decision", matter.last_report());
    match matter.latest_words().and_then(|u| u.ask.as_deref()) {
        Some(asked) => format!("{report}: “{}”", shorten(&one_line(asked), 80)),
        None => report,
    }
}

/// From what to what, and why: `now July 2025, was May 2025 (the partner asked for time)`.
fn redated(matter: &Matter<'_>, commitment: &Commitment, writing: &Writing<'_>) -> String {
    // What moved with its meeting has the date of the meeting, and no revision of its own.
    if let Some(moved) = news::moved_with_meeting(matter, commitment, writing) {
        let now = matter.when(writing).unwrap_or_default();
        return format!("due {now}; {moved}");
    }
    let of_this = commitment
        .revisions
        .iter()
        .rfind(|r| r.milestone == matter.item.milestone);
    of_this.map_or_else(|| "has a new date".to_owned(), |r| moved(r, writing))
}

/// The same of one revision.
pub(super) fn moved(
    revision: &crate::domain::commitment::Revision,
    writing: &Writing<'_>,
) -> String {
    let in_words = |deadline: &Option<Deadline>| match deadline {
        Some(d) => wording::deadline(d, writing.directory()),
        None => "no deadline".to_owned(),
    };
    let reason = revision.reason.as_deref().map(one_line);
    let reason = reason.map(|r| format!(" ({})", shorten(&r, 60)));
    let (now, before) = (in_words(&revision.to), in_words(&revision.from));
    format!("now {now}, was {before}{}", reason.unwrap_or_default())
}

fn updated(matter: &Matter<'_>, writing: &Writing<'_>) -> String {
    let by = matter.latest.and_then(|u| u.by.as_ref());
    let by = by.map(|id| format!(" by {}", one_line(writing.directory().reader_name(id))));
    format!("{}{}", matter.last_report(), by.unwrap_or_default())
}
