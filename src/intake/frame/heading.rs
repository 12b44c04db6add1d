//! The title: a heading that names a meeting or says what the document is, before its first paragraph.

use chrono::NaiveDate;

use super::days::{dateline, day_at};
use crate::intake::blocks::Block;
use crate::intake::lexicon::Lexicon;
use crate::intake::names::words;
use crate::intake::tokens::Token;

/// What stands above the first paragraph.
#[derive(Debug, Default)]
pub struct Heading {
    pub title: Option<String>,
    /// Of a line of place and date.
    pub place: Option<String>,
    pub dated: Option<(NaiveDate, NaiveDate)>,
}

/// Words for what a document is.
const KINDS: [&str; 14] = [
    "statement",
    "declaration",
    "communique",
    "communiqué",
    "outcomes",
    "summary",
    "readout",
    "vision",
    "principles",
    "release",
    "memorandum",
    "accord",
    "conclusions",
    "joint",
];

/// Words of a letterhead.
const LETTERHEAD: [&str; 6] = ["ministry", "department", "email", "fax", "tel", "source"];

/// How many paragraphs may stand above the title.
const TOP: usize = 14;
/// The longest title, in tokens.
const LONGEST: usize = 45;

/// The heading of a document.
pub fn heading(blocks: &[Block], lexicon: &Lexicon) -> Heading {
    let above = blocks.iter().take(TOP).take_while(|b| !is_prose(b));
    let above: Vec<&Block> = above.filter(|b| !b.marked).collect();
    let dated = above.iter().find_map(|block| place_and_date(&block.tokens));
    let (place, dated) = match dated {
        Some((place, first, last)) => (place, Some((first, last))),
        None => (None, None),
    };
    let lines: Vec<&Block> = above
        .iter()
        .copied()
        .filter(|b| is_line(b) && !is_letterhead(b) && place_and_date(&b.tokens).is_none())
        .collect();
    let says = |block: &Block| {
        let names = |t: &Token| t.is_capital() && lexicon.meetings.contains(&*t.lower);
        block.tokens.iter().any(|t| t.is_any(&KINDS) || names(t))
    };
    let found = lines.iter().position(|block| says(block));
    let found = found.or_else(|| lines.iter().position(|block| block.tokens.len() >= 4));
    let title = found.map(|at| match is_bare(lines[at]) {
        true => with_what_it_is_of(lines[at], &lines[at + 1..], lexicon),
        false => written(&lines[at].tokens, lexicon),
    });
    Heading {
        title,
        place,
        dated,
    }
}

/// The first paragraph: a sentence, or a numbered one.
fn is_prose(block: &Block) -> bool {
    let ends = block
        .tokens
        .last()
        .is_some_and(|t| t.is_any(&[".", ";", ":"]));
    let length = block.tokens.len();
    let begins = dateline(&block.tokens).is_some();
    begins || length > LONGEST || ends && (length > 12 || block.marked && length > 6)
}

fn is_line(block: &Block) -> bool {
    let ends = [".", ";", ":", "?", "!", ","];
    let last = block.tokens.last();
    block.tokens.len() <= LONGEST && last.is_some_and(|t| !t.is_any(&ends))
}

/// The sender's lines, and `PRESS RELEASE` by itself.
fn is_letterhead(block: &Block) -> bool {
    let tokens = &block.tokens;
    let is_release = tokens.len() <= 3 && tokens.last().is_some_and(|t| t.is("release"));
    is_release || tokens.iter().any(|t| t.is_any(&LETTERHEAD))
}

/// It says what the document is, and not of what: `JOINT STATEMENT`.
fn is_bare(block: &Block) -> bool {
    let tokens = &block.tokens;
    tokens.len() <= 4 && tokens.last().is_some_and(|t| t.is_any(&KINDS))
}

/// `Chairman's Statement of the 26th Meeting`, of two lines: the next, or the next that names a meeting.
fn with_what_it_is_of(block: &Block, behind: &[&Block], lexicon: &Lexicon) -> String {
    let title = written(&block.tokens, lexicon);
    let is_of_meeting = |block: &&&Block| {
        let mut words = block.tokens.iter();
        words.any(|t| t.is_capital() && lexicon.meetings.contains(&*t.lower))
    };
    let next = behind.first().filter(|next| goes_on(next));
    let Some(next) = next.or_else(|| behind.iter().find(is_of_meeting)) else {
        return title;
    };
    let rest = written(&next.tokens, lexicon);
    match goes_on(next) {
        true => {
            let mut chars = rest.chars();
            let first = chars.next().map(|c| c.to_lowercase().to_string());
            format!("{title} {}{}", first.unwrap_or_default(), chars.as_str())
        }
        false => format!("{title}: {rest}"),
    }
}

