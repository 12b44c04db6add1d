//! Why something came, and why something did not, each in one sentence.

use chrono::NaiveDate;

use super::dates::{count, day, day_beside, deadline, the_meeting, weekday_day};
use super::place::in_place_of;
use crate::domain::deadline::{Deadline, Expression, Span};
use crate::domain::directory::Directory;
use crate::domain::meeting::ordinal;
use crate::domain::notice::{Because, SkipReason};
use crate::domain::rule::Rule;

/// A rule as people call it.
pub fn rule_name(rule: Rule) -> String {
    let days = |n: u32| count(n as usize, "day");
    match rule {
        Rule::Opens => "window opens".to_owned(),
        Rule::Before(n) => format!("{} before the end", days(n)),
        Rule::LastDay => "last day".to_owned(),
        Rule::Outcome(_) => "outcome of the meeting".to_owned(),
        Rule::Overdue(n) => format!("{} overdue", days(n)),
        Rule::Assigned => "new commitment".to_owned(),
        Rule::Returned => "update returned".to_owned(),
        Rule::Review(n) => format!("{} review", ordinal(n)),
        Rule::Stale(n) => format!("nothing heard, {} time", ordinal(n)),
        Rule::Decision(n) => format!("decision awaited, {}", count(n as usize, "working day")),
        Rule::Brief => "brief".to_owned(),
        Rule::Digest => "digest".to_owned(),
    }
}

/// Why an occurrence was not sent, in a full sentence.
pub fn reason(reason: SkipReason) -> &'static str {
    match reason {
        SkipReason::BeforeItWasRecorded => {
            "Its date is not after the day from which the commitment is tracked."
        }
        SkipReason::BeforeItWentLive => "Its date is before the day this installation went live.",
        SkipReason::Coalesced => {
            "A more pressing reminder of the same commitment went out in the same mail."
        }
        SkipReason::Answered => "An update had already answered it.",
        SkipReason::Snoozed => "The commitment was snoozed until a later date.",
        SkipReason::Superseded => "The deadline was changed before it was sent.",
        SkipReason::Passed => "Its moment had passed before it could be sent.",
        SkipReason::NoRecipient => "Nobody who can be reached by mail holds the office it is for.",
        SkipReason::NotPermitted => "The recipient may not read this restricted commitment.",
        SkipReason::Undeliverable => {
            "Mail to this address does not arrive; whoever hears in its place is told instead."
        }
        SkipReason::Expired => {
            "It could not be sent in time; the next reminder of the same deadline took its place."
        }
    }
}

/// Why a reminder came, in one sentence, from what was stored when it was planned.
pub fn because(rule: Rule, because: &Because, directory: &Directory) -> String {
    let why = Why { because, directory };
    let from = because.counted_from;
    let days = |n: u32| count(n as usize, "day");
    let sentence = match rule {
        Rule::Opens => format!(
            "its window, {}, opened on {}{}",
            why.words(),
            day(because.window.map_or(from, |w| w.first)),
            why.moved(true)
        ),
        Rule::Before(n) => format!(
            "this is {} before {}{}",
            days(n),
            why.end(),
            why.moved(false)
        ),
        Rule::LastDay => why.last_day(),
        Rule::Outcome(1) => format!("this is the day after {}{}", why.end(), why.moved(false)),
        Rule::Outcome(n) => format!(
            "this is {} after {}{}",
            days(n),
            why.end(),
            why.moved(false)
        ),
        Rule::Overdue(n) => why.overdue(n),
        Rule::Assigned => format!(
            "the commitment was opened on {}{}",
            day(from),
            why.moved(false)
        ),
        Rule::Returned => format!(
            "the reviewer returned the latest update on {}{}",
            day(from),
            why.moved(false)
        ),
        Rule::Review(n) => format!(
            "this is the {} review of a standing commitment, counted from its opening on {}{}",
            ordinal(n),
            day(from),
            why.moved(true)
        ),
        Rule::Stale(_) => format!(
            "nothing was reported in the {} after {}{}",
            count(
                (because.exact - from).num_days().unsigned_abs() as usize,
                "day"
            ),
            day(from),
            why.moved(true)
        ),
        Rule::Decision(n) => format!(
            "an update submitted on {} has awaited your review for {}",
            day(from),
            count(n as usize, "working day")
        ),
        Rule::Brief => format!(
            "the meeting begins on {}, and its brief leaves {} before in the calendar {}",
            weekday_day(from),
            why.working_days_before(),
            why.calendar()
        ),
        Rule::Digest => format!(
            "this is the first working day of the week in the calendar {}; changes are counted after {}",
            why.calendar(),
            weekday_day(from)
        ),
    };
    let sentence = full_stop(capitalised(&sentence));
    match in_place_of(because, directory) {
        Some(whom) => format!("{sentence} It is for {whom}."),
        None => sentence,
    }
}

