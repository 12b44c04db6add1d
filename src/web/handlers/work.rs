//! The rooms people work in: an officer's desk, a reviewer's queue, and the forms on a commitment's
//! own page. Each form becomes an act; what could not be done comes back beside its field, with
//! everything that was typed.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::acts::after_meeting::{AfterError, AfterMeeting, enter};
use crate::acts::working::WorkError;
use crate::acts::{evidence, raising, reporting, reviewing, seen};
use crate::domain::after_meeting::{Mark, Outcome};
use crate::domain::deadline::Deadline;
use crate::domain::evidence::may_have;
use crate::domain::ids::{CommitmentRef, MeetingId, ReaderId};
use crate::domain::progress::Verified;
use crate::domain::raising::Occasion;
use crate::domain::reporting::{Complaint, Seen};
use crate::domain::reviewing::Ending;
use crate::entropy::{Entropy, SystemEntropy};
use crate::web::failure::Failure;
use crate::web::forms::Sent;
use crate::web::frame::{Area, MY_DESK, REVIEWS};
use crate::web::handlers::record::draw_commitment;
use crate::web::pages::after_meeting::{self, Typed, TypedMark};
use crate::web::pages::forms::{Back, ReviewBack};
use crate::web::pages::my_desk::{self, Card, Cards, MyDeskPage};
use crate::web::pages::reviews;
use crate::web::pages::views::links;
use crate::web::protection::own_path;
use crate::web::report_form::{self, TypedReport};
use crate::web::review_form::{self, TypedReview};
use crate::web::site::{Pairs, Visit};
use crate::web::told::{self, Step};

pub async fn my_desk(visit: Visit) -> Response {
    let result = draw_desk(&visit, StatusCode::OK, &Cards::new()).await;
    visit.answer(result)
}

async fn draw_desk(visit: &Visit, status: StatusCode, back: &Cards) -> Result<Response, Failure> {
    let (scene, worker) = (visit.scene(), visit.worker());
    let views = super::views::of(visit).await?;
    let page = MyDeskPage {
        views: links(&scene, &worker, &views, ""),
        ..my_desk::my_desk(&scene, &worker, back)
    };
    Ok(visit.page_with(status, Area::MyDesk, "My desk", "my_desk.html", &page))
}

/// The cards of the desk, one or all.
pub async fn send_from_desk(visit: Visit, sent: Sent) -> Response {
    let result = send_all(visit, &sent).await;
    result.unwrap_or_else(|(visit, failure)| visit.failure(&failure))
}

/// The form on a commitment's own page: a card like the others.
pub async fn send_from_page(visit: Visit, Path(reference): Path<String>, sent: Sent) -> Response {
    if visit.scene().commitment(&reference).is_none() {
        return visit.failure(&Failure::NotFound);
    }
    send_from_desk(visit, sent).await
}

/// What a button wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Send,
    Keep,
    Withdraw,
}

/// What became of the cards.
#[derive(Default)]
struct Tally {
    sent: usize,
    kept: usize,
    cards: Cards,
    /// The one step, where there was one.
    step: Option<String>,
}

/// 1. The card whose button was pressed is sent, kept or withdrawn; all of them where that was the
///    button.
/// 2. What was typed into the other cards is kept as drafts: nothing typed is lost.
/// 3. What could not be done comes back with everything typed; otherwise the page follows.
async fn send_all(mut visit: Visit, sent: &Sent) -> Result<Response, (Visit, Failure)> {
    let wish = sent.text("do").to_owned();
    let (wish, chosen) = wish.split_once('@').unwrap_or((&wish, ""));
    let wish = match wish {
        "send" => Wish::Send,
        "withdraw" => Wish::Withdraw,
        _ => Wish::Keep,
    };
    if sent.broken {
        let why =
            "The form could not be read to its end: it is too large, or the connection broke.";
        return Err((visit, Failure::Refused(why)));
    }
    let references: Vec<String> = sent
        .fields
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("seen@").map(str::to_owned))
        .collect();
    let mut tally = Tally::default();
    for reference in &references {
        let is_chosen = chosen == reference;
        let wanted = match (is_chosen, chosen.is_empty()) {
            (true, _) | (_, true) => wish,
            (false, false) => Wish::Keep,
        };
        let done = one_card(&visit, sent, reference, wanted, is_chosen, &mut tally).await;
        match done {
            Ok(()) => {}
            Err(_) if !is_chosen && !chosen.is_empty() => {}
            Err(failure) => return Err((visit, failure)),
        }
    }
    let back = match sent.text("back") {
        "" => MY_DESK,
        back => own_path(back),
    };
    if tally.cards.is_empty() {
        let words = match (tally.step, tally.sent + tally.kept) {
            (Some(step), 0 | 1) => step,
            _ => told::several(tally.sent, tally.kept),
        };
        return Ok(told::go(back, &words));
    }
    if let Err(failure) = visit.renew(back).await {
        return Err((visit, failure));
    }
    if tally.sent + tally.kept > 0 {
        visit.tell(&told::several(tally.sent, tally.kept));
    }
    let of_page = back.strip_prefix("/commitments/").map(str::to_owned);
    let drawn = match of_page {
        Some(reference) => {
            let card = tally.cards.remove(&reference);
            let back = Back {
                card,
                ..Back::default()
            };
            draw_commitment(&visit, &reference, &Pairs(Vec::new()), back).await
        }
        None => draw_desk(&visit, StatusCode::UNPROCESSABLE_ENTITY, &tally.cards).await,
    };
    drawn.map_err(|failure| (visit, failure))
}

