//! The addresses mail does not reach. An entry is a change of the directory: its version is counted
//! up, so that every daemon takes the address for none from then on, and all that hangs on it is
//! looked at at once, so that whoever hears instead hears in the next activation.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Func, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use uuid::Uuid;

use super::dropping::spoken_of;
use super::entity::{bouncing, notice, notice_item};
use super::held::turn;
use super::returning::take_back;
use crate::domain::bounce::Bouncing;
use crate::domain::desk::EmailAddress;
use crate::domain::directory::Directory;
use crate::domain::ids::{DeskId, PersonId};
use crate::domain::notice::{NoticeState, SkipReason};
use crate::planner::coverage::digest_readers;
use crate::store::words::{instant, parsed};
use crate::store::{Change, Snapshot, StoreError};

/// An address that took no mail, and the words with which it was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undeliverable {
    pub address: EmailAddress,
    pub reply: String,
    pub enhanced_code: Option<String>,
}

impl Snapshot {
    /// Every address mail does not reach, the latest first.
    pub async fn bouncing(&self) -> Result<Vec<Bouncing>, StoreError> {
        let rows = bouncing::Entity::find()
            .order_by_desc(bouncing::Column::Since)
            .all(&self.transaction)
            .await?;
        let mut found: Vec<Bouncing> = rows.into_iter().map(entry).collect::<Result<_, _>>()?;
        // Sorted here where they are as old: the two databases sort text differently.
        found.sort_by(|a, b| (b.since, &a.address).cmp(&(a.since, &b.address)));
        Ok(found)
    }
}

impl Change {
    /// Mail does not reach an address: a notice to it came back or was refused. Only in an edit.
    pub async fn enter_bouncing(
        &mut self,
        notice: Uuid,
        undeliverable: &Undeliverable,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        use bouncing::Column as C;
        let Undeliverable {
            address,
            reply,
            enhanced_code,
        } = undeliverable;
        let address = address.lower_case();
        let at = instant(at);
        let row = bouncing::ActiveModel {
            address: Set(address.to_string()),
            since: Set(at),
            last_at: Set(at),
            notice_id: Set(notice),
            reply: Set(reply.clone()),
            enhanced_code: Set(enhanced_code.clone()),
            times: Set(1),
        };
        let again = OnConflict::column(C::Address)
            .update_columns([C::LastAt, C::NoticeId, C::Reply, C::EnhancedCode])
            .value(C::Times, Expr::col((bouncing::Entity, C::Times)).add(1))
            .to_owned();
        bouncing::Entity::insert(row)
            .on_conflict(again)
            .exec_without_returning(&self.transaction)
            .await?;
        self.ask_again_of(notice).await?;
        self.take_back_from(&address).await?;
        self.readdress(&address).await
    }

    /// What a notice spoke of is looked at at once: whoever holds the office by now hears it, even
    /// where the record has been corrected since and nothing of it leads to the address any more.
    async fn ask_again_of(&mut self, notice: Uuid) -> Result<(), StoreError> {
        let (commitments, meetings) = spoken_of(&self.transaction, notice).await?;
        self.look_again_at(&commitments, &meetings).await
    }

    /// The relay refused a notice because of its address: what it carried is open for whoever hears
    /// instead.
    pub(super) async fn refused_by_address(
        &mut self,
        notice: Uuid,
        undeliverable: &Undeliverable,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let reason = Some(SkipReason::Undeliverable);
        take_back(&self.transaction, notice, reason).await?;
        self.enter_bouncing(notice, undeliverable, at).await
    }

