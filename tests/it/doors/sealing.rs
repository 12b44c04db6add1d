//! The secrets of second steps: sealed in the database, with a key that is outside of it. Who has the
//! database alone has nobody's second step; a daemon without the key says so and does not start.

use std::path::{Path, PathBuf};

use aide_memoire::acts::accounts::sealing::{
    SealingError, key_of_second_steps, look_at_second_steps,
};
use aide_memoire::domain::account::Hidden;
use aide_memoire::domain::ids::PersonId;
use aide_memoire::doors::sealing::{SealKey, is_sealed};
use aide_memoire::doors::totp;
use aide_memoire::entropy::SystemEntropy;
use aide_memoire::key_file::KeyFile;
use chrono::TimeDelta;

use super::steps::source;
use super::{PASSWORD, Porch, caller};
use crate::support::database::{TestDatabase, on_both_databases};

impl Porch {
    /// A key file in a folder of its own.
    fn key_file(&self, folder: &Path) -> (KeyFile, PathBuf) {
        let path = folder.join("second-steps.key");
        let file = KeyFile::of(&self.keeper.store, &path.display().to_string());
        (file.expect("it is named"), path)
    }

    /// The secret of a second step as it was kept before there were seals.
    async fn set_open_step(&self, person: &PersonId) -> Vec<u8> {
        let secret = totp::draw(&SystemEntropy);
        let mut change = self.keeper.store.change().await.unwrap();
        let kept = Hidden::new(secret.clone());
        change
            .set_second_step(person, Some(&kept), None)
            .await
            .unwrap();
        change.commit().await.unwrap();
        secret
    }

    async fn kept(&self, person: &PersonId) -> Vec<u8> {
        let account = self.account(person).await;
        account.totp.expect("a second step").reveal().clone()
    }

    async fn passes(&self, typed: &str) -> bool {
        let seal = self.first_step().await;
        let passed = self
            .keeper
            .second_step(&seal, typed, &caller("192.0.2.1"))
            .await;
        passed.is_ok()
    }
}

async fn seals(porch: &Porch, file: Option<&KeyFile>) -> Result<Option<SealKey>, SealingError> {
    key_of_second_steps(&porch.keeper.store, file, &SystemEntropy).await
}

on_both_databases!(
    the_database_alone_has_nobody_s_second_step,
    async |database: TestDatabase| {
        let (mut porch, chan) = Porch::opened(database).await;
        let (secret, codes) = porch.set_step(&chan).await;
        let kept = porch.kept(&chan).await;
        assert!(is_sealed(&kept));
        assert!(
            !kept
                .windows(8)
                .any(|some| secret.windows(8).any(|s| s == some))
        );

        porch.clock.wait(TimeDelta::seconds(30));
        let number = |porch: &Porch| totp::number(&secret, totp::step_at(porch.clock_now()));
        assert!(porch.passes(&number(&porch)).await);
        // With another key the number does not count, and a recovery code still does.
        porch.keeper.seals = Some(SealKey::draw(&SystemEntropy));
        porch.clock.wait(TimeDelta::seconds(30));
        assert!(!porch.passes(&number(&porch)).await);
        assert!(porch.passes(&codes[0]).await);
        porch.keeper.seals = None;
        assert!(!porch.passes(&number(&porch)).await);
        assert!(porch.passes(&codes[1]).await);
    }
);

on_both_databases!(
    a_secret_of_one_account_is_none_of_another,
    async |database: TestDatabase| {
        let (porch, chan) = Porch::opened(database).await;
        porch.set_step(&chan).await;
        let dara = porch.member("dara@mfa.example.org").await;
        let mut change = porch.keeper.store.change().await.unwrap();
        let copied = Hidden::new(porch.kept(&chan).await);
        change
            .set_second_step(&dara, Some(&copied), None)
            .await
            .unwrap();
        change.commit().await.unwrap();
        let seals = porch.keeper.seals.as_ref().unwrap();
        assert!(seals.open(&porch.kept(&chan).await, &chan).is_ok());
        assert!(seals.open(&porch.kept(&dara).await, &dara).is_err());
    }
);

