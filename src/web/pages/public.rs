//! What a guest reads: public commitments, and of their updates those that are public and were
//! accepted. A page of its own rather than the house's with parts left out: what a desk reports
//! internally shows in many places there.

use serde::Serialize;

use crate::domain::progress::UpdateState;
use crate::web::pages::commitment::{self, DeadlineView, Promise};
use crate::web::pages::ladder::{Step, milestones};
use crate::web::row::{MarkView, Row};
use crate::web::scene::Scene;
use crate::web::standing::Standing;
use crate::wording;

#[derive(Debug, Serialize)]
pub struct PublicPage<'a> {
    pub answer: String,
    pub open: Vec<Row<'a>>,
    pub closed: Vec<Row<'a>>,
}

#[derive(Debug, Serialize)]
pub struct PublicCommitment<'a> {
    pub reference: &'a str,
    pub title: &'a str,
    pub mark: MarkView,
    pub promise: Promise<'a>,
    pub owes: Option<String>,
    pub deadline: DeadlineView,
    pub milestones: Vec<Step<'a>>,
    pub updates: Vec<PublicUpdate<'a>>,
}

#[derive(Debug, Serialize)]
pub struct PublicUpdate<'a> {
    pub date: String,
    pub reported: &'static str,
    pub text: Option<&'a str>,
}

/// The list.
pub fn list<'a>(scene: &Scene<'a>) -> PublicPage<'a> {
    let directory = scene.directory();
    let (open, closed): (Vec<&Standing>, Vec<&Standing>) =
        scene.readable().partition(|s| s.commitment.is_open());
    let rows = |all: Vec<&'a Standing>| all.into_iter().map(|s| Row::of(s, directory)).collect();
    let answer = match open.len() {
        0 => "No public commitment is open.".to_owned(),
        n => format!(
            "{} open.",
            crate::web::say::capitalised(&wording::count(n, "public commitment"))
        ),
    };
    PublicPage {
        answer,
        open: rows(open),
        closed: rows(closed),
    }
}

/// One of them.
pub fn one<'a>(scene: &Scene<'a>, standing: &'a Standing) -> PublicCommitment<'a> {
    let directory = scene.directory();
    let it = &*standing.commitment;
    let updates = it.updates.iter().rev();
    let updates = updates.filter(|u| u.state == UpdateState::Accepted);
    PublicCommitment {
        reference: it.reference.as_str(),
        title: &it.title,
        mark: standing.schedule.into(),
        promise: Promise {
            // Meetings have no page for guests.
            href: None,
            ..commitment::promise(scene, it)
        },
        owes: commitment::owes(it, directory),
        deadline: commitment::deadline(standing, directory),
        milestones: milestones(standing, directory),
        updates: updates
            .filter(|u| scene.may_read_update(u, it))
            .map(|u| PublicUpdate {
                date: wording::day(u.date),
                reported: wording::reported(u.reported),
                text: u.text.as_deref(),
            })
            .collect(),
    }
}
