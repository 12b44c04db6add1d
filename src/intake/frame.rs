//! The frame of a document: its title, ordinal, date, place, co-chairs and next meetings, so that
//! the meeting's record can fill itself for confirmation. [`heading`] finds the title, [`days`] reads
//! dates, [`held`] the meeting with its days and its place, [`chairs`] who was in the chair.

mod chairs;
mod days;
mod heading;
mod held;

use chrono::{Days, NaiveDate};
use serde::Serialize;

use self::chairs::co_chairs;
use self::days::{dateline, day_at, issued_on};
use self::heading::{Heading, heading};
use self::held::{from_title, held};
use super::blocks::{Block, sentences};
use super::lexicon::Lexicon;
use super::when::ORDINALS;

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

/// How many paragraphs tell of the meeting.
const FIRST: usize = 12;

/// Reads the frame, without the next meetings (they follow from the commitments).
///
/// 1. The heading, and what a line of place and date below it says.
/// 2. The date at the head of a press release, on which `today` and `yesterday` are told.
/// 3. The sentences that tell of the meeting; the title, where none does.
pub fn frame(blocks: &[Block], lexicon: &Lexicon, parties: &[String]) -> Frame {
    let Heading {
        title,
        place,
        dated: below,
    } = heading(blocks, lexicon);
    let mut frame = Frame {
        title,
        parties: parties.to_vec(),
        ..Frame::default()
    };
    let mut on = blocks
        .iter()
        .take(8)
        .filter_map(|block| dateline(&block.tokens));
    let reported = on.next().map(|(day, _)| day);
    let noted = || blocks.first().and_then(|block| issued_on(&block.tokens));
    let reported = reported.or_else(noted);
    for block in blocks.iter().take(FIRST) {
        for (start, end) in sentences(&block.tokens) {
            held(&block.tokens, (start, end), reported, lexicon, &mut frame);
            co_chairs(&block.tokens, (start, end), &mut frame);
        }
    }
    from_title(lexicon, &mut frame);
    if let (None, Some(day)) = (frame.held, below.filter(|_| frame.meeting.is_some())) {
        frame.held = Some(day);
        frame.place = frame.place.take().or(place);
    }
    frame.dated = reported
        .or_else(|| at_the_end(blocks))
        .or_else(|| at_the_top(blocks))
        .or(frame.held.map(|(_, last)| last));
    frame
}

impl Frame {
    /// A document of a day is not the outcome of a meeting a year and more before it, which it recalls.
    pub fn forget_what_it_recalls(&mut self, issued: NaiveDate) {
        let year = Days::new(366);
        if self.held.is_some_and(|(_, last)| last + year < issued) {
            self.held = None;
            self.place = None;
            self.meeting = None;
            self.ordinal = None;
        }
    }
}

/// `Phnom Penh, 23 April 2025`
fn at_the_end(blocks: &[Block]) -> Option<NaiveDate> {
    let last = blocks.last_chunk::<4>().map_or(blocks, |last| &last[..]);
    let short = last.iter().rev().filter(|block| block.tokens.len() <= 40);
    short.filter_map(first_day).next()
}

fn at_the_top(blocks: &[Block]) -> Option<NaiveDate> {
    let top = blocks.iter().take(8).filter(|b| b.tokens.len() <= 12);
    top.filter_map(first_day).next()
}

fn first_day(block: &Block) -> Option<NaiveDate> {
    let day = (0..block.tokens.len()).find_map(|at| day_at(&block.tokens, at));
    day.map(|(_, last, _)| last)
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

#[cfg(test)]
mod tests;
