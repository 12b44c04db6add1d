//! The time words of a clause, and the window they mean on the day of the document.
//!
//! A year within a name is no deadline: `Plan of Action (2021-2025)`, `the 2030 Agenda`. What is
//! over on the day of the document is none either. `in 2025` is clipped to what is left of it;
//! `by 2030` begins on the day of the document.

use chrono::{Datelike, NaiveDate};

use super::lexicon::Lexicon;
use super::tokens::Token;
use crate::domain::deadline::{Span, Window};

mod meetings;
mod recurring;
mod spans;

pub use meetings::KnownMeetings;

/// A deadline as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Tokens: first, and one past the last.
    pub from: usize,
    pub to: usize,
    pub earliest: Option<NaiveDate>,
    pub latest: Option<NaiveDate>,
    pub precision: Precision,
    /// An ISO 8601 duration, or `regular`: it comes round again.
    pub recurrence: Option<String>,
}

/// How finely a deadline is dated.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    Day,
    Month,
    Quarter,
    Year,
    Range,
    /// It hangs on a meeting.
    Event,
}

/// Time words found at a place.
#[derive(Debug, Clone, Copy)]
struct Found {
    to: usize,
    window: Window,
    precision: Precision,
}

const MONTHS: [(&str, u32); 24] = [
    ("january", 1),
    ("february", 2),
    ("march", 3),
    ("april", 4),
    ("may", 5),
    ("june", 6),
    ("july", 7),
    ("august", 8),
    ("september", 9),
    ("october", 10),
    ("november", 11),
    ("december", 12),
    ("jan.", 1),
    ("feb.", 2),
    ("mar.", 3),
    ("apr.", 4),
    ("jun.", 6),
    ("jul.", 7),
    ("aug.", 8),
    ("sep.", 9),
    ("sept.", 9),
    ("oct.", 10),
    ("nov.", 11),
    ("dec.", 12),
];

fn month_of(word: &str) -> Option<u32> {
    MONTHS
        .iter()
        .find(|(name, _)| *name == word)
        .map(|(_, n)| *n)
}

fn year_of(word: &str) -> Option<i32> {
    let year = (word.len() == 4).then(|| word.parse().ok()).flatten()?;
    (1900..2200).contains(&year).then_some(year)
}

fn number_of(word: &str) -> Option<i64> {
    const WORDS: [&str; 13] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
        "eleven", "twelve",
    ];
    match word {
        "thirty" => Some(30),
        "sixty" => Some(60),
        "ninety" => Some(90),
        "a" | "an" => Some(1),
        _ => WORDS
            .iter()
            .position(|w| *w == word)
            .and_then(|n| i64::try_from(n).ok())
            .or_else(|| word.parse().ok().filter(|n| (0..4000).contains(n))),
    }
}

/// The deadlines between two tokens, left to right.
pub struct Clock<'a> {
    pub tokens: &'a [Token],
    pub issued: NaiveDate,
    pub lexicon: &'a Lexicon,
    pub meetings: &'a KnownMeetings,
}

