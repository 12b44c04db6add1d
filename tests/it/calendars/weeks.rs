//! Weeks and working days: in every calendar each ISO week has one digest day, also the 53rd, and
//! counting working days forth and back comes to the same day.

use std::collections::BTreeSet;

use aide_memoire::domain::calendar::{Calendar, WEEK, Weekend};
use aide_memoire::domain::ids::{CalendarId, ReaderId};
use aide_memoire::planner::digest::due_digest;
use aide_memoire::planner::{Moment, Recorded};
use aide_memoire::record::read_text;
use chrono::{Datelike, NaiveDate, TimeDelta, Weekday};
use chrono_tz::Tz;

use super::{day, days};

/// Calendars with every weekend there can be, and holidays strewn over the years, some of them
/// whole weeks.
fn calendars() -> Vec<Calendar> {
    let masks = 0..127_u8;
    masks
        .map(|mask| {
            let off = WEEK.into_iter().enumerate();
            let off = off.filter(|(n, _)| mask >> n & 1 == 1).map(|(_, day)| day);
            Calendar {
                id: CalendarId::parse("here").unwrap(),
                name: "Here".into(),
                timezone: Tz::UTC,
                weekend: Weekend::new(off).unwrap(),
                holidays: holidays(u64::from(mask)).collect(),
            }
        })
        .collect()
}

/// Two weeks at the turn of every year, and one day in seventeen, other ones in each calendar.
fn holidays(seed: u64) -> impl Iterator<Item = NaiveDate> {
    days().enumerate().filter_map(move |(n, date)| {
        let long = (date.month() == 12 && date.day() > 24) || (date.month() == 1 && date.day() < 8);
        let strewn = (n as u64 * 31 + seed * 7).is_multiple_of(17);
        ((long && seed.is_multiple_of(3)) || strewn).then_some(date)
    })
}

fn monday_of(date: NaiveDate) -> NaiveDate {
    date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()))
}

#[test]
fn each_week_has_one_digest_day_in_every_calendar() {
    for (n, calendar) in calendars().iter().enumerate() {
        // The rest of the week from the policy's day on has a working day: the record insists.
        let weekday = WEEK[n % 7];
        let works = |d: &Weekday| !calendar.weekend.contains(*d);
        let weekday = if WEEK[n % 7..].iter().any(works) {
            weekday
        } else {
            Weekday::Mon
        };
        let mut walked = Vec::new();
        let mut monday = day(2024, 1, 1);
        while monday.iso_week().year() < 2041 {
            let week: Vec<NaiveDate> = (0..7).map(|n| monday + TimeDelta::days(n)).collect();
            let expected = week
                .iter()
                .filter(|d| d.weekday().num_days_from_monday() >= weekday.num_days_from_monday())
                .find(|d| calendar.is_working(**d))
                .copied();
            for date in &week {
                let found = calendar.digest_day_of_week(*date, weekday);
                assert_eq!(found, expected, "{date} of {calendar:?}");
            }
            if let Some(found) = expected {
                assert_eq!(found.iso_week(), monday.iso_week());
                walked.push(found);
            }
            monday += TimeDelta::days(7);
        }
        // One after another, forth and back: none left out, none twice.
        let mut forth = Vec::new();
        let mut date = calendar.digest_day_from(day(2024, 1, 1), weekday);
        while date.iso_week().year() < 2041 && forth.len() < walked.len() {
            forth.push(date);
            let next = calendar.digest_day_from(date + TimeDelta::days(1), weekday);
            assert_eq!(calendar.digest_day_before(next, weekday), date);
            date = next;
        }
        let first_apart = forth.iter().zip(&walked).find(|(a, b)| a != b);
        assert_eq!((forth.len(), first_apart), (walked.len(), None));
    }
}

#[test]
fn working_days_are_counted_forth_and_back_alike() {
    for calendar in calendars().iter().step_by(5) {
        for date in days().step_by(11).take_while(|d| d.year() < 2040).skip(10) {
            let (next, prev) = (calendar.next(date), calendar.prev(date));
            assert!(prev <= date && date <= next);
            assert!(calendar.is_working(next) && calendar.is_working(prev));
            assert_eq!(prev == date, calendar.is_working(date));
            assert_eq!(next == date, calendar.is_working(date));
            // Nearest: nothing works in between.
            assert_eq!(
                calendar.working_days_between(date, next),
                u32::from(next > date)
            );
            assert_eq!(
                calendar.working_days_after(prev, u32::from(prev < date)),
                next
            );
            for n in [0, 1, 2, 5, 10] {
                let after = calendar.working_days_after(next, n);
                assert_eq!(
                    calendar.working_days_before(after, n),
                    next,
                    "{next} and {n}"
                );
                assert_eq!(calendar.working_days_between(next, after), n);
                let before = calendar.working_days_before(next, n);
                assert_eq!(
                    calendar.working_days_after(before, n),
                    next,
                    "{next} less {n}"
                );
                // From a day off the first working day after it is the first.
                let first = calendar.working_days_after(date, n + 1);
                let from_work = u32::from(calendar.is_working(date));
                assert_eq!(first, calendar.working_days_after(next, n + from_work));
            }
        }
    }
}

#[test]
fn the_53rd_week_has_its_digest_and_so_has_the_first() {
    let record = r#"
schema = 1
calendar = [{ id = "here", name = "Here", timezone = "Asia/Phnom_Penh", holidays = ["2026-12-28", "2032-12-27", "2037-12-28"] }]
desk = [{ id = "desk", name = "Desk", calendar = "here", email = "desk@mfa.example.org" }]

[[commitment]]
ref = "C-1"
title = "Long overdue"
promise = "will be done"
kind = "deliverable"
lead = "desk"
opened = 2023-01-02
deadline = "June 2023"
"#;
    let book = read_text("record.toml", record).unwrap();
    let reader = ReaderId::parse("desk").unwrap();
    let commitment = book.commitment("C-1").unwrap();
    let mut weeks = BTreeSet::new();
    let mut of_53 = Vec::new();
    let mut monday = monday_of(day(2024, 1, 1));
    while monday.iso_week().year() < 2041 {
        // The Tuesday's noon in Phnom Penh: also a week whose Monday is a holiday has begun.
        let now = (monday + TimeDelta::days(1))
            .and_hms_opt(5, 0, 0)
            .unwrap()
            .and_utc();
        let moment = Moment { now, live_on: None };
        let due = due_digest(
            &reader,
            &[commitment],
            &book.directory,
            &Recorded::default(),
            moment,
            &Default::default(),
        );
        assert_eq!(due.said.len(), 1, "{monday}");
        let basis = due.said[0].basis.clone();
        let week = monday.iso_week();
        assert_eq!(basis, format!("{}-W{:02}", week.year(), week.week()));
        if week.week() == 53 {
            of_53.push(due.said[0].date.to_string());
        }
        assert!(
            weeks.insert(basis),
            "a digest whose week was known: {monday}"
        );
        monday += TimeDelta::days(7);
    }
    assert_eq!(of_53, ["2026-12-29", "2032-12-28", "2037-12-29"]);
    assert_eq!(weeks.len(), 887);
    assert!(weeks.contains("2027-W01") && weeks.contains("2026-W53"));
}
