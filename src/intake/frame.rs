//! The frame of a document: its title, ordinal, date, place, co-chairs and next meetings, so that
//! the meeting's record can fill itself for confirmation.

use chrono::NaiveDate;
use serde::Serialize;

use super::blocks::{Block, sentences};
use super::lexicon::Lexicon;
use super::names::{names, words};
use super::tokens::Token;
use super::when::{ORDINALS, is_ordinal};
use crate::domain::deadline::{MeetingDate, Span};

/// What a document says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Frame {
    pub title: Option<String>,
    /// The date it bears; the one given on the command line wins elsewhere.
    pub dated: Option<NaiveDate>,
    /// The meeting it is the outcome of, and which of its series.
    pub meeting: Option<String>,
    pub ordinal: Option<u32>,
    /// First and last day.
    pub held: Option<(NaiveDate, NaiveDate)>,
    pub place: Option<String>,
    pub co_chairs: Vec<String>,
    pub parties: Vec<String>,
    pub next_meetings: Vec<NextMeeting>,
}

/// A meeting that is still to come, in the words of the document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NextMeeting {
    pub name: String,
    pub date: Option<String>,
}

/// Reads the frame, without the next meetings (they follow from the commitments).
pub fn frame(blocks: &[Block], lexicon: &Lexicon, parties: &[String]) -> Frame {
    let title = title(blocks, lexicon);
    let mut frame = Frame {
        title,
        parties: parties.to_vec(),
        ..Frame::default()
    };
    for block in blocks.iter().take(12) {
        for (start, end) in sentences(&block.tokens) {
            held(&block.tokens, start, end, lexicon, &mut frame);
            co_chairs(&block.tokens, start, end, &mut frame);
        }
    }
    frame.dated = blocks
        .last_chunk::<4>()
        .map(|last| &last[..])
        .unwrap_or(blocks)
        .iter()
        .rev()
        .filter(|block| block.tokens.len() <= 40)
        .find_map(|block| (0..block.tokens.len()).find_map(|at| day_at(&block.tokens, at)))
        .or_else(|| {
            let top = blocks.iter().take(8).filter(|b| b.tokens.len() <= 12);
            top.filter_map(|b| (0..b.tokens.len()).find_map(|at| day_at(&b.tokens, at)))
                .next()
        })
        .map(|(_, last, _)| last)
        .or(frame.held.map(|(_, last)| last));
    frame
}

/// A heading that names a meeting or says what it is, among the first lines.
fn title(blocks: &[Block], lexicon: &Lexicon) -> Option<String> {
    let headings: Vec<&Block> = blocks
        .iter()
        .take(14)
        .filter(|b| b.is_heading() && !b.marked)
        .collect();
    let says = |block: &&&Block| {
        block.tokens.iter().any(|t| {
            t.is_any(&[
                "statement",
                "declaration",
                "communique",
                "communiqué",
                "outcomes",
                "summary",
                "readout",
                "vision",
                "principles",
            ])
        }) || block
            .tokens
            .iter()
            .any(|t| t.is_capital() && lexicon.meetings.contains(&*t.lower))
    };
    let not_a_head = |block: &&&Block| {
        !block
            .tokens
            .iter()
            .any(|t| t.is_any(&["ministry", "department", "release", "email", "fax", "tel"]))
    };
    let found = headings.iter().filter(not_a_head).find(says);
    let found = found.or_else(|| {
        headings
            .iter()
            .find(|b| b.tokens.len() >= 4 && not_a_head(b))
    });
    found.map(|block| words(&block.tokens, 0, block.tokens.len()))
}

