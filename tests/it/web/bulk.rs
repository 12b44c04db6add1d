//! Many commitments changed at once, as a browser does it.

use crate::support::pages::Pages;

/// Of the partnership's coordinator.
const KEEPER: &str = "officer-asean-us";
const OTHER: &str = "officer-cyber";

fn print_of(body: &str) -> String {
    let (_, rest) = body
        .split_once("name=\"seen\" value=\"")
        .expect("what was seen");
    rest.split_once('"').unwrap().0.to_owned()
}

async fn lead(pages: &Pages, reference: &str) -> String {
    let book = pages.store.book().await.unwrap();
    book.commitment(reference).unwrap().lead.to_string()
}

const CHOSEN: &str = "back=%2Fcommitments%3Fkind%3Dstanding&ref=US37-05&ref=US37-06&to-lead=cyber-desk&reason=put+together";

#[tokio::test]
async fn chosen_on_the_list_seen_and_then_done() {
    let pages = Pages::demo().await;
    let list = pages.get_as(KEEPER, "/commitments?kind=standing").await;
    assert!(
        list.body
            .contains("name=\"ref\" value=\"US37-05\" aria-label=\"Choose US37-05\"")
    );
    assert!(list.body.contains("that match</button>"), "{}", list.body);
    assert!(list.body.len() < 60_000);
    let others = pages.get_as(OTHER, "/commitments?kind=standing").await;
    assert!(!others.body.contains("name=\"ref\""), "others keep it");

    let first = pages
        .post_as(KEEPER, "/change-many", "ref=US37-05&ref=US37-06")
        .await;
    assert_eq!(first.status, 200, "{}", first.words());
    assert!(
        first.words().contains("Two commitments are chosen."),
        "{}",
        first.words()
    );
    let look = format!("{CHOSEN}&do=look");
    let looked = pages.post_as(KEEPER, "/change-many", &look).await;
    assert_eq!(looked.status, 200, "{}", looked.words());
    let words = looked.words();
    assert!(words.contains("Nothing has been saved yet"), "{words}");
    assert!(
        words.contains("Transnational crime desk becomes Cyber desk"),
        "{words}"
    );
    assert!(words.contains("Change these two"), "{words}");
    assert!(words.contains("What moves with it"), "{words}");
    assert_ne!(lead(&pages, "US37-05").await, "cyber-desk");

    // A second person enters something of one of them: nothing is done, and it is said.
    let seen = print_of(&looked.body);
    let stale = format!("{CHOSEN}&do=change&seen=0000");
    let refused = pages.post_as(KEEPER, "/change-many", &stale).await;
    assert_eq!(refused.status, 409);
    assert!(
        refused
            .words()
            .contains("Something was changed since you looked")
    );
    assert_ne!(lead(&pages, "US37-05").await, "cyber-desk");
    let done = pages
        .post_as(
            KEEPER,
            "/change-many",
            &format!("{CHOSEN}&do=change&seen={seen}"),
        )
        .await;
    assert_eq!(
        (done.status.as_u16(), done.header("location")),
        (303, "/commitments?kind=standing")
    );
    assert!(done.header("set-cookie").starts_with("told=changed.2"));
    for reference in ["US37-05", "US37-06"] {
        assert_eq!(lead(&pages, reference).await, "cyber-desk");
    }
}

#[tokio::test]
async fn what_cannot_be_is_said_and_nothing_is_changed() {
    let pages = Pages::demo().await;
    for (who, form, status, words) in [
        (KEEPER, "", 422, "Choose at least one commitment"),
        (KEEPER, "ref=US37-05&do=look", 422, "Say what is to change"),
        (
            KEEPER,
            "ref=US37-05&to-lead=nobody&do=look",
            422,
            "There is no such desk",
        ),
        (
            KEEPER,
            "ref=US37-05&policy.due_soon=soon&do=look",
            422,
            "due_soon",
        ),
        (
            OTHER,
            "ref=US37-05&to-lead=cyber-desk&do=look",
            200,
            "coordinates the partnership",
        ),
        (
            OTHER,
            "ref=US37-05&to-lead=cyber-desk&do=change&seen=1",
            409,
            "Something was changed",
        ),
    ] {
        let answer = pages.post_as(who, "/change-many", form).await;
        assert_eq!(answer.status, status, "{form}: {}", answer.words());
        assert!(answer.words().contains(words), "{form}: {}", answer.words());
    }
    assert_eq!(lead(&pages, "US37-05").await, "transnational-crime-desk");
    let back = "ref=US37-05&back=https%3A%2F%2Fevil.example.org%2F";
    let answer = pages.post_as(KEEPER, "/change-many", back).await;
    assert!(!answer.body.contains("evil.example.org"));
}

/// Whoever runs the installation edits everything they may read, and what they may not is not there.
#[tokio::test]
async fn a_restricted_one_is_never_among_all_that_match() {
    let pages = Pages::serving(aide_memoire::record::FIRST_RECORD, |_| {}).await;
    let all = pages.post("/change-many", "which=all&q=prep").await;
    assert_eq!(all.status, 200, "{}", all.words());
    assert!(
        all.body.contains("PREP-03") && !all.body.contains("PREP-04"),
        "{}",
        all.words()
    );
    for step in ["", "&do=look", "&do=change&seen=1"] {
        let form = format!("ref=PREP-04&ref=PREP-03&to-lead=cyber-desk{step}");
        let named = pages.post("/change-many", &form).await;
        assert!(!named.body.contains("PREP-04") && !named.body.contains("closed session"));
        assert!(named.body.contains("PREP-03"), "{}", named.words());
        let absent = pages
            .post("/change-many", &form.replace("PREP-04", "PREP-94"))
            .await;
        assert_eq!(named.body, absent.body, "{step}");
    }
    let looked = pages
        .post(
            "/change-many",
            "ref=PREP-04&ref=PREP-03&to-lead=cyber-desk&do=look",
        )
        .await;
    let form = format!(
        "ref=PREP-04&ref=PREP-03&to-lead=cyber-desk&do=change&seen={}",
        print_of(&looked.body)
    );
    assert_eq!(pages.post("/change-many", &form).await.status, 303);
    assert_ne!(lead(&pages, "PREP-04").await, "cyber-desk");
    assert_eq!(lead(&pages, "PREP-03").await, "cyber-desk");
}
