//! What is saved is what is read: every entity, every field, set and unset.

use std::collections::BTreeSet;
use std::fmt::Debug;

use aide_memoire::domain::ids::{DeskId, PartnershipId};
use aide_memoire::record::{self, EntityKey};

use super::books::{full_book, key, keys_of, reference, save, save_all};
use crate::support::database::{TestDatabase, on_both_databases};

/// The round trip proves a field only where the book sets it.
#[test]
fn the_full_book_leaves_no_field_unset() {
    let book = full_book();
    let directory = &book.directory;
    let set = |it: &dyn Debug| {
        let text = format!("{it:?}");
        assert!(!text.contains("None") && !text.contains("[]"), "{text}");
    };
    set(&directory.calendars["pnh"]);
    set(&directory.people["head"]);
    set(&directory.desks["agency"]);
    set(&directory.partnerships["asean-us"].coordinators[0]);
    set(&directory.partnerships["asean-us"].policy);
    set(&directory.partnerships["asean-us"].parties);
    set(&directory.chairmanships[&2025]);
    set(&directory.meetings["pmc"]);
    set(&directory.instruments["asw"]);
    set(&directory.absences[0]);
    set(&directory.policy);
    set(&book.documents["release"]);
    let everything = book.commitment("US37-02").unwrap();
    set(&everything.updates[0]);
    set(&everything.revisions[0]);
    set(&everything.raised[0]);
    set(&everything.handovers[0]);
    set(&everything.mentions[0]);
    set(&everything.milestones[0]);
    let mut rest = everything.clone();
    rest.updates.truncate(1);
    rest.revisions.truncate(1);
    rest.handovers.truncate(1);
    rest.raised.truncate(1);
    rest.mentions.truncate(1);
    rest.milestones.truncate(1);
    rest.policy.overdue = Some(vec![1]);
    set(&rest);
}

on_both_databases!(everything_comes_back, async |database: TestDatabase| {
    let book = full_book();
    save_all(database.store(), &book).await;
    assert_eq!(*database.store().book().await.unwrap(), book);
    assert_eq!(*database.reopen().await.book().await.unwrap(), book);
    assert_eq!(
        *database.store().directory().await.unwrap(),
        *book.directory
    );
});

on_both_databases!(
    the_first_record_comes_back,
    async |database: TestDatabase| {
        let book = record::first_record();
        save_all(database.store(), &book).await;
        assert_eq!(*database.reopen().await.book().await.unwrap(), book);
    }
);

on_both_databases!(parts_come_back, async |database: TestDatabase| {
    let book = full_book();
    save_all(database.store(), &book).await;
    // Asked of the tables, then of the book in memory: the same.
    for warm in [false, true] {
        if warm {
            database.store().book().await.unwrap();
        }
        let snapshot = database.store().read().await.unwrap();
        let asked = [
            reference("US37-03"),
            reference("US37-02"),
            reference("NO-SUCH"),
        ];
        let found = snapshot.commitments(&asked).await.unwrap();
        let names: Vec<&str> = found.keys().map(|r| r.as_str()).collect();
        assert_eq!(names, ["US37-02", "US37-03"]);
        assert_eq!(found["US37-02"], book.commitments["US37-02"]);
        assert!(snapshot.commitments(&[]).await.unwrap().is_empty());

        // The one of the partnership is closed.
        let partnership = PartnershipId::parse("asean-us").unwrap();
        let open = snapshot.open_of_partnership(&partnership).await.unwrap();
        assert!(open.is_empty());
        let desks = BTreeSet::from([DeskId::parse("mfa").unwrap()]);
        let (open, _) = snapshot.open_of_desks(&desks, 0).await.unwrap();
        let names: Vec<&str> = open.iter().map(|c| c.reference.as_str()).collect();
        assert_eq!(names, ["US37-01"]);
    }
});

on_both_databases!(open_ones_by_reference, async |database: TestDatabase| {
    let mut book = full_book();
    save_all(database.store(), &book).await;
    // The rows come in another order, and a language would have a third.
    for name in ["b-2", "B-1", "a-10", "A-9"] {
        let mut it = book.commitment("US37-01").unwrap().clone();
        it.reference = reference(name);
        it.partnership = Some(PartnershipId::parse("asean-us").unwrap());
        it.lead = DeskId::parse("agency").unwrap();
        it.cooperating = vec![DeskId::parse("mfa").unwrap()];
        book.commitments.insert(it.reference.clone(), it.into());
        save(database.store(), &book, &[key("commitment", name)]).await;
    }
    for warm in [false, true] {
        if warm {
            database.store().book().await.unwrap();
        }
        let snapshot = database.store().read().await.unwrap();
        let partnership = PartnershipId::parse("asean-us").unwrap();
        let open = snapshot.open_of_partnership(&partnership).await.unwrap();
        let names: Vec<&str> = open.iter().map(|c| c.reference.as_str()).collect();
        assert_eq!(names, ["A-9", "B-1", "a-10", "b-2"]);
        let desks = BTreeSet::from([DeskId::parse("mfa").unwrap()]);
        let (open, _) = snapshot.open_of_desks(&desks, 0).await.unwrap();
        let names: Vec<&str> = open.iter().map(|c| c.reference.as_str()).collect();
        assert_eq!(names, ["A-9", "B-1", "US37-01", "a-10", "b-2"]);
        let (nobody, _) = snapshot.open_of_desks(&BTreeSet::new(), 0).await.unwrap();
        assert!(nobody.is_empty());
    }
});

on_both_databases!(
    a_part_of_the_record_brings_what_its_commitments_were_promised_in,
    async |database: TestDatabase| {
        let book = full_book();
        save_all(database.store(), &book).await;
        let snapshot = database.store().read().await.unwrap();
        let part = snapshot
            .book_of(&[reference("US37-02"), reference("NO-SUCH")])
            .await
            .unwrap();
        assert_eq!(part.directory, book.directory);
        assert_eq!(part.commitments.len(), 1);
        assert_eq!(part.commitment("US37-02"), book.commitment("US37-02"));
        let promised_in = &book.commitment("US37-02").unwrap().promise.document;
        assert_eq!(
            part.documents.keys().collect::<Vec<_>>(),
            promised_in.iter().collect::<Vec<_>>()
        );
        assert!(!part.documents.is_empty());
        let nothing = snapshot.book_of(&[]).await.unwrap();
        assert_eq!((nothing.commitments.len(), nothing.documents.len()), (0, 0));
    }
);

on_both_databases!(
    what_was_imported_comes_back,
    async |database: TestDatabase| {
        let bodies: Vec<(EntityKey, String)> = keys_of(&full_book())
            .into_iter()
            .map(|key| (key.clone(), format!("{{\"id\":\"{}\"}}", key.id)))
            .collect();
        let mut edit = database.store().edit().await.unwrap();
        edit.set_imported(&bodies).await.unwrap();
        let again = (key("party", "us"), "{}".to_owned());
        edit.set_imported(std::slice::from_ref(&again))
            .await
            .unwrap();
        edit.commit().await.unwrap();

        let mut expected: std::collections::BTreeMap<_, _> = bodies.into_iter().collect();
        expected.insert(again.0, again.1);
        let snapshot = database.store().read().await.unwrap();
        assert_eq!(snapshot.imported().await.unwrap(), expected);
    }
);
