//! Where reviewers work: their queue, a decision from there or from the commitment's own page, and what
//! is raised with the partner. What could not be done comes back beside its field, as everywhere.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::Response;

use super::record::draw_commitment;
use super::work::to_be_mended;
use crate::acts::working::WorkError;
use crate::acts::{raising, reviewing};
use crate::domain::commitment::Lifecycle;
use crate::domain::ids::{CommitmentRef, MeetingId};
use crate::domain::progress::Verified;
use crate::domain::raising::Occasion;
use crate::domain::reporting::{Complaint, Seen};
use crate::domain::reviewing::Ending;
use crate::web::failure::Failure;
use crate::web::forms::Sent;
use crate::web::frame::{Area, REVIEWS};
use crate::web::pages::forms::{Back, ReviewBack};
use crate::web::pages::reviews;
use crate::web::protection::own_path;
use crate::web::review_form::{self, TypedReview};
use crate::web::site::{Pairs, Visit};
use crate::web::told::{self, Step};

pub async fn reviews(visit: Visit, pairs: Pairs) -> Response {
    let scene = visit.scene();
    let page = reviews::reviews(&scene, pairs.get("at"), reviews::fresh_form);
    visit.page(Area::Reviews, "Reviews", "reviews.html", &page)
}

/// A reviewer's decision, from the queue or from the commitment's own page.
pub async fn review(visit: Visit, Path(reference): Path<String>, sent: Sent) -> Response {
    let result = decide(visit, &reference, &sent).await;
    result.unwrap_or_else(|(visit, failure)| visit.failure(&failure))
}

/// The commitment that a form is about, as its reader may know it.
fn known(visit: &Visit, reference: &str) -> Option<CommitmentRef> {
    let scene = visit.scene();
    scene.commitment(reference).map(|c| c.reference.clone())
}

async fn decide(
    mut visit: Visit,
    reference: &str,
    sent: &Sent,
) -> Result<Response, (Visit, Failure)> {
    let typed = TypedReview::read(sent);
    let back = own_path(sent.text("back")).to_owned();
    let Some(known) = known(&visit, reference) else {
        return Err((visit, Failure::NotFound));
    };
    let done = do_decide(&visit, &known, sent.text("do"), &typed, sent).await;
    let error = match done {
        Ok(step) => return Ok(told::go(&back, &told::step(step, &known))),
        Err(error) => error,
    };
    let (complaints, overtaken) = match to_be_mended(&mut visit, &back, error).await {
        Ok(matter) => matter,
        Err(failure) => return Err((visit, failure)),
    };
    let review = (typed, complaints, overtaken);
    let drawn = if back.starts_with(REVIEWS) {
        Ok(draw_reviews(&visit, reference, &review))
    } else {
        let back = Back {
            review: Some(review),
            ..Back::default()
        };
        draw_commitment(&visit, reference, &Pairs(Vec::new()), back).await
    };
    drawn.map_err(|failure| (visit, failure))
}

fn draw_reviews(visit: &Visit, reference: &str, back: &ReviewBack) -> Response {
    let scene = visit.scene();
    let (typed, complaints, overtaken) = back;
    let page = reviews::reviews(&scene, Some(reference), |scene, standing| {
        let commitment = &standing.commitment;
        if commitment.reference.as_str() != reference {
            return reviews::fresh_form(scene, standing);
        }
        let (typed, today) = (Some(typed), standing.today);
        review_form::form(scene, commitment, today, typed, complaints, *overtaken)
    });
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    visit.page_with(status, Area::Reviews, "Reviews", "reviews.html", &page)
}

