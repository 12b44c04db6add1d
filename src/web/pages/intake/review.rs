//! The review of a document: paragraph by paragraph the text, with what it proposes marked in it, and
//! beside it a card for each proposal. Long documents come in parts.

mod parts;
mod rows;
mod words;

use serde::Serialize;

use self::parts::{PartLink, part_links, parts, within};
use self::rows::{Row, Rows};
use self::words::{about, answer, document, notes, of_strangers, strangers, unclaimed};
use super::card::{Note, shown_desk};
use crate::domain::document::paragraph_places;
use crate::domain::intake::may_decide;
use crate::intake::review::beside::Beside as Found;
use crate::intake::review::references::Names;
use crate::intake::review::{Item, Review, Wrong};
use crate::web::row::Link;
use crate::web::say;
use crate::web::scene::Scene;

pub use self::parts::part_of;

#[derive(Debug, Serialize)]
pub struct ReviewPage {
    pub heading: String,
    pub answer: String,
    pub about: Vec<String>,
    /// Where it is confirmed, while it is not on record.
    pub confirm: Option<String>,
    /// As what it is on record.
    pub document: Option<Link>,
    pub decides: bool,
    pub action: String,
    pub part: usize,
    pub parts: Vec<PartLink>,
    pub rows: Vec<Row>,
    /// How many wait on this page, and how many altogether.
    pub open_here: usize,
    pub open: usize,
    /// All that wait and are new to the record, with their versions.
    pub new: String,
    pub new_count: usize,
    /// What is to be known of the document as a whole.
    pub notes: Vec<Note>,
    /// Where it is said what becomes of what earlier meetings left open.
    pub forward: Option<String>,
    pub forward_words: String,
    /// What only another account of the meeting claims.
    pub unclaimed: Vec<Note>,
    pub desks: Vec<(String, String)>,
    pub add: Add,
    pub reason: String,
    pub complaints: Vec<String>,
    pub script: String,
}

/// Words that somebody proposes.
#[derive(Debug, Default, Clone, Serialize)]
pub struct Add {
    pub words: String,
    pub near: String,
    pub complaint: Option<String>,
}

/// What was typed, and what is said of it.
#[derive(Debug, Default)]
pub struct Typed {
    pub pairs: Vec<(String, String)>,
    pub wrong: Vec<Wrong>,
    /// About the page as a whole.
    pub complaints: Vec<String>,
}

impl Typed {
    pub fn text(&self, name: &str) -> Option<&str> {
        let pair = self.pairs.iter().find(|(n, _)| n == name);
        pair.map(|(_, value)| value.trim())
    }
}

/// Draws one part of a document.
pub fn review(
    scene: &Scene<'_>,
    administrator: bool,
    review: &Review,
    beside: &Found,
    part: usize,
    typed: &Typed,
) -> ReviewPage {
    let intake = &review.intake;
    let places = paragraph_places(&intake.text);
    let parts = parts(&places, &review.items);
    let part = part.clamp(1, parts.len());
    let shown = parts[part - 1].clone();
    let path = super::path_of(intake.id);
    let decides = may_decide(&scene.rights(), administrator, intake.custody());
    let open = review.open().count();
    let here = within(&places, &shown);
    let is_here = |item: &&Item| here.contains(&item.place.start);
    let left_open = super::forward::open(scene, beside).len();
    let open_here = review.open().filter(is_here).count();
    let new = review.open().filter(|item| beside.is_new(item.n));
    let new: Vec<String> = new.map(|i| format!("{}.{}", i.n, i.version)).collect();
    let rows = Rows {
        scene,
        review,
        beside,
        typed,
        chars: intake.chars(),
        names: names(scene, review, typed),
        strangers: strangers(&beside.matches),
        first_open: review
            .open()
            .filter(is_here)
            .map(|item| (item.place.start, item.n))
            .min(),
    };
    let rows: Vec<Row> = shown
        .map(|at| rows.row(at, &places[at], at + 1 == places.len()))
        .collect();
    let about_add = typed
        .wrong
        .iter()
        .find(|w| w.item.is_none() && w.key.as_deref() == Some("words"));
    let whole = typed
        .wrong
        .iter()
        .filter(|w| w.item.is_none() && w.key.as_deref() != Some("words"));
    let mut complaints: Vec<String> = whole.map(|w| say::sentence(&w.message)).collect();
    complaints.extend(typed.complaints.iter().cloned());
    let elsewhere = typed.wrong.iter().filter_map(|w| w.item).filter(|n| {
        let item = review.item(*n);
        !item.is_some_and(|item| is_here(&item))
    });
    complaints.extend(
        elsewhere.map(|n| format!("Something is not in order with proposal {n}, in another part.")),
    );
    if complaints.is_empty() && typed.wrong.iter().any(|w| w.item.is_some()) {
        complaints.push(
            "Nothing was done: something is not in order yet; it stands on each card.".to_owned(),
        );
    }
    ReviewPage {
        heading: intake.title.clone(),
        answer: answer(review, open),
        about: about(scene, review),
        confirm: (decides && intake.document.is_none()).then(|| format!("{path}/record")),
        document: document(scene, review),
        decides,
        part,
        parts: part_links(&path, &places, &parts, part, review),
        open_here,
        open,
        new: new.join(" "),
        new_count: new.len(),
        notes: notes(scene, review, &beside.matches)
            .into_iter()
            .chain(of_strangers(&strangers(&beside.matches)))
            .collect(),
        forward: (left_open > 0).then(|| format!("{path}/forward")),
        forward_words: match left_open {
            1 => "One commitment of the meetings before is still open.".to_owned(),
            n => format!(
                "{} commitments of the meetings before are still open.",
                say::number(n)
            ),
        },
        unclaimed: unclaimed(scene, &beside.matches),
        rows,
        desks: desks(scene),
        add: Add {
            words: typed.text("words").unwrap_or_default().to_owned(),
            near: typed.text("near").unwrap_or_default().to_owned(),
            complaint: about_add.map(|w| say::sentence(&w.message)),
        },
        reason: typed.text("reason").unwrap_or_default().to_owned(),
        complaints,
        action: path,
        script: crate::web::render::review_script_path(),
    }
}

/// What each of those that wait would be called.
fn names(scene: &Scene<'_>, review: &Review, typed: &Typed) -> Vec<(u32, String)> {
    let intake = &review.intake;
    let (partnership, meeting) = (&intake.partnership, intake.meeting.as_ref());
    let mut names = Names::of(scene.book, scene.viewer, partnership, meeting);
    let own = |item: &Item| {
        let typed = typed
            .text(&format!("ref@{}", item.n))
            .filter(|t| !t.is_empty());
        let field = super::card::text(&item.fields, "ref");
        typed.or(field).map(str::to_owned)
    };
    for item in review.open() {
        names.take(&own(item).unwrap_or_default());
    }
    let mut open: Vec<&Item> = review.open().collect();
    open.sort_by_key(|item| (item.place.start, item.n));
    let named = open.into_iter().map(|item| {
        let name = own(item).unwrap_or_else(|| names.draw());
        (item.n, name)
    });
    named.collect()
}

fn desks(scene: &Scene<'_>) -> Vec<(String, String)> {
    let desks = scene.directory().desks.values();
    desks
        .map(|desk| {
            let shown = shown_desk(desk.id.as_str(), scene.directory());
            let other = match shown == desk.name {
                true => desk.id.to_string(),
                false => desk.name.clone(),
            };
            (shown, other)
        })
        .collect()
}
