//! The document and its meeting, as the document tells of them, to be confirmed by a person before
//! anything is accepted.

use serde::Serialize;
use serde_json::Value;

use crate::acts::editing::Edit;
use crate::acts::intake::confirming::{Confirmed, Which};
use crate::domain::document::Document;
use crate::domain::ids::{DocumentId, MeetingId};
use crate::domain::meeting::Meeting;
use crate::intake::review::{Intake, Wrong};
use crate::record::editing::{Complaint, Wanted, body_of};
use crate::record::{Body, EntityKey, entity};
use crate::web::forms::Choice;
use crate::web::record_forms::{Field, Shown, form_of, read_within, show_within};
use crate::web::say;
use crate::web::scene::{Scene, meeting_order};
use crate::wording;

/// A thing that the document tells of, as it would be on record.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposed {
    pub kind: &'static str,
    pub id: String,
    pub body: Body,
    pub why: String,
}

/// Everything the document tells of.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Told {
    /// The meeting it is the outcome of, new or known.
    pub meeting: Option<Proposed>,
    pub document: Option<Proposed>,
    /// The document of the record that it is.
    pub known: Option<DocumentId>,
    /// Meetings to come, and instruments the record does not have.
    pub more: Vec<Proposed>,
    /// What is to be known of the document as a whole.
    pub notes: Vec<String>,
}

#[derive(Debug, Serialize)]
pub struct ConfirmPage {
    pub heading: String,
    pub action: String,
    pub back: String,
    pub notes: Vec<String>,
    pub is_confidential: bool,
    /// Which meeting, chosen first.
    pub which: String,
    pub meetings: Vec<Choice>,
    pub meeting_why: String,
    /// None where it is of no meeting.
    pub meeting: Option<Vec<Shown>>,
    /// What the editor saw of a meeting on record.
    pub seen: Option<String>,
    pub documents: Vec<Choice>,
    pub document: Vec<Shown>,
    pub more: Vec<More>,
    pub complaints: Vec<String>,
}

/// A further thing that may be recorded along.
#[derive(Debug, Serialize)]
pub struct More {
    pub name: String,
    pub kind: &'static str,
    pub heading: String,
    pub why: String,
    pub taken: bool,
    pub fields: Vec<Shown>,
}

/// What was typed, and what is said of it.
#[derive(Debug, Default)]
pub struct Typed {
    pub pairs: Vec<(String, String)>,
    pub wrong: Vec<Wrong>,
}

const NEW: &str = "new";
const NONE: &str = "none";

impl Typed {
    fn text(&self, name: &str) -> Option<&str> {
        let pair = self.pairs.iter().find(|(n, _)| n == name);
        pair.map(|(_, value)| value.trim())
    }

    fn complaints(&self, prefix: &str) -> Vec<Complaint> {
        let about = self.wrong.iter().filter_map(|wrong| {
            let key = wrong.key.as_deref()?.strip_prefix(prefix)?;
            Some(Complaint {
                key: Some(key.to_owned()),
                message: wrong.message.clone(),
            })
        });
        about.collect()
    }
}

fn fields(kind: &str, left_out: &[&str]) -> Vec<&'static Field> {
    let form = form_of(kind);
    let fields = form.map(|form| form.fields(true)).unwrap_or_default();
    let asked = fields.into_iter().filter(|f| !left_out.contains(&f.key));
    asked.collect()
}

fn meeting_fields(is_known: bool) -> Vec<&'static Field> {
    let left_out: &[&str] = match is_known {
        true => &["id", "partnership"],
        false => &["partnership"],
    };
    fields(entity::MEETING, left_out)
}

fn document_fields() -> Vec<&'static Field> {
    fields(entity::DOCUMENT, &["text", "meeting"])
}

fn more_fields(kind: &str) -> Vec<&'static Field> {
    let left_out = ["partnership", "host", "co_chairs", "attending"];
    fields(kind, &left_out)
}

/// Which meeting the page is about: a known one by its id, a new one, or none.
pub fn which(scene: &Scene<'_>, intake: &Intake, told: &Told, asked: Option<&str>) -> String {
    let known = |id: &str| {
        let meeting = scene.directory().meetings.get(id);
        meeting.is_some_and(|m| m.partnership.as_ref() == Some(&intake.partnership))
    };
    let asked = asked.filter(|asked| [NEW, NONE].contains(asked) || known(asked));
    let own = intake.meeting.as_ref().map(|id| id.as_str());
    let read = told.meeting.as_ref().map(|m| match known(&m.id) {
        true => m.id.as_str(),
        false => NEW,
    });
    asked.or(own).or(read).unwrap_or(NEW).to_owned()
}

