//! The pages about the ledger: the mail log, one notice and its message, the mailbox, the operator.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CONTENT_SECURITY_POLICY, HeaderValue};
use axum::response::{Html, IntoResponse, Response};
use uuid::Uuid;

use crate::config::TransportKind;
use crate::domain::ids::ReaderId;
use crate::domain::ledger::{NoticeEntry, NoticeFilter, Page};
use crate::domain::notice::NoticeState;
use crate::store::Snapshot;
use crate::web::failure::Failure;
use crate::web::frame::Area;
use crate::web::handlers::again;
use crate::web::mail_view;
use crate::web::message::{self, Message};
use crate::web::pages::mail::{self, MailSearch};
use crate::web::pages::operator::{self, LedgerSearch};
use crate::web::protection::MAIL_POLICY;
use crate::web::site::{Pairs, Visit};

/// How many notices in trouble, and how many lines of the audit, the operator's page shows.
const TROUBLED: u64 = 25;
const AUDIT: u64 = 25;

pub async fn mail(visit: Visit, pairs: Pairs) -> Response {
    let result = show_mail(&visit, &pairs).await;
    visit.answer(result)
}

async fn show_mail(visit: &Visit, pairs: &Pairs) -> Result<Response, Failure> {
    let scene = visit.scene();
    let search = MailSearch::read(pairs, scene.directory());
    // A reference one may not read is asked for in vain, like one that does not exist.
    let asked = search.filter.commitment.as_ref();
    let in_vain = asked.is_some_and(|r| scene.commitment(r.as_str()).is_none());
    let found = if in_vain {
        Vec::new()
    } else {
        let snapshot = visit.site.state.store.read().await?;
        snapshot
            .notices(&search.filter, one_more(search.offset, mail::PAGE))
            .await?
    };
    let status = if search.complaints.is_empty() {
        StatusCode::OK
    } else {
        StatusCode::BAD_REQUEST
    };
    let mailbox = visit.site.state.settings.transport == TransportKind::Mailbox;
    let page = mail::mail(&scene, &search, &found, mailbox);
    Ok(visit.page_with(status, Area::Mail, "Mail", "mail.html", &page))
}

/// A page and one more, which tells whether there is a next.
fn one_more(offset: u64, page: u64) -> Page {
    Page {
        offset,
        limit: page + 1,
    }
}

pub async fn notice(visit: Visit, Path(id): Path<String>) -> Response {
    let result = show_notice(&visit, &id).await;
    visit.answer(result)
}

async fn show_notice(visit: &Visit, id: &str) -> Result<Response, Failure> {
    let scene = visit.scene();
    let snapshot = visit.site.state.store.read().await?;
    let (id, entry) = visible_notice(visit, &snapshot, id).await?;
    let attempts = snapshot.attempts(id).await?;
    let kept = snapshot.message(id).await?;
    let message = kept.map(|m| read(visit, &m.raw));
    let reports = snapshot.reports(id).await?;
    let repeats = snapshot.repeats_of(id).await?;
    let mut page = mail::notice(&scene, &entry, &attempts, &reports, message.as_ref());
    page.repeats = mail::repeats(&entry, &repeats);
    page.again = again::offered(visit, &entry);
    Ok(visit.page(Area::Mail, &page.subject, "notice.html", &page))
}

/// The notice of an address, if there is one for this viewer.
pub(super) async fn visible_notice(
    visit: &Visit,
    snapshot: &Snapshot,
    id: &str,
) -> Result<(Uuid, NoticeEntry), Failure> {
    let id = mail::notice_id(id).ok_or(Failure::NotFound)?;
    let entry = snapshot.notice(id).await?.ok_or(Failure::NotFound)?;
    if mail_view::is_visible(&visit.scene(), &entry) {
        Ok((id, entry))
    } else {
        Err(Failure::NotFound)
    }
}

/// The HTML of a message, for a frame of ours: with its own policy, in a sandbox.
pub async fn body(visit: Visit, Path(id): Path<String>) -> Response {
    match message_body(&visit, &id).await {
        Ok(html) => {
            visit.saw_in(&html);
            let mut response = Html(message::framed(&html)).into_response();
            response.headers_mut().insert(
                CONTENT_SECURITY_POLICY,
                HeaderValue::from_static(MAIL_POLICY),
            );
            response
        }
        Err(failure) => visit.failure(&failure),
    }
}

