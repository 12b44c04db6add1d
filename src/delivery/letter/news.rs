//! What is new about an item since its reader's last digest: that its date moved, and from what to
//! what; that it passed from another desk. Said wherever the item stands, so that the first notice
//! after a change tells it.

use super::matter::{Matter, Office, Writing};
use super::{one_line, shorten};
use crate::domain::commitment::{Commitment, DeskRole, Handover, Revision};
use crate::domain::deadline::{Deadline, MeetingDate, Span};
use crate::domain::meeting::{Meeting, MeetingStatus, Move};
use crate::domain::rule::Rule;
use crate::planner::news::News;
use crate::wording;

/// The longest reason, in characters.
const REASON: usize = 60;

impl Writing<'_> {
    /// A digest counts from its own day, whenever it leaves.
    fn news(&self, matter: &Matter<'_>) -> News {
        let day = match matter.item.rule {
            Rule::Digest => matter.item.because.date,
            _ => self.today,
        };
        News::of_notice(&self.notice.recipient, self.directory(), day)
    }
}

/// Everything new about an item, each in a few words.
pub(super) fn of(matter: &Matter<'_>, writing: &Writing<'_>) -> Vec<String> {
    [handed_over(matter, writing), moved(matter, writing)]
        .into_iter()
        .flatten()
        .collect()
}

/// `passed to you from the Americas desk`
pub(super) fn handed_over(matter: &Matter<'_>, writing: &Writing<'_>) -> Option<String> {
    let commitment = matter.commitment?;
    let news = writing.news(matter);
    let mut new = commitment
        .handovers
        .iter()
        .filter(|h| news.holds(h.date, h.entered));
    let last: &Handover = new.rfind(|h| match h.role {
        DeskRole::Lead => h.to == commitment.lead,
        DeskRole::Cooperating => commitment.cooperating.contains(&h.to),
    })?;
    let desk = |id| one_line(&wording::with_article(writing.directory().desk_name(id)));
    let from = desk(&last.from);
    Some(match (last.role, matter.office) {
        (DeskRole::Lead, Office::LeadDesk) => format!("passed to you from {from}"),
        (DeskRole::Lead, _) => format!("passed to {} from {from}", desk(&last.to)),
        (DeskRole::Cooperating, Office::CooperatingDesk) => {
            format!("you cooperate in the place of {from}")
        }
        (DeskRole::Cooperating, _) => return None,
    })
}

/// That the date of the item's deadline moved: with its meeting, or by a revision of its own.
pub(super) fn moved(matter: &Matter<'_>, writing: &Writing<'_>) -> Option<String> {
    let commitment = matter.commitment?;
    revised(matter, commitment, writing).or_else(|| moved_with_meeting(matter, commitment, writing))
}

/// `re-dated from July 2025 to August 2025 (the partner needs longer)`
fn revised(matter: &Matter<'_>, commitment: &Commitment, writing: &Writing<'_>) -> Option<String> {
    let news = writing.news(matter);
    let of_item = |r: &&Revision| {
        let of_step = matter.step.is_some() && r.to.is_some() && r.to == matter.deadline;
        r.milestone == matter.item.milestone || of_step
    };
    let mut new = commitment
        .revisions
        .iter()
        .filter(of_item)
        .filter(|r| news.holds(r.date, r.entered));
    let last = new.next_back()?;
    let words = |deadline: &Option<Deadline>| match deadline {
        Some(d) => one_line(&wording::deadline(d, writing.directory())),
        None => "no deadline".to_owned(),
    };
    Some(format!(
        "re-dated from {} to {}{}",
        words(&last.from),
        words(&last.to),
        reason(last.reason.as_deref())
    ))
}

/// `moved with the PMC with the U.S., from 10 July to 31 July (the host asked)`
pub(super) fn moved_with_meeting(
    matter: &Matter<'_>,
    commitment: &Commitment,
    writing: &Writing<'_>,
) -> Option<String> {
    let directory = writing.directory();
    let deadline = matter.deadline.as_ref()?;
    let news = writing.news(matter);
    if !news.moved_with(deadline, commitment, directory) {
        return None;
    }
    let meeting: &Meeting = directory.meetings.get(deadline.meeting()?)?;
    let name = one_line(&wording::the_meeting(&meeting.id, directory));
    let moves: Vec<&Move> = news.moves(meeting).collect();
    let (Some(first), Some(last)) = (moves.first(), moves.last()) else {
        return Some(format!("moved with {name}"));
    };
    let why = reason(last.reason.as_deref());
    Some(match (meeting.status, &meeting.date) {
        (MeetingStatus::Cancelled, _) => format!("without a date: {name} was cancelled{why}"),
        (_, None) => format!("without a date: {name} was postponed{why}"),
        (_, Some(to)) => {
            let from = first.from.as_ref();
            let from = from.filter(|_| first.from_status != MeetingStatus::Cancelled);
            match from {
                Some(from) => {
                    let (from, to) = both(from, to);
                    format!("moved with {name}, from {from} to {to}{why}")
                }
                None => format!("dated with {name}, {}{why}", in_full(to)),
            }
        }
    })
}

/// Two dates beside each other: the year stands once, where it is the same.
fn both(from: &MeetingDate, to: &MeetingDate) -> (String, String) {
    use chrono::Datelike;
    match (from.span, to.span) {
        (Span::Day(a), Span::Day(b)) if a.year() == b.year() => {
            (wording::short_day(a), wording::short_day(b))
        }
        _ => (in_full(from), in_full(to)),
    }
}

fn in_full(date: &MeetingDate) -> String {
    match date.span {
        Span::Day(day) => wording::day(day),
        _ => one_line(date.text()),
    }
}

fn reason(reason: Option<&str>) -> String {
    reason
        .map(one_line)
        .filter(|words| !words.is_empty() && words != crate::record::CHANGED_BY_IMPORT)
        .map(|words| format!(" ({})", shorten(&words, REASON)))
        .unwrap_or_default()
}
