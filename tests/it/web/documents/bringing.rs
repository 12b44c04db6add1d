//! A document is brought in: pasted or as a file, read, and kept from everybody else.

use super::scene::{KEEPER, OTHER, Scene, TEXT, bring};
use crate::support::pages::{Answer, Pages};

#[tokio::test]
async fn a_document_is_read_and_its_proposals_stand_beside_its_words() {
    let Scene { pages, path } = Scene::begun().await;
    let page = pages.get_as(KEEPER, &path).await;
    let words = page.words();
    assert_eq!(page.status, 200, "{words}");
    assert!(words.contains("wait for your decision"), "{words}");
    assert!(page.body.contains("<mark class=\"open\">"), "{}", page.body);
    assert!(
        words.contains("Firm") && words.contains("due July 2025"),
        "{words}"
    );
    assert!(words.contains("Passed over: "), "{words}");
    assert!(!page.body.contains("<b>progress"), "a document is text");
    // Read in the record's own series.
    assert!(
        page.body.contains("value=\"US-01\""),
        "no meeting is confirmed yet"
    );
    // One script of ours, from a file, on this page alone.
    let policy = page.header("content-security-policy");
    assert!(
        policy.contains("script-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    let script = page
        .body
        .split("<script src=\"")
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap();
    assert_eq!(page.body.matches("<script").count(), 1);
    let script = pages.get(script).await;
    assert_eq!(
        (script.status.as_u16(), script.header("content-type")),
        (200, "text/javascript; charset=utf-8")
    );
    for other in [
        "/",
        "/documents",
        "/documents/new",
        &format!("{path}/1"),
        &format!("{path}/record"),
    ] {
        let answer = pages.get_as(KEEPER, other).await;
        assert_eq!(answer.status, 200, "{other}");
        assert!(
            !answer
                .header("content-security-policy")
                .contains("script-src"),
            "{other}"
        );
        assert!(!answer.body.contains("<script"), "{other}");
    }
    let list = pages.get_as(KEEPER, "/documents").await.words();
    assert!(
        list.contains("Outcomes of the 38th ASEAN-U.S. Dialogue"),
        "{list}"
    );
    // Brought in again it is the same one.
    let again = bring(
        &pages,
        "head-americas",
        &[("partnership", "asean-us"), ("text", TEXT)],
        None,
    )
    .await;
    assert_eq!(again.header("location"), path);
}

#[tokio::test]
async fn files_come_in_and_what_cannot_be_read_is_told_in_one_sentence() {
    let pages = Pages::demo().await;
    let partnership = [("partnership", "asean-us")];
    let page = TEXT.replace("\r\n\r\n", "</p><p>");
    let html = format!("<!doctype html><html><body><p>{page}</p></body></html>");
    let brought = bring(&pages, KEEPER, &partnership, Some(html.as_bytes())).await;
    assert_eq!(brought.status, 303, "{}", brought.words());
    let path = brought.header("location").to_owned();
    let scene = Scene { pages, path };
    let read = scene.review().await;
    let pages = scene.pages;
    assert!(
        read.items
            .iter()
            .any(|item| read.words(item).contains("canaryCYBER"))
    );
    let huge = vec![b'a'; 2_000_001];
    for (file, told) in [
        (&b"\x89PNG\x00\x01"[..], "is no document that can be read"),
        (b"{\\rtf1 hello}", "is RTF"),
        (&huge, "larger than 2 MB"),
        (b"Both sides will meet.", "no date that could be read"),
    ] {
        let answer = bring(
            &pages,
            KEEPER,
            &[("partnership", "asean-us"), ("title", "Kept")],
            Some(file),
        )
        .await;
        assert_eq!(answer.status, 422, "{told}");
        assert!(answer.words().contains(told), "{told}: {}", answer.words());
        assert!(answer.body.contains("value=\"Kept\""));
    }
    // A communiqué of 130,000 characters comes in whole, and in parts.
    let long = format!(
        "{TEXT}\r\n\r\n{}",
        "The parties will meet again in Bali. ".repeat(20)
    );
    let long = [long.as_str(); 170].join("\r\n\r\n");
    assert!(long.len() > 130_000);
    let brought = bring(
        &pages,
        KEEPER,
        &[("partnership", "asean-us"), ("text", &long)],
        None,
    )
    .await;
    assert_eq!(brought.status, 303, "{}", brought.words());
    let path = brought.header("location");
    let first = pages.get_as(KEEPER, path).await;
    let last = pages.get_as(KEEPER, &format!("{path}?part=999")).await;
    assert!(first.body.contains("?part=2") && last.body.contains("aria-current=\"page\""));
    assert!(
        first.body.len() < 110_000 && last.status == 200,
        "{}",
        first.body.len()
    );
}

#[tokio::test]
async fn others_are_told_nothing_of_it() {
    let Scene { pages, path } = Scene::begun().await;
    let absent = "/documents/00000000-0000-4000-8000-000000000000";
    for who in [OTHER, "head-economic"] {
        for rest in ["", "/1", "/record"] {
            let (there, nowhere) = (format!("{path}{rest}"), format!("{absent}{rest}"));
            let hidden = pages.get_as(who, &there).await;
            let missing = pages.get_as(who, &nowhere).await;
            assert_eq!(
                (hidden.status.as_u16(), missing.status.as_u16()),
                (404, 404),
                "{who} {rest}"
            );
            let told = |answer: &Answer, path: &str| answer.body.replace(path, "");
            assert_eq!(
                told(&hidden, &there),
                told(&missing, &nowhere),
                "{who} {rest}"
            );
            let posted = pages.post_as(who, &there, "do=let-go&seen=1").await;
            assert_eq!(posted.status, 404, "{who} {rest}");
        }
        for page in ["/documents", "/documents/new"] {
            assert_eq!(pages.get_as(who, page).await.status, 404, "{who}");
        }
        let record = pages.get_as(who, "/record").await.body;
        assert!(!record.contains("/documents"), "{who}");
        let mine = bring(
            &pages,
            who,
            &[("partnership", "asean-us"), ("text", TEXT)],
            None,
        )
        .await;
        assert_eq!(mine.status, 404, "{who}");
    }
    assert!(
        pages
            .get_as(KEEPER, "/record")
            .await
            .body
            .contains("href=\"/documents\"")
    );
    let meeting = "/meetings/asean-us-dialogue-37";
    let button = "/documents/new?meeting=asean-us-dialogue-37";
    assert!(pages.get_as(KEEPER, meeting).await.body.contains(button));
    assert!(!pages.get_as(OTHER, meeting).await.body.contains(button));
    // The audit has none of its words.
    let audit = pages.database.query("SELECT detail FROM audit").await;
    for row in audit {
        let detail: String = row.try_get_by_index(0).unwrap();
        assert!(!detail.contains("canary"), "{detail}");
    }
}
