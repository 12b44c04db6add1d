//! Moving a meeting or a deadline, as a pure change of the record: what is asked is checked, and the
//! history that stays visible is written beside the new date. Saving it, and taking back what was
//! announced, is an act; a page shows with the same functions what such a change would do.

use chrono::{DateTime, NaiveDate, Utc};

use super::commitment::{Commitment, Revision};
use super::deadline::{Deadline, MeetingDate};
use super::directory::Directory;
use super::ids::ReaderId;
use super::meeting::{Meeting, MeetingStatus, Move};
use super::nearest::nearest;

/// Why a change cannot be made, in one sentence for the person who asked for it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Refused(pub String);

fn refused<T>(why: impl Into<String>) -> Result<T, Refused> {
    Err(Refused(why.into()))
}

/// When a change is entered: the civil date it counts from, and the instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entered {
    pub on: NaiveDate,
    pub at: DateTime<Utc>,
}

/// What a meeting is to become.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct NewDate {
    pub date: Option<MeetingDate>,
    pub status: Option<MeetingStatus>,
    pub reason: Option<String>,
}

/// The meeting with its new date or standing.
///
/// # Errors
/// What contradicts itself (a confirmed meeting without a date, a cancelled one with one), and what
/// would change nothing.
pub fn moved(meeting: &Meeting, wanted: &NewDate, entered: Entered) -> Result<Meeting, Refused> {
    let (date, status) = standing_of(meeting, wanted, entered.on)?;
    if date == meeting.date && status == meeting.status {
        return refused(format!(
            "{} is {} already; nothing would change",
            meeting.id,
            said(meeting)
        ));
    }
    let reason = one_line(wanted.reason.as_deref())?;
    let mut after = meeting.clone();
    after.date = date;
    after.status = status;
    after.moves.push(Move {
        date: entered.on,
        entered: Some(entered.at),
        from: meeting.date.clone(),
        from_status: meeting.status,
        to: after.date.clone(),
        to_status: after.status,
        reason,
    });
    if after.dated() != meeting.dated() {
        after.date_revision += 1;
        after.moved_on = Some(entered.on);
    }
    Ok(after)
}

/// The date and the status it is to have. Without a status a meeting keeps how sure it is; one that
/// had no date, or was postponed, becomes tentative with its new date.
fn standing_of(
    meeting: &Meeting,
    wanted: &NewDate,
    today: NaiveDate,
) -> Result<(Option<MeetingDate>, MeetingStatus), Refused> {
    use MeetingStatus::{AwaitingDate, Cancelled, Confirmed, Held, Postponed, Tentative};
    let id = &meeting.id;
    let date = || wanted.date.clone().or_else(|| meeting.date.clone());
    match (wanted.status, &wanted.date) {
        (None, None) => refused(format!("say a new date for {id}, or a status, or both")),
        (None, Some(new)) => match meeting.status {
            Held | Cancelled => refused(format!(
                "{id} is {}; to bring it back say its status too: tentative or confirmed",
                meeting.status
            )),
            Confirmed => Ok((Some(new.clone()), Confirmed)),
            AwaitingDate | Tentative | Postponed => Ok((Some(new.clone()), Tentative)),
        },
        (Some(Cancelled), Some(_)) => refused(format!(
            "a cancelled meeting has no date; leave the date out to cancel {id}"
        )),
        // The words it was announced in stay on record; no deadline hangs on them any more.
        (Some(Cancelled), None) => Ok((meeting.date.clone(), Cancelled)),
        (Some(Postponed), new) => Ok((new.clone(), Postponed)),
        (Some(AwaitingDate), _) => refused(format!(
            "a meeting that loses its date is postponed; say the status postponed for {id}"
        )),
        (Some(Held), _) => match date() {
            None => refused(format!("say on which date {id} was held")),
            Some(held) if held.span.window().first > today => refused(format!(
                "{id} cannot have been held: {} is still to come",
                held.text()
            )),
            held => Ok((held, Held)),
        },
        (Some(status @ (Tentative | Confirmed)), _) => match date() {
            None => refused(format!("{id} has no date that could be {status}; say one")),
            date => Ok((date, status)),
        },
    }
}

fn said(meeting: &Meeting) -> String {
    match &meeting.date {
        Some(date) => format!("{}, {}", date.text(), meeting.status),
        None => meeting.status.to_string(),
    }
}

/// What a deadline is to become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDeadline {
    /// The title of the milestone; `None` for the commitment's own deadline.
    pub milestone: Option<String>,
    pub deadline: Deadline,
    pub reason: Option<String>,
    pub by: Option<ReaderId>,
    pub approved: Option<ReaderId>,
}

