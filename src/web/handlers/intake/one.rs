//! One proposal with all of its fields.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::Value;

use super::{NOT_YOURS, addressed, beside, complain, editor};
use crate::acts::editing::Editor;
use crate::acts::intake::accepting::{Accepted, CONTINUES, Continues, accept};
use crate::acts::intake::deciding::decide;
use crate::acts::intake::mentioning::{Again, keep_as_mention};
use crate::acts::intake::{IntakeError, Target};
use crate::domain::commitment::Effect;
use crate::domain::ids::{CommitmentRef, DeskId};
use crate::domain::intake::may_decide;
use crate::intake::review::deciding::Decision;
use crate::intake::review::meanwhile::together;
use crate::intake::review::references::Names;
use crate::intake::review::{Item, Review, Wrong};
use crate::record::Body;
use crate::web::failure::Failure;
use crate::web::frame::Area;
use crate::web::pages::intake::one::{self as pages, Typed};
use crate::web::pages::intake::path_of;
use crate::web::pages::intake::review::part_of;
use crate::web::record_forms::read;
use crate::web::site::{Typed as TypedForm, Visit};
use crate::web::told;

pub async fn show_one(visit: Visit, Path((id, n)): Path<(String, String)>) -> Response {
    let result = show(&visit, &id, &n).await;
    visit.answer(result)
}

async fn show(visit: &Visit, id: &str, n: &str) -> Result<Response, Failure> {
    let review = addressed(visit, id).await?;
    let item = item_of(&review, n)?;
    draw(visit, StatusCode::OK, &review, item, Typed::default()).await
}

fn item_of<'r>(review: &'r Review, n: &str) -> Result<&'r Item, Failure> {
    let n: u32 = n.parse().map_err(|_| Failure::NotFound)?;
    review.item(n).ok_or(Failure::NotFound)
}

async fn draw(
    visit: &Visit,
    status: StatusCode,
    review: &Review,
    item: &Item,
    typed: Typed,
) -> Result<Response, Failure> {
    let beside = beside(visit, review).await?;
    let scene = visit.scene();
    let reference = reference_of(visit, review);
    let known = (reference.as_str(), &beside);
    let page = pages::proposal(&scene, visit.administrator, review, item, known, typed);
    let title = format!("{}, {}", page.heading, page.document);
    Ok(visit.page_with(status, Area::Record, &title, "proposal.html", &page))
}

/// What it would be called.
fn reference_of(visit: &Visit, review: &Review) -> String {
    let intake = &review.intake;
    let scene = visit.scene();
    Names::of(
        scene.book,
        scene.viewer,
        &intake.partnership,
        intake.meeting.as_ref(),
    )
    .draw()
}

pub async fn change_one(
    visit: Visit,
    Path((id, n)): Path<(String, String)>,
    typed: TypedForm,
) -> Response {
    let result = change(&visit, (&id, &n), typed.0).await;
    visit.answer(result)
}

