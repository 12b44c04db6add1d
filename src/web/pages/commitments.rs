//! The list of commitments: filters in the address, the most pressing first, fifty a page.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::acts::bulk::MOST;
use crate::acts::editing::may_edit;
use crate::domain::commitment::{Kind, Lifecycle};
use crate::domain::directory::Directory;
use crate::domain::progress::Confidence;
use crate::domain::schedule::Schedule;
use crate::record::{EntityKey, entity};
use crate::web::filter::{Complaints, Filter, Place, States};
use crate::web::pages::edit;
use crate::web::pages::views::ViewsBar;
use crate::web::row::{Link, Row};
use crate::web::say;
use crate::web::scene::Scene;
use crate::wording;

/// How many commitments stand on one page.
const PAGE: usize = 50;

/// How many options a choice offers, so that a page stays small; a link may ask for any.
const OPTIONS: usize = 80;

#[derive(Debug, Serialize)]
pub struct CommitmentsPage<'a> {
    /// `Three commitments are overdue.`
    pub answer: String,
    pub complaints: Complaints,
    pub form: FilterForm,
    /// What is asked for, in words, each with the list without it.
    pub asked: Vec<Link>,
    pub views: ViewsBar,
    pub rows: Vec<Row<'a>>,
    pub pager: Pager,
    /// How many match.
    pub count: usize,
    /// Where some of them may be changed at once.
    pub choose: Option<Choose<'a>>,
}

/// What may be chosen of a list, to be changed at once.
#[derive(Debug, Serialize)]
pub struct Choose<'a> {
    pub references: BTreeSet<&'a str>,
    /// The filters, for whoever changes all that match.
    pub hidden: Vec<(&'static str, String)>,
    /// Where the list is come back to.
    pub back: String,
    /// `Change all 26 that match`
    pub all: Option<String>,
}

impl<'a> CommitmentsPage<'a> {
    /// The same list, where somebody who may edit some of it chooses what to change.
    pub fn with_choice(self, scene: &Scene<'a>, administrator: bool, filter: &Filter) -> Self {
        let (rights, may) = (edit::rights(scene), edit::editor(scene, administrator));
        let is_editable = |row: &&Row<'_>| {
            EntityKey::of(entity::COMMITMENT, row.reference)
                .is_some_and(|key| may_edit(&rights, administrator, &key, scene.book).is_ok())
        };
        let editable = self
            .rows
            .iter()
            .filter(|_| may.is_some())
            .filter(is_editable);
        let references: BTreeSet<&'a str> = editable.map(|row| row.reference).collect();
        let is_many = (2..=MOST).contains(&self.count);
        let all = is_many.then(|| format!("Change all {} that match", say::figures(self.count)));
        let choose = (!references.is_empty()).then(|| Choose {
            references,
            hidden: filter.pairs().into_iter().collect(),
            back: filter.href(filter.page),
            all,
        });
        Self { choose, ..self }
    }
}

/// The form above the list: every choice, and which is taken.
#[derive(Debug, Serialize)]
pub struct FilterForm {
    pub words: String,
    pub choices: Vec<Choice>,
    pub is_plain: bool,
}

#[derive(Debug, Serialize)]
pub struct Choice {
    pub name: &'static str,
    pub label: &'static str,
    pub options: Vec<Opt>,
}

/// One option of a choice.
#[derive(Debug, Serialize)]
pub struct Opt {
    pub value: String,
    pub text: String,
    pub chosen: bool,
}

impl Opt {
    pub fn new(value: &str, text: impl Into<String>, chosen: Option<&str>) -> Self {
        Self {
            value: value.to_owned(),
            text: text.into(),
            chosen: chosen.unwrap_or_default() == value,
        }
    }
}

/// The way through a list of pages.
#[derive(Debug, Serialize)]
pub struct Pager {
    /// `1 to 50 of 10,000`
    pub words: String,
    pub before: Option<String>,
    pub after: Option<String>,
}

