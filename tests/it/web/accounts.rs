//! Administrators at the page of accounts: inviting, handing a link over, disabling; and that nobody
//! else comes there.

use aide_memoire::acts::accounts::inviting::Invitation;
use aide_memoire::config::TransportKind;
use aide_memoire::domain::account::Reach;

use crate::doors::PASSWORD;
use crate::stories::DESK;
use crate::support::pages::{Answer, Pages};

fn link_in(answer: &Answer) -> String {
    let (_, rest) = answer.body.split_once("/link/").expect("a link is shown");
    let word: String = rest
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    format!("/link/{word}")
}

#[tokio::test]
async fn a_link_is_shown_once_and_opens_once() {
    let pages = Pages::serving(DESK, |_| {}).await;
    let form = "name=&email=som%40mfa.example.org&kind=member";
    let made = pages.post("/accounts", form).await;
    assert_eq!(made.status, 200);
    let link = link_in(&made);
    let words = made.words();
    assert!(words.contains("Hand this link to SOM Leader"), "{words}");
    let page = pages.get("/accounts").await;
    assert!(!page.body.contains("/link/"), "not shown again");
    assert!(
        page.words()
            .contains("invited; the link opens until 9 June 2025"),
        "{}",
        page.words()
    );

    let pages = pages.signed_out();
    for _ in 0..2 {
        let opened = pages.get(&link).await;
        assert_eq!(opened.status, 200, "looking uses nothing up");
        assert!(
            opened.words().contains("Welcome, SOM Leader"),
            "{}",
            opened.words()
        );
    }
    let weak = pages.post(&link, "password=short").await;
    assert_eq!(weak.status, 422);
    assert!(weak.body.contains("aria-invalid=\"true\""), "{}", weak.body);
    let form = format!("password={}", PASSWORD.replace(' ', "+"));
    let set = pages.post(&link, &form).await;
    assert_eq!(set.header("location"), "/sign-in?set=yes");
    for answer in [pages.get(&link).await, pages.post(&link, &form).await] {
        assert_eq!(answer.status, 404);
        assert!(answer.words().contains("This link opens nothing any more"));
    }
    let forged = pages
        .get("/link/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")
        .await;
    assert_eq!(forged.status, 404);
}

#[tokio::test]
async fn where_mail_leaves_nobody_sees_the_link() {
    let smtp = |settings: &mut aide_memoire::web::WebSettings| {
        settings.transport = TransportKind::Smtp;
    };
    let pages = Pages::serving(DESK, smtp).await;
    let form = "name=&email=som%40mfa.example.org&kind=member";
    let made = pages.post("/accounts", form).await;
    assert_eq!(made.status, 303);
    assert!(!made.body.contains("/link/"));
    let waiting = "SELECT count(*) FROM access_link WHERE mail = 'waiting' AND hash IS NULL";
    assert_eq!(pages.database.count(waiting).await, 1);
    let form = "name=New+One&email=new%40mfa.example.org&kind=guest&by=hand";
    link_in(&pages.post("/accounts", form).await);
}

#[tokio::test]
async fn what_is_refused_comes_back_with_what_was_typed() {
    let pages = Pages::serving(DESK, |_| {}).await;
    let form = "name=Some+One&email=administrator%40mfa.example.org&kind=guest";
    let refused = pages.post("/accounts", form).await;
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("value=\"Some One\""));
    assert!(refused.body.contains("<option value=\"guest\" selected>"));
    assert!(refused.words().contains("has an account already"));
    let nameless = pages
        .post("/accounts", "name=&email=x%40example.org&kind=member")
        .await;
    assert_eq!(nameless.status, 422);
    assert!(
        nameless.words().contains("Say the name"),
        "{}",
        nameless.words()
    );
}

#[tokio::test]
async fn administrators_keep_the_accounts_and_the_last_one_stays() {
    let pages = Pages::serving(DESK, |_| {}).await;
    let member = pages.enter_person("leader").await;
    let act = async |what: &str| pages.post("/accounts/leader", &format!("do={what}")).await;
    assert_eq!(pages.get_with(&member, "/commitments").await.status, 200);
    assert_eq!(pages.get_with(&member, "/accounts").await.status, 403);
    assert_eq!(pages.get_with(&member, "/operator").await.status, 403);
    assert!(
        !pages
            .get_with(&member, "/")
            .await
            .body
            .contains("/operator")
    );
    assert_eq!(act("administrator").await.status, 303);
    assert_eq!(pages.get_with(&member, "/accounts").await.status, 200);
    assert_eq!(act("member").await.status, 303);
    assert_eq!(act("disable").await.status, 303);
    assert_eq!(pages.get_with(&member, "/commitments").await.status, 303);
    assert_eq!(act("nonsense").await.status, 403);
    let unknown = pages.post("/accounts/nobody", "do=disable").await;
    assert_eq!(unknown.status, 422);
    let myself = pages.post("/accounts/administrator", "do=disable").await;
    assert!(
        myself.words().contains("the only administrator"),
        "{}",
        myself.words()
    );
    let page = pages.get("/accounts").await.words();
    assert!(page.contains("disabled since"), "{page}");
}

#[tokio::test]
async fn a_guest_has_pages_of_their_own() {
    let pages = Pages::serving(aide_memoire::record::FIRST_RECORD, |_| {}).await;
    let guest = Invitation {
        name: "A Guest".into(),
        email: "guest@example.org".into(),
        reach: Reach::Public,
        administrator: false,
    };
    let guest = pages.enter(&guest).await;
    let home = pages.get_with(&guest, "/").await;
    assert_eq!(home.header("location"), "/public");
    assert_eq!(pages.get_with(&guest, "/public").await.status, 200);
    for path in [
        "/commitments",
        "/desks",
        "/mail",
        "/operator",
        "/meetings",
        "/nowhere",
    ] {
        assert_eq!(pages.get_with(&guest, path).await.status, 404, "{path}");
    }
    assert_eq!(pages.get_with(&guest, "/account").await.status, 200);
}
