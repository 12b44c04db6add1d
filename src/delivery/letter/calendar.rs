//! The deadlines of a letter as entries for the reader's own calendar, for those who asked for them.
//!
//! An entry marks the end of a window, all day and taking up no time: a deadline written `July 2025`
//! becomes "July 2025 ends", never a 31st that somebody promised. It keeps its identity for as long
//! as the deadline lives, and counts up with every revision of the deadline and every move of its
//! meeting, so that a program replaces what it has. What was told before and no longer stands is
//! cancelled in the reader's next letter, and so is what has moved put right; courtesy forbids a mail
//! of its own for it. Of a restricted commitment the reference, the date and the link.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use uuid::Uuid;

use super::matter::{in_sentence, live_deadline};
use super::{LetterSettings, one_line, shorten};
use crate::domain::book::Book;
use crate::domain::commitment::{Commitment, Revision};
use crate::domain::deadline::{Deadline, Expression, Span, Window};
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::ledger::Told;
use crate::domain::meeting::MeetingStatus;
use crate::domain::notice::Notice;
use crate::domain::schedule::live_deadlines;
use crate::planner::courtesy::reader_may_read;
use crate::wording;

/// Entries of one letter; beyond them the pages have the rest.
const MOST_ENTRIES: usize = 40;
/// The longest title of an entry, in characters.
const TITLE_LENGTH: usize = 90;
/// For so many days after it was last told, what ended on a day nobody recorded is cancelled with
/// every letter: a cancellation that comes twice is nothing to a calendar.
const REPEATED_DAYS: i64 = 60;

/// A deadline: of a commitment, or of the milestone of that title.
type Key = (CommitmentRef, Option<String>);

/// One deadline in a calendar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The same for as long as the deadline lives, whatever becomes of its date.
    pub id: Uuid,
    /// Counts up with everything that happens to the date.
    pub sequence: u32,
    /// The last day of the window.
    pub day: NaiveDate,
    pub summary: String,
    /// When it is due, in its words; empty for what is restricted.
    pub words: String,
    /// The commitment's page.
    pub url: String,
    pub standing: Standing,
    pub restricted: bool,
}

/// How sure an entry is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Confirmed,
    /// It hangs on a meeting whose date is tentative.
    Tentative,
    /// Withdrawn, closed, or without a date by now.
    Cancelled,
}

/// The entries of a notice: its deadlines as they stand, then what has changed of those that the
/// reader was told of before.
pub fn entries(
    notice: &Notice,
    told: &Told,
    book: &Book,
    settings: &LetterSettings,
    today: NaiveDate,
) -> Vec<Entry> {
    let making = Making {
        reader: &notice.recipient,
        book,
        settings,
        today,
    };
    let mut seen: BTreeSet<Key> = BTreeSet::new();
    let mut entries = Vec::new();
    for item in &notice.items {
        let Some(commitment) = book.commitment(item.commitment.as_str()) else {
            continue;
        };
        let found = live_deadline(item, commitment, &book.directory);
        let Some((milestone, _)) = found else {
            continue;
        };
        let key = (commitment.reference.clone(), milestone);
        if entries.len() < MOST_ENTRIES && !seen.contains(&key) {
            entries.extend(making.standing(commitment, key.1.as_deref()));
            seen.insert(key);
        }
    }
    let mut changed = making.changed(told, &seen);
    changed.truncate(MOST_ENTRIES);
    entries.extend(changed);
    entries
}

struct Making<'a> {
    reader: &'a ReaderId,
    book: &'a Book,
    settings: &'a LetterSettings,
    today: NaiveDate,
}