async fn do_decide(
    visit: &Visit,
    reference: &CommitmentRef,
    wish: &str,
    typed: &TypedReview,
    sent: &Sent,
) -> Result<Step, WorkError> {
    let (store, now, worker) = (&visit.site.state.store, visit.now, visit.worker());
    let seen = sent.maybe("seen").map(Seen::parse);
    let (seen, worker) = (seen.as_ref(), &worker);
    match wish {
        "accept" | "grant" | "end" => {
            let judgement = typed.judgement(wish == "grant", wish == "end")?;
            let after = reviewing::accept(store, reference, &judgement, seen, worker, now).await?;
            Ok(match (wish, after.state) {
                (_, Lifecycle::CarriedForward) => Step::Continued,
                ("grant", _) => Step::Redated,
                ("end", Lifecycle::Closed) => Step::Closed,
                ("end", _) => Step::GivenUp,
                _ => Step::Accepted,
            })
        }
        "return" => {
            let words = typed.words();
            reviewing::return_with_words(store, reference, words, seen, worker, now).await?;
            Ok(Step::Returned)
        }
        "verify" => {
            let verified = Verified::parse(&typed.verified);
            let unsaid = || vec![Complaint::new("verified", "Say what you found.")];
            let verified = verified.ok_or_else(unsaid)?;
            reviewing::verify(store, reference, verified, worker, now).await?;
            Ok(Step::Verified)
        }
        "close" | "give-up" => {
            let (ending, step) = match wish {
                "close" => (Ending::Met, Step::Closed),
                _ => (Ending::Withdrawn, Step::GivenUp),
            };
            reviewing::end(store, reference, ending, typed.reason(), seen, worker, now).await?;
            Ok(step)
        }
        "redate" => {
            let to = typed.new_date()?;
            let of = Some(typed.of.as_str()).filter(|of| !of.is_empty());
            let reason = typed.reason();
            reviewing::give_new_date(store, reference, of, &to, reason, worker, now).await?;
            Ok(Step::Redated)
        }
        _ => Err(WorkError::Unfit(vec![Complaint::new(
            "all",
            "Choose one of the buttons.",
        )])),
    }
}

/// A request was raised with the partner, or got its reply.
pub async fn raise(visit: Visit, Path(reference): Path<String>, sent: Sent) -> Response {
    let result = do_raise(visit, &reference, &sent).await;
    result.unwrap_or_else(|(visit, failure)| visit.failure(&failure))
}

async fn do_raise(
    mut visit: Visit,
    reference: &str,
    sent: &Sent,
) -> Result<Response, (Visit, Failure)> {
    let Some(known) = known(&visit, reference) else {
        return Err((visit, Failure::NotFound));
    };
    let back = format!("/commitments/{known}");
    let error = match enter_occasion(&visit, &known, sent).await {
        Ok(step) => return Ok(told::go(&back, &told::step(step, &known))),
        Err(error) => error,
    };
    let (mut complaints, overtaken) = match to_be_mended(&mut visit, &back, error).await {
        Ok(matter) => matter,
        Err(failure) => return Err((visit, failure)),
    };
    if overtaken {
        let words = "Somebody entered something in the meantime; look, and enter it again.";
        complaints.push(Complaint::new("all", words));
    }
    let raised = ["date", "meeting", "reply", "place"].map(|field| sent.text(field).to_owned());
    let back = Back {
        raised: Some((raised, complaints)),
        ..Back::default()
    };
    let drawn = draw_commitment(&visit, reference, &Pairs(Vec::new()), back).await;
    drawn.map_err(|failure| (visit, failure))
}

async fn enter_occasion(
    visit: &Visit,
    reference: &CommitmentRef,
    sent: &Sent,
) -> Result<Step, WorkError> {
    let (store, now, worker) = (&visit.site.state.store, visit.now, visit.worker());
    if let Some(place) = sent.maybe("place") {
        let place = place.parse().unwrap_or(usize::MAX);
        let seen = sent.maybe("seen").map(Seen::parse);
        let words = sent.text("reply");
        raising::reply(store, reference, place, words, seen.as_ref(), &worker, now).await?;
        return Ok(Step::Replied);
    }
    let unfit = |field, words: &str| vec![Complaint::new(field, words)];
    let date = sent.text("date").parse();
    let date = date.map_err(|_| unfit("date", "Say the day, like 2025-06-20."))?;
    let meeting = sent.maybe("meeting").map(MeetingId::parse).transpose();
    let occasion = Occasion {
        date,
        meeting: meeting.map_err(|_| unfit("meeting", "There is no such meeting."))?,
        reply: sent.maybe("reply").map(str::to_owned),
    };
    raising::raise(store, reference, &occasion, &worker, now).await?;
    Ok(Step::Raised)
}
