//! Re-timing in batches: whose, each once, never against an edit, and wherever a daemon left off.

use std::collections::BTreeSet;

use aide_memoire::domain::book::Book;
use aide_memoire::domain::deadline::Deadline;
use aide_memoire::domain::ids::{DeskId, MeetingId, PartnershipId, ReaderId};
use aide_memoire::domain::retiming::Scope;
use aide_memoire::store::{Retiming, SchemaState, Store};
use aide_memoire_migrations::{Migrator, MigratorTrait};
use chrono::{DateTime, TimeDelta, Utc};

use super::books::{change_commitment, full_book, key, many, reference, save, save_all};
use crate::support::database::{TestDatabase, on_both_databases, on_empty};

fn slot() -> DateTime<Utc> {
    "2025-07-01T01:00:00Z".parse().unwrap()
}

/// Nobody is to be asked: neither at once nor ever.
async fn put_to_sleep(database: &TestDatabase) {
    let asleep = "UPDATE commitment SET next_due = NULL; UPDATE meeting SET next_due = NULL; UPDATE reader SET next_due = NULL";
    database.execute(asleep).await.unwrap();
}

async fn ask(store: &Store, scope: &Scope) -> u64 {
    let mut change = store.change().await.unwrap();
    change.ask_replan_of(scope).await.unwrap();
    change.commit().await.unwrap();
    store.read().await.unwrap().replans().await.unwrap()
}

async fn read_batch(store: &Store, rows: u64) -> Option<Retiming> {
    let snapshot = store.read().await.unwrap();
    snapshot.next_retiming(rows).await.unwrap()
}

/// All of a batch are to be asked at one time.
async fn write_batch(store: &Store, batch: &Retiming, at: DateTime<Utc>) -> Option<u64> {
    let times = vec![Some(at); batch.commitments.len()];
    let mut change = store.change().await.unwrap();
    let written = change.retime(batch, &times).await.unwrap();
    change.commit().await.unwrap();
    written
}

/// Works off all there is; the references of each batch.
async fn work_off(store: &Store, rows: u64, at: DateTime<Utc>) -> Vec<Vec<String>> {
    let mut batches = Vec::new();
    while let Some(batch) = read_batch(store, rows).await {
        let names = batch
            .commitments
            .iter()
            .map(|one| one.reference.to_string());
        batches.push(names.collect());
        assert!(write_batch(store, &batch, at).await.is_some());
    }
    batches
}

/// How many are to be asked at a time.
async fn asked_at(database: &TestDatabase, at: DateTime<Utc>) -> i64 {
    let snapshot = database.store().read().await.unwrap();
    let due = snapshot.due_commitments(at, 10_000).await.unwrap();
    let before = at - TimeDelta::seconds(1);
    let earlier = snapshot.due_commitments(before, 10_000).await.unwrap();
    i64::try_from(due.len() - earlier.len()).unwrap()
}

on_both_databases!(
    everything_is_timed_anew_in_batches,
    async |database: TestDatabase| {
        let store = database.store();
        save_all(store, &many(25)).await;
        put_to_sleep(&database).await;
        let close = "UPDATE commitment SET state = 'closed' WHERE reference = 'C-00003'";
        database.execute(close).await.unwrap();
        assert!(
            read_batch(store, 10).await.is_none(),
            "nothing was asked for"
        );

        assert_eq!(ask(store, &Scope::Everything).await, 1);
        assert_eq!(ask(store, &Scope::Everything).await, 1, "once is enough");
        let batches = work_off(store, 10, slot()).await;
        let sizes: Vec<usize> = batches.iter().map(Vec::len).collect();
        assert_eq!(sizes, [10, 10, 4]);
        assert_eq!(batches[0][3], "C-00004");
        assert_eq!(asked_at(&database, slot()).await, 24);
        let untouched = "SELECT COUNT(*) FROM commitment WHERE version = 1";
        assert_eq!(database.count(untouched).await, 25, "times are no edits");
        assert_eq!(store.read().await.unwrap().replans().await.unwrap(), 0);
    }
);

on_both_databases!(
    asked_again_it_begins_again_and_what_was_read_is_void,
    async |database: TestDatabase| {
        let store = database.store();
        save_all(store, &many(5)).await;
        put_to_sleep(&database).await;
        ask(store, &Scope::Everything).await;
        let first = read_batch(store, 3).await.unwrap();
        assert_eq!(write_batch(store, &first, slot()).await, Some(3));
        let second = read_batch(store, 3).await.unwrap();
        // Another edit: what was just found out about these may not be true any more.
        ask(store, &Scope::Everything).await;
        assert_eq!(write_batch(store, &second, slot()).await, None);
        assert_eq!(asked_at(&database, slot()).await, 3);
        let later = slot() + TimeDelta::days(1);
        let batches = work_off(store, 3, later).await;
        assert_eq!(batches.concat().len(), 5);
        assert_eq!(asked_at(&database, later).await, 5);
    }
);

