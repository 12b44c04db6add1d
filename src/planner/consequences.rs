//! What a change would do to reminding: the same `due` that the daemon asks, asked of the record
//! before and after it. Shown before somebody moves a meeting or a deadline, and told when it is
//! done.
//!
//! 1. A commitment says what is still to come: what waits in the ledger, and everything `due` would
//!    put forward if nobody acted.
//! 2. The same after the change; what waits for a window that changes is taken back first.
//! 3. What is on one side only is gone, or comes instead.

use chrono::{DateTime, TimeDelta, Utc};

use super::brief::due_brief;
use super::commitment::due;
use super::occurrence::{Due, Moment, Occurrence};
use super::recorded::Recorded;
use crate::domain::access::{Viewer, may_read};
use crate::domain::calendar::plus;
use crate::domain::commitment::Commitment;
use crate::domain::consequence::{BriefChange, Consequence, DeadlineChange, Reminder};
use crate::domain::deadline::{Deadline, Window};
use crate::domain::directory::Directory;
use crate::domain::ledger::OccurrenceEntry;
use crate::domain::meeting::Meeting;
use crate::domain::notice::{OccurrenceState, Subject};
use crate::domain::rule::Rule;
use crate::domain::schedule::{Schedule, desk_today, of_window};

/// How far ahead reminders are looked for, in days; a window that ends later is followed to its end.
const HORIZON: i64 = 400;
/// How long after the end of a window its ladder may go on, in days.
const AFTER_THE_END: i64 = 60;
/// Nothing is followed further than this, in days.
const FURTHEST: i64 = 3660;

/// The record before and after a change, and who wants to know.
#[derive(Debug, Clone, Copy)]
pub struct Comparison<'a> {
    pub before: &'a Directory,
    pub after: &'a Directory,
    pub moment: Moment,
    pub viewer: &'a Viewer,
}

