//! The accounts at the end of a history: the ledger, the notices, the relay's log and the planner
//! asked again must agree. Lost 0, unexpected 0, doubled 0 outside *in doubt*.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use aide_memoire::clock::Clock;
use aide_memoire::domain::commitment::Commitment;
use aide_memoire::domain::ledger::{NoticeEntry, NoticeFilter, OccurrenceEntry, OccurrenceFilter};
use aide_memoire::domain::notice::{NoticeState, OccurrenceState, Subject};
use aide_memoire::domain::rule::Rule;
use aide_memoire::planner::brief::due_brief;
use aide_memoire::planner::coverage::{Coverage, digest_readers};
use aide_memoire::planner::digest::{due_digest, next_digest};
use aide_memoire::planner::{Due, Moment, Occurrence, Recorded, due, next_slot};
use chrono::{DateTime, Datelike, TimeDelta, Utc};

use super::expectations::successor_of;
use super::history::History;
use super::witness::ALL;

/// Everything that does not agree.
pub async fn reconcile(history: &History) -> Vec<String> {
    let mut accounts = Accounts::open(history).await;
    accounts.nothing_is_due_any_more().await;
    accounts.every_occurrence_is_explained();
    accounts.the_log_is_the_ledgers();
    accounts.nothing_is_said_twice();
    accounts.one_notice_a_morning();
    accounts.what_ended_has_passed_on();
    accounts.what_came_back_is_known().await;
    accounts.violations
}

/// A notice's columns that the ledger's values do not carry.
struct Columns {
    doubts: usize,
    content: Option<Vec<u8>>,
}

struct Accounts<'a> {
    history: &'a History,
    now: DateTime<Utc>,
    occurrences: Vec<OccurrenceEntry>,
    notices: Vec<NoticeEntry>,
    columns: BTreeMap<String, Columns>,
    /// The notices that carry each occurrence live.
    carriers: BTreeMap<i64, BTreeSet<usize>>,
    violations: Vec<String>,
}

pub async fn everything(history: &History) -> (Vec<OccurrenceEntry>, Vec<NoticeEntry>) {
    let snapshot = history.clerk.read().await.unwrap();
    let occurrences = snapshot
        .occurrences(&OccurrenceFilter::default(), ALL)
        .await;
    let notices = snapshot.notices(&NoticeFilter::default(), ALL).await;
    let (mut occurrences, mut notices) = (occurrences.unwrap(), notices.unwrap());
    occurrences.sort_by_key(|o| o.id);
    notices.sort_by(|a, b| (a.date, &a.recipient, a.part).cmp(&(b.date, &b.recipient, b.part)));
    (occurrences, notices)
}

impl<'a> Accounts<'a> {
    async fn open(history: &'a History) -> Self {
        let (occurrences, notices) = everything(history).await;
        let rows = history
            .witness
            .ask("SELECT message_id, doubts, content FROM notice")
            .await;
        let columns = rows.iter().map(|row| {
            let doubts: i32 = row.try_get_by_index(1).unwrap();
            let columns = Columns {
                doubts: doubts.unsigned_abs() as usize,
                content: row.try_get_by_index(2).unwrap(),
            };
            (row.try_get_by_index(0).unwrap(), columns)
        });
        let columns = columns.collect();
        let places: BTreeMap<String, usize> = notices
            .iter()
            .enumerate()
            .map(|(at, n)| (n.message_id.clone(), at))
            .collect();
        let mut carriers: BTreeMap<i64, BTreeSet<usize>> = BTreeMap::new();
        let items = history
            .witness
            .ask(
                "SELECT i.occurrence_id, n.message_id FROM notice_item i \
                 JOIN notice n ON n.id = i.notice_id WHERE i.dropped IS NULL",
            )
            .await;
        for row in items {
            let id: String = row.try_get_by_index(1).unwrap();
            let occurrence: i64 = row.try_get_by_index(0).unwrap();
            carriers.entry(occurrence).or_default().insert(places[&id]);
        }
        Self {
            history,
            now: history.clocks.business_now(),
            occurrences,
            notices,
            columns,
            carriers,
            violations: Vec::new(),
        }
    }

