//! The views people keep.

use chrono::{DateTime, Utc};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, Set};
use uuid::Uuid;

use super::entity::saved_view;
use super::write::upsert;
use crate::domain::ids::{DeskId, ReaderId};
use crate::domain::view::{SavedView, ViewPage};
use crate::store::error::StoreError;
use crate::store::transaction::{Change, Snapshot};
use crate::store::words::{instant, parsed, word};

impl Snapshot {
    /// The views somebody keeps, and those that are shared with their desks; by name.
    pub async fn views_for(
        &self,
        reader: &ReaderId,
        desks: &[DeskId],
    ) -> Result<Vec<SavedView>, StoreError> {
        use saved_view::Column as V;
        let theirs = Condition::any()
            .add(V::OwnerId.eq(reader.as_str()))
            .add(V::DeskId.is_in(desks.iter().map(DeskId::as_str)));
        let rows = saved_view::Entity::find()
            .filter(theirs)
            .all(&self.transaction)
            .await?;
        let views = rows.into_iter().map(view_of);
        let mut views = views.collect::<Result<Vec<_>, _>>()?;
        views.sort_by_cached_key(|view| (view.name.to_lowercase(), view.id));
        Ok(views)
    }

    /// A view, whosever it is.
    pub async fn view(&self, id: Uuid) -> Result<Option<SavedView>, StoreError> {
        let row = saved_view::Entity::find_by_id(id)
            .one(&self.transaction)
            .await?;
        row.map(view_of).transpose()
    }
}

fn view_of(row: saved_view::Model) -> Result<SavedView, StoreError> {
    let place = "saved_view";
    Ok(SavedView {
        id: row.id,
        owner: parsed(ReaderId::parse(&row.owner_id), place)?,
        desk: row
            .desk_id
            .map(|desk| parsed(DeskId::parse(&desk), place))
            .transpose()?,
        name: row.name,
        page: word(ViewPage::parse, &row.page, place)?,
        query: row.query,
    })
}

impl Change {
    /// Keeps a view, new or changed.
    pub async fn keep_view(
        &mut self,
        view: &SavedView,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let SavedView {
            id,
            owner,
            desk,
            name,
            page,
            query,
        } = view;
        let row = saved_view::ActiveModel {
            id: Set(*id),
            owner_id: Set(owner.to_string()),
            desk_id: Set(desk.as_ref().map(ToString::to_string)),
            name: Set(name.clone()),
            page: Set(page.to_string()),
            query: Set(query.clone()),
            kept_at: Set(instant(at)),
        };
        upsert(&self.transaction, vec![row]).await
    }

    /// Lets go of a view.
    pub async fn drop_view(&mut self, id: Uuid) -> Result<(), StoreError> {
        saved_view::Entity::delete_by_id(id)
            .exec(&self.transaction)
            .await?;
        Ok(())
    }
}
