//! Keeping a view, changing its name or whom it is shared with, and letting go of it. A view is its
//! owner's, shared or not: whoever else sees it may open it and nothing more.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::working::{WorkError, Worker};
use crate::domain::directory::Directory;
use crate::domain::ids::{DeskId, ReaderId};
use crate::domain::rights::Rights;
use crate::domain::view::{MOST_NAME, MOST_QUERY, MOST_VIEWS, SavedView, ViewPage};
use crate::store::{Change, Store};

/// A view as somebody wants to call it, and with whom they share it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Called {
    pub name: String,
    pub desk: Option<DeskId>,
}

/// Keeps the filters of a page under a name.
pub async fn keep(
    store: &Store,
    worker: &Worker,
    called: &Called,
    (page, query): (ViewPage, &str),
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<SavedView, WorkError> {
    let owner = owner(worker)?;
    if query.len() > MOST_QUERY {
        return Err(WorkError::unfit(
            "all",
            "These are more filters than can be kept.",
        ));
    }
    let mut change = store.change().await?;
    check(&mut change, worker, &owner, called, id, now).await?;
    let view = SavedView {
        id,
        owner,
        desk: called.desk.clone(),
        name: called.name.trim().to_owned(),
        page,
        query: query.to_owned(),
    };
    change.keep_view(&view, now).await?;
    change.commit().await?;
    Ok(view)
}

/// Calls a view otherwise, or shares it otherwise.
pub async fn call(
    store: &Store,
    worker: &Worker,
    id: Uuid,
    called: &Called,
    now: DateTime<Utc>,
) -> Result<(), WorkError> {
    let owner = owner(worker)?;
    let mut change = store.change().await?;
    let mut view = own(&change, &owner, id).await?;
    check(&mut change, worker, &owner, called, id, now).await?;
    called.name.trim().clone_into(&mut view.name);
    view.desk.clone_from(&called.desk);
    change.keep_view(&view, now).await?;
    Ok(change.commit().await?)
}

/// Lets go of a view.
pub async fn let_go(store: &Store, worker: &Worker, id: Uuid) -> Result<(), WorkError> {
    let owner = owner(worker)?;
    let mut change = store.change().await?;
    own(&change, &owner, id).await?;
    change.drop_view(id).await?;
    Ok(change.commit().await?)
}

fn owner(worker: &Worker) -> Result<ReaderId, WorkError> {
    worker.reader().ok_or(WorkError::NotFound)
}

async fn own(change: &Change, owner: &ReaderId, id: Uuid) -> Result<SavedView, WorkError> {
    let view = change.view(id).await?;
    view.filter(|view| view.owner == *owner)
        .ok_or(WorkError::NotFound)
}

/// Whether a view may be called so: a name of one's own views once, and a desk one is of.
async fn check(
    change: &mut Change,
    worker: &Worker,
    owner: &ReaderId,
    called: &Called,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<(), WorkError> {
    // Two of one name are told from each other by nobody; whoever keeps one waits for whoever does.
    change.lock_installation().await?;
    let name = called.name.trim();
    if name.is_empty() {
        return Err(WorkError::unfit(
            "name",
            "Give it a name, so that you find it again.",
        ));
    }
    if name.chars().count() > MOST_NAME || name.chars().any(char::is_control) {
        let words = format!("A name has {MOST_NAME} letters at the most, on one line.");
        return Err(WorkError::unfit("name", words));
    }
    let directory = change.directory().await?;
    if let Some(desk) = &called.desk
        && !desks_of(worker, &directory, now).contains(desk)
    {
        return Err(WorkError::unfit(
            "desk",
            "You share a view with a desk that you are of.",
        ));
    }
    let kept = change.views_for(owner, &[]).await?;
    let others = kept.iter().filter(|view| view.id != id);
    if others.clone().any(|view| view.name == name) {
        return Err(WorkError::unfit(
            "name",
            "You keep a view of this name already.",
        ));
    }
    if others.count() >= MOST_VIEWS {
        let words = format!("You keep {MOST_VIEWS} views already; let go of one first.");
        return Err(WorkError::unfit("name", words));
    }
    Ok(())
}

/// The desks somebody is of, whose views they see and may share with.
pub fn desks_of(worker: &Worker, directory: &Directory, now: DateTime<Utc>) -> Vec<DeskId> {
    let rights = Rights {
        viewer: &worker.viewer,
        directory,
        now,
    };
    let desks = directory.desks.values();
    let own = desks.filter(|desk| rights.is_of(desk));
    own.map(|desk| desk.id.clone()).collect()
}
