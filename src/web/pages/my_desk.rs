//! An officer's home: what wants an answer now, each with its promise, what is asked and the form in
//! place; below, what is coming up, what waits for review, and drafts that were begun.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::acts::reporting::draft_for;
use crate::acts::working::Worker;
use crate::domain::commitment::Commitment;
use crate::domain::ids::DeskId;
use crate::domain::reporting::Complaint;
use crate::domain::schedule::Schedule;
use crate::web::matters::{self, Matter};
use crate::web::pages::views::ViewLink;
use crate::web::report_form::{self, ReportForm, TypedReport};
use crate::web::row::{Link, Row};
use crate::web::say;
use crate::web::scene::{Role, Scene};
use crate::web::standing::Standing;
use crate::wording;

/// How many cards stand on the page at once.
const MOST_CARDS: usize = 8;
/// How many lines a list below them has.
const MOST_ROWS: usize = 12;

/// What was typed into one card, and what is the matter with it.
#[derive(Debug, Default)]
pub struct Card {
    pub typed: TypedReport,
    pub complaints: Vec<Complaint>,
    pub overtaken: bool,
}

/// The cards that came back, by reference.
pub type Cards = BTreeMap<String, Card>;

#[derive(Debug, Serialize)]
pub struct MyDeskPage<'a> {
    pub today: String,
    pub desks: Vec<Link>,
    /// `Three things want an answer.`
    pub answer: String,
    pub cards: Vec<CardView<'a>>,
    pub more: Option<Link>,
    pub lists: Vec<List<'a>>,
    /// The views the viewer keeps, and those of their desks.
    pub views: Vec<ViewLink>,
    /// Whether this viewer reports for any desk.
    pub reports: bool,
}

#[derive(Debug, Serialize)]
pub struct CardView<'a> {
    pub row: Row<'a>,
    pub promise: &'a str,
    /// What is asked.
    pub asked: String,
    pub returned: bool,
    pub form: ReportForm,
}

#[derive(Debug, Serialize)]
pub struct List<'a> {
    pub id: &'static str,
    pub heading: &'static str,
    pub rows: Vec<Row<'a>>,
    pub more: usize,
    pub empty: &'static str,
}

/// Draws it. `back` holds what was typed into the cards that could not be sent.
pub fn my_desk<'a>(scene: &Scene<'a>, worker: &Worker, back: &Cards) -> MyDeskPage<'a> {
    let desks = own_desks(scene);
    let open: Vec<&Standing> = scene
        .open()
        .filter(|s| desks.contains(&s.commitment.lead))
        .collect();
    let asked = matters::asked_of(scene, &open, &desks);
    let asked_now: BTreeSet<&str> = asked.iter().map(|m| reference(m.standing)).collect();
    let wanted = asked.len();
    let late: Vec<Matter<'a>> = late_cards(&open, back, &asked_now);
    let mut cards: Vec<CardView<'a>> = late
        .into_iter()
        .chain(asked)
        .take(MOST_CARDS.max(back.len()))
        .filter_map(|matter| card(scene, worker, matter, back))
        .collect();
    // What came back stands first: it is what the reader is in the middle of.
    cards.sort_by_key(|card| !back.contains_key(card.row.reference));
    MyDeskPage {
        today: wording::weekday_day(scene.today()),
        desks: desk_links(scene, &desks),
        answer: answer(wanted),
        more: more(wanted, &desks),
        lists: lists(scene, worker, &open, &desks, &asked_now),
        reports: !desks.is_empty(),
        views: Vec::new(),
        cards,
    }
}

fn reference(standing: &Standing) -> &str {
    standing.commitment.reference.as_str()
}

/// The desks whose answers this viewer gives: as an officer; without one, as a head, then as a SOM
/// leader. A body outside is answered for by the desk it is reached through.
fn own_desks(scene: &Scene<'_>) -> BTreeSet<DeskId> {
    let rights = scene.rights();
    let own = match scene.role() {
        Role::Onlooker => BTreeSet::new(),
        Role::Officer(desks) | Role::Head(desks) | Role::Leader(desks) => {
            let as_officer = scene.desks_as_officer();
            if as_officer.is_empty() {
                desks
            } else {
                as_officer
            }
        }
    };
    rights.with_those_reached_through(own)
}

/// Cards that came back with a complaint, though nothing is asked any more.
fn late_cards<'a>(open: &[&'a Standing], back: &Cards, asked: &BTreeSet<&str>) -> Vec<Matter<'a>> {
    let late = |s: &&&Standing| back.contains_key(reference(s)) && !asked.contains(reference(s));
    open.iter().filter(late).map(|s| Matter::plain(s)).collect()
}

