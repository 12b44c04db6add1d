//! What happens to a document and its proposals before anything is on record.

use aide_memoire::acts::intake::IntakeError;
use aide_memoire::acts::intake::bringing::{Brought, BroughtIn, let_go};
use aide_memoire::acts::intake::deciding::{add, reject_several};
use aide_memoire::domain::intake::{Origin, State, may_read, reach};
use aide_memoire::domain::rights::Rights;
use aide_memoire::intake::review::deciding::{Chosen, Decision};
use aide_memoire::intake::review::text::folded;
use serde_json::json;
use uuid::Uuid;

use super::*;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    a_document_is_read_and_kept_with_what_it_proposes,
    async |database: TestDatabase| {
        let (house, id) = house_with_document(database).await;
        let review = review(&house, id).await;
        let intake = &review.intake;
        assert_eq!(intake.title, "Outcomes of the 38th ASEAN-U.S. Dialogue");
        assert_eq!(intake.issued.to_string(), "2025-05-21");
        assert!(!intake.text.contains('\r'), "one sort of line end");
        assert_eq!(intake.by.as_str(), "head");
        let words: Vec<String> = review
            .items
            .iter()
            .map(|i| folded(&review.words(i)))
            .collect();
        assert!(
            words
                .iter()
                .any(|w| w.contains("canaryCYBER Dialogue in July 2025")),
            "{words:?}"
        );
        assert!(
            words.iter().any(|w| w.contains("200 scholarships")),
            "{words:?}"
        );
        let chars = intake.chars();
        let passed: Vec<String> = intake
            .passed
            .iter()
            .map(|p| chars[p.start as usize..p.end as usize].iter().collect())
            .collect();
        assert!(passed.iter().any(|w| w.contains("welcomed")), "{passed:?}");
        let cyber = review.item(target(&review, "canaryCYBER").n).unwrap();
        assert_eq!(cyber.fields["kind"], "deliverable");
        assert_eq!(cyber.fields["lead"], "us-desk", "nothing says another");
        assert!(!cyber.why.is_empty());

        // Nothing of it is on record, and the audit has none of its words.
        let book = house.store.book().await.unwrap();
        assert!(book.commitments.is_empty() && book.documents.is_empty());
        let audit = audit(&house).await.join("\n");
        assert!(audit.contains("bring in document"), "{audit}");
        assert!(
            !audit.contains("canary") && !audit.contains("Outcomes"),
            "{audit}"
        );

        // Brought in again, by whomever, it is the one that is there.
        let again = enter(&house, "leader", brought(2)).await.unwrap();
        assert_eq!(again, BroughtIn::Known(id));
        assert_eq!(house.database.count("SELECT COUNT(*) FROM intake").await, 1);
    }
);

on_both_databases!(
    what_cannot_be_brought_in_is_told_and_leaves_nothing,
    async |database: TestDatabase| {
        let house = house_of_two(database).await;
        let told = async |who: &str, brought: Brought| match enter(&house, who, brought).await {
            Err(IntakeError::Wrong(wrong)) => wrong[0].key.clone().unwrap_or_default(),
            other => format!("{other:?}"),
        };
        let with = |change: fn(&mut Brought)| {
            let mut brought = brought(1);
            change(&mut brought);
            brought
        };
        assert_eq!(
            told("head", with(|b| b.text = " \r\n\u{0} ".into())).await,
            "text"
        );
        let undated = with(|b| b.text = "Both sides will meet.".into());
        assert_eq!(told("head", undated).await, "issued");
        let elsewhere = with(|b| b.meeting = Some("nowhere".parse().unwrap()));
        assert_eq!(told("head", elsewhere).await, "meeting");
        // What is not theirs looks like what is not there.
        let nowhere = with(|b| b.partnership = "nowhere".parse().unwrap());
        assert_eq!(told("head", nowhere).await, "Err(NotFound)");
        assert_eq!(told("other", brought(1)).await, "Err(NotFound)");
        assert_eq!(house.database.count("SELECT COUNT(*) FROM intake").await, 0);
        assert_eq!(
            house
                .database
                .count("SELECT COUNT(*) FROM intake_proposal")
                .await,
            0
        );
    }
);

