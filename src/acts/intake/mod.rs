//! An outcome document comes into the record: it is brought in and read ([`bringing`]), its proposals
//! are decided on ([`deciding`]), the meeting and the document are confirmed ([`confirming`]), and what a
//! person accepts becomes commitments ([`accepting`]), or a mention of an older one ([`mentioning`]). Nothing of it is on record before that. What nobody decides on may be
//! let go of after a time ([`forgetting`]).
//!
//! Each act holds the document, asks who acts, and is whole or not at all. The audit names documents and
//! proposals by their numbers: no word of a document that is not on record stands there.

pub mod accepting;
pub mod bringing;
pub mod confirming;
pub mod deciding;
pub mod forgetting;
pub mod mentioning;

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::ActError;
use super::editing::{EditError, Editor};
use crate::domain::access::Viewer;
use crate::domain::directory::Directory;
use crate::domain::ids::PersonId;
use crate::domain::intake::{may_decide, may_read};
use crate::intake::review::deciding::By;
use crate::intake::review::drafting::House;
use crate::intake::review::{Intake, Item, Review, Wrong};
use crate::store::{Change, StoreError};

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// There is no such document, or it is not theirs to read: the two look alike.
    #[error("there is nothing of that name")]
    NotFound,
    /// It is theirs to read, and others decide. A full sentence.
    #[error("{0}")]
    NotPermitted(&'static str),
    /// Somebody else decided on this proposal since it was looked at.
    #[error("somebody else worked on proposal {0} meanwhile")]
    Overtaken(u32),
    /// Something is not in order. Nothing was changed.
    #[error("{}", .0.iter().map(|w| w.message.as_str()).collect::<Vec<_>>().join("\n"))]
    Wrong(Vec<Wrong>),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<Wrong> for IntakeError {
    fn from(wrong: Wrong) -> Self {
        IntakeError::Wrong(vec![wrong])
    }
}

const KEEPERS: &str =
    "Whoever keeps the partnership's record decides on what its documents propose.";
const PEOPLE: &str = "People bring documents in, and decide on them, under their own names.";

impl IntakeError {
    /// What is said of an edit, about a proposal or about the document.
    fn of_edit(error: EditError, item: Option<u32>) -> Self {
        match error {
            EditError::Complaints(complaints) => {
                let wrong = complaints.into_iter().map(|complaint| Wrong {
                    item,
                    key: complaint.key,
                    message: complaint.message,
                });
                IntakeError::Wrong(wrong.collect())
            }
            EditError::Unknown => IntakeError::NotFound,
            EditError::NotYours(who) => IntakeError::NotPermitted(who),
            EditError::Act(ActError::Store(error)) => IntakeError::Store(error),
            EditError::Act(ActError::Refused(why)) => Wrong {
                item,
                key: None,
                message: why,
            }
            .into(),
        }
    }
}

/// A proposal as somebody saw it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Target {
    pub n: u32,
    pub version: u32,
}

impl Target {
    fn of<'r>(&self, review: &'r Review) -> Result<&'r Item, IntakeError> {
        let item = review.item(self.n).ok_or(IntakeError::NotFound)?;
        match item.version == self.version {
            true => Ok(item),
            false => Err(IntakeError::Overtaken(self.n)),
        }
    }
}

/// A document under the lock of whoever works on it.
async fn held(
    change: &mut Change,
    directory: &Directory,
    id: Uuid,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Review, IntakeError> {
    if !change.hold_intake(id).await? {
        return Err(IntakeError::NotFound);
    }
    let review = change.intake(id).await?.ok_or(IntakeError::NotFound)?;
    let rights = editor.rights(directory, now);
    let custody = review.intake.custody();
    if !may_read(&rights, editor.administrator, custody) {
        return Err(IntakeError::NotFound);
    }
    match may_decide(&rights, editor.administrator, custody) {
        true => Ok(review),
        false => Err(IntakeError::NotPermitted(KEEPERS)),
    }
}

/// Under whose name it is decided.
fn person_of(editor: &Editor) -> Result<&PersonId, IntakeError> {
    match &editor.viewer {
        Viewer::Person(person) => Ok(person),
        _ => Err(IntakeError::NotPermitted(PEOPLE)),
    }
}

fn by(editor: &Editor, now: DateTime<Utc>) -> Result<By<'_>, IntakeError> {
    Ok(By {
        person: person_of(editor)?,
        at: now,
    })
}

/// What is understood of a document's proposals.
fn house<'a>(intake: &Intake, directory: &'a Directory, now: DateTime<Utc>) -> House<'a> {
    let today = now.with_timezone(&directory.house_zone()).date_naive();
    let partnership = directory.partnerships.get(&intake.partnership);
    House {
        desk: partnership.and_then(|p| p.desk_on(today)),
        is_confidential: intake.is_confidential,
    }
}
