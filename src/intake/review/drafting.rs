//! What a proposal would be on record: the keys of a commitment, as far as the document says them. What
//! it cannot say (the lead desk, the reference) comes from the record, or from a person.

use chrono::NaiveDate;
use serde_json::Value;

use super::deciding::Drafted;
use super::text::{folded, plain};
use super::{Intake, Item, Passed, Review};
use crate::domain::commitment::{Confidentiality, Cycle, Kind};
use crate::domain::deadline::Deadline;
use crate::domain::ids::DeskId;
use crate::domain::intake::{Origin, State};
use crate::intake::extraction::{Extraction, Proposal, extract};
use crate::intake::lexicon::Lexicon;
use crate::record::Body;

/// What is understood of every proposal of a document.
#[derive(Debug, Clone, Copy)]
pub struct House<'a> {
    /// The partnership's own desk, where nothing says another.
    pub desk: Option<&'a DeskId>,
    pub is_confidential: bool,
}

/// Longest title of words that nothing was read in, in words.
const TITLE: usize = 10;

/// The keys of a commitment that a proposal of the program gives.
pub fn fields_of(proposal: &Proposal, house: House<'_>) -> Body {
    let mut fields = Body::new();
    let mut put = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    put("title", proposal.subject.as_str().into());
    put("kind", proposal.kind.as_str().into());
    put("strength", proposal.strength.as_str().into());
    let dated = proposal.deadline.as_ref().map(|d| d.text.as_str());
    if let Some(text) = dated.filter(|text| Deadline::parse(text).is_ok()) {
        put("deadline", text.into());
    }
    let cycle = proposal.recurrence.as_deref().and_then(cycle);
    if let Some(cycle) = cycle.filter(|_| proposal.kind == Kind::Standing) {
        put("review", format!("every {cycle}").into());
    }
    understood(&mut fields, house);
    fields
}

/// `P3M`, `P1Y`, `P6M` as a review cycle; days and weeks are none.
fn cycle(duration: &str) -> Option<Cycle> {
    let duration = duration.strip_prefix('P')?;
    let months = match duration.strip_suffix('M') {
        Some(months) => months.parse().ok()?,
        None => duration
            .strip_suffix('Y')?
            .parse::<u32>()
            .ok()?
            .checked_mul(12)?,
    };
    (months > 0).then_some(Cycle { months })
}

fn understood(fields: &mut Body, house: House<'_>) {
    let Some(desk) = house.desk else { return };
    fields.entry("lead").or_insert(desk.as_str().into());
    if house.is_confidential {
        let lead = fields["lead"].clone();
        let restricted = Confidentiality::Restricted.as_str();
        fields.insert("confidentiality".to_owned(), restricted.into());
        fields.insert("readers".to_owned(), Value::Array(vec![lead]));
    }
}

/// What a piece of the document would be on record. Where the program reads nothing in it, its first
/// words are the title, and a person says the rest.
pub fn of_piece(words: &str, issued: NaiveDate, lexicon: &Lexicon, house: House<'_>) -> Drafted {
    let read = extract(&folded(words), issued, lexicon);
    if let Some(proposal) = read.proposals.first() {
        return Drafted {
            fields: fields_of(proposal, house),
            cue: proposal.cue.clone(),
            why: proposal.why.clone(),
        };
    }
    let title: Vec<&str> = words.split_whitespace().take(TITLE).collect();
    let title = title.join(" ");
    let title = title.trim_end_matches(['.', ',', ';', ':']);
    let mut fields = Body::new();
    fields.insert("title".to_owned(), title.into());
    fields.insert("kind".to_owned(), Kind::Standing.as_str().into());
    understood(&mut fields, house);
    let passed = read.passed.first().map(|passed| passed.reason.clone());
    Drafted {
        fields,
        cue: String::new(),
        why: passed.unwrap_or_default(),
    }
}

/// A document that was just read, as it waits for a person. The text is [`plain`] already.
pub fn review_of(mut intake: Intake, extraction: &Extraction, house: House<'_>) -> Review {
    debug_assert_eq!(plain(&intake.text), intake.text);
    intake.passed = extraction.passed.iter().map(passed).collect();
    let items = (1..).zip(&extraction.proposals).map(|(n, proposal)| Item {
        n,
        place: proposal.start..proposal.end,
        origin: Origin::Read,
        parent: None,
        cue: proposal.cue.clone(),
        why: proposal.why.clone(),
        fields: fields_of(proposal, house),
        state: State::Proposed,
        version: 1,
        decided: None,
    });
    Review {
        items: items.collect(),
        intake,
    }
}

fn passed(passed: &crate::intake::extraction::Passed) -> Passed {
    Passed {
        start: passed.start,
        end: passed.end,
        reason: passed.reason.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2025, 4, 23).expect("a day")
    }

    fn drafted(words: &str, is_confidential: bool) -> Drafted {
        let desk: DeskId = "us-desk".parse().expect("an id");
        let house = House {
            desk: Some(&desk),
            is_confidential,
        };
        of_piece(words, day(), Lexicon::standard(), house)
    }

    #[test]
    fn what_a_piece_says_is_what_it_would_be_on_record() {
        let both = drafted(
            "Both sides agreed to hold the first Cyber Dialogue in July 2025.",
            false,
        );
        assert_eq!(both.fields["kind"], "deliverable");
        assert_eq!(both.fields["strength"], "firm");
        assert_eq!(both.fields["deadline"], "July 2025");
        assert_eq!(both.fields["lead"], "us-desk");
        assert!(!both.fields.contains_key("confidentiality"));
    }

    #[test]
    fn what_nothing_is_read_in_has_its_first_words_for_a_title() {
        let plain = drafted(
            "The meeting took place in a cordial atmosphere, as it always does in spring.",
            true,
        );
        assert_eq!(
            plain.fields["title"],
            "The meeting took place in a cordial atmosphere, as it"
        );
        assert_eq!(plain.fields["confidentiality"], "restricted");
        assert_eq!(plain.fields["readers"], serde_json::json!(["us-desk"]));
        assert!(!plain.fields.contains_key("strength"));
    }

    #[test]
    fn a_recurrence_in_months_is_a_review() {
        let told = ["P3M", "P1Y", "P14D", "P0M", "x"].map(|text| cycle(text).map(|c| c.months));
        assert_eq!(told, [Some(3), Some(12), None, None, None]);
    }
}
