//! The document and its meeting are confirmed.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::{NOT_YOURS, addressed, beside, editor};
use crate::acts::intake::IntakeError;
use crate::acts::intake::confirming::confirm as carry_out;
use crate::domain::intake::may_decide;
use crate::intake::matching::DocumentIs;
use crate::intake::review::telling::document_of;
use crate::intake::review::{Intake, Review};
use crate::record::entity;
use crate::web::failure::Failure;
use crate::web::frame::Area;
use crate::web::pages::intake::card::text;
use crate::web::pages::intake::confirm::{self as pages, Proposed, Told, Typed};
use crate::web::pages::intake::path_of;
use crate::web::say;
use crate::web::site::{Pairs, Typed as TypedForm, Visit};
use crate::web::told;

pub async fn show_confirmation(visit: Visit, Path(id): Path<String>, query: Pairs) -> Response {
    let result = show(&visit, &id, query.get("meeting")).await;
    visit.answer(result)
}

async fn show(visit: &Visit, id: &str, meeting: Option<&str>) -> Result<Response, Failure> {
    let review = to_be_confirmed(visit, id).await?;
    let intake = &review.intake;
    if intake.document.is_some() {
        return Ok(Redirect::to(&path_of(intake.id)).into_response());
    }
    let told = told_by(visit, &review).await?;
    let which = pages::which(&visit.scene(), intake, &told, meeting);
    Ok(draw(visit, StatusCode::OK, intake, &told, &which, None))
}

/// A document, for whoever decides on it.
async fn to_be_confirmed(visit: &Visit, id: &str) -> Result<Review, Failure> {
    let review = addressed(visit, id).await?;
    let rights = visit.scene().rights();
    match may_decide(&rights, visit.administrator, review.intake.custody()) {
        true => Ok(review),
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
    visit.page_with(status, Area::Record, &title, "confirm.html", &page)
}

/// What the document tells of itself, its meeting, and what else the record does not have.
async fn told_by(visit: &Visit, review: &Review) -> Result<Told, Failure> {
    let matches = beside(visit, review).await?.matches;
    let intake = &review.intake;
    let mut told = Told::default();
    if !matches.document.why.is_empty() && matches.document.is != DocumentIs::New {
        told.notes.push(say::sentence(&matches.document.why));
    }
    told.known = matches.document.already_there().cloned();
    let own = matches.meeting.as_ref().and_then(|m| m.is.known());
    for (at, entry) in matches.proposed.into_iter().enumerate() {
        let Some(key) = entry.key() else { continue };
        let proposed = Proposed {
            kind: key.kind,
            id: entry.id,
            body: entry.body,
            why: entry.why,
        };
        match key.kind {
            entity::DOCUMENT => told.document = Some(proposed),
            // Its own stands first.
            entity::MEETING if at == 0 || own.is_some_and(|id| id.as_str() == proposed.id) => {
                told.meeting = Some(proposed);
            }
            _ if entry.is_known => {}
            _ => told.more.push(proposed),
        }
    }
    if told.document.is_none() {
        let body = document_of(intake);
        told.document = Some(Proposed {
            kind: entity::DOCUMENT,
            id: text(&body, "id").unwrap_or_default().to_owned(),
            body,
            why: String::new(),
        });
    }
    Ok(told)
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
    let review = to_be_confirmed(visit, id).await?;
    let intake = &review.intake;
    let editor = editor(visit)?;
    let told = told_by(visit, &review).await?;
    let scene = visit.scene();
    let asked = pairs.iter().find(|(name, _)| name == "which");
    let which = pages::which(
        &scene,
        intake,
        &told,
        asked.map(|(_, which)| which.as_str()),
    );
    let mut typed = Typed {
        pairs,
        ..Typed::default()
    };
    let confirmed = pages::confirmed(&scene, intake, &told, &which, &typed);
    let store = &visit.site.state.store;
    match carry_out(store, intake.id, &confirmed, &editor, visit.now).await {
        Ok(_) => Ok(told::go(
            &path_of(intake.id),
            &told::document("confirmed", 1),
        )),
        Err(IntakeError::Wrong(wrong)) => {
            typed.wrong = wrong;
            let status = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(draw(visit, status, intake, &told, &which, Some(&typed)))
        }
        Err(error) => Err(error.into()),
    }
}
