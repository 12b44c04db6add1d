//! Desks: who answers for what. One desk shows its people, its calendar and how far it is known, its
//! coming week, and what it leads.

use std::collections::BTreeSet;

use chrono::{Datelike, NaiveDate};
use serde::Serialize;

use crate::domain::calendar::{Calendar, plus};
use crate::domain::desk::Desk;
use crate::domain::ids::PersonId;
use crate::domain::schedule::Schedule;
use crate::planner::mailbox_of;
use crate::web::matters;
use crate::web::row::{Link, Row};
use crate::web::say;
use crate::web::scene::Scene;
use crate::web::standing::Standing;
use crate::wording;

/// How many commitments stand on a desk's page.
const LINES: usize = 50;

#[derive(Debug, Serialize)]
pub struct DesksPage<'a> {
    pub answer: String,
    pub desks: Vec<DeskLine<'a>>,
}

#[derive(Debug, Serialize)]
pub struct DeskLine<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub party: Option<&'a str>,
    pub head: Option<&'a str>,
    pub leads: usize,
    pub overdue: usize,
    pub due_soon: usize,
    pub cooperates: usize,
    /// How it is reached by mail.
    pub reached: String,
}

#[derive(Debug, Serialize)]
pub struct DeskPage<'a> {
    pub name: &'a str,
    pub answer: String,
    pub party: Option<&'a str>,
    pub reached: String,
    pub people: Vec<PersonLine<'a>>,
    pub calendar: CalendarView,
    pub week: Vec<Day>,
    pub asked: Vec<Row<'a>>,
    pub leads: Vec<Row<'a>>,
    pub cooperates: Vec<Row<'a>>,
    pub all: Link,
    pub mail: String,
}

#[derive(Debug, Serialize)]
pub struct PersonLine<'a> {
    pub name: &'a str,
    pub office: &'static str,
    pub email: Option<String>,
    /// Away, and who stands in.
    pub away: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct CalendarView {
    pub name: String,
    pub zone: String,
    pub weekend: String,
    /// How far its holidays are known.
    pub coverage: String,
    /// The next holidays.
    pub holidays: Vec<String>,
}

/// One day of the coming week.
#[derive(Debug, Serialize)]
pub struct Day {
    pub name: String,
    pub works: bool,
    pub note: Option<String>,
}

/// Draws the list of desks.
pub fn desks<'a>(scene: &Scene<'a>) -> DesksPage<'a> {
    let directory = scene.directory();
    let open: Vec<&Standing> = scene.open().collect();
    let desks: Vec<DeskLine<'a>> = directory
        .desks
        .values()
        .map(|desk| {
            let leads = || open.iter().filter(|s| s.commitment.lead == desk.id);
            let of = |schedule| leads().filter(|s| s.schedule == schedule).count();
            let cooperates = open.iter().filter(|s| {
                s.commitment.lead != desk.id && s.commitment.cooperating.contains(&desk.id)
            });
            DeskLine {
                id: desk.id.as_str(),
                name: &desk.name,
                party: desk.party.as_ref().map(|p| directory.party_name(p)),
                head: desk.head.as_ref().and_then(|h| person_name(scene, h)),
                leads: leads().count(),
                overdue: of(Schedule::Overdue),
                due_soon: of(Schedule::DueSoon),
                cooperates: cooperates.count(),
                reached: reached(scene, desk),
            }
        })
        .collect();
    let late = desks.iter().filter(|d| d.overdue > 0).count();
    let answer = match (desks.len(), late) {
        (0, _) => "No desk is on record yet.".to_owned(),
        (n, 0) => format!("{} desks, none with anything overdue.", say::number(n)),
        (n, late) => format!(
            "{} of {} desks {} something overdue.",
            say::number(late),
            say::figures(n),
            if late == 1 { "has" } else { "have" }
        ),
    };
    DesksPage { answer, desks }
}

