//! One proposal as a card: what it would be on record, why it was read as one, and what became of it.

use serde::Serialize;
use serde_json::Value;

use super::older::Older;
use super::readings::{in_words, readings};
use crate::domain::commitment::{Kind, Strength};
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, DeskId, InstrumentId, PartyId};
use crate::domain::intake::{Origin, State};
use crate::intake::matching::{Found, Match, Named, Standing};
use crate::intake::review::{Intake, Item, Wrong};
use crate::record::Body;
use crate::web::forms::Choice;
use crate::web::row::Link;
use crate::web::say;
use crate::web::scene::Scene;
use crate::wording;

/// Why a proposal was turned down that stands on record.
pub const ON_RECORD: &str = "It is on record already.";

#[derive(Debug, Serialize)]
pub struct Card {
    pub n: u32,
    pub version: u32,
    /// `open`, `accepted` or `gone`.
    pub class: &'static str,
    pub title: String,
    /// `Firm, a deliverable, due July 2025.`
    pub about: String,
    /// Who owes it to whom.
    pub owes: String,
    /// Why it was read as a commitment.
    pub why: String,
    /// What is to be known beside it.
    pub notes: Vec<Note>,
    pub reference: String,
    pub lead: String,
    pub lead_name: String,
    /// Why this desk is suggested.
    pub lead_why: String,
    /// Which others might lead, and why.
    pub lead_else: String,
    /// The readings of its deadline, where there are two.
    pub readings: Vec<Choice>,
    /// What may be done instead of accepting it.
    pub instead: Option<Instead>,
    /// What an earlier meeting left open and this may continue.
    pub older: Option<Older>,
    /// Of one that is decided.
    pub outcome: Option<Outcome>,
    pub complaints: Vec<String>,
    /// The keys of a page go to the first that waits.
    pub has_keys: bool,
    /// Where all of it is edited.
    pub edit: String,
}

/// Something to be known, with where it stands.
#[derive(Debug, Serialize)]
pub struct Note {
    pub words: String,
    pub links: Vec<Link>,
}

/// A button for what is on record already.
#[derive(Debug, Serialize)]
pub struct Instead {
    /// `there` or `mention`.
    pub wish: &'static str,
    pub text: String,
    /// Of which commitment it is a mention, and what it does to it.
    pub about: String,
}

#[derive(Debug, Serialize)]
pub struct Outcome {
    pub words: String,
    pub links: Vec<Link>,
    pub may_take_back: bool,
}

/// What was typed beside a proposal, or would be proposed there.
#[derive(Debug, Default)]
pub struct Beside {
    pub reference: String,
    pub lead: Option<String>,
    /// The reading of the deadline that was chosen.
    pub deadline: Option<String>,
    pub older: Option<Older>,
}

impl Beside {
    fn readings(&self, fields: &Body, found: Option<&Match>, directory: &Directory) -> Vec<Choice> {
        let due = found.and_then(|found| found.deadline.as_ref());
        let mut readings = readings(fields, due, directory);
        let typed = self.deadline.as_deref();
        if let Some(typed) = typed.filter(|typed| readings.iter().any(|r| r.value == *typed)) {
            for reading in &mut readings {
                reading.chosen = reading.value == typed;
            }
        }
        readings
    }
}

