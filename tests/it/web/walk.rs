//! The proof of the table of routes: every address is walked as everybody. What somebody may not read is
//! told to them nowhere: each class of record carries words that stand nowhere else, and of the pages
//! about the record not even a count may differ from a house in which the restricted part does not exist.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::sync::{Arc, Mutex};

use aide_memoire::acts::Actor;
use aide_memoire::acts::accounts::inviting::Invitation;
use aide_memoire::acts::editing::Editor;
use aide_memoire::acts::intake::bringing::{Brought, bring_in};
use aide_memoire::clock::Clock;
use aide_memoire::domain::access::Viewer;
use aide_memoire::domain::account::Reach;
use aide_memoire::domain::ids::PersonId;
use aide_memoire::domain::ledger::NoticeFilter;
use aide_memoire::intake::lexicon::Lexicon;
use aide_memoire::web::{Door, Entry, Shows, declared};

use crate::support::house::ALL;
use crate::support::pages::{Answer, Pages};

/// A house with desks, offices, and a commitment of every class. Every text of a class ends in its
/// canary: `canaryPUBLIC`, `canaryINTERNAL`, `canaryNAMED` (restricted to the desk), `canaryPEOPLE`
/// (restricted to the desk and the head), and of the public one's updates `canaryUPDATE...`.
const HOUSE: &str = r#"
schema = 1

[[calendar]]
id = "phnom-penh"
name = "Phnom Penh"
timezone = "Asia/Phnom_Penh"

[[party]]
id = "asean"
name = "ASEAN"
kind = "organisation"

[[party]]
id = "us"
name = "United States"
kind = "partner"

[[person]]
id = "officer"
name = "Officer of the desk"
email = "officer@mfa.example.org"

[[person]]
id = "other"
name = "Officer of another desk"
email = "other@mfa.example.org"

[[person]]
id = "head"
name = "Head"
email = "head@mfa.example.org"

[[person]]
id = "leader"
name = "SOM leader"
email = "leader@mfa.example.org"

[[person]]
id = "coordinator"
name = "Coordinator"
email = "coordinator@mfa.example.org"

[[desk]]
id = "us-desk"
name = "U.S. desk"
email = "us-desk@mfa.example.org"
calendar = "phnom-penh"
head = "head"
som_leader = "leader"
officers = ["officer"]

[[desk]]
id = "other-desk"
name = "Other desk"
email = "other-desk@mfa.example.org"
calendar = "phnom-penh"
head = "head"
som_leader = "leader"
officers = ["other"]

[[desk]]
id = "country-desk"
name = "Country desk"
email = "country-desk@mfa.example.org"
calendar = "phnom-penh"
officers = ["coordinator"]

[[partnership]]
id = "asean-us"
name = "ASEAN-U.S."
parties = ["asean", "us"]
desk = "us-desk"
coordinators = [{ party = "asean", term = "2024-2027", desk = "country-desk" }]

[[meeting]]
id = "pmc"
partnership = "asean-us"
series = "PMC with the U.S."
forum = "pmc"
date = "10 July 2025"
status = "confirmed"
"#;

/// A commitment of a class, all of whose texts carry its canary.
fn commitment(reference: &str, class: &str, confidentiality: &str, readers: &str) -> String {
    format!(
        r#"
[[commitment]]
ref = "{reference}"
title = "Title canary{class}"
partnership = "asean-us"
promise = "promise canary{class}"
kind = "deliverable"
strength = "firm"
obligors = ["us"]
beneficiaries = ["asean"]
sector = "sector canary{class}"
lead = "us-desk"
cooperating = ["other-desk"]
confidentiality = "{confidentiality}"
{readers}
opened = "2025-04-01"
deadline = "before pmc"

[[commitment.milestone]]
title = "Step canary{class}"
deadline = "12 June 2025"

[[commitment.update]]
date = "2025-05-20"
by = "officer"
reported = "ongoing"
confidence = "amber"
state = "accepted"
reviewed = "2025-05-21"
words = "words canary{class}"
text = "text canary{class}"
ask = "ask canary{class}"
evidence = ["https://evidence.example.org/canary{class}"]

[[commitment.revision]]
date = "2025-05-01"
from = "2025-06-01"
to = "before pmc"
reason = "reason canary{class}"
"#
    )
}

pub(super) const NAMED: &str = "canaryNAMED";
pub(super) const PEOPLE: &str = "canaryPEOPLE";
const BROUGHT: &str = "canaryBROUGHT";

