//! Briefs: before a meeting, every open commitment of its partnership, for the partnership's desk
//! and the SOM leaders concerned. REMINDING, "Other rules" and "A brief".

use std::collections::BTreeSet;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::courtesy::reader_may_read;
use super::hearing::{Hearing, Saying};
use super::occurrence::{Due, Moment, Occurrence, Skipped};
use super::recorded::Recorded;
use crate::domain::calendar::Calendar;
use crate::domain::commitment::{Commitment, Kind};
use crate::domain::deadline::Window;
use crate::domain::directory::Directory;
use crate::domain::ids::{PersonId, ReaderId};
use crate::domain::meeting::{Meeting, MeetingStatus};
use crate::domain::notice::{Because, Item, Line, SkipReason, Subject};
use crate::domain::rule::Rule;

/// A meeting that moves by no more than this many working days keeps its brief.
const MOVED_LITTLE: u32 = 5;

/// What a meeting has to say by now. `open` are the open commitments of its partnership.
pub fn due_brief(
    meeting: &Meeting,
    open: &[&Commitment],
    directory: &Directory,
    recorded: &Recorded,
    moment: Moment,
) -> Due {
    let mut due = Due::default();
    let Some(plan) = Plan::of(meeting, directory) else {
        return due;
    };
    for hearing in plan.hearings(open, directory) {
        let occurrence = plan.occurrence(hearing, open, directory);
        if occurrence.items.is_empty()
            || recorded.has(&occurrence)
            || plan.was_briefed(&occurrence, recorded)
        {
            continue;
        }
        let hours = directory.hours(&occurrence.recipient);
        if occurrence.slot > moment.now {
            due.speak_at(occurrence.slot);
        } else if moment.is_before_live(occurrence.slot, hours) {
            due.skipped.push(Skipped {
                occurrence,
                reason: SkipReason::BeforeItWentLive,
            });
        } else {
            let leaves = moment.leaves(hours, Rule::Brief);
            if leaves.with_timezone(&hours.zone).date_naive() >= plan.window.first {
                due.skipped.push(Skipped {
                    occurrence,
                    reason: SkipReason::Passed,
                });
            } else if leaves > moment.now {
                due.speak_at(leaves);
            } else {
                let late = moment.is_late(occurrence.slot);
                let mut occurrence = occurrence;
                occurrence
                    .items
                    .iter_mut()
                    .for_each(|item| item.late = late);
                due.said.push(occurrence);
            }
        }
    }
    due
}

/// The earliest instant at which a meeting may have something to say: before anybody's slot on the
/// day of its brief, wherever they are.
pub fn first_look(meeting: &Meeting, directory: &Directory) -> Option<DateTime<Utc>> {
    let day = Plan::of(meeting, directory)?.date;
    Some(day.and_time(chrono::NaiveTime::MIN).and_utc() - TimeDelta::hours(14))
}

/// The day on which the brief of a meeting leaves, in the calendar of its partnership's desk;
/// `None` for a meeting that gets no brief.
pub fn brief_day(meeting: &Meeting, directory: &Directory) -> Option<NaiveDate> {
    Plan::of(meeting, directory).map(|plan| plan.date)
}

/// Whether a commitment hangs on a meeting, by its deadline or that of a live milestone.
pub fn is_tied(commitment: &Commitment, meeting: &Meeting) -> bool {
    let own = commitment.deadline.iter();
    let steps = commitment
        .live_milestones()
        .filter_map(|(_, m)| m.deadline.as_ref());
    own.chain(steps).any(|d| d.meeting() == Some(&meeting.id))
}

/// When and in whose calendar a meeting is prepared.
struct Plan<'a> {
    meeting: &'a Meeting,
    window: Window,
    calendar: &'a Calendar,
    date: NaiveDate,
}

impl<'a> Plan<'a> {
    /// `None` for a meeting that gets no brief: not dated to days, not to come, of no partnership.
    fn of(meeting: &'a Meeting, directory: &'a Directory) -> Option<Self> {
        if !matches!(
            meeting.status,
            MeetingStatus::Tentative | MeetingStatus::Confirmed
        ) {
            return None;
        }
        let window = meeting.dated().filter(|d| !d.coarse)?.window;
        let partnership = directory.partnerships.get(meeting.partnership.as_ref()?)?;
        let desk = partnership.desk_on(window.first);
        // Without a desk of its own, the partnership's first desk by id lends its calendar.
        let calendar = directory.desk_calendar(desk.or_else(|| directory.desks.keys().next())?);
        let days = directory
            .partnership_policy(Some(&partnership.id))
            .brief_working_days;
        Some(Self {
            meeting,
            window,
            calendar,
            date: calendar.working_days_before(window.first, days),
        })
    }

