//! What came of a meeting, said on one page.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::work::what_is_the_matter;
use crate::acts::after_meeting::{AfterError, AfterMeeting, enter};
use crate::domain::after_meeting::{Mark, Outcome};
use crate::domain::deadline::Deadline;
use crate::domain::ids::{CommitmentRef, MeetingId};
use crate::domain::reporting::{Complaint, Seen};
use crate::web::failure::Failure;
use crate::web::forms::Sent;
use crate::web::frame::Area;
use crate::web::pages::after_meeting::{self, Typed, TypedMark};
use crate::web::site::Visit;
use crate::web::told;

/// What came of a meeting.
pub async fn show(visit: Visit, Path(id): Path<String>) -> Response {
    match draw_after(&visit, &id, None) {
        Ok(page) => page,
        Err(failure) => visit.failure(&failure),
    }
}

fn draw_after(visit: &Visit, id: &str, typed: Option<&Typed>) -> Result<Response, Failure> {
    let scene = visit.scene();
    let meeting = scene.directory().meetings.get(id);
    let meeting = meeting.ok_or(Failure::NotFound)?;
    let page = after_meeting::after_meeting(&scene, meeting, &visit.worker(), typed);
    let status = match typed {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = format!("After {}", page.name);
    Ok(visit.page_with(status, Area::Meetings, &title, "after_meeting.html", &page))
}

pub async fn enter_marks(visit: Visit, Path(id): Path<String>, sent: Sent) -> Response {
    let result = do_enter_after(visit, &id, &sent).await;
    result.unwrap_or_else(|(visit, failure)| visit.failure(&failure))
}

async fn do_enter_after(
    mut visit: Visit,
    id: &str,
    sent: &Sent,
) -> Result<Response, (Visit, Failure)> {
    let Ok(meeting) = MeetingId::parse(id) else {
        return Err((visit, Failure::NotFound));
    };
    let mut typed = Typed::read(sent);
    let (places, after) = marks_of(&mut typed);
    if typed.complaints.is_empty() {
        let (store, now, worker) = (&visit.site.state.store, visit.now, visit.worker());
        match enter(store, &meeting, &after, &worker, now).await {
            Ok(n) => return Ok(told::go(&format!("/meetings/{meeting}"), &told::after(n))),
            Err(AfterError::Marks(complaints)) => {
                let placed = complaints
                    .into_iter()
                    .filter_map(|(n, complaint)| Some((*places.get(n)?, complaint)));
                typed.complaints.extend(placed);
            }
            Err(AfterError::Work(error)) => match what_is_the_matter(error) {
                Ok((complaints, _)) => {
                    typed
                        .complaints
                        .extend(complaints.into_iter().map(|c| (0, c)));
                }
                Err(failure) => return Err((visit, failure)),
            },
        }
    }
    let page = format!("/meetings/{meeting}/after");
    if let Err(failure) = visit.renew(&page).await {
        return Err((visit, failure));
    }
    let drawn = draw_after(&visit, id, Some(&typed));
    drawn.map_err(|failure| (visit, failure))
}

/// The marks that were made, and the places of their things in the form. What cannot be read is
/// complained of.
fn marks_of(typed: &mut Typed) -> (Vec<usize>, AfterMeeting) {
    let mut places = Vec::new();
    let mut after = AfterMeeting {
        held: typed.held,
        ..AfterMeeting::default()
    };
    for (place, mark) in typed.marks.iter().enumerate() {
        if mark.outcome.is_empty() {
            continue;
        }
        match read_mark(mark) {
            Ok(read) => {
                let seen = Seen::parse(&mark.seen);
                after.seen.insert(read.reference.clone(), seen);
                after.marks.push(read);
                places.push(place);
            }
            Err(complaint) => typed.complaints.push((place, complaint)),
        }
    }
    (places, after)
}

fn read_mark(mark: &TypedMark) -> Result<Mark, Complaint> {
    let (reference, milestone) = mark.what.split_once('|').unwrap_or((&mark.what, ""));
    let unknown = |_| Complaint::new("all", "There is no such commitment.");
    let to = || match mark.meeting.as_str() {
        "" => Deadline::parse(&mark.to),
        meeting => Deadline::parse(&format!("at {meeting}")),
    };
    let to = || {
        to().map_err(|error| {
            let words = match mark.to.is_empty() {
                true => "Say to which date, or to which later meeting.".to_owned(),
                false => crate::web::say::sentence(&error.to_string()),
            };
            Complaint::new("to", words)
        })
    };
    let outcome = match mark.outcome.as_str() {
        "met" => Outcome::Met,
        "moved" => Outcome::MovedTo(to()?),
        "carried" => Outcome::CarriedForward {
            to: to()?,
            successor: CommitmentRef::parse(&mark.new).map_err(|error| {
                Complaint::new("new", crate::web::say::sentence(&error.to_string()))
            })?,
        },
        "dropped" => Outcome::Dropped,
        _ => return Err(Complaint::new("outcome", "Choose what came of it.")),
    };
    let met = outcome == Outcome::Met;
    Ok(Mark {
        reference: CommitmentRef::parse(reference).map_err(unknown)?,
        milestone: Some(milestone.to_owned()).filter(|title| !title.is_empty()),
        outcome,
        reason: Some(mark.reason.clone()).filter(|reason| !reason.is_empty()),
        earlier: match met {
            true => mark.earlier.clone(),
            false => Vec::new(),
        },
    })
}
