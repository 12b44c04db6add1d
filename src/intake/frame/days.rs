//! Days of the calendar among the words of a document.

use chrono::{Days, NaiveDate};

use crate::domain::deadline::{MeetingDate, Span};
use crate::intake::tokens::Token;

/// A day of the calendar, or a span of them, that begins at a token, and one past its last token.
pub fn day_at(tokens: &[Token], at: usize) -> Option<(NaiveDate, NaiveDate, usize)> {
    let word = |n: usize| tokens.get(at + n).map_or("", |t| &*t.text);
    let joins = |n: usize| matches!(word(n), "-" | "\u{2013}" | "\u{2014}" | "to" | "and");
    let mut tries = vec![
        (3, format!("{} {} {}", word(0), word(1), word(2))),
        (4, format!("{} {} {}", word(1), word(0), word(3))),
        (3, format!("{} {} {}", word(1), word(0), word(2))),
        (1, word(0).to_owned()),
    ];
    if joins(1) {
        let text = format!("{}-{} {} {}", word(0), word(2), word(3), word(4));
        tries.insert(0, (5, text));
    }
    if joins(2) {
        let text = |year: usize| format!("{}-{} {} {}", word(1), word(3), word(0), word(year));
        tries.insert(0, (5, text(4)));
        tries.insert(0, (6, text(5)));
    }
    tries.into_iter().find_map(|(length, text)| {
        let (first, last) = days(&text)?;
        Some((first, last, at + length))
    })
}

fn days(text: &str) -> Option<(NaiveDate, NaiveDate)> {
    match MeetingDate::parse(text).ok()?.span {
        Span::Day(day) => Some((day, day)),
        Span::Days(first, last) => Some((first, last)),
        _ => None,
    }
}

/// A day without its year, as a document that was issued on a day means it: `12 April`, `April 12`.
pub fn day_of_the_year(tokens: &[Token], at: usize, issued: NaiveDate) -> Option<NaiveDate> {
    use chrono::Datelike;
    let word = |n: usize| tokens.get(at + n).map_or("", |t| &*t.text);
    let in_year = |year: i32| {
        let tries = [
            format!("{} {} {year}", word(0), word(1)),
            format!("{} {} {year}", word(1), word(0)),
        ];
        tries.iter().find_map(|text| days(text))
    };
    let (day, _) = in_year(issued.year())?;
    // What was held is not to come.
    match day > issued + Days::new(31) {
        true => in_year(issued.year() - 1).map(|(day, _)| day),
        false => Some(day),
    }
}

/// The day of which a note before the text says that it was issued then: `a joint statement issued on
/// July 23, 2009, in Phuket`.
pub fn issued_on(tokens: &[Token]) -> Option<NaiveDate> {
    let issued = tokens.iter().position(|t| t.is("issued"))?;
    let near = issued..tokens.len().min(issued + 4);
    near.filter_map(|n| day_at(tokens, n))
        .map(|(_, day, _)| day)
        .next()
}

/// The date at the head of a press release, and one past it: `JAKARTA, 5 June 2020 – `.
pub fn dateline(tokens: &[Token]) -> Option<(NaiveDate, usize)> {
    const FEW: usize = 6;
    let at = (1..tokens.len().min(FEW)).find(|n| day_at(tokens, *n).is_some())?;
    let (_, day, behind) = day_at(tokens, at)?;
    let is_place = |t: &Token| t.is_capital() || t.is_any(&[",", "("]);
    let dash = tokens.get(behind)?;
    let is_dash = dash.is_any(&["-", "\u{2013}", "\u{2014}", ":"]);
    (is_dash && tokens[..at].iter().all(is_place)).then_some((day, behind + 1))
}