/// Ends a sentence; one that ends with an abbreviation has its stop already.
fn full_stop(mut sentence: String) -> String {
    if !sentence.ends_with('.') {
        sentence.push('.');
    }
    sentence
}

struct Why<'a> {
    because: &'a Because,
    directory: &'a Directory,
}

impl Why<'_> {
    fn deadline(&self) -> Option<Deadline> {
        let text = self.because.deadline.as_deref()?;
        Deadline::parse(text).ok()
    }

    /// The deadline in its words.
    fn words(&self) -> String {
        match self.deadline() {
            Some(parsed) => deadline(&parsed, self.directory),
            None => day(self.because.counted_from),
        }
    }

    /// The end that the rule counts to or from: `the end of July 2025`, `22 April 2025`.
    fn end(&self) -> String {
        let last = self
            .because
            .window
            .map_or(self.because.counted_from, |w| w.last);
        let several_days = self.because.window.is_some_and(|w| w.first < w.last);
        let Some(parsed) = self.deadline() else {
            return day(last);
        };
        match parsed.expression() {
            Expression::In(span) => end_of_span(*span, parsed.text()),
            Expression::By(span) => {
                end_of_span(*span, parsed.text().get(3..).unwrap_or(parsed.text()))
            }
            Expression::At(id) if several_days => {
                format!("the end of {}", the_meeting(id, self.directory))
            }
            Expression::At(id) => the_meeting(id, self.directory),
            Expression::Before(_) | Expression::Offset(..) => {
                format!("{} ({})", day(last), deadline(&parsed, self.directory))
            }
        }
    }

    fn last_day(&self) -> String {
        let last = self.because.window.map_or(self.because.exact, |w| w.last);
        let (end, date) = (self.end(), self.because.date);
        if date == last {
            return match end.strip_prefix("the end of ") {
                Some(span) => format!("this is the last day of {span}"),
                None => format!("the deadline is today, {end}"),
            };
        }
        format!(
            "this is the last working day before {end} ({}) in the calendar {}",
            day_beside(last, date),
            self.calendar()
        )
    }

    fn overdue(&self, days: u32) -> String {
        let days = count(days as usize, "day");
        let from = self.because.counted_from;
        let end = match self.because.window {
            Some(window) if window.last != from => {
                format!("{}, when the commitment was recorded", day(from))
            }
            _ => self.end(),
        };
        format!("this is {days} after {end}{}", self.moved(false))
    }

    /// `, moved from Sunday 27 July to the last working day before in the calendar Phnom Penh`;
    /// nothing, where it was not moved. A quiet rule waits for a digest day.
    fn moved(&self, quiet: bool) -> String {
        let Because { exact, date, .. } = *self.because;
        if date == exact {
            return String::new();
        }
        let from = day_beside(exact, date);
        let calendar = self.calendar();
        if date < exact {
            return format!(
                ", moved from {from} to the last working day before in the calendar {calendar}"
            );
        }
        if quiet || self.waited_for_digest(exact, date) {
            return format!(
                ", kept from {from} for your digest of {}",
                day_beside(date, exact)
            );
        }
        format!(", moved from {from} to the next working day in the calendar {calendar}")
    }

    /// Whether a date lies beyond the next working day: what is quiet for its reader only.
    fn waited_for_digest(&self, exact: NaiveDate, date: NaiveDate) -> bool {
        let calendar = self.directory.calendars.get(&self.because.calendar);
        calendar.is_some_and(|c| c.next(exact) < date)
    }

    fn working_days_before(&self) -> String {
        let Because {
            date, counted_from, ..
        } = *self.because;
        match self.directory.calendars.get(&self.because.calendar) {
            Some(calendar) => count(
                calendar.working_days_between(date, counted_from) as usize,
                "working day",
            ),
            None => count(
                (counted_from - date).num_days().unsigned_abs() as usize,
                "day",
            ),
        }
    }

    fn calendar(&self) -> &str {
        let id = &self.because.calendar;
        let known = self.directory.calendars.get(id);
        known.map_or(id.as_str(), |c| &c.name)
    }
}

