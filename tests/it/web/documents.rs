//! An outcome document on its way into the record, as a browser brings it in and decides on it.

use aide_memoire::domain::document::paragraphs;
use aide_memoire::domain::intake::State;
use aide_memoire::intake::review::Review;
use axum::body::Body;
use axum::http::Request;

use crate::support::forms::{encoded, sent_back};
use crate::support::pages::{Answer, Pages};

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
    let forms = sent_back(&page.body, action);
    let mut pairs = forms.last().expect("a form").clone();
    for (name, value) in typed {
        pairs.retain(|(n, _)| n != name);
        pairs.push(((*name).to_owned(), (*value).to_owned()));
    }
    pairs.push(("do".to_owned(), wish.to_owned()));
    pages.post_as(KEEPER, action, &encoded(&pairs)).await
}

/// Confirms the document as its page fills itself.
async fn confirm(pages: &Pages, path: &str, typed: &[(&str, &str)]) -> Answer {
    let action = format!("{path}/record");
    let page = pages.get_as(KEEPER, &action).await;
    assert_eq!(page.status, 200, "{}", page.words());
    press(pages, &page, &action, "", typed).await
}

#[tokio::test]
async fn a_document_is_read_and_its_proposals_stand_beside_its_words() {
    let (pages, path) = with_document().await;
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
async fn it_is_confirmed_accepted_and_on_record_in_its_words() {
    let (pages, path) = with_document().await;
    let before = review(&pages, &path).await;
    let n = number(&before, "canaryCYBER");
    let accept = format!("accept@{n}");
    // The document first; what was typed is kept.
    let page = pages.get_as(KEEPER, &path).await;
    let lead = format!("lead@{n}");
    let refused = press(&pages, &page, &path, &accept, &[(&lead, "cyber-desk")]).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.words().contains("confirm it and its meeting first"),
        "{}",
        refused.words()
    );
    assert!(
        refused.body.contains("value=\"cyber-desk\" list="),
        "{}",
        refused.body
    );

    let told = pages.get_as(KEEPER, &format!("{path}/record")).await.body;
    for filled in [
        "value=\"38\"",
        "20 May 2025",
        "Phnom Penh, Cambodia",
        "2025-05-21",
    ] {
        assert!(told.contains(filled), "{filled}");
    }
    let odd = confirm(
        &pages,
        &path,
        &[("meeting.date", "soonish"), ("meeting.id", "dialogue-38")],
    )
    .await;
    assert_eq!(odd.status, 422);
    assert!(odd.body.contains("aria-invalid=\"true\"") && odd.body.contains("soonish"));
    assert!(
        !pages
            .store
            .book()
            .await
            .unwrap()
            .directory
            .meetings
            .contains_key("dialogue-38")
    );
    let done = confirm(
        &pages,
        &path,
        &[
            ("meeting.id", "dialogue-38"),
            ("meeting.series", "ASEAN-U.S. Dialogue"),
        ],
    )
    .await;
    assert_eq!(done.status, 303, "{}", done.words());

    let page = pages.get_as(KEEPER, &path).await;
    assert!(
        page.body.contains("value=\"US38-01\""),
        "the series goes on"
    );
    let done = press(&pages, &page, &path, &accept, &[(&lead, "cyber-desk")]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = pages.store.book().await.unwrap();
    let commitment = book.commitment("US38-01").expect("on record");
    assert_eq!(commitment.lead.as_str(), "cyber-desk");
    let id = commitment.promise.document.as_ref().unwrap();
    let document = book.document(id.as_str()).unwrap();
    assert_eq!(document.sha256.as_ref(), Some(&before.intake.sha256));
    let stands = &paragraphs(document.text.as_ref().unwrap())
        [commitment.promise.paragraph.unwrap() as usize - 1];
    assert!(stands.contains(&commitment.promise.words), "{stands}");
    // The meeting's page shows the text with the promise marked; the document's page says so.
    let meeting = pages.get_as(OTHER, "/meetings/dialogue-38").await;
    assert!(meeting.body.contains("canaryCYBER"));
    let page = pages.get_as(KEEPER, &path).await.words();
    assert!(
        page.contains("On record.") && page.contains("US38-01"),
        "{page}"
    );
    // The same button once more finds it decided.
    let stale = press(&pages, &refused, &path, &accept, &[]).await;
    assert_eq!(stale.status, 422);
    assert!(
        stale.words().contains("Somebody else worked"),
        "{}",
        stale.words()
    );
}

#[tokio::test]
async fn all_are_accepted_together_or_none() {
    let (pages, path) = with_document().await;
    let before = review(&pages, &path).await;
    let done = confirm(
        &pages,
        &path,
        &[
            ("meeting.id", "dialogue-38"),
            ("meeting.series", "ASEAN-U.S. Dialogue"),
        ],
    )
    .await;
    assert_eq!(done.status, 303, "{}", done.words());
    let known = pages.store.book().await.unwrap().commitments.len();
    let page = pages.get_as(KEEPER, &path).await;
    let n = number(&before, "scholarships");
    let odd = press(
        &pages,
        &page,
        &path,
        "accept-all",
        &[(&format!("ref@{n}"), "US37-03")],
    )
    .await;
    assert_eq!(odd.status, 422);
    assert!(odd.words().contains("US37-03` already"), "{}", odd.words());
    assert_eq!(pages.store.book().await.unwrap().commitments.len(), known);
    let done = press(
        &pages,
        &odd,
        &path,
        "accept-all",
        &[(&format!("ref@{n}"), "US38-77")],
    )
    .await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = pages.store.book().await.unwrap();
    assert_eq!(book.commitments.len(), known + before.items.len());
    assert!(book.commitment("US38-77").is_some());
    let page = pages.get_as(KEEPER, &path).await.words();
    assert!(page.contains("Everything it proposes is decided"), "{page}");
}

#[tokio::test]
async fn a_proposal_is_edited_cut_split_put_together_and_turned_down() {
    let (pages, path) = with_document().await;
    let before = review(&pages, &path).await;
    let (cyber, scholarships, disaster) = (
        number(&before, "canaryCYBER"),
        number(&before, "scholarships"),
        number(&before, "disaster"),
    );
    // The first form of the page has the fields.
    let one = format!("{path}/{cyber}");
    let page = pages.get_as(KEEPER, &one).await;
    assert!(
        page.words().contains("canaryCYBER Dialogue in July 2025"),
        "{}",
        page.words()
    );
    let mut pairs = sent_back(&page.body, &one).remove(0);
    let mut save = async |changes: &[(&str, &str)], wish: &str| {
        for (name, value) in changes {
            pairs.retain(|(n, _)| n != name);
            pairs.push(((*name).to_owned(), (*value).to_owned()));
        }
        let mut sent = pairs.clone();
        sent.push(("do".to_owned(), wish.to_owned()));
        pages.post_as(KEEPER, &one, &encoded(&sent)).await
    };
    let odd = save(
        &[("deadline", "soonish"), ("title", "The Cyber Dialogue")],
        "save",
    )
    .await;
    assert_eq!(odd.status, 422);
    assert!(odd.body.contains("soonish") && odd.body.contains("The Cyber Dialogue"));
    assert_eq!(review(&pages, &path).await, before);
    let saved = save(
        &[("deadline", "by 31 July 2025"), ("sector", "cyber")],
        "save",
    )
    .await;
    assert_eq!(saved.status, 303, "{}", saved.words());
    let after = review(&pages, &path).await;
    let fields = &after.item(cyber).unwrap().fields;
    assert_eq!(
        (&fields["title"], &fields["deadline"]),
        (&"The Cyber Dialogue".into(), &"by 31 July 2025".into())
    );
    assert_eq!(
        fields["strength"], "firm",
        "what nobody touched is as it was"
    );
    // Another editor saw the old version.
    let late = save(&[("title", "Another")], "save").await;
    assert_eq!(late.status, 422);
    assert!(late.words().contains("Somebody else worked") && late.body.contains("Another"));

    let act = async |n: u32, form: &[(&str, &str)]| {
        let version = review(&pages, &path)
            .await
            .item(n)
            .unwrap()
            .version
            .to_string();
        let mut pairs = vec![("seen".to_owned(), version)];
        pairs.extend(form.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        pages
            .post_as(KEEPER, &format!("{path}/{n}"), &encoded(&pairs))
            .await
    };
    let odd = act(
        cyber,
        &[
            ("do", "cut"),
            ("cut", "Both sides\r\nwill do something else"),
        ],
    )
    .await;
    assert_eq!(odd.status, 422);
    assert!(
        odd.words().contains("not the same any more"),
        "{}",
        odd.words()
    );
    let whole = before.words(before.item(cyber).unwrap()).replace('\n', " ");
    let typed = whole.replacen(" in July", "\r\nin July", 1);
    let cut = act(cyber, &[("do", "cut"), ("cut", &typed)]).await;
    assert_eq!(cut.status, 303, "{}", cut.words());
    assert_eq!(
        review(&pages, &path).await.item(cyber).unwrap().state,
        State::Split
    );

    assert_eq!(
        act(scholarships, &[("do", "desks"), ("desk", "cyber-desk")])
            .await
            .status,
        422
    );
    let split = act(
        scholarships,
        &[
            ("do", "desks"),
            ("desk", "cyber-desk"),
            ("desk", "economic-desk"),
        ],
    )
    .await;
    assert_eq!(split.status, 303, "{}", split.words());
    let now = review(&pages, &path).await;
    let parts: Vec<u32> = now
        .open()
        .filter(|i| i.parent == Some(scholarships))
        .map(|i| i.n)
        .collect();
    assert_eq!(parts.len(), 2);
    let merged = act(
        disaster,
        &[("do", "merge"), ("into", &parts[0].to_string())],
    )
    .await;
    assert_eq!(merged.status, 303, "{}", merged.words());
    let page = pages.get_as(KEEPER, &path).await;
    let reason = format!("reason@{}", parts[1]);
    let reject = format!("reject@{}", parts[1]);
    let done = press(
        &pages,
        &page,
        &path,
        &reject,
        &[(&reason, "said <i>before</i>")],
    )
    .await;
    assert_eq!(done.status, 303, "{}", done.words());
    let page = pages.get_as(KEEPER, &path).await;
    assert!(
        page.words().contains("Turned down. Said"),
        "{}",
        page.words()
    );
    assert!(!page.body.contains("<i>before"));
    let back = press(
        &pages,
        &page,
        &path,
        &format!("take-back@{}", parts[1]),
        &[],
    )
    .await;
    assert_eq!(back.status, 303);
    assert!(
        review(&pages, &path)
            .await
            .item(parts[1])
            .unwrap()
            .state
            .is_open()
    );
}

#[tokio::test]
async fn words_are_added_without_a_script() {
    let (pages, path) = with_document().await;
    let before = review(&pages, &path).await;
    let page = pages.get_as(KEEPER, &path).await;
    let odd = press(
        &pages,
        &page,
        &path,
        "add",
        &[("words", "They welcomed the parade")],
    )
    .await;
    assert_eq!(odd.status, 422);
    let words = odd.words();
    assert!(words.contains("up to “They welcomed the”"), "{words}");
    assert!(
        odd.body.contains("They welcomed the parade"),
        "what was pasted is kept"
    );
    let done = press(
        &pages,
        &page,
        &path,
        "add",
        &[("words", "They welcomed the <b>progress</b> made.")],
    )
    .await;
    assert_eq!(done.status, 303, "{}", done.words());
    let after = review(&pages, &path).await;
    assert_eq!(after.items.len(), before.items.len() + 1);

    // What was passed over is proposed by its button.
    let passed = before
        .intake
        .passed
        .iter()
        .find(|p| p.end - p.start > 20)
        .unwrap();
    let propose = format!("propose@{}", passed.start);
    assert!(
        page.body.contains(&format!("value=\"{propose}\"")),
        "{propose}"
    );
    let done = press(&pages, &page, &path, &propose, &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    assert_eq!(
        review(&pages, &path).await.items.len(),
        before.items.len() + 2
    );

    // Enter in a field decides nothing.
    let nothing = press(&pages, &page, &path, "none", &[("words", "kept")]).await;
    assert_eq!(nothing.status, 200);
    assert!(
        nothing.words().contains("Nothing was decided") && nothing.body.contains("kept</textarea>")
    );
}

#[tokio::test]
async fn files_come_in_and_what_cannot_be_read_is_told_in_one_sentence() {
    let pages = Pages::demo().await;
    let partnership = [("partnership", "asean-us")];
    let page = TEXT.replace("\r\n\r\n", "</p><p>");
    let html = format!("<!doctype html><html><body><p>{page}</p></body></html>");
    let brought = bring(&pages, KEEPER, &partnership, Some(html.as_bytes())).await;
    assert_eq!(brought.status, 303, "{}", brought.words());
    let read = review(&pages, brought.header("location")).await;
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
    let (pages, path) = with_document().await;
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

#[tokio::test]
async fn what_was_accepted_for_its_readers_alone_is_named_to_nobody_else() {
    let pages = Pages::demo().await;
    let fields = [
        ("partnership", "asean-us"),
        ("text", TEXT),
        ("confidential", "yes"),
    ];
    let brought = bring(&pages, KEEPER, &fields, None).await;
    let path = brought.header("location").to_owned();
    let done = confirm(
        &pages,
        &path,
        &[
            ("meeting.id", "dialogue-38"),
            ("meeting.series", "ASEAN-U.S. Dialogue"),
        ],
    )
    .await;
    assert_eq!(done.status, 303, "{}", done.words());
    let n = number(&review(&pages, &path).await, "canaryCYBER");
    let page = pages.get_as(KEEPER, &path).await;
    let typed = [(format!("lead@{n}"), "economic-desk")];
    let typed: Vec<(&str, &str)> = typed.iter().map(|(n, v)| (n.as_str(), *v)).collect();
    let done = press(&pages, &page, &path, &format!("accept@{n}"), &typed).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = pages.store.book().await.unwrap();
    let commitment = book.commitment("US38-01").unwrap();
    assert!(commitment.is_restricted());
    // Whoever decided keeps the document, and does not read the commitment.
    let after = pages.get_as(KEEPER, &path).await;
    assert!(
        !after.body.contains("/commitments/US38-01"),
        "{}",
        after.body
    );
    assert!(
        after.words().contains("On record, for its readers alone"),
        "{}",
        after.words()
    );
    assert_eq!(
        pages
            .get_as("officer-economic", "/commitments/US38-01")
            .await
            .status,
        200
    );
    for page in [
        "/meetings/dialogue-38",
        "/operator",
        "/commitments?q=canary",
    ] {
        let answer = pages.get_as(OTHER, page).await;
        assert!(!answer.body.contains("canaryCYBER"), "{page}");
    }
}

/// A later document of the first record's series.
const NEXT: &str = "Outcomes of the 38th ASEAN-U.S. Dialogue\n\nThe 38th ASEAN-U.S. Dialogue was held on 20 May 2025 in Phnom Penh, Cambodia.\n\nThe United States will sustain its support for the ASEAN Single Window. Both sides agreed to establish a joint canaryHEALTH forum by the end of 2025.\n\nPhnom Penh, 21 May 2025\n";

#[tokio::test]
async fn the_cards_say_what_the_record_knows_and_what_was_left_open_is_carried_forward() {
    let pages = Pages::demo().await;
    let fields = [("partnership", "asean-us"), ("text", NEXT)];
    let brought = bring(&pages, KEEPER, &fields, None).await;
    let path = brought.header("location").to_owned();
    let page = pages.get_as(KEEPER, &path).await;
    let words = page.words();
    assert!(
        page.body.contains("href=\"/commitments/US37-16\""),
        "{words}"
    );
    assert!(
        words.contains("owe it") && words.contains("ASEAN and United States"),
        "{words}"
    );
    let review_now = review(&pages, &path).await;
    let window = number(&review_now, "Single Window");
    assert_eq!(
        review_now.item(window).unwrap().fields["lead"],
        "economic-desk"
    );
    assert!(
        words.contains("Economic desk:"),
        "why it is suggested: {words}"
    );
    assert!(
        page.body.contains("value=\"mention@"),
        "and the way to keep it: {words}"
    );
    assert!(words.contains("Accept the one that is new"), "{words}");

    // The record's own series, number and place stand in the form already.
    let done = confirm(&pages, &path, &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = pages.store.book().await.unwrap();
    let next = book
        .directory
        .meetings
        .values()
        .find(|m| m.number == Some(38));
    let next = next.expect("the meeting is on record");
    assert_eq!(next.series, "ASEAN-U.S. Dialogue");
    assert_eq!(next.place.as_deref(), Some("Phnom Penh, Cambodia"));

    // What the Dialogue before left open is known once it is known which one this is.
    let page = pages.get_as(KEEPER, &path).await;
    assert!(page.words().contains("still open"), "{}", page.words());

    // A mention, by the form of the proposal.
    let act = async |n: u32, form: &[(&str, &str)]| {
        let version = review(&pages, &path)
            .await
            .item(n)
            .unwrap()
            .version
            .to_string();
        let mut pairs = vec![("seen".to_owned(), version)];
        pairs.extend(form.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        pages
            .post_as(KEEPER, &format!("{path}/{n}"), &encoded(&pairs))
            .await
    };
    let odd = act(
        window,
        &[
            ("do", "mention"),
            ("again", "US37-99"),
            ("effect", "repeats"),
        ],
    )
    .await;
    assert_eq!(odd.status, 422);
    assert!(
        odd.words().contains("no commitment of that name"),
        "{}",
        odd.words()
    );
    let again = [
        ("do", "mention"),
        ("again", "US37-16"),
        ("effect", "strengthens"),
    ];
    let done = act(window, &again).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let page = pages.get_as(KEEPER, &path).await;
    assert!(
        page.words().contains("Kept as a mention: it strengthens"),
        "{}",
        page.words()
    );
    let health = number(&review_now, "canaryHEALTH");
    let done = press(&pages, &page, &path, &format!("accept@{health}"), &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());

    // What the Dialogue before left open: an officer sees it, the SOM leader says what becomes of it.
    let forward = format!("{path}/forward");
    let seen = pages.get_as(KEEPER, &forward).await;
    assert!(
        seen.words().contains("US37-01") && !seen.body.contains("name=\"outcome@"),
        "{}",
        seen.words()
    );
    let form = pages.get_as("som-leader", &forward).await;
    let mut pairs = sent_back(&form.body, &forward).remove(0);
    let mark = async |pairs: &[(String, String)]| {
        pages.post_as("som-leader", &forward, &encoded(pairs)).await
    };
    assert_eq!(mark(&pairs).await.status, 422, "nothing was said");
    let set = |pairs: &mut Vec<(String, String)>, name: &str, value: &str| {
        let pair = pairs.iter_mut().find(|(n, _)| n == name);
        value.clone_into(&mut pair.unwrap_or_else(|| panic!("{name} is asked")).1);
    };
    set(&mut pairs, "outcome@US37-02", "dropped");
    set(&mut pairs, "outcome@US37-08", "by US38-01");
    let odd = mark(&pairs).await;
    assert_eq!(odd.status, 422, "a reason is wanted");
    assert!(odd.words().contains("why it is dropped"), "{}", odd.words());
    let open = |book: &aide_memoire::domain::book::Book, reference: &str| {
        book.commitment(reference).unwrap().is_open()
    };
    assert!(
        open(&pages.store.book().await.unwrap(), "US37-08"),
        "all or nothing"
    );
    set(&mut pairs, "reason@US37-02", "overtaken by the new plan");
    let done = mark(&pairs).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = pages.store.book().await.unwrap();
    assert!(!open(&book, "US37-02") && !open(&book, "US37-08"));
    let successor = book.commitment("US38-01").unwrap();
    assert_eq!(
        successor.follows.as_ref().map(|f| f.as_str()),
        Some("US37-08")
    );
    let hidden = pages.get_as(OTHER, &forward).await;
    assert_eq!(hidden.status, 404);
}