/// The house; `with` what is restricted, or without.
pub(super) fn record(with: bool) -> String {
    let mut record = HOUSE.to_owned();
    let public = commitment("PUB-1", "PUBLIC", "public", "");
    // Of what is public, the updates are internal unless they say otherwise.
    record.push_str(
        &public
            .replace("text canaryPUBLIC", "text canaryUPDATE")
            .replace("words canaryPUBLIC", "words canaryUPDATE")
            .replace("ask canaryPUBLIC", "ask canaryUPDATE")
            .replace(
                "evidence.example.org/canaryPUBLIC",
                "evidence.example.org/canaryUPDATE",
            )
            .replace("reason canaryPUBLIC", "reason canaryUPDATE"),
    );
    record.push_str(
        r#"
[[commitment.update]]
date = "2025-05-25"
by = "officer"
reported = "ongoing"
state = "accepted"
confidentiality = "public"
text = "told to all canaryTOLD"

[[commitment.update]]
date = "2025-05-26"
by = "officer"
reported = "ongoing"
state = "submitted"
confidentiality = "public"
text = "not cleared canaryUPDATE"
"#,
    );
    record.push_str(&commitment("INT-1", "INTERNAL", "internal", ""));
    if with {
        let named = commitment("RES-1", "NAMED", "restricted", "readers = [\"us-desk\"]");
        record.push_str(&named);
        let people = "readers = [\"us-desk\", \"head\"]";
        record.push_str(&commitment("RES-2", "PEOPLE", "restricted", people));
    }
    record
}

/// Everybody who may come, and under which cookie; strangers have none.
pub(super) async fn everybody(pages: &Pages) -> Vec<(&'static str, Option<String>)> {
    let guest = Invitation {
        name: "A Guest".into(),
        email: "guest@example.org".into(),
        reach: Reach::Public,
        administrator: false,
    };
    let administrator = Invitation {
        name: "The Administrator".into(),
        email: "runs@mfa.example.org".into(),
        reach: Reach::House,
        administrator: true,
    };
    let mut everybody = vec![
        ("stranger", None),
        ("guest", Some(pages.enter(&guest).await)),
    ];
    for person in ["officer", "other", "head", "leader", "coordinator"] {
        everybody.push((person, Some(pages.enter_person(person).await)));
    }
    everybody.push(("administrator", Some(pages.enter(&administrator).await)));
    everybody
}

/// The canaries each of them must not meet.
fn hidden_from(role: &str) -> Vec<&'static str> {
    match role {
        "stranger" => vec!["canary"],
        "guest" => vec!["canaryINTERNAL", "canaryUPDATE", NAMED, PEOPLE, BROUGHT],
        "officer" => Vec::new(),
        "head" => vec![NAMED],
        // They keep the partnership's record.
        "leader" | "coordinator" => vec![NAMED, PEOPLE],
        _ => vec![NAMED, PEOPLE, BROUGHT],
    }
}

/// The references of what each of them must not meet, unless they ask by it.
fn references_hidden_from(role: &str) -> Vec<&'static str> {
    match role {
        "stranger" => vec!["PUB-1", "INT-1", "RES-1", "RES-2"],
        "guest" => vec!["INT-1", "RES-1", "RES-2"],
        "officer" => Vec::new(),
        "head" => vec!["RES-1"],
        _ => vec!["RES-1", "RES-2"],
    }
}

/// Addresses of every declared kind: each parameter with an example of every class, each list with
/// searches for what is hidden.
pub(super) async fn addresses(pages: &Pages, entry: &Entry) -> Vec<String> {
    let snapshot = pages.store.read().await.unwrap();
    let notices = snapshot
        .notices(&NoticeFilter::default(), ALL)
        .await
        .unwrap();
    let notices: Vec<String> = notices.iter().map(|n| n.id.to_string()).collect();
    let ids: Vec<&str> = notices.iter().map(String::as_str).collect();
    if entry.method != "GET" && !entry.path.contains('{') {
        return vec![entry.path.clone()];
    }
    let references = ["PUB-1", "INT-1", "RES-1", "RES-2", "NONE-1"];
    let examples: Vec<&str> = match entry.path.as_str() {
        path if path.contains("{reference}") => references.to_vec(),
        "/documents/on-record/{id}" => vec!["none"],
        path if path.starts_with("/documents/{id}") => return documents(path),
        path if path.starts_with("/views/{") => vec!["none"],
        path if path.starts_with("/meetings/{") => vec!["pmc", "none"],
        path if path.starts_with("/partnerships/{") => vec!["asean-us", "none"],
        path if path.starts_with("/desks/{") => vec!["us-desk", "other-desk", "none"],
        path if path.starts_with("/mail/{") => ids,
        path if path.starts_with("/api/v1/meetings/{") => vec!["pmc", "none"],
        path if path.starts_with("/api/v1/documents/{") => vec!["none"],
        path if path.contains("{person}") => vec!["officer"],
        path if path.contains("{key}") => vec!["00000000-0000-0000-0000-000000000001", "none"],
        path if path.contains("{token}") || path.contains("{word}") => vec!["aaaa"],
        "/record/{kind}" => vec!["commitment", "meeting", "desk", "absence", "none"],
        "/record/{kind}/{id}" => return edited(),
        path if path.contains('{') => panic!("the walk needs an example for {path}"),
        path => return searches(path),
    };
    let (before, rest) = entry.path.split_once('{').unwrap();
    let (_, after) = rest.split_once('}').unwrap();
    let paths = examples
        .iter()
        .map(|example| format!("{before}{example}{after}"));
    let mut paths: Vec<String> = paths.collect();
    if entry.method == "GET" && (before == "/commitments/" || before == "/meetings/") {
        let asked = paths.iter().map(|path| format!("{path}?to=20+August+2025"));
        let asked: Vec<String> = asked.collect();
        paths.extend(asked);
    }
    paths
}

