//! A document is brought in: made plain, read, and kept with what it proposes. Brought in again, it is
//! the one that is there.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

use super::{IntakeError, by, held, house};
use crate::acts::another_try;
use crate::acts::editing::Editor;
use crate::domain::book::Book;
use crate::domain::ids::{DocumentId, MeetingId, PartnershipId};
use crate::domain::intake::{partnerships_of, reach};
use crate::intake::extraction::{Extraction, date_of, extract};
use crate::intake::frame::Frame;
use crate::intake::lexicon::Lexicon;
use crate::intake::matching::Matches;
use crate::intake::review::beside::{Look, first};
use crate::intake::review::drafting::review_of;
use crate::intake::review::text::plain;
use crate::intake::review::{Intake, Review, Wrong};
use crate::record::sha256_of;
use crate::store::{Store, StoreError};
use crate::wording;

/// A document as somebody brings it.
#[derive(Debug, Clone)]
pub struct Brought {
    /// Its id, where it is new.
    pub id: Uuid,
    pub text: String,
    /// Empty: the one it bears.
    pub title: String,
    pub partnership: PartnershipId,
    pub meeting: Option<MeetingId>,
    /// `None`: the date it bears.
    pub issued: Option<NaiveDate>,
    pub is_confidential: bool,
}

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BroughtIn {
    New(Uuid),
    /// It was brought in before, with its proposals.
    Known(Uuid),
}

/// The longest title, in characters.
const TITLE: usize = 200;

