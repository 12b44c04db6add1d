//! The access rule and its predicate say the same, over small worlds.

use std::collections::BTreeSet;

use aide_memoire::domain::access::{Viewer, may_read};
use aide_memoire::domain::book::Book;
use aide_memoire::domain::commitment::Confidentiality;
use aide_memoire::domain::ids::{CommitmentRef, DeskId, PersonId, ReaderId};
use aide_memoire::store::DatabaseKind;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::books::{change_directory, full_book, reference, save_all};
use crate::support::database::TestDatabase;

const DESKS: [&str; 2] = ["agency", "mfa"];
const PEOPLE: [&str; 4] = ["head", "leader", "officer-a", "officer-b"];

/// Who the officers of each desk are, and each commitment's confidentiality and readers.
#[derive(Debug, Clone)]
struct World {
    officers: Vec<Vec<&'static str>>,
    commitments: Vec<(Confidentiality, Vec<&'static str>)>,
}

fn worlds() -> impl Strategy<Value = World> {
    let everybody: Vec<&str> = DESKS.into_iter().chain(PEOPLE).collect();
    let officers = proptest::sample::subsequence(PEOPLE.to_vec(), 0..=3);
    let readers = proptest::sample::subsequence(everybody, 0..=3);
    let level = proptest::sample::select(vec![
        Confidentiality::Public,
        Confidentiality::Internal,
        Confidentiality::Restricted,
        Confidentiality::Restricted,
    ]);
    (
        proptest::collection::vec(officers, DESKS.len()),
        proptest::collection::vec((level, readers), 1..8),
    )
        .prop_map(|(officers, commitments)| World {
            officers,
            commitments,
        })
}

fn book_of(world: &World) -> Book {
    let mut book = full_book();
    let pattern = book.commitment("US37-01").unwrap().clone();
    book.commitments.clear();
    change_directory(&mut book, |directory| {
        for (desk, officers) in DESKS.iter().zip(&world.officers) {
            let desk = directory.desks.get_mut(*desk).unwrap();
            desk.officers = officers
                .iter()
                .map(|p| PersonId::parse(p).unwrap())
                .collect();
        }
    });
    for (n, (level, readers)) in world.commitments.iter().enumerate() {
        let mut it = pattern.clone();
        it.reference = reference(&format!("C-{n}"));
        it.confidentiality = *level;
        it.readers = readers
            .iter()
            .map(|r| ReaderId::parse(r).unwrap())
            .collect();
        book.commitments.insert(it.reference.clone(), it.into());
    }
    book
}

fn viewers() -> Vec<Viewer> {
    let desks = DESKS.map(|desk| Viewer::Desk(DeskId::parse(desk).unwrap()));
    let people = PEOPLE.map(|person| Viewer::Person(PersonId::parse(person).unwrap()));
    let guests = PEOPLE.map(|person| Viewer::Guest(PersonId::parse(person).unwrap()));
    let nobody = Viewer::Person(PersonId::parse("stranger").unwrap());
    desks
        .into_iter()
        .chain(people)
        .chain(guests)
        .chain([Viewer::Operator, Viewer::Stranger, nobody])
        .collect()
}

async fn agree(database: &TestDatabase, world: &World) {
    for table in ["commitment_reader", "commitment_desk", "commitment"] {
        let delete = format!("DELETE FROM {table}");
        database.execute(&delete).await.unwrap();
    }
    let book = book_of(world);
    save_all(database.store(), &book).await;
    let snapshot = database.store().read().await.unwrap();
    for viewer in viewers() {
        let rule: BTreeSet<CommitmentRef> = book
            .commitments
            .values()
            .filter(|it| may_read(&viewer, it, &book.directory))
            .map(|it| it.reference.clone())
            .collect();
        let predicate = snapshot.readable_by(&viewer).await.unwrap();
        assert_eq!(rule, predicate, "{viewer:?} in {world:?}");
    }
}

/// One database for all worlds, each saved over the one before.
fn rule_and_predicate_agree(kind: DatabaseKind, cases: u32) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .unwrap();
    let Some(database) = runtime.block_on(TestDatabase::fresh(kind)) else {
        return;
    };
    let mut runner = TestRunner::new(Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    });
    runner
        .run(&worlds(), |world| {
            let agreed =
                std::panic::AssertUnwindSafe(|| runtime.block_on(agree(&database, &world)));
            std::panic::catch_unwind(agreed)
                .map_err(|_| TestCaseError::fail("rule and predicate differ"))
        })
        .unwrap_or_else(|problem| panic!("{problem}"));
    runtime.block_on(async move { drop(database) });
}

mod rule_and_predicate {
    use super::*;

    #[test]
    fn sqlite() {
        rule_and_predicate_agree(DatabaseKind::Sqlite, 40);
    }

    #[test]
    fn postgres() {
        rule_and_predicate_agree(DatabaseKind::Postgres, 25);
    }
}
