//! Deadlines as diplomats write them, and the windows they mean.
//!
//! `July 2025` is neither the 1st nor the 31st: it is the window from 1 to 31 July, and it is
//! printed as "July 2025" for ever. A [`Deadline`] keeps the words and what was read in them; it
//! [`resolve`](Deadline::resolve)s to a [`Window`] of civil dates, with the help of the meeting it
//! may hang on. See DESIGN section 2 and the list of deadline strings in CONTRACT.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::calendar::plus;
use super::ids::MeetingId;

/// A closed interval of civil dates. In JSON: `["2025-07-01", "2025-07-31"]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(NaiveDate, NaiveDate)", into = "(NaiveDate, NaiveDate)")]
pub struct Window {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Window {
    /// `None` when `last` is before `first`.
    pub fn new(first: NaiveDate, last: NaiveDate) -> Option<Self> {
        (first <= last).then_some(Self { first, last })
    }

    pub fn day(day: NaiveDate) -> Self {
        Self {
            first: day,
            last: day,
        }
    }

    /// Both ends moved by whole days.
    pub fn shifted(self, days: i64) -> Self {
        Self {
            first: plus(self.first, days),
            last: plus(self.last, days),
        }
    }
}

impl From<(NaiveDate, NaiveDate)> for Window {
    fn from((first, last): (NaiveDate, NaiveDate)) -> Self {
        Self { first, last }
    }
}

impl From<Window> for (NaiveDate, NaiveDate) {
    fn from(window: Window) -> Self {
        (window.first, window.last)
    }
}

/// A third of a month (days 1-10, 11-20, 21-end) or of a year (four months each).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Third {
    Early,
    Mid,
    Late,
}

/// Words that name a stretch of the calendar on their own, without a meeting.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Span {
    Day(NaiveDate),
    /// Several days within one month: `22-24 April 2025`.
    Days(NaiveDate, NaiveDate),
    ThirdOfMonth(Third, i32, u32),
    Month(i32, u32),
    Quarter(i32, u32),
    /// The first (1) or second (2) half of a year.
    Half(i32, u32),
    ThirdOfYear(Third, i32),
    Year(i32),
    Years(i32, i32),
}

impl Span {
    pub fn window(self) -> Window {
        let months = |year, from, to| Window {
            first: first_of(year, from),
            last: last_of(year, to),
        };
        match self {
            Span::Day(day) => Window::day(day),
            Span::Days(first, last) => Window { first, last },
            Span::ThirdOfMonth(third, year, month) => {
                let on = |day: i64| plus(first_of(year, month), day - 1);
                match third {
                    Third::Early => Window {
                        first: on(1),
                        last: on(10),
                    },
                    Third::Mid => Window {
                        first: on(11),
                        last: on(20),
                    },
                    Third::Late => Window {
                        first: on(21),
                        last: last_of(year, month),
                    },
                }
            }
            Span::Month(year, month) => months(year, month, month),
            Span::Quarter(year, quarter) => months(year, quarter * 3 - 2, quarter * 3),
            Span::Half(year, half) => months(year, half * 6 - 5, half * 6),
            Span::ThirdOfYear(Third::Early, year) => months(year, 1, 4),
            Span::ThirdOfYear(Third::Mid, year) => months(year, 5, 8),
            Span::ThirdOfYear(Third::Late, year) => months(year, 9, 12),
            Span::Year(year) => months(year, 1, 12),
            Span::Years(from, to) => Window {
                first: first_of(from, 1),
                last: last_of(to, 12),
            },
        }
    }

    /// Coarser than days: what is dated to days (a day, some days within a month) is not.
    pub fn is_coarse(self) -> bool {
        !matches!(self, Span::Day(_) | Span::Days(..))
    }
}

fn first_of(year: i32, month: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, 1)
        .expect("parsing admits only years and months that exist")
}

fn last_of(year: i32, month: u32) -> NaiveDate {
    let (year, month) = if month == 12 {
        (year + 1, 1)
    } else {
        (year, month + 1)
    };
    plus(first_of(year, month), -1)
}

/// What a deadline's words say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// `July 2025`
    In(Span),
    /// `by July 2025`: from the day the commitment was opened to the end of the span.
    By(Span),
    /// `at pmc-2025`
    At(MeetingId),
    /// `before pmc-2025`: from the day the commitment was opened to the day before the meeting.
    Before(MeetingId),
    /// `14 days before pmc-2025` (-14) or `30 days after pmc-2025` (30): the meeting's window shifted.
    Offset(i64, MeetingId),
}

/// A deadline: the words as written, and what they say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    text: String,
    expression: Expression,
}

/// A window and how finely it is dated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dated {
    pub window: Window,
    /// Coarser than days. `by` and `before` count as dated to days.
    pub coarse: bool,
}

