//! The meeting that a document is the outcome of: which one, when, and where.

use chrono::NaiveDate;

use super::days::{dateline, day_at, day_of_the_year};
use super::{Frame, ordinal_number};
use crate::intake::lexicon::Lexicon;
use crate::intake::names::{Named, names, words};
use crate::intake::tokens::{Token, tokenize_phrase};
use crate::intake::when::is_ordinal;

/// "The 37th ASEAN-U.S. Dialogue was held on 22 April 2025 in Siem Reap". `reported`: the day of a press
/// release, of which `today` is said.
pub fn held(
    tokens: &[Token],
    (start, end): (usize, usize),
    reported: Option<NaiveDate>,
    lexicon: &Lexicon,
    frame: &mut Frame,
) {
    if frame.held.is_some() {
        return;
    }
    // The day of the report is not the day of the meeting.
    let start = match start {
        0 => dateline(tokens).map_or(0, |(_, behind)| behind),
        start => start,
    };
    let took = (start..end).find(|n| {
        tokens[*n].is_any(&["held", "met", "gathered", "convened", "occasion", "hosted"])
    });
    let Some(took) = took else { return };
    let near = took.saturating_sub(30).max(start)..end.min(took + 40);
    let day = near
        .clone()
        .find_map(|n| day_at(tokens, n).map(|(first, last, behind)| (n, (first, last), behind)));
    let day = day.or_else(|| told_of(tokens, near, reported?));
    let Some((at, days, behind)) = day else {
        return;
    };
    frame.held = Some(days);
    if let Some((from, to)) = meeting(tokens, (start, end), took, lexicon) {
        frame.meeting = Some(words(tokens, from, to));
        let ordinal = (from..to).find(|n| is_ordinal(&tokens[*n]));
        frame.ordinal = ordinal.and_then(|n| ordinal_number(&tokens[n].lower));
    }
    let place = place(tokens, (behind.min(end), end.min(behind + 12)), end);
    frame.place = place.or_else(|| self::place(tokens, (took, at.max(took)), end));
}

/// A day that is told of another: `today`, `yesterday`, `12 April`.
fn told_of(
    tokens: &[Token],
    near: std::ops::Range<usize>,
    reported: NaiveDate,
) -> Option<(usize, (NaiveDate, NaiveDate), usize)> {
    let one = |n: usize, day: NaiveDate, length: usize| (n, (day, day), n + length);
    let mut near = near;
    near.find_map(|n| match &*tokens[n].lower {
        "today" => Some(one(n, reported, 1)),
        "yesterday" => Some(one(n, reported.pred_opt()?, 1)),
        _ => day_of_the_year(tokens, n, reported).map(|day| one(n, day, 2)),
    })
}

/// The meeting of a sentence.
///
/// 1. A numbered one before the word that it took place.
/// 2. One on whose occasion people met.
/// 3. A numbered one, else the first.
fn meeting(
    tokens: &[Token],
    (start, end): (usize, usize),
    took: usize,
    lexicon: &Lexicon,
) -> Option<(usize, usize)> {
    let meetings = names(tokens, start, end, lexicon);
    let meetings: Vec<(usize, usize)> = meetings
        .into_iter()
        .filter(|named| is_meeting(tokens, named) && !is_past(tokens, named))
        .map(|named| own(tokens, named, lexicon))
        .collect();
    let numbered = |(from, to): &&(usize, usize)| (*from..*to).any(|n| is_ordinal(&tokens[n]));
    let before = |named: &&(usize, usize)| named.1 <= took;
    let on_occasion = |(from, _): &&(usize, usize)| {
        let near = from.saturating_sub(4)..*from;
        tokens[near].iter().any(|t| t.is("occasion"))
    };
    let all = || meetings.iter();
    let found = all().filter(before).find(numbered);
    let found = found.or_else(|| all().find(on_occasion));
    found
        .or_else(|| all().find(numbered))
        .or_else(|| all().next())
        .copied()
        .or_else(|| numbered_subject(tokens, start, took))
}

/// `5th Meeting of the Joint Committee` is one, whatever its last word is; an anniversary is none.
fn is_meeting(tokens: &[Token], named: &Named) -> bool {
    let words = &tokens[named.from..named.to];
    let is_session = words.first().is_some_and(is_ordinal)
        && words
            .get(1)
            .is_some_and(|t| t.is_any(&["meeting", "session"]));
    let is_day = words
        .iter()
        .any(|t| t.is_any(&["anniversary", "relations"]));
    (named.meeting || is_session) && !is_day
}