impl Making<'_> {
    fn directory(&self) -> &Directory {
        &self.book.directory
    }

    /// A deadline as it stands; `None` where it has no date, or is behind us for good.
    fn standing(&self, commitment: &Commitment, milestone: Option<&str>) -> Option<Entry> {
        if !commitment.is_open() {
            return None;
        }
        let live = live_deadlines(commitment, self.directory());
        let deadline = live.iter().find(|d| {
            let title = d
                .milestone
                .map(|at| commitment.milestones[at].title.as_str());
            title == milestone
        })?;
        let window = deadline.window?;
        let meeting = deadline
            .deadline
            .meeting()
            .and_then(|id| self.directory().meetings.get(id));
        let standing = match meeting.map(|m| m.status) {
            Some(MeetingStatus::Tentative) if !commitment.is_restricted() => Standing::Tentative,
            _ => Standing::Confirmed,
        };
        Some(self.entry(commitment, milestone, deadline.deadline, window, standing))
    }

    fn entry(
        &self,
        commitment: &Commitment,
        milestone: Option<&str>,
        deadline: &Deadline,
        window: Window,
        standing: Standing,
    ) -> Entry {
        let reference = &commitment.reference;
        let restricted = commitment.is_restricted();
        let (summary, words) = if restricted {
            (format!("{reference}: a deadline"), String::new())
        } else {
            let directory = self.directory();
            let title = title(commitment, milestone);
            let due = wording::due(deadline, directory);
            (
                format!("{}: {reference} {title}", marks(deadline, directory)),
                format!("Due {due}."),
            )
        };
        Entry {
            id: id(reference, milestone),
            sequence: self.sequence(commitment, milestone, deadline)
                + u32::from(standing == Standing::Cancelled),
            day: window.last,
            summary: one_line(&summary),
            words: one_line(&words),
            url: self.settings.page_of(reference),
            standing,
            restricted,
        }
    }

    /// Counts up: a thousand for each revision of the deadline, one for each move of its meeting,
    /// which a deadline keeps for one revision. The odd numbers between are for cancellations.
    fn sequence(
        &self,
        commitment: &Commitment,
        milestone: Option<&str>,
        deadline: &Deadline,
    ) -> u32 {
        let (revision, _) = commitment.revision_of(milestone);
        let meeting = deadline
            .meeting()
            .and_then(|id| self.directory().meetings.get(id));
        let moves = meeting.map_or(0, |m| m.date_revision.saturating_sub(1));
        2 * (revision.min(1_000_000) * 1000 + moves.min(999))
    }

    /// What has changed since the reader's last letter, of what the reader was told of before.
    fn changed(&self, told: &Told, seen: &BTreeSet<Key>) -> Vec<Entry> {
        let mut known: BTreeSet<Key> = seen.clone();
        let mut changed = Vec::new();
        for (reference, milestone, last) in &told.deadlines {
            let Some(commitment) = self.book.commitment(reference.as_str()) else {
                continue;
            };
            if !reader_may_read(self.reader, commitment, self.directory()) {
                continue;
            }
            for milestone in keys(commitment, milestone.as_deref()) {
                if !known.insert((reference.clone(), milestone.clone())) {
                    continue;
                }
                let milestone = milestone.as_deref();
                let news = match self.ended_or_moved(commitment, milestone) {
                    Some(day) => told.last_letter.is_none_or(|letter| day >= letter),
                    None => (self.today - *last).num_days() <= REPEATED_DAYS,
                };
                match self.standing(commitment, milestone) {
                    // Nothing happened to it.
                    Some(_) if self.ended_or_moved(commitment, milestone).is_none() => {}
                    Some(entry) if news => changed.push(entry),
                    None if news => changed.extend(self.cancelled(commitment, milestone)),
                    _ => {}
                }
            }
        }
        changed
    }

    /// The day on which something last happened to the date of a deadline, as far as it is known.
    fn ended_or_moved(
        &self,
        commitment: &Commitment,
        milestone: Option<&str>,
    ) -> Option<NaiveDate> {
        let own = commitment
            .milestones
            .iter()
            .find(|m| Some(m.title.as_str()) == milestone);
        let deadline = match milestone {
            Some(_) => own.and_then(|m| m.deadline.as_ref()),
            None => commitment.deadline.as_ref(),
        };
        let meeting = deadline
            .and_then(Deadline::meeting)
            .and_then(|id| self.directory().meetings.get(id));
        // A milestone that is overtaken ended with the one that overtook it.
        let place = commitment
            .milestones
            .iter()
            .position(|m| Some(m.title.as_str()) == milestone);
        let done = place.and_then(|at| {
            let later = commitment.milestones[at..].iter();
            later.filter_map(|m| m.done).min()
        });
        [
            commitment.closed,
            done,
            commitment.revision_of(milestone).1,
            meeting.and_then(|m| m.moved_on),
        ]
        .into_iter()
        .flatten()
        .max()
    }

    fn cancelled(&self, commitment: &Commitment, milestone: Option<&str>) -> Option<Entry> {
        let (deadline, window) = self.last_dated(commitment, milestone)?;
        let standing = Standing::Cancelled;
        let mut entry = self.entry(commitment, milestone, &deadline, window, standing);
        entry.words = String::new();
        Some(entry)
    }

    /// The deadline that an ended or undated one last had, and when that was; programs find the
    /// entry by its identity, and want a date all the same.
    fn last_dated(
        &self,
        commitment: &Commitment,
        milestone: Option<&str>,
    ) -> Option<(Deadline, Window)> {
        let now = match milestone {
            None => commitment.deadline.as_ref(),
            Some(title) => {
                let own = commitment.milestones.iter().find(|m| m.title == title);
                own.and_then(|m| m.deadline.as_ref())
            }
        };
        let mine = |r: &&Revision| r.milestone.as_deref() == milestone;
        let before = commitment.revisions.iter().rev().filter(mine);
        let of_meeting = now
            .and_then(Deadline::meeting)
            .and_then(|id| self.directory().meetings.get(id))
            .and_then(|m| m.moves.iter().rev().find_map(|m| m.from.as_ref()));
        let resolved = now
            .into_iter()
            .chain(before.filter_map(|r| r.from.as_ref()))
            .find_map(|d| Some((d.clone(), self.directory().resolve(commitment, d)?.window)));
        resolved.or_else(|| Some((now?.clone(), of_meeting?.span.window())))
    }
}

