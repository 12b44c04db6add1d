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

/// Nobody's any more.
pub fn release(update: UpdateMany<notice::Entity>) -> UpdateMany<notice::Entity> {
    update
        .col_expr(notice::Column::LeaseToken, Expr::null())
        .col_expr(notice::Column::LeaseUntil, Expr::null())
}

/// How often the outcome of a notice was in doubt; the row is locked. `None` when it is not in one of
/// these states under this token.
pub async fn doubts_of_held(
    transaction: &DatabaseTransaction,
    id: Uuid,
    token: Uuid,
    states: &[NoticeState],
) -> Result<Option<i32>, StoreError> {
    Ok(notice::Entity::find()
        .select_only()
        .column(notice::Column::Doubts)
        .filter(notice::Column::Id.eq(id))
        .filter(notice::Column::LeaseToken.eq(token))
        .filter(notice::Column::State.is_in(states.iter().map(|s| s.as_str())))
        .lock_exclusive()
        .into_tuple()
        .one(transaction)
        .await?)
}
