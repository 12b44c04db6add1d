//! Accounts, and the second step of signing in.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, ExprTrait, PaginatorTrait, QueryFilter, Set, Value,
};

use super::entity::{account, recovery_code};
use crate::domain::account::{Account, Hidden, OidcIdentity, Reach};
use crate::domain::desk::EmailAddress;
use crate::domain::ids::PersonId;
use crate::store::words::{instant, parsed, word};
use crate::store::{Change, Snapshot, StoreError};

impl Snapshot {
    pub async fn account(&self, person: &PersonId) -> Result<Option<Account>, StoreError> {
        let row = account::Entity::find_by_id(person.as_str())
            .one(&self.transaction)
            .await?;
        row.map(from_row).transpose()
    }

    /// The account of an address of sign-in, however it is spelt.
    pub async fn account_of(&self, email: &EmailAddress) -> Result<Option<Account>, StoreError> {
        let row = account::Entity::find()
            .filter(account::Column::Email.eq(email.lower_case().as_str()))
            .one(&self.transaction)
            .await?;
        row.map(from_row).transpose()
    }

    /// The account that is linked to what another house's sign-in calls somebody.
    pub async fn account_linked_to(
        &self,
        identity: &OidcIdentity,
    ) -> Result<Option<Account>, StoreError> {
        let row = account::Entity::find()
            .filter(account::Column::OidcIssuer.eq(identity.issuer.as_str()))
            .filter(account::Column::OidcSubject.eq(identity.subject.as_str()))
            .one(&self.transaction)
            .await?;
        row.map(from_row).transpose()
    }

    /// Every account, by the person's id.
    pub async fn accounts(&self) -> Result<Vec<Account>, StoreError> {
        let rows = account::Entity::find().all(&self.transaction).await?;
        let mut accounts: Vec<Account> =
            rows.into_iter().map(from_row).collect::<Result<_, _>>()?;
        // Sorted here: the two databases sort text differently.
        accounts.sort_by(|a, b| a.person.cmp(&b.person));
        Ok(accounts)
    }

    pub async fn has_accounts(&self) -> Result<bool, StoreError> {
        let found = account::Entity::find().one(&self.transaction).await?;
        Ok(found.is_some())
    }

    /// How many recovery codes are left.
    pub async fn recovery_codes_left(&self, person: &PersonId) -> Result<u64, StoreError> {
        let left = recovery_code::Entity::find()
            .filter(recovery_code::Column::PersonId.eq(person.as_str()))
            .filter(recovery_code::Column::UsedAt.is_null())
            .count(&self.transaction)
            .await?;
        Ok(left)
    }
}

impl Change {
    pub async fn enter_account(&mut self, account: &Account) -> Result<(), StoreError> {
        let Account {
            person,
            email,
            password,
            administrator,
            reach,
            disabled_at,
            totp,
            oidc,
            created_at,
        } = account;
        let row = account::ActiveModel {
            person_id: Set(person.to_string()),
            email: Set(email.lower_case().to_string()),
            password: Set(password.as_ref().map(|p| p.reveal().clone())),
            administrator: Set(*administrator),
            reach: Set(reach.as_str().to_owned()),
            disabled_at: Set(disabled_at.map(instant)),
            totp_secret: Set(totp.as_ref().map(|t| t.reveal().clone())),
            totp_step: Set(None),
            oidc_issuer: Set(oidc.as_ref().map(|o| o.issuer.clone())),
            oidc_subject: Set(oidc.as_ref().map(|o| o.subject.clone())),
            created_at: Set(instant(*created_at)),
        };
        account::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }

    pub async fn set_password(
        &mut self,
        person: &PersonId,
        password: Option<&Hidden<String>>,
    ) -> Result<(), StoreError> {
        let password = password.map(|p| p.reveal().clone());
        self.set_account(person, &[(account::Column::Password, password.into())])
            .await
    }

    pub async fn set_administrator(
        &mut self,
        person: &PersonId,
        administrator: bool,
    ) -> Result<(), StoreError> {
        let column = account::Column::Administrator;
        self.set_account(person, &[(column, administrator.into())])
            .await
    }

    /// Disables an account since a moment, or enables it again.
    pub async fn set_disabled(
        &mut self,
        person: &PersonId,
        since: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let column = account::Column::DisabledAt;
        self.set_account(person, &[(column, since.map(instant).into())])
            .await
    }

    pub async fn link_account(
        &mut self,
        person: &PersonId,
        identity: &OidcIdentity,
    ) -> Result<(), StoreError> {
        let columns = [
            (account::Column::OidcIssuer, identity.issuer.clone().into()),
            (
                account::Column::OidcSubject,
                identity.subject.clone().into(),
            ),
        ];
        self.set_account(person, &columns).await
    }

