//! The scene of these tests: a document in a demonstration, and whoever decides on what it proposes.

use std::sync::Arc;

use aide_memoire::domain::book::Book;
use aide_memoire::intake::review::Review;
use axum::body::Body;
use axum::http::Request;

use crate::support::forms::{encoded, sent_back};
use crate::support::pages::{Answer, Pages};

/// Of the partnership's coordinator.
pub(super) const KEEPER: &str = "officer-asean-us";
/// Of another desk.
pub(super) const OTHER: &str = "officer-cyber";

pub(super) const TEXT: &str = "Outcomes of the 38th ASEAN-U.S. Dialogue\r\n\r\nThe 38th ASEAN-U.S. Dialogue was held on 20 May 2025 in Phnom Penh, Cambodia.\r\n\r\nBoth sides agreed to hold the first canaryCYBER Dialogue in\r\nJuly 2025. They welcomed the <b>progress</b> made.\r\n\r\nThe U.S. announced that it will provide 200 scholarships by the end of 2025. ASEAN reaffirmed its commitment to deepening cooperation on disaster management.\r\n\r\nPhnom Penh, 21 May 2025\r\n";

/// A document, and the demonstration it was brought into.
pub(super) struct Scene {
    pub pages: Pages,
    /// Its address.
    pub path: String,
}

impl Scene {
    /// The document is brought in.
    pub async fn begun() -> Self {
        Self::with(&[("text", TEXT)]).await
    }

    /// Another is, by these fields of the form.
    pub async fn with(fields: &[(&str, &str)]) -> Self {
        let pages = Pages::demo().await;
        let path = brought_with(&pages, fields).await;
        Self { pages, path }
    }

    /// Another is brought in, and with its meeting on record.
    pub async fn on_record(text: &str) -> Self {
        let scene = Self::with(&[("text", text)]).await;
        scene.confirmed(&[]).await;
        scene
    }

    pub async fn review(&self) -> Review {
        let id = self.path.trim_start_matches("/documents/").parse().unwrap();
        let snapshot = self.pages.store.read().await.unwrap();
        snapshot.intake(id).await.unwrap().expect("it is there")
    }

    /// The number of the proposal that has some words.
    pub async fn number(&self, words: &str) -> u32 {
        number(&self.review().await, words)
    }

    pub async fn book(&self) -> Arc<Book> {
        self.pages.store.book().await.unwrap()
    }

    /// Its page, as whoever keeps the record sees it.
    pub async fn page(&self) -> Answer {
        self.page_as(KEEPER, "").await
    }

    /// Its page, or one under it, as somebody sees it.
    pub async fn page_as(&self, who: &str, rest: &str) -> Answer {
        let path = format!("{}{rest}", self.path);
        self.pages.get_as(who, &path).await
    }

    /// The page of one proposal.
    pub async fn one_as(&self, who: &str, n: u32) -> Answer {
        self.page_as(who, &format!("/{n}")).await
    }

    /// Presses a button of its page, with some fields typed anew.
    pub async fn press(&self, page: &Answer, wish: &str, typed: &[(&str, &str)]) -> Answer {
        self.press_as(KEEPER, page, wish, typed).await
    }

    /// The same by somebody else.
    pub async fn press_as(
        &self,
        who: &str,
        page: &Answer,
        wish: &str,
        typed: &[(&str, &str)],
    ) -> Answer {
        press(&self.pages, who, page, (&self.path, wish), typed).await
    }

    /// Confirms it and its meeting as the page fills itself, but for what is typed.
    pub async fn confirm(&self, typed: &[(&str, &str)]) -> Answer {
        confirm(&self.pages, &self.path, typed).await
    }

    /// The same, and it is done.
    pub async fn confirmed(&self, typed: &[(&str, &str)]) {
        let done = self.confirm(typed).await;
        assert_eq!(done.status, 303, "{}", done.words());
    }

    /// It is confirmed as of `dialogue-38`.
    pub async fn confirmed_as_dialogue_38(&self) {
        let meeting = [
            ("meeting.id", "dialogue-38"),
            ("meeting.series", "ASEAN-U.S. Dialogue"),
        ];
        self.confirmed(&meeting).await;
    }

    /// Sends one of the forms of a proposal, about the proposal as it stands.
    pub async fn act(&self, n: u32, form: &[(&str, &str)]) -> Answer {
        let version = self.review().await.item(n).unwrap().version.to_string();
        let mut pairs = vec![("seen".to_owned(), version)];
        pairs.extend(form.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        let action = format!("{}/{n}", self.path);
        self.pages.post_as(KEEPER, &action, &encoded(&pairs)).await
    }

    /// Saves the fields of a proposal as its page has them, but for what is typed. They are in the first
    /// form of the page.
    pub async fn save(&self, who: &str, n: u32, page: &Answer, typed: &[(&str, &str)]) -> Answer {
        let action = format!("{}/{n}", self.path);
        let mut pairs = sent_back(&page.body, &action).remove(0);
        type_anew(&mut pairs, typed);
        pairs.push(("do".to_owned(), "save".to_owned()));
        self.pages.post_as(who, &action, &encoded(&pairs)).await
    }
}

/// The number of the proposal that has some words.
pub(super) fn number(review: &Review, words: &str) -> u32 {
    let has_them = |item: &&_| review.words(item).contains(words);
    let found = review.items.iter().find(has_them);
    found
        .unwrap_or_else(|| panic!("nothing proposes {words}"))
        .n
}

/// The form that brings a document in, as a browser sends it.
pub(super) async fn bring(
    pages: &Pages,
    who: &str,
    fields: &[(&str, &str)],
    file: Option<&[u8]>,
) -> Answer {
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

/// Brings a document of the partnership in by these fields; its address.
pub(super) async fn brought_with(pages: &Pages, fields: &[(&str, &str)]) -> String {
    let fields = [&[("partnership", "asean-us")], fields].concat();
    let brought = bring(pages, KEEPER, &fields, None).await;
    assert_eq!(brought.status, 303, "{}", brought.words());
    brought.header("location").to_owned()
}

/// Brings the document into a demonstration; its address.
pub(in crate::web) async fn brought(pages: &Pages) -> String {
    brought_with(pages, &[("text", TEXT)]).await
}

/// Brings a later document of the series into a demonstration, with its meeting and itself on record.
pub(in crate::web) async fn confirmed(pages: &Pages, text: &str) -> String {
    let path = brought_with(pages, &[("text", text)]).await;
    let done = confirm(pages, &path, &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    path
}

async fn confirm(pages: &Pages, path: &str, typed: &[(&str, &str)]) -> Answer {
    let action = format!("{path}/record");
    let page = pages.get_as(KEEPER, &action).await;
    assert_eq!(page.status, 200, "{}", page.words());
    press(pages, KEEPER, &page, (&action, ""), typed).await
}

async fn press(
    pages: &Pages,
    who: &str,
    page: &Answer,
    (action, wish): (&str, &str),
    typed: &[(&str, &str)],
) -> Answer {
    let forms = sent_back(&page.body, action);
    let mut pairs = forms.last().expect("a form").clone();
    type_anew(&mut pairs, typed);
    pairs.push(("do".to_owned(), wish.to_owned()));
    pages.post_as(who, action, &encoded(&pairs)).await
}

fn type_anew(pairs: &mut Vec<(String, String)>, typed: &[(&str, &str)]) {
    for (name, value) in typed {
        pairs.retain(|(known, _)| known != name);
        pairs.push(((*name).to_owned(), (*value).to_owned()));
    }
}
