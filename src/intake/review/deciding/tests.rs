//! Every decision on a small document.

use serde_json::json;

use super::*;
use crate::intake::review::Intake;
use crate::record::sha256_of;

const TEXT: &str = "Opening.\n\nBoth sides agreed to meet in May and will train\nofficers. The U.S. will\nsend experts.\n\nThey welcomed the rest.";

fn person() -> PersonId {
    "keeper".parse().expect("an id")
}

fn place_of(words: &str) -> Place {
    let chars: Vec<char> = TEXT.chars().collect();
    text::locate(&chars, words, None, &[]).expect("it stands there")
}

fn item(n: u32, words: &str) -> Item {
    Item {
        n,
        place: place_of(words),
        origin: Origin::Read,
        parent: None,
        cue: String::new(),
        why: String::new(),
        fields: serde_json::from_value(json!({"title": words, "ref": format!("US-{n}"), "lead": "us-desk", "obligors": [format!("p{n}")]}))
            .expect("a table"),
        state: State::Proposed,
        version: 1,
        decided: None,
    }
}

fn review() -> Review {
    Review {
        intake: Intake {
            id: uuid::Uuid::nil(),
            partnership: "asean-us".parse().expect("an id"),
            meeting: None,
            document: None,
            title: "Outcomes".into(),
            text: TEXT.into(),
            sha256: sha256_of(TEXT),
            issued: "2025-04-23".parse().expect("a day"),
            is_confidential: false,
            passed: Vec::new(),
            by: person(),
            at: DateTime::UNIX_EPOCH,
        },
        items: vec![
            item(
                1,
                "Both sides agreed to meet in May and will train officers",
            ),
            item(2, "The U.S. will send experts"),
            item(3, "They welcomed the rest"),
        ],
    }
}

fn drafted(words: &str) -> Drafted {
    Drafted {
        fields: serde_json::from_value(json!({"title": text::folded(words)})).expect("a table"),
        cue: "cue".into(),
        why: "why".into(),
    }
}

fn done(review: &mut Review, n: u32, decision: Decision) -> Result<Vec<Item>, Wrong> {
    let person = person();
    let by = By {
        person: &person,
        at: DateTime::UNIX_EPOCH,
    };
    let after = decided(review, n, &decision, by, drafted)?;
    for item in &after {
        match review.items.iter_mut().find(|known| known.n == item.n) {
            Some(known) => {
                assert_eq!(item.version, known.version + 1, "every change is counted");
                *known = item.clone();
            }
            None => review.items.push(item.clone()),
        }
    }
    Ok(after)
}

#[test]
fn what_is_turned_down_may_be_taken_back_and_nothing_else_happens_to_it_meanwhile() {
    let mut review = review();
    let reason = Some("no commitment".to_owned());
    let reject = || Decision::Reject {
        reason: reason.clone(),
    };
    done(&mut review, 3, reject()).expect("it waits");
    assert_eq!(review.open().count(), 2);
    for other in [
        reject(),
        Decision::Merge { into: 1 },
        Decision::Edit {
            fields: Body::new(),
        },
    ] {
        assert!(done(&mut review, 3, other).is_err());
    }
    assert!(
        done(&mut review, 1, Decision::Merge { into: 3 }).is_err(),
        "nothing goes into it"
    );
    done(&mut review, 3, Decision::TakeBack).expect("it was turned down");
    assert!(review.item(3).is_some_and(|item| item.state.is_open()));
    assert!(done(&mut review, 3, Decision::TakeBack).is_err());
}

#[test]
fn what_is_on_record_is_decided() {
    let mut review = review();
    let reference = "US38-01".parse().expect("a reference");
    review.items[0].state = State::Accepted { reference };
    for decision in [
        Decision::Reject { reason: None },
        Decision::TakeBack,
        Decision::Cut {
            typed: "Both\nsides".into(),
        },
        Decision::ForDesks {
            desks: vec!["a".parse().expect("an id"), "b".parse().expect("an id")],
        },
    ] {
        let wrong = done(&mut review, 1, decision.clone()).expect_err("it is on record");
        assert_eq!(wrong.item, Some(1), "{decision:?}");
    }
}

#[test]
fn neighbours_become_one_that_reaches_over_both() {
    let mut review = review();
    done(&mut review, 2, Decision::Merge { into: 1 }).expect("both wait");
    let kept = review.item(1).expect("kept").clone();
    assert_eq!(
        text::folded(&review.words(&kept)),
        "Both sides agreed to meet in May and will train officers. The U.S. will send experts"
    );
    assert_eq!(kept.fields["obligors"], json!(["p1", "p2"]));
    assert_eq!(
        review.item(2).expect("gone").state,
        State::Merged { into: 1 }
    );
    let back =
        done(&mut review, 2, Decision::TakeBack).expect_err("its words are within the other");
    assert!(back.message.contains("proposal 1"), "{}", back.message);
}

