//! The bar of a demonstration: its day is moved, and somebody else looks. Elsewhere there is no
//! such address.

use axum::Form;
use axum::extract::State;
use axum::http::header::{LOCATION, SET_COOKIE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::access::Viewer;
use crate::domain::ids::ReaderId;
use crate::web::failure::Failure;
use crate::web::protection::own_path;
use crate::web::site::{Site, TOLD_COOKIE, VIEWER_COOKIE};

#[derive(Debug, Deserialize)]
pub struct Advance {
    days: u32,
    #[serde(default)]
    back: String,
}

/// The furthest one step goes.
const MAX_DAYS: u32 = 31;

pub async fn advance(State(site): State<Site>, Form(step): Form<Advance>) -> Response {
    let Some(demo) = &site.state.demo else {
        return site.failure(&Failure::NotFound);
    };
    if !(1..=MAX_DAYS).contains(&step.days) {
        let why = "A demonstration moves by one day at least and a month at most.";
        return site.failure(&Failure::Refused(why));
    }
    match demo.advance(step.days).await {
        Ok(advanced) => {
            let told = format!("{}.{}", step.days, advanced.sent);
            go_back(&step.back, &format!("{TOLD_COOKIE}={told}; Max-Age=60"))
        }
        Err(problem) => {
            tracing::error!("the demonstration could not be moved: {problem}");
            site.failure(&Failure::Failed(problem))
        }
    }
}

#[derive(Debug, Deserialize)]
pub struct LookAs {
    #[serde(rename = "as")]
    reader: String,
    #[serde(default)]
    back: String,
}

pub async fn look_as(State(site): State<Site>, Form(wish): Form<LookAs>) -> Response {
    let directory = match site.state.store.directory().await {
        Ok(directory) => directory,
        Err(error) => return site.failure(&error.into()),
    };
    let reader = ReaderId::parse(&wish.reader).ok();
    let known = reader.filter(|r| Viewer::from_reader(r, &directory).is_some());
    match known {
        Some(reader) => go_back(&wish.back, &format!("{VIEWER_COOKIE}={reader}")),
        None => site.failure(&Failure::Refused("Nobody by that name is on record.")),
    }
}

/// Back to the page the form was on, with a cookie.
fn go_back(back: &str, cookie: &str) -> Response {
    let location = HeaderValue::from_str(own_path(back));
    let cookie = HeaderValue::from_str(&format!("{cookie}; Path=/; HttpOnly; SameSite=Lax"));
    match (location, cookie) {
        (Ok(location), Ok(cookie)) => {
            let headers = [(LOCATION, location), (SET_COOKIE, cookie)];
            (StatusCode::SEE_OTHER, headers).into_response()
        }
        _ => Failure::Fault.into_response(),
    }
}
