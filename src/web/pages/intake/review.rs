//! The review of a document: paragraph by paragraph the text, with what it proposes marked in it, and
//! beside it a card for each proposal. Long documents come in parts.

use std::ops::Range;

use serde::Serialize;

use super::card::{Beside, Card, Note, card};
use super::older::older;
use crate::domain::document::{Document, paragraph_places};
use crate::domain::ids::DocumentId;
use crate::domain::intake::{State, may_decide};
use crate::intake::matching::Matches;
use crate::intake::review::beside::Beside as Found;
use crate::intake::review::references::Names;
use crate::intake::review::text::{at, folded};
use crate::intake::review::{Item, Review, Wrong};
use crate::web::row::Link;
use crate::web::say;
use crate::web::scene::Scene;
use crate::wording;

/// How much one page shows: characters of the text, with what a card takes. A paragraph is never cut.
const PART: u32 = 14_000;
const CARD: u32 = 500;

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

#[derive(Debug, Serialize)]
pub struct PartLink {
    pub href: String,
    pub text: String,
    pub here: bool,
}

/// A paragraph with what stands beside it.
#[derive(Debug, Serialize)]
pub struct Row {
    pub number: usize,
    /// Where its text begins.
    pub start: u32,
    pub stretches: Vec<Stretch>,
    pub cards: Vec<Card>,
    pub passed: Vec<PassedLine>,
}

/// Words that are treated alike.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub struct Stretch {
    pub text: String,
    /// `` for plain words, `open`, `accepted`, `gone` or `passed`.
    pub class: &'static str,
    /// The proposals that begin here.
    pub begins: Vec<u32>,
}

#[derive(Debug, Serialize)]
pub struct PassedLine {
    pub start: u32,
    /// How it begins.
    pub words: String,
    pub reason: String,
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

/// The paragraphs of a text in parts, as ranges of them.
fn parts(places: &[Range<u32>], items: &[Item]) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    let mut shown = 0;
    for (n, place) in places.iter().enumerate() {
        let cards = items
            .iter()
            .filter(|item| place.contains(&item.place.start));
        let cards = u32::try_from(cards.count()).unwrap_or(u32::MAX);
        let more = (place.end - place.start).saturating_add(cards.saturating_mul(CARD));
        shown += more;
        match parts.last_mut() {
            Some(part) if shown <= PART => part.end = n + 1,
            _ => {
                shown = more;
                parts.push(n..n + 1);
            }
        }
    }
    match parts.is_empty() {
        true => std::iter::once(0..0).collect(),
        false => parts,
    }
}

