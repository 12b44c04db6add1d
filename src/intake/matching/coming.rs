//! Meetings that are to come, by the words that say they are to be held.

use crate::domain::deadline::MeetingDate;
use crate::intake::lexicon::Lexicon;
use crate::intake::names::{names, words};
use crate::intake::tokens::{Token, tokenize_phrase};

/// A meeting that is to come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Next {
    pub(super) name: String,
    /// As the date of a meeting is written.
    pub(super) date: Option<String>,
    pub(super) place: Option<String>,
}

/// The meetings that are to be held by the words of a proposal, and where: `the 22nd Forum would be
/// held in Tokyo next year`.
pub(super) fn held_in(quote: &str, lexicon: &Lexicon) -> Vec<(String, Option<String>)> {
    let tokens = tokenize_phrase(quote);
    let is_held = |n: usize| {
        tokens[n].is_any(&[
            "held", "convened", "hosted", "convene", "hold", "host", "place",
        ])
    };
    let Some(held) = (0..tokens.len()).find(|n| is_held(*n)) else {
        return Vec::new();
    };
    let meetings = names(&tokens, 0, tokens.len(), lexicon);
    let meetings = meetings.iter().filter(|n| n.meeting).map(|n| {
        let behind = n.to.max(held + 1);
        (words(&tokens, n.from, n.to), place_behind(&tokens, behind))
    });
    // More than one is a list of something else.
    let meetings: Vec<_> = meetings.collect();
    if meetings.len() == 1 {
        meetings
    } else {
        Vec::new()
    }
}

/// `in Tokyo, Japan`, close behind.
fn place_behind(tokens: &[Token], from: usize) -> Option<String> {
    let preposition = (from..tokens.len().min(from + 3)).find(|n| tokens[*n].is("in"))?;
    let is_name = |n: usize| {
        let token = tokens.get(n)?;
        Some(token.is_capital() && MeetingDate::parse(&format!("{} 2000", token.text)).is_err())
    };
    let mut to = preposition + 1;
    while is_name(to) == Some(true)
        || tokens.get(to).is_some_and(|t| t.is(",")) && is_name(to + 1) == Some(true)
    {
        to += 1;
    }
    (to > preposition + 1).then(|| words(tokens, preposition + 1, to))
}
