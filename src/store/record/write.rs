//! Writing many rows at once, within the number of values a statement may bind.

use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, DatabaseTransaction, EntityTrait, IdenStatic, Iterable, PrimaryKeyToColumn,
};

use crate::store::error::StoreError;

/// SQLite's limit of 32,766 is the lower one.
const MOST_BINDS: usize = 30_000;

/// How many rows of this many columns one statement takes.
pub(in crate::store) fn rows_per_statement(columns: usize) -> usize {
    (MOST_BINDS / columns.max(1)).max(1)
}

/// Inserts rows; where the primary key is taken, every other column is overwritten.
pub(in crate::store) async fn upsert<A>(
    transaction: &DatabaseTransaction,
    rows: Vec<A>,
) -> Result<(), StoreError>
where
    A: ActiveModelTrait + Send,
{
    type Key<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::PrimaryKey;
    type Columns<A> = <<A as ActiveModelTrait>::Entity as EntityTrait>::Column;
    let key: Vec<Columns<A>> = Key::<A>::iter()
        .map(PrimaryKeyToColumn::into_column)
        .collect();
    let is_key = |column: &Columns<A>| key.iter().any(|k| k.as_str() == column.as_str());
    let rest: Vec<Columns<A>> = Columns::<A>::iter().filter(|c| !is_key(c)).collect();
    let mut conflict = OnConflict::columns(key.iter().copied());
    if rest.is_empty() {
        conflict.do_nothing();
    } else {
        conflict.update_columns(rest.iter().copied());
    }
    insert_in_chunks(transaction, rows, Some(conflict)).await
}

/// Inserts rows that are not there.
pub(in crate::store) async fn insert<A>(
    transaction: &DatabaseTransaction,
    rows: Vec<A>,
) -> Result<(), StoreError>
where
    A: ActiveModelTrait + Send,
{
    insert_in_chunks(transaction, rows, None).await
}

async fn insert_in_chunks<A>(
    transaction: &DatabaseTransaction,
    rows: Vec<A>,
    conflict: Option<OnConflict>,
) -> Result<(), StoreError>
where
    A: ActiveModelTrait + Send,
{
    let columns = <<A as ActiveModelTrait>::Entity as EntityTrait>::Column::iter().count();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        let chunk: Vec<A> = rows.by_ref().take(rows_per_statement(columns)).collect();
        let mut statement = A::Entity::insert_many(chunk);
        if let Some(conflict) = &conflict {
            statement = statement.on_conflict(conflict.clone());
        }
        statement.exec_without_returning(transaction).await?;
    }
    Ok(())
}
