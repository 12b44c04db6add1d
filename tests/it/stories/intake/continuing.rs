//! A proposal is accepted as the continuation of what an earlier meeting left open: both come on record,
//! or neither.

use aide_memoire::acts::intake::IntakeError;
use aide_memoire::acts::intake::accepting::{Accepted, CONTINUES, Continues, accept};
use aide_memoire::domain::commitment::{Commitment, Lifecycle};
use aide_memoire::domain::ids::CommitmentRef;
use aide_memoire::domain::reporting::Seen;
use aide_memoire::intake::review::Wrong;

use super::super::{DESK, commitment};
use super::*;
use crate::support::database::{TestDatabase, on_both_databases};

/// The Dialogue before, with what it left open: two, one of which others alone read, and one that is over.
fn left_open() -> String {
    let of = |reference: &str, lines: &str| {
        let lines = format!(
            "kind = \"deliverable\"\nmeeting = \"dialogue-37\"\ndeadline = \"2025\"\n{lines}"
        );
        commitment(reference, &lines)
    };
    format!(
        "{DESK}{OTHERS}\n[[meeting]]\nid = \"dialogue-37\"\npartnership = \"asean-us\"\n\
         series = \"ASEAN-U.S. Dialogue\"\nnumber = 37\nforum = \"dialogue\"\ndate = \"22 April 2025\"\n{}{}{}{}",
        of("US37-01", ""),
        of("US37-02", ""),
        of(
            "US37-08",
            "confidentiality = \"restricted\"\nreaders = [\"us-desk\"]\n"
        ),
        of("US37-09", "state = \"closed\"\nclosed = \"2025-05-01\"\n"),
    )
}

fn continuing(target: Target, older: &str, seen: Option<Seen>) -> Accepted {
    Accepted {
        continues: Some(Continues {
            reference: older.parse().unwrap(),
            seen,
        }),
        ..accepted(target, None, None)
    }
}

on_both_databases!(
    a_proposal_is_accepted_as_the_continuation_of_an_older_commitment,
    async |database: TestDatabase| {
        let house = House::open(database, &left_open(), "2025-06-02 02:00").await;
        let id = with_document(&house).await;
        confirm_it(&house, id).await;
        let before = review(&house, id).await;
        let cyber = target(&before, "canaryCYBER");
        let scholarships = target(&before, "scholarships");
        let known = house.store.book().await.unwrap();
        let lines = audit(&house).await.len();
        let enter = async |who: &str, all: &[Accepted]| {
            accept(&house.store, id, all, &editor(who), now(&house)).await
        };
        let refused = async |who: &str, all: &[Accepted]| -> Vec<Wrong> {
            let told = match enter(who, all).await {
                Err(IntakeError::Wrong(wrong)) => wrong,
                other => panic!("{other:?}"),
            };
            assert_eq!(
                house.store.book().await.unwrap(),
                known,
                "neither is entered"
            );
            assert_eq!(review(&house, id).await, before);
            assert_eq!(audit(&house).await.len(), lines);
            told
        };
        // What is not there and what is not theirs to read are told alike; what is over is over.
        for older in ["US37-99", "US37-08"] {
            let wrong = refused("leader", &[continuing(cyber, older, None)]).await;
            assert_eq!(wrong[0].key.as_deref(), Some(CONTINUES));
            assert_eq!(wrong[0].item, Some(cyber.n));
            assert!(wrong[0].message.contains("no commitment of that name"));
        }
        let over = refused("leader", &[continuing(cyber, "US37-09", None)]).await;
        assert_eq!(over[0].key.as_deref(), Some(CONTINUES));
        let stale = Some(Seen::parse("another.page"));
        let late = refused("leader", &[continuing(cyber, "US37-01", stale)]).await;
        assert!(late[0].message.contains("since this page"), "{late:?}");
        let twice = [
            continuing(cyber, "US37-01", None),
            continuing(scholarships, "US37-01", None),
        ];
        let twice = refused("leader", &twice).await;
        assert_eq!(twice[0].item, Some(scholarships.n));

        // Seen as it is, and several together.
        let by = "leader".parse().unwrap();
        let seen = Seen::of(known.commitment("US37-01").unwrap(), &by, None);
        let both = [
            continuing(cyber, "US37-01", Some(seen)),
            accepted(scholarships, None, None),
        ];
        let became = enter("leader", &both).await.unwrap();
        assert_eq!(became.len(), 2);
        let book = house.database.reopen().await.book().await.unwrap();
        let old = book.commitment("US37-01").unwrap();
        assert_eq!(old.state, Lifecycle::CarriedForward);
        let new = book.commitment("US38-01").unwrap();
        let follows = |c: &Commitment| c.follows.as_ref().map(CommitmentRef::to_string);
        assert_eq!(follows(new).as_deref(), Some("US37-01"));
        assert!(new.is_open() && new.promise.words.contains("canaryCYBER"));
        assert_eq!(follows(book.commitment("US38-02").unwrap()), None);
        let told = audit(&house).await;
        let said = |line: &str| told.iter().any(|told| told.contains(line));
        assert!(
            said("carry forward US37-01: continued by US38-01, at dialogue-38"),
            "{told:?}"
        );
        assert!(said(&format!("{} as US38-01", cyber.n)), "{told:?}");
    }
);

on_both_databases!(
    whoever_only_keeps_the_record_accepts_it_and_proposes_that_it_continues,
    async |database: TestDatabase| {
        let house = House::open(database, &left_open(), "2025-06-02 02:00").await;
        let id = with_document(&house).await;
        confirm_it(&house, id).await;
        let cyber = target(&review(&house, id).await, "canaryCYBER");
        let one = [continuing(cyber, "US37-01", None)];
        accept(&house.store, id, &one, &editor("head"), now(&house))
            .await
            .unwrap();
        let book = house.store.book().await.unwrap();
        let old = book.commitment("US37-01").unwrap();
        assert!(old.is_open(), "the SOM leader has not decided");
        assert!(old.updates.last().unwrap().awaits_review());
        let follows = book.commitment("US38-01").unwrap().follows.clone();
        assert_eq!(follows.map(|f| f.to_string()).as_deref(), Some("US37-01"));
        let told = audit(&house).await;
        let line = "propose to carry forward US37-01: continued by US38-01";
        assert!(told.iter().any(|told| told.contains(line)), "{told:?}");
    }
);
