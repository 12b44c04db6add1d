//! What a search found, as far as its reader may read it and the filters let it through, and which of its
//! texts says so: for the page and for programs alike.

use std::collections::HashMap;

use serde::Serialize;

use super::excerpt::{self, Stretch};
use super::filter::Filter;
use super::row::document_page;
use super::scene::Scene;
use super::standing::Standing;
use crate::domain::commitment::Commitment;
use crate::domain::document::Document;
use crate::domain::finding::{Level, Query, files_of, texts_of};
use crate::domain::ids::{CommitmentRef, DocumentId};
use crate::store::Found;
use crate::wording;

/// What was found, as far as the filters let it through.
pub enum Thing<'a> {
    Commitment(&'a Standing, Level),
    Paragraph(&'a Document, usize),
}

/// Where it says so.
#[derive(Debug, Serialize)]
pub struct Said {
    /// `Update of 2 June 2025`
    pub place: String,
    pub is_promise: bool,
    pub stretches: Vec<Stretch>,
}

/// What was found, the nearest to the surface first: commitments, then paragraphs of documents.
#[derive(Default)]
pub struct Things<'a> {
    pub commitments: Vec<Thing<'a>>,
    pub paragraphs: Vec<Thing<'a>>,
}

impl<'a> Things<'a> {
    pub fn of(scene: &Scene<'a>, filter: &Filter, found: &Found) -> Self {
        Self {
            commitments: admitted(scene, filter, &found.commitments),
            paragraphs: paragraphs(scene, filter, &found.paragraphs),
        }
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.commitments.len() + self.paragraphs.len()
    }

    /// A page of them; pages are counted from 1.
    pub fn page(self, page: usize, length: usize) -> impl Iterator<Item = Thing<'a>> {
        let start = (page - 1).saturating_mul(length);
        let all = self.commitments.into_iter().chain(self.paragraphs);
        all.skip(start).take(length)
    }
}

/// The commitments among what was found that the viewer may read and the filters ask for.
fn admitted<'a>(
    scene: &Scene<'a>,
    filter: &Filter,
    found: &[(CommitmentRef, Level)],
) -> Vec<Thing<'a>> {
    let without_words = Filter {
        words: None,
        ..filter.clone()
    };
    let place_of: HashMap<&str, usize> = (0..)
        .zip(found)
        .map(|(place, (reference, _))| (reference.as_str(), place))
        .collect();
    let mut there: Vec<(usize, &Standing)> = scene
        .readable()
        .filter_map(|s| Some((*place_of.get(s.commitment.reference.as_str())?, s)))
        .filter(|(_, s)| without_words.admits(scene, s))
        .collect();
    there.sort_unstable_by_key(|(place, _)| *place);
    let thing =
        |(place, standing): (usize, &'a Standing)| Thing::Commitment(standing, found[place].1);
    there.into_iter().map(thing).collect()
}

/// Paragraphs belong to a meeting and its partnership, if to any, and to nothing else that filters ask for.
fn paragraphs<'a>(
    scene: &Scene<'a>,
    filter: &Filter,
    found: &[(DocumentId, usize)],
) -> Vec<Thing<'a>> {
    let is_of_documents = |name: &&str| ["q", "partnership", "meeting"].contains(name);
    if !filter.pairs().keys().all(is_of_documents) {
        return Vec::new();
    }
    let fits = |document: &Document| {
        let meeting = document.meeting.as_ref();
        let known = meeting.and_then(|id| scene.directory().meetings.get(id));
        let partnership = known.and_then(|m| m.partnership.as_ref());
        let is = |wanted: &Option<String>, own: Option<&str>| {
            wanted.as_deref().is_none_or(|wanted| own == Some(wanted))
        };
        is(&filter.meeting, meeting.map(|id| id.as_str()))
            && is(&filter.partnership, partnership.map(|p| p.as_str()))
    };
    let there = found.iter().filter_map(|(id, paragraph)| {
        let document = scene.book.document(id.as_str())?;
        fits(document).then_some(Thing::Paragraph(document, *paragraph))
    });
    there.collect()
}

/// The text of a paragraph, from 1; `None` of the title.
pub fn paragraph(document: &Document, paragraph: usize) -> Option<String> {
    let place = paragraph.checked_sub(1)?;
    document.paragraphs().into_iter().nth(place)
}

/// Where a paragraph can be read; 0 is the title.
pub fn address_of(document: &Document, paragraph: usize) -> String {
    let page = document_page(document);
    match paragraph {
        0 => page,
        n => format!("{page}-{n}"),
    }
}

/// The text of a commitment that says most of what is looked for; the promise, where its reference or
/// its title says it all.
pub fn said(
    scene: &Scene<'_>,
    query: &Query,
    commitment: &Commitment,
    level: Level,
) -> Option<Said> {
    let promise = ("Promise".to_owned(), commitment.promise.words.as_str());
    let steps = commitment.milestones.iter();
    let steps = steps.map(|step| ("Milestone".to_owned(), step.title.as_str()));
    let again = commitment.mentions.iter();
    let again = again.map(|mention| {
        let document = scene.book.document(mention.document.as_str());
        let title = document.map_or(mention.document.as_str(), |d| &d.title);
        (format!("Said again in {title}"), mention.words.as_str())
    });
    let own = std::iter::once(promise).chain(steps).chain(again);
    let mut texts: Vec<(String, &str)> = own.collect();
    let of_the_promise = texts.len();
    if level == Level::Update {
        let readable = commitment.updates.iter().rev();
        let readable = readable.filter(|update| scene.may_read_update(update, commitment));
        texts.extend(readable.flat_map(|update| {
            let place = format!("Update of {}", wording::day(update.date));
            let with_it = format!("File with the update of {}", wording::day(update.date));
            let texts = texts_of(update).map(move |text| (place.clone(), text));
            texts.chain(files_of(update).map(move |name| (with_it.clone(), name)))
        }));
        // It is there for what an update says.
        texts.rotate_left(of_the_promise);
    }
    let said = |(_, text): &&(String, &str)| excerpt::terms_said(text, query);
    let most = texts.iter().rev().max_by_key(said)?;
    Some(Said {
        is_promise: std::ptr::eq(most.1, commitment.promise.words.as_str()),
        place: most.0.clone(),
        stretches: excerpt::excerpt(most.1, query),
    })
}
