//! Signing in: what is right, what is wrong, and that whoever is wrong learns nothing by it.

use std::time::{Duration, Instant};

use aide_memoire::acts::Actor;
use aide_memoire::acts::accounts::AccountError;
use aide_memoire::acts::accounts::signing_in::Passed;
use chrono::TimeDelta;

use super::{OTHER, PASSWORD, Porch, caller, invitation};
use crate::support::database::{TestDatabase, on_both_databases};
use aide_memoire::acts::accounts::inviting::By;

fn words(result: Result<Passed, AccountError>) -> String {
    result.unwrap_err().to_string()
}

on_both_databases!(
    all_that_is_wrong_is_answered_alike,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        porch.member("used@mfa.example.org").await;
        let gone = porch.member("gone@mfa.example.org").await;
        let by = Actor::Person(chan.clone());
        porch.keeper.disable(&by, &gone).await.unwrap();
        let invited = invitation("invited@mfa.example.org");
        porch.keeper.invite(&by, &invited, By::Hand).await.unwrap();
        porch.enter(" CHAN@mfa.example.org ").await;

        let wrong = words(porch.sign_in("chan@mfa.example.org", OTHER).await);
        assert_eq!(wrong, "The address or the password is not right.");
        for (email, password) in [
            ("nobody@mfa.example.org", PASSWORD),
            ("no address", PASSWORD),
            ("gone@mfa.example.org", PASSWORD),
            ("invited@mfa.example.org", PASSWORD),
            ("invited@mfa.example.org", ""),
            ("used@mfa.example.org", ""),
        ] {
            assert_eq!(
                words(porch.sign_in(email, password).await),
                wrong,
                "{email}"
            );
        }
    }
);

on_both_databases!(
    the_answer_takes_as_long_whether_there_is_somebody_or_not,
    async |database: TestDatabase| {
        let (porch, _) = Porch::opened(database).await;
        let mut took = [Duration::MAX; 2];
        // The shortest of several is what the work itself takes.
        for n in 0..5 {
            for (place, email) in ["chan@mfa.example.org", "nobody@mfa.example.org"]
                .into_iter()
                .enumerate()
            {
                let begun = Instant::now();
                let source = format!("192.0.2.{n}");
                let asked = porch.keeper.sign_in(email, OTHER, &caller(&source)).await;
                assert!(asked.is_err());
                took[place] = took[place].min(begun.elapsed());
            }
        }
        let [known, unknown] = took;
        assert!(unknown > known / 2 && known > unknown / 2, "{took:?}");
    }
);

on_both_databases!(
    too_many_failed_tries_are_not_answered_for_a_while,
    async |database: TestDatabase| {
        let (porch, _) = Porch::opened(database).await;
        for email in ["chan@mfa.example.org", "nobody@mfa.example.org"] {
            for n in 0..10 {
                let source = format!("192.0.2.{n}");
                let tried = porch.keeper.sign_in(email, OTHER, &caller(&source)).await;
                assert!(
                    matches!(tried, Err(AccountError::Refused { .. })),
                    "{n}: {tried:?}"
                );
            }
            // Whoever has an account and whoever has none are told the same.
            let tried = porch.sign_in(email, PASSWORD).await;
            assert!(
                matches!(tried, Err(AccountError::TooMany { minutes: 15 })),
                "{tried:?}"
            );
        }
        porch
            .clock
            .wait(TimeDelta::minutes(15) + TimeDelta::seconds(1));
        porch.enter("chan@mfa.example.org").await;
    }
);

on_both_databases!(
    one_place_cannot_try_everybody,
    async |database: TestDatabase| {
        let (porch, _) = Porch::opened(database).await;
        for n in 0..100 {
            let email = format!("somebody-{n}@mfa.example.org");
            // As many passwords as addresses; the hashing is what takes its time.
            let kind = aide_memoire::domain::account::AttemptKind::SignIn;
            let now = porch.clock_now();
            let store = &porch.keeper.store;
            store
                .enter_attempt(kind, &email, "192.0.2.1", now, now - TimeDelta::minutes(15))
                .await
                .unwrap();
        }
        let tried = porch.sign_in("chan@mfa.example.org", PASSWORD).await;
        assert!(
            matches!(tried, Err(AccountError::TooMany { .. })),
            "{tried:?}"
        );
        let elsewhere = porch
            .keeper
            .sign_in("chan@mfa.example.org", PASSWORD, &caller("198.51.100.1"))
            .await;
        assert!(elsewhere.is_ok(), "{elsewhere:?}");
    }
);

on_both_databases!(
    at_once_no_more_get_through_than_one_after_another,
    async |database: TestDatabase| {
        let (porch, _) = Porch::opened(database).await;
        let mut trying = tokio::task::JoinSet::new();
        for n in 0..24 {
            let keeper = porch.keeper.clone();
            trying.spawn(async move {
                let source = format!("192.0.2.{n}");
                keeper
                    .sign_in("chan@mfa.example.org", OTHER, &caller(&source))
                    .await
            });
        }
        let answers = trying.join_all().await;
        let answered = answers
            .iter()
            .filter(|a| matches!(a, Err(AccountError::Refused { .. })));
        assert!(answered.count() <= 10);
    }
);

on_both_databases!(
    who_succeeds_begins_to_count_anew,
    async |database: TestDatabase| {
        let (porch, _) = Porch::opened(database).await;
        for _ in 0..3 {
            for _ in 0..9 {
                assert!(porch.sign_in("chan@mfa.example.org", OTHER).await.is_err());
            }
            porch.enter("chan@mfa.example.org").await;
        }
        // What was typed is not in the database, only what stands for it.
        let typed = "SELECT count(*) FROM sign_in_attempt WHERE subject LIKE '%chan%'";
        assert_eq!(porch.database.count(typed).await, 0);
        let all = "SELECT count(*) FROM sign_in_attempt";
        assert_eq!(porch.database.count(all).await, 30);
    }
);