/// At which mailbox a desk hears.
fn reached(scene: &Scene<'_>, desk: &Desk) -> String {
    let directory = scene.directory();
    match (mailbox_of(&desk.id, directory), &desk.email) {
        (Some(_), Some(email)) => email.to_string(),
        (Some(through), None) => format!("through {}", directory.reader_name(&through)),
        (None, _) => "nowhere: it has no address, and nobody to reach it through".to_owned(),
    }
}

fn person_name<'a>(scene: &Scene<'a>, person: &PersonId) -> Option<&'a str> {
    let known = scene.directory().people.get(person);
    known.map(|p| p.name.as_str())
}

/// Draws one desk.
pub fn desk<'a>(scene: &Scene<'a>, desk: &'a Desk) -> DeskPage<'a> {
    let directory = scene.directory();
    let open: Vec<&Standing> = scene.open().collect();
    let own: BTreeSet<_> = [desk.id.clone()].into();
    let leads: Vec<&Standing> = open
        .iter()
        .copied()
        .filter(|s| s.commitment.lead == desk.id)
        .collect();
    let cooperates = open
        .iter()
        .filter(|s| s.commitment.lead != desk.id && s.commitment.cooperating.contains(&desk.id));
    let hours = directory.desk_hours(&desk.id);
    let today = scene.now.with_timezone(&hours.zone).date_naive();
    let asked = matters::asked_of(scene, &open, &own);
    DeskPage {
        name: &desk.name,
        answer: answer(&leads, asked.len()),
        party: desk.party.as_ref().map(|p| directory.party_name(p)),
        reached: reached(scene, desk),
        people: people(scene, desk, today),
        calendar: calendar(hours.calendar, today),
        week: week(hours.calendar, today, &leads),
        asked: asked
            .into_iter()
            .take(LINES)
            .map(|m| m.into_row(directory))
            .collect(),
        all: Link::new(
            format!("/commitments?lead={}", desk.id),
            match leads.len().saturating_sub(LINES) {
                0 => "In the list, with filters".to_owned(),
                more => format!("and {} more, with filters", say::figures(more)),
            },
        ),
        leads: leads
            .iter()
            .take(LINES)
            .map(|s| Row::of(s, directory))
            .collect(),
        cooperates: cooperates
            .take(LINES)
            .map(|s| Row::of(s, directory))
            .collect(),
        mail: format!("/mail?recipient={}", desk.id),
    }
}

fn answer(leads: &[&Standing], asked: usize) -> String {
    let leads = match leads.len() {
        0 => "It leads nothing that is open".to_owned(),
        1 => "It leads one open commitment".to_owned(),
        n => format!(
            "It leads {} open commitments",
            say::number(n).to_lowercase()
        ),
    };
    match asked {
        0 => format!("{leads}; nothing wants an answer today."),
        1 => format!("{leads}; one wants an answer."),
        n => format!("{leads}; {} want an answer.", say::number(n).to_lowercase()),
    }
}

fn people<'a>(scene: &Scene<'a>, desk: &'a Desk, today: NaiveDate) -> Vec<PersonLine<'a>> {
    let offices = [("Head", &desk.head), ("SOM leader", &desk.som_leader)];
    let offices = offices
        .into_iter()
        .filter_map(|(office, person)| Some((office, person.as_ref()?)));
    let officers = desk.officers.iter().map(|person| ("Officer", person));
    offices
        .chain(officers)
        .filter_map(|(office, person)| {
            let known = scene.directory().people.get(person)?;
            Some(PersonLine {
                name: &known.name,
                office,
                email: known.email.as_ref().map(ToString::to_string),
                away: away(scene, person, today),
            })
        })
        .collect()
}

/// The next absence that has not ended.
fn away(scene: &Scene<'_>, person: &PersonId, today: NaiveDate) -> Option<String> {
    let absences = scene.directory().absences.iter();
    let next = absences
        .filter(|a| a.person == *person && a.until >= today)
        .min_by_key(|a| a.from)?;
    let window = crate::domain::deadline::Window::new(next.from, next.until)?;
    let deputy = next.deputy.as_ref().and_then(|d| person_name(scene, d));
    let deputy = deputy.map(|d| format!("; deputy: {d}")).unwrap_or_default();
    Some(format!("away {}{deputy}", wording::window(window)))
}

