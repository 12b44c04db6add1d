//! Signing in at the pages: to where one wanted, under a cookie that is kept close, for as long as it
//! is used.

use aide_memoire::acts::Actor;
use aide_memoire::acts::accounts::inviting::{By, Invitation};
use aide_memoire::domain::account::Reach;
use aide_memoire::domain::ids::PersonId;
use aide_memoire::web::{Door, declared};
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use chrono::TimeDelta;

use crate::doors::{OTHER, PASSWORD};
use crate::support::pages::{Answer, Pages};

/// The first record, and somebody with an account and a password; nobody is signed in.
async fn pages() -> Pages {
    let pages = Pages::unattended(aide_memoire::record::FIRST_RECORD, |_| {}).await;
    let keeper = &pages.lodge().keeper;
    let directory = pages.store.directory().await.unwrap();
    let email = directory.people["officer-cyber"].email.clone().unwrap();
    let invitation = Invitation {
        name: String::new(),
        email: email.to_string(),
        reach: Reach::House,
        administrator: false,
    };
    let made = keeper
        .invite(&Actor::Operator, &invitation, By::Hand)
        .await
        .unwrap();
    let word = made.word.unwrap();
    keeper.set_password_by(&word, PASSWORD).await.unwrap();
    pages
}

async fn email(pages: &Pages) -> String {
    let directory = pages.store.directory().await.unwrap();
    let email = directory.people["officer-cyber"].email.clone();
    email.unwrap().to_string().replace('@', "%40")
}

/// What a cookie was set to, without its attributes.
fn cookie(answer: &Answer, name: &str) -> Option<String> {
    let lines = answer.headers.get_all("set-cookie").iter();
    let lines = lines.map(|line| line.to_str().unwrap());
    let mut ours = lines.filter(|line| line.starts_with(&format!("{name}=")));
    let line = ours.next()?;
    let pair = line.split(';').next().unwrap().to_owned();
    (!pair.ends_with('=')).then_some(pair)
}

async fn sign_in(pages: &Pages, password: &str, to: &str) -> Answer {
    let password = password.replace(' ', "+");
    let form = format!("email={}&password={password}&to={to}", email(pages).await);
    pages.post("/sign-in", &form).await
}

#[tokio::test]
async fn one_is_led_to_sign_in_and_back() {
    let pages = pages().await;
    let stopped = pages.get("/commitments?q=draft&schedule=overdue").await;
    assert_eq!(stopped.status, 303);
    let to = "/sign-in?to=/commitments%3Fq%3Ddraft%26schedule%3Doverdue";
    assert_eq!(stopped.header("location"), to);
    let page = pages.get(to).await;
    assert_eq!(page.status, 200);
    assert!(
        page.body
            .contains("value=\"/commitments?q=draft&amp;schedule=overdue\"")
    );
    assert!(
        !page.body.contains("<nav"),
        "nothing leads anywhere for strangers"
    );

    let wrong = sign_in(&pages, OTHER, "/desks").await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong
            .words()
            .contains("The address or the password is not right.")
    );
    assert!(
        wrong.body.contains("value=\"/desks\""),
        "where one wanted is kept"
    );
    assert!(!wrong.body.contains(OTHER), "and the password is not");
    assert_eq!(cookie(&wrong, "session"), None);

    let right = sign_in(&pages, PASSWORD, "%2Fcommitments%3Fq%3Ddraft").await;
    assert_eq!(right.status, 303, "{}", right.body);
    assert_eq!(right.header("location"), "/commitments?q=draft");
    let session = cookie(&right, "session").unwrap();
    let page = pages.get_with(&session, "/commitments?q=draft").await;
    assert_eq!(page.status, 200);
    let greeted = page.body.contains("Sign out");
    assert!(greeted);
    let again = pages.get_with(&session, "/sign-in?to=/desks").await;
    assert_eq!(again.header("location"), "/desks");

    let out = pages.post_with(&session, "/sign-out", "").await;
    assert_eq!(out.status, 303);
    assert_eq!(pages.get_with(&session, "/commitments").await.status, 303);
}

#[tokio::test]
async fn one_is_led_to_no_other_site() {
    let pages = pages().await;
    for odd in [
        "https%3A%2F%2Fevil.example",
        "%2F%2Fevil.example",
        "%2F%5Cevil.example",
    ] {
        let page = pages.get(&format!("/sign-in?to={odd}")).await;
        assert!(!page.body.contains("evil"), "{odd}");
        let right = sign_in(&pages, PASSWORD, odd).await;
        assert_eq!(right.header("location"), "/", "{odd}");
    }
}