pub fn card(
    scene: &Scene<'_>,
    intake: &Intake,
    item: &Item,
    beside: Beside,
    found: Option<&Match>,
    wrong: &[Wrong],
    has_keys: bool,
) -> Card {
    let directory = scene.directory();
    let fields = &item.fields;
    let is_hidden = is_hidden(scene, &item.state);
    let own_lead = text(fields, "lead").unwrap_or_default();
    let lead = beside.lead.clone();
    let lead = lead.unwrap_or_else(|| own_lead.to_owned());
    let lead_name = DeskId::parse(&lead).map(|id| directory.desk_name(&id).to_owned());
    let complaints = wrong.iter().filter(|w| w.item == Some(item.n));
    let shown = |words: String| match is_hidden {
        true => String::new(),
        false => words,
    };
    Card {
        n: item.n,
        version: item.version,
        class: match item.state {
            State::Proposed => "open",
            State::Accepted { .. } | State::Mention { .. } => "accepted",
            State::Rejected { .. } | State::Merged { .. } | State::Split => "gone",
        },
        title: match is_hidden {
            true => "On record, for its readers alone".to_owned(),
            false => text(fields, "title")
                .unwrap_or("Without a title")
                .to_owned(),
        },
        about: shown(about(fields, directory)),
        owes: shown(owes(fields, directory)),
        why: why(item),
        notes: match item.state.is_open() {
            true => notes(scene, item, found),
            false => Vec::new(),
        },
        lead_why: found
            .map(|found| lead_why(found, &lead))
            .unwrap_or_default(),
        lead_else: found
            .map(|found| lead_else(found, &lead, directory))
            .unwrap_or_default(),
        readings: match item.state.is_open() {
            true => beside.readings(fields, found, directory),
            false => Vec::new(),
        },
        instead: found.and_then(|found| instead(scene, found)),
        older: beside.older,
        reference: beside.reference,
        lead_name: lead_name.unwrap_or_default(),
        lead: shown_desk(&lead, directory),
        outcome: outcome(scene, item, found),
        complaints: complaints.map(|w| say::sentence(&w.message)).collect(),
        has_keys,
        edit: format!("{}/{}", super::path_of(intake.id), item.n),
    }
}

const NO_OBLIGOR: &str = "Who owes it is not said yet.";

impl Card {
    /// Without what stands once above the text, about names that the record lacks throughout.
    pub fn without_strangers(mut self, strangers: &[(&str, usize)]) -> Self {
        let told: Vec<String> = strangers.iter().map(|(n, _)| not_on_record(n)).collect();
        if self.notes.iter().any(|note| told.contains(&note.words)) {
            self.notes
                .retain(|note| !told.contains(&note.words) && note.words != NO_OBLIGOR);
        }
        self
    }
}

/// A commitment the viewer may not read has no name for them.
fn is_hidden(scene: &Scene<'_>, state: &State) -> bool {
    match state {
        State::Accepted { reference } => scene.commitment(reference.as_str()).is_none(),
        _ => false,
    }
}

pub fn text<'b>(fields: &'b Body, key: &str) -> Option<&'b str> {
    fields.get(key).and_then(Value::as_str)
}

pub fn texts<'b>(fields: &'b Body, key: &str) -> Vec<&'b str> {
    let list = fields.get(key).and_then(Value::as_array);
    list.into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

fn about(fields: &Body, directory: &Directory) -> String {
    let mut said: Vec<String> = Vec::new();
    let strength = text(fields, "strength").and_then(Strength::parse);
    said.extend(strength.map(|s| wording::strength(s).to_owned()));
    let kind = text(fields, "kind").and_then(Kind::parse);
    said.extend(kind.map(|k| wording::kind(k).to_owned()));
    let deadline = text(fields, "deadline").map(|d| in_words(d, directory));
    said.extend(deadline.map(|d| format!("due {d}")));
    said.extend(text(fields, "review").map(|r| format!("reviewed {r}")));
    said.extend(text(fields, "sector").map(str::to_owned));
    if text(fields, "confidentiality") == Some("restricted") {
        said.push("for its readers alone".to_owned());
    }
    sentence(said.join(", "))
}

/// With its full stop; nothing stays nothing.
fn sentence(words: String) -> String {
    match words.is_empty() {
        true => words,
        false => say::sentence(&words),
    }
}

fn owes(fields: &Body, directory: &Directory) -> String {
    let named = |key: &str| -> Vec<String> {
        let ids = texts(fields, key).into_iter();
        ids.map(|id| {
            let known = directory.parties.get(id);
            known.map_or(id, |p| &p.name).to_owned()
        })
        .collect()
    };
    let (by, to) = (named("obligors"), named("beneficiaries"));
    let verb = if by.len() == 1 { "owes" } else { "owe" };
    sentence(match (by.is_empty(), to.is_empty()) {
        (true, true) => String::new(),
        (true, false) => format!("Owed to {}", say::list(&to)),
        (false, true) => format!("{} {verb} it", say::list(&by)),
        (false, false) => format!("{} {verb} it to {}", say::list(&by), say::list(&to)),
    })
}

