//! What earlier meetings left open, in a browser: proposed by whoever keeps the record, in the step that
//! accepts what continues it, and decided on by the SOM leader; on a desk and as narrow as a phone.

use fantoccini::Client;

use super::documents::{LATER, confirmed};
use crate::support::browser::Browser;
use crate::support::hands::{
    choose, click, look_as, narrow_to, photograph_to, prefer, press, text, width,
};
use crate::support::pages::Pages;

const VIEWS: [(&str, &str, u64); 3] = [
    ("light", "light", 1280),
    ("dark", "dark", 1280),
    ("phone", "light", 320),
];

/// No page is wider than the screen; `SCREENS` photographs it.
async fn looked_at(client: &Client, name: &str) {
    for (view, scheme, wide) in VIEWS {
        prefer(client, scheme).await;
        narrow_to(client, wide).await;
        let is = width(client).await;
        assert!(is <= wide, "{name}, {view}: {is}");
        if std::env::var_os("SCREENS").is_some() {
            photograph_to(client, view, name).await;
        }
    }
    prefer(client, "light").await;
    narrow_to(client, 1280).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_older_commitment_is_continued_from_proposal_to_decision() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let mut pages = Pages::demo().await;
    let path = confirmed(&pages, LATER).await;
    let base = format!("http://{}", pages.serve().await);
    let client = &browser.client;
    let (keeper, leader) = ("officer-asean-us", "som-leader");

    look_as(client, &base, keeper, &path).await;
    looked_at(client, "_continues").await;
    press(client, "Accept as the continuation of US37-08").await;
    let told = text(client, ".told").await;
    assert!(told.contains("continues the older one"), "{told}");
    look_as(client, &base, keeper, &format!("{path}/3")).await;
    looked_at(client, "_continues_one").await;

    // It waits for the SOM leader, who finds it where it was proposed.
    let forward = format!("{path}/forward");
    look_as(client, &base, keeper, &forward).await;
    looked_at(client, "_forward_proposed").await;
    look_as(client, &base, leader, "/reviews?at=US37-08").await;
    looked_at(client, "_reviews_continued").await;
    click(client, "Say otherwise at the meeting").await;
    looked_at(client, "_meeting_forward").await;
    press(client, "Enter what became of it").await;
    let told = text(client, ".told").await;
    assert!(told.contains("One outcome is on record"), "{told}");

    // On the page of the document the rest is still to be said.
    look_as(client, &base, leader, &forward).await;
    choose(client, "#outcome-US37-04", "dropped").await;
    press(client, "Enter what becomes of them").await;
    let told = text(client, ".complaint").await;
    assert!(told.contains("Nothing was entered"), "{told}");
    looked_at(client, "_forward_refused").await;
    let state = pages.store.book().await.unwrap();
    let old = state.commitment("US37-08").unwrap();
    assert!(!old.is_open());
    browser.end().await;
}
