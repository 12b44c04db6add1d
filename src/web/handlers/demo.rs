//! The bar of a demonstration: its day is moved, and somebody else looks. Elsewhere there is no
//! such address.

use axum::Form;
use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;

use crate::domain::access::Viewer;
use crate::domain::ids::ReaderId;
use crate::web::failure::Failure;
use crate::web::site::{Site, VIEWER_COOKIE};
use crate::web::told;

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
            told::go(&step.back, &told)
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
        Some(reader) => told::go_with(&wish.back, &format!("{VIEWER_COOKIE}={reader}")),
        None => site.failure(&Failure::Refused("Nobody by that name is on record.")),
    }
}