fn why(item: &Item) -> String {
    let read = match (item.cue.as_str(), item.why.as_str()) {
        ("", "") => String::new(),
        ("", why) => say::sentence(why),
        (cue, why) => say::sentence(&format!("“{cue}”: {why}")),
    };
    match item.origin {
        Origin::Read => read,
        Origin::Passed => format!("Passed over by the program, and proposed by a person. {read}"),
        Origin::Added => format!("Chosen by a person. {read}"),
        Origin::Split => match item.parent {
            Some(parent) => format!("A part of proposal {parent}. {read}"),
            None => read,
        },
    }
}

/// What a person should look at before accepting.
fn notes(scene: &Scene<'_>, item: &Item, found: Option<&Match>) -> Vec<Note> {
    let directory = scene.directory();
    let mut notes = Vec::new();
    let mut say = |words: String, links: Vec<Link>| {
        notes.push(Note { words, links });
    };
    if let Some(found) = found {
        match &found.standing {
            Standing::New => {}
            Standing::There {
                references, why, ..
            } => say(
                format!("It is on record already: {}", say::sentence(why)),
                references
                    .iter()
                    .filter_map(|r| link_to(scene, r))
                    .collect(),
            ),
            Standing::Mention {
                reference,
                effect,
                why,
                ..
            } => say(
                format!("It {effect} an older promise: {}", say::sentence(why)),
                link_to(scene, reference).into_iter().collect(),
            ),
        }
        for words in unknown(found, directory) {
            say(words, Vec::new());
        }
    }
    if texts(&item.fields, "obligors").is_empty() {
        say(NO_OBLIGOR.to_owned(), Vec::new());
    }
    let lead = text(&item.fields, "lead");
    if !lead.is_some_and(|id| directory.desks.contains_key(id)) {
        say("No desk leads it yet.".to_owned(), Vec::new());
    }
    if let Some(found) = found {
        let alike = found.resembles.iter();
        let alike: Vec<Link> = alike.filter_map(|l| link_to(scene, &l.reference)).collect();
        if !alike.is_empty() {
            say("It resembles".to_owned(), alike);
        }
    }
    notes
}

fn link_to(scene: &Scene<'_>, reference: &CommitmentRef) -> Option<Link> {
    let known = scene.commitment(reference.as_str())?;
    let text = format!("{reference} {}", known.title);
    Some(Link::new(format!("/commitments/{reference}"), text))
}

/// Names of the document that the record does not have, or has several of.
fn unknown(found: &Match, directory: &Directory) -> Vec<String> {
    let party = |id: &PartyId| directory.party_name(id).to_owned();
    let instrument = |id: &InstrumentId| {
        let known = directory.instruments.get(id);
        known.map_or(id.as_str(), |i| &i.name).to_owned()
    };
    let parties = found.obligors.iter().chain(&found.beneficiaries);
    let parties = parties.filter_map(|named| unclear(named, party));
    let instruments = found.instruments.iter();
    let instruments = instruments.filter_map(|named| unclear(named, instrument));
    let mut told: Vec<String> = Vec::new();
    for words in parties.chain(instruments) {
        if !told.contains(&words) {
            told.push(words);
        }
    }
    told
}

/// What is said of a name that the record lacks.
fn not_on_record(name: &str) -> String {
    format!("The record does not have “{name}”.")
}

fn unclear<I>(named: &Named<I>, name: impl Fn(&I) -> String) -> Option<String> {
    match &named.is {
        Found::Known(_) => None,
        Found::Unknown => Some(not_on_record(&named.words)),
        Found::Several(ids) => {
            let names: Vec<String> = ids.iter().map(name).collect();
            Some(format!(
                "“{}” may be {}: say which.",
                named.words,
                names.join(" or ")
            ))
        }
    }
}

fn lead_why(found: &Match, lead: &str) -> String {
    let suggested = found.leads.iter().find(|l| l.desk.as_str() == lead);
    suggested.map(|l| say::sentence(&l.why)).unwrap_or_default()
}

