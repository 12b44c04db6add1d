//! Courtesy: the reasons to stay silent. What was answered is not asked again, what is snoozed
//! waits, what may not be read is not sent. REMINDING, "Answered" and "Courtesy".

use chrono::NaiveDate;

use super::case::Candidate;
use super::occurrence::Moment;
use super::recipients::is_its_desk;
use crate::domain::access::{Viewer, may_read};
use crate::domain::calendar::plus;
use crate::domain::commitment::{Commitment, Kind, Lifecycle};
use crate::domain::deadline::Window;
use crate::domain::directory::Directory;
use crate::domain::ids::ReaderId;
use crate::domain::meeting::MeetingStatus;
use crate::domain::notice::{Item, SkipReason};
use crate::domain::progress::UpdateState;
use crate::domain::rule::Rule;

/// Why a candidate whose slot has come stays unsaid; `None` when it may go out.
pub(super) fn reason_for_silence(
    candidate: &Candidate,
    commitment: &Commitment,
    directory: &Directory,
    moment: Moment,
) -> Option<SkipReason> {
    let occurrence = &candidate.occurrence;
    if occurrence.date <= commitment.opened {
        return Some(SkipReason::BeforeItWasRecorded);
    }
    if moment.is_before_live(occurrence.slot, directory.hours(&occurrence.recipient)) {
        return Some(SkipReason::BeforeItWentLive);
    }
    if candidate.vacant {
        return Some(SkipReason::NoRecipient);
    }
    if !reader_may_read(&occurrence.recipient, commitment, directory) {
        return Some(SkipReason::NotPermitted);
    }
    if candidate.passed {
        return Some(SkipReason::Passed);
    }
    // What leaves late is asked as of today: an answer given meanwhile counts.
    // So does one given while it was held.
    let hours = directory.hours(&occurrence.recipient);
    let asked_on = if moment.is_late(occurrence.slot) {
        moment.today(hours).max(occurrence.date)
    } else if candidate.held {
        occurrence.slot.with_timezone(&hours.zone).date_naive()
    } else {
        occurrence.date
    };
    silence_as_of(occurrence.rule, occurrence.date, asked_on, commitment)
}

/// Why a rule of this date stays unsaid as of a day: answered, or snoozed. Asked again before the
/// mail leaves.
pub fn silence_as_of(
    rule: Rule,
    date: NaiveDate,
    asked_on: NaiveDate,
    commitment: &Commitment,
) -> Option<SkipReason> {
    if is_answered(rule, date, asked_on, commitment) {
        return Some(SkipReason::Answered);
    }
    is_snoozed(rule, date, commitment).then_some(SkipReason::Snoozed)
}

/// Why an item that was planned is not to be sent after all, asked again before its mail leaves:
/// the reader lost the right to it, it was answered, or what it speaks of has changed. `today` is
/// the reader's civil date.
pub fn no_longer_holds(
    item: &Item,
    recipient: &ReaderId,
    commitment: Option<&Commitment>,
    directory: &Directory,
    today: NaiveDate,
) -> Option<SkipReason> {
    let Some(commitment) = commitment else {
        return Some(SkipReason::Superseded);
    };
    if !reader_may_read(recipient, commitment, directory) {
        return Some(SkipReason::NotPermitted);
    }
    match commitment.state {
        Lifecycle::Open => {}
        Lifecycle::Closed => return Some(SkipReason::Answered),
        _ => return Some(SkipReason::Superseded),
    }
    // It passed to another desk while this was on its way: that one is told.
    let is_reminder = !matches!(item.rule, Rule::Brief | Rule::Digest);
    if is_reminder && !is_its_desk(recipient, commitment, directory) {
        return Some(SkipReason::Superseded);
    }
    let awaits_review = || {
        let latest = commitment.latest_update(today);
        latest.is_some_and(|u| u.awaits_review())
    };
    let was_returned = || {
        let latest = commitment.latest_update(today);
        latest.is_some_and(|u| u.state == UpdateState::Returned)
    };
    match item.rule {
        Rule::Brief => {
            let meeting = item
                .meeting
                .as_ref()
                .and_then(|id| directory.meetings.get(id));
            let is_to_come = meeting.is_some_and(|m| {
                matches!(
                    m.status,
                    MeetingStatus::Tentative | MeetingStatus::Confirmed
                ) && m.dated().is_some_and(|d| d.window.last >= today)
            });
            (!is_to_come).then_some(SkipReason::Superseded)
        }
        Rule::Digest => None,
        Rule::Decision(_) => (!awaits_review()).then_some(SkipReason::Answered),
        Rule::Returned => (!was_returned()).then_some(SkipReason::Answered),
        rule if rule.has_window() => match live_window(item, commitment, directory) {
            None => Some(SkipReason::Answered),
            Some(window) if window != item.because.window => Some(SkipReason::Superseded),
            Some(_) => silence_as_of(rule, item.because.date, today, commitment),
        },
        rule => silence_as_of(rule, item.because.date, today, commitment),
    }
}

