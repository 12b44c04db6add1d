//! The pages in a real browser: what is clicked leads where it says. With `SCREENS=1` every page is
//! also photographed, light, dark and narrow, into `target/screens`, for people to look at.

use std::time::Duration;

use fantoccini::{Client, Locator};

use super::EVERY_PAGE;
use crate::support::browser::Browser;
use crate::support::hands::{click, narrow_to, photograph_to, prefer, text};
use crate::support::pages::Pages;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn from_the_overview_to_an_answer() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let mut pages = Pages::demo().await;
    let base = format!("http://{}", pages.serve().await);
    let client = &browser.client;

    client.goto(&base).await.unwrap();
    assert!(text(client, "h1").await.contains("your decision"));
    click(client, "Commitments").await;
    assert_eq!(text(client, "h1").await, "26 open commitments.");

    let search = client.find(Locator::Css("#f-q")).await.unwrap();
    search.send_keys("draft circulated").await.unwrap();
    let show = client.find(Locator::Css("button.primary")).await.unwrap();
    show.click().await.unwrap();
    // A busy machine may take a moment to leave the page.
    let searched = client
        .wait()
        .for_element(Locator::Css("input#f-q[value='draft circulated']"));
    searched.await.unwrap();
    assert_eq!(text(client, "h1").await, "One commitment matches.");
    click(client, "Draft of the Joint Vision Statement circulated").await;
    assert_eq!(
        text(client, "h1").await,
        "Draft of the Joint Vision Statement circulated"
    );

    let why = client.find(Locator::Css(".ahead summary")).await.unwrap();
    why.click().await.unwrap();
    assert!(text(client, ".ahead details p").await.contains("after"));

    let day = client
        .find(Locator::Css(".demo form:nth-of-type(1) button"))
        .await
        .unwrap();
    day.click().await.unwrap();
    assert!(text(client, ".told").await.starts_with("A day went by"));
    assert!(text(client, ".demo").await.contains("Tuesday 3 June 2025"));

    // A click in a mail leads the whole window to the answer.
    client
        .goto(&format!("{base}/mailbox?recipient=asean-us-desk"))
        .await
        .unwrap();
    let first = client.find(Locator::Css(".inbox a")).await.unwrap();
    first.click().await.unwrap();
    text(client, "iframe.message").await;
    let frame = client.find(Locator::Css("iframe.message")).await.unwrap();
    frame.enter_frame().await.unwrap();
    click(client, "At risk").await;
    client.enter_parent_frame().await.unwrap();
    let answer = client.wait().at_most(Duration::from_secs(10));
    answer
        .for_element(Locator::Css("form.answering"))
        .await
        .unwrap();
    assert_eq!(text(client, "h1").await, "PREP-01: “At risk”?");
    answer_on_a_phone(client).await;
    browser.end().await;
}

/// The rest of the way, with a thumb: what is missing is asked for, and then it is recorded.
async fn answer_on_a_phone(client: &Client) {
    narrow_to(client, 360).await;
    let wide = "return document.documentElement.scrollWidth";
    let scroll = client.execute(wide, vec![]).await.unwrap();
    assert!(scroll.as_u64() <= Some(360), "{scroll} wide");
    let small = "return [...document.querySelectorAll('button, select, input:not([type=hidden]):not([type=radio]), .asked a')] \
                 .map(e => e.getBoundingClientRect().height).filter(h => h < 35).length";
    let small = client.execute(small, vec![]).await.unwrap();
    assert_eq!(small.as_u64(), Some(0), "every target is large enough");
    if std::env::var_os("SCREENS").is_some() {
        photograph_to(client, "phone", "/answer/at-risk").await;
        narrow_to(client, 360).await;
    }
    let send = async || {
        let button = client.find(Locator::Css("button.primary")).await.unwrap();
        button.click().await.unwrap();
    };
    send().await;
    assert!(text(client, "#f-words-wrong").await.contains("in the way"));
    let words = client.find(Locator::Css("#f-words")).await.unwrap();
    words.send_keys("The venue is not settled.").await.unwrap();
    let name = client.find(Locator::Css("#f-name")).await.unwrap();
    name.send_keys("Sok Dara").await.unwrap();
    send().await;
    let heading = client
        .wait()
        .at_most(Duration::from_secs(10))
        .for_element(Locator::XPath("//h1[contains(., 'is recorded')]"))
        .await;
    let heading = heading.unwrap().text().await.unwrap();
    assert_eq!(heading, "PREP-01: “At risk” is recorded.");
}