impl Comparison<'_> {
    /// What changes for one commitment; `ledger` is what it has in the ledger. `None` where nothing
    /// does, and where the viewer may not read it.
    pub fn of_commitment(
        &self,
        before: Option<&Commitment>,
        after: &Commitment,
        ledger: &[OccurrenceEntry],
    ) -> Option<Consequence> {
        let lets_read = |c: &Commitment, directory| may_read(self.viewer, c, directory);
        if !lets_read(after, self.after) || !before.is_none_or(|b| lets_read(b, self.before)) {
            return None;
        }
        let deadlines = self.deadlines(before, after);
        let until = self.until(before, after);
        let was = before.map_or(Vec::new(), |c| self.coming(c, self.before, ledger, until));
        let left = without_superseded(ledger, &deadlines);
        let is = self.coming(after, self.after, &left, until);
        let (gone, instead) = differing(was, is);
        let changes = !deadlines.is_empty() || !gone.is_empty() || !instead.is_empty();
        changes.then(|| Consequence {
            commitment: after.reference.clone(),
            title: after.title.clone(),
            deadlines,
            gone,
            instead,
        })
    }

    /// What changes about the brief of a meeting. `open` are the open commitments of its
    /// partnership, `ledger` what the meeting has in the ledger.
    pub fn of_meeting(
        &self,
        before: Option<&Meeting>,
        after: &Meeting,
        open: &[&Commitment],
        ledger: &[OccurrenceEntry],
    ) -> Option<BriefChange> {
        // A brief that holds nothing the viewer may read is not there for them.
        let open: Vec<&Commitment> = open
            .iter()
            .filter(|c| may_read(self.viewer, c, self.after))
            .copied()
            .collect();
        let last = [before, Some(after)].into_iter().flatten();
        let last = last.filter_map(|m| m.dated()).map(|d| d.window.last).max();
        let until = last.map_or(self.moment.now, |day| {
            plus(day, 1)
                .and_hms_opt(0, 0, 0)
                .map_or(self.moment.now, |at| at.and_utc())
        });
        let is_waiting = |e: &&OccurrenceEntry| e.state == OccurrenceState::Waiting;
        let coming = |meeting: &Meeting, directory: &Directory, ledger: &[OccurrenceEntry]| {
            let waiting = ledger.iter().filter(is_waiting);
            let mut briefs: Vec<Brief> = waiting.map(|e| (e.recipient.clone(), e.date)).collect();
            let said = follow(
                self.moment,
                until,
                Recorded::from_ledger(ledger),
                |recorded, moment| due_brief(meeting, &open, directory, recorded, moment),
            );
            briefs.extend(said.into_iter().map(|(at, o)| {
                let zone = directory.hours(&o.recipient).zone;
                (o.recipient, at.with_timezone(&zone).date_naive())
            }));
            briefs.sort();
            briefs
        };
        type Brief = (crate::domain::ids::ReaderId, chrono::NaiveDate);
        let was = before.map_or(Vec::new(), |m| coming(m, self.before, ledger));
        let moves = before.is_some_and(|b| b.dated() != after.dated());
        let left: Vec<OccurrenceEntry> = ledger
            .iter()
            .cloned()
            .map(|entry| if moves { taken_back(entry) } else { entry })
            .collect();
        let is = coming(after, self.after, &left);
        let gone: Vec<Brief> = was.iter().filter(|b| !is.contains(b)).cloned().collect();
        let instead: Vec<Brief> = is.into_iter().filter(|b| !was.contains(b)).collect();
        (!gone.is_empty() || !instead.is_empty()).then(|| BriefChange {
            meeting: after.id.clone(),
            gone,
            instead,
        })
    }

    fn deadlines(&self, before: Option<&Commitment>, after: &Commitment) -> Vec<DeadlineChange> {
        let today = desk_today(after, self.after, self.moment.now);
        let mut places: Vec<Option<&str>> = vec![None];
        let live = |c| Commitment::live_milestones(c).map(|(_, m)| Some(m.title.as_str()));
        places.extend(live(after));
        if let Some(before) = before {
            places.extend(
                live(before)
                    .filter(|p| !places.contains(p))
                    .collect::<Vec<_>>(),
            );
        }
        let completed = after
            .latest_update(today)
            .is_some_and(|u| u.reports_completion());
        places
            .into_iter()
            .filter_map(|milestone| {
                let (from, from_window) =
                    before.map_or((None, None), |c| deadline_of(c, milestone, self.before));
                let (to, to_window) = deadline_of(after, milestone, self.after);
                if before.is_none() || (from == to && from_window == to_window) {
                    return None;
                }
                let schedule = |deadline: &Option<Deadline>, window| {
                    deadline.as_ref().map(|_| of_window(window, today, 0))
                };
                let becomes = schedule(&to, to_window).filter(|now| match now {
                    Schedule::Overdue => !completed,
                    Schedule::AwaitingEvent => true,
                    _ => false,
                });
                let becomes = becomes.filter(|now| schedule(&from, from_window) != Some(*now));
                Some(DeadlineChange {
                    milestone: milestone.map(str::to_owned),
                    from,
                    from_window,
                    to,
                    to_window,
                    becomes,
                })
            })
            .collect()
    }

    /// How far both sides are followed.
    fn until(&self, before: Option<&Commitment>, after: &Commitment) -> DateTime<Utc> {
        let ends = |c: &Commitment, directory: &Directory| {
            let own = c.deadline.iter();
            let steps = c.live_milestones().filter_map(|(_, m)| m.deadline.as_ref());
            let windows = own.chain(steps).filter_map(|d| directory.resolve(c, d));
            windows.map(|d| d.window.last).max()
        };
        let last = before
            .and_then(|c| ends(c, self.before))
            .max(ends(after, self.after));
        let now = self.moment.now;
        let past_the_end = last.map_or(0, |day| {
            (plus(day, AFTER_THE_END) - now.date_naive()).num_days()
        });
        now + TimeDelta::days(past_the_end.clamp(HORIZON, FURTHEST))
    }

    fn coming(
        &self,
        commitment: &Commitment,
        directory: &Directory,
        ledger: &[OccurrenceEntry],
        until: DateTime<Utc>,
    ) -> Vec<Reminder> {
        let waiting = ledger
            .iter()
            .filter(|e| e.state == OccurrenceState::Waiting)
            .map(|e| Reminder {
                milestone: milestone_of(&e.subject),
                rule: e.rule,
                recipient: e.recipient.clone(),
                at: e.slot,
                date: e.date,
            });
        let said = follow(
            self.moment,
            until,
            Recorded::from_ledger(ledger),
            |recorded, moment| due(commitment, directory, recorded, moment),
        );
        let coming = said.into_iter().map(|(at, o)| {
            let zone = directory.hours(&o.recipient).zone;
            Reminder {
                milestone: milestone_of(&o.subject),
                rule: o.rule,
                date: at.with_timezone(&zone).date_naive(),
                recipient: o.recipient,
                at,
            }
        });
        let mut all: Vec<Reminder> = waiting.chain(coming).collect();
        all.sort_by(|a, b| {
            (a.at, a.rule.precedence(), &a.recipient).cmp(&(
                b.at,
                b.rule.precedence(),
                &b.recipient,
            ))
        });
        all
    }
}

