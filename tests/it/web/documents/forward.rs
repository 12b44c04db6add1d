//! What the record knows of a document stands on its cards; what earlier meetings left open is carried
//! forward.

use super::scene::{KEEPER, OTHER, Scene};
use crate::support::forms::{encoded, sent_back};

/// A later document of the first record's series.
const NEXT: &str = "Outcomes of the 38th ASEAN-U.S. Dialogue\n\nThe 38th ASEAN-U.S. Dialogue was held on 20 May 2025 in Phnom Penh, Cambodia.\n\nThe United States will sustain its support for the ASEAN Single Window. Both sides agreed to establish a joint canaryHEALTH forum by the end of 2025.\n\nPhnom Penh, 21 May 2025\n";

#[tokio::test]
async fn the_cards_say_what_the_record_knows_and_what_was_left_open_is_carried_forward() {
    let scene = Scene::with(&[("text", NEXT)]).await;
    let page = scene.page().await;
    let words = page.words();
    assert!(
        page.body.contains("href=\"/commitments/US37-16\""),
        "{words}"
    );
    assert!(
        words.contains("owe it") && words.contains("ASEAN and United States"),
        "{words}"
    );
    let window = scene.number("Single Window").await;
    assert_eq!(
        scene.review().await.item(window).unwrap().fields["lead"],
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
    scene.confirmed(&[]).await;
    let book = scene.book().await;
    let next = book
        .directory
        .meetings
        .values()
        .find(|m| m.number == Some(38));
    let next = next.expect("the meeting is on record");
    assert_eq!(next.series, "ASEAN-U.S. Dialogue");
    assert_eq!(next.place.as_deref(), Some("Phnom Penh, Cambodia"));

    // What the Dialogue before left open is known once it is known which one this is.
    let page = scene.page().await;
    assert!(page.words().contains("still open"), "{}", page.words());

    // A mention, by the form of the proposal.
    let odd = [
        ("do", "mention"),
        ("again", "US37-99"),
        ("effect", "repeats"),
    ];
    let odd = scene.act(window, &odd).await;
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
    let done = scene.act(window, &again).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let page = scene.page().await;
    assert!(
        page.words().contains("Kept as a mention: it strengthens"),
        "{}",
        page.words()
    );
    let health = scene.number("canaryHEALTH").await;
    let done = scene.press(&page, &format!("accept@{health}"), &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());

    // What the Dialogue before left open: whoever keeps the record proposes what becomes of it, the SOM
    // leader says it.
    let forward = format!("{}/forward", scene.path);
    let seen = scene.page_as(KEEPER, "/forward").await;
    let proposes = "You propose it: the SOM leader decides.";
    assert!(
        seen.words().contains("US37-01") && seen.words().contains(proposes),
        "{}",
        seen.words()
    );
    let form = scene.page_as("som-leader", "/forward").await;
    assert!(!form.words().contains(proposes), "{}", form.words());
    let mut pairs = sent_back(&form.body, &forward).remove(0);
    let mark = async |pairs: &[(String, String)]| {
        let leader = "som-leader";
        scene.pages.post_as(leader, &forward, &encoded(pairs)).await
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
    let open = async |reference: &str| scene.book().await.commitment(reference).unwrap().is_open();
    assert!(open("US37-08").await, "all or nothing");
    set(&mut pairs, "reason@US37-02", "overtaken by the new plan");
    let done = mark(&pairs).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = scene.book().await;
    assert!(!open("US37-02").await && !open("US37-08").await);
    let successor = book.commitment("US38-01").unwrap();
    assert_eq!(
        successor.follows.as_ref().map(|f| f.as_str()),
        Some("US37-08")
    );
    let hidden = scene.page_as(OTHER, "/forward").await;
    assert_eq!(hidden.status, 404);
}

#[tokio::test]
async fn before_its_meeting_is_confirmed_nobody_says_that_nothing_was_left_open() {
    let scene = Scene::begun().await;
    let forward = scene.page_as(KEEPER, "/forward").await;
    let words = forward.words();
    assert!(
        words.contains("Which meetings came before is not known yet."),
        "{words}"
    );
    assert!(!words.contains("left nothing open"), "{words}");
}
