//! What several things must agree on: desks are not reached through each other in a circle, nor
//! succeed each other in one; commitments do not follow each other in a circle, and every calendar has a day to send its
//! digest on.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Weekday;

use super::policy::weekday_name;
use crate::domain::book::Book;
use crate::domain::calendar::{Calendar, Weekend};
use crate::domain::ids::{CommitmentRef, DeskId};
use crate::record::entity::{self, EntityKey};
use crate::record::fields::Reading;

pub(super) fn check(book: &Book, base: &Book, reading: &Reading) {
    check_circles(book, reading);
    check_digest_days(book, base, reading);
}

/// The circles among the things of the files themselves; those that close over what is on record
/// are found when both are merged.
fn check_circles(book: &Book, reading: &Reading) {
    let directory = &book.directory;
    let through = |id: &DeskId| directory.desks.get(id).and_then(|d| d.through.clone());
    for circle in circles(directory.desks.keys().cloned(), through) {
        let desk = &circle[0];
        let message = format!(
            "desk `{desk}`: `through` leads back to the desk itself; one of the circle must have its own way"
        );
        say(reading, entity::DESK, desk.as_str(), message);
    }
    let successor = |id: &DeskId| directory.desks.get(id).and_then(|d| d.successor.clone());
    for circle in circles(directory.desks.keys().cloned(), successor) {
        let desk = &circle[0];
        let message = format!("desk `{desk}`: {}", circle_of_successors(circle.len()));
        say(reading, entity::DESK, desk.as_str(), message);
    }
    let follows = |id: &CommitmentRef| book.commitments.get(id).and_then(|c| c.follows.clone());
    for circle in circles(book.commitments.keys().cloned(), follows) {
        let commitment = &circle[0];
        let message = format!(
            "commitment `{commitment}`: `follows` leads back to the commitment itself; the first of the line follows nothing"
        );
        say(reading, entity::COMMITMENT, commitment.as_str(), message);
    }
}

/// What is wrong with desks that succeed each other in a circle of so many.
pub(in crate::record) fn circle_of_successors(length: usize) -> &'static str {
    match length {
        1 => "a desk does not succeed itself; name another desk in `successor` or leave it out",
        _ => "`successor` leads back to the desk itself; the last of the line has none",
    }
}

/// The circles of `through` or of `successor`, each with its desks by id.
pub(in crate::record) fn circles_of_desks<'a>(
    desks: &BTreeMap<&'a DeskId, Option<&'a DeskId>>,
) -> Vec<Vec<&'a DeskId>> {
    let ids = desks.keys().copied();
    circles(ids, |id| desks.get(*id).copied().flatten())
}

/// Follows `next` from each id to where it ends or meets its own path: a circle, told in order and
/// never empty.
fn circles<K: Ord + Clone>(
    ids: impl Iterator<Item = K>,
    next: impl Fn(&K) -> Option<K>,
) -> Vec<Vec<K>> {
    let mut settled = BTreeSet::new();
    let mut found = Vec::new();
    for start in ids {
        let mut path: Vec<K> = Vec::new();
        let mut at = Some(start);
        while let Some(id) = at.filter(|id| !settled.contains(id)) {
            if let Some(place) = path.iter().position(|p| *p == id) {
                let mut circle = path[place..].to_vec();
                circle.sort();
                found.push(circle);
                break;
            }
            at = next(&id);
            path.push(id);
        }
        settled.extend(path);
    }
    found
}

/// A digest leaves on the first working day from the policy's weekday to Sunday; a calendar that
/// never works then would never get one.
fn check_digest_days(book: &Book, base: &Book, reading: &Reading) {
    let recorded = base.directory.calendars.values();
    let calendars: Vec<&Calendar> = recorded
        .filter(|c| !book.directory.calendars.contains_key(&c.id))
        .chain(book.directory.calendars.values())
        .collect();
    let check = |kind, id: &str, whose: String, weekday: Option<Weekday>| {
        let Some(weekday) = weekday else { return };
        let idle = calendars.iter().find(|c| !works_from(&c.weekend, weekday));
        let plain = Weekend::default();
        let whom = match idle {
            Some(calendar) => format!("calendar `{}`", calendar.id),
            None if !works_from(&plain, weekday) => "somebody without a calendar".to_owned(),
            None => return,
        };
        let day = weekday_name(weekday);
        let message = format!(
            "{whose}: `digest_weekday` is `{day}`, but {whom} has no working day from {day} to sunday; choose an earlier day"
        );
        say(reading, kind, id, message);
    };
    let general = book.directory.policy.digest_weekday;
    let id = entity::GENERAL_POLICY;
    check(entity::POLICY, id, "the policy".into(), general);
    for p in book.directory.partnerships.values() {
        let (id, day) = (p.id.as_str(), p.policy.digest_weekday);
        check(entity::PARTNERSHIP, id, format!("partnership `{id}`"), day);
    }
    for c in book.commitments.values() {
        let (id, day) = (c.reference.as_str(), c.policy.digest_weekday);
        check(entity::COMMITMENT, id, format!("commitment `{id}`"), day);
    }
}

fn works_from(weekend: &Weekend, weekday: Weekday) -> bool {
    let mut day = weekday;
    loop {
        if !weekend.contains(day) {
            return true;
        }
        if day == Weekday::Sun {
            return false;
        }
        day = day.succ();
    }
}

/// Reports a problem where the files describe this thing.
fn say(reading: &Reading, kind: &'static str, id: &str, message: String) {
    let key = EntityKey {
        kind,
        id: id.to_owned(),
    };
    if let Some(place) = reading.names.place(&key) {
        reading.report.say(place, message);
    }
}