/// Asks again and again, as the daemon would, until an instant; returns what is said and when.
fn follow(
    moment: Moment,
    until: DateTime<Utc>,
    mut recorded: Recorded,
    ask: impl Fn(&Recorded, Moment) -> Due,
) -> Vec<(DateTime<Utc>, Occurrence)> {
    let mut now = moment.now;
    let mut said = Vec::new();
    loop {
        let due = ask(&recorded, Moment { now, ..moment });
        for skipped in &due.skipped {
            recorded.add(&skipped.occurrence, false);
        }
        for occurrence in due.said {
            recorded.add(&occurrence, true);
            said.push((now, occurrence));
        }
        match due.next {
            Some(next) if next > now && next <= until => now = next,
            _ => return said,
        }
    }
}

fn deadline_of(
    commitment: &Commitment,
    milestone: Option<&str>,
    directory: &Directory,
) -> (Option<Deadline>, Option<Window>) {
    let deadline = match milestone {
        None => commitment.deadline.as_ref(),
        Some(title) => commitment
            .milestones
            .iter()
            .find(|m| m.title == title)
            .and_then(|m| m.deadline.as_ref()),
    };
    let window = deadline.and_then(|d| directory.resolve(commitment, d));
    (deadline.cloned(), window.map(|d| d.window))
}

fn milestone_of(subject: &Subject) -> Option<String> {
    match subject {
        Subject::Milestone(_, title) => Some(title.clone()),
        _ => None,
    }
}

/// The ledger as the change leaves it: what waits for a window that changes is taken back.
fn without_superseded(
    ledger: &[OccurrenceEntry],
    deadlines: &[DeadlineChange],
) -> Vec<OccurrenceEntry> {
    let changes = |entry: &OccurrenceEntry| {
        let milestone = milestone_of(&entry.subject);
        let mut of_it = deadlines.iter().filter(|d| d.milestone == milestone);
        entry.rule.has_window() && of_it.any(|d| d.from_window != d.to_window)
    };
    ledger
        .iter()
        .cloned()
        .map(|entry| {
            if changes(&entry) {
                taken_back(entry)
            } else {
                entry
            }
        })
        .collect()
}

fn taken_back(mut entry: OccurrenceEntry) -> OccurrenceEntry {
    if entry.state == OccurrenceState::Waiting {
        entry.state = OccurrenceState::Superseded;
    }
    entry
}