/// A thing of every kind that is edited, and what is not there.
fn edited() -> Vec<String> {
    let mut things = vec![
        "desk/us-desk",
        "meeting/pmc",
        "person/head",
        "policy/general",
    ];
    things.extend(["partnership/asean-us", "calendar/phnom-penh", "desk/none"]);
    let commitments = ["PUB-1", "INT-1", "RES-1", "RES-2", "NONE-1"];
    let commitments = commitments.map(|reference| format!("/record/commitment/{reference}"));
    let things = things.into_iter().map(|thing| format!("/record/{thing}"));
    things.chain(commitments).collect()
}

/// A document on its way in, and what is not there.
fn documents(path: &str) -> Vec<String> {
    let path = path.replace("{n}", "1");
    let ids = [DOCUMENT, "00000000-0000-4000-8000-000000000000", "none"];
    ids.map(|id| path.replace("{id}", id)).to_vec()
}

fn searches(path: &str) -> Vec<String> {
    let mut paths = vec![path.to_owned()];
    for query in [
        "q=canaryNAMED",
        "q=canary",
        "q=RES",
        "state=all&q=promise",
        "sector=sector+canaryNAMED",
        "schedule=overdue",
        "commitment=RES-1",
        "reference=RES-1",
        "recipient=us-desk",
    ] {
        paths.push(format!("{path}?{query}"));
    }
    paths
}

/// What was looked for stands in the page once more, in its field and in what leads back to it.
pub(super) fn without_what_was_typed(page: &str) -> String {
    let typed = [
        "canaryNAMED\"",
        "canary\"",
        "“canaryNAMED”",
        "q=canaryNAMED",
    ];
    let page = page.to_owned();
    typed
        .iter()
        .fold(page, |page, typed| page.replace(typed, ""))
}

pub(super) async fn ask(pages: &Pages, cookie: Option<&str>, entry: &Entry, path: &str) -> Answer {
    match (entry.method, cookie) {
        ("GET", Some(cookie)) => pages.get_with(cookie, path).await,
        ("GET", None) => pages.get(path).await,
        (_, Some(cookie)) => pages.post_with(cookie, path, "").await,
        (_, None) => pages.post(path, "").await,
    }
}

/// A document that was brought in and is not on record: its words are for the partnership's keepers.
const DOCUMENT: &str = "00000000-0000-4000-8000-00000000cafe";

async fn bring_in_a_document(pages: &Pages) {
    let person = PersonId::parse("coordinator").unwrap();
    let editor = Editor {
        reader: (&person).into(),
        viewer: Viewer::Person(person.clone()),
        administrator: false,
        actor: Actor::Person(person),
    };
    let brought = Brought {
        id: DOCUMENT.parse().unwrap(),
        text: "Both sides agreed to hold a canaryBROUGHT meeting in July 2025.".into(),
        title: "Title canaryBROUGHT".into(),
        partnership: "asean-us".parse().unwrap(),
        meeting: None,
        issued: Some("2025-05-21".parse().unwrap()),
        is_confidential: true,
    };
    let lexicon = Arc::new(Lexicon::standard().clone());
    let now = pages.clock.business_now();
    bring_in(&pages.store, &lexicon, brought, &editor, now)
        .await
        .unwrap();
}

