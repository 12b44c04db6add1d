//! The document and its meeting are confirmed by a person and come on record: what the document says of
//! itself fills their records.

use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

use super::{IntakeError, held};
use crate::acts::another_try;
use crate::acts::editing::{Edit, Editor, Together};
use crate::domain::book::Book;
use crate::domain::document::paragraphs;
use crate::domain::ids::{DocumentId, MeetingId};
use crate::intake::review::{Intake, Wrong};
use crate::record::editing::Wanted;
use crate::record::{Body, EntityKey, entity};
use crate::store::Store;

/// What somebody confirms.
#[derive(Debug, Clone)]
pub struct Confirmed {
    /// What is recorded or put right first: the meeting, those to come, instruments.
    pub edits: Vec<Edit>,
    /// The meeting it is the outcome of, as it will then be on record.
    pub meeting: Option<MeetingId>,
    pub document: Which,
}

/// Which document it is.
#[derive(Debug, Clone)]
pub enum Which {
    /// It is new: its keys but for the text and the hash.
    New(Body),
    /// The record has it, by this name.
    Known(DocumentId),
}

/// Confirms a document and its meeting.
pub async fn confirm(
    store: &Store,
    id: Uuid,
    confirmed: &Confirmed,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<DocumentId, IntakeError> {
    let mut n = 0;
    loop {
        match try_to_confirm(store, id, confirmed, editor, now).await {
            Err(IntakeError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_confirm(
    store: &Store,
    id: Uuid,
    confirmed: &Confirmed,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<DocumentId, IntakeError> {
    let mut change = store.edit().await?;
    let before = change.book().await?;
    let review = held(&mut change, &before.directory, id, editor, now).await?;
    let intake = &review.intake;
    if let Some(known) = &intake.document {
        let what = format!("It is on record already, as {known}.");
        return Err(Wrong::of(None, "document", what).into());
    }
    let mut together = Together::on(&before);
    let mut wrong = Vec::new();
    for edit in &confirmed.edits {
        if let Err(error) = together.add(edit, editor, now) {
            let kind = edit.wanted.key.kind;
            wrong.extend(about(kind, IntakeError::of_edit(error, None))?);
        }
    }
    let meeting = meeting_of(confirmed, &together.after);
    check_meeting(intake, meeting.as_ref(), &together.after, &mut wrong);
    let edit = match &confirmed.document {
        Which::New(body) => Ok(new_document(intake, meeting.as_ref(), body)),
        Which::Known(known) => known_document(intake, known, &before),
    };
    let entered = match edit {
        Ok(edit) => together
            .add(&edit, editor, now)
            .map_err(|error| IntakeError::of_edit(error, None)),
        Err(wrong) => Err(wrong.into()),
    };
    let document = match entered {
        Ok(key) => DocumentId::parse(&key.id).ok(),
        Err(error) => {
            wrong.extend(about(entity::DOCUMENT, error)?);
            None
        }
    };
    let (true, Some(document)) = (wrong.is_empty(), document) else {
        return Err(IntakeError::Wrong(wrong));
    };
    together
        .carry_out(&mut change, &before, editor, now)
        .await?;
    change
        .set_intake_place(id, meeting.as_ref(), &document)
        .await?;
    let detail = match &meeting {
        Some(meeting) => format!("as {document}, of {meeting}"),
        None => format!("as {document}"),
    };
    let actor = editor.actor.as_str();
    change
        .audit(now, actor, "confirm document", &id.to_string(), &detail)
        .await?;
    change.commit().await?;
    Ok(document)
}

/// Complaints with the kind of thing before the key, since several things stand in one form.
fn about(kind: &str, error: IntakeError) -> Result<Vec<Wrong>, IntakeError> {
    let IntakeError::Wrong(wrong) = error else {
        return Err(error);
    };
    let told = wrong.into_iter().map(|wrong| Wrong {
        key: Some(match &wrong.key {
            Some(key) => format!("{kind}.{key}"),
            None => kind.to_owned(),
        }),
        ..wrong
    });
    Ok(told.collect())
}

/// A document on record says itself of which meeting it is.
fn meeting_of(confirmed: &Confirmed, book: &Book) -> Option<MeetingId> {
    let own = match &confirmed.document {
        Which::Known(id) => book.document(id.as_str()).and_then(|d| d.meeting.clone()),
        Which::New(_) => None,
    };
    own.or_else(|| confirmed.meeting.clone())
}

fn check_meeting(
    intake: &Intake,
    meeting: Option<&MeetingId>,
    after: &Book,
    wrong: &mut Vec<Wrong>,
) {
    let Some(id) = meeting else { return };
    let known = after.directory.meetings.get(id);
    let ours = known.is_some_and(|m| m.partnership.as_ref() == Some(&intake.partnership));
    if !ours && wrong.is_empty() {
        let what = "The meeting is not one of this partnership.";
        wrong.push(Wrong::of(None, "meeting.id", what));
    }
}

fn new_document(intake: &Intake, meeting: Option<&MeetingId>, body: &Body) -> Edit {
    let mut body = body.clone();
    match meeting {
        Some(meeting) => body.insert("meeting".to_owned(), meeting.as_str().into()),
        None => body.shift_remove("meeting"),
    };
    put_text(&mut body, intake);
    let id = body.get("id").and_then(Value::as_str).unwrap_or_default();
    edit_of(id.to_owned(), None, body)
}

/// A document that the record has without its text gets it; what has another text is another document.
fn known_document(intake: &Intake, id: &DocumentId, book: &Book) -> Result<Edit, Wrong> {
    let document = book.document(id.as_str());
    let document = document.ok_or_else(|| {
        let what = "There is no document of that name on record.";
        Wrong::of(None, "id", what)
    })?;
    let mut body = Body::new();
    match &document.sha256 {
        None => put_text(&mut body, intake),
        Some(sha256) if *sha256 == intake.sha256 => {}
        // Only the white space is another.
        Some(_) if document.paragraphs() == paragraphs(&intake.text) => {}
        Some(_) => {
            let what = format!(
                "{id} is on record with another text: record this one under a name of its own."
            );
            return Err(Wrong::of(None, "id", what));
        }
    }
    Ok(edit_of(id.to_string(), Some(Body::new()), body))
}

/// The text and with it the hash; of a confidential document the hash alone.
fn put_text(body: &mut Body, intake: &Intake) {
    let (key, value) = match intake.is_confidential {
        true => ("sha256", &intake.sha256),
        false => ("text", &intake.text),
    };
    body.insert(key.to_owned(), value.as_str().into());
}

fn edit_of(id: String, seen: Option<Body>, body: Body) -> Edit {
    let key = EntityKey {
        kind: entity::DOCUMENT,
        id,
    };
    Edit {
        wanted: Wanted { key, seen, body },
        reason: None,
    }
}
