//! `explain`: why something came, what comes next, and why nothing came: of a notice, a commitment, or
//! one morning of a reader. The past is told from what was stored then, the future computed.

use std::fmt::Write as _;
use std::sync::Arc;

use anyhow::{Result, bail};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use clap::Args;
use uuid::Uuid;

use super::{Common, block_on, date, open};
use crate::clock::{Clock, SystemClock};
use crate::domain::book::Book;
use crate::domain::calendar::plus;
use crate::domain::commitment::Commitment;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::ledger::{NoticeEntry, NoticeFilter, OccurrenceEntry, OccurrenceFilter, Page};
use crate::domain::nearest::nearest;
use crate::domain::notice::{Because, Item, OccurrenceState, Subject};
use crate::domain::rule::Rule;
use crate::domain::schedule::desk_today;
use crate::planner::digest::next_digest;
use crate::planner::{self, Moment, Occurrence, Recorded};
use crate::store::Snapshot;
use crate::wording;

/// How many entries of the past are told, the latest first.
const PAST: u64 = 30;
/// How far ahead it looks, in days.
const HORIZON_DAYS: i64 = 400;

#[derive(Debug, Args)]
pub struct Explain {
    /// A commitment's reference, a notice's id or Message-ID, or a desk's or person's id
    #[arg(value_name = "WHAT")]
    what: String,
    /// The morning to explain, where WHAT is a desk or a person; today where it is left out
    #[arg(long, value_name = "DATE", value_parser = date)]
    on: Option<NaiveDate>,
}

impl Explain {
    pub fn run(self, common: &Common) -> Result<()> {
        let config = common.settings()?;
        block_on(async {
            let store = open(&config).await?;
            let snapshot = store.read().await?;
            let live_on = snapshot.installation().await?.live_on;
            let telling = Telling {
                book: store.book().await?,
                snapshot,
                now: SystemClock.business_now(),
                live_on: live_on.or(config.scheduler.live_on()),
            };
            print!("{}", telling.of(&self.what, self.on).await?);
            Ok(())
        })
    }
}

struct Telling {
    book: Arc<Book>,
    snapshot: Snapshot,
    now: DateTime<Utc>,
    live_on: Option<NaiveDate>,
}

impl Telling {
    async fn of(&self, what: &str, on: Option<NaiveDate>) -> Result<String> {
        if let Some(id) = notice_id(what) {
            let Some(notice) = self.snapshot.notice(id).await? else {
                bail!("there is no notice {id}; the mail log of the pages lists them");
            };
            return self.of_notice(&notice).await;
        }
        if let Some(commitment) = self.book.commitment(what) {
            return self.of_commitment(commitment).await;
        }
        match ReaderId::parse(what) {
            Ok(reader) if self.book.directory.reader(&reader).is_some() => {
                self.of_morning(&reader, on).await
            }
            _ => bail!("{}", self.unknown(what)),
        }
    }

    fn unknown(&self, what: &str) -> String {
        let directory = &self.book.directory;
        let commitments = self.book.commitments.keys().map(CommitmentRef::as_str);
        let desks = directory.desks.keys().map(|d| d.as_str());
        let people = directory.people.keys().map(|p| p.as_str());
        let meant = nearest(what, commitments.chain(desks).chain(people))
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        format!("`{what}` is neither a commitment, a notice, a desk nor a person on record{meant}")
    }

