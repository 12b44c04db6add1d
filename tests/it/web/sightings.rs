//! Who saw what is restricted: every page that shows it is noted, no look writes by itself, and a
//! reader is told of once a day.

use aide_memoire::clock::Clock;
use aide_memoire::domain::audit::AuditEntry;
use aide_memoire::domain::ledger::Page;
use aide_memoire::domain::sighting::SEE;
use aide_memoire::web::declared;
use chrono::TimeDelta;

use super::walk::{NAMED, PEOPLE, addresses, everybody, record, walked, without_what_was_typed};
use crate::support::answers::{answers_in, token_of};
use crate::support::house::ALL;
use crate::support::pages::Pages;

/// The audit from its beginning.
async fn audit(pages: &Pages) -> Vec<AuditEntry> {
    let snapshot = pages.store.read().await.unwrap();
    let everything = Page {
        offset: 0,
        limit: 100_000,
    };
    let mut lines = snapshot.audit_trail(everything).await.unwrap();
    lines.reverse();
    lines
}

/// What is written of looks: `who RES-1: how much`.
async fn seen(pages: &Pages) -> Vec<String> {
    pages.write_sightings().await;
    let lines = audit(pages).await.into_iter();
    lines
        .filter(|line| line.act == SEE)
        .map(|line| format!("{} {}: {}", line.actor, line.subject, line.detail))
        .collect()
}

/// Every page as whoever may read something restricted: where its words are, the look is noted.
#[tokio::test]
async fn no_page_shows_it_unnoticed() {
    let pages = walked(true).await;
    for role in ["officer", "head"] {
        pages.enter_person(role).await;
    }
    let mut noticed = 0;
    let mut unnoticed = Vec::new();
    for entry in declared().iter().filter(|entry| entry.method == "GET") {
        for path in addresses(&pages, entry).await {
            for role in ["officer", "head"] {
                // A day later, so that it is told again.
                pages
                    .clock
                    .set(pages.clock.business_now() + TimeDelta::days(1));
                let cookie = pages.cookie_of(&role.parse().unwrap()).await;
                let before = seen(&pages).await.len();
                let answer = pages.get_with(&cookie, &path).await;
                let noted = seen(&pages).await[before..].join("; ");
                // What was typed is repeated, and is no sight of it.
                let body = without_what_was_typed(&answer.body);
                for (canary, reference) in [(NAMED, "RES-1"), (PEOPLE, "RES-2")] {
                    let is_noted = noted.contains(&format!("{role} {reference}: "));
                    noticed += usize::from(is_noted);
                    if body.contains(canary) && !is_noted {
                        unnoticed.push(format!("{role} at {path}: {noted:?}"));
                    }
                }
            }
        }
    }
    assert_eq!(unnoticed, Vec::<String>::new());
    assert!(noticed > 40, "{noticed}");
}

#[tokio::test]
async fn others_looks_leave_nothing() {
    let pages = walked(true).await;
    for (role, cookie) in everybody(&pages).await {
        if role == "officer" || role == "head" {
            continue;
        }
        for entry in declared().iter().filter(|entry| entry.method == "GET") {
            for path in addresses(&pages, entry).await {
                match &cookie {
                    Some(cookie) => pages.get_with(cookie, &path).await,
                    None => pages.get(&path).await,
                };
            }
        }
    }
    assert_eq!(seen(&pages).await, Vec::<String>::new());
}

#[tokio::test]
async fn it_is_told_once_a_day_and_once_more_when_it_is_more() {
    let pages = walked(true).await;
    let officer = pages.enter_person("officer").await;
    let before = audit(&pages).await.len();
    for path in ["/commitments", "/commitments", "/commitments/PUB-1"] {
        pages.get_with(&officer, path).await;
    }
    assert_eq!(audit(&pages).await.len(), before, "a look writes nothing");
    let among = [
        "officer RES-1: named among others",
        "officer RES-2: named among others",
    ];
    assert_eq!(seen(&pages).await, among);
    for path in ["/commitments/RES-1", "/commitments", "/commitments/RES-1"] {
        pages.get_with(&officer, path).await;
    }
    let now = seen(&pages).await;
    assert_eq!(now[2..], ["officer RES-1: its own page"]);

    // Whoever may read it reads who has.
    let page = pages.get_with(&officer, "/commitments/RES-1").await.words();
    let (_, section) = page
        .split_once("Who has seen it")
        .expect("it is restricted");
    assert!(
        section.contains("Officer of the desk, its own page 20 June 2025"),
        "{section}"
    );
    let public = pages.get_with(&officer, "/commitments/PUB-1").await.words();
    assert!(!public.contains("Who has seen it"));

    pages
        .clock
        .set(pages.clock.business_now() + TimeDelta::days(1));
    let officer = pages.cookie_of(&"officer".parse().unwrap()).await;
    pages.get_with(&officer, "/commitments/RES-1").await;
    assert_eq!(seen(&pages).await.len(), 4, "another day");
}

/// A link in a mail shows what it is about to whoever holds it.
#[tokio::test]
async fn a_look_by_a_link_is_a_look() {
    let pages = Pages::unattended(&record(true), |_| {}).await;
    pages.run_until("2025-06-20 02:00").await;
    let snapshot = pages.store.read().await.unwrap();
    let notices = snapshot.notices(&Default::default(), ALL).await.unwrap();
    let about = notices.iter().find(|notice| {
        let mut items = notice.items.iter();
        notice.recipient.as_str() == "us-desk"
            && items.any(|i| i.item.commitment.as_str() == "RES-1")
    });
    let raw = snapshot
        .message(about.expect("a reminder").id)
        .await
        .unwrap();
    drop(snapshot);
    let raw = raw.expect("the mailbox keeps it").raw;
    let text = String::from_utf8_lossy(&raw);
    assert!(text.contains("RES-1"));
    // A letter carries several commitments, each with its own answers.
    let mut about = Vec::new();
    for (label, link) in answers_in(&raw) {
        let page = pages.get(&format!("/answer/{}", token_of(&link))).await;
        if label == "At risk" && page.body.contains("RES-1") {
            about.push(page);
        }
    }
    assert_eq!(about.len(), 1);
    let told = seen(&pages).await;
    let by_link = "us-desk, by a link in a mail RES-1: its own page".to_owned();
    assert!(told.contains(&by_link), "{told:?}");
    assert!(told.iter().all(|line| line.contains(" RES-")), "{told:?}");
}
