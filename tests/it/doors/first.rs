//! The first administrator, and that there is only one of them.

use aide_memoire::acts::accounts::AccountError;
use aide_memoire::doors::word::Word;
use aide_memoire::entropy::SystemEntropy;
use chrono::TimeDelta;

use super::{PASSWORD, Porch, address, introduction};
use crate::stories::DESK;
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

on_both_databases!(
    the_link_makes_one_administrator_and_then_nothing,
    async |database: TestDatabase| {
        let porch = Porch::of(database);
        let keeper = &porch.keeper;
        let word = keeper.draw_first_link().await.unwrap().unwrap();
        // Another daemon starts meanwhile: its link is as good.
        let other = keeper.draw_first_link().await.unwrap().unwrap();
        assert!(keeper.is_first_link(&word).await.unwrap());
        assert!(
            keeper.is_first_link(&word).await.unwrap(),
            "looking uses nothing up"
        );
        let forged = Word::draw(&SystemEntropy);
        let refused = keeper
            .make_first_administrator(&forged, &introduction())
            .await;
        assert!(
            matches!(refused, Err(AccountError::DeadLink)),
            "{refused:?}"
        );

        let person = keeper
            .make_first_administrator(&word, &introduction())
            .await
            .unwrap();
        assert_eq!(person.as_str(), "chan-sokha");
        let account = porch.account(&person).await;
        assert!(account.administrator);
        assert_eq!(account.email, address("chan@mfa.example.org"));
        let directory = keeper.store.directory().await.unwrap();
        assert_eq!(directory.people[&person].name, "Chan Sokha");
        for word in [&word, &other] {
            assert!(!keeper.is_first_link(word).await.unwrap());
            let again = keeper.make_first_administrator(word, &introduction()).await;
            assert!(matches!(again, Err(AccountError::DeadLink)), "{again:?}");
        }
        assert_eq!(keeper.draw_first_link().await.unwrap(), None);
        porch.enter("chan@mfa.example.org").await;
    }
);

on_both_databases!(two_at_once_make_one, async |database: TestDatabase| {
    let porch = Porch::of(database);
    // Every daemon has printed its link before anybody opens one.
    let mut words = Vec::new();
    for _ in 0..4 {
        words.push(porch.keeper.draw_first_link().await.unwrap().unwrap());
    }
    let mut making = tokio::task::JoinSet::new();
    for (n, word) in words.into_iter().enumerate() {
        let keeper = porch.keeper.clone();
        let mut introduction = introduction();
        introduction.email = format!("chan-{n}@mfa.example.org");
        making.spawn(async move { keeper.make_first_administrator(&word, &introduction).await });
    }
    let made = making.join_all().await;
    assert_eq!(made.iter().filter(|m| m.is_ok()).count(), 1, "{made:?}");
    let snapshot = porch.keeper.store.read().await.unwrap();
    assert_eq!(snapshot.accounts().await.unwrap().len(), 1);
});

on_both_databases!(
    whoever_has_the_address_on_record_is_that_person,
    async |database: TestDatabase| {
        let house = House::open(database, DESK, "2025-06-02 02:00").await;
        let porch = Porch::of(house.database);
        let word = porch.keeper.draw_first_link().await.unwrap().unwrap();
        let mut introduction = introduction();
        introduction.email = "SOM@mfa.example.org".into();
        let made = porch.keeper.make_first_administrator(&word, &introduction);
        assert_eq!(made.await.unwrap().as_str(), "leader");
        let directory = porch.keeper.store.directory().await.unwrap();
        let leader = &directory.people["leader"];
        assert_eq!(leader.name, "SOM Leader", "the record keeps its own");
        assert_eq!(leader.email, Some(address("som@mfa.example.org")));
    }
);

on_both_databases!(
    a_link_grows_old_and_a_weak_password_uses_it_not_up,
    async |database: TestDatabase| {
        let porch = Porch::of(database);
        let keeper = &porch.keeper;
        let word = keeper.draw_first_link().await.unwrap().unwrap();
        for (password, expected) in [
            ("short", "15 characters"),
            ("chan sokha chan sokha", "name"),
        ] {
            let mut introduction = introduction();
            introduction.password = password.into();
            let refused = keeper.make_first_administrator(&word, &introduction).await;
            let words = refused.unwrap_err().to_string();
            assert!(words.contains(expected), "{words}");
        }
        assert!(keeper.is_first_link(&word).await.unwrap());
        porch.clock.wait(TimeDelta::hours(24));
        assert!(!keeper.is_first_link(&word).await.unwrap());
        let late = keeper
            .make_first_administrator(&word, &introduction())
            .await;
        assert!(matches!(late, Err(AccountError::DeadLink)));
        // The next start prints another.
        let word = keeper.draw_first_link().await.unwrap().unwrap();
        assert!(PASSWORD.len() >= 15);
        keeper
            .make_first_administrator(&word, &introduction())
            .await
            .unwrap();
    }
);