on_both_databases!(
    an_edit_while_a_batch_is_under_way_is_not_undone,
    async |database: TestDatabase| {
        let store = database.store();
        let mut book = many(4);
        save_all(store, &book).await;
        put_to_sleep(&database).await;
        ask(store, &Scope::Everything).await;
        let batch = read_batch(store, 10).await.unwrap();
        change_commitment(&mut book, "C-00002", |it| {
            it.deadline = Some(Deadline::parse("2 July 2026").unwrap());
        });
        save(store, &book, &[key("commitment", "C-00002")]).await;
        assert_eq!(write_batch(store, &batch, slot()).await, Some(3));
        let snapshot = store.read().await.unwrap();
        let now = DateTime::UNIX_EPOCH;
        let due = snapshot.due_commitments(now, 10).await.unwrap();
        let due: Vec<&str> = due.iter().map(|t| t.value.as_str()).collect();
        assert_eq!(due, ["C-00002"], "the edited one is still to be asked");
    }
);

on_both_databases!(
    a_daemon_that_died_between_two_batches_left_a_place_to_go_on,
    async |database: TestDatabase| {
        save_all(database.store(), &many(10)).await;
        put_to_sleep(&database).await;
        ask(database.store(), &Scope::Everything).await;
        let first = database.reopen().await;
        let batch = read_batch(&first, 4).await.unwrap();
        write_batch(&first, &batch, slot()).await;
        // It reads the next batch, writes it, and dies before the commit.
        let batch = read_batch(&first, 4).await.unwrap();
        let mut change = first.change().await.unwrap();
        let times = vec![Some(slot()); 4];
        assert_eq!(change.retime(&batch, &times).await.unwrap(), Some(4));
        drop(change);
        first.close().await.unwrap();

        let second = database.reopen().await;
        let batches = work_off(&second, 4, slot() + TimeDelta::days(1)).await;
        let names: Vec<String> = batches.concat();
        let expected: Vec<String> = (4..10).map(|n| format!("C-{n:05}")).collect();
        assert_eq!(
            names, expected,
            "the first batch is done, the second was not"
        );
    }
);

on_both_databases!(
    only_what_changes_is_written,
    async |database: TestDatabase| {
        let store = database.store();
        save_all(store, &many(6)).await;
        put_to_sleep(&database).await;
        ask(store, &Scope::Everything).await;
        work_off(store, 10, slot()).await;
        // Two are to be asked at once as it is.
        let awake = "UPDATE commitment SET next_due = '1970-01-01T00:00:00+00:00' WHERE reference IN ('C-00000', 'C-00001')";
        database.execute(awake).await.unwrap();
        ask(store, &Scope::Everything).await;
        let batch = read_batch(store, 10).await.unwrap();
        assert_eq!(batch.commitments.len(), 4);
        assert_eq!(write_batch(store, &batch, slot()).await, Some(0));
    }
);

// Instants are text on SQLite: both ways of writing them must give the same text.
on_both_databases!(
    a_batch_is_written_like_anything_else,
    async |database: TestDatabase| {
        let store = database.store();
        save_all(store, &many(8)).await;
        let fractions = [0, 1, 500, 1_000, 250_000, 999_999];
        for micros in fractions {
            let at = slot() + TimeDelta::microseconds(micros);
            put_to_sleep(&database).await;
            ask(store, &Scope::Everything).await;
            let batch = read_batch(store, 4).await.unwrap();
            assert_eq!(write_batch(store, &batch, at).await, Some(4));
            let rows: Vec<_> = (4..8)
                .map(|n| (reference(&format!("C-{n:05}")), 1, Some(at)))
                .collect();
            let mut change = store.change().await.unwrap();
            assert_eq!(change.set_next_due_commitments(&rows).await.unwrap(), 4);
            change.commit().await.unwrap();
            let kinds = "SELECT COUNT(DISTINCT next_due) FROM commitment";
            assert_eq!(database.count(kinds).await, 1, "{micros} microseconds");
            assert_eq!(asked_at(&database, at).await, 8);
        }
        // And nothing is written like nothing.
        ask(store, &Scope::Everything).await;
        let batch = read_batch(store, 100).await.unwrap();
        let mut change = store.change().await.unwrap();
        let never = vec![None; batch.commitments.len()];
        assert_eq!(change.retime(&batch, &never).await.unwrap(), Some(8));
        change.commit().await.unwrap();
        let asleep = "SELECT COUNT(*) FROM commitment WHERE next_due IS NULL";
        assert_eq!(database.count(asleep).await, 8);
    }
);

