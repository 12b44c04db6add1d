//! Signing in and out, and asking for a way back.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};

use crate::acts::accounts::signing_in::Passed;
use crate::config::TransportKind;
use crate::domain::notice::MailMode;
use crate::doors::word::Word;
use crate::web::encoding::encoded_path;
use crate::web::failure::Failure;
use crate::web::form::{Blank, Complaint, Fields, FormPage, sent};
use crate::web::frame::Area;
use crate::web::lodge::Cookie;
use crate::web::protection::own_path;
use crate::web::row::Link;
use crate::web::site::{Pairs, Site, Visit};

pub async fn show(visit: Visit, pairs: Pairs) -> Response {
    let to = own_path(pairs.get("to").unwrap_or("/"));
    if visit.account().is_some() {
        return Redirect::to(to).into_response();
    }
    let mut page = form(&visit, to, "");
    if pairs.get("set").is_some() {
        page.lead = vec!["Your password is set. Sign in with it.".to_owned()];
    }
    visit.page(Area::Elsewhere, "Sign in", "form.html", &page)
}

fn form(visit: &Visit, to: &str, email: &str) -> FormPage {
    let elsewhere = visit.site.state.openid.as_ref().map(|openid| {
        let href = format!("/sign-in/elsewhere?to={}", encoded_path(to));
        Link::new(href, format!("Sign in with {}", openid.name()))
    });
    let forgotten = Link::new("/recover", "I forgot my password");
    FormPage {
        heading: "Sign in".to_owned(),
        action: "/sign-in".to_owned(),
        hidden: vec![("to", to.to_owned())],
        blanks: vec![
            Blank::email("Mail address").with(email),
            Blank::current_password("password", "Password"),
        ],
        button: "Sign in",
        also: elsewhere.into_iter().chain([forgotten]).collect(),
        ..FormPage::default()
    }
}

pub async fn sign_in(visit: Visit, headers: HeaderMap, fields: Fields) -> Response {
    let result = try_to_sign_in(&visit, &headers, &fields).await;
    visit.answer(result)
}

async fn try_to_sign_in(
    visit: &Visit,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<Response, Failure> {
    let lodge = &visit.site.state.lodge;
    let to = own_path(sent(fields, "to"));
    let (email, password) = (sent(fields, "email"), sent(fields, "password"));
    let before = lodge.session_word(headers);
    let caller = visit.client.caller(before.as_ref());
    match lodge.keeper.sign_in(email, password, &caller).await {
        Ok(Passed::In(word)) => Ok(come_in(&visit.site, &word, to)),
        Ok(Passed::FirstStep(seal)) => {
            let next = format!("/sign-in/second-step?to={}", encoded_path(to));
            let cookie = lodge.set(Cookie::SecondStep, &seal);
            Ok(([(SET_COOKIE, cookie)], Redirect::to(&next)).into_response())
        }
        Err(error) => {
            let complaint = Complaint::of(error)?;
            let page = form(visit, to, email).complaining(&complaint);
            Ok(visit.page_with(
                complaint.status,
                Area::Elsewhere,
                "Sign in",
                "form.html",
                &page,
            ))
        }
    }
}

/// In, under a new word; what carried the first step over is taken away.
pub(super) fn come_in(site: &Site, word: &Word, to: &str) -> Response {
    let lodge = &site.state.lodge;
    let mut response = Redirect::to(to).into_response();
    let headers = response.headers_mut();
    headers.append(SET_COOKIE, lodge.set(Cookie::Session, word.reveal()));
    headers.append(SET_COOKIE, lodge.unset(Cookie::SecondStep));
    headers.append(SET_COOKIE, lodge.unset(Cookie::Elsewhere));
    response
}

pub async fn show_second_step(visit: Visit, pairs: Pairs) -> Response {
    let to = own_path(pairs.get("to").unwrap_or("/"));
    let page = second_step_form(to);
    visit.page(Area::Elsewhere, "The second step", "form.html", &page)
}

fn second_step_form(to: &str) -> FormPage {
    FormPage {
        heading: "The second step".to_owned(),
        action: "/sign-in/second-step".to_owned(),
        hidden: vec![("to", to.to_owned())],
        blanks: vec![
            Blank::number("Number")
                .hint("The six digits your program shows now, or one of your recovery codes."),
        ],
        button: "Sign in",
        also: vec![Link::new("/sign-in", "Begin again")],
        ..FormPage::default()
    }
}

pub async fn second_step(visit: Visit, headers: HeaderMap, fields: Fields) -> Response {
    let result = try_second_step(&visit, &headers, &fields).await;
    visit.answer(result)
}

async fn try_second_step(
    visit: &Visit,
    headers: &HeaderMap,
    fields: &Fields,
) -> Result<Response, Failure> {
    let lodge = &visit.site.state.lodge;
    let to = own_path(sent(fields, "to"));
    let seal = lodge.cookie(headers, Cookie::SecondStep).unwrap_or("");
    let before = lodge.session_word(headers);
    let caller = visit.client.caller(before.as_ref());
    let code = sent(fields, "code");
    match lodge.keeper.second_step(seal, code, &caller).await {
        Ok(word) => Ok(come_in(&visit.site, &word, to)),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            let page = second_step_form(to).complaining(&complaint);
            let title = "The second step";
            Ok(visit.page_with(complaint.status, Area::Elsewhere, title, "form.html", &page))
        }
    }
}

