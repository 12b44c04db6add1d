//! What the buttons of a document's page want: proposals accepted, turned down, taken back, added; the
//! document let go.

use axum::extract::Path;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::{NOT_YOURS, addressed, complain, draw_review, editor};
use crate::acts::editing::Editor;
use crate::acts::intake::accepting::{Accepted, Continues, accept};
use crate::acts::intake::bringing::let_go;
use crate::acts::intake::deciding::{add, decide as decide_one, reject_several};
use crate::acts::intake::mentioning::{Again, keep_as_mention};
use crate::acts::intake::{IntakeError, Target};
use crate::domain::commitment::Effect;
use crate::domain::directory::Directory;
use crate::domain::ids::CommitmentRef;
use crate::domain::intake::{Origin, may_decide};
use crate::domain::reporting::Seen;
use crate::intake::review::deciding::{Chosen, Decision};
use crate::intake::review::{Item, Review};
use crate::web::failure::Failure;
use crate::web::pages::intake::card::{ON_RECORD, desk_meant};
use crate::web::pages::intake::path_of;
use crate::web::pages::intake::review::{Typed, part_of};
use crate::web::site::{Typed as TypedForm, Visit};
use crate::web::told;

/// What a button of the page wants.
enum Wish {
    Accept(Vec<Accepted>),
    /// As the continuation of an older one.
    Continue(Accepted),
    Reject(Vec<Target>, Option<String>),
    TakeBack(Target),
    /// It is on record already.
    There(Target),
    Mention(Target, Again),
    Add(Chosen),
    LetGo,
    /// Enter was pressed in a field: nothing is decided by that.
    Nothing,
}

pub async fn decide(visit: Visit, Path(id): Path<String>, typed: TypedForm) -> Response {
    let result = try_to_decide(&visit, &id, typed.0).await;
    visit.answer(result)
}

async fn try_to_decide(
    visit: &Visit,
    id: &str,
    pairs: Vec<(String, String)>,
) -> Result<Response, Failure> {
    let review = addressed(visit, id).await?;
    let editor = editor(visit)?;
    if !may_decide(
        &visit.scene().rights(),
        visit.administrator,
        review.intake.custody(),
    ) {
        return Err(Failure::Refused(NOT_YOURS));
    }
    let mut typed = Typed {
        pairs,
        ..Typed::default()
    };
    let part = typed
        .text("part")
        .and_then(|part| part.parse().ok())
        .unwrap_or(1);
    let wish = match wish(&review, &typed, visit.scene().directory()) {
        Ok(wish) => wish,
        Err(words) => {
            typed.complaints.push(words.to_owned());
            return draw_review(
                visit,
                StatusCode::UNPROCESSABLE_ENTITY,
                &review,
                part,
                &typed,
            )
            .await;
        }
    };
    match carry_out(visit, &review, wish, &editor).await {
        Ok(Some(response)) => Ok(response),
        Ok(None) => {
            let words = "Nothing was decided: use the buttons.";
            typed.complaints.push(words.to_owned());
            draw_review(visit, StatusCode::OK, &review, part, &typed).await
        }
        Err(error) => {
            complain(error, &mut typed.wrong, &mut typed.complaints)?;
            let review = addressed(visit, id).await?;
            draw_review(
                visit,
                StatusCode::UNPROCESSABLE_ENTITY,
                &review,
                part,
                &typed,
            )
            .await
        }
    }
}

/// Does it; `None` where there is nothing to do.
async fn carry_out(
    visit: &Visit,
    review: &Review,
    wish: Wish,
    editor: &Editor,
) -> Result<Option<Response>, IntakeError> {
    let state = &visit.site.state;
    let (store, lexicon, now) = (&state.store, &state.lexicon, visit.now);
    let id = review.intake.id;
    let to = |n: u32| {
        let next = next_open(review, n).or(review.item(n));
        let part = next.map_or(1, |item| part_of(review, item.place.start));
        let n = next.map_or(n, |item| item.n);
        format!("{}?part={part}#p{n}", path_of(id))
    };
    let response = match wish {
        Wish::Nothing => return Ok(None),
        Wish::Accept(accepted) => {
            let became = accept(store, id, &accepted, editor, now).await?;
            let last = accepted.last().map_or(0, |one| one.target.n);
            told::go(&to(last), &told::document("accepted", became.len()))
        }
        Wish::Continue(one) => {
            let n = one.target.n;
            accept(store, id, &[one], editor, now).await?;
            told::go(&to(n), &told::document("continued", 1))
        }
        Wish::Reject(targets, reason) => {
            reject_several(store, id, &targets, reason.as_deref(), editor, now).await?;
            let last = targets.last().map_or(0, |target| target.n);
            told::go(&to(last), &told::document("rejected", targets.len()))
        }
        Wish::There(target) => {
            let why = Some(ON_RECORD);
            reject_several(store, id, &[target], why, editor, now).await?;
            told::go(&to(target.n), &told::document("there", 1))
        }
        Wish::Mention(target, again) => {
            keep_as_mention(store, (id, target), &again, editor, now).await?;
            told::go(&to(target.n), &told::document("mentioned", 1))
        }
        Wish::TakeBack(target) => {
            let back = Decision::TakeBack;
            decide_one(store, lexicon, (id, target), &back, editor, now).await?;
            let part = review
                .item(target.n)
                .map_or(1, |i| part_of(review, i.place.start));
            let to = format!("{}?part={part}#p{}", path_of(id), target.n);
            Redirect::to(&to).into_response()
        }
        Wish::Add(chosen) => {
            let added = add(store, lexicon, id, &chosen, editor, now).await?;
            let to = added.first().map_or_else(
                || path_of(id),
                |item| {
                    let part = part_of(review, item.place.start);
                    format!("{}?part={part}#p{}", path_of(id), item.n)
                },
            );
            told::go(&to, &told::document("added", 1))
        }
        Wish::LetGo => {
            let_go(store, id, editor, now).await?;
            told::go("/documents", &told::document("let-go", 1))
        }
    };
    Ok(Some(response))
}

