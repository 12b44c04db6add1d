//! The record half: what was saved is what is read, by every daemon, and edits wait for each other.

use std::collections::BTreeSet;

use aide_memoire::domain::access::{Viewer, may_read};
use aide_memoire::domain::book::Book;
use aide_memoire::record::{self, EntityKey, read_text};
use aide_memoire::store::Store;

use crate::support::database::{TestDatabase, on_both_databases};

/// A record that uses every field of the format.
const EVERYTHING: &str = include_str!("everything.toml");

async fn save(store: &Store, book: &Book) {
    let mut change = store.edit().await.unwrap();
    change.save(book, &keys(book)).await.unwrap();
    change.commit().await.unwrap();
}

/// Every thing in a book.
fn keys(book: &Book) -> Vec<EntityKey> {
    let directory = &book.directory;
    let key = |kind, id: String| EntityKey::of(kind, id).unwrap();
    let mut keys = vec![key("policy", "general".into())];
    keys.extend(
        directory
            .calendars
            .keys()
            .map(|id| key("calendar", id.to_string())),
    );
    keys.extend(
        directory
            .parties
            .keys()
            .map(|id| key("party", id.to_string())),
    );
    keys.extend(
        directory
            .people
            .keys()
            .map(|id| key("person", id.to_string())),
    );
    keys.extend(directory.desks.keys().map(|id| key("desk", id.to_string())));
    keys.extend(
        directory
            .partnerships
            .keys()
            .map(|id| key("partnership", id.to_string())),
    );
    keys.extend(
        directory
            .chairmanships
            .keys()
            .map(|year| key("chairmanship", year.to_string())),
    );
    keys.extend(
        directory
            .meetings
            .keys()
            .map(|id| key("meeting", id.to_string())),
    );
    keys.extend(
        directory
            .instruments
            .keys()
            .map(|id| key("instrument", id.to_string())),
    );
    keys.extend(
        directory
            .absences
            .iter()
            .map(|a| key("absence", format!("{}@{}", a.person, a.from))),
    );
    keys.extend(
        book.documents
            .keys()
            .map(|id| key("document", id.to_string())),
    );
    keys.extend(
        book.commitments
            .keys()
            .map(|id| key("commitment", id.to_string())),
    );
    keys
}

on_both_databases!(
    a_whole_record_comes_back_byte_for_byte,
    async |database: TestDatabase| {
        let store = database.store().clone();
        let book = read_text("record.toml", EVERYTHING).unwrap_or_else(|p| panic!("{p}"));
        save(&store, &book).await;
        let read = store.book().await.unwrap();
        assert_eq!(*read, book);
        assert_eq!(record::write_toml(&read), record::write_toml(&book));
    }
);

on_both_databases!(
    a_change_is_seen_by_every_daemon_and_a_roll_back_by_none,
    async |database: TestDatabase| {
        let (one, other) = (database.reopen().await, database.reopen().await);
        let mut book = record::first_record();
        save(&one, &book).await;
        assert_eq!(
            other.book().await.unwrap().commitments.len(),
            book.commitments.len()
        );

        let (reference, commitment) = book
            .commitments
            .iter()
            .next()
            .map(|(r, c)| (r.clone(), c.as_ref().clone()))
            .unwrap();
        let mut edited = commitment.clone();
        edited.title = "Another title".into();
        book.commitments.insert(reference.clone(), edited.into());
        let key = [EntityKey::of("commitment", reference.as_str()).unwrap()];

        let mut change = one.edit().await.unwrap();
        change.save(&book, &key).await.unwrap();
        assert_eq!(
            change
                .book()
                .await
                .unwrap()
                .commitment(reference.as_str())
                .unwrap()
                .title,
            "Another title",
            "it sees its own writing"
        );
        change.roll_back().await.unwrap();
        for store in [&one, &other] {
            let read = store.book().await.unwrap();
            assert_eq!(
                read.commitment(reference.as_str()).unwrap().title,
                commitment.title
            );
        }

        let mut change = one.edit().await.unwrap();
        change.save(&book, &key).await.unwrap();
        change.commit().await.unwrap();
        for store in [&one, &other] {
            let read = store.book().await.unwrap();
            assert_eq!(
                read.commitment(reference.as_str()).unwrap().title,
                "Another title"
            );
            assert_eq!(read.commitments.len(), book.commitments.len());
        }
    }
);

