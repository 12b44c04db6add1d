//! What a search found in a text: the words it looked for marked, and of a long text the part that says
//! most of them.

use std::ops::Range;

use serde::Serialize;

use crate::domain::finding::Query;
use crate::domain::folding::{Word, words};

/// A stretch of a text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Stretch {
    pub text: String,
    pub found: bool,
}

/// How much of a long text is shown, and how much of it before the first word that was found; in bytes.
const WIDTH: usize = 240;
const BEFORE: usize = 60;

/// A text as a whole.
pub fn marked(text: &str, query: &Query) -> Vec<Stretch> {
    let all = words(text);
    cut(text, 0..text.len(), &ranges(&marks(&all, query), &all))
}

/// A text, or of a long one the part that says most of what is looked for, between dots.
pub fn excerpt(text: &str, query: &Query) -> Vec<Stretch> {
    if text.len() <= WIDTH {
        return marked(text, query);
    }
    let all = words(text);
    let marks = marks(&all, query);
    let shown = window(&all, best(&marks, &all), text.len());
    let mut stretches = cut(text, shown.clone(), &ranges(&marks, &all));
    let dots = |text: &str| Stretch {
        text: text.to_owned(),
        found: false,
    };
    if shown.start > 0 {
        stretches.insert(0, dots("… "));
    }
    if shown.end < text.len() {
        stretches.push(dots(" …"));
    }
    stretches
}

/// How many of the terms that are looked for a text says.
pub fn terms_said(text: &str, query: &Query) -> usize {
    let all = words(text);
    let said = query
        .terms()
        .iter()
        .filter(|term| !term.places(&all).is_empty());
    said.count()
}

/// The words that were found: the term, and the first and the last word of it in the text.
fn marks(all: &[Word], query: &Query) -> Vec<(usize, Range<usize>)> {
    let mut found: Vec<(usize, Range<usize>)> = Vec::new();
    for (term, looked_for) in query.terms().iter().enumerate() {
        let places = looked_for.places(all).into_iter();
        found.extend(places.map(|place| (term, place)));
    }
    found.sort_by_key(|(_, place)| (place.start, place.end));
    found
}

/// Where they stand in the text, those that touch together.
fn ranges(marks: &[(usize, Range<usize>)], all: &[Word]) -> Vec<Range<usize>> {
    let mut merged: Vec<Range<usize>> = Vec::new();
    for (_, place) in marks {
        let range = all[place.start].at.start..all[place.end - 1].at.end;
        match merged.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => merged.push(range),
        }
    }
    merged
}

/// The first word of the part that says most.
fn best(marks: &[(usize, Range<usize>)], all: &[Word]) -> usize {
    let said_from = |first: &(usize, Range<usize>)| {
        let until = all[first.1.start].at.start + WIDTH - BEFORE;
        let near = marks
            .iter()
            .filter(|(_, place)| place.start >= first.1.start && all[place.start].at.start < until);
        let terms: std::collections::BTreeSet<usize> = near.map(|(term, _)| *term).collect();
        terms.len()
    };
    // Of many marks the first ones say enough.
    let candidates = marks.iter().take(200);
    let most = candidates.rev().max_by_key(|mark| said_from(mark));
    most.map_or(0, |(_, place)| place.start)
}

/// From a little before a word, whole words.
fn window(all: &[Word], from: usize, length: usize) -> Range<usize> {
    let Some(word) = all.get(from) else {
        return 0..length;
    };
    let earliest = word.at.start.saturating_sub(BEFORE);
    let first = all
        .iter()
        .position(|w| w.at.start >= earliest)
        .unwrap_or(from);
    let start = match first {
        0 => 0,
        first => all[first].at.start,
    };
    let fits = all[first..]
        .iter()
        .take_while(|w| w.at.end <= start + WIDTH);
    match first + fits.count().max(1) {
        end if end == all.len() => start..length.min(all[end - 1].at.end + WIDTH),
        end => start..all[end - 1].at.end,
    }
}

/// The part of a text, cut where marks begin and end.
fn cut(text: &str, shown: Range<usize>, marks: &[Range<usize>]) -> Vec<Stretch> {
    let mut stretches = Vec::new();
    let mut push = |range: Range<usize>, found| {
        if let Some(text) = text.get(range).filter(|text| !text.is_empty()) {
            stretches.push(Stretch {
                text: text.to_owned(),
                found,
            });
        }
    };
    let mut at = shown.start;
    for mark in marks {
        let (start, end) = (mark.start.max(at), mark.end.min(shown.end));
        if start < end {
            push(at..start, false);
            push(start..end, true);
            at = end;
        }
    }
    push(at..shown.end, false);
    stretches
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(stretches: Vec<Stretch>) -> String {
        let told = stretches.into_iter().map(|s| match s.found {
            true => format!("[{}]", s.text),
            false => s.text,
        });
        told.collect()
    }

    fn of(text: &str, typed: &str) -> String {
        told(excerpt(text, &Query::read(typed)))
    }

    #[test]
    fn what_was_found_is_marked_as_it_was_written() {
        assert_eq!(
            of("The Power Grid of ASEAN.", "grid power"),
            "The [Power] [Grid] of ASEAN."
        );
        assert_eq!(
            of("The Power Grid of ASEAN.", "\"power grid\""),
            "The [Power Grid] of ASEAN."
        );
        assert_eq!(
            of("with the U.S. in Đà Nẵng", "us da"),
            "with the [U.S]. in [Đà] Nẵng"
        );
        assert_eq!(of("<b>grid</b> & co", "grid"), "<b>[grid]</b> & co");
        assert_eq!(
            of("close co- operation in co-\noperation", "cooperation"),
            "close [co- operation] in [co-\noperation]"
        );
        assert_eq!(
            of("co- operation and co-operation", "co-operation coop"),
            "[co- operation] and [co-operation]"
        );
        assert_eq!(of("nothing of it", "grid"), "nothing of it");
        assert_eq!(of("", "grid"), "");
    }

    #[test]
    fn of_a_long_text_the_part_that_says_most_is_shown() {
        let filler = "and so on and so forth ".repeat(30);
        let text = format!("grid at first {filler}the power of the grid {filler}");
        let shown = of(&text, "power grid");
        assert!(shown.starts_with("… ") && shown.ends_with(" …"), "{shown}");
        assert!(shown.contains("the [power] of the [grid] and"), "{shown}");
        assert!(shown.len() < 300, "{shown}");
        let end = format!("{filler}the last word is grid.");
        assert!(of(&end, "grid").ends_with("the last word is [grid]."));
        assert!(of(&filler, "grid").starts_with("and so on"));
    }

    #[test]
    fn no_text_is_cut_within_a_character() {
        let text = "កម្ពុជា និង 東盟 🙂 côté ".repeat(60);
        for typed in ["កម្ពុជា", "東", "cote", "និង 盟", "🙂"] {
            let shown = of(&text, typed);
            assert!(!shown.is_empty(), "{typed}");
        }
    }
}