/// Draws the list.
pub fn commitments<'a>(
    scene: &Scene<'a>,
    filter: &Filter,
    complaints: Complaints,
) -> CommitmentsPage<'a> {
    let mut count = 0;
    let start = (filter.page - 1).saturating_mul(PAGE);
    let mut shown = Vec::new();
    for standing in scene.readable().filter(|s| filter.admits(scene, s)) {
        if count >= start && shown.len() < PAGE {
            shown.push(standing);
        }
        count += 1;
    }
    CommitmentsPage {
        answer: answer(scene, filter, count),
        complaints,
        form: form(filter, scene.directory()),
        asked: asked(filter, scene.directory()),
        views: ViewsBar::default(),
        rows: shown
            .into_iter()
            .map(|s| Row::of(s, scene.directory()))
            .collect(),
        pager: pager(filter, PAGE, count),
        count,
        choose: None,
    }
}

fn answer(scene: &Scene<'_>, filter: &Filter, count: usize) -> String {
    if scene.book.commitments.is_empty() {
        return "No commitment is on record yet.".to_owned();
    }
    let noun = if count == 1 {
        "commitment"
    } else {
        "commitments"
    };
    let number = say::number(count);
    let are = say::are(count);
    if count == 0 {
        return "No commitment matches.".to_owned();
    }
    match (filter.is_plain(), filter.schedule, filter.state) {
        (true, ..) => format!("{number} open {noun}."),
        (false, Some(schedule), States::Open) if filter.pairs().len() == 1 => {
            match wording::schedule(schedule).word {
                "no deadline" => format!("{number} {noun} {} no deadline.", has(count)),
                word => format!("{number} {noun} {are} {word}."),
            }
        }
        _ => format!(
            "{number} {noun} {}.",
            say::does(count, "match").replace("matchs", "matches")
        ),
    }
}

fn has(n: usize) -> &'static str {
    if n == 1 { "has" } else { "have" }
}

/// The choices, as they are taken.
pub fn form(filter: &Filter, directory: &Directory) -> FilterForm {
    let choice = |name, label, any: &str, chosen: Option<&str>, values: Vec<(String, String)>| {
        let options = values
            .into_iter()
            .map(|(value, text)| Opt::new(&value, text, chosen))
            .enumerate()
            .filter(|(place, option)| *place < OPTIONS || option.chosen)
            .map(|(_, option)| option);
        Choice {
            name,
            label,
            options: std::iter::once(Opt::new("", any, chosen))
                .chain(options)
                .collect(),
        }
    };
    let pair = |id: &str, name: &str| (id.to_owned(), name.to_owned());
    let usual = filter.place.usual();
    let states = Lifecycle::ALL
        .iter()
        .map(|s| pair(s.as_str(), wording::lifecycle(*s)))
        .filter(|(state, _)| state != usual.as_str());
    let every_state = (usual != States::All).then(|| pair("all", "all"));
    FilterForm {
        words: filter.words.clone().unwrap_or_default(),
        is_plain: filter.is_plain(),
        choices: vec![
            choice(
                "schedule",
                "Schedule",
                "any",
                filter.schedule.map(Schedule::as_str),
                Schedule::ALL
                    .iter()
                    .map(|s| pair(s.as_str(), wording::schedule(*s).word))
                    .collect(),
            ),
            choice(
                "lead",
                "Lead desk",
                "any",
                filter.lead.as_deref(),
                directory
                    .desks
                    .values()
                    .map(|d| pair(d.id.as_str(), &d.name))
                    .collect(),
            ),
            choice(
                "partnership",
                "Partnership",
                "any",
                filter.partnership.as_deref(),
                directory
                    .partnerships
                    .values()
                    .map(|p| pair(p.id.as_str(), &p.name))
                    .collect(),
            ),
            choice(
                "kind",
                "Kind",
                "any",
                filter.kind.map(Kind::as_str),
                Kind::ALL
                    .iter()
                    .map(|k| pair(k.as_str(), wording::kind(*k)))
                    .collect(),
            ),
            choice(
                "state",
                "State",
                usual.as_str(),
                (filter.state != usual).then(|| filter.state.as_str()),
                every_state.into_iter().chain(states).collect(),
            ),
            choice(
                "confidence",
                "Confidence",
                "any",
                filter.confidence.map(Confidence::as_str),
                Confidence::ALL
                    .iter()
                    .map(|c| pair(c.as_str(), wording::confidence(*c)))
                    .collect(),
            ),
            choice(
                "meeting",
                "Meeting",
                "any",
                filter.meeting.as_deref(),
                directory
                    .meetings
                    .values()
                    .map(|m| pair(m.id.as_str(), &m.name()))
                    .collect(),
            ),
            choice(
                "instrument",
                "Instrument",
                "any",
                filter.instrument.as_deref(),
                directory
                    .instruments
                    .values()
                    .map(|i| pair(i.id.as_str(), i.short()))
                    .collect(),
            ),
        ],
    }
}

