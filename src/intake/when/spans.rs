//! Stretches of the calendar as documents write them: days, months, quarters, halves, years, and
//! those that are relative to the day of the document.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::{Clock, Found, Precision, month_of, number_of, year_of};
use crate::domain::deadline::{MeetingDate, Span, Window, month_name, parse_day};

impl Clock<'_> {
    /// `90 days`, `the next 12 months`: from the document on.
    pub(super) fn lasting(&self, at: usize) -> Option<(Window, usize)> {
        let at = at + usize::from(self.is(at, &["the"]));
        if self.is(at, &["next", "coming", "following"]) {
            return self.lasting_next(at);
        }
        let count = number_of(self.lower(at))?;
        let (last, length) = self.after(count, at + 1)?;
        Some((Window::new(self.issued, last)?, at + 1 + length))
    }

    /// `the next year`, `the next five years`, `the coming 18 months`; not `the next years`.
    pub(super) fn lasting_next(&self, at: usize) -> Option<(Window, usize)> {
        let at = at + usize::from(self.is(at, &["the"]));
        if !self.is(at, &["next", "coming", "following", "ensuing"]) {
            return None;
        }
        let (count, at) = match number_of(self.lower(at + 1)) {
            Some(count) => (count, at + 2),
            None if self.is(at + 1, &["year", "month", "week", "decade"]) => (1, at + 1),
            None => return None,
        };
        // `in the next year` is a length; `next year` without an article is a year of the calendar.
        let (last, length) = self.after(count, at)?;
        Some((Window::new(self.issued, last)?, at + length))
    }

    pub(super) fn after(&self, count: i64, at: usize) -> Option<(NaiveDate, usize)> {
        let months = |n: i64| {
            self.issued
                .checked_add_months(Months::new(u32::try_from(n).ok()?))
        };
        let days = |n: i64| {
            self.issued
                .checked_add_days(Days::new(u64::try_from(n).ok()?))
        };
        let skip = usize::from(self.is(at, &["calendar", "working", "consecutive"]));
        let last = match self.lower(at + skip) {
            "day" | "days" => days(count)?,
            "week" | "weeks" => days(count * 7)?,
            "month" | "months" => months(count)?,
            "year" | "years" => months(count * 12)?,
            "decade" => months(count * 120)?,
            _ => return None,
        };
        Some((last, 1 + skip))
    }

    /// `the end of 2025`, `the end of the year`, `year-end`, or a span.
    pub(super) fn end_span(&self, at: usize) -> Option<Found> {
        let at = at + usize::from(self.is(at, &["the"]));
        if self.is(at, &["end", "close"]) && self.is(at + 1, &["of"]) {
            let skip = usize::from(self.is(at + 2, &["the"]));
            let inner = at + 2 + skip;
            let year = self.issued.year();
            if self.is(inner, &["year"]) {
                return self.found(inner + 1, Span::Year(year), Precision::Year);
            }
            if self.is(inner, &["decade"]) {
                let last = year - year.rem_euclid(10) + 10;
                return self.found(inner + 1, Span::Year(last), Precision::Year);
            }
            if self.is(inner, &["month"]) {
                let month = Span::Month(year, self.issued.month());
                return self.found(inner + 1, month, Precision::Month);
            }
            return self.span(inner).or_else(|| self.relative(inner));
        }
        if self.is(at, &["year-end", "end-year"]) {
            return self.found(at + 1, Span::Year(self.issued.year()), Precision::Year);
        }
        if let Some(rest) = self.lower(at).strip_prefix("end-") {
            let year = year_of(rest)?;
            return self.found(at + 1, Span::Year(year), Precision::Year);
        }
        self.span(at).or_else(|| self.relative(at))
    }

    pub(super) fn found(&self, to: usize, span: Span, precision: Precision) -> Option<Found> {
        Some(Found {
            to,
            window: span.window(),
            precision,
        })
    }

    pub(super) fn read(&self, to: usize, text: &str, precision: Precision) -> Option<Found> {
        let date = MeetingDate::parse(text).ok()?;
        self.found(to, date.span, precision)
    }

    /// `this year`, `next month`, `later this year`, `this August`, `early next year`.
    pub(super) fn relative(&self, at: usize) -> Option<Found> {
        let mut at = at;
        let third = match self.lower(at) {
            "later" => {
                at += 1;
                None
            }
            "early" => Some("early"),
            "mid" => Some("mid-"),
            "late" => Some("late"),
            _ => None,
        };
        if third.is_some() {
            at += 1;
            if self.is(at, &["in"]) {
                at += 1;
            }
        }
        // `later in the year`.
        let later = at > 0 && self.is(at - 1, &["later"]) && self.is(at, &["in"]);
        at += usize::from(later);
        let ahead = match self.lower(at) {
            "this" | "the-current" => 0,
            "the" if later => 0,
            "next" => 1,
            _ => return None,
        };
        let year = self.issued.year();
        let word = self.lower(at + 1);
        if let Some(month) = month_of(word) {
            if year_of(self.lower(at + 2)).is_some() {
                return None;
            }
            let past = i32::from(
                month < self.issued.month() || ahead == 1 && month == self.issued.month(),
            );
            return self.found(at + 2, Span::Month(year + past, month), Precision::Month);
        }
        match (word, third) {
            ("year", Some(third)) => {
                let text = match third {
                    "mid-" => format!("mid-{}", year + ahead),
                    third => format!("{third} {}", year + ahead),
                };
                self.read(at + 2, &text, Precision::Quarter)
            }
            ("year", None) => self.found(at + 2, Span::Year(year + ahead), Precision::Year),
            ("month", _) => {
                let month = self.issued.month0() + u32::try_from(ahead).ok()?;
                let span = Span::Month(year + i32::from(month > 11), month % 12 + 1);
                self.found(at + 2, span, Precision::Month)
            }
            ("week", _) => {
                let back = u64::from(self.issued.weekday().num_days_from_monday());
                let monday = self.issued.checked_sub_days(Days::new(back))?;
                let monday = monday.checked_add_days(Days::new(u64::try_from(ahead).ok()? * 7))?;
                let window = Window::new(monday, monday.checked_add_days(Days::new(6))?)?;
                Some(Found {
                    to: at + 2,
                    window,
                    precision: Precision::Day,
                })
            }
            ("quarter", _) => {
                let quarter = self.issued.month0() / 3 + u32::try_from(ahead).ok()?;
                let span = Span::Quarter(year + i32::from(quarter > 3), quarter % 4 + 1);
                self.found(at + 2, span, Precision::Quarter)
            }
            ("summer" | "fall" | "autumn" | "spring" | "winter", _) => {
                let (from, to) = match word {
                    "spring" => (3, 5),
                    "summer" => (6, 8),
                    "winter" => (12, 12),
                    _ => (9, 11),
                };
                let year = if year_of(self.lower(at + 2)).is_some() {
                    return None;
                } else {
                    year + ahead
                };
                let window = Window::new(
                    Span::Month(year, from).window().first,
                    Span::Month(year, to).window().last,
                )?;
                Some(Found {
                    to: at + 2,
                    window,
                    precision: Precision::Quarter,
                })
            }
            _ => None,
        }
    }

    /// A span of the calendar that begins at a token.
    pub(super) fn span(&self, at: usize) -> Option<Found> {
        let at = at + usize::from(self.is(at, &["the"]));
        let word = self.lower(at);
        let (third, at) = match word {
            "early" | "late" => (Some(word), at + 1),
            "mid" => (Some("mid-"), at + 1),
            _ => (None, at),
        };
        let word = self.lower(at);
        let part = self.week_of_month(at).or_else(|| self.part_of_year(at));
        if let Some(found) = part.or_else(|| self.named_part(at)) {
            return Some(found);
        }
        if let Some(found) = self.decade(at, third) {
            return Some(found);
        }
        if let Some(rest) = word.strip_prefix("mid-") {
            if let Some(month) = month_of(rest) {
                let (year, to) = self.year_for(month, at + 1)?;
                return self.read(
                    to,
                    &format!("mid-{} {year}", month_name(month)),
                    Precision::Month,
                );
            }
            let year = year_of(rest)?;
            return self.read(at + 1, &format!("mid-{year}"), Precision::Quarter);
        }
        if let Some(month) = month_of(word) {
            return self.month_first(at, month, third);
        }
        if let Some(found) = self.day_first(at) {
            return Some(found);
        }
        // `2021/22`: two years.
        if let Some((from, to)) = word.split_once('/') {
            let first = year_of(from)?;
            let last = year_of(to).or_else(|| {
                let short = to.parse::<i32>().ok().filter(|_| to.len() == 2)?;
                Some(first - first.rem_euclid(100) + short)
            })?;
            let window = Window::new(
                Span::Year(first).window().first,
                Span::Year(last).window().last,
            )?;
            return Some(Found {
                to: at + 1,
                window,
                precision: Precision::Range,
            });
        }
        if let Some((from, to)) = word.split_once('-') {
            let (from, to) = (year_of(from)?, year_of(to)?);
            let window = Window::new(
                Span::Year(from).window().first,
                Span::Year(to).window().last,
            )?;
            return Some(Found {
                to: at + 1,
                window,
                precision: Precision::Range,
            });
        }
        let year = year_of(word)?;
        // `the 2030 Agenda`, `the 2021 Work Plan`: part of a name.
        if self
            .tokens
            .get(at + 1)
            .is_some_and(|t| t.is_capital() && !t.is("I"))
        {
            return None;
        }
        if self.is(at + 1, &["to", "and", "until"])
            && let Some(until) = year_of(self.lower(at + 2))
        {
            let window = Window::new(
                Span::Year(year).window().first,
                Span::Year(until).window().last,
            )?;
            return Some(Found {
                to: at + 3,
                window,
                precision: Precision::Range,
            });
        }
        match third {
            Some("mid-") => self.read(at + 1, &format!("mid-{year}"), Precision::Quarter),
            Some(third) => self.read(at + 1, &format!("{third} {year}"), Precision::Quarter),
            None => self.found(at + 1, Span::Year(year), Precision::Year),
        }
    }

    /// `the 2030s`, `the early 2040s`: the first four years of ten, the middle three, the last three.
    fn decade(&self, at: usize, third: Option<&str>) -> Option<Found> {
        let first = year_of(self.lower(at).strip_suffix('s')?)?;
        if first % 10 != 0 {
            return None;
        }
        let (from, until) = match third {
            Some("early") => (0, 3),
            Some("mid-") => (4, 6),
            Some("late") => (7, 9),
            _ => (0, 9),
        };
        let window = Window::new(
            Span::Year(first + from).window().first,
            Span::Year(first + until).window().last,
        )?;
        Some(Found {
            to: at + 1,
            window,
            precision: Precision::Range,
        })
    }

    /// `spring 2026`, `the autumn of 2026`, `FY2027`, `fiscal year 2027`, `H1 2026`.
    fn named_part(&self, at: usize) -> Option<Found> {
        let word = self.lower(at);
        let year_at = |n: usize| {
            let skip = usize::from(self.is(n, &["of"]));
            Some((year_of(self.lower(n + skip))?, n + skip + 1))
        };
        let season = match word {
            "spring" => Some((3, 5)),
            "summer" => Some((6, 8)),
            "autumn" | "fall" => Some((9, 11)),
            _ => None,
        };
        if let Some((from, until)) = season {
            let (year, to) = year_at(at + 1)?;
            let window = Window::new(
                Span::Month(year, from).window().first,
                Span::Month(year, until).window().last,
            )?;
            let precision = Precision::Quarter;
            return Some(Found {
                to,
                window,
                precision,
            });
        }
        if let "h1" | "h2" = word {
            let (year, to) = year_at(at + 1)?;
            let half = if word == "h1" { 1 } else { 2 };
            return self.found(to, Span::Half(year, half), Precision::Quarter);
        }
        if let Some(year) = word.strip_prefix("fy").and_then(year_of) {
            return self.found(at + 1, Span::Year(year), Precision::Year);
        }
        if self.is(at, &["fiscal", "financial"]) && self.is(at + 1, &["year"]) {
            let (year, to) = year_at(at + 2)?;
            return self.found(to, Span::Year(year), Precision::Year);
        }
        None
    }

    /// `the third week of January 2026`: seven days each, the last one the last seven.
    fn week_of_month(&self, at: usize) -> Option<Found> {
        let first = match self.lower(at) {
            "first" | "1st" => 1,
            "second" | "2nd" => 8,
            "third" | "3rd" => 15,
            "fourth" | "4th" => 22,
            "last" | "final" => 0,
            _ => return None,
        };
        if !self.is(at + 1, &["week"]) || !self.is(at + 2, &["of", "in"]) {
            return None;
        }
        let month = month_of(self.lower(at + 3))?;
        let (year, end) = self.year_for(month, at + 4)?;
        let last = Span::Month(year, month).window().last.day();
        let first = if first == 0 { last - 6 } else { first };
        self.days(end, year, month, first, first + 6)
    }

    /// `first half of 2025`, `the third quarter of next year`, `Q3 2025`.
    pub(super) fn part_of_year(&self, at: usize) -> Option<Found> {
        let ordinal = match self.lower(at) {
            "first" | "1st" => 1,
            "second" | "2nd" => 2,
            "third" | "3rd" => 3,
            "fourth" | "4th" | "last" | "final" => 4,
            word => {
                let quarter = word.strip_prefix('q')?.parse::<u32>().ok()?;
                let skip = usize::from(self.is(at + 1, &["of"]));
                let year = year_of(self.lower(at + 1 + skip))?;
                let span = (1..=4)
                    .contains(&quarter)
                    .then_some(Span::Quarter(year, quarter))?;
                return self.found(at + 2 + skip, span, Precision::Quarter);
            }
        };
        let half = self.is(at + 1, &["half"]);
        if !half && !self.is(at + 1, &["quarter"]) || !self.is(at + 2, &["of"]) {
            return None;
        }
        let (year, to) = match self.lower(at + 3) {
            "this" => (self.issued.year(), at + 5),
            "next" => (self.issued.year() + 1, at + 5),
            "the" => (self.issued.year(), at + 5),
            word => (year_of(word)?, at + 4),
        };
        let span = if half {
            Span::Half(year, if ordinal == 4 { 2 } else { ordinal.min(2) })
        } else {
            Span::Quarter(year, ordinal)
        };
        self.found(to, span, Precision::Quarter)
    }

    /// `July 2025`, `July`, `July 10, 2025`, `July 10-12, 2025`.
    pub(super) fn month_first(&self, at: usize, month: u32, third: Option<&str>) -> Option<Found> {
        if month == 5 && !self.tokens[at].is_capital() {
            return None;
        }
        let next = self.lower(at + 1);
        let days = next.split_once('-').unwrap_or((next, next));
        let day = |text: &str| {
            text.trim_end_matches(['s', 't', 'n', 'd', 'r', 'h'])
                .parse::<u32>()
                .ok()
                .filter(|d| (1..=31).contains(d))
        };
        if let (Some(from), Some(to)) = (day(days.0), day(days.1)) {
            let comma = usize::from(self.is(at + 2, &[","]));
            let (year, end) = match year_of(self.lower(at + 2 + comma)) {
                Some(year) => (year, at + 3 + comma),
                None => (self.year_for(month, at + 2)?.0, at + 2),
            };
            return self.days(end, year, month, from, to);
        }
        let skip =
            usize::from(self.is(at + 1, &["of", ","]) && year_of(self.lower(at + 2)).is_some());
        let (year, to) = self.year_for(month, at + 1 + skip)?;
        match third {
            Some("mid-") => self.read(
                to,
                &format!("mid-{} {year}", month_name(month)),
                Precision::Month,
            ),
            Some(third) => self.read(
                to,
                &format!("{third} {} {year}", month_name(month)),
                Precision::Month,
            ),
            None => self.found(to, Span::Month(year, month), Precision::Month),
        }
    }

    /// `22 April 2025`, `22-24 April`, `2025-04-22`.
    pub(super) fn day_first(&self, at: usize) -> Option<Found> {
        let word = self.lower(at);
        if let Ok(date) = parse_day(word) {
            return self.found(at + 1, Span::Day(date), Precision::Day);
        }
        let (from, to) = word.split_once('-').unwrap_or((word, word));
        let day = |text: &str| {
            let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
            digits.parse::<u32>().ok().filter(|d| (1..=31).contains(d))
        };
        let (from, to) = (day(from)?, day(to)?);
        let skip = usize::from(self.is(at + 1, &["of"]));
        let month = month_of(self.lower(at + 1 + skip))?;
        let (year, end) = self.year_for(month, at + 2 + skip)?;
        self.days(end, year, month, from, to)
    }

    pub(super) fn days(
        &self,
        end: usize,
        year: i32,
        month: u32,
        from: u32,
        to: u32,
    ) -> Option<Found> {
        let first = NaiveDate::from_ymd_opt(year, month, from)?;
        let last = NaiveDate::from_ymd_opt(year, month, to)?;
        let window = Window::new(first, last)?;
        Some(Found {
            to: end,
            window,
            precision: Precision::Day,
        })
    }

    /// The year that stands at a token, else the next in which the month is not over.
    pub(super) fn year_for(&self, month: u32, at: usize) -> Option<(i32, usize)> {
        match year_of(self.lower(at)) {
            Some(year) => Some((year, at + 1)),
            None => {
                let past = i32::from(month < self.issued.month());
                Some((self.issued.year() + past, at))
            }
        }
    }
}
