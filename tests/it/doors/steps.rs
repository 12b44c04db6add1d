//! The second step: a number that counts once, and codes that stand in for it.

use aide_memoire::acts::accounts::AccountError;
use aide_memoire::acts::accounts::limits::Source;
use aide_memoire::acts::accounts::signing_in::Passed;
use aide_memoire::domain::ids::PersonId;
use aide_memoire::doors::totp;
use chrono::TimeDelta;

use super::{OTHER, PASSWORD, Porch, caller};
use crate::support::database::{TestDatabase, on_both_databases};

impl Porch {
    /// Sets a second step; its secret and the codes.
    pub(super) async fn set_step(&self, person: &PersonId) -> (Vec<u8>, Vec<String>) {
        let (secret, seal) = self.keeper.draw_second_step(person).await.unwrap();
        let number = totp::number(&secret, totp::step_at(self.clock_now()));
        let codes = self
            .keeper
            .set_second_step(person, &seal, &number, PASSWORD, &source())
            .await;
        (secret, codes.unwrap())
    }

    /// The password is right; what carries it over.
    pub(super) async fn first_step(&self) -> String {
        match self
            .sign_in("chan@mfa.example.org", PASSWORD)
            .await
            .unwrap()
        {
            Passed::FirstStep(seal) => seal,
            other => panic!("{other:?}"),
        }
    }
}

pub(super) fn source() -> Source {
    Source("192.0.2.1".into())
}

on_both_databases!(
    a_number_is_asked_for_and_counts_once,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        let (secret, _) = porch.set_step(&chan).await;
        let keeper = &porch.keeper;
        let number = |porch: &Porch| totp::number(&secret, totp::step_at(porch.clock_now()));
        let seal = porch.first_step().await;
        let replayed = keeper
            .second_step(&seal, &number(&porch), &caller("192.0.2.1"))
            .await;
        assert!(replayed.is_err(), "the number that set it up is used up");
        porch.clock.wait(TimeDelta::seconds(30));
        let right = number(&porch);
        let wrong = if right == "000000" {
            "000001"
        } else {
            "000000"
        };
        assert!(
            keeper
                .second_step(&seal, wrong, &caller("192.0.2.1"))
                .await
                .is_err()
        );

        // Two browsers with the same number: one comes in.
        let (a, b) = (keeper.clone(), keeper.clone());
        let (one, two) = ((seal.clone(), right.clone()), (seal.clone(), right.clone()));
        let (x, y) = tokio::join!(
            tokio::spawn(async move { a.second_step(&one.0, &one.1, &caller("192.0.2.1")).await }),
            tokio::spawn(async move { b.second_step(&two.0, &two.1, &caller("192.0.2.2")).await })
        );
        let both = [x.unwrap(), y.unwrap()];
        assert_eq!(both.iter().filter(|d| d.is_ok()).count(), 1, "{both:?}");
        let word = both.into_iter().flatten().next().unwrap();
        assert!(porch.is_in(&word).await);
    }
);

on_both_databases!(
    the_first_step_does_not_carry_for_ever_nor_over_another_password,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        let (secret, codes) = porch.set_step(&chan).await;
        let keeper = &porch.keeper;
        let seal = porch.first_step().await;
        porch.clock.wait(TimeDelta::minutes(6));
        let number = totp::number(&secret, totp::step_at(porch.clock_now()));
        let late = keeper
            .second_step(&seal, &number, &caller("192.0.2.1"))
            .await;
        assert!(late.unwrap_err().to_string().contains("Begin again"));
        let seal = porch.first_step().await;
        keeper
            .change_password(&chan, PASSWORD, OTHER, &source())
            .await
            .unwrap();
        let old = keeper
            .second_step(&seal, &codes[0], &caller("192.0.2.1"))
            .await;
        assert!(old.unwrap_err().to_string().contains("Begin again"));
        let forged = keeper
            .second_step("chan-sokha.x", &codes[0], &caller("192.0.2.1"))
            .await;
        assert!(forged.is_err());
    }
);

on_both_databases!(
    a_recovery_code_opens_once_and_is_kept_as_a_hash,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        let (_, codes) = porch.set_step(&chan).await;
        let keeper = &porch.keeper;
        let typed = codes[3].replace('-', " ").to_uppercase();
        let seal = porch.first_step().await;
        keeper
            .second_step(&seal, &typed, &caller("192.0.2.1"))
            .await
            .unwrap();
        let again = keeper
            .second_step(&seal, &typed, &caller("192.0.2.1"))
            .await;
        assert!(again.is_err());
        let snapshot = keeper.store.read().await.unwrap();
        assert_eq!(snapshot.recovery_codes_left(&chan).await.unwrap(), 9);
        drop(snapshot);
        for code in &codes {
            let plain = code.replace('-', "");
            let there = format!("SELECT count(*) FROM recovery_code WHERE hash LIKE '%{plain}%'");
            assert_eq!(porch.database.count(&there).await, 0);
        }
        // Taken away, the password alone opens again.
        assert!(
            keeper
                .drop_second_step(&chan, OTHER, &source())
                .await
                .is_err()
        );
        keeper
            .drop_second_step(&chan, PASSWORD, &source())
            .await
            .unwrap();
        porch.enter("chan@mfa.example.org").await;
    }
);

on_both_databases!(
    numbers_are_not_tried_without_end,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        let (_, codes) = porch.set_step(&chan).await;
        let seal = porch.first_step().await;
        let mut refused = 0;
        for n in 0..12 {
            let source = format!("192.0.2.{n}");
            let tried = porch
                .keeper
                .second_step(&seal, "123456", &caller(&source))
                .await;
            match tried {
                Err(AccountError::TooMany { .. }) => break,
                Err(AccountError::Refused { .. }) => refused += 1,
                other => panic!("{other:?}"),
            }
        }
        // The password was one of the ten.
        assert_eq!(refused, 9);
        let blocked = porch
            .keeper
            .second_step(&seal, &codes[0], &caller("192.0.2.99"))
            .await;
        assert!(matches!(blocked, Err(AccountError::TooMany { .. })));
    }
);

on_both_databases!(
    a_secret_counts_only_for_whom_it_was_shown_to,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        let other = porch.member("else@mfa.example.org").await;
        let (secret, seal) = porch.keeper.draw_second_step(&other).await.unwrap();
        let number = totp::number(&secret, totp::step_at(porch.clock_now()));
        let set = porch
            .keeper
            .set_second_step(&chan, &seal, &number, PASSWORD, &source())
            .await;
        assert!(set.is_err());
        let wrong = porch
            .keeper
            .set_second_step(&other, &seal, &number, OTHER, &source())
            .await;
        assert!(wrong.is_err(), "the password is asked for once more");
        assert!(porch.account(&other).await.totp.is_none());
    }
);
