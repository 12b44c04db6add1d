//! The book in memory is what the database holds, whoever edited it.

use std::sync::Arc;

use aide_memoire::domain::book::Book;
use aide_memoire::domain::commitment::Lifecycle;
use aide_memoire::domain::ids::DeskId;
use aide_memoire::store::Edited;

use super::books::{
    change_commitment, change_directory, full_book, key, many, reference, save, save_all,
};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::instant;

on_both_databases!(it_is_read_once, async |database: TestDatabase| {
    save_all(database.store(), &full_book()).await;
    let first = database.store().book().await.unwrap();
    let second = database.store().book().await.unwrap();
    assert!(Arc::ptr_eq(&first, &second));
    let directory = database.store().directory().await.unwrap();
    assert!(Arc::ptr_eq(&first.directory, &directory));
    // Through snapshots and changes that edit nothing too.
    let snapshot = database.store().read().await.unwrap();
    assert!(Arc::ptr_eq(&first, &snapshot.book().await.unwrap()));
    drop(snapshot);
    let change = database.store().change().await.unwrap();
    assert!(Arc::ptr_eq(&directory, &change.directory().await.unwrap()));
});

on_both_databases!(
    a_page_learns_in_one_query_what_holds_mail_back,
    async |database: TestDatabase| {
        let store = database.store();
        save_all(store, &full_book()).await;
        let (book, hold) = store.book_and_hold().await.unwrap();
        assert!(Arc::ptr_eq(&book, &store.book().await.unwrap()));
        assert_eq!(hold, None);

        let since = instant("2025-06-02 02:00");
        let mut change = store.change().await.unwrap();
        change.begin_hold("It was restored.", since).await.unwrap();
        change.commit().await.unwrap();
        let (_, hold) = store.book_and_hold().await.unwrap();
        assert_eq!(hold, store.hold().await.unwrap());
        let hold = hold.expect("mail is held back");
        assert_eq!((hold.since, &*hold.reason), (since, "It was restored."));

        let mut change = store.change().await.unwrap();
        change.end_hold(since.date_naive()).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(store.book_and_hold().await.unwrap().1, None);
    }
);

on_both_databases!(another_daemon_edits, async |database: TestDatabase| {
    let mut book = full_book();
    save_all(database.store(), &book).await;
    let other = database.reopen().await;
    let before = other.book().await.unwrap();

    change_commitment(&mut book, "US37-01", |it| it.title = "Changed".to_owned());
    save(database.store(), &book, &[key("commitment", "US37-01")]).await;
    let after = other.book().await.unwrap();
    assert_eq!(*after, book);
    // Only what changed was read again.
    let kept = |name: &str| Arc::ptr_eq(&before.commitments[name], &after.commitments[name]);
    assert!(kept("US37-02") && kept("US37-03") && !kept("US37-01"));
    assert!(Arc::ptr_eq(&before.directory, &after.directory));
    assert!(Arc::ptr_eq(
        &before.documents["release"],
        &after.documents["release"]
    ));

    let release = book.documents.get_mut("release").unwrap();
    Arc::make_mut(release).title = "Changed".to_owned();
    change_directory(&mut book, |directory| {
        directory.meetings.get_mut("pmc").unwrap().place = None;
    });
    let keys = [key("document", "release"), key("meeting", "pmc")];
    save(database.store(), &book, &keys).await;
    let last = other.book().await.unwrap();
    assert_eq!(*last, book);
    assert_eq!(other.directory().await.unwrap(), book.directory);
    // What was handed out before stays as it was.
    assert_eq!(before.commitment("US37-01").unwrap().title, "Bare");

    // New ones come too, and parts asked of memory are as true as the whole.
    let mut new = book.commitment("US37-01").unwrap().clone();
    new.reference = reference("US38-01");
    book.commitments.insert(new.reference.clone(), new.into());
    save(database.store(), &book, &[key("commitment", "US38-01")]).await;
    let snapshot = other.read().await.unwrap();
    let found = snapshot.commitments(&[reference("US38-01")]).await.unwrap();
    assert_eq!(found.len(), 1);
});

on_both_databases!(
    a_snapshot_stays_at_its_moment,
    async |database: TestDatabase| {
        let before = full_book();
        save_all(database.store(), &before).await;
        let old = database.store().read().await.unwrap();
        // A transaction sees the moment of its first question.
        old.installation().await.unwrap();

        let mut after = before.clone();
        change_commitment(&mut after, "US37-01", |it| it.title = "Changed".to_owned());
        change_directory(&mut after, |directory| {
            directory.parties.get_mut("us").unwrap().name = "Changed".to_owned();
        });
        save_all(database.store(), &after).await;
        let present = database.store().book().await.unwrap();
        assert_eq!(*present, after);

        assert_eq!(*old.book().await.unwrap(), before);
        assert_eq!(old.directory().await.unwrap(), before.directory);
        // And it does not put the past into the present's place.
        drop(old);
        let still = database.store().book().await.unwrap();
        assert!(Arc::ptr_eq(&present, &still));
    }
);

