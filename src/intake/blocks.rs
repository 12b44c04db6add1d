//! Paragraphs of a document: what stands between blank lines, put together again where a blank line
//! broke a sentence, and taken apart where a list begins.

use super::tokens::{Token, tokenize};

/// A paragraph, a heading or an item of a list.
#[derive(Debug, Clone)]
pub struct Block {
    pub tokens: Vec<Token>,
    /// `1.`, `(a)`, a bullet: an item of a list or a numbered paragraph.
    pub marked: bool,
    /// How it is marked.
    pub mark: Option<Mark>,
    /// Its place among the paragraphs of the document, from 1.
    pub paragraph: u32,
}

/// Ways of marking an item; a list has one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    Bullet,
    /// `1.`
    Number,
    /// `1.1`
    Levels,
    /// `a)`, `iv.`
    Letter,
}

/// How a text that begins with a marker is marked.
fn mark_of(text: &[char]) -> Mark {
    let open = usize::from(text.first() == Some(&'('));
    let label = text[open..]
        .iter()
        .take_while(|c| c.is_alphanumeric() || **c == '.');
    let label: String = label.collect();
    let label = label.trim_end_matches('.');
    match label.chars().next() {
        Some(c) if c.is_ascii_digit() && label.contains('.') => Mark::Levels,
        Some(c) if c.is_ascii_digit() => Mark::Number,
        Some('o') | None => Mark::Bullet,
        Some(_) => Mark::Letter,
    }
}

impl Block {
    /// Short, without an end: a title, a letterhead, a signature.
    pub fn is_heading(&self) -> bool {
        self.tokens.len() <= 25
            && self
                .tokens
                .last()
                .is_some_and(|t| !t.is_any(&[".", ";", ":", "?", "!", ","]))
    }

    /// Ends in a colon, or in a dash that opens a list.
    pub fn opens_list(&self) -> bool {
        self.tokens
            .last()
            .is_some_and(|t| t.is_any(&[":", "\u{2014}"]))
    }
}

/// A line that is not blank.
#[derive(Debug, Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    /// A blank line stands before it.
    apart: bool,
    marked: bool,
}

/// The longest line of a text that was wrapped, in code points.
const WRAPPED: usize = 130;

/// The paragraphs of a text.
pub fn blocks(chars: &[char]) -> Vec<Block> {
    let lines = lines(chars);
    // Lines of a text that was wrapped, a few of which may have been glued; in any other text each
    // line is a paragraph.
    let long = lines.iter().filter(|l| l.end - l.start > WRAPPED).count();
    let full = lines
        .iter()
        .filter(|l| (60..=WRAPPED).contains(&(l.end - l.start)))
        .count();
    let wrapped = long == 0 || full >= 10 && long * 20 <= full;
    let lengths = lines.iter().map(|l| l.end - l.start);
    let widest = lengths
        .filter(|n| !wrapped || *n <= WRAPPED)
        .max()
        .unwrap_or(0);
    let mut found: Vec<(usize, usize, bool, u32)> = Vec::new();
    let mut paragraph = 0;
    let mut before: Option<Line> = None;
    for line in lines {
        if line.apart || paragraph == 0 {
            paragraph += 1;
        }
        let goes_on = before.is_some_and(|b| belongs(chars, b, line, wrapped, widest));
        match found.last_mut() {
            Some(last) if goes_on => last.1 = line.end,
            _ => found.push((line.start, line.end, line.marked, paragraph)),
        }
        before = Some(line);
    }
    found
        .into_iter()
        .map(|(start, end, marked, paragraph)| Block {
            tokens: without_marker(tokenize(chars, start, end), marked),
            marked,
            mark: marked.then(|| mark_of(&chars[start..end])),
            paragraph,
        })
        .filter(|block| !block.tokens.is_empty())
        .collect()
}

fn lines(chars: &[char]) -> Vec<Line> {
    let mut lines = Vec::new();
    let (mut at, mut apart) = (0, false);
    for line in chars.split(|c| *c == '\n' || *c == '\u{2028}' || *c == '\u{2029}' || *c == '\u{c}')
    {
        let (from, to) = (at, at + line.len());
        at = to + 1;
        let blank = |c: &char| c.is_whitespace() || c.is_control();
        let Some(first) = line.iter().position(|c| !blank(c)) else {
            apart = true;
            continue;
        };
        let last = line.iter().rposition(|c| !blank(c)).unwrap_or(first);
        lines.push(Line {
            start: from + first,
            end: (from + last + 1).min(to),
            apart,
            marked: marker(&line[first..]) > 0,
        });
        apart = false;
    }
    lines
}

