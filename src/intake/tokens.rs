//! Words of a text with their places. A place is a Unicode code point of the text that was read, so
//! that a quotation can be found again whatever was folded on the way: white space, soft hyphens,
//! words hyphenated at the end of a line, typographic quotes.

/// A word or a mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Code points of the text: first, and one past the last.
    pub start: u32,
    pub end: u32,
    /// As written, with straight quotes and hyphens.
    pub text: Box<str>,
    pub lower: Box<str>,
    /// White space stands before it.
    pub spaced: bool,
}

impl Token {
    pub fn is(&self, word: &str) -> bool {
        *self.lower == *word
    }

    pub fn is_any(&self, words: &[&str]) -> bool {
        words.contains(&&*self.lower)
    }

    pub fn is_capital(&self) -> bool {
        self.text.starts_with(char::is_uppercase)
    }

    pub fn is_word(&self) -> bool {
        self.text.starts_with(char::is_alphanumeric)
    }

    pub fn is_number(&self) -> bool {
        self.text.starts_with(|c: char| c.is_ascii_digit())
    }

    /// All of its letters are capitals, and there are at least three.
    pub fn is_shouted(&self) -> bool {
        self.text.chars().filter(|c| c.is_alphabetic()).count() >= 3
            && !self.text.chars().any(char::is_lowercase)
    }

    /// `Mr`, `Dr.`: in front of a name.
    pub fn is_courtesy(&self) -> bool {
        self.is_any(&[
            "mr", "mr.", "ms", "ms.", "mrs", "mrs.", "dr", "dr.", "madam", "sir", "shri",
        ])
    }

    /// An adverb of manner: `closely`; not `apply` or `Italy`.
    pub fn is_manner(&self) -> bool {
        self.lower.len() > 4
            && self.lower.ends_with("ly")
            && !self.is_any(&[
                "apply", "reapply", "rely", "reply", "supply", "comply", "imply", "multiply",
                "family", "assembly", "july", "italy", "early", "anomaly", "monopoly",
            ])
    }

    /// `U.S.`, `D.C.`, `H.E.`, an initial.
    pub fn is_dotted(&self) -> bool {
        self.text.len() > 1 && self.text.ends_with('.')
    }
}

/// Words that a full stop shortens.
const SHORTENED: [&str; 34] = [
    "dr", "mr", "mrs", "ms", "gen", "adm", "sen", "rep", "st", "no", "nos", "vs", "etc", "art",
    "arts", "para", "paras", "prof", "hon", "jr", "sr", "ltd", "inc", "co", "jan", "feb", "mar",
    "apr", "aug", "sept", "oct", "nov", "dec", "approx",
];

/// The tokens of a stretch of text, `from` its first code point.
pub fn tokenize(chars: &[char], from: usize, to: usize) -> Vec<Token> {
    let to = to.min(chars.len());
    let mut reader = Reader {
        chars: &chars[..to],
        at: from.min(to),
        spaced: false,
    };
    let mut tokens: Vec<Token> = Vec::with_capacity((to.saturating_sub(from)) / 5);
    while let Some(token) = reader.next() {
        match unglued(&token) {
            Some((verb, particle)) => tokens.extend([verb, particle]),
            None => tokens.push(token),
        }
    }
    tokens
}

/// The tokens of a phrase of the lexicon.
pub fn tokenize_phrase(phrase: &str) -> Vec<Token> {
    let chars: Vec<char> = phrase.chars().collect();
    tokenize(&chars, 0, chars.len())
}

/// `COMMITTO`, as text taken from a page may have it: the verb of a list's opening and its particle.
fn unglued(token: &Token) -> Option<(Token, Token)> {
    const VERBS: [&str; 6] = [
        "committo",
        "agreeto",
        "decideto",
        "resolveto",
        "pledgeto",
        "declareto",
    ];
    if !token.is_any(&VERBS) {
        return None;
    }
    let cut = token.text.len() - 2;
    let part = |text: &str, start: u32, end: u32, spaced: bool| Token {
        start,
        end,
        text: text.into(),
        lower: text.to_lowercase().into(),
        spaced,
    };
    let middle = token.end - 2;
    Some((
        part(&token.text[..cut], token.start, middle, token.spaced),
        part(&token.text[cut..], middle, token.end, true),
    ))
}

struct Reader<'a> {
    chars: &'a [char],
    at: usize,
    spaced: bool,
}