/// What met, where its name has no word for a meeting: `The second Nuclear Consultative Group convened`.
fn numbered_subject(tokens: &[Token], start: usize, took: usize) -> Option<(usize, usize)> {
    let is_verb = |n: usize| tokens[n].is_any(&["was", "were", "has", "been"]);
    let mut to = took;
    while to > start && is_verb(to - 1) {
        to -= 1;
    }
    let is_of_name = |t: &Token| {
        t.is_capital() || t.is_any(&["of", "the", "and", "on", "for", "(", ")", "-", "'s"])
    };
    let mut from = to;
    while from > start && is_of_name(&tokens[from - 1]) && !is_ordinal(&tokens[from - 1]) {
        from -= 1;
    }
    let first = from.checked_sub(1).filter(|n| *n >= start)?;
    (from < to && is_ordinal(&tokens[first]) && tokens[from].is_capital()).then_some((first, to))
}

/// It was another time: `the last Summit`, `the Summit held in 2017`.
fn is_past(tokens: &[Token], named: &Named) -> bool {
    let before = &tokens[named.from.saturating_sub(2)..named.from];
    let behind = &tokens[named.to..tokens.len().min(named.to + 3)];
    let in_a_year = behind.windows(3).any(|three| {
        let year = three[2].is_number() && three[2].text.len() == 4;
        three[0].is("held") && three[1].is("in") && year
    });
    in_a_year
        || before
            .iter()
            .any(|t| t.is_any(&["last", "previous", "earlier", "past"]))
}

/// The name without what a place before it adds: `Manado, Indonesia for the Meeting on ...`.
fn own(tokens: &[Token], named: Named, lexicon: &Lexicon) -> (usize, usize) {
    let Named { from, to, .. } = named;
    let names = |n: usize| tokens[n].is_capital() && lexicon.meetings.contains(&*tokens[n].lower);
    let cut = (from + 1..to).find(|n| tokens[*n].is("for") && !(from..*n).any(names));
    let cut = cut.map(|n| n + 1 + usize::from(tokens.get(n + 1).is_some_and(|t| t.is("the"))));
    (cut.filter(|cut| *cut < to).unwrap_or(from), to)
}

/// `in Siem Reap, Cambodia`: behind a preposition between two tokens, as far as the names reach.
fn place(tokens: &[Token], (from, to): (usize, usize), end: usize) -> Option<String> {
    let is_name = |n: usize| n < end && tokens[n].is_capital() && tokens[n].is_word();
    let at = (from..to).find(|n| tokens[*n].is_any(&["in", "at"]) && is_name(n + 1))?;
    let mut stop = at + 1;
    while stop < end {
        let is_of = tokens[stop].is("of") && (is_name(stop + 1) || is_the_name(tokens, stop + 1));
        let is_part =
            tokens[stop].is_any(&[",", "'s"]) && is_name(stop + 1) && !is_day(tokens, stop + 1);
        let is_more = is_name(stop) && !is_day(tokens, stop);
        if !(is_of || is_part || is_more || tokens[stop].is("the") && is_name(stop + 1)) {
            break;
        }
        stop += 1;
    }
    (stop > at + 1).then(|| words(tokens, at + 1, stop))
}

fn is_the_name(tokens: &[Token], at: usize) -> bool {
    let next = tokens.get(at + 1).is_some_and(Token::is_capital);
    tokens.get(at).is_some_and(|t| t.is("the")) && next
}

/// A date begins there: `Jakarta, Monday`, `Jakarta, November 12, 2022`.
fn is_day(tokens: &[Token], at: usize) -> bool {
    day_at(tokens, at).is_some() || tokens[at].lower.ends_with("day") && tokens[at].text.len() > 5
}

/// Which meeting it is by the title, where no sentence told it.
pub fn from_title(lexicon: &Lexicon, frame: &mut Frame) {
    let (None, Some(title)) = (&frame.meeting, &frame.title) else {
        return;
    };
    let tokens = tokenize_phrase(title);
    let named = names(&tokens, 0, tokens.len(), lexicon);
    let numbered = named.iter().filter(|n| n.meeting).find_map(|named| {
        let first = (named.from..named.to).find(|n| is_ordinal(&tokens[*n]))?;
        Some((first, named.to))
    });
    let Some((from, to)) = numbered else { return };
    frame.meeting = Some(words(&tokens, from, to));
    frame.ordinal = ordinal_number(&tokens[from].lower);
}
