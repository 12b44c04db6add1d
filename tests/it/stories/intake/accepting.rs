//! What a person accepts becomes commitments, by the rules of the record, all of it or nothing.

use aide_memoire::acts::intake::IntakeError;
use aide_memoire::acts::intake::accepting::accept;
use aide_memoire::acts::intake::bringing::Brought;
use aide_memoire::acts::intake::confirming::{Confirmed, Which, confirm};
use aide_memoire::domain::intake::State;
use aide_memoire::intake::review::Wrong;
use aide_memoire::intake::review::deciding::Decision;
use serde_json::json;

use super::super::{DESK, outsides};
use super::*;
use crate::support::database::{TestDatabase, on_both_databases};

const START: &str = "2025-06-02 02:00";

fn wrong<T: std::fmt::Debug>(result: Result<T, IntakeError>) -> Vec<Wrong> {
    match result {
        Err(IntakeError::Wrong(wrong)) => wrong,
        other => panic!("{other:?}"),
    }
}

on_both_databases!(
    what_is_accepted_quotes_the_document_and_is_reminded_of,
    async |database: TestDatabase| {
        let (house, id) = house_with_document(database).await;
        let review_now = review(&house, id).await;
        let cyber = target(&review_now, "canaryCYBER");
        let scholarships = target(&review_now, "scholarships");
        let both = [
            accepted(cyber, None, None),
            accepted(scholarships, Some("US38-07"), None),
        ];
        let accept_both =
            || async { accept(&house.store, id, &both, &editor("head"), now(&house)).await };
        // The document first.
        let first = wrong(accept_both().await);
        assert_eq!(first[0].key.as_deref(), Some("document"));

        confirm_it(&house, id).await;
        let book = house.store.book().await.unwrap();
        let meeting = &book.directory.meetings["dialogue-38"];
        assert_eq!(meeting.place.as_deref(), Some("Phnom Penh, Cambodia"));
        let document = book.document("outcomes-38").unwrap();
        assert_eq!(document.sha256.as_ref(), Some(&review_now.intake.sha256));
        assert_eq!(
            document.meeting.as_ref().map(|m| m.as_str()),
            Some("dialogue-38")
        );

        let became = accept_both().await.unwrap();
        let told: Vec<String> = became.iter().map(|(n, r)| format!("{n} {r}")).collect();
        assert_eq!(
            told,
            [
                format!("{} US38-01", cyber.n),
                format!("{} US38-07", scholarships.n)
            ]
        );
        let book = house.store.book().await.unwrap();
        assert_eq!(book.commitments.len(), 2);
        for (n, reference) in &became {
            let commitment = book.commitment(reference.as_str()).unwrap();
            let paragraph = commitment.promise.paragraph.unwrap() as usize;
            let stands = &book.document("outcomes-38").unwrap().paragraphs()[paragraph - 1];
            assert!(stands.contains(&commitment.promise.words), "{reference}");
            assert_eq!(
                commitment.meeting.as_ref().map(|m| m.as_str()),
                Some("dialogue-38")
            );
            assert_eq!(commitment.opened.to_string(), "2025-05-21");
            let item = review(&house, id).await.item(*n).unwrap().clone();
            assert_eq!(
                item.state,
                State::Accepted {
                    reference: reference.clone()
                }
            );
        }
        let cyber = book.commitment("US38-01").unwrap();
        assert_eq!(cyber.deadline.as_ref().map(|d| d.text()), Some("July 2025"));
        assert_eq!(cyber.promise.paragraph, Some(3));

        // Accepted once is accepted.
        assert!(matches!(
            accept_both().await,
            Err(IntakeError::Overtaken(_))
        ));
        // It is reminded of like everything else.
        house.run_until("2025-07-25 12:00").await;
        let sent = outsides(&house);
        assert!(
            sent.iter().any(|(_, subject)| subject.contains("US38-01")),
            "{sent:?}"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    all_or_nothing_and_everything_that_is_wrong_is_told_at_once,
    async |database: TestDatabase| {
        let (house, id) = house_with_document(database).await;
        confirm_it(&house, id).await;
        let before = review(&house, id).await;
        let lines = audit(&house).await.len();
        let (cyber, scholarships, disaster) = (
            target(&before, "canaryCYBER"),
            target(&before, "scholarships"),
            target(&before, "disaster"),
        );
        let asked = [
            accepted(cyber, None, None),
            accepted(scholarships, Some("no such word"), None),
            accepted(disaster, Some("US38-02"), Some("nobody-desk")),
        ];
        let told = wrong(accept(&house.store, id, &asked, &editor("head"), now(&house)).await);
        let told: Vec<(Option<u32>, &str)> = told
            .iter()
            .map(|w| (w.item, w.key.as_deref().unwrap_or_default()))
            .collect();
        assert!(told.contains(&(Some(scholarships.n), "ref")), "{told:?}");
        assert!(told.contains(&(Some(disaster.n), "lead")), "{told:?}");
        assert!(house.store.book().await.unwrap().commitments.is_empty());
        assert_eq!(review(&house, id).await, before);
        assert_eq!(audit(&house).await.len(), lines, "and nothing was said");

        // One name is given once, also within one round.
        let twice = [
            accepted(cyber, Some("US38-05"), None),
            accepted(disaster, Some("US38-05"), None),
        ];
        let told = wrong(accept(&house.store, id, &twice, &editor("head"), now(&house)).await);
        assert_eq!(told[0].item, Some(disaster.n));
        assert!(house.store.book().await.unwrap().commitments.is_empty());
    }
);

on_both_databases!(
    of_two_who_accept_one_is_told,
    async |database: TestDatabase| {
        let (house, id) = house_with_document(database).await;
        confirm_it(&house, id).await;
        let cyber = target(&review(&house, id).await, "canaryCYBER");
        let asked = [accepted(cyber, None, None)];
        let other = house.database.reopen().await;
        let (head, leader, at) = (editor("head"), editor("leader"), now(&house));
        let (one, two) = tokio::join!(
            accept(&house.store, id, &asked, &head, at),
            accept(&other, id, &asked, &leader, at),
        );
        assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
        let lost = one.err().or(two.err()).unwrap();
        assert!(matches!(lost, IntakeError::Overtaken(_)), "{lost:?}");
        assert_eq!(house.store.book().await.unwrap().commitments.len(), 1);
    }
);

on_both_databases!(
    a_confidential_text_never_goes_on_record,
    async |database: TestDatabase| {
        let house = house_of_two(database).await;
        let id = Uuid::from_u128(1);
        let brought = Brought {
            is_confidential: true,
            ..brought(1)
        };
        enter(&house, "head", brought).await.unwrap();
        confirm_it(&house, id).await;
        let before = review(&house, id).await;
        let cyber = accepted(target(&before, "canaryCYBER"), None, None);
        accept(&house.store, id, &[cyber], &editor("head"), now(&house))
            .await
            .unwrap();
        let book = house.store.book().await.unwrap();
        let document = book.document("outcomes-38").unwrap();
        assert_eq!(
            (&document.text, document.sha256.as_ref()),
            (&None, Some(&before.intake.sha256))
        );
        let commitment = book.commitment("US38-01").unwrap();
        assert!(commitment.is_restricted());
        assert_eq!(commitment.readers.len(), 1);
        let audit = audit(&house).await.join("\n");
        assert!(!audit.contains("canary"), "{audit}");
    }
);

on_both_databases!(
    a_document_on_record_without_its_text_gets_it_and_another_text_is_another_document,
    async |database: TestDatabase| {
        let known = "\n[[document]]\nid = \"release\"\nmeeting = \"pmc\"\ntitle = \"Release\"\n\
                     [[document]]\nid = \"odd\"\ntext = \"Another text.\"\n";
        let house = House::open(database, &format!("{DESK}{OTHERS}{known}"), START).await;
        let id = with_document(&house).await;
        let as_known = |id: &str| Confirmed {
            edits: Vec::new(),
            meeting: None,
            document: Which::Known(id.parse().unwrap()),
        };
        let confirm = async |which: &str| {
            confirm(
                &house.store,
                id,
                &as_known(which),
                &editor("head"),
                now(&house),
            )
            .await
        };
        for odd in ["odd", "nowhere"] {
            let told = wrong(confirm(odd).await);
            assert_eq!(told[0].key.as_deref(), Some("document.id"), "{odd}");
        }
        confirm("release").await.unwrap();
        let book = house.store.book().await.unwrap();
        let release = book.document("release").unwrap();
        let after = review(&house, id).await;
        assert_eq!(release.text.as_ref(), Some(&after.intake.text));
        assert_eq!(
            after.intake.meeting.as_ref().map(|m| m.as_str()),
            Some("pmc")
        );
        let told = wrong(confirm("release").await);
        assert_eq!(told[0].key.as_deref(), Some("document"), "once");
        // The same words again are that document.
        let again = Brought {
            partnership: "asean-eu".parse().unwrap(),
            ..brought(2)
        };
        enter(&house, "other", again).await.unwrap();
        let elsewhere = review(&house, Uuid::from_u128(2)).await;
        assert_eq!(
            elsewhere.intake.document, None,
            "another partnership's document is not theirs"
        );
    }
);

on_both_databases!(
    a_meeting_that_is_not_in_order_takes_the_document_with_it,
    async |database: TestDatabase| {
        let (house, id) = house_with_document(database).await;
        let mut odd = confirmed();
        odd.edits[0]
            .wanted
            .body
            .insert("date".into(), json!("soonish"));
        if let Which::New(body) = &mut odd.document {
            body.insert("authority".into(), json!("everybody"));
        }
        let told = wrong(confirm(&house.store, id, &odd, &editor("head"), now(&house)).await);
        let keys: Vec<&str> = told.iter().filter_map(|w| w.key.as_deref()).collect();
        assert!(
            keys.contains(&"meeting.date") && keys.contains(&"document.authority"),
            "{keys:?}"
        );
        let book = house.store.book().await.unwrap();
        assert!(!book.directory.meetings.contains_key("dialogue-38") && book.documents.is_empty());
        // A meeting of another partnership is none for this document.
        let other = Confirmed {
            edits: vec![new(
                "meeting",
                json!({"id": "eu", "partnership": "asean-eu", "series": "EU"}),
            )],
            meeting: Some("eu".parse().unwrap()),
            ..confirmed()
        };
        let refused = confirm(&house.store, id, &other, &editor("head"), now(&house)).await;
        assert!(
            matches!(refused, Err(IntakeError::NotPermitted(_))),
            "{refused:?}"
        );
    }
);

on_both_databases!(
    each_desk_gets_its_own_of_one_sentence,
    async |database: TestDatabase| {
        let (house, id) = house_with_document(database).await;
        confirm_it(&house, id).await;
        let cyber = target(&review(&house, id).await, "canaryCYBER");
        let desks = ["us-desk", "eu-desk"].map(|d| d.parse().unwrap()).to_vec();
        let split = Decision::ForDesks { desks };
        decided(&house, "head", (id, cyber), &split).await.unwrap();
        let after = review(&house, id).await;
        let parts: Vec<_> = after
            .open()
            .filter(|item| item.parent == Some(cyber.n))
            .map(|item| {
                accepted(
                    Target {
                        n: item.n,
                        version: item.version,
                    },
                    None,
                    None,
                )
            })
            .collect();
        accept(&house.store, id, &parts, &editor("head"), now(&house))
            .await
            .unwrap();
        let book = house.store.book().await.unwrap();
        let (one, two) = (
            book.commitment("US38-01").unwrap(),
            book.commitment("US38-02").unwrap(),
        );
        assert_eq!(one.promise, two.promise);
        assert_eq!(
            (one.lead.as_str(), two.lead.as_str()),
            ("us-desk", "eu-desk")
        );
    }
);