    /// What waits to go to an address is taken back: for whoever hears instead, it is open. What a
    /// worker holds is left to it; it asks for the address again before it sends.
    async fn take_back_from(&mut self, address: &EmailAddress) -> Result<(), StoreError> {
        let waiting = [
            NoticeState::Gathering,
            NoticeState::Pending,
            NoticeState::Deferred,
        ];
        let to = Func::lower(Expr::col(notice::Column::ToAddress));
        let notices: Vec<Uuid> = notice::Entity::find()
            .select_only()
            .column(notice::Column::Id)
            .filter(notice::Column::State.is_in(waiting.map(NoticeState::as_str)))
            .filter(notice::Column::Doubts.eq(0))
            .filter(Expr::expr(to).eq(address.as_str()))
            .order_by_asc(notice::Column::Id)
            .lock_exclusive()
            .into_tuple()
            .all(&self.transaction)
            .await?;
        let reason = SkipReason::Undeliverable;
        for id in notices {
            turn(NoticeState::Cancelled)
                .filter(notice::Column::Id.eq(id))
                .exec(&self.transaction)
                .await?;
            take_back(&self.transaction, id, Some(reason)).await?;
            self.ask_again_of(id).await?;
            notice_item::Entity::update_many()
                .col_expr(notice_item::Column::Dropped, Expr::val(reason.as_str()))
                .filter(notice_item::Column::NoticeId.eq(id))
                .filter(notice_item::Column::Dropped.is_null())
                .exec(&self.transaction)
                .await?;
        }
        Ok(())
    }

    /// Mail reaches an address again, as somebody says. Only in an edit. False where it was never
    /// thought otherwise.
    pub async fn clear_bouncing(&mut self, address: &EmailAddress) -> Result<bool, StoreError> {
        let address = address.lower_case();
        let cleared = bouncing::Entity::delete_by_id(address.as_str())
            .exec(&self.transaction)
            .await?;
        if cleared.rows_affected == 0 {
            return Ok(false);
        }
        self.readdress(&address).await?;
        Ok(true)
    }

    /// Who is reached where has changed.
    async fn readdress(&mut self, address: &EmailAddress) -> Result<(), StoreError> {
        let edition = self.edition().ok_or(StoreError::NotAnEdit)?;
        self.set_directory_version(edition).await?;
        let directory = self.directory().await?;
        self.keep_readers(&digest_readers(&directory)).await?;
        self.look_again_at_desks(&desks_of(address, &directory))
            .await
    }
}

/// The desks some of whose mail goes to an address: their own, that of one they are reached
/// through, or that of somebody who holds an office there or stands in for one.
fn desks_of(address: &EmailAddress, directory: &Directory) -> BTreeSet<DeskId> {
    let is =
        |email: &Option<EmailAddress>| email.as_ref().is_some_and(|e| e.lower_case() == *address);
    let mut people: BTreeSet<PersonId> = directory
        .people
        .values()
        .filter(|p| is(&p.email))
        .map(|p| p.id.clone())
        .collect();
    let stood_in_for = directory.absences.iter().filter(|a| {
        a.deputy
            .as_ref()
            .is_some_and(|deputy| people.contains(deputy))
    });
    let stood_in_for: Vec<PersonId> = stood_in_for.map(|a| a.person.clone()).collect();
    people.extend(stood_in_for);
    let mut desks: BTreeSet<DeskId> = directory
        .desks
        .values()
        .filter(|d| is(&d.email) || people.iter().any(|person| d.names(person)))
        .map(|d| d.id.clone())
        .collect();
    loop {
        let known = desks.len();
        let through = directory.desks.values().filter(|d| {
            d.through
                .as_ref()
                .is_some_and(|through| desks.contains(through))
        });
        let through: Vec<DeskId> = through.map(|d| d.id.clone()).collect();
        desks.extend(through);
        if desks.len() == known {
            return desks;
        }
    }
}

fn known(address: &str) -> Result<EmailAddress, StoreError> {
    parsed(EmailAddress::parse(address), "bouncing.address")
}

fn entry(row: bouncing::Model) -> Result<Bouncing, StoreError> {
    let bouncing::Model {
        address,
        since,
        last_at,
        notice_id,
        reply,
        enhanced_code,
        times,
    } = row;
    Ok(Bouncing {
        address: known(&address)?,
        since,
        last_at,
        notice: notice_id,
        reply,
        enhanced_code,
        times: u32::try_from(times).unwrap_or(1),
    })
}

impl Snapshot {
    /// The addresses of [`bouncing`](Self::bouncing) alone.
    pub(in crate::store) async fn bouncing_addresses(
        &self,
    ) -> Result<BTreeSet<EmailAddress>, StoreError> {
        let addresses: Vec<String> = bouncing::Entity::find()
            .select_only()
            .column(bouncing::Column::Address)
            .into_tuple()
            .all(&self.transaction)
            .await?;
        addresses.iter().map(|text| known(text)).collect()
    }
}
