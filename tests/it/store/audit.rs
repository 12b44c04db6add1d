//! The audit: told newest first, a chain that every writer adds to in turn, and whatever is done to
//! it from outside is found.

use aide_memoire::domain::audit::{End, Seal, Trail};
use aide_memoire::domain::ledger::Page;
use aide_memoire::store::Store;
use chrono::{DateTime, TimeDelta, Utc};

use crate::support::database::{TestDatabase, on_both_databases};

fn noon() -> DateTime<Utc> {
    "2025-04-23T12:00:00.1234567Z".parse().unwrap()
}

async fn write(store: &Store, lines: impl IntoIterator<Item = i64>) {
    let mut change = store.change().await.unwrap();
    for n in lines {
        let at = noon() + TimeDelta::seconds(n);
        let detail = format!("{n}");
        let line = change.audit(at, "operator", "import", "first.toml", &detail);
        line.await.unwrap();
    }
    change.commit().await.unwrap();
}

async fn trail(store: &Store) -> Trail {
    store.read().await.unwrap().follow_audit().await.unwrap()
}

async fn end(store: &Store) -> End {
    let end = store.read().await.unwrap().audit_end().await.unwrap();
    end.expect("something was written")
}

async fn passes(store: &Store, end: &End) -> bool {
    store.read().await.unwrap().audit_passes(end).await.unwrap()
}

on_both_databases!(it_is_told_newest_first, async |database: TestDatabase| {
    write(database.store(), 0..5).await;
    let snapshot = database.store().read().await.unwrap();
    let page = Page {
        offset: 1,
        limit: 2,
    };
    let told = snapshot.audit_trail(page).await.unwrap();
    let details: Vec<&str> = told.iter().map(|entry| entry.detail.as_str()).collect();
    assert_eq!(details, ["3", "2"]);
    let entry = &told[0];
    assert_eq!(
        (
            entry.actor.as_str(),
            entry.act.as_str(),
            entry.subject.as_str()
        ),
        ("operator", "import", "first.toml")
    );
    // In whole microseconds.
    let at: DateTime<Utc> = "2025-04-23T12:00:03.123456Z".parse().unwrap();
    assert_eq!(entry.at, at);
});

on_both_databases!(
    every_writer_adds_to_one_chain,
    async |database: TestDatabase| {
        let store = database.store();
        assert_eq!(trail(store).await, Trail::Whole(None));
        let mut writers = Vec::new();
        for n in 0..8 {
            let store = database.reopen().await;
            writers.push(tokio::spawn(async move {
                for m in 0..5 {
                    write(&store, [n * 10 + m, n * 10 + m + 5]).await;
                }
            }));
        }
        for writer in writers {
            writer.await.unwrap();
        }
        // What was rolled back leaves no gap.
        let mut change = store.change().await.unwrap();
        let line = change.audit(noon(), "operator", "import", "never", "never");
        line.await.unwrap();
        change.roll_back().await.unwrap();
        write(store, [99]).await;

        let end = end(store).await;
        assert_eq!(end.line, 81);
        assert_eq!(trail(store).await, Trail::Whole(Some(end)));
    }
);

on_both_databases!(
    what_is_done_to_it_from_outside_is_found,
    async |database: TestDatabase| {
        let store = database.store();
        write(store, 0..5).await;
        let kept = end(store).await;
        write(store, 5..8).await;
        assert!(passes(store, &kept).await);
        assert!(matches!(trail(store).await, Trail::Whole(Some(_))));

        for (tampering, undoing, line) in [
            (
                "UPDATE audit SET detail = 'nothing' WHERE id = 3",
                "UPDATE audit SET detail = '2' WHERE id = 3",
                3,
            ),
            (
                "UPDATE audit SET actor = 'daemon' WHERE id = 8",
                "UPDATE audit SET actor = 'operator' WHERE id = 8",
                8,
            ),
            (
                "UPDATE audit SET id = 40 WHERE id = 4",
                "UPDATE audit SET id = 4 WHERE id = 40",
                4,
            ),
            (
                "UPDATE audit_end SET line = 7",
                "UPDATE audit_end SET line = 8",
                9,
            ),
        ] {
            database.execute(tampering).await.unwrap();
            assert_eq!(trail(store).await, Trail::Broken { line }, "{tampering}");
            database.execute(undoing).await.unwrap();
        }
        assert!(matches!(trail(store).await, Trail::Whole(Some(_))));

        // Written anew from the beginning it is whole again, and not what it was.
        database.execute("DELETE FROM audit").await.unwrap();
        let anew = "UPDATE audit_end SET line = 0, seal = ''";
        database.execute(anew).await.unwrap();
        write(store, [5, 4, 3, 2, 1, 0]).await;
        assert!(matches!(trail(store).await, Trail::Whole(Some(_))));
        assert!(!passes(store, &kept).await);
    }
);

on_both_databases!(
    lines_of_before_the_chain_are_sealed_as_they_were_found,
    async |database: TestDatabase| {
        let store = database.store();
        write(store, 0..4).await;
        // As an earlier version left it: no seals, and a gap.
        database.execute("DELETE FROM audit_end").await.unwrap();
        database
            .execute("DELETE FROM audit WHERE id = 2")
            .await
            .unwrap();
        database
            .execute("UPDATE audit SET seal = NULL")
            .await
            .unwrap();
        store.migrate(noon()).await.unwrap();
        let sealed = end(store).await;
        assert_eq!(sealed.line, 3);
        assert_ne!(sealed.seal, Seal::nothing());
        write(store, [4]).await;
        assert_eq!(trail(store).await, Trail::Whole(Some(end(store).await)));
        let ids = "SELECT COUNT(*) FROM audit WHERE id BETWEEN 1 AND 4";
        assert_eq!(database.count(ids).await, 4);
    }
);
