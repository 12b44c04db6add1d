//! What programs read: the record as JSON, in the keys in which files write it, with where things stand
//! beside. It shows what its reader may read and nothing else; `openapi.json` describes it.

use axum::http::StatusCode;
use axum::http::header::{CONTENT_TYPE, HeaderValue, WWW_AUTHENTICATE};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use serde_json::{Map, Value};

use crate::domain::commitment::Commitment;
use crate::domain::progress::Update;
use crate::record::editing::{body_of, body_of_commitment};
use crate::record::{EntityKey, entity};

use super::failure::Failure;
use super::filter::Filter;
use super::scene::Scene;
use super::standing::Standing;

pub mod search;

/// The description of it all.
pub const DESCRIPTION: &str = include_str!("openapi.json");

/// Where all of its addresses begin.
pub const ADDRESSES: &str = "/api/";

/// How many commitments a page has.
pub const PAGE: usize = 100;

/// A thing of the record, by the keys of the format.
type Body = Map<String, Value>;

/// A page of commitments, the most pressing first.
#[derive(Debug, Serialize)]
pub struct CommitmentsPage {
    /// The business clock.
    as_of: DateTime<Utc>,
    /// How many match, on all pages.
    total: usize,
    /// The address of the next page.
    next: Option<String>,
    commitments: Vec<CommitmentView>,
}

/// A commitment, and where it stands.
#[derive(Debug, Serialize)]
pub struct CommitmentView {
    /// Its page.
    url: String,
    commitment: Body,
    status: Status,
}

/// Where a commitment stands on its lead desk's day.
#[derive(Debug, Serialize)]
struct Status {
    schedule: &'static str,
    /// The title of the milestone that presses most; null where the commitment's own deadline does.
    milestone: Option<String>,
    /// First and last day of the deadline that presses most; null where it has none or awaits an event.
    window: Option<(NaiveDate, NaiveDate)>,
    overdue_since: Option<NaiveDate>,
    reported: Option<&'static str>,
    confidence: Option<&'static str>,
}

/// Things of one kind.
#[derive(Debug, Serialize)]
pub struct Listed {
    #[serde(flatten)]
    things: Map<String, Value>,
}

/// Draws a page of the commitments a filter asks for.
pub fn commitments(scene: &Scene<'_>, filter: &Filter, url: &str) -> CommitmentsPage {
    let start = (filter.page - 1).saturating_mul(PAGE);
    let matching = scene.readable().filter(|s| filter.admits(scene, s));
    let (mut total, mut shown) = (0, Vec::new());
    for standing in matching {
        if total >= start && shown.len() < PAGE {
            shown.push(commitment(scene, standing, url));
        }
        total += 1;
    }
    let has_more = total > start.saturating_add(shown.len()) && !shown.is_empty();
    let next = has_more.then(|| filter.address("/api/v1/commitments", filter.page + 1));
    CommitmentsPage {
        as_of: scene.now,
        total,
        next: next.map(|path| format!("{url}{path}")),
        commitments: shown,
    }
}

/// Draws one commitment, without what its reader is not told.
pub fn commitment(scene: &Scene<'_>, standing: &Standing, url: &str) -> CommitmentView {
    let told = told(scene, &standing.commitment);
    CommitmentView {
        url: format!("{url}/commitments/{}", told.reference),
        status: status(scene, standing),
        commitment: body_of_commitment(&told),
    }
}

/// The commitment as its reader may know it.
fn told(scene: &Scene<'_>, commitment: &Commitment) -> Commitment {
    let mut told = commitment.clone();
    told.updates
        .retain(|update| scene.may_read_update(update, commitment));
    let follows = told.follows.take();
    told.follows = follows.filter(|r| scene.commitment(r.as_str()).is_some());
    told
}

