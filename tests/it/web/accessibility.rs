//! Who sees little, hears the pages read out or has no pointer is not kept from anything: axe-core looks
//! at every page of the table of routes, at forms with their complaints, at the first record's pages and
//! at the letters, in light and dark, on a desk and at 320 pixels, and finds nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use aide_memoire::domain::ids::PersonId;
use aide_memoire::web::{Entry, declared};
use fantoccini::Client;

use super::EVERY_PAGE;
use super::walk::{addresses, ask, everybody, walked};
use crate::support::axe::{Axe, Look, Violation};
use crate::support::browser::Browser;
use crate::support::hands::{narrow_to, prefer};
use crate::support::pages::{Answer, Pages};
use crate::support::shelf::Shelf;

/// Each width with each scheme.
const VIEWS: [(&str, u64, Look); 4] = [
    ("light", 1280, Look::All),
    ("dark", 1280, Look::Colours),
    ("dark", 320, Look::All),
    ("light", 320, Look::Colours),
];

/// A page to look at.
struct Sheet {
    /// `leader at GET /reviews`
    what: String,
    html: String,
}

/// What was found, and where it was met first.
#[derive(Default)]
struct Findings(BTreeMap<Violation, String>);

impl Findings {
    fn note(&mut self, violation: Violation, place: impl FnOnce() -> String) {
        self.0.entry(violation).or_insert_with(place);
    }

    fn said(&self) -> String {
        let lines = self.0.iter().map(|(violation, place)| {
            let Violation { rule, element, why } = violation;
            format!("{place}: {rule}: {element}\n    {why}\n")
        });
        lines.collect()
    }
}

/// Opens each sheet in every view.
async fn look_at(client: &Client, axe: &Axe, base: &str, shelf: &Shelf, all: &[Sheet]) -> Findings {
    let mut findings = Findings::default();
    for sheet in all {
        let path = shelf.lay(&sheet.html);
        client.goto(&format!("{base}{path}")).await.unwrap();
        for (scheme, width, look) in VIEWS {
            prefer(client, scheme).await;
            narrow_to(client, width).await;
            for violation in axe.violations(client, look).await {
                findings.note(violation, || format!("{} ({scheme}, {width})", sheet.what));
            }
        }
    }
    findings
}

fn is_page(answer: &Answer) -> bool {
    answer.header("content-type").starts_with("text/html") && !answer.body.is_empty()
}

/// Of what kinds of elements a page is made: their names and what they are said to be, without words,
/// addresses and ids.
fn kinds(html: &str) -> BTreeSet<String> {
    let tags = html.split('<').filter_map(|piece| piece.split_once('>'));
    let tags = tags.filter(|(tag, _)| tag.starts_with(|c: char| c.is_ascii_alphabetic()));
    let kinds = tags.map(|(tag, _)| {
        let mut attributes = tag.split('"').collect::<Vec<_>>();
        for pair in attributes.chunks_mut(2) {
            let [name, value] = pair else { continue };
            let is_said = [" class=", " role=", " type=", " style="].iter();
            if !is_said.clone().any(|said| name.ends_with(said)) {
                *value = "";
            }
        }
        attributes.join("")
    });
    kinds.collect()
}

/// The pages of one address, each that has something the others of it have not.
#[derive(Default)]
struct Differing {
    met: BTreeSet<String>,
    sheets: Vec<Sheet>,
}

impl Differing {
    fn keep(&mut self, what: String, answer: Answer) {
        assert!(!answer.status.is_server_error(), "{what}: {}", answer.body);
        let kinds = kinds(&answer.body);
        if is_page(&answer) && !kinds.is_subset(&self.met) {
            self.met.extend(kinds);
            let html = answer.body;
            self.sheets.push(Sheet { what, html });
        }
    }
}

/// Those who see the most, each of their kind; the rest see less of the same.
const ROLES: [&str; 5] = ["officer", "leader", "administrator", "guest", "stranger"];

/// Every page of the walk's house, and what every form says to somebody who fills nothing in.
async fn sheets_of_the_house(pages: &Pages) -> Vec<Sheet> {
    let roles: BTreeMap<&str, Option<String>> = everybody(pages).await.into_iter().collect();
    let mut sheets = Vec::new();
    for entry in declared() {
        let mut differing = Differing::default();
        for path in addresses(pages, &entry).await {
            for role in ROLES {
                let cookie = fresh(pages, role, roles[role].is_some()).await;
                let answer = ask(pages, cookie.as_deref(), &entry, &path).await;
                let Entry { method, .. } = entry;
                differing.keep(format!("{role} at {method} {path}"), answer);
            }
        }
        sheets.extend(differing.sheets);
    }
    sheets
}