impl Deadline {
    /// Reads the words of a deadline.
    pub fn parse(text: &str) -> Result<Self, DeadlineError> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let text = words.join(" ");
        let expression = parse_expression(&words).map_err(|reason| DeadlineError {
            text: text.clone(),
            reason,
        })?;
        Ok(Self { text, expression })
    }

    /// The words as written (white space folded).
    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn expression(&self) -> &Expression {
        &self.expression
    }

    /// The meeting it hangs on, if any.
    pub fn meeting(&self) -> Option<&MeetingId> {
        match &self.expression {
            Expression::At(m) | Expression::Before(m) | Expression::Offset(_, m) => Some(m),
            Expression::In(_) | Expression::By(_) => None,
        }
    }

    /// `at MEETING` and nothing else: the meeting itself is the deadline.
    pub fn is_at_meeting(&self) -> bool {
        matches!(self.expression, Expression::At(_))
    }

    /// The window these words mean, for a commitment opened on `opened`; `meeting` answers with
    /// the dates of a meeting. `None` is *awaiting event*.
    pub fn resolve(
        &self,
        opened: NaiveDate,
        meeting: impl Fn(&MeetingId) -> Option<Dated>,
    ) -> Option<Dated> {
        let up_to = |last: NaiveDate| Dated {
            window: Window::new(opened, last).unwrap_or(Window::day(last)),
            coarse: false,
        };
        match &self.expression {
            Expression::In(span) => Some(Dated {
                window: span.window(),
                coarse: span.is_coarse(),
            }),
            Expression::By(span) => Some(up_to(span.window().last)),
            Expression::At(id) => meeting(id),
            Expression::Before(id) => meeting(id).map(|m| up_to(plus(m.window.first, -1))),
            Expression::Offset(days, id) => meeting(id).map(|m| Dated {
                window: m.window.shifted(*days),
                coarse: m.coarse,
            }),
        }
    }
}

impl fmt::Display for Deadline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

/// A date of a meeting: a span of the calendar in the words it was announced in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeetingDate {
    text: String,
    pub span: Span,
}

impl MeetingDate {
    pub fn parse(text: &str) -> Result<Self, DeadlineError> {
        let deadline = Deadline::parse(text)?;
        match deadline.expression {
            Expression::In(span) => Ok(Self {
                text: deadline.text,
                span,
            }),
            _ => Err(DeadlineError {
                text: deadline.text,
                reason: Reason::NotADate,
            }),
        }
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}

/// Words that could not be read as a deadline.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` {reason}")]
pub struct DeadlineError {
    pub text: String,
    pub reason: Reason,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    #[error(
        "is not a deadline; write it like `22 April 2025`, `July 2025`, `Q3 2025`, `second half of 2025`, `2025`, `2021-2025`, `mid-July 2025`, `by July 2025`, `at MEETING`, `before MEETING` or `14 days before MEETING`"
    )]
    Unknown,
    #[error("names a day that does not exist")]
    NoSuchDay,
    #[error("ends before it begins")]
    Backwards,
    #[error("is outside the years {FIRST_YEAR} to {LAST_YEAR}")]
    Year,
    #[error("has a month that does not exist; did you mean `{0}`?")]
    Month(&'static str),
    #[error(
        "is not a date of its own: a meeting is dated like `10 July 2025`, `July 2025` or `2025`"
    )]
    NotADate,
}

const FIRST_YEAR: i32 = 1900;
const LAST_YEAR: i32 = 2199;
/// The longest offset from a meeting, in days.
const MAX_OFFSET: i64 = 3660;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The English name of a month, 1 to 12.
pub fn month_name(month: u32) -> &'static str {
    MONTHS[month as usize - 1]
}

