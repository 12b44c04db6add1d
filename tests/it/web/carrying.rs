//! At the next meeting of a series, what the earlier one left open is marked on one page.

use aide_memoire::domain::commitment::Lifecycle;
use aide_memoire::record::FIRST_RECORD;

use crate::support::forms::sent_back;
use crate::support::pages::Pages;

/// The next Dialogue, held before the day of the pages, and what was accepted from it.
const NEXT: &str = r#"
[[meeting]]
id = "asean-us-dialogue-38"
partnership = "asean-us"
series = "ASEAN-U.S. Dialogue"
number = 38
forum = "dialogue"
date = "30 May 2025"

[[commitment]]
ref = "US38-01"
title = "Seminar on economic resilience"
partnership = "asean-us"
meeting = "asean-us-dialogue-38"
promise = "Both sides will convene a seminar on bolstering economic resilience in 2026"
kind = "deliverable"
strength = "firm"
obligors = ["asean", "us"]
lead = "economic-desk"
opened = "2025-05-31"
deadline = "2026"
"#;

const PATH: &str = "/meetings/asean-us-dialogue-38/forward";

/// The form with the fields of the commitment named typed anew.
fn typed(html: &str, reference: &str, changes: &[(&str, &str)]) -> String {
    let mut pairs = sent_back(html, PATH).pop().expect("a form");
    let what = pairs.iter().find(|(_, value)| value == reference);
    let n = what.unwrap().0.trim_start_matches("what@").to_owned();
    for (field, value) in changes {
        let name = format!("{field}@{n}");
        pairs.retain(|(known, _)| *known != name);
        pairs.push((name, (*value).to_owned()));
    }
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(&pairs);
    form.finish()
}

#[tokio::test]
async fn what_the_last_dialogue_left_open_is_continued_at_the_next() {
    let record = format!("{FIRST_RECORD}{NEXT}");
    let pages = Pages::serving(&record, |_| {}).await;
    let leader = pages.enter_person("som-leader").await;
    let of_meeting = pages
        .get_with(&leader, "/meetings/asean-us-dialogue-38")
        .await;
    assert!(of_meeting.body.contains(PATH), "{}", of_meeting.words());

    let page = pages.get_with(&leader, PATH).await;
    assert_eq!(page.status, 200, "{}", page.body);
    let words = page.words();
    let (_, resilience) = words.split_once("US37-08").unwrap();
    let (resilience, _) = resilience.split_once("US37-09").unwrap();
    assert!(
        resilience.contains("Seminar on economic resilience"),
        "{resilience}"
    );
    assert!(resilience.contains("resilience"), "{resilience}");
    let (_, crime) = words.split_once("US37-04").unwrap();
    let (crime, _) = crime.split_once("US37-05").unwrap();
    assert!(
        crime.contains("Nothing on record of this meeting"),
        "{crime}"
    );

    // Which one continues it is to be said; what was typed is kept.
    let reason = "Agreed in the morning session";
    let changes = [("outcome", "continued"), ("reason", reason)];
    let form = typed(&page.body, "US37-08", &changes);
    let asked = pages.post_with(&leader, PATH, &form).await;
    assert_eq!(asked.status, 422);
    let words = asked.words();
    assert!(
        words.contains("Choose which commitment continues it"),
        "{words}"
    );
    assert!(asked.body.contains(reason));

    let form = typed(&asked.body, "US37-08", &[("new", "US38-01")]);
    let done = pages.post_with(&leader, PATH, &form).await;
    assert_eq!(done.status, 303, "{}", done.words());
    assert_eq!(done.header("location"), "/meetings/asean-us-dialogue-38");
    let book = pages.store.book().await.unwrap();
    let old = book.commitment("US37-08").unwrap();
    assert_eq!(old.state, Lifecycle::CarriedForward);
    let follows = book.commitment("US38-01").unwrap().follows.clone();
    assert_eq!(follows.unwrap().as_str(), "US37-08");
    // The rest was left open, and the page asks for it alone.
    assert!(book.commitment("US37-04").unwrap().is_open());
    let again = pages.get_with(&leader, PATH).await.words();
    assert!(
        !again.contains("US37-08") && again.contains("US37-04"),
        "{again}"
    );
}

#[tokio::test]
async fn who_may_not_end_a_commitment_is_told_who_may_and_enters_nothing() {
    let record = format!("{FIRST_RECORD}{NEXT}");
    let pages = Pages::serving(&record, |_| {}).await;
    let officer = pages.enter_person("officer-cyber").await;
    let page = pages.get_with(&officer, PATH).await;
    assert_eq!(page.status, 200);
    assert!(
        page.words().contains("For somebody else to say"),
        "{}",
        page.words()
    );
    assert!(!page.body.contains("name=\"outcome@"));
    let form = "what%400=US37-04&seen%400=&outcome%400=dropped&new%400=&reason%400=no";
    let refused = pages.post_with(&officer, PATH, form).await;
    assert_eq!(refused.status, 403, "{}", refused.words());
    assert!(
        pages
            .store
            .book()
            .await
            .unwrap()
            .commitment("US37-04")
            .unwrap()
            .is_open()
    );
    // Before a meeting begins there is nothing to say.
    let early = pages
        .get_with(&officer, "/meetings/asean-us-summit-13/forward")
        .await;
    assert_eq!(early.status, 200);
    assert_eq!(
        pages
            .get_with(&officer, "/meetings/nowhere/forward")
            .await
            .status,
        404
    );
}
