//! Sessions: hashed, rotated, over in time, and ended by what ends them.

use std::sync::Arc;

use aide_memoire::acts::Actor;
use aide_memoire::acts::accounts::limits::Source;
use aide_memoire::acts::accounts::signing_in::{Caller, Passed};
use aide_memoire::clock::Clock;
use chrono::TimeDelta;

use super::{OTHER, PASSWORD, Porch};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_database_has_the_hash_of_a_session_and_not_its_word,
    async |database: TestDatabase| {
        let (porch, _) = Porch::opened(database).await;
        let word = porch.enter("chan@mfa.example.org").await;
        let there = |text: &str| format!("SELECT count(*) FROM session WHERE hash = '{text}'");
        assert_eq!(porch.database.count(&there(word.reveal())).await, 0);
        assert_eq!(porch.database.count(&there(&word.hash())).await, 1);
    }
);

on_both_databases!(
    signing_in_again_ends_the_session_the_browser_had,
    async |database: TestDatabase| {
        let (porch, _) = Porch::opened(database).await;
        let first = porch.enter("chan@mfa.example.org").await;
        let elsewhere = porch.enter("chan@mfa.example.org").await;
        let caller = Caller {
            source: Source("192.0.2.1".into()),
            before: Some(&first),
        };
        let again = porch
            .keeper
            .sign_in("chan@mfa.example.org", PASSWORD, &caller)
            .await;
        let Ok(Passed::In(again)) = again else {
            panic!("{again:?}")
        };
        assert_ne!(again, first);
        assert!(!porch.is_in(&first).await);
        assert!(porch.is_in(&again).await);
        assert!(porch.is_in(&elsewhere).await);
        porch.keeper.sign_out(&again).await.unwrap();
        assert!(!porch.is_in(&again).await);
    }
);

on_both_databases!(
    another_password_and_disabling_end_every_session,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        let member = porch.member("else@mfa.example.org").await;
        let here = porch.enter("else@mfa.example.org").await;
        let there = porch.enter("else@mfa.example.org").await;
        let administrator = porch.enter("chan@mfa.example.org").await;

        let source = Source("192.0.2.1".into());
        let wrong = porch
            .keeper
            .change_password(&member, OTHER, "seven lanterns on strings", &source)
            .await;
        assert!(wrong.is_err());
        assert!(porch.is_in(&there).await);
        let new = porch
            .keeper
            .change_password(&member, PASSWORD, OTHER, &source)
            .await
            .unwrap();
        assert!(!porch.is_in(&here).await && !porch.is_in(&there).await);
        assert!(
            porch.is_in(&new).await,
            "the browser at hand goes on, under a new word"
        );
        assert!(
            porch
                .sign_in("else@mfa.example.org", PASSWORD)
                .await
                .is_err()
        );

        let by = Actor::Person(chan);
        porch.keeper.disable(&by, &member).await.unwrap();
        assert!(!porch.is_in(&new).await);
        porch.keeper.enable(&by, &member).await.unwrap();
        assert!(!porch.is_in(&new).await, "what ended has ended");
        assert!(porch.is_in(&administrator).await);
        let acts = porch.acts(&member).await;
        assert_eq!(
            acts[acts.len() - 3..],
            ["set-password", "disable", "enable"]
        );
    }
);

on_both_databases!(
    when_a_session_was_seen_is_written_for_many_and_what_is_over_is_forgotten,
    async |database: TestDatabase| {
        let (porch, _) = Porch::opened(database).await;
        let word = porch.enter("chan@mfa.example.org").await;
        let other = porch.enter("chan@mfa.example.org").await;
        porch.clock.wait(TimeDelta::hours(10));
        let seen = [(word.hash(), porch.clock.real_now())];
        porch.keeper.keep_house(&seen).await.unwrap();
        // An older report changes nothing.
        let older = [(word.hash(), porch.clock.real_now() - TimeDelta::hours(1))];
        porch.keeper.keep_house(&older).await.unwrap();
        let holder = porch.keeper.holder(&word).await.unwrap().unwrap();
        assert_eq!(holder.session.seen_at, porch.clock.real_now());
        assert_eq!(
            holder.session.expires_at,
            porch.clock.real_now() + TimeDelta::hours(12)
        );
        porch.clock.wait(TimeDelta::hours(3));
        porch.keeper.keep_house(&[]).await.unwrap();
        assert!(!porch.is_in(&other).await, "not seen for thirteen hours");
        assert!(porch.is_in(&word).await);

        // However much it is used, it ends.
        for _ in 0..16 {
            porch.clock.wait(TimeDelta::hours(10));
            let seen = [(word.hash(), porch.clock.real_now())];
            porch.keeper.keep_house(&seen).await.unwrap();
        }
        assert!(!porch.is_in(&word).await);
        let left = "SELECT count(*) FROM session";
        assert_eq!(porch.database.count(left).await, 0);
    }
);

impl Porch {
    pub fn clock_now(&self) -> chrono::DateTime<chrono::Utc> {
        let clock: Arc<dyn Clock> = self.clock.clone();
        clock.real_now()
    }
}
