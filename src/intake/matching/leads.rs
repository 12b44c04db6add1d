//! Which desk might lead a proposal, and what sector it belongs to: from what was decided before on
//! the same instrument, in the same sector, in the same partnership. Only commitments that the reader
//! may read count, so that nobody learns from a suggestion what is kept from them.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::bag::bag;
use super::likeness::{Like, Matter};
use super::on_record::OnRecord;
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::{DeskId, InstrumentId, PartnershipId};
use crate::intake::lexicon::Lexicon;
use crate::wording;

/// A desk that might lead, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lead {
    pub desk: DeskId,
    /// "led 4 of 5 on the ASEAN Single Window"
    pub why: String,
}

/// A sector of the record that a proposal might belong to, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sector {
    pub sector: String,
    pub why: String,
}

/// The most desks that are suggested.
const MOST: usize = 3;

/// Where a proposal is to be led.
pub(super) struct Asked<'a> {
    pub(super) matter: &'a Matter,
    pub(super) sector: Option<&'a str>,
    pub(super) partnership: Option<&'a PartnershipId>,
    pub(super) day: NaiveDate,
}

/// How often each desk led what.
#[derive(Debug, Default)]
pub(super) struct Led<'a> {
    instruments: BTreeMap<&'a InstrumentId, Counts<'a>>,
    sectors: BTreeMap<&'a str, Counts<'a>>,
    partnerships: BTreeMap<&'a PartnershipId, Counts<'a>>,
}

type Counts<'a> = BTreeMap<&'a DeskId, usize>;

impl<'a> Led<'a> {
    /// Counts commitments that the reader may read, of whatever partnership.
    pub(super) fn of(readable: &[&'a Commitment]) -> Self {
        let mut led = Self::default();
        for c in readable {
            for instrument in &c.instruments {
                count(led.instruments.entry(instrument).or_default(), &c.lead);
            }
            if let Some(sector) = c.sector.as_deref() {
                count(led.sectors.entry(sector).or_default(), &c.lead);
            }
            if let Some(partnership) = &c.partnership {
                count(led.partnerships.entry(partnership).or_default(), &c.lead);
            }
        }
        led
    }
}

fn count<'a>(counts: &mut Counts<'a>, desk: &'a DeskId) {
    *counts.entry(desk).or_default() += 1;
}

/// Desks by what they led, the best first: of the same instrument, then of the same sector, then of
/// the partnership; the partnership's own desk stands in where nothing was led yet.
pub(super) fn leads(asked: &Asked<'_>, led: &Led<'_>, directory: &Directory) -> Vec<Lead> {
    let mut leads: Vec<Lead> = Vec::new();
    for instrument in &asked.matter.instruments {
        let name = directory.instruments.get(instrument);
        let name = name.map_or(instrument.as_str(), |i| i.short());
        if let Some(counts) = led.instruments.get(instrument) {
            add(
                &mut leads,
                counts,
                &format!("on {}", wording::with_article(name)),
                asked.day,
                directory,
            );
        }
    }
    if let Some((sector, counts)) = asked.sector.and_then(|s| led.sectors.get_key_value(s)) {
        add(
            &mut leads,
            counts,
            &format!("on {sector}"),
            asked.day,
            directory,
        );
    }
    if let Some(partnership) = asked.partnership
        && let Some(known) = directory.partnerships.get(partnership)
    {
        if let Some(counts) = led.partnerships.get(partnership) {
            let what = format!("of {}", known.name);
            add(&mut leads, counts, &what, asked.day, directory);
        }
        if let Some(desk) = known.desk_on(asked.day) {
            let why = format!("the desk of {}", known.name);
            push(&mut leads, desk, why, asked.day, directory);
        }
    }
    leads.truncate(MOST);
    leads
}

/// Adds the desks that led, the most often first.
fn add(
    leads: &mut Vec<Lead>,
    counts: &Counts<'_>,
    what: &str,
    day: NaiveDate,
    directory: &Directory,
) {
    let all: usize = counts.values().sum();
    let mut counts: Vec<(&DeskId, usize)> = counts.iter().map(|(d, n)| (*d, *n)).collect();
    counts.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
    for (desk, count) in counts {
        let why = match (count, all) {
            (1, 1) => format!("led the one {what}"),
            (n, all) if n == all => format!("led all {all} {what}"),
            (n, all) => format!("led {n} of {all} {what}"),
        };
        push(leads, desk, why, day, directory);
    }
}

/// Adds a desk, or its successor where it has ended; none twice.
fn push(leads: &mut Vec<Lead>, desk: &DeskId, why: String, day: NaiveDate, directory: &Directory) {
    let mut at = desk;
    let mut passed = BTreeSet::new();
    while let Some(known) = directory.desks.get(at)
        && known.ends.is_some_and(|end| end < day)
        && let Some(next) = &known.successor
        && passed.insert(at)
    {
        at = next;
    }
    if leads.iter().any(|lead| lead.desk == *at) {
        return;
    }
    let why = match at == desk {
        true => why,
        false => format!(
            "takes on the work of {}, which {why}",
            directory.desk_name(desk)
        ),
    };
    leads.push(Lead {
        desk: at.clone(),
        why,
    });
}

/// The sector whose words the proposal has, the rarest on record first; else that of the commitment it
/// resembles most.
pub(super) fn sector(
    matter: &Matter,
    resembles: &[&Like],
    record: &OnRecord<'_>,
    lexicon: &Lexicon,
) -> Option<Sector> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for known in &record.known {
        if let Some(sector) = known.commitment.sector.as_deref() {
            *counts.entry(sector).or_default() += 1;
        }
    }
    let named = counts.iter().filter(|(sector, _)| {
        let words = bag(sector, lexicon);
        words.iter().any(|w| record.weights.is_telling(w)) && words.is_subset(&matter.words)
    });
    // Among several that are named, the one of the most words; then the rarest; then by name.
    let best = named.max_by_key(|(sector, count)| {
        let words = sector.split_whitespace().count();
        (
            words,
            std::cmp::Reverse(**count),
            std::cmp::Reverse(**sector),
        )
    });
    if let Some((sector, _)) = best {
        return Some(Sector {
            sector: (*sector).to_owned(),
            why: "its words name it".to_owned(),
        });
    }
    resembles.iter().find_map(|like| {
        let known = record.book.commitment(like.reference.as_str())?;
        Some(Sector {
            sector: known.sector.clone()?,
            why: format!("as {}, which it resembles", like.reference),
        })
    })
}