/// What is asked for, each with the address that no longer asks for it. The words of a search stand in
/// its field.
pub fn asked(filter: &Filter, directory: &Directory) -> Vec<Link> {
    let form = form(filter, directory);
    let words = filter.words.iter().filter(|_| filter.place == Place::List);
    let words = words.map(|w| {
        let without = Filter {
            words: None,
            ..filter.clone()
        };
        Link::new(without.href(1), format!("“{w}”"))
    });
    let choices = form.choices.iter().filter_map(|choice| {
        let option = choice
            .options
            .iter()
            .find(|o| o.chosen && !o.value.is_empty())?;
        let pairs: Vec<(String, String)> = filter
            .pairs()
            .into_iter()
            .filter(|(name, _)| *name != choice.name)
            .map(|(name, value)| (name.to_owned(), value))
            .collect();
        let (without, _) = Filter::read(filter.place, &pairs, directory);
        let text = format!("{}: {}", choice.label, option.text);
        Some(Link::new(without.href(1), text))
    });
    words.chain(choices).collect()
}

/// The way on, from a page of so many.
pub fn pager(filter: &Filter, size: usize, count: usize) -> Pager {
    let start = (filter.page - 1).saturating_mul(size);
    let end = start.saturating_add(size).min(count);
    let words = if start >= count {
        format!("Page {} of {}", filter.page, count.div_ceil(size))
    } else {
        let [from, to, all] = [start + 1, end, count].map(say::figures);
        format!("{from} to {to} of {all}")
    };
    Pager {
        words,
        before: (filter.page > 1).then(|| {
            let last = count.div_ceil(size).max(1);
            filter.href((filter.page - 1).min(last))
        }),
        after: (end < count).then(|| filter.href(filter.page + 1)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::testing::{MONDAY, World, person, with_words};

    fn draw(viewer: &str, pairs: &[(&str, &str)]) -> (String, Vec<String>, Pager) {
        let world = World::new(person(viewer), MONDAY);
        let scene = world.scene();
        let pairs: Vec<_> = pairs
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        let (filter, complaints) = Filter::read(Place::List, &pairs, scene.directory());
        let filter = with_words(&scene, filter);
        let page = commitments(&scene, &filter, complaints);
        let rows = page.rows.iter().map(|r| r.reference.to_owned()).collect();
        (page.answer, rows, page.pager)
    }

    #[test]
    fn the_first_line_says_how_many() {
        assert_eq!(draw("som-leader", &[]).0, "26 open commitments.");
        assert_eq!(
            draw("som-leader", &[("schedule", "overdue")]).0,
            "One commitment is overdue."
        );
        assert_eq!(
            draw("som-leader", &[("q", "grid")]).0,
            "Two commitments match."
        );
        assert_eq!(
            draw("som-leader", &[("q", "xyz")]).0,
            "No commitment matches."
        );
    }

    #[test]
    fn what_a_viewer_may_not_read_is_neither_listed_nor_counted() {
        let closed = [("q", "closed session")];
        assert_eq!(draw("som-leader", &closed).1, ["PREP-04"]);
        assert_eq!(draw("officer-cyber", &closed).1, Vec::<String>::new());
        assert_eq!(draw("officer-cyber", &[]).0, "25 open commitments.");
    }

    #[test]
    fn a_page_past_the_end_leads_back() {
        let (_, rows, pager) = draw("som-leader", &[("page", "9")]);
        assert!(rows.is_empty());
        assert_eq!(pager.before.as_deref(), Some("/commitments"));
        assert_eq!(pager.after, None);
    }
}
