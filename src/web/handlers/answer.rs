//! The page behind an answer in a mail. Looking changes nothing, because scanners and previews look,
//! too; the form on it gives the answer. Nobody signs in for it: the token says for which desk somebody
//! answers, and of what. So nothing else is shown, and no way leads on from here.

use axum::Form;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, LOCATION};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::acts::Actor;
use crate::acts::answering::{AnswerError, Link, Times, answer, look};
use crate::delivery::masking::MASKED;
use crate::domain::answer::Answer;
use crate::domain::answering::AnswerForm;
use crate::domain::reporting::Complaint;
use crate::domain::sighting::Place;
use crate::web::failure::Failure;
use crate::web::pages::answer::{self as page, Slip};
use crate::web::site::Site;

/// Which answer is filled in.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    is: Option<String>,
}

/// What the form of a page sends.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Sent {
    is: String,
    words: String,
    confidence: String,
    evidence: String,
    date: String,
    by: String,
    name: String,
}

pub async fn show(
    State(site): State<Site>,
    Path(token): Path<String>,
    Query(asked): Query<Asked>,
) -> Response {
    if token == MASKED {
        return slip(&site, StatusCode::GONE, &page::masked());
    }
    let chosen = asked.is.as_deref().and_then(Answer::parse);
    match try_to_show(&site, &token, chosen).await {
        Ok(response) => response,
        Err(failure) => site.failure(&failure),
    }
}

async fn try_to_show(
    site: &Site,
    token: &str,
    chosen: Option<Answer>,
) -> Result<Response, Failure> {
    let store = &site.state.store;
    let key = store.signing_key().await?;
    let snapshot = store.read().await?;
    let link = look(&snapshot, &key, token, times(site)).await?;
    let link = link.ok_or(Failure::NotFound)?;
    Ok(show_link(site, &link, chosen))
}

fn show_link(site: &Site, link: &Link, chosen: Option<Answer>) -> Response {
    note_sighting(site, link);
    match link {
        Link::Open(question) => {
            let form = page::begun(chosen, question);
            slip(
                site,
                StatusCode::OK,
                &page::open(question, chosen, &form, &[]),
            )
        }
        Link::Used(question, given) => slip(site, StatusCode::OK, &page::used(question, given)),
        Link::Ended => slip(site, StatusCode::GONE, &page::ended()),
    }
}

pub async fn give(
    State(site): State<Site>,
    Path(token): Path<String>,
    Form(sent): Form<Sent>,
) -> Response {
    let Some(said) = Answer::parse(&sent.is) else {
        return site.failure(&Failure::Refused(
            "The form does not say which answer is given.",
        ));
    };
    let form = AnswerForm {
        words: sent.words,
        confidence: sent.confidence,
        evidence: sent.evidence,
        date: sent.date,
        by: sent.by,
        name: sent.name,
    };
    match answer(&site.state.store, &token, said, &form, times(&site)).await {
        Ok(_) => given(&token),
        Err(AnswerError::Unfit(question, complaints)) => {
            let complaints: Vec<Complaint> = complaints.into_iter().map(on_this_form).collect();
            let page = page::open(&question, Some(said), &form, &complaints);
            slip(&site, StatusCode::UNPROCESSABLE_ENTITY, &page)
        }
        Err(AnswerError::Closed(link)) => {
            let mut response = show_link(&site, &link, None);
            if matches!(link, Link::Used(..)) {
                *response.status_mut() = StatusCode::CONFLICT;
            }
            response
        }
        Err(AnswerError::NotFound) => site.failure(&Failure::NotFound),
        Err(AnswerError::Store(error)) => site.failure(&error.into()),
    }
}

/// Whoever holds the link sees what it is about.
fn note_sighting(site: &Site, link: &Link) {
    let (Link::Open(question) | Link::Used(question, _)) = link else {
        return;
    };
    if question.commitment.is_restricted() {
        let actor = Actor::by_link(&(&question.desk).into());
        let zone = question.directory.house_zone();
        let reference = &question.commitment.reference;
        let sightings = &site.state.sightings;
        sightings.note(&actor, zone, reference, Place::Own, times(site).business);
    }
}

/// Back to the page, which now says what was answered.
fn given(token: &str) -> Response {
    match HeaderValue::from_str(&format!("/answer/{token}")) {
        Ok(page) => (StatusCode::SEE_OTHER, [(LOCATION, page)]).into_response(),
        Err(_) => Failure::Fault.into_response(),
    }
}

/// A complaint about a report, beside the field of this form that it came from.
fn on_this_form(complaint: Complaint) -> Complaint {
    let field = match complaint.field {
        "text" | "ask" => "words",
        "extension" => "date",
        "given" => "name",
        field => field,
    };
    Complaint { field, ..complaint }
}

fn times(site: &Site) -> Times {
    let clock = &site.state.clock;
    Times {
        business: clock.business_now(),
        real: clock.real_now(),
    }
}

fn slip(site: &Site, status: StatusCode, page: &Slip) -> Response {
    let settings = &site.state.settings;
    site.renderer.slip(status, &settings.name, page)
}
