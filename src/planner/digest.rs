//! Digests: the week of a desk, a head or a SOM leader, on the first working day of their ISO week.
//! REMINDING, "A digest's lines".

use std::collections::{BTreeMap, BTreeSet, HashSet};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};

use super::commitment::asks;
use super::courtesy::{reader_may_read, reason_for_silence};
use super::coverage::{Coverage, Hat};
use super::news::{MOST_MISSED, News};
use super::occurrence::{Due, Moment, Occurrence, Skipped};
use super::recipients::reviewer;
use super::recorded::Recorded;
use crate::domain::calendar::{plus, slot_instant};
use crate::domain::commitment::{Commitment, DeskRole};
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, DeskId, PersonId, ReaderId};
use crate::domain::notice::{Because, Item, Line, SkipReason, Subject};
use crate::domain::rule::Rule;
use crate::domain::schedule::live_deadlines;

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
    let mut due = Due {
        skipped: missed(reader, directory, recorded, moment),
        ..Due::default()
    };
    let hours = directory.hours(reader);
    if let Some((day, slot)) = this_week(reader, directory, moment)
        && slot <= moment.now
        && is_reachable(reader, directory)
    {
        let leaves = moment.leaves(hours, Rule::Digest);
        let lines = Lines::new(reader, directory, recorded, day, moment);
        let occurrence = lines.occurrence(commitments, slot, reminded);
        if recorded.has(&occurrence) || occurrence.items.is_empty() {
            // said already, or nothing to say
        } else if moment.is_before_live(slot, hours) {
            due.skipped.push(Skipped {
                occurrence,
                reason: SkipReason::BeforeItWentLive,
            });
        } else if leaves > moment.now {
            if next_digest(reader, directory, moment.now) <= leaves {
                // There is no day left for it in its week: what it would have told is in the next.
                due.skipped.push(Skipped {
                    occurrence,
                    reason: SkipReason::Passed,
                });
            }
            due.speak_at(leaves);
        } else {
            due.said.push(occurrence);
        }
    }
    due.speak_at(next_digest(reader, directory, moment.now));
    due
}

/// The digests of earlier weeks for which the reader was not asked, though their turn had come: what
/// they would have told is told by the next one.
fn missed(
    reader: &ReaderId,
    directory: &Directory,
    recorded: &Recorded,
    moment: Moment,
) -> Vec<Skipped> {
    let mut missed = Vec::new();
    let Some(since) = recorded.was_unasked_since() else {
        return missed;
    };
    let hours = directory.hours(reader);
    let weekday = directory.general_policy().digest_weekday;
    let mut day = hours.digest_day_before(monday_of(moment.today(hours)), weekday);
    for _ in 0..MOST_MISSED {
        let slot = hours.slot_on(day);
        if slot <= since || moment.is_before_live(slot, hours) {
            break;
        }
        let lines = Lines::new(reader, directory, recorded, day, moment);
        let occurrence = lines.occurrence(&[], slot, &HashSet::new());
        if !recorded.has(&occurrence) {
            missed.push(Skipped {
                occurrence,
                reason: SkipReason::Passed,
            });
        }
        day = hours.digest_day_before(day, weekday);
    }
    missed
}

/// Since when a reader was not asked who was to be asked at `due`: the beginning of that week, whose
/// digest may have waited for them to be at work.
pub fn unasked_since(
    reader: &ReaderId,
    directory: &Directory,
    due: DateTime<Utc>,
) -> DateTime<Utc> {
    let zone = directory.hours(reader).zone;
    let monday = monday_of(due.with_timezone(&zone).date_naive());
    slot_instant(zone, monday, NaiveTime::MIN)
}

fn monday_of(day: NaiveDate) -> NaiveDate {
    plus(day, -i64::from(day.weekday().num_days_from_monday()))
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
    let lines = Lines::new(reader, directory, recorded, day, moment);
    slot <= moment.now
        && is_reachable(reader, directory)
        && !recorded.has(&lines.occurrence(&[], slot, &HashSet::new()))
}

