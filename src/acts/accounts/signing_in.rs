//! Signing in and out, and the way back for whoever forgot the password.
//!
//! 1. The try is entered, and refused where too many failed.
//! 2. The password is compared, with a hash that is nobody's where there is no account: an unknown
//!    address, a wrong password and a disabled account are answered alike and after the same time.
//! 3. Where a second step is set, a sealed word carries the first one over to it.
//! 4. A session begins under a new word; the one the browser had ends.

use super::inviting::By;
use super::limits::Source;
use super::{AccountError, Actor, Field, Keeper, account_of};
use crate::domain::account::{Account, AttemptKind, LinkPurpose, Session};
use crate::domain::desk::EmailAddress;
use crate::domain::ids::PersonId;
use crate::domain::token::Purpose;
use crate::doors::totp;
use crate::doors::word::{Word, hash_of_code};
use crate::store::{Change, Holder, StoreError};

/// How far signing in has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Passed {
    /// In: the word of the session.
    In(Word),
    /// The password was right; the number of the second step is wanted. The seal says who, for a few
    /// minutes.
    FirstStep(String),
}

/// Seconds between the password and the second step.
const PATIENCE: i64 = 300;

/// A browser on its way in: where it comes from, and the session it has.
#[derive(Debug, Clone)]
pub struct Caller<'a> {
    pub source: Source,
    pub before: Option<&'a Word>,
}