    fn broken(&mut self, what: String) {
        self.violations.push(what);
    }

    /// Lost 0: the planner, asked again of everything with the ledger's memory, has nothing to say,
    /// and will be asked no later than it wants to be.
    async fn nothing_is_due_any_more(&mut self) {
        // As it is now: an address may have turned out to take no mail after the last edit.
        let book = self.history.clerk.book().await.unwrap();
        let live_on = {
            let snapshot = self.history.clerk.read().await.unwrap();
            snapshot.installation().await.unwrap().live_on
        };
        let moment = Moment {
            now: self.now,
            live_on,
        };
        let directory = &book.directory;
        let stored = self.next_due("commitment", "reference").await;
        for commitment in book.open() {
            let reference = commitment.reference.as_str();
            let recorded = self.memory_of(|subject| match subject {
                Subject::Commitment(of) | Subject::Milestone(of, _) => of.as_str() == reference,
                _ => false,
            });
            let said = due(commitment, directory, &recorded, moment);
            self.is_said(
                &format!("commitment {reference}"),
                said,
                stored.get(reference),
            );
        }
        let stored = self.next_due("meeting", "id").await;
        for meeting in directory.meetings.values() {
            let id = meeting.id.as_str();
            let open: Vec<&Commitment> = book
                .open()
                .filter(|c| c.partnership.is_some() && c.partnership == meeting.partnership)
                .collect();
            let recorded = self
                .memory_of(|subject| matches!(subject, Subject::Meeting(of) if of.as_str() == id));
            let said = due_brief(meeting, &open, directory, &recorded, moment);
            self.is_said(&format!("meeting {id}"), said, stored.get(id));
        }
        let stored = self.next_due("reader", "id").await;
        for reader in digest_readers(directory) {
            let coverage = Coverage::ever(&reader, directory);
            let concerned: Vec<&Commitment> =
                book.open().filter(|c| coverage.includes(c)).collect();
            let recorded =
                self.memory_of(|subject| matches!(subject, Subject::Reader(of) if *of == reader));
            let zone = directory.hours(&reader).zone;
            let week = |date: chrono::NaiveDate| date.iso_week();
            let this_week = week(self.now.with_timezone(&zone).date_naive());
            let reminded: HashSet<_> = self
                .notices
                .iter()
                .filter(|n| n.recipient == reader && week(n.date) == this_week)
                .flat_map(|n| &n.items)
                .filter(|i| i.item.rule != Rule::Brief && i.item.rule != Rule::Digest)
                .map(|i| (i.item.commitment.clone(), i.item.milestone.clone()))
                .collect();
            let mut said = due_digest(&reader, &concerned, directory, &recorded, moment, &reminded);
            // An edit after the slot may put a line on a week that had none when it was looked at:
            // that line is for the next week, whose digest tells what changed.
            let now_there = self.now.with_timezone(&zone);
            let since_monday = now_there.weekday().num_days_from_monday();
            let sunday = self.now - TimeDelta::days(i64::from(since_monday) + 1);
            let slot = next_digest(&reader, directory, sunday);
            if slot < self.history.edited {
                said.said.clear();
                said.next = Some(next_digest(&reader, directory, self.now));
            }
            self.is_said(
                &format!("digest of {reader}"),
                said,
                stored.get(reader.as_str()),
            );
        }
    }

    /// What the ledger remembers of some subjects.
    fn memory_of(&self, is_about: impl Fn(&Subject) -> bool) -> Recorded {
        Recorded::from_ledger(self.occurrences.iter().filter(|o| is_about(&o.subject)))
    }

    async fn next_due(&self, table: &str, id: &str) -> BTreeMap<String, DateTime<Utc>> {
        let sql = format!("SELECT {id}, next_due FROM {table} WHERE next_due IS NOT NULL");
        let rows = self.history.witness.ask(&sql).await;
        rows.iter()
            .map(|row| {
                let id = row.try_get_by_index(0).unwrap();
                (id, row.try_get_by_index(1).unwrap())
            })
            .collect()
    }

