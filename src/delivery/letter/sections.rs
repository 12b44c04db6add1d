//! The lines of a letter: a digest's and a brief's sections, the next meetings, and reminders
//! beyond those told in full. Each line links; a section that is too long says how many more.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::matter::{Matter, Writing};
use super::{news, one_line, shorten, words};
use crate::domain::commitment::Commitment;
use crate::domain::ids::MeetingId;
use crate::domain::meeting::{Meeting, MeetingStatus};
use crate::domain::notice::Line;
use crate::domain::rule::Rule;
use crate::wording;

/// Lines of one section, and of all sections of a letter together.
const MOST_LINES: usize = 40;
const MOST_LINES_IN_ALL: usize = 100;
/// How far ahead a digest looks for meetings, in days, and how many it names.
const MEETINGS_AHEAD: u64 = 90;
const MOST_MEETINGS: usize = 5;
/// A brief quotes the promises of a section of so few lines, and so many words of each.
const MOST_QUOTED: usize = 12;
const QUOTED_WORDS: usize = 45;
/// The longest line, in characters, without its reference.
const LINE_LENGTH: usize = 180;
/// What a title always has room for.
const SHORTEST_TITLE: usize = 60;

/// Lines under a heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    pub heading: String,
    pub lines: Vec<SectionLine>,
    /// How many more there are than are told.
    pub more: usize,
}

/// One line; it links to its page.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SectionLine {
    pub shape: &'static str,
    pub class: &'static str,
    /// What is linked: a commitment's reference, a meeting's name.
    pub name: String,
    pub words: String,
    pub url: String,
    /// The promise in its words, where a brief is short enough to quote.
    pub promise: Option<String>,
}

