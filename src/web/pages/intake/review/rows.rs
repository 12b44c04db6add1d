//! A paragraph with what stands beside it: its words, cut wherever something begins or ends, the cards of
//! what it proposes, and what was passed over.

use std::ops::Range;

use serde::Serialize;

use super::Typed;
use crate::domain::intake::State;
use crate::intake::review::beside::Beside as Found;
use crate::intake::review::text::{at, folded};
use crate::intake::review::{Item, Review};
use crate::web::pages::intake::card::{Beside, Card, card, desk_meant};
use crate::web::pages::intake::older::older;
use crate::web::scene::Scene;

/// A paragraph with what stands beside it.
#[derive(Debug, Serialize)]
pub struct Row {
    pub number: usize,
    /// Where its text begins.
    pub start: u32,
    pub stretches: Vec<Stretch>,
    pub cards: Vec<Card>,
    pub passed: Vec<PassedLine>,
}

/// Words that are treated alike.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Stretch {
    pub text: String,
    /// `` for plain words, `open`, `accepted`, `gone` or `passed`.
    pub class: &'static str,
    /// The proposals that begin here.
    pub begins: Vec<u32>,
}

#[derive(Debug, Serialize)]
pub struct PassedLine {
    pub start: u32,
    /// How it begins.
    pub words: String,
    pub reason: String,
}

pub(super) struct Rows<'a> {
    pub(super) scene: &'a Scene<'a>,
    pub(super) review: &'a Review,
    pub(super) beside: &'a Found,
    pub(super) typed: &'a Typed,
    pub(super) chars: Vec<char>,
    pub(super) names: Vec<(u32, String)>,
    /// Of whom it is said once above the text that the record lacks them.
    pub(super) strangers: Vec<(&'a str, usize)>,
    pub(super) first_open: Option<(u32, u32)>,
}

impl Rows<'_> {
    pub(super) fn row(&self, at: usize, place: &Range<u32>, is_last: bool) -> Row {
        let until = if is_last { u32::MAX } else { place.end };
        let begins = |start: u32| start < until && (place.start <= start || at == 0);
        let mut items: Vec<&Item> = self.review.items.iter().collect();
        items.retain(|item| begins(item.place.start));
        items.sort_by_key(|item| (item.place.start, item.n));
        let passed = self.review.intake.passed.iter().filter(|p| begins(p.start));
        // What somebody proposed of it after all is told by its card.
        let is_open = |start: u32, end: u32| {
            let covers = |item: &Item| item.place.start <= start && end <= item.place.end;
            !self.review.items.iter().any(covers)
        };
        Row {
            number: at + 1,
            start: place.start,
            stretches: self.stretches(place),
            cards: items.into_iter().map(|item| self.card(item)).collect(),
            passed: passed
                .filter(|p| is_open(p.start, p.end) && p.end - p.start > 3)
                .map(|p| PassedLine {
                    start: p.start,
                    words: beginning(&folded(&at_place(&self.chars, p.start, p.end))),
                    reason: p.reason.clone(),
                })
                .collect(),
        }
    }

    fn card(&self, item: &Item) -> Card {
        let name = self.names.iter().find(|(n, _)| *n == item.n);
        let lead = self.typed.text(&format!("lead@{}", item.n));
        let beside = Beside {
            reference: name.map(|(_, name)| name.clone()).unwrap_or_default(),
            lead: lead.map(|typed| desk_meant(typed, self.scene.directory())),
            deadline: self
                .typed
                .text(&format!("due@{}", item.n))
                .map(str::to_owned),
            older: match item.state.is_open() {
                true => older(
                    self.scene,
                    &self.review.intake,
                    &self.beside.left_open(item.n),
                ),
                false => None,
            },
        };
        let has_keys = self.first_open.is_some_and(|(_, n)| n == item.n);
        card(
            self.scene,
            &self.review.intake,
            item,
            beside,
            self.beside.of(item.n),
            &self.typed.wrong,
            has_keys,
        )
        .without_strangers(&self.strangers)
    }

    /// The words of a paragraph, cut wherever something begins or ends.
    fn stretches(&self, place: &Range<u32>) -> Vec<Stretch> {
        let review = self.review;
        let mut cuts = vec![place.start, place.end];
        let marked = review
            .items
            .iter()
            .map(|item| (item.place.start, item.place.end));
        let passed = review.intake.passed.iter().map(|p| (p.start, p.end));
        for (start, end) in marked.chain(passed) {
            if start < place.end && end > place.start {
                cuts.extend([start, end].map(|cut| cut.clamp(place.start, place.end)));
            }
        }
        cuts.sort_unstable();
        cuts.dedup();
        let pieces = cuts.windows(2).map(|cut| (cut[0], cut[1]));
        pieces
            .map(|(start, end)| self.stretch(start, end))
            .collect()
    }

    fn stretch(&self, start: u32, end: u32) -> Stretch {
        let covers = |from: u32, to: u32| from <= start && end <= to;
        let over = self.review.items.iter();
        let over: Vec<&Item> = over
            .filter(|i| covers(i.place.start, i.place.end))
            .collect();
        let any = |which: fn(&State) -> bool| over.iter().any(|item| which(&item.state));
        let class = if any(State::is_open) {
            "open"
        } else if any(|s| matches!(s, State::Accepted { .. } | State::Mention { .. })) {
            "accepted"
        } else if !over.is_empty() {
            "gone"
        } else if self
            .review
            .intake
            .passed
            .iter()
            .any(|p| covers(p.start, p.end))
        {
            "passed"
        } else {
            ""
        };
        let begins = over.iter().filter(|item| item.place.start == start);
        Stretch {
            text: at_place(&self.chars, start, end),
            class,
            begins: begins.map(|item| item.n).collect(),
        }
    }
}

fn at_place(chars: &[char], start: u32, end: u32) -> String {
    at(chars, &(start..end))
}

/// How words begin, in a line.
fn beginning(words: &str) -> String {
    const FEW: usize = 90;
    match words.char_indices().nth(FEW) {
        None => words.to_owned(),
        Some((at, _)) => {
            let cut = words[..at].rfind(' ').unwrap_or(at);
            format!("{}…", &words[..cut])
        }
    }
}
