//! A deadline that hangs on a meeting with a date: a person chooses whether it moves with the meeting.

use super::scene::{KEEPER, Scene, number};
use crate::support::forms::{encoded, sent_back};

/// Three undertakings for the PMC of the first record, which has a date.
const TEXT: &str = "Outcomes of the 38th ASEAN-U.S. Dialogue\n\nThe 38th ASEAN-U.S. Dialogue was held on 20 May 2025 in Phnom Penh, Cambodia.\n\nBoth sides will present the canaryONE paper at the PMC with the U.S. in July 2025.\n\nASEAN will submit the canaryTWO report at the PMC with the U.S. in July 2025.\n\nThe U.S. will announce the canaryTHREE fund at the PMC with the U.S. in July 2025.\n\nPhnom Penh, 21 May 2025\n";

#[tokio::test]
async fn it_is_accepted_as_it_was_chosen() {
    let scene = Scene::on_record(TEXT).await;
    let found = scene.review().await;
    let of = |words: &str| number(&found, words);
    let (one, two, three) = (of("canaryONE"), of("canaryTWO"), of("canaryTHREE"));
    let page = scene.page().await;
    let words = page.words();
    assert!(
        words.contains("it moves with the meeting") && words.contains("by that date"),
        "{words}"
    );
    assert!(
        !words.contains("due at pmc-us-2025"),
        "by its name: {words}"
    );
    assert!(!words.contains("U.S.."), "{words}");
    let reading = |n: u32, text: &str, is_chosen: bool| {
        let checked = if is_chosen { " checked" } else { "" };
        format!("name=\"due@{n}\" value=\"{text}\"{checked}>")
    };
    assert!(page.body.contains(&reading(one, "at pmc-us-2025", true)));
    assert!(page.body.contains(&reading(one, "July 2025", false)));

    // As nobody touched it, it moves with the meeting; as it was chosen on the card, it does not. What
    // could not be done keeps what was chosen.
    let due = format!("due@{two}");
    let chosen = [(due.as_str(), "July 2025")];
    let accept = format!("accept@{two}");
    let odd = [chosen[0], (&format!("ref@{two}"), "no such word")];
    let odd = scene.press(&page, &accept, &odd).await;
    assert_eq!(odd.status, 422);
    assert!(odd.body.contains(&reading(two, "July 2025", true)));
    let done = scene.press(&page, &accept, &chosen).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let done = scene.press(&page, &format!("accept@{one}"), &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());

    // In the form of the proposal: chosen there, it is kept; what is typed counts first.
    let action = format!("{}/{three}", scene.path);
    let form = scene.one_as(KEEPER, three).await;
    let save = async |changes: &[(&str, &str)]| {
        let version = scene.review().await.item(three).unwrap().version;
        let mut pairs = sent_back(&form.body, &action).remove(0);
        pairs.retain(|(name, _)| name != "seen" && !changes.iter().any(|(n, _)| n == name));
        pairs.push(("seen".into(), version.to_string()));
        pairs.extend(
            changes
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned())),
        );
        pairs.push(("do".into(), "save".into()));
        let done = scene.pages.post_as(KEEPER, &action, &encoded(&pairs)).await;
        assert_eq!(done.status, 303, "{}", done.words());
        let after = scene.review().await;
        after.item(three).unwrap().fields["deadline"].clone()
    };
    assert_eq!(save(&[("reading", "July 2025")]).await, "July 2025");
    let typed = [("deadline", "August 2025"), ("reading", "July 2025")];
    assert_eq!(save(&typed).await, "August 2025");

    let book = scene.book().await;
    let told = |words: &str| {
        let mut all = book.commitments.values();
        let commitment = all.find(|c| c.promise.words.contains(words)).unwrap();
        commitment.deadline.as_ref().unwrap().text().to_owned()
    };
    assert_eq!(told("canaryONE"), "at pmc-us-2025");
    assert_eq!(told("canaryTWO"), "July 2025");
}
