//! What a document says of itself, as entries of the record for confirmation: its meeting, itself, the
//! meetings that are to come, and instruments that the record does not have. Each is a body as the
//! forms of the record take it.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::coming::{Next, held_in};
use super::due::in_the_record_s_words;
use super::ids::{free, slug};
use super::keys::key;
use super::kinds::kind_of;
use super::meetings::{forum_of, is_over};
use super::things::{Found, Named};
use crate::domain::book::Book;
use crate::domain::deadline::{MeetingDate, month_name};
use crate::domain::ids::{InstrumentId, MeetingId, PartnershipId};
use crate::domain::meeting::Meeting;
use crate::intake::extraction::Extraction;
use crate::intake::frame::ordinal_number;
use crate::intake::lexicon::Lexicon;
use crate::record::editing::body_of;
use crate::record::{Body, EntityKey, entity, sha256_of};
use crate::wording;

/// An entry that is proposed for the record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProposedEntry {
    /// `meeting`, `document` or `instrument`.
    pub kind: String,
    pub id: String,
    /// As `record::editing` takes it. What is on record already stays; what the document says and the
    /// record does not is added.
    pub body: Body,
    /// The record has it; then the body differs by what the document adds, or not at all.
    pub is_known: bool,
    /// The body says more than the record does.
    pub adds: bool,
    pub why: String,
}

impl ProposedEntry {
    pub fn key(&self) -> Option<EntityKey> {
        EntityKey::of(&self.kind, self.id.clone())
    }
}

/// The most entries of one kind that a document proposes.
const MOST: usize = 60;

pub(super) struct Framed<'a> {
    pub(super) extraction: &'a Extraction,
    pub(super) text: &'a str,
    pub(super) issued: NaiveDate,
    pub(super) partnership: Option<&'a PartnershipId>,
    pub(super) meeting: Option<&'a Named<MeetingId>>,
    pub(super) book: &'a Book,
    pub(super) lexicon: &'a Lexicon,
}

