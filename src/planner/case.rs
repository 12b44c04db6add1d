//! One commitment under the planner's eye: the commitment with its policy, its lead desk's calendar
//! and its deadlines resolved, and the list of candidates its rules put forward.

use chrono::{DateTime, NaiveDate, Utc};

use super::occurrence::Occurrence;
use super::recipients::Role;
use crate::domain::calendar::{Calendar, slot_instant};
use crate::domain::commitment::Commitment;
use crate::domain::deadline::{Dated, Deadline};
use crate::domain::directory::{Directory, Hours};
use crate::domain::ids::ReaderId;
use crate::domain::notice::{Because, Item, Subject};
use crate::domain::policy::Policy;
use crate::domain::rule::Rule;

/// A commitment and what its rules need to know.
pub(super) struct Case<'a> {
    pub commitment: &'a Commitment,
    pub directory: &'a Directory,
    /// The policy of this commitment.
    pub policy: Policy,
    /// The installation's: slot and digest weekday belong to readers, not to commitments.
    pub general: Policy,
    /// The lead desk's calendar, in which the dates are computed.
    pub calendar: &'a Calendar,
    pub tracks: Vec<Track<'a>>,
    /// Rules that never end are followed up to here, and one step beyond.
    pub horizon: DateTime<Utc>,
    pub candidates: Vec<Candidate>,
}

/// One deadline of the commitment: its own, or that of a milestone still to be reached.
pub(super) struct Track<'a> {
    pub milestone: Option<&'a str>,
    pub deadline: &'a Deadline,
    /// `None` while it awaits its event.
    pub dated: Option<Dated>,
    /// The revision in force.
    pub revision: u32,
    /// The meeting's date revision, for a deadline that hangs on one.
    pub meeting_revision: Option<u32>,
    /// The day this window came into force, if it was not there from the start.
    pub since: Option<NaiveDate>,
}

impl Track<'_> {
    /// Names the deadline revision in the ledger. A meeting deadline refers to the meeting's.
    fn basis(&self) -> String {
        match (self.deadline.meeting(), self.meeting_revision) {
            (Some(meeting), Some(n)) => format!("{}:{meeting}@{n}", self.revision),
            _ => self.revision.to_string(),
        }
    }
}

/// An occurrence the rules put forward, before anybody asked whether it should be said.
pub(super) struct Candidate {
    pub occurrence: Occurrence,
    /// Nobody is there to hear it.
    pub vacant: bool,
    /// Dated before its deadline revision began.
    pub passed: bool,
    /// Those who were in the recipient's office before the commitment passed on.
    pub predecessors: Vec<ReaderId>,
}

/// A date a rule arrived at.
pub(super) struct Dating {
    /// The day the rule counts from.
    pub counted_from: NaiveDate,
    /// Before it was moved to a working day.
    pub exact: NaiveDate,
    /// The working day.
    pub date: NaiveDate,
}

impl<'a> Case<'a> {
    pub(super) fn new(
        commitment: &'a Commitment,
        directory: &'a Directory,
        horizon: DateTime<Utc>,
    ) -> Self {
        let own = commitment.deadline.iter().map(|d| (None, d));
        let steps = commitment.live_milestones();
        let steps =
            steps.filter_map(|(_, m)| m.deadline.as_ref().map(|d| (Some(m.title.as_str()), d)));
        let tracks = own
            .chain(steps)
            .map(|(milestone, deadline)| track(commitment, directory, milestone, deadline))
            .collect();
        Self {
            commitment,
            directory,
            policy: directory.policy_for(commitment),
            general: directory.general_policy(),
            calendar: directory.desk_calendar(&commitment.lead),
            tracks,
            horizon,
            candidates: Vec::new(),
        }
    }

    pub(super) fn lead(&self) -> Role {
        Role::Desk(self.commitment.lead.clone())
    }

    /// A date in the lead desk's calendar, moved to the next working day.
    pub(super) fn next(&self, counted_from: NaiveDate, exact: NaiveDate) -> Dating {
        Dating {
            counted_from,
            exact,
            date: self.calendar.next(exact),
        }
    }

    /// A date in the lead desk's calendar, moved back to a working day.
    pub(super) fn prev(&self, counted_from: NaiveDate, exact: NaiveDate) -> Dating {
        Dating {
            counted_from,
            exact,
            date: self.calendar.prev(exact),
        }
    }