    /// Sets the secret of the second step, sealed, or takes the step away. `step` is the one that proved it.
    pub async fn set_second_step(
        &mut self,
        person: &PersonId,
        secret: Option<&Hidden<Vec<u8>>>,
        step: Option<i64>,
    ) -> Result<(), StoreError> {
        let secret = secret.map(|s| s.reveal().clone());
        let columns = [
            (account::Column::TotpSecret, secret.into()),
            (account::Column::TotpStep, step.into()),
        ];
        self.set_account(person, &columns).await
    }

    /// Replaces the secret of a second step by the same one, kept otherwise; false where it is not that
    /// one any more.
    pub async fn replace_totp(
        &mut self,
        person: &PersonId,
        kept: &[u8],
        by: &Hidden<Vec<u8>>,
    ) -> Result<bool, StoreError> {
        use account::Column::{PersonId, TotpSecret};
        let replaced = account::Entity::update_many()
            .col_expr(TotpSecret, Expr::value(by.reveal().clone()))
            .filter(PersonId.eq(person.as_str()))
            .filter(TotpSecret.eq(kept.to_vec()))
            .exec(&self.transaction)
            .await?;
        Ok(replaced.rows_affected == 1)
    }

    async fn set_account(
        &mut self,
        person: &PersonId,
        columns: &[(account::Column, Value)],
    ) -> Result<(), StoreError> {
        let mut update = account::Entity::update_many();
        for (column, value) in columns {
            update = update.col_expr(*column, Expr::value(value.clone()));
        }
        update
            .filter(account::Column::PersonId.eq(person.as_str()))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Uses a step of the second step; false where this one or a later one was used already.
    pub async fn use_totp_step(
        &mut self,
        person: &PersonId,
        step: i64,
    ) -> Result<bool, StoreError> {
        use account::Column::{PersonId, TotpStep};
        let unused = Condition::any()
            .add(TotpStep.is_null())
            .add(TotpStep.lt(step));
        let used = account::Entity::update_many()
            .col_expr(TotpStep, Expr::value(step))
            .filter(PersonId.eq(person.as_str()))
            .filter(unused)
            .exec(&self.transaction)
            .await?;
        Ok(used.rows_affected == 1)
    }

    /// The recovery codes of an account are these from now on, by their hashes.
    pub async fn set_recovery_codes(
        &mut self,
        person: &PersonId,
        hashes: &[String],
    ) -> Result<(), StoreError> {
        recovery_code::Entity::delete_many()
            .filter(recovery_code::Column::PersonId.eq(person.as_str()))
            .exec(&self.transaction)
            .await?;
        let rows = hashes.iter().map(|hash| recovery_code::ActiveModel {
            person_id: Set(person.to_string()),
            hash: Set(hash.clone()),
            used_at: Set(None),
        });
        if hashes.is_empty() {
            return Ok(());
        }
        recovery_code::Entity::insert_many(rows)
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }

    /// Uses a recovery code; false where it is none, or was used.
    pub async fn use_recovery_code(
        &mut self,
        person: &PersonId,
        hash: &str,
        now: DateTime<Utc>,
    ) -> Result<bool, StoreError> {
        use recovery_code::Column::{Hash, PersonId, UsedAt};
        let used = recovery_code::Entity::update_many()
            .col_expr(UsedAt, Expr::value(instant(now)))
            .filter(PersonId.eq(person.as_str()).and(Hash.eq(hash)))
            .filter(UsedAt.is_null())
            .exec(&self.transaction)
            .await?;
        Ok(used.rows_affected == 1)
    }
}

pub(super) fn from_row(row: account::Model) -> Result<Account, StoreError> {
    let account::Model {
        person_id,
        email,
        password,
        administrator,
        reach,
        disabled_at,
        totp_secret,
        totp_step: _,
        oidc_issuer,
        oidc_subject,
        created_at,
    } = row;
    let identity = oidc_issuer.zip(oidc_subject);
    Ok(Account {
        person: parsed(PersonId::parse(&person_id), "account.person_id")?,
        email: parsed(EmailAddress::parse(&email), "account.email")?,
        password: password.map(Hidden::new),
        administrator,
        reach: word(Reach::parse, &reach, "account.reach")?,
        disabled_at,
        totp: totp_secret.map(Hidden::new),
        oidc: identity.map(|(issuer, subject)| OidcIdentity { issuer, subject }),
        created_at,
    })
}
