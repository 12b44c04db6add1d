//! The whole chain that led to a reminder, link by link, from what was stored when it was planned;
//! and why a commitment is quiet. For whoever has to answer "why did this come?" and "why did
//! nothing come?"; [`because`](super::because) says the first in one sentence.

use chrono::NaiveDate;
use serde::Serialize;

use super::dates::{day, deadline, the_meeting, weekday_day, window, with_article};
use super::place::in_place_of;
use super::reasons::{capitalised, rule_name};
use super::states::lifecycle;
use crate::domain::commitment::Lifecycle;
use crate::domain::deadline::Deadline;
use crate::domain::directory::Directory;
use crate::domain::ids::MeetingId;
use crate::domain::meeting::ordinal;
use crate::domain::notice::Because;
use crate::domain::rule::Rule;
use crate::domain::silence::Silence;

/// One link: what it is called, and what it was.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Link {
    pub name: &'static str,
    pub words: String,
}

/// Rule, deadline, window, revision, calendar and dates, as they were stored. With `discreet` the
/// deadline's words and the meeting's name stay unsaid: of a restricted commitment only dates are
/// told.
pub fn chain(rule: Rule, because: &Because, directory: &Directory, discreet: bool) -> Vec<Link> {
    let mut links = vec![link("Rule", rule_name(rule))];
    let words = because.deadline.as_deref().filter(|_| !discreet);
    if let Some(text) = words {
        let parsed = Deadline::parse(text).ok();
        let said = parsed.map_or_else(|| text.to_owned(), |d| deadline(&d, directory));
        links.push(link("Deadline", said));
    }
    if let Some(meant) = because.window {
        links.push(link(window_name(rule), window(meant)));
        links.push(link("Revision", revision(rule, because.revision)));
    }
    links.push(link("Counted from", weekday_day(because.counted_from)));
    if because.exact != because.date {
        links.push(link("Fell on", weekday_day(because.exact)));
    }
    links.push(link(
        if because.exact == because.date {
            "Date"
        } else {
            "Moved to"
        },
        weekday_day(because.date),
    ));
    let known = directory.calendars.get(&because.calendar);
    let calendar = known.map_or(because.calendar.as_str(), |c| &c.name);
    links.push(link("Calendar", calendar.to_owned()));
    if let Some(whom) = in_place_of(because, directory) {
        links.push(link("In place of", whom));
    }
    links
}

fn link(name: &'static str, words: String) -> Link {
    Link { name, words }
}

fn window_name(rule: Rule) -> &'static str {
    match rule {
        Rule::Brief => "Meeting",
        _ => "Window",
    }
}

/// Deadlines count their changes from 0, meetings their dates from 1.
fn revision(rule: Rule, n: u32) -> String {
    match (rule, n) {
        (Rule::Brief, 0 | 1) => "the meeting's date as first set".to_owned(),
        (Rule::Brief, n) => format!("the {} date of the meeting", ordinal(n)),
        (_, 0) => "the deadline as first set".to_owned(),
        (_, n) => format!("after the {} change of the deadline", ordinal(n)),
    }
}

/// Why reminders rest, in a full sentence; `discreet` as in [`chain`].
pub fn silence(silence: &Silence, directory: &Directory, discreet: bool) -> String {
    match silence {
        Silence::NotOpen(Lifecycle::Proposed) => {
            "It is proposed and not accepted yet; reminders begin when it is open.".to_owned()
        }
        Silence::NotOpen(state) => format!(
            "It is {}; reminders end when a commitment does.",
            lifecycle(*state)
        ),
        Silence::NotYetOpened(opened) => format!(
            "It is tracked from {} on; nothing dated until then is sent.",
            day(*opened)
        ),
        Silence::AwaitsEvent { milestone, meeting } => awaits(milestone.as_deref().filter(|_| !discreet), meeting, directory, discreet),
        Silence::NoDeadline => {
            "No deadline was established, so nothing can fall due; it is asked about only when nothing \
             is heard for long."
                .to_owned()
        }
        Silence::Snoozed { until, reason } => format!(
            "It is snoozed until {}{}; before that only its last day, what is overdue and \
             briefs are told.",
            day(*until),
            if discreet { String::new() } else { format!(" ({reason})") }
        ),
        Silence::ReportedCompleted(date) => completed(*date),
        Silence::NobodyReachable(desk) => format!(
            "{} cannot be reached by mail: it has no address that works, nor has anybody it is \
             reached through, nor its head.",
            capitalised(&with_article(directory.desk_name(desk)))
        ),
        Silence::NotPermitted(desk) => format!(
            "Mail for {} is read by somebody this restricted commitment does not name, so it is \
             not sent.",
            with_article(directory.desk_name(desk))
        ),
    }
}

fn awaits(
    milestone: Option<&str>,
    meeting: &MeetingId,
    directory: &Directory,
    discreet: bool,
) -> String {
    let meeting = if discreet {
        "a meeting".to_owned()
    } else {
        the_meeting(meeting, directory)
    };
    let whose = milestone.map_or("Its deadline".to_owned(), |title| {
        format!("The deadline of “{title}”")
    });
    format!("{whose} hangs on {meeting}, which has no date: nothing falls due before one is set.")
}

fn completed(date: NaiveDate) -> String {
    format!(
        "The update of {} reports it completed; reminders rest while its closing is decided.",
        day(date)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::deadline::Window;
    use crate::domain::ids::CalendarId;
    use crate::wording::fixtures::{on, phnom_penh as directory};

    fn moved_to_friday() -> Because {
        Because {
            deadline: Some("July 2025".to_owned()),
            window: Window::new(on("2025-07-01"), on("2025-07-31")),
            revision: 1,
            calendar: CalendarId::parse("kh").unwrap(),
            counted_from: on("2025-07-31"),
            exact: on("2025-07-27"),
            date: on("2025-07-25"),
            in_place_of: None,
        }
    }

    fn told(discreet: bool) -> String {
        let links = chain(Rule::Before(4), &moved_to_friday(), &directory(), discreet);
        let lines: Vec<String> = links
            .into_iter()
            .map(|l| format!("{}: {}", l.name, l.words))
            .collect();
        lines.join("\n")
    }

    #[test]
    fn every_link_is_told_as_it_was_stored() {
        assert_eq!(
            told(false),
            "Rule: 4 days before the end\n\
             Deadline: July 2025\n\
             Window: 1-31 July 2025\n\
             Revision: after the 1st change of the deadline\n\
             Counted from: Thursday 31 July 2025\n\
             Fell on: Sunday 27 July 2025\n\
             Moved to: Friday 25 July 2025\n\
             Calendar: Phnom Penh"
        );
    }

    #[test]
    fn of_a_restricted_one_only_dates_are_told() {
        assert!(!told(true).contains("Deadline"), "{}", told(true));
        let snoozed = Silence::Snoozed {
            until: on("2025-09-01"),
            reason: "the vessel question".to_owned(),
        };
        assert!(silence(&snoozed, &directory(), false).contains("vessel"));
        assert!(!silence(&snoozed, &directory(), true).contains("vessel"));
    }
}
