//! What the clerks of a world know by themselves: who is at work when, who wants what, who answers for
//! what. Told from their own notes, not by the planner, so that the two can be compared.

use std::collections::BTreeSet;

use aide_memoire::domain::book::Book;
use aide_memoire::domain::commitment::Commitment;
use aide_memoire::domain::directory::Directory;
use chrono::{DateTime, Datelike, Days, NaiveDate, NaiveTime, Utc, Weekday};
use chrono_tz::Tz;

use super::habits::{Habits, NEVER};
use super::sketch::{Calendar, Sketch};

/// Something that was planned for a reader.
pub struct Planned<'a> {
    pub reader: &'a str,
    pub rule: &'a str,
    pub at: DateTime<Utc>,
    /// Of a digest: the reasons of its lines.
    pub lines: &'a [String],
}

/// The policy's hour where it says none.
const SLOT: &str = "08:00";

impl Sketch {
    pub fn habits_of(&self, reader: &str) -> Option<&Habits> {
        let desk = self.desks.iter().find(|d| d.id == reader);
        let person = self.people.iter().find(|p| p.id == reader);
        desk.map(|d| &d.habits).or(person.map(|p| &p.habits))
    }

    pub fn habits_of_mut(&mut self, reader: &str) -> Option<&mut Habits> {
        let desk = self.desks.iter_mut().find(|d| d.id == reader);
        let person = self.people.iter_mut().find(|p| p.id == reader);
        desk.map(|d| &mut d.habits)
            .or(person.map(|p| &mut p.habits))
    }

    /// The desks and people whose habits are such.
    pub fn readers_who(&self, are_such: impl Fn(&Habits) -> bool) -> Vec<String> {
        let desks = self.desks.iter().map(|d| (&d.id, &d.habits));
        let people = self.people.iter().map(|p| (&p.id, &p.habits));
        let found = desks.chain(people).filter(|(_, h)| are_such(h));
        found.map(|(id, _)| id.clone()).collect()
    }

    /// The calendar and the zone by which a reader works: a desk's own; a person's own, else that of
    /// their first desk.
    fn clock_of(&self, reader: &str) -> (Option<&Calendar>, Tz) {
        let calendar = |id: &str| self.calendars.iter().find(|c| c.id == id);
        let zone = |name: &str| name.parse::<Tz>().expect("a zone that was drawn");
        let of = |found: Option<&'_ Calendar>| found.map_or(Tz::UTC, |c| zone(c.zone));
        if let Some(desk) = self.desks.iter().find(|d| d.id == reader) {
            let own = calendar(&desk.calendar);
            return (own, of(own));
        }
        let Some(person) = self.people.iter().find(|p| p.id == reader) else {
            return (None, Tz::UTC);
        };
        let names = |office: &Option<String>| office.as_deref() == Some(reader);
        let first_desk = self
            .desks
            .iter()
            .find(|d| names(&d.head) || names(&d.leader) || d.officers.iter().any(|o| o == reader));
        let own = person.calendar.as_deref().and_then(calendar);
        let own = own.or_else(|| first_desk.and_then(|d| calendar(&d.calendar)));
        (own, person.zone.map_or_else(|| of(own), zone))
    }

    fn is_day_off(&self, reader: &str, day: NaiveDate) -> bool {
        let name = match day.weekday() {
            Weekday::Mon => "monday",
            Weekday::Tue => "tuesday",
            Weekday::Wed => "wednesday",
            Weekday::Thu => "thursday",
            Weekday::Fri => "friday",
            Weekday::Sat => "saturday",
            Weekday::Sun => "sunday",
        };
        match self.clock_of(reader).0 {
            Some(calendar) => calendar.weekend.contains(&name) || calendar.holidays.contains(&day),
            None => matches!(day.weekday(), Weekday::Sat | Weekday::Sun),
        }
    }

    fn is_away(&self, reader: &str, day: NaiveDate) -> bool {
        let mut away = self.absences.iter().filter(|a| a.person == reader);
        away.any(|a| a.from <= day && day <= a.until)
    }

    fn slot_of(&self, reader: &str) -> NaiveTime {
        let own = self.habits_of(reader).and_then(|h| h.slot);
        let mut policy = self.policy.iter().filter(|(key, _)| *key == "slot");
        let policy = policy.next().map(|(_, value)| value.trim_matches('"'));
        let text = own.or(policy).unwrap_or(SLOT);
        NaiveTime::parse_from_str(text, "%H:%M").expect("an hour that was drawn")
    }

