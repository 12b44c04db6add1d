//! Another house's sign-in, against a provider that speaks the protocol over HTTP: whom it vouches for comes
//! in, if they have an account; whatever does not fit is refused.

use aide_memoire::acts::Actor;
use aide_memoire::acts::accounts::inviting::{By, Invitation};
use aide_memoire::config::{Config, Oidc, Sources};
use aide_memoire::domain::account::Reach;
use aide_memoire::domain::ids::PersonId;
use chrono::TimeDelta;

use crate::stories::DESK;
use crate::support::pages::{Answer, Pages};
use crate::support::provider::{CLIENT, Lie, Manner, Provider, SECRET};

fn honest() -> Manner {
    Manner {
        subject: "subject-17".into(),
        email: "SOM@mfa.example.org".into(),
        email_verified: true,
        lie: Lie::None,
    }
}

async fn house(manner: Manner) -> (Pages, Provider) {
    let provider = Provider::start(manner).await;
    let pages = Pages::unattended(DESK, |_| {}).await;
    let mut settings: Oidc = Config::load(&Sources::default()).unwrap().oidc;
    settings.issuer = provider.issuer().into();
    settings.client_id = CLIENT.into();
    settings.client_secret = aide_memoire::config::Secret::new(SECRET);
    settings.name = "the Ministry".into();
    (pages.with_openid(&settings), provider)
}

async fn invite(pages: &Pages, email: &str) -> PersonId {
    let invitation = Invitation {
        name: "Somebody".into(),
        email: email.into(),
        reach: Reach::House,
        administrator: false,
    };
    let made = pages
        .lodge()
        .keeper
        .invite(&Actor::Operator, &invitation, By::Hand);
    made.await.unwrap().person
}

fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let lines = answer.headers.get_all("set-cookie").iter();
    let mut lines = lines.map(|line| line.to_str().unwrap());
    let line = lines.find(|line| line.starts_with(&format!("{name}=")))?;
    let pair = line.split(';').next().unwrap().to_owned();
    (!pair.ends_with('=')).then_some(pair)
}

/// A browser that set out and came back: its cookie, and the form it found.
struct Back {
    cookie: String,
    form: String,
}

/// Goes to the provider as a browser does, and back.
async fn there_and_back(pages: &Pages, to: &str) -> Back {
    let off = pages.get(&format!("/sign-in/elsewhere?to={to}")).await;
    assert_eq!(off.status, 303, "{}", off.body);
    let cookie = cookie(&off, "elsewhere").unwrap();
    let browser = reqwest::Client::builder()
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap();
    let sent_back = browser.get(off.header("location")).send().await.unwrap();
    let location = sent_back.headers()["location"].to_str().unwrap().to_owned();
    let (_, path) = location.split_once("/sign-in/").expect("back to us");
    let page = pages.get_with(&cookie, &format!("/sign-in/{path}")).await;
    assert_eq!(page.status, 200);
    assert!(page.words().contains("You come from the Ministry"));
    let field = |name: &str| {
        let from = format!("name=\"{name}\" value=\"");
        let (_, rest) = page.body.split_once(&from).unwrap();
        rest.split_once('"').unwrap().0.to_owned()
    };
    let form = format!("code={}&state={}", field("code"), field("state"));
    Back { cookie, form }
}

async fn arrive(pages: &Pages, back: &Back) -> Answer {
    pages
        .post_with(&back.cookie, "/sign-in/elsewhere", &back.form)
        .await
}

#[tokio::test]
async fn whom_the_house_vouches_for_comes_in_and_is_linked() {
    let (pages, provider) = house(honest()).await;
    let page = pages.get("/sign-in?to=/desks").await;
    assert!(
        page.body.contains("href=\"/sign-in/elsewhere?to=/desks\""),
        "{}",
        page.body
    );
    let leader = invite(&pages, "som@mfa.example.org").await;
    let before = pages.database.dump("session").await;
    let back = there_and_back(&pages, "/desks").await;
    assert_eq!(provider.given(), 0, "looking exchanges nothing");
    assert_eq!(pages.database.dump("session").await, before);
    let arrived = arrive(&pages, &back).await;
    assert_eq!(arrived.header("location"), "/desks", "{}", arrived.words());
    let session = cookie(&arrived, "session").unwrap();
    assert_eq!(pages.get_with(&session, "/desks").await.status, 200);
    assert_eq!(arrive(&pages, &back).await.status, 500, "a code works once");

    // From now on by the identity, whatever becomes of the address.
    provider.set(|manner| {
        manner.email = "renamed@mfa.example.org".into();
        manner.email_verified = false;
    });
    let back = there_and_back(&pages, "/").await;
    let arrived = arrive(&pages, &back).await;
    assert!(cookie(&arrived, "session").is_some(), "{}", arrived.words());
    // Who has the address now, and is somebody else over there, is not that account's holder.
    provider.set(|manner| {
        manner.subject = "subject-18".into();
        manner.email = "som@mfa.example.org".into();
        manner.email_verified = true;
    });
    let refused = arrive(&pages, &there_and_back(&pages, "/").await).await;
    assert_eq!(refused.status, 422);
    provider.set(|manner| manner.subject = "subject-17".into());
    pages
        .lodge()
        .keeper
        .disable(&Actor::Operator, &invite(&pages, "x@example.org").await)
        .await
        .unwrap();
    let run = Invitation {
        name: "Runs It".into(),
        email: "runs@mfa.example.org".into(),
        reach: Reach::House,
        administrator: true,
    };
    pages.enter(&run).await;
    pages
        .lodge()
        .keeper
        .disable(&Actor::Operator, &leader)
        .await
        .unwrap();
    let refused = arrive(&pages, &there_and_back(&pages, "/").await).await;
    assert_eq!(refused.status, 422, "disabled is disabled");
}

