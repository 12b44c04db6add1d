//! Long documents come in parts: a page shows some of the paragraphs, and links to the others.

use std::ops::Range;

use serde::Serialize;

use crate::domain::document::paragraph_places;
use crate::intake::review::{Item, Review};

/// How much one page shows: characters of the text, with what a card takes. A paragraph is never cut.
const PART: u32 = 14_000;
const CARD: u32 = 500;

#[derive(Debug, Serialize)]
pub struct PartLink {
    pub href: String,
    pub text: String,
    pub here: bool,
}

/// The paragraphs of a text in parts, as ranges of them.
pub(super) fn parts(places: &[Range<u32>], items: &[Item]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut shown = 0;
    for (n, place) in places.iter().enumerate() {
        let cards = items
            .iter()
            .filter(|item| place.contains(&item.place.start));
        let cards = u32::try_from(cards.count()).unwrap_or(u32::MAX);
        let more = (place.end - place.start).saturating_add(cards.saturating_mul(CARD));
        shown += more;
        match parts.last_mut() {
            Some(part) if shown <= PART => part.end = n + 1,
            _ => {
                shown = more;
                parts.push(n..n + 1);
            }
        }
    }
    match parts.is_empty() {
        true => std::iter::once(0..0).collect(),
        false => parts,
    }
}

/// In which part a place of the text is shown, from 1.
pub fn part_of(review: &Review, start: u32) -> usize {
    let places = paragraph_places(&review.intake.text);
    let at = places.iter().position(|p| start < p.end).unwrap_or(0);
    let part = parts(&places, &review.items);
    let part = part.iter().position(|part| part.contains(&at));
    part.unwrap_or(0) + 1
}

/// The text of some paragraphs. The first of all begins at the beginning.
pub(super) fn within(places: &[Range<u32>], shown: &Range<usize>) -> Range<u32> {
    let start = match shown.start {
        0 => 0,
        first => places.get(first).map_or(0, |p| p.start),
    };
    let end = places.get(shown.end).map_or(u32::MAX, |next| next.start);
    start..end
}

pub(super) fn part_links(
    path: &str,
    places: &[Range<u32>],
    parts: &[Range<usize>],
    part: usize,
    review: &Review,
) -> Vec<PartLink> {
    if parts.len() < 2 {
        return Vec::new();
    }
    let links = parts.iter().enumerate().map(|(n, shown)| {
        let here = within(places, shown);
        let open = review
            .open()
            .filter(|item| here.contains(&item.place.start))
            .count();
        let wait = match open {
            0 => String::new(),
            open => format!(" ({open})"),
        };
        PartLink {
            href: format!("{path}?part={}", n + 1),
            text: format!("¶ {}–{}{wait}", shown.start + 1, shown.end),
            here: n + 1 == part,
        }
    });
    links.collect()
}
