//! Many commitments changed at once: seen first, done to all or to none, and on the record of each.

use aide_memoire::acts::bulk::{BulkError, Wish, change, look};
use aide_memoire::clock::Clock;
use aide_memoire::domain::ids::{CommitmentRef, DeskId};
use aide_memoire::domain::ledger::Page;
use serde_json::json;

use super::editing::editor;
use super::{DESK, commitment, deliverable, outsides};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

/// Another desk with a partnership of its own; the SOM leader's two commitments and one that is none of
/// theirs to read; and one of the other desk.
fn record() -> String {
    let other = r#"
[[desk]]
id = "other-desk"
name = "Other desk"
email = "other-desk@mfa.example.org"
calendar = "phnom-penh"

[[partnership]]
id = "asean-other"
name = "ASEAN-Other"
parties = ["asean"]
desk = "other-desk"
"#;
    let secret = "kind = \"deliverable\"\ndeadline = \"20 June 2025\"\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\", \"head\"]\n";
    let theirs = deliverable("X-1", "20 June 2025")
        .replace("asean-us", "asean-other")
        .replace("lead = \"us-desk\"", "lead = \"other-desk\"");
    [
        DESK.to_owned(),
        other.to_owned(),
        deliverable("US37-01", "20 June 2025"),
        deliverable("US37-02", "24 June 2025"),
        commitment("US37-03", secret),
        theirs,
    ]
    .concat()
}

fn all() -> Vec<CommitmentRef> {
    let names = ["US37-01", "US37-02", "US37-03", "X-1", "NONE-1"];
    names
        .map(|name| CommitmentRef::parse(name).unwrap())
        .to_vec()
}

fn to_other_desk() -> Wish {
    Wish {
        lead: DeskId::parse("other-desk").ok(),
        joins: DeskId::parse("us-desk").ok(),
        policy: json!({"before": [3]}).as_object().unwrap().clone(),
        reason: Some("the desks were put together anew".into()),
        ..Wish::default()
    }
}

async fn leads(house: &House) -> Vec<String> {
    let book = house.store.book().await.unwrap();
    let leads = book
        .commitments
        .values()
        .map(|c| format!("{} {}", c.reference, c.lead));
    leads.collect()
}

const AS_IT_WAS: [&str; 4] = [
    "US37-01 us-desk",
    "US37-02 us-desk",
    "US37-03 us-desk",
    "X-1 other-desk",
];

