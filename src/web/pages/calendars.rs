//! Calendars: the days each place does not work, who keeps to it, and until when its holidays are
//! known. Beyond, weekends alone count.

use std::collections::BTreeMap;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::domain::calendar::{Calendar, Coverage};
use crate::domain::directory::Directory;
use crate::web::row::Link;
use crate::web::say;
use crate::web::scene::Scene;
use crate::wording;

#[derive(Debug, Serialize)]
pub struct CalendarsPage<'a> {
    pub answer: String,
    pub calendars: Vec<CalendarView<'a>>,
}

#[derive(Debug, Serialize)]
pub struct CalendarView<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub zone: &'a str,
    pub weekend: String,
    pub coverage: String,
    /// The coverage ends soon, has ended, or never was.
    pub warned: bool,
    /// Who keeps to it.
    pub used_by: Vec<Link>,
    /// What renews it.
    pub command: String,
    /// Each year with its holidays, the latest first.
    pub years: Vec<YearView>,
}

#[derive(Debug, Serialize)]
pub struct YearView {
    pub year: i32,
    pub count: usize,
    /// `1 January, 14-16 April, 1 May`
    pub days: String,
}

/// Draws all calendars.
pub fn calendars<'a>(scene: &Scene<'a>) -> CalendarsPage<'a> {
    let directory = scene.directory();
    let views: Vec<CalendarView> = directory
        .calendars
        .values()
        .map(|calendar| view(calendar, directory, scene.today()))
        .collect();
    CalendarsPage {
        answer: answer(&views),
        calendars: views,
    }
}

fn answer(views: &[CalendarView<'_>]) -> String {
    let warned = views.iter().filter(|v| v.warned).count();
    match (views.len(), warned) {
        (0, _) => "No calendar is on record.".to_owned(),
        (_, 0) => "Every calendar knows its holidays for the next half year.".to_owned(),
        (_, n) => format!(
            "{} {} to be renewed.",
            say::capitalised(&format!(
                "{} {}",
                say::number(n),
                if n == 1 { "calendar" } else { "calendars" }
            )),
            if n == 1 { "is" } else { "are" }
        ),
    }
}

fn view<'a>(calendar: &'a Calendar, directory: &Directory, today: NaiveDate) -> CalendarView<'a> {
    let coverage = calendar.coverage(today);
    let weekend: Vec<String> = calendar
        .weekend
        .days()
        .map(|day| wording::weekday(day).to_owned())
        .collect();
    let desks = directory.desks.values();
    let desks = desks
        .filter(|d| d.calendar == calendar.id)
        .map(|d| Link::new(format!("/desks/{}", d.id), d.name.clone()));
    let people = directory.people.values();
    let people = people
        .filter(|p| p.calendar.as_ref() == Some(&calendar.id))
        .map(|p| Link::new(format!("/mail?recipient={}", p.id), p.name.clone()));
    CalendarView {
        id: calendar.id.as_str(),
        name: &calendar.name,
        zone: calendar.timezone.name(),
        weekend: match weekend.as_slice() {
            [] => "none: it works all week".to_owned(),
            days => say::list(days),
        },
        coverage: say::sentence(&wording::coverage(coverage)),
        warned: !matches!(coverage, Coverage::Known(_)),
        used_by: desks.chain(people).collect(),
        command: format!("aide-memoire calendar import {} holidays.ics", calendar.id),
        years: years(calendar),
    }
}

fn years(calendar: &Calendar) -> Vec<YearView> {
    let mut by_year: BTreeMap<i32, Vec<NaiveDate>> = BTreeMap::new();
    for day in &calendar.holidays {
        by_year.entry(day.year()).or_default().push(*day);
    }
    let years = by_year.into_iter().rev();
    years
        .map(|(year, days)| YearView {
            year,
            count: days.len(),
            days: runs(&days).join(", "),
        })
        .collect()
}

/// Days that follow each other are told as one stretch.
fn runs(days: &[NaiveDate]) -> Vec<String> {
    let mut runs: Vec<(NaiveDate, NaiveDate)> = Vec::new();
    for day in days {
        match runs.last_mut() {
            Some((_, last)) if last.succ_opt() == Some(*day) => *last = *day,
            _ => runs.push((*day, *day)),
        }
    }
    let told = runs.into_iter().map(|(first, last)| {
        if first == last {
            wording::short_day(first)
        } else if first.month() == last.month() {
            format!("{}-{}", first.day(), wording::short_day(last))
        } else {
            format!(
                "{} to {}",
                wording::short_day(first),
                wording::short_day(last)
            )
        }
    });
    told.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::{MONDAY, World, person};

    #[test]
    fn a_calendar_says_who_keeps_to_it_and_until_when_it_is_known() {
        let world = World::new(person("som-leader"), MONDAY);
        let page = calendars(&world.scene());
        let first = &page.calendars[0];
        assert!(!first.used_by.is_empty());
        assert!(
            first.coverage.contains("weekends alone count"),
            "{}",
            first.coverage
        );
    }

    #[test]
    fn days_that_follow_each_other_are_one_stretch() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let days = [
            "2025-01-01",
            "2025-04-14",
            "2025-04-15",
            "2025-04-16",
            "2025-04-30",
            "2025-05-01",
        ];
        assert_eq!(
            runs(&days.map(day)),
            ["1 January", "14-16 April", "30 April to 1 May"]
        );
    }
}