pub fn confirm(
    scene: &Scene<'_>,
    intake: &Intake,
    told: &Told,
    which: &str,
    typed: Option<&Typed>,
) -> ConfirmPage {
    let directory = scene.directory();
    let nothing = Typed::default();
    let sent = typed.unwrap_or(&nothing);
    let known = directory.meetings.get(which);
    let is_known = known.is_some();
    let asked = meeting_fields(is_known);
    let seen = known.map(|meeting| seen_of(scene, meeting));
    let body = match typed {
        Some(typed) => read_within("meeting.", &asked, &typed.pairs),
        None => meeting_body(told, which, seen.as_ref()),
    };
    let required: &[&str] = if is_known { &[] } else { &["id", "series"] };
    let complaints = sent.complaints("meeting.");
    let meeting = (which != NONE)
        .then(|| show_within("meeting.", &asked, &body, directory, required, &complaints));
    let asked = document_fields();
    let document = match typed {
        Some(typed) => read_within("document.", &asked, &typed.pairs),
        None => document_body(intake, told),
    };
    let complaints = sent.complaints("document.");
    let shown = show_within(
        "document.",
        &asked,
        &document,
        directory,
        &["id"],
        &complaints,
    );
    let is_field = |w: &&Wrong| {
        let key = w.key.as_deref().unwrap_or_default();
        ["meeting.", "document."]
            .iter()
            .any(|of| key.starts_with(of))
    };
    let mut complaints: Vec<String> = sent
        .wrong
        .iter()
        .filter(|w| !is_field(w))
        .map(|w| say::sentence(&w.message))
        .collect();
    if complaints.is_empty() && !sent.wrong.is_empty() {
        complaints.push("Something is not in order yet; it stands beside each field.".into());
    }
    let path = super::path_of(intake.id);
    ConfirmPage {
        heading: intake.title.clone(),
        action: format!("{path}/record"),
        back: path,
        notes: told.notes.clone(),
        is_confidential: intake.is_confidential,
        meetings: meetings(scene, intake, which),
        meeting_why: meeting_why(told, which),
        meeting,
        seen: seen.map(|body| Value::Object(body).to_string()),
        documents: documents(
            scene,
            intake,
            told.known.as_ref(),
            sent.text("document_is")
                .or(told.known.as_ref().map(|id| id.as_str())),
        ),
        document: shown,
        more: more(scene, told, typed),
        complaints,
        which: which.to_owned(),
    }
}

/// The keys of a meeting on record that the form shows.
fn seen_of(scene: &Scene<'_>, meeting: &Meeting) -> Body {
    let key = key(entity::MEETING, meeting.id.as_str());
    let mut body = body_of(scene.book, &key).unwrap_or_default();
    let asked = meeting_fields(true);
    body.retain(|name, _| asked.iter().any(|f| f.key == name));
    body
}

/// What is on record with what the document adds.
fn meeting_body(told: &Told, which: &str, seen: Option<&Body>) -> Body {
    let read = told.meeting.as_ref();
    let read = read.filter(|m| which == NEW || m.id == which);
    let mut body = seen.cloned().unwrap_or_default();
    for (name, value) in read.into_iter().flat_map(|m| &m.body) {
        body.insert(name.clone(), value.clone());
    }
    body
}

fn document_body(intake: &Intake, told: &Told) -> Body {
    let mut body = told
        .document
        .as_ref()
        .map(|d| d.body.clone())
        .unwrap_or_default();
    body.insert("title".to_owned(), intake.title.as_str().into());
    body.insert("issued".to_owned(), intake.issued.to_string().into());
    body
}

fn meeting_why(told: &Told, which: &str) -> String {
    let read = told
        .meeting
        .as_ref()
        .filter(|m| which == NEW || m.id == which);
    read.map(|m| say::sentence(&m.why)).unwrap_or_default()
}

fn meetings(scene: &Scene<'_>, intake: &Intake, which: &str) -> Vec<Choice> {
    let all = scene.directory().meetings.values();
    let ours = |m: &&Meeting| m.partnership.as_ref() == Some(&intake.partnership);
    let mut all: Vec<&Meeting> = all.filter(ours).collect();
    all.sort_by_key(|m| std::cmp::Reverse(meeting_order(m)));
    let choice = |value: &str, text: String| Choice {
        value: value.to_owned(),
        chosen: value == which,
        text,
    };
    let mut choices = vec![choice(
        NEW,
        "a meeting that is not on record yet".to_owned(),
    )];
    choices.extend(all.into_iter().map(|m| {
        let text = format!("{} ({})", m.name(), wording::date_of_meeting(m));
        choice(m.id.as_str(), text)
    }));
    choices.push(choice(NONE, "no meeting".to_owned()));
    choices
}