// Readers and editors of two daemons at once: every book that anybody ever sees is one that was
// committed. Each edit sets the same number on a commitment and on a party.
on_both_databases!(no_book_is_torn, async |database: TestDatabase| {
    let mut book = many(20);
    let set = |book: &mut Book, n: u32| {
        change_commitment(book, "C-00007", |it| it.title = n.to_string());
        change_directory(book, |directory| {
            directory.parties.get_mut("us").unwrap().name = n.to_string();
        });
    };
    set(&mut book, 0);
    save_all(database.store(), &book).await;
    let other = database.reopen().await;
    let stores = [database.store().clone(), other];

    let readers: Vec<_> = (0..4)
        .map(|n: usize| {
            let store = stores[n % 2].clone();
            tokio::spawn(async move {
                let mut last: u32 = 0;
                while last < 30 {
                    let book = match n {
                        0 | 1 => store.book().await.unwrap(),
                        _ => store.change().await.unwrap().book().await.unwrap(),
                    };
                    let said = book.commitment("C-00007").unwrap().title.clone();
                    assert_eq!(said, book.directory.parties["us"].name);
                    let now = said.parse().unwrap();
                    assert!(now >= last, "{now} after {last}");
                    last = now;
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    let keys = [key("commitment", "C-00007"), key("party", "us")];
    for n in 1..=30 {
        set(&mut book, n);
        save(&stores[n as usize % 2], &book, &keys).await;
    }
    for reader in readers {
        reader.await.unwrap();
    }
});

on_both_databases!(
    a_planner_brings_the_directory_only,
    async |database: TestDatabase| {
        let book = full_book();
        save_all(database.store(), &book).await;
        let store = database.reopen().await;
        let change = store.change().await.unwrap();
        let directory = change.directory().await.unwrap();
        assert_eq!(directory, book.directory);
        drop(change);
        // It was kept for whoever comes next.
        assert!(Arc::ptr_eq(&directory, &store.directory().await.unwrap()));
    }
);

// A desk is new, and leads at once: a planner that has the directory from before must not stumble
// over a desk it does not know.
on_both_databases!(a_new_desk_leads_at_once, async |database: TestDatabase| {
    let mut book = many(3);
    save_all(database.store(), &book).await;
    let store = database.reopen().await;
    let done = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let planners: Vec<_> = (0..3)
        .map(|_| {
            let (store, done) = (store.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                while !done.load(std::sync::atomic::Ordering::Relaxed) {
                    let change = store.change().await.unwrap();
                    let found = change.commitments(&[reference("C-00001")]).await;
                    assert_eq!(found.expect("it is read").len(), 1);
                    tokio::task::yield_now().await;
                }
            })
        })
        .collect();
    for n in 0..40 {
        let id = DeskId::parse(&format!("new-{n}")).unwrap();
        change_directory(&mut book, |directory| {
            let mut desk = directory.desks["desk-0"].clone();
            desk.id = id.clone();
            directory.desks.insert(id.clone(), desk);
        });
        change_commitment(&mut book, "C-00001", |it| it.lead = id.clone());
        let keys = [key("desk", id.as_str()), key("commitment", "C-00001")];
        save(database.store(), &book, &keys).await;
    }
    done.store(true, std::sync::atomic::Ordering::Relaxed);
    for planner in planners {
        planner.await.unwrap();
    }
});

on_both_databases!(
    whoever_writes_by_what_was_read_asks_what_was_edited_since,
    async |database: TestDatabase| {
        let store = database.store();
        let mut book = many(1_001);
        save_all(store, &book).await;
        let read = store.read().await.unwrap().record_version().await.unwrap();
        let since = async || {
            let mut change = store.change().await.unwrap();
            change.edited_since(read).await.unwrap()
        };
        assert_eq!(since().await, Edited::Nothing);

        change_commitment(&mut book, "C-00001", |it| it.title = "Changed".to_owned());
        change_commitment(&mut book, "C-00002", |it| it.state = Lifecycle::Withdrawn);
        for name in ["C-00001", "C-00002"] {
            save(store, &book, &[key("commitment", name)]).await;
        }
        let edited = ["C-00001", "C-00002"].map(|name| book.commitments[name].clone());
        assert_eq!(since().await, Edited::Commitments(edited.to_vec()));

        // Too many to name.
        let all: Vec<_> = book
            .commitments
            .keys()
            .map(|name| key("commitment", name.as_str()))
            .collect();
        save(store, &book, &all).await;
        assert_eq!(since().await, Edited::More);

        // What everything refers to.
        let now = store.read().await.unwrap().record_version().await.unwrap();
        change_directory(&mut book, |directory| {
            directory.policy.due_soon = Some(99);
        });
        save(store, &book, &[key("policy", "general")]).await;
        let mut change = store.change().await.unwrap();
        assert_eq!(change.edited_since(now).await.unwrap(), Edited::More);
    }
);

on_both_databases!(
    while_somebody_writes_by_what_was_edited_nobody_edits,
    async |database: TestDatabase| {
        let mut book = many(1);
        save_all(database.store(), &book).await;
        let mut change = database.store().change().await.unwrap();
        let read = change.record_version().await.unwrap();
        assert_eq!(change.edited_since(read).await.unwrap(), Edited::Nothing);

        let other = database.reopen().await;
        change_commitment(&mut book, "C-00000", |it| it.title = "Changed".to_owned());
        let edit = tokio::spawn(async move {
            save(&other, &book, &[key("commitment", "C-00000")]).await;
        });
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
        assert!(!edit.is_finished());
        assert_eq!(change.record_version().await.unwrap(), read);
        change.commit().await.unwrap();
        edit.await.unwrap();
        let after = database.store().read().await.unwrap();
        assert_eq!(after.record_version().await.unwrap(), read + 1);
    }
);
