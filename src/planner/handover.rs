//! Handover: when a coordinator's term or a desk ends, its open commitments pass to the successor.
//! Here is who succeeds whom on a day and what passes; `acts` writes it into the record, and the
//! ledger's memory sees to it that the successor is not told what the predecessor was told.
//!
//! A restricted commitment does not pass to a desk that may not read it: it stays, and a person
//! decides.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

use crate::domain::book::Book;
use crate::domain::calendar::{plus, slot_instant};
use crate::domain::commitment::{Commitment, DeskRole, Handover};
use crate::domain::directory::Directory;
use crate::domain::handover::Undecided;
use crate::domain::ids::{DeskId, PartnershipId, PartyId};

/// What has ended by a moment, and who succeeds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Endings {
    /// Desks that have ended, with their last day and the desk that succeeds, if any does.
    pub desks: BTreeMap<DeskId, (NaiveDate, Option<DeskId>)>,
    pub terms: Vec<EndedTerm>,
}

/// A coordinator's term that has ended, where another desk coordinates now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndedTerm {
    pub partnership: PartnershipId,
    pub party: PartyId,
    pub from: DeskId,
    pub to: DeskId,
    pub last_day: NaiveDate,
}

/// Why a place passes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    Desk(DeskId, NaiveDate),
    Term(PartyId, NaiveDate),
}

/// A place that passes on, or would if its successor could read the commitment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Passing {
    pub from: DeskId,
    pub to: DeskId,
    pub role: DeskRole,
    pub why: Ended,
}

impl Endings {
    /// What has ended by an instant: each on the day after its last day, where its desk is.
    pub fn by(now: DateTime<Utc>, directory: &Directory) -> Self {
        let today = |desk: &DeskId| {
            let zone = directory.desk_calendar(desk).timezone;
            now.with_timezone(&zone).date_naive()
        };
        let ended = |desk: &DeskId| {
            let ends = directory.desks.get(desk).and_then(|d| d.ends);
            ends.filter(|last_day| *last_day < today(desk))
        };
        let desks: BTreeMap<_, _> = directory
            .desks
            .keys()
            .filter_map(|desk| {
                let successor = standing(desk, directory, &ended);
                Some((desk.clone(), (ended(desk)?, successor)))
            })
            .collect();
        let mut terms = Vec::new();
        for partnership in directory.partnerships.values() {
            for term in &partnership.coordinators {
                let Some(from) = &term.desk else { continue };
                let (last_day, day) = (last_day_of(term.term.to), today(from));
                let now = partnership
                    .coordinator_on(day)
                    .and_then(|c| c.desk.as_ref());
                let now = now.and_then(|desk| match ended(desk) {
                    Some(_) => standing(desk, directory, &ended),
                    None => Some(desk.clone()),
                });
                let Some(to) = now.filter(|to| to != from && last_day < day) else {
                    continue;
                };
                terms.push(EndedTerm {
                    partnership: partnership.id.clone(),
                    party: term.party.clone(),
                    from: from.clone(),
                    to,
                    last_day,
                });
            }
        }
        Self { desks, terms }
    }

    pub fn is_empty(&self) -> bool {
        self.desks.is_empty() && self.terms.is_empty()
    }

    /// The desks whose commitments may pass on.
    pub fn predecessors(&self) -> BTreeSet<DeskId> {
        let of_terms = self.terms.iter().map(|term| &term.from);
        self.desks.keys().chain(of_terms).cloned().collect()
    }

    /// The places of a commitment that are due to pass on, whether they may or not.
    pub fn passings(&self, commitment: &Commitment) -> Vec<Passing> {
        if !commitment.is_open() {
            return Vec::new();
        }
        let lead = self.of_desk(&commitment.lead, DeskRole::Lead);
        let lead = lead.or_else(|| self.of_term(commitment));
        let cooperating = commitment.cooperating.iter();
        let cooperating = cooperating.filter_map(|desk| self.of_desk(desk, DeskRole::Cooperating));
        lead.into_iter().chain(cooperating).collect()
    }

    fn of_desk(&self, desk: &DeskId, role: DeskRole) -> Option<Passing> {
        let (last_day, successor) = self.desks.get(desk)?;
        Some(Passing {
            from: desk.clone(),
            to: successor.clone()?,
            role,
            why: Ended::Desk(desk.clone(), *last_day),
        })
    }

    /// A term passes on what it had: what was opened after it is there on purpose, and what a person
    /// gave back after a handover stays where it was put.
    fn of_term(&self, commitment: &Commitment) -> Option<Passing> {
        let partnership = commitment.partnership.as_ref()?;
        let of_it =
            |term: &&EndedTerm| term.partnership == *partnership && term.from == commitment.lead;
        let term = self.terms.iter().filter(of_it).max_by_key(|t| t.last_day)?;
        let passed_before = |h: &Handover| {
            h.role == DeskRole::Lead && h.from == term.from && h.date > term.last_day
        };
        let is_due =
            commitment.opened <= term.last_day && !commitment.handovers.iter().any(passed_before);
        is_due.then(|| Passing {
            from: term.from.clone(),
            to: term.to.clone(),
            role: DeskRole::Lead,
            why: Ended::Term(term.party.clone(), term.last_day),
        })
    }
}