    /// One notice: what it carried, each with its chain, and how it went.
    async fn of_notice(&self, notice: &NoticeEntry) -> Result<String> {
        let mut text = format!("{}\n", self.headline(notice));
        if let Some(subject) = &notice.subject {
            let _ = writeln!(text, "“{subject}”");
        }
        for carried in &notice.items {
            let item = &carried.item;
            let _ = writeln!(text, "\n{}", self.item_title(item));
            let why = wording::because(item.rule, &item.because, &self.book.directory);
            match carried.dropped {
                Some(reason) => {
                    let _ = writeln!(
                        text,
                        "  Dropped before it left. {}",
                        wording::reason(reason)
                    );
                }
                None if self.is_discreet(&item.commitment) => {}
                None => {
                    let _ = writeln!(text, "  {why}");
                }
            }
            self.write_chain(&mut text, item);
        }
        let attempts = self.snapshot.attempts(notice.id).await?;
        if !attempts.is_empty() {
            let _ = writeln!(text, "\nTries at sending:");
        }
        for attempt in attempts {
            let _ = writeln!(
                text,
                "  {}. {}, as far as {}: {} ({})",
                attempt.n,
                attempt.at.format("%Y-%m-%d %H:%M:%S UTC"),
                wording::phase(attempt.phase),
                wording::notice_state(attempt.outcome),
                attempt.reply,
            );
        }
        Ok(text)
    }

    /// `Digest to the ASEAN-U.S. desk, Monday 2 June 2025, 08:00 in Phnom Penh: sent`
    fn headline(&self, notice: &NoticeEntry) -> String {
        let directory = &self.book.directory;
        let zone = directory.hours(&notice.recipient).zone;
        format!(
            "{} to {}, {}: {}",
            wording::capitalised(wording::notice_kind(notice.kind)),
            wording::with_article(directory.reader_name(&notice.recipient)),
            wording::local_time(notice.due_at, zone),
            wording::notice_state(notice.state),
        )
    }

    fn item_title(&self, item: &Item) -> String {
        let what = match item.line {
            Some(line) => wording::line(line).to_owned(),
            None => wording::rule_name(item.rule),
        };
        let late = if item.late { ", late" } else { "" };
        let milestone = item.milestone.as_deref();
        format!("{}: {what}{late}", self.title(&item.commitment, milestone))
    }

    /// `US37-01 Joint Vision Statement: endorsed`; of a restricted commitment, the reference alone.
    fn title(&self, reference: &CommitmentRef, milestone: Option<&str>) -> String {
        let known = self.book.commitment(reference.as_str());
        match known.filter(|c| !c.is_restricted()) {
            None => reference.to_string(),
            Some(c) => {
                let step = milestone.map(|m| format!(": {m}")).unwrap_or_default();
                format!("{reference} {}{step}", c.title)
            }
        }
    }

    /// Of a restricted commitment, and of one that is not on record, only dates are told.
    fn is_discreet(&self, reference: &CommitmentRef) -> bool {
        let known = self.book.commitment(reference.as_str());
        known.is_none_or(Commitment::is_restricted)
    }

    fn write_chain(&self, text: &mut String, item: &Item) {
        let discreet = self.is_discreet(&item.commitment);
        let links = wording::chain(item.rule, &item.because, &self.book.directory, discreet);
        for link in links {
            let _ = writeln!(text, "    {:<13} {}", link.name, link.words);
        }
    }

    /// One commitment: what came, what was left unsaid, what comes next, and what holds it back.
    async fn of_commitment(&self, commitment: &Commitment) -> Result<String> {
        let reference = &commitment.reference;
        let mut text = format!("{}\n", self.title(reference, None));
        let filter = OccurrenceFilter {
            commitment: Some(reference.clone()),
            ..OccurrenceFilter::default()
        };
        let ledger = self.snapshot.occurrences(&filter, latest()).await?;
        let (came, unsaid): (Vec<_>, Vec<_>) = ledger
            .iter()
            .partition(|e| matches!(e.state, OccurrenceState::Sent | OccurrenceState::Waiting));
        let came: Vec<String> = came.into_iter().map(|e| self.entry(e)).collect();
        list(
            &mut text,
            "What came, the latest first:",
            "Nothing came yet.",
            &came,
        );
        let unsaid: Vec<String> = unsaid.into_iter().map(|e| self.entry(e)).collect();
        if !unsaid.is_empty() {
            list(&mut text, "What was left unsaid, and why:", "", &unsaid);
        }
        let due = self.due_already(commitment).await?;
        let due = due.iter().map(|o| self.due_line(o));
        let coming = self.coming(commitment, &ledger);
        let coming = coming.iter().map(|o| self.coming_line(o));
        let next: Vec<String> = due.chain(coming).collect();
        list(
            &mut text,
            "What comes next, if nobody acts:",
            "No reminder of its own lies ahead.",
            &next,
        );
        let directory = &self.book.directory;
        let today = desk_today(commitment, directory, self.now);
        let silences: Vec<String> = planner::silences(commitment, directory, today)
            .iter()
            .map(|s| wording::silence(s, directory, commitment.is_restricted()))
            .collect();
        if !silences.is_empty() {
            list(&mut text, "What holds reminders back:", "", &silences);
        }
        Ok(text)
    }

