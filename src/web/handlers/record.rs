//! The pages about the record: drawn from the book alone, but for the mail about one commitment.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};

use crate::domain::commitment::Commitment;
use crate::domain::ledger::{NoticeFilter, Page};
use crate::domain::meeting::Meeting;
use crate::domain::notice::Subject;
use crate::domain::sighting::SEE;
use crate::web::failure::Failure;
use crate::web::filter::{Filter, Place};
use crate::web::frame::Area;
use crate::web::pages::forms::Back;
use crate::web::pages::what_if::{self, DeadlineQuestion, MeetingQuestion, WhatIf};
use crate::web::pages::{
    calendars, commitment, commitments, desks, forms, meetings, outcome, overview, partnership,
};
use crate::web::scene::Scene;
use crate::web::site::{Pairs, Visit};
use crate::web::standing::Standing;

/// How many notices about one commitment its page lists.
const NOTICES: u64 = 100;

/// How many looks at a restricted commitment its page lists.
const SIGHTINGS: u64 = 50;

pub async fn overview(visit: Visit) -> Response {
    let seen = match seen_by(&visit).await {
        Ok(seen) => seen,
        Err(failure) => return visit.failure(&failure),
    };
    let scene = Scene {
        seen,
        ..visit.scene()
    };
    let page = overview::overview(&scene);
    visit.page(Area::Overview, "Overview", "overview.html", &page)
}

/// Up to when the viewer has seen what is new.
async fn seen_by(visit: &Visit) -> Result<Option<DateTime<Utc>>, Failure> {
    let Some(reader) = visit.worker().reader() else {
        return Ok(None);
    };
    Ok(visit
        .site
        .state
        .store
        .read()
        .await?
        .seen_by(&reader)
        .await?)
}

pub async fn commitments(visit: Visit, Pairs(pairs): Pairs) -> Response {
    let scene = visit.scene();
    let (filter, complaints) = Filter::read(Place::List, &pairs, scene.directory());
    let status = if complaints.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let views = super::views::bar(&visit, &filter).await;
    let filter = super::finding::with_words(&visit, filter).await;
    let (views, filter) = match (views, filter) {
        (Ok(views), Ok(filter)) => (views, filter),
        (Err(failure), _) | (_, Err(failure)) => return visit.failure(&failure),
    };
    let page = commitments::CommitmentsPage {
        views,
        ..commitments::commitments(&scene, &filter, complaints)
    };
    let page = page.with_choice(&scene, visit.administrator, &filter);
    visit.page_with(
        status,
        Area::Commitments,
        "Commitments",
        "commitments.html",
        &page,
    )
}

pub async fn commitment(visit: Visit, Path(reference): Path<String>, pairs: Pairs) -> Response {
    let result = draw_commitment(&visit, &reference, &pairs, Back::default()).await;
    visit.answer(result)
}

