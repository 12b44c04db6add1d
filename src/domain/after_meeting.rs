//! What came of a meeting, as a pure change of the record: everything that hung on it is met, moved,
//! carried forward or dropped, with a reason; earlier milestones that were overtaken are closed.

use chrono::NaiveDate;

use super::commitment::{Commitment, Milestone, Revision};
use super::deadline::Deadline;
use super::directory::Directory;
use super::ids::{CommitmentRef, ReaderId};
use super::meeting::{Meeting, MeetingStatus};
use super::moving::Entered;
use super::reporting::Complaint;
use super::reviewing::{Ending, carried_forward, ended, given_new_date};
use super::schedule::live_deadlines;

/// What came of one thing that hung on the meeting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Met,
    /// To a date, or to a later meeting.
    MovedTo(Deadline),
    /// The commitment ends here, and a successor takes it on.
    CarriedForward {
        to: Deadline,
        successor: CommitmentRef,
    },
    Dropped,
}

/// One mark: what of which commitment, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    pub reference: CommitmentRef,
    /// The title of the milestone; `None` for the commitment's own deadline.
    pub milestone: Option<String>,
    pub outcome: Outcome,
    pub reason: Option<String>,
    /// Earlier milestones to be closed with it, by their titles.
    pub earlier: Vec<String>,
}

/// Whether there is anything to say of it yet: it has begun, or was held.
pub fn has_begun(meeting: &Meeting, today: NaiveDate) -> bool {
    let begun = || meeting.dated().is_some_and(|d| d.window.first <= today);
    meeting.status == MeetingStatus::Held || begun()
}

/// What of a commitment hung on a meeting and is to be told of by a day: its own deadline (`None`),
/// milestones by their titles.
pub fn hung_on<'a>(
    commitment: &'a Commitment,
    meeting: &Meeting,
    directory: &Directory,
    today: NaiveDate,
) -> Vec<Option<&'a str>> {
    if !commitment.is_open() {
        return Vec::new();
    }
    let live = live_deadlines(commitment, directory).into_iter();
    live.filter(|d| d.deadline.meeting() == Some(&meeting.id))
        .filter(|d| d.window.is_none_or(|w| w.first <= today))
        .map(|d| {
            d.milestone
                .map(|at| commitment.milestones[at].title.as_str())
        })
        .collect()
}

/// The earlier milestones that are overtaken once this one is reached; of what was dropped nothing is
/// expected any more.
pub fn overtaken_by<'a>(commitment: &'a Commitment, milestone: &str) -> Vec<&'a str> {
    let earlier = commitment
        .live_milestones()
        .take_while(|(_, m)| m.title != milestone);
    earlier
        .filter(|(_, m)| dropped(commitment, m).is_none())
        .map(|(_, m)| m.title.as_str())
        .collect()
}

/// How the reason begins that is on record where something was dropped.
const DROPPED: &str = "Dropped";

/// When and why a milestone was dropped at a meeting, where it was, and has no other date since.
pub fn dropped<'a>(commitment: &'a Commitment, milestone: &Milestone) -> Option<&'a Revision> {
    if milestone.done.is_some() || milestone.deadline.is_some() {
        return None;
    }
    let of_it = |r: &&Revision| r.milestone.as_deref() == Some(milestone.title.as_str());
    let last = commitment.revisions.iter().rfind(of_it)?;
    let reason = last.reason.as_deref().unwrap_or_default();
    (last.to.is_none() && reason.starts_with(DROPPED)).then_some(last)
}

