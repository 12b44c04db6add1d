//! Files of evidence are kept as they came, beside their commitment alone, and go when nobody names
//! them.

use aide_memoire::domain::evidence::{Media, sha256};
use aide_memoire::domain::ids::ReaderId;
use aide_memoire::store::{NewEvidence, Store};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::books::{full_book, reference, save_all};
use crate::support::database::{TestDatabase, on_both_databases};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn pdf(n: u128, by: &str) -> NewEvidence {
    let content = b"%PDF-1.7\x00\xff and the rest".to_vec();
    NewEvidence {
        id: Uuid::from_u128(n),
        name: "joint-statement.pdf".into(),
        media: Media::Pdf,
        sha256: sha256(&content),
        content,
        by: ReaderId::parse(by).unwrap(),
    }
}

async fn keep(store: &Store, of: &str, file: NewEvidence) -> bool {
    let mut change = store.change().await.unwrap();
    let kept = change
        .keep_evidence(&reference(of), file, NOW)
        .await
        .unwrap();
    change.commit().await.unwrap();
    kept
}

on_both_databases!(
    a_file_comes_back_as_it_came,
    async |database: TestDatabase| {
        let store = database.store();
        save_all(store, &full_book()).await;
        assert!(keep(store, "US37-02", pdf(1, "officer-a")).await);
        assert!(!keep(store, "US37-99", pdf(2, "officer-a")).await);
        let snapshot = database.reopen().await.read().await.unwrap();
        let of = async |commitment: &str, n: u128| {
            let found = snapshot
                .evidence(&reference(commitment), Uuid::from_u128(n))
                .await;
            found.unwrap()
        };
        let file = of("US37-02", 1).await.unwrap();
        assert_eq!(file.content, pdf(1, "officer-a").content);
        assert_eq!((file.media, file.sha256), (Media::Pdf, pdf(1, "x").sha256));
        assert_eq!(
            of("US37-03", 1).await,
            None,
            "it is beside another commitment"
        );
        assert_eq!(of("US37-02", 2).await, None);
    }
);

on_both_databases!(
    what_nobody_names_goes_after_a_while,
    async |database: TestDatabase| {
        let store = database.store();
        save_all(store, &full_book()).await;
        for (n, by) in [(1, "officer-a"), (2, "officer-a"), (3, "leader")] {
            assert!(keep(store, "US37-02", pdf(n, by)).await);
        }
        let (us, by) = (reference("US37-02"), ReaderId::parse("officer-a").unwrap());
        let named = [Uuid::from_u128(1)];
        let mut change = store.change().await.unwrap();
        let at_once = change
            .let_go_of_evidence(&us, &by, &named, NOW)
            .await
            .unwrap();
        let later = NOW + TimeDelta::days(1);
        let gone = change
            .let_go_of_evidence(&us, &by, &named, later)
            .await
            .unwrap();
        change.commit().await.unwrap();
        assert_eq!((at_once, gone), (0, 1));
        let snapshot = store.read().await.unwrap();
        for (n, stays) in [(1, true), (2, false), (3, true)] {
            let found = snapshot.evidence(&us, Uuid::from_u128(n)).await.unwrap();
            assert_eq!(found.is_some(), stays, "{n}");
        }
    }
);

on_both_databases!(
    what_a_reader_has_seen_is_kept,
    async |database: TestDatabase| {
        let store = database.store();
        let reader = ReaderId::parse("leader").unwrap();
        let seen = async || store.read().await.unwrap().seen_by(&reader).await.unwrap();
        assert_eq!(seen().await, None);
        for day in [1, 2] {
            let at = NOW + TimeDelta::days(day);
            let mut change = store.change().await.unwrap();
            change.set_seen(&reader, at).await.unwrap();
            change.commit().await.unwrap();
            assert_eq!(seen().await, Some(at));
        }
    }
);