/// "The 37th ASEAN-U.S. Dialogue was held on 22 April 2025 in Siem Reap".
fn held(tokens: &[Token], start: usize, end: usize, lexicon: &Lexicon, frame: &mut Frame) {
    if frame.held.is_some() {
        return;
    }
    let took = (start..end).find(|n| {
        tokens[*n].is_any(&["held", "met", "gathered", "convened", "occasion", "hosted"])
    });
    let Some(took) = took else { return };
    let near = took.saturating_sub(30).max(start)..end.min(took + 40);
    let Some((at, (first, last, behind))) =
        near.clone().find_map(|n| day_at(tokens, n).map(|d| (n, d)))
    else {
        return;
    };
    let meetings = names(tokens, start, end, lexicon);
    let meeting = meetings.iter().find(|n| n.meeting);
    frame.held = Some((first, last));
    if let Some(meeting) = meeting {
        frame.meeting = Some(words(tokens, meeting.from, meeting.to));
        let ordinal = (meeting.from..meeting.to).find(|n| is_ordinal(&tokens[*n]));
        frame.ordinal = ordinal.and_then(|n| ordinal_number(&tokens[n].lower));
    }
    let place = |from: usize, to: usize| {
        let prep = (from..to).find(|n| {
            tokens[*n].is_any(&["in", "at"])
                && tokens
                    .get(n + 1)
                    .is_some_and(|t| t.is_capital() && t.is_word())
        })?;
        let mut stop = prep + 1;
        while stop < to
            && (tokens[stop].is_capital()
                || tokens[stop].is(",")
                    && tokens
                        .get(stop + 1)
                        .is_some_and(|t| t.is_capital() && stop + 1 < to))
        {
            stop += 1;
        }
        Some(words(tokens, prep + 1, stop))
    };
    frame.place = place(behind.min(end), end.min(behind + 12)).or_else(|| place(took, at));
}

fn co_chairs(tokens: &[Token], start: usize, end: usize, frame: &mut Frame) {
    if !frame.co_chairs.is_empty() {
        return;
    }
    let Some(chaired) =
        (start..end).find(|n| tokens[*n].is_any(&["co-chaired", "chaired", "cochaired"]))
    else {
        return;
    };
    let Some(by) = (chaired..end.min(chaired + 4)).find(|n| tokens[*n].is("by")) else {
        return;
    };
    let mut from = by + 1;
    let mut at = from;
    while at < end {
        // A second chair begins behind "and" with a form of address or a title.
        let next = tokens[at].is("and")
            && tokens.get(at + 1).is_some_and(|t| {
                t.is_any(&[
                    "h.e.",
                    "mr",
                    "mr.",
                    "ms",
                    "ms.",
                    "dr.",
                    "the",
                    "ambassador",
                    "his",
                    "her",
                ])
            });
        if next || at + 1 == end {
            let stop = if next { at } else { end };
            let chair = words(tokens, from, stop);
            let chair = chair.trim_matches([',', '.', ' ']);
            if !chair.is_empty() && stop - from < 40 {
                frame.co_chairs.push(chair.to_owned());
            }
            from = at + 1;
        }
        at += 1;
    }
}

/// A day of the calendar that begins at a token, and one past its last token.
fn day_at(tokens: &[Token], at: usize) -> Option<(NaiveDate, NaiveDate, usize)> {
    let word = |n: usize| tokens.get(at + n).map_or("", |t| &*t.text);
    let tries = [
        (3, format!("{} {} {}", word(0), word(1), word(2))),
        (4, format!("{} {} {}", word(1), word(0), word(3))),
        (3, format!("{} {} {}", word(1), word(0), word(2))),
        (1, word(0).to_owned()),
    ];
    tries.into_iter().find_map(
        |(length, text)| match MeetingDate::parse(&text).ok()?.span {
            Span::Day(day) => Some((day, day, at + length)),
            Span::Days(first, last) => Some((first, last, at + length)),
            _ => None,
        },
    )
}

/// `37` of `37th`, `13` of `thirteenth`.
pub fn ordinal_number(word: &str) -> Option<u32> {
    let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
    match digits.parse() {
        Ok(number) => Some(number),
        Err(_) => ORDINALS
            .iter()
            .position(|w| *w == word)
            .and_then(|n| u32::try_from(n + 1).ok()),
    }
}
