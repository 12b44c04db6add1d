//! Whoever has no pointer signs in and answers, too: with the keyboard alone, and with the attention seen
//! wherever it is.

use aide_memoire::acts::Actor;
use aide_memoire::acts::accounts::inviting::{By, Invitation};
use aide_memoire::domain::account::Reach;
use aide_memoire::record::FIRST_RECORD;
use fantoccini::key::Key;

use crate::doors::PASSWORD;
use crate::support::browser::Browser;
use crate::support::hands::{key, tab_to, text, type_in};
use crate::support::pages::Pages;

/// An officer of the first record, who has chosen a password; their address.
async fn officer(pages: &Pages) -> String {
    let directory = pages.store.directory().await.unwrap();
    let email = directory.people["officer-asean-us"].email.clone().unwrap();
    let invitation = Invitation {
        name: String::new(),
        email: email.to_string(),
        reach: Reach::House,
        administrator: false,
    };
    let keeper = &pages.lodge().keeper;
    let made = keeper.invite(&Actor::Operator, &invitation, By::Hand);
    let word = made.await.unwrap().word.expect("a link by hand");
    keeper.set_password_by(&word, PASSWORD).await.unwrap();
    email.to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_signs_in_and_answers_without_a_pointer() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let mut pages = Pages::unattended(FIRST_RECORD, |_| {}).await;
    let email = officer(&pages).await;
    let base = format!("http://{}", pages.serve().await);
    let client = &browser.client;

    client.goto(&format!("{base}/my-desk")).await.unwrap();
    assert_eq!(text(client, "h1").await, "Sign in");
    tab_to(client, "#f-email").await;
    type_in(client, &email).await;
    tab_to(client, "#f-password").await;
    type_in(client, PASSWORD).await;
    key(client, Key::Enter).await;
    text(client, "#card-PREP-01").await;

    // The first step leads past what is on every page.
    tab_to(client, ".skip").await;
    key(client, Key::Enter).await;
    let at = "return document.activeElement.id";
    assert_eq!(client.execute(at, vec![]).await.unwrap(), "main");

    tab_to(client, "#reported-PREP-01").await;
    type_in(client, "ong").await;
    tab_to(client, "#confidence-PREP-01").await;
    type_in(client, "am").await;
    tab_to(client, "#text-PREP-01").await;
    type_in(client, "The draft went out on Friday.").await;
    // What is folded away is opened with the keyboard, too.
    tab_to(client, "#card-PREP-01 summary").await;
    key(client, Key::Enter).await;
    tab_to(client, "#ask-PREP-01").await;
    type_in(client, "May we wait for the host?").await;
    tab_to(client, "[name=do][value='send@PREP-01']").await;
    key(client, ' ').await;
    let told = text(client, ".told").await;
    assert!(told.contains("PREP-01 is on record"), "{told}");
    browser.end().await;

    let book = pages.store.book().await.unwrap();
    let update = book.commitment("PREP-01").unwrap().updates.last().unwrap();
    assert_eq!(update.reported.as_str(), "ongoing");
    assert_eq!(update.confidence.map(|c| c.as_str()), Some("amber"));
    assert_eq!(
        update.text.as_deref(),
        Some("The draft went out on Friday.")
    );
    assert_eq!(update.ask.as_deref(), Some("May we wait for the host?"));
}
