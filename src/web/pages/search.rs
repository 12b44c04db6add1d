//! The search: everything on record that says what is looked for, as far as its reader may read it, the
//! nearest to the surface first. What is found says where, with the words marked.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::domain::finding::Query;
use crate::domain::folding::folded;
use crate::domain::nearest::nearest_of;
use crate::store::Found;
use crate::web::excerpt::{self, Stretch};
use crate::web::filter::{Complaints, Filter};
use crate::web::hits::{self, Said, Thing, Things, said};
use crate::web::pages::commitments::{FilterForm, Pager, asked, form, pager};
use crate::web::pages::views::ViewsBar;
use crate::web::row::{Link, Row};
use crate::web::say;
use crate::web::scene::Scene;

/// How much of what was found stands on one page.
const PAGE: usize = 20;

#[derive(Debug, Serialize)]
pub struct SearchPage<'a> {
    /// `Two commitments and one paragraph say this.`
    pub answer: String,
    pub complaints: Complaints,
    pub form: FilterForm,
    pub asked: Vec<Link>,
    pub views: ViewsBar,
    pub hits: Vec<Hit<'a>>,
    pub pager: Pager,
    /// Where nothing was found: what to do about it.
    pub advice: Option<&'static str>,
    /// Where another spelling finds something.
    pub meant: Option<Link>,
}

/// One thing that was found.
#[derive(Debug, Serialize)]
pub struct Hit<'a> {
    pub href: String,
    /// Of a commitment its line in a list.
    pub row: Option<Row<'a>>,
    /// Of a document which paragraph.
    pub paragraph: Option<usize>,
    pub title: Vec<Stretch>,
    pub said: Option<Said>,
}

/// Draws what was found.
pub fn search<'a>(
    scene: &Scene<'a>,
    filter: &Filter,
    complaints: Complaints,
    query: &Query,
    found: &Found,
) -> SearchPage<'a> {
    let things = Things::of(scene, filter, found);
    let (of_commitments, of_paragraphs) = (things.commitments.len(), things.paragraphs.len());
    let shown = things.page(filter.page, PAGE);
    let mut complaints = complaints;
    if query.is_cut {
        complaints.push("That is more than can be looked for; its beginning was.".into());
    }
    let is_asked = filter.words.is_some();
    SearchPage {
        answer: answer(is_asked, query, of_commitments, of_paragraphs),
        complaints,
        form: form(filter, scene.directory()),
        asked: asked(filter, scene.directory()),
        views: ViewsBar::default(),
        hits: shown.map(|thing| hit(scene, query, thing)).collect(),
        pager: pager(filter, PAGE, of_commitments + of_paragraphs),
        advice: (of_commitments + of_paragraphs == 0).then(|| advice(is_asked, query, filter)),
        meant: None,
    }
}

fn answer(is_asked: bool, query: &Query, commitments: usize, paragraphs: usize) -> String {
    if !is_asked {
        return "What are you looking for?".to_owned();
    }
    if query.is_empty() {
        return "There is no word in that to look for.".to_owned();
    }
    let count = |n: usize, one: &str| {
        let end = if n == 1 { "" } else { "s" };
        format!("{} {one}{end}", say::number(n))
    };
    let of_commitments = count(commitments, "commitment");
    let of_paragraphs = count(paragraphs, "paragraph");
    let say = say::does(commitments + paragraphs, "say");
    match (commitments, paragraphs) {
        (0, 0) => "Nothing on record says this.".to_owned(),
        (_, 0) => format!("{of_commitments} {say} this."),
        (0, _) => format!("{of_paragraphs} of documents {say} this."),
        _ => {
            let of_paragraphs = of_paragraphs.to_lowercase();
            format!("{of_commitments} and {of_paragraphs} of documents {say} this.")
        }
    }
}

fn advice(is_asked: bool, query: &Query, filter: &Filter) -> &'static str {
    let is_narrowed = filter.pairs().len() > usize::from(is_asked);
    match (is_asked, query.is_empty(), is_narrowed) {
        (false, ..) => {
            "A reference, words of a title, a promise, an update or a document. All of them have to be said; words in “quotation marks” in a row."
        }
        (_, true, _) => "Type a word, or the reference of a commitment, like US37-03.",
        (_, _, true) => "Ask for less: take a filter away, or a word.",
        _ => {
            "Try fewer words, or the beginning of one. Words in quotation marks have to stand in a row."
        }
    }
}

