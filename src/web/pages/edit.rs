//! The record kept by hand: everything that can be edited in one place, and the form of one thing.

use serde::Serialize;

use crate::acts::editing::{Edited, Editor, may_edit};
use crate::domain::rights::Rights;
use crate::record::editing::{Complaint, body_of};
use crate::record::{Body, EntityKey, KINDS, entity};
use crate::web::pages::what_if::{self, Answer};
use crate::web::record_forms::{self as forms, Form, Shown, form_of};
use crate::web::row::Link;
use crate::web::say;
use crate::web::scene::Scene;

/// Everything on record that the viewer may edit.
#[derive(Debug, Serialize)]
pub struct RecordPage {
    pub answer: String,
    /// To the documents that are on their way in, for a viewer who may bring one.
    pub brings: bool,
    pub sections: Vec<Section>,
}

#[derive(Debug, Serialize)]
pub struct Section {
    pub kind: &'static str,
    pub heading: &'static str,
    /// Where a new one is recorded, and what to call it.
    pub new: Option<Link>,
    pub things: Vec<Link>,
}

/// A form, empty, filled or found wanting.
#[derive(Debug, Serialize)]
pub struct EditPage {
    pub heading: String,
    pub action: String,
    /// Where *Cancel* leads.
    pub back: String,
    /// What the editor saw, carried along.
    pub seen: Option<String>,
    pub fields: Vec<Shown>,
    /// About the thing as a whole, and about keys that the form does not show.
    pub complaints: Vec<String>,
    /// Why: asked for where a date may change.
    pub reason: Option<String>,
    /// What the edit changes, and what of it hangs on dates.
    pub looked: Option<Looked>,
}

#[derive(Debug, Serialize)]
pub struct Looked {
    pub changes: Vec<ChangeLine>,
    pub answer: Answer,
}

#[derive(Debug, Serialize)]
pub struct ChangeLine {
    pub label: String,
    pub from: String,
    pub to: String,
}

pub fn heading_of(kind: &str) -> &'static str {
    match kind {
        entity::CALENDAR => "Calendars",
        entity::PARTY => "Parties",
        entity::PERSON => "People",
        entity::DESK => "Desks",
        entity::PARTNERSHIP => "Partnerships",
        entity::CHAIRMANSHIP => "Chairmanships",
        entity::MEETING => "Meetings",
        entity::DOCUMENT => "Documents",
        entity::INSTRUMENT => "Instruments",
        entity::COMMITMENT => "Commitments",
        entity::POLICY => "Policy",
        _ => "Absences",
    }
}

pub fn rights<'a>(scene: &'a Scene<'_>) -> Rights<'a> {
    Rights {
        viewer: scene.viewer,
        directory: &scene.book.directory,
        now: scene.now,
    }
}

/// Where a thing is edited.
pub fn edit_path(key: &EntityKey) -> String {
    format!("/record/{}/{}", key.kind, key.id)
}

pub fn record(scene: &Scene<'_>, administrator: bool) -> RecordPage {
    let rights = rights(scene);
    let may = |key: &EntityKey| may_edit(&rights, administrator, key, scene.book).is_ok();
    let sections: Vec<Section> = KINDS
        .into_iter()
        .filter_map(form_of)
        .map(|form| section(scene, &form, &may))
        .filter(|section| section.new.is_some() || !section.things.is_empty())
        .collect();
    let answer = match sections.is_empty() {
        true => "Others keep the record. What you report stands on your desk's page.",
        false => "What the record holds, to be put right or added to. Files change it as well.",
    };
    RecordPage {
        answer: answer.to_owned(),
        brings: super::intake::may_bring(scene, administrator),
        sections,
    }
}

fn section(scene: &Scene<'_>, form: &Form, may: &impl Fn(&EntityKey) -> bool) -> Section {
    let keys = form
        .ids(scene.book)
        .into_iter()
        .filter_map(|id| EntityKey::of(form.kind, id));
    let readable =
        |key: &EntityKey| key.kind != entity::COMMITMENT || scene.commitment(&key.id).is_some();
    let things = keys.filter(|key| readable(key) && may(key)).map(|key| {
        let name = name_of(scene, &key);
        Link::new(edit_path(&key), name)
    });
    let blank = EntityKey::of(form.kind, String::new()).filter(|key| {
        // People enter their own absences.
        may(key) || form.kind == entity::ABSENCE && scene.viewer_name().is_some()
    });
    let things = things.collect();
    Section {
        kind: form.kind,
        heading: heading_of(form.kind),
        new: blank
            .filter(|_| form.kind != entity::POLICY)
            .map(|_| Link::new(format!("/record/{}", form.kind), form.a_thing)),
        things,
    }
}

/// What a thing is called in a list.
fn name_of(scene: &Scene<'_>, key: &EntityKey) -> String {
    let directory = scene.directory();
    let id = key.id.as_str();
    let name = match key.kind {
        entity::MEETING => directory.meetings.get(id).map(|m| m.name()),
        entity::COMMITMENT => scene.commitment(id).map(|c| format!("{id} {}", c.title)),
        entity::DOCUMENT => scene.book.document(id).map(|d| d.title.clone()),
        entity::POLICY => Some("The general policy".to_owned()),
        entity::ABSENCE => id.split_once('@').map(|(person, from)| {
            let name = directory.people.get(person).map_or(person, |p| &p.name);
            format!("{name}, from {from}")
        }),
        _ => {
            let body = body_of(scene.book, key);
            let name = body.as_ref().and_then(|b| b.get("name")?.as_str());
            name.map(str::to_owned)
        }
    };
    name.unwrap_or_else(|| id.to_owned())
}

