//! What wants something of whom: the decisions a reviewer owes, the answers a desk owes, the dates
//! that moved. The overview and the desk's page tell the same matters.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::domain::commitment::{Kind, Revision};
use crate::domain::directory::Directory;
use crate::domain::ids::DeskId;
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

/// Something this viewer is asked to decide.
#[derive(Debug)]
pub struct Decision<'a> {
    pub since: NaiveDate,
    pub standing: &'a Standing,
    pub update: &'a Update,
    /// Whether what was reported completed and accepted is only left to be closed.
    pub closes: bool,
}

/// Everything this viewer is asked to decide, also for somebody who is away: updates that await a
/// review, and what was reported completed and is not closed. The longest waiting first. The
/// overview, the queue and what is new since the last look all count by this list.
pub fn to_decide<'a>(scene: &Scene<'a>) -> Vec<Decision<'a>> {
    let rights = scene.rights();
    let mut found: Vec<Decision<'a>> = scene
        .open()
        .filter_map(|standing| {
            let commitment = &standing.commitment;
            let update = latest(standing)?;
            let closes = !update.awaits_review();
            let is_asked = match closes {
                false => rights.is_asked(commitment, update),
                true => {
                    update.state == UpdateState::Accepted
                        && update.reports_completion()
                        && commitment.kind != Kind::Standing
                        && rights.may_close(commitment)
                }
            };
            is_asked.then_some(Decision {
                since: update.date,
                standing,
                update,
                closes,
            })
        })
        .collect();
    let order = |d: &Decision<'a>| (d.since, &d.standing.commitment.reference);
    found.sort_by(|a, b| order(a).cmp(&order(b)));
    found
}

/// The same as lines, with what is wanted of each.
pub fn decisions<'a>(scene: &Scene<'a>) -> Vec<Matter<'a>> {
    let decisions = to_decide(scene).into_iter();
    decisions
        .map(|d| Matter::new(d.standing, what_is_wanted(scene, &d)))
        .collect()
}

fn what_is_wanted(scene: &Scene<'_>, decision: &Decision<'_>) -> String {
    if decision.closes {
        return "reported completed, not closed yet".to_owned();
    }
    let (standing, update) = (decision.standing, decision.update);
    let ask = update.ask.as_ref();
    let ask = ask.filter(|_| scene.may_read_update(update, &standing.commitment));
    match ask {
        Some(ask) => format!("asked {}: {ask}", asked_when(update.date, standing.today)),
        None => format!(
            "reported {}, {}",
            wording::reported(update.reported),
            waited(update.date, standing.today)
        ),
    }
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

/// `today`, `yesterday`, `3 days ago`.
fn asked_when(day: NaiveDate, today: NaiveDate) -> String {
    match (today - day).num_days() {
        ..=0 => "today".to_owned(),
        1 => "yesterday".to_owned(),
        _ => format!("{} ago", wording::days_between(day, today)),
    }
}

pub fn waited(since: NaiveDate, today: NaiveDate) -> String {
    match (today - since).num_days() {
        ..=0 => "since today".to_owned(),
        1 => "since yesterday".to_owned(),
        _ => format!("for {}", wording::days_between(since, today)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::pages::overview::overview;
    use crate::web::pages::reviews::{fresh_form, reviews};
    use crate::web::testing::{MONDAY, World, first_book, person};

    #[test]
    fn a_deputy_is_told_everywhere_of_what_waits_while_somebody_is_away() {
        use crate::domain::desk::Absence;
        use std::sync::Arc;
        let mut book = first_book();
        let directory = Arc::make_mut(&mut book.directory);
        directory.absences = vec![Absence {
            person: "som-leader".parse().unwrap(),
            from: "2025-06-01".parse().unwrap(),
            until: "2025-06-07".parse().unwrap(),
            deputy: Some("head-economic".parse().unwrap()),
        }];
        let world = World::of(book, person("head-economic"), MONDAY);
        let scene = world.scene();
        let waits = to_decide(&scene).len();
        let before = World::new(person("head-economic"), MONDAY);
        assert!(waits > to_decide(&before.scene()).len());
        let page = overview(&scene);
        assert!(!page.answer.contains("Nothing needs"), "{}", page.answer);
        assert_eq!(page.sections[0].rows.len(), waits);
        let reviews = reviews(&scene, None, fresh_form);
        assert_eq!(reviews.others.len() + 1, waits);
    }
}
