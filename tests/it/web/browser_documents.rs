//! The review of a document in a browser: what its script makes quicker, in both schemes and on a phone.

use std::time::Duration;

use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::Value;

use crate::support::browser::Browser;
use crate::support::hands::{
    fill, key, look_as, narrow_to, photograph_to, prefer, press, text, type_in, width,
};
use crate::support::pages::Pages;

const TEXT: &str = "Outcomes of the 38th ASEAN-U.S. Dialogue\n\nThe 38th ASEAN-U.S. Dialogue was held on 20 May 2025 in Phnom Penh, Cambodia.\n\nBoth sides agreed to hold the first Cyber Dialogue in July 2025. They welcomed the progress made.\n\nThe U.S. announced that it will provide 200 scholarships by the end of 2025. ASEAN reaffirmed its commitment to deepening cooperation on disaster management.\n\nPhnom Penh, 21 May 2025\n";

async fn asked(client: &Client, script: &str) -> Value {
    client.execute(script, vec![]).await.unwrap()
}

async fn there(client: &Client, css: &str) {
    let wait = client.wait().at_most(Duration::from_secs(10));
    let found = wait.for_element(Locator::Css(css)).await;
    if found.is_err() {
        panic!("there is no `{css}` on: {}", client.source().await.unwrap());
    }
}

/// Selects words of the text, as a pointer would.
const SELECT: &str = "
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const words = 'They welcomed the progress made.';
    for (let node; (node = walker.nextNode()); ) {
        const at = node.data.indexOf(words);
        if (at < 0 || !node.parentElement.closest('.words')) continue;
        const range = document.createRange();
        range.setStart(node, at);
        range.setEnd(node, at + words.length);
        getSelection().removeAllRanges();
        getSelection().addRange(range);
        return true;
    }
    return false;";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn words_are_selected_and_proposals_decided_by_keys() {
    let Some(browser) = Browser::start().await else {
        return;
    };
    let mut pages = Pages::demo().await;
    let base = format!("http://{}", pages.serve().await);
    let client = &browser.client;
    look_as(client, &base, "officer-asean-us", "/documents/new").await;
    let paste = "document.getElementById('text').value = arguments[0]";
    client.execute(paste, vec![TEXT.into()]).await.unwrap();
    press(client, "Read it").await;
    there(client, ".proposal.open").await;
    assert_eq!(
        text(client, "h1").await,
        "Outcomes of the 38th ASEAN-U.S. Dialogue"
    );
    let open = "return document.querySelectorAll('.proposal.open').length";
    let before = asked(client, open).await.as_u64().unwrap();

    // What is selected is proposed by a button that was not there before.
    assert_eq!(
        asked(client, "return document.getElementById('selected').hidden").await,
        true
    );
    assert_eq!(asked(client, SELECT).await, true);
    there(client, "#selected:not([hidden])").await;
    press(client, "Propose the selected").await;
    there(client, ".told").await;
    assert_eq!(asked(client, open).await.as_u64(), Some(before + 1));

    // From proposal to proposal, and back.
    let at = "return document.activeElement.id";
    asked(client, "document.activeElement.blur(); scrollTo(0, 0)").await;
    key(client, 'j').await;
    let first = asked(client, at).await;
    key(client, 'j').await;
    let second = asked(client, at).await;
    assert!(
        first.as_str().is_some_and(|id| id.starts_with('p')) && first != second,
        "{first} {second}"
    );
    key(client, 'k').await;
    assert_eq!(asked(client, at).await, first);
    // Turned down, with its reason and without a pointer.
    key(client, 'r').await;
    type_in(client, "said before").await;
    key(client, Key::Enter).await;
    there(client, ".proposal.gone").await;
    let gone = text(client, ".proposal.gone").await;
    assert!(gone.contains("Said before"), "{gone}");
    assert_eq!(asked(client, open).await.as_u64(), Some(before));

    // Keys that are typed into a field are typed.
    fill(client, "#words", "jaker").await;
    assert_eq!(
        asked(client, "return document.getElementById('words').value").await,
        "jaker"
    );

    let photograph = std::env::var_os("SCREENS").is_some();
    for (view, scheme, wide) in [
        ("light", "light", 1280),
        ("dark", "dark", 1280),
        ("phone", "light", 390),
    ] {
        prefer(client, scheme).await;
        narrow_to(client, wide).await;
        assert!(
            width(client).await <= wide,
            "{view}: {}",
            width(client).await
        );
        if photograph {
            photograph_to(client, view, "_review").await;
        }
    }
    narrow_to(client, 1280).await;
    asked(client, "document.activeElement.blur(); scrollTo(0, 0)").await;
    key(client, 'j').await;
    key(client, 'e').await;
    there(client, "#f-title").await;
    if photograph {
        photograph_to(client, "light", "_proposal").await;
    }
    browser.end().await;
}