    fn is_said(&mut self, who: &str, said: Due, stored: Option<&DateTime<Utc>>) {
        let mut wanted = said.next;
        for occurrence in &said.said {
            if !self.waits_for_the_next_morning(occurrence, stored) {
                self.broken(format!(
                    "lost: {who} has {} for {} of {} to say",
                    occurrence.rule, occurrence.recipient, occurrence.date
                ));
            }
        }
        for skipped in &said.skipped {
            let occurrence = &skipped.occurrence;
            // What goes with something that waits is judged again when that is said.
            let goes_with = said
                .said
                .iter()
                .any(|o| o.recipient == occurrence.recipient && o.subject == occurrence.subject);
            if !goes_with {
                self.broken(format!(
                    "lost: {who} leaves {} for {} of {} unsaid ({}), and the ledger does not know",
                    occurrence.rule, occurrence.recipient, occurrence.date, skipped.reason
                ));
            }
        }
        // The smallest unit the database keeps.
        if let Some(at) = wanted.take()
            && stored.is_none_or(|s| *s > at + TimeDelta::microseconds(1))
        {
            self.broken(format!(
                "lost: {who} speaks at {at}, but is asked at {stored:?}"
            ));
        }
    }

    /// That morning's notice has left: it comes with the next one, and its turn is set for then.
    fn waits_for_the_next_morning(
        &self,
        occurrence: &Occurrence,
        stored: Option<&DateTime<Utc>>,
    ) -> bool {
        let directory = &self.history.witness.book().directory;
        let reader = &occurrence.recipient;
        let zone = directory.hours(reader).zone;
        let today = self.now.with_timezone(&zone).date_naive();
        let has_left = self.notices.iter().any(|n| {
            n.recipient == *reader && n.date == today && n.state != NoticeState::Cancelled
        });
        has_left && stored.is_some_and(|at| *at <= next_slot(reader, directory, self.now))
    }

    /// Every occurrence is sent, waiting on a notice, or has its reason.
    fn every_occurrence_is_explained(&mut self) {
        let mut broken = Vec::new();
        for occurrence in &self.occurrences {
            let on = |states: &[NoticeState]| {
                let carriers = self.carriers.get(&occurrence.id).into_iter().flatten();
                let mut carriers = carriers.map(|at| self.notices[*at].state);
                carriers.any(|state| states.contains(&state))
            };
            let explained = match occurrence.state {
                OccurrenceState::Sent => on(&[NoticeState::Sent]),
                OccurrenceState::Waiting => on(&[
                    NoticeState::Gathering,
                    NoticeState::Pending,
                    NoticeState::Claimed,
                    NoticeState::Deferred,
                    NoticeState::InData,
                    NoticeState::InDoubt,
                    NoticeState::Parked,
                ]),
                _ => {
                    occurrence.reason.is_some()
                        || on(&[
                            NoticeState::Rejected,
                            NoticeState::Expired,
                            NoticeState::Bounced,
                        ])
                }
            };
            if !explained {
                broken.push(format!("lost: nobody knows what became of {occurrence:?}"));
            }
        }
        self.violations.extend(broken);
    }

    /// What is called sent is in the relay's log, and the log holds nothing else.
    fn the_log_is_the_ledgers(&mut self) {
        let mut copies: BTreeMap<String, Vec<Vec<u8>>> = BTreeMap::new();
        for message in self.history.relay.log() {
            let id = message.message_id.unwrap_or_default();
            copies.entry(id).or_default().push(message.content);
        }
        let mut broken = Vec::new();
        for notice in &self.notices {
            let id = &notice.message_id;
            let copies = copies.remove(id).unwrap_or_default();
            let Columns { doubts, content } = &self.columns[id];
            if copies.len() > 1 + doubts {
                broken.push(format!("doubled: {} copies of {id}", copies.len()));
            }
            if copies.windows(2).any(|two| two[0] != two[1]) {
                broken.push(format!("doubled: two copies of {id} differ"));
            }
            let is_its_content = |copy: &Vec<u8>| {
                let content = content.as_deref().unwrap_or_default();
                copy.trim_ascii_end() == content.trim_ascii_end()
            };
            if !copies.iter().all(is_its_content) {
                broken.push(format!(
                    "unexpected: {id} went out otherwise than it is kept"
                ));
            }
            match notice.state {
                state @ (NoticeState::Sent | NoticeState::Bounced) if copies.is_empty() => {
                    broken.push(format!(
                        "lost: {id} is called {state}, and the relay never had it"
                    ));
                }
                NoticeState::Sent
                | NoticeState::Bounced
                | NoticeState::InDoubt
                | NoticeState::Parked => {}
                _ if copies.is_empty() || *doubts > 0 => {}
                state => broken.push(format!("unexpected: {id} went out, and is {state}")),
            }
        }
        for id in copies.keys() {
            broken.push(format!("unexpected: {id} is no notice of the ledger"));
        }
        self.violations.extend(broken);
    }

