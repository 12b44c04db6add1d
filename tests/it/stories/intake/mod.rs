//! An outcome document comes into the record: brought in, decided on by people, confirmed, accepted, and
//! reminded of like everything else.

mod accepting;
mod again;
mod continuing;
mod deciding;
mod forgetting;

use std::sync::Arc;

use aide_memoire::acts::Actor;
use aide_memoire::acts::editing::{Edit, Editor};
use aide_memoire::acts::intake::accepting::Accepted;
use aide_memoire::acts::intake::bringing::{Brought, BroughtIn, bring_in};
use aide_memoire::acts::intake::confirming::{Confirmed, Which, confirm};
use aide_memoire::acts::intake::deciding::decide;
use aide_memoire::acts::intake::{IntakeError, Target};
use aide_memoire::clock::Clock;
use aide_memoire::domain::access::Viewer;
use aide_memoire::domain::ids::PersonId;
use aide_memoire::domain::ledger::Page;
use aide_memoire::intake::lexicon::Lexicon;
use aide_memoire::intake::review::deciding::Decision;
use aide_memoire::intake::review::{Item, Review};
use aide_memoire::record::editing::Wanted;
use aide_memoire::record::{Body, EntityKey};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::DESK;
use crate::support::database::TestDatabase;
use crate::support::house::House;

/// Three undertakings in three paragraphs, and what is none.
pub const DOCUMENT: &str = "Outcomes of the 38th ASEAN-U.S. Dialogue\r\n\r\nThe 38th ASEAN-U.S. Dialogue was held on 20 May 2025 in Phnom Penh, Cambodia.\r\n\r\nBoth sides agreed to hold the first canaryCYBER Dialogue in\r\nJuly 2025 and to train border officers. They welcomed the progress made.\r\n\r\nThe U.S. announced that it will provide 200 scholarships by the end of 2025. ASEAN reaffirmed its commitment to deepening cooperation on disaster management.\r\n\r\nPhnom Penh, 21 May 2025\r\n";

/// Another partnership with a desk of its own.
pub const OTHERS: &str = r#"
[[person]]
id = "other"
name = "Officer of another desk"

[[desk]]
id = "eu-desk"
name = "ASEAN-EU desk"
email = "eu-desk@mfa.example.org"
calendar = "phnom-penh"
officers = ["other"]

[[partnership]]
id = "asean-eu"
name = "ASEAN-EU"
desk = "eu-desk"
"#;

pub fn editor(id: &str) -> Editor {
    let person = PersonId::parse(id).unwrap();
    Editor {
        reader: (&person).into(),
        viewer: Viewer::Person(person.clone()),
        administrator: false,
        actor: Actor::Person(person),
    }
}

pub fn lexicon() -> Arc<Lexicon> {
    Arc::new(Lexicon::standard().clone())
}

pub fn now(house: &House) -> DateTime<Utc> {
    house.clock.business_now()
}

pub fn brought(n: u128) -> Brought {
    Brought {
        id: Uuid::from_u128(n),
        text: DOCUMENT.to_owned(),
        title: String::new(),
        partnership: "asean-us".parse().unwrap(),
        meeting: None,
        issued: None,
        is_confidential: false,
    }
}

pub async fn enter(house: &House, who: &str, brought: Brought) -> Result<BroughtIn, IntakeError> {
    bring_in(&house.store, &lexicon(), brought, &editor(who), now(house)).await
}

/// A house with the document in it, of id 1.
pub async fn with_document(house: &House) -> Uuid {
    let done = enter(house, "head", brought(1)).await.unwrap();
    assert_eq!(done, BroughtIn::New(Uuid::from_u128(1)));
    Uuid::from_u128(1)
}

/// A house of two partnerships, with the document in it.
pub async fn house_with_document(database: TestDatabase) -> (House, Uuid) {
    let house = house_of_two(database).await;
    let id = with_document(&house).await;
    (house, id)
}

/// A house of two partnerships.
pub async fn house_of_two(database: TestDatabase) -> House {
    House::open(database, &format!("{DESK}{OTHERS}"), "2025-06-02 02:00").await
}

/// What somebody decides of one proposal.
pub async fn decided(
    house: &House,
    who: &str,
    at: (Uuid, Target),
    decision: &Decision,
) -> Result<Vec<Item>, IntakeError> {
    let now = now(house);
    decide(&house.store, &lexicon(), at, decision, &editor(who), now).await
}

pub async fn review(house: &House, id: Uuid) -> Review {
    let snapshot = house.store.read().await.unwrap();
    snapshot.intake(id).await.unwrap().expect("it is there")
}

/// A proposal by words of it, as it is now.
pub fn target(review: &Review, words: &str) -> Target {
    let found = review
        .items
        .iter()
        .find(|item| item.state.is_open() && review.words(item).contains(words));
    let item = found.unwrap_or_else(|| panic!("nothing proposes {words}"));
    Target {
        n: item.n,
        version: item.version,
    }
}

pub fn accepted(target: Target, reference: Option<&str>, lead: Option<&str>) -> Accepted {
    Accepted {
        target,
        reference: reference.map(str::to_owned),
        lead: lead.map(str::to_owned),
        deadline: None,
        continues: None,
    }
}

pub fn body(value: Value) -> Body {
    serde_json::from_value(value).expect("a table")
}

pub fn new(kind: &str, value: Value) -> Edit {
    let body = body(value);
    let id = body["id"].as_str().unwrap().to_owned();
    Edit {
        wanted: Wanted {
            key: EntityKey::of(kind, id).unwrap(),
            seen: None,
            body,
        },
        reason: None,
    }
}

/// The meeting and the document as somebody confirms them.
pub fn confirmed() -> Confirmed {
    let meeting = json!({
        "id": "dialogue-38", "partnership": "asean-us", "series": "ASEAN-U.S. Dialogue", "number": 38,
        "forum": "dialogue", "date": "20 May 2025", "status": "held", "place": "Phnom Penh, Cambodia",
    });
    Confirmed {
        edits: vec![new("meeting", meeting)],
        meeting: Some("dialogue-38".parse().unwrap()),
        document: Which::New(body(json!({
            "id": "outcomes-38", "title": "Outcomes of the 38th ASEAN-U.S. Dialogue",
            "issued": "2025-05-21", "authority": "agreed",
        }))),
    }
}

pub async fn confirm_it(house: &House, id: Uuid) {
    let done = confirm(&house.store, id, &confirmed(), &editor("head"), now(house)).await;
    assert_eq!(done.unwrap().as_str(), "outcomes-38");
}

/// The audit, newest first, each line as `act subject: detail`.
pub async fn audit(house: &House) -> Vec<String> {
    let page = Page {
        offset: 0,
        limit: 1_000,
    };
    let snapshot = house.store.read().await.unwrap();
    let lines = snapshot.audit_trail(page).await.unwrap();
    lines
        .into_iter()
        .map(|line| format!("{} {}: {}", line.act, line.subject, line.detail))
        .collect()
}