async fn message_body(visit: &Visit, id: &str) -> Result<String, Failure> {
    let snapshot = visit.site.state.store.read().await?;
    let (id, entry) = visible_notice(visit, &snapshot, id).await?;
    if !mail_view::is_wholly_readable(&visit.scene(), &entry) {
        return Err(Failure::NotFound);
    }
    let kept = snapshot.message(id).await?.ok_or(Failure::NotFound)?;
    read(visit, &kept.raw).html.ok_or(Failure::NotFound)
}

/// A message without the secrets of its links. In a demonstration everybody may be anybody, and the
/// links are there to be tried.
fn read(visit: &Visit, raw: &[u8]) -> Message {
    let message = message::read(raw);
    match visit.site.state.demo {
        Some(_) => message,
        None => message.masked(raw),
    }
}

pub async fn mailbox(visit: Visit, pairs: Pairs) -> Response {
    let result = show_mailbox(&visit, &pairs).await;
    visit.answer(result)
}

async fn show_mailbox(visit: &Visit, pairs: &Pairs) -> Result<Response, Failure> {
    if visit.site.state.settings.transport != TransportKind::Mailbox {
        return Err(Failure::NotFound);
    }
    let scene = visit.scene();
    let recipient = pairs
        .get("recipient")
        .and_then(|id| ReaderId::parse(id).ok())
        .filter(|id| scene.directory().reader(id).is_some());
    let offset = pairs
        .get("after")
        .and_then(|n| n.parse().ok())
        .unwrap_or_default();
    let filter = NoticeFilter {
        recipient: recipient.clone(),
        state: Some(NoticeState::Sent),
        ..NoticeFilter::default()
    };
    let snapshot = visit.site.state.store.read().await?;
    let found = snapshot
        .notices(&filter, one_more(offset, mail::PAGE))
        .await?;
    let page = mail::mailbox(&scene, recipient.as_ref(), offset, &found);
    Ok(visit.page(Area::Mail, "Mailbox", "mailbox.html", &page))
}

pub async fn operator(visit: Visit, pairs: Pairs) -> Response {
    let result = show_operator(&visit, &pairs).await;
    visit.answer(result)
}

async fn show_operator(visit: &Visit, pairs: &Pairs) -> Result<Response, Failure> {
    let state = &visit.site.state;
    let checks = state.readiness.check().await;
    let search = LedgerSearch::read(pairs);
    let ledger = ledger(visit, &search).await?;
    let scene = visit.scene();
    let page = operator::operator(&scene, &state.settings, &checks, &ledger, &search);
    Ok(visit.page(Area::Operator, "Operator", "operator.html", &page))
}

async fn ledger(visit: &Visit, search: &LedgerSearch) -> Result<operator::Ledger, Failure> {
    let snapshot = visit.site.state.store.read().await?;
    let asked = search.filter.commitment.as_ref();
    let in_vain = asked.is_some_and(|r| visit.scene().commitment(r.as_str()).is_none());
    let found = if in_vain {
        Vec::new()
    } else {
        let page = one_more(search.offset, operator::PAGE);
        snapshot.occurrences(&search.filter, page).await?
    };
    let notices = snapshot.notice_counts().await?;
    Ok(operator::Ledger {
        live_on: snapshot.installation().await?.live_on,
        planned_until: snapshot.planned_until().await?,
        replans: snapshot.replans().await?,
        bouncing: snapshot.bouncing().await?,
        troubled: troubled(&snapshot, &notices).await?,
        occurrences: snapshot.occurrence_counts().await?,
        found,
        audit: snapshot
            .audit_trail(Page {
                offset: 0,
                limit: AUDIT,
            })
            .await?,
        notices,
    })
}

/// The notices a person should look at, of each such state that has any.
async fn troubled(
    snapshot: &Snapshot,
    counts: &std::collections::BTreeMap<NoticeState, u64>,
) -> Result<Vec<NoticeEntry>, Failure> {
    use NoticeState::{Bounced, Deferred, InDoubt, Parked, Rejected};
    let mut found = Vec::new();
    for state in [Parked, InDoubt, Bounced, Rejected, Deferred] {
        if counts.get(&state).copied().unwrap_or(0) == 0 {
            continue;
        }
        let filter = NoticeFilter {
            state: Some(state),
            ..NoticeFilter::default()
        };
        let page = Page {
            offset: 0,
            limit: TROUBLED,
        };
        found.extend(snapshot.notices(&filter, page).await?);
    }
    Ok(found)
}
