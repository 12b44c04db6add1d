//! The record kept by hand, as a browser sends its forms.

use crate::support::forms::sent_back;
use crate::support::pages::{Answer, Pages};

/// The fields of the page's last form as a browser would send them back, in their order.
fn fields(html: &str) -> Vec<(String, String)> {
    sent_back(html, "/record").pop().expect("a form")
}

/// A form as somebody fills it in: the fields named are typed anew.
fn typed(html: &str, changes: &[(&str, &str)]) -> String {
    let mut pairs = fields(html);
    for (name, value) in changes {
        pairs.retain(|(n, _)| n != name);
        pairs.push(((*name).to_owned(), (*value).to_owned()));
    }
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(&pairs);
    form.finish()
}

async fn save(pages: &Pages, who: &str, path: &str, changes: &[(&str, &str)]) -> Answer {
    let form = pages.get_as(who, path).await;
    assert_eq!(form.status, 200, "{path}: {}", form.words());
    pages.post_as(who, path, &typed(&form.body, changes)).await
}

/// Of the partnership's coordinator.
const KEEPER: &str = "officer-asean-us";
const OTHER: &str = "officer-cyber";

#[tokio::test]
async fn a_meeting_is_moved_and_what_hangs_on_it_is_shown_first() {
    let pages = Pages::demo().await;
    let path = "/record/meeting/pmc-us-2025";
    let look = [
        ("date", "31 July 2025"),
        ("reason", "the host asked"),
        ("look", "1"),
    ];
    let looked = save(&pages, KEEPER, path, &look).await;
    assert_eq!(looked.status, 200);
    let words = looked.words();
    assert!(words.contains("Nothing has been saved yet"), "{words}");
    assert!(
        words.contains("31 July 2025") && words.contains("US37-03"),
        "{words}"
    );
    let book = pages.store.book().await.unwrap();
    assert!(book.directory.meetings["pmc-us-2025"].moves.is_empty());

    // The button under what is shown saves the same.
    let saved = pages.post_as(KEEPER, path, &typed(&looked.body, &[])).await;
    assert_eq!(saved.status, 303, "{}", saved.words());
    assert_eq!(saved.header("location"), "/meetings/pmc-us-2025");
    let page = pages.get_as(KEEPER, "/meetings/pmc-us-2025").await.words();
    assert!(page.contains("31 July 2025"), "{page}");
    let book = pages.store.book().await.unwrap();
    let moves = &book.directory.meetings["pmc-us-2025"].moves;
    assert_eq!(moves.len(), 1);
    assert_eq!(moves[0].reason.as_deref(), Some("the host asked"));
}

#[tokio::test]
async fn what_is_not_in_order_stands_beside_its_field_with_everything_typed() {
    let pages = Pages::demo().await;
    let path = "/record/commitment/US37-03";
    let odd = [
        ("deadline", "soonish"),
        ("title", "Another title"),
        ("sector", "<b>trade</b>"),
    ];
    let refused = save(&pages, KEEPER, path, &odd).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("aria-invalid=\"true\""));
    let words = refused.words();
    assert!(words.contains("soonish"), "{words}");
    assert!(!refused.body.contains("<b>trade"), "what is typed is text");
    let kept = fields(&refused.body);
    for (name, value) in odd {
        assert!(
            kept.contains(&(name.to_owned(), value.to_owned())),
            "{name}"
        );
    }
    // Put right where it is, it is saved.
    let mended = typed(
        &refused.body,
        &[("deadline", "August 2025"), ("sector", "")],
    );
    assert_eq!(pages.post_as(KEEPER, path, &mended).await.status, 303);
    let book = pages.store.book().await.unwrap();
    let commitment = book.commitment("US37-03").unwrap();
    assert_eq!(commitment.title, "Another title");
    assert_eq!(commitment.revisions.len(), 1);
}

