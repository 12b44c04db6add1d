//! Meetings whose date the document itself tells: "the Commemorative Summit, to be held in
//! November". What is due "at the Summit" is due then.

use chrono::NaiveDate;

use super::{Clock, Due, Precision, is_ordinal};
use crate::domain::deadline::Window;
use crate::intake::blocks::Block;
use crate::intake::frame::Frame;
use crate::intake::lexicon::Lexicon;
use crate::intake::tokens::{Token, tokenize_phrase};

/// Longest name of a meeting, and how far behind it its date is looked for, in tokens.
const REACH: usize = 18;

/// Most meetings kept; a document names a handful.
const MOST: usize = 50;

/// A meeting to come.
#[derive(Debug, Clone)]
struct Known {
    /// The capitalised words and ordinals of its name, small.
    words: Vec<String>,
    head: String,
    window: Window,
}

/// The meetings of a document that are dated, and the one it is the outcome of.
#[derive(Debug, Clone, Default)]
pub struct KnownMeetings {
    known: Vec<Known>,
    own: Vec<String>,
}

impl KnownMeetings {
    /// Reads them all; `issued` is the document's date.
    pub fn read(blocks: &[Block], issued: NaiveDate, lexicon: &Lexicon, frame: &Frame) -> Self {
        let own = frame.meeting.as_deref().map(tokenize_phrase);
        let own = own.iter().flatten().map(|t| t.lower.to_string());
        let mut found = KnownMeetings {
            known: Vec::new(),
            own: own.collect(),
        };
        let none = KnownMeetings::default();
        for block in blocks {
            let clock = Clock {
                tokens: &block.tokens,
                issued,
                lexicon,
                meetings: &none,
            };
            for at in 0..block.tokens.len() {
                if found.known.len() < MOST
                    && let Some(known) = clock.dated_meeting(at)
                {
                    found.known.push(known);
                }
            }
        }
        found
    }

    /// The window of the meeting that a phrase names, if exactly one fits.
    pub(super) fn window_of(&self, phrase: &[Token]) -> Option<Window> {
        let head = phrase.last()?;
        let named = |known: &&Known| {
            known.head == *head.lower
                && phrase[..phrase.len() - 1]
                    .iter()
                    .filter(|t| t.is_capital() && !t.is("the") || is_ordinal(t))
                    .all(|t| known.words.contains(&t.lower.to_string()))
        };
        let mut fits = self.known.iter().filter(named);
        let first = fits.next()?;
        let same = fits.all(|other| other.window == first.window);
        same.then_some(first.window)
    }

    /// Whether a phrase names the meeting that the document is the outcome of.
    pub(super) fn is_own(&self, phrase: &[Token]) -> bool {
        let numbered = phrase.iter().any(is_ordinal);
        numbered
            && phrase
                .iter()
                .filter(|t| t.is_capital() || is_ordinal(t))
                .all(|t| self.own.contains(&t.lower.to_string()))
    }
}

impl Clock<'_> {
    /// `at the next Summit`, `by the 13th ASEAN-U.S. Summit`: a deadline without a date, unless the
    /// document tells the meeting's; `at the Summit`, `the convening of the Summit`, where it does.
    pub(super) fn event(&self, at: usize, from: usize, to: usize) -> Option<Due> {
        let mut next = at + 1;
        let before = |n: usize| at.checked_sub(n).map_or("", |n| self.lower(n));
        let held = matches!(
            before(1),
            "convening" | "holding" | "hosting" | "success" | "conduct" | "outcome" | "outcomes"
        );
        let word = self.lower(at);
        match word {
            "at" | "by" | "before" | "until" | "during" | "for" => {}
            "of" if matches!(before(1), "margins" | "sidelines" | "advance") || held => {}
            "ahead" if self.is(next, &["of"]) => next += 1,
            "to" if before(1) == "prior"
                || self.is(at + 2, &["next", "upcoming", "forthcoming"]) => {}
            _ => return None,
        }
        if at < from {
            return None;
        }
        if self.is(next, &["the", "our", "its", "their"]) {
            next += 1;
        }
        let comes = self.is(
            next,
            &["next", "upcoming", "forthcoming", "following", "coming"],
        );
        let ordinal = self.tokens.get(next).is_some_and(is_ordinal);
        let end = (next..to.min(next + 14)).find(|n| {
            let word = &self.tokens[*n];
            self.lexicon.meetings.contains(&*word.lower)
                && !self
                    .tokens
                    .get(n + 1)
                    .is_some_and(|t| self.lexicon.meetings.contains(&*t.lower))
        })?;
        let name = &self.tokens[next..=end];
        // `at the 6th Joint Committee (JCC) meeting held on 12 April`: it is over.
        let over = (end + 1..to.min(end + 14))
            .take_while(|n| !self.is(*n, &[",", ";", "."]))
            .any(|n| {
                self.is(n, &["held", "convened", "today", "yesterday"]) && !self.is(n - 1, &["be"])
            });
        if self.meetings.is_own(name) && !comes || over {
            return None;
        }
        let plain = name.iter().all(|t| {
            t.is_capital()
                || is_ordinal(t)
                || t.is_any(&["of", "the", "'s", "next", "upcoming", "forthcoming"])
        });
        let known = self.meetings.window_of(name).filter(|_| plain);
        if known.is_none() && (held || word == "for" || !comes && !ordinal) {
            return None;
        }
        let stop = (end + 1..to)
            .find(|n| self.is(*n, &[",", ";", ".", "to", "and", "which", "with", "as"]));
        let until = matches!(word, "by" | "before" | "until" | "to");
        Some(Due {
            from: at,
            to: stop.unwrap_or(to),
            earliest: known.map(|w| {
                if until {
                    self.issued
                } else {
                    w.first.max(self.issued)
                }
            }),
            latest: known.map(|w| w.last),
            precision: Precision::Event,
            recurrence: None,
        })
    }

    /// The meeting whose name ends at a token, if its date follows.
    fn dated_meeting(&self, at: usize) -> Option<Known> {
        let head = self.tokens.get(at)?;
        let is_head = |t: &Token| t.is_capital() && self.lexicon.meetings.contains(&*t.lower);
        if !is_head(head) || self.tokens.get(at + 1).is_some_and(is_head) {
            return None;
        }
        let stop = (at + 1..self.tokens.len().min(at + REACH))
            .find(|n| self.is(*n, &[".", ";", "and", "where"]) || is_head(&self.tokens[*n]))
            .unwrap_or(self.tokens.len().min(at + REACH));
        let near = self.is(at + 1, &["in", "on", "this", "next", "later"]);
        let set = (at + 1..stop).any(|n| {
            self.is(
                n,
                &["held", "place", "convened", "hosted", "scheduled", "meet"],
            )
        });
        if !near && !set {
            return None;
        }
        let due = (at + 1..stop).find_map(|n| self.at(n, at + 1, stop))?;
        let window = Window::new(due.earliest?, due.latest?)?;
        let first = (at.saturating_sub(REACH)..at)
            .rev()
            .take_while(|n| {
                let token = &self.tokens[*n];
                token.is_capital()
                    || is_ordinal(token)
                    || token.is_any(&["of", "the", "'s", "\u{2014}"])
            })
            .last()
            .unwrap_or(at);
        let words = self.tokens[first..at]
            .iter()
            .filter(|t| t.is_capital() || is_ordinal(t));
        Some(Known {
            words: words.map(|t| t.lower.to_string()).collect(),
            head: head.lower.to_string(),
            window,
        })
    }
}
