//! The book: everything on the record at one moment, in memory. The record format reads into it
//! and writes from it, the planner rehearses on it, pages are drawn from it. A part of the record
//! (the few commitments of one notice) is a book too.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::commitment::Commitment;
use super::directory::Directory;
use super::document::Document;
use super::ids::{CommitmentRef, DocumentId};

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Book {
    pub directory: Arc<Directory>,
    pub documents: BTreeMap<DocumentId, Arc<Document>>,
    pub commitments: BTreeMap<CommitmentRef, Arc<Commitment>>,
}

impl Book {
    pub fn commitment(&self, reference: &str) -> Option<&Commitment> {
        self.commitments.get(reference).map(Arc::as_ref)
    }

    pub fn document(&self, id: &str) -> Option<&Document> {
        self.documents.get(id).map(Arc::as_ref)
    }

    /// The commitments that are open, in the order of their references.
    pub fn open(&self) -> impl Iterator<Item = &Commitment> {
        self.commitments
            .values()
            .map(Arc::as_ref)
            .filter(|c| c.is_open())
    }
}