on_both_databases!(
    what_was_kept_open_is_sealed_at_the_next_start_and_counts_as_before,
    async |database: TestDatabase| {
        let (mut porch, chan) = Porch::opened(database).await;
        let secret = porch.set_open_step(&chan).await;
        let folder = tempfile::tempdir().unwrap();
        let (file, path) = porch.key_file(folder.path());
        std::fs::write(&path, SealKey::draw(&SystemEntropy).in_letters()).unwrap();
        look_at_second_steps(&porch.keeper.store, Some(&file))
            .await
            .unwrap();
        assert_eq!(porch.kept(&chan).await, secret, "looking changes nothing");

        // Several daemons start at once.
        let (a, b) = tokio::join!(seals(&porch, Some(&file)), seals(&porch, Some(&file)));
        let key = a.unwrap().unwrap();
        assert_eq!(b.unwrap().unwrap().in_letters(), key.in_letters());
        let sealed = porch.kept(&chan).await;
        assert!(is_sealed(&sealed));
        assert_eq!(key.open(&sealed, &chan).unwrap(), secret);
        seals(&porch, Some(&file)).await.unwrap();
        assert_eq!(porch.kept(&chan).await, sealed, "and once");

        porch.keeper.seals = Some(key);
        let number = totp::number(&secret, totp::step_at(porch.clock_now()));
        assert!(porch.passes(&number).await);
    }
);

on_both_databases!(
    without_the_key_it_is_said_whose_second_steps_are_lost,
    async |database: TestDatabase| {
        let (mut porch, chan) = Porch::opened(database).await;
        let folder = tempfile::tempdir().unwrap();
        let (file, path) = porch.key_file(folder.path());
        let is_sqlite = porch.database.kind() == DatabaseKind::Sqlite;

        // Nobody has set one: no key is needed, and one is made where a single daemon has the database.
        assert!(seals(&porch, None).await.unwrap().is_none());
        match seals(&porch, Some(&file)).await {
            Ok(made) => assert!(is_sqlite && made.is_some() && path.exists()),
            Err(error) => {
                assert!(!is_sqlite && matches!(error, SealingError::NotMade { .. }));
                std::fs::write(&path, SealKey::draw(&SystemEntropy).in_letters()).unwrap();
            }
        }
        porch.keeper.seals = seals(&porch, Some(&file)).await.unwrap();
        porch.set_step(&chan).await;
        assert!(seals(&porch, Some(&file)).await.unwrap().is_some());

        let refused = async |file: Option<&KeyFile>| match seals(&porch, file).await {
            Ok(_) => panic!("it starts"),
            Err(error) => error.to_string(),
        };
        let unnamed = refused(None).await;
        assert!(unnamed.contains("sign_in.key_file"), "{unnamed}");
        let kept = std::fs::read_to_string(&path).unwrap();
        std::fs::remove_file(&path).unwrap();
        let lost = refused(Some(&file)).await;
        assert!(
            lost.contains("is missing") && lost.contains("chan@mfa.example.org"),
            "{lost}"
        );
        assert!(!path.exists(), "no other key is made in its place");
        std::fs::write(&path, SealKey::draw(&SystemEntropy).in_letters()).unwrap();
        let another = refused(Some(&file)).await;
        assert!(another.contains("is not the one"), "{another}");
        std::fs::write(&path, "1234").unwrap();
        let none = refused(Some(&file)).await;
        assert!(none.contains("holds no key"), "{none}");
        std::fs::write(&path, kept).unwrap();
        assert!(seals(&porch, Some(&file)).await.unwrap().is_some());

        // The key is lost for good: whoever runs the installation takes the second steps away.
        std::fs::remove_file(&path).unwrap();
        let mut change = porch.keeper.store.change().await.unwrap();
        change.set_second_step(&chan, None, None).await.unwrap();
        change.commit().await.unwrap();
        assert_eq!(seals(&porch, Some(&file)).await.is_ok(), is_sqlite);
    }
);

on_both_databases!(
    without_a_key_no_second_step_is_set,
    async |database: TestDatabase| {
        let (mut porch, chan) = Porch::opened(database).await;
        porch.keeper.seals = None;
        let (secret, seal) = porch.keeper.draw_second_step(&chan).await.unwrap();
        let number = totp::number(&secret, totp::step_at(porch.clock_now()));
        let refused = porch
            .keeper
            .set_second_step(&chan, &seal, &number, PASSWORD, &source())
            .await;
        let words = refused.unwrap_err().to_string();
        assert!(words.contains("no key to seal its secret with"), "{words}");
        assert!(porch.account(&chan).await.totp.is_none());
    }
);
