//! A document that nobody works on is let go of after the time that was set, and no earlier.

use aide_memoire::acts::intake::accepting::accept;
use aide_memoire::acts::intake::bringing::Brought;
use aide_memoire::acts::intake::deciding::reject_several;
use chrono::TimeDelta;

use super::*;
use crate::support::database::{TestDatabase, on_both_databases};

async fn kept(house: &House) -> Vec<u128> {
    let snapshot = house.store.read().await.unwrap();
    let mut kept = Vec::new();
    for n in 1..=4 {
        if snapshot.intake(Uuid::from_u128(n)).await.unwrap().is_some() {
            kept.push(n);
        }
    }
    kept
}

on_both_databases!(
    what_nobody_decides_on_is_let_go_of_after_its_time,
    async |database: TestDatabase| {
        let mut house = house_of_two(database).await;
        // One is confirmed, accepted and decided; one confirmed and open; one lies; one is worked on.
        let first = with_document(&house).await;
        confirm_it(&house, first).await;
        let cyber = target(&review(&house, first).await, "canaryCYBER");
        let one = [accepted(cyber, None, None)];
        accept(&house.store, first, &one, &editor("head"), now(&house))
            .await
            .unwrap();
        for n in 2..=4 {
            let another = Brought {
                text: format!("{DOCUMENT} {n}"),
                ..brought(n)
            };
            enter(&house, "head", another).await.unwrap();
        }
        let id = |n: u128| Uuid::from_u128(n);
        let all = review(&house, id(2)).await;
        confirm(
            &house.store,
            id(2),
            &Confirmed {
                edits: Vec::new(),
                document: Which::New(body(json!({
                    "id": "outcomes-38b", "title": "Another account", "issued": "2025-05-21",
                }))),
                ..confirmed()
            },
            &editor("head"),
            now(&house),
        )
        .await
        .unwrap();
        let open: Vec<Target> = all
            .open()
            .map(|item| Target {
                n: item.n,
                version: item.version,
            })
            .collect();
        reject_several(
            &house.store,
            id(2),
            &open,
            None,
            &editor("head"),
            now(&house),
        )
        .await
        .unwrap();

        // Nothing is set: everything is kept for ever.
        house.clock.wait(TimeDelta::days(400));
        assert_eq!(house.activate().await.forgotten, 0);
        assert_eq!(kept(&house).await, [1, 2, 3, 4]);

        // Somebody works on the last one; then the time is set, by a daemon whose business clock is fast.
        let worked = target(&review(&house, id(4)).await, "scholarships");
        let reject = Decision::Reject { reason: None };
        let at = (id(4), worked);
        decided(&house, "head", at, &reject).await.unwrap();
        house.restart(|config| config.extraction.forget_after_days = 365);
        let told = house.activate().await;
        assert_eq!(told.forgotten, 2, "the open one, and the one that lay");
        assert_eq!(kept(&house).await, [2, 4]);
        house.clock.turn(now(&house) + TimeDelta::days(500));
        assert_eq!(house.activate().await.forgotten, 0, "the real clock counts");
        assert_eq!(kept(&house).await, [2, 4], "what is decided is kept");
        let proposals =
            "SELECT COUNT(*) FROM intake_proposal WHERE intake_id NOT IN (SELECT id FROM intake)";
        assert_eq!(house.database.count(proposals).await, 0);

        // What was accepted stays, with its document; the audit has no word of what went.
        let book = house.store.book().await.unwrap();
        assert!(book.commitment("US38-01").is_some());
        assert!(book.document("outcomes-38").unwrap().text.is_some());
        let told = audit(&house).await;
        let gone: Vec<&String> = told
            .iter()
            .filter(|line| line.starts_with("let go of document"))
            .collect();
        assert_eq!(gone.len(), 2, "{told:?}");
        assert!(gone.iter().all(|line| line.contains("for 365 days")));
        assert!(!gone.iter().any(|line| line.contains("canary")));
    }
);