fn lead_else(found: &Match, lead: &str, directory: &Directory) -> String {
    let others = found.leads.iter().filter(|l| l.desk.as_str() != lead);
    let others = others.map(|l| format!("{} ({})", directory.desk_name(&l.desk), l.why));
    let others: Vec<String> = others.collect();
    match others.is_empty() {
        true => String::new(),
        false => format!("Or {}.", others.join("; or ")),
    }
}

/// A desk as people know it; by its id where another desk has the same name.
pub fn shown_desk(id: &str, directory: &Directory) -> String {
    let name = directory.desks.get(id).map(|desk| desk.name.as_str());
    let name = name.filter(|name| desk_meant(name, directory) == id);
    name.unwrap_or(id).to_owned()
}

/// The id of the desk that was typed by its id or by its name; what is neither stays as it is.
pub fn desk_meant(typed: &str, directory: &Directory) -> String {
    if directory.desks.contains_key(typed) {
        return typed.to_owned();
    }
    let wanted = typed.to_lowercase();
    let mut named = directory
        .desks
        .values()
        .filter(|d| d.name.to_lowercase() == wanted);
    match (named.next(), named.next()) {
        (Some(desk), None) => desk.id.to_string(),
        _ => typed.to_owned(),
    }
}

fn instead(scene: &Scene<'_>, found: &Match) -> Option<Instead> {
    match &found.standing {
        Standing::New => None,
        Standing::Mention {
            reference, effect, ..
        } => {
            scene.commitment(reference.as_str())?;
            Some(Instead {
                wish: "mention",
                text: format!("Keep as a mention: it {effect} {reference}"),
                about: format!("{reference} {effect}"),
            })
        }
        Standing::There { references, .. } => {
            let mut known = references
                .iter()
                .filter(|r| scene.commitment(r.as_str()).is_some());
            let first = known.next()?;
            let as_what = match known.count() {
                0 => first.to_string(),
                n => format!("{first} and {n} more"),
            };
            Some(Instead {
                wish: "there",
                text: format!("Already on record as {as_what}"),
                about: String::new(),
            })
        }
    }
}

fn outcome(scene: &Scene<'_>, item: &Item, found: Option<&Match>) -> Option<Outcome> {
    let by = item.decided.as_ref().map(|(person, at)| {
        let name = scene.directory().people.get(person);
        let name = name.map_or(person.as_str(), |p| &p.name);
        let on = at.with_timezone(&scene.zone()).date_naive();
        format!(" {name}, {}.", wording::day(on))
    });
    let by = by.unwrap_or_default();
    let link = |reference: &str| {
        let known = scene.commitment(reference);
        known.map(|c| Link::new(format!("/commitments/{reference}"), c.reference.to_string()))
    };
    let there = || match found.map(|found| &found.standing) {
        Some(Standing::There { references, .. }) => {
            let links = references.iter().filter_map(|r| link(r.as_str()));
            links.collect()
        }
        _ => Vec::new(),
    };
    let one = |link: Option<Link>| link.into_iter().collect::<Vec<Link>>();
    let (words, links, may_take_back) = match &item.state {
        State::Proposed => return None,
        State::Accepted { reference } => (
            "On record.".to_owned(),
            one(link(reference.as_str())),
            false,
        ),
        State::Mention { reference, effect } => {
            let words = format!("Kept as a mention: it {effect} an older promise.");
            (words, one(link(reference.as_str())), false)
        }
        State::Rejected { reason } if reason.as_deref() == Some(ON_RECORD) => {
            ("Already on record.".to_owned(), there(), true)
        }
        State::Rejected { reason } => {
            let why = reason.as_deref().map(|r| format!(" {}", say::sentence(r)));
            (
                format!("Turned down.{}", why.unwrap_or_default()),
                Vec::new(),
                true,
            )
        }
        State::Merged { into } => {
            let link = Link::new(format!("#p{into}"), format!("Proposal {into}"));
            ("Put together with another.".to_owned(), vec![link], true)
        }
        State::Split => (
            "Split; its parts stand on their own.".to_owned(),
            Vec::new(),
            false,
        ),
    };
    Some(Outcome {
        words: format!("{words}{by}"),
        links,
        may_take_back,
    })
}