/// The commitment as it is marked, and its successor where it is carried forward.
///
/// # Errors
/// No reason where one is needed; what the change itself refuses.
pub fn marked(
    commitment: &Commitment,
    meeting: &Meeting,
    directory: &Directory,
    mark: &Mark,
    by: &ReaderId,
    entered: Entered,
) -> Result<(Commitment, Option<Commitment>), Vec<Complaint>> {
    let reason = mark.reason.as_deref();
    let milestone = mark.milestone.as_deref();
    let said = |what: &str| match reason {
        Some(reason) => format!("{what} at the {}: {reason}", meeting.name()),
        None => format!("{what} at the {}", meeting.name()),
    };
    match (&mark.outcome, milestone) {
        (Outcome::Met, None) => {
            let after = ended(commitment, Ending::Met, Some(&said("Met")), by, entered)?;
            Ok((after, None))
        }
        (Outcome::Met, Some(title)) => {
            let after = reached(commitment, title, &mark.earlier, on(meeting, entered.on))?;
            Ok((after, None))
        }
        (Outcome::MovedTo(to), _) => {
            let after = given_new_date(commitment, directory, milestone, to, reason, by, entered)?;
            Ok((after, None))
        }
        (Outcome::CarriedForward { to, successor }, None) => {
            check_meeting(to, directory)?;
            let (after, next) = carried_forward(commitment, successor, to, reason, by, entered)?;
            Ok((after, Some(next)))
        }
        (Outcome::CarriedForward { .. }, Some(_)) => Err(complaint(
            "outcome",
            "A milestone is moved; only a whole commitment is carried forward.",
        )),
        (Outcome::Dropped, _) if reason.is_none() => {
            Err(complaint("reason", "Say in a line why it is dropped."))
        }
        (Outcome::Dropped, None) => {
            let after = ended(
                commitment,
                Ending::Withdrawn,
                Some(&said(DROPPED)),
                by,
                entered,
            )?;
            Ok((after, None))
        }
        (Outcome::Dropped, Some(title)) => {
            let after = without_date(commitment, title, &said(DROPPED), by, entered)?;
            Ok((after, None))
        }
    }
}

/// On the meeting's last day, or today where it goes on.
fn on(meeting: &Meeting, today: NaiveDate) -> NaiveDate {
    meeting.dated().map_or(today, |d| d.window.last.min(today))
}

fn reached(
    commitment: &Commitment,
    title: &str,
    earlier: &[String],
    day: NaiveDate,
) -> Result<Commitment, Vec<Complaint>> {
    let overtaken = overtaken_by(commitment, title);
    let mut after = commitment.clone();
    let place = live_place(commitment, title)?;
    after.milestones[place].done = Some(day);
    for earlier in earlier {
        if !overtaken.contains(&earlier.as_str()) {
            let words = format!("“{earlier}” does not come before “{title}”.");
            return Err(complaint("earlier", words));
        }
        let place = live_place(commitment, earlier)?;
        after.milestones[place].done = Some(day);
    }
    Ok(after)
}

/// The milestone stays to be read, and nothing is expected of it by a date any more.
fn without_date(
    commitment: &Commitment,
    title: &str,
    reason: &str,
    by: &ReaderId,
    entered: Entered,
) -> Result<Commitment, Vec<Complaint>> {
    let mut after = commitment.clone();
    let place = live_place(commitment, title)?;
    let from = after.milestones[place].deadline.take();
    after.revisions.push(Revision {
        date: entered.on,
        milestone: Some(title.to_owned()),
        from,
        to: None,
        reason: Some(reason.split_whitespace().collect::<Vec<_>>().join(" ")),
        by: None,
        approved: Some(by.clone()),
        entered: Some(entered.at),
    });
    after.revisions.sort_by_key(|r| r.date);
    Ok(after)
}

fn live_place(commitment: &Commitment, title: &str) -> Result<usize, Vec<Complaint>> {
    let mut live = commitment.live_milestones();
    let found = live.find(|(_, m)| m.title == title).map(|(at, _)| at);
    found.ok_or_else(|| complaint("outcome", format!("“{title}” is behind us already.")))
}

fn check_meeting(to: &Deadline, directory: &Directory) -> Result<(), Vec<Complaint>> {
    match to.meeting() {
        Some(id) if !directory.meetings.contains_key(id) => {
            Err(complaint("to", format!("There is no meeting `{id}`.")))
        }
        _ => Ok(()),
    }
}

