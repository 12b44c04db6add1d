//! Meetings whose date the document itself tells: "the Commemorative Summit, to be held in
//! November". What is due "at the Summit" is due then.

use chrono::NaiveDate;

use super::{Clock, is_ordinal};
use crate::domain::deadline::Window;
use crate::intake::blocks::Block;
use crate::intake::frame::Frame;
use crate::intake::lexicon::Lexicon;
use crate::intake::tokens::{Token, tokenize_phrase};

/// Longest name of a meeting, and how far behind it its date is looked for, in tokens.
const REACH: usize = 14;

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