/// The commitment with its new deadline, and the old one kept as a revision.
///
/// # Errors
/// A commitment that is over, a milestone that is not there or behind us, a meeting or a person that
/// nobody knows, and what would change nothing.
pub fn redated(
    commitment: &Commitment,
    directory: &Directory,
    wanted: &NewDeadline,
    entered: Entered,
) -> Result<Commitment, Refused> {
    let reference = &commitment.reference;
    if !commitment.is_open() {
        return refused(format!(
            "{reference} is {}; only an open commitment gets a new deadline",
            commitment.state
        ));
    }
    if let Some(meeting) = wanted.deadline.meeting()
        && !directory.meetings.contains_key(meeting)
    {
        let known = directory.meetings.keys().map(|id| id.as_str());
        return refused(format!(
            "there is no meeting `{meeting}`{}",
            hint(meeting.as_str(), known)
        ));
    }
    for reader in wanted.by.iter().chain(&wanted.approved) {
        if directory.reader(reader).is_none() {
            let desks = directory.desks.keys().map(|id| id.as_str());
            let known = desks.chain(directory.people.keys().map(|id| id.as_str()));
            return refused(format!(
                "there is no desk or person `{reader}`{}",
                hint(reader.as_str(), known)
            ));
        }
    }
    let mut after = commitment.clone();
    let place = match &wanted.milestone {
        None => &mut after.deadline,
        Some(title) => {
            let at = place_of(commitment, title)?;
            &mut after.milestones[at].deadline
        }
    };
    let from = place.replace(wanted.deadline.clone());
    if from.as_ref() == Some(&wanted.deadline) {
        return refused(format!(
            "the deadline is `{}` already; nothing would change",
            wanted.deadline
        ));
    }
    after.revisions.push(Revision {
        date: entered.on,
        milestone: wanted.milestone.clone(),
        from,
        to: Some(wanted.deadline.clone()),
        reason: one_line(wanted.reason.as_deref())?,
        by: wanted.by.clone(),
        approved: wanted.approved.clone(),
        entered: Some(entered.at),
    });
    after.revisions.sort_by_key(|r| r.date);
    Ok(after)
}

/// The place of a milestone that is still to be reached.
fn place_of(commitment: &Commitment, title: &str) -> Result<usize, Refused> {
    let reference = &commitment.reference;
    let titles = || commitment.milestones.iter().map(|m| m.title.as_str());
    let Some(at) = titles().position(|known| known == title) else {
        return refused(format!(
            "{reference} has no milestone `{title}`{}",
            hint(title, titles())
        ));
    };
    if commitment.milestone_is_past(at) {
        return refused(format!(
            "the milestone `{title}` of {reference} is behind us; its deadline stays as it was"
        ));
    }
    Ok(at)
}

fn hint<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    nearest(name, known)
        .map(|near| format!("; did you mean `{near}`?"))
        .unwrap_or_default()
}