fn hit<'a>(scene: &Scene<'a>, query: &Query, thing: Thing<'a>) -> Hit<'a> {
    match thing {
        Thing::Commitment(standing, level) => {
            let commitment = &*standing.commitment;
            Hit {
                href: format!("/commitments/{}", commitment.reference),
                row: Some(Row::of(standing, scene.directory())),
                paragraph: None,
                title: excerpt::marked(&commitment.title, query),
                said: said(scene, query, commitment, level),
            }
        }
        Thing::Paragraph(document, paragraph) => Hit {
            href: hits::address_of(document, paragraph),
            row: None,
            paragraph: Some(paragraph).filter(|n| *n > 0),
            title: excerpt::marked(&document.title, query),
            said: hits::paragraph(document, paragraph).map(|text| Said {
                place: format!("Paragraph {paragraph}"),
                is_promise: false,
                stretches: excerpt::excerpt(&text, query),
            }),
        },
    }
}

/// What may have been meant, where nothing was found: words that stand nowhere replaced by the nearest
/// that stand in a title the viewer may read.
pub fn meant(scene: &Scene<'_>, query: &Query) -> Option<String> {
    let titles = scene.readable().map(|s| folded(&s.commitment.title));
    let known: BTreeSet<String> = titles.flatten().collect();
    let mut changed = false;
    let mut said = Vec::new();
    for term in query.terms() {
        let [word] = term.words.as_slice() else {
            return None;
        };
        let is_known = known.iter().any(|known| known.starts_with(word.as_str()));
        if is_known || word.chars().count() < 4 {
            said.push(word.as_str());
            continue;
        }
        said.push(nearest_of(word, known.iter().map(String::as_str), ALIKE)?);
        changed = true;
    }
    changed.then(|| said.join(" "))
}

/// How much alike a word has to be to be meant.
const ALIKE: f64 = 0.86;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::finding::Level;
    use crate::domain::ids::CommitmentRef;
    use crate::web::filter::Place;
    use crate::web::testing::{MONDAY, World, person};

    #[test]
    fn the_first_line_says_what_was_found() {
        let query = Query::read("grid");
        let answer = |n, m| answer(true, &query, n, m);
        assert_eq!(answer(0, 0), "Nothing on record says this.");
        assert_eq!(answer(1, 0), "One commitment says this.");
        assert_eq!(answer(1_000, 0), "1,000 commitments say this.");
        assert_eq!(answer(0, 1), "One paragraph of documents says this.");
        assert_eq!(
            answer(2, 3),
            "Two commitments and three paragraphs of documents say this."
        );
    }

    #[test]
    fn a_slip_of_the_pen_is_told_from_what_one_may_read_alone() {
        let meant_by = |viewer: &str, typed: &str| {
            let world = World::new(person(viewer), MONDAY);
            meant(&world.scene(), &Query::read(typed))
        };
        assert_eq!(meant_by("som-leader", "confernce"), None);
        assert_eq!(meant_by("som-leader", "sesion"), Some("session".into()));
        assert_eq!(meant_by("officer-cyber", "sesion"), None);
        assert_eq!(meant_by("som-leader", "session"), None);
    }

    #[test]
    fn filters_narrow_what_was_found() {
        let world = World::new(person("som-leader"), MONDAY);
        let scene = world.scene();
        let all: Vec<(CommitmentRef, Level)> = world
            .book
            .commitments
            .keys()
            .map(|reference| (reference.clone(), Level::Promise))
            .collect();
        let found = Found {
            commitments: all,
            paragraphs: Vec::new(),
        };
        let references = |pairs: &[(&str, &str)]| {
            let pairs: Vec<_> = pairs
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect();
            let (filter, _) = Filter::read(Place::Search, &pairs, scene.directory());
            let page = search(&scene, &filter, Vec::new(), &Query::read("a"), &found);
            let rows = page.hits.iter().filter_map(|hit| hit.row.as_ref());
            rows.map(|row| row.reference.to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(
            references(&[("lead", "cyber-desk")]),
            ["PREP-06", "US37-07"]
        );
        assert_eq!(references(&[("state", "closed")]), ["PREP-07"]);
        assert_eq!(references(&[]).len(), PAGE);
    }
}