/// `OF THE 26TH MEETING`
fn goes_on(block: &Block) -> bool {
    let first = block.tokens.first();
    first.is_some_and(|t| t.is_any(&["of", "on", "by", "for", "at", "from", "to", "between", "in"]))
}

/// A line of a date, with a place before it or alone: `Ha Noi, 30 October 2010`, `May 15-16, 2010`.
fn place_and_date(tokens: &[Token]) -> Option<(Option<String>, NaiveDate, NaiveDate)> {
    const FEW: usize = 9;
    if tokens.len() > FEW {
        return None;
    }
    let at = (0..tokens.len()).find(|n| day_at(tokens, *n).is_some())?;
    let (first, last, behind) = day_at(tokens, at)?;
    let is_name = |t: &Token| t.is_capital() && !t.is_number() || t.is_any(&[",", "(", "on", "-"]);
    let is_all = behind == tokens.len() || tokens[behind..].iter().all(|t| t.is_any(&[".", ")"]));
    if !is_all || !tokens[..at].iter().all(is_name) {
        return None;
    }
    let end = (0..at).rev().find(|n| tokens[*n].is_capital());
    let place = end.map(|end| words(tokens, 0, end + 1));
    let is_place = |place: &String| !place.starts_with("Updated") && !place.starts_with("Issued");
    Some((place.filter(is_place), first, last))
}

/// The words of a heading; what is written in capitals throughout is written as other titles are.
fn written(tokens: &[Token], lexicon: &Lexicon) -> String {
    let text = words(tokens, 0, tokens.len());
    let letters: Vec<char> = text.chars().filter(|c| c.is_alphabetic()).collect();
    let small = letters.iter().filter(|c| c.is_lowercase()).count();
    match small * 5 > letters.len() {
        true => text,
        false => text
            .split(' ')
            .enumerate()
            .map(|(n, word)| spoken(word, n == 0, lexicon))
            .collect::<Vec<_>>()
            .join(" "),
    }
}

const SMALL: [&str; 22] = [
    "of", "the", "on", "and", "for", "in", "with", "to", "by", "at", "from", "between", "among",
    "under", "a", "an", "as", "into", "or", "its", "their", "our",
];

/// Short words that are no abbreviations.
const WORDS: [&str; 9] = [
    "sub", "new", "two", "six", "one", "ten", "sea", "war", "age",
];

/// A word of a title that was written in capitals.
fn spoken(word: &str, is_first: bool, lexicon: &Lexicon) -> String {
    let lower = word.to_lowercase();
    if SMALL.contains(&&*lower) && !is_first || word.starts_with(|c: char| c.is_ascii_digit()) {
        return lower;
    }
    let parts = word.split('-').map(|part| {
        let lower = part.to_lowercase();
        let letters = part.chars().filter(|c| c.is_alphabetic()).count();
        let plain: String = part.chars().filter(|c| c.is_alphanumeric()).collect();
        let label = lexicon.name_of_word(&plain.to_lowercase());
        let label = label.map(|name| lexicon.name_at(name).label.as_str());
        let is_label = label.is_some_and(|label| label.split(' ').any(|word| word == plain));
        let is_unspoken = !plain.contains(['A', 'E', 'I', 'O', 'U', 'Y']);
        let is_short = letters <= 3 && !WORDS.contains(&&*lower) && !SMALL.contains(&&*lower);
        match is_label || is_short || is_unspoken || part.contains('.') {
            true => part.to_owned(),
            false => with_a_capital(&lower),
        }
    });
    parts.collect::<Vec<_>>().join("-")
}

fn with_a_capital(lower: &str) -> String {
    let at = lower.find(char::is_alphabetic).unwrap_or(0);
    let (before, from) = lower.split_at(at);
    let mut chars = from.chars();
    let first: String = chars
        .next()
        .map_or(String::new(), |c| c.to_uppercase().collect());
    format!("{before}{first}{}", chars.as_str())
}
