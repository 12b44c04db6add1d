//! Signing in with what another house vouches for. An account has to be there: the other house says who
//! somebody is, not whom we let in.

use super::signing_in::Caller;
use super::{AccountError, Actor, Field, Keeper};
use crate::domain::account::{Account, OidcIdentity};
use crate::domain::desk::EmailAddress;
use crate::doors::word::Word;
use crate::store::StoreError;

impl Keeper {
    /// Lets in whom another house vouches for: whoever is linked to that identity; else the account of
    /// the address it verified, which is linked from then on. The second step is that house's to ask
    /// for.
    pub async fn sign_in_elsewhere(
        &self,
        identity: &OidcIdentity,
        email: Option<&EmailAddress>,
        caller: &Caller<'_>,
    ) -> Result<Word, AccountError> {
        let account = self.vouched_for(identity, email).await?;
        let account = account.filter(|account| !account.is_disabled());
        let Some(account) = account else {
            tracing::info!(
                source = caller.source.0,
                "somebody another house vouches for has no account here"
            );
            let words = "Your house knows you, but you have no account here. Ask an administrator to \
                         invite you under the mail address your house has of you.";
            return Err(AccountError::refused(Field::Form, words));
        };
        let person = &account.person;
        if account.oidc.is_none() {
            let mut change = self.store.change().await?;
            change.link_account(person, identity).await?;
            let actor = Actor::Person(person.clone());
            let detail = format!("linked to the sign-in of {}", identity.issuer);
            self.note(&mut change, &actor, "link", person, &detail)
                .await?;
            change.commit().await?;
        }
        let detail = "signed in by another house's word";
        self.begin_session(person, caller, None, detail).await
    }

    async fn vouched_for(
        &self,
        identity: &OidcIdentity,
        email: Option<&EmailAddress>,
    ) -> Result<Option<Account>, StoreError> {
        let snapshot = self.store.read().await?;
        if let Some(account) = snapshot.account_linked_to(identity).await? {
            return Ok(Some(account));
        }
        let Some(email) = email else {
            return Ok(None);
        };
        // An account that is linked is not somebody else's because the address passed on.
        let account = snapshot.account_of(email).await?;
        Ok(account.filter(|account| account.oidc.is_none()))
    }
}