/// In which part a place of the text is shown, from 1.
pub fn part_of(review: &Review, start: u32) -> usize {
    let places = paragraph_places(&review.intake.text);
    let at = places.iter().position(|p| start < p.end).unwrap_or(0);
    let part = parts(&places, &review.items);
    let part = part.iter().position(|part| part.contains(&at));
    part.unwrap_or(0) + 1
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
        notes: notes(scene, review, &beside.matches),
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

/// The text of some paragraphs. The first of all begins at the beginning.
fn within(places: &[Range<u32>], shown: &Range<usize>) -> Range<u32> {
    let start = match shown.start {
        0 => 0,
        first => places.get(first).map_or(0, |p| p.start),
    };
    let end = places.get(shown.end).map_or(u32::MAX, |next| next.start);
    start..end
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

struct Rows<'a> {
    scene: &'a Scene<'a>,
    review: &'a Review,
    beside: &'a Found,
    typed: &'a Typed,
    chars: Vec<char>,
    names: Vec<(u32, String)>,
    first_open: Option<(u32, u32)>,
}

impl Rows<'_> {
    fn row(&self, at: usize, place: &Range<u32>, is_last: bool) -> Row {
        let until = if is_last { u32::MAX } else { place.end };
        let begins = |start: u32| start < until && (place.start <= start || at == 0);
        let mut items: Vec<&Item> = self.review.items.iter().collect();
        items.retain(|item| begins(item.place.start));
        items.sort_by_key(|item| (item.place.start, item.n));
        let passed = self.review.intake.passed.iter().filter(|p| begins(p.start));
        // What somebody proposed of it after all is told by its card.
        let is_open = |start: u32, end: u32| {
            let covers = |item: &Item| item.place.start <= start && end <= item.place.end;
            !self.review.items.iter().any(covers)
        };
        Row {
            number: at + 1,
            start: place.start,
            stretches: self.stretches(place),
            cards: items.into_iter().map(|item| self.card(item)).collect(),
            passed: passed
                .filter(|p| is_open(p.start, p.end) && p.end - p.start > 3)
                .map(|p| PassedLine {
                    start: p.start,
                    words: beginning(&folded(&at_place(&self.chars, p.start, p.end))),
                    reason: p.reason.clone(),
                })
                .collect(),
        }
    }

    fn card(&self, item: &Item) -> Card {
        let name = self.names.iter().find(|(n, _)| *n == item.n);
        let lead = self.typed.text(&format!("lead@{}", item.n));
        let beside = Beside {
            reference: name.map(|(_, name)| name.clone()).unwrap_or_default(),
            lead: lead.map(str::to_owned),
            deadline: self
                .typed
                .text(&format!("due@{}", item.n))
                .map(str::to_owned),
            older: match item.state.is_open() {
                true => older(
                    self.scene,
                    &self.review.intake,
                    &self.beside.left_open(item.n),
                ),
                false => None,
            },
        };
        let has_keys = self.first_open.is_some_and(|(_, n)| n == item.n);
        card(
            self.scene,
            &self.review.intake,
            item,
            beside,
            self.beside.of(item.n),
            &self.typed.wrong,
            has_keys,
        )
    }

    /// The words of a paragraph, cut wherever something begins or ends.
    fn stretches(&self, place: &Range<u32>) -> Vec<Stretch> {
        let review = self.review;
        let mut cuts = vec![place.start, place.end];
        let marked = review
            .items
            .iter()
            .map(|item| (item.place.start, item.place.end));
        let passed = review.intake.passed.iter().map(|p| (p.start, p.end));
        for (start, end) in marked.chain(passed) {
            if start < place.end && end > place.start {
                cuts.extend([start, end].map(|cut| cut.clamp(place.start, place.end)));
            }
        }
        cuts.sort_unstable();
        cuts.dedup();
        let pieces = cuts.windows(2).map(|cut| (cut[0], cut[1]));
        pieces
            .map(|(start, end)| self.stretch(start, end))
            .collect()
    }

    fn stretch(&self, start: u32, end: u32) -> Stretch {
        let covers = |from: u32, to: u32| from <= start && end <= to;
        let over = self.review.items.iter();
        let over: Vec<&Item> = over
            .filter(|i| covers(i.place.start, i.place.end))
            .collect();
        let any = |which: fn(&State) -> bool| over.iter().any(|item| which(&item.state));
        let class = if any(State::is_open) {
            "open"
        } else if any(|s| matches!(s, State::Accepted { .. } | State::Mention { .. })) {
            "accepted"
        } else if !over.is_empty() {
            "gone"
        } else if self
            .review
            .intake
            .passed
            .iter()
            .any(|p| covers(p.start, p.end))
        {
            "passed"
        } else {
            ""
        };
        let begins = over.iter().filter(|item| item.place.start == start);
        Stretch {
            text: at_place(&self.chars, start, end),
            class,
            begins: begins.map(|item| item.n).collect(),
        }
    }
}

fn at_place(chars: &[char], start: u32, end: u32) -> String {
    at(chars, &(start..end))
}

/// How words begin, in a line.
fn beginning(words: &str) -> String {
    const FEW: usize = 90;
    match words.char_indices().nth(FEW) {
        None => words.to_owned(),
        Some((at, _)) => {
            let cut = words[..at].rfind(' ').unwrap_or(at);
            format!("{}…", &words[..cut])
        }
    }
}

fn answer(review: &Review, open: usize) -> String {
    let all = review.items.len();
    let passed = review.intake.passed.len();
    let found = match (all, open) {
        (0, _) => "Nothing in it was read as a commitment.".to_owned(),
        (_, 0) => "Everything it proposes is decided.".to_owned(),
        (_, n) => format!("{} for your decision.", super::waits(n)),
    };
    match passed {
        0 => found,
        n => format!(
            "{found} {} passed over, each with its reason.",
            wording_of(n)
        ),
    }
}

/// `Nine sentences were`
fn wording_of(n: usize) -> String {
    match n {
        1 => "One sentence was".to_owned(),
        n => format!("{} sentences were", say::number(n)),
    }
}

fn about(scene: &Scene<'_>, review: &Review) -> Vec<String> {
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

fn document(scene: &Scene<'_>, review: &Review) -> Option<Link> {
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
fn notes(scene: &Scene<'_>, review: &Review, matches: &Matches) -> Vec<Note> {
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

fn unclaimed(scene: &Scene<'_>, matches: &Matches) -> Vec<Note> {
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

fn part_links(
    path: &str,
    places: &[Range<u32>],
    parts: &[Range<usize>],
    part: usize,
    review: &Review,
) -> Vec<PartLink> {
    if parts.len() < 2 {
        return Vec::new();
    }
    let links = parts.iter().enumerate().map(|(n, shown)| {
        let here = within(places, shown);
        let open = review
            .open()
            .filter(|item| here.contains(&item.place.start))
            .count();
        let wait = match open {
            0 => String::new(),
            open => format!(" ({open})"),
        };
        PartLink {
            href: format!("{path}?part={}", n + 1),
            text: format!("¶ {}–{}{wait}", shown.start + 1, shown.end),
            here: n + 1 == part,
        }
    });
    links.collect()
}

fn desks(scene: &Scene<'_>) -> Vec<(String, String)> {
    let desks = scene.directory().desks.values();
    desks
        .map(|desk| (desk.id.to_string(), desk.name.clone()))
        .collect()
}
