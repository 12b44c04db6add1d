//! A reviewer's queue: updates, new dates wanted and closures that wait for this viewer, the longest
//! waiting first, and one of them with promise, history and evidence on the same screen. Once it is
//! decided the next one follows.

use serde::Serialize;

use crate::domain::carrying::is_pending;
use crate::domain::commitment::Commitment;
use crate::domain::progress::UpdateState;
use crate::web::matters::{Decision, to_decide, waited};
use crate::web::pages::carrying::follower;
use crate::web::pages::commitment::{Promise, promise};
use crate::web::pages::thread::{self, RaisedView, RevisionView, UpdateView};
use crate::web::review_form::{self, ReviewForm, waiting};
use crate::web::row::{Link, Row};
use crate::web::say;
use crate::web::scene::Scene;
use crate::web::standing::Standing;
use crate::wording;

/// How many stand in the list beside the one that is open.
const MOST: usize = 30;

#[derive(Debug, Serialize)]
pub struct ReviewsPage<'a> {
    pub answer: String,
    pub one: Option<One<'a>>,
    pub others: Vec<Waiting<'a>>,
    pub more: usize,
}

/// A line of the queue.
#[derive(Debug, Serialize)]
pub struct Waiting<'a> {
    pub row: Row<'a>,
    pub kind: &'static str,
}

/// The commitment that would take another on.
#[derive(Debug, Serialize)]
pub struct Next {
    pub link: Link,
    /// Where the other is carried forward into it.
    pub page: Option<String>,
    /// Whether just that is proposed: then it is done by accepting, and the page is for saying otherwise.
    pub is_proposed: bool,
}

/// The one to be decided on.
#[derive(Debug, Serialize)]
pub struct One<'a> {
    pub row: Row<'a>,
    pub kind: &'static str,
    pub promise: Promise<'a>,
    /// The update that waits, or for a closure the one that was accepted.
    pub update: Option<UpdateView<'a>>,
    /// What was reported before it.
    pub earlier: Vec<UpdateView<'a>>,
    pub revisions: Vec<RevisionView<'a>>,
    pub raised: Vec<RaisedView<'a>>,
    pub verified: &'static str,
    /// The one that would take it on.
    pub next: Option<Next>,
    pub form: ReviewForm,
}

/// What kind of decision is wanted.
fn kind_of(decision: &Decision<'_>) -> &'static str {
    let update = decision.update;
    if decision.closes {
        "to be closed"
    } else if update.extension.is_some() {
        "new date wanted"
    } else if update.reported.is_completed() {
        "reported completed"
    } else if update.wants_som_leader() {
        "decision wanted"
    } else {
        "update"
    }
}

/// Draws it, with the one that is asked for open, else the first.
pub fn reviews<'a>(
    scene: &Scene<'a>,
    at: Option<&str>,
    form: impl Fn(&Scene<'a>, &'a Standing) -> Option<ReviewForm>,
) -> ReviewsPage<'a> {
    let queue = to_decide(scene);
    let asked = queue
        .iter()
        .position(|d| Some(d.standing.commitment.reference.as_str()) == at);
    let place = asked.unwrap_or_default();
    let one = queue.get(place).and_then(|decision| {
        let form = form(scene, decision.standing)?;
        Some(one(scene, decision, form))
    });
    let others = queue.iter().enumerate().filter(|(n, _)| *n != place);
    let others: Vec<Waiting<'a>> = others
        .take(MOST)
        .map(|(_, decision)| {
            let (standing, kind) = (decision.standing, kind_of(decision));
            Waiting {
                row: Row {
                    note: Some(format!(
                        "{kind}, {}",
                        waited(decision.since, standing.today)
                    )),
                    ..Row::of(standing, scene.directory())
                },
                kind,
            }
        })
        .collect();
    ReviewsPage {
        answer: answer(queue.len()),
        more: queue.len().saturating_sub(1 + others.len()),
        one,
        others,
    }
}

/// The form as nobody has typed into it yet.
pub fn fresh_form(scene: &Scene<'_>, standing: &Standing) -> Option<ReviewForm> {
    review_form::form(
        scene,
        &standing.commitment,
        standing.today,
        None,
        &[],
        false,
    )
}

fn one<'a>(scene: &Scene<'a>, decision: &Decision<'a>, form: ReviewForm) -> One<'a> {
    let (standing, kind) = (decision.standing, kind_of(decision));
    let commitment: &'a Commitment = &standing.commitment;
    let mut updates = thread::updates(scene, commitment);
    updates.retain(|u| u.class != UpdateState::Draft.as_str());
    // The latest is the one that waits.
    let has = waiting(commitment, standing.today).is_some() || decision.closes;
    let update = (has && !updates.is_empty()).then(|| updates.remove(0));
    One {
        row: Row::of(standing, scene.directory()),
        kind,
        promise: promise(scene, commitment),
        update,
        earlier: updates,
        revisions: thread::revisions(commitment, scene.directory()),
        raised: thread::raised(commitment, scene.directory()),
        verified: commitment
            .verified
            .map_or("not assessed", wording::verified),
        next: next(scene, commitment),
        form,
    }
}

fn next(scene: &Scene<'_>, commitment: &Commitment) -> Option<Next> {
    let next = follower(scene, commitment)?;
    let (reference, new) = (&commitment.reference, &next.reference);
    let page = next.meeting.as_ref();
    Some(Next {
        link: Link::new(
            format!("/commitments/{new}"),
            format!("{new} {}", next.title),
        ),
        page: page.map(|id| format!("/meetings/{id}/forward?carry={reference}#c-{reference}")),
        is_proposed: commitment.updates.iter().any(is_pending),
    })
}

fn answer(n: usize) -> String {
    match n {
        0 => "Nothing waits for your decision.".to_owned(),
        1 => "One thing waits for your decision.".to_owned(),
        n => format!("{} things wait for your decision.", say::number(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::{MONDAY, World, person};

    fn queue_of(id: &str) -> Vec<String> {
        let world = World::new(person(id), MONDAY);
        let scene = world.scene();
        let queue = to_decide(&scene);
        queue
            .iter()
            .map(|d| format!("{} {}", d.standing.commitment.reference, kind_of(d)))
            .collect()
    }

    #[test]
    fn each_has_what_is_theirs_to_decide() {
        println!(
            "{:?} {:?}",
            queue_of("som-leader"),
            queue_of("head-economic")
        );
        assert!(!queue_of("som-leader").is_empty());
        assert!(queue_of("officer-asean-us").is_empty());
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let page = reviews(&scene, None, fresh_form);
        assert!(page.one.unwrap().update.is_some());
    }
}