impl Keeper {
    /// The password.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        caller: &Caller<'_>,
    ) -> Result<Passed, AccountError> {
        let attempt = self
            .try_once(AttemptKind::SignIn, email, &caller.source)
            .await?;
        let account = self.account_typed(email).await?;
        let hash = account.as_ref().and_then(|a| a.password.as_ref());
        let right = self.passwords.is_right(password.to_owned(), hash).await;
        let Some(account) = account.filter(|a| right && !a.is_disabled()) else {
            tracing::info!(source = caller.source.0, "a sign-in was refused");
            return Err(wrong());
        };
        if account.totp.is_some() {
            return Ok(Passed::FirstStep(self.seal_first_step(&account).await?));
        }
        let detail = "signed in with a password";
        let word = self
            .begin_session(&account.person, caller, Some(attempt), detail)
            .await?;
        Ok(Passed::In(word))
    }

    async fn account_typed(&self, email: &str) -> Result<Option<Account>, StoreError> {
        // What cannot be an address is nobody's, after the same time.
        let Ok(email) = EmailAddress::parse(email.trim()) else {
            return Ok(None);
        };
        self.store.read().await?.account_of(&email).await
    }

    async fn seal_first_step(&self, account: &Account) -> Result<String, StoreError> {
        let key = self.store.signing_key().await?;
        let until = self.real_now().timestamp() + PATIENCE;
        let text = format!("{} {}", account.person, password_mark(account));
        Ok(key.seal(Purpose::SecondStep, &text, until))
    }

    /// Whose first step a seal carries over; none where it is too old, or the password was changed
    /// meanwhile.
    async fn first_step_of(&self, seal: &str) -> Result<Option<Account>, StoreError> {
        let key = self.store.signing_key().await?;
        let now = self.real_now().timestamp();
        let Some(text) = key.unseal(Purpose::SecondStep, seal, now) else {
            return Ok(None);
        };
        let Some((person, mark)) = text.split_once(' ') else {
            return Ok(None);
        };
        let Ok(person) = PersonId::parse(person) else {
            return Ok(None);
        };
        let account = self.store.read().await?.account(&person).await?;
        Ok(account.filter(|a| !a.is_disabled() && password_mark(a) == mark))
    }

    /// The number of the second step, or a recovery code in its place.
    pub async fn second_step(
        &self,
        seal: &str,
        typed: &str,
        caller: &Caller<'_>,
    ) -> Result<Word, AccountError> {
        let account = self.first_step_of(seal).await?;
        let account = account.ok_or_else(|| {
            let words = "That took too long. Begin again with your password.";
            AccountError::refused(Field::Form, words)
        })?;
        let email = account.email.as_str();
        let attempt = self
            .try_once(AttemptKind::SignIn, email, &caller.source)
            .await?;
        let by_code = self.pass_second_step(&account, typed).await?;
        let detail = match by_code {
            true => "signed in with a password and a recovery code",
            false => "signed in with a password and a second step",
        };
        self.begin_session(&account.person, caller, Some(attempt), detail)
            .await
    }

    /// Uses the number or the code up; true where it was a code.
    async fn pass_second_step(&self, account: &Account, typed: &str) -> Result<bool, AccountError> {
        let now = self.real_now();
        let secret = self.secret_of(account);
        let step = secret.and_then(|secret| totp::step_of(&secret, typed, now));
        let mut change = self.store.change().await?;
        let passed = match step {
            Some(step) => change.use_totp_step(&account.person, step).await?,
            None => {
                let hash = hash_of_code(typed);
                change
                    .use_recovery_code(&account.person, &hash, now)
                    .await?
            }
        };
        change.commit().await?;
        if !passed {
            let words = "This number is not right, or was used already. Wait for the next one.";
            return Err(AccountError::refused(Field::Code, words));
        }
        Ok(step.is_none())
    }

    /// The secret of somebody's second step. Where it does not open, recovery codes still do.
    fn secret_of(&self, account: &Account) -> Option<Vec<u8>> {
        let kept = account.totp.as_ref()?;
        let seals = self.seals.as_ref();
        let opened = seals.map(|seals| seals.open(kept.reveal(), &account.person));
        if !matches!(opened, Some(Ok(_))) {
            tracing::error!(
                person = %account.person,
                "a second step cannot be checked: this daemon has not the key its secret is sealed with"
            );
        }
        opened?.ok()
    }

    /// Begins a session; the one the browser had ends.
    pub(super) async fn begin_session(
        &self,
        person: &PersonId,
        caller: &Caller<'_>,
        attempt: Option<i64>,
        detail: &str,
    ) -> Result<Word, AccountError> {
        let mut change = self.store.change().await?;
        if account_of(&change, person).await?.is_disabled() {
            return Err(wrong());
        }
        if let Some(attempt) = attempt {
            change.attempt_succeeded(attempt).await?;
        }
        let word = self.enter_session(&mut change, person).await?;
        if let Some(before) = caller.before {
            change.end_session(&before.hash()).await?;
        }
        let actor = Actor::Person(person.clone());
        self.note(&mut change, &actor, "sign-in", person, detail)
            .await?;
        change.commit().await?;
        Ok(word)
    }

    /// A session under a new word.
    pub(super) async fn enter_session(
        &self,
        change: &mut Change,
        person: &PersonId,
    ) -> Result<Word, StoreError> {
        let word = Word::draw(self.entropy.as_ref());
        let now = self.real_now();
        let ends_at = now + self.limits.absolute;
        let session = Session {
            hash: word.hash(),
            person: person.clone(),
            created_at: now,
            seen_at: now,
            expires_at: self.limits.expires_at(now, ends_at),
            ends_at,
        };
        change.begin_session(&session).await?;
        Ok(word)
    }

    /// Who holds the word of a session, by the database alone: whether it is over is for whoever
    /// knows when it was last seen.
    pub async fn holder(&self, word: &Word) -> Result<Option<Holder>, StoreError> {
        self.store.session(&word.hash()).await
    }

    pub async fn sign_out(&self, word: &Word) -> Result<(), StoreError> {
        let mut change = self.store.change().await?;
        change.end_session(&word.hash()).await?;
        change.commit().await
    }

    /// Asks for a way back. Whoever has no account learns nothing: what is entered, and the answer,
    /// are the same; a letter goes out where there is somebody to write to.
    pub async fn ask_for_recovery(
        &self,
        email: &str,
        caller: &Caller<'_>,
    ) -> Result<(), AccountError> {
        self.try_once(AttemptKind::Recover, email, &caller.source)
            .await?;
        let account = self.account_typed(email).await?;
        let account = account.filter(|account| !account.is_disabled());
        let mut change = self.store.change().await?;
        if let Some(account) = account {
            let purpose = match account.password {
                Some(_) => LinkPurpose::Recover,
                None => LinkPurpose::Invite,
            };
            self.enter_link(&mut change, purpose, &account.person, By::Mail)
                .await?;
            let actor = Actor::Daemon;
            let detail = "a link was asked for on the page of sign-in";
            self.note(&mut change, &actor, "recover", &account.person, detail)
                .await?;
        }
        Ok(change.commit().await?)
    }
}

/// Changes with the password, and tells nothing of it.
fn password_mark(account: &Account) -> String {
    let hash = account.password.as_ref().map(|hash| hash.reveal().as_str());
    let mark = hash_of_code(hash.unwrap_or_default());
    mark.chars().take(16).collect()
}

/// One answer for all that is wrong.
fn wrong() -> AccountError {
    let words = "The address or the password is not right.";
    AccountError::refused(Field::Form, words)
}