/// Brings a document in.
pub async fn bring_in(
    store: &Store,
    lexicon: &Arc<Lexicon>,
    brought: Brought,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<BroughtIn, IntakeError> {
    let read = read(store, lexicon, brought, editor, now).await?;
    let mut n = 0;
    loop {
        match try_to_bring_in(store, &read, editor, now).await {
            Err(IntakeError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

/// A document, what was read in it, and what the record has of that.
struct Read {
    intake: Intake,
    extraction: Extraction,
    matches: Matches,
}

/// Reading takes a moment, so it is done outside of any transaction that writes.
async fn read(
    store: &Store,
    lexicon: &Arc<Lexicon>,
    brought: Brought,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<Read, IntakeError> {
    let by = by(editor, now)?;
    let text = plain(&brought.text);
    if text.trim().is_empty() {
        let what = "Paste the document's text, or choose its file.";
        return Err(Wrong::of(None, "text", what).into());
    }
    let issued = brought.issued.or_else(|| date_of(&text, lexicon));
    let issued = issued.ok_or_else(|| {
        let what = "The document bears no date that could be read: say when it was issued, like 2025-04-23.";
        Wrong::of(None, "issued", what)
    })?;
    let book = store.book().await?;
    let mut intake = Intake {
        id: brought.id,
        partnership: brought.partnership,
        meeting: brought.meeting,
        document: None,
        title: brought.title,
        sha256: sha256_of(&text),
        text,
        issued,
        is_confidential: brought.is_confidential,
        passed: Vec::new(),
        by: by.person.clone(),
        at: now,
    };
    if may_bring(&intake, &book, editor, now) {
        place(&mut intake, &book)?;
    }
    let (lexicon, viewer) = (Arc::clone(lexicon), editor.viewer.clone());
    let read = tokio::task::spawn_blocking(move || {
        let extraction = extract(&intake.text, intake.issued, &lexicon);
        let look = Look {
            book: &book,
            viewer: &viewer,
            lexicon: &lexicon,
        };
        let matches = first(&intake, &extraction, look);
        intake.title = titled(&intake.title, &extraction.frame);
        Read {
            intake,
            extraction,
            matches,
        }
    });
    read.await.map_err(|_| {
        let what = "The document could not be read: it is a fault of the program.";
        Wrong::of(None, "text", what).into()
    })
}

/// As somebody calls it, else as it calls itself, else by what it is of.
fn titled(given: &str, frame: &Frame) -> String {
    let title = match given.trim() {
        "" => frame.title.clone().unwrap_or_else(|| named(frame)),
        title => title.to_owned(),
    };
    let title = title.chars().filter(|c| !c.is_control());
    let title: String = title.take(TITLE).collect();
    match title.trim() {
        "" => named(frame),
        title => title.to_owned(),
    }
}

/// A document that bears no title: by its meeting, else by those who speak in it and its day.
fn named(frame: &Frame) -> String {
    if let Some(meeting) = &frame.meeting {
        return format!("Outcomes of the {meeting}");
    }
    let whose = match frame.parties.split_last() {
        Some((last, others)) if !others.is_empty() => {
            format!(" of {} and {last}", others.join(", "))
        }
        _ => String::new(),
    };
    let on = frame.dated.map(|day| format!(", {}", wording::day(day)));
    format!("Outcome document{whose}{}", on.unwrap_or_default())
}

/// Whether the document is of a partnership whose record they keep.
fn may_bring(intake: &Intake, book: &Book, editor: &Editor, now: DateTime<Utc>) -> bool {
    let rights = editor.rights(&book.directory, now);
    partnerships_of(&rights, editor.administrator).contains(&intake.partnership)
}

async fn try_to_bring_in(
    store: &Store,
    read: &Read,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<BroughtIn, IntakeError> {
    let mut change = store.change().await?;
    let book = change.book().await?;
    let rights = editor.rights(&book.directory, now);
    let mut intake = read.intake.clone();
    if !may_bring(&intake, &book, editor, now) {
        // What is not theirs to keep and what is not there look alike.
        return Err(IntakeError::NotFound);
    }
    place(&mut intake, &book)?;
    let reach = reach(&rights, editor.administrator);
    let known = change.intakes_of_text(&intake.sha256, &intake.partnership, &reach);
    if let Some(known) = known.await?.first() {
        let id = known.id;
        change.roll_back().await?;
        return Ok(BroughtIn::Known(id));
    }
    let house = house(&intake, &book.directory, now);
    let review = review_of(intake, &read.extraction, &read.matches, house);
    change.enter_intake(&review).await?;
    let Review { intake, items } = &review;
    let detail = format!(
        "{}: {} characters, {} proposals, SHA-256 {}",
        intake.partnership,
        intake.text.chars().count(),
        items.len(),
        intake.sha256
    );
    let (actor, id) = (editor.actor.as_str(), intake.id.to_string());
    change
        .audit(now, actor, "bring in document", &id, &detail)
        .await?;
    change.commit().await?;
    Ok(BroughtIn::New(intake.id))
}

/// The meeting it was said to be of is one of the partnership's; and where the record has these very
/// words already, it is that document.
fn place(intake: &mut Intake, book: &Book) -> Result<(), Wrong> {
    if let Some(id) = &intake.meeting {
        let meeting = book.directory.meetings.get(id);
        if meeting.is_none_or(|m| m.partnership.as_ref() != Some(&intake.partnership)) {
            let what = "Choose a meeting of this partnership, or none.";
            return Err(Wrong::of(None, "meeting", what));
        }
    }
    if let Some((id, meeting)) = on_record(intake, book) {
        intake.document = Some(id);
        intake.meeting = meeting.or(intake.meeting.take());
    }
    Ok(())
}

fn on_record(intake: &Intake, book: &Book) -> Option<(DocumentId, Option<MeetingId>)> {
    let same = book
        .documents
        .values()
        .find(|d| d.sha256.as_ref() == Some(&intake.sha256));
    let document = same?;
    let meeting = document.meeting.as_ref();
    let of = meeting.and_then(|id| book.directory.meetings.get(id)?.partnership.as_ref());
    let ours = of.is_none_or(|of| *of == intake.partnership);
    ours.then(|| (document.id.clone(), document.meeting.clone()))
}

/// Lets go of a document, its words and its proposals. What was accepted stays on record.
pub async fn let_go(
    store: &Store,
    id: Uuid,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<(), IntakeError> {
    let mut n = 0;
    loop {
        match try_to_let_go(store, id, editor, now).await {
            Err(IntakeError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_let_go(
    store: &Store,
    id: Uuid,
    editor: &Editor,
    now: DateTime<Utc>,
) -> Result<(), IntakeError> {
    let mut change = store.change().await?;
    let directory = change.directory().await?;
    let review = held(&mut change, &directory, id, editor, now).await?;
    change.let_go_of_intake(id).await?;
    let waiting = review.open().count();
    let detail = format!("{} proposals, {waiting} undecided", review.items.len());
    let actor = editor.actor.as_str();
    change
        .audit(now, actor, "let go of document", &id.to_string(), &detail)
        .await?;
    let done: Result<(), StoreError> = change.commit().await;
    Ok(done?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_called_by_what_is_known_of_it() {
        let mut frame = Frame {
            parties: vec!["Cambodia".into(), "Thailand".into()],
            dated: "2031-10-26".parse().ok(),
            ..Frame::default()
        };
        assert_eq!(
            titled(" ", &frame),
            "Outcome document of Cambodia and Thailand, 26 October 2031"
        );
        assert_eq!(titled("", &Frame::default()), "Outcome document");
        frame.meeting = Some("18th ASEAN-Canada Dialogue".into());
        assert_eq!(
            titled("", &frame),
            "Outcomes of the 18th ASEAN-Canada Dialogue"
        );
        frame.title = Some("Press Release".into());
        assert_eq!(titled("", &frame), "Press Release");
        assert_eq!(titled("Mine\u{7}", &frame), "Mine");
    }
}