fn end_of_span(span: Span, text: &str) -> String {
    match span {
        Span::Day(date) => day(date),
        _ => format!("the end of {text}"),
    }
}

/// The sentence with its first letter in upper case.
pub fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::deadline::Window;
    use crate::domain::ids::{CalendarId, MeetingId};
    use crate::domain::meeting::{Meeting, MeetingStatus};
    use crate::wording::fixtures::{on, phnom_penh};

    fn directory() -> Directory {
        let pmc = Meeting {
            id: MeetingId::parse("pmc-2025").unwrap(),
            partnership: None,
            series: "PMC with the U.S.".into(),
            number: None,
            forum: None,
            date: None,
            status: MeetingStatus::Confirmed,
            place: None,
            host: None,
            co_chairs: Vec::new(),
            attending: Vec::new(),
            date_revision: 1,
            moved_on: None,
            moves: Vec::new(),
        };
        Directory {
            meetings: [(pmc.id.clone(), pmc)].into(),
            ..phnom_penh()
        }
    }

    /// `from`, `exact` and `date`, as the planner stores them.
    fn why(
        rule: Rule,
        deadline: Option<(&str, &str, &str)>,
        [from, exact, date]: [&str; 3],
    ) -> String {
        let stored = Because {
            deadline: deadline.map(|d| d.0.to_owned()),
            window: deadline.map(|d| Window::new(on(d.1), on(d.2)).unwrap()),
            revision: 0,
            calendar: CalendarId::parse("kh").unwrap(),
            counted_from: on(from),
            exact: on(exact),
            date: on(date),
            in_place_of: None,
        };
        because(rule, &stored, &directory())
    }

    const JULY: Option<(&str, &str, &str)> = Some(("July 2025", "2025-07-01", "2025-07-31"));
    const PMC: Option<(&str, &str, &str)> = Some(("at pmc-2025", "2025-07-10", "2025-07-10"));
    const AUGUST: Option<(&str, &str, &str)> = Some(("August 2025", "2025-08-01", "2025-08-31"));

    #[test]
    fn before_the_end_it_says_how_long_and_whether_it_was_moved() {
        assert_eq!(
            why(
                Rule::Before(7),
                JULY,
                ["2025-07-31", "2025-07-24", "2025-07-24"]
            ),
            "This is 7 days before the end of July 2025."
        );
        assert_eq!(
            why(
                Rule::Before(4),
                JULY,
                ["2025-07-31", "2025-07-27", "2025-07-25"]
            ),
            "This is 4 days before the end of July 2025, moved from Sunday 27 July to the last working day before in the calendar Phnom Penh."
        );
        assert_eq!(
            why(
                Rule::Before(7),
                PMC,
                ["2025-07-10", "2025-07-03", "2025-07-03"]
            ),
            "This is 7 days before the PMC with the U.S."
        );
        let offset = Some(("14 days before pmc-2025", "2025-06-26", "2025-06-26"));
        assert_eq!(
            why(
                Rule::Before(1),
                offset,
                ["2025-06-26", "2025-06-25", "2025-06-25"]
            ),
            "This is 1 day before 26 June 2025 (14 days before the PMC with the U.S.)."
        );
    }

    #[test]
    fn the_last_day_may_be_the_last_working_day_before() {
        assert_eq!(
            why(
                Rule::LastDay,
                JULY,
                ["2025-07-31", "2025-07-31", "2025-07-31"]
            ),
            "This is the last day of July 2025."
        );
        assert_eq!(
            why(
                Rule::LastDay,
                AUGUST,
                ["2025-08-31", "2025-08-31", "2025-08-29"]
            ),
            "This is the last working day before the end of August 2025 (Sunday 31 August) in the calendar Phnom Penh."
        );
    }

    #[test]
    fn afterwards_it_states_facts() {
        assert_eq!(
            why(
                Rule::Outcome(1),
                PMC,
                ["2025-07-10", "2025-07-11", "2025-07-11"]
            ),
            "This is the day after the PMC with the U.S."
        );
        assert_eq!(
            why(
                Rule::Overdue(8),
                JULY,
                ["2025-07-31", "2025-08-08", "2025-08-08"]
            ),
            "This is 8 days after the end of July 2025."
        );
        assert_eq!(
            why(
                Rule::Overdue(15),
                JULY,
                ["2025-07-31", "2025-08-15", "2025-08-18"]
            ),
            "This is 15 days after the end of July 2025, kept from Friday 15 August for your digest of Monday 18 August."
        );
        assert_eq!(
            why(
                Rule::Overdue(1),
                JULY,
                ["2025-09-01", "2025-09-02", "2025-09-02"]
            ),
            "This is 1 day after 1 September 2025, when the commitment was recorded."
        );
    }

    #[test]
    fn the_other_rules_say_what_they_count_from() {
        assert_eq!(
            why(
                Rule::Assigned,
                None,
                ["2025-04-23", "2025-04-24", "2025-04-24"]
            ),
            "The commitment was opened on 23 April 2025."
        );
        assert_eq!(
            why(
                Rule::Opens,
                JULY,
                ["2025-07-01", "2025-07-01", "2025-07-07"]
            ),
            "Its window, July 2025, opened on 1 July 2025, kept from Tuesday 1 July for your digest of Monday 7 July."
        );
        assert_eq!(
            why(
                Rule::Stale(1),
                None,
                ["2025-04-23", "2025-06-22", "2025-06-23"]
            ),
            "Nothing was reported in the 60 days after 23 April 2025, kept from Sunday 22 June for your digest of Monday 23 June."
        );
        assert_eq!(
            why(
                Rule::Review(2),
                None,
                ["2025-04-23", "2025-10-23", "2025-10-27"]
            ),
            "This is the 2nd review of a standing commitment, counted from its opening on 23 April 2025, kept from Thursday 23 October for your digest of Monday 27 October."
        );
        assert_eq!(
            why(
                Rule::Decision(3),
                None,
                ["2025-06-02", "2025-06-05", "2025-06-05"]
            ),
            "An update submitted on 2 June 2025 has awaited your review for 3 working days."
        );
        assert_eq!(
            why(
                Rule::Brief,
                None,
                ["2025-07-10", "2025-06-26", "2025-06-26"]
            ),
            "The meeting begins on Thursday 10 July 2025, and its brief leaves 10 working days before in the calendar Phnom Penh."
        );
        assert_eq!(
            why(
                Rule::Digest,
                None,
                ["2025-05-26", "2025-06-02", "2025-06-02"]
            ),
            "This is the first working day of the week in the calendar Phnom Penh; changes are counted after Monday 26 May 2025."
        );
        assert_eq!(
            why(
                Rule::Returned,
                None,
                ["2025-06-06", "2025-06-07", "2025-06-09"]
            ),
            "The reviewer returned the latest update on 6 June 2025, moved from Saturday 7 June to the next working day in the calendar Phnom Penh."
        );
    }
}
