//! Outcome documents on their way into the record: brought in, reviewed, confirmed. Each form becomes an
//! act; what could not be done comes back beside what it is about, with everything that was typed.

mod bringing;
mod confirming;
mod deciding;
mod forwarding;
mod one;

pub use bringing::{bring, list, show_new};
pub use confirming::{confirm, show_confirmation};
pub use deciding::decide;
pub use forwarding::{carry_forward, show_forward};
pub use one::{change_one, show_one};

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use axum::response::Response;
use uuid::Uuid;

use crate::acts::editing::Editor;
use crate::acts::intake::IntakeError;
use crate::domain::intake::may_read;
use crate::intake::review::beside::Beside;
use crate::intake::review::{Review, Wrong};
use crate::web::failure::Failure;
use crate::web::frame::Area;
use crate::web::pages::intake as pages;
use crate::web::pages::intake::review::{Typed, review as draw};
use crate::web::protection::SCRIPTED_POLICY;
use crate::web::site::{Pairs, Visit};

pub async fn show(visit: Visit, Path(id): Path<String>, query: Pairs) -> Response {
    let part = query.get("part").and_then(|part| part.parse().ok());
    let result = show_part(&visit, &id, part.unwrap_or(1)).await;
    visit.answer(result)
}

async fn show_part(visit: &Visit, id: &str, part: usize) -> Result<Response, Failure> {
    let review = addressed(visit, id).await?;
    draw_review(visit, StatusCode::OK, &review, part, &Typed::default()).await
}

async fn draw_review(
    visit: &Visit,
    status: StatusCode,
    review: &Review,
    part: usize,
    typed: &Typed,
) -> Result<Response, Failure> {
    let beside = beside(visit, review).await?;
    let scene = visit.scene();
    let page = draw(&scene, visit.administrator, review, &beside, part, typed);
    let title = page.heading.clone();
    let mut response = visit.page_with(status, Area::Record, &title, "review.html", &page);
    let policy = HeaderValue::from_static(SCRIPTED_POLICY);
    response
        .headers_mut()
        .insert(CONTENT_SECURITY_POLICY, policy);
    Ok(response)
}

/// A document beside the record, as the viewer reads both.
async fn beside(visit: &Visit, review: &Review) -> Result<Beside, Failure> {
    let site = &visit.site;
    let look = (&visit.book, &visit.viewer);
    site.readings
        .beside(review, look, &site.state.lexicon)
        .await
}

/// The document an address names, for a viewer who reads it; else there is none.
async fn addressed(visit: &Visit, id: &str) -> Result<Review, Failure> {
    let id = Uuid::parse_str(id).map_err(|_| Failure::NotFound)?;
    let snapshot = visit.site.state.store.read().await?;
    let review = snapshot.intake(id).await?.ok_or(Failure::NotFound)?;
    let scene = visit.scene();
    let custody = review.intake.custody();
    match may_read(&scene.rights(), visit.administrator, custody) {
        true => Ok(review),
        false => Err(Failure::NotFound),
    }
}

fn editor(visit: &Visit) -> Result<Editor, Failure> {
    pages::one::editor(&visit.scene(), visit.administrator).ok_or(Failure::NotFound)
}

const NOT_YOURS: &str =
    "Whoever keeps the partnership's record decides on what its documents propose.";

/// What stands in the way, to be shown on the page.
fn complain(
    error: IntakeError,
    wrong: &mut Vec<Wrong>,
    complaints: &mut Vec<String>,
) -> Result<(), Failure> {
    match error {
        IntakeError::Wrong(more) => wrong.extend(more),
        IntakeError::Overtaken(n) => {
            let words = format!(
                "Somebody else worked on proposal {n} since this page was drawn. Nothing was done; here is how it stands now."
            );
            complaints.push(words);
        }
        error => return Err(error.into()),
    }
    Ok(())
}

impl From<IntakeError> for Failure {
    fn from(error: IntakeError) -> Self {
        match error {
            IntakeError::NotFound => Failure::NotFound,
            IntakeError::NotPermitted(who) => Failure::Refused(who),
            IntakeError::Store(error) => Failure::Store(error),
            IntakeError::Overtaken(_) | IntakeError::Wrong(_) => {
                Failure::Conflict(error.to_string())
            }
        }
    }
}
