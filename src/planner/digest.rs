//! Digests: the week of a desk, a head or a SOM leader, on the first working day of their ISO week.
//! REMINDING, "A digest's lines".

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, Datelike, NaiveDate, Utc};

use super::commitment::candidates;
use super::courtesy::{reader_may_read, reason_for_silence};
use super::news::News;
use super::occurrence::{Due, Moment, Occurrence, Skipped};
use super::recipients::{mailbox_of, reviewer};
use super::recorded::Recorded;
use crate::domain::calendar::{plus, slot_instant};
use crate::domain::commitment::{Commitment, DeskRole};
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, DeskId, ReaderId};
use crate::domain::notice::{Because, Item, Line, SkipReason, Subject};
use crate::domain::rule::Rule;
use crate::domain::schedule::live_deadlines;

/// What a reader answers for, and in which role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Desks whose mailbox this is.
    pub as_desk: BTreeSet<DeskId>,
    pub as_head: BTreeSet<DeskId>,
    pub as_leader: BTreeSet<DeskId>,
}

impl Coverage {
    pub fn of(reader: &ReaderId, directory: &Directory) -> Self {
        let mut coverage = Self::default();
        let is = |person: &Option<crate::domain::ids::PersonId>| {
            person
                .as_ref()
                .is_some_and(|p| p.as_str() == reader.as_str())
        };
        for desk in directory.desks.values() {
            if mailbox_of(&desk.id, directory).as_ref() == Some(reader) {
                coverage.as_desk.insert(desk.id.clone());
            }
            if is(&desk.head) {
                coverage.as_head.insert(desk.id.clone());
            }
            if is(&desk.som_leader) {
                coverage.as_leader.insert(desk.id.clone());
            }
        }
        coverage
    }

    /// Whether a commitment concerns the reader at all.
    pub fn includes(&self, commitment: &Commitment) -> bool {
        let leads = |desks: &BTreeSet<DeskId>| desks.contains(&commitment.lead);
        self.is_its_desk(commitment) || leads(&self.as_head) || leads(&self.as_leader)
    }

    fn is_its_desk(&self, commitment: &Commitment) -> bool {
        commitment.desks().any(|d| self.as_desk.contains(d))
    }
}

/// Everybody who may get a digest: desks, heads and SOM leaders with an address.
pub fn digest_readers(directory: &Directory) -> BTreeSet<ReaderId> {
    let desks = directory.desks.values();
    desks
        .flat_map(|desk| {
            let people = [&desk.head, &desk.som_leader].into_iter().flatten();
            let reachable = people
                .filter(|p| directory.address_of_person(p).is_some())
                .map(ReaderId::from);
            mailbox_of(&desk.id, directory).into_iter().chain(reachable)
        })
        .collect()
}

/// What a reader's week has to say by now. `commitments` are those that concern the reader;
/// `reminded` is what the same notice already reminds of.
///
/// Only the digest of the current week is worth sending: one that was missed is in it.
pub fn due_digest(
    reader: &ReaderId,
    commitments: &[&Commitment],
    directory: &Directory,
    recorded: &Recorded,
    moment: Moment,
    reminded: &HashSet<(CommitmentRef, Option<String>)>,
) -> Due {
    let mut due = Due::default();
    let hours = directory.hours(reader);
    let policy = directory.general_policy();
    if let Some((day, slot)) = this_week(reader, directory, moment)
        && slot <= moment.now
    {
        let leaves = moment.leaves(hours, &policy);
        let lines = Lines::new(reader, directory, day, moment, recorded);
        let occurrence = lines.occurrence(commitments, slot, reminded);
        if recorded.has(&occurrence) || occurrence.items.is_empty() {
            // said already, or nothing to say
        } else if moment.is_before_live(slot, hours) {
            due.skipped.push(Skipped {
                occurrence,
                reason: SkipReason::BeforeItWentLive,
            });
        } else if leaves > moment.now {
            due.speak_at(leaves);
        } else {
            due.said.push(occurrence);
        }
    }
    due.speak_at(next_digest(reader, directory, moment.now));
    due
}