fn card<'a>(
    scene: &Scene<'a>,
    worker: &Worker,
    matter: Matter<'a>,
    back: &Cards,
) -> Option<CardView<'a>> {
    let commitment: &'a Commitment = &matter.standing.commitment;
    let begun;
    let (typed, complaints, overtaken) = match back.get(commitment.reference.as_str()) {
        Some(card) => (&card.typed, card.complaints.as_slice(), card.overtaken),
        None => {
            begun = TypedReport::begun(commitment, worker);
            (&begun, &[][..], false)
        }
    };
    let form = report_form::form(scene, commitment, worker, typed, complaints, overtaken)?;
    let asked = matter.note.clone().unwrap_or_default();
    Some(CardView {
        returned: asked.starts_with("returned"),
        asked: match asked.is_empty() {
            true => String::new(),
            false => say::capitalised(&asked),
        },
        promise: &commitment.promise.words,
        row: Row::of(matter.standing, scene.directory()),
        form,
    })
}

fn answer(asked: usize) -> String {
    match asked {
        0 => "Nothing wants an answer from you now.".to_owned(),
        1 => "One thing wants an answer.".to_owned(),
        n => format!("{} things want an answer.", say::number(n)),
    }
}

fn more(asked: usize, desks: &BTreeSet<DeskId>) -> Option<Link> {
    let left = asked.checked_sub(MOST_CARDS).filter(|n| *n > 0)?;
    let href = desks.first().map_or("/commitments".to_owned(), |d| {
        format!("/commitments?lead={d}")
    });
    Some(Link::new(
        href,
        format!("and {left} more, once these are answered"),
    ))
}

fn desk_links(scene: &Scene<'_>, desks: &BTreeSet<DeskId>) -> Vec<Link> {
    let link = |id: &DeskId| Link::new(format!("/desks/{id}"), scene.directory().desk_name(id));
    desks.iter().map(link).collect()
}

fn lists<'a>(
    scene: &Scene<'a>,
    worker: &Worker,
    open: &[&'a Standing],
    desks: &BTreeSet<DeskId>,
    asked: &BTreeSet<&str>,
) -> Vec<List<'a>> {
    let quiet = || open.iter().filter(|s| !asked.contains(reference(s)));
    let drafts = quiet().filter(|s| draft_for(&s.commitment, worker).is_some());
    let drafts = drafts.map(|s| Matter::plain(s)).collect();
    let ahead = quiet().filter(|s| matches!(s.schedule, Schedule::DueSoon | Schedule::OnTrack));
    let mut ahead: Vec<&&Standing> = ahead.filter(|s| s.window.is_some()).collect();
    ahead.sort_by_key(|s| s.window.map(|w| w.last));
    let ahead = ahead.into_iter().map(|s| Matter::plain(s)).collect();
    let waiting = matters::awaiting_review(scene, open, desks);
    let list = |id, heading, matters: Vec<Matter<'a>>, empty| {
        let more = matters.len().saturating_sub(MOST_ROWS);
        let some = matters.into_iter().take(MOST_ROWS);
        List {
            id,
            heading,
            rows: some.map(|m| m.into_row(scene.directory())).collect(),
            more,
            empty,
        }
    };
    let mut lists = vec![
        list("drafts", "Drafts you have begun", drafts, ""),
        list(
            "coming-up",
            "Coming up",
            ahead,
            "Nothing with a date. What falls due next will stand here.",
        ),
        list(
            "waiting",
            "Waiting for review",
            waiting,
            "Nothing. What you have sent will stand here until it is accepted or returned.",
        ),
    ];
    lists.retain(|list| !list.rows.is_empty() || !list.empty.is_empty());
    lists
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::PersonId;
    use crate::web::testing::{MONDAY, World, person};

    fn page_of(id: &str, look: impl FnOnce(MyDeskPage<'_>)) {
        let world = World::new(person(id), MONDAY);
        let worker = Worker::person(&PersonId::parse(id).unwrap());
        look(my_desk(&world.scene(), &worker, &Cards::new()));
    }

    #[test]
    fn what_is_asked_stands_first_with_its_form() {
        page_of("officer-asean-us", |page| {
            assert!(page.answer.contains("want"), "{}", page.answer);
            assert_eq!(page.cards[0].row.reference, "PREP-01");
            assert!(page.cards[0].asked.contains("what came of it"));
            assert!(!page.cards[0].promise.is_empty());
        });
    }

    #[test]
    fn whoever_holds_no_office_has_no_desk() {
        let world = World::new(crate::domain::access::Viewer::Operator, MONDAY);
        let worker = Worker {
            viewer: crate::domain::access::Viewer::Operator,
            actor: crate::acts::Actor::Operator,
        };
        let page = my_desk(&world.scene(), &worker, &Cards::new());
        assert!(!page.reports && page.cards.is_empty());
    }
}
