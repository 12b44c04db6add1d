//! One line of a year in full: beside its windows what happened to it.

use crate::domain::commitment::{Commitment, Revision};
use crate::domain::deadline::Window;
use crate::domain::progress::Update;
use crate::web::row::Row;
use crate::web::say;
use crate::web::scene::Scene;
use crate::web::standing::Standing;
use crate::wording;

use super::scale::Scale;
use super::{Bar, Line, update_mark};

/// How many former windows and how many marks a line has at most: the latest.
const FORMER: usize = 4;
const MARKS: usize = 12;

/// A line with the windows its commitment had before, and what was reported of it that the viewer
/// may read.
pub(super) fn in_full<'a>(
    scene: &Scene<'a>,
    scale: &Scale,
    standing: &Standing,
    mut line: Line<'a>,
) -> Line<'a> {
    let commitment = &*standing.commitment;
    let revisions = commitment.revisions.iter().rev().take(FORMER);
    let revisions: Vec<&Revision> = revisions.collect();
    let former = revisions.iter().filter_map(|r| r.from.as_ref());
    let former = former.filter_map(|from| scene.directory().resolve(commitment, from));
    let former = former.map(|d| d.window).filter(|w| scale.holds(*w));
    line.former = former.map(|w| Bar::of(scale, w, "former")).collect();
    let updates = commitment.updates.iter().rev();
    let updates = updates.filter(|u| u.counts() && scene.may_read_update(u, commitment));
    let updates = updates.filter(|u| scale.holds(Window::day(u.date)));
    let updates: Vec<&Update> = updates.take(MARKS).collect();
    line.marks = updates.iter().map(|u| update_mark(scale, u)).collect();
    line.words = Some(line_in_words(
        scene, commitment, &line.row, &revisions, &updates,
    ));
    line
}

/// `Concluded: by 9 July 2025 (window closes in 37 days); before that 30 June 2025; reported on 20 May
/// 2025`
fn line_in_words(
    scene: &Scene<'_>,
    commitment: &Commitment,
    row: &Row<'_>,
    revisions: &[&Revision],
    updates: &[&Update],
) -> String {
    let step = row.milestone.map_or(String::new(), |m| format!("{m}: "));
    let away = row.away.as_ref().map(|a| format!(" ({a})"));
    let mut said = format!("{step}{}{}", row.deadline, away.unwrap_or_default());
    let former = revisions.iter().filter_map(|r| {
        let from = wording::deadline(r.from.as_ref()?, scene.directory());
        let of = r.milestone.as_ref().map(|m| format!("“{m}” "));
        Some(format!("{}{from}", of.unwrap_or_default()))
    });
    let former: Vec<String> = former.collect();
    if !former.is_empty() {
        said.push_str(&format!("; before that {}", former.join(", ")));
    }
    let reported = updates.iter().map(|u| {
        let confidence = u.held_confidence().map(wording::confidence);
        let confidence = confidence.map(|c| format!(" ({c})"));
        format!("{}{}", wording::day(u.date), confidence.unwrap_or_default())
    });
    let reported: Vec<String> = reported.collect();
    if !reported.is_empty() {
        said.push_str(&format!("; reported on {}", say::list(&reported)));
    }
    let more = commitment.revisions.len() - revisions.len();
    if more > 0 {
        let more = wording::count(more, "earlier date");
        said.push_str(&format!("; {more}"));
    }
    said
}
