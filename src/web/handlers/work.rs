//! Where officers work: their desk, and the form of a report on a commitment's own page, with its
//! files. Each form becomes an act; what could not be done comes back beside its field, with everything
//! that was typed.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use crate::acts::working::WorkError;
use crate::acts::{evidence, reporting, seen};
use crate::domain::evidence::may_have;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::reporting::Complaint;
use crate::entropy::{Entropy, SystemEntropy};
use crate::web::failure::Failure;
use crate::web::forms::Sent;
use crate::web::frame::{Area, MY_DESK};
use crate::web::handlers::record::draw_commitment;
use crate::web::pages::forms::Back;
use crate::web::pages::my_desk::{self, Card, Cards, MyDeskPage};
use crate::web::pages::views::links;
use crate::web::protection::own_path;
use crate::web::report_form::{self, TypedReport};
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
    let name = crate::web::encoding::encoded(&file.name);
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

/// The same, once the page can be drawn as the record stands by now.
pub(super) async fn to_be_mended(
    visit: &mut Visit,
    page: &str,
    error: WorkError,
) -> Result<(Vec<Complaint>, bool), Failure> {
    let matter = what_is_the_matter(error)?;
    visit.renew(page).await?;
    Ok(matter)
}