on_both_databases!(edits_wait_for_each_other, async |database: TestDatabase| {
    let store = database.store().clone();
    save(&store, &record::first_record()).await;
    let before = store
        .read()
        .await
        .unwrap()
        .installation()
        .await
        .unwrap()
        .record_version;
    let editing: Vec<_> = (0..20)
        .map(|n| {
            let store = store.clone();
            tokio::spawn(async move {
                let mut change = store.edit().await.unwrap();
                let book = change.book().await.unwrap();
                let day = chrono::NaiveDate::from_ymd_opt(2025, 6, 1 + n).unwrap();
                change.set_live_on(day).await.unwrap();
                assert!(!book.commitments.is_empty());
                change.commit().await.unwrap();
            })
        })
        .collect();
    for edit in editing {
        edit.await.unwrap();
    }
    let after = store
        .read()
        .await
        .unwrap()
        .installation()
        .await
        .unwrap()
        .record_version;
    assert_eq!(after, before + 20);
});

on_both_databases!(
    the_access_rule_and_its_predicate_agree,
    async |database: TestDatabase| {
        let store = database.store().clone();
        let book = read_text("record.toml", EVERYTHING).unwrap_or_else(|p| panic!("{p}"));
        save(&store, &book).await;
        let directory = &book.directory;
        let viewers = std::iter::once(Viewer::Operator)
            .chain(directory.people.keys().cloned().map(Viewer::Person))
            .chain(directory.desks.keys().cloned().map(Viewer::Desk));
        let mut answers = BTreeSet::new();
        for viewer in viewers {
            let by_rule: BTreeSet<_> = book
                .commitments
                .values()
                .filter(|c| may_read(&viewer, c, directory))
                .map(|c| c.reference.clone())
                .collect();
            let snapshot = store.read().await.unwrap();
            assert_eq!(
                snapshot.readable_by(&viewer).await.unwrap(),
                by_rule,
                "{viewer:?}"
            );
            answers.insert(by_rule.len());
        }
        assert!(answers.len() > 1, "some may read what others may not");
    }
);

on_both_databases!(
    retiming_is_worked_off_in_batches,
    async |database: TestDatabase| {
        let store = database.store().clone();
        let book = record::first_record();
        save(&store, &book).await;
        let mut change = store.change().await.unwrap();
        change.ask_replan().await.unwrap();
        change.ask_replan().await.unwrap();
        assert_eq!(change.replans().await.unwrap(), 1, "asked twice, done once");
        change.commit().await.unwrap();
        let mut batches = 0;
        loop {
            let mut change = store.change().await.unwrap();
            let more = change.replan_batch(10).await.unwrap();
            change.commit().await.unwrap();
            batches += 1;
            if !more {
                break;
            }
        }
        assert_eq!(batches, book.open().count().div_ceil(10) + 1);
        assert_eq!(store.read().await.unwrap().replans().await.unwrap(), 0);
    }
);

on_both_databases!(
    the_schema_refuses_what_the_domain_has_no_word_for,
    async |database: TestDatabase| {
        let store = database.store().clone();
        save(&store, &record::first_record()).await;
        for statement in [
            "UPDATE commitment SET state = 'forgotten'",
            "UPDATE commitment SET lead_id = 'nobody'",
            "UPDATE commitment SET promise = ''",
            "UPDATE meeting SET status = 'perhaps'",
            "UPDATE progress_update SET reported = 'fine'",
            "UPDATE installation SET id = 2",
            "DELETE FROM desk",
            "INSERT INTO commitment_reader (commitment_id, place, reader_id) VALUES (99999, 0, 'x')",
        ] {
            assert!(database.execute(statement).await.is_err(), "{statement}");
        }
    }
);
