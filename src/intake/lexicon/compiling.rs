//! From the sections of a lexicon as they are written to what is looked up while a document is read.

use std::collections::{HashMap, HashSet};

use super::inflection::{inflected, spellings};
use super::sections::{GroupEntry, PartyEntry, Sections, check_lists};
use super::{Act, Alias, CLASSES, Class, Classes, Lexicon, LexiconError, Name, VerbForm};
use crate::intake::tokens::tokenize_phrase;

pub(super) fn compile(mut sections: Sections) -> Result<Lexicon, LexiconError> {
    check_lists(&sections)?;
    let (mut verbs, mut whys, mut passes) = (HashMap::new(), HashMap::new(), HashMap::new());
    for (class, name) in CLASSES {
        let Some(section) = sections.verbs.remove(name) else {
            continue;
        };
        for entry in &section.words {
            for written in spellings(entry) {
                add_verb(&mut verbs, class, &written);
            }
        }
        whys.extend(section.why.map(|why| (name, why)));
        passes.extend(section.passed.map(|passed| (name, passed)));
    }
    let mut acts = HashMap::new();
    for (list, act) in [
        ("open", Act::Open),
        ("making", Act::Making),
        ("concrete", Act::Concrete),
    ] {
        for entry in sections.acts.remove(list).unwrap_or_default() {
            for written in spellings(&entry) {
                acts.extend(inflected(&written).map(|(form, _)| (form, act)));
            }
        }
    }
    let (names, aliases) = compile_names(sections.party, sections.group);
    let mut nouns = sections.nouns;
    let mut agents = sections.agents;
    let mut small = sections.small;
    let mut cased = sections.names;
    let mut other = sections.acts;
    Ok(Lexicon {
        verbs,
        whys,
        passes,
        acts,
        giving: verb_forms(&mut other, "giving"),
        agentive: verb_forms(&mut other, "agentive"),
        advancing: verb_forms(&mut other, "advancing"),
        spoken: verb_forms(&mut other, "spoken"),
        bound: set(&mut other, "bound"),
        fulfilling: verb_forms(&mut other, "fulfilling"),
        commitment: set(&mut nouns, "commitment"),
        wishes: set(&mut nouns, "wishes"),
        emphasis: set(&mut nouns, "emphasis"),
        plans: set(&mut nouns, "plans"),
        act_nouns: set(&mut nouns, "acts"),
        concrete_nouns: set(&mut nouns, "concrete"),
        abstract_nouns: set(&mut nouns, "abstract"),
        joint: set(&mut nouns, "joint"),
        more: set(&mut nouns, "more"),
        deliverables: set(&mut nouns, "deliverables"),
        agents: set(&mut agents, "parties"),
        bodies: set(&mut agents, "bodies"),
        organs: set(&mut agents, "organs"),
        offices: set(&mut agents, "offices"),
        adverbs: set(&mut small, "adverbs"),
        prepositions: set(&mut small, "prepositions"),
        subordinators: set(&mut small, "subordinators"),
        instruments: set(&mut cased, "instruments"),
        meetings: set(&mut cased, "meetings"),
        geography: set(&mut cased, "geography"),
        names,
        aliases,
    })
}

fn set(lists: &mut HashMap<String, Vec<String>>, name: &str) -> HashSet<String> {
    let words = lists.remove(name).unwrap_or_default();
    words.into_iter().map(|w| w.to_lowercase()).collect()
}

/// The forms of the verbs of a list.
fn verb_forms(lists: &mut HashMap<String, Vec<String>>, name: &str) -> HashSet<String> {
    let words = lists.remove(name).unwrap_or_default();
    let written = words.iter().flat_map(|w| spellings(w));
    written
        .flat_map(|w| inflected(&w).map(|(form, _)| form).collect::<Vec<_>>())
        .collect()
}

fn compile_names(
    parties: Vec<PartyEntry>,
    groups: Vec<GroupEntry>,
) -> (Vec<Name>, HashMap<String, Vec<Alias>>) {
    let mut names: Vec<Name> = Vec::new();
    let mut aliases: HashMap<String, Vec<Alias>> = HashMap::new();
    let mut add = |name: Name, written: &[String], adjectives: &[String]| {
        let known = names.iter().position(|n| n.label == name.label);
        let index = known.unwrap_or(names.len());
        let own = name.label.clone();
        match known {
            Some(known) => names[known].members.extend(name.members),
            None => names.push(name),
        }
        let written = written.iter().map(|w| (w, false));
        let all = written.chain(adjectives.iter().map(|w| (w, true)));
        for (alias, adjective) in all.chain([(&own, false)]) {
            let words = tokenize_phrase(alias);
            let words: Vec<String> = words.iter().map(|t| t.lower.to_string()).collect();
            if let Some(first) = words.first().cloned() {
                aliases.entry(first).or_default().push(Alias {
                    words,
                    name: index,
                    adjective,
                });
            }
        }
    };
    for party in parties {
        let name = Name {
            label: party.name,
            members: Vec::new(),
            members_owe: false,
            is_group: false,
            framework: false,
            office: party.office,
        };
        add(name, &party.aliases, &party.adjectives);
    }
    for group in groups {
        let name = Name {
            label: group.name,
            members: group.members,
            members_owe: group.members_owe,
            is_group: true,
            framework: group.framework,
            office: None,
        };
        add(name, &group.aliases, &group.adjectives);
    }
    (names, aliases)
}

fn add_verb(verbs: &mut HashMap<String, Vec<VerbForm>>, class: Class, entry: &str) {
    let base = entry.split('/').next().unwrap_or(entry).to_lowercase();
    for (written, form) in inflected(&entry.to_lowercase()) {
        let mut words = written.split_whitespace().map(str::to_owned);
        let Some(first) = words.next() else { continue };
        let rest: Vec<String> = words.collect();
        let forms = verbs.entry(first).or_default();
        // `set` is base and past at once: the base form speaks for both.
        match forms.iter_mut().find(|f| f.rest == rest) {
            Some(known) => known.classes.add(class),
            None => {
                let mut classes = Classes::default();
                classes.add(class);
                forms.push(VerbForm {
                    base: base.clone(),
                    rest,
                    form,
                    classes,
                });
            }
        }
    }
}
