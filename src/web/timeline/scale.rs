//! A stretch of time laid out from left to right. All measures are shares of the width, so that a
//! drawing fits a phone and a desk without a script.

use chrono::{Datelike, Months, NaiveDate};
use serde::Serialize;

use crate::domain::deadline::{Window, month_name};

/// The longest stretch that is divided into months; a longer one is divided into years.
const MONTHS: u32 = 18;
/// How many parts are named at most.
const NAMES: usize = 18;
/// The least width of a bar, in percent: wide enough to be seen.
const LEAST: f64 = 0.9;

/// The stretch that is drawn: whole months, or whole years.
pub(super) struct Scale {
    window: Window,
    /// In months.
    part: u32,
}

/// A month or a year of it.
#[derive(Debug, Serialize)]
pub struct Part {
    pub at: f64,
    /// Where its name stands.
    pub middle: f64,
    pub name: String,
    /// Its name where there is little room.
    pub short: String,
}

impl Scale {
    /// A year of whole months around a day, a quarter of it past.
    pub fn around(today: NaiveDate) -> Self {
        let month = first_of_month(today);
        let first = month.checked_sub_months(Months::new(3)).unwrap_or(month);
        Self::of(first, 12, 1)
    }

    /// The whole months around a window, or its whole years where it is long.
    pub fn over(window: Window) -> Self {
        let first = first_of_month(window.first);
        let months = |from: NaiveDate| {
            let years = (window.last.year() - from.year()).max(0).unsigned_abs();
            (years * 12 + window.last.month()).saturating_sub(from.month()) + 1
        };
        if months(first) <= MONTHS {
            return Self::of(first, months(first), 1);
        }
        let first = first.with_month(1).unwrap_or(first);
        Self::of(first, months(first).next_multiple_of(12), 12)
    }

    fn of(first: NaiveDate, months: u32, part: u32) -> Self {
        let after = first.checked_add_months(Months::new(months));
        let last = after.and_then(|d| d.pred_opt()).unwrap_or(first);
        Self {
            window: Window { first, last },
            part,
        }
    }

    /// The share of the width at which a day begins, in percent.
    pub fn at(&self, day: NaiveDate) -> f64 {
        let all = (self.window.last - self.window.first).num_days() + 1;
        let days = (day - self.window.first).num_days().clamp(0, all);
        rounded(days as f64 * 100.0 / all as f64)
    }

    pub fn holds(&self, window: Window) -> bool {
        window.first <= self.window.last && window.last >= self.window.first
    }

    /// Where a window is drawn: from, and how wide.
    pub fn bar(&self, window: Window) -> (f64, f64) {
        let from = self.at(window.first);
        let to = self.at(window.last.succ_opt().unwrap_or(window.last));
        let width = (to - from).max(LEAST);
        (rounded(from.min(100.0 - width)), rounded(width))
    }

    /// Its months or years. Where they are many, only some are named.
    pub fn parts(&self) -> Vec<Part> {
        let starts = (0..).map_while(|n| {
            let start = self
                .window
                .first
                .checked_add_months(Months::new(n * self.part))?;
            (start <= self.window.last).then_some(start)
        });
        let starts: Vec<NaiveDate> = starts.collect();
        let every = starts.len().div_ceil(NAMES);
        let parts = starts.iter().enumerate().map(|(n, start)| {
            let end = starts.get(n + 1).copied();
            let to = end.map_or(100.0, |end| self.at(end));
            let (name, short) = match n % every {
                0 => self.name(*start),
                _ => (String::new(), String::new()),
            };
            Part {
                at: self.at(*start),
                middle: rounded((self.at(*start) + to) / 2.0),
                name,
                short,
            }
        });
        parts.collect()
    }

    /// `Jun` and `J`, `2025` and `25`.
    fn name(&self, start: NaiveDate) -> (String, String) {
        if self.part == 1 {
            let name = month_name(start.month());
            return (name[..3].to_owned(), name[..1].to_owned());
        }
        (
            start.year().to_string(),
            format!("{:02}", start.year() % 100),
        )
    }

    /// `March 2025 to February 2026`, `2021 to 2025`, `June 2025`
    pub fn words(&self) -> String {
        let name = |d: NaiveDate| match self.part {
            1 => format!("{} {}", month_name(d.month()), d.year()),
            _ => d.year().to_string(),
        };
        let (first, last) = (name(self.window.first), name(self.window.last));
        match first == last {
            true => first,
            false => format!("{first} to {last}"),
        }
    }
}

fn first_of_month(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// Two decimals are finer than any screen, and keep the page small.
pub(super) fn rounded(share: f64) -> f64 {
    (share * 100.0).round() / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: &str) -> NaiveDate {
        day.parse().expect("a civil date")
    }

    fn over(first: &str, last: &str) -> Scale {
        Scale::over(Window {
            first: on(first),
            last: on(last),
        })
    }

    #[test]
    fn a_year_is_one_of_whole_months() {
        let scale = Scale::around(on("2025-06-02"));
        assert_eq!(scale.words(), "March 2025 to February 2026");
        assert_eq!(scale.at(on("2025-03-01")), 0.0);
        assert_eq!(scale.at(on("2024-01-01")), 0.0);
        assert_eq!(scale.at(on("2026-03-01")), 100.0);
        assert_eq!(scale.parts().len(), 12);
        assert_eq!(scale.parts()[11].name, "Feb");
        // The last of a month in a leap year, clamped.
        assert_eq!(
            Scale::around(on("2028-05-31")).words(),
            "February 2028 to January 2029"
        );
    }

    #[test]
    fn what_is_long_is_divided_into_years() {
        let months = over("2025-04-11", "2025-07-31");
        assert_eq!(months.words(), "April 2025 to July 2025");
        assert_eq!(months.parts().len(), 4);
        assert_eq!(over("2025-06-02", "2025-06-30").words(), "June 2025");
        assert_eq!(over("2025-06-02", "2026-11-30").parts().len(), 18);
        let years = over("2025-06-02", "2026-12-01");
        assert_eq!(years.words(), "2025 to 2026");
        assert_eq!(years.parts()[1].name, "2026");
        assert_eq!(years.parts()[1].at, 50.0);
        let long = over("1999-12-31", "2199-01-01");
        assert_eq!(long.words(), "1999 to 2199");
        let named = long.parts().iter().filter(|p| !p.name.is_empty()).count();
        assert!((10..=NAMES).contains(&named), "{named} names");
    }
}
