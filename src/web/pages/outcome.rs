//! An outcome document on record: its whole text, or the passages that were promised, with the promises
//! marked. It stands on the page of its meeting; one of no meeting has a page of its own.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::commitment::Commitment;
use crate::domain::document::Document;
use crate::web::quotation::{self, Stretch};
use crate::web::row::Link;
use crate::web::say;
use crate::web::scene::Scene;
use crate::wording;

/// The page of a document by itself.
#[derive(Debug, Serialize)]
pub struct DocumentPage<'a> {
    pub document: DocumentView<'a>,
    /// The meeting it is of.
    pub meeting: Option<Link>,
}

/// Draws the page of a document.
pub fn page<'a>(scene: &Scene<'a>, document: &'a Document) -> DocumentPage<'a> {
    let meeting = document.meeting.as_ref();
    let meeting = meeting.and_then(|id| scene.directory().meetings.get(id));
    DocumentPage {
        document: self::document(scene, document),
        meeting: meeting.map(Link::meeting),
    }
}

/// An outcome document, in full or in the passages that are quoted.
#[derive(Debug, Serialize)]
pub struct DocumentView<'a> {
    pub id: &'a str,
    pub title: &'a str,
    /// `press release, issued on 23 April 2025 by Cambodia, one side's account`
    pub about: String,
    pub sha256: Option<&'a str>,
    pub in_full: bool,
    pub paragraphs: Vec<ParagraphView>,
    /// Older promises that it says again.
    pub again: Vec<AgainView>,
}

/// An older promise that a document says again.
#[derive(Debug, Serialize)]
pub struct AgainView {
    pub link: MarginLink,
    /// `says it more strongly`
    pub effect: &'static str,
    pub paragraph: Option<u32>,
    pub words: String,
}

#[derive(Debug, Serialize)]
pub struct ParagraphView {
    /// `None` for passages whose paragraph is not known.
    pub number: Option<u32>,
    pub passages: Vec<PassageView>,
}

#[derive(Debug, Serialize)]
pub struct PassageView {
    pub stretches: Vec<Stretch>,
    /// The commitments quoted from it.
    pub links: Vec<MarginLink>,
}

#[derive(Debug, Clone, Serialize)]
pub struct MarginLink {
    pub reference: String,
    pub title: String,
}

/// Draws a document.
pub fn document<'a>(scene: &Scene<'a>, document: &'a Document) -> DocumentView<'a> {
    let quoting: Vec<&Commitment> = scene
        .readable()
        .map(|s| &*s.commitment)
        .filter(|c| c.promise.document.as_ref() == Some(&document.id))
        .collect();
    let full = document.paragraphs();
    let in_full = !full.is_empty();
    DocumentView {
        id: document.id.as_str(),
        title: &document.title,
        about: about(scene, document),
        sha256: document.sha256.as_deref(),
        paragraphs: if in_full {
            in_its_text(&full, &quoting)
        } else {
            in_its_passages(&quoting)
        },
        in_full,
        again: again(scene, document),
    }
}

/// The older promises that a document says again, in its order.
fn again(scene: &Scene<'_>, document: &Document) -> Vec<AgainView> {
    let mut again: Vec<AgainView> = Vec::new();
    for standing in scene.readable() {
        let commitment = &*standing.commitment;
        let here = commitment.mentions.iter();
        let here = here.filter(|m| m.document == document.id);
        again.extend(here.map(|mention| AgainView {
            link: link(commitment),
            effect: wording::effect(mention.effect),
            paragraph: mention.paragraph,
            words: mention.words.clone(),
        }));
    }
    again.sort_by(|a, b| {
        let place = |view: &AgainView| {
            (
                view.paragraph.unwrap_or(u32::MAX),
                view.link.reference.clone(),
            )
        };
        place(a).cmp(&place(b))
    });
    again
}

fn about(scene: &Scene<'_>, document: &Document) -> String {
    let mut said = vec![
        document
            .kind
            .clone()
            .unwrap_or_else(|| "document".to_owned()),
    ];
    let issuer = document.issuer.as_ref();
    let by = issuer.map(|p| format!(" by {}", scene.directory().party_name(p)));
    let by = by.unwrap_or_default();
    match document.issued {
        Some(day) => said.push(format!("issued on {}{by}", wording::day(day))),
        None if !by.is_empty() => said.push(format!("issued{by}")),
        None => {}
    }
    said.extend(document.authority.map(|a| wording::authority(a).to_owned()));
    say::sentence(&said.join(", "))
}

fn link(commitment: &Commitment) -> MarginLink {
    MarginLink {
        reference: commitment.reference.to_string(),
        title: commitment.title.clone(),
    }
}

/// The whole text, with what was promised marked. A promise is looked for in the paragraph it
/// names, and without one in the first that carries its words.
fn in_its_text(full: &[String], quoting: &[&Commitment]) -> Vec<ParagraphView> {
    let place = |c: &Commitment| match c.promise.paragraph {
        Some(n) => (n as usize).checked_sub(1),
        None => full
            .iter()
            .position(|p| quotation::find(p, &c.promise.words).is_some()),
    };
    let mut by_paragraph: BTreeMap<usize, Vec<&Commitment>> = BTreeMap::new();
    for commitment in quoting {
        if let Some(at) = place(commitment) {
            by_paragraph.entry(at).or_default().push(commitment);
        }
    }
    let paragraphs = full.iter().enumerate().map(|(at, text)| {
        let mut here = by_paragraph.remove(&at).unwrap_or_default();
        here.sort_by(|a, b| a.reference.cmp(&b.reference));
        let words: Vec<&str> = here.iter().map(|c| c.promise.words.as_str()).collect();
        ParagraphView {
            number: u32::try_from(at + 1).ok(),
            passages: vec![PassageView {
                stretches: quotation::marked(text, &words),
                links: here.into_iter().map(link).collect(),
            }],
        }
    });
    paragraphs.collect()
}

/// The passages that are quoted, paragraph by paragraph, each once.
fn in_its_passages(quoting: &[&Commitment]) -> Vec<ParagraphView> {
    let mut by_paragraph: BTreeMap<(bool, Option<u32>), Vec<&Commitment>> = BTreeMap::new();
    for commitment in quoting {
        let paragraph = commitment.promise.paragraph;
        let key = (paragraph.is_none(), paragraph);
        by_paragraph.entry(key).or_default().push(commitment);
    }
    let paragraphs = by_paragraph.into_iter().map(|((_, number), mut here)| {
        here.sort_by(|a, b| a.reference.cmp(&b.reference));
        let quotations: Vec<_> = here
            .iter()
            .map(|c| (c.promise.words.as_str(), link(c)))
            .collect();
        let passages = quotation::passages(&quotations)
            .into_iter()
            .map(|p| PassageView {
                stretches: quotation::marked(p.words, &[p.words]),
                links: p.quoted_by,
            });
        ParagraphView {
            number,
            passages: passages.collect(),
        }
    });
    paragraphs.collect()
}
