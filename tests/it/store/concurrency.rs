//! Many at once: edits follow one upon the other, and nobody is turned away.

use super::books::{change_commitment, key, many, save_all};
use crate::support::database::{TestDatabase, on_both_databases};

// Twenty daemons' worth of tasks each read the book in an edit, add one to a number and save:
// an edit that did not see the one before it would lose a count.
on_both_databases!(
    edits_follow_one_upon_the_other,
    async |database: TestDatabase| {
        let mut book = many(3);
        change_commitment(&mut book, "C-00001", |it| it.title = "0".to_owned());
        save_all(database.store(), &book).await;
        let other = database.reopen().await;
        let tasks: Vec<_> = (0..20)
            .map(|n| {
                let store = if n % 2 == 0 { database.store() } else { &other }.clone();
                tokio::spawn(async move {
                    let mut edit = store.edit().await.expect("an edit waits its turn");
                    let mut book = (*edit.book().await.expect("it is read")).clone();
                    change_commitment(&mut book, "C-00001", |it| {
                        let n: u32 = it.title.parse().expect("a number");
                        it.title = (n + 1).to_string();
                    });
                    let keys = [key("commitment", "C-00001")];
                    edit.save(&book, &keys).await.expect("it is saved");
                    edit.commit().await.expect("it is committed");
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        let book = database.store().book().await.unwrap();
        assert_eq!(book.commitment("C-00001").unwrap().title, "20");
        let snapshot = database.store().read().await.unwrap();
        assert_eq!(snapshot.installation().await.unwrap().record_version, 21);
    }
);

// Reads before it writes, as every act does: in a deferred transaction SQLite would refuse most.
on_both_databases!(
    changes_that_read_first_are_never_busy,
    async |database: TestDatabase| {
        let tasks: Vec<_> = (0..20)
            .map(|n| {
                let store = database.store().clone();
                tokio::spawn(async move {
                    for turn in 0..5 {
                        let mut change = store.change().await.expect("a change waits its turn");
                        let seen = change.installation().await.expect("it is read");
                        let at = seen.created_at;
                        let detail = format!("{n}.{turn}");
                        change
                            .audit(at, "test", "count", "installation", &detail)
                            .await
                            .expect("it is written");
                        tokio::task::yield_now().await;
                        change.commit().await.expect("it is committed");
                    }
                })
            })
            .collect();
        for task in tasks {
            task.await.unwrap();
        }
        assert_eq!(database.count("SELECT COUNT(*) FROM audit").await, 100);
    }
);
