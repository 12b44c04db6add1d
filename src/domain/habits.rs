//! What a reader of mail chooses for themselves, within the policy: their hour, how often their
//! digest comes, days on which they want no mail, calendar parts. REMINDING, Courtesy 7.

use chrono::{Datelike, NaiveDate, NaiveTime};

use super::calendar::plus;

/// The habits of a person or a desk. What is not chosen is the policy's.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Habits {
    /// The hour at which everything leaves for this reader, on the reader's own clock.
    pub slot: Option<NaiveTime>,
    pub digest: Cadence,
    pub pause: Option<Pause>,
    /// Wants deadlines as iCalendar parts.
    pub calendar_part: bool,
}

closed_list! {
    /// How often a reader's digest tells everything. On the digest days between, it tells what is
    /// overdue and led by the reader, and nothing else.
    #[derive(Default)]
    Cadence {
        #[default]
        Weekly = "weekly",
        Fortnightly = "fortnightly",
        Monthly = "monthly",
        Never = "never",
    }
}

/// Days without mail, both ends included. It holds what can wait: a deadline's last day, what is
/// overdue and briefs leave all the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pause {
    pub from: NaiveDate,
    pub until: NaiveDate,
}

impl Pause {
    pub fn holds(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.until
    }
}

impl Cadence {
    /// Whether a digest day is one on which this cadence tells everything; `day_before` is the
    /// digest day before it.
    ///
    /// Fortnights are counted in whole weeks from a fixed Monday, so that a year of 53 weeks leaves
    /// no gap of three. A month's digest is that of its first digest day.
    pub fn tells_all(self, day: NaiveDate, day_before: NaiveDate) -> bool {
        match self {
            Cadence::Weekly => true,
            Cadence::Fortnightly => week_number(day) % 2 == 0,
            Cadence::Monthly => {
                (day_before.year(), day_before.month()) != (day.year(), day.month())
            }
            Cadence::Never => false,
        }
    }
}

/// Whole weeks since the Monday 1 January 2024.
fn week_number(day: NaiveDate) -> i64 {
    let first = NaiveDate::from_ymd_opt(2024, 1, 1).expect("a date");
    let monday = plus(day, -i64::from(day.weekday().num_days_from_monday()));
    (monday - first).num_days() / 7
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn fortnights_pass_over_week_53_without_a_gap() {
        // 2026 has a week 53, from Monday 28 December.
        let mondays = |n: i64| plus(day("2023-11-27"), 7 * n);
        let told: Vec<i64> = (0..400)
            .filter(|n| Cadence::Fortnightly.tells_all(mondays(*n), mondays(*n - 1)))
            .collect();
        assert!(told.len() >= 199);
        assert!(told.windows(2).all(|two| two[1] - two[0] == 2), "{told:?}");
        // Whatever the day of the week.
        let friday = plus(mondays(told[3]), 4);
        assert!(Cadence::Fortnightly.tells_all(friday, mondays(told[3] - 1)));
    }

    #[test]
    fn a_month_has_one_digest() {
        let monthly = |today, before| Cadence::Monthly.tells_all(day(today), day(before));
        assert!(monthly("2025-06-02", "2025-05-26"));
        assert!(!monthly("2025-06-09", "2025-06-02"));
        assert!(monthly("2026-01-05", "2025-12-29"));
        // January of one year is not January of the next.
        assert!(monthly("2026-01-05", "2025-01-27"));
    }

    #[test]
    fn a_pause_counts_both_its_ends() {
        let pause = Pause {
            from: day("2025-06-10"),
            until: day("2025-06-12"),
        };
        let held: Vec<bool> = (9..=13)
            .map(|d| pause.holds(NaiveDate::from_ymd_opt(2025, 6, d).unwrap()))
            .collect();
        assert_eq!(held, [false, true, true, true, false]);
    }
}
