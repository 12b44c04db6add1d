//! Which address is which page, and what every request passes on its way.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use axum::routing::{get, post};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use super::WebState;
use super::failure::Failure;
use super::handlers::{demo, ledger, plain, record, unsubscribe};
use super::protection::{guard, refuse_strangers};
use super::site::Site;

/// The longest form, in bytes.
const MAX_FORM: usize = 64 * 1024;
/// How long a page may take; moving a demonstration by a month takes longest.
const PATIENCE: Duration = Duration::from_secs(60);

/// All pages.
pub fn router(state: WebState) -> Router {
    let site = Site::new(state);
    let pages = Router::new()
        .route("/", get(record::overview))
        .route("/commitments", get(record::commitments))
        .route("/commitments/{reference}", get(record::commitment))
        .route("/meetings", get(record::meetings))
        .route("/meetings/{id}", get(record::meeting))
        .route("/partnerships/{id}", get(record::partnership))
        .route("/calendars", get(record::calendars))
        .route("/desks", get(record::desks))
        .route("/desks/{id}", get(record::desk))
        .route("/mail", get(ledger::mail))
        .route("/mail/{id}", get(ledger::notice))
        .route("/mail/{id}/body", get(ledger::body))
        .route("/mailbox", get(ledger::mailbox))
        .route("/operator", get(ledger::operator))
        .route(
            "/unsubscribe/{token}",
            get(unsubscribe::show).post(unsubscribe::change),
        )
        .route("/demo/advance", post(demo::advance))
        .route("/demo/look-as", post(demo::look_as))
        .route(site.renderer.style_path(), get(plain::style))
        .route("/favicon.svg", get(plain::icon))
        .fallback(plain::nowhere)
        .layer(from_fn_with_state(site.clone(), refuse_strangers));
    let fault = {
        let site = site.clone();
        move |_| -> Response { site.failure(&Failure::Fault) }
    };
    pages
        .route("/healthz", get(plain::healthz))
        .route("/readyz", get(plain::readyz))
        .route("/metrics", get(plain::metrics))
        .layer(CatchPanicLayer::custom(fault))
        .layer(DefaultBodyLimit::max(MAX_FORM))
        .layer(from_fn(guard))
        .layer(TimeoutLayer::with_status_code(
            StatusCode::SERVICE_UNAVAILABLE,
            PATIENCE,
        ))
        .layer(CompressionLayer::new())
        .with_state(site)
}
