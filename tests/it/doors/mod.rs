//! Accounts, on both databases: who is let in, by what, for how long; and what whoever knocks learns.

mod first;
mod keeping;
mod letters;
mod links;
mod sealing;
mod sessions;
mod signing_in;
mod steps;

use std::sync::Arc;

use aide_memoire::acts::Actor;
use aide_memoire::acts::accounts::first::Introduction;
use aide_memoire::acts::accounts::inviting::{By, Invitation};
use aide_memoire::acts::accounts::limits::Source;
use aide_memoire::acts::accounts::signing_in::{Caller, Passed};
use aide_memoire::acts::accounts::{AccountError, Keeper};
use aide_memoire::clock::Clock;
use aide_memoire::domain::account::{Account, Reach, SessionLimits};
use aide_memoire::domain::desk::EmailAddress;
use aide_memoire::domain::ids::PersonId;
use aide_memoire::doors::password::Passwords;
use aide_memoire::doors::sealing::SealKey;
use aide_memoire::doors::word::Word;
use aide_memoire::entropy::SystemEntropy;
use chrono::TimeDelta;

use crate::support::clock::TestClock;
use crate::support::database::TestDatabase;
use crate::support::house::{ALL, instant};

pub const PASSWORD: &str = "four herons in the rice";
pub const OTHER: &str = "five boats on the lake";

/// A keeper of doors over a database, and the clock it goes by.
pub struct Porch {
    pub database: TestDatabase,
    pub clock: Arc<TestClock>,
    pub keeper: Keeper,
}

impl Porch {
    pub fn of(database: TestDatabase) -> Self {
        let clock = Arc::new(TestClock::at(instant("2025-06-02 02:00")));
        let keeper = Keeper {
            store: database.store().clone(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            entropy: Arc::new(SystemEntropy),
            passwords: Passwords::default(),
            limits: SessionLimits {
                idle: TimeDelta::hours(12),
                absolute: TimeDelta::hours(168),
            },
            seals: Some(SealKey::draw(&SystemEntropy)),
        };
        Self {
            database,
            clock,
            keeper,
        }
    }

    /// With a first administrator, `chan@mfa.example.org`, whose password is [`PASSWORD`].
    pub async fn opened(database: TestDatabase) -> (Self, PersonId) {
        let porch = Self::of(database);
        let word = porch.keeper.draw_first_link().await.unwrap().unwrap();
        let made = porch
            .keeper
            .make_first_administrator(&word, &introduction())
            .await;
        (porch, made.unwrap())
    }

    /// Somebody else with an account and [`PASSWORD`].
    pub async fn member(&self, email: &str) -> PersonId {
        let made = self
            .keeper
            .invite(&Actor::Operator, &invitation(email), By::Hand)
            .await
            .unwrap();
        let word = made.word.unwrap();
        self.keeper.set_password_by(&word, PASSWORD).await.unwrap();
        made.person
    }

    pub async fn account(&self, person: &PersonId) -> Account {
        let snapshot = self.keeper.store.read().await.unwrap();
        snapshot.account(person).await.unwrap().unwrap()
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Result<Passed, AccountError> {
        self.keeper
            .sign_in(email, password, &caller("192.0.2.1"))
            .await
    }

    /// Signs in and is in.
    pub async fn enter(&self, email: &str) -> Word {
        match self.sign_in(email, PASSWORD).await.unwrap() {
            Passed::In(word) => word,
            other => panic!("{other:?}"),
        }
    }

    pub async fn is_in(&self, word: &Word) -> bool {
        self.keeper.holder(word).await.unwrap().is_some()
    }

    /// The acts of the audit about somebody, the oldest first.
    pub async fn acts(&self, person: &PersonId) -> Vec<String> {
        let snapshot = self.keeper.store.read().await.unwrap();
        let trail = snapshot.audit_trail(ALL).await.unwrap();
        let theirs = trail.into_iter().filter(|e| e.subject == person.as_str());
        let mut acts: Vec<String> = theirs.map(|e| e.act).collect();
        acts.reverse();
        acts
    }
}

pub fn introduction() -> Introduction {
    Introduction {
        name: "Chan Sokha".into(),
        email: "Chan@mfa.example.org".into(),
        password: PASSWORD.into(),
    }
}

pub fn invitation(email: &str) -> Invitation {
    Invitation {
        name: "Somebody Else".into(),
        email: email.into(),
        reach: Reach::House,
        administrator: false,
    }
}

pub fn caller(source: &str) -> Caller<'static> {
    Caller {
        source: Source(source.into()),
        before: None,
    }
}

pub fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}