impl Clock<'_> {
    fn lower(&self, at: usize) -> &str {
        self.tokens.get(at).map_or("", |t| &*t.lower)
    }

    fn is(&self, at: usize, words: &[&str]) -> bool {
        self.tokens.get(at).is_some_and(|t| t.is_any(words))
    }

    /// The first deadline that governs an act between two tokens; the first token of the act is
    /// `from`. `names` says that the years of a plan's name count, because the act fulfils it.
    pub fn deadline(&self, from: usize, to: usize, names: bool) -> Option<Due> {
        let mut event = None;
        // What a relative clause tells has its own time: "on space, which will be discussed in May".
        let to = (from + 1..to)
            .find(|n| {
                self.is(*n, &["which"])
                    && (self.is(n - 1, &[","])
                        || self.is(n - 1, &["of"]) && (from..n - 1).any(|m| self.is(m, &[","])))
            })
            .unwrap_or(to);
        // `deepening relations, noting this year was their 40th`: what is noted has its own.
        let to = (from + 1..to)
            .find(|n| {
                self.is(n - 1, &[","])
                    && self.is(
                        *n,
                        &[
                            "noting",
                            "recalling",
                            "recognising",
                            "recognizing",
                            "acknowledging",
                        ],
                    )
            })
            .unwrap_or(to);
        // `as the United States takes the chair in 2023`.
        let to = (from + 1..to)
            .find(|n| {
                self.is(*n, &["as", "while", "when"])
                    && (*n + 1..to.min(*n + 3)).any(|m| {
                        self.is(m, &["we", "they"])
                            || self.lexicon.name(self.tokens, m).is_some_and(
                                |(_, length, adjective)| {
                                    let verb = self.tokens.get(m + length);
                                    !adjective
                                        && verb.is_some_and(|t| {
                                            !t.is_capital() && t.lower.ends_with('s')
                                        })
                                },
                            )
                    })
            })
            .unwrap_or(to);
        for at in from..to {
            if let Some(mut due) = self.at(at, from, to) {
                // `in the lead-up to the Games in 2025`: from now on.
                let ahead = (due.from.saturating_sub(14).max(from)..due.from).find(|n| {
                    self.is(*n, &["lead-up", "run-up", "lead", "run"])
                        && self.is(n + 1, &["to", "up"])
                });
                if let Some(ahead) = ahead {
                    due.earliest = Some(self.issued);
                    due.from = ahead;
                }
                // `by the Summit in February 2023`: from now on.
                let until = event.as_ref().is_some_and(|event: &Due| {
                    self.is(event.from, &["by", "before"])
                        && due.from < event.to.max(at) + 1
                        && due.from - event.from < 10
                });
                if until {
                    due.earliest = Some(self.issued);
                    due.from = event.map_or(due.from, |event| event.from);
                }
                return Some(due);
            }
            if event.is_none() {
                event = self.event(at, from, to);
            }
        }
        let of_name = || names.then(|| self.years_of_name(from, to)).flatten();
        of_name().or(event)
    }

    /// Whether a date stands at a token that was over weeks before the document.
    pub fn is_long_past(&self, at: usize) -> bool {
        let ago = self.issued.checked_sub_days(chrono::Days::new(45));
        self.span(at)
            .zip(ago)
            .is_some_and(|(found, ago)| found.window.last < ago)
    }

    fn at(&self, at: usize, from: usize, to: usize) -> Option<Due> {
        let due = self.recurring(at).or_else(|| self.dated(at, from))?;
        (due.to <= to && !self.is_of_a_noun(due.from, from)).then_some(due)
    }

    /// `towards the 50th anniversary of relations in 2025`, `host of COP28 in 2023`: the date is that
    /// of the anniversary, unless it is what the act celebrates.
    fn is_of_a_noun(&self, date: usize, from: usize) -> bool {
        let near = date.saturating_sub(12).max(from)..date;
        if near.clone().any(|n| self.is(n, &["lead-up", "run-up"])) {
            return false;
        }
        let noun = near
            .rev()
            .take_while(|n| !self.is(*n, &[",", ";", "and"]))
            .find(|n| self.is(*n, &["anniversary", "host", "centenary", "jubilee"]));
        let Some(noun) = noun else { return false };
        let celebrates = (from.saturating_sub(6)..noun).any(|n| {
            let word = self.lower(n);
            [
                "celebrat",
                "commemorat",
                "mark",
                "observ",
                "honour",
                "convening",
                "hold",
            ]
            .iter()
            .any(|stem| word.starts_with(stem))
        });
        !celebrates && self.is(noun + 1, &["of", "in"])
    }

    /// A date with a preposition that makes it a time of the act.
    fn dated(&self, at: usize, from: usize) -> Option<Due> {
        let word = self.lower(at);
        let before = if at > from { self.lower(at - 1) } else { "" };
        match word {
            // `through to 2025`.
            "through" if self.is(at + 1, &["to"]) => {
                let found = self.end_span(at + 2)?;
                Some(self.by(at, found, false))
            }
            "by" | "before" | "until" | "till" => {
                let least =
                    usize::from(self.is(at + 1, &["at"]) && self.is(at + 2, &["least"])) * 2;
                let found = self.end_span(at + 1 + least)?;
                // `before the end of 2025` is still in 2025.
                let end = (at + 1..at + 4).any(|n| self.is(n, &["end", "close"]));
                Some(self.by(at, found, word == "before" && !end))
            }
            "no" | "not" if self.is(at + 1, &["later"]) && self.is(at + 2, &["than"]) => {
                let found = self.end_span(at + 3)?;
                Some(self.by(at, found, false))
            }
            "prior" if self.is(at + 1, &["to"]) => {
                let found = self.end_span(at + 2)?;
                Some(self.by(at, found, true))
            }
            // Only so: "urgent action in this decade" says how urgent.
            "within" if self.is(at + 1, &["this"]) && self.is(at + 2, &["decade"]) => {
                let first = self.issued.year().div_euclid(10) * 10;
                let window = Window::new(
                    Span::Year(first).window().first,
                    Span::Year(first + 9).window().last,
                )?;
                self.within(at, at + 3, window, Precision::Range)
            }
            "within" => {
                let (window, to) = self.lasting(at + 1)?;
                self.within(at, to, window, Precision::Day)
            }
            // `in the course of 2026`.
            "over" | "during" | "in"
                if self.is(at + 1, &["the"])
                    && self.is(at + 2, &["course"])
                    && self.is(at + 3, &["of"]) =>
            {
                let found = self.span(at + 4).or_else(|| self.relative(at + 4))?;
                self.within(at, found.to, found.window, found.precision)
            }
            "over" | "during" | "in" | "for" if self.lasting_next(at + 1).is_some() => {
                let (window, to) = self.lasting_next(at + 1)?;
                self.within(at, to, window, Precision::Range)
            }
            // `over two years`: from now on.
            "over" if self.is(at + 2, &["years", "months"]) && self.lasting(at + 1).is_some() => {
                let (window, to) = self.lasting(at + 1)?;
                self.within(at, to, window, Precision::Range)
            }
            // `between April and October 2022`.
            "between" if self.is(at + 2, &["and"]) && month_of(self.lower(at + 1)).is_some() => {
                let last = self.span(at + 3)?;
                let first = month_of(self.lower(at + 1))?;
                let year = last.window.last.year();
                let first = Span::Month(year, first).window().first;
                let window = Window::new(first, last.window.last)?;
                self.within(at, last.to, window, Precision::Range)
            }
            "in" | "on" | "during" | "throughout" | "at" | "from" | "for" | "starting"
            | "beginning" | "commencing" | "between" | "through" | "around" => {
                let skip = usize::from(
                    self.is(at + 1, &["the", "in"]) && !matches!(word, "in")
                        || self.is(at + 1, &["the"]),
                );
                let found = self.end_span(at + 1 + skip).or_else(|| self.span(at + 1))?;
                if word == "through" {
                    return Some(self.by(at, found, false));
                }
                let only_day = matches!(word, "at" | "for");
                let end = (at + 1..at + 4).any(|n| self.is(n, &["end", "close"]));
                if only_day
                    && matches!(found.precision, Precision::Day | Precision::Year)
                    && word == "at"
                    && !end
                {
                    return None;
                }
                self.while_(at + 1, found)
            }
            // `as early as 2027`.
            "as" if self.is(at + 1, &["early", "soon"]) && self.is(at + 2, &["as"]) => {
                let found = self.span(at + 3)?;
                self.while_(at, found)
            }
            "this" | "next" | "later" | "early" | "late" => {
                let found = self.relative(at)?;
                self.while_(at, found)
            }
            "annual" => None,
            _ if before == "," || before == "(" => None,
            _ => None,
        }
    }

    /// `earliest` is not before the document; what is over is no deadline.
    fn while_(&self, at: usize, found: Found) -> Option<Due> {
        let from = if self.is(at, &["the", "in"]) {
            at + 1
        } else {
            at
        };
        self.within(from, found.to, found.window, found.precision)
    }

    fn within(&self, from: usize, to: usize, window: Window, precision: Precision) -> Option<Due> {
        (window.last >= self.issued && (window.last > self.issued || precision != Precision::Day))
            .then(|| Due {
                from,
                to,
                earliest: Some(window.first.max(self.issued)),
                latest: Some(window.last),
                precision,
                recurrence: None,
            })
    }

    fn by(&self, from: usize, found: Found, before: bool) -> Due {
        let last = if before {
            found.window.first.pred_opt().unwrap_or(found.window.first)
        } else {
            found.window.last
        };
        Due {
            from,
            to: found.to,
            earliest: Some(self.issued.min(last)),
            latest: Some(last),
            precision: found.precision,
            recurrence: None,
        }
    }

    /// The years in the name of what the act is to fulfil: `(2021-2025)`.
    fn years_of_name(&self, from: usize, to: usize) -> Option<Due> {
        let stop = (from..to).find(|n| self.is(*n, &["which", "including", "through", "whose"]));
        for at in from..stop.unwrap_or(to) {
            // `the Roadmap Towards 2030`, `Connectivity 2025`: the year it is to be reached.
            if let Some(year) = year_of(self.lower(at))
                && at > from
                && self.tokens[at - 1].is_capital()
                && !self.tokens.get(at + 1).is_some_and(Token::is_capital)
            {
                let towards = usize::from(self.is(at - 1, &["towards", "toward"]));
                let mut due = self.by(
                    at - towards,
                    self.found(at + 1, Span::Year(year), Precision::Year)?,
                    false,
                );
                due.from = at - towards;
                return (year >= self.issued.year()).then_some(due);
            }
            let Some((first, last)) = self.lower(at).split_once('-') else {
                continue;
            };
            if let (Some(first), Some(last)) = (year_of(first), year_of(last)) {
                let window = Window::new(
                    Span::Year(first).window().first,
                    Span::Year(last).window().last,
                )?;
                return self.within(at, at + 1, window, Precision::Range);
            }
        }
        None
    }
}

/// The ordinals that documents spell out, from the first.
pub const ORDINALS: [&str; 20] = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
];

/// `37th`, `thirteenth`, `twenty-first`, `fiftieth`.
pub fn is_ordinal(token: &Token) -> bool {
    const TENS: [&str; 8] = [
        "thirtieth",
        "fortieth",
        "fiftieth",
        "sixtieth",
        "seventieth",
        "eightieth",
        "ninetieth",
        "hundredth",
    ];
    let digits = token
        .lower
        .trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let tail = &token.lower[digits.len()..];
    let numeric = !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_digit())
        && matches!(tail, "st" | "nd" | "rd" | "th");
    let compound = token
        .lower
        .split_once('-')
        .is_some_and(|(tens, ones)| tens.ends_with("ty") && ORDINALS[..9].contains(&ones));
    numeric || compound || token.is_any(&ORDINALS) || token.is_any(&TENS)
}
