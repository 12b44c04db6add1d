//! A desk writes down when and where it raised a request with the partner, and what came back.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::working::{Case, Done, WorkError, Worker, work_on};
use crate::domain::commitment::Commitment;
use crate::domain::ids::CommitmentRef;
use crate::domain::raising::{Occasion, raised, replied};
use crate::domain::reporting::Seen;
use crate::store::Store;
use crate::wording;

const NOT_YOURS: &str = "Requests are followed by the desk that leads them, and by whoever coordinates the partnership.";

/// Enters an occasion on which a request was raised.
pub async fn raise(
    store: &Store,
    reference: &CommitmentRef,
    occasion: &Occasion,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Arc<Commitment>, WorkError> {
    work_on(store, reference, worker, now, |case| {
        may_raise(case)?;
        let (directory, entered) = (case.directory, case.entered);
        let after = raised(case.commitment, directory, occasion, case.by, entered)?;
        let at = occasion.meeting.as_ref();
        let at = at.map(|id| format!(", at {id}")).unwrap_or_default();
        let reply = match occasion.reply {
            Some(_) => ", with a reply",
            None => "",
        };
        Ok(Done {
            after,
            act: "raise request",
            detail: format!("raised on {}{at}{reply}", wording::day(occasion.date)),
        })
    })
    .await
}

/// Enters what the partner replied. The place is that of the occasion among those on record, as
/// `seen` saw them.
pub async fn reply(
    store: &Store,
    reference: &CommitmentRef,
    place: usize,
    words: &str,
    seen: Option<&Seen>,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Arc<Commitment>, WorkError> {
    work_on(store, reference, worker, now, |case| {
        may_raise(case)?;
        let is = Seen::of(case.commitment, case.by, None);
        if seen.is_some_and(|seen| !seen.is_same_record(&is)) {
            return Err(WorkError::Overtaken);
        }
        let after = replied(case.commitment, place, words)?;
        let of = wording::day(after.raised[place].date);
        Ok(Done {
            after,
            act: "reply to request",
            detail: format!("the partner's reply to what was raised on {of}"),
        })
    })
    .await
}

fn may_raise(case: &Case<'_>) -> Result<(), WorkError> {
    case.require(case.rights.may_raise(case.commitment), NOT_YOURS)
}
