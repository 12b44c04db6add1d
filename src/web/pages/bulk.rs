//! Many commitments changed at once: what is chosen, what is wanted of all of them, and what that does
//! to each, before it is done.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::acts::bulk::{Looked, Wish};
use crate::domain::directory::Directory;
use crate::domain::ids::DeskId;
use crate::record::{Body, entity};
use crate::web::pages::commitments::Opt;
use crate::web::pages::edit::ChangeLine;
use crate::web::pages::what_if::{self, Answer};
use crate::web::record_forms::{self as forms, Field, Shown, form_of};
use crate::web::say;
use crate::web::scene::Scene;

#[derive(Debug, Serialize)]
pub struct BulkPage {
    pub answer: String,
    pub complaints: Vec<String>,
    /// What is chosen and can be changed.
    pub chosen: Vec<Line>,
    pub refused: Vec<Line>,
    pub lead: Vec<Opt>,
    pub joins: Vec<Opt>,
    pub leaves: Vec<Opt>,
    pub policy: Vec<Shown>,
    pub clears_policy: bool,
    pub reason: String,
    pub looked: Option<Seen>,
    /// Where one comes from, and goes back to.
    pub back: String,
}

/// One commitment.
#[derive(Debug, Serialize)]
pub struct Line {
    pub reference: String,
    pub title: String,
    /// Why it cannot be changed.
    pub why: String,
}

/// What a wish does, and to be told from another by.
#[derive(Debug, Serialize)]
pub struct Seen {
    pub print: String,
    /// `Change these seven`
    pub button: String,
    pub changing: Vec<Changing>,
    /// Those that are so already.
    pub same: Vec<Line>,
    pub answer: Answer,
}

#[derive(Debug, Serialize)]
pub struct Changing {
    pub reference: String,
    pub title: String,
    pub changes: Vec<ChangeLine>,
}

/// The fields of a commitment's own policy.
pub fn policy_field() -> Option<&'static Field> {
    let fields = form_of(entity::COMMITMENT)?.fields(false);
    fields.into_iter().find(|field| field.key == "policy")
}

/// What a form wants of all of them. A desk that is not on record is complained of.
pub fn wish(pairs: &[(String, String)], directory: &Directory) -> (Wish, Vec<String>) {
    let typed = |name: &str| {
        let pair = pairs.iter().find(|(n, _)| n == name);
        pair.map_or("", |(_, value)| value.trim())
    };
    let mut complaints = Vec::new();
    let mut desk = |name: &str| -> Option<DeskId> {
        let typed = Some(typed(name)).filter(|id| !id.is_empty())?;
        let known = directory.desks.get(typed).map(|desk| desk.id.clone());
        if known.is_none() {
            complaints.push("There is no such desk on record; choose one from the list.".into());
        }
        known
    };
    let (lead, joins, leaves) = (desk("to-lead"), desk("joins"), desk("leaves"));
    let body = policy_field().map_or_else(Map::new, |field| forms::read(&[field], pairs));
    let policy = body.get("policy").and_then(Value::as_object).cloned();
    let reason = typed("reason");
    let wish = Wish {
        lead,
        joins,
        leaves,
        clears_policy: !typed("clears-policy").is_empty(),
        policy: policy.unwrap_or_default(),
        reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
    };
    (wish, complaints)
}

