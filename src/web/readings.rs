//! What was read in the documents that people look at just now: reading one again for every look would
//! take a moment each time, and gives the same.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use uuid::Uuid;

use super::failure::Failure;
use crate::domain::access::Viewer;
use crate::domain::book::Book;
use crate::intake::extraction::{Extraction, extract};
use crate::intake::lexicon::Lexicon;
use crate::intake::review::Review;
use crate::intake::review::beside::{Beside, Look, beside};

/// How many are kept.
const KEPT: usize = 8;

/// The documents that were looked at last.
#[derive(Debug, Default)]
pub struct Readings(Mutex<VecDeque<(Uuid, Arc<Extraction>)>>);

impl Readings {
    fn known(&self, id: Uuid) -> Option<Arc<Extraction>> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let found = kept.iter().find(|(known, _)| *known == id);
        found.map(|(_, read)| Arc::clone(read))
    }

    fn keep(&self, id: Uuid, read: &Arc<Extraction>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.retain(|(known, _)| *known != id);
        kept.truncate(KEPT - 1);
        kept.push_front((id, Arc::clone(read)));
    }

    /// What the program reads in a document.
    pub async fn of(
        &self,
        review: &Review,
        lexicon: &Arc<Lexicon>,
    ) -> Result<Arc<Extraction>, Failure> {
        let intake = &review.intake;
        if let Some(read) = self.known(intake.id) {
            return Ok(read);
        }
        let (text, issued) = (intake.text.clone(), intake.issued);
        let lexicon = Arc::clone(lexicon);
        let read = tokio::task::spawn_blocking(move || extract(&text, issued, &lexicon)).await;
        let read = Arc::new(read.map_err(|_| Failure::Fault)?);
        self.keep(intake.id, &read);
        Ok(read)
    }

    /// A document beside the record, for a viewer.
    pub async fn beside(
        &self,
        review: &Review,
        (book, viewer): (&Arc<Book>, &Viewer),
        lexicon: &Arc<Lexicon>,
    ) -> Result<Beside, Failure> {
        let read = self.of(review, lexicon).await?;
        let (review, book, viewer) = (review.clone(), Arc::clone(book), viewer.clone());
        let lexicon = Arc::clone(lexicon);
        let found = tokio::task::spawn_blocking(move || {
            let look = Look {
                book: &book,
                viewer: &viewer,
                lexicon: &lexicon,
            };
            beside(&review, &read, look)
        });
        found.await.map_err(|_| Failure::Fault)
    }
}
