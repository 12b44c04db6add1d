//! What wants something of whom: the decisions a reviewer owes, the answers a desk owes, the dates
//! that moved. The overview and the desk's page tell the same matters.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::domain::access::Viewer;
use crate::domain::commitment::{Kind, Revision};
use crate::domain::directory::Directory;
use crate::domain::ids::{DeskId, PersonId};
use crate::domain::progress::{Update, UpdateState};
use crate::domain::schedule::Schedule;
use crate::planner::reviewer;
use crate::wording;

use super::row::Row;
use super::scene::Scene;
use super::standing::Standing;

/// A commitment, and what is the matter with it.
#[derive(Debug)]
pub struct Matter<'a> {
    pub standing: &'a Standing,
    pub note: Option<String>,
}

impl<'a> Matter<'a> {
    fn new(standing: &'a Standing, note: String) -> Self {
        Self {
            standing,
            note: Some(note),
        }
    }

    /// One about which its own line says enough.
    pub fn plain(standing: &'a Standing) -> Self {
        Self {
            standing,
            note: None,
        }
    }

    pub fn into_row(self, directory: &'a Directory) -> Row<'a> {
        Row {
            note: self.note,
            ..Row::of(self.standing, directory)
        }
    }
}

/// What this viewer is to decide: updates that await exactly this reviewer, and for a SOM leader
/// also what was reported completed and is not closed. The longest waiting first.
pub fn decisions<'a>(scene: &Scene<'a>, open: &[&'a Standing]) -> Vec<Matter<'a>> {
    let Viewer::Person(person) = scene.viewer else {
        return Vec::new();
    };
    let mut found: Vec<(NaiveDate, Matter<'a>)> = open
        .iter()
        .filter_map(|s| {
            let update = latest(s)?;
            let note = awaits(scene, s, update, person)?;
            Some((update.date, Matter::new(s, note)))
        })
        .collect();
    found.sort_by_key(|(date, _)| *date);
    found.into_iter().map(|(_, matter)| matter).collect()
}

fn awaits(
    scene: &Scene<'_>,
    standing: &Standing,
    update: &Update,
    person: &PersonId,
) -> Option<String> {
    let commitment = &standing.commitment;
    let waited = || waited(update.date, standing.today);
    if update.awaits_review() {
        let reviewer = reviewer(commitment, update, scene.directory())?;
        let ask = update.ask.as_ref();
        let ask = ask.filter(|_| scene.may_read_update(update, commitment));
        return (reviewer.person() == person).then(|| match ask {
            Some(ask) => format!("asked {}: {ask}", asked(update.date, standing.today)),
            None => format!(
                "reported {}, {}",
                wording::reported(update.reported),
                waited()
            ),
        });
    }
    let desk = scene.directory().desks.get(&commitment.lead)?;
    let closes = desk.som_leader.as_ref() == Some(person)
        && update.reports_completion()
        && commitment.kind != Kind::Standing;
    closes.then(|| "reported completed, not closed yet".to_owned())
}

/// Every update that awaits anybody's review, and whose.
pub fn reviews<'a>(scene: &Scene<'a>, open: &[&'a Standing]) -> Vec<Matter<'a>> {
    open.iter()
        .filter_map(|s| {
            let update = latest(s).filter(|u| u.awaits_review())?;
            Some(Matter::new(s, awaits_whom(scene, s, update)))
        })
        .collect()
}

/// The updates of some desks that await review.
pub fn awaiting_review<'a>(
    scene: &Scene<'a>,
    open: &[&'a Standing],
    desks: &BTreeSet<DeskId>,
) -> Vec<Matter<'a>> {
    let mut found = reviews(scene, open);
    found.retain(|m| desks.contains(&m.standing.commitment.lead));
    found
}

fn awaits_whom(scene: &Scene<'_>, standing: &Standing, update: &Update) -> String {
    let waited = waited(update.date, standing.today);
    match reviewer(&standing.commitment, update, scene.directory()) {
        Some(reviewer) => {
            let name = scene
                .directory()
                .reader_name(&reviewer.person().into())
                .to_owned();
            format!("awaits {name}, {waited}")
        }
        None => format!("nobody holds the office that decides, {waited}"),
    }
}

/// What some desks owe an answer to: overdue and not reported completed, returned with words, due
/// soon without an update in the last fortnight. In the order of pressing.
pub fn asked_of<'a>(
    scene: &Scene<'a>,
    open: &[&'a Standing],
    desks: &BTreeSet<DeskId>,
) -> Vec<Matter<'a>> {
    open.iter()
        .filter(|s| desks.contains(&s.commitment.lead))
        .filter_map(|s| Some(Matter::new(s, what_is_asked(scene, s)?)))
        .collect()
}

fn what_is_asked(scene: &Scene<'_>, standing: &Standing) -> Option<String> {
    let update = latest(standing);
    if let Some(update) = update.filter(|u| u.state == UpdateState::Returned) {
        let words = update.words.as_ref();
        let words = words.filter(|_| scene.may_read_update(update, &standing.commitment));
        return Some(match words {
            Some(words) => format!("returned: {words}"),
            None => "the update was returned".to_owned(),
        });
    }
    let fortnight = crate::domain::calendar::plus(standing.today, -14);
    let fresh = update.is_some_and(|u| u.stands() && u.date >= fortnight);
    match standing.schedule {
        Schedule::Overdue => Some("overdue: what came of it?".to_owned()),
        Schedule::DueSoon if !fresh && !is_snoozed(standing) => {
            Some("due soon: is it on track?".to_owned())
        }
        _ => None,
    }
}

fn is_snoozed(standing: &Standing) -> bool {
    let snooze = standing.commitment.snoozed.as_ref();
    snooze.is_some_and(|s| standing.today < s.until)
}

/// Deadlines that were moved after the last digest day.
pub fn moved<'a>(scene: &Scene<'a>, open: &[&'a Standing]) -> Vec<Matter<'a>> {
    let since = scene.since();
    open.iter()
        .filter_map(|s| {
            let last = s.commitment.revisions.last().filter(|r| r.date > since)?;
            Some(Matter::new(s, moved_words(scene, last)))
        })
        .collect()
}

fn moved_words(scene: &Scene<'_>, revision: &Revision) -> String {
    let words = |deadline: &Option<crate::domain::deadline::Deadline>| match deadline {
        Some(deadline) => wording::deadline(deadline, scene.directory()),
        None => "no deadline".to_owned(),
    };
    format!("{} became {}", words(&revision.from), words(&revision.to))
}

fn latest(standing: &Standing) -> Option<&Update> {
    standing.commitment.latest_update(standing.today)
}

/// When something was asked: `today`, `3 days ago`.
fn asked(since: NaiveDate, today: NaiveDate) -> String {
    match (today - since).num_days() {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        _ => format!("{} ago", wording::days_between(since, today)),
    }
}

pub fn waited(since: NaiveDate, today: NaiveDate) -> String {
    match (today - since).num_days() {
        ..=0 => "since today".to_owned(),
        1 => "since yesterday".to_owned(),
        _ => format!("for {}", wording::days_between(since, today)),
    }
}
