//! Working calendars: which civil days a place works, in which IANA zone its clock stands, and the
//! small arithmetic the reminding rules are written in: `prev`, `next`, the n-th working day, the
//! digest day of a week, months anchored and clamped.
//!
//! A "day" is a civil date. Instants appear in one place only, [`slot_instant`].

use std::collections::BTreeSet;

use chrono::{
    DateTime, Datelike, Days, LocalResult, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta,
    TimeZone, Utc, Weekday,
};
use chrono_tz::Tz;

use super::ids::CalendarId;

/// The days of the week on which a calendar does not work. At least one day is left to work on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Weekend([bool; 7]);

impl Weekend {
    /// `None` when every day of the week would be off.
    pub fn new(days: impl IntoIterator<Item = Weekday>) -> Option<Self> {
        let mut off = [false; 7];
        for day in days {
            off[day.num_days_from_monday() as usize] = true;
        }
        (!off.iter().all(|d| *d)).then_some(Self(off))
    }

    pub fn contains(&self, day: Weekday) -> bool {
        self.0[day.num_days_from_monday() as usize]
    }

    /// The days off, from Monday on.
    pub fn days(&self) -> impl Iterator<Item = Weekday> + '_ {
        WEEK.into_iter().filter(|d| self.contains(*d))
    }
}

impl Default for Weekend {
    /// Saturday and Sunday.
    fn default() -> Self {
        Self([false, false, false, false, false, true, true])
    }
}

/// The days of the week, from Monday on.
pub const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

/// When a place works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    pub id: CalendarId,
    pub name: String,
    pub timezone: Tz,
    pub weekend: Weekend,
    pub holidays: BTreeSet<NaiveDate>,
}

impl Calendar {
    /// Neither a weekend day nor a holiday.
    pub fn is_working(&self, day: NaiveDate) -> bool {
        !self.weekend.contains(day.weekday()) && !self.holidays.contains(&day)
    }

    /// The nearest working day on or after `day`.
    pub fn next(&self, day: NaiveDate) -> NaiveDate {
        self.walk(day, 1)
    }

    /// The nearest working day on or before `day`.
    pub fn prev(&self, day: NaiveDate) -> NaiveDate {
        self.walk(day, -1)
    }

    /// The n-th working day after `day` (`n` = 0 is `day` itself, working or not).
    pub fn working_days_after(&self, day: NaiveDate, n: u32) -> NaiveDate {
        (0..n).fold(day, |d, _| self.next(plus(d, 1)))
    }

    /// The n-th working day before `day`.
    pub fn working_days_before(&self, day: NaiveDate, n: u32) -> NaiveDate {
        (0..n).fold(day, |d, _| self.prev(plus(d, -1)))
    }

    /// The working days from `from` (not counted) to `to` (counted); 0 when `to` is not later.
    pub fn working_days_between(&self, from: NaiveDate, to: NaiveDate) -> u32 {
        let mut count = 0;
        let mut day = from;
        while day < to {
            day = plus(day, 1);
            count += u32::from(self.is_working(day));
        }
        count
    }

    /// The digest day of the ISO week that holds `day`: its first working day from `weekday` on.
    /// `None` when the rest of that week is all holidays.
    pub fn digest_day_of_week(&self, day: NaiveDate, weekday: Weekday) -> Option<NaiveDate> {
        let monday = plus(day, -i64::from(day.weekday().num_days_from_monday()));
        let start = i64::from(weekday.num_days_from_monday());
        (start..7)
            .map(|n| plus(monday, n))
            .find(|d| self.is_working(*d))
    }

    /// The first digest day on or after `day`.
    pub fn digest_day_from(&self, day: NaiveDate, weekday: Weekday) -> NaiveDate {
        let mut week = day;
        loop {
            match self.digest_day_of_week(week, weekday) {
                Some(found) if found >= day => return found,
                _ => week = plus(week, 7),
            }
        }
    }