/// A reason as it may stand in a mail: one line, and not empty.
fn one_line(reason: Option<&str>) -> Result<Option<String>, Refused> {
    let Some(reason) = reason else {
        return Ok(None);
    };
    let reason = reason.trim();
    if reason.is_empty() {
        return refused("the reason is empty; say in a few words why");
    }
    if reason.chars().any(char::is_control) {
        return refused("the reason must be one plain line");
    }
    Ok(Some(reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ids::CommitmentRef;

    fn entered() -> Entered {
        Entered {
            on: "2025-06-02".parse().unwrap(),
            at: "2025-06-02T03:00:00Z".parse().unwrap(),
        }
    }

    fn date(text: &str) -> Option<MeetingDate> {
        Some(MeetingDate::parse(text).unwrap())
    }

    fn meeting(date: Option<MeetingDate>, status: MeetingStatus) -> Meeting {
        Meeting {
            id: "pmc".parse().unwrap(),
            partnership: None,
            series: "PMC".into(),
            number: None,
            forum: None,
            date,
            status,
            place: None,
            host: None,
            co_chairs: Vec::new(),
            attending: Vec::new(),
            date_revision: 1,
            moved_on: None,
            moves: Vec::new(),
        }
    }

    fn wanted(date: Option<MeetingDate>, status: Option<MeetingStatus>) -> NewDate {
        NewDate {
            date,
            status,
            reason: Some("the host asked".into()),
        }
    }

    #[test]
    fn a_move_counts_and_keeps_where_it_came_from() {
        let pmc = meeting(date("10 July 2025"), MeetingStatus::Confirmed);
        let after = moved(&pmc, &wanted(date("31 July 2025"), None), entered()).unwrap();
        assert_eq!(after.status, MeetingStatus::Confirmed);
        assert_eq!(
            (after.date_revision, after.moved_on),
            (2, Some(entered().on))
        );
        let told = &after.moves[0];
        assert_eq!(told.from, date("10 July 2025"));
        assert_eq!(told.reason.as_deref(), Some("the host asked"));
        // Confirming it moves nothing, and is told all the same.
        let tentative = meeting(date("10 July 2025"), MeetingStatus::Tentative);
        let sure = wanted(None, Some(MeetingStatus::Confirmed));
        let confirmed = moved(&tentative, &sure, entered()).unwrap();
        assert_eq!((confirmed.date_revision, confirmed.moved_on), (1, None));
        assert_eq!(confirmed.moves.len(), 1);
    }

    #[test]
    fn postponed_and_cancelled_meetings_lose_their_window() {
        let pmc = meeting(date("10 July 2025"), MeetingStatus::Confirmed);
        for status in [MeetingStatus::Postponed, MeetingStatus::Cancelled] {
            let after = moved(&pmc, &wanted(None, Some(status)), entered()).unwrap();
            assert_eq!(after.dated(), None, "{status}");
            assert_eq!(after.date_revision, 2, "{status}");
        }
        let later = wanted(date("September 2025"), Some(MeetingStatus::Postponed));
        let after = moved(&pmc, &later, entered()).unwrap();
        assert!(after.dated().is_some());
        // With a date of its own it is to be prepared again.
        let again = moved(&after, &wanted(date("9 September 2025"), None), entered()).unwrap();
        assert_eq!(again.status, MeetingStatus::Tentative);
    }

    #[test]
    fn what_contradicts_itself_is_refused_in_one_sentence() {
        use MeetingStatus::{AwaitingDate, Cancelled, Confirmed, Held, Postponed, Tentative};
        let dated = |status| meeting(date("10 July 2025"), status);
        let undated = || meeting(None, AwaitingDate);
        let cases = [
            (undated(), wanted(None, None), "a new date"),
            (undated(), wanted(None, Some(Confirmed)), "no date"),
            (dated(Held), wanted(date("2026"), None), "bring it back"),
            (
                dated(Confirmed),
                wanted(date("2026"), Some(Cancelled)),
                "leave the date out",
            ),
            (dated(Confirmed), wanted(None, Some(Held)), "still to come"),
            (
                dated(Confirmed),
                wanted(None, Some(AwaitingDate)),
                "postponed",
            ),
            (
                dated(Tentative),
                wanted(date("10 July 2025"), None),
                "already",
            ),
            (
                dated(Postponed),
                wanted(date("10 July 2025"), Some(Postponed)),
                "already",
            ),
        ];
        for (meeting, wanted, words) in cases {
            let why = moved(&meeting, &wanted, entered()).unwrap_err().to_string();
            assert!(why.contains(words) && !why.contains('\n'), "{words}: {why}");
        }
        for reason in ["  ", "two\nlines"] {
            let wanted = NewDate {
                reason: Some(reason.into()),
                ..wanted(date("2026"), None)
            };
            assert!(moved(&undated(), &wanted, entered()).is_err(), "{reason:?}");
        }
    }

    fn new_deadline(deadline: &str, milestone: Option<&str>) -> NewDeadline {
        NewDeadline {
            milestone: milestone.map(str::to_owned),
            deadline: Deadline::parse(deadline).unwrap(),
            reason: Some("the partner needs longer".into()),
            by: None,
            approved: None,
        }
    }

    #[test]
    fn a_new_deadline_keeps_the_old_one_as_a_revision() {
        let book = crate::record::first_record();
        let reference: CommitmentRef = "US37-03".parse().unwrap();
        let commitment = book.commitment(reference.as_str()).unwrap();
        let title = commitment.milestones.last().unwrap().title.clone();
        let wanted = new_deadline("November 2025", Some(&title));
        let after = redated(commitment, &book.directory, &wanted, entered()).unwrap();
        let told = after.revisions.last().unwrap();
        assert_eq!(told.from, commitment.milestones.last().unwrap().deadline);
        assert_eq!(told.milestone.as_deref(), Some(title.as_str()));
        assert_eq!(told.entered, Some(entered().at));
        assert_eq!(after.milestones.last().unwrap().deadline, told.to);
        for (deadline, milestone, words) in [
            ("at pmc-us-2026", None, "there is no meeting"),
            ("2026", Some("Adoptedd"), "no milestone `Adoptedd`"),
        ] {
            let wanted = new_deadline(deadline, milestone);
            let why = redated(commitment, &book.directory, &wanted, entered());
            assert!(why.unwrap_err().to_string().contains(words), "{words}");
        }
        let again = redated(&after, &book.directory, &wanted, entered());
        assert!(again.unwrap_err().to_string().contains("already"));
    }
}