/// Whether the digest of the current week is still to be gathered: its slot has come, and the ledger
/// does not hold it. Where it is not, [`due_digest`] says the same with commitments or without.
pub fn is_to_be_gathered(
    reader: &ReaderId,
    directory: &Directory,
    recorded: &Recorded,
    moment: Moment,
) -> bool {
    let Some((day, slot)) = this_week(reader, directory, moment) else {
        return false;
    };
    let lines = Lines::new(reader, directory, day, moment, recorded);
    slot <= moment.now && !recorded.has(&lines.occurrence(&[], slot, &HashSet::new()))
}

/// Puts together what the parts of the commitments that concern a reader came to, each by itself: a
/// week can be gathered without holding all of them at once.
pub fn join(mut week: Due, part: Due) -> Due {
    join_said(&mut week.said, part.said, |o| o);
    join_said(&mut week.skipped, part.skipped, |s| &mut s.occurrence);
    part.next.into_iter().for_each(|at| week.speak_at(at));
    week
}

fn join_said<T>(week: &mut Vec<T>, part: Vec<T>, occurrence: impl Fn(&mut T) -> &mut Occurrence) {
    for mut more in part {
        let said = occurrence(&mut more);
        let is_same = |known: &&mut Occurrence| {
            (&known.basis, &known.recipient) == (&said.basis, &said.recipient)
        };
        match week.iter_mut().map(&occurrence).find(is_same) {
            Some(known) => {
                known.items.append(&mut said.items);
                arrange_lines(&mut known.items);
            }
            None => week.push(more),
        }
    }
}

/// The day and the slot of the digest of the current week; `None` where the reader does not work any
/// more this week.
fn this_week(
    reader: &ReaderId,
    directory: &Directory,
    moment: Moment,
) -> Option<(NaiveDate, DateTime<Utc>)> {
    let hours = directory.hours(reader);
    let policy = directory.general_policy();
    let day = hours
        .calendar
        .digest_day_of_week(moment.today(hours), policy.digest_weekday)?;
    Some((day, slot_instant(hours.zone, day, policy.slot)))
}

/// The slot of a reader's first digest day after an instant.
pub fn next_digest(
    reader: &ReaderId,
    directory: &Directory,
    after: DateTime<Utc>,
) -> DateTime<Utc> {
    let hours = directory.hours(reader);
    let policy = directory.general_policy();
    let today = after.with_timezone(&hours.zone).date_naive();
    let day = hours.calendar.digest_day_from(today, policy.digest_weekday);
    let slot = slot_instant(hours.zone, day, policy.slot);
    if slot > after {
        return slot;
    }
    let day = hours
        .calendar
        .digest_day_from(plus(day, 1), policy.digest_weekday);
    slot_instant(hours.zone, day, policy.slot)
}

/// Gathers the lines of one digest, counted from its own date.
struct Lines<'a> {
    reader: &'a ReaderId,
    coverage: Coverage,
    directory: &'a Directory,
    day: NaiveDate,
    moment: Moment,
    news: News,
}

fn arrange_lines(items: &mut [Item]) {
    items.sort_by(|a, b| {
        (a.line, &a.commitment, &a.milestone).cmp(&(b.line, &b.commitment, &b.milestone))
    });
}

/// A line and the milestone it is about.
type LineOf = (Option<String>, Line);

impl<'a> Lines<'a> {
    fn new(
        reader: &'a ReaderId,
        directory: &'a Directory,
        day: NaiveDate,
        moment: Moment,
        recorded: &Recorded,
    ) -> Self {
        Self {
            reader,
            coverage: Coverage::of(reader, directory),
            directory,
            day,
            moment,
            news: News::of_digest(reader, directory, day, recorded),
        }
    }

