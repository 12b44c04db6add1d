//! Accounts: who is let in, and by what. The first administrator is made by a link that the daemon
//! prints ([`first`]), everybody else is invited ([`inviting`]); one signs in ([`signing_in`], or by another house's word, [`elsewhere`]), keeps
//! one's own account ([`own`]) and the keys of one's programs ([`programs`]), and administrators keep those of others ([`keeping`]).
//!
//! Whoever asks learns nothing of who has an account: an unknown address and a wrong password are
//! answered alike, and after the same time.

pub mod elsewhere;
pub mod first;
pub mod inviting;
pub mod keeping;
pub mod limits;
pub mod own;
pub mod programs;
pub mod sealing;
pub mod signing_in;
pub mod tidying;

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::{ActError, Actor};
use crate::clock::Clock;
use crate::domain::account::{Account, SessionLimits};
use crate::domain::desk::EmailAddress;
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::doors::password::{HashError, Passwords};
use crate::doors::rules;
use crate::doors::sealing::SealKey;
use crate::entropy::Entropy;
use crate::store::{Change, Store, StoreError};

/// The keeper of the doors: what every act about accounts works with.
#[derive(Clone)]
pub struct Keeper {
    pub store: Store,
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
    pub passwords: Passwords,
    pub limits: SessionLimits,
    /// Of the secrets of second steps; without it none is set.
    pub seals: Option<SealKey>,
}

/// The field of a form that a refusal is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    Name,
    Email,
    Password,
    /// The password one has so far.
    Current,
    /// The number of the second step, or a recovery code.
    Code,
    /// How many days a key lasts.
    Days,
    /// None: the whole.
    Form,
}

/// Why nobody was let in, or nothing done.
#[derive(Debug, thiserror::Error)]
pub enum AccountError {
    /// A full sentence that says why, and the field it is about.
    #[error("{words}")]
    Refused { field: Field, words: String },
    /// A link that opens nothing: it was used, it is too old, or it never was one.
    #[error("this link opens nothing any more; each opens once, and for a limited time")]
    DeadLink,
    /// Too many tries failed.
    #[error("too many tries have failed; wait {minutes} minutes and try again")]
    TooMany { minutes: i64 },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Hash(#[from] HashError),
}

impl AccountError {
    pub fn refused(field: Field, words: impl Into<String>) -> Self {
        let words = words.into();
        AccountError::Refused { field, words }
    }
}

impl From<AccountError> for ActError {
    fn from(error: AccountError) -> Self {
        match error {
            AccountError::Store(error) => ActError::Store(error),
            other => ActError::Refused(other.to_string()),
        }
    }
}

impl Keeper {
    fn real_now(&self) -> DateTime<Utc> {
        self.clock.real_now()
    }

    /// Leaves a line in the audit, by the clock the audit goes by.
    async fn note(
        &self,
        change: &mut Change,
        actor: &Actor,
        act: &str,
        person: &PersonId,
        detail: &str,
    ) -> Result<(), StoreError> {
        let now = self.clock.business_now();
        change
            .audit(now, actor.as_str(), act, person.as_str(), detail)
            .await
    }

    /// Whose account it is to be, by its name on record.
    async fn name_of(&self, person: &PersonId) -> Result<String, StoreError> {
        let directory = self.store.directory().await?;
        Ok(name_in(&directory, person))
    }

    /// Refuses a password that is not taken.
    async fn check_password(
        &self,
        password: &str,
        name: &str,
        email: &EmailAddress,
    ) -> Result<(), AccountError> {
        match rules::complaint(password, name, email) {
            Some(words) => Err(AccountError::refused(Field::Password, words)),
            None => Ok(()),
        }
    }
}

fn name_in(directory: &Directory, person: &PersonId) -> String {
    let known = directory.people.get(person);
    known.map_or_else(|| person.to_string(), |p| p.name.clone())
}

/// The account of a person, in a transaction that may change it.
async fn account_of(change: &Change, person: &PersonId) -> Result<Account, AccountError> {
    let account = change.account(person).await?;
    account.ok_or_else(|| {
        AccountError::refused(Field::Form, format!("there is no account of `{person}`"))
    })
}