    /// What is wrong with a plan, if anything: it comes when its reader is not to be written to, or
    /// says what they asked not to be told.
    pub fn objection(&self, planned: &Planned<'_>) -> Option<String> {
        let Planned {
            reader,
            rule,
            at,
            lines,
        } = planned;
        let (_, zone) = self.clock_of(reader);
        let there = at.with_timezone(&zone);
        let (day, hour) = (there.date_naive(), there.time());
        let habits = self.habits_of(reader)?;
        if self.is_day_off(reader, day) {
            return Some(format!("on {day}, a day off"));
        }
        if self.is_away(reader, day) {
            return Some(format!("on {day}, when they are away"));
        }
        if hour < self.slot_of(reader) && !clocks_change(zone, day) {
            return Some(format!("at {hour}, before their hour"));
        }
        let only_what_is_overdue = lines.iter().all(|line| line == "overdue");
        let is_paused = habits
            .pause
            .is_some_and(|(from, until)| from <= day && day <= until);
        let waits_for_nothing = rule.starts_with("overdue")
            || rule.starts_with("outcome")
            || matches!(*rule, "last-day" | "brief");
        if is_paused && !waits_for_nothing && !(*rule == "digest" && only_what_is_overdue) {
            return Some(format!("on {day}, in their pause"));
        }
        if *rule == "digest" && habits.digest == Some(NEVER) && !only_what_is_overdue {
            return Some(format!(
                "with {}, and they want no digest",
                lines.join(", ")
            ));
        }
        None
    }
}

/// Whether summer time begins or ends on a day or the one after.
fn clocks_change(zone: Tz, day: NaiveDate) -> bool {
    use chrono::{Offset, TimeZone};
    let offset = |day: NaiveDate| {
        let noon = day.and_time(NaiveTime::MIN);
        zone.offset_from_utc_datetime(&noon).fix()
    };
    offset(day - Days::new(1)) != offset(day + Days::new(2))
}

/// Who may hear of a commitment at all: its desks, those by whom they are reached, the heads and
/// leaders of all of them, and whoever stands in for one of these. A brief also goes to the desks of
/// the partnership and to the leaders of all desks that lead something of it.
pub fn may_hear(reader: &str, commitment: &Commitment, in_brief: bool, book: &Book) -> bool {
    let directory = &book.directory;
    let mut desks: BTreeSet<&str> = commitment.desks().map(|d| d.as_str()).collect();
    let partnership = commitment.partnership.as_ref();
    if let Some(of) = partnership.and_then(|id| directory.partnerships.get(id))
        && in_brief
    {
        let coordinators = of.coordinators.iter().filter_map(|c| c.desk.as_ref());
        desks.extend(of.desk.iter().chain(coordinators).map(|d| d.as_str()));
        let same = |c: &&Commitment| c.partnership.as_ref() == partnership;
        desks.extend(book.open().filter(same).map(|c| c.lead.as_str()));
    }
    reach(&mut desks, directory);
    let offices = desks.iter().filter_map(|d| directory.desks.get(*d));
    let offices = offices.flat_map(|d| d.head.iter().chain(&d.som_leader));
    let mut known: BTreeSet<&str> = offices.map(|p| p.as_str()).collect();
    loop {
        let before = known.len();
        for absence in &directory.absences {
            if known.contains(absence.person.as_str()) {
                known.extend(absence.deputy.iter().map(|d| d.as_str()));
            }
        }
        if known.len() == before {
            break;
        }
    }
    desks.contains(reader) || known.contains(reader)
}

/// Adds the desks by whom some desks are reached.
fn reach<'a>(desks: &mut BTreeSet<&'a str>, directory: &'a Directory) {
    loop {
        let known = desks.len();
        let reached = directory.desks.values();
        let reached = reached.filter(|d| desks.contains(d.id.as_str()));
        let through: Vec<&str> = reached
            .filter_map(|d| Some(d.through.as_ref()?.as_str()))
            .collect();
        desks.extend(through);
        if desks.len() == known {
            return;
        }
    }
}

/// The desk that is to answer instead of one that has ended by a day, where there is one.
pub fn successor_of(sketch: &Sketch, desk: &str, now: DateTime<Utc>) -> Option<String> {
    let mut at = desk.to_owned();
    for _ in 0..=sketch.desks.len() {
        let known = sketch.desks.iter().find(|d| d.id == at)?;
        let today = now.with_timezone(&sketch.clock_of(&at).1).date_naive();
        if known.ends.is_none_or(|last_day| today <= last_day) {
            return (at != desk).then_some(at);
        }
        at = known.successor.clone()?;
    }
    None
}