    fn occurrence(
        &self,
        commitments: &[&Commitment],
        slot: DateTime<Utc>,
        reminded: &HashSet<(CommitmentRef, Option<String>)>,
    ) -> Occurrence {
        let week = self.day.iso_week();
        let hours = self.directory.hours(self.reader);
        let because = Because {
            deadline: None,
            window: None,
            revision: 0,
            calendar: hours.calendar.id.clone(),
            counted_from: self.last_digest_day(),
            exact: self.day,
            date: self.day,
            in_place_of: None,
        };
        let mut items = Vec::new();
        let concerned = commitments
            .iter()
            .filter(|c| c.is_open() && c.opened <= self.day);
        for commitment in concerned.filter(|c| {
            self.coverage.includes(c) && reader_may_read(self.reader, c, self.directory)
        }) {
            for (milestone, line) in self.lines(commitment, slot) {
                if reminded.contains(&(commitment.reference.clone(), milestone.clone())) {
                    continue;
                }
                let (commitment, because) = (commitment.reference.clone(), because.clone());
                items.push(Item {
                    commitment,
                    milestone,
                    meeting: None,
                    rule: Rule::Digest,
                    late: false,
                    line: Some(line),
                    because,
                });
            }
        }
        arrange_lines(&mut items);
        Occurrence {
            subject: Subject::Reader(self.reader.clone()),
            rule: Rule::Digest,
            basis: format!("{}-W{:02}", week.year(), week.week()),
            recipient: self.reader.clone(),
            date: self.day,
            slot,
            items,
            because,
        }
    }

    /// The lines about one commitment: at most one for itself and one for each milestone.
    fn lines(
        &self,
        commitment: &Commitment,
        slot: DateTime<Utc>,
    ) -> BTreeMap<Option<String>, Line> {
        let mut found = Vec::new();
        self.deadlines(commitment, &mut found);
        let snoozed = commitment
            .snoozed
            .as_ref()
            .is_some_and(|s| self.day < s.until);
        if snoozed {
            found.retain(|(_, line)| *line == Line::Overdue);
        } else {
            self.changes(commitment, &mut found);
            self.decisions(commitment, &mut found);
            self.unanswered(commitment, slot, &mut found);
        }
        // Whose it is now is no reminder, so a snooze does not keep it.
        if self.is_handed_over(commitment) {
            found.push((None, Line::HandedOver));
        }
        let mut lines = BTreeMap::new();
        for (milestone, line) in found {
            lines
                .entry(milestone)
                .and_modify(|known: &mut Line| *known = line.min(*known))
                .or_insert(line);
        }
        lines
    }

    fn is_desk_or_leader(&self, commitment: &Commitment) -> bool {
        self.coverage.is_its_desk(commitment) || self.coverage.as_leader.contains(&commitment.lead)
    }

    fn is_head(&self, commitment: &Commitment) -> bool {
        self.coverage.as_head.contains(&commitment.lead)
    }

    fn deadlines(&self, commitment: &Commitment, found: &mut Vec<LineOf>) {
        if commitment
            .latest_update(self.day)
            .is_some_and(|u| u.reports_completion())
        {
            return;
        }
        let policy = self.directory.policy_for(commitment);
        for deadline in live_deadlines(commitment, self.directory) {
            let Some(window) = deadline.window else {
                continue;
            };
            let milestone = deadline
                .milestone
                .map(|at| commitment.milestones[at].title.clone());
            let days_over = (self.day - window.last).num_days();
            let desk_or_leader = self.is_desk_or_leader(commitment);
            let head = self.is_head(commitment) && days_over >= i64::from(policy.head_after);
            if days_over > 0 && (desk_or_leader || head) {
                found.push((milestone, Line::Overdue));
            } else if days_over <= 0 && -days_over <= i64::from(policy.due_soon) && desk_or_leader {
                found.push((milestone, Line::DueSoon));
            }
        }
    }

    fn last_digest_day(&self) -> NaiveDate {
        let hours = self.directory.hours(self.reader);
        hours
            .calendar
            .digest_day_before(self.day, self.directory.general_policy().digest_weekday)
    }

    /// Whether it passed to a desk of this reader (led by them, for a SOM leader) as news.
    fn is_handed_over(&self, commitment: &Commitment) -> bool {
        let news = self.news;
        let mut new = commitment
            .handovers
            .iter()
            .filter(|h| news.holds(h.date, h.entered));
        new.any(|h| match h.role {
            DeskRole::Lead => h.to == commitment.lead && self.is_desk_or_leader(commitment),
            DeskRole::Cooperating => {
                commitment.cooperating.contains(&h.to) && self.coverage.as_desk.contains(&h.to)
            }
        })
    }

