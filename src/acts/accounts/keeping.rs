//! What an administrator does with the accounts of others. There is always one who can: the last
//! administrator is neither disabled nor made an ordinary member.

use super::{AccountError, Actor, Field, Keeper, account_of};
use crate::domain::account::Reach;
use crate::domain::ids::PersonId;
use crate::store::Change;

impl Keeper {
    /// Nobody signs in with this account any more; whoever is signed in no longer is.
    pub async fn disable(&self, actor: &Actor, person: &PersonId) -> Result<(), AccountError> {
        let mut change = self.store.change().await?;
        change.lock_installation().await?;
        let account = account_of(&change, person).await?;
        if account.is_disabled() {
            return Ok(());
        }
        if account.administrator {
            another_administrator(&change, person).await?;
        }
        change.set_disabled(person, Some(self.real_now())).await?;
        change.end_sessions(person, None).await?;
        change.void_links(person).await?;
        self.note(
            &mut change,
            actor,
            "disable",
            person,
            "the account is disabled",
        )
        .await?;
        Ok(change.commit().await?)
    }

    pub async fn enable(&self, actor: &Actor, person: &PersonId) -> Result<(), AccountError> {
        let mut change = self.store.change().await?;
        let account = account_of(&change, person).await?;
        if !account.is_disabled() {
            return Ok(());
        }
        change.set_disabled(person, None).await?;
        self.note(
            &mut change,
            actor,
            "enable",
            person,
            "the account is enabled again",
        )
        .await?;
        Ok(change.commit().await?)
    }

    /// Makes somebody an administrator, or an ordinary member again.
    pub async fn set_administrator(
        &self,
        actor: &Actor,
        person: &PersonId,
        administrator: bool,
    ) -> Result<(), AccountError> {
        let mut change = self.store.change().await?;
        change.lock_installation().await?;
        let account = account_of(&change, person).await?;
        if account.administrator == administrator {
            return Ok(());
        }
        if account.reach == Reach::Public {
            let words = "A guest runs nothing; invite them as a member of the house first.";
            return Err(AccountError::refused(Field::Form, words));
        }
        if !administrator {
            another_administrator(&change, person).await?;
        }
        change.set_administrator(person, administrator).await?;
        let detail = match administrator {
            true => "is an administrator from now on",
            false => "is no administrator any more",
        };
        self.note(&mut change, actor, "administrator", person, detail)
            .await?;
        Ok(change.commit().await?)
    }

    /// Takes a second step away for somebody who lost both telephone and codes.
    pub async fn take_second_step(
        &self,
        actor: &Actor,
        person: &PersonId,
    ) -> Result<(), AccountError> {
        let mut change = self.store.change().await?;
        account_of(&change, person).await?;
        change.set_second_step(person, None, None).await?;
        change.set_recovery_codes(person, &[]).await?;
        change.end_sessions(person, None).await?;
        self.note(
            &mut change,
            actor,
            "second-step",
            person,
            "taken away for them",
        )
        .await?;
        Ok(change.commit().await?)
    }
}

async fn another_administrator(change: &Change, but: &PersonId) -> Result<(), AccountError> {
    let accounts = change.accounts().await?;
    let can = accounts
        .iter()
        .any(|a| a.administrator && !a.is_disabled() && a.person != *but);
    match can {
        true => Ok(()),
        false => {
            let words = "This is the only administrator; make another one first.";
            Err(AccountError::refused(Field::Form, words))
        }
    }
}
