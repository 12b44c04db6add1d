//! Every form of a deadline means the days it says: the window is found a second time by walking
//! through the years and asking of each day whether the words hold of it.

use aide_memoire::domain::calendar::plus;
use aide_memoire::domain::deadline::{Dated, Deadline, Window, month_name};
use chrono::{Datelike, NaiveDate, TimeDelta};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::day;

/// Words, and whether they hold of a day.
type Form = (String, Box<dyn Fn(NaiveDate) -> bool>, bool);

/// A span of the calendar, by its number among the forms and three numbers of its own.
fn form(kind: u8, year: i32, month: u32, number: u32) -> Form {
    let name = month_name(month);
    let of_month = move |d: NaiveDate| d.year() == year && d.month() == month;
    let of_year = move |d: NaiveDate| d.year() == year;
    let third = number % 3;
    let thirds = ["early", "mid", "late"];
    let last = 1 + number % 28;
    match kind {
        0 => (
            format!("{last} {name} {year}"),
            Box::new(move |d| of_month(d) && d.day() == last),
            false,
        ),
        1 => (
            format!("{year}-{month:02}-{last:02}"),
            Box::new(move |d| of_month(d) && d.day() == last),
            false,
        ),
        2 => {
            let first = 1 + (number / 28) % last;
            let words = if first == last {
                format!("{first} {name} {year}")
            } else {
                format!("{first}-{last} {name} {year}")
            };
            (
                words,
                Box::new(move |d| of_month(d) && (first..=last).contains(&d.day())),
                false,
            )
        }
        3 => (format!("{name} {year}"), Box::new(of_month), true),
        4 => {
            let quarter = 1 + number % 4;
            (
                format!("Q{quarter} {year}"),
                Box::new(move |d| of_year(d) && d.month0() / 3 + 1 == quarter),
                true,
            )
        }
        5 => {
            let (half, words) = if number.is_multiple_of(2) {
                (0, "first")
            } else {
                (1, "second")
            };
            (
                format!("{words} half of {year}"),
                Box::new(move |d| of_year(d) && d.month0() / 6 == half),
                true,
            )
        }
        6 => (format!("{year}"), Box::new(of_year), true),
        7 => {
            let to = year + 1 + (number % 6) as i32;
            (
                format!("{year}-{to}"),
                Box::new(move |d| (year..=to).contains(&d.year())),
                true,
            )
        }
        8 => {
            let mark = if third == 1 && number.is_multiple_of(2) {
                "mid-".to_owned()
            } else {
                format!("{} ", thirds[third as usize])
            };
            (
                format!("{mark}{name} {year}"),
                Box::new(move |d| of_month(d) && d.day0().min(29) / 10 == third),
                true,
            )
        }
        _ => {
            let mark = if third == 1 {
                "mid-".to_owned()
            } else {
                format!("{} ", thirds[third as usize])
            };
            (
                format!("{mark}{year}"),
                Box::new(move |d| of_year(d) && d.month0() / 4 == third),
                true,
            )
        }
    }
}

/// The first and the last of the days of which the words hold, and that they hold in between.
fn walked(year: i32, holds: &dyn Fn(NaiveDate) -> bool) -> Window {
    let all = (0..366 * 8).map(|n| day(year - 1, 12, 31) + TimeDelta::days(n));
    let held: Vec<NaiveDate> = all.filter(|d| holds(*d)).collect();
    let (first, last) = (held[0], *held.last().unwrap());
    assert_eq!(
        (last - first).num_days() as usize + 1,
        held.len(),
        "no holes"
    );
    Window { first, last }
}

fn resolve(words: &str, opened: NaiveDate, meeting: Option<Dated>) -> Option<Dated> {
    let deadline = Deadline::parse(words).unwrap_or_else(|e| panic!("{words}: {e}"));
    assert_eq!(deadline.text(), words, "the words are kept");
    deadline.resolve(opened, |id| {
        assert_eq!(id.as_str(), "pmc-2030");
        meeting
    })
}

#[test]
fn every_form_means_the_days_it_says() {
    let numbers = (
        0..10_u8,
        2024..=2040_i32,
        1..=12_u32,
        0..1000_u32,
        -900..900_i64,
        0..400_i64,
        any::<bool>(),
    );
    let mut runner = TestRunner::new(Config::with_cases(600));
    runner
        .run(
            &numbers,
            |(kind, year, month, number, since, days, after)| {
                let (words, holds, coarse) = form(kind, year, month, number);
                let window = walked(year, &holds);
                let opened = window.last + TimeDelta::days(since);
                let plain = resolve(&words, opened, None).unwrap();
                prop_assert_eq!(plain, Dated { window, coarse }, "{}", words);
                let shouted = Deadline::parse(&words.to_uppercase()).unwrap();
                prop_assert_eq!(shouted.resolve(opened, |_| None), Some(plain), "{}", words);

                // By: from the opening; opened too late, the last day alone.
                let by = resolve(&format!("by {words}"), opened, None).unwrap();
                prop_assert_eq!(
                    by.window,
                    Window {
                        first: opened.min(window.last),
                        last: window.last
                    }
                );
                prop_assert!(!by.coarse);

                // At, before and around a meeting of these days; without its date, all of them wait.
                let meeting = Some(plain);
                prop_assert_eq!(resolve("at pmc-2030", opened, meeting), meeting);
                let eve = window.first - TimeDelta::days(1);
                let before = resolve("before pmc-2030", opened, meeting).unwrap();
                prop_assert_eq!(
                    before.window,
                    Window {
                        first: opened.min(eve),
                        last: eve
                    }
                );
                let (side, shift) = if after {
                    ("after", days)
                } else {
                    ("before", -days)
                };
                let offset = format!("{days} days {side} pmc-2030");
                let shifted = resolve(&offset, opened, meeting).unwrap();
                prop_assert_eq!(
                    shifted.window,
                    Window {
                        first: plus(window.first, shift),
                        last: plus(window.last, shift)
                    }
                );
                prop_assert_eq!(shifted.coarse, coarse);
                for waiting in ["at pmc-2030", "before pmc-2030", &offset] {
                    prop_assert_eq!(resolve(waiting, opened, None), None);
                }
                Ok(())
            },
        )
        .unwrap();
}

#[test]
fn february_has_29_days_when_it_has() {
    for year in 2024..=2040 {
        let leap = NaiveDate::from_ymd_opt(year, 2, 29).is_some();
        let last = day(year, 2, if leap { 29 } else { 28 });
        let month = resolve(&format!("February {year}"), last, None).unwrap();
        assert_eq!(
            month.window,
            Window {
                first: day(year, 2, 1),
                last
            }
        );
        let late = resolve(&format!("late February {year}"), last, None).unwrap();
        assert_eq!(
            late.window,
            Window {
                first: day(year, 2, 21),
                last
            }
        );
        assert_eq!(
            Deadline::parse(&format!("29 February {year}")).is_ok(),
            leap,
            "{year}"
        );
        assert_eq!(
            Deadline::parse(&format!("{year}-02-29")).is_ok(),
            leap,
            "{year}"
        );
    }
}