on_both_databases!(
    it_is_read_by_those_who_keep_the_record_and_by_whoever_brought_it,
    async |database: TestDatabase| {
        let house = house_of_two(database).await;
        with_document(&house).await;
        // Whoever runs the installation brings a document of another partnership, and a confidential one.
        for (n, is_confidential) in [(2, false), (3, true)] {
            let brought = Brought {
                partnership: "asean-eu".parse().unwrap(),
                text: format!("{DOCUMENT} {n}"),
                is_confidential,
                ..brought(n)
            };
            enter(&house, "other", brought).await.unwrap();
        }
        let directory = house.store.directory().await.unwrap();
        let snapshot = house.store.read().await.unwrap();
        let mut told = Vec::new();
        for person in ["head", "leader", "other", "nobody"] {
            for administrator in [false, true] {
                let viewer = Viewer::Person(person.parse().unwrap());
                let rights = Rights {
                    viewer: &viewer,
                    directory: &directory,
                    now: now(&house),
                };
                let reach = reach(&rights, administrator);
                let lines = snapshot.intakes(&reach).await.unwrap();
                let listed: Vec<u128> = lines.iter().map(|line| line.id.as_u128()).collect();
                let mut read = Vec::new();
                for n in 1..=3 {
                    let id = Uuid::from_u128(n);
                    let review = snapshot.intake(id).await.unwrap().unwrap();
                    let custody = review.intake.custody();
                    if may_read(&rights, administrator, custody) {
                        read.push(n);
                    }
                    let line = lines.iter().find(|line| line.id == id);
                    assert!(line.is_none_or(|line| line.custody() == custody));
                }
                let mut sorted = listed.clone();
                sorted.sort_unstable();
                assert_eq!(
                    sorted, read,
                    "{person} {administrator}: the list and the rule agree"
                );
                told.push((person, administrator, read));
            }
        }
        assert_eq!(told[0], ("head", false, vec![1]));
        assert_eq!(
            told[1],
            ("head", true, vec![1, 2]),
            "what is confidential is not opened by that"
        );
        assert_eq!(told[4], ("other", false, vec![2, 3]));
        assert_eq!(told[6], ("nobody", false, vec![]));
        let open = &snapshot
            .intakes(&reach_of(&directory, "head", now(&house)))
            .await
            .unwrap()[0];
        assert!(open.open > 1 && open.open == open.all, "{open:?}");
    }
);

fn reach_of(
    directory: &aide_memoire::domain::directory::Directory,
    person: &str,
    now: DateTime<Utc>,
) -> aide_memoire::domain::intake::Reach {
    let viewer = Viewer::Person(person.parse().unwrap());
    let rights = Rights {
        viewer: &viewer,
        directory,
        now,
    };
    reach(&rights, false)
}

on_both_databases!(
    every_decision_is_kept_and_a_second_editor_is_told,
    async |database: TestDatabase| {
        let (house, id) = house_with_document(database).await;
        let first = review(&house, id).await;
        let cyber = target(&first, "canaryCYBER");
        let decide = async |who: &str, target: Target, decision: Decision| {
            decided(&house, who, (id, target), &decision).await
        };
        let mut fields = first.item(cyber.n).unwrap().fields.clone();
        fields.insert("title".into(), json!("The canaryCYBER Dialogue"));
        let edit = Decision::Edit { fields };
        decide("head", cyber, edit.clone()).await.unwrap();
        // The other one saw it as it was.
        let late = decide("leader", cyber, Decision::Reject { reason: None }).await;
        assert!(
            matches!(late, Err(IntakeError::Overtaken(n)) if n == cyber.n),
            "{late:?}"
        );
        let after = review(&house, id).await;
        let item = after.item(cyber.n).unwrap();
        assert_eq!(item.fields["title"], "The canaryCYBER Dialogue");
        assert_eq!(item.version, 2);
        assert_eq!(
            item.decided.as_ref().map(|(by, _)| by.as_str()),
            Some("head")
        );

        // Turned down with a reason, and taken back.
        let again = target(&after, "canaryCYBER");
        let reason = Some("said before".to_owned());
        decide(
            "leader",
            again,
            Decision::Reject {
                reason: reason.clone(),
            },
        )
        .await
        .unwrap();
        let after = review(&house, id).await;
        assert_eq!(
            after.item(cyber.n).unwrap().state,
            State::Rejected { reason }
        );
        let again = Target {
            version: 3,
            ..cyber
        };
        decide("head", again, Decision::TakeBack).await.unwrap();

        // Cut, split for desks, put together.
        let now_at = review(&house, id).await;
        let typed = "Both sides agreed to hold the first canaryCYBER Dialogue in July 2025";
        let whole = folded(&now_at.words(now_at.item(cyber.n).unwrap()));
        let typed = match whole.split_once(" and to train") {
            Some((first, rest)) => format!("{first}\nand to train{rest}"),
            None => format!("{}\n{}", &typed[..10], &whole[10..]),
        };
        let target_now = target(&now_at, "canaryCYBER");
        let parts = decide("head", target_now, Decision::Cut { typed })
            .await
            .unwrap();
        assert_eq!(parts.len(), 3, "the whole and its two parts");
        let now_at = review(&house, id).await;
        let scholarships = target(&now_at, "scholarships");
        let desks = ["us-desk", "eu-desk"].map(|d| d.parse().unwrap()).to_vec();
        decide("head", scholarships, Decision::ForDesks { desks })
            .await
            .unwrap();
        let now_at = review(&house, id).await;
        let leads: Vec<&Value> = now_at
            .open()
            .filter(|item| item.parent == Some(scholarships.n))
            .map(|item| &item.fields["lead"])
            .collect();
        assert_eq!(leads, ["us-desk", "eu-desk"]);
        let (one, two) = (target(&now_at, "disaster"), target(&now_at, "scholarships"));
        decide("head", one, Decision::Merge { into: two.n })
            .await
            .unwrap();
        let now_at = review(&house, id).await;
        assert_eq!(
            now_at.item(one.n).unwrap().state,
            State::Merged { into: two.n }
        );
        assert!(
            now_at
                .words(now_at.item(two.n).unwrap())
                .contains("disaster")
        );

        let audit = audit(&house).await.join("\n");
        assert!(
            !audit.contains("canary") && !audit.contains("said before"),
            "{audit}"
        );
        assert!(
            audit.contains(&format!("proposal {}: cut", cyber.n)),
            "{audit}"
        );
        assert!(house.store.book().await.unwrap().commitments.is_empty());
    }
);