on_both_databases!(
    what_is_seen_first_is_done_to_all_that_may_be_changed,
    async |database: TestDatabase| {
        let house = House::open(database, &record(), "2025-06-02 02:00").await;
        house.run_until("2025-06-10 12:00").await;
        let now = house.clock.business_now();
        let (wish, leader) = (to_other_desk(), editor("leader"));
        let looked = look(&house.store, &all(), &wish, &leader, now)
            .await
            .unwrap();
        let changing: Vec<&str> = looked
            .plan
            .changing
            .iter()
            .map(|c| c.reference.as_str())
            .collect();
        assert_eq!(changing, ["US37-01", "US37-02"]);
        let keys: Vec<&str> = looked.plan.changing[0]
            .changes
            .iter()
            .map(|c| c.key.as_str())
            .collect();
        assert_eq!(keys, ["lead", "cooperating", "policy"]);
        assert_eq!(looked.plan.refused.len(), 1, "{:?}", looked.plan.refused);
        assert_eq!(looked.plan.refused[0].reference.as_str(), "X-1");
        assert!(looked.plan.refused[0].why.contains("coordinates"));
        let moved = &looked.consequences.commitments;
        assert_eq!(moved.len(), 2, "{moved:?}");
        assert!(
            moved
                .iter()
                .all(|c| !c.gone.is_empty() && !c.instead.is_empty()),
            "{moved:?}"
        );
        assert!(
            !format!("{looked:?}").contains("US37-03"),
            "what one may not read is not there"
        );
        assert_eq!(leads(&house).await, AS_IT_WAS, "only looked at");

        let seen = &looked.plan.seen;
        let done = change(&house.store, &all(), &wish, &leader, seen, now)
            .await
            .unwrap();
        assert_eq!(done, 2);
        assert_eq!(
            leads(&house).await,
            [
                "US37-01 other-desk",
                "US37-02 other-desk",
                "US37-03 us-desk",
                "X-1 other-desk"
            ]
        );
        let page = Page {
            offset: 0,
            limit: 2,
        };
        let lines = house
            .store
            .read()
            .await
            .unwrap()
            .audit_trail(page)
            .await
            .unwrap();
        let mut subjects: Vec<&str> = lines.iter().map(|line| line.subject.as_str()).collect();
        subjects.sort_unstable();
        assert_eq!(subjects, ["US37-01", "US37-02"]);
        for line in &lines {
            assert_eq!(
                (line.act.as_str(), line.actor.as_str()),
                ("edit commitment", "leader")
            );
            let told = "lead: us-desk became other-desk; cooperating: us-desk; policy: before 3 (the desks were put together anew)";
            assert_eq!(line.detail, told);
        }
        // Once more it is so already.
        let again = look(&house.store, &all(), &wish, &leader, now)
            .await
            .unwrap();
        assert_eq!((again.plan.changing.len(), again.plan.same.len()), (0, 2));

        // What comes, comes to the other desk, at the new days.
        let before = outsides(&house).len();
        house.run_until("2025-06-20 12:00").await;
        let sent = outsides(&house)[before..].to_vec();
        let about = |to: &str| {
            let mine = sent
                .iter()
                .filter(|(at, subject)| at.starts_with(to) && subject.contains("US37-01"));
            mine.count()
        };
        assert!(
            about("other-desk@") > 0 && about("us-desk@") == 0,
            "{sent:?}"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    nothing_is_changed_where_something_is_not_as_it_was_seen,
    async |database: TestDatabase| {
        let house = House::open(database, &record(), "2025-06-02 02:00").await;
        let now = house.clock.business_now();
        let (wish, leader) = (to_other_desk(), editor("leader"));
        let seen = async || {
            let looked = look(&house.store, &all(), &wish, &leader, now)
                .await
                .unwrap();
            looked.plan.seen
        };
        let first = seen().await;
        let edited = record().replace("Statement US37-02", "Another statement");
        house.import(&edited).await.unwrap();
        let lines = house.database.count("SELECT COUNT(*) FROM audit").await;
        let refused = change(&house.store, &all(), &wish, &leader, &first, now).await;
        assert!(matches!(refused, Err(BulkError::Overtaken)), "{refused:?}");
        assert_eq!(leads(&house).await, AS_IT_WAS);
        assert_eq!(
            house.database.count("SELECT COUNT(*) FROM audit").await,
            lines
        );

        // Another wish than the one that was seen, or somebody else's look.
        let second = seen().await;
        let other = Wish {
            joins: None,
            ..wish.clone()
        };
        for (wish, who) in [(&other, &leader), (&wish, &editor("head"))] {
            let refused = change(&house.store, &all(), wish, who, &second, now).await;
            assert!(matches!(refused, Err(BulkError::Overtaken)), "{refused:?}");
        }
        assert_eq!(leads(&house).await, AS_IT_WAS);
        let done = change(&house.store, &all(), &wish, &leader, &second, now)
            .await
            .unwrap();
        assert_eq!(done, 2);
    }
);

on_both_databases!(
    a_wish_that_cannot_be_is_said_once,
    async |database: TestDatabase| {
        let house = House::open(database, &record(), "2025-06-02 02:00").await;
        let now = house.clock.business_now();
        let wish = Wish {
            policy: json!({"due_soon": "soon"}).as_object().unwrap().clone(),
            ..Wish::default()
        };
        let looked = look(&house.store, &all(), &wish, &editor("head"), now)
            .await
            .unwrap();
        assert_eq!(
            looked.plan.complaints.len(),
            1,
            "{:?}",
            looked.plan.complaints
        );
        assert!(looked.plan.changing.is_empty());
        let seen = &looked.plan.seen;
        let refused = change(&house.store, &all(), &wish, &editor("head"), seen, now).await;
        assert!(matches!(refused, Err(BulkError::Overtaken)), "{refused:?}");
    }
);
