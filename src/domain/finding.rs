//! Finding by words: what people type, read as what is looked for; what of the record is looked
//! through; and how near the surface a thing says it. The databases keep an index of the passages, the
//! store asks it; what a passage says is decided here.
//!
//! A thing (a commitment, a paragraph of a document) is found where every term of the search is said by
//! one of its passages. It stands by the deepest level that is needed to say them all: in the
//! reference, then the title, the promise, the updates, and last the documents.

use std::ops::Range;

use super::commitment::Commitment;
use super::document::Document;
use super::evidence::name_in;
use super::folding::{Word, folded, joined, words};
use super::progress::Update;

/// What is looked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    terms: Vec<Term>,
    /// Whether more was typed than is looked for.
    pub is_cut: bool,
}

/// Words in a row; one, mostly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    pub words: Vec<String>,
    /// Whether the last word may go on: somebody is still typing it.
    pub is_open: bool,
}

/// How many terms are looked for, and how many words a phrase has at the most.
pub const MOST_TERMS: usize = 12;
pub const MOST_WORDS: usize = 48;
/// How much of what was typed is read, in characters.
const MOST_TYPED: usize = 1_000;

impl Query {
    /// Reads what somebody typed: words, and phrases in quotation marks of any kind. There are no
    /// operators, so that nothing can be wrong with it. The last word may be the beginning of one.
    pub fn read(typed: &str) -> Self {
        let cut: String = typed.chars().take(MOST_TYPED).collect();
        let mut query = Self {
            terms: Vec::new(),
            is_cut: cut.len() < typed.len(),
        };
        for (place, part) in cut.split(is_quotation_mark).enumerate() {
            match place % 2 {
                0 => part
                    .split_whitespace()
                    .for_each(|piece| query.add(piece, true)),
                _ => query.add(part, false),
            }
        }
        let last = query.terms.len().saturating_sub(1);
        for (place, term) in query.terms.iter_mut().enumerate() {
            let is_begun = term.words.len() > 1 || term.words[0].chars().count() > 1;
            term.is_open = term.is_open && place == last && is_begun;
        }
        query
    }

    fn add(&mut self, piece: &str, is_open: bool) {
        let mut words = folded(piece);
        self.is_cut |= words.len() > MOST_WORDS;
        words.truncate(MOST_WORDS);
        if words.is_empty() || self.terms.iter().any(|term| term.words == words) {
            return;
        }
        if self.terms.len() == MOST_TERMS {
            self.is_cut = true;
            return;
        }
        self.terms.push(Term { words, is_open });
    }

    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    /// Whether there is nothing to look for.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty()
    }

    /// Whether it is this reference, and nothing else, that is looked for.
    pub fn names(&self, reference: &str) -> bool {
        let named = folded(reference);
        let mut asked = self.terms.iter().flat_map(|term| &term.words);
        named.iter().all(|word| asked.next() == Some(word)) && asked.next().is_none()
    }
}

fn is_quotation_mark(c: char) -> bool {
    matches!(c, '"' | '“' | '”' | '„' | '«' | '»' | '‟' | '「' | '」')
}

impl Term {
    /// Where the term stands in a text, by its words: as they stand, and with those that are broken made
    /// whole.
    pub fn places(&self, text: &[Word]) -> Vec<Range<usize>> {
        let length = self.words.len();
        let as_they_stand = text.windows(length).enumerate();
        let as_they_stand = as_they_stand
            .filter(|(_, there)| self.is_said(there.iter().map(|word| &word.text)))
            .map(|(at, _)| at..at + length);
        let whole = joined(text);
        let made_whole = whole.windows(length).filter_map(|there| {
            let of = there[0].1.start..there[length - 1].1.end;
            let is_new = of.len() > length;
            (is_new && self.is_said(there.iter().map(|(word, _)| word))).then_some(of)
        });
        as_they_stand.chain(made_whole).collect()
    }

    fn is_said<'a>(&self, there: impl Iterator<Item = &'a String>) -> bool {
        let last = self.words.len() - 1;
        let mut both = self.words.iter().zip(there).enumerate();
        both.all(|(place, (word, there))| {
            let goes_on = self.is_open && place == last && there.starts_with(word.as_str());
            goes_on || there == word
        })
    }
}

/// How near the surface something is said, the nearest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    Reference = 0,
    Title = 1,
    /// The promise, the titles of the milestones, and the words of later documents that say it again.
    Promise = 2,
    /// What an update says, and the names of its files.
    Update = 3,
    Document = 4,
}

