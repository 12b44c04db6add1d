//! Links that open one thing, once. A link that is to go out in a letter waits here without a word of
//! its own; whoever claims it to write the letter draws one and leaves the hash.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, QueryOrder, QuerySelect, Set};
use uuid::Uuid;

use super::entity::access_link;
use crate::domain::account::LinkPurpose;
use crate::domain::ids::PersonId;
use crate::store::words::{instant, parsed, word};
use crate::store::{Change, Snapshot, Store, StoreError};

/// A link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccessLink {
    pub id: Uuid,
    pub purpose: LinkPurpose,
    /// Whose account it opens; none for the first administrator.
    pub person: Option<PersonId>,
    /// Of its word; none while a letter waits to be written.
    pub hash: Option<String>,
    pub made_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
}

/// A link claimed for its letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClaimedLink {
    pub link: AccessLink,
    /// Tries so far, this one included.
    pub tries: u32,
}

/// Whether a letter is to carry it.
const NONE: &str = "none";
const WAITING: &str = "waiting";
const SENT: &str = "sent";
const GIVEN_UP: &str = "given-up";

impl Snapshot {
    /// The link of a word's hash, if it still opens something.
    pub async fn open_link(
        &self,
        hash: &str,
        now: DateTime<Utc>,
    ) -> Result<Option<AccessLink>, StoreError> {
        use access_link::Column::{ExpiresAt, Hash, UsedAt};
        let row = access_link::Entity::find()
            .filter(Hash.eq(hash).and(UsedAt.is_null()))
            .filter(ExpiresAt.gt(instant(now)))
            .one(&self.transaction)
            .await?;
        row.map(of_row).transpose()
    }

    /// The people with an invitation that is still open, and when the last of them was made.
    pub async fn open_invitations(
        &self,
        now: DateTime<Utc>,
    ) -> Result<Vec<AccessLink>, StoreError> {
        use access_link::Column::{ExpiresAt, MadeAt, Purpose, UsedAt};
        let rows = access_link::Entity::find()
            .filter(Purpose.eq(LinkPurpose::Invite.as_str()))
            .filter(UsedAt.is_null().and(ExpiresAt.gt(instant(now))))
            .order_by_desc(MadeAt)
            .all(&self.transaction)
            .await?;
        rows.into_iter().map(of_row).collect()
    }
}

impl Change {
    /// Enters a link; one without a hash waits for its letter.
    pub async fn enter_link(&mut self, link: &AccessLink) -> Result<(), StoreError> {
        let AccessLink {
            id,
            purpose,
            person,
            hash,
            made_at,
            expires_at,
        } = link;
        let waits = hash.is_none();
        let row = access_link::ActiveModel {
            id: Set(*id),
            purpose: Set(purpose.as_str().to_owned()),
            person_id: Set(person.as_ref().map(ToString::to_string)),
            hash: Set(hash.clone()),
            made_at: Set(instant(*made_at)),
            expires_at: Set(instant(*expires_at)),
            used_at: Set(None),
            mail: Set(if waits { WAITING } else { NONE }.to_owned()),
            tries: Set(0),
            next_try_at: Set(waits.then(|| instant(*made_at))),
        };
        access_link::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }

    /// Uses a link; false where somebody did.
    pub async fn use_link(&mut self, id: Uuid, now: DateTime<Utc>) -> Result<bool, StoreError> {
        use access_link::Column::{ExpiresAt, Id, UsedAt};
        let used = access_link::Entity::update_many()
            .col_expr(UsedAt, Expr::value(instant(now)))
            .filter(Id.eq(id).and(UsedAt.is_null()))
            .filter(ExpiresAt.gt(instant(now)))
            .exec(&self.transaction)
            .await?;
        Ok(used.rows_affected == 1)
    }

