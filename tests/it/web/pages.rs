use super::EVERY_PAGE;
use crate::support::pages::Pages;

#[tokio::test]
async fn every_page_is_drawn_and_stays_small() {
    let pages = Pages::demo().await;
    for path in EVERY_PAGE {
        let answer = pages.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(answer.body.len() < 60_000, "{path}: {}", answer.body.len());
        assert_eq!(answer.body.matches("<h1").count(), 1, "{path}");
        assert!(answer.body.contains("<html lang=\"en\">"), "{path}");
        assert!(!answer.body.contains("<script"), "{path}");
        assert!(!answer.body.contains(" style="), "{path}");
        for heading in ["<h2", "<h3"] {
            let first = answer.body.find(heading).unwrap_or(usize::MAX);
            assert!(answer.body.find("<h1") < Some(first), "{path}: {heading}");
        }
    }
}

#[tokio::test]
async fn the_words_of_the_pages() {
    let pages = Pages::demo().await;
    for (name, path) in [
        ("overview", "/"),
        ("commitment", "/commitments/US37-03?answer=at-risk"),
        ("commitment_redated", "/commitments/PREP-05"),
        ("meeting", "/meetings/asean-us-dialogue-37"),
        ("partnership", "/partnerships/asean-us"),
        ("desk", "/desks/asean-us-desk"),
    ] {
        insta::assert_snapshot!(name, pages.get(path).await.words());
    }
    let officer = pages.get_as("officer-cyber", "/").await.words();
    insta::assert_snapshot!("overview_officer", officer);
    let head = pages.get_as("head-economic", "/").await.words();
    insta::assert_snapshot!("overview_head", head);
}

#[tokio::test]
async fn as_whom_one_looks_changes_what_comes_first() {
    let pages = Pages::demo().await;
    let first = |body: &str| {
        let (_, rest) = body.split_once("<h2 id=\"").unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    assert_eq!(
        first(&pages.get_as("som-leader", "/").await.body),
        "decisions"
    );
    assert_eq!(
        first(&pages.get_as("head-economic", "/").await.body),
        "decisions"
    );
    assert_eq!(
        first(&pages.get_as("officer-cyber", "/").await.body),
        "asked"
    );
    let served = Pages::serving(aide_memoire::record::FIRST_RECORD, |_| {}).await;
    let body = served.get_as("som-leader", "/").await.body;
    assert_eq!(
        first(&body),
        "reviews",
        "without sign-in a cookie makes nobody a SOM leader"
    );
    assert!(!body.contains("A day forward"));
}

#[tokio::test]
async fn filters_stand_in_the_address_and_bad_ones_are_told() {
    let pages = Pages::demo().await;
    let late = pages.get("/commitments?schedule=overdue").await;
    assert!(
        late.words().starts_with("One commitment is overdue."),
        "{}",
        late.words()
    );
    assert!(
        late.body.contains("/commitments/PREP-01") && !late.body.contains("/commitments/PREP-02")
    );
    let odd = pages
        .get("/commitments?schedule=late&page=zero&lead=%3Cb%3E")
        .await;
    assert_eq!(odd.status, 400);
    assert!(
        odd.words()
            .contains("There is no schedule “late”; choose one of"),
        "{}",
        odd.words()
    );
    assert!(odd.body.contains("There is no desk “&lt;b&gt;” on record"));
    assert!(
        odd.body.contains("/commitments/PREP-01"),
        "the list is shown all the same"
    );
    for path in [
        "/mail?state=gone&from=yesterday",
        "/mail?recipient=nobody",
        "/mail?reference=a%20b",
    ] {
        let answer = pages.get(path).await;
        assert_eq!(answer.status, 400, "{path}");
        assert!(answer.body.contains("role=\"alert\""), "{path}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_in_the_same_frame() {
    let pages = Pages::demo().await;
    for path in [
        "/nowhere",
        "/commitments/US99-01",
        "/meetings/none",
        "/partnerships/none",
        "/desks/none",
        "/mail/not-an-id",
        "/mail/00000000-0000-4000-8000-000000000000",
        "/mail/00000000-0000-4000-8000-000000000000/body",
    ] {
        let answer = pages.get(path).await;
        assert_eq!(answer.status, 404, "{path}");
        assert!(
            answer.words().contains("There is nothing at this address"),
            "{path}"
        );
        assert!(answer.body.contains("aria-label=\"Pages\""), "{path}");
    }
}

#[tokio::test]
async fn an_empty_record_says_how_to_start() {
    let pages = Pages::serving("", |_| {}).await;
    for path in [
        "/",
        "/commitments",
        "/meetings",
        "/desks",
        "/mail",
        "/operator",
    ] {
        let answer = pages.get(path).await;
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
    }
    let overview = pages.get("/").await.words();
    assert!(overview.contains("Import a record"), "{overview}");
}

#[tokio::test]
async fn a_demonstration_moves_its_day_and_tells_what_left() {
    let pages = Pages::demo().await;
    let moved = pages.post("/demo/advance", "days=7&back=%2Fmeetings").await;
    assert_eq!(moved.status, 303);
    assert_eq!(moved.header("location"), "/meetings");
    let cookie = moved
        .header("set-cookie")
        .split(';')
        .next()
        .unwrap()
        .to_owned();
    let request = axum::http::Request::get("/meetings")
        .header("cookie", cookie)
        .body(axum::body::Body::empty());
    let told = pages.ask(request.unwrap()).await;
    assert!(told.body.contains("Monday 9 June 2025"), "{}", told.body);
    assert!(told.body.contains("A week went by: "), "{}", told.body);
    assert!(
        told.header("set-cookie").contains("Max-Age=0"),
        "it is told once"
    );
    let chosen = pages
        .post("/demo/look-as", "as=officer-cyber&back=//evil.example")
        .await;
    assert_eq!(chosen.header("location"), "/");
    assert!(
        chosen
            .header("set-cookie")
            .starts_with("look-as=officer-cyber;")
    );
    assert_eq!(pages.post("/demo/look-as", "as=nobody").await.status, 403);
    assert_eq!(pages.post("/demo/advance", "days=0").await.status, 403);
    let served = Pages::serving("", |_| {}).await;
    assert_eq!(served.post("/demo/advance", "days=1").await.status, 404);
}
