//! Keeping the accounts of others: there is always an administrator.

use aide_memoire::acts::Actor;

use super::Porch;
use crate::support::database::{TestDatabase, on_both_databases};

on_both_databases!(
    the_last_administrator_stays,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        let other = porch.member("else@mfa.example.org").await;
        let keeper = &porch.keeper;
        let by = Actor::Operator;
        for refused in [
            keeper.disable(&by, &chan).await,
            keeper.set_administrator(&by, &chan, false).await,
        ] {
            let words = refused.unwrap_err().to_string();
            assert!(words.contains("the only administrator"), "{words}");
        }
        keeper.set_administrator(&by, &other, true).await.unwrap();
        keeper.disable(&by, &other).await.unwrap();
        assert!(
            keeper.disable(&by, &chan).await.is_err(),
            "one who is disabled runs nothing"
        );
        keeper.enable(&by, &other).await.unwrap();

        // Each disables the other, at once: one of them stays.
        let (a, b) = (keeper.clone(), keeper.clone());
        let (one, two) = (chan.clone(), other.clone());
        let (x, y) = tokio::join!(
            tokio::spawn(async move { a.disable(&Actor::Operator, &one).await }),
            tokio::spawn(async move { b.disable(&Actor::Operator, &two).await })
        );
        let done = [x.unwrap(), y.unwrap()];
        assert_eq!(done.iter().filter(|d| d.is_ok()).count(), 1, "{done:?}");
        let snapshot = keeper.store.read().await.unwrap();
        let accounts = snapshot.accounts().await.unwrap();
        assert_eq!(accounts.iter().filter(|a| !a.is_disabled()).count(), 1);
    }
);