/// What is only on the first side, and what is only on the second.
fn differing(was: Vec<Reminder>, is: Vec<Reminder>) -> (Vec<Reminder>, Vec<Reminder>) {
    let key = |r: &Reminder| -> (Option<String>, Rule, String, chrono::NaiveDate) {
        (r.milestone.clone(), r.rule, r.recipient.to_string(), r.date)
    };
    let keys = |all: &[Reminder]| {
        all.iter()
            .map(key)
            .collect::<std::collections::HashSet<_>>()
    };
    let (was_keys, is_keys) = (keys(&was), keys(&is));
    let gone = was
        .into_iter()
        .filter(|r| !is_keys.contains(&key(r)))
        .collect();
    let instead = is
        .into_iter()
        .filter(|r| !was_keys.contains(&key(r)))
        .collect();
    (gone, instead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::book::Book;
    use crate::domain::moving::{Entered, NewDate, moved};
    use std::sync::Arc;

    fn moment() -> Moment {
        Moment {
            now: "2025-06-02T02:00:00Z".parse().unwrap(),
            live_on: Some("2025-06-02".parse().unwrap()),
        }
    }

    /// The first record, and the same with the PMC on another day.
    fn books(to: &str) -> (Book, Book) {
        let before = crate::record::first_record();
        let mut directory = Directory::clone(&before.directory);
        let pmc = directory.meetings.get_mut("pmc-us-2025").unwrap();
        let wanted = NewDate {
            date: Some(crate::domain::deadline::MeetingDate::parse(to).unwrap()),
            ..NewDate::default()
        };
        let entered = Entered {
            on: "2025-06-02".parse().unwrap(),
            at: moment().now,
        };
        *pmc = moved(pmc, &wanted, entered).unwrap();
        let after = Book {
            directory: Arc::new(directory),
            ..before.clone()
        };
        (before, after)
    }

    fn comparison<'a>(before: &'a Book, after: &'a Book, viewer: &'a Viewer) -> Comparison<'a> {
        Comparison {
            before: &before.directory,
            after: &after.directory,
            moment: moment(),
            viewer,
        }
    }

    fn tied(book: &Book) -> &Commitment {
        let hangs = |c: &&Commitment| {
            let steps = c.milestones.iter().filter_map(|m| m.deadline.as_ref());
            let mut all = c.deadline.iter().chain(steps);
            all.any(|d| d.text() == "at pmc-us-2025")
        };
        book.open().find(hangs).expect("something hangs on it")
    }

    #[test]
    fn a_moved_meeting_takes_its_reminders_along() {
        let (before, after) = books("31 July 2025");
        let viewer = Viewer::Operator;
        let comparison = comparison(&before, &after, &viewer);
        let commitment = tied(&before);
        let told = comparison
            .of_commitment(Some(commitment), commitment, &[])
            .expect("its window moves");
        assert!(told.deadlines.iter().any(|d| {
            d.to_window
                .is_some_and(|w| w.last == "2025-07-31".parse().unwrap())
        }));
        let outcome = |all: &[Reminder]| {
            let found = all.iter().find(|r| matches!(r.rule, Rule::Outcome(_)));
            found.map(|r| r.date.to_string())
        };
        assert_eq!(outcome(&told.gone).as_deref(), Some("2025-07-11"));
        assert_eq!(outcome(&told.instead).as_deref(), Some("2025-08-01"));
        let pmc = |book: &Book| book.directory.meetings["pmc-us-2025"].clone();
        let open: Vec<&Commitment> = before
            .open()
            .filter(|c| c.partnership == pmc(&before).partnership)
            .collect();
        let brief = comparison
            .of_meeting(Some(&pmc(&before)), &pmc(&after), &open, &[])
            .expect("three weeks later");
        assert!(
            brief
                .gone
                .iter()
                .all(|(_, day)| day.to_string() == "2025-06-26")
        );
        assert!(!brief.instead.is_empty());
    }

    #[test]
    fn what_would_be_over_is_said_to_become_overdue() {
        let (before, after) = books("30 May 2025");
        let viewer = Viewer::Operator;
        let commitment = tied(&before);
        let told = comparison(&before, &after, &viewer)
            .of_commitment(Some(commitment), commitment, &[])
            .unwrap();
        assert!(
            told.deadlines
                .iter()
                .any(|d| d.becomes == Some(Schedule::Overdue))
        );
    }

    #[test]
    fn a_restricted_commitment_is_not_there_for_those_it_does_not_name() {
        let (before, after) = books("31 July 2025");
        let mut secret = tied(&before).clone();
        secret.confidentiality = crate::domain::commitment::Confidentiality::Restricted;
        secret.readers = vec![(&secret.lead).into()];
        let of = |viewer: Viewer| {
            comparison(&before, &after, &viewer)
                .of_commitment(Some(&secret), &secret, &[])
                .is_some()
        };
        assert!(!of(Viewer::Operator));
        assert!(of(Viewer::Desk(secret.lead.clone())));
    }

    #[test]
    fn what_does_not_change_has_no_consequence() {
        let before = crate::record::first_record();
        let viewer = Viewer::Operator;
        let comparison = comparison(&before, &before, &viewer);
        for commitment in before.open() {
            assert_eq!(
                comparison.of_commitment(Some(commitment), commitment, &[]),
                None
            );
        }
    }
}