async fn change(
    visit: &Visit,
    (id, n): (&str, &str),
    pairs: Vec<(String, String)>,
) -> Result<Response, Failure> {
    let review = addressed(visit, id).await?;
    let item = item_of(&review, n)?;
    let editor = editor(visit)?;
    if !may_decide(
        &visit.scene().rights(),
        visit.administrator,
        review.intake.custody(),
    ) {
        return Err(Failure::Refused(NOT_YOURS));
    }
    let text = |name: &str| {
        let pair = pairs.iter().find(|(key, _)| key == name);
        pair.map_or("", |(_, value)| value.trim())
    };
    let mut target = Target {
        n: item.n,
        version: text("seen").parse().unwrap_or(0),
    };
    let wish = text("do").to_owned();
    let mut typed = Typed::default();
    let decision = match wish.as_str() {
        "save" | "accept" => {
            let saw = saw(item, text("saw"));
            let mut fields = pages::edited(&saw, &read(&pages::fields(), &pairs));
            // What is typed into the field counts before a reading that is chosen.
            let reading = text("reading");
            if !reading.is_empty() && fields.get("deadline") == saw.get("deadline") {
                fields.insert("deadline".to_owned(), reading.into());
            }
            if target.version != item.version && item.state.is_open() {
                let both = together(&saw, &fields, &pages::as_sent(&item.fields));
                fields = both.fields;
                target.version = item.version;
                typed.wrong = changed_by_both(item, both.both);
                if !typed.wrong.is_empty() {
                    typed.complaints.push(BY_BOTH.to_owned());
                }
            }
            let reference = reference_of(visit, &review);
            let scene = visit.scene();
            let wrong = pages::complaints(&scene, &review, item, &fields, &reference);
            typed.wrong.extend(wrong);
            typed.fields = Some(fields.clone());
            Decision::Edit { fields }
        }
        "cut" => Decision::Cut {
            typed: text("cut").to_owned(),
        },
        "desks" => {
            let desks = pairs.iter().filter(|(name, _)| name == "desk");
            let desks = desks.filter_map(|(_, id)| DeskId::parse(id).ok());
            Decision::ForDesks {
                desks: desks.collect(),
            }
        }
        "merge" => Decision::Merge {
            into: text("into").parse().unwrap_or(0),
        },
        "continue" => return continuation(visit, &review, (item, target), &editor, pairs).await,
        "mention" => return mention(visit, &review, (item, target), &editor, pairs).await,
        "take-back" => Decision::TakeBack,
        "reject" => Decision::Reject {
            reason: Some(text("reason").to_owned()).filter(|r| !r.is_empty()),
        },
        _ => return Err(Failure::Refused("The form names nothing to do.")),
    };
    let done = match typed.wrong.is_empty() {
        true => {
            carry_out(
                visit,
                (&review, target),
                (&decision, wish == "accept"),
                &editor,
            )
            .await
        }
        false => Ok(None),
    };
    match done {
        Ok(Some(response)) => return Ok(response),
        Ok(None) => {}
        Err(error) => {
            // What it was told from stays, so that sending it again is told from it once more.
            if matches!(error, IntakeError::Overtaken(_)) && typed.fields.is_some() {
                typed.saw = Some((target.version, text("saw").to_owned()));
            }
            complain(error, &mut typed.wrong, &mut typed.complaints)?;
        }
    }
    typed.pairs = pairs;
    let review = addressed(visit, id).await?;
    let item = item_of(&review, n)?;
    draw(
        visit,
        StatusCode::UNPROCESSABLE_ENTITY,
        &review,
        item,
        typed,
    )
    .await
}

const BY_BOTH: &str = "Somebody else worked on this proposal since the page was drawn. Nothing was saved; what both of you changed is marked, with what they made of it. Send again to have it your way.";

/// The keys as the form saw them; as they are, where it does not say.
fn saw(item: &Item, text: &str) -> Body {
    let saw: Option<Body> = serde_json::from_str(text).ok();
    saw.unwrap_or_else(|| pages::as_sent(&item.fields))
}

/// What two people changed, beside its field.
fn changed_by_both(item: &Item, both: Vec<(String, Option<Value>)>) -> Vec<Wrong> {
    let told = both.into_iter().map(|(key, theirs)| {
        let theirs = match theirs {
            None => "nothing".to_owned(),
            Some(Value::String(text)) => format!("“{text}”"),
            Some(other) => other.to_string(),
        };
        Wrong::of(
            Some(item.n),
            &key,
            format!("somebody else made it {theirs} meanwhile; yours stands here"),
        )
    });
    told.collect()
}

