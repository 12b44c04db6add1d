//! A document is brought in, and the list of those that were.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chrono::NaiveDate;

use super::editor;
use crate::acts::intake::IntakeError;
use crate::acts::intake::bringing::{Brought, BroughtIn, bring_in};
use crate::domain::ids::{MeetingId, PartnershipId};
use crate::domain::intake::reach;
use crate::entropy::{Entropy, SystemEntropy};
use crate::intake::files;
use crate::web::failure::Failure;
use crate::web::forms::{Sent, SentDocument};
use crate::web::frame::Area;
use crate::web::pages::intake::{self as pages, TypedBring, path_of};
use crate::web::site::{Pairs, Visit};
use crate::web::told;

/// The documents the viewer reads.
pub async fn list(visit: Visit) -> Response {
    let result = draw_list(&visit).await;
    visit.answer(result)
}

async fn draw_list(visit: &Visit) -> Result<Response, Failure> {
    let scene = visit.scene();
    let reach = reach(&scene.rights(), visit.administrator);
    let snapshot = visit.site.state.store.read().await?;
    let lines = snapshot.intakes(&reach).await?;
    if lines.is_empty() && !pages::may_bring(&scene, visit.administrator) {
        return Err(Failure::NotFound);
    }
    let page = pages::documents(&scene, visit.administrator, &lines);
    Ok(visit.page(Area::Record, "Outcome documents", "documents.html", &page))
}

pub async fn show_new(visit: Visit, query: Pairs) -> Response {
    let typed = TypedBring {
        partnership: query.get("partnership").unwrap_or_default().to_owned(),
        meeting: query.get("meeting").unwrap_or_default().to_owned(),
        ..TypedBring::default()
    };
    let result = draw_new(&visit, StatusCode::OK, typed);
    visit.answer(result)
}

fn draw_new(visit: &Visit, status: StatusCode, typed: TypedBring) -> Result<Response, Failure> {
    let scene = visit.scene();
    if !pages::may_bring(&scene, visit.administrator) {
        return Err(Failure::NotFound);
    }
    let largest = visit.site.state.settings.max_document;
    let page = pages::bring(&scene, visit.administrator, largest, typed);
    let title = "Bring a document in";
    Ok(visit.page_with(status, Area::Record, title, "bring_in.html", &page))
}

pub async fn bring(visit: Visit, sent: SentDocument) -> Response {
    let result = try_to_bring(&visit, &sent.0).await;
    visit.answer(result)
}

async fn try_to_bring(visit: &Visit, sent: &Sent) -> Result<Response, Failure> {
    let scene = visit.scene();
    let editor = editor(visit)?;
    if !pages::may_bring(&scene, visit.administrator) {
        return Err(Failure::NotFound);
    }
    let typed = |complaints: BTreeMap<String, String>| TypedBring {
        partnership: sent.text("partnership").to_owned(),
        meeting: sent.text("meeting").to_owned(),
        title: sent.text("title").to_owned(),
        issued: sent.text("issued").to_owned(),
        text: sent.text("text").to_owned(),
        is_confidential: sent.maybe("confidential").is_some(),
        complaints,
    };
    let unfit = |complaints| draw_new(visit, StatusCode::UNPROCESSABLE_ENTITY, typed(complaints));
    let brought = match brought(visit, sent).await {
        Ok(brought) => brought,
        Err(complaints) => return unfit(complaints),
    };
    let state = &visit.site.state;
    match bring_in(&state.store, &state.lexicon, brought, &editor, visit.now).await {
        Ok(BroughtIn::New(id)) => Ok(Redirect::to(&path_of(id)).into_response()),
        Ok(BroughtIn::Known(id)) => Ok(told::go(&path_of(id), &told::document("known", 1))),
        Err(IntakeError::Wrong(wrong)) => {
            let complaints = wrong
                .into_iter()
                .map(|w| (w.key.unwrap_or_default(), w.message));
            unfit(complaints.collect())
        }
        Err(error) => Err(error.into()),
    }
}

/// The document as it was sent, or what is the matter with it by field.
async fn brought(visit: &Visit, sent: &Sent) -> Result<Brought, BTreeMap<String, String>> {
    let mut complaints = BTreeMap::new();
    let mut say = |field: &str, words: String| {
        complaints.insert(field.to_owned(), words);
    };
    let megabytes = visit.site.state.settings.max_document / 1_000_000;
    let too_large =
        format!("It is larger than {megabytes} MB: give the document alone, or its text.");
    let file = sent.files.iter().find(|(name, _)| name == "file");
    let text = match file {
        _ if !sent.too_large.is_empty() => {
            say("file", too_large);
            String::new()
        }
        _ if sent.broken => {
            say("text", too_large);
            String::new()
        }
        Some((_, file)) => {
            let (name, content) = (file.name.clone(), file.content.clone());
            match tokio::task::spawn_blocking(move || files::text_of(&content)).await {
                Ok(Ok(text)) => text,
                Ok(Err(unreadable)) => {
                    say("file", format!("{name} {unreadable}."));
                    String::new()
                }
                Err(_) => {
                    say("file", format!("{name} is damaged and cannot be read."));
                    String::new()
                }
            }
        }
        None => sent.text("text").to_owned(),
    };
    let issued = match sent.maybe("issued") {
        None => None,
        Some(day) => match day.parse::<NaiveDate>() {
            Ok(day) => Some(day),
            Err(_) => {
                say(
                    "issued",
                    format!("“{day}” is not a day: write it like 2025-04-23."),
                );
                None
            }
        },
    };
    let partnership = PartnershipId::parse(sent.text("partnership"));
    if partnership.is_err() {
        say("partnership", "Say of which partnership it is.".to_owned());
    }
    let meeting = sent
        .maybe("meeting")
        .and_then(|id| MeetingId::parse(id).ok());
    match partnership {
        Ok(partnership) if complaints.is_empty() => Ok(Brought {
            id: (&SystemEntropy as &dyn Entropy).uuid(),
            text,
            title: sent.text("title").to_owned(),
            partnership,
            meeting,
            issued,
            is_confidential: sent.maybe("confidential").is_some(),
        }),
        _ => Err(complaints),
    }
}
