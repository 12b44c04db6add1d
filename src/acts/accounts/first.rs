//! The first administrator. An installation without accounts prints a link at each start; whoever
//! opens it makes the account that invites all others.

use uuid::Uuid;

use super::inviting::{address, person_of};
use super::{AccountError, Actor, Keeper};
use crate::domain::account::{Account, LinkPurpose};
use crate::domain::ids::PersonId;
use crate::doors::word::Word;
use crate::store::{AccessLink, StoreError};

/// What the first administrator says of themselves.
#[derive(Debug, Clone)]
pub struct Introduction {
    pub name: String,
    pub email: String,
    pub password: String,
}

impl Keeper {
    /// The word of a link that makes the first administrator; none where there are accounts.
    pub async fn draw_first_link(&self) -> Result<Option<Word>, StoreError> {
        let now = self.real_now();
        let mut change = self.store.change().await?;
        if change.has_accounts().await? {
            change.roll_back().await?;
            return Ok(None);
        }
        let word = Word::draw(self.entropy.as_ref());
        let purpose = LinkPurpose::FirstAdministrator;
        let link = AccessLink {
            id: self.entropy.uuid(),
            purpose,
            person: None,
            hash: Some(word.hash()),
            made_at: now,
            expires_at: now + purpose.lifetime(),
        };
        change.enter_link(&link).await?;
        change.commit().await?;
        Ok(Some(word))
    }

    /// Whether a word makes the first administrator.
    pub async fn is_first_link(&self, word: &Word) -> Result<bool, StoreError> {
        let snapshot = self.store.read().await?;
        let link = snapshot.open_link(&word.hash(), self.real_now()).await?;
        let opens = link.is_some_and(|l| l.purpose == LinkPurpose::FirstAdministrator);
        Ok(opens && !snapshot.has_accounts().await?)
    }

    /// Makes the first administrator. Whoever has the address on record is that person; else the
    /// person is entered.
    pub async fn make_first_administrator(
        &self,
        word: &Word,
        introduction: &Introduction,
    ) -> Result<PersonId, AccountError> {
        if !self.is_first_link(word).await? {
            return Err(AccountError::DeadLink);
        }
        let email = address(&introduction.email)?;
        self.check_password(&introduction.password, &introduction.name, &email)
            .await?;
        let password = self.passwords.hash(introduction.password.clone()).await?;
        let now = self.real_now();
        let mut change = self.store.edit().await?;
        change.lock_installation().await?;
        let link = change.open_link(&word.hash(), now).await?;
        let id = match link {
            Some(link) if link.purpose == LinkPurpose::FirstAdministrator => link.id,
            _ => Uuid::nil(),
        };
        if change.has_accounts().await? || !change.use_link(id, now).await? {
            change.roll_back().await?;
            return Err(AccountError::DeadLink);
        }
        let person = person_of(&mut change, &introduction.name, &email).await?;
        let account = Account {
            administrator: true,
            password: Some(password),
            ..Account::new(person.clone(), &email, now)
        };
        change.enter_account(&account).await?;
        change.void_first_links().await?;
        let actor = Actor::Person(person.clone());
        self.note(
            &mut change,
            &actor,
            "account",
            &person,
            "the first administrator, by the link of the first start",
        )
        .await?;
        change.commit().await?;
        Ok(person)
    }
}
