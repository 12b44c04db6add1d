//! The document is confirmed, and what it proposes is accepted.

use aide_memoire::domain::document::paragraphs;

use super::*;

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

#[tokio::test]
async fn a_word_that_a_line_broke_is_read_whole_and_quoted_as_it_stands() {
    let pages = Pages::demo().await;
    let text = TEXT.replace("canaryCYBER Dialogue in", "canaryCYBER Dia-\r\nlogue in");
    let path = confirmed(&pages, &text).await;
    let n = number(&review(&pages, &path).await, "canaryCYBER");
    let one = pages.get_as(KEEPER, &format!("{path}/{n}")).await.words();
    assert!(one.contains("canaryCYBER Dialogue in"), "{one}");
    let page = pages.get_as(KEEPER, &path).await;
    let words = page.words();
    assert!(
        words.contains("canaryCYBER Dialogue in") && !words.contains("Dia-"),
        "{words}"
    );
    let done = press(&pages, &page, &path, &format!("accept@{n}"), &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = pages.store.book().await.unwrap();
    let commitment = book.commitment("US38-01").unwrap();
    let promise = &commitment.promise.words;
    assert!(promise.contains("canaryCYBER Dia- logue in"), "{promise}");
    assert!(!commitment.title.contains("Dia-"), "{}", commitment.title);
    let document = commitment.promise.document.as_ref().unwrap();
    let paragraphs = book.document(document.as_str()).unwrap().paragraphs();
    let stands = &paragraphs[commitment.promise.paragraph.unwrap() as usize - 1];
    assert!(stands.contains(promise), "{stands}");
    let meeting = format!("/meetings/{}", commitment.meeting.as_ref().unwrap());
    for read in ["/commitments/US38-01", &meeting] {
        let words = pages.get_as(OTHER, read).await.words();
        assert!(words.contains("canaryCYBER Dialogue in"), "{read}: {words}");
    }
    // And in the mail a week before its end.
    pages.run_until("2025-07-25 12:00").await;
    let page = pages.get("/commitments/US38-01").await.body;
    let mails: Vec<&str> = page.split("href=\"/mail/").skip(1).collect();
    let mut is_read = false;
    for mail in &mails {
        let id = mail.split(['"', '#']).next().unwrap();
        let words = pages.get(&format!("/mail/{id}/body")).await.words();
        assert!(!words.contains("Dia-"), "{words}");
        is_read |= words.contains("canaryCYBER Dialogue in");
    }
    assert!(is_read, "{} mails speak of it", mails.len());
}
