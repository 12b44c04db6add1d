//! What happens next about a commitment, if nobody acts: the planner's own answer, in words, each
//! with its why.

use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;

use crate::domain::calendar::slot_instant;
use crate::domain::ids::ReaderId;
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::notice::Subject;
use crate::domain::rule::Rule;
use crate::domain::schedule::{Schedule, desk_today, live_deadlines};
use crate::planner::{self, Occurrence, brief};
use crate::wording;
pub use crate::wording::local_time;

use super::row::Link;
use super::say;
use super::scene::Scene;
use super::standing::Standing;

/// How far ahead a page looks.
const HORIZON_DAYS: i64 = 400;
/// How many steps it tells.
const STEPS: usize = 6;

#[derive(Debug, Default, Serialize)]
pub struct Ahead {
    pub steps: Vec<Step>,
    /// Notices of other kinds in which it stands.
    pub also: Vec<String>,
    /// Why nothing more will be said, where nothing will.
    pub silence: Option<String>,
    /// What holds reminders back for now.
    pub held_back: Vec<String>,
}

/// One reminder to come.
#[derive(Debug, Serialize)]
pub struct Step {
    /// `Thursday 26 June 2025, 08:00 in Phnom Penh`
    pub when: String,
    pub rule: String,
    pub milestone: Option<String>,
    pub to: Vec<Link>,
    pub why: String,
}

/// The reminders to come, those of one rule and one moment told together. What is in the ledger
/// already is not to come.
pub fn ahead(scene: &Scene<'_>, standing: &Standing, ledger: &[OccurrenceEntry]) -> Ahead {
    let commitment = &*standing.commitment;
    if !commitment.is_open() {
        return Ahead {
            silence: Some("Nothing more: reminders end when a commitment does.".to_owned()),
            ..Ahead::default()
        };
    }
    let until = scene.now + TimeDelta::days(HORIZON_DAYS);
    let coming = planner::upcoming(commitment, scene.directory(), scene.now, until);
    let mut steps: Vec<(Key, Step)> = Vec::new();
    for occurrence in coming
        .iter()
        .filter(|o| !ledger.iter().any(|e| o.is_entered_as(e)))
    {
        let key = (occurrence.slot, occurrence.subject.clone(), occurrence.rule);
        let reader = reader_link(scene, &occurrence.recipient);
        let told = steps.iter().position(|(k, _)| *k == key);
        match told {
            Some(at) => steps[at].1.to.push(reader),
            None if steps.len() == STEPS => break,
            None => steps.push((key, step(scene, occurrence, reader))),
        }
    }
    let steps: Vec<Step> = steps.into_iter().map(|(_, step)| step).collect();
    let silence = steps.is_empty().then(|| {
        "No reminder of its own lies ahead in the coming year. An update, a new date or a meeting's \
         date would bring one."
            .to_owned()
    });
    Ahead {
        steps,
        also: [
            digest(scene, standing),
            next_brief(scene, standing),
            passes_on(scene, standing),
            beyond_coverage(scene, standing, &coming),
        ]
        .into_iter()
        .flatten()
        .collect(),
        silence,
        held_back: held_back(scene, standing),
    }
}

/// What an officer is told who asks why nothing came.
fn held_back(scene: &Scene<'_>, standing: &Standing) -> Vec<String> {
    let directory = scene.directory();
    let today = desk_today(&standing.commitment, directory, scene.now);
    planner::silences(&standing.commitment, directory, today)
        .iter()
        .map(|s| wording::silence(s, directory, false))
        .collect()
}

type Key = (DateTime<Utc>, Subject, Rule);

fn step(scene: &Scene<'_>, occurrence: &Occurrence, reader: Link) -> Step {
    let zone = scene.directory().hours(&occurrence.recipient).zone;
    let milestone = match &occurrence.subject {
        Subject::Milestone(_, title) => Some(title.clone()),
        _ => None,
    };
    Step {
        when: local_time(occurrence.slot, zone),
        rule: wording::rule_name(occurrence.rule),
        milestone,
        to: vec![reader],
        why: wording::because(occurrence.rule, &occurrence.because, scene.directory()),
    }
}

/// A reader by name, with the page about them where there is one.
pub fn reader_link(scene: &Scene<'_>, reader: &ReaderId) -> Link {
    let directory = scene.directory();
    let name = directory.reader_name(reader);
    let own = directory.desks.get(reader.as_str());
    let desk = own.or_else(|| {
        let person = directory.people.get(reader.as_str())?;
        directory.desks.values().find(|d| d.names(&person.id))
    });
    match desk {
        Some(desk) => Link::new(format!("/desks/{}", desk.id), name),
        None => Link::new(format!("/mail?recipient={reader}"), name),
    }
}

/// The lead desk's next digest, where this would stand in it.
fn digest(scene: &Scene<'_>, standing: &Standing) -> Option<String> {
    let in_it = matches!(standing.schedule, Schedule::Overdue | Schedule::DueSoon);
    let directory = scene.directory();
    let reader = planner::mailbox_of(&standing.commitment.lead, directory).filter(|_| in_it)?;
    let at = planner::digest::next_digest(&reader, directory, scene.now);
    let zone = directory.hours(&reader).zone;
    Some(say::sentence(&format!(
        "while it is {}, it stands in the weekly digest of {}; the next leaves on {}",
        wording::schedule(standing.schedule).word,
        wording::with_article(directory.reader_name(&reader)),
        local_time(at, zone)
    )))
}

