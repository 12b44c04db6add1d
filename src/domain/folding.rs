//! Words as they are looked for. Both databases are given the words of a text as they come out of
//! here, and the words of a search pass through here as well: what is found does not depend on how a
//! database would cut or spell them.
//!
//! 1. A word is a run of letters, digits and the marks on them; `U.S.` is one word.
//! 2. Small and capital letters are alike, and so are letters with and without the marks of Latin,
//!    Greek and Cyrillic writing: `Đà Nẵng` is `da nang`.
//! 3. A word that the end of a line broke, `co- operation`, is two words; [`joined`] makes it whole.
//! 4. Scripts that are written without spaces (Khmer, Lao, Thai, Burmese, Chinese, Japanese) give a
//!    word for each character: several in a row are looked for as a phrase.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A word and where it stands in its text, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub at: Range<usize>,
    /// Whether a hyphen with a space or the end of a line behind it parts it from the next.
    pub is_broken: bool,
}

/// What is longer is no word of any language; its beginning stands for it.
const LONGEST: usize = 64;

/// The words of a text, in their order.
pub fn words(text: &str) -> Vec<Word> {
    let mut reading = Reading::default();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        match class_of(c) {
            _ if is_hyphen(c) && reading.breaks(&text[end..]) => reading.end(true),
            Class::Nothing => {}
            Class::Alone => reading.alone(c, at..end),
            Class::OfWord => reading.add(c, at..end),
            Class::Between if c == '.' && reading.abbreviates(&text[end..]) => reading.letters = 0,
            Class::Between => reading.finish(),
        }
    }
    reading.finish();
    reading.found
}

/// The words of a text with those that are broken made whole, each with the places of the words it
/// is made of; empty where none is broken. It is looked through both ways: whether the hyphen is the
/// word's own is not asked.
pub fn joined(words: &[Word]) -> Vec<(String, Range<usize>)> {
    if !words.iter().any(|word| word.is_broken) {
        return Vec::new();
    }
    let mut place = 0;
    let whole = words.split_inclusive(|word| !word.is_broken).map(|parts| {
        let text = parts.iter().flat_map(|part| part.text.chars());
        let of = place..place + parts.len();
        place = of.end;
        (text.take(LONGEST).collect(), of)
    });
    whole.collect()
}

/// The words alone.
pub fn folded(text: &str) -> Vec<String> {
    words(text).into_iter().map(|word| word.text).collect()
}

/// A hyphen that may end a line; the soft one among them, which is seen there alone.
pub fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{ad}')
}

enum Class {
    /// Neither seen nor meant: a soft hyphen, a joiner of letters.
    Nothing,
    /// A word by itself.
    Alone,
    OfWord,
    Between,
}

fn class_of(c: char) -> Class {
    match c {
        '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}' => Class::Nothing,
        c if !(c.is_alphanumeric() || is_combining_mark(c)) => Class::Between,
        c if is_written_without_spaces(c) => Class::Alone,
        _ => Class::OfWord,
    }
}

fn is_written_without_spaces(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}'        // Thai, Lao
        | '\u{1000}'..='\u{109f}'    // Burmese
        | '\u{1780}'..='\u{17ff}'    // Khmer
        | '\u{3040}'..='\u{30ff}'    // Hiragana, Katakana
        | '\u{3400}'..='\u{4dbf}'
        | '\u{4e00}'..='\u{9fff}'
        | '\u{a9e0}'..='\u{a9ff}'
        | '\u{aa60}'..='\u{aa7f}'
        | '\u{f900}'..='\u{faff}'
        | '\u{20000}'..='\u{3ffff}')
}

/// The words so far, and the one that is being read.
#[derive(Default)]
struct Reading {
    found: Vec<Word>,
    word: String,
    at: Range<usize>,
    /// How many characters the word has, or what follows its last stop.
    letters: usize,
}

impl Reading {
    fn add(&mut self, c: char, at: Range<usize>) {
        let is_first = self.word.is_empty();
        if self.word.chars().count() < LONGEST {
            fold(c, &mut self.word);
        }
        if self.word.is_empty() {
            return; // A mark without a letter to stand on.
        }
        if is_first {
            self.at = at.clone();
            self.letters = 0;
        }
        self.at.end = at.end;
        self.letters += 1;
    }

    fn alone(&mut self, c: char, at: Range<usize>) {
        self.finish();
        let mut text = String::new();
        fold(c, &mut text);
        self.found.extend(text.chars().map(|c| Word {
            text: c.to_string(),
            at: at.clone(),
            is_broken: false,
        }));
    }

    /// Whether a stop here is that of an abbreviation: between two letters that stand alone.
    fn abbreviates(&self, rest: &str) -> bool {
        let is_of_word = |c: char| matches!(class_of(c), Class::OfWord);
        let mut rest = rest.chars();
        let is_letter = |c: char| c.is_alphabetic() && is_of_word(c);
        self.letters == 1
            && self
                .word
                .chars()
                .next_back()
                .is_some_and(char::is_alphabetic)
            && rest.next().is_some_and(is_letter)
            && !rest.next().is_some_and(is_of_word)
    }