/// Documents on record that may be this one: without a hash, or with the very same.
fn documents(
    scene: &Scene<'_>,
    intake: &Intake,
    known: Option<&DocumentId>,
    chosen: Option<&str>,
) -> Vec<Choice> {
    let may_be = |d: &&Document| {
        if known == Some(&d.id) {
            return true;
        }
        let meeting = d.meeting.as_ref();
        let of = meeting.and_then(|id| scene.directory().meetings.get(id)?.partnership.as_ref());
        let same = d
            .sha256
            .as_ref()
            .is_none_or(|sha256| *sha256 == intake.sha256);
        same && of == Some(&intake.partnership)
    };
    let all = scene.book.documents.values().map(AsRef::as_ref);
    let known = all.filter(may_be).map(|d| Choice {
        value: d.id.to_string(),
        text: format!("on record already: {}", d.title),
        chosen: chosen == Some(d.id.as_str()),
    });
    let new = Choice {
        value: String::new(),
        text: "a new document".to_owned(),
        chosen: chosen.is_none_or(str::is_empty),
    };
    std::iter::once(new).chain(known).collect()
}

fn more(scene: &Scene<'_>, told: &Told, typed: Option<&Typed>) -> Vec<More> {
    let more = told.more.iter().enumerate().map(|(n, proposed)| {
        let name = format!("more.{n}");
        let prefix = format!("{name}.");
        let asked = more_fields(proposed.kind);
        let body = match typed {
            Some(typed) => read_within(&prefix, &asked, &typed.pairs),
            None => proposed.body.clone(),
        };
        let taken = typed.is_some_and(|typed| typed.text(&format!("{name}.take")).is_some());
        let named = ["series", "name"]
            .iter()
            .find_map(|key| super::card::text(&body, key));
        More {
            kind: proposed.kind,
            heading: format!(
                "{}: {}",
                say::capitalised(proposed.kind),
                named.unwrap_or(&proposed.id)
            ),
            why: say::sentence(&proposed.why),
            taken,
            fields: show_within(&prefix, &asked, &body, scene.directory(), &["id"], &[]),
            name,
        }
    });
    more.collect()
}

/// What somebody confirms, as the act takes it.
pub fn confirmed(
    scene: &Scene<'_>,
    intake: &Intake,
    told: &Told,
    which: &str,
    typed: &Typed,
) -> Confirmed {
    let mut edits = Vec::new();
    let mut meeting = None;
    if let Some(known) = scene.directory().meetings.get(which) {
        let body = read_within("meeting.", &meeting_fields(true), &typed.pairs);
        let seen = typed
            .text("meeting.seen")
            .and_then(|text| serde_json::from_str(text).ok());
        let seen: Body = seen.unwrap_or_else(|| seen_of(scene, known));
        edits.push(edit(
            entity::MEETING,
            known.id.to_string(),
            Some(seen),
            body,
        ));
        meeting = Some(known.id.clone());
    } else if which == NEW {
        let mut body = read_within("meeting.", &meeting_fields(false), &typed.pairs);
        body.insert("partnership".to_owned(), intake.partnership.as_str().into());
        let id = super::card::text(&body, "id")
            .unwrap_or_default()
            .to_owned();
        meeting = MeetingId::parse(&id).ok();
        edits.push(edit(entity::MEETING, id, None, body));
    }
    for (n, proposed) in told.more.iter().enumerate() {
        if typed.text(&format!("more.{n}.take")).is_none() {
            continue;
        }
        let prefix = format!("more.{n}.");
        let mut body = read_within(&prefix, &more_fields(proposed.kind), &typed.pairs);
        if proposed.kind == entity::MEETING {
            body.insert("partnership".to_owned(), intake.partnership.as_str().into());
        }
        let id = super::card::text(&body, "id")
            .unwrap_or_default()
            .to_owned();
        edits.push(edit(proposed.kind, id, None, body));
    }
    let document = typed.text("document_is").filter(|id| !id.is_empty());
    let document = match document.and_then(|id| DocumentId::parse(id).ok()) {
        Some(known) => Which::Known(known),
        None => Which::New(read_within("document.", &document_fields(), &typed.pairs)),
    };
    Confirmed {
        edits,
        meeting,
        document,
    }
}

fn key(kind: &'static str, id: &str) -> EntityKey {
    EntityKey {
        kind,
        id: id.to_owned(),
    }
}

fn edit(kind: &'static str, id: String, seen: Option<Body>, body: Body) -> Edit {
    Edit {
        wanted: Wanted {
            key: key(kind, &id),
            seen,
            body,
        },
        reason: Some("the outcome document says so".to_owned()),
    }
}