/// Puts together what the parts of the commitments that concern a reader came to, each by itself: a
/// week can be gathered without holding all of them at once.
pub fn join(parts: impl IntoIterator<Item = Due>) -> Due {
    let mut week = Due::default();
    for part in parts {
        join_said(&mut week.said, part.said, |o| o);
        join_said(&mut week.skipped, part.skipped, |s| &mut s.occurrence);
        part.next.into_iter().for_each(|at| week.speak_at(at));
    }
    let skipped = week.skipped.iter_mut().map(|s| &mut s.occurrence);
    for occurrence in week.said.iter_mut().chain(skipped) {
        arrange_lines(&mut occurrence.items);
    }
    week
}

fn join_said<T>(week: &mut Vec<T>, part: Vec<T>, occurrence: impl Fn(&mut T) -> &mut Occurrence) {
    for mut more in part {
        let said = occurrence(&mut more);
        let is_same = |known: &&mut Occurrence| {
            (&known.basis, &known.recipient) == (&said.basis, &said.recipient)
        };
        match week.iter_mut().map(&occurrence).find(is_same) {
            Some(known) => known.items.append(&mut said.items),
            None => week.push(more),
        }
    }
}

/// The week without its lines about some commitments; never an empty digest.
pub fn without(mut week: Due, commitments: &BTreeSet<&CommitmentRef>) -> Due {
    let has_others = |occurrence: &mut Occurrence| {
        let items = &mut occurrence.items;
        items.retain(|item| !commitments.contains(&item.commitment));
        !items.is_empty()
    };
    week.said.retain_mut(has_others);
    week.skipped.retain_mut(|s| has_others(&mut s.occurrence));
    week
}

/// The day of the digest of the current week, and for what the reader answers in it; `None` where
/// there is none.
pub fn coverage_this_week(
    reader: &ReaderId,
    directory: &Directory,
    moment: Moment,
) -> Option<(NaiveDate, Coverage)> {
    let (day, _) = this_week(reader, directory, moment)?;
    Some((day, Coverage::on(day, reader, directory)))
}

/// Whether mail can be sent to the reader itself: what cannot is heard by somebody else.
fn is_reachable(reader: &ReaderId, directory: &Directory) -> bool {
    let desk = directory.desks.get(reader.as_str());
    let person = directory.people.get(reader.as_str());
    let address = desk
        .and_then(|d| directory.address_of_desk(&d.id))
        .or_else(|| directory.address_of_person(&person?.id));
    address.is_some()
}

/// The day and the slot of the digest of the current week; `None` where the reader is not there any
/// more this week.
fn this_week(
    reader: &ReaderId,
    directory: &Directory,
    moment: Moment,
) -> Option<(NaiveDate, DateTime<Utc>)> {
    let hours = directory.hours(reader);
    let weekday = directory.general_policy().digest_weekday;
    let day = hours.digest_day_of_week(moment.today(hours), weekday)?;
    Some((day, hours.slot_on(day)))
}

/// The slot of a reader's first digest day after an instant.
pub fn next_digest(
    reader: &ReaderId,
    directory: &Directory,
    after: DateTime<Utc>,
) -> DateTime<Utc> {
    let hours = directory.hours(reader);
    let weekday = directory.general_policy().digest_weekday;
    let today = after.with_timezone(&hours.zone).date_naive();
    let slot = hours.slot_on(hours.digest_day_from(today, weekday));
    if slot > after {
        return slot;
    }
    hours.slot_on(hours.digest_day_from(plus(today, 1), weekday))
}

/// Gathers the lines of one digest, counted from its own date.
struct Lines<'a> {
    reader: &'a ReaderId,
    coverage: Coverage,
    directory: &'a Directory,
    day: NaiveDate,
    moment: Moment,
    news: News,
    /// Outside the reader's cadence and in a pause, only what is overdue and led by them is told.
    tells_all: bool,
}

