//! What is no page of the record: the style sheet and the mark, health, and addresses that lead
//! nowhere.

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};

use crate::web::client::Client;
use crate::web::failure::Failure;
use crate::web::metrics::{self, Measured};
use crate::web::render::{ICON, REVIEW_SCRIPT, STYLE};
use crate::web::site::{Site, Visit};

/// Its address changes with its content.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

pub async fn style() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/css; charset=utf-8"),
        (CACHE_CONTROL, FOR_EVER),
    ];
    (headers, STYLE)
}

/// As the style sheet.
pub async fn review_script() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CACHE_CONTROL, FOR_EVER),
    ];
    (headers, REVIEW_SCRIPT)
}

pub async fn icon() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "image/svg+xml"),
        (CACHE_CONTROL, "public, max-age=86400"),
    ];
    (headers, ICON)
}

/// Alive.
pub async fn healthz() -> &'static str {
    "ok\n"
}

/// In order, or not and why: one line a check. Why is told to programs that watch the daemon; others
/// hear which check it is.
pub async fn readyz(State(site): State<Site>, Extension(client): Extension<Client>) -> Response {
    let checks = site.state.readiness.check().await;
    let may_watch = site.state.lodge.may_watch(client);
    let in_order = checks.iter().all(|c| c.problem.is_none());
    let lines: String = checks
        .iter()
        .map(|c| match &c.problem {
            None => format!("{}: ok\n", c.name),
            Some(problem) if may_watch => format!("{}: {problem}\n", c.name),
            Some(_) => format!("{}: not in order\n", c.name),
        })
        .collect();
    let status = if in_order {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, lines).into_response()
}

/// For Prometheus. It answers while the database does not, and says so; and only to programs that
/// watch the daemon.
pub async fn metrics(State(site): State<Site>, Extension(client): Extension<Client>) -> Response {
    if !site.state.lodge.may_watch(client) {
        return site.failure(&Failure::NotFound);
    }
    let measured = match Measured::of(&site.state.store).await {
        Ok(measured) => Some(measured),
        Err(error) => {
            tracing::warn!("not everything could be measured: {error}");
            None
        }
    };
    let pulse = site.state.readiness.pulse();
    let now = site.state.clock.business_now();
    let text = metrics::text(measured.as_ref(), &pulse, now);
    let kind = "text/plain; version=0.0.4; charset=utf-8";
    ([(CONTENT_TYPE, kind)], text).into_response()
}

pub async fn nowhere(visit: Visit) -> Response {
    visit.failure(&Failure::NotFound)
}
