//! The API: each address a thing of the record, or a list of them.

use axum::extract::Path;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use super::finding::{find, with_words};
use crate::domain::finding::Query;
use crate::record::entity;
use crate::web::api::{self, search};
use crate::web::failure::Failure;
use crate::web::filter::{Filter, Place};
use crate::web::site::{Pairs, Visit};
use crate::web::standing::Standing;

pub async fn description() -> Response {
    ([(CONTENT_TYPE, "application/json")], api::DESCRIPTION).into_response()
}

pub async fn commitments(visit: Visit, Pairs(pairs): Pairs) -> Response {
    let (filter, complaints) = Filter::read(Place::List, &pairs, &visit.book.directory);
    if !complaints.is_empty() {
        return api::unreadable(&complaints);
    }
    let filter = match with_words(&visit, filter).await {
        Ok(filter) => filter,
        Err(failure) => return api::problem(&failure),
    };
    let page = api::commitments(&visit.scene(), &filter, base(&visit));
    answer(&visit, &page)
}

pub async fn search(visit: Visit, Pairs(pairs): Pairs) -> Response {
    let (filter, mut complaints) = Filter::read(Place::Search, &pairs, &visit.book.directory);
    let query = Query::read(filter.words.as_deref().unwrap_or_default());
    if query.is_empty() {
        complaints.push("Say in `q` what to look for: there is no word in it.".into());
    }
    if !complaints.is_empty() {
        return api::unreadable(&complaints);
    }
    match find(&visit, &query).await {
        Ok(found) => {
            let page = search::found(&visit.scene(), &filter, &query, &found, base(&visit));
            answer(&visit, &page)
        }
        Err(failure) => api::problem(&failure),
    }
}

pub async fn commitment(visit: Visit, Path(reference): Path<String>) -> Response {
    let scene = visit.scene();
    let found = scene.commitment(&reference);
    let shared = found.and_then(|c| visit.book.commitments.get(c.reference.as_str()));
    let Some(shared) = shared else {
        return api::problem(&Failure::NotFound);
    };
    let standing = Standing::of(shared, scene.directory(), visit.now);
    let view = api::commitment(&scene, &standing, base(&visit));
    answer(&visit, &view)
}

pub async fn meetings(visit: Visit) -> Response {
    answer(&visit, &api::meetings(&visit.scene()))
}

pub async fn meeting(visit: Visit, Path(id): Path<String>) -> Response {
    one(&visit, entity::MEETING, &id)
}

pub async fn documents(visit: Visit) -> Response {
    answer(&visit, &api::documents(&visit.scene()))
}

pub async fn document(visit: Visit, Path(id): Path<String>) -> Response {
    one(&visit, entity::DOCUMENT, &id)
}

pub async fn partnerships(visit: Visit) -> Response {
    answer(&visit, &api::partnerships(&visit.scene()))
}

fn one(visit: &Visit, kind: &'static str, id: &str) -> Response {
    match api::one(&visit.scene(), kind, id) {
        Some(thing) => answer(visit, &thing),
        None => api::problem(&Failure::NotFound),
    }
}

/// The answer; what it shows of restricted commitments is noted by the addresses in it.
fn answer<T: Serialize>(visit: &Visit, value: &T) -> Response {
    match api::answer(value) {
        Ok((response, text)) => {
            visit.saw_in(&text);
            response
        }
        Err(failure) => api::problem(&failure),
    }
}

/// The address of the pages, without its last stroke.
fn base(visit: &Visit) -> &str {
    visit.site.state.settings.public_url.trim_end_matches('/')
}
