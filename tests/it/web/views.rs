//! The views people keep, as a browser keeps them.

use crate::support::pages::Pages;

const LEADER: &str = "som-leader";
const OFFICER: &str = "officer-asean-us";
const OTHER: &str = "officer-cyber";

/// The address a form of the page is sent to, whose view is called so.
fn form_of(body: &str, name: &str) -> String {
    let (before, _) = body
        .split_once(&format!("name=\"view-name\" value=\"{name}\""))
        .expect(name);
    let (_, action) = before.rsplit_once("action=\"").unwrap();
    action.split_once('"').unwrap().0.to_owned()
}

#[tokio::test]
async fn what_is_shown_is_kept_found_again_called_otherwise_and_let_go() {
    let pages = Pages::demo().await;
    let plain = pages.get_as(LEADER, "/commitments").await;
    assert!(
        !plain.body.contains("Keep this view"),
        "nothing is filtered yet"
    );
    let list = "/commitments?lead=cyber-desk&kind=standing";
    let filtered = pages.get_as(LEADER, list).await;
    assert!(filtered.body.contains("Keep this view"));
    assert!(
        filtered
            .body
            .contains("<input type=\"hidden\" name=\"lead\" value=\"cyber-desk\">")
    );
    let form =
        "view-page=commitments&lead=cyber-desk&kind=standing&view-name=Cyber+%26+co&view-desk=";
    let kept = pages.post_as(LEADER, "/views", form).await;
    assert_eq!(
        (kept.status.as_u16(), kept.header("location")),
        (303, "/commitments?kind=standing&lead=cyber-desk")
    );
    for page in [list, "/commitments", "/search", "/my-desk", "/views"] {
        let body = pages.get_as(LEADER, page).await.body;
        assert!(
            body.contains("href=\"/commitments?kind=standing&amp;lead=cyber-desk\""),
            "{page}"
        );
        assert!(body.contains("Cyber &amp; co"), "{page}");
    }
    let again = pages.get_as(LEADER, list).await;
    assert!(!again.body.contains("Keep this view"), "it is kept already");

    let search = "view-page=search&q=Power+grid&view-name=Cyber+%26+co";
    let taken = pages.post_as(LEADER, "/views", search).await;
    assert_eq!(taken.status, 422);
    assert!(
        taken
            .words()
            .contains("You keep a view of this name already."),
        "{}",
        taken.words()
    );
    assert!(
        taken.body.contains("name=\"q\" value=\"Power grid\""),
        "nothing typed is lost"
    );
    let search = "view-page=search&q=Power+grid&view-name=Grid&page=7&session=1";
    let kept = pages.post_as(LEADER, "/views", search).await;
    assert_eq!(kept.header("location"), "/search?q=Power%20grid");

    let views = pages.get_as(LEADER, "/views").await;
    assert!(
        views.words().starts_with("You keep two views."),
        "{}",
        views.words()
    );
    let grid = form_of(&views.body, "Grid");
    let empty = pages.post_as(LEADER, &grid, "view-name=+").await;
    assert_eq!(empty.status, 422);
    let renamed = pages
        .post_as(LEADER, &grid, "view-name=Power&view-desk=asean-us-desk")
        .await;
    assert_eq!(renamed.header("location"), "/views", "{}", renamed.words());

    // Those of the desk see it, with whose it is, and open it; nobody else does.
    let officer = pages.get_as(OFFICER, "/search").await;
    assert!(
        officer.body.contains("Power <span class=\"quiet small\">"),
        "{}",
        officer.body
    );
    assert!(!officer.body.contains("Cyber &amp; co"));
    assert!(!pages.get_as(OTHER, "/search").await.body.contains("Power"));
    for who in [OFFICER, OTHER] {
        assert_eq!(
            pages.post_as(who, &grid, "do=let-go").await.status,
            404,
            "{who}"
        );
    }
    let gone = pages.post_as(LEADER, &grid, "do=let-go").await;
    assert_eq!(gone.status, 303);
    assert!(
        !pages
            .get_as(OFFICER, "/search")
            .await
            .body
            .contains("Power")
    );
}

#[tokio::test]
async fn a_view_of_what_is_not_there_any_more_says_so_and_odd_forms_change_nothing() {
    let pages = Pages::demo().await;
    for form in ["", "view-page=mail&view-name=x", "view-name=x"] {
        assert_eq!(
            pages.post_as(LEADER, "/views", form).await.status,
            404,
            "{form}"
        );
    }
    let odd = "view-page=commitments&lead=nobody&kind=request&view-name=Odd";
    let kept = pages.post_as(LEADER, "/views", odd).await;
    assert_eq!(
        kept.header("location"),
        "/commitments?kind=request",
        "what cannot be is left out"
    );
    assert_eq!(
        pages
            .post_as(LEADER, "/views/none", "do=let-go")
            .await
            .status,
        404
    );
    let elsewhere = pages
        .post_from("cross-site", "/views", "view-page=search&q=x&view-name=x")
        .await;
    assert_eq!(elsewhere.status, 403);
    let foreign = "view-page=search&q=x&view-name=x&view-desk=economic-desk";
    let foreign = pages.post_as(OTHER, "/views", foreign).await;
    assert_eq!(foreign.status, 422, "{}", foreign.words());
}
