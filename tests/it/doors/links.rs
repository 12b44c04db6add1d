//! Links that open an account: once, in time, and nothing else.

use aide_memoire::acts::Actor;
use aide_memoire::acts::accounts::AccountError;
use aide_memoire::acts::accounts::inviting::By;
use aide_memoire::domain::account::{LinkPurpose, Reach};
use chrono::TimeDelta;

use super::{OTHER, PASSWORD, Porch, caller, invitation};
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    an_invitation_is_taken_up_once,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        let by = Actor::Person(chan);
        let keeper = &porch.keeper;
        let made = keeper
            .invite(&by, &invitation("else@mfa.example.org"), By::Hand)
            .await
            .unwrap();
        let word = made.word.unwrap();
        let opened = keeper.open(&word).await.unwrap();
        assert_eq!(opened.purpose, LinkPurpose::Invite);
        assert_eq!(opened.name, "Somebody Else");
        let weak = keeper.set_password_by(&word, "password password").await;
        assert!(
            matches!(weak, Err(AccountError::Refused { .. })),
            "{weak:?}"
        );
        let mut taking = tokio::task::JoinSet::new();
        for password in [PASSWORD, OTHER] {
            let (keeper, word) = (keeper.clone(), word.clone());
            taking.spawn(async move { keeper.set_password_by(&word, password).await });
        }
        let taken = taking.join_all().await;
        assert_eq!(taken.iter().filter(|t| t.is_ok()).count(), 1, "{taken:?}");
        assert!(matches!(
            keeper.open(&word).await,
            Err(AccountError::DeadLink)
        ));
        let there = format!(
            "SELECT count(*) FROM access_link WHERE hash = '{}'",
            word.reveal()
        );
        assert_eq!(
            porch.database.count(&there).await,
            0,
            "the word lies nowhere"
        );
    }
);

on_both_databases!(
    an_address_has_one_account_and_a_guest_runs_nothing,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        let by = Actor::Person(chan);
        let invite = async |email: &str, reach, administrator| {
            let invitation = aide_memoire::acts::accounts::inviting::Invitation {
                reach,
                administrator,
                ..invitation(email)
            };
            porch.keeper.invite(&by, &invitation, By::Hand).await
        };
        let taken = invite("CHAN@mfa.example.org", Reach::House, false).await;
        assert!(
            taken
                .unwrap_err()
                .to_string()
                .contains("an account already")
        );
        let runs = invite("guest@example.org", Reach::Public, true).await;
        assert!(
            runs.unwrap_err()
                .to_string()
                .contains("a guest runs nothing")
        );
        let guest = invite("guest@example.org", Reach::Public, false)
            .await
            .unwrap();
        let raised = porch
            .keeper
            .set_administrator(&by, &guest.person, true)
            .await;
        assert!(raised.unwrap_err().to_string().contains("guest"));
        // The schema says so, too.
        let raised = "UPDATE account SET administrator = true WHERE reach = 'public'";
        assert!(porch.database.execute(raised).await.is_err());
        let odd = invite("no address", Reach::House, false).await;
        assert!(odd.unwrap_err().to_string().contains("not a mail address"));
    }
);

on_both_databases!(
    links_grow_old_and_one_that_is_used_voids_the_others,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        let by = Actor::Person(chan);
        let keeper = &porch.keeper;
        let made = keeper
            .invite(&by, &invitation("else@mfa.example.org"), By::Hand)
            .await
            .unwrap();
        let first = made.word.unwrap();
        porch.clock.wait(TimeDelta::days(7));
        assert!(matches!(
            keeper.open(&first).await,
            Err(AccountError::DeadLink)
        ));
        let second = keeper
            .invite_again(&by, &made.person, By::Hand)
            .await
            .unwrap();
        let second = second.word.unwrap();
        keeper.set_password_by(&second, PASSWORD).await.unwrap();
        let session = porch.enter("else@mfa.example.org").await;

        // An administrator voids the password: what it opened is closed.
        let reset = keeper
            .invite_again(&by, &made.person, By::Hand)
            .await
            .unwrap();
        assert!(!porch.is_in(&session).await);
        assert!(
            porch
                .sign_in("else@mfa.example.org", PASSWORD)
                .await
                .is_err()
        );
        let reset = reset.word.unwrap();
        assert_eq!(
            keeper.open(&reset).await.unwrap().purpose,
            LinkPurpose::Recover
        );
        porch.clock.wait(TimeDelta::hours(1));
        assert!(keeper.open(&reset).await.is_err());

        let third = keeper
            .invite_again(&by, &made.person, By::Hand)
            .await
            .unwrap();
        keeper.disable(&by, &made.person).await.unwrap();
        assert!(keeper.open(&third.word.unwrap()).await.is_err());
    }
);

on_both_databases!(
    asking_for_a_way_back_tells_nobody_whether_there_is_somebody,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        let waiting = "SELECT count(*) FROM access_link WHERE mail = 'waiting'";
        for email in [
            "nobody@mfa.example.org",
            "no address",
            "chan@mfa.example.org",
        ] {
            let asked = porch
                .keeper
                .ask_for_recovery(email, &caller("192.0.2.1"))
                .await;
            assert!(asked.is_ok(), "{email}: {asked:?}");
        }
        assert_eq!(porch.database.count(waiting).await, 1);
        // Three an hour, whether anybody has the address or not.
        for email in ["chan@mfa.example.org", "nobody@mfa.example.org"] {
            for n in 1..4 {
                let asked = porch
                    .keeper
                    .ask_for_recovery(email, &caller("192.0.2.1"))
                    .await;
                assert_eq!(asked.is_ok(), n < 3, "{email} {n}: {asked:?}");
            }
        }
        assert_eq!(porch.database.count(waiting).await, 3);
        assert_eq!(
            porch.acts(&chan).await,
            ["account", "recover", "recover", "recover"]
        );
    }
);
