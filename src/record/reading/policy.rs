//! The numbers of a policy: the installation's, a partnership's or a commitment's.

use chrono::{NaiveTime, Weekday};

use crate::domain::calendar::WEEK;
use crate::domain::commitment::Cycle;
use crate::domain::policy::PolicyOverride;
use crate::record::fields::{Fields, Keys};

pub(in crate::record) const KEYS: Keys = Keys {
    kind: "policy",
    known: &[
        "before",
        "overdue",
        "head_after",
        "leader_after",
        "slot",
        "stale_after",
        "review_every",
        "decision",
        "due_soon",
        "unanswered_after",
        "brief_working_days",
        "digest_weekday",
    ],
    required: &[],
};

/// Ten years: more days than that are a slip of the keyboard.
const MOST_DAYS: u32 = 3660;

pub(super) fn policy(f: &Fields<'_>) -> PolicyOverride {
    let days = |key| f.number(key, 1..=MOST_DAYS);
    // The order in which a ladder is written does not matter; one order makes two files equal.
    let rising = |key| {
        f.numbers(key, 1..=MOST_DAYS).map(|mut days| {
            days.sort_unstable();
            days
        })
    };
    PolicyOverride {
        before: rising("before").map(|mut days| {
            days.reverse();
            days
        }),
        overdue: rising("overdue"),
        head_after: days("head_after"),
        leader_after: days("leader_after"),
        slot: f.parsed("slot", time_of_day),
        stale_after: days("stale_after"),
        review_every: f.parsed("review_every", Cycle::parse),
        decision: rising("decision"),
        due_soon: f.number("due_soon", 0..=MOST_DAYS),
        unanswered_after: days("unanswered_after"),
        brief_working_days: days("brief_working_days"),
        digest_weekday: f.word("digest_weekday", &WEEK, weekday_name),
    }
}

/// A time of day as the record writes it: `08:00`.
pub(super) fn time_of_day(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, "%H:%M")
        .map_err(|_| format!("`{text}` is not a time of day; write it like `08:00`"))
}

/// A day of the week as the record writes it.
pub(in crate::record) fn weekday_name(day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => "monday",
        Weekday::Tue => "tuesday",
        Weekday::Wed => "wednesday",
        Weekday::Thu => "thursday",
        Weekday::Fri => "friday",
        Weekday::Sat => "saturday",
        Weekday::Sun => "sunday",
    }
}