async fn one_card(
    visit: &Visit,
    sent: &Sent,
    reference: &str,
    wish: Wish,
    is_chosen: bool,
    tally: &mut Tally,
) -> Result<(), Failure> {
    let commitment = visit.scene().commitment(reference);
    let commitment = commitment.ok_or(Failure::NotFound)?;
    let worker = visit.worker();
    let mut typed = TypedReport::read(sent, reference);
    let file_field = report_form::name("file", reference);
    let files = sent.files.iter().map(|(name, _)| name);
    let brings_file = files.chain(&sent.too_large).any(|name| *name == file_field);
    let untouched = typed == TypedReport::begun(commitment, &worker) && !brings_file;
    if untouched && !is_chosen {
        return Ok(());
    }
    let (store, now) = (&visit.site.state.store, visit.now);
    let seen = report_form::seen(sent, reference);
    let reference = &commitment.reference;
    let is_draft = wish == Wish::Keep;
    let attached = match wish {
        Wish::Withdraw => Ok(()),
        Wish::Send | Wish::Keep => attach(visit, sent, (&file_field, reference), &mut typed).await,
    };
    let done = match attached.and(typed.report(is_draft).map_err(WorkError::Unfit)) {
        _ if wish == Wish::Withdraw => {
            let of = ReaderId::parse(&typed.finishes).ok();
            reporting::withdraw_draft(store, reference, of.as_ref(), &worker, now).await
        }
        Err(error) => Err(error),
        Ok(report) if is_draft => {
            reporting::save_draft(store, reference, &report, seen.as_ref(), &worker, now).await
        }
        Ok(report) => {
            reporting::submit(store, reference, &report, seen.as_ref(), &worker, now).await
        }
    };
    let step = match wish {
        Wish::Send => Step::Sent,
        Wish::Keep => Step::Drafted,
        Wish::Withdraw => Step::Withdrawn,
    };
    match done {
        Ok(_) => {
            tally.sent += usize::from(wish == Wish::Send);
            tally.kept += usize::from(wish == Wish::Keep);
            tally.step = Some(told::step(step, reference));
            Ok(())
        }
        Err(error) => {
            let (complaints, overtaken) = what_is_the_matter(error)?;
            let card = Card {
                typed,
                complaints,
                overtaken,
            };
            tally.cards.insert(reference.to_string(), card);
            Ok(())
        }
    }
}

/// Keeps the files that came with one card, so that what is typed names them from now on.
async fn attach(
    visit: &Visit,
    sent: &Sent,
    (field, reference): (&str, &CommitmentRef),
    typed: &mut TypedReport,
) -> Result<(), WorkError> {
    let (store, now, worker) = (&visit.site.state.store, visit.now, visit.worker());
    let entropy: &dyn Entropy = &SystemEntropy;
    for (_, upload) in sent.files.iter().filter(|(name, _)| name == field) {
        let id = entropy.uuid();
        let named = evidence::attach(store, reference, upload, id, &worker, now).await?;
        typed.files.push(named);
    }
    if sent.too_large.iter().any(|name| name == field) {
        let most = visit.site.state.settings.max_file / 1_000_000;
        let words = format!("The file is larger than {most} MB, which is the most that is kept.");
        return Err(WorkError::Unfit(vec![Complaint::new("file", words)]));
    }
    Ok(())
}