/// Looks at every page: light, dark, and as narrow as a phone.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_page_is_wider_than_a_phone() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let mut pages = Pages::demo().await;
    let base = format!("http://{}", pages.serve().await);
    let client = &browser.client;
    let mailbox = pages.get("/mailbox?recipient=asean-us-desk").await.body;
    let (_, notice) = mailbox.split_once("href=\"/mail/").unwrap();
    let notice = format!("/mail/{}", notice.split_once('"').unwrap().0);
    let mut paths: Vec<String> = EVERY_PAGE.map(str::to_owned).to_vec();
    paths.extend([notice, "/nowhere".to_owned()]);
    let mut too_wide = Vec::new();
    let photograph = std::env::var_os("SCREENS").is_some();
    let views = [
        ("light", "light", 1280),
        ("dark", "dark", 1280),
        ("phone", "light", 390),
        ("small", "dark", 320),
    ];
    for (view, scheme, width) in views {
        prefer(client, scheme).await;
        for path in &paths {
            narrow_to(client, width).await;
            client.goto(&format!("{base}{path}")).await.unwrap();
            let wide = "return document.documentElement.scrollWidth";
            let scroll = client.execute(wide, vec![]).await.unwrap();
            if scroll.as_u64() > Some(width) {
                too_wide.push(format!("{path} is {scroll} wide at {width}"));
            }
            if photograph {
                photograph_to(client, view, path).await;
            }
        }
    }
    browser.end().await;
    assert_eq!(too_wide, Vec::<String>::new());
}

/// A tablet held upright, a page enlarged: a title has room for words wherever a list stands, and
/// what is said of it stands below it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn titles_are_readable_at_every_width() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let mut pages = Pages::demo().await;
    let base = format!("http://{}", pages.serve().await);
    let client = &browser.client;
    let narrow = "return [...document.querySelectorAll('.rows .title')] \
                  .map(e => Math.round(e.getBoundingClientRect().width)).filter(w => w < 128)";
    let apart = "return [...document.querySelectorAll('.rows li')].filter(li => { \
                 const note = li.querySelector('.note'), row = li.querySelector('.row'); \
                 return note && innerWidth >= 1280 && note.getBoundingClientRect().top \
                 - row.getBoundingClientRect().bottom > 8; }).length";
    let mut found = Vec::new();
    for width in [320, 600, 768, 834, 900, 1024, 1280] {
        narrow_to(client, width).await;
        for path in [
            "/",
            "/partnerships/asean-us",
            "/meetings",
            "/meetings/pmc-us-2025",
            "/desks/asean-us-desk",
        ] {
            client.goto(&format!("{base}{path}")).await.unwrap();
            let widths = client.execute(narrow, vec![]).await.unwrap();
            let apart = client.execute(apart, vec![]).await.unwrap();
            if widths != serde_json::json!([]) || apart != serde_json::json!(0) {
                found.push(format!("{path} at {width}: {widths}, {apart} apart"));
            }
            let wide = "return document.documentElement.scrollWidth";
            let scroll = client.execute(wide, vec![]).await.unwrap();
            if scroll.as_u64() > Some(width) {
                found.push(format!("{path} is {scroll} wide at {width}"));
            }
        }
    }
    browser.end().await;
    assert_eq!(found, Vec::<String>::new());
}
