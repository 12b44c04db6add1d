//! What came back, as the operator sees it, and what is measured of it.

use aide_memoire::acts::returned::{Returned, take};
use aide_memoire::clock::Clock;
use aide_memoire::delivery::signed::return_path;
use aide_memoire::domain::desk::EmailAddress;
use aide_memoire::domain::ledger::NoticeFilter;
use axum::http::StatusCode;

use crate::delivery::inbound::sample;
use crate::stories::{DESK, deliverable};
use crate::support::house::ALL;
use crate::support::pages::Pages;

#[tokio::test(flavor = "multi_thread")]
async fn the_operator_sees_which_address_and_who_hears_instead() {
    let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
    let pages = Pages::serving(&record, |_| {}).await;
    let empty = pages.get("/operator").await.words();
    assert!(empty.contains("None, as far as is known."), "{empty}");
    pages.run_until("2025-06-13 02:00").await;
    let snapshot = pages.store.read().await.unwrap();
    let notices = snapshot.notices(&NoticeFilter::default(), ALL).await;
    let notice = notices.unwrap().remove(0);
    drop(snapshot);
    let key = pages.store.signing_key().await.unwrap();
    let base = EmailAddress::parse("bounces@mfa.example.org").unwrap();
    let to = return_path(&key, &base, notice.id).to_string();
    let now = pages.clock.business_now();
    let report = sample("postfix-unknown-user").as_bytes();
    let returned = take(&pages.store, report, Some(&to), now).await.unwrap();
    assert!(matches!(returned, Returned::Bounced { .. }), "{returned:?}");

    let page = pages.get("/operator").await;
    let words = page.words();
    for expected in [
        "Mail does not reach one address.",
        "us-desk@mfa.example.org",
        "User unknown",
        "Friday 13 June 2025, 09:00",
        "Head, Americas Division",
        "bounces clear ADDRESS",
    ] {
        assert!(words.contains(expected), "{expected}: {words}");
    }
    assert!(page.body.contains(&format!("/mail/{}", notice.id)));
    let words = pages.get(&format!("/mail/{}", notice.id)).await.words();
    assert!(words.contains("What came back"), "{words}");
    assert!(words.contains("given up: it did not arrive"), "{words}");
    let metrics = pages.get("/metrics").await.body;
    assert!(
        metrics.contains("aide_memoire_bouncing_addresses 1\n"),
        "{metrics}"
    );
    assert!(
        metrics.contains("aide_memoire_notices{state=\"bounced\"} 1\n"),
        "{metrics}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_measures_name_nobody() {
    let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
    let pages = Pages::serving(&record, |_| {}).await;
    let metrics = pages.get("/metrics").await;
    assert_eq!(metrics.status, StatusCode::OK);
    assert!(
        metrics
            .header("content-type")
            .starts_with("text/plain; version=0.0.4")
    );
    for line in [
        "aide_memoire_database_up 1",
        "aide_memoire_bouncing_addresses 0",
        "aide_memoire_notices{state=\"parked\"} 0",
    ] {
        assert!(metrics.body.lines().any(|l| l == line), "{}", metrics.body);
    }
    for name in ["us-desk", "US37", "@", "Statement"] {
        assert!(!metrics.body.contains(name), "{}", metrics.body);
    }
}
