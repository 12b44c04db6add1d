//! What became of what earlier meetings left open, entered on one page.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::work::what_is_the_matter;
use crate::acts::carrying::{CarryError, Mark, Outcome, enter};
use crate::domain::ids::{CommitmentRef, MeetingId};
use crate::domain::reporting::{Complaint, Seen};
use crate::web::failure::Failure;
use crate::web::forms::Sent;
use crate::web::frame::Area;
use crate::web::pages::carrying::{Typed, TypedMark, carrying};
use crate::web::site::{Pairs, Visit};
use crate::web::told;

pub async fn left_open(visit: Visit, Path(id): Path<String>, query: Pairs) -> Response {
    match draw(&visit, &id, None, query.get("carry")) {
        Ok(page) => page,
        Err(failure) => visit.failure(&failure),
    }
}

fn draw(
    visit: &Visit,
    id: &str,
    typed: Option<&Typed>,
    carry: Option<&str>,
) -> Result<Response, Failure> {
    let scene = visit.scene();
    let meeting = scene.directory().meetings.get(id);
    let meeting = meeting.ok_or(Failure::NotFound)?;
    let lexicon = &visit.site.state.lexicon;
    let page = carrying(&scene, meeting, lexicon, &visit.worker(), (typed, carry));
    let status = match typed {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = format!("Left open before {}", page.name);
    Ok(visit.page_with(status, Area::Meetings, &title, "carrying.html", &page))
}

pub async fn enter_left_open(visit: Visit, Path(id): Path<String>, sent: Sent) -> Response {
    let result = do_enter(visit, &id, &sent).await;
    result.unwrap_or_else(|(visit, failure)| visit.failure(&failure))
}

async fn do_enter(mut visit: Visit, id: &str, sent: &Sent) -> Result<Response, (Visit, Failure)> {
    let Ok(meeting) = MeetingId::parse(id) else {
        return Err((visit, Failure::NotFound));
    };
    let mut typed = Typed::read(sent);
    let (places, marks, seen) = marks_of(&mut typed);
    if typed.complaints.is_empty() {
        let (store, now, worker) = (&visit.site.state.store, visit.now, visit.worker());
        match enter(store, &meeting, &marks, &seen, &worker, now).await {
            Ok(done) => {
                let told = told::marked(done.said, done.proposed);
                return Ok(told::go(&format!("/meetings/{meeting}"), &told));
            }
            Err(CarryError::Marks(complaints)) => {
                let placed = complaints.into_iter();
                let placed = placed.filter_map(|(n, c)| Some((*places.get(n)?, c)));
                typed.complaints.extend(placed);
            }
            Err(CarryError::Work(error)) => match what_is_the_matter(error) {
                Ok((complaints, _)) => {
                    let all = complaints.into_iter().map(|c| (0, c));
                    typed.complaints.extend(all);
                }
                Err(failure) => return Err((visit, failure)),
            },
        }
    }
    let page = format!("/meetings/{meeting}/forward");
    if let Err(failure) = visit.renew(&page).await {
        return Err((visit, failure));
    }
    let drawn = draw(&visit, id, Some(&typed), None);
    drawn.map_err(|failure| (visit, failure))
}

/// The marks that were made, the places of their things in the form, and what the page saw of each. What
/// cannot be read is complained of.
fn marks_of(typed: &mut Typed) -> (Vec<usize>, Vec<Mark>, BTreeMap<CommitmentRef, Seen>) {
    let (mut places, mut marks, mut seen) = (Vec::new(), Vec::new(), BTreeMap::new());
    for (place, mark) in typed.marks.iter().enumerate() {
        if mark.outcome.is_empty() {
            continue;
        }
        match read(mark) {
            Ok(read) => {
                seen.insert(read.reference.clone(), Seen::parse(&mark.seen));
                marks.push(read);
                places.push(place);
            }
            Err(complaint) => typed.complaints.push((place, complaint)),
        }
    }
    (places, marks, seen)
}

fn read(mark: &TypedMark) -> Result<Mark, Complaint> {
    let unknown = |_| Complaint::new("all", "There is no such commitment.");
    let successor = || {
        let chosen = CommitmentRef::parse(&mark.new);
        chosen.map_err(|_| Complaint::new("new", "Choose which commitment continues it."))
    };
    let outcome = match mark.outcome.as_str() {
        "met" => Outcome::Met,
        "continued" => Outcome::ContinuedBy(successor()?),
        "dropped" => Outcome::Dropped,
        _ => return Err(Complaint::new("outcome", "Choose what became of it.")),
    };
    Ok(Mark {
        reference: CommitmentRef::parse(&mark.what).map_err(unknown)?,
        outcome,
        reason: Some(mark.reason.clone()).filter(|reason| !reason.is_empty()),
    })
}