    /// The partnership's desk, and every SOM leader of a desk that leads an open commitment, each
    /// once; whoever hears for themselves does not hear for another.
    fn hearings(&self, open: &[&Commitment], directory: &Directory) -> Vec<Hearing> {
        let saying = Saying {
            directory,
            commitment: None,
            lead: None,
            date: self.date,
            digest_weekday: None,
            can_wait: Rule::Brief.can_wait(),
        };
        let partnership = self
            .meeting
            .partnership
            .as_ref()
            .and_then(|id| directory.partnerships.get(id));
        let desk = partnership
            .and_then(|p| p.desk_on(self.window.first))
            .map(|desk| saying.to_desk(desk));
        let known = open.iter().filter(|c| c.opened <= self.date);
        let leaders: BTreeSet<&PersonId> = known
            .filter_map(|c| directory.desks.get(&c.lead)?.som_leader.as_ref())
            .collect();
        let leaders = leaders
            .into_iter()
            .filter_map(|leader| saying.to_person(leader));
        let mut found: Vec<Hearing> = desk
            .into_iter()
            .chain(leaders)
            .filter(|h| !h.vacant)
            .collect();
        found.sort_by(|a, b| (&a.reader, &a.in_place_of).cmp(&(&b.reader, &b.in_place_of)));
        found.dedup_by(|b, a| a.reader == b.reader);
        found
    }

    fn occurrence(
        &self,
        hearing: Hearing,
        open: &[&Commitment],
        directory: &Directory,
    ) -> Occurrence {
        let Hearing {
            reader: recipient,
            in_place_of,
            slot,
            ..
        } = hearing;
        let because = Because {
            deadline: None,
            window: Some(self.window),
            revision: self.meeting.date_revision,
            calendar: self.calendar.id.clone(),
            counted_from: self.window.first,
            exact: self.date,
            date: self.date,
            in_place_of,
        };
        // A deputy reads what both may read.
        let principal = because.in_place_of.as_ref();
        let principal = principal.filter(|p| directory.people.contains_key(p.as_str()));
        let may_read = |c: &Commitment| {
            let reads = |who: &ReaderId| reader_may_read(who, c, directory);
            reads(&recipient) && principal.is_none_or(reads)
        };
        let mut listed: Vec<(Line, &Commitment)> = open
            .iter()
            .filter(|c| c.opened <= self.date && may_read(c))
            .map(|c| (self.line(c), *c))
            .collect();
        listed.sort_by(|a, b| (a.0, &a.1.reference).cmp(&(b.0, &b.1.reference)));
        let items = listed
            .into_iter()
            .map(|(line, c)| self.item(line, c, &because))
            .collect();
        Occurrence {
            subject: Subject::Meeting(self.meeting.id.clone()),
            rule: Rule::Brief,
            basis: format!("@{}", self.meeting.date_revision),
            slot,
            recipient,
            date: self.date,
            items,
            because,
        }
    }

    fn line(&self, commitment: &Commitment) -> Line {
        match commitment.kind {
            _ if is_tied(commitment, self.meeting) => Line::Tied,
            Kind::Request => Line::ToRaise,
            Kind::Deliverable | Kind::Standing => Line::Standing,
        }
    }

    fn item(&self, line: Line, commitment: &Commitment, because: &Because) -> Item {
        Item {
            commitment: commitment.reference.clone(),
            milestone: None,
            meeting: Some(self.meeting.id.clone()),
            rule: Rule::Brief,
            late: false,
            line: Some(line),
            because: because.clone(),
        }
    }

    /// Whether this reader was briefed for a date from which the meeting has moved only a little.
    fn was_briefed(&self, occurrence: &Occurrence, recorded: &Recorded) -> bool {
        let readers = [
            Some(&occurrence.recipient),
            occurrence.because.in_place_of.as_ref(),
        ];
        let mut before = readers
            .into_iter()
            .flatten()
            .flat_map(|r| recorded.windows_said(&occurrence.subject, Rule::Brief, r));
        before.any(|w| {
            let (from, to) = (
                w.first.min(self.window.first),
                w.first.max(self.window.first),
            );
            self.calendar.working_days_between(from, to) <= MOVED_LITTLE
        })
    }
}