/// A file of evidence, for whoever may read an update that names it; never shown as a page of ours.
pub async fn evidence(visit: Visit, Path((reference, id)): Path<(String, String)>) -> Response {
    let result = send_evidence(&visit, &reference, &id).await;
    visit.answer(result)
}

async fn send_evidence(visit: &Visit, reference: &str, id: &str) -> Result<Response, Failure> {
    let scene = visit.scene();
    let commitment = scene.commitment(reference).ok_or(Failure::NotFound)?;
    let id: Uuid = id.parse().map_err(|_| Failure::NotFound)?;
    if !may_have(scene.viewer, id, commitment, scene.directory()) {
        return Err(Failure::NotFound);
    }
    let snapshot = visit.site.state.store.read().await?;
    let file = snapshot.evidence(&commitment.reference, id).await?;
    let file = file.ok_or(Failure::NotFound)?;
    visit.saw_in("");
    let name = crate::web::filter::encoded(&file.name);
    let disposition = format!("attachment; filename*=UTF-8''{}", name.replace('+', "%20"));
    let headers = [
        (CONTENT_TYPE, file.media.to_string()),
        (CONTENT_DISPOSITION, disposition),
        (CONTENT_SECURITY_POLICY, FILE_POLICY.to_owned()),
    ];
    Ok((headers, file.content).into_response())
}

/// Whatever a browser makes of a file, it runs nothing and asks nobody.
const FILE_POLICY: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// The reader has seen what is new on the overview.
pub async fn mark_seen(visit: Visit) -> Response {
    let (store, worker) = (&visit.site.state.store, visit.worker());
    match seen::mark_seen(store, &worker, visit.now).await {
        Ok(()) => told::go("/", told::SEEN),
        Err(error) => visit.failure(&error.into()),
    }
}

/// What can be mended on the page; everything else is a page of its own.
pub(super) fn what_is_the_matter(error: WorkError) -> Result<(Vec<Complaint>, bool), Failure> {
    match error {
        WorkError::Unfit(complaints) => Ok((complaints, false)),
        WorkError::Overtaken => Ok((Vec::new(), true)),
        WorkError::NotFound => Err(Failure::NotFound),
        WorkError::NotPermitted(why) => Err(Failure::Refused(why)),
        WorkError::Store(error) => Err(error.into()),
    }
}

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