/// The length of a list marker at the beginning of a line, or 0.
fn marker(line: &[char]) -> usize {
    let mut at = 0;
    if matches!(
        line[0],
        '-' | '*'
            | '\u{2022}'
            | '\u{2013}'
            | '\u{2014}'
            | '\u{25CF}'
            | '\u{25AA}'
            | '\u{F0B7}'
            | '\u{2023}'
            | '\u{B7}'
            | 'o'
    ) {
        let spaced = line.get(1).is_some_and(|c| c.is_whitespace());
        return usize::from(spaced);
    }
    let open = line[0] == '(';
    at += usize::from(open);
    let label = line[at..]
        .iter()
        .take(8)
        .take_while(|c| c.is_ascii_alphanumeric() || **c == '.');
    let label: String = label.collect();
    let stripped = label.trim_end_matches('.');
    let letters = stripped.len();
    let numeric = stripped.chars().all(|c| c.is_ascii_digit() || c == '.') && letters > 0;
    let roman = !stripped.is_empty() && stripped.chars().all(|c| "ivxIVX".contains(c));
    let letter = letters == 1 && stripped.chars().all(|c| c.is_ascii_alphabetic());
    if !(numeric && (letters <= 3 || stripped.contains('.')) || roman || letter) {
        return 0;
    }
    at += label.len();
    // `1.1 Strengthen`: several levels need no closing mark.
    let levels = numeric && stripped.contains('.') && !stripped.contains("..");
    let heads = line.get(at).is_some_and(|c| c.is_whitespace())
        && line[at..]
            .iter()
            .find(|c| !c.is_whitespace())
            .is_some_and(|c| c.is_uppercase());
    if levels && heads && !open {
        return at;
    }
    let closed = label.ends_with('.') || line.get(at).is_some_and(|c| matches!(c, ')' | ']'));
    let spaced = line
        .get(at)
        .is_some_and(|c| c.is_whitespace() || matches!(c, ')' | ']'));
    match (closed && spaced, letter && !open && label.ends_with('.')) {
        (false, _) => 0,
        // `A. Political cooperation` is a marker; the initial of a name is not told apart here.
        (true, _) => at,
    }
}

fn without_marker(mut tokens: Vec<Token>, marked: bool) -> Vec<Token> {
    if marked {
        let is_mark =
            |t: &Token| t.is_any(&["-", "*", "\u{2022}", "\u{2014}", "o", ")", "(", "]", "."]);
        let label = |t: &Token| t.text.len() <= 8 && t.is_word();
        let mut drop = 0;
        if tokens.first().is_some_and(|t| t.is("(")) {
            drop = 1;
        }
        if tokens.get(drop).is_some_and(|t| label(t) || is_mark(t)) {
            drop += 1;
        }
        while tokens.get(drop).is_some_and(|t| is_mark(t) && !t.spaced) {
            drop += 1;
        }
        tokens.drain(..drop.min(tokens.len()));
    }
    tokens
}

/// Words that cannot end a sentence.
const DANGLING: [&str; 26] = [
    "the", "a", "an", "of", "in", "at", "on", "to", "for", "by", "with", "from", "and", "or", "as",
    "its", "their", "our", "be", "will", "is", "are", "that", "which", "under", "between",
];

/// Whether a line goes on with the sentence of the line before it.
fn belongs(chars: &[char], before: Line, line: Line, wrapped: bool, widest: usize) -> bool {
    if line.marked {
        return false;
    }
    let text = &chars[before.start..before.end];
    let last = text[text.len() - 1];
    if matches!(last, '.' | ';' | ':' | '!' | '?') && (line.apart || !wrapped) {
        return false;
    }
    let word: String = text
        .iter()
        .rev()
        .take_while(|c| c.is_alphanumeric())
        .take(10)
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect();
    let dangling = DANGLING.contains(&word.to_lowercase().as_str()) && word != "A";
    let shouted = text
        .iter()
        .filter(|c| c.is_alphabetic())
        .all(|c| c.is_uppercase());
    let small = chars[line.start].is_lowercase();
    let broken_word = last == '-';
    if line.apart || !wrapped {
        return dangling && !shouted || broken_word || small && !shouted;
    }
    let full = before.end - before.start;
    let short = full * 10 < widest * 6;
    let ended = matches!(last, '.' | ';' | ':' | '!' | '?');
    dangling || broken_word || small || last == ',' || !(short || ended && full * 10 < widest * 8)
}

/// Words that begin a sentence when they stand behind `U.S.` with a capital.
const STARTERS: [&str; 46] = [
    "the",
    "we",
    "both",
    "he",
    "she",
    "they",
    "it",
    "in",
    "on",
    "at",
    "to",
    "this",
    "these",
    "those",
    "that",
    "as",
    "for",
    "with",
    "our",
    "participants",
    "all",
    "through",
    "by",
    "under",
    "while",
    "during",
    "such",
    "there",
    "their",
    "its",
    "also",
    "further",
    "furthermore",
    "moreover",
    "additionally",
    "following",
    "noting",
    "recognising",
    "recognizing",
    "building",
    "together",
    "today",
    "looking",
    "finally",
    "here",
    "co-chairs",
];

/// The sentences of a paragraph, as ranges of its tokens.
pub fn sentences(tokens: &[Token]) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = 0;
    for at in 0..tokens.len() {
        let Some(next) = tokens.get(at + 1) else {
            break;
        };
        let token = &tokens[at];
        let opens = next.is_capital() || next.is_number() || next.is("\"") || next.is("(");
        let ends = match &*token.text {
            "." | "!" | "?" => opens || next.is("\u{2022}"),
            _ if token.is_dotted() => {
                next.is_capital() && next.spaced && next.is_any(&STARTERS) && !is_initial(token)
            }
            _ => false,
        };
        // A closing quotation mark belongs to the sentence before it.
        let quoted =
            next.is("\"") && !next.spaced && tokens.get(at + 2).is_some_and(Token::is_capital);
        if ends && quoted {
            found.push((start, at + 2));
            start = at + 2;
        } else if ends && (next.spaced || !next.is("\"")) {
            found.push((start, at + 1));
            start = at + 1;
        }
    }
    if start < tokens.len() {
        found.push((start, tokens.len()));
    }
    found
}

/// `K.`, as in a name.
fn is_initial(token: &Token) -> bool {
    token.text.chars().count() == 2
}