fn calendar(calendar: &Calendar, today: NaiveDate) -> CalendarView {
    let weekend: Vec<String> = calendar.weekend.days().map(day_name).collect();
    let coverage = match calendar.holidays.iter().next_back() {
        Some(last) => format!(
            "Public holidays are known to the end of {}; beyond, weekends alone count.",
            last.year()
        ),
        None => "No public holidays are on record; weekends alone count.".to_owned(),
    };
    CalendarView {
        name: calendar.name.clone(),
        zone: calendar.timezone.name().replace('_', " "),
        weekend: match weekend.as_slice() {
            [] => "no day of the week is free".to_owned(),
            days => format!("{} are free", say::list(days)),
        },
        coverage,
        holidays: calendar
            .holidays
            .range(today..)
            .take(4)
            .map(|d| wording::weekday_day(*d))
            .collect(),
    }
}

fn day_name(day: chrono::Weekday) -> String {
    // Any week holds each day once.
    let monday = NaiveDate::from_ymd_opt(2025, 6, 2).unwrap_or_default();
    let date = plus(monday, i64::from(day.num_days_from_monday()));
    let words = wording::weekday_day(date);
    words.split(' ').next().unwrap_or_default().to_owned()
}

/// The seven days from today, which of them are worked, and what ends on them.
fn week(calendar: &Calendar, today: NaiveDate, leads: &[&Standing]) -> Vec<Day> {
    (0..7)
        .map(|n| {
            let day = plus(today, n);
            let ends: Vec<&str> = leads
                .iter()
                .filter(|s| s.window.is_some_and(|w| w.last == day))
                .map(|s| s.commitment.reference.as_str())
                .collect();
            let holiday = calendar.holidays.contains(&day).then_some("holiday");
            let ends = (!ends.is_empty()).then(|| format!("last day of {}", say::list(&ends)));
            let notes: Vec<String> = holiday.map(str::to_owned).into_iter().chain(ends).collect();
            Day {
                name: wording::weekday_day(day),
                works: calendar.is_working(day),
                note: (!notes.is_empty()).then(|| notes.join("; ")),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::{World, person};

    #[test]
    fn a_desk_tells_how_far_its_calendar_is_known_and_what_its_week_holds() {
        // 18 June 2025 is a holiday in Cambodia, and PREP-05 ends on it.
        let world = World::new(person("officer-asean-us"), "2025-06-16T01:00:00Z");
        let scene = world.scene();
        let page = desk(&scene, &scene.directory().desks["asean-us-desk"]);
        assert_eq!(
            page.calendar.coverage,
            "Public holidays are known to the end of 2027; beyond, weekends alone count."
        );
        assert_eq!(page.calendar.weekend, "Saturday and Sunday are free");
        let wednesday = &page.week[2];
        assert_eq!(wednesday.name, "Wednesday 18 June 2025");
        assert!(!wednesday.works);
        assert_eq!(
            wednesday.note.as_deref(),
            Some("holiday; last day of PREP-05")
        );
    }

    #[test]
    fn a_desk_says_who_is_away_and_through_whom_it_is_reached() {
        let world = World::new(person("som-leader"), "2025-06-16T01:00:00Z");
        let scene = world.scene();
        let economic = desk(&scene, &scene.directory().desks["economic-desk"]);
        assert_eq!(
            economic.people[0].away.as_deref(),
            Some("away 23-27 June 2025; deputy: Head, Americas Division")
        );
        let list = desks(&scene);
        let partner = list.desks.iter().find(|d| d.id == "us-side-desk");
        assert_eq!(
            partner.map(|d| d.reached.as_str()),
            Some("through ASEAN-U.S. desk")
        );
    }
}
