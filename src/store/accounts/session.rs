//! Sessions. A page asks for one with each request, in one statement; it never writes one then: when a
//! session was last seen is written with a form, or for many at once.

use chrono::{DateTime, Utc};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, ExprTrait, QueryFilter, Set};

use super::account::from_row;
use super::entity::{account, session};
use crate::domain::account::{Account, Session, SessionLimits};
use crate::domain::ids::PersonId;
use crate::store::words::{instant, parsed};
use crate::store::{Change, Snapshot, Store, StoreError};

/// A session, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Holder {
    pub session: Session,
    pub account: Account,
}

impl Store {
    /// The session of a hash, whatever its age; none where its account is disabled.
    pub async fn session(&self, hash: &str) -> Result<Option<Holder>, StoreError> {
        let found = session::Entity::find_by_id(hash)
            .find_also_related(account::Entity)
            .filter(account::Column::DisabledAt.is_null())
            .one(&self.db)
            .await?;
        let Some((row, Some(account))) = found else {
            return Ok(None);
        };
        Ok(Some(Holder {
            session: of_row(row)?,
            account: from_row(account)?,
        }))
    }
}

impl Snapshot {
    /// When each person with a session was last seen.
    pub async fn last_seen(&self) -> Result<Vec<(PersonId, DateTime<Utc>)>, StoreError> {
        let rows = session::Entity::find().all(&self.transaction).await?;
        let mut seen: Vec<(PersonId, DateTime<Utc>)> = Vec::new();
        for row in rows {
            let session = of_row(row)?;
            match seen
                .iter_mut()
                .find(|(person, _)| *person == session.person)
            {
                Some((_, at)) => *at = Ord::max(session.seen_at, *at),
                None => seen.push((session.person, session.seen_at)),
            }
        }
        Ok(seen)
    }
}

impl Change {
    pub async fn begin_session(&mut self, session: &Session) -> Result<(), StoreError> {
        let Session {
            hash,
            person,
            created_at,
            seen_at,
            expires_at,
            ends_at,
        } = session;
        let row = session::ActiveModel {
            hash: Set(hash.clone()),
            person_id: Set(person.to_string()),
            created_at: Set(instant(*created_at)),
            seen_at: Set(instant(*seen_at)),
            expires_at: Set(instant(*expires_at)),
            ends_at: Set(instant(*ends_at)),
        };
        session::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await?;
        Ok(())
    }

    pub async fn end_session(&mut self, hash: &str) -> Result<(), StoreError> {
        session::Entity::delete_by_id(hash)
            .exec(&self.transaction)
            .await?;
        Ok(())
    }

    /// Ends every session of a person, but for one that goes on; how many ended.
    pub async fn end_sessions(
        &mut self,
        person: &PersonId,
        but: Option<&str>,
    ) -> Result<u64, StoreError> {
        let mut those =
            session::Entity::delete_many().filter(session::Column::PersonId.eq(person.as_str()));
        if let Some(hash) = but {
            those = those.filter(session::Column::Hash.ne(hash));
        }
        Ok(those.exec(&self.transaction).await?.rows_affected)
    }

    /// Writes when sessions were last seen; never earlier than what is known, and never past their end.
    pub async fn note_seen(
        &mut self,
        seen: &[(String, DateTime<Utc>)],
        limits: SessionLimits,
    ) -> Result<(), StoreError> {
        use session::Column::{EndsAt, ExpiresAt, Hash, SeenAt};
        for (hash, at) in seen {
            let at = instant(*at);
            let until = instant(at + limits.idle);
            let expires = Expr::case(Expr::col(EndsAt).lt(until), Expr::col(EndsAt))
                .finally(Expr::value(until));
            session::Entity::update_many()
                .col_expr(SeenAt, Expr::value(at))
                .col_expr(ExpiresAt, expires.into())
                .filter(Hash.eq(hash.as_str()).and(SeenAt.lt(at)))
                .exec(&self.transaction)
                .await?;
        }
        Ok(())
    }

    /// Forgets sessions that ended.
    pub async fn forget_ended_sessions(&mut self, now: DateTime<Utc>) -> Result<u64, StoreError> {
        let ended = session::Entity::delete_many()
            .filter(session::Column::ExpiresAt.lt(instant(now)))
            .exec(&self.transaction)
            .await?;
        Ok(ended.rows_affected)
    }
}

fn of_row(row: session::Model) -> Result<Session, StoreError> {
    let session::Model {
        hash,
        person_id,
        created_at,
        seen_at,
        expires_at,
        ends_at,
    } = row;
    Ok(Session {
        hash,
        person: parsed(PersonId::parse(&person_id), "session.person_id")?,
        created_at,
        seen_at,
        expires_at,
        ends_at,
    })
}
