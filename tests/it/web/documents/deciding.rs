//! Proposals are put right, cut, split, put together, turned down and added to.

use aide_memoire::domain::intake::State;

use super::scene::{KEEPER, Scene, number};
use crate::support::pages::Answer;

#[tokio::test]
async fn a_proposal_is_edited_cut_split_put_together_and_turned_down() {
    let scene = Scene::begun().await;
    let before = scene.review().await;
    let (cyber, scholarships, disaster) = (
        number(&before, "canaryCYBER"),
        number(&before, "scholarships"),
        number(&before, "disaster"),
    );
    let page = scene.one_as(KEEPER, cyber).await;
    assert!(
        page.words().contains("canaryCYBER Dialogue in July 2025"),
        "{}",
        page.words()
    );
    let save = async |typed: &[(&str, &str)]| scene.save(KEEPER, cyber, &page, typed).await;
    let title = ("title", "The Cyber Dialogue");
    let odd = save(&[title, ("deadline", "soonish")]).await;
    assert_eq!(odd.status, 422);
    assert!(odd.body.contains("soonish") && odd.body.contains("The Cyber Dialogue"));
    assert_eq!(scene.review().await, before);
    let more = [("deadline", "by 31 July 2025"), ("sector", "cyber")];
    let saved = save(&[title, more[0], more[1]]).await;
    assert_eq!(saved.status, 303, "{}", saved.words());
    let after = scene.review().await;
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
    let late = save(&[("title", "Another"), more[0], more[1]]).await;
    assert_eq!(late.status, 422);
    assert!(late.words().contains("Somebody else worked") && late.body.contains("Another"));
    assert!(
        late.words().contains("made it “The Cyber Dialogue”"),
        "{}",
        late.words()
    );

    let other = "Both sides\r\nwill do something else";
    let odd = scene.act(cyber, &[("do", "cut"), ("cut", other)]).await;
    assert_eq!(odd.status, 422);
    assert!(
        odd.words().contains("not the same any more"),
        "{}",
        odd.words()
    );
    let whole = before.words(before.item(cyber).unwrap()).replace('\n', " ");
    let typed = whole.replacen(" in July", "\r\nin July", 1);
    let cut = scene.act(cyber, &[("do", "cut"), ("cut", &typed)]).await;
    assert_eq!(cut.status, 303, "{}", cut.words());
    assert_eq!(
        scene.review().await.item(cyber).unwrap().state,
        State::Split
    );

    let desks = [
        ("do", "desks"),
        ("desk", "cyber-desk"),
        ("desk", "economic-desk"),
    ];
    let alone = scene.act(scholarships, &desks[..2]).await;
    assert_eq!(alone.status, 422);
    let split = scene.act(scholarships, &desks).await;
    assert_eq!(split.status, 303, "{}", split.words());
    let now = scene.review().await;
    let parts: Vec<u32> = now
        .open()
        .filter(|i| i.parent == Some(scholarships))
        .map(|i| i.n)
        .collect();
    assert_eq!(parts.len(), 2);
    let into = parts[0].to_string();
    let merged = scene
        .act(disaster, &[("do", "merge"), ("into", &into)])
        .await;
    assert_eq!(merged.status, 303, "{}", merged.words());
    let page = scene.page().await;
    let reason = format!("reason@{}", parts[1]);
    let reject = format!("reject@{}", parts[1]);
    let typed = [(reason.as_str(), "said <i>before</i>")];
    let done = scene.press(&page, &reject, &typed).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let page = scene.page().await;
    assert!(
        page.words().contains("Turned down. Said"),
        "{}",
        page.words()
    );
    assert!(!page.body.contains("<i>before"));
    let back = format!("take-back@{}", parts[1]);
    let back = scene.press(&page, &back, &[]).await;
    assert_eq!(back.status, 303);
    assert!(scene.review().await.item(parts[1]).unwrap().state.is_open());
}

#[tokio::test]
async fn of_two_who_edit_one_proposal_neither_loses_what_they_changed() {
    let scene = Scene::begun().await;
    let n = scene.number("canaryCYBER").await;
    let first = scene.one_as(KEEPER, n).await;
    let second = scene.one_as("head-americas", n).await;
    let save = async |who: &str, page: &Answer, typed: &[(&str, &str)]| {
        scene.save(who, n, page, typed).await
    };
    let saved = save(KEEPER, &first, &[("title", "Mine"), ("lead", "cyber-desk")]).await;
    assert_eq!(saved.status, 303, "{}", saved.words());
    // Another field: both have their way, and nobody is bothered.
    let saved = save("head-americas", &second, &[("sector", "digital")]).await;
    assert_eq!(saved.status, 303, "{}", saved.words());
    let fields = || async {
        let now = scene.review().await;
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
    let scene = Scene::begun().await;
    let before = scene.review().await;
    let page = scene.page().await;
    let parade = [("words", "They welcomed the parade")];
    let odd = scene.press(&page, "add", &parade).await;
    assert_eq!(odd.status, 422);
    let words = odd.words();
    assert!(words.contains("up to “They welcomed the”"), "{words}");
    assert!(
        odd.body.contains("They welcomed the parade"),
        "what was pasted is kept"
    );
    let progress = [("words", "They welcomed the <b>progress</b> made.")];
    let done = scene.press(&page, "add", &progress).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let after = scene.review().await;
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
    let done = scene.press(&page, &propose, &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    assert_eq!(scene.review().await.items.len(), before.items.len() + 2);

    // Enter in a field decides nothing.
    let nothing = scene.press(&page, "none", &[("words", "kept")]).await;
    assert_eq!(nothing.status, 200);
    assert!(
        nothing.words().contains("Nothing was decided") && nothing.body.contains("kept</textarea>")
    );
}