/// Commitments of two partnerships, eight desks and two meetings, tied in every way there is.
fn tied() -> Book {
    let mut book = many(40);
    let full = full_book();
    let mut directory = full.directory.as_ref().clone();
    directory.desks.extend(book.directory.desks.clone());
    let partnership = directory.partnerships.values().next().unwrap().clone();
    let other = PartnershipId::parse("asean-other").unwrap();
    let mut second = partnership.clone();
    second.id = other.clone();
    directory.partnerships.insert(other.clone(), second);
    book.directory = directory.into();
    book.documents = full.documents.clone();
    let meetings: Vec<MeetingId> = book.directory.meetings.keys().take(2).cloned().collect();
    for n in 0..40 {
        change_commitment(&mut book, &format!("C-{n:05}"), |it| {
            it.partnership = match n % 3 {
                0 => Some(partnership.id.clone()),
                1 => Some(other.clone()),
                _ => None,
            };
            let meeting = &meetings[n % 2];
            if n % 5 == 0 {
                it.deadline = Some(Deadline::parse(&format!("at {meeting}")).unwrap());
            }
            if n % 7 == 0 {
                let before = format!("3 days before {meeting}");
                it.milestones[0].deadline = Some(Deadline::parse(&before).unwrap());
                // Two steps at one meeting, and one commitment.
                let mut step = it.milestones[0].clone();
                step.title = "Adopted".into();
                it.milestones.push(step);
            }
        });
    }
    book
}

on_both_databases!(
    a_scope_is_those_it_includes_each_once,
    async |database: TestDatabase| {
        let store = database.store();
        let book = tied();
        save_all(store, &book).await;
        let close =
            "UPDATE commitment SET state = 'closed' WHERE reference IN ('C-00000', 'C-00035')";
        database.execute(close).await.unwrap();
        let directory = &book.directory;
        let desks = directory.desks.keys().cloned().map(Scope::Desk);
        let partnerships = directory.partnerships.keys().cloned();
        let meetings = directory.meetings.keys().cloned();
        let scopes: Vec<Scope> = desks
            .chain(partnerships.map(Scope::Partnership))
            .chain(meetings.map(Scope::Meeting))
            .chain([Scope::Everything])
            .collect();
        for scope in scopes {
            put_to_sleep(&database).await;
            ask(store, &scope).await;
            let mut batches = work_off(store, 3, slot()).await.concat();
            batches.sort();
            let now = store.book().await.unwrap();
            let of_scope = now.open().filter(|c| scope.includes(c));
            let expected: Vec<String> = of_scope.map(|c| c.reference.to_string()).collect();
            assert_eq!(batches, expected, "{scope:?}");
            assert_eq!(
                asked_at(&database, slot()).await,
                i64::try_from(expected.len()).unwrap()
            );
        }
    }
);

on_both_databases!(
    scopes_wait_side_by_side_and_everything_takes_their_place,
    async |database: TestDatabase| {
        let store = database.store();
        save_all(store, &tied()).await;
        let desk = |n: usize| Scope::Desk(DeskId::parse(&format!("desk-{n}")).unwrap());
        assert_eq!(ask(store, &desk(1)).await, 1);
        assert_eq!(ask(store, &desk(2)).await, 2);
        assert_eq!(ask(store, &desk(1)).await, 2, "once is enough");
        let scopes = store.read().await.unwrap().scopes_to_retime().await;
        assert_eq!(scopes.unwrap(), BTreeSet::from([desk(1), desk(2)]));
        assert_eq!(ask(store, &Scope::Everything).await, 1);
        assert_eq!(
            ask(store, &desk(1)).await,
            2,
            "an edit after it, and of its own"
        );
    }
);

