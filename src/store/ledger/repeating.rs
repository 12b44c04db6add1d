//! A notice is sent once more, because somebody asked: a new notice with a Message-ID of its own,
//! which carries the same occurrences and says which it repeats. It takes no morning's seat: what
//! falls due that day finds its notice as if nobody had asked.

use sea_orm::ActiveValue::Set;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
    TryInsertResult,
};
use uuid::Uuid;

use super::Morning;
use super::entity::{notice, notice_item};
use super::recording::{new_notice, put_items, weigh};
use super::rows;
use crate::domain::notice::{Item, NoticeState};
use crate::store::{Change, Snapshot, StoreError};

/// What came of the wish to have a notice once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeated {
    /// The new notice waits.
    Waits(Uuid),
    /// One that repeats it waits already.
    Before(Uuid),
    /// Nothing that it carried is to be said again.
    Nothing,
}

/// A repeat in one of these has not come to its end.
const UNDER_WAY: [NoticeState; 6] = [
    NoticeState::Gathering,
    NoticeState::Pending,
    NoticeState::Claimed,
    NoticeState::InData,
    NoticeState::Deferred,
    NoticeState::InDoubt,
];

impl Snapshot {
    /// The notices that repeat this one, the earliest first.
    pub async fn repeats_of(&self, notice: Uuid) -> Result<Vec<Uuid>, StoreError> {
        Ok(notice::Entity::find()
            .select_only()
            .column(notice::Column::Id)
            .filter(notice::Column::AgainOf.eq(notice))
            .order_by_asc(notice::Column::DueAt)
            .order_by_asc(notice::Column::Part)
            .into_tuple()
            .all(&self.transaction)
            .await?)
    }
}

impl Change {
    /// Puts what a notice carried, as far as it `still_stands`, on a new one of `morning` that may
    /// leave at once.
    ///
    /// 1. The notice is locked, so that of two who ask at once the second finds the first's.
    /// 2. The new one is the next part of its day, and carries the same occurrences: what the first
    ///    said of them, the ledger keeps; where nobody knows whether the first arrived, the second
    ///    settles it.
    pub async fn repeat(
        &mut self,
        of: Uuid,
        morning: &Morning<'_>,
        still_stands: impl Fn(&Item) -> bool,
    ) -> Result<Repeated, StoreError> {
        let transaction = &self.transaction;
        notice::Entity::find_by_id(of)
            .select_only()
            .column(notice::Column::Id)
            .lock_exclusive()
            .into_tuple::<Uuid>()
            .one(transaction)
            .await?;
        if let Some(before) = under_way(transaction, of).await? {
            return Ok(Repeated::Before(before));
        }
        let carried = notice_item::Entity::find()
            .filter(notice_item::Column::NoticeId.eq(of))
            .filter(notice_item::Column::Dropped.is_null())
            .order_by_asc(notice_item::Column::Id)
            .all(transaction)
            .await?;
        let mut items = Vec::new();
        for row in carried {
            let occurrence = row.occurrence_id;
            let item = Item {
                late: false,
                ..rows::item_row(row)?.item.item
            };
            if still_stands(&item) {
                items.push((occurrence, item));
            }
        }
        if items.is_empty() {
            return Ok(Repeated::Nothing);
        }
        let last: Option<i32> = notice::Entity::find()
            .select_only()
            .column(notice::Column::Part)
            .filter(notice::Column::Recipient.eq(morning.recipient.as_str()))
            .filter(notice::Column::Date.eq(morning.date))
            .order_by_desc(notice::Column::Part)
            .into_tuple()
            .one(transaction)
            .await?;
        let row = notice::ActiveModel {
            state: Set(NoticeState::Pending.as_str().to_owned()),
            again_of: Set(Some(of)),
            ..new_notice(morning, last.map_or(1, |part| part + 1))
        };
        let seat = [
            notice::Column::Recipient,
            notice::Column::Date,
            notice::Column::Part,
        ];
        let born = notice::Entity::insert(row)
            .on_conflict_do_nothing_on(seat)
            .exec_without_returning(transaction)
            .await?;
        if !matches!(born, TryInsertResult::Inserted(1)) {
            // The planner took the part meanwhile: begun again, the next one is free.
            return Err(StoreError::Stale(format!(
                "the notice of {} for {}",
                morning.recipient, morning.date
            )));
        }
        let items: Vec<(i64, &Item)> = items.iter().map(|(id, item)| (*id, item)).collect();
        put_items(transaction, morning.id, &items).await?;
        weigh(transaction, &[morning.id]).await?;
        Ok(Repeated::Waits(morning.id))
    }
}

async fn under_way(
    transaction: &DatabaseTransaction,
    of: Uuid,
) -> Result<Option<Uuid>, StoreError> {
    Ok(notice::Entity::find()
        .select_only()
        .column(notice::Column::Id)
        .filter(notice::Column::AgainOf.eq(of))
        .filter(notice::Column::State.is_in(UNDER_WAY.map(NoticeState::as_str)))
        .into_tuple()
        .one(transaction)
        .await?)
}