/// What is read over: soft hyphens, zero-width marks, byte order marks.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}' | '\u{202A}'..='\u{202E}')
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}' | '\u{2011}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2019}' | '\u{2018}' | '\u{2BC}' | '`')
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn letter(&self, ahead: usize) -> bool {
        self.peek(ahead).is_some_and(char::is_alphanumeric)
    }

    fn next(&mut self) -> Option<Token> {
        self.spaced = false;
        while let Some(c) = self.peek(0) {
            if c.is_whitespace() || c.is_control() {
                self.spaced = true;
            } else if !is_invisible(c) {
                break;
            }
            self.at += 1;
        }
        let c = self.peek(0)?;
        let start = self.at;
        let text = if c.is_alphanumeric() {
            self.word()
        } else if is_apostrophe(c) {
            self.apostrophe(start)
        } else {
            self.at += 1;
            mark(c).to_string()
        };
        Some(Token {
            start: place(start),
            end: place(self.at),
            // The possessive of a plural is read like any other.
            lower: if text == "'" {
                "'s".into()
            } else {
                text.to_lowercase().into()
            },
            text: text.into(),
            spaced: self.spaced,
        })
    }

    /// A possessive `'s` or `'` (behind an s or a dotted abbreviation), else a quotation mark.
    fn apostrophe(&mut self, start: usize) -> String {
        let before = start.checked_sub(1).map(|b| self.chars[b]);
        self.at += 1;
        let behind = before.is_some_and(|b| b.is_alphanumeric() || b == '.' || b == ')');
        if behind && self.peek(0).is_some_and(|c| c == 's' || c == 'S') && !self.letter(1) {
            self.at += 1;
            return "'s".to_owned();
        }
        let plural = before.is_some_and(|b| b == 's' || b == 'S' || b == '.');
        if plural && self.peek(0).is_some_and(char::is_whitespace) {
            return "'".to_owned();
        }
        "\"".to_owned()
    }

    fn word(&mut self) -> String {
        let mut text = String::new();
        // Letters since the last stop or hyphen, to know `U.S.` from the end of a sentence.
        let mut run = 0usize;
        while let Some(c) = self.peek(0) {
            if c.is_alphanumeric() {
                ligature(c, &mut text);
                run += 1;
                self.at += 1;
            } else if is_invisible(c) || is_combining(c) {
                self.at += 1;
            } else if c == '.' && self.is_abbreviating(&text, run) {
                text.push('.');
                run = 0;
                self.at += 1;
            } else if is_hyphen(c) || c == '\u{2013}' || c == '/' || c == '&' {
                let Some((skip, joint)) = self.joint(c, &text) else {
                    break;
                };
                text.push_str(joint);
                run = 0;
                self.at += skip;
            } else if is_apostrophe(c) && self.letter(1) && !self.is_possessive() {
                text.push('\'');
                run += 1;
                self.at += 1;
            } else if (c == ',' || c == '.')
                && text.ends_with(|d: char| d.is_ascii_digit())
                && self.peek(1).is_some_and(|d| d.is_ascii_digit())
            {
                text.push(c);
                self.at += 1;
            } else {
                break;
            }
        }
        text
    }

    fn is_possessive(&self) -> bool {
        self.peek(1).is_some_and(|c| c == 's' || c == 'S') && !self.letter(2)
    }

    /// A full stop inside an abbreviation: after one letter that is followed by another such, or
    /// that ends one; after an initial; after a word of the list.
    fn is_abbreviating(&self, text: &str, run: usize) -> bool {
        let last = text.rsplit(['.', '-']).next().unwrap_or(text);
        if run == 1 && last.chars().all(char::is_alphabetic) {
            let dotted = text.contains('.');
            let goes_on = self.letter(1) && self.peek(2) == Some('.');
            let initial = last.chars().all(char::is_uppercase);
            return dotted || goes_on || initial;
        }
        if text.len() > 8 {
            return false;
        }
        let word = text.to_lowercase();
        SHORTENED.contains(&word.as_str())
            && self.peek(1).is_none_or(|c| c.is_whitespace() || c == ',')
            && (word != "no" || self.number_follows())
            && (text.starts_with(char::is_uppercase)
                || !matches!(&*word, "mar" | "co" | "st" | "art"))
    }

    fn number_follows(&self) -> bool {
        let rest = self.chars.iter().skip(self.at + 1);
        let mut rest = rest.skip_while(|c| c.is_whitespace());
        rest.next().is_some_and(char::is_ascii_digit)
    }

    /// A hyphen or slash that holds two parts together: how many code points it takes, and what is
    /// written for it. A hyphen at the end of a line vanishes before a small letter.
    fn joint(&self, c: char, text: &str) -> Option<(usize, &'static str)> {
        let numeric = text.ends_with(|d: char| d.is_ascii_digit());
        let shown = match c {
            '/' => "/",
            '&' => "&",
            _ => "-",
        };
        if self.letter(1) {
            let dash = c == '\u{2013}' && !numeric && !self.peek(1).is_some_and(char::is_uppercase);
            return (!dash).then_some((1, shown));
        }
        if !is_hyphen(c) || text.is_empty() {
            return None;
        }
        let mut skip = 1;
        let mut broken = false;
        while let Some(space) = self.peek(skip).filter(|s| s.is_whitespace()) {
            broken |= space == '\n';
            skip += 1;
        }
        if skip == 1 || skip > 12 || !self.letter(skip) {
            return None;
        }
        let next = self.peek(skip)?;
        let word: String = (skip..skip + 4).map_while(|n| self.peek(n)).collect();
        if ["and ", "or ", "to "]
            .iter()
            .any(|small| word.starts_with(small))
        {
            return None;
        }
        match (broken, next.is_lowercase()) {
            (true, true) => Some((skip, "")),
            _ => Some((skip, "-")),
        }
    }
}

fn place(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36F}')
}

fn ligature(c: char, text: &mut String) {
    match c {
        '\u{FB00}' => text.push_str("ff"),
        '\u{FB01}' => text.push_str("fi"),
        '\u{FB02}' => text.push_str("fl"),
        '\u{FB03}' => text.push_str("ffi"),
        '\u{FB04}' => text.push_str("ffl"),
        c => text.push(c),
    }
}

/// Marks that are written in several ways.
fn mark(c: char) -> char {
    match c {
        '\u{201C}' | '\u{201D}' | '\u{201E}' | '\u{AB}' | '\u{BB}' => '"',
        '\u{2013}' | '\u{2014}' | '\u{2015}' => '\u{2014}',
        '\u{2022}' | '\u{25CF}' | '\u{25E6}' | '\u{25AA}' | '\u{F0B7}' | '\u{2023}' | '\u{B7}' => {
            '\u{2022}'
        }
        c => c,
    }
}
