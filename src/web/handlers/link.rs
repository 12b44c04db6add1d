//! Pages behind a secret word: an invitation, a way back, the first administrator. Looking uses nothing
//! up: scanners of mail look at every link.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use crate::acts::accounts::first::Introduction;
use crate::acts::accounts::inviting::Opened;
use crate::domain::account::LinkPurpose;
use crate::doors::word::Word;
use crate::web::failure::Failure;
use crate::web::form::{Blank, Complaint, Fields, FormPage, sent};
use crate::web::frame::Area;
use crate::web::site::Visit;

pub async fn show(visit: Visit, Path(word): Path<String>) -> Response {
    let result = show_link(&visit, &word).await;
    visit.answer(result)
}

async fn show_link(visit: &Visit, text: &str) -> Result<Response, Failure> {
    let keeper = &visit.site.state.lodge.keeper;
    let word = Word::brought(text).ok_or(Failure::DeadLink)?;
    let opened = keeper.open(&word).await;
    let opened = opened.map_err(|error| match Complaint::of(error) {
        Ok(_) => Failure::DeadLink,
        Err(failure) => failure,
    })?;
    let page = password_form(text, &opened);
    Ok(visit.page(Area::Elsewhere, &page.heading, "form.html", &page))
}

fn password_form(word: &str, opened: &Opened) -> FormPage {
    let heading = match opened.purpose {
        LinkPurpose::Invite => format!("Welcome, {}", opened.name),
        _ => format!("Another password for {}", opened.name),
    };
    FormPage {
        heading,
        lead: vec![format!(
            "Choose a password. You sign in with it and with your address, {}.",
            opened.email
        )],
        action: format!("/link/{word}"),
        blanks: vec![Blank::new_password("Password")],
        button: "Set the password",
        ..FormPage::default()
    }
}

pub async fn set_password(visit: Visit, Path(word): Path<String>, fields: Fields) -> Response {
    let result = try_to_set(&visit, &word, &fields).await;
    visit.answer(result)
}

async fn try_to_set(visit: &Visit, text: &str, fields: &Fields) -> Result<Response, Failure> {
    let keeper = &visit.site.state.lodge.keeper;
    let word = Word::brought(text).ok_or(Failure::DeadLink)?;
    let set = keeper.set_password_by(&word, sent(fields, "password"));
    let error = match set.await {
        Ok(_) => return Ok(Redirect::to("/sign-in?set=yes").into_response()),
        Err(error) => error,
    };
    let complaint = Complaint::of(error)?;
    let opened = keeper.open(&word).await.map_err(|_| Failure::DeadLink)?;
    let page = password_form(text, &opened).complaining(&complaint);
    let status = complaint.status;
    Ok(visit.page_with(status, Area::Elsewhere, &page.heading, "form.html", &page))
}

pub async fn show_first(visit: Visit, Path(word): Path<String>) -> Response {
    let result = show_first_form(&visit, &word).await;
    visit.answer(result)
}

async fn show_first_form(visit: &Visit, text: &str) -> Result<Response, Failure> {
    let keeper = &visit.site.state.lodge.keeper;
    let word = Word::brought(text).ok_or(Failure::DeadLink)?;
    if !keeper.is_first_link(&word).await? {
        return Err(Failure::DeadLink);
    }
    let page = first_form(text, "", "");
    Ok(visit.page(Area::Elsewhere, &page.heading, "form.html", &page))
}

fn first_form(word: &str, name: &str, email: &str) -> FormPage {
    FormPage {
        heading: "The first administrator".to_owned(),
        lead: vec![
            "Nobody has an account here yet. The one you make now is an administrator's, who invites \
             all others."
                .to_owned(),
        ],
        action: format!("/first/{word}"),
        blanks: vec![
            Blank::text("name", "Your name", "name").with(name),
            Blank::email("Your mail address").with(email),
            Blank::new_password("Password"),
        ],
        button: "Make my account",
        ..FormPage::default()
    }
}

pub async fn make_first(visit: Visit, Path(word): Path<String>, fields: Fields) -> Response {
    let result = try_to_make_first(&visit, &word, &fields).await;
    visit.answer(result)
}

async fn try_to_make_first(
    visit: &Visit,
    text: &str,
    fields: &Fields,
) -> Result<Response, Failure> {
    let keeper = &visit.site.state.lodge.keeper;
    let word = Word::brought(text).ok_or(Failure::DeadLink)?;
    let introduction = Introduction {
        name: sent(fields, "name").to_owned(),
        email: sent(fields, "email").to_owned(),
        password: sent(fields, "password").to_owned(),
    };
    match keeper.make_first_administrator(&word, &introduction).await {
        Ok(_) => Ok(Redirect::to("/sign-in?set=yes").into_response()),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            let Introduction { name, email, .. } = &introduction;
            let page = first_form(text, name, email).complaining(&complaint);
            let status = complaint.status;
            Ok(visit.page_with(status, Area::Elsewhere, &page.heading, "form.html", &page))
        }
    }
}
