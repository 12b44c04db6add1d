//! What earlier meetings left open is continued by a proposal, in the step that accepts it.

use aide_memoire::domain::commitment::Lifecycle;

use super::scene::{KEEPER, Scene};
use crate::support::forms::{encoded, sent_back};
use crate::support::pages::Answer;

/// A later document of the first record's series that takes up what the last one left open.
pub(in crate::web) const LATER: &str = "Outcomes of the 38th ASEAN-U.S. Dialogue\n\nThe 38th ASEAN-U.S. Dialogue was held on 20 May 2025 in Phnom Penh, Cambodia.\n\nBoth sides will convene a seminar on bolstering economic resilience in 2026.\n\nBoth sides agreed to establish a joint canaryHEALTH forum by the end of 2025.\n\nBoth sides will present the canaryPAPER at the PMC with the U.S. in July 2025.\n\nPhnom Penh, 21 May 2025\n";

#[tokio::test]
async fn what_was_left_open_is_continued_in_the_step_that_accepts() {
    let scene = Scene::with(&[("text", LATER)]).await;
    let early = scene.page().await;
    assert!(
        !early.body.contains("value=\"continue@"),
        "nothing is carried forward before its meeting is on record"
    );
    scene.confirmed(&[]).await;

    let n = scene.number("seminar").await;
    let wish = format!("continue@{n}");
    let of_keeper = scene.page().await.words();
    assert!(
        of_keeper.contains("the SOM leader decides on that"),
        "{of_keeper}"
    );
    let leader = "som-leader";
    let page = scene.page_as(leader, "").await;
    let words = page.words();
    assert!(words.contains("as the continuation of US37-08"), "{words}");
    assert!(!words.contains("the SOM leader decides on that"), "{words}");

    // Somebody else ended it meanwhile: nothing is accepted either.
    let spoiled = page.body.replace("value=\"US37-08 ", "value=\"US37-08 0");
    let spoiled = Answer {
        body: spoiled,
        ..page.clone()
    };
    let late = scene.press_as(leader, &spoiled, &wish, &[]).await;
    assert_eq!(late.status, 422);
    let told = late.words();
    assert!(told.contains("since this page was drawn"), "{told}");
    let book = scene.book().await;
    assert!(book.commitment("US38-01").is_none() && book.commitment("US37-08").unwrap().is_open());

    let done = scene.press_as(leader, &page, &wish, &[]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = scene.book().await;
    let old = book.commitment("US37-08").unwrap();
    assert_eq!(old.state, Lifecycle::CarriedForward);
    let new = book.commitment("US38-01").unwrap();
    assert_eq!(new.follows.as_ref(), Some(&old.reference));
}

#[tokio::test]
async fn one_that_is_named_is_proposed_to_the_som_leader_who_carries_it_forward() {
    let scene = Scene::on_record(LATER).await;
    let n = scene.number("canaryHEALTH").await;
    let act = async |older: &str| scene.act(n, &[("do", "continue"), ("older", older)]).await;
    for (older, told) in [
        ("US37-99", "no commitment of that name"),
        ("", "like US37-03"),
    ] {
        let odd = act(older).await;
        assert_eq!(odd.status, 422);
        assert!(odd.words().contains(told), "{}", odd.words());
        let kept = format!("id=\"older\" name=\"older\" value=\"{older}\"");
        assert!(odd.body.contains(&kept), "{older}");
    }
    let done = act("US37-04").await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = scene.book().await;
    assert!(book.commitment("US37-04").unwrap().is_open());

    // It waits, for everybody to see; it is proposed once.
    let forward = format!("{}/forward", scene.path);
    let seen = scene.page_as(KEEPER, "/forward").await;
    assert!(!seen.body.contains("name=\"outcome@US37-04\""));
    let words = seen.words();
    assert!(
        words.contains("Waiting for a decision.") && words.contains("Continued at the 38th"),
        "{words}"
    );
    // The SOM leader finds it in the queue, and what was proposed chosen where the queue leads; on the
    // page of everything nothing is chosen for anybody.
    let queue = scene
        .pages
        .get_as("som-leader", "/reviews?at=US37-04")
        .await;
    let words = queue.words();
    assert!(words.contains("May it be carried forward"), "{words}");
    assert!(words.contains("follows it"), "{words}");
    let form = scene.page_as("som-leader", "/forward").await;
    assert!(form.words().contains("as proposed"), "{}", form.words());
    let pairs = sent_back(&form.body, &forward).remove(0);
    let chosen = |pairs: &[(String, String)]| -> Vec<String> {
        let outcomes = pairs
            .iter()
            .filter(|(name, _)| name.starts_with("outcome@"));
        let made = outcomes.filter(|(_, value)| !value.is_empty());
        made.map(|(_, value)| value.clone()).collect()
    };
    assert!(chosen(&pairs).is_empty());
    let links = queue.body.split("href=\"/meetings/").skip(1);
    let mut links = links.filter_map(|link| Some(link.split_once('"')?.0));
    let page = links.find(|link| link.contains("carry=")).expect("a link");
    let page = format!("/meetings/{}", page.replace("&amp;", "&"));
    let (page, _) = page.split_once('#').unwrap();
    let form = scene.pages.get_as("som-leader", page).await;
    let action = page.split('?').next().unwrap();
    let pairs = sent_back(&form.body, action).remove(0);
    assert_eq!(chosen(&pairs), ["continued"], "that one alone");
    let done = scene
        .pages
        .post_as("som-leader", action, &encoded(&pairs))
        .await;
    assert_eq!(done.status, 303, "{}", done.words());
    let book = scene.book().await;
    let old = book.commitment("US37-04").unwrap();
    assert_eq!(old.state, Lifecycle::CarriedForward);
}

const LEADER: &str = "som-leader";

/// What the SOM leader decides on one commitment, by the form of a page.
async fn decide(scene: &Scene, page: &str, reference: &str, typed: &[(&str, &str)]) -> Answer {
    let page = scene.pages.get_as(LEADER, page).await;
    let action = format!("/commitments/{reference}/review");
    let mut pairs = sent_back(&page.body, &action).remove(0);
    pairs.retain(|(known, _)| !typed.iter().any(|(name, _)| name == known));
    let typed = typed.iter();
    pairs.extend(typed.map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
    scene.pages.post_as(LEADER, &action, &encoded(&pairs)).await
}

/// The same from the queue.
async fn decide_in_queue(scene: &Scene, reference: &str, typed: &[(&str, &str)]) -> Answer {
    let queue = format!("/reviews?at={reference}");
    decide(scene, &queue, reference, typed).await
}

#[tokio::test]
async fn whoever_accepts_a_proposal_to_carry_forward_has_carried_it_forward() {
    let scene = Scene::on_record(LATER).await;
    let proposals = [
        ("US37-08", "seminar"),
        ("US37-04", "canaryHEALTH"),
        ("US37-05", "canaryPAPER"),
    ];
    for (older, words) in proposals {
        let n = scene.number(words).await;
        let form = [("do", "continue"), ("older", older)];
        let done = scene.act(n, &form).await;
        assert_eq!(done.status, 303, "{}", done.words());
    }
    let of = async |older: &str| {
        let book = scene.book().await;
        let old = book.commitment(older).unwrap().clone();
        let mut all = book.commitments.values();
        let new = all.find(|c| c.follows.as_ref() == Some(&old.reference));
        (old, new.map(|new| new.reference.to_string()))
    };
    // The one button that accepts says what it does; so does that of the commitment's own page.
    let (_, next) = of("US37-08").await;
    let says = format!("Accept and carry forward into {}", next.unwrap());
    for page in ["/reviews?at=US37-08", "/commitments/US37-08"] {
        let page = scene.pages.get_as(LEADER, page).await;
        assert!(page.words().contains(&says), "{}", page.words());
        assert!(!page.body.contains("value=\"accept\""), "{}", page.words());
    }
    let done = decide_in_queue(&scene, "US37-08", &[("do", "end")]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    let told = done.header("set-cookie");
    assert!(told.contains("told=continued.US37-08"), "{told}");
    // A page that was drawn before there was such a button.
    let words = "As it should be";
    let done = decide_in_queue(&scene, "US37-04", &[("do", "accept"), ("words", words)]).await;
    assert_eq!(done.status, 303, "{}", done.words());
    for older in ["US37-08", "US37-04"] {
        let (old, next) = of(older).await;
        assert_eq!(old.state, Lifecycle::CarriedForward, "{older}");
        assert!(old.closed.is_some() && next.is_some(), "{older}");
        assert!(!old.updates.iter().any(|u| u.awaits_review()), "{older}");
    }
    let (old, _) = of("US37-04").await;
    assert_eq!(old.updates.last().unwrap().words.as_deref(), Some(words));

    // Where nothing is there any more to continue it, there is nothing to accept.
    let (_, next) = of("US37-05").await;
    let next = next.unwrap();
    let gone = [("do", "give-up"), ("reason", "Overtaken")];
    let gone = decide(&scene, &format!("/commitments/{next}"), &next, &gone).await;
    assert_eq!(gone.status, 303, "{}", gone.words());
    let page = scene.pages.get_as(LEADER, "/reviews?at=US37-05").await;
    let words = page.words();
    assert!(words.contains("follows it any more"), "{words}");
    assert!(!words.contains("Accept"), "{words}");
    let odd = decide_in_queue(&scene, "US37-05", &[("do", "accept")]).await;
    assert_eq!(odd.status, 422);
    let words = odd.words();
    assert!(words.contains("return the proposal"), "{words}");
    assert!(of("US37-05").await.0.is_open());
    let back = [("do", "return"), ("words", "Propose another")];
    let back = decide_in_queue(&scene, "US37-05", &back).await;
    assert_eq!(back.status, 303, "{}", back.words());
}