    /// Puts forward a rule about a deadline.
    pub(super) fn put_on_track(
        &mut self,
        at: usize,
        rule: Rule,
        dating: Dating,
        role: Role,
        quiet: bool,
    ) {
        let track = &self.tracks[at];
        let passed = track.since.is_some_and(|since| dating.date < since);
        let because = Because {
            deadline: Some(track.deadline.text().to_owned()),
            window: track.dated.map(|d| d.window),
            revision: track.revision,
            calendar: self.calendar.id.clone(),
            counted_from: dating.counted_from,
            exact: dating.exact,
            date: dating.date,
            in_place_of: None,
        };
        let milestone = track.milestone.map(str::to_owned);
        let basis = track.basis();
        self.put_because(milestone, rule, basis, because, role, quiet, passed);
    }

    /// Puts forward a rule about the commitment as a whole; says when it would leave, and on what
    /// date it stands once a quiet one has been moved.
    pub(super) fn put(
        &mut self,
        rule: Rule,
        basis: String,
        dating: Dating,
        role: Role,
    ) -> (NaiveDate, DateTime<Utc>) {
        let because = Because {
            deadline: None,
            window: None,
            revision: 0,
            calendar: self.calendar.id.clone(),
            counted_from: dating.counted_from,
            exact: dating.exact,
            date: dating.date,
            in_place_of: None,
        };
        self.put_because(None, rule, basis, because, role, rule.is_quiet(), false)
    }

    /// On what date a quiet rule of this date would stand for the lead desk, and when it would
    /// leave.
    pub(super) fn quiet_date(&self, date: NaiveDate) -> (NaiveDate, DateTime<Utc>) {
        let addressee = self.lead().addressee(self.commitment, self.directory);
        let date = self.moved(date, self.hours(&addressee.unwrap_or_else(|v| v)), true);
        (date.0, date.1)
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "the one place where a candidate is made; both callers are above"
    )]
    fn put_because(
        &mut self,
        milestone: Option<String>,
        rule: Rule,
        basis: String,
        mut because: Because,
        role: Role,
        quiet: bool,
        passed: bool,
    ) -> (NaiveDate, DateTime<Utc>) {
        let predecessors = role.predecessors(self.commitment, self.directory);
        let addressee = role.addressee(self.commitment, self.directory);
        let vacant = addressee.is_err();
        let recipient = addressee.unwrap_or_else(|vacant| vacant);
        if let Role::Desk(desk) = &role {
            let desk: ReaderId = desk.into();
            because.in_place_of = Some(desk).filter(|desk| *desk != recipient);
        }
        let (date, slot) = self.moved(because.date, self.hours(&recipient), quiet);
        because.date = date;
        let reference = self.commitment.reference.clone();
        let subject = match &milestone {
            None => Subject::Commitment(reference.clone()),
            Some(title) => Subject::Milestone(reference.clone(), title.clone()),
        };
        let item = Item {
            commitment: reference,
            milestone,
            meeting: None,
            rule,
            late: false,
            line: None,
            because: because.clone(),
        };
        let occurrence = Occurrence {
            subject,
            rule,
            basis,
            recipient,
            date,
            slot,
            items: vec![item],
            because,
        };
        // A desk without an address is heard by its head: who is both hears it once.
        let key = |o: &Occurrence| {
            (
                o.subject.clone(),
                o.rule,
                o.basis.clone(),
                o.recipient.clone(),
            )
        };
        if !self
            .candidates
            .iter()
            .any(|c| key(&c.occurrence) == key(&occurrence))
        {
            self.candidates.push(Candidate {
                occurrence,
                vacant,
                passed,
                predecessors,
            });
        }
        (date, slot)
    }

    /// The hours of a reader; of a vacant office, those of the lead desk.
    fn hours(&self, reader: &ReaderId) -> Hours<'a> {
        let known = self.directory.desks.contains_key(reader.as_str())
            || self.directory.people.contains_key(reader.as_str());
        if known {
            self.directory.hours(reader)
        } else {
            self.directory.desk_hours(&self.commitment.lead)
        }
    }

    /// A quiet rule waits for the reader's digest day; everything leaves on a day the reader works.
    fn moved(&self, date: NaiveDate, hours: Hours<'_>, quiet: bool) -> (NaiveDate, DateTime<Utc>) {
        let date = if quiet {
            hours
                .calendar
                .digest_day_from(date, self.general.digest_weekday)
        } else {
            date
        };
        (
            date,
            slot_instant(hours.zone, hours.calendar.next(date), self.general.slot),
        )
    }
}

fn track<'a>(
    commitment: &'a Commitment,
    directory: &'a Directory,
    milestone: Option<&'a str>,
    deadline: &'a Deadline,
) -> Track<'a> {
    let (revision, revised_on) = commitment.revision_of(milestone);
    let meeting = deadline.meeting().and_then(|id| directory.meetings.get(id));
    Track {
        milestone,
        deadline,
        dated: directory.resolve(commitment, deadline),
        revision,
        meeting_revision: meeting.map(|m| m.date_revision),
        since: revised_on.max(meeting.and_then(|m| m.moved_on)),
    }
}
