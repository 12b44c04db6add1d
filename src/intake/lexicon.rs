//! The lexicon: the words by which a document is read, kept as data (`lexicon.toml`, documented in
//! `docs/lexicon.md`). A ministry adds its own partners, bodies and verbs in a file of the same
//! form; what it says is added to what is there.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use self::compiling::compile;
use self::sections::Sections;
use super::tokens::Token;

mod compiling;
mod inflection;
mod sections;

/// The lexicon that comes with the product: its words, and its states and groups of states.
pub const DEFAULT: [&str; 2] = [
    include_str!("lexicon.toml"),
    include_str!("lexicon/parties.toml"),
];

/// A lexicon that could not be read, with what is wrong and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the lexicon cannot be read: {0}")]
pub struct LexiconError(String);

/// What a verb does in a clause. The order has no meaning; a form may belong to several classes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    Commit,
    Decide,
    Agree,
    Task,
    Announce,
    Intend,
    Attempt,
    Affirm,
    Emphasise,
    Expect,
    Encourage,
    Welcome,
    Notice,
    Discuss,
    Feel,
    Stand,
    Done,
}

/// Every class, with the name of its section.
const CLASSES: [(Class, &str); 17] = [
    (Class::Commit, "commit"),
    (Class::Decide, "decide"),
    (Class::Agree, "agree"),
    (Class::Task, "task"),
    (Class::Announce, "announce"),
    (Class::Intend, "intend"),
    (Class::Attempt, "attempt"),
    (Class::Affirm, "affirm"),
    (Class::Emphasise, "emphasise"),
    (Class::Expect, "expect"),
    (Class::Encourage, "encourage"),
    (Class::Welcome, "welcome"),
    (Class::Notice, "notice"),
    (Class::Discuss, "discuss"),
    (Class::Feel, "feel"),
    (Class::Stand, "stand"),
    (Class::Done, "done"),
];

/// Classes of one form, as bits.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Classes(u32);

impl Classes {
    pub fn has(self, class: Class) -> bool {
        self.0 & (1 << class as u32) != 0
    }

    pub(super) fn add(&mut self, class: Class) {
        self.0 |= 1 << class as u32;
    }

    /// Whether the form can make a commitment at all.
    pub fn undertakes(self) -> bool {
        use Class::{
            Affirm, Agree, Announce, Attempt, Commit, Decide, Emphasise, Encourage, Expect, Intend,
            Task, Welcome,
        };
        [
            Commit, Decide, Agree, Task, Announce, Intend, Attempt, Affirm, Emphasise, Expect,
            Encourage, Welcome,
        ]
        .into_iter()
        .any(|class| self.has(class))
    }
}

/// The grammatical form of a verb.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `reaffirm`: infinitive, imperative or present.
    Base,
    /// `reaffirms`
    Third,
    /// `reaffirmed`
    Past,
    /// `reaffirming`
    Participle,
}

/// One form of a verb: its first word is the key it is found by, the rest follows literally.
#[derive(Debug, Clone)]
pub struct VerbForm {
    pub base: String,
    pub rest: Vec<String>,
    pub form: Form,
    pub classes: Classes,
}

/// How checkable an act is, and what else is known of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Checkable whatever its object.
    Concrete,
    /// Checkable where its object is a deliverable.
    Making,
    /// Leaves the outcome open.
    Open,
}

/// A party or a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// As it is proposed.
    pub label: String,
    pub members: Vec<String>,
    /// The members owe, one by one.
    pub members_owe: bool,
    pub is_group: bool,
    /// It is a framework, not somebody: only its partners act.
    pub framework: bool,
    pub office: Option<String>,
}

/// A way of writing a name.
#[derive(Debug, Clone)]
struct Alias {
    words: Vec<String>,
    name: usize,
    adjective: bool,
}

/// A compiled lexicon.
#[derive(Debug, Clone)]
pub struct Lexicon {
    verbs: HashMap<String, Vec<VerbForm>>,
    whys: HashMap<&'static str, String>,
    passes: HashMap<&'static str, String>,
    acts: HashMap<String, Act>,
    /// Acts that give something: checkable unless what is given is abstract.
    pub giving: HashSet<String>,
    /// Acts that only somebody can do, never a plan or a programme.
    pub agentive: HashSet<String>,
    /// Acts that further what there is: cooperation is `strengthened`.
    pub advancing: HashSet<String>,
    /// Verbs by which a document itself speaks: `the Statement reaffirms`.
    pub spoken: HashSet<String>,
    /// States in which one is bound: `committed`, `ready`.
    pub bound: HashSet<String>,
    pub fulfilling: HashSet<String>,
    pub commitment: HashSet<String>,
    pub wishes: HashSet<String>,
    pub emphasis: HashSet<String>,
    pub plans: HashSet<String>,
    pub act_nouns: HashSet<String>,
    /// Nouns of acts whose doing can be checked: `establishment`.
    pub concrete_nouns: HashSet<String>,
    /// What is given without anybody being able to count it: `support`.
    pub abstract_nouns: HashSet<String>,
    pub joint: HashSet<String>,
    pub more: HashSet<String>,
    pub deliverables: HashSet<String>,
    pub agents: HashSet<String>,
    pub bodies: HashSet<String>,
    /// Heads of the names of bodies that act for themselves: `Committee`.
    pub organs: HashSet<String>,
    pub offices: HashSet<String>,
    pub adverbs: HashSet<String>,
    pub prepositions: HashSet<String>,
    pub subordinators: HashSet<String>,
    pub instruments: HashSet<String>,
    pub meetings: HashSet<String>,
    /// Words that make a name a place: `the Indian Ocean`.
    geography: HashSet<String>,
    names: Vec<Name>,
    aliases: HashMap<String, Vec<Alias>>,
}