async fn decide(
    mut visit: Visit,
    reference: &str,
    sent: &Sent,
) -> Result<Response, (Visit, Failure)> {
    let typed = TypedReview::read(sent);
    let back = own_path(sent.text("back")).to_owned();
    let known = visit
        .scene()
        .commitment(reference)
        .map(|c| c.reference.clone());
    let Some(known) = known else {
        return Err((visit, Failure::NotFound));
    };
    let done = do_decide(&visit, &known, sent.text("do"), &typed, sent).await;
    let error = match done {
        Ok(step) => return Ok(told::go(&back, &told::step(step, &known))),
        Err(error) => error,
    };
    let (complaints, overtaken) = match what_is_the_matter(error) {
        Ok(matter) => matter,
        Err(failure) => return Err((visit, failure)),
    };
    if let Err(failure) = visit.renew(&back).await {
        return Err((visit, failure));
    }
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
            Ok(match wish {
                "grant" => Step::Redated,
                "end" if after.state == crate::domain::commitment::Lifecycle::Closed => {
                    Step::Closed
                }
                "end" => Step::GivenUp,
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
    let known = visit
        .scene()
        .commitment(reference)
        .map(|c| c.reference.clone());
    let Some(known) = known else {
        return Err((visit, Failure::NotFound));
    };
    let back = format!("/commitments/{known}");
    let error = match enter_occasion(&visit, &known, sent).await {
        Ok(step) => return Ok(told::go(&back, &told::step(step, &known))),
        Err(error) => error,
    };
    let (mut complaints, overtaken) = match what_is_the_matter(error) {
        Ok(matter) => matter,
        Err(failure) => return Err((visit, failure)),
    };
    if overtaken {
        let words = "Somebody entered something in the meantime; look, and enter it again.";
        complaints.push(Complaint::new("all", words));
    }
    if let Err(failure) = visit.renew(&back).await {
        return Err((visit, failure));
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

/// What came of a meeting.
pub async fn after_meeting(visit: Visit, Path(id): Path<String>) -> Response {
    match draw_after(&visit, &id, None) {
        Ok(page) => page,
        Err(failure) => visit.failure(&failure),
    }
}

fn draw_after(visit: &Visit, id: &str, typed: Option<&Typed>) -> Result<Response, Failure> {
    let scene = visit.scene();
    let meeting = scene.directory().meetings.get(id);
    let meeting = meeting.ok_or(Failure::NotFound)?;
    let page = after_meeting::after_meeting(&scene, meeting, &visit.worker(), typed);
    let status = match typed {
        None => StatusCode::OK,
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
    };
    let title = format!("After {}", page.name);
    Ok(visit.page_with(status, Area::Meetings, &title, "after_meeting.html", &page))
}

pub async fn enter_after_meeting(visit: Visit, Path(id): Path<String>, sent: Sent) -> Response {
    let result = do_enter_after(visit, &id, &sent).await;
    result.unwrap_or_else(|(visit, failure)| visit.failure(&failure))
}

async fn do_enter_after(
    mut visit: Visit,
    id: &str,
    sent: &Sent,
) -> Result<Response, (Visit, Failure)> {
    let Ok(meeting) = MeetingId::parse(id) else {
        return Err((visit, Failure::NotFound));
    };
    let mut typed = Typed::read(sent);
    let (places, after) = marks_of(&mut typed);
    if typed.complaints.is_empty() {
        let (store, now, worker) = (&visit.site.state.store, visit.now, visit.worker());
        match enter(store, &meeting, &after, &worker, now).await {
            Ok(n) => return Ok(told::go(&format!("/meetings/{meeting}"), &told::after(n))),
            Err(AfterError::Marks(complaints)) => {
                let placed = complaints
                    .into_iter()
                    .filter_map(|(n, complaint)| Some((*places.get(n)?, complaint)));
                typed.complaints.extend(placed);
            }
            Err(AfterError::Work(error)) => match what_is_the_matter(error) {
                Ok((complaints, _)) => {
                    typed
                        .complaints
                        .extend(complaints.into_iter().map(|c| (0, c)));
                }
                Err(failure) => return Err((visit, failure)),
            },
        }
    }
    let page = format!("/meetings/{meeting}/after");
    if let Err(failure) = visit.renew(&page).await {
        return Err((visit, failure));
    }
    let drawn = draw_after(&visit, id, Some(&typed));
    drawn.map_err(|failure| (visit, failure))
}

/// The marks that were made, and the places of their things in the form. What cannot be read is
/// complained of.
fn marks_of(typed: &mut Typed) -> (Vec<usize>, AfterMeeting) {
    let mut places = Vec::new();
    let mut after = AfterMeeting {
        held: typed.held,
        ..AfterMeeting::default()
    };
    for (place, mark) in typed.marks.iter().enumerate() {
        if mark.outcome.is_empty() {
            continue;
        }
        match read_mark(mark) {
            Ok(read) => {
                let seen = Seen::parse(&mark.seen);
                after.seen.insert(read.reference.clone(), seen);
                after.marks.push(read);
                places.push(place);
            }
            Err(complaint) => typed.complaints.push((place, complaint)),
        }
    }
    (places, after)
}

fn read_mark(mark: &TypedMark) -> Result<Mark, Complaint> {
    let (reference, milestone) = mark.what.split_once('|').unwrap_or((&mark.what, ""));
    let unknown = |_| Complaint::new("all", "There is no such commitment.");
    let to = || match mark.meeting.as_str() {
        "" => Deadline::parse(&mark.to),
        meeting => Deadline::parse(&format!("at {meeting}")),
    };
    let to = || {
        to().map_err(|error| {
            let words = match mark.to.is_empty() {
                true => "Say to which date, or to which later meeting.".to_owned(),
                false => crate::web::say::sentence(&error.to_string()),
            };
            Complaint::new("to", words)
        })
    };
    let outcome = match mark.outcome.as_str() {
        "met" => Outcome::Met,
        "moved" => Outcome::MovedTo(to()?),
        "carried" => Outcome::CarriedForward {
            to: to()?,
            successor: CommitmentRef::parse(&mark.new).map_err(|error| {
                Complaint::new("new", crate::web::say::sentence(&error.to_string()))
            })?,
        },
        "dropped" => Outcome::Dropped,
        _ => return Err(Complaint::new("outcome", "Choose what came of it.")),
    };
    let met = outcome == Outcome::Met;
    Ok(Mark {
        reference: CommitmentRef::parse(reference).map_err(unknown)?,
        milestone: Some(milestone.to_owned()).filter(|title| !title.is_empty()),
        outcome,
        reason: Some(mark.reason.clone()).filter(|reason| !reason.is_empty()),
        earlier: match met {
            true => mark.earlier.clone(),
            false => Vec::new(),
        },
    })
}
