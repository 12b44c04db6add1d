//! What programs read: as it is described, with a key, and never more than the key's person reads.

use std::collections::BTreeSet;

use aide_memoire::acts::accounts::inviting::Invitation;
use aide_memoire::domain::account::Reach;
use aide_memoire::web::declared;
use axum::body::Body;
use axum::http::{Method, Request};
use chrono::TimeDelta;
use serde_json::{Value, json};

use super::walk::{NAMED, PEOPLE, record, walked};
use crate::support::pages::{Answer, Pages};
use aide_memoire::clock::Clock;

async fn described(pages: &Pages) -> Value {
    let answer = pages.get("/api/v1/openapi.json").await;
    assert_eq!(answer.status, 200);
    serde_json::from_str(&answer.body).expect("it is JSON")
}

/// What is wrong with an answer, by the description of its address.
fn complaints(description: &Value, path: &str, answer: &Answer) -> Vec<String> {
    let status = answer.status.as_str();
    let response = &description["paths"][path]["get"]["responses"][status];
    let media = answer.header("content-type");
    let content = &response["content"][media]["schema"];
    if content.is_null() {
        return vec![format!("{path}: {status} as {media} is not described")];
    }
    let schema = json!({ "allOf": [content], "components": description["components"] });
    let validator = jsonschema::validator_for(&schema).expect("a sound schema");
    let body: Value = serde_json::from_str(&answer.body).expect("it is JSON");
    let errors = validator.iter_errors(&body);
    errors
        .map(|error| format!("{path}: {error} at {}", error.instance_path()))
        .collect()
}

