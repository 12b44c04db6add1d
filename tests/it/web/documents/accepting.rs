//! The document is confirmed, and what it proposes is accepted.

use aide_memoire::domain::document::paragraphs;

use super::scene::{KEEPER, OTHER, Scene, TEXT, brought_with};

#[tokio::test]
async fn it_is_confirmed_accepted_and_on_record_in_its_words() {
    let scene = Scene::begun().await;
    let before = scene.review().await;
    let n = scene.number("canaryCYBER").await;
    let accept = format!("accept@{n}");
    // The document first; what was typed is kept.
    let page = scene.page().await;
    let lead = format!("lead@{n}");
    let refused = scene.press(&page, &accept, &[(&lead, "cyber-desk")]).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.words().contains("confirm it and its meeting first"),
        "{}",
        refused.words()
    );
    assert!(
        refused.body.contains("value=\"Cyber desk\" list="),
        "{}",
        refused.body
    );

    let told = scene.page_as(KEEPER, "/record").await.body;
    for filled in [
        "value=\"38\"",
        "20 May 2025",
        "Phnom Penh, Cambodia",
        "2025-05-21",
    ] {
        assert!(told.contains(filled), "{filled}");
    }
    let soonish = [("meeting.date", "soonish"), ("meeting.id", "dialogue-38")];
    let odd = scene.confirm(&soonish).await;
    assert_eq!(odd.status, 422);
    assert!(odd.body.contains("aria-invalid=\"true\"") && odd.body.contains("soonish"));
    let book = scene.book().await;
    assert!(!book.directory.meetings.contains_key("dialogue-38"));
    scene.confirmed_as_dialogue_38().await;

    let page = scene.page().await;
    assert!(
        page.body.contains("value=\"US38-01\""),
        "the series goes on"
    );
    let done = scene.press(&page, &accept, &[(&lead, "cyber Desk")]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = scene.book().await;
    let commitment = book.commitment("US38-01").expect("on record");
    assert_eq!(commitment.lead.as_str(), "cyber-desk");
    let id = commitment.promise.document.as_ref().unwrap();
    let document = book.document(id.as_str()).unwrap();
    assert_eq!(document.sha256.as_ref(), Some(&before.intake.sha256));
    let stands = &paragraphs(document.text.as_ref().unwrap())
        [commitment.promise.paragraph.unwrap() as usize - 1];
    assert!(stands.contains(&commitment.promise.words), "{stands}");
    // The meeting's page shows the text with the promise marked; the document's page says so.
    let meeting = scene.pages.get_as(OTHER, "/meetings/dialogue-38").await;
    assert!(meeting.body.contains("canaryCYBER"));
    let page = scene.page().await.words();
    assert!(
        page.contains("On record.") && page.contains("US38-01"),
        "{page}"
    );
    // The same button once more finds it decided.
    let stale = scene.press(&refused, &accept, &[]).await;
    assert_eq!(stale.status, 422);
    assert!(
        stale.words().contains("Somebody else worked"),
        "{}",
        stale.words()
    );
}

#[tokio::test]
async fn all_are_accepted_together_or_none() {
    let scene = Scene::begun().await;
    let before = scene.review().await;
    scene.confirmed_as_dialogue_38().await;
    let known = scene.book().await.commitments.len();
    let page = scene.page().await;
    let n = scene.number("scholarships").await;
    let name = format!("ref@{n}");
    let odd = scene
        .press(&page, "accept-all", &[(&name, "US37-03")])
        .await;
    assert_eq!(odd.status, 422);
    assert!(odd.words().contains("US37-03` already"), "{}", odd.words());
    assert_eq!(scene.book().await.commitments.len(), known);
    let done = scene.press(&odd, "accept-all", &[(&name, "US38-77")]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = scene.book().await;
    assert_eq!(book.commitments.len(), known + before.items.len());
    assert!(book.commitment("US38-77").is_some());
    let page = scene.page().await.words();
    assert!(page.contains("Everything it proposes is decided"), "{page}");
}

#[tokio::test]
async fn what_was_accepted_for_its_readers_alone_is_named_to_nobody_else() {
    let scene = Scene::with(&[("text", TEXT), ("confidential", "yes")]).await;
    scene.confirmed_as_dialogue_38().await;
    let n = scene.number("canaryCYBER").await;
    let page = scene.page().await;
    let (accept, lead) = (format!("accept@{n}"), format!("lead@{n}"));
    let done = scene
        .press(&page, &accept, &[(&lead, "economic-desk")])
        .await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = scene.book().await;
    let commitment = book.commitment("US38-01").unwrap();
    assert!(commitment.is_restricted());
    // Whoever decided keeps the document, and does not read the commitment.
    let after = scene.page().await;
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
        scene
            .pages
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
        let answer = scene.pages.get_as(OTHER, page).await;
        assert!(!answer.body.contains("canaryCYBER"), "{page}");
    }
}

#[tokio::test]
async fn a_word_that_a_line_broke_is_read_whole_and_quoted_as_it_stands() {
    let text = TEXT.replace("canaryCYBER Dialogue in", "canaryCYBER Dia-\r\nlogue in");
    let scene = Scene::on_record(&text).await;
    let n = scene.number("canaryCYBER").await;
    let one = scene.one_as(KEEPER, n).await.words();
    assert!(one.contains("canaryCYBER Dialogue in"), "{one}");
    let page = scene.page().await;
    let words = page.words();
    assert!(
        words.contains("canaryCYBER Dialogue in") && !words.contains("Dia-"),
        "{words}"
    );
    let done = scene.press(&page, &format!("accept@{n}"), &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = scene.book().await;
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
        let words = scene.pages.get_as(OTHER, read).await.words();
        assert!(words.contains("canaryCYBER Dialogue in"), "{read}: {words}");
    }
    // And in the mail a week before its end.
    scene.pages.run_until("2025-07-25 12:00").await;
    let page = scene.pages.get("/commitments/US38-01").await.body;
    let mails: Vec<&str> = page.split("href=\"/mail/").skip(1).collect();
    let mut is_read = false;
    for mail in &mails {
        let id = mail.split(['"', '#']).next().unwrap();
        let words = scene.pages.get(&format!("/mail/{id}/body")).await.words();
        assert!(!words.contains("Dia-"), "{words}");
        is_read |= words.contains("canaryCYBER Dialogue in");
    }
    assert!(is_read, "{} mails speak of it", mails.len());
}

#[tokio::test]
async fn what_is_on_record_already_is_said_to_be_so_and_led_to() {
    let mut scene = Scene::begun().await;
    scene.confirmed_as_dialogue_38().await;
    let n = scene.number("canaryCYBER").await;
    let (lead, accept) = (format!("lead@{n}"), format!("accept@{n}"));
    let page = scene.page().await;
    let done = scene.press(&page, &accept, &[(&lead, "Cyber desk")]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let page = scene.page().await;
    scene.press(&page, "let-go", &[]).await;

    scene.path = brought_with(&scene.pages, &[("text", TEXT)]).await;
    let n = scene.number("canaryCYBER").await;
    let page = scene.page().await;
    let words = page.words();
    assert!(words.contains("Already on record as US38-01"), "{words}");
    let done = scene.press(&page, &format!("there@{n}"), &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let after = scene.page().await;
    let card = after.body.split(&format!("id=\"p{n}\"")).nth(1).unwrap();
    let card = card.split("</article>").next().unwrap();
    assert!(card.contains("Already on record."), "{card}");
    assert!(card.contains("href=\"/commitments/US38-01\""), "{card}");
    assert!(!card.contains("Turned down"), "{card}");
}
