//! The one access decision: may this viewer read this commitment? Every page, list, count, mail and
//! export asks here; `store` has its equal as a SQL predicate.

use super::commitment::{Commitment, Confidentiality};
use super::desk::Desk;
use super::directory::Directory;
use super::ids::{DeskId, PersonId, ReaderId};
use super::progress::Update;

/// Who is looking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Viewer {
    /// Whoever runs the installation: sees everything but the content of restricted commitments.
    Operator,
    Person(PersonId),
    /// A desk's mailbox.
    Desk(DeskId),
    /// Somebody from outside the house who was given a look at what is public.
    Guest(PersonId),
    /// Whoever has not said who they are: reads nothing.
    Stranger,
}

/// Somebody at the pages: as whom they look, and whether they run the installation. Running it widens
/// what one may do, never what restricted commitments and mail one reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Who {
    pub viewer: Viewer,
    pub administrator: bool,
}

impl Who {
    /// Whoever has not said who they are.
    pub const STRANGER: Self = Self {
        viewer: Viewer::Stranger,
        administrator: false,
    };
}

impl Viewer {
    /// The viewer that a reader of mail is; `None` when nobody bears the name.
    pub fn from_reader(reader: &ReaderId, directory: &Directory) -> Option<Self> {
        let desk = directory
            .desks
            .get(reader.as_str())
            .map(|d| Viewer::Desk(d.id.clone()));
        desk.or_else(|| {
            directory
                .people
                .get(reader.as_str())
                .map(|p| Viewer::Person(p.id.clone()))
        })
    }
}

/// Public and internal commitments are for everybody in the house; a restricted one only for the
/// readers it names, where a desk stands for its mailbox and its officers. A head or a SOM leader
/// is named, or does not read. A guest reads what is public, and nothing else even where it names
/// them; a stranger nothing.
pub fn may_read(viewer: &Viewer, commitment: &Commitment, directory: &Directory) -> bool {
    lets_read(commitment.confidentiality, viewer)
        .unwrap_or_else(|| is_reader(viewer, commitment, directory))
}

/// What the level alone decides; `None` where the readers by name do.
fn lets_read(level: Confidentiality, viewer: &Viewer) -> Option<bool> {
    match (viewer, level) {
        (Viewer::Stranger, _) => Some(false),
        (Viewer::Guest(_), level) => Some(level == Confidentiality::Public),
        (_, Confidentiality::Public | Confidentiality::Internal) => Some(true),
        (_, Confidentiality::Restricted) => None,
    }
}

/// May this viewer read this update of the commitment? An update may be more confidential than
/// what it is about: a restricted one is for the commitment's readers alone. A draft is for those
/// who write it: the lead desk, the desks it is reached through, and whoever it is by.
pub fn may_read_update(
    viewer: &Viewer,
    update: &Update,
    commitment: &Commitment,
    directory: &Directory,
) -> bool {
    lets_read(update.confidentiality, viewer)
        .unwrap_or_else(|| is_reader(viewer, commitment, directory))
        && may_read(viewer, commitment, directory)
        && (update.counts() || writes(viewer, update, commitment, directory))
}

fn writes(
    viewer: &Viewer,
    update: &Update,
    commitment: &Commitment,
    directory: &Directory,
) -> bool {
    let id = match viewer {
        Viewer::Operator | Viewer::Guest(_) | Viewer::Stranger => return false,
        Viewer::Person(person) => person.as_str(),
        Viewer::Desk(desk) => desk.as_str(),
    };
    let mut answering = directory.desks_answering_for(&commitment.lead).into_iter();
    let answers_for_it = match viewer {
        Viewer::Person(person) => answering.any(|desk| desk.officers.contains(person)),
        Viewer::Desk(id) => answering.any(|desk| desk.id == *id),
        Viewer::Operator | Viewer::Guest(_) | Viewer::Stranger => false,
    };
    answers_for_it || update.by.as_ref().is_some_and(|by| by.as_str() == id)
}

fn is_reader(viewer: &Viewer, commitment: &Commitment, directory: &Directory) -> bool {
    let mut readers = commitment.readers.iter();
    readers.any(|reader| stands_for(reader, viewer, directory))
}

fn stands_for(reader: &ReaderId, viewer: &Viewer, directory: &Directory) -> bool {
    match viewer {
        Viewer::Operator | Viewer::Guest(_) | Viewer::Stranger => false,
        Viewer::Desk(desk) => reader.as_str() == desk.as_str(),
        Viewer::Person(person) => {
            let is_officer = |desk: &Desk| desk.officers.contains(person);
            reader.as_str() == person.as_str()
                || directory.desks.get(reader.as_str()).is_some_and(is_officer)
        }
    }
}