/// The next that waits, behind a proposal in the text.
fn next_open(review: &Review, n: u32) -> Option<&Item> {
    let at = review.item(n).map(|item| (item.place.start, item.n))?;
    let mut behind: Vec<_> = review
        .open()
        .filter(|item| item.n != n && (item.place.start, item.n) > at)
        .collect();
    behind.sort_by_key(|item| (item.place.start, item.n));
    behind.first().copied()
}

/// Reads what a button wants; a sentence where it makes no sense.
fn wish(review: &Review, typed: &Typed, directory: &Directory) -> Result<Wish, &'static str> {
    let seen = |n: &str| -> Option<Target> {
        let version = typed.text(&format!("seen@{n}"))?;
        Some(Target {
            n: n.parse().ok()?,
            version: version.parse().ok()?,
        })
    };
    let accepted = |target: Target| {
        let beside = |name: &str| {
            let text = typed.text(&format!("{name}@{}", target.n));
            text.filter(|t| !t.is_empty()).map(str::to_owned)
        };
        Accepted {
            target,
            reference: beside("ref"),
            lead: beside("lead").map(|typed| desk_meant(&typed, directory)),
            deadline: beside("due"),
            continues: None,
        }
    };
    let chosen = || -> Vec<Target> {
        let boxes = typed.pairs.iter().filter(|(name, _)| name == "chosen");
        boxes.filter_map(|(_, n)| seen(n)).collect()
    };
    let some = |targets: Vec<Target>| match targets.is_empty() {
        true => Err("Tick those that are meant, or use the buttons of each."),
        false => Ok(targets),
    };
    let reason = |name: &str| {
        typed
            .text(name)
            .filter(|t| !t.is_empty())
            .map(str::to_owned)
    };
    let wish = typed.text("do").unwrap_or_default();
    let (word, about) = wish.split_once('@').unwrap_or((wish, ""));
    let gone = "That proposal is not here any more; this is how it stands.";
    Ok(match word {
        "accept" => Wish::Accept(vec![accepted(seen(about).ok_or(gone)?)]),
        "continue" => {
            let older = typed.text(&format!("older@{about}")).and_then(older);
            Wish::Continue(Accepted {
                continues: Some(older.ok_or(gone)?),
                ..accepted(seen(about).ok_or(gone)?)
            })
        }
        "reject" => {
            let target = seen(about).ok_or(gone)?;
            Wish::Reject(vec![target], reason(&format!("reason@{about}")))
        }
        "there" => Wish::There(seen(about).ok_or(gone)?),
        "mention" => {
            let target = seen(about).ok_or(gone)?;
            let again = typed.text(&format!("about@{about}")).and_then(again);
            Wish::Mention(target, again.ok_or(gone)?)
        }
        "take-back" => Wish::TakeBack(seen(about).ok_or(gone)?),
        "accept-chosen" => Wish::Accept(some(chosen())?.into_iter().map(accepted).collect()),
        "reject-chosen" => Wish::Reject(some(chosen())?, reason("reason")),
        "accept-all" => Wish::Accept(
            some(everything(review, typed))?
                .into_iter()
                .map(accepted)
                .collect(),
        ),
        "propose" => Wish::Add(passed(review, about).ok_or(gone)?),
        "add" => Wish::Add(Chosen {
            words: typed.text("words").unwrap_or_default().to_owned(),
            near: typed.text("near").and_then(|near| near.parse().ok()),
            origin: Origin::Added,
        }),
        "let-go" => Wish::LetGo,
        _ => Wish::Nothing,
    })
}

/// `US37-03 1f2e3d4c5b6a7988.0011223344556677`: which one, and what the page saw of it.
fn older(about: &str) -> Option<Continues> {
    let (reference, seen) = about.split_once(' ')?;
    Some(Continues {
        reference: CommitmentRef::parse(reference).ok()?,
        seen: Some(Seen::parse(seen)),
    })
}

/// `US37-03 strengthens`
fn again(about: &str) -> Option<Again> {
    let (reference, effect) = about.split_once(' ')?;
    Some(Again {
        reference: CommitmentRef::parse(reference).ok()?,
        effect: Effect::parse(effect)?,
    })
}

/// All that wait and are new to the record, as the page saw them, in the order of the text.
fn everything(review: &Review, typed: &Typed) -> Vec<Target> {
    let new = typed.text("new").unwrap_or_default().split_whitespace();
    let new = new.filter_map(|pair| {
        let (n, version) = pair.split_once('.')?;
        Some(Target {
            n: n.parse().ok()?,
            version: version.parse().ok()?,
        })
    });
    let mut all: Vec<Target> = new.collect();
    all.sort_by_key(|target| review.item(target.n).map(|item| (item.place.start, item.n)));
    all
}

/// A sentence that was passed over, by where it begins.
fn passed(review: &Review, start: &str) -> Option<Chosen> {
    let start: u32 = start.parse().ok()?;
    let passed = review.intake.passed.iter().find(|p| p.start == start)?;
    let words = review.intake.text.chars().skip(start as usize);
    Some(Chosen {
        words: words.take((passed.end - passed.start) as usize).collect(),
        near: Some(start),
        origin: Origin::Passed,
    })
}