#[tokio::test]
async fn two_editors_are_shown_each_other() {
    let pages = Pages::demo().await;
    let path = "/record/commitment/US37-03";
    let first = pages.get_as(KEEPER, path).await.body;
    let second = pages.get_as("head-americas", path).await.body;
    let one = typed(&first, &[("title", "One title")]);
    assert_eq!(pages.post_as(KEEPER, path, &one).await.status, 303);
    let other = typed(&second, &[("title", "Another title"), ("sector", "trade")]);
    let refused = pages.post_as("head-americas", path, &other).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.words().contains("“One title”"),
        "{}",
        refused.words()
    );
    // What only one of them touched goes through.
    let apart = typed(&second, &[("sector", "trade")]);
    assert_eq!(
        pages.post_as("head-americas", path, &apart).await.status,
        303
    );
    let book = pages.store.book().await.unwrap();
    let commitment = book.commitment("US37-03").unwrap();
    assert_eq!(commitment.title, "One title");
    assert_eq!(commitment.sector.as_deref(), Some("trade"));
}

#[tokio::test]
async fn a_commitment_is_recorded_and_reminded_of() {
    let pages = Pages::demo().await;
    let new = [
        ("ref", "US37-77"),
        ("title", "The energy workplan"),
        ("promise", "will complete the workplan"),
        ("partnership", "asean-us"),
        ("lead", "economic-desk"),
        ("opened", "2025-06-02"),
        ("deadline", "20 June 2025"),
        ("milestone.0.title", "Drafted"),
        ("milestone.0.deadline", "13 June 2025"),
    ];
    let saved = save(&pages, KEEPER, "/record/commitment", &new).await;
    assert_eq!(saved.status, 303, "{}", saved.words());
    assert_eq!(saved.header("location"), "/commitments/US37-77");
    let again = save(&pages, KEEPER, "/record/commitment", &new).await;
    assert_eq!(again.status, 422);
    pages.run_until("2025-06-14 02:00").await;
    let mail = pages.get_as(KEEPER, "/mailbox").await.words();
    assert!(mail.contains("US37-77"), "{mail}");
}

#[tokio::test]
async fn others_keep_the_record_and_what_one_may_not_read_is_not_there() {
    let pages = Pages::demo().await;
    for (path, status) in [
        ("/record/meeting/pmc-us-2025", 403),
        ("/record/meeting", 403),
        ("/record/desk/cyber-desk", 403),
        ("/record/policy/general", 403),
        ("/record/commitment/US37-03", 403),
        ("/record/commitment/PREP-04", 404),
        ("/record/commitment/NOWHERE", 404),
        ("/record/nothing", 404),
        ("/record/desk/nowhere", 404),
        ("/record/absence", 200),
    ] {
        let answer = pages.get_as(OTHER, path).await;
        assert_eq!(answer.status, status, "{path}");
        if status != 200 {
            let posted = pages.post_as(OTHER, path, "title=x&id=x&ref=x").await;
            assert_eq!(posted.status, status, "POST {path}");
        }
    }
    let hidden = pages.get_as(OTHER, "/record/commitment/PREP-04").await.body;
    let absent = pages.get_as(OTHER, "/record/commitment/PREP-99").await.body;
    assert_eq!(hidden.replace("PREP-04", ""), absent.replace("PREP-99", ""));
    let list = pages.get_as(OTHER, "/record").await.body;
    assert!(
        !list.contains("PREP-04") && !list.contains("US37-03"),
        "{list}"
    );

    // One's own absence is one's own to enter; another's is not.
    let mine = [
        ("person", OTHER),
        ("from", "2025-08-04"),
        ("until", "2025-08-08"),
    ];
    assert_eq!(
        save(&pages, OTHER, "/record/absence", &mine).await.status,
        303
    );
    let theirs = [
        ("person", KEEPER),
        ("from", "2025-08-04"),
        ("until", "2025-08-08"),
    ];
    assert_eq!(
        save(&pages, OTHER, "/record/absence", &theirs).await.status,
        403
    );
}