pub async fn sign_out(State(site): State<Site>, headers: HeaderMap) -> Response {
    let lodge = &site.state.lodge;
    if let Some(word) = lodge.session_word(&headers)
        && let Err(error) = lodge.keeper.sign_out(&word).await
    {
        return site.failure(&error.into());
    }
    let cookie = lodge.unset(Cookie::Session);
    ([(SET_COOKIE, cookie)], Redirect::to("/sign-in")).into_response()
}

pub async fn show_recovery(visit: Visit) -> Response {
    let page = recovery_form("");
    visit.page(Area::Elsewhere, "A forgotten password", "form.html", &page)
}

fn recovery_form(email: &str) -> FormPage {
    FormPage {
        heading: "A forgotten password".to_owned(),
        lead: vec![
            "A letter with a link goes to your address. The link opens once, within an hour, and \
             lets you set another password."
                .to_owned(),
        ],
        action: "/recover".to_owned(),
        blanks: vec![Blank::email("Mail address").with(email)],
        button: "Send me a link",
        also: vec![Link::new("/sign-in", "Back to signing in")],
        ..FormPage::default()
    }
}

pub async fn recover(visit: Visit, fields: Fields) -> Response {
    let result = try_to_recover(&visit, &fields).await;
    visit.answer(result)
}

async fn try_to_recover(visit: &Visit, fields: &Fields) -> Result<Response, Failure> {
    let email = sent(fields, "email");
    let title = "A forgotten password";
    if !visit.mail_leaves() {
        let page = FormPage {
            heading: title.to_owned(),
            lead: vec![
                "Mail does not leave this installation at the moment, so no link can be sent. Ask \
                 an administrator, who can hand one to you."
                    .to_owned(),
            ],
            also: vec![Link::new("/sign-in", "Back to signing in")],
            ..FormPage::default()
        };
        return Ok(visit.page(Area::Elsewhere, title, "form.html", &page));
    }
    let keeper = &visit.site.state.lodge.keeper;
    let caller = visit.client.caller(None);
    let (status, page) = match keeper.ask_for_recovery(email, &caller).await {
        Ok(()) => {
            let page = FormPage {
                heading: "Look into your mailbox".to_owned(),
                // The same words whether anybody has the address or not.
                lead: vec![
                    "If somebody has an account under that address, a letter with a link is on its \
                     way to it. It may take a minute."
                        .to_owned(),
                ],
                also: vec![Link::new("/sign-in", "Back to signing in")],
                ..FormPage::default()
            };
            (StatusCode::OK, page)
        }
        Err(error) => {
            let complaint = Complaint::of(error)?;
            let page = recovery_form(email).complaining(&complaint);
            (complaint.status, page)
        }
    };
    Ok(visit.page_with(status, Area::Elsewhere, title, "form.html", &page))
}

impl Visit {
    /// Whether a letter with a link can go to its owner: links go nowhere else, so not to the one
    /// address either to which mail is redirected.
    pub fn mail_leaves(&self) -> bool {
        let settings = &self.site.state.settings;
        settings.transport == TransportKind::Smtp
            && settings.mode == MailMode::Live
            && !self.is_held()
    }
}