impl Framed<'_> {
    /// The meeting the document is the outcome of.
    pub(super) fn own_meeting(&self) -> Option<ProposedEntry> {
        let frame = &self.extraction.frame;
        let name = frame.meeting.as_ref();
        let words = name.or(self.meeting.map(|m| &m.words))?;
        let mut said = self.meeting_body(words);
        if let Some((first, last)) = frame.held {
            said.insert("date".into(), days(first, last).into());
            if last <= self.issued {
                said.insert("status".into(), "held".into());
            }
        }
        if let Some(place) = &frame.place {
            said.insert("place".into(), place.as_str().into());
        }
        if !frame.co_chairs.is_empty() {
            said.insert("co_chairs".into(), json!(frame.co_chairs));
        }
        let known = self.meeting.map(|m| &m.is);
        self.meeting_entry(words, known?, said, "the document says so of itself")
    }

    /// A meeting that is to come.
    pub(super) fn next_meeting(&self, next: &Next, is: &Found<MeetingId>) -> Option<ProposedEntry> {
        let mut said = self.meeting_body(&next.name);
        if let Some(date) = &next.date {
            said.insert("date".into(), date.as_str().into());
            said.insert("status".into(), "tentative".into());
        }
        if let Some(place) = &next.place {
            said.insert("place".into(), place.as_str().into());
        }
        self.meeting_entry(&next.name, is, said, "the document looks ahead to it")
    }

    /// The meetings that are to come, each once: those that a proposal is to be done at, and those
    /// that are themselves to be held.
    pub(super) fn next_meetings(&self) -> Vec<Next> {
        let mut found: Vec<Next> = Vec::new();
        for proposal in &self.extraction.proposals {
            if found.len() >= MOST {
                break;
            }
            let held = held_in(&proposal.quote, self.lexicon);
            let at = proposal.meeting.clone().map(|name| (name, None));
            let date = || {
                let said = proposal.deadline.as_ref()?;
                let text = in_the_record_s_words(said, self.issued)?;
                MeetingDate::parse(&text).is_ok().then_some(text)
            };
            for (name, place) in held.into_iter().chain(at) {
                let of_name = key(&name, self.lexicon);
                let says_which = of_name.number.is_some() || forum_of(&of_name).is_some();
                if !says_which || self.is_own(&name) {
                    continue;
                }
                match found.iter_mut().find(|next| next.name == name) {
                    Some(known) => {
                        known.date = known.date.take().or_else(date);
                        known.place = known.place.take().or(place);
                    }
                    None => found.push(Next {
                        date: date(),
                        name,
                        place,
                    }),
                }
            }
        }
        found
    }

    fn is_own(&self, name: &str) -> bool {
        let own = self.meeting.map(|m| key(&m.words, self.lexicon));
        own.is_some_and(|own| own.plain == key(name, self.lexicon).plain)
    }

    /// What a name says of a meeting.
    fn meeting_body(&self, words: &str) -> Body {
        let of_name = key(words, self.lexicon);
        let mut body = Body::new();
        if let Some(partnership) = self.partnership {
            body.insert("partnership".into(), partnership.as_str().into());
        }
        body.insert("series".into(), series_of(words).into());
        if let Some(number) = of_name.number.or(self.ordinal_of(words)) {
            body.insert("number".into(), number.into());
        }
        if let Some(forum) = forum_of(&of_name) {
            body.insert("forum".into(), forum.as_str().into());
        }
        body
    }

    fn ordinal_of(&self, words: &str) -> Option<u32> {
        let frame = &self.extraction.frame;
        (frame.meeting.as_deref() == Some(words))
            .then_some(frame.ordinal)
            .flatten()
    }

    fn meeting_entry(
        &self,
        words: &str,
        is: &Found<MeetingId>,
        said: Body,
        why: &str,
    ) -> Option<ProposedEntry> {
        match is {
            Found::Known(id) => {
                let known = self.book.directory.meetings.get(id)?;
                let entry = EntityKey::of(entity::MEETING, id.as_str())?;
                let mut body = body_of(self.book, &entry)?;
                let before = body.clone();
                self.add_to_known(&mut body, said, known);
                Some(ProposedEntry {
                    kind: entity::MEETING.to_owned(),
                    id: id.to_string(),
                    is_known: true,
                    adds: body != before,
                    why: match body == before {
                        true => format!("{} is on record with all of it", known.name()),
                        false => format!("{} is on record; {why}", known.name()),
                    },
                    body,
                })
            }
            Found::Several(_) => None,
            Found::Unknown => {
                let id = self.id_of_meeting(words, &said);
                let mut body = Body::new();
                body.insert("id".into(), id.as_str().into());
                body.extend(said);
                Some(ProposedEntry {
                    kind: entity::MEETING.to_owned(),
                    id,
                    body,
                    is_known: false,
                    adds: true,
                    why: why.to_owned(),
                })
            }
        }
    }

    /// What the record leaves out is filled in. A date gives way to a finer one within it, and what
    /// was to come is marked as held; nothing else that is on record is touched.
    fn add_to_known(&self, body: &mut Body, said: Body, known: &Meeting) {
        let finer = said
            .get("date")
            .and_then(Value::as_str)
            .is_some_and(|text| {
                let new = MeetingDate::parse(text).ok();
                let new = new.map(|date| date.span.window());
                match (known.date.as_ref().map(|d| d.span.window()), new) {
                    (Some(old), Some(new)) => {
                        old.first <= new.first && new.last <= old.last && old != new
                    }
                    (None, Some(_)) => true,
                    (_, None) => false,
                }
            });
        let becomes_held = said.get("status").and_then(Value::as_str) == Some("held");
        for (name, value) in said {
            let replaces = match name.as_str() {
                "date" => finer,
                "status" => becomes_held || finer && !is_over(known.status),
                _ => false,
            };
            // What the record leaves out of a status is understood.
            let is_missing = name != "status" && !body.contains_key(&name);
            if replaces || is_missing {
                body.insert(name, value);
            }
        }
    }

    /// An id in the manner of its series: the number or the year of another meeting's id replaced.
    fn id_of_meeting(&self, words: &str, said: &Body) -> String {
        let number = said.get("number").and_then(Value::as_u64);
        let year = said
            .get("date")
            .and_then(Value::as_str)
            .and_then(year_in)
            .unwrap_or_else(|| self.issued.year().to_string());
        let series = said.get("series").and_then(Value::as_str).unwrap_or(words);
        let of_series = key(series, self.lexicon);
        let alike = self.book.directory.meetings.values().rev().find(|m| {
            let other = key(&m.series, self.lexicon);
            other.core == of_series.core && other.parties == of_series.parties
        });
        let manner = alike.and_then(|m| {
            let (id, own) = (m.id.as_str(), m.number.map(|n| n.to_string()));
            let stem = own.and_then(|own| id.strip_suffix(&format!("-{own}")));
            match (stem, number) {
                (Some(stem), Some(number)) => Some(format!("{stem}-{number}")),
                _ => {
                    let own = m.dated()?.window.last.year().to_string();
                    let stem = id.strip_suffix(&format!("-{own}"))?;
                    Some(format!("{stem}-{year}"))
                }
            }
        });
        let plain = || {
            let end = number.map_or(year.clone(), |n| n.to_string());
            format!("{}-{end}", slug(series, 60))
        };
        let taken = |id: &str| self.book.directory.meetings.contains_key(id);
        free(manner.unwrap_or_else(plain), taken)
    }

    /// The document itself, without its text.
    pub(super) fn document(&self, known: Option<&str>, meeting: Option<&str>) -> ProposedEntry {
        if let Some(id) = known {
            let entry = EntityKey::of(entity::DOCUMENT, id);
            let mut body = entry
                .and_then(|e| body_of(self.book, &e))
                .unwrap_or_default();
            let adds = !body.contains_key("text") && !body.contains_key("sha256");
            if adds {
                body.insert("sha256".into(), sha256_of(self.text).into());
            }
            return ProposedEntry {
                kind: entity::DOCUMENT.to_owned(),
                id: id.to_owned(),
                body,
                is_known: true,
                adds,
                why: match adds {
                    true => "it is on record, without its text".to_owned(),
                    false => "it is on record".to_owned(),
                },
            };
        }
        let head: String = self.text.chars().take(1500).collect();
        let title = self.extraction.frame.title.clone();
        let title = title.unwrap_or_else(|| format!("Document of {}", wording::day(self.issued)));
        let kind = kind_of(&title, &head);
        let stem = match (kind, meeting) {
            (Some((kind, _)), Some(meeting)) => format!("{}-{meeting}", slug(kind, 30)),
            (_, Some(meeting)) => format!("document-{meeting}"),
            _ => slug(&title, 60),
        };
        let taken = |id: &str| self.book.documents.contains_key(id);
        let id = free(stem.chars().take(76).collect(), taken);
        let mut body = Body::new();
        body.insert("id".into(), id.as_str().into());
        if let Some(meeting) = meeting {
            body.insert("meeting".into(), meeting.into());
        }
        if let Some((kind, _)) = kind {
            body.insert("kind".into(), kind.into());
        }
        body.insert("title".into(), title.into());
        body.insert("issued".into(), self.issued.to_string().into());
        if let Some((_, authority)) = kind {
            body.insert("authority".into(), authority.as_str().into());
        }
        body.insert("sha256".into(), sha256_of(self.text).into());
        ProposedEntry {
            kind: entity::DOCUMENT.to_owned(),
            id,
            body,
            is_known: false,
            adds: true,
            why: match kind {
                Some((kind, authority)) => {
                    format!(
                        "it calls itself a {kind}: {}",
                        wording::authority(authority)
                    )
                }
                None => "what kind of document it is, it does not say".to_owned(),
            },
        }
    }

    /// Instruments that the record does not have, each once.
    pub(super) fn instruments<'n>(
        &self,
        named: impl Iterator<Item = &'n Named<InstrumentId>>,
    ) -> Vec<ProposedEntry> {
        let mut entries: Vec<(super::keys::Key, ProposedEntry)> = Vec::new();
        for named in named.filter(|n| n.is == Found::Unknown) {
            let own = key(&named.words, self.lexicon);
            if entries.len() >= MOST {
                break;
            }
            if own.core.is_empty() || entries.iter().any(|(known, _)| known.fits(&own).is_some()) {
                continue;
            }
            let (name, acronym) = without_acronym(&named.words);
            let ids = &self.book.directory.instruments;
            let taken = |id: &str| ids.contains_key(id) || entries.iter().any(|(_, e)| e.id == id);
            let id = free(slug(&name, 60), taken);
            let mut body = Body::new();
            body.insert("id".into(), id.as_str().into());
            body.insert("name".into(), name.into());
            if let Some(acronym) = acronym {
                body.insert("acronym".into(), acronym.into());
            }
            let entry = ProposedEntry {
                kind: entity::INSTRUMENT.to_owned(),
                id,
                body,
                is_known: false,
                adds: true,
                why: "the document names it, and the record does not have it".to_owned(),
            };
            entries.push((own, entry));
        }
        entries.into_iter().map(|(_, entry)| entry).collect()
    }
}

