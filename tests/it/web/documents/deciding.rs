//! Proposals are put right, cut, split, put together, turned down and added to.

use aide_memoire::domain::intake::State;

use super::*;

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
    // Another editor saw the old version, and made another title.
    let late = save(&[("title", "Another")], "save").await;
    assert_eq!(late.status, 422);
    assert!(late.words().contains("Somebody else worked") && late.body.contains("Another"));
    assert!(
        late.words().contains("made it “The Cyber Dialogue”"),
        "{}",
        late.words()
    );

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
async fn of_two_who_edit_one_proposal_neither_loses_what_they_changed() {
    let (pages, path) = with_document().await;
    let n = number(&review(&pages, &path).await, "canaryCYBER");
    let one = format!("{path}/{n}");
    let first = pages.get_as(KEEPER, &one).await;
    let second = pages.get_as("head-americas", &one).await;
    let save = async |who: &str, page: &Answer, changes: &[(&str, &str)]| {
        let mut pairs = sent_back(&page.body, &one).remove(0);
        for (name, value) in changes {
            pairs.retain(|(n, _)| n != name);
            pairs.push(((*name).to_owned(), (*value).to_owned()));
        }
        pairs.push(("do".to_owned(), "save".to_owned()));
        pages.post_as(who, &one, &encoded(&pairs)).await
    };
    let saved = save(KEEPER, &first, &[("title", "Mine"), ("lead", "cyber-desk")]).await;
    assert_eq!(saved.status, 303, "{}", saved.words());
    // Another field: both have their way, and nobody is bothered.
    let saved = save("head-americas", &second, &[("sector", "digital")]).await;
    assert_eq!(saved.status, 303, "{}", saved.words());
    let fields = || async {
        let now = review(&pages, &path).await;
        let fields = now.item(n).unwrap().fields.clone();
        ["title", "lead", "sector"].map(|key| fields[key].as_str().unwrap().to_owned())
    };
    assert_eq!(fields().await, ["Mine", "cyber-desk", "digital"]);
    // The same field: nothing is saved, both are shown, and what was typed stays to be sent again.
    let theirs = [("title", "Theirs"), ("sector", "digital trade")];
    let told = save("head-americas", &second, &theirs).await;
    assert_eq!(told.status, 422);
    let words = told.words();
    assert!(words.contains("made it “Mine”"), "{words}");
    assert!(words.contains("made it “digital”"), "{words}");
    assert!(told.body.contains("value=\"Theirs\""), "{words}");
    assert_eq!(fields().await, ["Mine", "cyber-desk", "digital"]);
    let saved = save("head-americas", &told, &[]).await;
    assert_eq!(saved.status, 303, "{}", saved.words());
    assert_eq!(fields().await, ["Theirs", "cyber-desk", "digital trade"]);
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