fn complaint(field: &'static str, words: impl Into<String>) -> Vec<Complaint> {
    vec![Complaint::new(field, words)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::commitment::Lifecycle;

    fn entered() -> Entered {
        Entered {
            on: "2025-07-11".parse().unwrap(),
            at: "2025-07-11T03:00:00Z".parse().unwrap(),
        }
    }

    fn mark(milestone: Option<&str>, outcome: Outcome) -> Mark {
        Mark {
            reference: "US37-03".parse().unwrap(),
            milestone: milestone.map(str::to_owned),
            outcome,
            reason: Some("As the ministers agreed".into()),
            earlier: vec!["Concluded".into()],
        }
    }

    fn after(mark: &Mark) -> Result<(Commitment, Option<Commitment>), Vec<Complaint>> {
        let book = crate::record::first_record();
        let statement = book.commitment("US37-03").unwrap();
        let meeting = &book.directory.meetings["pmc-us-2025"];
        let by = "som-leader".parse().unwrap();
        marked(statement, meeting, &book.directory, mark, &by, entered())
    }

    #[test]
    fn what_hung_on_it_is_found_and_what_it_overtakes() {
        let book = crate::record::first_record();
        let statement = book.commitment("US37-03").unwrap();
        let meeting = &book.directory.meetings["pmc-us-2025"];
        let hung = hung_on(statement, meeting, &book.directory, entered().on);
        assert!(hung.contains(&Some("Endorsed")), "{hung:?}");
        assert_eq!(overtaken_by(statement, "Endorsed"), ["Concluded"]);
        assert!(has_begun(meeting, entered().on));
        assert!(!has_begun(meeting, "2025-07-09".parse().unwrap()));
    }

    #[test]
    fn a_milestone_is_met_on_the_meetings_day_with_what_it_overtakes() {
        let (after, _) = after(&mark(Some("Endorsed"), Outcome::Met)).unwrap();
        let done: Vec<_> = after.milestones.iter().map(|m| m.done).collect();
        let day = "2025-07-10".parse().ok();
        assert_eq!(done, [day, day, None]);
    }

    #[test]
    fn each_outcome_leaves_its_history() {
        let to = Deadline::parse("at asean-us-summit-13").unwrap();
        let (moved, _) = after(&mark(Some("Endorsed"), Outcome::MovedTo(to.clone()))).unwrap();
        assert_eq!(moved.revisions.last().unwrap().to, Some(to.clone()));
        let (dropped, _) = after(&mark(Some("Endorsed"), Outcome::Dropped)).unwrap();
        let told = dropped.revisions.last().unwrap();
        assert!(
            told.to.is_none()
                && told
                    .reason
                    .as_deref()
                    .unwrap()
                    .starts_with("Dropped at the")
        );
        let [concluded, endorsed, _] = dropped.milestones.as_slice() else {
            panic!("three steps");
        };
        assert_eq!(super::dropped(&dropped, endorsed), Some(told));
        assert_eq!(super::dropped(&dropped, concluded), None);
        assert_eq!(overtaken_by(&dropped, "Adopted"), ["Concluded"]);
        let mut dated = dropped.clone();
        dated.milestones[1].deadline = Some(to.clone());
        assert_eq!(super::dropped(&dated, &dated.milestones[1]), None);
        let (met, _) = after(&mark(None, Outcome::Met)).unwrap();
        assert_eq!(met.state, Lifecycle::Closed);
        let (gone, _) = after(&mark(None, Outcome::Dropped)).unwrap();
        assert_eq!(gone.state, Lifecycle::Withdrawn);
        let forward = Outcome::CarriedForward {
            to,
            successor: "US38-03".parse().unwrap(),
        };
        let (old, new) = after(&mark(None, forward.clone())).unwrap();
        assert_eq!(old.state, Lifecycle::CarriedForward);
        assert_eq!(new.unwrap().reference.as_str(), "US38-03");
        assert!(after(&mark(Some("Endorsed"), forward)).is_err());
    }

    #[test]
    fn what_needs_a_reason_says_so() {
        let silent = |outcome| Mark {
            reason: None,
            ..mark(Some("Endorsed"), outcome)
        };
        assert!(after(&silent(Outcome::Met)).is_ok());
        for outcome in [
            Outcome::Dropped,
            Outcome::MovedTo(Deadline::parse("2026").unwrap()),
        ] {
            assert_eq!(after(&silent(outcome)).unwrap_err()[0].field, "reason");
        }
    }
}
