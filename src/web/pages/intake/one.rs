//! One proposal with all of its fields: edited, cut in two, split for desks, put together with another,
//! turned down.

use serde::Serialize;
use serde_json::Value;

use super::card::{Card, card};
use super::older::older;
use crate::acts::editing::Editor;
use crate::acts::intake::accepting::CONTINUES;
use crate::domain::commitment::Effect;
use crate::domain::intake::may_decide;
use crate::intake::matching::{Match, Standing};
use crate::intake::review::beside::Beside as Found;
use crate::intake::review::text::folded;
use crate::intake::review::{Item, Review, Wrong};
use crate::record::editing::Complaint;
use crate::record::{Body, entity};
use crate::web::forms::{Choice, choices};
use crate::web::pages::intake::card::Beside;
use crate::web::pages::intake::review::part_of;
use crate::web::record_forms::{Field, Form, Input, Shown, form_of, show};
use crate::web::say;
use crate::web::scene::Scene;

/// What of a commitment is decided beside its words.
const KEYS: [&str; 16] = [
    "ref",
    "title",
    "kind",
    "strength",
    "obligors",
    "beneficiaries",
    "instruments",
    "meeting",
    "deadline",
    "review",
    "sector",
    "lead",
    "cooperating",
    "confidentiality",
    "readers",
    "opened",
];

#[derive(Debug, Serialize)]
pub struct ProposalPage {
    pub heading: String,
    pub document: String,
    pub action: String,
    /// To the document, where it stands.
    pub back: String,
    pub words: String,
    pub paragraph: u32,
    pub card: Card,
    pub decides: bool,
    /// The version that this page saw, and the keys of it.
    pub seen: u32,
    pub saw: String,
    pub fields: Vec<Shown>,
    pub complaints: Vec<String>,
    /// The words as they are to be cut.
    pub cut: String,
    pub cut_complaint: Option<String>,
    pub desks: Vec<Choice>,
    pub desks_complaint: Option<String>,
    pub others: Vec<Choice>,
    pub others_complaint: Option<String>,
    /// The older promise that it says again.
    pub again: String,
    pub effects: Vec<Choice>,
    pub again_complaint: Option<String>,
    /// The older commitment that it continues, and those it resembles; `None` before the document and
    /// its meeting are on record.
    pub older: Option<String>,
    pub left_open: Vec<(String, String)>,
    pub older_complaint: Option<String>,
    pub reason: String,
}

/// What was typed, and what is said of it.
#[derive(Debug, Default)]
pub struct Typed {
    pub pairs: Vec<(String, String)>,
    /// The keys, where the form of them was sent.
    pub fields: Option<Body>,
    /// The version and the keys that the form saw, where it is to be told from them once more.
    pub saw: Option<(u32, String)>,
    pub wrong: Vec<Wrong>,
    pub complaints: Vec<String>,
}

/// The fields that are asked for, in the order of the record's own form.
pub fn fields() -> Vec<&'static Field> {
    let Some(form) = form_of(entity::COMMITMENT) else {
        return Vec::new();
    };
    let asked = Form::fields(&form, true).into_iter();
    asked.filter(|f| KEYS.contains(&f.key)).collect()
}

/// The keys after an edit: those that were asked for as they were typed, the others as they are.
pub fn edited(saw: &Body, typed: &Body) -> Body {
    let mut fields = saw.clone();
    for field in fields_asked() {
        match typed.get(field) {
            Some(value) => fields.insert(field.to_owned(), value.clone()),
            None => fields.shift_remove(field),
        };
    }
    fields
}

/// The keys as a form sends them back that nobody touched: what is understood where nothing is said is
/// said.
pub fn as_sent(fields: &Body) -> Body {
    let mut sent = fields.clone();
    for field in self::fields() {
        if let Input::Choice([(first, _), ..]) = field.input
            && !first.is_empty()
        {
            sent.entry(field.key).or_insert((*first).into());
        }
    }
    sent
}

fn fields_asked() -> impl Iterator<Item = &'static str> {
    fields().into_iter().map(|field| field.key)
}