#[test]
fn of_two_paragraphs_the_words_that_stay_are_kept() {
    let mut review = review();
    done(&mut review, 3, Decision::Merge { into: 1 }).expect("both wait");
    let kept = review.item(1).expect("kept");
    assert!(
        review.words(kept).starts_with("Both sides") && !review.words(kept).contains("welcomed")
    );
    done(&mut review, 3, Decision::TakeBack).expect("each has its own words still");
    assert!(done(&mut review, 1, Decision::Merge { into: 1 }).is_err());
}

#[test]
fn a_sentence_is_cut_in_two_and_each_part_quotes_the_document() {
    let mut review = review();
    let typed = "Both sides agreed to meet in May\n and will train officers";
    let after = done(
        &mut review,
        1,
        Decision::Cut {
            typed: typed.into(),
        },
    )
    .expect("the same words");
    assert_eq!(after.len(), 3);
    assert_eq!(review.item(1).expect("there").state, State::Split);
    let words: Vec<String> = [4, 5]
        .map(|n| review.words(review.item(n).expect("a part")))
        .to_vec();
    assert_eq!(
        words,
        [
            "Both sides agreed to meet in May",
            "and will train\nofficers"
        ]
    );
    let second = review.item(5).expect("a part");
    assert_eq!(second.fields["title"], "and will train officers");
    assert_eq!(second.fields["lead"], "us-desk");
    assert!(!second.fields.contains_key("ref"), "a name is not shared");
    assert_eq!((second.origin, second.parent), (Origin::Split, Some(1)));
    for odd in [
        "The U.S. will\nsend an expert",
        "The U.S. will send experts",
    ] {
        assert!(
            done(&mut review, 2, Decision::Cut { typed: odd.into() }).is_err(),
            "{odd}"
        );
    }
}

#[test]
fn one_sentence_binds_several_desks() {
    let mut review = review();
    let desks: [DeskId; 3] =
        ["crime-desk", "cyber-desk", "crime-desk"].map(|id| id.parse().expect("an id"));
    let one = Decision::ForDesks {
        desks: vec![desks[0].clone(), desks[2].clone()],
    };
    assert!(done(&mut review, 2, one).is_err(), "one desk is no several");
    done(
        &mut review,
        2,
        Decision::ForDesks {
            desks: desks.to_vec(),
        },
    )
    .expect("two desks");
    let parts: Vec<&Item> = review
        .open()
        .filter(|item| item.parent == Some(2))
        .collect();
    let leads: Vec<&serde_json::Value> = parts.iter().map(|item| &item.fields["lead"]).collect();
    assert_eq!(leads, ["crime-desk", "cyber-desk"]);
    assert!(
        parts
            .iter()
            .all(|item| item.place == place_of("The U.S. will send experts"))
    );
}

#[test]
fn words_are_added_where_they_stand_and_only_once() {
    let review = review();
    let person = person();
    let by = By {
        person: &person,
        at: DateTime::UNIX_EPOCH,
    };
    let add = |words: &str| {
        let chosen = Chosen {
            words: words.into(),
            near: None,
            origin: Origin::Added,
        };
        added(&review, &chosen, by, drafted)
    };
    let item = add("train officers").expect("they stand there");
    assert_eq!(
        (item.n, review.words(&item).as_str()),
        (4, "train\nofficers")
    );
    for (odd, told) in [
        ("", "paste"),
        ("train the officers", "do not stand"),
        ("The U.S. will send money", "up to “The U.S. will send”"),
        ("They welcomed the rest", "Proposal 3"),
    ] {
        let wrong = add(odd).expect_err("nothing to add");
        assert!(wrong.message.contains(told), "{odd}: {}", wrong.message);
        assert_eq!(wrong.key.as_deref(), Some("words"));
    }
}

#[test]
fn an_edit_that_changes_nothing_is_no_change() {
    let mut review = review();
    let fields = review.items[0].fields.clone();
    assert_eq!(
        done(&mut review, 1, Decision::Edit { fields }).expect("it waits"),
        []
    );
    let fields: Body = serde_json::from_value(json!({"title": "Another"})).expect("a table");
    done(
        &mut review,
        1,
        Decision::Edit {
            fields: fields.clone(),
        },
    )
    .expect("it waits");
    assert_eq!(review.item(1).expect("there").fields, fields);
}

#[test]
fn what_is_for_its_readers_alone_is_for_the_desk_that_leads_it() {
    let mut fields: Body = serde_json::from_value(json!({
        "lead": "us-desk", "confidentiality": "restricted", "readers": ["us-desk", "head"],
    }))
    .expect("a table");
    led_by(&mut fields, "cyber-desk");
    assert_eq!(fields["lead"], "cyber-desk");
    assert_eq!(fields["readers"], json!(["cyber-desk", "head"]));
    fields.insert("confidentiality".to_owned(), json!("internal"));
    led_by(&mut fields, "us-desk");
    assert_eq!(
        fields["readers"],
        json!(["cyber-desk", "head"]),
        "nobody is let in by that"
    );
}