    /// Whether a hyphen here breaks a word: behind a letter, with a space or the end of a line before
    /// the next.
    fn breaks(&self, rest: &str) -> bool {
        let goes_on = rest.trim_start();
        let is_letter = |c: char| c.is_alphabetic() && matches!(class_of(c), Class::OfWord);
        goes_on.len() < rest.len()
            && goes_on.starts_with(is_letter)
            && self.word.ends_with(char::is_alphabetic)
    }

    fn finish(&mut self) {
        self.end(false);
    }

    fn end(&mut self, is_broken: bool) {
        let text = std::mem::take(&mut self.word);
        if !text.is_empty() {
            self.found.push(Word {
                text,
                at: self.at.clone(),
                is_broken,
            });
        }
        self.letters = 0;
    }
}

/// A character without what does not count.
fn fold(c: char, into: &mut String) {
    if c.is_ascii() {
        into.push(c.to_ascii_lowercase());
        return;
    }
    for part in c.to_lowercase().nfkd().flat_map(char::to_lowercase) {
        match part {
            '\u{300}'..='\u{36f}' => {}
            'đ' | 'ð' => into.push('d'),
            'ø' => into.push('o'),
            'ł' => into.push('l'),
            'ħ' => into.push('h'),
            'ı' => into.push('i'),
            'ς' => into.push('σ'),
            'ß' => into.push_str("ss"),
            'æ' => into.push_str("ae"),
            'œ' => into.push_str("oe"),
            'þ' => into.push_str("th"),
            part if part.is_alphanumeric() || is_combining_mark(part) => into.push(part),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> String {
        folded(text).join(" ")
    }

    #[test]
    fn letters_are_alike_whatever_stands_on_them() {
        assert_eq!(of("Đà Nẵng, CÔTE d’Ivoire"), "da nang cote d ivoire");
        assert_eq!(of("Łódź Ærø Straße İstanbul"), "lodz aero strasse istanbul");
        assert_eq!(
            of("co\u{ad}operate re\u{301}sume\u{301}"),
            "cooperate resume"
        );
        assert_eq!(of("ＡＳＥＡＮ ﬁne"), "asean fine");
        assert_eq!(of("ΑΘΉΝΑ Россия"), "αθηνα россия");
    }

    #[test]
    fn references_and_abbreviations() {
        assert_eq!(of("US37-03"), "us37 03");
        assert_eq!(of("the ASEAN-U.S. Dialogue"), "the asean us dialogue");
        assert_eq!(of("U.S. and U.S.A., e.g. here."), "us and usa eg here");
        assert_eq!(of("p.5 at 3.5 a.bc"), "p 5 at 3 5 a bc");
        assert_eq!(of("O'Neill's"), "o neill s");
    }

    #[test]
    fn a_word_that_a_line_broke_is_read_whole_as_well() {
        let whole = |text: &str| {
            let all = joined(&words(text));
            let all = all.iter().map(|(text, of)| format!("{text}{}", of.len()));
            all.collect::<Vec<_>>().join(" ")
        };
        assert_eq!(of("on co- operation"), "on co operation");
        assert_eq!(whole("on co- operation in"), "on1 cooperation2 in1");
        assert_eq!(whole("CO‐\n  Opé- ration"), "cooperation3");
        assert_eq!(whole("co\u{ad} operation"), "cooperation2");
        // A word of such a hyphen, a dash, a number, a list: nothing is broken.
        for text in [
            "co-operation",
            "co - operation",
            "2021- 2025",
            "p- 5",
            "- operation",
            "U.S.- led",
            "co-",
            "co- ",
            "ក- ក",
        ] {
            assert_eq!(whole(text), "", "{text}");
        }
        let long = format!("{}- y", "x".repeat(1_000));
        assert_eq!(joined(&words(&long))[0].0, "x".repeat(64));
    }

    #[test]
    fn scripts_without_spaces_give_a_word_a_character() {
        assert_eq!(of("កម្ពុជា"), "ក ម ្ ព ុ ជ ា");
        assert_eq!(of("東盟ASEAN"), "東 盟 asean");
        // The same vowel, written as one character and as two.
        assert_eq!(of("\u{e33}"), of("\u{e4d}\u{e32}"));
    }

    #[test]
    fn nothing_is_no_word() {
        assert_eq!(folded(" “…” — ☎ 🙂 \u{301} \0"), Vec::<String>::new());
    }

    #[test]
    fn each_word_knows_where_it_stands() {
        let text = "The U.S. côte\u{301}";
        let at: Vec<&str> = words(text).into_iter().map(|w| &text[w.at]).collect();
        assert_eq!(at, ["The", "U.S", "côte\u{301}"]);
        let long = "x".repeat(1_000);
        let found = words(&long);
        assert_eq!((found[0].text.len(), found[0].at.clone()), (64, 0..1_000));
    }
}
