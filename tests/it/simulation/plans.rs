//! What a batch has just planned, compared with what the clerks know: nobody is written to when they
//! are not there or asked for quiet, nobody hears of what is no business of theirs, no digest says what
//! its reader does not want, and the first digest after a handover says so.

use std::collections::BTreeMap;

use aide_memoire::domain::book::Book;
use aide_memoire::domain::commitment::DeskRole;
use aide_memoire::domain::ids::{CommitmentRef, DeskId};
use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Utc};

use super::expectations::{Planned, may_hear};
use super::sketch::Sketch;
use super::witness::Witness;

/// What was planned so far.
#[derive(Default)]
pub struct Plans {
    last_occurrence: i64,
    /// By reader: the Monday of the last week whose digest told more than what is overdue.
    told: BTreeMap<String, NaiveDate>,
    /// What passed to a desk and is still to be told in its digest.
    handed: Vec<Handed>,
}

struct Handed {
    commitment: CommitmentRef,
    to: DeskId,
    entered: DateTime<Utc>,
    on: NaiveDate,
}

impl Plans {
    /// What passed to another desk between two states of the record.
    pub fn note_handovers(&mut self, before: &Book, after: &Book) {
        for commitment in after.open() {
            let known = before.commitment(commitment.reference.as_str());
            let known = known.map_or(0, |c| c.handovers.len());
            let new = commitment.handovers.iter().skip(known);
            for handover in new.filter(|h| h.role == DeskRole::Lead) {
                if let Some(entered) = handover.entered {
                    self.handed.push(Handed {
                        commitment: commitment.reference.clone(),
                        to: handover.to.clone(),
                        entered,
                        on: handover.date,
                    });
                }
            }
        }
    }

    pub fn forget_handovers(&mut self) {
        self.handed.clear();
    }

    /// Everything that is wrong with what was planned since the last look.
    pub async fn look(&mut self, witness: &Witness, book: &Book, sketch: &Sketch) -> Vec<String> {
        let mut found = Vec::new();
        let sql = format!(
            "SELECT id, recipient, rule, slot, recorded_at, date FROM occurrence \
             WHERE state = 'waiting' AND id > {} ORDER BY id",
            self.last_occurrence
        );
        for row in witness.ask(&sql).await {
            self.last_occurrence = row.try_get_by_index(0).unwrap();
            let reader: String = row.try_get_by_index(1).unwrap();
            let rule: String = row.try_get_by_index(2).unwrap();
            let slot: DateTime<Utc> = row.try_get_by_index(3).unwrap();
            let at: DateTime<Utc> = row.try_get_by_index(4).unwrap();
            let date: NaiveDate = row.try_get_by_index(5).unwrap();
            if at < slot {
                found.push(format!("unexpected: {rule} for {reader} before its slot"));
            }
            let items = items_of(witness, self.last_occurrence).await;
            let lines: Vec<String> = items.iter().filter_map(|(_, line)| line.clone()).collect();
            let planned = Planned {
                reader: &reader,
                rule: &rule,
                at,
                lines: &lines,
            };
            if let Some(objection) = sketch.objection(&planned) {
                found.push(format!("unexpected: {rule} for {reader} {objection}"));
            }
            for (reference, _) in &items {
                let commitment = book.commitment(reference);
                let is_theirs =
                    commitment.is_some_and(|c| may_hear(&reader, c, rule == "brief", book));
                if !is_theirs {
                    found.push(format!(
                        "unexpected: {rule} tells {reader} of {reference}, no business of theirs"
                    ));
                }
            }
            if rule == "digest" {
                found.extend(self.look_at_the_digest(&reader, date, &lines, sketch));
                found.extend(
                    self.look_for_handovers(witness, &reader, (at, date), book, sketch)
                        .await,
                );
            }
        }
        found
    }

    /// One who wants a digest every other week gets none in the week between.
    fn look_at_the_digest(
        &mut self,
        reader: &str,
        date: NaiveDate,
        lines: &[String],
        sketch: &Sketch,
    ) -> Option<String> {
        if lines.iter().all(|line| line == "overdue") {
            return None;
        }
        let monday = date - TimeDelta::days(i64::from(date.weekday().num_days_from_monday()));
        let before = self.told.insert(reader.to_owned(), monday)?;
        let habits = sketch.habits_of(reader)?;
        let every_other = habits.digest == Some("fortnightly");
        // What was told while it came every week says nothing.
        if !every_other {
            self.told.remove(reader);
            return None;
        }
        ((monday - before).num_days().abs() == 7)
            .then(|| format!("unexpected: {reader} is told everything two weeks running"))
    }

    /// The first digest of a desk after something passed to it says so, in one line or another.
    async fn look_for_handovers(
        &mut self,
        witness: &Witness,
        reader: &str,
        (at, date): (DateTime<Utc>, NaiveDate),
        book: &Book,
        sketch: &Sketch,
    ) -> Vec<String> {
        let Some(habits) = sketch.habits_of(reader) else {
            return Vec::new();
        };
        // In a pause, or out of the cadence, it waits for a digest that tells everything.
        if habits.pause.is_some() || !matches!(habits.digest, None | Some("weekly")) {
            self.handed.retain(|handed| handed.to.as_str() != reader);
            return Vec::new();
        }
        let day = at.with_timezone(&book.directory.hours(&reader.parse().unwrap()).zone);
        // A digest is counted from its own date, however late it is put together.
        let is_news = |handed: &Handed| {
            handed.to.as_str() == reader && handed.entered <= at && handed.on <= date
        };
        let (news, rest): (Vec<Handed>, Vec<Handed>) = std::mem::take(&mut self.handed)
            .into_iter()
            .partition(is_news);
        self.handed = rest;
        if news.is_empty() {
            return Vec::new();
        }
        let told = carried_to(witness, reader, day.date_naive()).await;
        let mut found = Vec::new();
        for handed in news {
            let reference = handed.commitment.as_str();
            let Some(commitment) = book.commitment(reference) else {
                continue;
            };
            let is_theirs = commitment.is_open()
                && !commitment.is_restricted()
                && commitment.lead == handed.to
                && commitment.opened <= date;
            if is_theirs && !told.iter().any(|t| t == reference) {
                found.push(format!(
                    "lost: the digest of {reader} does not say that {reference} passed to it"
                ));
            }
        }
        found
    }
}

/// The commitments of an occurrence's items, and why a digest has the line.
async fn items_of(witness: &Witness, occurrence: i64) -> Vec<(String, Option<String>)> {
    let sql = format!(
        "SELECT commitment, line FROM notice_item WHERE occurrence_id = {occurrence} ORDER BY id"
    );
    let rows = witness.ask(&sql).await;
    let pairs = rows.iter().map(|row| {
        (
            row.try_get_by_index(0).unwrap(),
            row.try_get_by_index(1).unwrap(),
        )
    });
    pairs.collect()
}

/// Everything a reader's notices of a day speak of.
async fn carried_to(witness: &Witness, reader: &str, day: NaiveDate) -> Vec<String> {
    let sql = format!(
        "SELECT i.commitment FROM notice_item i JOIN notice n ON n.id = i.notice_id \
         WHERE n.recipient = '{reader}' AND n.date = '{day}' AND i.dropped IS NULL"
    );
    let rows = witness.ask(&sql).await;
    let references = rows.iter().map(|row| row.try_get_by_index(0).unwrap());
    references.collect()
}
