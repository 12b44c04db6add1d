//! The lines of a letter under their headings: reminders beyond those told in full, what a brief
//! prepares, a digest's week, the next meetings. A section that is too long says how many more there
//! are, and links to the list that has them all.

use chrono::NaiveDate;
use serde::Serialize;

use super::line::{self, SectionLine};
use super::matter::{Matter, Writing};
use super::{Link, meetings};
use crate::domain::ids::MeetingId;
use crate::domain::notice::Line;
use crate::domain::rule::Rule;
use crate::domain::schedule::Schedule;
use crate::wording;

/// Lines of one section, and of all sections of a letter together.
const MOST_LINES: usize = 40;
const MOST_LINES_IN_ALL: usize = 100;
/// A brief quotes the promises of a section of so few lines.
const MOST_QUOTED: usize = 12;

/// Lines under a heading.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Section {
    pub heading: String,
    /// What is known of the meeting a brief prepares.
    pub facts: Vec<Fact>,
    pub lines: Vec<SectionLine>,
    /// How many more there are than are told.
    pub more: usize,
    /// The list that has them all.
    pub list: Link,
}

/// One thing known, with its name: `Place`, `Kuala Lumpur`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Fact {
    pub name: &'static str,
    pub words: String,
}

/// The sections of a letter: reminders not told in full, then briefs, then the digest.
pub(super) fn of(
    untold: &[&Matter<'_>],
    lines: &[&Matter<'_>],
    writing: &Writing<'_>,
) -> Vec<Section> {
    let mut sections = vec![section("Also asked of you", untold, None, writing)];
    let (of_briefs, of_digest): (Vec<&Matter<'_>>, Vec<&Matter<'_>>) =
        lines.iter().partition(|m| m.item.rule == Rule::Brief);
    for meeting in meetings::of_briefs(&of_briefs) {
        let mine = of_briefs
            .iter()
            .filter(|m| m.item.meeting.as_ref() == Some(meeting));
        sections.extend(brief(meeting, &mine.copied().collect::<Vec<_>>(), writing));
    }
    sections.extend(digest(&of_digest, writing));
    sections.retain(|s| !s.lines.is_empty() || !s.facts.is_empty());
    cap(&mut sections);
    sections
}

/// What a SOM leader needs before a meeting: the meeting, what awaits their decision, what hangs on
/// it, what is to be raised, the rest, and what has moved since the two sides last met. What has no
/// deadline closes it. In each section the most pressing stands first.
fn brief(meeting: &MeetingId, lines: &[&Matter<'_>], writing: &Writing<'_>) -> Vec<Section> {
    let name = super::one_line(&wording::the_meeting(meeting, writing.directory()));
    let known = writing.directory().meetings.get(meeting);
    let partnership = known.and_then(|m| m.partnership.as_ref());
    let mut pressing = lines.to_vec();
    pressing.sort_by_key(|m| {
        let end = m.window.map_or(NaiveDate::MAX, |w| w.last);
        (m.standing(writing).rank(), end)
    });
    let (awaiting, rest): (Vec<&Matter<'_>>, Vec<&Matter<'_>>) =
        pressing.iter().partition(|m| m.awaits_reader(writing));
    let (undated, dated): (Vec<&Matter<'_>>, Vec<&Matter<'_>>) =
        rest.iter().partition(|m| is_undated(m, writing));
    let of = |mine: &[&Matter<'_>], heading: &str, query: String| {
        let mut section = section(heading, mine, None, writing);
        section.list.url = format!("{}/commitments{query}", writing.settings.public_url);
        section
    };
    let with_partner = |and: &str| match partnership {
        Some(id) => format!("?partnership={id}{and}"),
        None => String::new(),
    };
    let mut sections = Vec::new();
    sections.extend(known.map(|m| meetings::card(m, writing)));
    sections.extend([
        of(&awaiting, "Awaits your decision", with_partner("")),
        of(
            &only(&dated, &[Line::Tied]),
            &format!("Due at or around {name}"),
            format!("?meeting={meeting}"),
        ),
        of(
            &only(&dated, &[Line::ToRaise]),
            "To raise with the partner",
            with_partner("&kind=request"),
        ),
        of(
            &only(&dated, &[Line::Standing]),
            "Also open with this partner",
            with_partner(""),
        ),
    ]);
    sections.extend(known.and_then(|m| meetings::since_the_last(m, lines, writing)));
    let mut standing = of(
        &undated,
        "Open without a deadline",
        with_partner("&schedule=no-deadline"),
    );
    // The heading says it.
    standing
        .lines
        .iter_mut()
        .for_each(SectionLine::leave_state_out);
    sections.push(standing);
    sections
}

/// Whether a line is about nothing but an open commitment without a deadline. What is to be raised
/// stays on the agenda.
fn is_undated(matter: &Matter<'_>, writing: &Writing<'_>) -> bool {
    matter.item.line == Some(Line::Standing)
        && matter.commitment.is_some()
        && matter.standing(writing) == Schedule::NoDeadline
}

/// The week: what needs the reader, what slipped, what is next.
fn digest(lines: &[&Matter<'_>], writing: &Writing<'_>) -> Vec<Section> {
    let of = |wanted: &[Line], heading: &str, schedule: Option<Schedule>| {
        section(heading, &only(lines, wanted), schedule, writing)
    };
    let needs_you = [
        Line::AwaitsDecision,
        Line::ReportedCompleted,
        Line::Unanswered,
    ];
    let changed = [Line::HandedOver, Line::Redated, Line::Updated, Line::Opened];
    let mut sections = vec![
        of(&needs_you, "Needs you", None),
        of(&[Line::Overdue], "Overdue", Some(Schedule::Overdue)),
        of(&[Line::DueSoon], "Due soon", Some(Schedule::DueSoon)),
        of(&changed, "Changed", None),
    ];
    if !lines.is_empty() {
        sections.push(meetings::next(lines, writing));
    }
    sections
}

fn only<'a, 'm>(lines: &[&'a Matter<'m>], wanted: &[Line]) -> Vec<&'a Matter<'m>> {
    lines
        .iter()
        .filter(|m| m.item.line.is_some_and(|l| wanted.contains(&l)))
        .copied()
        .collect()
}

fn section(
    heading: &str,
    matters: &[&Matter<'_>],
    schedule: Option<Schedule>,
    writing: &Writing<'_>,
) -> Section {
    let quoting = matters.len() <= MOST_QUOTED;
    let told = matters.iter().take(MOST_LINES);
    Section {
        heading: heading.to_owned(),
        facts: Vec::new(),
        lines: told.map(|m| line::of(m, quoting, writing)).collect(),
        more: matters.len().saturating_sub(MOST_LINES),
        list: writing.list(schedule),
    }
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