/// Draws what is chosen, and with `shows` what is wanted of it does.
pub fn bulk(
    scene: &Scene<'_>,
    wish: &Wish,
    looked: Looked,
    shows: bool,
    complaints: Vec<String>,
    back: String,
) -> BulkPage {
    let directory = scene.directory();
    let desks = |chosen: &Option<DeskId>, none: &str| {
        let chosen = chosen.as_ref().map(DeskId::as_str);
        let desks = directory.desks.values();
        let desks = desks.map(|desk| Opt::new(desk.id.as_str(), desk.name.clone(), chosen));
        std::iter::once(Opt::new("", none, chosen))
            .chain(desks)
            .collect::<Vec<Opt>>()
    };
    let body: Body = match wish.policy.is_empty() {
        true => Body::new(),
        false => [("policy".to_owned(), Value::Object(wish.policy.clone()))]
            .into_iter()
            .collect(),
    };
    let policy = policy_field().map(|field| forms::show(&[field], &body, directory, &[], &[]));
    let policy = policy.into_iter().flatten().map(|group| Shown {
        hint: "Empty: as each has it.",
        ..group
    });
    let plan = &looked.plan;
    let mut complaints = complaints;
    complaints.extend(plan.complaints.iter().map(|words| say::sentence(words)));
    let refused = plan.refused.iter().map(|kept| Line {
        reference: kept.reference.to_string(),
        title: kept.title.clone(),
        why: say::sentence(&kept.why),
    });
    let refused: Vec<Line> = refused.collect();
    let chosen = chosen(&looked);
    BulkPage {
        answer: answer(chosen.len(), refused.len()),
        lead: desks(&wish.lead, "as it is"),
        joins: desks(&wish.joins, "none"),
        leaves: desks(&wish.leaves, "none"),
        policy: policy.collect(),
        clears_policy: wish.clears_policy,
        reason: wish.reason.clone().unwrap_or_default(),
        looked: (shows && complaints.is_empty()).then(|| seen(looked)),
        chosen,
        refused,
        complaints,
        back,
    }
}

fn answer(chosen: usize, refused: usize) -> String {
    let commitments = |n: usize| match n {
        1 => "One commitment".to_owned(),
        n => format!("{} commitments", say::number(n)),
    };
    let kept = match refused {
        0 => String::new(),
        n => format!(" {} cannot be changed here.", commitments(n)),
    };
    match chosen {
        0 => format!("Nothing that you may change is chosen.{kept}"),
        n => format!("{} {} chosen.{kept}", commitments(n), say::are(n)),
    }
}

/// What is chosen and can be changed, by reference.
fn chosen(looked: &Looked) -> Vec<Line> {
    let line = |reference: &str, title: &str| Line {
        reference: reference.to_owned(),
        title: title.to_owned(),
        why: String::new(),
    };
    let plan = &looked.plan;
    let refused: BTreeSet<&str> = plan.refused.iter().map(|k| k.reference.as_str()).collect();
    let changing = plan
        .changing
        .iter()
        .map(|one| line(one.reference.as_str(), &one.title));
    let same = plan
        .same
        .iter()
        .map(|(reference, title)| line(reference.as_str(), title));
    let mut all: Vec<Line> = changing
        .chain(same)
        .filter(|line| !refused.contains(line.reference.as_str()))
        .collect();
    all.sort_by(|a, b| a.reference.cmp(&b.reference));
    all
}

fn seen(looked: Looked) -> Seen {
    let Looked {
        plan,
        before,
        after,
        consequences,
    } = looked;
    let labelled = |key: &str| match key {
        "lead" => "Lead desk".to_owned(),
        "cooperating" => "Cooperating desks".to_owned(),
        "policy" => "Its own policy".to_owned(),
        other => other.to_owned(),
    };
    let named = |key: &str, value: &str| match key {
        "lead" | "cooperating" => {
            let names = value.split(", ").filter(|id| !id.is_empty());
            let names = names.map(|id| before.desks.get(id).map_or(id, |desk| &desk.name));
            names.collect::<Vec<_>>().join(", ")
        }
        _ => value.to_owned(),
    };
    let changing: Vec<Changing> = plan
        .changing
        .iter()
        .map(|one| Changing {
            reference: one.reference.to_string(),
            title: one.title.clone(),
            changes: one
                .changes
                .iter()
                .map(|change| ChangeLine {
                    label: labelled(&change.key),
                    from: named(&change.key, &change.from),
                    to: named(&change.key, &change.to),
                })
                .collect(),
        })
        .collect();
    let what = match changing.is_empty() {
        true => "Nothing changes: it is so already.",
        false => "This is what changes. Nothing has been saved yet.",
    };
    let answer = what_if::answer(
        what.to_owned(),
        consequences,
        &before,
        &after,
        String::new(),
    );
    let same = plan.same.iter().map(|(reference, title)| Line {
        reference: reference.to_string(),
        title: title.clone(),
        why: String::new(),
    });
    Seen {
        button: match changing.len() {
            1 => "Change this one".to_owned(),
            n => format!("Change these {}", say::number(n).to_lowercase()),
        },
        same: same.collect(),
        print: plan.seen,
        changing,
        answer,
    }
}