/// The demonstration's cookie and the cookies of others are of no use here; the mail of a week is out.
pub(super) async fn walked(with: bool) -> Pages {
    let pages = Pages::unattended(&record(with), |_| {}).await;
    pages.run_until("2025-06-20 02:00").await;
    bring_in_a_document(&pages).await;
    pages
}

/// What a request was answered with, in one word.
fn outcome(answer: &Answer) -> String {
    match answer.status.as_u16() {
        303 => {
            let to = answer.header("location");
            let to = to.split('?').next().unwrap_or_default();
            format!("303 {to}")
        }
        status => status.to_string(),
    }
}

#[tokio::test]
async fn the_table_of_the_proof() {
    let pages = walked(true).await;
    let roles = everybody(&pages).await;
    let people: BTreeMap<&str, &str> =
        [("guest", "a-guest"), ("administrator", "the-administrator")].into();
    let mut lines = Vec::new();
    let mut leaks = Vec::new();
    for entry in declared() {
        if entry.door == Door::Anyone
            && entry.shows == Shows::Nothing
            && ["/style", "/review-"]
                .iter()
                .any(|file| entry.path.starts_with(file))
        {
            continue;
        }
        for path in addresses(&pages, &entry).await {
            let mut outcomes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for (role, cookie) in &roles {
                // A form may have ended the sessions there were.
                let fresh = match cookie {
                    Some(_) => {
                        let person = people.get(role).unwrap_or(role);
                        let person = PersonId::parse(person).unwrap();
                        Some(pages.cookie_of(&person).await)
                    }
                    None => None,
                };
                let answer = ask(&pages, fresh.as_deref(), &entry, &path).await;
                outcomes.entry(outcome(&answer)).or_default().push(role);
                let told = format!("{}\n{:?}", answer.body, answer.headers);
                for canary in hidden_from(role) {
                    // What was asked for may be repeated, and tells nothing.
                    let told = without_what_was_typed(&told);
                    if told.contains(canary) {
                        leaks.push(format!("{role} reads {canary} at {} {path}", entry.method));
                    }
                }
                for reference in references_hidden_from(role) {
                    if !path.contains(reference) && told.contains(reference) {
                        leaks.push(format!(
                            "{role} meets {reference} at {} {path}",
                            entry.method
                        ));
                    }
                }
            }
            // Of searches and of mail the outcomes are those of the page without.
            if !path.contains('?') && !entry.path.starts_with("/mail/{") {
                let told = outcomes
                    .iter()
                    .map(|(outcome, roles)| format!("{outcome}: {}", roles.join(" ")));
                let told: Vec<String> = told.collect();
                lines.push(format!(
                    "{:<5}{path:<30}{:<14}{:<13}{}",
                    entry.method,
                    format!("{:?}", entry.door),
                    format!("{:?}", entry.shows),
                    told.join(" | ")
                ));
            }
        }
    }
    assert_eq!(leaks, Vec::<String>::new());
    insta::assert_snapshot!(lines.join("\n"));
}

#[tokio::test]
async fn whom_it_names_reads_it_so_the_canaries_are_there_to_be_met() {
    let pages = walked(true).await;
    let roles: BTreeMap<&str, Option<String>> = everybody(&pages).await.into_iter().collect();
    let read = async |role: &str, path: &str| {
        let cookie = roles[role].as_deref().unwrap();
        pages.get_with(cookie, path).await.body
    };
    for field in ["Title", "promise", "Step", "words", "text", "ask", "reason"] {
        let page = read("officer", "/commitments/RES-1").await;
        assert!(page.contains(&format!("{field} {NAMED}")), "{field}");
        let page = read("head", "/commitments/RES-2").await;
        assert!(page.contains(&format!("{field} {PEOPLE}")), "{field}");
    }
    assert!(
        read("leader", "/commitments/PUB-1")
            .await
            .contains("text canaryUPDATE")
    );
    let public = read("guest", "/public/PUB-1").await;
    assert!(public.contains("told to all canaryTOLD") && public.contains("promise canaryPUBLIC"));
    assert!(read("administrator", "/operator").await.contains("Notices"));
}

/// What is drawn anew with each house: the ids of notices.
fn without_ids(body: &str) -> String {
    let is_of_id = |c: char| c.is_ascii_hexdigit() || c == '-';
    let words = body.split_inclusive(|c: char| !is_of_id(c));
    let kept = words.map(|word| {
        let id = word.trim_end_matches(|c: char| !is_of_id(c));
        if id.len() == 36 { &word[36..] } else { word }
    });
    kept.collect()
}