/// Keeps it as a mention of an older promise.
async fn mention(
    visit: &Visit,
    review: &Review,
    (item, target): (&Item, Target),
    editor: &Editor,
    pairs: Vec<(String, String)>,
) -> Result<Response, Failure> {
    let text = |name: &str| {
        let pair = pairs.iter().find(|(key, _)| key == name);
        pair.map_or("", |(_, value)| value.trim())
    };
    let reference = CommitmentRef::parse(text("again"));
    let effect = Effect::parse(text("effect")).unwrap_or(Effect::Repeats);
    let id = review.intake.id;
    let done = match reference {
        Ok(reference) => {
            let again = Again { reference, effect };
            let store = &visit.site.state.store;
            keep_as_mention(store, (id, target), &again, editor, visit.now).await
        }
        Err(_) => {
            let words = "Write the reference of the older promise, like US37-03.";
            Err(Wrong::of(Some(item.n), "mention", words).into())
        }
    };
    gone_or_drawn(visit, (review, item), done, "mentioned", pairs).await
}

/// Accepts it as the continuation of an older commitment.
async fn continuation(
    visit: &Visit,
    review: &Review,
    (item, target): (&Item, Target),
    editor: &Editor,
    pairs: Vec<(String, String)>,
) -> Result<Response, Failure> {
    let older = pairs.iter().find(|(key, _)| key == "older");
    let older = older.map_or("", |(_, value)| value.trim());
    let done = match CommitmentRef::parse(older) {
        Ok(reference) => {
            let one = Accepted {
                target,
                reference: None,
                lead: None,
                deadline: None,
                continues: Some(Continues {
                    reference,
                    seen: None,
                }),
            };
            let store = &visit.site.state.store;
            let done = accept(store, review.intake.id, &[one], editor, visit.now).await;
            done.map(|_| ())
        }
        Err(_) => {
            let words = "Write the reference of the older commitment, like US37-03.";
            Err(Wrong::of(Some(item.n), CONTINUES, words).into())
        }
    };
    gone_or_drawn(visit, (review, item), done, "continued", pairs).await
}

/// Back to the document where it was done, else the proposal with what is wrong.
async fn gone_or_drawn(
    visit: &Visit,
    (review, item): (&Review, &Item),
    done: Result<(), IntakeError>,
    told: &str,
    pairs: Vec<(String, String)>,
) -> Result<Response, Failure> {
    let id = review.intake.id;
    let mut typed = Typed::default();
    match done {
        Ok(()) => {
            let part = part_of(review, item.place.start);
            let page = format!("{}?part={part}#p{}", path_of(id), item.n);
            return Ok(told::go(&page, &told::document(told, 1)));
        }
        Err(error) => complain(error, &mut typed.wrong, &mut typed.complaints)?,
    }
    typed.pairs = pairs;
    let review = addressed(visit, &id.to_string()).await?;
    let item = review.item(item.n).ok_or(Failure::NotFound)?;
    let status = StatusCode::UNPROCESSABLE_ENTITY;
    draw(visit, status, &review, item, typed).await
}

async fn carry_out(
    visit: &Visit,
    (review, target): (&Review, Target),
    (decision, accepts): (&Decision, bool),
    editor: &Editor,
) -> Result<Option<Response>, IntakeError> {
    let state = &visit.site.state;
    let (store, lexicon, now) = (&state.store, &state.lexicon, visit.now);
    let id = review.intake.id;
    let after = decide(store, lexicon, (id, target), decision, editor, now).await?;
    let own = after.iter().find(|item| item.n == target.n);
    let target = own.map_or(target, |item| Target {
        n: item.n,
        version: item.version,
    });
    let place = review.item(target.n).map_or(0, |item| item.place.start);
    let page = |n: u32| format!("{}?part={}#p{n}", path_of(id), part_of(review, place));
    if accepts {
        let one = Accepted {
            target,
            reference: None,
            lead: None,
            deadline: None,
            continues: None,
        };
        accept(store, id, &[one], editor, now).await?;
        return Ok(Some(told::go(
            &page(target.n),
            &told::document("accepted", 1),
        )));
    }
    let n = match decision {
        Decision::Merge { into } => *into,
        Decision::Cut { .. } | Decision::ForDesks { .. } => {
            let parts = after.iter().filter(|item| item.n != target.n);
            parts.map(|item| item.n).min().unwrap_or(target.n)
        }
        _ => target.n,
    };
    Ok(Some(Redirect::to(&page(n)).into_response()))
}
