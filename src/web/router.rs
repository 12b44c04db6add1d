//! The router: the [table of routes](super::routes), and what every request passes on its way.

use std::time::Duration;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::handler::Handler;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::Response;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;

use super::WebState;
use super::failure::Failure;
use super::handlers::plain;
use super::protection::{Gate, admit, guard};
use super::routes::table;
use super::site::Site;

/// The longest form, in bytes.
pub(super) const MAX_FORM: usize = 64 * 1024;
/// How long a page may take; moving a demonstration by a month takes longest.
const PATIENCE: Duration = Duration::from_secs(60);

/// All pages.
pub fn router(state: WebState) -> Router {
    let site = Site::new(state);
    let mut pages = Router::new();
    for route in table(site.renderer.style_path()) {
        let gate = Gate::of(&route.entry);
        let admitted = from_fn_with_state((site.clone(), gate), admit);
        pages = pages.route(&route.entry.path, route.answers.route_layer(admitted));
    }
    let nowhere = from_fn_with_state((site.clone(), Gate::NOWHERE), admit);
    let fault = {
        let site = site.clone();
        move |_| -> Response { site.failure(&Failure::Fault) }
    };
    pages
        .fallback_service(plain::nowhere.layer(nowhere).with_state(site.clone()))
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