/// The series in the name of a meeting: `ASEAN-U.S. Dialogue` of `the 37th ASEAN-U.S. Dialogue`.
fn series_of(words: &str) -> String {
    let words = words.trim();
    let words = words
        .strip_prefix("the ")
        .or(words.strip_prefix("The "))
        .unwrap_or(words);
    match words.split_once(' ') {
        Some((first, rest)) if ordinal_number(&first.to_lowercase()).is_some() => rest.to_owned(),
        _ => words.to_owned(),
    }
}

/// `ASEAN Digital Economy Framework Agreement (DEFA)`: the name, and its acronym.
fn without_acronym(words: &str) -> (String, Option<String>) {
    let cut = words
        .strip_suffix(')')
        .and_then(|rest| rest.rsplit_once(" ("))
        .filter(|(_, inner)| inner.chars().all(|c| c.is_ascii_uppercase()) && inner.len() > 1);
    match cut {
        Some((name, acronym)) => (name.to_owned(), Some(acronym.to_owned())),
        None => (words.to_owned(), None),
    }
}

/// `22 April 2025`, `22-24 April 2025`; over the end of a month the month of the first day.
fn days(first: NaiveDate, last: NaiveDate) -> String {
    let same_month = (first.year(), first.month()) == (last.year(), last.month());
    match (first == last, same_month) {
        (true, _) => wording::day(first),
        (false, true) => format!(
            "{}-{} {} {}",
            first.day(),
            last.day(),
            month_name(first.month()),
            first.year()
        ),
        (false, false) => format!("{} {}", month_name(first.month()), first.year()),
    }
}

fn year_in(date: &str) -> Option<String> {
    let is_year = |w: &&str| w.len() == 4 && w.bytes().all(|b| b.is_ascii_digit());
    let mut words = date.split([' ', '-']);
    words.find(is_year).map(str::to_owned)
}
