//! A reviewer decides: accepts an update or returns it with words, says what was verified, grants a
//! later date, closes a commitment or gives it up. The head of the lead desk clears routine; closures,
//! new dates and bad news are the SOM leader's. REMINDING, Reviewer.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::working::{Case, Done, WorkError, Worker, work_on};
use crate::domain::carrying::{carried_as_proposed, proposes_to_continue};
use crate::domain::commitment::Commitment;
use crate::domain::deadline::Deadline;
use crate::domain::ids::CommitmentRef;
use crate::domain::progress::{Update, Verified};
use crate::domain::reporting::Seen;
use crate::domain::reviewing::{
    Ending, Judgement, accepted, assessed, awaiting, ended, given_new_date, returned,
};
use crate::store::Store;
use crate::wording;

const NOT_YOURS_TO_DECIDE: &str = "This update is for somebody else to decide on: routine ones for the head of the desk, closures, new dates and bad news for the SOM leader, and nobody's own for themselves.";
const FOR_THE_SOM_LEADER: &str =
    "Closing a commitment, giving it up and giving it a new date are for the SOM leader.";
const NOTHING_FOLLOWS: &str = "No open commitment that you may read follows it any more: return the proposal, or say what became of it at the meeting.";
const FOR_A_REVIEWER: &str =
    "What was verified is said by the head of the desk that leads it, or by the SOM leader.";