/// Draws one proposal.
pub fn proposal(
    scene: &Scene<'_>,
    administrator: bool,
    review: &Review,
    item: &Item,
    (reference, beside): (&str, &Found),
    typed: Typed,
) -> ProposalPage {
    let found = beside.of(item.n);
    let left_open = beside.left_open(item.n);
    let intake = &review.intake;
    let path = super::path_of(intake.id);
    let words = folded(&review.words(item));
    let fields = fields();
    let body = typed.fields.clone().unwrap_or_else(|| item.fields.clone());
    let is_field = |key: &str| fields.iter().any(|f| f.key == key);
    let (about_fields, other): (Vec<&Wrong>, Vec<&Wrong>) = typed
        .wrong
        .iter()
        .partition(|w| w.key.as_deref().is_some_and(is_field));
    let beside_field: Vec<Complaint> = about_fields
        .iter()
        .map(|w| Complaint {
            key: w.key.clone(),
            message: w.message.clone(),
        })
        .collect();
    let of = |name: &str| {
        let found = other.iter().find(|w| w.key.as_deref() == Some(name));
        found.map(|w| say::sentence(&w.message))
    };
    let own = ["cut", "desks", "into", "mention", CONTINUES];
    let rest = other
        .iter()
        .filter(|w| !w.key.as_deref().is_some_and(|k| own.contains(&k)));
    let mut complaints: Vec<String> = rest.map(|w| say::sentence(&w.message)).collect();
    complaints.extend(typed.complaints.iter().cloned());
    if complaints.is_empty() && !about_fields.is_empty() {
        complaints.push("Something is not in order yet; it stands beside each field.".into());
    }
    let sent = |name: &str| {
        let pair = typed.pairs.iter().find(|(n, _)| n == name);
        pair.map(|(_, value)| value.clone())
    };
    let chosen: Vec<&str> = typed
        .pairs
        .iter()
        .filter(|(name, _)| name == "desk")
        .map(|(_, value)| value.as_str())
        .collect();
    let beside = Beside {
        reference: reference.to_owned(),
        lead: None,
        deadline: sent("reading"),
        older: older(scene, intake, &left_open),
    };
    let may_continue = intake.document.is_some() && intake.meeting.is_some();
    let continued = beside.older.as_ref().map(|older| older.reference.clone());
    let continued = sent("older").or(continued).unwrap_or_default();
    let part = part_of(review, item.place.start);
    let (seen, saw) = match typed.saw.clone() {
        Some(saw) => saw,
        None => (
            item.version,
            Value::Object(as_sent(&item.fields)).to_string(),
        ),
    };
    let suggested = found.and_then(|found| suggested(scene, found));
    let suggested_effect = suggested.as_ref().map(|(_, effect)| effect.to_string());
    ProposalPage {
        heading: format!("Proposal {}", item.n),
        document: intake.title.clone(),
        action: format!("{path}/{}", item.n),
        back: format!("{path}?part={part}#p{}", item.n),
        paragraph: review.paragraph_of(item),
        seen,
        saw,
        decides: may_decide(&scene.rights(), administrator, intake.custody()),
        fields: show(
            &fields,
            &body,
            scene.directory(),
            &["title", "kind", "lead"],
            &beside_field,
        ),
        complaints,
        cut: sent("cut").unwrap_or_else(|| words.clone()),
        cut_complaint: of("cut"),
        desks: desks(scene, &chosen),
        desks_complaint: of("desks"),
        others: others(review, item, sent("into").as_deref()),
        others_complaint: of("into"),
        again: sent("again")
            .or(suggested.map(|(r, _)| r))
            .unwrap_or_default(),
        effects: effects(sent("effect").or(suggested_effect)),
        again_complaint: of("mention"),
        older: may_continue.then_some(continued),
        left_open: left_open
            .iter()
            .filter_map(|like| scene.commitment(like.reference.as_str()))
            .map(|c| (c.reference.to_string(), c.title.clone()))
            .collect(),
        older_complaint: of(CONTINUES),
        reason: sent("reason").unwrap_or_default(),
        card: card(scene, intake, item, beside, found, &[], false),
        words,
    }
}

/// The older promise that it resembles most, and what it does to it.
fn suggested(scene: &Scene<'_>, found: &Match) -> Option<(String, Effect)> {
    let (reference, effect) = match &found.standing {
        Standing::Mention {
            reference, effect, ..
        } => (reference, *effect),
        _ => (&found.resembles.first()?.reference, Effect::Repeats),
    };
    scene.commitment(reference.as_str())?;
    Some((reference.to_string(), effect))
}

fn effects(chosen: Option<String>) -> Vec<Choice> {
    let chosen = chosen.unwrap_or_default();
    choices(Effect::ALL, Effect::as_str, Effect::as_str, &chosen)
}

fn desks(scene: &Scene<'_>, chosen: &[&str]) -> Vec<Choice> {
    let desks = scene.directory().desks.values();
    let mut desks: Vec<Choice> = desks
        .map(|desk| Choice {
            value: desk.id.to_string(),
            text: desk.name.clone(),
            chosen: chosen.contains(&desk.id.as_str()),
        })
        .collect();
    desks.sort_by(|a, b| a.text.cmp(&b.text));
    desks
}

/// Those it can be put together with, the next in the text first.
fn others(review: &Review, item: &Item, chosen: Option<&str>) -> Vec<Choice> {
    let mut open: Vec<&Item> = review.open().filter(|other| other.n != item.n).collect();
    let behind = |other: &Item| other.place.start < item.place.start;
    open.sort_by_key(|other| (behind(other), other.place.start, other.n));
    let choices = open.into_iter().map(|other| Choice {
        value: other.n.to_string(),
        text: format!(
            "{} · {}",
            other.n,
            super::card::text(&other.fields, "title").unwrap_or_default()
        ),
        chosen: chosen == Some(other.n.to_string().as_str()),
    });
    choices.collect()
}

/// What is wrong with keys that somebody wants, as the record would complain of them: heard when they are
/// saved, and not first when they are accepted.
pub fn complaints(
    scene: &Scene<'_>,
    review: &Review,
    item: &Item,
    fields: &Body,
    reference: &str,
) -> Vec<Wrong> {
    use crate::record::EntityKey;
    use crate::record::editing::{Wanted, edit};
    let mut body = fields.clone();
    let id = body.entry("ref").or_insert(reference.into());
    let id = id.as_str().unwrap_or_default().to_owned();
    let promise = folded(&review.words(item));
    body.insert("promise".to_owned(), promise.into());
    let issued = review.intake.issued.to_string();
    body.entry("opened").or_insert(issued.into());
    let wanted = Wanted {
        key: EntityKey {
            kind: entity::COMMITMENT,
            id,
        },
        seen: None,
        body,
    };
    let found = edit(scene.book, &wanted, scene.today()).err();
    let found = found.unwrap_or_default().into_iter();
    found
        .map(|complaint| Wrong {
            item: Some(item.n),
            key: complaint.key,
            message: complaint.message,
        })
        .collect()
}

/// Who decides here; `None` for whoever has no name to decide under.
pub fn editor(scene: &Scene<'_>, administrator: bool) -> Option<Editor> {
    crate::web::pages::edit::editor(scene, administrator)
}