#[tokio::test]
async fn a_form_without_a_session_is_refused_and_changes_nothing() {
    let pages = pages().await;
    for entry in declared() {
        let wants_account = matches!(
            entry.door,
            Door::SignedIn | Door::House | Door::Administrator
        );
        if entry.method == "GET" || !wants_account {
            continue;
        }
        let path = entry.path.replace(['{', '}'], "");
        let refused = pages.post(&path, "do=disable").await;
        assert_eq!(refused.status, 403, "{path}");
        assert!(refused.words().contains("You are not signed in"), "{path}");
    }
}

#[tokio::test]
async fn the_cookie_is_kept_close() {
    for (url, name, secure) in [
        ("http://127.0.0.1:8080", "session", false),
        ("https://aide.mfa.example.org", "__Host-session", true),
    ] {
        let change =
            |settings: &mut aide_memoire::web::WebSettings| settings.public_url = url.into();
        let pages = Pages::unattended("", change).await;
        let keeper = &pages.lodge().keeper;
        let word = keeper.draw_first_link().await.unwrap().unwrap();
        let form = format!(
            "name=Chan+Sokha&email=chan%40mfa.example.org&password={}",
            PASSWORD.replace(' ', "+")
        );
        let made = pages
            .post(&format!("/first/{}", word.reveal()), &form)
            .await;
        assert_eq!(made.header("location"), "/sign-in?set=yes", "{}", made.body);
        let form = format!(
            "email=chan%40mfa.example.org&password={}",
            PASSWORD.replace(' ', "+")
        );
        let right = pages.post("/sign-in", &form).await;
        let lines: Vec<&str> = right
            .headers
            .get_all("set-cookie")
            .iter()
            .map(|line| line.to_str().unwrap())
            .collect();
        let line = lines
            .iter()
            .find(|l| l.starts_with(&format!("{name}=")))
            .unwrap();
        assert!(line.contains("; Path=/; "), "{line}");
        assert!(line.contains("; HttpOnly; SameSite=Lax"), "{line}");
        assert!(line.contains("; Max-Age=604800"), "{line}");
        assert_eq!(line.ends_with("; Secure"), secure, "{line}");
        assert!(!line.contains("Domain"), "{line}");
    }
}

#[tokio::test]
async fn a_session_ends_when_nobody_uses_it_and_reading_is_using_it() {
    let pages = pages().await;
    let session = cookie(&sign_in(&pages, PASSWORD, "/").await, "session").unwrap();
    let other = cookie(&sign_in(&pages, PASSWORD, "/").await, "session").unwrap();
    let before = pages.database.dump("session").await;
    for _ in 0..3 {
        pages.clock.wait(TimeDelta::hours(10));
        assert_eq!(pages.get_with(&session, "/desks").await.status, 200);
    }
    // Nothing of that was written with a page, and all of it once for everybody.
    assert_eq!(pages.database.dump("session").await, before);
    assert_eq!(
        pages.get_with(&other, "/desks").await.status,
        303,
        "not used"
    );
    pages.lodge().keep_house().await.unwrap();
    assert_ne!(pages.database.dump("session").await, before);
    let left = pages.database.count("SELECT count(*) FROM session").await;
    assert_eq!(left, 1);
    assert_eq!(pages.get_with(&session, "/desks").await.status, 200);
    pages.clock.wait(TimeDelta::hours(12));
    assert_eq!(pages.get_with(&session, "/desks").await.status, 303);
}

#[tokio::test]
async fn whoever_is_disabled_is_out_at_the_next_click() {
    let pages = pages().await;
    let session = cookie(&sign_in(&pages, PASSWORD, "/").await, "session").unwrap();
    assert_eq!(pages.get_with(&session, "/desks").await.status, 200);
    let officer = PersonId::parse("officer-cyber").unwrap();
    let keeper = &pages.lodge().keeper;
    keeper.disable(&Actor::Operator, &officer).await.unwrap();
    assert_eq!(pages.get_with(&session, "/desks").await.status, 303);
    assert_eq!(
        pages
            .post_with(&session, "/account/elsewhere", "")
            .await
            .status,
        403
    );
    for forged in ["session=", "session=aaaa", "session=../../x", "session"] {
        assert_eq!(
            pages.get_with(forged, "/desks").await.status,
            303,
            "{forged}"
        );
    }
}

