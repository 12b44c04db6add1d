//! What the meetings before left open is marked as met, continued or dropped.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::{NOT_YOURS, addressed, beside};
use crate::acts::carrying::{CarryError, enter};
use crate::acts::working::WorkError;
use crate::domain::intake::may_decide;
use crate::domain::reporting::Complaint;
use crate::intake::review::Review;
use crate::web::failure::Failure;
use crate::web::frame::Area;
use crate::web::pages::intake::forward::{self as pages, TypedMark};
use crate::web::pages::intake::path_of;
use crate::web::site::{Typed as TypedForm, Visit};
use crate::web::told;

pub async fn show_forward(visit: Visit, Path(id): Path<String>) -> Response {
    let result = show(&visit, &id).await;
    visit.answer(result)
}

async fn show(visit: &Visit, id: &str) -> Result<Response, Failure> {
    let review = addressed(visit, id).await?;
    draw(visit, StatusCode::OK, &review, &[]).await
}

async fn draw(
    visit: &Visit,
    status: StatusCode,
    review: &Review,
    typed: &[TypedMark],
) -> Result<Response, Failure> {
    let beside = beside(visit, review).await?;
    let page = pages::forward(&visit.scene(), review, &beside, typed);
    let title = format!("Left open before {}", page.heading);
    Ok(visit.page_with(status, Area::Record, &title, "forward.html", &page))
}

pub async fn carry_forward(visit: Visit, Path(id): Path<String>, typed: TypedForm) -> Response {
    let result = try_to_carry(&visit, &id, &typed.0).await;
    visit.answer(result)
}

async fn try_to_carry(
    visit: &Visit,
    id: &str,
    pairs: &[(String, String)],
) -> Result<Response, Failure> {
    let review = addressed(visit, id).await?;
    let intake = &review.intake;
    if !may_decide(
        &visit.scene().rights(),
        visit.administrator,
        intake.custody(),
    ) {
        return Err(Failure::Refused(NOT_YOURS));
    }
    let unconfirmed = "The document and its meeting are confirmed first.";
    let meeting = intake
        .meeting
        .as_ref()
        .filter(|_| intake.document.is_some());
    let meeting = meeting.ok_or_else(|| Failure::Conflict(unconfirmed.to_owned()))?;
    let mut typed = pages::read(pairs);
    let (marks, places, seen) = pages::marks(&typed);
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    if marks.is_empty() {
        if let Some(first) = typed.first_mut() {
            let words = "Say of one at least what becomes of it.";
            first.complaints.push(Complaint::new("outcome", words));
        }
        return draw(visit, status, &review, &typed).await;
    }
    let (store, worker) = (&visit.site.state.store, visit.worker());
    let complaints = match enter(store, meeting, &marks, &seen, &worker, visit.now).await {
        Ok(done) => {
            let page = format!("{}/forward", path_of(intake.id));
            return Ok(told::go(&page, &told::marked(done.said, done.proposed)));
        }
        Err(CarryError::Marks(complaints)) => complaints,
        Err(CarryError::Work(error)) => {
            let words = match error {
                WorkError::NotFound => return Err(Failure::NotFound),
                WorkError::Store(error) => return Err(error.into()),
                WorkError::NotPermitted(who) => return Err(Failure::Refused(who)),
                WorkError::Overtaken => {
                    "Something was entered meanwhile: look, and send again.".to_owned()
                }
                WorkError::Unfit(complaints) => complaints.into_iter().map(|c| c.words).collect(),
            };
            vec![(0, Complaint::new("all", words))]
        }
    };
    for (mark, complaint) in complaints {
        if let Some(typed) = places.get(mark).and_then(|place| typed.get_mut(*place)) {
            typed.complaints.push(complaint);
        }
    }
    draw(visit, status, &review, &typed).await
}