impl Level {
    const ALL: [Level; 5] = [
        Level::Reference,
        Level::Title,
        Level::Promise,
        Level::Update,
        Level::Document,
    ];

    /// As programs are told it.
    pub fn as_str(self) -> &'static str {
        match self {
            Level::Reference => "reference",
            Level::Title => "title",
            Level::Promise => "promise",
            Level::Update => "update",
            Level::Document => "document",
        }
    }

    /// As the index keeps it.
    pub fn of_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|level| *level as i32 == number)
    }
}

/// A text that is looked through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Passage<'a> {
    pub level: Level,
    /// Of an update its place among the commitment's, of a document the paragraph, from 1 (0 is the
    /// title).
    pub part: usize,
    pub text: &'a str,
}

/// The texts of a commitment.
pub fn passages(commitment: &Commitment) -> Vec<Passage<'_>> {
    let passage = |level, text| Passage {
        level,
        part: 0,
        text,
    };
    let mut all = vec![
        passage(Level::Reference, commitment.reference.as_str()),
        passage(Level::Title, commitment.title.as_str()),
        passage(Level::Promise, commitment.promise.words.as_str()),
    ];
    let steps = commitment.milestones.iter();
    all.extend(steps.map(|step| passage(Level::Promise, step.title.as_str())));
    let again = commitment.mentions.iter();
    all.extend(again.map(|mention| passage(Level::Promise, mention.words.as_str())));
    for (part, update) in commitment.updates.iter().enumerate() {
        all.extend(
            texts_of(update)
                .chain(files_of(update))
                .map(|text| Passage {
                    level: Level::Update,
                    part,
                    text,
                }),
        );
    }
    all
}

/// What an update says.
pub fn texts_of(update: &Update) -> impl Iterator<Item = &str> {
    update.text.iter().chain(&update.next).map(String::as_str)
}

/// The names of the files that an update came with.
pub fn files_of(update: &Update) -> impl Iterator<Item = &str> {
    update.evidence.iter().filter_map(|it| name_in(it))
}

/// The texts of a document: its title, and each paragraph.
pub fn passages_of_document<'a>(
    document: &'a Document,
    paragraphs: &'a [String],
) -> impl Iterator<Item = Passage<'a>> {
    let title = std::iter::once(document.title.as_str());
    let texts = title.chain(paragraphs.iter().map(String::as_str));
    texts.enumerate().map(|(part, text)| Passage {
        level: Level::Document,
        part,
        text,
    })
}

/// What one row of the index holds at the most, in words, and how far the next one reaches back: a
/// phrase stands whole in one of the two. PostgreSQL keeps 256 places of a word in a row.
const ROW: usize = 256;
const OVERLAP: usize = MOST_WORDS;

/// The words of a text, in the stretches in which the index keeps them: as they stand, and where one is
/// broken once more with it made whole.
pub fn stretches(text: &str) -> Vec<Vec<String>> {
    let words = words(text);
    let whole = joined(&words);
    let (whole, parts): (Vec<String>, Vec<usize>) =
        whole.into_iter().map(|(word, of)| (word, of.len())).unzip();
    let words: Vec<String> = words.into_iter().map(|word| word.text).collect();
    let is_made_whole = |row: &Range<usize>| parts[row.clone()].iter().any(|parts| *parts > 1);
    let as_they_stand = rows(words.len()).map(|row| words[row].to_vec());
    let made_whole = rows(whole.len()).filter(is_made_whole);
    let made_whole = made_whole.map(|row| whole[row].to_vec());
    as_they_stand.chain(made_whole).collect()
}