#[tokio::test]
async fn without_an_account_or_a_verified_address_nobody_comes_in() {
    let (pages, provider) = house(honest()).await;
    let refused = arrive(&pages, &there_and_back(&pages, "/").await).await;
    assert_eq!(refused.status, 422);
    assert!(
        refused.words().contains("you have no account here"),
        "{}",
        refused.words()
    );
    invite(&pages, "som@mfa.example.org").await;
    provider.set(|manner| manner.email_verified = false);
    let refused = arrive(&pages, &there_and_back(&pages, "/").await).await;
    assert_eq!(refused.status, 422);
    assert_eq!(cookie(&refused, "session"), None);
}

#[tokio::test]
async fn a_lie_is_found_out() {
    let (pages, provider) = house(honest()).await;
    invite(&pages, "som@mfa.example.org").await;
    for lie in Lie::ALL {
        provider.set(|manner| manner.lie = lie);
        let refused = arrive(&pages, &there_and_back(&pages, "/").await).await;
        assert_eq!(refused.status, 500, "{lie:?}");
        assert_eq!(cookie(&refused, "session"), None, "{lie:?}");
        assert!(
            refused.words().contains("did not answer as it should"),
            "{lie:?}"
        );
    }
    provider.set(|manner| manner.lie = Lie::None);
    let right = arrive(&pages, &there_and_back(&pages, "/").await).await;
    assert!(cookie(&right, "session").is_some(), "{}", right.words());
}

#[tokio::test]
async fn a_code_belongs_to_the_browser_that_set_out() {
    let (pages, provider) = house(honest()).await;
    invite(&pages, "som@mfa.example.org").await;
    let mine = there_and_back(&pages, "/").await;
    let theirs = there_and_back(&pages, "/").await;
    // Somebody slips their code into my browser; or it has no cookie at all.
    let slipped = Back {
        cookie: mine.cookie.clone(),
        form: theirs.form.clone(),
    };
    assert_eq!(arrive(&pages, &slipped).await.status, 403);
    let none = pages.post("/sign-in/elsewhere", &theirs.form).await;
    assert_eq!(none.status, 403);
    assert_eq!(provider.given(), 0, "nothing was asked of the provider");
    // Their code under my state: the verifier is mine, and the provider refuses.
    let (_, code) = theirs.form.split_once("code=").unwrap();
    let code = code.split('&').next().unwrap();
    let (_, state) = mine.form.split_once("&state=").unwrap();
    let mixed = Back {
        cookie: mine.cookie.clone(),
        form: format!("code={code}&state={state}"),
    };
    assert_eq!(arrive(&pages, &mixed).await.status, 500);
    assert_eq!(provider.given(), 0);
    // Away for too long.
    let late = there_and_back(&pages, "/").await;
    pages.clock.wait(TimeDelta::minutes(11));
    assert_eq!(arrive(&pages, &late).await.status, 403);
    let denied = pages
        .get("/sign-in/elsewhere/back?error=access_denied")
        .await;
    assert!(denied.words().contains("did not sign you in"));
}

#[tokio::test]
async fn without_the_setting_there_is_no_such_address() {
    let pages = Pages::unattended(DESK, |_| {}).await;
    assert!(!pages.get("/sign-in").await.body.contains("elsewhere"));
    for path in [
        "/sign-in/elsewhere",
        "/sign-in/elsewhere/back?code=a&state=b",
    ] {
        assert_eq!(pages.get(path).await.status, 404, "{path}");
    }
    assert_eq!(pages.post("/sign-in/elsewhere", "").await.status, 404);
}
