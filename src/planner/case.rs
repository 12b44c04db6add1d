//! One commitment under the planner's eye: the commitment with its policy, its lead desk's calendar
//! and its deadlines resolved, and the list of candidates its rules put forward.

use chrono::{DateTime, NaiveDate, Utc};

use super::hearing::{Hearing, Role, Saying};
use super::occurrence::Occurrence;
use crate::domain::calendar::Calendar;
use crate::domain::commitment::Commitment;
use crate::domain::deadline::{Dated, Deadline};
use crate::domain::directory::Directory;
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
    /// Dated before its deadline revision began, or held until it was beside the point.
    pub passed: bool,
    /// Those who were in the recipient's office before the commitment passed on.
    pub predecessors: Vec<ReaderId>,
    /// Held by its reader's pause.
    pub held: bool,
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
        let hearing = self.saying(date, true, true).to(&self.lead());
        (hearing.date, hearing.slot)
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
        let saying = self.saying(because.date, quiet, rule.can_wait());
        let Hearing {
            reader: recipient,
            in_place_of,
            vacant,
            date,
            slot,
            held,
        } = saying.to(&role);
        because.date = date;
        because.in_place_of = in_place_of;
        let passed = passed || (held && self.is_beside_the_point(rule, &because, &recipient, slot));
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
                held,
            });
        }
        (date, slot)
    }

    fn saying(&self, date: NaiveDate, quiet: bool, can_wait: bool) -> Saying<'a> {
        Saying {
            directory: self.directory,
            commitment: Some(self.commitment),
            lead: Some(&self.commitment.lead),
            date,
            digest_weekday: quiet.then_some(self.general.digest_weekday),
            can_wait,
        }
    }

    /// A warning that was held until after the end it warns of.
    fn is_beside_the_point(
        &self,
        rule: Rule,
        because: &Because,
        recipient: &ReaderId,
        slot: DateTime<Utc>,
    ) -> bool {
        let zone = self.directory.hours(recipient).zone;
        let leaves = slot.with_timezone(&zone).date_naive();
        matches!(rule, Rule::Before(_)) && because.window.is_some_and(|w| w.last < leaves)
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