/// A page without the list of mails on it: one that carries something hidden beside is named there by
/// its day and its reader, not by its subject.
fn comparable(body: &str) -> String {
    let text = without_ids(body);
    let Some((before, rest)) = text.split_once("<section aria-labelledby=\"mail\">") else {
        return text;
    };
    let (_, after) = rest.split_once("</section>").unwrap();
    format!("{before}{after}")
}

/// No count, no order, no sentence tells that there is more.
#[tokio::test]
async fn the_record_s_pages_are_those_of_a_house_in_which_it_does_not_exist() {
    let (with, without) = (walked(true).await, walked(false).await);
    let roles = everybody(&with).await;
    let others: BTreeMap<&str, Option<String>> = everybody(&without).await.into_iter().collect();
    let mut differing = BTreeSet::new();
    let mut compared = 0;
    for entry in declared() {
        if entry.method != "GET" || !matches!(entry.shows, Shows::Record | Shows::Directory) {
            continue;
        }
        for path in addresses(&without, &entry).await {
            for (role, cookie) in &roles {
                if matches!(*role, "officer" | "head") {
                    continue;
                }
                let here = ask(&with, cookie.as_deref(), &entry, &path).await;
                let there = ask(&without, others[role].as_deref(), &entry, &path).await;
                compared += 1;
                let (here_at, there_at) = (with.url(), without.url());
                let same = comparable(&here.body.replace(here_at, ""))
                    == comparable(&there.body.replace(there_at, ""));
                if here.status != there.status || !same {
                    differing.insert(format!("{role} at {path}"));
                }
            }
        }
    }
    assert!(compared > 300, "{compared}");
    assert_eq!(differing, BTreeSet::new());
}

/// Everything that is logged, as an administrator who turned logging up would read it.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn logs_metrics_and_errors_tell_nothing_either() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let _guard = tracing::subscriber::set_default(subscriber);
    let pages = walked(true).await;
    let roles = everybody(&pages).await;
    for (_, cookie) in &roles {
        for entry in declared().iter().filter(|e| e.method == "GET") {
            for path in addresses(&pages, entry).await {
                ask(&pages, cookie.as_deref(), entry, &path).await;
            }
        }
    }
    // The record cannot be read any more: what is said of that tells nothing of it.
    let metrics = pages.get("/metrics").await.body;
    pages
        .database
        .execute("DROP TABLE notice_item")
        .await
        .unwrap();
    let mut errors = String::new();
    for path in ["/mail", "/commitments/RES-1", "/operator"] {
        let cookie = roles.last().unwrap().1.as_deref().unwrap();
        let answer = pages.get_with(cookie, path).await;
        errors.push_str(&answer.body);
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(!log.is_empty() && metrics.contains("aide_memoire_notices"));
    for (place, told) in [("log", &log), ("metrics", &metrics), ("errors", &errors)] {
        // What is internal, an administrator reads on the pages that still can be shown.
        let mut hidden = vec![NAMED, PEOPLE];
        hidden.extend((place != "errors").then_some("canaryINTERNAL"));
        for canary in hidden {
            assert!(!told.contains(canary), "{place} tells {canary}");
        }
        for (_, cookie) in roles.iter().filter(|(_, c)| c.is_some()) {
            let word = cookie.as_deref().unwrap().trim_start_matches("session=");
            assert!(!told.contains(word), "{place} has the word of a session");
        }
    }
}

#[tokio::test]
async fn mail_tells_it_to_whom_it_names_and_never_its_words() {
    let pages = walked(true).await;
    let kept = pages.database.query("SELECT raw FROM message").await;
    assert!(kept.len() > 3);
    let snapshot = pages.store.read().await.unwrap();
    let notices = snapshot
        .notices(&NoticeFilter::default(), ALL)
        .await
        .unwrap();
    let mut met = 0;
    for notice in &notices {
        let Some(message) = snapshot.message(notice.id).await.unwrap() else {
            continue;
        };
        let text = String::from_utf8_lossy(&message.raw).replace("=\r\n", "");
        for canary in [NAMED, PEOPLE] {
            assert!(
                !text.contains(canary),
                "{} reads {canary} in a mail",
                notice.recipient
            );
        }
        for (reference, readers) in [
            ("RES-1", vec!["us-desk", "officer"]),
            ("RES-2", vec!["us-desk", "officer", "head"]),
        ] {
            if text.contains(reference) {
                met += 1;
                let to = notice.recipient.as_str();
                assert!(readers.contains(&to), "{to} reads of {reference} in a mail");
            }
        }
    }
    assert!(met > 0, "somebody was reminded of it");
}