/// How so many words are cut into rows.
fn rows(words: usize) -> impl Iterator<Item = Range<usize>> {
    let row = move |from: usize| from..words.min(from + ROW);
    let first = (words > 0).then(|| row(0));
    std::iter::successors(first, move |last| {
        (last.end < words).then(|| row(last.end - OVERLAP))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(typed: &str) -> Vec<String> {
        let query = Query::read(typed);
        let told = query.terms().iter().map(|term| {
            let dots = if term.is_open { "…" } else { "" };
            format!("{}{dots}", term.words.join(" "))
        });
        told.collect()
    }

    #[test]
    fn words_phrases_and_what_is_still_being_typed() {
        assert_eq!(read("power Grid"), ["power", "grid…"]);
        assert_eq!(read("\"Power grid\""), ["power grid"]);
        assert_eq!(read("“joint vision” stat"), ["joint vision", "stat…"]);
        assert_eq!(read("US37-03"), ["us37 03…"]);
        assert_eq!(read("a power power a"), ["a", "power…"]);
        assert_eq!(read("grid \"not closed"), ["grid", "not closed"]);
    }

    #[test]
    fn nothing_that_is_typed_is_wrong() {
        for odd in [
            "",
            "  ",
            "\"",
            "\"\"",
            "*",
            "(",
            "🙂",
            "' -- ;",
            "%_",
            "\0\u{301}",
        ] {
            assert!(Query::read(odd).is_empty(), "{odd:?}");
        }
        assert_eq!(
            read("a AND NOT (b* OR c:d)^2"),
            ["a", "and", "not", "b", "or", "c d 2…"]
        );
        let long = Query::read(&"word ".repeat(2_000));
        assert_eq!((long.terms().len(), long.is_cut), (1, true));
        let many: String = (0..40).map(|n| format!("w{n} ")).collect();
        let many = Query::read(&many);
        assert_eq!((many.terms().len(), many.is_cut), (MOST_TERMS, true));
        let endless = Query::read(&"ក".repeat(10_000));
        assert_eq!(endless.terms()[0].words.len(), MOST_WORDS);
    }

    #[test]
    fn a_reference_is_named_by_itself_alone() {
        let names = |typed, reference| Query::read(typed).names(reference);
        assert!(names("us37-03", "US37-03") && names("US37 03", "US37-03"));
        assert!(!names("US37-0", "US37-03") && !names("US37-03 grid", "US37-03"));
        assert!(!names("", "US37-03"));
    }

    fn pairs(places: Vec<Range<usize>>) -> Vec<(usize, usize)> {
        places.into_iter().map(|p| (p.start, p.end)).collect()
    }

    #[test]
    fn a_term_is_found_where_its_words_stand_in_a_row() {
        let text = words("The power grid, the Power Grids and power.");
        let places = |typed: &str| {
            let query = Query::read(typed);
            pairs(query.terms()[0].places(&text))
        };
        assert_eq!(places("\"power grid\""), [(1, 3)]);
        assert_eq!(places("power-grid"), [(1, 3), (4, 6)]);
        assert_eq!(places("pow"), [(1, 2), (4, 5), (7, 8)]);
        assert_eq!(places("\"power\""), [(1, 2), (4, 5), (7, 8)]);
        assert_eq!(places("\"grid power\""), []);
        assert_eq!(places("\"and power and power\""), []);
    }

    #[test]
    fn a_word_that_a_line_broke_is_found_broken_and_whole() {
        let text = "close co- operation in co-operation";
        let places = |typed: &str| pairs(Query::read(typed).terms()[0].places(&words(text)));
        assert_eq!(places("cooperation"), [(1, 3)]);
        assert_eq!(places("coop"), [(1, 3)]);
        assert_eq!(places("\"close cooperation in co\""), [(0, 5)]);
        assert_eq!(places("co-operation"), [(1, 3), (4, 6)]);
        assert_eq!(places("\"co- operation in\""), [(1, 4)]);
        let row = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let both = [
            row("close co operation in co operation"),
            row("close cooperation in co operation"),
        ];
        assert_eq!(stretches(text), both);
        // Of a long text only the rows with such a word are kept twice.
        let long = format!("{}co- operation{}", "a ".repeat(1_000), " a".repeat(1_000));
        let (whole, broken): (Vec<_>, Vec<_>) = stretches(&long)
            .into_iter()
            .partition(|row| row.contains(&"cooperation".to_owned()));
        assert!((1..=2).contains(&whole.len()) && broken.len() > 8);
    }

    #[test]
    fn a_long_text_is_cut_so_that_no_phrase_is_lost() {
        let text: String = (0..1_000).map(|n| format!("w{n} ")).collect();
        let rows = stretches(&text);
        assert!(rows.iter().all(|row| row.len() <= ROW));
        for from in 0..=1_000 - MOST_WORDS {
            let phrase: Vec<String> = (from..from + MOST_WORDS).map(|n| format!("w{n}")).collect();
            assert!(
                rows.iter()
                    .any(|row| row.windows(MOST_WORDS).any(|w| w == phrase)),
                "{from}"
            );
        }
        assert_eq!(stretches("one two"), [["one", "two"]]);
        assert!(stretches(" ").is_empty());
    }
}