/// The ISO week that holds a day, by which the ledger knows a digest.
fn week_of(day: NaiveDate) -> String {
    let week = day.iso_week();
    format!("{}-W{:02}", week.year(), week.week())
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
        recorded: &Recorded,
        day: NaiveDate,
        moment: Moment,
    ) -> Self {
        let hours = directory.hours(reader);
        let weekday = directory.general_policy().digest_weekday;
        Self {
            reader,
            coverage: Coverage::on(day, reader, directory)
                // Whoever had their own digest this week, before they left, is not told again.
                .without(|who| who != reader && recorded.has_digest(who, &week_of(day))),
            directory,
            day,
            moment,
            news: News::of_digest(reader, directory, day, recorded),
            // Late, it may come into a pause that had not begun on its day.
            tells_all: hours.tells_all(day, weekday) && !hours.is_paused(moment.today(hours)),
        }
    }

    fn occurrence(
        &self,
        commitments: &[&Commitment],
        slot: DateTime<Utc>,
        reminded: &HashSet<(CommitmentRef, Option<String>)>,
    ) -> Occurrence {
        let because = Because {
            deadline: None,
            window: None,
            revision: 0,
            calendar: self.directory.hours(self.reader).calendar.id.clone(),
            counted_from: self.news.after(),
            exact: self.day,
            date: self.day,
            in_place_of: None,
        };
        let mut items = Vec::new();
        let concerned = commitments
            .iter()
            .filter(|c| c.is_open() && c.opened <= self.day);
        for commitment in concerned {
            for (milestone, (line, in_place_of)) in self.lines(commitment, slot) {
                if reminded.contains(&(commitment.reference.clone(), milestone.clone())) {
                    continue;
                }
                items.push(Item {
                    commitment: commitment.reference.clone(),
                    milestone,
                    meeting: None,
                    rule: Rule::Digest,
                    late: false,
                    line: Some(line),
                    because: Because {
                        in_place_of,
                        ..because.clone()
                    },
                });
            }
        }
        arrange_lines(&mut items);
        Occurrence {
            subject: Subject::Reader(self.reader.clone()),
            rule: Rule::Digest,
            basis: week_of(self.day),
            recipient: self.reader.clone(),
            date: self.day,
            slot,
            items,
            because,
        }
    }

    /// The lines about one commitment, at most one for itself and one for each milestone, each with
    /// the one for whom the reader stands in. Of several reasons the most pressing is told, as the
    /// reader's own where it is that.
    fn lines(
        &self,
        commitment: &Commitment,
        slot: DateTime<Utc>,
    ) -> BTreeMap<Option<String>, (Line, Option<ReaderId>)> {
        let mut lines: BTreeMap<Option<String>, (Line, Option<ReaderId>)> = BTreeMap::new();
        for hat in self.coverage.hats() {
            let may_read = |who| reader_may_read(who, commitment, self.directory);
            // In another's place one reads what both may read.
            if !hat.includes(commitment) || !may_read(self.reader) || !may_read(&hat.who) {
                continue;
            }
            let place = Some(&hat.who).filter(|who| *who != self.reader);
            for (milestone, line) in self.lines_under(hat, commitment, slot) {
                let known = lines.get(&milestone);
                if known.is_none_or(|(told, _)| line < *told) {
                    lines.insert(milestone, (line, place.cloned()));
                }
            }
        }
        lines
    }
}