/// That the lead desk ends, and who leads then.
fn passes_on(scene: &Scene<'_>, standing: &Standing) -> Option<String> {
    let directory = scene.directory();
    let desk = directory.desks.get(&standing.commitment.lead)?;
    let (ends, successor) = (desk.ends?, desk.successor.as_ref()?);
    Some(say::sentence(&format!(
        "{} ends on {}; the commitment then passes to {}",
        wording::with_article(&desk.name),
        wording::day(ends),
        wording::with_article(directory.desk_name(successor))
    )))
}

/// That a deadline, or a reminder to come, lies beyond the holidays its calendar knows.
fn beyond_coverage(
    scene: &Scene<'_>,
    standing: &Standing,
    coming: &[Occurrence],
) -> Option<String> {
    let commitment = &*standing.commitment;
    let directory = scene.directory();
    let calendar = directory.desk_calendar(&commitment.lead);
    let until = calendar.covered_until()?;
    let deadlines = live_deadlines(commitment, directory);
    let ends = deadlines.iter().filter_map(|d| Some(d.window?.last));
    let dates = coming.iter().map(|o| o.date);
    let beyond = ends.chain(dates).any(|day| day > until);
    beyond.then(|| {
        format!(
            "After {} the calendar {} knows no holidays yet: dates beyond are counted by weekends alone, and move when it is renewed.",
            wording::day(until),
            calendar.name
        )
    })
}

/// The next brief of the partnership that has not left yet.
fn next_brief(scene: &Scene<'_>, standing: &Standing) -> Option<String> {
    let directory = scene.directory();
    let partnership = standing.commitment.partnership.as_ref()?;
    let slot = directory.general_policy().slot;
    let ahead = scene.meetings_ahead();
    let (meeting, day) = ahead
        .iter()
        .filter(|m| m.partnership.as_ref() == Some(partnership))
        .filter_map(|m| Some((m, brief::brief_day(m, directory)?)))
        .filter(|(_, day)| slot_instant(scene.zone(), *day, slot) > scene.now)
        .min_by_key(|(_, day)| *day)?;
    Some(say::sentence(&format!(
        "it stands in the brief for {}, which leaves on {}",
        wording::the_meeting(&meeting.id, directory),
        wording::weekday_day(day)
    )))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::{World, person};

    fn ahead_of(reference: &str) -> Ahead {
        let world = World::new(person("som-leader"), "2025-06-02T01:00:01Z");
        let scene = world.scene();
        let standing = scene
            .readable()
            .find(|s| s.commitment.reference.as_str() == reference)
            .expect("on the first record");
        ahead(&scene, standing, &[])
    }

    #[test]
    fn the_next_step_has_its_hour_its_reader_and_its_why() {
        let ahead = ahead_of("PREP-01");
        let first = &ahead.steps[0];
        assert_eq!(first.when, "Monday 9 June 2025, 08:00 in Phnom Penh");
        assert_eq!(first.rule, "8 days overdue");
        let to: Vec<_> = first.to.iter().map(|l| l.text.as_str()).collect();
        assert_eq!(to, ["ASEAN-U.S. desk", "Head, Americas Division"]);
        assert!(first.why.contains("8 days after"), "{}", first.why);
        assert!(ahead.also[0].starts_with("While it is overdue, it stands in the weekly digest"));
    }

    /// What is said beside the steps of a commitment, with the directory changed.
    fn also(reference: &str, change: impl Fn(&mut crate::domain::directory::Directory)) -> String {
        let mut book = crate::web::testing::first_book();
        change(std::sync::Arc::make_mut(&mut book.directory));
        let world = World::of(book, person("som-leader"), "2025-06-02T01:00:01Z");
        let scene = world.scene();
        let standing = scene
            .readable()
            .find(|s| s.commitment.reference.as_str() == reference)
            .expect("on the first record");
        ahead(&scene, standing, &[]).also.join(" ")
    }

    #[test]
    fn dates_beyond_the_known_holidays_are_said_to_be() {
        assert!(!also("US37-03", |_| {}).contains("weekends alone"));
        let short = |d: &mut crate::domain::directory::Directory| {
            let end = chrono::NaiveDate::from_ymd_opt(2024, 12, 31).unwrap();
            let calendars = d.calendars.values_mut();
            calendars.for_each(|c| c.holidays = [end].into());
        };
        let words = also("US37-03", short);
        assert!(
            words.contains("After 31 December 2024 the calendar"),
            "{words}"
        );
        let none = |d: &mut crate::domain::directory::Directory| {
            d.calendars.values_mut().for_each(|c| c.holidays.clear());
        };
        assert!(
            !also("US37-03", none).contains("knows no holidays"),
            "that is said once, elsewhere"
        );
    }

    #[test]
    fn a_desk_that_ends_says_who_leads_then() {
        let words = also("US37-03", |d| {
            let successor = d
                .desks
                .keys()
                .find(|id| id.as_str() == "cyber-desk")
                .cloned();
            let desk = d.desks.get_mut("asean-us-desk").unwrap();
            desk.ends = chrono::NaiveDate::from_ymd_opt(2025, 12, 31);
            desk.successor = successor;
        });
        assert!(
            words
                .contains("ends on 31 December 2025; the commitment then passes to the Cyber desk"),
            "{words}"
        );
    }

    #[test]
    fn what_is_closed_says_that_nothing_comes() {
        let ahead = ahead_of("PREP-07");
        assert!(ahead.steps.is_empty() && ahead.also.is_empty());
        assert!(ahead.silence.is_some());
    }
}
