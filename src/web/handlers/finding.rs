//! Finding by words.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::Response;

use super::views;
use crate::domain::finding::Query;
use crate::store::Found;
use crate::web::failure::Failure;
use crate::web::filter::{Filter, Place};
use crate::web::frame::Area;
use crate::web::pages::search;
use crate::web::row::Link;
use crate::web::site::{Pairs, Visit};

pub async fn search(visit: Visit, Pairs(pairs): Pairs) -> Response {
    let result = found(&visit, &pairs).await;
    visit.answer(result)
}

async fn found(visit: &Visit, pairs: &[(String, String)]) -> Result<Response, Failure> {
    let scene = visit.scene();
    let (filter, complaints) = Filter::read(Place::Search, pairs, scene.directory());
    let status = match complaints.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::BAD_REQUEST,
    };
    let query = Query::read(filter.words.as_deref().unwrap_or_default());
    let found = find(visit, &query).await?;
    let mut page = search::search(&scene, &filter, complaints, &query, &found);
    if found == Found::default()
        && let Some(meant) = search::meant(&scene, &query)
        && find(visit, &Query::read(&meant)).await? != Found::default()
    {
        let other = Filter {
            words: Some(meant.clone()),
            ..filter.clone()
        };
        page.meant = Some(Link::new(other.href(1), meant));
    }
    page.views = views::bar(visit, &filter).await?;
    Ok(visit.page_with(status, Area::Search, "Find", "search.html", &page))
}

/// Everything on record that says what is looked for, as far as the visitor may read it.
pub async fn find(visit: &Visit, query: &Query) -> Result<Found, Failure> {
    if query.is_empty() {
        return Ok(Found::default());
    }
    let snapshot = visit.site.state.store.read().await?;
    Ok(snapshot.find(&visit.viewer, query).await?)
}

/// The filter of a list, with the commitments that say its words: a list finds what the search does.
pub async fn with_words(visit: &Visit, filter: Filter) -> Result<Filter, Failure> {
    let Some(words) = &filter.words else {
        return Ok(filter);
    };
    let found = find(visit, &Query::read(words)).await?;
    let saying = found
        .commitments
        .into_iter()
        .map(|(reference, _)| reference);
    Ok(Filter {
        saying: Some(Arc::new(saying.collect())),
        ..filter
    })
}