    fn changes(&self, commitment: &Commitment, found: &mut Vec<LineOf>) {
        if !self.is_desk_or_leader(commitment) {
            return;
        }
        let news = self.news;
        let is_new = |day: NaiveDate| news.holds(day, None);
        if is_new(commitment.opened) {
            found.push((None, Line::Opened));
        }
        let revisions = commitment.revisions.iter();
        for revision in revisions.filter(|r| news.holds(r.date, r.entered)) {
            // A milestone that is behind us has no line of its own.
            let live =
                |title: &String| commitment.live_milestones().any(|(_, m)| m.title == *title);
            if revision.milestone.as_ref().is_none_or(live) {
                found.push((revision.milestone.clone(), Line::Redated));
            }
        }
        for deadline in live_deadlines(commitment, self.directory) {
            if news.moved_with(deadline.deadline, commitment, self.directory) {
                let title = deadline
                    .milestone
                    .map(|at| &commitment.milestones[at].title);
                found.push((title.cloned(), Line::Redated));
            }
        }
        let by_other = |by: &ReaderId| !self.is_oneself(by, commitment);
        if commitment
            .updates
            .iter()
            .any(|u| u.counts() && is_new(u.date) && u.by.as_ref().is_none_or(by_other))
        {
            found.push((None, Line::Updated));
        }
    }

    /// Whether an update came from the reader: for a desk, also from its head, its SOM leader and
    /// its officers.
    fn is_oneself(&self, by: &ReaderId, commitment: &Commitment) -> bool {
        let own_desks = commitment
            .desks()
            .filter(|d| self.coverage.as_desk.contains(*d));
        let from_desk = |desk: &DeskId| {
            let person = self.directory.people.get(by.as_str());
            let names = |d: &crate::domain::desk::Desk| person.is_some_and(|p| d.names(&p.id));
            desk.as_str() == by.as_str() || self.directory.desks.get(desk).is_some_and(names)
        };
        by == self.reader || own_desks.into_iter().any(from_desk)
    }

    fn decisions(&self, commitment: &Commitment, found: &mut Vec<LineOf>) {
        let Some(latest) = commitment.latest_update(self.day) else {
            return;
        };
        let me = |person: &crate::domain::ids::PersonId| person.as_str() == self.reader.as_str();
        let decides = latest.awaits_review()
            && reviewer(commitment, latest, self.directory).is_some_and(|r| me(r.person()));
        if decides
            && (self.is_head(commitment) || self.coverage.as_leader.contains(&commitment.lead))
        {
            found.push((None, Line::AwaitsDecision));
        }
        if latest.reports_completion() && self.coverage.as_leader.contains(&commitment.lead) {
            found.push((None, Line::ReportedCompleted));
        }
    }

    /// Asked by `review` or `stale` and not heard since: one such ask is for the head, two for the
    /// SOM leader.
    fn unanswered(&self, commitment: &Commitment, slot: DateTime<Utc>, found: &mut Vec<LineOf>) {
        let leader = self.coverage.as_leader.contains(&commitment.lead);
        if !self.is_head(commitment) && !leader {
            return;
        }
        let wanted = if self.is_head(commitment) { 1 } else { 2 };
        let calendar = self.directory.desk_calendar(&commitment.lead);
        let patience = self.directory.policy_for(commitment).unanswered_after;
        let answered_on = commitment
            .updates
            .iter()
            .filter(|u| u.stands() && u.date <= self.day)
            .map(|u| u.date)
            .max();
        let asks = candidates(commitment, self.directory, slot)
            .into_iter()
            .filter(|c| {
                let asked = c.occurrence.date;
                matches!(c.occurrence.rule, Rule::Review(_) | Rule::Stale(_))
                    && asked < self.day
                    && answered_on.is_none_or(|answer| answer < asked)
                    && calendar.working_days_after(asked, patience) <= self.day
                    && reason_for_silence(
                        c,
                        commitment,
                        self.directory,
                        Moment {
                            now: c.occurrence.slot,
                            ..self.moment
                        },
                    )
                    .is_none()
            });
        if asks.count() >= wanted {
            found.push((None, Line::Unanswered));
        }
    }
}
