//! Updates of notices that name what they expect: the state a notice is in, and the token of the
//! worker that holds it. Finding no such row means that the notice is somebody else's now.

use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, QueryFilter, QuerySelect, UpdateMany,
};
use uuid::Uuid;

use super::entity::notice;
use crate::domain::notice::NoticeState;
use crate::store::StoreError;

/// An update of notices that puts them into a state.
pub fn turn(state: NoticeState) -> UpdateMany<notice::Entity> {
    notice::Entity::update_many().col_expr(notice::Column::State, Expr::val(state.as_str()))
}

/// Only one notice, in one of these states, under this token.
pub fn held(
    update: UpdateMany<notice::Entity>,
    id: Uuid,
    token: Uuid,
    states: &[NoticeState],
) -> UpdateMany<notice::Entity> {
    update
        .filter(notice::Column::Id.eq(id))
        .filter(notice::Column::LeaseToken.eq(token))
        .filter(notice::Column::State.is_in(states.iter().map(|s| s.as_str())))
}

/// Nobody's any more.
pub fn release(update: UpdateMany<notice::Entity>) -> UpdateMany<notice::Entity> {
    update
        .col_expr(notice::Column::LeaseToken, Expr::null())
        .col_expr(notice::Column::LeaseUntil, Expr::null())
}

/// What must be known of a held notice to settle it.
#[derive(Debug, sea_orm::FromQueryResult)]
pub struct HeldRow {
    pub state: String,
    pub message_id: String,
    pub attempts: i32,
    pub doubts: i32,
}

/// The notice, locked, if it is in one of these states under this token.
pub async fn standing_of(
    transaction: &DatabaseTransaction,
    id: Uuid,
    token: Uuid,
    states: &[NoticeState],
) -> Result<Option<HeldRow>, StoreError> {
    Ok(notice::Entity::find()
        .select_only()
        .columns([
            notice::Column::State,
            notice::Column::MessageId,
            notice::Column::Attempts,
            notice::Column::Doubts,
        ])
        .filter(notice::Column::Id.eq(id))
        .filter(notice::Column::LeaseToken.eq(token))
        .filter(notice::Column::State.is_in(states.iter().map(|s| s.as_str())))
        .lock_exclusive()
        .into_model()
        .one(transaction)
        .await?)
}
