//! For whoever decides: of each partnership what was promised, moved and slipped since they last
//! looked, what waits for them, and what stands before the next meeting.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;

use crate::domain::commitment::Kind;
use crate::domain::ids::PartnershipId;
use crate::domain::meeting::Meeting;
use crate::domain::schedule::Schedule;
use crate::planner::brief::is_tied;
use crate::web::matters::to_decide;
use crate::web::row::{Link, meeting_away};
use crate::web::say;
use crate::web::scene::{Role, Scene};
use crate::web::standing::Standing;
use crate::wording;

/// How many partnerships are told of.
const MOST: usize = 12;

#[derive(Debug, Serialize)]
pub struct Since {
    /// `Since you looked on Monday 2 June`
    pub heading: String,
    pub lines: Vec<Line>,
    pub more: usize,
}

#[derive(Debug, Serialize)]
pub struct Line {
    pub partnership: Link,
    /// `Two promised, one moved, one slipped; three wait for you.`
    pub words: String,
    pub before: Option<String>,
}

/// What is counted of one partnership.
#[derive(Debug, Default)]
struct Count {
    promised: usize,
    moved: usize,
    slipped: usize,
    waits: usize,
}

/// `None` for whoever decides nothing.
pub fn since<'a>(scene: &Scene<'a>, open: &[&'a Standing], ahead: &[&'a Meeting]) -> Option<Since> {
    if !matches!(scene.role(), Role::Leader(_) | Role::Head(_)) {
        return None;
    }
    let mut counts: BTreeMap<&PartnershipId, Count> = BTreeMap::new();
    for standing in open {
        let Some(partnership) = &standing.commitment.partnership else {
            continue;
        };
        let count = counts.entry(partnership).or_default();
        count.promised += usize::from(is_new(scene, standing.commitment.opened, None));
        let mut revisions = standing.commitment.revisions.iter();
        count.moved += usize::from(revisions.any(|r| is_new(scene, r.date, r.entered)));
        let slipped = standing
            .overdue_since()
            .is_some_and(|day| is_new(scene, day, None));
        count.slipped += usize::from(slipped);
    }
    for decision in to_decide(scene) {
        if let Some(partnership) = &decision.standing.commitment.partnership {
            counts.entry(partnership).or_default().waits += 1;
        }
    }
    let mut lines: Vec<(usize, Line)> = counts
        .into_iter()
        .filter_map(|(id, count)| line(scene, id, &count, open, ahead))
        .collect();
    lines.sort_by_key(|(waits, _)| std::cmp::Reverse(*waits));
    let more = lines.len().saturating_sub(MOST);
    Some(Since {
        heading: heading(scene),
        lines: lines.into_iter().take(MOST).map(|(_, line)| line).collect(),
        more,
    })
}

fn heading(scene: &Scene<'_>) -> String {
    let day = wording::weekday_day(scene.since());
    match scene.seen {
        Some(_) => format!("Since you looked on {day}"),
        None => format!("Since {day}"),
    }
}

/// Whether something of this date, or entered at this instant, came after the viewer last looked.
fn is_new(scene: &Scene<'_>, date: NaiveDate, entered: Option<DateTime<Utc>>) -> bool {
    match (scene.seen, entered) {
        (Some(seen), Some(entered)) => entered > seen,
        _ => date > scene.since(),
    }
}

fn line<'a>(
    scene: &Scene<'a>,
    id: &PartnershipId,
    count: &Count,
    open: &[&'a Standing],
    ahead: &[&'a Meeting],
) -> Option<(usize, Line)> {
    let partnership = scene.directory().partnerships.get(id)?;
    let next = ahead.iter().find(|m| m.partnership.as_ref() == Some(id));
    let before = next.map(|meeting| before(scene, meeting, open));
    let words = words(count);
    if words.is_none() && before.is_none() {
        return None;
    }
    let line = Line {
        partnership: Link::new(format!("/partnerships/{id}"), partnership.name.clone()),
        words: words.unwrap_or_else(|| "Nothing new.".to_owned()),
        before,
    };
    Some((count.waits, line))
}

fn words(count: &Count) -> Option<String> {
    let said = [
        (count.promised, "promised"),
        (count.moved, "moved"),
        (count.slipped, "slipped"),
    ];
    let said: Vec<String> = said
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, word)| format!("{} {word}", wording::in_words(n)))
        .collect();
    let waits = match count.waits {
        0 => None,
        1 => Some("one waits for you".to_owned()),
        n => Some(format!("{} wait for you", wording::in_words(n))),
    };
    let news = (!said.is_empty()).then(|| said.join(", "));
    let both: Vec<String> = news.into_iter().chain(waits).collect();
    (!both.is_empty()).then(|| say::sentence(&both.join("; ")))
}

/// `Before the PMC with the U.S., 10 July 2025, in 38 days: five hang on it, one of them overdue; two
/// requests to raise.`
fn before(scene: &Scene<'_>, meeting: &Meeting, open: &[&Standing]) -> String {
    let tied = open.iter().filter(|s| is_tied(&s.commitment, meeting));
    let (mut hang, mut overdue) = (0, 0);
    for standing in tied {
        hang += 1;
        overdue += usize::from(standing.schedule == Schedule::Overdue);
    }
    let of_partnership = open
        .iter()
        .filter(|s| s.commitment.partnership == meeting.partnership);
    let requests = of_partnership
        .filter(|s| s.commitment.kind == Kind::Request)
        .count();
    let mut parts = vec![match hang {
        0 => "nothing hangs on it".to_owned(),
        1 => "one commitment hangs on it".to_owned(),
        n => format!("{} commitments hang on it", wording::in_words(n)),
    }];
    if overdue > 0 {
        parts[0].push_str(&format!(", {} overdue", wording::in_words(overdue)));
    }
    match requests {
        0 => {}
        1 => parts.push("one request to raise".to_owned()),
        n => parts.push(format!("{} requests to raise", wording::in_words(n))),
    }
    let away = meeting_away(meeting, scene.today());
    let away = away.map(|a| format!(", {a}")).unwrap_or_default();
    say::sentence(&format!(
        "Before {}, {}{away}: {}",
        wording::with_article(&meeting.name()),
        wording::date_of_meeting(meeting),
        parts.join("; ")
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::{MONDAY, World, instant, person};

    fn told(viewer: &str, seen: Option<&str>) -> Option<(String, String, String)> {
        let world = World::new(person(viewer), MONDAY);
        let scene = Scene {
            seen: seen.map(instant),
            ..world.scene()
        };
        let open: Vec<&Standing> = scene.open().collect();
        let since = since(&scene, &open, &scene.meetings_ahead())?;
        let line = since.lines.into_iter().next()?;
        Some((since.heading, line.words, line.before.unwrap_or_default()))
    }

    #[test]
    fn what_is_new_is_counted_from_the_last_look() {
        let (heading, words, before) = told("som-leader", None).unwrap();
        assert_eq!(heading, "Since Monday 26 May 2025");
        assert!(
            words.contains("slipped") && words.contains("for you"),
            "{words}"
        );
        assert!(
            before.starts_with("Before the Preparatory meeting"),
            "{before}"
        );
        let looked = told("som-leader", Some("2025-06-02T00:30:00Z")).unwrap();
        assert_eq!(looked.0, "Since you looked on Monday 2 June 2025");
        assert!(!looked.1.contains("slipped"), "{}", looked.1);
        assert_eq!(told("officer-asean-us", None), None);
    }
}