/// The instants, after the first and before the second, at which a desk or a coordinator's term has
/// just ended, where it is.
pub fn endings_between(
    directory: &Directory,
    after: DateTime<Utc>,
    before: DateTime<Utc>,
) -> BTreeSet<DateTime<Utc>> {
    let over = |desk: &DeskId, last_day: NaiveDate| {
        let zone = directory.desk_calendar(desk).timezone;
        slot_instant(zone, plus(last_day, 1), NaiveTime::MIN)
    };
    let desks = directory.desks.values();
    let desks = desks.filter_map(|d| Some(over(&d.id, d.ends?)));
    let terms = directory
        .partnerships
        .values()
        .flat_map(|p| &p.coordinators);
    let terms = terms.filter_map(|c| Some(over(c.desk.as_ref()?, last_day_of(c.term.to))));
    let within = |at: &DateTime<Utc>| after < *at && *at < before;
    desks.chain(terms).filter(within).collect()
}

/// Whether the successor may read what would pass to it.
pub fn may_pass(commitment: &Commitment, passing: &Passing) -> bool {
    let mut readers = commitment.readers.iter();
    !commitment.is_restricted() || readers.any(|r| r.as_str() == passing.to.as_str())
}

/// The commitment after everything passed on that is due and may; `None` where nothing does.
/// `reason` words why.
pub fn handed_over(
    commitment: &Commitment,
    endings: &Endings,
    directory: &Directory,
    now: DateTime<Utc>,
    reason: impl Fn(&Passing) -> String,
) -> Option<Commitment> {
    let due = endings.passings(commitment);
    let due: Vec<&Passing> = due.iter().filter(|p| may_pass(commitment, p)).collect();
    if due.is_empty() {
        return None;
    }
    let mut after = commitment.clone();
    for passing in due {
        let Passing { from, to, role, .. } = passing;
        after.pass(from, to, *role);
        let zone = directory.desk_calendar(from).timezone;
        after.handovers.push(Handover {
            date: now.with_timezone(&zone).date_naive(),
            from: from.clone(),
            to: to.clone(),
            role: *role,
            reason: Some(reason(passing)),
            entered: Some(now),
        });
    }
    after.handovers.sort_by_key(|h| h.date);
    Some(after)
}

/// Everything about handovers that a person must decide at a moment.
pub fn undecided(book: &Book, now: DateTime<Utc>) -> BTreeSet<Undecided> {
    let endings = Endings::by(now, &book.directory);
    let mut found = BTreeSet::new();
    if endings.is_empty() {
        return found;
    }
    let mut left: BTreeMap<&DeskId, usize> = BTreeMap::new();
    for commitment in book.open() {
        let due = endings.passings(commitment);
        for passing in due.into_iter().filter(|p| !may_pass(commitment, p)) {
            let Passing { from, to, .. } = passing;
            found.insert(Undecided::NotAReader { from, to });
        }
        let ended = endings.desks.get_key_value(&commitment.lead);
        if let Some((desk, (_, None))) = ended
            && !commitment.is_restricted()
        {
            *left.entry(desk).or_default() += 1;
        }
    }
    found.extend(
        left.into_iter()
            .map(|(desk, leads)| Undecided::NoSuccessor {
                desk: desk.clone(),
                leads,
            }),
    );
    found
}

/// The desk at the end of the line of successors that has not ended itself.
fn standing(
    desk: &DeskId,
    directory: &Directory,
    ended: &impl Fn(&DeskId) -> Option<NaiveDate>,
) -> Option<DeskId> {
    let mut at = desk;
    // Reading lets no circle in; a line is no longer than there are desks.
    for _ in 0..directory.desks.len() {
        at = directory.desks.get(at)?.successor.as_ref()?;
        if ended(at).is_none() {
            return (at != desk).then(|| at.clone());
        }
    }
    None
}

