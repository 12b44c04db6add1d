//! The page behind an answer: looking changes nothing, the form does, and it shows what the link is for.

use aide_memoire::domain::ledger::{NoticeFilter, Page};
use axum::body::Body;
use axum::http::{Request, StatusCode};
use chrono::TimeDelta;

use crate::stories::{DESK, commitment, deliverable};
use crate::support::answers::{answer_in, answers_in};
use crate::support::pages::{Answer, Pages};

const EVERYTHING: Page = Page {
    offset: 0,
    limit: 1_000,
};

fn record(lines: &str) -> String {
    let officer = "[[person]]\nid = \"dara\"\nname = \"Sok Dara\"\n\n[[desk]]";
    let desk = DESK
        .replacen("[[desk]]", officer, 1)
        .replace("head = \"head\"", "head = \"head\"\nofficers = [\"dara\"]");
    let other = commitment("US37-02", "kind = \"standing\"\n");
    format!(
        "{desk}{}{lines}{other}",
        deliverable("US37-01", "20 June 2025")
    )
}

/// Pages on the morning of the desk's first reminder.
async fn pages(lines: &str) -> Pages {
    let pages = Pages::serving(&record(lines), |_| {}).await;
    pages.run_until("2025-06-13 02:00").await;
    pages
}

/// The letter that reminds the desk of US37-01, as it was sent.
async fn letter(pages: &Pages) -> Vec<u8> {
    let snapshot = pages.store.read().await.unwrap();
    let notices = snapshot.notices(&NoticeFilter::default(), EVERYTHING).await;
    for notice in notices.unwrap() {
        let raw = snapshot.message(notice.id).await.unwrap().unwrap().raw;
        if !answers_in(&raw).is_empty() && notice.date.to_string() == "2025-06-13" {
            return raw;
        }
    }
    panic!("a letter with answers")
}

/// All of the database that an answer could change.
async fn state(pages: &Pages) -> (i64, usize) {
    let snapshot = pages.store.read().await.unwrap();
    let version = snapshot.installation().await.unwrap().record_version;
    let audit = snapshot.audit_trail(EVERYTHING).await.unwrap().len();
    (version, audit)
}

async fn updates(pages: &Pages) -> usize {
    let book = pages.store.book().await.unwrap();
    book.commitment("US37-01").unwrap().updates.len()
}

