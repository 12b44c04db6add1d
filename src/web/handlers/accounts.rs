//! The accounts of everybody, for administrators: who has one, who is invited; inviting, disabling, a
//! link handed over.

use axum::extract::Path;
use axum::response::{IntoResponse, Redirect, Response};

use crate::acts::Actor;
use crate::acts::accounts::AccountError;
use crate::acts::accounts::inviting::{By, Invitation, Made};
use crate::domain::account::Reach;
use crate::domain::ids::PersonId;
use crate::web::failure::Failure;
use crate::web::form::{Complaint, Fields, sent};
use crate::web::frame::Area;
use crate::web::pages::accounts::{self, Accounts, HandedOver};
use crate::web::site::Visit;

pub async fn show(visit: Visit) -> Response {
    let result = show_all(&visit, None, None, None).await;
    visit.answer(result)
}

async fn show_all(
    visit: &Visit,
    handed_over: Option<HandedOver>,
    complaint: Option<Complaint>,
    typed: Option<&Invitation>,
) -> Result<Response, Failure> {
    let state = &visit.site.state;
    let snapshot = state.store.read().await?;
    let known = Accounts {
        accounts: snapshot.accounts().await?,
        invitations: snapshot.open_invitations(state.clock.real_now()).await?,
        seen: snapshot.last_seen().await?,
    };
    let status = complaint
        .as_ref()
        .map_or(axum::http::StatusCode::OK, |c| c.status);
    let me = visit.account().map(|account| &account.person);
    let mut page = accounts::accounts(&visit.scene(), &known, me, typed, visit.mail_leaves());
    page.handed_over = handed_over;
    if let Some(complaint) = &complaint {
        page.invite = page.invite.complaining(complaint);
    }
    Ok(visit.page_with(status, Area::Operator, "Accounts", "accounts.html", &page))
}

pub async fn invite(visit: Visit, fields: Fields) -> Response {
    let result = try_to_invite(&visit, &fields).await;
    visit.answer(result)
}

async fn try_to_invite(visit: &Visit, fields: &Fields) -> Result<Response, Failure> {
    let kind = sent(fields, "kind");
    let invitation = Invitation {
        name: sent(fields, "name").trim().to_owned(),
        email: sent(fields, "email").trim().to_owned(),
        reach: match kind {
            "guest" => Reach::Public,
            _ => Reach::House,
        },
        administrator: kind == "administrator",
    };
    let keeper = &visit.site.state.lodge.keeper;
    let by = by(visit, fields);
    match keeper.invite(&actor(visit)?, &invitation, by).await {
        Ok(made) => made_known(visit, made).await,
        Err(error) => {
            let complaint = Complaint::of(error)?;
            show_all(visit, None, Some(complaint), Some(&invitation)).await
        }
    }
}

/// A link is handed over where that was asked for, and where no letter would come.
fn by(visit: &Visit, fields: &Fields) -> By {
    match visit.mail_leaves() && sent(fields, "by") != "hand" {
        true => By::Mail,
        false => By::Hand,
    }
}

/// A link that is handed over is shown now and never again: it stands in the answer to the form.
async fn made_known(visit: &Visit, made: Made) -> Result<Response, Failure> {
    let Some(word) = made.word else {
        return Ok(Redirect::to("/accounts").into_response());
    };
    let state = &visit.site.state;
    let opened = state.lodge.keeper.open(&word).await;
    let url = &state.settings.public_url;
    let handed_over = HandedOver {
        person: opened.map_or(made.person.to_string(), |opened| opened.name),
        link: format!("{url}/link/{}", word.reveal()),
    };
    show_all(visit, Some(handed_over), None, None).await
}

fn actor(visit: &Visit) -> Result<Actor, Failure> {
    let account = visit.account().ok_or(Failure::NotSignedIn)?;
    Ok(Actor::Person(account.person.clone()))
}

pub async fn change(visit: Visit, Path(person): Path<String>, fields: Fields) -> Response {
    let result = try_to_change(&visit, &person, &fields).await;
    visit.answer(result)
}

async fn try_to_change(visit: &Visit, person: &str, fields: &Fields) -> Result<Response, Failure> {
    let person = PersonId::parse(person).map_err(|_| Failure::NotFound)?;
    let keeper = &visit.site.state.lodge.keeper;
    let actor = actor(visit)?;
    let changed = match sent(fields, "do") {
        "disable" => keeper.disable(&actor, &person).await,
        "enable" => keeper.enable(&actor, &person).await,
        "administrator" => keeper.set_administrator(&actor, &person, true).await,
        "member" => keeper.set_administrator(&actor, &person, false).await,
        "second-step" => keeper.take_second_step(&actor, &person).await,
        "link" => {
            let made = keeper
                .invite_again(&actor, &person, by(visit, fields))
                .await;
            match made {
                Ok(made) => return made_known(visit, made).await,
                Err(error) => Err(error),
            }
        }
        _ => return Err(Failure::Refused("Nothing of that name can be done.")),
    };
    match changed {
        Ok(()) => Ok(Redirect::to("/accounts").into_response()),
        Err(AccountError::Store(error)) => Err(error.into()),
        Err(error) => {
            let complaint = Complaint::of(error)?;
            show_all(visit, None, Some(complaint), None).await
        }
    }
}
