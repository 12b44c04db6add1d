//! The rooms people work in, in a real browser and as narrow as a phone: an officer answers, the head
//! returns it with words, the officer answers again, the head accepts. With `SCREENS=1` each room is
//! photographed on the way, for people to look at.

use fantoccini::Client;

use crate::support::browser::Browser;
use crate::support::hands::{
    choose, fill, look_as, narrow_to, photograph_to, prefer, press, text, width,
};
use crate::support::pages::Pages;

const PHONE: u64 = 390;

/// The page is no wider than the phone; with `SCREENS=1` it is photographed, light and dark.
async fn look(client: &Client, name: &str) {
    let wide = width(client).await;
    assert!(wide <= PHONE, "{name} is {wide} wide");
    if std::env::var_os("SCREENS").is_some() {
        for (scheme, width) in [("light", 1280), ("dark", 1280), ("light", PHONE)] {
            prefer(client, scheme).await;
            narrow_to(client, width).await;
            photograph_to(
                client,
                &format!("work-{scheme}-{width}"),
                &format!("/{name}"),
            )
            .await;
        }
        prefer(client, "light").await;
        narrow_to(client, PHONE).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_officer_answers_the_head_returns_and_accepts_on_a_phone() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let mut pages = Pages::demo().await;
    let base = format!("http://{}", pages.serve().await);
    let client = &browser.client;
    narrow_to(client, PHONE).await;

    look_as(client, &base, "officer-asean-us", "/my-desk").await;
    look(client, "my-desk").await;
    choose(client, "#reported-PREP-01", "ongoing").await;
    choose(client, "#confidence-PREP-01", "green").await;
    fill(client, "#text-PREP-01", "The draft went out on Friday.").await;
    press(client, "Send PREP-01").await;
    assert_eq!(
        text(client, ".told").await,
        "Your update of PREP-01 is on record and awaits review. See PREP-01"
    );

    look_as(client, &base, "head-americas", "/reviews?at=PREP-01").await;
    look(client, "reviews").await;
    press(client, "Return with words").await;
    assert!(
        text(client, "#words-wrong")
            .await
            .contains("what is missing")
    );
    look(client, "reviews-complaint").await;
    fill(client, "#words", "To whom?").await;
    press(client, "Return with words").await;
    assert!(
        text(client, ".told")
            .await
            .contains("went back to the desk")
    );

    look_as(client, &base, "officer-asean-us", "/my-desk").await;
    assert!(
        text(client, "#card-PREP-01")
            .await
            .contains("Returned: To whom?")
    );
    look(client, "my-desk-returned").await;
    fill(
        client,
        "#text-PREP-01",
        "To all sectoral bodies, on Friday.",
    )
    .await;
    press(client, "Send PREP-01").await;
    assert!(text(client, ".told").await.contains("awaits review"));

    look_as(client, &base, "head-americas", "/reviews?at=PREP-01").await;
    choose(client, "#verified", "limited").await;
    press(client, "Accept").await;
    assert!(
        text(client, ".told")
            .await
            .starts_with("The update of PREP-01 is accepted.")
    );
    client
        .goto(&format!("{base}/commitments/PREP-01"))
        .await
        .unwrap();
    look(client, "commitment").await;
    let thread = text(client, ".thread .accepted").await;
    assert!(thread.contains("To all sectoral bodies"), "{thread}");
    assert!(thread.contains("by Head, Americas Division"), "{thread}");

    look_as(client, &base, "som-leader", "/reviews").await;
    look(client, "reviews-leader").await;
    look_as(client, &base, "som-leader", "/").await;
    look(client, "overview-leader").await;
    pages.run_until("2025-07-11 03:00").await;
    client
        .goto(&format!("{base}/meetings/pmc-us-2025/after"))
        .await
        .unwrap();
    assert!(
        text(client, "h1")
            .await
            .contains("Post Ministerial Conference")
    );
    look(client, "after-meeting").await;
    browser.end().await;
}