pub async fn draw_commitment(
    visit: &Visit,
    reference: &str,
    pairs: &Pairs,
    back: Back,
) -> Result<Response, Failure> {
    let scene = visit.scene();
    scene.commitment(reference).ok_or(Failure::NotFound)?;
    let shared = visit
        .book
        .commitments
        .get(reference)
        .ok_or(Failure::NotFound)?;
    let standing = Standing::of(shared, scene.directory(), visit.now);
    let question = DeadlineQuestion::read(pairs);
    let ledger = ledger_of(visit, shared, &question).await?;
    let answer = pairs.get("answer");
    let forms = forms::forms(&scene, &standing, &visit.worker(), answer, &back);
    let page = commitment::commitment(&scene, &standing, &ledger, answer, &question, forms);
    let status = match back.is_empty() {
        true => page.what_if.as_ref().map_or(StatusCode::OK, status_of),
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = format!("{} {}", page.reference, page.title);
    Ok(visit.page_with(status, Area::Commitments, &title, "commitment.html", &page))
}

async fn ledger_of(
    visit: &Visit,
    commitment: &Commitment,
    question: &DeadlineQuestion,
) -> Result<commitment::Ledger, Failure> {
    let reference = &commitment.reference;
    let snapshot = visit.site.state.store.read().await?;
    let filter = NoticeFilter {
        commitment: Some(reference.clone()),
        ..NoticeFilter::default()
    };
    let page = Page {
        offset: 0,
        limit: NOTICES,
    };
    Ok(commitment::Ledger {
        entries: snapshot
            .ledger_of(&[Subject::Commitment(reference.clone())])
            .await?,
        notices: snapshot.notices(&filter, page).await?,
        live_on: match question.is_asked() {
            true => snapshot.installation().await?.live_on,
            false => None,
        },
        sightings: match commitment.is_restricted() {
            true => {
                snapshot
                    .audit_of(reference.as_str(), SEE, SIGHTINGS)
                    .await?
            }
            false => Vec::new(),
        },
    })
}

pub async fn meetings(visit: Visit) -> Response {
    let page = meetings::meetings(&visit.scene());
    visit.page(Area::Meetings, "Meetings", "meetings.html", &page)
}

pub async fn meeting(visit: Visit, Path(id): Path<String>, pairs: Pairs) -> Response {
    let result = show_meeting(&visit, &id, &pairs).await;
    visit.answer(result)
}

async fn show_meeting(visit: &Visit, id: &str, pairs: &Pairs) -> Result<Response, Failure> {
    let scene = visit.scene();
    let meetings = &scene.directory().meetings;
    let found = meetings.get(id).ok_or(Failure::NotFound)?;
    let question = MeetingQuestion::read(pairs);
    let ledger = match question.is_asked() {
        true => ledger_of_meeting(visit, found).await?,
        false => what_if::Ledger::default(),
    };
    let what_if = what_if::meeting(&scene, found, &question, &ledger);
    let status = status_of(&what_if);
    let mut page = meetings::meeting(&scene, found, what_if);
    page.bring = meetings::bring(&scene, found, visit.administrator);
    Ok(visit.page_with(status, Area::Meetings, &page.name, "meeting.html", &page))
}

/// What cannot be looked at is told with the page, and by its status.
fn status_of(what_if: &WhatIf) -> StatusCode {
    match what_if.complaint {
        Some(_) => StatusCode::BAD_REQUEST,
        None => StatusCode::OK,
    }
}

/// What the ledger holds of a meeting and of what hangs on it.
async fn ledger_of_meeting(visit: &Visit, meeting: &Meeting) -> Result<what_if::Ledger, Failure> {
    let tied = what_if::hanging_on(&visit.scene(), meeting);
    let tied: Vec<Subject> = tied
        .into_iter()
        .map(|c| Subject::Commitment(c.reference.clone()))
        .collect();
    let snapshot = visit.site.state.store.read().await?;
    Ok(what_if::Ledger {
        of_meeting: snapshot
            .ledger_of(&[Subject::Meeting(meeting.id.clone())])
            .await?,
        of_commitments: snapshot.ledger_of(&tied).await?,
        live_on: snapshot.installation().await?.live_on,
    })
}

pub async fn document(visit: Visit, Path(id): Path<String>) -> Response {
    let scene = visit.scene();
    let Some(found) = scene.book.document(&id) else {
        return visit.failure(&Failure::NotFound);
    };
    let page = outcome::page(&scene, found);
    visit.page(Area::Meetings, &found.title, "outcome.html", &page)
}

pub async fn partnership(visit: Visit, Path(id): Path<String>) -> Response {
    let scene = visit.scene();
    let Some(found) = scene.directory().partnerships.get(id.as_str()) else {
        return visit.failure(&Failure::NotFound);
    };
    let mut page = partnership::partnership(&scene, found);
    page.bring = partnership::bring(&scene, found, visit.administrator);
    visit.page(Area::Overview, page.name, "partnership.html", &page)
}

pub async fn calendars(visit: Visit) -> Response {
    let page = calendars::calendars(&visit.scene());
    visit.page(Area::Operator, "Calendars", "calendars.html", &page)
}

pub async fn desks(visit: Visit) -> Response {
    let page = desks::desks(&visit.scene());
    visit.page(Area::Desks, "Desks", "desks.html", &page)
}

pub async fn desk(visit: Visit, Path(id): Path<String>) -> Response {
    let scene = visit.scene();
    let Some(found) = scene.directory().desks.get(id.as_str()) else {
        return visit.failure(&Failure::NotFound);
    };
    let page = desks::desk(&scene, found);
    visit.page(Area::Desks, page.name, "desk.html", &page)
}