on_both_databases!(
    words_are_added_by_whoever_selects_them,
    async |database: TestDatabase| {
        let (house, id) = house_with_document(database).await;
        let add = async |words: &str| {
            let chosen = Chosen {
                words: words.into(),
                near: None,
                origin: Origin::Added,
            };
            add(
                &house.store,
                &lexicon(),
                id,
                &chosen,
                &editor("head"),
                now(&house),
            )
            .await
        };
        let added = add("They welcomed the progress  made.").await.unwrap();
        let after = review(&house, id).await;
        let item = after.item(added[0].n).unwrap();
        assert_eq!(after.words(item), "They welcomed the progress made.");
        assert_eq!((item.origin, item.version), (Origin::Added, 1));
        let odd = add("They welcomed the canarySECRET").await;
        let Err(IntakeError::Wrong(wrong)) = odd else {
            panic!("{odd:?}");
        };
        assert_eq!(wrong[0].key.as_deref(), Some("words"));
        let audit = audit(&house).await.join("\n");
        assert!(
            !audit.contains("welcomed") && !audit.contains("canary"),
            "{audit}"
        );
    }
);

on_both_databases!(
    several_are_turned_down_together_or_none,
    async |database: TestDatabase| {
        let (house, id) = house_with_document(database).await;
        let before = review(&house, id).await;
        let (one, two) = (target(&before, "scholarships"), target(&before, "disaster"));
        let stale = Target { version: 9, ..two };
        let reject = async |targets: &[Target]| {
            reject_several(
                &house.store,
                id,
                targets,
                Some("no"),
                &editor("head"),
                now(&house),
            )
            .await
        };
        assert!(matches!(
            reject(&[one, stale]).await,
            Err(IntakeError::Overtaken(_))
        ));
        assert_eq!(review(&house, id).await, before);
        reject(&[one, two]).await.unwrap();
        assert_eq!(
            review(&house, id).await.open().count(),
            before.open().count() - 2
        );
    }
);

on_both_databases!(
    others_neither_decide_on_it_nor_learn_that_it_is_there,
    async |database: TestDatabase| {
        let (house, id) = house_with_document(database).await;
        let before = review(&house, id).await;
        let cyber = target(&before, "canaryCYBER");
        let reject = Decision::Reject { reason: None };
        let decide = async |who: &str, id: Uuid| decided(&house, who, (id, cyber), &reject).await;
        assert!(matches!(
            decide("other", id).await,
            Err(IntakeError::NotFound)
        ));
        assert!(matches!(
            decide("head", Uuid::from_u128(9)).await,
            Err(IntakeError::NotFound)
        ));
        assert!(matches!(
            let_go(&house.store, id, &editor("other"), now(&house)).await,
            Err(IntakeError::NotFound)
        ));
        assert_eq!(review(&house, id).await, before);

        let_go(&house.store, id, &editor("leader"), now(&house))
            .await
            .unwrap();
        assert_eq!(house.database.count("SELECT COUNT(*) FROM intake").await, 0);
        assert_eq!(
            house
                .database
                .count("SELECT COUNT(*) FROM intake_proposal")
                .await,
            0
        );
    }
);
