//! An outcome document on its way into the record, as a browser brings it in and decides on it.

mod accepting;
mod bringing;
mod continuing;
mod deciding;
mod forward;
mod readings;

use aide_memoire::intake::review::Review;
use axum::body::Body;
use axum::http::Request;

use crate::support::forms::{encoded, sent_back};
use crate::support::pages::{Answer, Pages};

pub(super) use continuing::LATER;

/// Of the partnership's coordinator.
const KEEPER: &str = "officer-asean-us";
const OTHER: &str = "officer-cyber";

const TEXT: &str = "Outcomes of the 38th ASEAN-U.S. Dialogue\r\n\r\nThe 38th ASEAN-U.S. Dialogue was held on 20 May 2025 in Phnom Penh, Cambodia.\r\n\r\nBoth sides agreed to hold the first canaryCYBER Dialogue in\r\nJuly 2025. They welcomed the <b>progress</b> made.\r\n\r\nThe U.S. announced that it will provide 200 scholarships by the end of 2025. ASEAN reaffirmed its commitment to deepening cooperation on disaster management.\r\n\r\nPhnom Penh, 21 May 2025\r\n";

/// The form that brings a document in, as a browser sends it.
async fn bring(pages: &Pages, who: &str, fields: &[(&str, &str)], file: Option<&[u8]>) -> Answer {
    const EDGE: &str = "----edge";
    let mut body = Vec::new();
    for (name, value) in fields {
        let part = format!(
            "--{EDGE}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n"
        );
        body.extend(part.as_bytes());
    }
    let name = if file.is_some() { "outcomes.bin" } else { "" };
    let head = format!(
        "--{EDGE}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.as_bytes());
    body.extend(file.unwrap_or_default());
    body.extend(format!("\r\n--{EDGE}--\r\n").as_bytes());
    let request = Request::post("/documents/new")
        .header(
            "content-type",
            format!("multipart/form-data; boundary={EDGE}"),
        )
        .header("sec-fetch-site", "same-origin")
        .header("cookie", format!("look-as={who}"))
        .body(Body::from(body));
    pages.ask(request.unwrap()).await
}

/// Brings the document into a demonstration; its address.
pub(super) async fn brought(pages: &Pages) -> String {
    let fields = [("partnership", "asean-us"), ("text", TEXT)];
    let brought = bring(pages, KEEPER, &fields, None).await;
    assert_eq!(brought.status, 303, "{}", brought.words());
    brought.header("location").to_owned()
}

/// Brings a later document of the series into a demonstration, with its meeting and itself on record.
pub(super) async fn confirmed(pages: &Pages, text: &str) -> String {
    let fields = [("partnership", "asean-us"), ("text", text)];
    let brought = bring(pages, KEEPER, &fields, None).await;
    assert_eq!(brought.status, 303, "{}", brought.words());
    let path = brought.header("location").to_owned();
    let done = confirm(pages, &path, &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    path
}

/// A demonstration with the document in it, and its address.
async fn with_document() -> (Pages, String) {
    let pages = Pages::demo().await;
    let path = brought(&pages).await;
    (pages, path)
}

async fn review(pages: &Pages, path: &str) -> Review {
    let id = path.trim_start_matches("/documents/").parse().unwrap();
    let snapshot = pages.store.read().await.unwrap();
    snapshot.intake(id).await.unwrap().expect("it is there")
}

/// The number of the proposal that has some words.
fn number(review: &Review, words: &str) -> u32 {
    let found = review
        .items
        .iter()
        .find(|item| review.words(item).contains(words));
    found
        .unwrap_or_else(|| panic!("nothing proposes {words}"))
        .n
}

/// Presses a button of a page, with some fields typed anew.
async fn press(
    pages: &Pages,
    page: &Answer,
    action: &str,
    wish: &str,
    typed: &[(&str, &str)],
) -> Answer {
    press_as(KEEPER, pages, page, (action, wish), typed).await
}

/// The same by somebody else.
async fn press_as(
    who: &str,
    pages: &Pages,
    page: &Answer,
    (action, wish): (&str, &str),
    typed: &[(&str, &str)],
) -> Answer {
    let forms = sent_back(&page.body, action);
    let mut pairs = forms.last().expect("a form").clone();
    for (name, value) in typed {
        pairs.retain(|(n, _)| n != name);
        pairs.push(((*name).to_owned(), (*value).to_owned()));
    }
    pairs.push(("do".to_owned(), wish.to_owned()));
    pages.post_as(who, action, &encoded(&pairs)).await
}

/// Confirms the document as its page fills itself.
async fn confirm(pages: &Pages, path: &str, typed: &[(&str, &str)]) -> Answer {
    let action = format!("{path}/record");
    let page = pages.get_as(KEEPER, &action).await;
    assert_eq!(page.status, 200, "{}", page.words());
    press(pages, &page, &action, "", typed).await
}
