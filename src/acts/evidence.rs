//! A file is put beside a commitment, for an update to name as evidence. Until one does, nobody can
//! read it.

use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use super::another_try;
use super::working::{WorkError, Worker};
use crate::domain::access::may_read;
use crate::domain::evidence::{Media, id_in, kept_name, reference_to, sha256};
use crate::domain::ids::CommitmentRef;
use crate::domain::rights::Rights;
use crate::store::{NewEvidence, Store};

/// A file as it was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upload {
    pub name: String,
    pub content: Vec<u8>,
}

/// How long a file that no update names is kept: somebody may be in the middle of writing it.
const UNNAMED: TimeDelta = TimeDelta::days(2);

const NOT_YOURS: &str = "Only the desk that leads it puts evidence beside this commitment.";
const NOT_KEPT: &str = "This kind of file is not kept. PDF, Word, Excel and PowerPoint files without macros, JPEG and PNG pictures and plain text are.";

/// Keeps a file; returns how an update names it.
pub async fn attach(
    store: &Store,
    reference: &CommitmentRef,
    upload: &Upload,
    id: Uuid,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<String, WorkError> {
    let media = Media::of(&upload.content).ok_or_else(|| WorkError::unfit("file", NOT_KEPT))?;
    let mut n = 0;
    loop {
        match try_to_attach(store, reference, upload, (id, media), worker, now).await {
            Err(WorkError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_attach(
    store: &Store,
    reference: &CommitmentRef,
    upload: &Upload,
    (id, media): (Uuid, Media),
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<String, WorkError> {
    let mut change = store.change().await?;
    let directory = change.directory().await?;
    let asked = std::slice::from_ref(reference);
    let commitment = change.commitments(asked).await?.remove(reference);
    let commitment = commitment.filter(|c| may_read(&worker.viewer, c, &directory));
    let commitment = commitment.ok_or(WorkError::NotFound)?;
    let rights = Rights {
        viewer: &worker.viewer,
        directory: &directory,
        now,
    };
    let by = worker.reader().filter(|_| rights.may_report(&commitment));
    let by = by.ok_or(WorkError::NotPermitted(NOT_YOURS))?;
    let named = commitment.updates.iter().flat_map(|u| &u.evidence);
    let named: Vec<Uuid> = named.filter_map(|e| id_in(e)).collect();
    change
        .let_go_of_evidence(reference, &by, &named, now - UNNAMED)
        .await?;
    let name = kept_name(&upload.name, media);
    let sha256 = sha256(&upload.content);
    let detail = format!("{media}, {} bytes, SHA-256 {sha256}", upload.content.len());
    let file = NewEvidence {
        id,
        name: name.clone(),
        media,
        sha256,
        content: upload.content.clone(),
        by,
    };
    if !change.keep_evidence(reference, file, now).await? {
        return Err(WorkError::NotFound);
    }
    let (actor, subject) = (worker.actor.as_str(), reference.as_str());
    change
        .audit(now, actor, "attach evidence", subject, &detail)
        .await?;
    change.commit().await?;
    Ok(reference_to(id, &name))
}