    /// The last digest day before `day`.
    pub fn digest_day_before(&self, day: NaiveDate, weekday: Weekday) -> NaiveDate {
        let mut week = day;
        loop {
            match self.digest_day_of_week(week, weekday) {
                Some(found) if found < day => return found,
                _ => week = plus(week, -7),
            }
        }
    }

    /// The last day until which its holidays are known: the end of the last year that has one.
    /// `None` for a calendar without any. Beyond, weekends alone count.
    pub fn covered_until(&self) -> Option<NaiveDate> {
        let last = self.holidays.last()?;
        NaiveDate::from_ymd_opt(last.year(), 12, 31)
    }

    /// How well it knows its holidays, as seen from a day.
    pub fn coverage(&self, today: NaiveDate) -> Coverage {
        match self.covered_until() {
            None => Coverage::None,
            Some(until) if until < today => Coverage::Ended(until),
            Some(until) if until <= plus(today, WARNED_BEFORE) => Coverage::EndsSoon(until),
            Some(until) => Coverage::Known(until),
        }
    }

    fn walk(&self, mut day: NaiveDate, step: i64) -> NaiveDate {
        // Ends: a weekend leaves one day a week, and holidays are a finite list.
        while !self.is_working(day) {
            day = plus(day, step);
        }
        day
    }
}

/// How many days before its holidays end a calendar is warned of.
const WARNED_BEFORE: i64 = 180;

/// Until when a calendar knows its holidays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coverage {
    /// It has no holidays at all.
    None,
    Ended(NaiveDate),
    /// Within half a year.
    EndsSoon(NaiveDate),
    Known(NaiveDate),
}

/// `day` shifted by whole days; saturates at the ends of what a date can hold.
pub fn plus(day: NaiveDate, days: i64) -> NaiveDate {
    let shifted = if days >= 0 {
        day.checked_add_days(Days::new(days.unsigned_abs()))
    } else {
        day.checked_sub_days(Days::new(days.unsigned_abs()))
    };
    shifted.unwrap_or(if days >= 0 {
        NaiveDate::MAX
    } else {
        NaiveDate::MIN
    })
}

/// `day` and `months` later, counted from the anchor and clamped to the month's end: 31 January
/// plus one is 28 February, plus two is 31 March. Never iterate it.
pub fn plus_months(anchor: NaiveDate, months: u32) -> NaiveDate {
    anchor
        .checked_add_months(Months::new(months))
        .unwrap_or(NaiveDate::MAX)
}

/// The instant at which a wall clock in `zone` first shows `time` on `day`. In a daylight-saving
/// gap it is the first instant after the gap; in an overlap, the first of the two. A civil date the
/// zone never had (Samoa skipped 30 December 2011) gives the instant at which it was skipped.
pub fn slot_instant(zone: Tz, day: NaiveDate, time: NaiveTime) -> DateTime<Utc> {
    let wall = day.and_time(time);
    match zone.from_local_datetime(&wall) {
        LocalResult::Single(at) => at.with_timezone(&Utc),
        LocalResult::Ambiguous(first, second) => first.min(second).with_timezone(&Utc),
        LocalResult::None => end_of_gap(zone, wall),
    }
}

