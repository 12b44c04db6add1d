//! The record in a real browser: a meeting is moved, what hangs on it is seen first, and then the list
//! tells; on a desk, and as narrow as a phone.

use fantoccini::Client;

use crate::support::browser::Browser;
use crate::support::hands::{click, fill, look_as, narrow_to, press, text, width};
use crate::support::pages::Pages;

const PHONE: u64 = 390;

/// The page is no wider than a phone.
async fn fits(client: &Client, what: &str) {
    narrow_to(client, PHONE).await;
    let wide = width(client).await;
    assert!(wide <= PHONE, "{what} is {wide} wide");
    narrow_to(client, 1280).await;
}

/// What the list says of the commitment whose deadline hangs on the meeting.
async fn listed(client: &Client, base: &str) -> String {
    let list = format!("{base}/commitments?q=US37-03");
    client.goto(&list).await.unwrap();
    text(client, ".stack tbody").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_meeting_is_moved_when_what_hangs_on_it_was_seen() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let mut pages = Pages::demo().await;
    let base = format!("http://{}", pages.serve().await);
    let client = &browser.client;

    // Whoever does not keep the record is not asked.
    look_as(client, &base, "officer-cyber", "/meetings/pmc-us-2025").await;
    assert!(!text(client, "main").await.starts_with("Edit"));

    look_as(client, &base, "officer-asean-us", "/meetings").await;
    assert!(listed(client, &base).await.contains("by 9 July 2025"));
    client.goto(&format!("{base}/meetings")).await.unwrap();
    click(client, "ASEAN Post Ministerial Conference with the U.S.").await;
    let tied = text(client, "#tied ~ .rows").await;
    assert!(tied.contains("US37-03"), "{tied}");
    let edit = client.find(fantoccini::Locator::Css(".edit a")).await;
    edit.unwrap().click().await.unwrap();
    fill(client, "#f-date", "31 July 2025").await;
    fill(client, "#f-reason", "The host asked for it.").await;
    fits(client, "the form").await;

    // Seen first, and nothing is changed by it.
    press(client, "Show what changes").await;
    let seen = text(client, ".card[role=status]").await;
    for told in [
        "31 July 2025",
        "US37-03",
        "becomes",
        "Nothing has been saved",
    ] {
        assert!(seen.contains(told), "`{told}` is not in: {seen}");
    }
    fits(client, "what would change").await;
    let book = pages.store.book().await.unwrap();
    assert!(book.directory.meetings["pmc-us-2025"].moves.is_empty());

    // Then moved: what was typed is still there.
    press(client, "Save").await;
    text(client, ".edit a").await;
    let page = text(client, "main").await;
    assert!(page.contains("31 July 2025"), "{page}");
    assert!(listed(client, &base).await.contains("by 30 July 2025"));
    client
        .goto(&format!("{base}/commitments/US37-03"))
        .await
        .unwrap();
    assert!(text(client, ".lead").await.contains("30 July 2025"));
    fits(client, "the commitment").await;
    browser.end().await;
}