    /// What has come due and is not in the ledger yet: just after an import, before the daemon looks.
    /// What missed its slot leaves at its reader's next one.
    async fn due_already(&self, commitment: &Commitment) -> Result<Vec<Occurrence>> {
        let directory = &self.book.directory;
        let subject = Subject::Commitment(commitment.reference.clone());
        let ledger = self.snapshot.ledger_of(&[subject]).await?;
        let recorded = Recorded::from_ledger(&ledger);
        // An installation goes live on the day of its first look.
        let live_on = self
            .live_on
            .or_else(|| Some(desk_today(commitment, directory, self.now)));
        let at = |now| planner::due(commitment, directory, &recorded, Moment { now, live_on });
        let now = at(self.now);
        let said = match (now.said.is_empty(), now.next) {
            (true, Some(next)) => at(next).said,
            _ => now.said,
        };
        Ok(said.into_iter().filter(|o| o.slot <= self.now).collect())
    }

    fn due_line(&self, occurrence: &Occurrence) -> String {
        let words = self.coming_line(occurrence);
        format!("Due already, and leaves next: {words}")
    }

    /// What the planner would say next that the ledger does not hold.
    fn coming(&self, commitment: &Commitment, ledger: &[OccurrenceEntry]) -> Vec<Occurrence> {
        let until = self.now + TimeDelta::days(HORIZON_DAYS);
        let mut coming = planner::upcoming(commitment, &self.book.directory, self.now, until);
        coming.retain(|o| !ledger.iter().any(|e| o.is_entered_as(e)));
        coming.truncate(10);
        coming
    }

    fn entry(&self, entry: &OccurrenceEntry) -> String {
        let OccurrenceEntry {
            subject,
            rule,
            recipient,
            date,
            state,
            because,
            ..
        } = entry;
        let what = self.occurrence_words(subject, &wording::rule_name(*rule), recipient);
        let why = match (state, entry.reason) {
            (OccurrenceState::Sent | OccurrenceState::Waiting, _) | (_, None) => {
                self.because(subject, *rule, because)
            }
            (_, Some(reason)) => wording::reason(reason).to_owned(),
        };
        format!(
            "{}, {what}: {}. {why}",
            wording::day(*date),
            wording::occurrence_state(*state)
        )
    }

    fn coming_line(&self, occurrence: &Occurrence) -> String {
        let zone = self.book.directory.hours(&occurrence.recipient).zone;
        format!(
            "{}, {}. {}",
            wording::local_time(occurrence.slot, zone),
            self.occurrence_words(
                &occurrence.subject,
                &wording::rule_name(occurrence.rule),
                &occurrence.recipient
            ),
            self.because(&occurrence.subject, occurrence.rule, &occurrence.because)
        )
    }

    /// `endorsed: 7 days before the end, to the ASEAN-U.S. desk`
    fn occurrence_words(&self, subject: &Subject, rule: &str, recipient: &ReaderId) -> String {
        let step = match subject {
            Subject::Milestone(reference, title) if !self.is_discreet(reference) => {
                format!("{title}: ")
            }
            _ => String::new(),
        };
        let name = self.book.directory.reader_name(recipient);
        format!("{step}{rule}, to {}", wording::with_article(name))
    }

