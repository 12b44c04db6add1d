//! Views people keep: the filters of a list or the words of a search under a name, for whoever kept them
//! or for their desk as well. What a view shows is what whoever opens it may read.

use uuid::Uuid;

use super::ids::{DeskId, ReaderId};

closed_list! {
    /// The page a view is of.
    ViewPage {
        Commitments = "commitments",
        Search = "search",
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedView {
    pub id: Uuid,
    pub owner: ReaderId,
    /// The desk it is shared with; `None`: it is its owner's alone.
    pub desk: Option<DeskId>,
    pub name: String,
    pub page: ViewPage,
    /// The filters as they stand in the address.
    pub query: String,
}

impl SavedView {
    /// A plain address, to be sent to anybody.
    pub fn address(&self) -> String {
        match self.query.as_str() {
            "" => format!("/{}", self.page),
            query => format!("/{}?{query}", self.page),
        }
    }
}

/// How long a name may be, in characters.
pub const MOST_NAME: usize = 60;
/// How many views one person keeps.
pub const MOST_VIEWS: usize = 40;
/// How long the filters may be, in bytes.
pub const MOST_QUERY: usize = 2_000;
