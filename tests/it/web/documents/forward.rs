//! What the record knows of a document stands on its cards; what earlier meetings left open is carried
//! forward.

use super::*;

/// A later document of the first record's series.
pub(super) const NEXT: &str = "Outcomes of the 38th ASEAN-U.S. Dialogue\n\nThe 38th ASEAN-U.S. Dialogue was held on 20 May 2025 in Phnom Penh, Cambodia.\n\nThe United States will sustain its support for the ASEAN Single Window. Both sides agreed to establish a joint canaryHEALTH forum by the end of 2025.\n\nPhnom Penh, 21 May 2025\n";

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

    // What the Dialogue before left open: whoever keeps the record proposes what becomes of it, the SOM
    // leader says it.
    let forward = format!("{path}/forward");
    let seen = pages.get_as(KEEPER, &forward).await;
    let proposes = "You propose it: the SOM leader decides.";
    assert!(
        seen.words().contains("US37-01") && seen.words().contains(proposes),
        "{}",
        seen.words()
    );
    let form = pages.get_as("som-leader", &forward).await;
    assert!(!form.words().contains(proposes), "{}", form.words());
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

#[tokio::test]
async fn before_its_meeting_is_confirmed_nobody_says_that_nothing_was_left_open() {
    let pages = Pages::demo().await;
    let path = brought(&pages).await;
    let forward = pages.get_as(KEEPER, &format!("{path}/forward")).await;
    let words = forward.words();
    assert!(
        words.contains("Which meetings came before is not known yet."),
        "{words}"
    );
    assert!(!words.contains("left nothing open"), "{words}");
}
