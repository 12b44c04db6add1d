//! An officer reports: keeps a draft, submits an update, withdraws a draft. The update is dated on
//! the lead desk's day, by the business clock; what it answers is taken back, so that nobody is
//! reminded of what they have just said. Two who write at once lose nothing: the second is told that
//! something was entered, and sends again knowing it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::working::{Case, Done, WorkError, Worker, work_on};
use crate::domain::commitment::Commitment;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::progress::{Confidence, Update};
use crate::domain::reporting::{Report, Seen, drafted, submitted, without_draft};
use crate::store::Store;
use crate::wording;

const NOT_YOURS: &str = "Only the desk that leads it reports on this commitment: its officers, its head and its SOM leader.";

/// Keeps a draft, in place of the one the author had. `seen`: what the form saw, where there was one.
pub async fn save_draft(
    store: &Store,
    reference: &CommitmentRef,
    report: &Report,
    seen: Option<&Seen>,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Arc<Commitment>, WorkError> {
    work_on(store, reference, worker, now, |case| {
        begin(case, report, seen, Seen::is_same_draft)?;
        Ok(Done {
            after: drafted(case.commitment, report, case.by, case.entered)?,
            act: "draft update",
            detail: "a draft was kept".to_owned(),
        })
    })
    .await
}

/// Submits an update; the draft it came from is gone with it.
pub async fn submit(
    store: &Store,
    reference: &CommitmentRef,
    report: &Report,
    seen: Option<&Seen>,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Arc<Commitment>, WorkError> {
    work_on(store, reference, worker, now, |case| {
        begin(case, report, seen, Seen::eq)?;
        let after = submitted(
            case.commitment,
            case.directory,
            report,
            case.by,
            case.entered,
        )?;
        Ok(Done {
            after,
            act: "submit update",
            detail: in_words(report),
        })
    })
    .await
}

/// Withdraws a draft: the author's own, or the desk's that came by mail. Nothing to withdraw is as
/// good as done.
pub async fn withdraw_draft(
    store: &Store,
    reference: &CommitmentRef,
    of: Option<&ReaderId>,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Arc<Commitment>, WorkError> {
    work_on(store, reference, worker, now, |case| {
        case.require(case.rights.may_report(case.commitment), NOT_YOURS)?;
        let author = of.unwrap_or(case.by);
        may_finish(case, author)?;
        let after = without_draft(case.commitment, author);
        Ok(Done {
            after: after.ok_or(WorkError::unfit("all", "There is no draft to withdraw."))?,
            act: "withdraw draft",
            detail: "a draft was withdrawn".to_owned(),
        })
    })
    .await
}

/// Whether the author may report, and nothing was entered meanwhile that they should know: `is_same`
/// compares what they saw with what is there.
fn begin(
    case: &Case<'_>,
    report: &Report,
    seen: Option<&Seen>,
    is_same: impl Fn(&Seen, &Seen) -> bool,
) -> Result<(), WorkError> {
    case.require(case.rights.may_report(case.commitment), NOT_YOURS)?;
    if let Some(author) = &report.finishes {
        may_finish(case, author)?;
    }
    let is = Seen::of(case.commitment, case.by, report.finishes.as_ref());
    match seen {
        Some(seen) if !is_same(seen, &is) => Err(WorkError::Overtaken),
        _ => Ok(()),
    }
}

/// A draft is for whoever wrote it; one of the desk's is for everybody who reports for it.
fn may_finish(case: &Case<'_>, author: &ReaderId) -> Result<(), WorkError> {
    let of_a_desk = case.directory.desks.contains_key(author.as_str());
    let mine = author == case.by;
    case.require(
        mine || of_a_desk,
        "The draft is somebody else's; only they can finish it.",
    )
}

/// What the audit says of a report: never its text.
fn in_words(report: &Report) -> String {
    let mut words = vec![format!("reported {}", wording::reported(report.reported))];
    words.extend(
        report
            .confidence
            .map(|c: Confidence| format!("confidence {c}")),
    );
    if report.extension.is_some() {
        words.push("a new date wanted".to_owned());
    } else if report.ask.is_some() {
        words.push("a decision wanted".to_owned());
    }
    words.extend(report.given.as_ref().map(|name| format!("given by {name}")));
    words.join(", ")
}

/// The draft that somebody finds begun: their own, else their desk's.
pub fn draft_for<'a>(commitment: &'a Commitment, worker: &Worker) -> Option<&'a Update> {
    use crate::domain::reporting::draft_of;
    let own = worker.reader().and_then(|by| draft_of(commitment, &by));
    own.or_else(|| draft_of(commitment, &(&commitment.lead).into()))
}
