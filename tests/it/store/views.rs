//! The views people keep, on both databases.

use aide_memoire::acts::views::{Called, call, keep, let_go};
use aide_memoire::acts::working::{WorkError, Worker};
use aide_memoire::domain::ids::{DeskId, PersonId, ReaderId};
use aide_memoire::domain::view::{MOST_VIEWS, ViewPage};
use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::books::{full_book, save_all};
use crate::support::database::{TestDatabase, on_both_databases};

const NOW: DateTime<Utc> = DateTime::UNIX_EPOCH;

fn worker(person: &str) -> Worker {
    Worker::person(&PersonId::parse(person).unwrap())
}

fn called(name: &str, desk: Option<&str>) -> Called {
    Called {
        name: name.to_owned(),
        desk: desk.map(|desk| DeskId::parse(desk).unwrap()),
    }
}

/// The field that is complained of.
fn complaint<T: std::fmt::Debug>(done: Result<T, WorkError>) -> &'static str {
    match done.unwrap_err() {
        WorkError::Unfit(complaints) => complaints[0].field,
        other => panic!("{other}"),
    }
}

on_both_databases!(
    a_view_is_its_owner_s_and_the_desk_s_it_is_shared_with,
    async |database: TestDatabase| {
        let store = database.store();
        let book = full_book();
        save_all(store, &book).await;
        let desk = book
            .directory
            .desks
            .values()
            .find(|d| !d.officers.is_empty());
        let desk = desk.unwrap();
        let other = book.directory.desks.values().find(|d| {
            let me = &desk.officers[0];
            !d.officers.contains(me)
                && d.head.as_ref() != Some(me)
                && d.som_leader.as_ref() != Some(me)
        });
        let me = worker(desk.officers[0].as_str());
        let id = Uuid::from_u128(1);
        let what = (ViewPage::Commitments, "lead=mfa");
        let view = keep(store, &me, &called(" Late ", None), what, id, NOW)
            .await
            .unwrap();
        assert_eq!(
            (view.name.as_str(), view.address().as_str()),
            ("Late", "/commitments?lead=mfa")
        );
        let names = async |reader: &str, desks: &[DeskId]| -> Vec<String> {
            let reader = ReaderId::parse(reader).unwrap();
            let snapshot = store.read().await.unwrap();
            let views = snapshot.views_for(&reader, desks).await.unwrap();
            views.into_iter().map(|v| v.name).collect()
        };
        let mine = desk.officers[0].as_str();
        let of_desk = std::slice::from_ref(&desk.id);
        assert_eq!(names(mine, &[]).await, ["Late"]);
        assert_eq!(names("somebody", of_desk).await, Vec::<String>::new());

        // Another of the same name, or of none, or shared with others' desk.
        let again = keep(
            store,
            &me,
            &called("Late", None),
            what,
            Uuid::from_u128(2),
            NOW,
        )
        .await;
        assert_eq!(complaint(again), "name");
        let nameless = keep(
            store,
            &me,
            &called("  ", None),
            what,
            Uuid::from_u128(2),
            NOW,
        )
        .await;
        assert_eq!(complaint(nameless), "name");
        if let Some(other) = other {
            let foreign = called("Foreign", Some(other.id.as_str()));
            let foreign = keep(store, &me, &foreign, what, Uuid::from_u128(2), NOW).await;
            assert_eq!(complaint(foreign), "desk");
        }
        let shared = called("Very late", Some(desk.id.as_str()));
        call(store, &me, id, &shared, NOW).await.unwrap();
        assert_eq!(names("somebody", of_desk).await, ["Very late"]);

        // Whoever sees it may not change it.
        let stranger = worker("somebody");
        for refused in [
            call(store, &stranger, id, &called("Mine", None), NOW).await,
            let_go(store, &stranger, id).await,
            let_go(store, &me, Uuid::from_u128(9)).await,
        ] {
            assert!(matches!(refused, Err(WorkError::NotFound)), "{refused:?}");
        }
        let_go(store, &me, id).await.unwrap();
        assert_eq!(names(mine, of_desk).await, Vec::<String>::new());
    }
);

on_both_databases!(
    nobody_keeps_more_than_one_finds_again,
    async |database: TestDatabase| {
        let store = database.store();
        save_all(store, &full_book()).await;
        let me = worker("somebody");
        let what = (ViewPage::Search, "q=grid");
        let mut kept = Vec::new();
        for n in 0..=MOST_VIEWS as u128 {
            let called = called(&format!("View {n}"), None);
            kept.push(keep(store, &me, &called, what, Uuid::from_u128(n), NOW).await);
        }
        assert!(kept[..MOST_VIEWS].iter().all(Result::is_ok));
        assert_eq!(complaint(kept.pop().unwrap()), "name");
        // What is kept can still be called otherwise.
        call(
            store,
            &me,
            Uuid::from_u128(3),
            &called("Another", None),
            NOW,
        )
        .await
        .unwrap();
        let long = (ViewPage::Search, "x".repeat(3_000));
        let long = keep(
            store,
            &worker("other"),
            &called("Long", None),
            (long.0, &long.1),
            Uuid::from_u128(99),
            NOW,
        )
        .await;
        assert_eq!(complaint(long), "all");
    }
);
