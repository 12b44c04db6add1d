//! The doors in a real browser: the first administrator, an invitation taken up, signing in; on a desk and
//! on a telephone.

use std::time::Duration;

use fantoccini::{Client, Locator};

use crate::doors::{OTHER, PASSWORD};
use crate::support::browser::Browser;
use crate::support::hands::{fill, narrow_to, photograph_to};
use crate::support::pages::Pages;

async fn heading(client: &Client, starts: &str) {
    for _ in 0..100 {
        if let Ok(found) = client.find(Locator::Css("h1")).await
            && found
                .text()
                .await
                .is_ok_and(|text| text.starts_with(starts))
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let source = client.source().await.unwrap();
    panic!("no heading `{starts}`: {source}");
}

async fn press(client: &Client, css: &str) {
    let button = client.find(Locator::Css(css)).await.unwrap();
    button.click().await.unwrap();
}

/// As narrow as a telephone, nothing is wider than it.
async fn fits(client: &Client, name: &str) {
    for width in [390, 320] {
        narrow_to(client, width).await;
        let wide = "return document.documentElement.scrollWidth";
        let scroll = client.execute(wide, vec![]).await.unwrap();
        assert!(
            scroll.as_u64() <= Some(width),
            "{name} is {scroll} wide at {width}"
        );
        if std::env::var_os("SCREENS").is_some() && width == 390 {
            photograph_to(client, "phone", name).await;
        }
    }
    narrow_to(client, 1280).await;
    if std::env::var_os("SCREENS").is_some() {
        photograph_to(client, "light", name).await;
        narrow_to(client, 1280).await;
    }
}

async fn sign_in(client: &Client, email: &str, password: &str) {
    heading(client, "Sign in").await;
    fill(client, "#f-email", email).await;
    fill(client, "#f-password", password).await;
    press(client, "button.primary").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_first_link_to_an_invitation_taken_up() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let mut pages = Pages::unattended(aide_memoire::record::FIRST_RECORD, |_| {}).await;
    let base = format!("http://{}", pages.serve().await);
    let client = &browser.client;

    // Nobody has an account: the daemon printed a link.
    let word = pages
        .lodge()
        .keeper
        .draw_first_link()
        .await
        .unwrap()
        .unwrap();
    client
        .goto(&format!("{base}/first/{}", word.reveal()))
        .await
        .unwrap();
    heading(client, "The first administrator").await;
    fits(client, "/first").await;
    fill(client, "#f-name", "Chan Sokha").await;
    fill(client, "#f-email", "chan@mfa.example.org").await;
    fill(client, "#f-password", "chan sokha chan").await;
    press(client, "button.primary").await;
    let complaint = client.wait().for_element(Locator::Css("#f-password-wrong"));
    complaint.await.unwrap();
    fits(client, "/first-refused").await;
    fill(client, "#f-password", PASSWORD).await;
    press(client, "button.primary").await;

    fits(client, "/sign-in").await;
    sign_in(client, "chan@mfa.example.org", PASSWORD).await;
    heading(client, "").await;
    client
        .wait()
        .for_element(Locator::Css(".me"))
        .await
        .unwrap();

    // They invite an officer who stands on the record.
    let directory = pages.store.directory().await.unwrap();
    let officer = directory.people["officer-cyber"].email.clone().unwrap();
    client.goto(&format!("{base}/accounts")).await.unwrap();
    fill(client, "#f-email", officer.as_str()).await;
    press(client, "form.blanks button.primary").await;
    client
        .wait()
        .for_element(Locator::Css(".card pre"))
        .await
        .unwrap();
    fits(client, "/accounts").await;
    let shown = client.find(Locator::Css(".card pre")).await.unwrap();
    let link = shown.text().await.unwrap();
    client
        .goto(&format!("{base}/account/second-step"))
        .await
        .unwrap();
    heading(client, "A second step").await;
    fits(client, "/account/second-step").await;
    client.goto(&format!("{base}/account")).await.unwrap();
    fits(client, "/account").await;
    press(client, ".me button").await;
    heading(client, "Sign in").await;

    // Who takes it up, on a telephone, wanted to see a commitment.
    narrow_to(client, 390).await;
    client.goto(link.trim()).await.unwrap();
    heading(client, "Welcome").await;
    fill(client, "#f-password", OTHER).await;
    press(client, "button.primary").await;
    heading(client, "Sign in").await;
    client
        .goto(&format!("{base}/commitments/US37-03"))
        .await
        .unwrap();
    sign_in(client, officer.as_str(), OTHER).await;
    client
        .wait()
        .for_element(Locator::Css(".promise"))
        .await
        .unwrap();
    let url = client.current_url().await.unwrap();
    assert_eq!(url.path(), "/commitments/US37-03");
    fits(client, "/commitments/signed-in").await;
    let found = client.find(Locator::LinkText("Operator")).await;
    assert!(found.is_err(), "an officer runs nothing");
    browser.end().await;
}
