//! Somebody's own account: another password, a second step, keys for programs, the end of sessions
//! elsewhere.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::SET_COOKIE;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;

use crate::acts::accounts::AccountError;
use crate::acts::accounts::own::no_second_steps;
use crate::domain::account::{Account, ProgramKey, Reach};
use crate::doors::totp;
use crate::doors::word::Word;
use crate::web::failure::Failure;
use crate::web::form::{Blank, Complaint, Fields, FormPage, sent};
use crate::web::frame::Area;
use crate::web::lodge::{Cookie, SignedIn};
use crate::web::site::{Pairs, Visit};
use crate::wording;

#[derive(Debug, Serialize)]
struct AccountPage {
    name: String,
    email: String,
    administrator: bool,
    /// Whether another house's sign-in is linked.
    linked: bool,
    /// What was just done.
    done: Option<&'static str>,
    has_password: bool,
    second_step: bool,
    codes_left: u64,
    password: FormPage,
    drop: FormPage,
    is_of_the_house: bool,
    keys: Vec<KeyLine>,
    key: FormPage,
}

/// A key of a program, as its person knows it.
#[derive(Debug, Serialize)]
struct KeyLine {
    id: String,
    name: String,
    made: String,
    ends: String,
    has_ended: bool,
}

#[derive(Debug, Serialize)]
struct KeyPage {
    word: String,
    url: String,
}

/// A form of the page that was refused, and why.
enum Refused<'a> {
    Password(Complaint),
    Drop(Complaint),
    /// With the name and the days that were typed.
    Key(Complaint, &'a str, &'a str),
}

#[derive(Debug, Serialize)]
struct SecondStepPage {
    wide: i32,
    path: String,
    secret: String,
    link: String,
    form: FormPage,
}

#[derive(Debug, Serialize)]
struct CodesPage {
    codes: Vec<String>,
}

pub async fn show(visit: Visit, pairs: Pairs) -> Response {
    let done = match pairs.get("done") {
        Some("password") => Some(
            "Your password is changed. Wherever else you were signed in, you are not any more.",
        ),
        Some("elsewhere") => Some("Wherever else you were signed in, you are not any more."),
        Some("second-step") => Some("The second step is taken away."),
        Some("key") => Some("The key opens nothing any more."),
        _ => None,
    };
    let result = show_account(&visit, done, None).await;
    visit.answer(result)
}

async fn show_account(
    visit: &Visit,
    done: Option<&'static str>,
    refused: Option<Refused<'_>>,
) -> Result<Response, Failure> {
    let SignedIn { account, .. } = signed_in(visit)?;
    let snapshot = visit.site.state.store.read().await?;
    let codes_left = snapshot.recovery_codes_left(&account.person).await?;
    let keys = snapshot.program_keys(&account.person).await?;
    let (mut password, mut drop, mut key) = (password_form(), drop_form(), key_form("", "90"));
    let mut status = StatusCode::OK;
    match refused {
        None => {}
        Some(Refused::Password(complaint)) => {
            status = complaint.status;
            password = password.complaining(&complaint);
        }
        Some(Refused::Drop(complaint)) => {
            status = complaint.status;
            drop = drop.complaining(&complaint);
        }
        Some(Refused::Key(complaint, name, days)) => {
            status = complaint.status;
            key = key_form(name, days).complaining(&complaint);
        }
    }
    let page = AccountPage {
        name: visit.scene().viewer_name().unwrap_or_default().to_owned(),
        email: account.email.to_string(),
        administrator: account.administrator,
        linked: account.oidc.is_some(),
        done,
        has_password: account.password.is_some(),
        second_step: account.totp.is_some(),
        codes_left,
        password,
        drop,
        is_of_the_house: account.reach == Reach::House,
        keys: keys.iter().map(|key| key_line(visit, key)).collect(),
        key,
    };
    Ok(visit.page_with(
        status,
        Area::Elsewhere,
        "Your account",
        "account.html",
        &page,
    ))
}

fn signed_in(visit: &Visit) -> Result<&SignedIn, Failure> {
    visit.signed_in.as_ref().ok_or(Failure::NotSignedIn)
}

