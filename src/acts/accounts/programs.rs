//! Keys for programs: with one a program reads what its person reads, through the API, and changes
//! nothing. A key is shown once, ends by itself, and opens nothing while the account is disabled.

use chrono::TimeDelta;
use uuid::Uuid;

use super::{AccountError, Actor, Field, Keeper, account_of};
use crate::domain::account::{Account, ProgramKey};
use crate::domain::ids::PersonId;
use crate::doors::word::Word;
use crate::store::StoreError;

/// How long a key may last, in days.
pub const LONGEST: i64 = 366;

/// How many keys one person may have.
const MOST: usize = 20;

/// The longest name of a program, in characters.
const LONGEST_NAME: usize = 80;

impl Keeper {
    /// Whose key a word is, as long as it opens.
    pub async fn holder_of_key(&self, word: &Word) -> Result<Option<Account>, StoreError> {
        let now = self.real_now();
        self.store.holder_of_key(&word.hash(), now).await
    }

    /// A new key, which lasts so many days. Returns the word, which is not shown again.
    pub async fn add_program_key(
        &self,
        person: &PersonId,
        name: &str,
        days: &str,
    ) -> Result<Word, AccountError> {
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        if name.is_empty() || name.chars().count() > LONGEST_NAME {
            let words =
                format!("Say which program it is for, in at most {LONGEST_NAME} characters.");
            return Err(AccountError::refused(Field::Name, words));
        }
        let days = days
            .trim()
            .parse()
            .ok()
            .filter(|n| (1..=LONGEST).contains(n));
        let days: i64 = days.ok_or_else(|| {
            let words = format!("A key lasts between 1 and {LONGEST} days.");
            AccountError::refused(Field::Days, words)
        })?;
        let (word, now) = (Word::draw(self.entropy.as_ref()), self.real_now());
        let id = Uuid::from_u64_pair(self.entropy.bits(), self.entropy.bits());
        let key = ProgramKey {
            id,
            hash: word.hash(),
            person: person.clone(),
            name,
            created_at: now,
            expires_at: now + TimeDelta::days(days),
        };
        let mut change = self.store.change().await?;
        account_of(&change, person).await?;
        let known = change.program_keys(person).await?;
        if known.iter().filter(|known| known.expires_at > now).count() >= MOST {
            let words = format!("You have {MOST} keys. Take one away that is not needed any more.");
            return Err(AccountError::refused(Field::Form, words));
        }
        change.add_program_key(&key).await?;
        let actor = Actor::Person(person.clone());
        let detail = format!("{}, for {days} days", key.name);
        self.note(&mut change, &actor, "add-program-key", person, &detail)
            .await?;
        change.commit().await?;
        Ok(word)
    }

    /// Takes a key away at once. One that is not there any more is not missed.
    pub async fn remove_program_key(
        &self,
        person: &PersonId,
        id: Uuid,
    ) -> Result<(), AccountError> {
        let mut change = self.store.change().await?;
        let known = change.program_keys(person).await?;
        let Some(key) = known.into_iter().find(|key| key.id == id) else {
            return Ok(change.roll_back().await?);
        };
        change.remove_program_key(person, id).await?;
        let actor = Actor::Person(person.clone());
        self.note(&mut change, &actor, "remove-program-key", person, &key.name)
            .await?;
        Ok(change.commit().await?)
    }
}
