//! Rehearsal: what would be sent to whom between two dates, if nobody acted. It asks the same
//! functions as the daemon, at every instant at which somebody has something to say; where a desk or
//! a coordinator's term ends on the way, its commitments pass on as they will.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::brief::{due_brief, first_look};
use super::commitment::due;
use super::compose::compose;
use super::coverage::{Coverage, digest_readers};
use super::digest::{due_digest, next_digest};
use super::handover::{Endings, Passing, endings_between, handed_over};
use super::occurrence::{Due, Moment, Occurrence, Skipped};
use super::recorded::Recorded;
use crate::domain::book::Book;
use crate::domain::calendar::plus;
use crate::domain::commitment::Commitment;
use crate::domain::ids::{CommitmentRef, MeetingId, ReaderId};
use crate::domain::notice::Notice;
use crate::domain::rule::Rule;

/// What a rehearsal found: notices in the order of their instants, then recipients.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsal {
    pub from: NaiveDate,
    pub until: NaiveDate,
    pub notices: Vec<Rehearsed>,
    pub skipped: Vec<Skipped>,
}

/// One notice that would leave.
#[derive(Debug, Clone, PartialEq)]
pub struct Rehearsed {
    pub at: DateTime<Utc>,
    /// The address it would go to.
    pub to: String,
    pub notice: Notice,
}

/// Whose turn it is. The order matters: a digest does not repeat what the same morning reminds of.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Turn {
    Commitment(CommitmentRef),
    Meeting(MeetingId),
    Reader(ReaderId),
}

/// Lists every notice that would leave from the start of `from` to the end of `until` (UTC days),
/// and what is skipped and why, as if everything before had gone out. See REMINDING, Rehearsal.
pub fn rehearse(
    book: &Book,
    from: NaiveDate,
    until: NaiveDate,
    live_on: Option<NaiveDate>,
) -> Rehearsal {
    let start = from.and_time(NaiveTime::MIN).and_utc();
    let end = plus(until, 1).and_time(NaiveTime::MIN).and_utc();
    let mut rehearsal = Rehearsal {
        from,
        until,
        notices: Vec::new(),
        skipped: Vec::new(),
    };
    let mut book = Cow::Borrowed(book);
    let mut recorded = Recorded::settled_before(start);
    let mut at = start;
    for next in endings_between(&book.directory, start, end) {
        recorded = stretch(&mut book, (at, next), live_on, recorded, &mut rehearsal);
        at = next;
    }
    stretch(&mut book, (at, end), live_on, recorded, &mut rehearsal);
    rehearsal
        .notices
        .sort_by(|a, b| (a.at, &a.notice.recipient).cmp(&(b.at, &b.notice.recipient)));
    rehearsal
}

/// One stretch of a rehearsal, from an instant to the next at which a desk or a term has ended.
/// What has ended by its beginning has passed on, as the daemon would have it.
fn stretch(
    book: &mut Cow<'_, Book>,
    (start, end): (DateTime<Utc>, DateTime<Utc>),
    live_on: Option<NaiveDate>,
    recorded: Recorded,
    rehearsal: &mut Rehearsal,
) -> Recorded {
    let passed = pass_on(book, start);
    let mut stage = Stage::new(book, start, live_on, recorded);
    for reference in passed {
        stage.put_on_agenda(Some(start), Turn::Commitment(reference));
    }
    while let Some((now, turns)) = stage.agenda.pop_first() {
        if now >= end {
            break;
        }
        for (recipient, said) in stage.play(now, turns, &mut rehearsal.skipped) {
            let directory = &stage.book.directory;
            let hours = directory.hours(&recipient);
            let date = now.with_timezone(&hours.zone).date_naive();
            let reader = directory.reader(&recipient);
            let to = reader
                .and_then(|r| r.email)
                .map(|e| e.to_string())
                .unwrap_or_default();
            rehearsal.notices.push(Rehearsed {
                at: now,
                to,
                notice: compose(&recipient, date, &said),
            });
        }
    }
    stage.recorded
}

/// Passes on what has ended by an instant; returns which commitments did.
fn pass_on(book: &mut Cow<'_, Book>, now: DateTime<Utc>) -> Vec<CommitmentRef> {
    let endings = Endings::by(now, &book.directory);
    if endings.is_empty() {
        return Vec::new();
    }
    let why = |_: &Passing| String::new();
    let passed: Vec<_> = book
        .open()
        .filter_map(|c| handed_over(c, &endings, &book.directory, now, why))
        .map(|c| (c.reference.clone(), Arc::new(c)))
        .collect();
    let references = passed.iter().map(|(r, _)| r.clone()).collect();
    if !passed.is_empty() {
        book.to_mut().commitments.extend(passed);
    }
    references
}

