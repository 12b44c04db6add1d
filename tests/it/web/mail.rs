//! "I never got it": the log, searched; one notice with its message and its tries.

use aide_memoire::domain::ledger::{NoticeEntry, NoticeFilter, Page};
use aide_memoire::domain::notice::NoticeState;

use crate::support::pages::Pages;

async fn notices(pages: &Pages) -> Vec<NoticeEntry> {
    let snapshot = pages.store.read().await.unwrap();
    let everything = Page {
        offset: 0,
        limit: 10_000,
    };
    let filter = NoticeFilter::default();
    snapshot.notices(&filter, everything).await.unwrap()
}

#[tokio::test]
async fn the_log_is_searched_by_recipient_state_reference_and_day() {
    let pages = Pages::demo().await;
    pages.run_until("2025-06-13 02:00").await;
    let all = notices(&pages).await;
    let desk: Vec<_> = all
        .iter()
        .filter(|n| n.recipient.as_str() == "asean-us-desk")
        .collect();
    assert!(
        desk.len() > 1 && desk.len() < all.len(),
        "the story needs both"
    );
    let found = pages.get("/mail?recipient=asean-us-desk").await.body;
    for notice in &all {
        let listed = found.contains(&format!("/mail/{}", notice.id));
        assert_eq!(
            listed,
            notice.recipient.as_str() == "asean-us-desk",
            "{notice:?}"
        );
    }
    let by_day = pages
        .get("/mail?from=2025-06-09&until=2025-06-09")
        .await
        .body;
    for notice in &all {
        let listed = by_day.contains(&format!("/mail/{}", notice.id));
        assert_eq!(
            listed,
            notice.date.to_string() == "2025-06-09",
            "{notice:?}"
        );
    }
    let by_reference = pages.get("/mail?reference=PREP-01&state=sent").await.body;
    for notice in &all {
        let about = notice
            .items
            .iter()
            .any(|i| i.item.commitment.as_str() == "PREP-01");
        let listed = by_reference.contains(&format!("/mail/{}", notice.id));
        assert_eq!(
            listed,
            about && notice.state == NoticeState::Sent,
            "{notice:?}"
        );
    }
}

#[tokio::test]
async fn a_message_is_shown_as_its_reader_got_it() {
    let pages = Pages::demo().await;
    let all = notices(&pages).await;
    let sent = all
        .iter()
        .find(|n| n.recipient.as_str() == "asean-us-desk" && n.state == NoticeState::Sent)
        .expect("the desk had mail this morning");
    let page = pages.get(&format!("/mail/{}", sent.id)).await;
    assert_eq!(page.status, 200);
    let subject = sent.subject.as_deref().expect("it was written");
    assert!(page.words().contains(subject), "{}", page.words());
    assert!(page.words().contains("sent: kept in the mailbox"));
    assert!(
        page.body
            .contains("sandbox=\"allow-top-navigation-by-user-activation\"")
    );
    assert!(
        page.body
            .contains(&format!("src=\"/mail/{}/body\"", sent.id))
    );
    assert!(
        page.words().contains("Auto-Submitted: auto-generated"),
        "the source is there"
    );
    let body = pages.get(&format!("/mail/{}/body", sent.id)).await;
    let policy = body.header("content-security-policy");
    assert!(
        policy.contains("sandbox") && policy.contains("default-src 'none'"),
        "{policy}"
    );
    assert!(policy.contains("frame-ancestors 'self'"), "{policy}");
    assert!(body.body.contains("<base target=\"_top\">"));
    assert!(body.body.contains("/commitments/PREP-01"), "{}", body.body);
}

#[tokio::test]
async fn the_page_of_a_commitment_lists_its_mail_and_what_was_left_unsaid() {
    let pages = Pages::demo().await;
    pages.run_until("2025-06-13 02:00").await;
    let words = pages.get("/commitments/PREP-01").await.words();
    assert!(words.contains("✓ sent"), "{words}");
    assert!(words.contains("What was left unsaid, and why"), "{words}");
    assert!(
        words.contains("Its date is before the day this installation went live."),
        "{words}"
    );
}

#[tokio::test]
async fn the_operator_sees_what_fell_due_and_why_not() {
    let pages = Pages::demo().await;
    let words = pages.get("/operator").await.words();
    assert!(
        words.starts_with("Operator\nEverything is in order."),
        "{words}"
    );
    assert!(words.contains("Live since\n2 June 2025"), "{words}");
    // Without a relay nothing leaves, and nothing is said to have been taken.
    assert!(words.contains("sent: kept in the mailbox"), "{words}");
    assert!(!words.contains("the relay took it"), "{words}");
    assert!(!words.contains("mail leaves"), "{words}");
    let mail = pages.get("/mail").await.words();
    assert!(mail.contains("it is kept in the mailbox here"), "{mail}");
    let skipped = pages
        .get("/operator?state=skipped&reason=before-it-went-live")
        .await;
    assert!(
        skipped
            .words()
            .contains("Its date is before the day this installation went live.")
    );
    let sent = pages.get("/operator?state=sent").await.words();
    assert!(
        sent.contains("Draft of the Joint Vision Statement circulated"),
        "{sent}"
    );
}

#[tokio::test]
async fn a_mailbox_is_kept_for_each_recipient() {
    let pages = Pages::demo().await;
    let all = notices(&pages).await;
    let desk = pages.get("/mailbox?recipient=asean-us-desk").await.body;
    for notice in all.iter().filter(|n| n.state == NoticeState::Sent) {
        let listed = desk.contains(&format!("/mail/{}", notice.id));
        assert_eq!(
            listed,
            notice.recipient.as_str() == "asean-us-desk",
            "{notice:?}"
        );
    }
    let smtp = Pages::serving("", |settings| {
        settings.transport = aide_memoire::config::TransportKind::Smtp;
    })
    .await;
    assert_eq!(smtp.get("/mailbox").await.status, 404);
}