#[tokio::test]
async fn every_answer_is_as_described_and_everything_is_described() {
    let pages = Pages::demo().await;
    let description = described(&pages).await;
    let told: BTreeSet<&str> = description["paths"]
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    let entries = declared();
    let there: BTreeSet<&str> = entries
        .iter()
        .map(|entry| entry.path.as_str())
        .filter(|path| path.starts_with("/api/"))
        .collect();
    assert_eq!(told, there);

    let mut wrong = Vec::new();
    for (path, addresses) in [
        (
            "/api/v1/commitments",
            vec![
                "/api/v1/commitments",
                "/api/v1/commitments?state=all",
                "/api/v1/commitments?schedule=overdue&q=draft",
                "/api/v1/commitments?page=7",
                "/api/v1/commitments?lead=nobody",
            ],
        ),
        (
            "/api/v1/commitments/{reference}",
            vec![
                "/api/v1/commitments/US37-03",
                "/api/v1/commitments/PREP-05",
                "/api/v1/commitments/none",
            ],
        ),
        ("/api/v1/meetings", vec!["/api/v1/meetings"]),
        (
            "/api/v1/meetings/{id}",
            vec!["/api/v1/meetings/pmc-us-2025", "/api/v1/meetings/none"],
        ),
        ("/api/v1/documents", vec!["/api/v1/documents"]),
        ("/api/v1/documents/{id}", vec!["/api/v1/documents/none"]),
        (
            "/api/v1/search",
            vec![
                "/api/v1/search?q=power+gri",
                "/api/v1/search?q=the",
                "/api/v1/search?q=%22outcomes+of+the+37th%22",
                "/api/v1/search?q=us37-03&lead=asean-us-desk",
                "/api/v1/search?q=nothing+of+the+kind",
                "/api/v1/search?q=the&page=9",
                "/api/v1/search",
                "/api/v1/search?q=***",
                "/api/v1/search?q=the&lead=nobody",
            ],
        ),
        ("/api/v1/partnerships", vec!["/api/v1/partnerships"]),
    ] {
        for address in addresses {
            let answer = pages.get(address).await;
            wrong.extend(complaints(&description, path, &answer));
        }
    }
    // Every document and every commitment of the record, whole.
    let documents: Value =
        serde_json::from_str(&pages.get("/api/v1/documents").await.body).unwrap();
    for document in documents["documents"].as_array().unwrap() {
        assert!(document.get("text").is_none());
        let id = document["id"].as_str().unwrap();
        let answer = pages.get(&format!("/api/v1/documents/{id}")).await;
        wrong.extend(complaints(&description, "/api/v1/documents/{id}", &answer));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[tokio::test]
async fn a_commitment_is_told_in_the_record_s_words_and_where_it_stands() {
    let pages = Pages::demo().await;
    let answer = pages.get("/api/v1/commitments/US37-03").await;
    let told: Value = serde_json::from_str(&answer.body).unwrap();
    assert_eq!(told["commitment"]["ref"], "US37-03");
    assert_eq!(
        told["commitment"]["milestone"][1]["deadline"],
        "at pmc-us-2025"
    );
    assert_eq!(told["status"]["milestone"], "Concluded");
    assert_eq!(told["url"], format!("{}/commitments/US37-03", pages.url()));
    assert_eq!(told["status"]["schedule"], "on-track");
    let problem = pages.get("/api/v1/commitments/nothing").await;
    assert_eq!(problem.status, 404);
    assert_eq!(problem.header("content-type"), "application/problem+json");
}

/// A program finds what its person finds, and where it stands.
#[tokio::test]
async fn a_search_is_answered_as_the_page_answers_it() {
    let pages = walked(true).await;
    let (officer, other) = (
        pages.enter_person("officer").await,
        pages.enter_person("other").await,
    );
    for (cookie, times) in [(&officer, 1), (&other, 0)] {
        let key = make_key(&pages, cookie, "Statistics").await;
        let path = format!("/api/v1/search?q={NAMED}");
        let answer = with_key(&pages, Method::GET, &path, &key).await;
        let told: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(
            told["total"].as_u64() > Some(0),
            times == 1,
            "{}",
            answer.body
        );
        let page = pages.get_with(cookie, &format!("/search?q={NAMED}")).await;
        let first = told["found"][0]["ref"]
            .as_str()
            .unwrap_or("Nothing on record");
        assert!(page.words().contains(first), "{first}: {}", page.words());
        let empty = with_key(&pages, Method::GET, "/api/v1/search?q=***", &key).await;
        assert_eq!(empty.status, 400);
    }
    let none = pages.get("/api/v1/search?q=canary").await;
    assert_eq!(none.status, 401);
}

/// The list goes on at the address it names, and every commitment is met once.
#[tokio::test]
async fn pages_follow_one_another() {
    let mut text = record(false);
    for n in 0..230 {
        text.push_str(&format!(
            "\n[[commitment]]\nref = \"N-{n:03}\"\ntitle = \"Number {n}\"\npromise = \"will\"\nkind = \"standing\"\n\
             lead = \"us-desk\"\nopened = \"2025-04-01\"\n"
        ));
    }
    let pages = Pages::serving(&text, |_| {}).await;
    let mut next = Some(format!("{}/api/v1/commitments", pages.url()));
    let (mut met, mut visited) = (BTreeSet::new(), 0);
    while let Some(url) = next {
        let path = url.strip_prefix(pages.url()).expect("our own address");
        let page: Value = serde_json::from_str(&pages.get(path).await.body).unwrap();
        assert_eq!(page["total"], 232);
        for one in page["commitments"].as_array().unwrap() {
            assert!(met.insert(one["commitment"]["ref"].to_string()));
        }
        next = page["next"].as_str().map(str::to_owned);
        visited += 1;
    }
    assert_eq!((met.len(), visited), (232, 3));
}

/// Asks with a key and nothing else.
async fn with_key(pages: &Pages, method: Method, path: &str, key: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header("authorization", format!("Bearer {key}"))
        .body(Body::empty());
    pages.ask(request.unwrap()).await
}

/// Makes a key on the account's page; the word it shows.
async fn make_key(pages: &Pages, cookie: &str, name: &str) -> String {
    let form = format!("name={name}&days=30");
    let page = pages.post_with(cookie, "/account/programs", &form).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let (_, rest) = page.body.split_once("<pre>").expect("the key is shown");
    rest[..52].to_owned()
}

#[tokio::test]
async fn a_key_reads_what_its_person_reads() {
    let pages = walked(true).await;
    let officer = pages.enter_person("officer").await;
    let key = make_key(&pages, &officer, "Statistics").await;
    let list = with_key(&pages, Method::GET, "/api/v1/commitments?state=all", &key).await;
    assert!(list.body.contains(NAMED) && list.body.contains(PEOPLE));

    let other = pages.enter_person("other").await;
    let theirs = make_key(&pages, &other, "Statistics").await;
    let list = with_key(
        &pages,
        Method::GET,
        "/api/v1/commitments?state=all",
        &theirs,
    )
    .await;
    assert!(list.body.contains("canaryINTERNAL"));
    assert!(
        !list.body.contains(NAMED) && !list.body.contains("RES-"),
        "{}",
        list.body
    );
    for reference in ["RES-1", "NONE-1"] {
        let path = format!("/api/v1/commitments/{reference}");
        let one = with_key(&pages, Method::GET, &path, &theirs).await;
        let nothing = r#"{"title":"There is nothing at this address","status":404,"detail":"Either it was never here, or it is not for you to read."}"#;
        assert_eq!(one.body, nothing);
    }

    // It opens nothing but the API, and changes nothing.
    for (method, path) in [
        (Method::GET, "/"),
        (Method::GET, "/commitments"),
        (Method::POST, "/seen"),
    ] {
        let answer = with_key(&pages, method, path, &key).await;
        assert!(
            matches!(answer.status.as_u16(), 303 | 403),
            "{path}: {}",
            answer.status
        );
    }
    for method in [Method::POST, Method::PUT, Method::DELETE] {
        let answer = with_key(&pages, method, "/api/v1/commitments/PUB-1", &key).await;
        assert_eq!(answer.status, 405);
    }
    pages.write_sightings().await;
    let snapshot = pages.store.read().await.unwrap();
    let seen = snapshot.audit_of("RES-1", "see", 10).await.unwrap();
    assert_eq!(seen[0].actor, "officer", "a program's look is its person's");
}

#[tokio::test]
async fn a_key_ends() {
    let pages = Pages::unattended(&record(true), |_| {}).await;
    let officer = pages.enter_person("officer").await;
    let opens = async |key: &str| {
        let answer = with_key(&pages, Method::GET, "/api/v1/meetings", key).await;
        answer.status == 200
    };
    let (first, second) = (
        make_key(&pages, &officer, "First").await,
        make_key(&pages, &officer, "Second").await,
    );
    assert!(opens(&first).await && opens(&second).await);
    for odd in ["", "x", &first[..51], &first.to_uppercase()] {
        assert!(!opens(odd).await, "{odd}");
    }
    let none = pages.get("/api/v1/meetings").await;
    assert_eq!(none.status, 401);
    assert_eq!(none.header("www-authenticate"), "Bearer");

    // Taken away by whom it belongs to, and by nobody else.
    let page = pages.get_with(&officer, "/account").await.body;
    let removing = |name: &str| {
        let (before, _) = page
            .split_once(&format!("<strong>{name}</strong>"))
            .unwrap();
        let (_, action) = before.rsplit_once("action=\"").unwrap();
        action.split_once('"').unwrap().0.to_owned()
    };
    let other = pages.enter_person("other").await;
    pages.post_with(&other, &removing("First"), "").await;
    assert!(opens(&first).await);
    let told = pages.post_with(&officer, &removing("First"), "").await;
    assert_eq!(told.header("location"), "/account?done=key");
    assert!(!opens(&first).await && opens(&second).await);

    // Its days are over.
    let later = pages.clock.real_now() + TimeDelta::days(30) + TimeDelta::seconds(1);
    pages.clock.wait(later - pages.clock.real_now());
    assert!(!opens(&second).await);

    // Its person may not come in any more.
    let officer = pages.cookie_of(&"officer".parse().unwrap()).await;
    let third = make_key(&pages, &officer, "Third").await;
    assert!(opens(&third).await);
    let mut change = pages.store.change().await.unwrap();
    let now = pages.clock.real_now();
    change
        .set_disabled(&"officer".parse().unwrap(), Some(now))
        .await
        .unwrap();
    change.commit().await.unwrap();
    assert!(!opens(&third).await);
}

#[tokio::test]
async fn what_cannot_be_a_key_is_told_in_the_form() {
    let pages = Pages::unattended(&record(false), |_| {}).await;
    let officer = pages.enter_person("officer").await;
    for (form, words) in [
        ("name=&days=30", "Say which program it is for"),
        (
            "name=Statistics&days=0",
            "A key lasts between 1 and 366 days",
        ),
        (
            "name=Statistics&days=a+year",
            "A key lasts between 1 and 366 days",
        ),
        (
            "name=Statistics&days=367",
            "A key lasts between 1 and 366 days",
        ),
    ] {
        let page = pages.post_with(&officer, "/account/programs", form).await;
        assert_eq!(page.status, 422, "{form}");
        assert!(page.words().contains(words), "{form}: {}", page.words());
    }
    for n in 0..20 {
        make_key(&pages, &officer, &format!("Number{n}")).await;
    }
    let page = pages
        .post_with(&officer, "/account/programs", "name=More&days=30")
        .await;
    assert_eq!(page.status, 422);
    assert!(
        page.words().contains("You have 20 keys"),
        "{}",
        page.words()
    );
    let guest = Invitation {
        name: "A Guest".into(),
        email: "guest@example.org".into(),
        reach: Reach::Public,
        administrator: false,
    };
    let guest = pages.enter(&guest).await;
    assert!(
        !pages
            .get_with(&guest, "/account")
            .await
            .body
            .contains("Your programs")
    );
    assert_eq!(pages.get_with(&guest, "/api/v1/meetings").await.status, 404);
}
