//! Signing in by another house's word. What comes back from there is a GET, and a GET changes nothing: it
//! shows one button, whose form brings the code.

use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};

use super::sign_in::come_in;
use crate::domain::token::Purpose;
use crate::openid::{Errand, OpenId, OpenIdError};
use crate::web::failure::Failure;
use crate::web::form::{Complaint, Fields, FormPage, sent};
use crate::web::frame::Area;
use crate::web::lodge::Cookie;
use crate::web::protection::own_path;
use crate::web::row::Link;
use crate::web::site::{Pairs, Visit};

/// Seconds for which somebody may be away.
const PATIENCE: i64 = 600;

fn provider(visit: &Visit) -> Result<&OpenId, Failure> {
    visit.site.state.openid.as_deref().ok_or(Failure::NotFound)
}

/// What went wrong over there goes to the log.
fn away(error: &OpenIdError) -> Failure {
    tracing::warn!("another house's sign-in failed: {error}");
    Failure::Failed(
        "your house's sign-in did not answer as it should; whoever runs this installation finds the \
         reason in the log"
            .to_owned(),
    )
}

/// Off to the other house.
pub async fn depart(visit: Visit, pairs: Pairs) -> Response {
    let result = try_to_depart(&visit, &pairs).await;
    visit.answer(result)
}

async fn try_to_depart(visit: &Visit, pairs: &Pairs) -> Result<Response, Failure> {
    let to = own_path(pairs.get("to").unwrap_or("/"));
    let departure = provider(visit)?.depart(to).await.map_err(|e| away(&e))?;
    let state = &visit.site.state;
    let key = state.store.signing_key().await?;
    let until = state.clock.real_now().timestamp() + PATIENCE;
    let seal = key.seal(Purpose::Elsewhere, &departure.errand.to_text(), until);
    let cookie = state.lodge.set(Cookie::Elsewhere, &seal);
    Ok(([(SET_COOKIE, cookie)], Redirect::to(&departure.url)).into_response())
}

/// Back from there, with a code or with a reason why not.
pub async fn back(visit: Visit, pairs: Pairs) -> Response {
    let result = show_back(&visit, &pairs);
    visit.answer(result)
}

fn show_back(visit: &Visit, pairs: &Pairs) -> Result<Response, Failure> {
    let name = provider(visit)?.name().to_owned();
    let title = "Sign in";
    let page = match (pairs.get("code"), pairs.get("state")) {
        (Some(code), Some(state)) => FormPage {
            heading: format!("You come from {name}"),
            action: "/sign-in/elsewhere".to_owned(),
            hidden: vec![("code", code.to_owned()), ("state", state.to_owned())],
            button: "Go on",
            ..FormPage::default()
        },
        _ => FormPage {
            heading: format!("{name} did not sign you in"),
            lead: vec!["Nothing was changed. You can try again.".to_owned()],
            also: vec![Link::new("/sign-in", "Back to signing in")],
            ..FormPage::default()
        },
    };
    Ok(visit.page(Area::Elsewhere, title, "form.html", &page))
}

pub async fn arrive(visit: Visit, headers: HeaderMap, fields: Fields) -> Response {
    let result = try_to_arrive(&visit, &headers, &fields).await;
    visit.answer(result)
}

async fn try_to_arrive(
    visit: &Visit,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<Response, Failure> {
    let provider = provider(visit)?;
    let state = &visit.site.state;
    let key = state.store.signing_key().await?;
    let now = state.clock.real_now().timestamp();
    let seal = state.lodge.cookie(headers, Cookie::Elsewhere).unwrap_or("");
    let text = key.unseal(Purpose::Elsewhere, seal, now);
    let errand = text.as_deref().and_then(Errand::of_text);
    // The state was in no address but theirs and ours; that it is the one this browser left with shows
    // that nobody slipped another's code in.
    let errand = errand.filter(|errand| errand.state == sent(fields, "state"));
    let errand = errand.ok_or(Failure::Refused(
        "This browser did not set out from here, or was away for too long. Begin again.",
    ))?;
    let vouched = provider.arrive(&errand, sent(fields, "code")).await;
    let vouched = vouched.map_err(|error| away(&error))?;
    let before = state.lodge.session_word(headers);
    let caller = visit.client.caller(before.as_ref());
    let let_in =
        state
            .lodge
            .keeper
            .sign_in_elsewhere(&vouched.identity, vouched.email.as_ref(), &caller);
    match let_in.await {
        Ok(word) => Ok(come_in(&visit.site, &word, own_path(&errand.to))),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            let page = FormPage {
                heading: "No account here".to_owned(),
                also: vec![Link::new("/sign-in", "Back to signing in")],
                ..FormPage::default()
            };
            let page = page.complaining(&complaint);
            let status = complaint.status;
            Ok(visit.page_with(status, Area::Elsewhere, "Sign in", "form.html", &page))
        }
    }
}