/// A form may have ended the sessions there were.
async fn fresh(pages: &Pages, role: &str, has_account: bool) -> Option<String> {
    let person = match role {
        "guest" => "a-guest",
        "administrator" => "the-administrator",
        other => other,
    };
    let person = PersonId::parse(person).unwrap();
    match has_account {
        true => Some(pages.cookie_of(&person).await),
        false => None,
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_and_every_complaint_of_the_house() {
    let (Some(axe), Some(browser)) = (Axe::find(), Browser::start().await) else {
        return;
    };
    let mut pages = walked(true).await;
    let sheets = sheets_of_the_house(&pages).await;
    let shelf = Shelf::default();
    let base = format!("http://{}", pages.serve_beside(shelf.router()).await);
    assert!(sheets.len() > 80, "{} sheets", sheets.len());
    let findings = look_at(&browser.client, &axe, &base, &shelf, &sheets).await;
    browser.end().await;
    assert_eq!(findings.said(), "");
}

/// What is typed into the forms of the first record, and is not in order.
const REFUSED: [(&str, &str, &str); 4] = [
    (
        "officer-asean-us",
        "/my-desk",
        "seen%40PREP-01=odd&reported%40PREP-01=&text%40PREP-01=&extension%40PREP-01=soonish&do=send%40PREP-01",
    ),
    (
        "officer-asean-us",
        "/record/commitment/US37-03",
        "title=&deadline=soonish&promise=&kind=deliverable",
    ),
    (
        "officer-asean-us",
        "/record/meeting/pmc-us-2025",
        "date=31+July+2025&status=confirmed&look=1&series=PMC",
    ),
    ("officer-asean-us", "/record/desk/asean-us-desk", "name="),
];

async fn sheets_of_the_first_record(pages: &Pages) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    let mut lay = |who: &str, path: &str, answer: Answer| {
        assert!(is_page(&answer), "{path}: {}", answer.status);
        sheets.push(Sheet {
            what: format!("{who} at {path}"),
            html: answer.body,
        });
    };
    for path in EVERY_PAGE {
        let answer = pages.get_as("som-leader", path).await;
        lay("som-leader", path, answer);
    }
    for path in ["/", "/my-desk", "/commitments/PREP-01"] {
        let answer = pages.get_as("officer-asean-us", path).await;
        lay("officer-asean-us", path, answer);
    }
    for (who, path, form) in REFUSED {
        let answer = pages.post_as(who, path, form).await;
        lay(who, &format!("{path} with {form}"), answer);
    }
    let document = super::documents::brought(pages).await;
    for rest in ["", "/1", "/record", "/forward"] {
        let (who, path) = ("officer-asean-us", format!("{document}{rest}"));
        let answer = pages.get_as(who, &path).await;
        lay(who, &path, answer);
    }
    for path in ["/documents", "/documents/new"] {
        let answer = pages.get_as("officer-asean-us", path).await;
        lay("officer-asean-us", path, answer);
    }
    for sheet in sheets_of_what_was_left_open(pages).await {
        let (who, path, answer) = sheet;
        lay(who, &path, answer);
    }
    let changing = "back=%2Fcommitments&ref=US37-05&ref=US37-06&ref=US37-16&to-lead=cyber-desk&reason=put+together&do=look";
    let looked = pages
        .post_as("officer-asean-us", "/change-many", changing)
        .await;
    assert!(looked.body.contains("id=\"looked\""), "{}", looked.words());
    lay("officer-asean-us", "/change-many, looked at", looked);
    pages.run_until("2025-07-11 03:00").await;
    let (who, path) = ("som-leader", "/meetings/pmc-us-2025/after");
    lay(who, path, pages.get_as(who, path).await);
    let odd = "what%400=US37-03%7CEndorsed&seen%400=odd&outcome%400=moved&to%400=some+day";
    lay(
        who,
        "what came of it, refused",
        pages.post_as(who, path, odd).await,
    );
    sheets
}

/// The pages of what earlier meetings left open: to be proposed, to be said, waiting, refused.
async fn sheets_of_what_was_left_open(pages: &Pages) -> Vec<(&'static str, String, Answer)> {
    let (keeper, leader) = ("officer-asean-us", "som-leader");
    let document = super::documents::confirmed(pages, super::documents::LATER).await;
    let book = pages.store.book().await.unwrap();
    let mut all = book.directory.meetings.values();
    let meeting = all.find(|m| m.number == Some(38)).expect("it is on record");
    let of_meeting = format!("/meetings/{}/forward", meeting.id);
    let mut sheets = Vec::new();
    for rest in ["", "/1", "/3", "/forward"] {
        let path = format!("{document}{rest}");
        for who in [keeper, leader] {
            sheets.push((who, path.clone(), pages.get_as(who, &path).await));
        }
    }
    for who in [keeper, leader] {
        let answer = pages.get_as(who, &of_meeting).await;
        sheets.push((who, of_meeting.clone(), answer));
    }
    let readings = pages.get_as(keeper, &format!("{document}/3")).await;
    assert!(readings.body.contains("name=\"reading\""));
    let forward = format!("{document}/forward");
    let odd = "seen%40US37-04=odd&outcome%40US37-04=dropped&reason%40US37-04=";
    let refused = pages.post_as(leader, &forward, odd).await;
    sheets.push((leader, format!("{forward}, refused"), refused));
    let odd = "what%400=US37-04&seen%400=odd&outcome%400=continued&new%400=&reason%400=";
    let refused = pages.post_as(leader, &of_meeting, odd).await;
    sheets.push((leader, format!("{of_meeting}, refused"), refused));
    let older = "seen=1&do=continue&older=US37-99";
    let one = format!("{document}/1");
    let refused = pages.post_as(keeper, &one, older).await;
    sheets.push((keeper, format!("{one}, refused"), refused));
    let older = "seen=1&do=continue&older=US37-04";
    let done = pages.post_as(keeper, &one, older).await;
    assert_eq!(done.status, 303, "{}", done.words());
    for path in [forward, of_meeting, "/reviews?at=US37-04".to_owned()] {
        let answer = pages.get_as(leader, &path).await;
        sheets.push((leader, path, answer));
    }
    sheets
}

/// The letters as their snapshots have them.
fn letters() -> Vec<Sheet> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/snapshots");
    let mut letters = Vec::new();
    for file in std::fs::read_dir(folder).unwrap() {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if !name.ends_with("_html.snap") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let (_, html) = text.split_once("\n---\n").expect("it has a head");
        letters.push(Sheet {
            what: name,
            html: html.to_owned(),
        });
    }
    letters
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_record_s_pages_and_the_letters() {
    let (Some(axe), Some(browser)) = (Axe::find(), Browser::start().await) else {
        return;
    };
    let mut pages = Pages::demo().await;
    let mut sheets = sheets_of_the_first_record(&pages).await;
    let letters = letters();
    assert!(letters.len() > 10, "{} letters", letters.len());
    sheets.extend(letters);
    let shelf = Shelf::default();
    let base = format!("http://{}", pages.serve_beside(shelf.router()).await);
    let findings = look_at(&browser.client, &axe, &base, &shelf, &sheets).await;
    browser.end().await;
    assert_eq!(findings.said(), "");
}

/// What is wrong in one view only is found there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_keeps_people_out_is_noticed() {
    let (Some(axe), Some(browser)) = (Axe::find(), Browser::start().await) else {
        return;
    };
    let html = "<!doctype html><html lang=\"en\"><head><title>Odd</title>\
                <meta name=\"viewport\" content=\"width=device-width\"><style>\
                @media (prefers-color-scheme: dark) { body { background: #161618 } }\
                @media (max-width: 400px) { a { font-size: 8px; line-height: 8px; display: block } }\
                </style></head><body><main><h1>Odd</h1><p>Black on white, and on black.</p>\
                <a href=\"/\">One</a><a href=\"/a\">Two</a>\
                <details><summary>More</summary><input type=\"text\"></details></main></body></html>";
    let sheet = Sheet {
        what: "a page".into(),
        html: html.into(),
    };
    let mut pages = Pages::unattended("", |_| {}).await;
    let shelf = Shelf::default();
    let base = format!("http://{}", pages.serve_beside(shelf.router()).await);
    let findings = look_at(&browser.client, &axe, &base, &shelf, &[sheet]).await;
    browser.end().await;
    let first = |rule: &str| {
        let found = findings.0.iter().find(|(v, _)| v.rule == rule);
        found.map(|(_, place)| place.as_str())
    };
    assert_eq!(first("label"), Some("a page (light, 1280)"));
    assert_eq!(first("color-contrast"), Some("a page (dark, 1280)"));
    assert_eq!(first("target-size"), Some("a page (dark, 320)"));
}