    /// Doubled 0: no firing on two sent notices, and no rule twice for one window.
    fn nothing_is_said_twice(&mut self) {
        let mut broken = Vec::new();
        let mut windows = BTreeSet::new();
        for occurrence in &self.occurrences {
            let carriers = self.carriers.get(&occurrence.id).into_iter().flatten();
            let sent = carriers
                .filter(|at| self.notices[**at].state == NoticeState::Sent)
                .count();
            if sent > 1 {
                broken.push(format!("doubled: on {sent} notices: {occurrence:?}"));
            }
            let window = occurrence.because.window;
            if let (OccurrenceState::Sent, Some(window)) = (occurrence.state, window) {
                let key = (
                    occurrence.subject.clone(),
                    occurrence.rule,
                    occurrence.recipient.clone(),
                    (window.first, window.last),
                );
                if !windows.insert(key) {
                    broken.push(format!(
                        "doubled: again for the same window: {occurrence:?}"
                    ));
                }
            }
        }
        self.violations.extend(broken);
    }

    /// One reader, one morning, one notice; a later part only for what could not wait.
    fn one_notice_a_morning(&mut self) {
        let mut broken = Vec::new();
        let mut parts = BTreeSet::new();
        for (at, notice) in self.notices.iter().enumerate() {
            let morning = (notice.recipient.clone(), notice.date);
            if !parts.insert((morning.clone(), notice.part)) {
                broken.push(format!("doubled: part {} of {morning:?}", notice.part));
            }
            let before = self.notices[..at].iter().filter(|n| {
                (n.recipient.clone(), n.date) == morning && n.state != NoticeState::Cancelled
            });
            let cannot_wait = notice
                .items
                .iter()
                .any(|i| matches!(i.item.rule, Rule::LastDay | Rule::Brief));
            if before.count() > 0 && notice.state != NoticeState::Cancelled && !cannot_wait {
                broken.push(format!("doubled: a second notice for {morning:?}"));
            }
        }
        self.violations.extend(broken);
    }

    /// A desk that has ended answers for nothing that its successor may read.
    fn what_ended_has_passed_on(&mut self) {
        let sketch = &self.history.sketch;
        let mut broken = Vec::new();
        for commitment in self.history.witness.book().open() {
            let lead = commitment.lead.as_str();
            let Some(successor) = successor_of(sketch, lead, self.now) else {
                continue;
            };
            let mut readers = commitment.readers.iter();
            if !commitment.is_restricted() || readers.any(|r| r.as_str() == successor) {
                broken.push(format!(
                    "lost: {} stays with {lead}, which has ended; {successor} succeeds",
                    commitment.reference
                ));
            }
        }
        self.violations.extend(broken);
    }

    /// Every address that gave mail back is entered as such, until somebody says otherwise.
    async fn what_came_back_is_known(&mut self) {
        let snapshot = self.history.clerk.read().await.unwrap();
        let entered = snapshot.bouncing().await.unwrap();
        let mut broken = Vec::new();
        for address in self.history.witness.unreachable() {
            if !entered.iter().any(|b| b.address.as_str() == address) {
                broken.push(format!("lost: nobody knows that {address} gave mail back"));
            }
        }
        self.violations.extend(broken);
    }
}
