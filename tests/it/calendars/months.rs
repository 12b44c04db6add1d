//! Months are counted from the anchor and clamped to the month's end, never iterated.

use aide_memoire::domain::calendar::plus_months;
use aide_memoire::domain::commitment::Cycle;
use chrono::{Datelike, NaiveDate, TimeDelta};

use super::{day, days};

/// The last day of a month, found by walking.
fn last_of(year: i32, month: u32) -> u32 {
    let mut date = day(year, month, 28);
    while (date + TimeDelta::days(1)).month() == month {
        date += TimeDelta::days(1);
    }
    date.day()
}

#[test]
fn from_every_anchor_each_month_has_its_day_or_its_last() {
    let (mut clamped, mut ends) = (0, std::collections::BTreeMap::new());
    for anchor in days() {
        for n in (0..=13).chain([24, 36, 48, 60, 120]) {
            let months = anchor.month0() + n;
            let (year, month) = (anchor.year() + (months / 12) as i32, months % 12 + 1);
            let last = *ends
                .entry((year, month))
                .or_insert_with(|| last_of(year, month));
            let reached = plus_months(anchor, n);
            let wanted = day(year, month, anchor.day().min(last));
            assert_eq!(reached, wanted, "{anchor} and {n} months");
            clamped += u32::from(reached.day() < anchor.day());
        }
    }
    assert!(clamped > 1_000, "ends of months were met: {clamped}");
}

#[test]
fn a_cycle_never_drifts() {
    // Iterated, 31 January would be a 28th for ever after its first February.
    let monthly = Cycle::parse("every month").unwrap();
    for anchor in days().filter(|d| d.day() >= 29) {
        let mut last = anchor;
        for n in 1..=60 {
            let turn = monthly.nth_after(anchor, n);
            assert!(last < turn, "{anchor}: {last}, {turn}");
            let back_on_its_day = last_of(turn.year(), turn.month()) >= anchor.day();
            assert_eq!(
                turn.day() == anchor.day(),
                back_on_its_day,
                "{anchor}: {turn}"
            );
            last = turn;
        }
    }
}

#[test]
fn what_began_on_29_february_returns_on_the_last_of_february() {
    let yearly = Cycle::parse("every year").unwrap();
    let anchor = day(2024, 2, 29);
    let turns: Vec<NaiveDate> = (1..=16).map(|n| yearly.nth_after(anchor, n)).collect();
    for turn in &turns {
        let leap = NaiveDate::from_ymd_opt(turn.year(), 2, 29).is_some();
        assert_eq!((turn.month(), turn.day()), (2, if leap { 29 } else { 28 }));
    }
    assert_eq!(turns[3], day(2028, 2, 29), "four years on it is back");
    // And no day of March is ever reached from the end of February.
    for n in 1..=16 {
        assert_eq!(plus_months(day(2023, 2, 28), 12 * n).day(), 28);
    }
}