    fn because(&self, subject: &Subject, rule: Rule, because: &Because) -> String {
        match subject {
            Subject::Commitment(r) | Subject::Milestone(r, _) if self.is_discreet(r) => {
                String::new()
            }
            _ => wording::because(rule, because, &self.book.directory),
        }
    }

    /// One morning of a reader: what came, what was left unsaid, and when the next digest is.
    async fn of_morning(&self, reader: &ReaderId, on: Option<NaiveDate>) -> Result<String> {
        let directory = &self.book.directory;
        let hours = directory.hours(reader);
        let today = self.now.with_timezone(&hours.zone).date_naive();
        let day = on.unwrap_or(today);
        let mut text = format!(
            "{}, {}\n",
            directory.reader_name(reader),
            wording::weekday_day(day)
        );
        if !hours.calendar.is_working(day) {
            let _ = writeln!(
                text,
                "No working day in the calendar {}: what falls on it leaves on {}.",
                hours.calendar.name,
                wording::weekday_day(hours.calendar.next(day))
            );
        }
        let filter = NoticeFilter {
            recipient: Some(reader.clone()),
            dates: Some(day..plus(day, 1)),
            ..NoticeFilter::default()
        };
        let notices = self.snapshot.notices(&filter, latest()).await?;
        for notice in &notices {
            let _ = write!(text, "\n{}", self.of_notice(notice).await?);
        }
        let unsaid = self.unsaid(reader, day).await?;
        if !unsaid.is_empty() {
            list(&mut text, "Left unsaid that day, and why:", "", &unsaid);
        }
        if notices.is_empty() && unsaid.is_empty() {
            let _ = writeln!(
                text,
                "\n{}",
                if day > today {
                    "Nothing is known of a day to come; `rehearse` lists what would be sent."
                } else {
                    "Nothing was due to them that day."
                }
            );
        }
        let next = next_digest(reader, directory, self.now);
        let _ = writeln!(
            text,
            "\nTheir next digest day is {}.",
            wording::local_time(next, hours.zone)
        );
        Ok(text)
    }

    async fn unsaid(&self, reader: &ReaderId, day: NaiveDate) -> Result<Vec<String>> {
        let filter = OccurrenceFilter {
            recipient: Some(reader.clone()),
            date: Some(day),
            ..OccurrenceFilter::default()
        };
        let ledger = self.snapshot.occurrences(&filter, latest()).await?;
        let silent = ledger
            .iter()
            .filter(|e| !matches!(e.state, OccurrenceState::Sent | OccurrenceState::Waiting));
        Ok(silent
            .map(|e| format!("{}: {}", self.subject(&e.subject), self.entry(e)))
            .collect())
    }

    fn subject(&self, subject: &Subject) -> String {
        match subject {
            Subject::Commitment(reference) | Subject::Milestone(reference, _) => {
                self.title(reference, None)
            }
            Subject::Meeting(id) => {
                wording::capitalised(&wording::the_meeting(id, &self.book.directory))
            }
            Subject::Reader(_) => "Their digest".to_owned(),
        }
    }
}

fn latest() -> Page {
    Page {
        offset: 0,
        limit: PAST,
    }
}

/// A heading and its lines; without any, a sentence.
fn list(text: &mut String, heading: &str, none: &str, lines: &[String]) {
    if lines.is_empty() {
        let _ = writeln!(text, "\n{none}");
        return;
    }
    let _ = writeln!(text, "\n{heading}");
    for line in lines {
        let _ = writeln!(text, "  {}", line.trim_end());
    }
}

/// A notice's id, or the one in a Message-ID: `<UUID@host>`.
fn notice_id(text: &str) -> Option<Uuid> {
    let bare = text.trim_start_matches('<');
    bare.split('@').next()?.parse().ok()
}