#[tokio::test]
async fn a_proxy_nobody_named_makes_no_addresses_up() {
    let pages = pages().await;
    let email = email(&pages).await;
    let ask = |n: usize| {
        let form = format!("email={email}&password=wrong+wrong+wrong");
        let mut request = Request::post("/sign-in")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin")
            .header("x-forwarded-for", format!("203.0.113.{n}"))
            .body(Body::from(form))
            .unwrap();
        let peer = std::net::SocketAddr::from(([198, 51, 100, 7], 40_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    };
    for n in 0..3 {
        assert_eq!(pages.ask(ask(n)).await.status, 422);
    }
    let sources =
        "SELECT count(DISTINCT source) FROM sign_in_attempt WHERE source = '198.51.100.7'";
    assert_eq!(pages.database.count(sources).await, 1);
    let all = "SELECT count(*) FROM sign_in_attempt WHERE source LIKE '203.%'";
    assert_eq!(pages.database.count(all).await, 0);
}

#[tokio::test]
async fn metrics_are_for_those_who_watch() {
    let pages = pages().await;
    let ask = |path: &str, peer: [u8; 4], said: Option<&str>| {
        let mut request = Request::get(path);
        if let Some(said) = said {
            request = request.header("x-forwarded-for", said);
        }
        let mut request = request.body(Body::empty()).unwrap();
        let peer = std::net::SocketAddr::from((peer, 40_000));
        request.extensions_mut().insert(ConnectInfo(peer));
        request
    };
    let here = [127, 0, 0, 1];
    assert_eq!(pages.ask(ask("/metrics", here, None)).await.status, 200);
    assert_eq!(
        pages
            .ask(ask("/metrics", [198, 51, 100, 7], None))
            .await
            .status,
        404
    );
    let through = pages.ask(ask("/metrics", here, Some("198.51.100.7"))).await;
    assert_eq!(through.status, 404, "handed on by a proxy on this machine");
    assert_eq!(
        pages
            .ask(ask("/healthz", [198, 51, 100, 7], None))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn the_second_step_is_asked_for_at_the_pages() {
    use aide_memoire::doors::totp;
    let pages = pages().await;
    let session = cookie(&sign_in(&pages, PASSWORD, "/").await, "session").unwrap();
    let offered = pages.get_with(&session, "/account/second-step").await;
    assert_eq!(offered.status, 200);
    assert!(offered.body.contains("<svg class=\"qr\""));
    let between = |body: &str, from: &str, to: &str| {
        let (_, rest) = body.split_once(from).unwrap();
        rest.split_once(to).unwrap().0.to_owned()
    };
    let seal = between(&offered.body, "name=\"seal\" value=\"", "\"");
    let officer = PersonId::parse("officer-cyber").unwrap();
    let keeper = &pages.lodge().keeper;
    let secret = keeper.shown_secret(&officer, &seal).await.unwrap().unwrap();
    assert!(offered.body.contains(&totp::in_groups(&secret)));
    use aide_memoire::clock::Clock;
    let number = |pages: &Pages| totp::number(&secret, totp::step_at(pages.clock.real_now()));
    let password = PASSWORD.replace(' ', "+");
    let form = format!("seal={seal}&code=12&current={password}");
    let wrong = pages
        .post_with(&session, "/account/second-step", &form)
        .await;
    assert_eq!(wrong.status, 422);
    assert!(
        wrong.body.contains(&totp::in_groups(&secret)),
        "the same secret again"
    );
    let form = format!("seal={seal}&code={}&current={password}", number(&pages));
    let codes = pages
        .post_with(&session, "/account/second-step", &form)
        .await;
    assert_eq!(codes.status, 200, "{}", codes.body);
    let codes = between(&codes.body, "<pre>", "</pre>");
    assert_eq!(codes.lines().count(), 10);

    let first = sign_in(&pages, PASSWORD, "/desks").await;
    assert_eq!(first.header("location"), "/sign-in/second-step?to=/desks");
    assert_eq!(cookie(&first, "session"), None, "not in yet");
    let carried = cookie(&first, "second-step").unwrap();
    pages.clock.wait(TimeDelta::seconds(30));
    let refused = pages
        .post_with(&carried, "/sign-in/second-step", "code=1&to=/desks")
        .await;
    assert_eq!(refused.status, 422);
    let form = format!("code={}&to=/desks", number(&pages));
    let second = pages
        .post_with(&carried, "/sign-in/second-step", &form)
        .await;
    assert_eq!(second.header("location"), "/desks", "{}", second.body);
    let session = cookie(&second, "session").unwrap();
    let account = pages.get_with(&session, "/account").await.words();
    assert!(
        account.contains("10 of your recovery codes are left"),
        "{account}"
    );
}
