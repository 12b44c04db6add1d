//! Slots over every zone of the IANA database, 2024 to 2040: each comes exactly once a day, on its
//! day, whatever clocks do.

use aide_memoire::domain::calendar::slot_instant;
use chrono::{DateTime, NaiveDate, NaiveTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::{TZ_VARIANTS, Tz};

use super::{day, days};

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

/// The days around which a zone changes its clocks, from the noon before to the noon after.
fn turns(zone: Tz) -> Vec<NaiveDate> {
    let mut known = offset(zone, day(2023, 12, 31));
    let mut turns = Vec::new();
    for date in days() {
        let now = offset(zone, date);
        if now != known {
            turns.push(date);
        }
        known = now;
    }
    turns
}

#[test]
fn no_zone_loses_a_day_or_has_one_twice() {
    // Each slot of a day comes before the same slot of the next, and on no other civil day but its
    // own, except where midnight itself is skipped: then it is the first instant of the next.
    for zone in TZ_VARIANTS {
        for turn in turns(zone) {
            for n in -2..=1 {
                let (date, next) = (turn + TimeDelta::days(n), turn + TimeDelta::days(n + 1));
                for slot in [time(0, 0), time(0, 30), time(8, 0), time(23, 30)] {
                    let (at, after) = (
                        slot_instant(zone, date, slot),
                        slot_instant(zone, next, slot),
                    );
                    let apart = (after - at).num_minutes();
                    assert!(
                        (22 * 60..=26 * 60).contains(&apart),
                        "{zone} {date} {slot}: {apart}"
                    );
                    let shown = at.with_timezone(&zone).naive_local();
                    assert!(
                        shown.date() == date || shown == next.and_time(time(0, 0)),
                        "{zone} {date} {slot}: {shown}"
                    );
                }
            }
        }
    }
}

#[test]
fn where_a_whole_day_was_skipped_its_slot_is_the_moment_of_the_skip() {
    // Out of our range, and the reason to look: Samoa had no 30 December 2011, Kwajalein no 21
    // August 1993. Slots still come in the order of their days.
    for (zone, skipped) in [
        ("Pacific/Apia", day(2011, 12, 30)),
        ("Pacific/Kwajalein", day(1993, 8, 21)),
    ] {
        let zone: Tz = zone.parse().unwrap();
        let on = |n: i64| slot_instant(zone, skipped + TimeDelta::days(n), time(8, 0));
        assert!(on(-1) < on(0) && on(0) < on(1), "{zone}");
        let midnight = slot_instant(zone, skipped + TimeDelta::days(1), time(0, 0));
        assert_eq!(on(0), midnight, "{zone}");
    }
}

#[test]
fn clocks_still_change_in_the_last_year_looked_at() {
    // A zone table that ends early would be an hour off without a word.
    let expected = [
        ("America/New_York", "2040-03-11", "2040-11-04"),
        ("Europe/Brussels", "2040-03-25", "2040-10-28"),
        ("Australia/Sydney", "2040-04-01", "2040-10-07"),
        ("Pacific/Auckland", "2040-04-01", "2040-09-30"),
    ];
    for (zone, first, second) in expected {
        let of_2040: Vec<String> = turns(zone.parse().unwrap())
            .into_iter()
            .filter(|turn| *turn >= day(2040, 1, 1))
            .map(|turn| turn.to_string())
            .collect();
        assert_eq!(of_2040, [first, second], "{zone}");
    }
}

#[test]
fn the_capitals_of_asean_never_change_their_clocks() {
    let capitals = [
        ("Asia/Yangon", 390),
        ("Asia/Phnom_Penh", 420),
        ("Asia/Vientiane", 420),
        ("Asia/Bangkok", 420),
        ("Asia/Ho_Chi_Minh", 420),
        ("Asia/Jakarta", 420),
        ("Asia/Brunei", 480),
        ("Asia/Kuala_Lumpur", 480),
        ("Asia/Manila", 480),
        ("Asia/Singapore", 480),
        ("Asia/Dili", 540),
    ];
    for (zone, minutes) in capitals {
        let zone: Tz = zone.parse().unwrap();
        assert_eq!(turns(zone), [], "{zone}");
        assert_eq!(offset(zone, day(2030, 7, 1)), minutes * 60, "{zone}");
    }
}