    /// What opened an account so far opens nothing any more.
    pub async fn void_links(&mut self, person: &PersonId) -> Result<(), StoreError> {
        access_link::Entity::delete_many()
            .filter(access_link::Column::PersonId.eq(person.as_str()))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Nobody is the first administrator any more.
    pub async fn void_first_links(&mut self) -> Result<(), StoreError> {
        let purpose = LinkPurpose::FirstAdministrator.as_str();
        access_link::Entity::delete_many()
            .filter(access_link::Column::Purpose.eq(purpose))
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Forgets links that open nothing any more since a moment.
    pub async fn forget_old_links(&mut self, before: DateTime<Utc>) -> Result<u64, StoreError> {
        let old = access_link::Entity::delete_many()
            .filter(access_link::Column::ExpiresAt.lt(instant(before)))
            .exec(&self.transaction)
            .await?;
        Ok(old.rows_affected)
    }
}

impl Store {
    /// Whether a link waits for its letter. Mostly none does.
    pub async fn has_waiting_link(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        use access_link::Column::{ExpiresAt, Mail, NextTryAt};
        let waiting = access_link::Entity::find()
            .filter(Mail.eq(WAITING).and(NextTryAt.lte(instant(now))))
            .filter(ExpiresAt.gt(instant(now)))
            .one(&self.db)
            .await?;
        Ok(waiting.is_some())
    }

    /// Claims a link that waits for its letter: until `lease_end` nobody else writes it, and from now
    /// on it is opened by the word of this hash. None where none waits.
    pub async fn claim_link(
        &self,
        hash: &str,
        now: DateTime<Utc>,
        lease_end: DateTime<Utc>,
    ) -> Result<Option<ClaimedLink>, StoreError> {
        use access_link::Column::{ExpiresAt, Hash, Id, Mail, NextTryAt, Tries};
        let waiting = access_link::Entity::find()
            .filter(Mail.eq(WAITING).and(NextTryAt.lte(instant(now))))
            .filter(ExpiresAt.gt(instant(now)))
            .order_by_asc(NextTryAt)
            .limit(8)
            .all(&self.db)
            .await?;
        for row in waiting {
            let change = self.change().await?;
            let claimed = access_link::Entity::update_many()
                .col_expr(NextTryAt, Expr::value(instant(lease_end)))
                .col_expr(Hash, Expr::value(hash))
                .col_expr(Tries, Expr::col(Tries).add(1))
                .filter(Id.eq(row.id).and(Mail.eq(WAITING)))
                .filter(NextTryAt.lte(instant(now)))
                .exec(&change.transaction)
                .await?;
            change.commit().await?;
            if claimed.rows_affected == 1 {
                let tries = u32::try_from(row.tries).unwrap_or(0) + 1;
                let mut link = of_row(row)?;
                link.hash = Some(hash.to_owned());
                return Ok(Some(ClaimedLink { link, tries }));
            }
        }
        Ok(None)
    }

    /// Its letter went out, or may have.
    pub async fn link_is_sent(&self, id: Uuid) -> Result<(), StoreError> {
        self.settle_link(id, SENT, None).await
    }

    /// Its letter was not taken; it is written again at that time, or never.
    pub async fn link_is_not_sent(
        &self,
        id: Uuid,
        again: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        let state = if again.is_some() { WAITING } else { GIVEN_UP };
        self.settle_link(id, state, again).await
    }

    async fn settle_link(
        &self,
        id: Uuid,
        state: &str,
        next: Option<DateTime<Utc>>,
    ) -> Result<(), StoreError> {
        use access_link::Column::{Id, Mail, NextTryAt};
        let change = self.change().await?;
        access_link::Entity::update_many()
            .col_expr(Mail, Expr::value(state))
            .col_expr(NextTryAt, Expr::value(next.map(instant)))
            .filter(Id.eq(id))
            .exec(&change.transaction)
            .await?;
        change.commit().await
    }

    /// How long a claimed link is its claimant's.
    pub const LINK_LEASE: TimeDelta = TimeDelta::minutes(10);
}

fn of_row(row: access_link::Model) -> Result<AccessLink, StoreError> {
    let access_link::Model {
        id,
        purpose,
        person_id,
        hash,
        made_at,
        expires_at,
        used_at: _,
        mail: _,
        tries: _,
        next_try_at: _,
    } = row;
    let person = person_id.map(|id| parsed(PersonId::parse(&id), "access_link.person_id"));
    Ok(AccessLink {
        id,
        purpose: word(LinkPurpose::parse, &purpose, "access_link.purpose")?,
        person: person.transpose()?,
        hash,
        made_at,
        expires_at,
    })
}
