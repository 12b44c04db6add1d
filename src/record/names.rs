//! Names: which things the files declare, what they refer to, and whether every reference finds its
//! thing in the files or in what is recorded already.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use super::entity::{self, EntityKey};
use super::problems::{Place, Report};
use crate::domain::book::Book;
use crate::domain::nearest::nearest;

/// What a reference may point to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Target {
    One(&'static str),
    /// A desk or a person.
    Reader,
}

impl Target {
    fn kinds(self) -> &'static [&'static str] {
        match self {
            Target::Reader => &[entity::DESK, entity::PERSON],
            Target::One(kind) => entity::KINDS
                .iter()
                .position(|k| *k == kind)
                .map_or(&[], |at| &entity::KINDS[at..=at]),
        }
    }

    fn name(self) -> &'static str {
        match self {
            Target::One(kind) => kind,
            Target::Reader => "desk or person",
        }
    }
}

/// A name used in one place for a thing described elsewhere.
#[derive(Debug)]
struct Reference {
    target: Target,
    id: String,
    place: Place,
    /// Who refers, and by which key: "desk `x`: `head`".
    by: String,
}

/// The ids there are, by kind.
type Ids = BTreeMap<&'static str, BTreeSet<String>>;

/// The kind that shares its name space.
fn namesake(kind: &str) -> Option<&'static str> {
    match kind {
        entity::DESK => Some(entity::PERSON),
        entity::PERSON => Some(entity::DESK),
        _ => None,
    }
}

/// Guessing looks at every name there is. In a file where thousands of references fail, the first
/// guesses tell what is wrong; the rest would only take time.
#[derive(Default)]
struct Guesses {
    made: usize,
}

impl Guesses {
    const MOST: usize = 50;

    fn nearest<'a>(&mut self, id: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
        if self.made == Self::MOST {
            return None;
        }
        self.made += 1;
        nearest(id, known)
    }
}

#[derive(Debug, Default)]
pub(super) struct Names {
    declared: RefCell<BTreeMap<EntityKey, Place>>,
    references: RefCell<Vec<Reference>>,
}

impl Names {
    /// Notes that a thing of this name is described here. A second one of the same name is a
    /// problem; so is a desk named like a person.
    pub fn declare(&self, key: EntityKey, place: Place, report: &Report, files: &[String]) {
        let mut declared = self.declared.borrow_mut();
        let other = namesake(key.kind).map(|kind| EntityKey {
            kind,
            id: key.id.clone(),
        });
        let earlier = other
            .and_then(|other| declared.get_key_value(&other))
            .or_else(|| declared.get_key_value(&key));
        let Some((known, first)) = earlier else {
            declared.insert(key, place);
            return;
        };
        let file = match first.file == place.file {
            true => String::new(),
            false => format!(" of {}", files.get(first.file).map_or("", String::as_str)),
        };
        let line = first.line;
        let message = if known.kind == key.kind {
            format!("{key} is described a second time; the first is on line {line}{file}")
        } else {
            format!(
                "{key} has the id of the {} on line {line}{file}; desks and people share one name space",
                known.kind
            )
        };
        report.say(place, message);
    }

    pub fn refer(&self, target: Target, id: &str, place: Place, by: String) {
        self.references.borrow_mut().push(Reference {
            target,
            id: id.to_owned(),
            place,
            by,
        });
    }

    /// Checks every reference, and that no desk takes the name of a recorded person or the reverse.
    pub fn resolve(&self, base: &Book, report: &Report) {
        let recorded: Ids = entity::KINDS
            .into_iter()
            .map(|kind| (kind, entity::ids_in(base, kind).into_iter().collect()))
            .collect();
        self.check_namesakes(&recorded, report);
        let mut known = recorded;
        for key in self.declared.borrow().keys() {
            known.entry(key.kind).or_default().insert(key.id.clone());
        }
        self.check_references(&known, report);
    }

    fn check_namesakes(&self, recorded: &Ids, report: &Report) {
        for (key, place) in self.declared.borrow().iter() {
            if let Some(kind) = namesake(key.kind).filter(|kind| recorded[kind].contains(&key.id)) {
                report.say(
                    *place,
                    format!(
                        "{key} has the id of a {kind} that is on record; desks and people share one name space"
                    ),
                );
            }
        }
    }

    fn check_references(&self, known: &Ids, report: &Report) {
        let mut guesses = Guesses::default();
        for reference in self.references.borrow().iter() {
            let Reference {
                target,
                id,
                place,
                by,
            } = reference;
            let kinds = target.kinds();
            if kinds.iter().any(|kind| known[kind].contains(id)) {
                continue;
            }
            let candidates = kinds.iter().flat_map(|kind| &known[kind]);
            let hint = match guesses.nearest(id, candidates.map(String::as_str)) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => ", neither on record nor in the files".to_owned(),
            };
            let kind = target.name();
            report.say(
                *place,
                format!("{by} names `{id}`, but there is no such {kind}{hint}"),
            );
        }
    }

    /// Where a thing is described.
    pub fn place(&self, key: &EntityKey) -> Option<Place> {
        self.declared.borrow().get(key).copied()
    }

    /// Where each thing is described.
    pub fn into_places(self) -> BTreeMap<EntityKey, Place> {
        self.declared.into_inner()
    }
}