#[tokio::test(flavor = "multi_thread")]
async fn scanners_that_follow_every_link_change_nothing() {
    let pages = pages("").await;
    let before = state(&pages).await;
    let raw = letter(&pages).await;
    let links = answers_in(&raw);
    assert_eq!(links.len(), 7);
    for (label, path) in &links {
        for method in ["GET", "HEAD", "GET"] {
            let request = Request::builder().method(method).uri(path);
            let answer = pages.ask(request.body(Body::empty()).unwrap()).await;
            assert_eq!(answer.status, StatusCode::OK, "{method} {label}");
            assert!(answer.headers.get("set-cookie").is_none());
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
    assert_eq!(state(&pages).await, before);
    let first = pages.get(&links[0].1).await;
    assert_eq!(first.status, StatusCode::OK, "and the links still work");
    assert!(first.words().contains("“On track”?"), "{}", first.words());
}

#[tokio::test(flavor = "multi_thread")]
async fn from_the_letter_to_the_record_without_signing_in() {
    let pages = pages("").await;
    let path = answer_in(&letter(&pages).await, "At risk");
    let page = pages.get(&path).await;
    let words = page.words();
    for shown in [
        "US37-01: “At risk”?",
        "which will be endorsed",
        "20 June 2025",
        "Sok Dara",
    ] {
        assert!(words.contains(shown), "{shown}: {words}");
    }
    let (path, _) = path.split_once('?').unwrap();
    let incomplete = pages
        .post(path, "is=at-risk&confidence=red&words=&by=&name=")
        .await;
    assert_eq!(incomplete.status, StatusCode::UNPROCESSABLE_ENTITY);
    let words = incomplete.words();
    assert!(words.contains("what stands in the way.") && words.contains("Say who answers"));
    assert!(
        incomplete.body.contains("value=\"red\" checked"),
        "what was typed is kept"
    );
    assert_eq!(updates(&pages).await, 0);

    let elsewhere = pages
        .post_from("cross-site", path, "is=at-risk&words=x&by=dara")
        .await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
    assert_eq!(updates(&pages).await, 0);

    let given = pages
        .post(path, "is=at-risk&confidence=red&words=No+venue.&by=dara")
        .await;
    assert_eq!(given.status, StatusCode::SEE_OTHER, "{}", given.body);
    assert_eq!(given.header("location"), path);
    assert_eq!(updates(&pages).await, 1);
    let after = pages.get(path).await;
    let words = after.words();
    assert!(words.contains("US37-01: “At risk” is recorded."), "{words}");
    assert!(
        words.contains("Sok Dara answered on 13 June 2025"),
        "{words}"
    );
    assert!(
        !words.contains("No venue"),
        "the link tells no more than that"
    );

    let again = pages.post(path, "is=done&by=dara").await;
    assert_eq!(again.status, StatusCode::CONFLICT);
    assert_eq!(updates(&pages).await, 1);
    // The thread of the commitment shows it, in its words.
    let shown = pages.get("/commitments/US37-01").await.words();
    assert!(
        shown.contains("No venue.") && shown.contains("Sok Dara"),
        "{shown}"
    );
}

/// Where the links of a page lead.
fn links_of(page: &Answer) -> Vec<&str> {
    let pieces = page.body.split("href=\"").skip(1);
    let links = pieces.filter_map(|piece| piece.split('"').next());
    links
        .filter(|href| !href.starts_with("/style-") && *href != "/favicon.svg")
        .collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_shown_but_what_the_link_is_for() {
    let pages = pages("").await;
    let path = answer_in(&letter(&pages).await, "Done");
    let page = pages.get(&path).await;
    assert!(
        links_of(&page).iter().all(|href| href.starts_with("?is=")),
        "{:?}",
        links_of(&page)
    );
    assert!(!page.body.contains("US37-02") && !page.body.contains("<nav"));
    let (path, _) = path.split_once('?').unwrap();
    pages.post(path, "is=done&by=dara").await;
    assert_eq!(links_of(&pages.get(path).await), Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn of_what_is_restricted_it_shows_reference_and_date() {
    let secret = "confidentiality = \"restricted\"\nreaders = [\"us-desk\"]\n";
    let pages = pages(secret).await;
    let raw = letter(&pages).await;
    for label in ["On track", "New date", "Later"] {
        let path = answer_in(&raw, label);
        let page = pages.get(&path).await;
        assert_eq!(page.status, StatusCode::OK);
        let words = page.words();
        assert!(
            words.contains("US37-01") && words.contains("20 June 2025"),
            "{words}"
        );
        for untold in ["Statement US37-01", "endorsed", "ASEAN-U.S. ", "quot"] {
            assert!(!page.body.contains(untold), "{untold}: {}", page.body);
        }
    }
    let path = answer_in(&raw, "On track");
    let (path, _) = path.split_once('?').unwrap();
    let given = pages
        .post(path, "is=on-track&words=Agreed+in+Vientiane&by=dara")
        .await;
    assert_eq!(given.status, StatusCode::SEE_OTHER);
    let used = pages.get(path).await;
    assert!(!used.body.contains("Statement US37-01"));
    let book = pages.store.book().await.unwrap();
    let update = book.commitment("US37-01").unwrap().updates[0].clone();
    use aide_memoire::domain::commitment::Confidentiality;
    assert_eq!(update.confidentiality, Confidentiality::Restricted);
    // Whoever runs the installation reads neither the answer nor what it was to.
    let audit = pages.get("/operator").await.body;
    assert!(!audit.contains("Vientiane") && !audit.contains("Statement US37-01"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_did_not_sign_is_like_any_unknown_address() {
    let pages = pages("").await;
    let unknown = pages.get("/answer/never-one").await;
    let path = answer_in(&letter(&pages).await, "Done");
    let (path, _) = path.split_once('?').unwrap();
    let last = path.chars().last().unwrap();
    let other = if last == 'a' { 'b' } else { 'a' };
    let forged = [
        format!("{}{other}", &path[..path.len() - 1]),
        format!("{path}aaaa"),
        path[..path.len() - 4].to_owned(),
        "/answer/x".to_owned(),
        format!("/answer/{}", "a".repeat(55)),
    ];
    for path in forged {
        let shown = pages.get(&path).await;
        assert_eq!(shown.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(shown.body, unknown.body, "{path}");
        let posted = pages.post(&path, "is=done&by=dara").await;
        assert_eq!(posted.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(updates(&pages).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_ended_says_so_and_nothing_else() {
    let pages = pages("").await;
    let path = answer_in(&letter(&pages).await, "Done");
    pages.clock.wait(TimeDelta::days(31));
    let ended = pages.get(&path).await;
    assert_eq!(ended.status, StatusCode::GONE);
    assert!(ended.words().contains("30 days"), "{}", ended.words());
    assert!(!ended.body.contains("US37-01"));
    let (path, _) = path.split_once('?').unwrap();
    let posted = pages.post(path, "is=done&by=dara").await;
    assert_eq!(posted.status, StatusCode::GONE);
    assert_eq!(updates(&pages).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_in_stored_mail_are_masked_on_pages() {
    let pages = pages("").await;
    let raw = letter(&pages).await;
    let paths: Vec<String> = answers_in(&raw).into_iter().map(|(_, p)| p).collect();
    let token = paths[0]
        .trim_start_matches("/answer/")
        .split('?')
        .next()
        .unwrap();
    let log = pages.get("/mail").await.body;
    let notices = log.split("href=\"/mail/").skip(1);
    let notices: Vec<&str> = notices
        .filter_map(|piece| piece.split('"').next())
        .collect();
    assert!(!notices.is_empty());
    let mut masked = 0;
    for notice in notices {
        for page in [format!("/mail/{notice}"), format!("/mail/{notice}/body")] {
            let body = pages.get(&page).await.body;
            assert!(!body.contains(token), "{page}");
            assert!(!body.contains(&token[20..40]), "{page}");
            masked += usize::from(body.contains("/answer/masked"));
        }
    }
    assert!(masked >= 2, "the words are shown, without the secret");
    let shown = pages.get("/answer/masked?is=done").await;
    assert_eq!(shown.status, StatusCode::GONE);
    assert!(shown.words().contains("masked"));
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_demonstration_the_links_are_there_to_be_tried() {
    let pages = Pages::demo().await;
    let mailbox = pages.get("/mailbox?recipient=asean-us-desk").await.body;
    let (_, notice) = mailbox.split_once("href=\"/mail/").unwrap();
    let notice = notice.split_once('"').unwrap().0;
    let body = pages.get(&format!("/mail/{notice}/body")).await.body;
    let (_, link) = body.split_once("/answer/").expect("an answer");
    let link = link.split_once('"').unwrap().0;
    let page = pages.get(&format!("/answer/{link}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.body);
}
