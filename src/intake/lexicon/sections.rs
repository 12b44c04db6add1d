//! The sections of a lexicon as they are written, before they are compiled.

use std::collections::HashMap;

use serde::Deserialize;

use super::{CLASSES, LexiconError};

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Sections {
    pub(super) verbs: Verbs,
    pub(super) nouns: HashMap<String, Vec<String>>,
    pub(super) acts: HashMap<String, Vec<String>>,
    pub(super) agents: HashMap<String, Vec<String>>,
    pub(super) small: HashMap<String, Vec<String>>,
    pub(super) names: HashMap<String, Vec<String>>,
    pub(super) party: Vec<PartyEntry>,
    pub(super) group: Vec<GroupEntry>,
}

pub(super) type Verbs = HashMap<String, VerbSection>;

#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct VerbSection {
    pub(super) words: Vec<String>,
    pub(super) why: Option<String>,
    pub(super) passed: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartyEntry {
    pub(super) name: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    #[serde(default)]
    pub(super) adjectives: Vec<String>,
    pub(super) office: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupEntry {
    pub(super) name: String,
    #[serde(default)]
    pub(super) aliases: Vec<String>,
    #[serde(default)]
    pub(super) adjectives: Vec<String>,
    #[serde(default)]
    pub(super) members: Vec<String>,
    #[serde(default)]
    pub(super) members_owe: bool,
    #[serde(default)]
    pub(super) framework: bool,
}

impl Sections {
    pub(super) fn add(&mut self, other: Sections) {
        for (name, section) in other.verbs {
            let mine = self.verbs.entry(name).or_default();
            mine.words.extend(section.words);
            mine.why = section.why.or(mine.why.take());
            mine.passed = section.passed.or(mine.passed.take());
        }
        let lists = [
            (&mut self.nouns, other.nouns),
            (&mut self.acts, other.acts),
            (&mut self.agents, other.agents),
            (&mut self.small, other.small),
            (&mut self.names, other.names),
        ];
        for (mine, theirs) in lists {
            for (name, words) in theirs {
                mine.entry(name).or_default().extend(words);
            }
        }
        self.party.extend(other.party);
        self.group.extend(other.group);
    }
}

/// The lists a section may have; anything else is a slip of the pen.
const LISTS: [(&str, &[&str]); 5] = [
    (
        "nouns",
        &[
            "commitment",
            "wishes",
            "emphasis",
            "plans",
            "acts",
            "concrete",
            "abstract",
            "joint",
            "more",
            "deliverables",
        ],
    ),
    (
        "acts",
        &[
            "concrete",
            "making",
            "open",
            "giving",
            "advancing",
            "agentive",
            "spoken",
            "bound",
            "fulfilling",
        ],
    ),
    ("agents", &["parties", "bodies", "organs", "offices"]),
    ("small", &["adverbs", "prepositions", "subordinators"]),
    ("names", &["instruments", "meetings", "geography"]),
];

pub(super) fn check_lists(sections: &Sections) -> Result<(), LexiconError> {
    let all = [
        &sections.nouns,
        &sections.acts,
        &sections.agents,
        &sections.small,
        &sections.names,
    ];
    for (given, (name, known)) in all.into_iter().zip(LISTS) {
        if let Some(strange) = given.keys().find(|key| !known.contains(&key.as_str())) {
            return Err(LexiconError(format!(
                "[{name}] has no list `{strange}`; it has {}",
                known.join(", ")
            )));
        }
    }
    let strange = |key: &&String| !CLASSES.iter().any(|(_, name)| name == *key);
    match sections.verbs.keys().find(strange) {
        Some(key) => Err(LexiconError(format!(
            "there is no class of verbs `{key}`; there are {}",
            CLASSES.map(|(_, name)| name).join(", ")
        ))),
        None => Ok(()),
    }
}