/// 1. Bracket the jump by two wall times that exist, before and after the missing one.
/// 2. Halve the bracket between their instants until one second is left: the first instant whose
///    wall clock is past the missing time.
fn end_of_gap(zone: Tz, wall: NaiveDateTime) -> DateTime<Utc> {
    let exists = |at: NaiveDateTime| {
        zone.from_local_datetime(&at)
            .earliest()
            .map(|t| t.with_timezone(&Utc))
    };
    let around = |step: i64| (1..=8).find_map(|n| exists(wall + TimeDelta::hours(step * n * 6)));
    let (Some(mut before), Some(mut after)) = (around(-1), around(1)) else {
        return wall.and_utc();
    };
    while (after - before) > TimeDelta::seconds(1) {
        let middle = before + TimeDelta::seconds((after - before).num_seconds() / 2);
        if middle.with_timezone(&zone).naive_local() < wall {
            before = middle;
        } else {
            after = middle;
        }
    }
    after
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn calendar(holidays: &[&str]) -> Calendar {
        Calendar {
            id: CalendarId::parse("kh").unwrap(),
            name: "Cambodia".into(),
            timezone: chrono_tz::Asia::Phnom_Penh,
            weekend: Weekend::default(),
            holidays: holidays.iter().map(|d| day(d)).collect(),
        }
    }

    #[test]
    fn next_and_prev_step_over_weekends_and_holidays() {
        let kh = calendar(&["2025-05-01", "2025-05-02"]);
        assert_eq!(kh.next(day("2025-05-01")), day("2025-05-05"));
        assert_eq!(kh.prev(day("2025-05-04")), day("2025-04-30"));
        assert_eq!(kh.next(day("2025-04-30")), day("2025-04-30"));
    }

    #[test]
    fn the_tenth_working_day_before_the_pmc_is_26_june() {
        let kh = calendar(&[]);
        assert_eq!(
            kh.working_days_before(day("2025-07-10"), 10),
            day("2025-06-26")
        );
        assert_eq!(
            kh.working_days_after(day("2025-06-26"), 10),
            day("2025-07-10")
        );
        assert_eq!(
            kh.working_days_between(day("2025-06-26"), day("2025-07-10")),
            10
        );
    }

    #[test]
    fn the_digest_day_moves_past_holidays_and_skips_a_week_without_work() {
        let kh = calendar(&[
            "2025-06-02",
            "2025-06-09",
            "2025-06-10",
            "2025-06-11",
            "2025-06-12",
            "2025-06-13",
        ]);
        assert_eq!(
            kh.digest_day_from(day("2025-06-02"), Weekday::Mon),
            day("2025-06-03")
        );
        assert_eq!(
            kh.digest_day_from(day("2025-06-04"), Weekday::Mon),
            day("2025-06-16")
        );
        assert_eq!(
            kh.digest_day_before(day("2025-06-16"), Weekday::Mon),
            day("2025-06-03")
        );
    }

    #[test]
    fn a_calendar_is_warned_of_half_a_year_before_its_holidays_end() {
        let kh = calendar(&["2026-04-14", "2027-04-14"]);
        let end = day("2027-12-31");
        assert_eq!(kh.covered_until(), Some(end));
        assert_eq!(kh.coverage(day("2027-07-03")), Coverage::Known(end));
        assert_eq!(kh.coverage(day("2027-07-04")), Coverage::EndsSoon(end));
        assert_eq!(kh.coverage(end), Coverage::EndsSoon(end));
        assert_eq!(kh.coverage(day("2028-01-01")), Coverage::Ended(end));
        assert_eq!(calendar(&[]).coverage(end), Coverage::None);
    }

    #[test]
    fn months_are_anchored_and_clamped() {
        let anchor = day("2025-01-31");
        let dates: Vec<_> = (1..=3).map(|n| plus_months(anchor, n)).collect();
        assert_eq!(
            dates,
            [day("2025-02-28"), day("2025-03-31"), day("2025-04-30")]
        );
        assert_eq!(plus_months(day("2024-02-29"), 12), day("2025-02-28"));
    }

    #[test]
    fn a_slot_in_a_gap_is_the_first_instant_that_exists() {
        let time = NaiveTime::from_hms_opt(2, 30, 0).unwrap();
        let new_york = chrono_tz::America::New_York;
        assert_eq!(
            slot_instant(new_york, day("2025-03-09"), time).to_rfc3339(),
            "2025-03-09T07:00:00+00:00"
        );
        let first = NaiveTime::from_hms_opt(1, 30, 0).unwrap();
        assert_eq!(
            slot_instant(new_york, day("2025-11-02"), first).to_rfc3339(),
            "2025-11-02T05:30:00+00:00"
        );
        let apia = chrono_tz::Pacific::Apia;
        assert_eq!(
            slot_instant(apia, day("2011-12-30"), time).to_rfc3339(),
            "2011-12-30T10:00:00+00:00"
        );
    }
}
