//! What is said of a document above and below its text: what waits, whence it came, as what it is on
//! record, and what other accounts claim.

use std::collections::BTreeMap;

use crate::domain::document::Document;
use crate::domain::ids::DocumentId;
use crate::intake::matching::{Found, Matches};
use crate::intake::review::Review;
use crate::web::pages::intake::card::Note;
use crate::web::pages::intake::waits;
use crate::web::row::Link;
use crate::web::say;
use crate::web::scene::Scene;
use crate::wording;

pub(super) fn answer(review: &Review, open: usize) -> String {
    let all = review.items.len();
    let passed = review.intake.passed.len();
    let found = match (all, open) {
        (0, _) => "Nothing in it was read as a commitment.".to_owned(),
        (_, 0) => "Everything it proposes is decided.".to_owned(),
        (_, n) => format!("{} for your decision.", waits(n)),
    };
    match passed {
        0 => found,
        1 => format!("{found} One sentence was passed over, with its reason."),
        n => format!(
            "{found} {} sentences were passed over, each with its reason.",
            say::number(n)
        ),
    }
}

pub(super) fn about(scene: &Scene<'_>, review: &Review) -> Vec<String> {
    let intake = &review.intake;
    let directory = scene.directory();
    let partnership = directory.partnerships.get(&intake.partnership);
    let person = directory.people.get(&intake.by);
    let on = intake.at.with_timezone(&scene.zone()).date_naive();
    let mut about = vec![
        partnership
            .map_or(intake.partnership.as_str(), |p| &p.name)
            .to_owned(),
        format!("issued on {}", wording::day(intake.issued)),
        format!(
            "brought in by {} on {}",
            person.map_or(intake.by.as_str(), |p| &p.name),
            wording::day(on)
        ),
    ];
    if intake.is_confidential {
        about.push("confidential: its text never goes on record".to_owned());
    }
    about
}

pub(super) fn document(scene: &Scene<'_>, review: &Review) -> Option<Link> {
    let id = review.intake.document.as_ref()?;
    scene.book.document(id.as_str()).map(document_link)
}

fn document_link(document: &Document) -> Link {
    let id = &document.id;
    let href = match &document.meeting {
        Some(meeting) => format!("/meetings/{meeting}#{id}"),
        None => format!("/record/document/{id}"),
    };
    Link::new(href, document.title.clone())
}

/// What the document is beside those on record.
pub(super) fn notes(scene: &Scene<'_>, review: &Review, matches: &Matches) -> Vec<Note> {
    let link = |id: &DocumentId| {
        let document = scene.book.document(id.as_str())?;
        Some(document_link(document))
    };
    let is = &matches.document;
    if review.intake.document.is_some() && is.other_accounts().is_empty() {
        return Vec::new();
    }
    let documents = is.already_there().into_iter().chain(is.other_accounts());
    let links: Vec<Link> = documents.filter_map(link).collect();
    match links.is_empty() {
        true => Vec::new(),
        false => vec![Note {
            words: say::sentence(&is.why),
            links,
        }],
    }
}

/// Names that are said to owe most of it and that the record does not have: the document may be of
/// another partnership. With how often each is named.
pub(super) fn strangers(matches: &Matches) -> Vec<(&str, usize)> {
    let obligors = matches.proposals.iter().flat_map(|found| &found.obligors);
    let unknown = obligors.filter(|named| matches!(named.is, Found::Unknown));
    often(
        unknown.map(|named| named.words.as_str()),
        matches.proposals.len(),
    )
}

/// The names that stand for at least half of `all`, and for three.
fn often<'a>(names: impl Iterator<Item = &'a str>, all: usize) -> Vec<(&'a str, usize)> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in names {
        *counts.entry(name).or_default() += 1;
    }
    counts.retain(|_, n| *n >= 3 && *n * 2 >= all);
    counts.into_iter().collect()
}

/// What is said of them once, above the text.
pub(super) fn of_strangers(strangers: &[(&str, usize)]) -> Vec<Note> {
    let note = |(name, n): &(&str, usize)| Note {
        words: format!(
            "The document speaks for “{name}” in {n} proposals, and the record does not have them: \
             is it of this partnership? Who owes each is still to be said."
        ),
        links: Vec::new(),
    };
    strangers.iter().map(note).collect()
}

pub(super) fn unclaimed(scene: &Scene<'_>, matches: &Matches) -> Vec<Note> {
    let readable = matches.unclaimed.iter().filter_map(|claim| {
        let commitment = scene.commitment(claim.reference.as_str())?;
        let text = format!("{} {}", claim.reference, commitment.title);
        let link = Link::new(format!("/commitments/{}", claim.reference), text);
        Some(Note {
            words: say::sentence(&claim.why),
            links: vec![link],
        })
    });
    readable.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whoever_the_record_lacks_throughout_is_named_once_above() {
        let names = ["APEC economies"; 4].into_iter().chain(["the Chair"]);
        let strangers = often(names, 6);
        assert_eq!(strangers, [("APEC economies", 4)]);
        let notes = of_strangers(&strangers);
        assert!(notes[0].words.contains("is it of this partnership?"));
        assert_eq!(often(["APEC economies"; 2].into_iter(), 2), []);
        assert_eq!(often(["APEC economies"; 4].into_iter(), 9), []);
    }
}