on_both_databases!(
    meetings_and_readers_are_asked_at_once,
    async |database: TestDatabase| {
        let store = database.store();
        let book = tied();
        save_all(store, &book).await;
        let readers = ["mfa", "head"]
            .map(|id| ReaderId::parse(id).unwrap())
            .into();
        let mut change = store.change().await.unwrap();
        change.keep_readers(&readers).await.unwrap();
        change.commit().await.unwrap();
        let awake = async |scope: &Scope| {
            put_to_sleep(&database).await;
            ask(store, scope).await;
            let count = async |table: &str| {
                let awake = format!("SELECT COUNT(*) FROM {table} WHERE next_due IS NOT NULL");
                database.count(&awake).await
            };
            (count("meeting").await, count("reader").await)
        };
        let all = i64::try_from(book.directory.meetings.len()).unwrap();
        assert_eq!(awake(&Scope::Everything).await, (all, 2));
        let desk = DeskId::parse("desk-1").unwrap();
        assert_eq!(awake(&Scope::Desk(desk)).await, (all, 2));
        let meeting = book.directory.meetings.keys().next().unwrap().clone();
        assert_eq!(awake(&Scope::Meeting(meeting)).await, (0, 2));
        let other = PartnershipId::parse("asean-other").unwrap();
        assert_eq!(awake(&Scope::Partnership(other)).await, (0, 2));
        let first = book
            .directory
            .partnerships
            .keys()
            .find(|id| id.as_str() != "asean-other");
        let of_it = |m: &&aide_memoire::domain::meeting::Meeting| m.partnership.as_ref() == first;
        let its = book.directory.meetings.values().filter(of_it).count();
        assert!(its > 0);
        let woken = awake(&Scope::Partnership(first.unwrap().clone())).await;
        assert_eq!(woken, (i64::try_from(its).unwrap(), 2));
    }
);

// Edits ask again while daemons work off: nobody's work fails, and in the end all is done.
on_both_databases!(
    asked_while_it_is_worked_off,
    async |database: TestDatabase| {
        save_all(database.store(), &many(40)).await;
        put_to_sleep(&database).await;
        let asking: Vec<_> = (0..4)
            .map(|n| {
                let store = database.store().clone();
                tokio::spawn(async move {
                    for _ in 0..10 {
                        if n < 2 {
                            let mut change = match n {
                                0 => store.edit().await.unwrap(),
                                _ => store.change().await.unwrap(),
                            };
                            change.ask_replan().await.expect("it is asked");
                            tokio::task::yield_now().await;
                            change.commit().await.expect("it is committed");
                        } else if let Some(batch) = read_batch(&store, 7).await {
                            write_batch(&store, &batch, slot()).await;
                        }
                    }
                })
            })
            .collect();
        for task in asking {
            task.await.unwrap();
        }
        work_off(database.store(), 7, slot()).await;
        assert_eq!(database.count("SELECT COUNT(*) FROM replan").await, 0);
        assert_eq!(asked_at(&database, slot()).await, 40);
    }
);

on_empty!(
    a_re_timing_of_an_older_version_is_worked_off_by_this_one,
    async |database: TestDatabase| {
        let migrations = Migrator::migrations();
        let place = migrations.iter().position(|m| m.name() == "m0007_replan");
        let older = u32::try_from(place.expect("it is there")).unwrap();
        let raw = database.raw().await;
        Migrator::up(&raw, Some(older)).await.unwrap();
        raw.close().await.unwrap();
        let under_way = "INSERT INTO replan (scope, after_id) VALUES ('everything', 4000)";
        database.execute(under_way).await.unwrap();

        let store = database.store();
        store.migrate(DateTime::UNIX_EPOCH).await.unwrap();
        assert_eq!(store.schema().await.unwrap(), SchemaState::Current);
        save_all(store, &many(3)).await;
        put_to_sleep(&database).await;
        assert_eq!(work_off(store, 10, slot()).await.concat().len(), 3);
        // The schema refuses what nobody could work off.
        for row in [
            "('everything', 'desk-1', 0)",
            "('desk', '', 0)",
            "('planet', 'mars', 0)",
        ] {
            let odd = format!("INSERT INTO replan (scope, name, after_id) VALUES {row}");
            assert!(database.execute(&odd).await.is_err(), "{row}");
        }
        let once = "INSERT INTO replan (scope, name, after_id) VALUES ('desk', 'desk-1', 0)";
        database.execute(once).await.unwrap();
        assert!(database.execute(once).await.is_err());
        // And there is a way back.
        let raw = database.raw().await;
        let newer = u32::try_from(migrations.len()).unwrap() - older;
        Migrator::down(&raw, Some(newer)).await.unwrap();
        raw.close().await.unwrap();
        assert_eq!(database.count("SELECT COUNT(*) FROM replan").await, 1);
    }
);