/// The deadlines that were told with a commitment: its own or the milestone's; a line about the
/// whole may have spoken of any.
fn keys(commitment: &Commitment, milestone: Option<&str>) -> Vec<Option<String>> {
    match milestone {
        Some(title) => vec![Some(title.to_owned())],
        None if commitment.deadline.is_some() => vec![None],
        None => {
            let steps = commitment.milestones.iter();
            let steps = steps.filter(|m| m.deadline.is_some());
            std::iter::once(None)
                .chain(steps.map(|m| Some(m.title.clone())))
                .collect()
        }
    }
}

fn title(commitment: &Commitment, milestone: Option<&str>) -> String {
    let whole = one_line(&commitment.title);
    match milestone {
        Some(step) => {
            let step = shorten(&in_sentence(&one_line(step)), TITLE_LENGTH / 2);
            let room = TITLE_LENGTH.saturating_sub(step.chars().count() + 2);
            format!("{}: {step}", shorten(&whole, room))
        }
        None => shorten(&whole, TITLE_LENGTH),
    }
}

/// What the day of an entry is: `Due`, `July 2025 ends`, `Due at the PMC with the U.S.`.
fn marks(deadline: &Deadline, directory: &Directory) -> String {
    let ends = |span: Span, text: &str| match span {
        Span::Day(_) => "Due".to_owned(),
        _ => format!("{text} ends"),
    };
    match deadline.expression() {
        Expression::In(span) => ends(*span, deadline.text()),
        Expression::By(span) => ends(*span, deadline.text().get(3..).unwrap_or_default()),
        Expression::At(_) | Expression::Before(_) | Expression::Offset(..) => {
            format!("Due {}", wording::due(deadline, directory))
        }
    }
}

/// The identity of a deadline's entry. It is derived, and tells nothing of the title.
fn id(reference: &CommitmentRef, milestone: Option<&str>) -> Uuid {
    let name = format!("{reference}/{}", milestone.unwrap_or_default());
    Uuid::new_v5(&ENTRIES, name.as_bytes())
}

/// The name space of entries; changing it would double every deadline in people's calendars.
const ENTRIES: Uuid = Uuid::from_u128(0x2b7c_91e4_5d0a_4f36_b1c8_7e52_a49d_0c13);

/// The last day that the ledger is asked back to, for what a reader was told of.
pub fn told_since(today: NaiveDate) -> NaiveDate {
    today
        .checked_sub_days(Days::new(400))
        .unwrap_or(NaiveDate::MIN)
}
