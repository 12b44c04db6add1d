//! Something is looked for in a real browser, from the head of whatever page one is on, as narrow as a
//! phone: it is found with its words marked, followed, and is not there for whom it does not name.

use fantoccini::key::Key;
use fantoccini::{Client, Locator};

use crate::support::browser::Browser;
use crate::support::hands::{choose, fill, key, look_as, narrow_to, press, text, width};
use crate::support::pages::Pages;

const PHONE: u64 = 390;

/// Looks for words from the head of the page one is on.
async fn look_for(client: &Client, words: &str) -> String {
    fill(client, "#find", words).await;
    key(client, Key::Enter).await;
    let asked = format!("#f-q[value='{words}']");
    let wait = client.wait().at_most(std::time::Duration::from_secs(10));
    wait.for_element(Locator::Css(&asked)).await.unwrap();
    let wide = width(client).await;
    assert!(wide <= PHONE, "what was found is {wide} wide");
    text(client, "main").await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_looked_for_is_found_by_whom_it_names() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let mut pages = Pages::demo().await;
    let base = format!("http://{}", pages.serve().await);
    let client = &browser.client;
    narrow_to(client, PHONE).await;

    look_as(client, &base, "som-leader", "/meetings").await;
    let found = look_for(client, "closed session").await;
    assert!(found.contains("PREP-04"), "{found}");
    let marked = text(client, ".rows mark").await;
    assert_eq!(marked.to_lowercase(), "closed");
    let first = client.find(Locator::Css(".rows a.row")).await.unwrap();
    first.click().await.unwrap();
    assert!(text(client, ".dateline").await.contains("PREP-04"));

    // Narrower: only what one desk answers for.
    let found = look_for(client, "cooperation").await;
    assert!(found.contains("US37-02"), "{found}");
    press_summary(client).await;
    choose(client, "#f-lead", "cyber-desk").await;
    press(client, "Find").await;
    text(client, ".asked").await;
    let found = text(client, "main").await;
    assert!(found.contains("US37-07"), "{found}");
    assert!(!found.contains("US37-02"), "{found}");

    look_as(client, &base, "officer-cyber", "/").await;
    let found = look_for(client, "closed session").await;
    assert!(!found.contains("PREP-04"), "{found}");
    browser.end().await;
}

/// Unfolds the filters.
async fn press_summary(client: &Client) {
    let filters = client.find(Locator::Css("main summary")).await.unwrap();
    filters.click().await.unwrap();
}