impl Lexicon {
    /// The lexicon that comes with the product.
    pub fn standard() -> &'static Lexicon {
        static STANDARD: LazyLock<Lexicon> =
            LazyLock::new(|| Lexicon::with(&[]).expect("the lexicon that is built in can be read"));
        &STANDARD
    }

    /// The product's lexicon with additions on top, each in the form of `lexicon.toml`.
    ///
    /// # Errors
    /// What is not TOML or has an unknown section, with its place.
    pub fn with(additions: &[&str]) -> Result<Lexicon, LexiconError> {
        let read = |text: &str| -> Result<Sections, LexiconError> {
            toml::from_str(text).map_err(|error| LexiconError(error.to_string()))
        };
        let mut sections = Sections::default();
        for addition in DEFAULT.iter().chain(additions) {
            sections.add(read(addition)?);
        }
        compile(sections)
    }

    /// The longest verb that begins at a token, and how many tokens it has.
    pub fn verb(&self, tokens: &[Token], at: usize) -> Option<(&VerbForm, usize)> {
        let forms = self.verbs.get(&*tokens[at].lower)?;
        let fits = |form: &&VerbForm| {
            let rest = tokens.get(at + 1..at + 1 + form.rest.len());
            rest.is_some_and(|rest| rest.iter().zip(&form.rest).all(|(t, w)| *t.lower == **w))
        };
        let form = forms.iter().filter(fits).max_by_key(|f| f.rest.len())?;
        Some((form, 1 + form.rest.len()))
    }

    /// Every class of a word, whatever follows it.
    pub fn is_verb(&self, word: &str) -> bool {
        self.verbs.contains_key(word)
    }

    pub fn act(&self, word: &str) -> Option<Act> {
        self.acts.get(word).copied()
    }

    /// In words, what a class of verb means; for the explanation of a proposal.
    pub fn why(&self, class: Class) -> &str {
        self.whys.get(section(class)).map_or("", String::as_str)
    }

    /// In words, why such a verb is passed over.
    pub fn passed(&self, class: Class) -> &str {
        let reason = self.passes.get(section(class));
        reason.map_or("no undertaking", String::as_str)
    }

    /// The longest name that begins at a token: which, how many tokens, and whether as an adjective.
    pub fn name(&self, tokens: &[Token], at: usize) -> Option<(usize, usize, bool)> {
        if !tokens[at].is_capital() {
            return None;
        }
        let aliases = self.aliases.get(&*tokens[at].lower)?;
        let fits = |alias: &&Alias| {
            let here = tokens.get(at..at + alias.words.len());
            here.is_some_and(|here| here.iter().zip(&alias.words).all(|(t, w)| *t.lower == **w))
        };
        let alias = aliases.iter().filter(fits).max_by_key(|a| a.words.len())?;
        let next = tokens.get(at + alias.words.len());
        if next.is_some_and(|t| self.geography.contains(&*t.lower)) {
            return None;
        }
        Some((alias.name, alias.words.len(), alias.adjective))
    }

    /// The name written by one word, as the parts of `ASEAN-U.S.` are.
    pub fn name_of_word(&self, word: &str) -> Option<usize> {
        let aliases = self.aliases.get(word)?;
        let whole = aliases.iter().rev().find(|a| a.words.len() == 1);
        whole.map(|alias| alias.name)
    }

    /// Whether some name begins with a word.
    pub fn begins_name(&self, word: &str) -> bool {
        self.aliases.contains_key(word)
    }

    pub fn name_at(&self, index: usize) -> &Name {
        &self.names[index]
    }

    /// The index of a name by its label.
    pub fn labelled(&self, label: &str) -> Option<usize> {
        self.names.iter().position(|name| name.label == label)
    }
}

fn section(class: Class) -> &'static str {
    let found = CLASSES.iter().find(|(c, _)| *c == class);
    found.map_or("", |(_, name)| name)
}
