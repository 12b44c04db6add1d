//! Calendars over every zone of the IANA database, 2024 to 2040: each slot comes exactly once a day,
//! on its day, whatever clocks do.

use aide_memoire::domain::calendar::slot_instant;
use chrono::{DateTime, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
}

/// The seconds a zone is ahead of UTC at noon UTC of a day.
fn offset(zone: Tz, day: NaiveDate) -> i32 {
    let noon = day.and_time(time(12, 0));
    zone.offset_from_utc_datetime(&noon).fix().local_minus_utc()
}

/// Checks the slot of one day; returns its instant.
fn check(zone: Tz, date: NaiveDate, slot: NaiveTime) -> DateTime<Utc> {
    let at = slot_instant(zone, date, slot);
    let local = at.with_timezone(&zone);
    let wall = date.and_time(slot);
    assert!(local.naive_local() >= wall, "{zone} {date} {slot}: {local}");
    if local.naive_local() > wall {
        // The wall clock never showed the slot: this is the first instant after it (in Greenland's
        // spring, midnight of the next day).
        let before = (at - TimeDelta::seconds(1)).with_timezone(&zone);
        assert!(
            before.naive_local() < wall,
            "{zone} {date} {slot}: {before}"
        );
    } else {
        // Of two, the first.
        let earlier = (at - TimeDelta::hours(1)).with_timezone(&zone);
        assert_ne!(earlier.naive_local(), wall, "{zone} {date} {slot}");
    }
    at
}

#[test]
fn every_slot_comes_once_a_day_in_every_zone() {
    let first = day(2024, 1, 1);
    let days = (day(2041, 1, 1) - first).num_days();
    let mut turns = 0;
    for zone in TZ_VARIANTS {
        let mut last = None;
        let mut known = offset(zone, first);
        for n in 0..days {
            let date = first + TimeDelta::days(n);
            let now = offset(zone, date);
            // Around a change of the clock every half hour is tried, elsewhere one day a week.
            if now != known {
                turns += 1;
                for near in -1..=1 {
                    let near = date + TimeDelta::days(near);
                    for half_hour in 0..48 {
                        check(zone, near, time(half_hour / 2, half_hour % 2 * 30));
                    }
                }
            }
            if now != known || n % 7 == 0 {
                let at = check(zone, date, time(8, 0));
                assert!(last.is_none_or(|l| l < at), "{zone} {date}");
                last = Some(at);
            }
            known = now;
        }
    }
    assert!(turns > 1_000, "clocks were changed: {turns}");
}

#[test]
fn a_slot_in_the_gap_and_in_the_overlap() {
    let new_york: Tz = "America/New_York".parse().unwrap();
    let gap = slot_instant(new_york, day(2026, 3, 8), time(2, 30));
    assert_eq!(
        gap.to_rfc3339(),
        "2026-03-08T07:00:00+00:00",
        "three o'clock is the first to exist"
    );
    let overlap = slot_instant(new_york, day(2026, 11, 1), time(1, 30));
    assert_eq!(
        overlap.to_rfc3339(),
        "2026-11-01T05:30:00+00:00",
        "the first of the two"
    );
}
