//! Calendars, 2024 to 2040: slots in every zone, weeks and working days in every calendar, months
//! from every anchor, the windows of every deadline form.

mod deadlines;
mod months;
mod slots;
mod weeks;

use chrono::{NaiveDate, TimeDelta};

fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap()
}

/// Every day from 1 January 2024 to 31 December 2040.
fn days() -> impl Iterator<Item = NaiveDate> {
    let first = day(2024, 1, 1);
    let number = (day(2041, 1, 1) - first).num_days();
    (0..number).map(move |n| first + TimeDelta::days(n))
}
