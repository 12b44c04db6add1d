//! The views people keep.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use uuid::Uuid;

use crate::acts::views::{Called, call, desks_of, keep, let_go};
use crate::acts::working::WorkError;
use crate::domain::ids::DeskId;
use crate::domain::view::{SavedView, ViewPage};
use crate::entropy::{Entropy, SystemEntropy};
use crate::web::failure::Failure;
use crate::web::filter::Filter;
use crate::web::frame::Area;
use crate::web::pages::views::{self as pages, Returned, ViewsBar, place_of};
use crate::web::site::{Typed, Visit};

/// The views of whoever looks: their own, and those shared with their desks.
pub async fn of(visit: &Visit) -> Result<Vec<SavedView>, Failure> {
    let worker = visit.worker();
    let Some(reader) = worker.reader() else {
        return Ok(Vec::new());
    };
    let desks = desks_of(&worker, &visit.book.directory, visit.now);
    let snapshot = visit.site.state.store.read().await?;
    Ok(snapshot.views_for(&reader, &desks).await?)
}

/// What stands above a list with these filters.
pub async fn bar(visit: &Visit, filter: &Filter) -> Result<ViewsBar, Failure> {
    let views = of(visit).await?;
    Ok(pages::bar(&visit.scene(), &visit.worker(), filter, &views))
}

pub async fn show(visit: Visit) -> Response {
    let result = draw(&visit, None, &Returned::default()).await;
    visit.answer(result)
}

pub async fn keep_new(visit: Visit, Typed(pairs): Typed) -> Response {
    let result = try_to_keep(&visit, &pairs).await;
    visit.answer(result)
}

async fn try_to_keep(visit: &Visit, pairs: &[(String, String)]) -> Result<Response, Failure> {
    let page = ViewPage::parse(typed(pairs, "view-page")).ok_or(Failure::NotFound)?;
    let (filter, _) = Filter::read(place_of(page), pairs, &visit.book.directory);
    let filter = Filter { page: 1, ..filter };
    let address = filter.href(1);
    let query = address.split_once('?').map_or("", |(_, query)| query);
    let called = called(pairs);
    let entropy: &dyn Entropy = &SystemEntropy;
    let id = entropy.uuid();
    let store = &visit.site.state.store;
    let kept = keep(
        store,
        &visit.worker(),
        &called,
        (page, query),
        id,
        visit.now,
    )
    .await;
    match kept {
        Ok(_) => Ok(Redirect::to(&address).into_response()),
        Err(error) => refused(visit, error, Some(&filter), None, called).await,
    }
}

pub async fn change(visit: Visit, Path(id): Path<String>, Typed(pairs): Typed) -> Response {
    let result = try_to_change(&visit, &id, &pairs).await;
    visit.answer(result)
}

async fn try_to_change(
    visit: &Visit,
    id: &str,
    pairs: &[(String, String)],
) -> Result<Response, Failure> {
    let id: Uuid = id.parse().map_err(|_| Failure::NotFound)?;
    let (store, worker) = (&visit.site.state.store, visit.worker());
    let called = called(pairs);
    let done = match typed(pairs, "do") {
        "let-go" => let_go(store, &worker, id).await,
        _ => call(store, &worker, id, &called, visit.now).await,
    };
    match done {
        Ok(()) => Ok(Redirect::to("/views").into_response()),
        Err(error) => refused(visit, error, None, Some(id), called).await,
    }
}

/// The page of the views with what was typed and why it could not be done.
async fn refused(
    visit: &Visit,
    error: WorkError,
    kept: Option<&Filter>,
    id: Option<Uuid>,
    called: Called,
) -> Result<Response, Failure> {
    let complaints = match error {
        WorkError::Unfit(complaints) => complaints,
        WorkError::NotFound => return Err(Failure::NotFound),
        WorkError::Store(error) => return Err(error.into()),
        WorkError::NotPermitted(why) => return Err(Failure::Refused(why)),
        other @ WorkError::Overtaken => return Err(Failure::Conflict(other.to_string())),
    };
    let returned = Returned {
        id,
        name: called.name,
        desk: called.desk,
        complaints,
    };
    draw(visit, kept, &returned).await
}

async fn draw(
    visit: &Visit,
    kept: Option<&Filter>,
    returned: &Returned,
) -> Result<Response, Failure> {
    let views = of(visit).await?;
    let page = pages::views(&visit.scene(), &visit.worker(), &views, kept, returned);
    let status = match returned.complaints.is_empty() {
        true => StatusCode::OK,
        false => StatusCode::UNPROCESSABLE_ENTITY,
    };
    Ok(visit.page_with(status, Area::Elsewhere, "Your views", "views.html", &page))
}

fn called(pairs: &[(String, String)]) -> Called {
    Called {
        name: typed(pairs, "view-name").to_owned(),
        desk: DeskId::parse(typed(pairs, "view-desk")).ok(),
    }
}

fn typed<'a>(pairs: &'a [(String, String)], name: &str) -> &'a str {
    let pair = pairs.iter().find(|(n, _)| n == name);
    pair.map_or("", |(_, value)| value.trim())
}
