//! What people do in a browser, and what they see of it.

use std::path::Path;
use std::time::Duration;

use fantoccini::actions::{InputSource, KeyAction, KeyActions};
use fantoccini::key::Key;
use fantoccini::{Client, Locator};
use serde_json::json;

use super::browser::devtools;

/// How long a busy machine may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// The words of the first element that there is, or comes.
pub async fn text(client: &Client, css: &str) -> String {
    let mut tries = 0;
    loop {
        let element = client.wait().at_most(PATIENCE);
        let Ok(element) = element.for_element(Locator::Css(css)).await else {
            panic!("there is no `{css}` on: {}", client.source().await.unwrap());
        };
        match element.text().await {
            // It was of the page that a form was leaving; the next one is asked.
            Err(error) if error.is_stale_element_reference() && tries < 5 => tries += 1,
            text => return text.unwrap(),
        }
    }
}

/// Follows a link.
pub async fn click(client: &Client, text: &str) {
    let link = client.find(Locator::LinkText(text)).await.unwrap();
    link.click().await.unwrap();
}

/// Presses the first button that says so.
pub async fn press(client: &Client, words: &str) {
    let path = format!("//button[starts-with(normalize-space(.), '{words}')]");
    let button = client.find(Locator::XPath(&path)).await.unwrap();
    button.click().await.unwrap();
}

pub async fn fill(client: &Client, css: &str, words: &str) {
    let field = client.find(Locator::Css(css)).await.unwrap();
    field.clear().await.unwrap();
    field.send_keys(words).await.unwrap();
}

pub async fn choose(client: &Client, css: &str, value: &str) {
    let list = client.find(Locator::Css(css)).await.unwrap();
    list.select_by_value(value).await.unwrap();
}

/// Looks as somebody, by the bar of a demonstration.
pub async fn look_as(client: &Client, base: &str, who: &str, path: &str) {
    client.goto(&format!("{base}{path}")).await.unwrap();
    choose(client, "#look-as", who).await;
    // The page one leaves is told from the one that comes, which says the same.
    let leave = "document.body.setAttribute('data-left', '')";
    client.execute(leave, vec![]).await.unwrap();
    press(client, "Change").await;
    let chosen = format!("body:not([data-left]) #look-as option[value='{who}']:checked");
    let wait = client.wait().at_most(PATIENCE);
    wait.for_element(Locator::Css(&chosen)).await.unwrap();
}

/// Presses a key and lets it go, wherever the page's attention is.
pub async fn key(client: &Client, key: impl Into<char>) {
    let value = key.into();
    let both = KeyActions::new("keyboard".to_owned())
        .then(KeyAction::Down { value })
        .then(KeyAction::Up { value });
    client.perform_actions(both).await.unwrap();
}

/// Types where the attention is.
pub async fn type_in(client: &Client, words: &str) {
    for letter in words.chars() {
        key(client, letter).await;
    }
}

/// Goes from place to place with the tabulator until the attention is there. Each place on the way is
/// to be seen; there are no more than a page has.
pub async fn tab_to(client: &Client, css: &str) {
    for _ in 0..150 {
        key(client, Key::Tab).await;
        let look = format!(
            "const at = document.activeElement; const style = getComputedStyle(at); \
             const box = at.getBoundingClientRect(); \
             return [at.matches({css:?}), at === document.body || (style.outlineStyle !== 'none' && \
             parseFloat(style.outlineWidth) >= 2 && box.width > 1 && box.height > 1), \
             at.outerHTML.slice(0, 120)]"
        );
        let seen = client.execute(&look, vec![]).await.unwrap();
        assert_eq!(seen[1], true, "attention is not seen on {}", seen[2]);
        if seen[0] == true {
            return;
        }
    }
    panic!("`{css}` is out of the keyboard's reach");
}

/// The scheme the machine prefers, `light` or `dark`.
pub async fn prefer(client: &Client, scheme: &str) {
    let feature = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
    devtools(
        client,
        "Emulation.setEmulatedMedia",
        json!({ "features": feature }),
    )
    .await;
}

/// A screen of so many pixels.
pub async fn narrow_to(client: &Client, width: u64) {
    let metrics =
        json!({ "width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600 });
    devtools(client, "Emulation.setDeviceMetricsOverride", metrics).await;
}

/// How wide what is shown is.
pub async fn width(client: &Client) -> u64 {
    let wide = "return document.documentElement.scrollWidth";
    let width = client.execute(wide, vec![]).await.unwrap();
    width.as_u64().unwrap_or(u64::MAX)
}

/// A picture of the whole page, in `target/screens`, for people to look at.
pub async fn photograph_to(client: &Client, view: &str, path: &str) {
    let height = client
        .execute("return document.documentElement.scrollHeight", vec![])
        .await
        .unwrap();
    let width = client
        .execute("return document.documentElement.clientWidth", vec![])
        .await
        .unwrap();
    let metrics =
        json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
    devtools(client, "Emulation.setDeviceMetricsOverride", metrics).await;
    let picture = client.screenshot().await.unwrap();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/screens");
    std::fs::create_dir_all(&folder).unwrap();
    let name: String = path
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c } else { '_' })
        .collect();
    std::fs::write(folder.join(format!("{view}{name}.png")), picture).unwrap();
}
