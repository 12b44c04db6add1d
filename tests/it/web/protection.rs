use std::sync::Arc;

use aide_memoire::domain::notice::MailMode;
use aide_memoire::web::{Check, Readiness};
use async_trait::async_trait;
use axum::body::Body;
use axum::http::Request;

use super::EVERY_PAGE;
use crate::support::pages::Pages;

#[tokio::test]
async fn every_answer_is_guarded() {
    let pages = Pages::demo().await;
    let more = ["/nowhere", "/healthz", "/readyz", "/favicon.svg"];
    for path in EVERY_PAGE.iter().chain(&more) {
        let answer = pages.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(
            policy.starts_with("default-src 'none'; style-src 'self';"),
            "{path}: {policy}"
        );
        assert!(policy.contains("frame-ancestors 'none'"), "{path}");
        assert!(policy.contains("form-action 'self'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        if *path != "/favicon.svg" {
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        }
    }
}

#[tokio::test]
async fn the_style_sheet_is_named_by_its_content_and_kept_for_ever() {
    let pages = Pages::demo().await;
    let body = pages.get("/").await.body;
    let (_, rest) = body.split_once("href=\"/style-").unwrap();
    let path = format!("/style-{}", rest.split_once('"').unwrap().0);
    let style = pages.get(&path).await;
    assert_eq!(style.header("content-type"), "text/css; charset=utf-8");
    assert!(style.header("cache-control").contains("immutable"));
    assert!(style.body.len() < 20_000);
    let request = Request::get(&path).header("accept-encoding", "gzip");
    let packed = pages.ask(request.body(Body::empty()).unwrap()).await;
    assert_eq!(packed.header("content-encoding"), "gzip");
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let pages = Pages::demo().await;
    let before = pages.get("/operator").await.body;
    let refused = pages
        .post_from("cross-site", "/demo/advance", "days=7")
        .await;
    assert_eq!(refused.status, 403);
    assert!(
        refused
            .words()
            .contains("The form was sent from another site.")
    );
    assert_eq!(pages.get("/operator").await.body, before);
}

#[tokio::test]
async fn a_stranger_s_name_for_this_machine_is_not_answered() {
    let pages = Pages::demo().await;
    let ask = |host: &str, path: &str| {
        let request = Request::get(path).header("host", host);
        request.body(Body::empty()).unwrap()
    };
    assert_eq!(pages.ask(ask("evil.example", "/")).await.status, 421);
    assert_eq!(pages.ask(ask("localhost:8080", "/")).await.status, 200);
    assert_eq!(pages.ask(ask("evil.example", "/healthz")).await.status, 200);
}

#[tokio::test]
async fn a_get_changes_nothing() {
    let pages = Pages::demo().await;
    let contents = async || {
        let mut contents = Vec::new();
        for table in [
            "audit",
            "commitment",
            "notice",
            "notice_item",
            "occurrence",
            "attempt",
            "message",
            "installation",
            "schedule_cursor",
            "replan",
            "reader",
        ] {
            contents.push((table, pages.database.dump(table).await));
        }
        contents
    };
    let before = contents().await;
    assert!(
        before.iter().any(|(_, rows)| !rows.is_empty()),
        "there is something to change"
    );
    for path in EVERY_PAGE {
        pages.get(path).await;
        pages.get_as("officer-cyber", path).await;
    }
    for path in ["/demo/advance?days=7", "/demo/look-as?as=som-leader"] {
        assert_eq!(pages.get(path).await.status, 405, "{path}");
    }
    assert_eq!(contents().await, before);
}

#[tokio::test]
async fn a_form_that_is_too_long_is_refused() {
    let pages = Pages::demo().await;
    let long = format!("days=1&back={}", "x".repeat(100_000));
    assert_eq!(pages.post("/demo/advance", &long).await.status, 413);
}

struct Broken;

#[async_trait]
impl Readiness for Broken {
    async fn check(&self) -> Vec<Check> {
        let fine = |name| Check {
            name,
            problem: None,
        };
        let relay = Check {
            name: "relay",
            problem: Some("the relay refused the connection".into()),
        };
        vec![fine("database"), relay]
    }
}

#[tokio::test]
async fn health_and_readiness_are_told() {
    let pages = Pages::serving("", |_| {}).await;
    assert_eq!(pages.get("/healthz").await.body, "ok\n");
    let ready = pages.get("/readyz").await;
    assert_eq!(ready.status, 200);
    assert!(ready.body.contains("scheduler: ok\n"), "{}", ready.body);
    let broken = pages.with_readiness(Arc::new(Broken));
    let not = broken.get("/readyz").await;
    assert_eq!(not.status, 503);
    assert_eq!(
        not.body,
        "database: ok\nrelay: the relay refused the connection\n"
    );
    let operator = broken.get("/operator").await.words();
    assert!(operator.contains("Relay is not in order."), "{operator}");
}

#[tokio::test]
async fn a_banner_stands_on_every_page_while_mail_is_held_back() {
    let record = aide_memoire::record::FIRST_RECORD;
    let held = Pages::serving(record, |settings| settings.mode = MailMode::Hold).await;
    for path in EVERY_PAGE.iter().chain(&["/nowhere"]) {
        let body = held.get(path).await.body;
        assert!(body.contains("Mail is on hold"), "{path}");
    }
}

#[tokio::test]
async fn a_record_that_cannot_be_read_is_told_without_its_inner_words() {
    let pages = Pages::demo().await;
    pages
        .database
        .execute("DROP TABLE notice_item")
        .await
        .unwrap();
    let answer = pages.get("/mail").await;
    assert_eq!(answer.status, 500);
    assert!(
        answer.words().contains("This page could not be shown"),
        "{}",
        answer.words()
    );
    assert!(!answer.body.contains("notice_item"), "{}", answer.body);
}
