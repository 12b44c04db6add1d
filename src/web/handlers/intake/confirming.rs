//! The document and its meeting are confirmed.

use std::sync::Arc;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::{NOT_YOURS, addressed, editor};
use crate::acts::intake::IntakeError;
use crate::acts::intake::confirming::confirm as carry_out;
use crate::domain::intake::may_decide;
use crate::intake::extraction::extract;
use crate::intake::review::Intake;
use crate::intake::review::telling::{document_of, meeting_of};
use crate::record::entity;
use crate::web::failure::Failure;
use crate::web::frame::Area;
use crate::web::pages::intake::card::text;
use crate::web::pages::intake::confirm::{self as pages, Proposed, Told, Typed};
use crate::web::pages::intake::path_of;
use crate::web::site::{Pairs, Typed as TypedForm, Visit};
use crate::web::told;

pub async fn show_confirmation(visit: Visit, Path(id): Path<String>, query: Pairs) -> Response {
    let result = show(&visit, &id, query.get("meeting")).await;
    visit.answer(result)
}

async fn show(visit: &Visit, id: &str, meeting: Option<&str>) -> Result<Response, Failure> {
    let intake = to_be_confirmed(visit, id).await?;
    if intake.document.is_some() {
        return Ok(Redirect::to(&path_of(intake.id)).into_response());
    }
    let told = told_by(visit, &intake).await?;
    let which = pages::which(&visit.scene(), &intake, &told, meeting);
    Ok(draw(visit, StatusCode::OK, &intake, &told, &which, None))
}

/// A document, for whoever decides on it.
async fn to_be_confirmed(visit: &Visit, id: &str) -> Result<Intake, Failure> {
    let review = addressed(visit, id).await?;
    let rights = visit.scene().rights();
    match may_decide(&rights, visit.administrator, review.intake.custody()) {
        true => Ok(review.intake),
        false => Err(Failure::Refused(NOT_YOURS)),
    }
}

fn draw(
    visit: &Visit,
    status: StatusCode,
    intake: &Intake,
    told: &Told,
    which: &str,
    typed: Option<&Typed>,
) -> Response {
    let page = pages::confirm(&visit.scene(), intake, told, which, typed);
    let title = format!("Confirm {}", page.heading);
    visit.page_with(status, Area::Elsewhere, &title, "confirm.html", &page)
}

/// What the document tells of itself and its meeting.
async fn told_by(visit: &Visit, intake: &Intake) -> Result<Told, Failure> {
    let lexicon = Arc::clone(&visit.site.state.lexicon);
    let (words, issued) = (intake.text.clone(), intake.issued);
    let read = tokio::task::spawn_blocking(move || extract(&words, issued, &lexicon));
    let frame = read.await.map_err(|_| Failure::Fault)?.frame;
    let body = meeting_of(&frame);
    let meeting = text(&body, "id").map(|id| Proposed {
        kind: entity::MEETING,
        id: id.to_owned(),
        why: "as the document tells it".to_owned(),
        body: body.clone(),
    });
    let body = document_of(intake);
    let id = text(&body, "id").unwrap_or_default().to_owned();
    Ok(Told {
        meeting,
        document: Some(Proposed {
            kind: entity::DOCUMENT,
            id,
            body,
            why: String::new(),
        }),
        ..Told::default()
    })
}

pub async fn confirm(visit: Visit, Path(id): Path<String>, typed: TypedForm) -> Response {
    let result = try_to_confirm(&visit, &id, typed.0).await;
    visit.answer(result)
}

async fn try_to_confirm(
    visit: &Visit,
    id: &str,
    pairs: Vec<(String, String)>,
) -> Result<Response, Failure> {
    let intake = to_be_confirmed(visit, id).await?;
    let editor = editor(visit)?;
    let told = told_by(visit, &intake).await?;
    let scene = visit.scene();
    let asked = pairs.iter().find(|(name, _)| name == "which");
    let which = pages::which(
        &scene,
        &intake,
        &told,
        asked.map(|(_, which)| which.as_str()),
    );
    let mut typed = Typed {
        pairs,
        ..Typed::default()
    };
    let confirmed = pages::confirmed(&scene, &intake, &told, &which, &typed);
    let store = &visit.site.state.store;
    match carry_out(store, intake.id, &confirmed, &editor, visit.now).await {
        Ok(_) => Ok(told::go(
            &path_of(intake.id),
            &told::document("confirmed", 1),
        )),
        Err(IntakeError::Wrong(wrong)) => {
            typed.wrong = wrong;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(draw(visit, status, &intake, &told, &which, Some(&typed)))
        }
        Err(error) => Err(error.into()),
    }
}
