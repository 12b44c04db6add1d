//! Small records, and what their rehearsals say in one line each.

use chrono::NaiveDate;

use crate::domain::book::Book;
use crate::domain::directory::Directory;
use crate::planner::rehearse::{Rehearsal, rehearse};
use crate::record::read_text;

/// A desk in Phnom Penh with a head and a SOM leader, who has a deputy; 18 June is a holiday.
pub const HOUSE: &str = r#"
schema = 1
calendar = [{ id = "kh", name = "Phnom Penh", timezone = "Asia/Phnom_Penh", holidays = ["2025-06-18"] }]
party = [{ id = "asean", name = "ASEAN" }]

[[desk]]
id = "desk"
name = "Desk"
email = "desk@mfa.example.org"
calendar = "kh"
head = "head"
som_leader = "leader"

[[partnership]]
id = "asean-us"
name = "ASEAN-U.S."
desk = "desk"
"#;

/// The people of the house, without habits.
pub const PEOPLE: &str = r#"
[[person]]
id = "head"
name = "Head"
email = "head@mfa.example.org"

[[person]]
id = "leader"
name = "SOM Leader"
email = "leader@mfa.example.org"

[[person]]
id = "deputy"
name = "Deputy"
email = "deputy@mfa.example.org"
calendar = "kh"
"#;

/// A deliverable of the desk, opened on 1 April 2025, with further lines of its own.
pub fn deliverable(reference: &str, lines: &str) -> String {
    format!(
        "\n[[commitment]]\nref = \"{reference}\"\ntitle = \"{reference}\"\npromise = \"will\"\nkind = \"deliverable\"\n\
         lead = \"desk\"\nopened = \"2025-04-01\"\npartnership = \"asean-us\"\n{lines}\n"
    )
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

pub fn book(parts: &[&str]) -> Book {
    let text = parts.concat();
    read_text("r.toml", &text).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// The same book, with something about its directory changed.
pub fn changed(mut book: Book, change: impl FnOnce(&mut Directory)) -> Book {
    change(std::sync::Arc::make_mut(&mut book.directory));
    book
}

pub fn rehearsed(book: &Book, from: &str, until: &str) -> Rehearsal {
    rehearse(book, day(from), day(until), None)
}

/// What leaves, an item a line: `2025-06-13T01:00 desk before-7 US37-01`, with the one in whose place
/// it is heard, and a digest's or a brief's reason for its line.
pub fn told(rehearsal: &Rehearsal) -> Vec<String> {
    let notices = rehearsal.notices.iter();
    let lines = notices.flat_map(|n| {
        n.notice.items.iter().map(|item| {
            let place = &item.because.in_place_of;
            let place = place.as_ref().map(|p| format!(" for {p}"));
            let line = item.line.map(|l| format!(" {l}"));
            format!(
                "{} {}{} {}{} {}",
                n.at.format("%Y-%m-%dT%H:%M"),
                n.notice.recipient,
                place.unwrap_or_default(),
                item.rule,
                line.unwrap_or_default(),
                item.commitment
            )
        })
    });
    lines.collect()
}

/// Those of the lines that hold all of the words.
pub fn lines_with(rehearsal: &Rehearsal, words: &[&str]) -> Vec<String> {
    let mut lines = told(rehearsal);
    lines.retain(|line| words.iter().all(|w| line.contains(w)));
    lines
}

/// What is skipped: `2025-06-13 desk before-7 US37-01 answered`.
pub fn skipped(rehearsal: &Rehearsal) -> Vec<String> {
    let skipped = rehearsal.skipped.iter();
    let lines = skipped.map(|s| {
        let o = &s.occurrence;
        let about = &o.items[0].commitment;
        format!("{} {} {} {about} {}", o.date, o.recipient, o.rule, s.reason)
    });
    lines.collect()
}
