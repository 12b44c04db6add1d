//! What somebody does with their own account: another password, a second step, new recovery codes.

use super::limits::Source;
use super::{AccountError, Actor, Field, Keeper, account_of};
use crate::domain::account::{AttemptKind, Hidden};
use crate::domain::ids::PersonId;
use crate::domain::token::Purpose;
use crate::doors::totp;
use crate::doors::word::{Word, draw_codes, hash_of_code};
use crate::store::StoreError;

/// Seconds within which a second step is set up.
const ENROLMENT: i64 = 3600;

impl Keeper {
    /// Another password. Every session ends; the browser at hand goes on under a new word.
    pub async fn change_password(
        &self,
        person: &PersonId,
        current: &str,
        new: &str,
        source: &Source,
    ) -> Result<Word, AccountError> {
        let attempt = self.prove(person, current, source).await?;
        let account = self.store.read().await?.account(person).await?;
        let account = account.ok_or(AccountError::DeadLink)?;
        let name = self.name_of(person).await?;
        self.check_password(new, &name, &account.email).await?;
        let hash = self.passwords.hash(new.to_owned()).await?;
        let mut change = self.store.change().await?;
        change.attempt_succeeded(attempt).await?;
        change.set_password(person, Some(&hash)).await?;
        change.end_sessions(person, None).await?;
        change.void_links(person).await?;
        let word = self.enter_session(&mut change, person).await?;
        let actor = Actor::Person(person.clone());
        self.note(&mut change, &actor, "set-password", person, "changed it")
            .await?;
        change.commit().await?;
        Ok(word)
    }

    /// The password once more, before what matters: a browser may have been left open.
    async fn prove(
        &self,
        person: &PersonId,
        current: &str,
        source: &Source,
    ) -> Result<i64, AccountError> {
        let account = self.store.read().await?.account(person).await?;
        let account = account.ok_or(AccountError::DeadLink)?;
        let email = account.email.as_str();
        let attempt = self.try_once(AttemptKind::SignIn, email, source).await?;
        let hash = account.password.as_ref();
        if !self.passwords.is_right(current.to_owned(), hash).await {
            let words = "This is not your password.";
            return Err(AccountError::refused(Field::Current, words));
        }
        Ok(attempt)
    }

    /// A secret for a second step, and its seal: it counts once a number of it was typed.
    pub async fn draw_second_step(
        &self,
        person: &PersonId,
    ) -> Result<(Vec<u8>, String), StoreError> {
        let secret = totp::draw(self.entropy.as_ref());
        let letters: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
        let until = self.real_now().timestamp() + ENROLMENT;
        let key = self.store.signing_key().await?;
        let seal = key.seal(Purpose::Enrolment, &format!("{person} {letters}"), until);
        Ok((secret, seal))
    }

    /// The secret of a seal, which was shown to this person.
    pub async fn shown_secret(
        &self,
        person: &PersonId,
        seal: &str,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let key = self.store.signing_key().await?;
        let now = self.real_now().timestamp();
        let text = key.unseal(Purpose::Enrolment, seal, now);
        let secret = text.as_deref().and_then(|text| {
            let (whose, letters) = text.split_once(' ')?;
            (whose == person.as_str()).then(|| from_hex(letters))?
        });
        Ok(secret)
    }

    /// Sets the second step whose secret was shown. Returns the recovery codes, which are not shown
    /// again.
    pub async fn set_second_step(
        &self,
        person: &PersonId,
        seal: &str,
        typed: &str,
        current: &str,
        source: &Source,
    ) -> Result<Vec<String>, AccountError> {
        let secret = self.shown_secret(person, seal).await?;
        let secret = secret.ok_or_else(|| {
            let words = "That took too long. Begin again: another secret is shown.";
            AccountError::refused(Field::Form, words)
        })?;
        let step = totp::step_of(&secret, typed, self.real_now());
        let step = step.ok_or_else(|| {
            let words = "This is not the number your program shows at this moment.";
            AccountError::refused(Field::Code, words)
        })?;
        let seals = self.seals.as_ref().ok_or_else(no_second_steps)?;
        let attempt = self.prove(person, current, source).await?;
        let codes = draw_codes(self.entropy.as_ref());
        let hashes: Vec<String> = codes.iter().map(|code| hash_of_code(code)).collect();
        let mut change = self.store.change().await?;
        change.attempt_succeeded(attempt).await?;
        account_of(&change, person).await?;
        let secret = Hidden::new(seals.seal(&secret, person, self.entropy.as_ref()));
        change
            .set_second_step(person, Some(&secret), Some(step))
            .await?;
        change.set_recovery_codes(person, &hashes).await?;
        let actor = Actor::Person(person.clone());
        self.note(&mut change, &actor, "second-step", person, "set it")
            .await?;
        change.commit().await?;
        Ok(codes)
    }

    /// Takes the second step away.
    pub async fn drop_second_step(
        &self,
        person: &PersonId,
        current: &str,
        source: &Source,
    ) -> Result<(), AccountError> {
        let attempt = self.prove(person, current, source).await?;
        let mut change = self.store.change().await?;
        change.attempt_succeeded(attempt).await?;
        change.set_second_step(person, None, None).await?;
        change.set_recovery_codes(person, &[]).await?;
        let actor = Actor::Person(person.clone());
        self.note(&mut change, &actor, "second-step", person, "took it away")
            .await?;
        Ok(change.commit().await?)
    }

    /// Ends every other session of somebody; how many.
    pub async fn sign_out_elsewhere(
        &self,
        person: &PersonId,
        here: &Word,
    ) -> Result<u64, StoreError> {
        let mut change = self.store.change().await?;
        let ended = change.end_sessions(person, Some(&here.hash())).await?;
        change.commit().await?;
        Ok(ended)
    }
}

/// Why nobody sets a second step here.
pub fn no_second_steps() -> AccountError {
    let words = "No second step can be set here yet: the installation has no key to seal its secret with. Whoever runs it names a file for it (sign_in.key_file).";
    AccountError::refused(Field::Form, words)
}

fn from_hex(letters: &str) -> Option<Vec<u8>> {
    let pairs = (0..letters.len()).step_by(2);
    pairs
        .map(|at| u8::from_str_radix(letters.get(at..at + 2)?, 16).ok())
        .collect()
}