fn parse_expression(words: &[&str]) -> Result<Expression, Reason> {
    let meeting = |text: &str| MeetingId::parse(text).map_err(|_| Reason::Unknown);
    let lower: Vec<String> = words.iter().map(|w| w.to_ascii_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    match lower.as_slice() {
        ["at", _] => Ok(Expression::At(meeting(words[1])?)),
        ["before", _] => Ok(Expression::Before(meeting(words[1])?)),
        [n, "day" | "days", side @ ("before" | "after"), _] => {
            let days: i64 = n.parse().map_err(|_| Reason::Unknown)?;
            if !(0..=MAX_OFFSET).contains(&days) {
                return Err(Reason::Unknown);
            }
            let days = if *side == "before" { -days } else { days };
            Ok(Expression::Offset(days, meeting(words[3])?))
        }
        ["by", rest @ ..] => Ok(Expression::By(parse_span(rest)?)),
        rest => Ok(Expression::In(parse_span(rest)?)),
    }
}

/// `words` in lower case.
fn parse_span(words: &[&str]) -> Result<Span, Reason> {
    match words {
        [one] => parse_one_word(one),
        [third, rest @ ..] if third_of(third).is_some() => {
            let third = third_of(third).ok_or(Reason::Unknown)?;
            of_third(third, rest)
        }
        [quarter, y] if quarter.len() == 2 && quarter.starts_with('q') => {
            match quarter[1..].parse() {
                Ok(n @ 1..=4) => Ok(Span::Quarter(year(y)?, n)),
                _ => Err(Reason::Unknown),
            }
        }
        ["first", "half", "of", y] => Ok(Span::Half(year(y)?, 1)),
        ["second", "half", "of", y] => Ok(Span::Half(year(y)?, 2)),
        [m, y] => match m.strip_prefix("mid-") {
            Some(m) => Ok(Span::ThirdOfMonth(Third::Mid, year(y)?, month(m)?)),
            None => Ok(Span::Month(year(y)?, month(m)?)),
        },
        [days, m, y] => {
            let (year, month) = (year(y)?, month(m)?);
            let on = |n: &str| -> Result<NaiveDate, Reason> {
                let n = n.parse().map_err(|_| Reason::Unknown)?;
                NaiveDate::from_ymd_opt(year, month, n).ok_or(Reason::NoSuchDay)
            };
            match days.split_once(['-', '–']) {
                None => Ok(Span::Day(on(days)?)),
                Some((from, to)) => {
                    let (from, to) = (on(from)?, on(to)?);
                    match from.cmp(&to) {
                        std::cmp::Ordering::Less => Ok(Span::Days(from, to)),
                        std::cmp::Ordering::Equal => Ok(Span::Day(from)),
                        std::cmp::Ordering::Greater => Err(Reason::Backwards),
                    }
                }
            }
        }
        _ => Err(Reason::Unknown),
    }
}

/// `2025-04-22`, `2025`, `2021-2025`, `mid-2025`.
fn parse_one_word(word: &str) -> Result<Span, Reason> {
    if let Some(rest) = word.strip_prefix("mid-") {
        return Ok(Span::ThirdOfYear(Third::Mid, year(rest)?));
    }
    let parts: Vec<&str> = word.split(['-', '–']).collect();
    match parts.as_slice() {
        [y] => Ok(Span::Year(year(y)?)),
        [from, to] => {
            let (from, to) = (year(from)?, year(to)?);
            match from.cmp(&to) {
                std::cmp::Ordering::Less => Ok(Span::Years(from, to)),
                std::cmp::Ordering::Equal => Ok(Span::Year(from)),
                std::cmp::Ordering::Greater => Err(Reason::Backwards),
            }
        }
        [y, m, d] if m.len() == 2 && d.len() == 2 => {
            let year = year(y)?;
            let number = |text: &str| text.parse::<u32>().map_err(|_| Reason::Unknown);
            let day =
                NaiveDate::from_ymd_opt(year, number(m)?, number(d)?).ok_or(Reason::NoSuchDay)?;
            Ok(Span::Day(day))
        }
        _ => Err(Reason::Unknown),
    }
}

fn third_of(word: &str) -> Option<Third> {
    match word {
        "early" => Some(Third::Early),
        "mid" => Some(Third::Mid),
        "late" => Some(Third::Late),
        _ => None,
    }
}

fn of_third(third: Third, rest: &[&str]) -> Result<Span, Reason> {
    match rest {
        [y] => Ok(Span::ThirdOfYear(third, year(y)?)),
        [m, y] => Ok(Span::ThirdOfMonth(third, year(y)?, month(m)?)),
        _ => Err(Reason::Unknown),
    }
}

fn year(text: &str) -> Result<i32, Reason> {
    if text.len() != 4 || !text.bytes().all(|b| b.is_ascii_digit()) {
        return Err(Reason::Unknown);
    }
    let year = text.parse().map_err(|_| Reason::Unknown)?;
    if (FIRST_YEAR..=LAST_YEAR).contains(&year) {
        Ok(year)
    } else {
        Err(Reason::Year)
    }
}

/// The number of a month written in full, in lower case.
fn month(text: &str) -> Result<u32, Reason> {
    if let Some(at) = MONTHS.iter().position(|m| m.eq_ignore_ascii_case(text)) {
        return Ok(at as u32 + 1);
    }
    let nearest = MONTHS
        .iter()
        .map(|m| (strsim::jaro_winkler(&m.to_ascii_lowercase(), text), m))
        .max_by(|a, b| a.0.total_cmp(&b.0));
    match nearest {
        Some((likeness, name)) if likeness > 0.75 && text.chars().all(char::is_alphabetic) => {
            Err(Reason::Month(name))
        }
        _ => Err(Reason::Unknown),
    }
}

/// Reads a civil date: `2025-04-22`, within the years a record may speak of.
pub fn parse_day(text: &str) -> Result<NaiveDate, DeadlineError> {
    let unreadable = |reason| DeadlineError {
        text: text.to_owned(),
        reason,
    };
    match parse_one_word(text).map_err(unreadable)? {
        Span::Day(day) => Ok(day),
        _ => Err(unreadable(Reason::Unknown)),
    }
}

/// A run of years, as coordinator terms are given: `2024-2027`, or one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Term {
    pub from: i32,
    pub to: i32,
}