/// The keys of a thing that its form shows.
pub fn seen(scene: &Scene<'_>, form: &Form, key: &EntityKey) -> Option<Body> {
    let mut body = body_of(scene.book, key)?;
    let fields = form.fields(false);
    body.retain(|name, _| fields.iter().any(|f| f.key == name));
    Some(body)
}

/// What was typed, with what is said of it.
#[derive(Debug, Default)]
pub struct Typed {
    pub body: Body,
    pub reason: String,
    pub complaints: Vec<Complaint>,
    pub looked: Option<Edited>,
}

pub fn edit(
    scene: &Scene<'_>,
    form: &Form,
    key: Option<&EntityKey>,
    seen: Option<&Body>,
    typed: Typed,
) -> EditPage {
    let fields = form.fields(key.is_none());
    let required = form.required();
    let directory = scene.directory();
    let about_shown = |c: &&Complaint| {
        let named = c.key.as_deref();
        named.is_some_and(|name| fields.iter().any(|f| f.key == name))
    };
    let (_, other): (Vec<&Complaint>, Vec<&Complaint>) =
        typed.complaints.iter().partition(about_shown);
    let mut complaints: Vec<String> = other.iter().map(|c| say::sentence(&c.message)).collect();
    if complaints.is_empty() && !typed.complaints.is_empty() {
        complaints.push("Something is not in order yet; it stands beside each field.".into());
    }
    let dated = [entity::COMMITMENT, entity::MEETING].contains(&form.kind);
    EditPage {
        heading: match key {
            None => format!("Record {}", form.a_thing),
            Some(key) => name_of(scene, key),
        },
        action: match key {
            None => format!("/record/{}", form.kind),
            Some(key) => edit_path(key),
        },
        back: match key {
            Some(key) => page_of(key),
            None => "/record".to_owned(),
        },
        seen: seen.map(|body| serde_json::Value::Object(body.clone()).to_string()),
        fields: forms::show(&fields, &typed.body, directory, required, &typed.complaints),
        complaints,
        reason: (dated && key.is_some()).then_some(typed.reason),
        looked: typed.looked.map(|edited| looked(form, edited)),
    }
}

/// Where the thing a page is about is edited, for a viewer who may.
pub fn edit_of_page(scene: &Scene<'_>, administrator: bool, path: &str) -> Option<String> {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let (area, id) = path.strip_prefix('/')?.split_once('/')?;
    let kind = match area {
        "commitments" => entity::COMMITMENT,
        "meetings" => entity::MEETING,
        "desks" => entity::DESK,
        "partnerships" => entity::PARTNERSHIP,
        _ => return None,
    };
    let key = EntityKey::of(kind, id)?;
    let readable = kind != entity::COMMITMENT || scene.commitment(id).is_some();
    let may = || may_edit(&rights(scene), administrator, &key, scene.book).is_ok();
    let is_there = || body_of(scene.book, &key).is_some();
    (readable && editor(scene, administrator).is_some() && may() && is_there())
        .then(|| edit_path(&key))
}

/// Where a thing is read.
pub fn page_of(key: &EntityKey) -> String {
    let id = &key.id;
    match key.kind {
        entity::COMMITMENT => format!("/commitments/{id}"),
        entity::MEETING => format!("/meetings/{id}"),
        entity::DESK => format!("/desks/{id}"),
        entity::PARTNERSHIP => format!("/partnerships/{id}"),
        entity::CALENDAR => "/calendars".to_owned(),
        _ => "/record".to_owned(),
    }
}

fn looked(form: &Form, edited: Edited) -> Looked {
    let label = |key: &str| {
        let fields = form.fields(edited.is_new);
        let known = fields.iter().find(|f| f.key == key);
        known.map_or_else(|| key.to_owned(), |f| f.label.to_owned())
    };
    let changes: Vec<ChangeLine> = edited
        .changes
        .iter()
        .map(|change| ChangeLine {
            label: label(&change.key),
            from: change.from.clone(),
            to: change.to.clone(),
        })
        .collect();
    let what = match changes.is_empty() {
        true => "Nothing changes: it is so already.",
        false => "This is what changes. Nothing has been saved yet.",
    };
    let answer = what_if::answer(
        what.to_owned(),
        edited.consequences,
        &edited.before,
        &edited.after,
        String::new(),
    );
    Looked { changes, answer }
}

/// Who edits: people only, since a revision names them.
pub fn editor(scene: &Scene<'_>, administrator: bool) -> Option<Editor> {
    use crate::acts::Actor;
    use crate::domain::access::Viewer;
    let Viewer::Person(person) = scene.viewer else {
        return None;
    };
    Some(Editor {
        viewer: scene.viewer.clone(),
        administrator,
        reader: person.into(),
        actor: Actor::Person(person.clone()),
    })
}