/// Accepts the update that waits; one that proposes to carry the commitment forward does it. `seen`: what
/// the reviewer's page saw.
pub async fn accept(
    store: &Store,
    reference: &CommitmentRef,
    judgement: &Judgement,
    seen: Option<&Seen>,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Arc<Commitment>, WorkError> {
    work_on(store, reference, worker, now, |case| {
        let update = may_decide(case, seen)?;
        let carries = proposes_to_continue(update);
        let wants_more = carries || judgement.ends || judgement.grant.is_some();
        let may_close = case.rights.may_close(case.commitment);
        case.require(!wants_more || may_close, FOR_THE_SOM_LEADER)?;
        if carries {
            return carry(case, update, judgement);
        }
        let after = accepted(
            case.commitment,
            case.directory,
            judgement,
            case.by,
            case.entered,
        )?;
        Ok(Done {
            act: if judgement.ends {
                "close"
            } else {
                "accept update"
            },
            detail: in_words(case.commitment, update, judgement, &after),
            after,
        })
    })
    .await
}

/// Carries the commitment forward, as the update proposes.
fn carry(case: &Case<'_>, update: &Update, judgement: &Judgement) -> Result<Done, WorkError> {
    let next = case.follower();
    let next = next.ok_or_else(|| WorkError::unfit("all", NOTHING_FOLLOWS))?;
    let (old, directory) = (case.commitment, case.directory);
    let after = carried_as_proposed(old, directory, next, judgement, case.by, case.entered)?;
    let accepted = in_words(old, update, judgement, &after);
    Ok(Done {
        after,
        act: "carry forward",
        detail: format!("{accepted}; continued by {}", next.reference),
    })
}

/// Returns the update that waits, with words. A later date that was wanted is refused with it.
pub async fn return_with_words(
    store: &Store,
    reference: &CommitmentRef,
    words: Option<&str>,
    seen: Option<&Seen>,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Arc<Commitment>, WorkError> {
    work_on(store, reference, worker, now, |case| {
        let update = may_decide(case, seen)?;
        let of = wording::day(update.date);
        let refused = match update.extension {
            Some(_) => "; the new date was refused",
            None => "",
        };
        Ok(Done {
            after: returned(case.commitment, words, case.by, case.entered)?,
            act: "return update",
            detail: format!("the update of {of} was returned{refused}"),
        })
    })
    .await
}

/// Says what was verified, whether an update waits or not.
pub async fn verify(
    store: &Store,
    reference: &CommitmentRef,
    verified: Verified,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Arc<Commitment>, WorkError> {
    work_on(store, reference, worker, now, |case| {
        let may_verify = case.rights.may_verify(case.commitment);
        case.require(may_verify, FOR_A_REVIEWER)?;
        if case.commitment.verified == Some(verified) {
            return Err(WorkError::unfit("verified", "That is on record already."));
        }
        Ok(Done {
            after: assessed(case.commitment, verified),
            act: "verify",
            detail: verified_words(case.commitment.verified, verified),
        })
    })
    .await
}

/// Closes a commitment as met, or gives it up.
pub async fn end(
    store: &Store,
    reference: &CommitmentRef,
    ending: Ending,
    reason: Option<&str>,
    seen: Option<&Seen>,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Arc<Commitment>, WorkError> {
    work_on(store, reference, worker, now, |case| {
        case.require(case.rights.may_close(case.commitment), FOR_THE_SOM_LEADER)?;
        nothing_since(case, seen)?;
        let after = ended(case.commitment, ending, reason, case.by, case.entered)?;
        let (act, word) = match ending {
            Ending::Met => ("close", "met"),
            Ending::Withdrawn => ("withdraw", "given up"),
        };
        let why = match reason {
            Some(_) => "by the reviewer's reason",
            None => "by an accepted update",
        };
        Ok(Done {
            after,
            act,
            detail: format!("{word}, {why}"),
        })
    })
    .await
}

/// Gives a new date without having been asked.
pub async fn give_new_date(
    store: &Store,
    reference: &CommitmentRef,
    milestone: Option<&str>,
    to: &Deadline,
    reason: Option<&str>,
    worker: &Worker,
    now: DateTime<Utc>,
) -> Result<Arc<Commitment>, WorkError> {
    work_on(store, reference, worker, now, |case| {
        let old = case.commitment;
        case.require(case.rights.may_redate(old), FOR_THE_SOM_LEADER)?;
        let (directory, entered) = (case.directory, case.entered);
        let after = given_new_date(old, directory, milestone, to, reason, case.by, entered)?;
        Ok(Done {
            detail: new_date_words(old, &after).unwrap_or_default(),
            after,
            act: "redate",
        })
    })
    .await
}

/// The update that waits, if this is somebody to decide on it, and nothing came between.
fn may_decide<'a>(case: &Case<'a>, seen: Option<&Seen>) -> Result<&'a Update, WorkError> {
    let place = awaiting(case.commitment, case.entered);
    // Somebody else was first: the page shows what became of it.
    let place = place.ok_or(WorkError::Overtaken)?;
    let update = &case.commitment.updates[place];
    let may_review = case.rights.may_review(case.commitment, update);
    case.require(may_review, NOT_YOURS_TO_DECIDE)?;
    nothing_since(case, seen)?;
    Ok(update)
}

fn nothing_since(case: &Case<'_>, seen: Option<&Seen>) -> Result<(), WorkError> {
    let is = Seen::of(case.commitment, case.by, None);
    match seen {
        Some(seen) if !seen.is_same_record(&is) => Err(WorkError::Overtaken),
        _ => Ok(()),
    }
}

/// What the audit says of an acceptance: never a text.
fn in_words(
    before: &Commitment,
    update: &Update,
    judgement: &Judgement,
    after: &Commitment,
) -> String {
    let mut words = vec![format!(
        "the update of {} ({}) was accepted",
        wording::day(update.date),
        wording::reported(update.reported)
    )];
    words.extend(
        judgement
            .verified
            .map(|v| verified_words(before.verified, v)),
    );
    if let Some(assessed) = judgement.assessed {
        let desk = update.confidence.map_or("none", |c| c.as_str());
        words.push(format!(
            "confidence {desk} by the desk, {assessed} by the reviewer"
        ));
    }
    if judgement.grant.is_some() {
        words.extend(new_date_words(before, after));
    }
    if !after.is_open() {
        words.push(wording::lifecycle(after.state).to_owned());
    }
    words.join("; ")
}

fn verified_words(before: Option<Verified>, after: Verified) -> String {
    let before = before.map_or("not assessed", wording::verified);
    format!("verified: {before} became {}", wording::verified(after))
}

fn new_date_words(before: &Commitment, after: &Commitment) -> Option<String> {
    let new = after
        .revisions
        .iter()
        .find(|r| !before.revisions.contains(r))?;
    let text = |deadline: &Option<Deadline>| {
        deadline
            .as_ref()
            .map_or("no deadline".to_owned(), ToString::to_string)
    };
    Some(format!("{} became {}", text(&new.from), text(&new.to)))
}
