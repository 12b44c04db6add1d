//! The views somebody keeps: above the list and the search, where one is kept; and the page on which
//! they are called otherwise, shared and let go of.

use serde::Serialize;
use uuid::Uuid;

use crate::acts::views::desks_of;
use crate::acts::working::Worker;
use crate::domain::ids::DeskId;
use crate::domain::reporting::Complaint;
use crate::domain::view::{SavedView, ViewPage};
use crate::web::filter::{Filter, Place};
use crate::web::pages::commitments::Opt;
use crate::web::row::Link;
use crate::web::say;
use crate::web::scene::Scene;

/// What stands above a list.
#[derive(Debug, Default, Serialize)]
pub struct ViewsBar {
    pub views: Vec<ViewLink>,
    /// Where what is shown may be kept.
    pub keep: Option<KeepForm>,
}

#[derive(Debug, Serialize)]
pub struct ViewLink {
    pub link: Link,
    /// Whose it is, where it is somebody else's.
    pub of: Option<String>,
    /// Whether it is what is shown.
    pub here: bool,
}

/// The form that keeps what is shown.
#[derive(Debug, Serialize)]
pub struct KeepForm {
    pub page: ViewPage,
    /// The filters.
    pub hidden: Vec<(&'static str, String)>,
    pub name: String,
    pub desks: Vec<Opt>,
    pub complaint: Option<String>,
}

#[derive(Debug, Serialize)]
pub struct ViewsPage {
    pub answer: String,
    /// What could not be kept, with what was typed.
    pub keep: Option<KeepForm>,
    pub own: Vec<ViewForm>,
    pub shared: Vec<ViewLink>,
}

/// A view of one's own, and the form to call it otherwise.
#[derive(Debug, Serialize)]
pub struct ViewForm {
    pub id: String,
    pub link: Link,
    pub name: String,
    pub desks: Vec<Opt>,
    pub complaint: Option<String>,
}

/// What came back, because it could not be done.
#[derive(Debug, Default)]
pub struct Returned {
    /// The view it was about; `None` for a new one.
    pub id: Option<Uuid>,
    pub name: String,
    pub desk: Option<DeskId>,
    pub complaints: Vec<Complaint>,
}

impl Returned {
    fn complaint(&self) -> Option<String> {
        let words: Vec<&str> = self.complaints.iter().map(|c| c.words.as_str()).collect();
        (!words.is_empty()).then(|| words.join(" "))
    }
}

/// The page a place is, among those views are kept of.
pub fn page_of(place: Place) -> ViewPage {
    match place {
        Place::List => ViewPage::Commitments,
        Place::Search => ViewPage::Search,
    }
}

/// The place a view is of.
pub fn place_of(page: ViewPage) -> Place {
    match page {
        ViewPage::Commitments => Place::List,
        ViewPage::Search => Place::Search,
    }
}

/// Draws what stands above a list with these filters.
pub fn bar(scene: &Scene<'_>, worker: &Worker, filter: &Filter, views: &[SavedView]) -> ViewsBar {
    let here = filter.href(1);
    let keep = worker.reader().filter(|_| !filter.is_plain());
    let is_kept = |view: &SavedView| view.address() == here;
    ViewsBar {
        views: links(scene, worker, views, &here),
        keep: keep
            .filter(|owner| !views.iter().any(|v| v.owner == *owner && is_kept(v)))
            .map(|_| keep_form(scene, worker, filter, &Returned::default())),
    }
}

/// Views as one opens them.
pub fn links(scene: &Scene<'_>, worker: &Worker, views: &[SavedView], here: &str) -> Vec<ViewLink> {
    let me = worker.reader();
    let link = |view: &SavedView| {
        let is_mine = me.as_ref() == Some(&view.owner);
        let address = view.address();
        ViewLink {
            of: (!is_mine).then(|| scene.directory().reader_name(&view.owner).to_owned()),
            here: address == here,
            link: Link::new(address, view.name.clone()),
        }
    };
    views.iter().map(link).collect()
}

fn keep_form(scene: &Scene<'_>, worker: &Worker, filter: &Filter, returned: &Returned) -> KeepForm {
    KeepForm {
        page: page_of(filter.place),
        hidden: filter.pairs().into_iter().collect(),
        name: returned.name.clone(),
        desks: desks(scene, worker, returned.desk.as_ref()),
        complaint: returned.complaint(),
    }
}

/// With whom a view may be shared.
fn desks(scene: &Scene<'_>, worker: &Worker, chosen: Option<&DeskId>) -> Vec<Opt> {
    let chosen = chosen.map(DeskId::as_str);
    let own = desks_of(worker, scene.directory(), scene.now);
    let alone = Opt::new("", "nobody", chosen);
    let desks = own
        .iter()
        .map(|id| Opt::new(id.as_str(), scene.directory().desk_name(id), chosen));
    std::iter::once(alone).chain(desks).collect()
}

/// Draws the page of the views. `kept` are the filters of a view that could not be kept.
pub fn views(
    scene: &Scene<'_>,
    worker: &Worker,
    views: &[SavedView],
    kept: Option<&Filter>,
    returned: &Returned,
) -> ViewsPage {
    let me = worker.reader();
    let (own, shared): (Vec<&SavedView>, Vec<&SavedView>) = views
        .iter()
        .partition(|view| me.as_ref() == Some(&view.owner));
    let shared: Vec<SavedView> = shared.into_iter().cloned().collect();
    let answer = match own.len() {
        0 => "You keep no view yet. Filter the list or search, and keep what is shown.".to_owned(),
        1 => "You keep one view.".to_owned(),
        n => format!("You keep {} views.", say::number(n).to_lowercase()),
    };
    let form = |view: &&SavedView| {
        let is_returned = returned.id == Some(view.id);
        let (name, desk) = match is_returned {
            true => (&returned.name, &returned.desk),
            false => (&view.name, &view.desk),
        };
        ViewForm {
            id: view.id.to_string(),
            link: Link::new(view.address(), view.name.clone()),
            name: name.clone(),
            desks: desks(scene, worker, desk.as_ref()),
            complaint: returned.complaint().filter(|_| is_returned),
        }
    };
    ViewsPage {
        answer,
        keep: kept.map(|filter| keep_form(scene, worker, filter, returned)),
        own: own.iter().map(form).collect(),
        shared: links(scene, worker, &shared, ""),
    }
}