/// The sections of a letter: reminders not told in full, then briefs, then the digest.
pub(super) fn of(
    untold: &[&Matter<'_>],
    lines: &[&Matter<'_>],
    writing: &Writing<'_>,
) -> Vec<Section> {
    let mut sections = vec![section("Also asked of you", untold, writing)];
    let (of_briefs, of_digest): (Vec<&Matter<'_>>, Vec<&Matter<'_>>) =
        lines.iter().partition(|m| m.item.rule == Rule::Brief);
    for meeting in meetings_of(&of_briefs) {
        let mine = of_briefs
            .iter()
            .filter(|m| m.item.meeting.as_ref() == Some(meeting));
        sections.extend(brief(meeting, &mine.copied().collect::<Vec<_>>(), writing));
    }
    sections.extend(digest(&of_digest, writing));
    sections.retain(|s| !s.lines.is_empty());
    cap(&mut sections);
    sections
}

/// The meetings that a letter's briefs prepare, in the order of their lines.
pub(super) fn meetings_of<'a>(lines: &[&'a Matter<'_>]) -> Vec<&'a MeetingId> {
    let mut meetings: Vec<&MeetingId> = Vec::new();
    for meeting in lines.iter().filter_map(|m| m.item.meeting.as_ref()) {
        if !meetings.contains(&meeting) {
            meetings.push(meeting);
        }
    }
    meetings
}

fn brief(meeting: &MeetingId, lines: &[&Matter<'_>], writing: &Writing<'_>) -> Vec<Section> {
    let name = one_line(&wording::the_meeting(meeting, writing.directory()));
    let of = |line: Line, heading: &str| {
        let mine: Vec<_> = lines
            .iter()
            .filter(|m| m.item.line == Some(line))
            .copied()
            .collect();
        section(heading, &mine, writing)
    };
    vec![
        of(Line::Tied, &format!("Due at or around {name}")),
        of(Line::ToRaise, "To raise with the partner"),
        of(Line::Standing, "Also open with this partner"),
    ]
}

fn digest(lines: &[&Matter<'_>], writing: &Writing<'_>) -> Vec<Section> {
    let of = |wanted: &[Line], heading: &str| {
        let mine: Vec<_> = lines
            .iter()
            .filter(|m| m.item.line.is_some_and(|l| wanted.contains(&l)))
            .copied()
            .collect();
        section(heading, &mine, writing)
    };
    let needs_you = [
        Line::AwaitsDecision,
        Line::ReportedCompleted,
        Line::Unanswered,
    ];
    let changed = [Line::HandedOver, Line::Redated, Line::Updated, Line::Opened];
    let mut sections = vec![
        of(&needs_you, "Needs you"),
        of(&[Line::Overdue], "Overdue"),
        of(&[Line::DueSoon], "Due soon"),
        of(&changed, "Changed"),
    ];
    if !lines.is_empty() {
        sections.push(next_meetings(lines, writing));
    }
    sections
}

fn section(heading: &str, matters: &[&Matter<'_>], writing: &Writing<'_>) -> Section {
    let told = matters.iter().take(MOST_LINES);
    let quoting = matters.len() <= MOST_QUOTED;
    let line = |m: &&Matter<'_>| SectionLine {
        promise: promise(m).filter(|_| quoting),
        ..line(m, writing)
    };
    Section {
        heading: heading.to_owned(),
        lines: told.map(line).collect(),
        more: matters.len().saturating_sub(MOST_LINES),
    }
}

/// What was promised, for what a meeting is expected to touch.
fn promise(matter: &Matter<'_>) -> Option<String> {
    let touched = matches!(matter.item.line, Some(Line::Tied | Line::ToRaise));
    let said = one_line(&matter.commitment.filter(|_| touched)?.promise.words);
    (!said.is_empty()).then(|| words(&said, QUOTED_WORDS))
}

/// Keeps a letter within its lines: what goes beyond is counted.
fn cap(sections: &mut [Section]) {
    let mut left = MOST_LINES_IN_ALL;
    for section in sections {
        let told = section.lines.len().min(left);
        section.more += section.lines.len() - told;
        section.lines.truncate(told);
        left -= told;
    }
}

fn line(matter: &Matter<'_>, writing: &Writing<'_>) -> SectionLine {
    // A shape stands only where the line also says the state in words.
    let says_state = |line: Line| {
        use Line::{DueSoon, Overdue, Standing, Tied, ToRaise};
        matches!(line, Overdue | DueSoon | Tied | ToRaise | Standing)
    };
    let mark = matter
        .schedule(writing)
        .filter(|_| matter.item.line.is_some_and(says_state))
        .map(wording::schedule);
    let words = match matter.commitment {
        Some(commitment) => {
            let mut facts = facts(matter, commitment, writing);
            // A line about a change tells it itself; every other one tells it beside.
            let changed = matter.item.line.filter(|_| !is_told_in_line(matter));
            for new in news::of(matter, writing)
                .iter()
                .filter(|_| changed.is_some())
            {
                facts.push_str(&format!("; {new}"));
            }
            let room = LINE_LENGTH.saturating_sub(facts.chars().count());
            let title = matter.title_within(room.max(SHORTEST_TITLE), ": ");
            format!("{}, {facts}", title.unwrap_or_default())
        }
        // Reference, date and link.
        _ if matter.is_about_deadline() => format!("a deadline on {}", wording::day(matter.date())),
        _ => wording::day(matter.date()),
    };
    SectionLine {
        shape: mark.map_or("", |m| m.shape),
        class: mark.map_or("", |m| m.class),
        name: matter.item.commitment.to_string(),
        words,
        url: matter.url.clone(),
        promise: None,
    }
}

/// What a line says after the title.
fn facts(matter: &Matter<'_>, commitment: &Commitment, writing: &Writing<'_>) -> String {
    let step = || {
        matter
            .step
            .as_ref()
            .map(|s| format!("{}, ", shorten(s, 40)))
    };
    let due = || match matter.when(writing) {
        Some(when) => format!("{}due {when}", step().unwrap_or_default()),
        None => "no deadline".to_owned(),
    };
    match matter.item.line {
        None => told_in_short(matter, writing),
        Some(Line::AwaitsDecision) => awaits_decision(matter),
        Some(Line::ReportedCompleted) => format!("{}, not closed yet", matter.last_report()),
        Some(Line::Overdue) if matter.is_request() => {
            let when = matter.when(writing).unwrap_or_default();
            format!("was expected {when}")
        }
        Some(Line::Overdue) => format!("was {}", due()),
        Some(Line::Unanswered) => format!("asked, nothing heard; {}", matter.last_report()),
        Some(Line::DueSoon) => due(),
        Some(Line::HandedOver) => match news::handed_over(matter, writing) {
            Some(from) => format!("{from}; {}", due()),
            None => due(),
        },
        Some(Line::Redated) => redated(matter, commitment, writing),
        Some(Line::Updated) => updated(matter, writing),
        Some(Line::Opened) => format!("new since {}; {}", wording::day(commitment.opened), due()),
        Some(Line::Tied | Line::ToRaise | Line::Standing) => {
            let mark = matter.schedule(writing).map(wording::schedule);
            let word = mark.map_or("open", |m| m.word);
            let report = matter.last_report();
            match matter.when(writing) {
                Some(when) => format!("{word}: {}{when}; {report}", step().unwrap_or_default()),
                None => format!("{word}; {report}"),
            }
        }
    }
}

/// Whether the line is about the very change.
fn is_told_in_line(matter: &Matter<'_>) -> bool {
    matches!(matter.item.line, Some(Line::HandedOver | Line::Redated))
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
        Some(asked) => format!("{report}: {}", shorten(&one_line(asked), 80)),
        None => report,
    }
}

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
    let in_words = |deadline: &Option<crate::domain::deadline::Deadline>| match deadline {
        Some(d) => wording::deadline(d, writing.directory()),
        None => "no deadline".to_owned(),
    };
    match of_this {
        Some(revision) => {
            let reason = revision.reason.as_deref().map(one_line);
            let reason = reason.map(|r| format!(" ({})", shorten(&r, 60)));
            let (now, before) = (in_words(&revision.to), in_words(&revision.from));
            format!("now {now}, was {before}{}", reason.unwrap_or_default())
        }
        None => "has a new date".to_owned(),
    }
}

fn updated(matter: &Matter<'_>, writing: &Writing<'_>) -> String {
    let by = matter.latest.and_then(|u| u.by.as_ref());
    let by = by.map(|id| format!(" by {}", one_line(writing.directory().reader_name(id))));
    format!("{}{}", matter.last_report(), by.unwrap_or_default())
}

/// The next meetings of the partnerships a digest speaks of. A restricted line does not tell which
/// partnership it belongs to.
fn next_meetings(lines: &[&Matter<'_>], writing: &Writing<'_>) -> Section {
    let partnerships: Vec<_> = lines
        .iter()
        .filter_map(|m| m.commitment?.partnership.as_ref())
        .collect();
    let horizon = writing
        .today
        .checked_add_days(Days::new(MEETINGS_AHEAD))
        .unwrap_or(NaiveDate::MAX);
    let mut ahead: Vec<(NaiveDate, &Meeting)> = writing
        .directory()
        .meetings
        .values()
        .filter(|m| m.status != MeetingStatus::Held)
        .filter(|m| {
            m.partnership
                .as_ref()
                .is_some_and(|p| partnerships.contains(&p))
        })
        .filter_map(|m| Some((m.dated()?.window, m)))
        .filter(|(w, _)| w.last >= writing.today && w.first <= horizon)
        .map(|(w, m)| (w.last, m))
        .collect();
    ahead.sort_by(|a, b| (a.0, &a.1.id).cmp(&(b.0, &b.1.id)));
    let lines = ahead.into_iter().take(MOST_MEETINGS).map(|(_, meeting)| {
        // How far away a month or a year is says little.
        let exact = meeting.dated().filter(|d| !d.coarse).map(|d| d.window);
        let away = exact.map(|w| format!(", {}", wording::countdown(Some(w), writing.today)));
        SectionLine {
            shape: "",
            class: "",
            name: one_line(&meeting.name()),
            words: format!(
                "{}{}",
                wording::date_of_meeting(meeting),
                away.unwrap_or_default()
            ),
            url: format!("{}/meetings/{}", writing.settings.public_url, meeting.id),
            promise: None,
        }
    });
    Section {
        heading: "Next meetings".to_owned(),
        lines: lines.collect(),
        more: 0,
    }
}
