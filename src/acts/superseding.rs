//! What was announced and is no longer true is taken back, in the transaction of the change that
//! made it untrue: by an import, a moved meeting, a new deadline or a handover alike.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::domain::commitment::Commitment;
use crate::domain::deadline::Window;
use crate::domain::directory::Directory;
use crate::domain::ids::{MeetingId, ReaderId};
use crate::domain::notice::{SkipReason, Subject};
use crate::domain::rule::Rule;
use crate::planner::courtesy::moot;
use crate::planner::hearers;
use crate::store::{Change, StoreError};

/// Takes back what was planned for deadlines that now mean another window, and what was planned for
/// offices that the commitment has left. `old` and `new` are the same commitment, which may have
/// changed by the meeting it hangs on alone.
pub(super) async fn supersede_what_changed(
    change: &mut Change,
    before: &Directory,
    after: &Directory,
    old: &Commitment,
    new: &Commitment,
) -> Result<(), StoreError> {
    let was = windows(old, before);
    let is = windows(new, after);
    for (milestone, window) in &was {
        let now = is.iter().find(|(m, _)| m == milestone).map(|(_, w)| *w);
        if now != Some(*window) {
            let subject = subject(old, milestone.as_deref());
            take_back(change, &subject, |rule, _| rule.has_window()).await?;
        }
    }
    // Those who hear of it before and after keep what waits for them: the ledger holds it once.
    let stay = hearers(new, after);
    let left: BTreeSet<ReaderId> = hearers(old, before)
        .into_iter()
        .filter(|reader| !stay.contains(reader))
        .collect();
    if old.desks().eq(new.desks()) || left.is_empty() {
        return Ok(());
    }
    for (milestone, _) in &was {
        let subject = subject(old, milestone.as_deref());
        take_back(change, &subject, |_, reader| left.contains(reader)).await?;
    }
    Ok(())
}

/// Takes back what was planned of a commitment and is answered by now, or spoken of in vain because
/// it is over. `today` is the lead desk's day.
pub(super) async fn take_back_answered(
    change: &mut Change,
    commitment: &Commitment,
    today: NaiveDate,
) -> Result<(), StoreError> {
    let steps = commitment.milestones.iter().map(|m| Some(m.title.as_str()));
    for milestone in std::iter::once(None).chain(steps) {
        let subject = subject(commitment, milestone);
        for reason in [SkipReason::Answered, SkipReason::Superseded] {
            let is_so = |rule| moot(rule, milestone, commitment, today) == Some(reason);
            change
                .supersede_some(&subject, reason, |rule, _| is_so(rule))
                .await?;
        }
    }
    Ok(())
}

/// Takes back the briefs of a meeting that have not left: they name another date.
pub(super) async fn supersede_briefs(
    change: &mut Change,
    meeting: &MeetingId,
) -> Result<(), StoreError> {
    let subject = Subject::Meeting(meeting.clone());
    take_back(change, &subject, |rule, _| rule == Rule::Brief).await
}

async fn take_back(
    change: &mut Change,
    subject: &Subject,
    which: impl Fn(Rule, &ReaderId) -> bool,
) -> Result<(), StoreError> {
    change
        .supersede_some(subject, SkipReason::Superseded, which)
        .await?;
    Ok(())
}

fn subject(commitment: &Commitment, milestone: Option<&str>) -> Subject {
    let reference = commitment.reference.clone();
    match milestone {
        None => Subject::Commitment(reference),
        Some(title) => Subject::Milestone(reference, title.to_owned()),
    }
}

/// Whether a deadline of the commitment hangs on one of these meetings.
pub(super) fn hangs_on(commitment: &Commitment, meetings: &BTreeSet<&str>) -> bool {
    let steps = commitment
        .milestones
        .iter()
        .filter_map(|m| m.deadline.as_ref());
    let mut deadlines = commitment.deadline.iter().chain(steps);
    deadlines.any(|d| d.meeting().is_some_and(|m| meetings.contains(m.as_str())))
}

/// The window of each deadline: the commitment's own (no milestone), then the milestones'.
fn windows(
    commitment: &Commitment,
    directory: &Directory,
) -> Vec<(Option<String>, Option<Window>)> {
    let own = std::iter::once((None, commitment.deadline.as_ref()));
    let steps = commitment
        .milestones
        .iter()
        .map(|m| (Some(m.title.clone()), m.deadline.as_ref()));
    own.chain(steps)
        .map(|(milestone, deadline)| {
            let dated = deadline.and_then(|d| directory.resolve(commitment, d));
            (milestone, dated.map(|d| d.window))
        })
        .collect()
}