/// What a reader is told as one of those for whom they hear.
impl Lines<'_> {
    fn lines_under(
        &self,
        hat: &Hat,
        commitment: &Commitment,
        slot: DateTime<Utc>,
    ) -> BTreeMap<Option<String>, Line> {
        let mut found = Vec::new();
        self.deadlines(hat, commitment, &mut found);
        let snoozed = commitment
            .snoozed
            .as_ref()
            .is_some_and(|s| self.day < s.until);
        if !self.tells_all {
            let is_led = hat.leads(commitment);
            found.retain(|(_, line)| *line == Line::Overdue && is_led);
        } else if snoozed {
            found.retain(|(_, line)| *line == Line::Overdue);
        } else {
            self.changes(hat, commitment, &mut found);
            self.decisions(hat, commitment, &mut found);
            self.unanswered(hat, commitment, slot, &mut found);
        }
        // Whose it is now is no reminder, so a snooze does not keep it.
        if self.tells_all && self.is_handed_over(hat, commitment) {
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

    fn deadlines(&self, hat: &Hat, commitment: &Commitment, found: &mut Vec<LineOf>) {
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
            let desk_or_leader = hat.is_desk_or_leader(commitment);
            let head = hat.is_head(commitment) && days_over >= i64::from(policy.head_after);
            if days_over > 0 && (desk_or_leader || head) {
                found.push((milestone, Line::Overdue));
            } else if days_over <= 0 && -days_over <= i64::from(policy.due_soon) && desk_or_leader {
                found.push((milestone, Line::DueSoon));
            }
        }
    }

    /// Whether it passed to a desk of this reader (led by them, for a SOM leader) as news.
    fn is_handed_over(&self, hat: &Hat, commitment: &Commitment) -> bool {
        let news = self.news;
        let mut new = commitment
            .handovers
            .iter()
            .filter(|h| news.holds(h.date, h.entered));
        new.any(|h| match h.role {
            DeskRole::Lead => h.to == commitment.lead && hat.is_desk_or_leader(commitment),
            DeskRole::Cooperating => {
                commitment.cooperating.contains(&h.to) && hat.as_desk.contains(&h.to)
            }
        })
    }

    fn changes(&self, hat: &Hat, commitment: &Commitment, found: &mut Vec<LineOf>) {
        if !hat.is_desk_or_leader(commitment) {
            return;
        }
        let news = self.news;
        if news.holds(commitment.opened, None) {
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
        let by_other = |by: &ReaderId| !self.is_oneself(hat, by, commitment);
        if commitment.updates.iter().any(|u| {
            u.counts() && news.holds(u.date, u.entered) && u.by.as_ref().is_none_or(by_other)
        }) {
            found.push((None, Line::Updated));
        }
    }

    /// Whether an update came from the reader, or from the one they stand in for: for a desk, also from its head, its SOM leader and
    /// its officers.
    fn is_oneself(&self, hat: &Hat, by: &ReaderId, commitment: &Commitment) -> bool {
        let own_desks = commitment.desks().filter(|d| hat.as_desk.contains(*d));
        let from_desk = |desk: &DeskId| {
            let person = self.directory.people.get(by.as_str());
            let names = |d: &crate::domain::desk::Desk| person.is_some_and(|p| d.names(&p.id));
            desk.as_str() == by.as_str() || self.directory.desks.get(desk).is_some_and(names)
        };
        by == self.reader || *by == hat.who || own_desks.into_iter().any(from_desk)
    }

    fn decisions(&self, hat: &Hat, commitment: &Commitment, found: &mut Vec<LineOf>) {
        let Some(latest) = commitment.latest_update(self.day) else {
            return;
        };
        let me = |person: &PersonId| person.as_str() == hat.who.as_str();
        let decides = latest.awaits_review()
            && reviewer(commitment, latest, self.directory).is_some_and(|r| me(r.person()));
        if decides && (hat.is_head(commitment) || hat.is_leader(commitment)) {
            found.push((None, Line::AwaitsDecision));
        }
        if latest.reports_completion() && hat.is_leader(commitment) {
            found.push((None, Line::ReportedCompleted));
        }
    }

    /// Asked by `review` or `stale` and not heard since: one such ask is for the head, two for the
    /// SOM leader.
    fn unanswered(
        &self,
        hat: &Hat,
        commitment: &Commitment,
        slot: DateTime<Utc>,
        found: &mut Vec<LineOf>,
    ) {
        if !hat.is_head(commitment) && !hat.is_leader(commitment) {
            return;
        }
        let wanted = if hat.is_head(commitment) { 1 } else { 2 };
        let calendar = self.directory.desk_calendar(&commitment.lead);
        let patience = self.directory.policy_for(commitment).unanswered_after;
        let answered_on = commitment
            .updates
            .iter()
            .filter(|u| u.stands() && u.date <= self.day)
            .map(|u| u.date)
            .max();
        // An ask counts once so many working days have passed: so many days at least.
        let latest_ask = plus(self.day, -i64::from(patience));
        if commitment.opened > latest_ask || answered_on.is_some_and(|day| day >= latest_ask) {
            return;
        }
        let asks = asks(commitment, self.directory, slot)
            .into_iter()
            .filter(|c| {
                let asked = c.occurrence.date;
                asked < self.day
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