fn status(scene: &Scene<'_>, standing: &Standing) -> Status {
    let commitment = &*standing.commitment;
    let latest = commitment.latest_update(standing.today);
    let latest = latest.filter(|update| scene.may_read_update(update, commitment));
    let confidence = latest.and_then(Update::held_confidence);
    Status {
        schedule: standing.schedule.as_str(),
        milestone: standing.milestone_title().map(str::to_owned),
        window: standing.window.map(|w| (w.first, w.last)),
        overdue_since: standing.overdue_since(),
        reported: latest.map(|update| update.reported.as_str()),
        confidence: confidence.map(|c| c.as_str()),
    }
}

/// Every meeting, by its id.
pub fn meetings(scene: &Scene<'_>) -> Listed {
    let ids = scene.directory().meetings.keys();
    listed(
        scene,
        "meetings",
        entity::MEETING,
        ids.map(ToString::to_string),
    )
}

pub fn partnerships(scene: &Scene<'_>) -> Listed {
    let ids = scene.directory().partnerships.keys();
    listed(
        scene,
        "partnerships",
        entity::PARTNERSHIP,
        ids.map(ToString::to_string),
    )
}

/// Every document, without its text.
pub fn documents(scene: &Scene<'_>) -> Listed {
    let ids = scene.book.documents.keys();
    let mut listed = listed(
        scene,
        "documents",
        entity::DOCUMENT,
        ids.map(ToString::to_string),
    );
    if let Some(Value::Array(documents)) = listed.things.get_mut("documents") {
        for document in documents.iter_mut().filter_map(Value::as_object_mut) {
            document.shift_remove("text");
        }
    }
    listed
}

/// One thing by its keys; `None` where there is none.
pub fn one(scene: &Scene<'_>, kind: &'static str, id: &str) -> Option<Body> {
    let id = id.to_owned();
    body_of(scene.book, &EntityKey { kind, id })
}

fn listed(
    scene: &Scene<'_>,
    name: &str,
    kind: &'static str,
    ids: impl Iterator<Item = String>,
) -> Listed {
    let bodies = ids.filter_map(|id| one(scene, kind, &id));
    let bodies: Vec<Value> = bodies.map(Value::Object).collect();
    Listed {
        things: [(name.to_owned(), Value::Array(bodies))]
            .into_iter()
            .collect(),
    }
}

/// What could not be answered (RFC 9457).
#[derive(Debug, Serialize)]
struct Problem<'a> {
    title: &'a str,
    status: u16,
    detail: &'a str,
}

/// The answer where there is nothing to answer with.
pub fn problem(failure: &Failure) -> Response {
    if let Failure::Store(error) = failure {
        tracing::error!("a program was not answered: {error}");
    }
    let page = failure.page();
    told_as_problem(failure.status(), page.heading, &page.what)
}

/// The address asks for what cannot be.
pub fn unreadable(complaints: &[String]) -> Response {
    let detail = complaints.join(" ");
    told_as_problem(
        StatusCode::BAD_REQUEST,
        "The address cannot be read",
        &detail,
    )
}

/// Who asks has not said who they are, or what they brought opens nothing.
pub fn not_known() -> Response {
    let detail = "Send a key in the header `Authorization: Bearer KEY`. People make keys for their programs on their account's page.";
    let title = "A key is needed, and this one opens nothing";
    let mut response = told_as_problem(StatusCode::UNAUTHORIZED, title, detail);
    let bearer = HeaderValue::from_static("Bearer");
    response.headers_mut().insert(WWW_AUTHENTICATE, bearer);
    response
}

fn told_as_problem(status: StatusCode, title: &str, detail: &str) -> Response {
    let problem = Problem {
        title,
        status: status.as_u16(),
        detail,
    };
    let text = serde_json::to_string(&problem).unwrap_or_default();
    let json = HeaderValue::from_static("application/problem+json");
    (status, [(CONTENT_TYPE, json)], text).into_response()
}

/// An answer, and the text of it to note who saw what.
pub fn answer<T: Serialize>(value: &T) -> Result<(Response, String), Failure> {
    let text = serde_json::to_string(value).map_err(|_| Failure::Fault)?;
    let json = HeaderValue::from_static("application/json");
    let response = ([(CONTENT_TYPE, json)], text.clone()).into_response();
    Ok((response, text))
}
