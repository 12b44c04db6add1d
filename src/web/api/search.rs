//! What a search finds, for programs: the same things in the same order as the page has them.

use chrono::{DateTime, Utc};
use serde::Serialize;

use super::PAGE;
use crate::domain::commitment::Commitment;
use crate::domain::document::Document;
use crate::domain::finding::{Level, Query};
use crate::store::Found;
use crate::web::excerpt::{self, Stretch};
use crate::web::filter::Filter;
use crate::web::hits::{self, Thing, Things, said};
use crate::web::scene::Scene;

/// A page of what was found, the nearest to the surface first.
#[derive(Debug, Serialize)]
pub struct SearchPage<'a> {
    /// The business clock.
    as_of: DateTime<Utc>,
    /// How much was found, on all pages.
    total: usize,
    /// Whether more was asked than is looked for.
    cut: bool,
    /// The address of the next page.
    next: Option<String>,
    found: Vec<Hit<'a>>,
}

/// One thing that was found.
#[derive(Debug, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum Hit<'a> {
    Commitment {
        /// Its page.
        url: String,
        #[serde(rename = "ref")]
        reference: &'a str,
        title: &'a str,
        /// How deep one has to read for all of it.
        level: &'static str,
        /// The text that says most of it, and where it stands.
        said: Option<Said>,
    },
    Paragraph {
        /// Where it can be read.
        url: String,
        document: &'a str,
        title: &'a str,
        /// From 1; null where it is the title that says it.
        paragraph: Option<usize>,
        text: Option<String>,
    },
}

#[derive(Debug, Serialize)]
struct Said {
    /// `Promise`, `Update of 2 June 2025`
    place: String,
    text: String,
}

/// Draws a page of what was found.
pub fn found<'a>(
    scene: &Scene<'a>,
    filter: &Filter,
    query: &Query,
    found: &Found,
    url: &str,
) -> SearchPage<'a> {
    let things = Things::of(scene, filter, found);
    let total = things.count();
    let page = things.page(filter.page, PAGE);
    let shown: Vec<Hit> = page.map(|thing| hit(scene, query, thing, url)).collect();
    let shown_before = (filter.page - 1).saturating_mul(PAGE);
    let has_more = !shown.is_empty() && total > shown_before.saturating_add(shown.len());
    let next = has_more.then(|| filter.address("/api/v1/search", filter.page + 1));
    SearchPage {
        as_of: scene.now,
        total,
        cut: query.is_cut,
        next: next.map(|path| format!("{url}{path}")),
        found: shown,
    }
}

fn hit<'a>(scene: &Scene<'a>, query: &Query, thing: Thing<'a>, url: &str) -> Hit<'a> {
    match thing {
        Thing::Commitment(standing, level) => {
            commitment(scene, query, &standing.commitment, level, url)
        }
        Thing::Paragraph(document, paragraph) => self::paragraph(query, document, paragraph, url),
    }
}

fn commitment<'a>(
    scene: &Scene<'a>,
    query: &Query,
    commitment: &'a Commitment,
    level: Level,
    url: &str,
) -> Hit<'a> {
    let said = said(scene, query, commitment, level).map(|said| Said {
        place: said.place,
        text: plain(&said.stretches),
    });
    Hit::Commitment {
        url: format!("{url}/commitments/{}", commitment.reference),
        reference: commitment.reference.as_str(),
        title: &commitment.title,
        level: level.as_str(),
        said,
    }
}

fn paragraph<'a>(query: &Query, document: &'a Document, paragraph: usize, url: &str) -> Hit<'a> {
    let text = hits::paragraph(document, paragraph);
    Hit::Paragraph {
        url: format!("{url}{}", hits::address_of(document, paragraph)),
        document: document.id.as_str(),
        title: &document.title,
        paragraph: Some(paragraph).filter(|n| *n > 0),
        text: text.map(|text| plain(&excerpt::excerpt(&text, query))),
    }
}

fn plain(stretches: &[Stretch]) -> String {
    stretches.iter().map(|s| s.text.as_str()).collect()
}