struct Stage<'a> {
    book: &'a Book,
    /// The commitments that may concern each digest reader, on whatever day.
    concerns: BTreeMap<ReaderId, Vec<&'a Commitment>>,
    recorded: Recorded,
    live_on: Option<NaiveDate>,
    agenda: BTreeMap<DateTime<Utc>, BTreeSet<Turn>>,
}

impl<'a> Stage<'a> {
    fn new(
        book: &'a Book,
        start: DateTime<Utc>,
        live_on: Option<NaiveDate>,
        recorded: Recorded,
    ) -> Self {
        let readers = digest_readers(&book.directory);
        let concerns = readers.into_iter().map(|reader| {
            let coverage = Coverage::ever(&reader, &book.directory);
            let of_reader = book.open().filter(|c| coverage.includes(c)).collect();
            (reader, of_reader)
        });
        let mut stage = Self {
            book,
            concerns: concerns.collect(),
            recorded,
            live_on,
            agenda: BTreeMap::new(),
        };
        let before = start - TimeDelta::seconds(1);
        let moment = Moment {
            now: before,
            live_on,
        };
        for commitment in book.open() {
            let next = due(commitment, &book.directory, &stage.recorded, moment).next;
            stage.put_on_agenda(next, Turn::Commitment(commitment.reference.clone()));
        }
        for meeting in book.directory.meetings.values() {
            let look = first_look(meeting, &book.directory).map(|at| at.max(before));
            stage.put_on_agenda(look, Turn::Meeting(meeting.id.clone()));
        }
        for reader in stage.concerns.keys().cloned().collect::<Vec<_>>() {
            let next = next_digest(&reader, &book.directory, before);
            stage.put_on_agenda(Some(next), Turn::Reader(reader));
        }
        stage
    }

    fn put_on_agenda(&mut self, at: Option<DateTime<Utc>>, turn: Turn) {
        if let Some(at) = at {
            self.agenda.entry(at).or_default().insert(turn);
        }
    }

    /// Lets everybody whose turn it is speak; returns what leaves at this instant, by reader.
    fn play(
        &mut self,
        now: DateTime<Utc>,
        turns: BTreeSet<Turn>,
        skipped: &mut Vec<Skipped>,
    ) -> BTreeMap<ReaderId, Vec<Occurrence>> {
        let mut leaving: BTreeMap<ReaderId, Vec<Occurrence>> = BTreeMap::new();
        for turn in turns {
            let due = self.ask(&turn, now, &leaving);
            self.put_on_agenda(due.next, turn);
            for skip in due.skipped {
                self.recorded.add(&skip.occurrence, false);
                skipped.push(skip);
            }
            for occurrence in due.said {
                self.recorded.add(&occurrence, true);
                leaving
                    .entry(occurrence.recipient.clone())
                    .or_default()
                    .push(occurrence);
            }
        }
        leaving
    }

    fn ask(
        &self,
        turn: &Turn,
        now: DateTime<Utc>,
        leaving: &BTreeMap<ReaderId, Vec<Occurrence>>,
    ) -> Due {
        let directory = &self.book.directory;
        let moment = Moment {
            now,
            live_on: self.live_on,
        };
        match turn {
            Turn::Commitment(reference) => match self.book.commitment(reference.as_str()) {
                Some(commitment) => due(commitment, directory, &self.recorded, moment),
                None => Due::default(),
            },
            Turn::Meeting(id) => {
                let meeting = &directory.meetings[id];
                let open: Vec<_> = self
                    .book
                    .open()
                    .filter(|c| c.partnership.is_some() && c.partnership == meeting.partnership)
                    .collect();
                due_brief(meeting, &open, directory, &self.recorded, moment)
            }
            Turn::Reader(reader) => {
                let reminded = reminded(leaving.get(reader).map_or(&[], Vec::as_slice));
                due_digest(
                    reader,
                    &self.concerns[reader],
                    directory,
                    &self.recorded,
                    moment,
                    &reminded,
                )
            }
        }
    }
}

/// What a notice already reminds of, apart from the lines of a brief.
pub fn reminded(said: &[Occurrence]) -> HashSet<(CommitmentRef, Option<String>)> {
    let reminders = said.iter().filter(|o| o.rule != Rule::Brief);
    reminders
        .flat_map(|o| {
            o.items
                .iter()
                .map(|i| (i.commitment.clone(), i.milestone.clone()))
        })
        .collect()
}