impl Term {
    pub fn parse(text: &str) -> Result<Self, DeadlineError> {
        match parse_one_word(text) {
            Ok(Span::Year(y)) => Ok(Self { from: y, to: y }),
            Ok(Span::Years(from, to)) => Ok(Self { from, to }),
            Ok(_) => Err(DeadlineError {
                text: text.to_owned(),
                reason: Reason::Unknown,
            }),
            Err(reason) => Err(DeadlineError {
                text: text.to_owned(),
                reason,
            }),
        }
    }

    pub fn contains(&self, day: NaiveDate) -> bool {
        (self.from..=self.to).contains(&day.year())
    }
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.from == self.to {
            write!(f, "{}", self.from)
        } else {
            write!(f, "{}-{}", self.from, self.to)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn window(text: &str) -> (String, String, bool) {
        let pmc = Dated {
            window: Window {
                first: day("2025-07-10"),
                last: day("2025-07-11"),
            },
            coarse: false,
        };
        let dated = Deadline::parse(text)
            .unwrap()
            .resolve(day("2025-04-23"), |_| Some(pmc))
            .unwrap();
        (
            dated.window.first.to_string(),
            dated.window.last.to_string(),
            dated.coarse,
        )
    }

    #[test]
    fn every_form_means_its_window() {
        let cases = [
            ("2025-04-22", "2025-04-22", "2025-04-22", false),
            ("22 April 2025", "2025-04-22", "2025-04-22", false),
            ("22-24 April 2025", "2025-04-22", "2025-04-24", false),
            ("July 2025", "2025-07-01", "2025-07-31", true),
            ("february 2028", "2028-02-01", "2028-02-29", true),
            ("Q3 2025", "2025-07-01", "2025-09-30", true),
            ("first half of 2025", "2025-01-01", "2025-06-30", true),
            ("second half of 2025", "2025-07-01", "2025-12-31", true),
            ("2025", "2025-01-01", "2025-12-31", true),
            ("2021-2025", "2021-01-01", "2025-12-31", true),
            ("early July 2025", "2025-07-01", "2025-07-10", true),
            ("mid-July 2025", "2025-07-11", "2025-07-20", true),
            ("mid July 2025", "2025-07-11", "2025-07-20", true),
            ("late February 2025", "2025-02-21", "2025-02-28", true),
            ("early 2025", "2025-01-01", "2025-04-30", true),
            ("mid-2025", "2025-05-01", "2025-08-31", true),
            ("late 2025", "2025-09-01", "2025-12-31", true),
            ("by July 2025", "2025-04-23", "2025-07-31", false),
            ("by 2024", "2024-12-31", "2024-12-31", false),
            ("at pmc-2025", "2025-07-10", "2025-07-11", false),
            ("before pmc-2025", "2025-04-23", "2025-07-09", false),
            ("14 days before pmc-2025", "2025-06-26", "2025-06-27", false),
            ("1 day after pmc-2025", "2025-07-11", "2025-07-12", false),
        ];
        for (text, first, last, coarse) in cases {
            assert_eq!(window(text), (first.into(), last.into(), coarse), "{text}");
        }
    }

    #[test]
    fn words_survive_as_written() {
        assert_eq!(
            Deadline::parse("  second  half of 2025 ").unwrap().text(),
            "second half of 2025"
        );
    }

    #[test]
    fn what_is_not_a_deadline_says_why() {
        let reason = |text: &str| Deadline::parse(text).unwrap_err().reason;
        assert_eq!(reason("31 April 2025"), Reason::NoSuchDay);
        assert_eq!(reason("2025-02-29"), Reason::NoSuchDay);
        assert_eq!(reason("24-22 April 2025"), Reason::Backwards);
        assert_eq!(reason("2025-2021"), Reason::Backwards);
        assert_eq!(reason("Juli 2025"), Reason::Month("July"));
        assert_eq!(reason("9999"), Reason::Year);
        assert_eq!(reason("soon"), Reason::Unknown);
        assert_eq!(reason(""), Reason::Unknown);
        assert_eq!(reason("Q5 2025"), Reason::Unknown);
        assert_eq!(
            MeetingDate::parse("at pmc-2025").unwrap_err().reason,
            Reason::NotADate
        );
    }

    #[test]
    fn a_meeting_without_a_date_is_awaited() {
        let deadline = Deadline::parse("at jcc-16").unwrap();
        assert_eq!(deadline.resolve(day("2025-04-23"), |_| None), None);
    }
}