/// Why what was announced of a commitment, or of one of its milestones, need not be said any more as
/// of a day, whatever its window: answered, or over.
pub fn moot(
    rule: Rule,
    milestone: Option<&str>,
    commitment: &Commitment,
    today: NaiveDate,
) -> Option<SkipReason> {
    match commitment.state {
        Lifecycle::Open => {}
        Lifecycle::Closed => return Some(SkipReason::Answered),
        _ => return Some(SkipReason::Superseded),
    }
    let is_live = |title: &str| commitment.live_milestones().any(|(_, m)| m.title == title);
    if milestone.is_some_and(|title| !is_live(title)) {
        return Some(SkipReason::Answered);
    }
    let latest = commitment.latest_update(today).map(|update| update.state);
    let answered = match rule {
        Rule::Decision(_) => latest != Some(UpdateState::Submitted),
        Rule::Returned => latest != Some(UpdateState::Returned),
        rule => is_answered(rule, today, today, commitment),
    };
    answered.then_some(SkipReason::Answered)
}

/// The window today of the deadline an item speaks of; `None` where its milestone was reached.
fn live_window(
    item: &Item,
    commitment: &Commitment,
    directory: &Directory,
) -> Option<Option<Window>> {
    let deadline = match &item.milestone {
        None => commitment.deadline.as_ref(),
        Some(title) => {
            let live = commitment
                .live_milestones()
                .find(|(_, m)| m.title == *title);
            live?.1.deadline.as_ref()
        }
    };
    let dated = deadline.and_then(|d| directory.resolve(commitment, d));
    Some(dated.map(|d| d.window))
}

/// Whether a reader of mail may read the commitment.
pub fn reader_may_read(reader: &ReaderId, commitment: &Commitment, directory: &Directory) -> bool {
    !commitment.is_restricted()
        || Viewer::from_reader(reader, directory)
            .is_some_and(|v| may_read(&v, commitment, directory))
}

/// Whether the latest update answers a rule of this date, as of a day.
fn is_answered(rule: Rule, date: NaiveDate, asked_on: NaiveDate, commitment: &Commitment) -> bool {
    let Some(latest) = commitment.latest_update(asked_on).filter(|u| u.stands()) else {
        return false;
    };
    let within = |days: i64| latest.date >= plus(date, -days);
    let completed = latest.reported.is_completed();
    match rule {
        Rule::Opens | Rule::Stale(_) => within(14) || completed,
        Rule::Review(_) => within(30) || (completed && commitment.kind != Kind::Standing),
        Rule::Before(_) | Rule::LastDay | Rule::Outcome(_) | Rule::Overdue(_) => completed,
        Rule::Assigned | Rule::Returned | Rule::Decision(_) | Rule::Brief | Rule::Digest => false,
    }
}

/// Snoozed until a date: nothing before it but `last-day`, `overdue` (under either name) and briefs.
fn is_snoozed(rule: Rule, date: NaiveDate, commitment: &Commitment) -> bool {
    !rule.is_duty() && commitment.snoozed.as_ref().is_some_and(|s| date < s.until)
}