fn last_day_of(year: i32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, 12, 31).unwrap_or(NaiveDate::MAX)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::domain::commitment::Confidentiality;

    fn record(desks: &str, coordinators: &str, commitment: &str) -> Book {
        let record = format!(
            r#"schema = 1
[[calendar]]
id = "kh"
name = "Phnom Penh"
timezone = "Asia/Phnom_Penh"
[[party]]
id = "kh"
name = "Cambodia"
[[desk]]
id = "third"
name = "Third"
calendar = "kh"
{desks}
[[partnership]]
id = "us"
name = "ASEAN-U.S."
coordinators = [{coordinators}]
[[commitment]]
ref = "US37-01"
title = "A report"
promise = "will report"
kind = "deliverable"
partnership = "us"
lead = "old"
opened = "2025-04-23"
{commitment}
"#
        );
        crate::record::read_text("record.toml", &record).unwrap_or_else(|p| panic!("{p}"))
    }

    const DESKS: &str = "[[desk]]\nid = \"old\"\nname = \"Old\"\ncalendar = \"kh\"\n[[desk]]\nid = \"new\"\nname = \"New\"\ncalendar = \"kh\"\n";

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().unwrap()
    }

    fn passed(book: &Book, now: &str) -> Option<Commitment> {
        let endings = Endings::by(at(now), &book.directory);
        let commitment = book.commitment("US37-01").unwrap();
        handed_over(commitment, &endings, &book.directory, at(now), |_| {
            "why".into()
        })
    }

    #[test]
    fn a_desk_ends_with_its_last_day_where_it_is() {
        let desks = DESKS.replacen(
            "calendar = \"kh\"\n",
            "calendar = \"kh\"\nends = \"2025-12-31\"\nsuccessor = \"new\"\n",
            1,
        );
        let book = record(&desks, "", "cooperating = [\"third\"]");
        // Phnom Penh is seven hours ahead.
        assert_eq!(passed(&book, "2025-12-31T16:59:59Z"), None);
        let after = passed(&book, "2025-12-31T17:00:00Z").unwrap();
        assert_eq!(after.lead.as_str(), "new");
        assert_eq!(after.handovers[0].date.to_string(), "2026-01-01");
        assert_eq!(after.handovers[0].from.as_str(), "old");
    }

    #[test]
    fn a_line_of_successors_is_followed_to_a_desk_that_stands() {
        let desks = "[[desk]]\nid = \"old\"\nname = \"Old\"\ncalendar = \"kh\"\nends = \"2025-06-30\"\nsuccessor = \"new\"\n[[desk]]\nid = \"new\"\nname = \"New\"\ncalendar = \"kh\"\nends = \"2025-09-30\"\nsuccessor = \"third\"\n";
        let book = record(desks, "", "");
        assert_eq!(
            passed(&book, "2025-08-01T00:00:00Z").unwrap().lead.as_str(),
            "new"
        );
        assert_eq!(
            passed(&book, "2025-11-01T00:00:00Z").unwrap().lead.as_str(),
            "third"
        );
    }

    #[test]
    fn a_cooperating_place_passes_on_too_and_nobody_gets_two() {
        let desks = DESKS.replacen(
            "calendar = \"kh\"\n",
            "calendar = \"kh\"\nends = \"2025-12-31\"\nsuccessor = \"new\"\n",
            1,
        );
        let with = |cooperating: &str| {
            let mut book = record(&desks, "", cooperating);
            let commitment = book.commitments.values_mut().next().unwrap();
            Arc::make_mut(commitment).lead = "third".parse().unwrap();
            passed(&book, "2026-01-02T00:00:00Z").unwrap()
        };
        let after = with("cooperating = [\"old\"]");
        assert_eq!(
            after
                .cooperating
                .iter()
                .map(|d| d.as_str())
                .collect::<Vec<_>>(),
            ["new"]
        );
        assert_eq!(after.handovers[0].role, DeskRole::Cooperating);
        let after = with("cooperating = [\"old\", \"new\"]");
        assert_eq!(after.cooperating.len(), 1);
    }

    #[test]
    fn a_term_passes_on_what_it_had_and_only_once() {
        let terms = "{ party = \"kh\", term = \"2024-2025\", desk = \"old\" }, { party = \"kh\", term = \"2026-2027\", desk = \"new\" }";
        let mut book = record(DESKS, terms, "");
        assert_eq!(passed(&book, "2025-12-31T10:00:00Z"), None);
        let after = passed(&book, "2026-01-01T10:00:00Z").unwrap();
        assert_eq!(after.lead.as_str(), "new");
        // A person gives it back: there it stays.
        let mut back = after;
        back.lead = "old".parse().unwrap();
        book.commitments
            .insert(back.reference.clone(), Arc::new(back));
        assert_eq!(passed(&book, "2026-01-02T10:00:00Z"), None);
        // What was opened after the term is there on purpose.
        let later = record(DESKS, terms, "");
        let mut later_book = later;
        let commitment = later_book.commitments.values_mut().next().unwrap();
        Arc::make_mut(commitment).opened = "2026-01-01".parse().unwrap();
        assert_eq!(passed(&later_book, "2026-01-02T10:00:00Z"), None);
    }

    #[test]
    fn a_restricted_commitment_does_not_pass_to_a_desk_that_may_not_read_it() {
        let desks = DESKS.replacen(
            "calendar = \"kh\"\n",
            "calendar = \"kh\"\nends = \"2025-12-31\"\nsuccessor = \"new\"\n",
            1,
        );
        let mut book = record(&desks, "", "");
        let commitment = Arc::make_mut(book.commitments.values_mut().next().unwrap());
        commitment.confidentiality = Confidentiality::Restricted;
        commitment.readers = vec!["old".parse().unwrap()];
        assert_eq!(passed(&book, "2026-01-02T00:00:00Z"), None);
        let left: Vec<_> = undecided(&book, at("2026-01-02T00:00:00Z"))
            .into_iter()
            .collect();
        assert!(
            matches!(left.as_slice(), [Undecided::NotAReader { .. }]),
            "{left:?}"
        );
        let commitment = Arc::make_mut(book.commitments.values_mut().next().unwrap());
        commitment.readers.push("new".parse().unwrap());
        assert!(passed(&book, "2026-01-02T00:00:00Z").is_some());
    }
}
