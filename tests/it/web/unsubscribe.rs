//! The page behind *unsubscribe*: looking changes nothing, one post is enough, and nobody else's
//! link does anything.

use aide_memoire::delivery::signed::unsubscribe_url;
use aide_memoire::domain::habits::Cadence;
use aide_memoire::domain::ids::ReaderId;
use aide_memoire::domain::ledger::Page;
use aide_memoire::domain::token::SigningKey;
use axum::http::StatusCode;

use crate::stories::{DESK, deliverable};
use crate::support::pages::{Answer, Pages};

async fn pages() -> Pages {
    let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
    Pages::serving(&record, |_| {}).await
}

async fn path_of(pages: &Pages, reader: &str) -> String {
    let key = pages.store.signing_key().await.unwrap();
    unsubscribe_url(&key, "", &ReaderId::parse(reader).unwrap())
}

async fn cadence(pages: &Pages) -> Cadence {
    let directory = pages.store.directory().await.unwrap();
    directory.desks["us-desk"].habits.digest
}

/// As a mail provider's machine posts it.
async fn one_click(pages: &Pages, path: &str) -> Answer {
    let form = "List-Unsubscribe=One-Click";
    pages.post_from("cross-site", path, form).await
}

async fn acts(pages: &Pages) -> usize {
    let page = Page {
        offset: 0,
        limit: 100,
    };
    let snapshot = pages.store.read().await.unwrap();
    let audit = snapshot.audit_trail(page).await.unwrap();
    audit.iter().filter(|a| a.act == "digest-cadence").count()
}

#[tokio::test(flavor = "multi_thread")]
async fn looking_changes_nothing_and_one_post_is_enough() {
    let pages = pages().await;
    let path = path_of(&pages, "us-desk").await;
    let shown = pages.get(&path).await;
    assert_eq!(shown.status, StatusCode::OK);
    let words = shown.words();
    assert!(words.contains("Stop the digest lines"), "{words}");
    assert!(words.contains("duty mail"), "{words}");
    assert_eq!(cadence(&pages).await, Cadence::Weekly);
    assert_eq!(acts(&pages).await, 0);

    for _ in 0..2 {
        let stopped = one_click(&pages, &path).await;
        assert_eq!(stopped.status, StatusCode::OK, "{}", stopped.body);
        assert!(stopped.words().contains("No more digest lines"));
        assert_eq!(cadence(&pages).await, Cadence::Never);
        assert_eq!(acts(&pages).await, 1, "once or twice is the same");
    }
    let again = pages.post(&path, "again=weekly").await;
    assert_eq!(again.status, StatusCode::OK);
    assert_eq!(cadence(&pages).await, Cadence::Weekly);
    assert_eq!(acts(&pages).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_we_did_not_sign_is_like_any_unknown_address() {
    let pages = pages().await;
    let foreign = SigningKey::of(&[3; SigningKey::LENGTH]).unwrap();
    let reader = ReaderId::parse("us-desk").unwrap();
    let unknown = pages.get("/nothing/here").await;
    let path = path_of(&pages, "us-desk").await;
    let nobodys = path_of(&pages, "nobody-here").await;
    let forged = [
        unsubscribe_url(&foreign, "", &reader),
        path.replace("us-desk", "head"),
        format!("{path}a"),
        "/unsubscribe/us-desk".to_owned(),
        nobodys,
    ];
    for path in forged {
        let shown = pages.get(&path).await;
        assert_eq!(shown.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(shown.body, unknown.body, "{path}");
        let posted = one_click(&pages, &path).await;
        assert_eq!(posted.status, StatusCode::NOT_FOUND, "{path}");
    }
    assert_eq!(cadence(&pages).await, Cadence::Weekly);
    assert_eq!(acts(&pages).await, 0);
}