fn password_form() -> FormPage {
    FormPage {
        action: "/account/password".to_owned(),
        blanks: vec![
            Blank::current_password("current", "Your password so far"),
            Blank::new_password("The new password"),
        ],
        button: "Change the password",
        ..FormPage::default()
    }
}

fn drop_form() -> FormPage {
    let mut blank = Blank::current_password("current", "Your password");
    blank.id = "f-drop";
    FormPage {
        action: "/account/second-step/remove".to_owned(),
        blanks: vec![blank],
        button: "Take the second step away",
        ..FormPage::default()
    }
}

fn key_form(name: &str, days: &str) -> FormPage {
    let mut days = Blank::text("days", "For how many days", "off").with(days);
    days.hint = Some("At most 366. A key that is not needed is taken away sooner.");
    let mut name = Blank::text("name", "Which program", "off").with(name);
    name.id = "f-program";
    FormPage {
        action: "/account/programs".to_owned(),
        blanks: vec![name, days],
        button: "Make a key",
        ..FormPage::default()
    }
}

fn key_line(visit: &Visit, key: &ProgramKey) -> KeyLine {
    let zone = visit.scene().zone();
    let day = |at: DateTime<Utc>| wording::day(at.with_timezone(&zone).date_naive());
    KeyLine {
        id: key.id.to_string(),
        name: key.name.clone(),
        made: day(key.created_at),
        ends: day(key.expires_at),
        has_ended: key.expires_at <= visit.site.state.clock.real_now(),
    }
}

pub async fn change_password(visit: Visit, fields: Fields) -> Response {
    let result = try_to_change(&visit, &fields).await;
    visit.answer(result)
}

async fn try_to_change(visit: &Visit, fields: &Fields) -> Result<Response, Failure> {
    let person = &signed_in(visit)?.account.person;
    let keeper = &visit.site.state.lodge.keeper;
    let (current, new) = (sent(fields, "current"), sent(fields, "password"));
    let source = visit.client.source();
    match keeper.change_password(person, current, new, &source).await {
        Ok(word) => Ok(go_on(visit, &word, "/account?done=password")),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            show_account(visit, None, Some(Refused::Password(complaint))).await
        }
    }
}

/// The session goes on under a new word.
fn go_on(visit: &Visit, word: &Word, to: &str) -> Response {
    let cookie = visit.site.state.lodge.set(Cookie::Session, word.reveal());
    ([(SET_COOKIE, cookie)], Redirect::to(to)).into_response()
}

/// A key for a program: its word is on this page and on no other.
pub async fn add_key(visit: Visit, fields: Fields) -> Response {
    let result = try_to_add_key(&visit, &fields).await;
    visit.answer(result)
}

async fn try_to_add_key(visit: &Visit, fields: &Fields) -> Result<Response, Failure> {
    let person = &signed_in(visit)?.account.person;
    let keeper = &visit.site.state.lodge.keeper;
    let (name, days) = (sent(fields, "name"), sent(fields, "days"));
    match keeper.add_program_key(person, name, days).await {
        Ok(word) => {
            let url = visit.site.state.settings.public_url.trim_end_matches('/');
            let page = KeyPage {
                word: word.reveal().to_owned(),
                url: format!("{url}/api/v1/commitments"),
            };
            Ok(visit.page(Area::Elsewhere, "A key for a program", "key.html", &page))
        }
        Err(error) => {
            let complaint = Complaint::of(error)?;
            show_account(visit, None, Some(Refused::Key(complaint, name, days))).await
        }
    }
}

pub async fn remove_key(visit: Visit, Path(key): Path<String>) -> Response {
    let result = try_to_remove_key(&visit, &key).await;
    visit.answer(result)
}

async fn try_to_remove_key(visit: &Visit, key: &str) -> Result<Response, Failure> {
    let person = &signed_in(visit)?.account.person;
    let id = key.parse().map_err(|_| Failure::NotFound)?;
    let keeper = &visit.site.state.lodge.keeper;
    match keeper.remove_program_key(person, id).await {
        Ok(()) => Ok(Redirect::to("/account?done=key").into_response()),
        Err(AccountError::Store(error)) => Err(error.into()),
        Err(error) => Err(Failure::Failed(error.to_string())),
    }
}

pub async fn sign_out_elsewhere(visit: Visit) -> Response {
    let result = try_sign_out_elsewhere(&visit).await;
    visit.answer(result)
}

async fn try_sign_out_elsewhere(visit: &Visit) -> Result<Response, Failure> {
    let SignedIn { account, word } = signed_in(visit)?;
    let keeper = &visit.site.state.lodge.keeper;
    keeper.sign_out_elsewhere(&account.person, word).await?;
    Ok(Redirect::to("/account?done=elsewhere").into_response())
}

pub async fn show_second_step(visit: Visit) -> Response {
    let result = offer_second_step(&visit, None).await;
    visit.answer(result)
}

/// A secret is drawn and shown. It is kept nowhere until a number of it was typed.
async fn offer_second_step(
    visit: &Visit,
    complaint: Option<&Complaint>,
) -> Result<Response, Failure> {
    let SignedIn { account, .. } = signed_in(visit)?;
    let keeper = &visit.site.state.lodge.keeper;
    if keeper.seals.is_none() {
        return Err(Failure::Failed(no_second_steps().to_string()));
    }
    let (secret, seal) = keeper.draw_second_step(&account.person).await?;
    let mut page = second_step_page(visit, account, &secret, &seal)?;
    let mut status = StatusCode::OK;
    if let Some(complaint) = complaint {
        status = complaint.status;
        page.form = page.form.complaining(complaint);
    }
    let title = "A second step";
    Ok(visit.page_with(status, Area::Elsewhere, title, "second_step.html", &page))
}

fn second_step_page(
    visit: &Visit,
    account: &Account,
    secret: &[u8],
    seal: &str,
) -> Result<SecondStepPage, Failure> {
    let name = &visit.site.state.settings.name;
    let link = totp::link(secret, name, account.email.as_str());
    let (wide, path) = totp::picture(&link).ok_or(Failure::Fault)?;
    Ok(SecondStepPage {
        wide,
        path,
        secret: totp::in_groups(secret),
        link,
        form: FormPage {
            action: "/account/second-step".to_owned(),
            hidden: vec![("seal", seal.to_owned())],
            blanks: vec![
                Blank::number("The number it shows now"),
                Blank::current_password("current", "Your password"),
            ],
            button: "Set the second step",
            ..FormPage::default()
        },
    })
}

pub async fn set_second_step(visit: Visit, fields: Fields) -> Response {
    let result = try_to_set(&visit, &fields).await;
    visit.answer(result)
}

async fn try_to_set(visit: &Visit, fields: &Fields) -> Result<Response, Failure> {
    let account = &signed_in(visit)?.account;
    let person = &account.person;
    let keeper = &visit.site.state.lodge.keeper;
    let (seal, code) = (sent(fields, "seal"), sent(fields, "code"));
    let source = visit.client.source();
    let set = keeper.set_second_step(person, seal, code, sent(fields, "current"), &source);
    match set.await {
        Ok(codes) => {
            let page = CodesPage { codes };
            Ok(visit.page(Area::Elsewhere, "Recovery codes", "codes.html", &page))
        }
        Err(error) => {
            let complaint = Complaint::of(error)?;
            // The same secret again: it was read into a telephone already.
            let Some(secret) = keeper.shown_secret(person, seal).await? else {
                return offer_second_step(visit, Some(&complaint)).await;
            };
            let mut page = second_step_page(visit, account, &secret, seal)?;
            page.form = page.form.complaining(&complaint);
            let (status, title) = (complaint.status, "A second step");
            Ok(visit.page_with(status, Area::Elsewhere, title, "second_step.html", &page))
        }
    }
}

pub async fn drop_second_step(visit: Visit, fields: Fields) -> Response {
    let result = try_to_drop(&visit, &fields).await;
    visit.answer(result)
}

async fn try_to_drop(visit: &Visit, fields: &Fields) -> Result<Response, Failure> {
    let person = &signed_in(visit)?.account.person;
    let keeper = &visit.site.state.lodge.keeper;
    let source = visit.client.source();
    let dropped = keeper.drop_second_step(person, sent(fields, "current"), &source);
    match dropped.await {
        Ok(()) => Ok(Redirect::to("/account?done=second-step").into_response()),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            show_account(visit, None, Some(Refused::Drop(complaint))).await
        }
    }
}
