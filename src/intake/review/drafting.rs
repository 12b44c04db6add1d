//! What a proposal would be on record: the keys of a commitment, as far as the document says them. What
//! it cannot say (the lead desk, the reference) comes from the record, or from a person.

use std::fmt::Display;

use serde_json::Value;

use super::text::plain;
use super::{Intake, Item, Passed, Review};
use crate::domain::commitment::{Confidentiality, Cycle, Kind};
use crate::domain::deadline::Deadline;
use crate::domain::ids::DeskId;
use crate::domain::intake::{Origin, State};
use crate::intake::extraction::{A_HEADING, Extraction, Proposal};
use crate::intake::matching::{Match, Matches, Named};
use crate::record::Body;
use crate::wording;

/// What is understood of every proposal of a document.
#[derive(Debug, Clone, Copy)]
pub struct House<'a> {
    /// The partnership's own desk, where nothing says another.
    pub desk: Option<&'a DeskId>,
    pub is_confidential: bool,
}

/// Longest title of words that nothing was read in, in words.
const TITLE: usize = 10;

/// The keys of a commitment that a proposal of the program gives, with what was found of it on record.
pub fn fields_of(proposal: &Proposal, found: Option<&Match>, house: House<'_>) -> Body {
    let mut fields = Body::new();
    let mut put = |key: &str, value: Value| fields.insert(key.to_owned(), value);
    put("title", proposal.subject.as_str().into());
    put("kind", proposal.kind.as_str().into());
    put("strength", proposal.strength.as_str().into());
    match found {
        Some(found) => put_found(found, &mut put),
        None => put_said(proposal, &mut put),
    }
    understood(&mut fields, house);
    fields
}

/// What the record knows of the names and the date.
fn put_found(found: &Match, put: &mut impl FnMut(&str, Value) -> Option<Value>) {
    put_ids("obligors", &found.obligors, put);
    put_ids("beneficiaries", &found.beneficiaries, put);
    put_ids("instruments", &found.instruments, put);
    let texts = [
        ("deadline", found.deadline.as_ref().map(|d| d.text.as_str())),
        ("review", found.review.as_deref()),
        ("sector", found.sector.as_ref().map(|s| s.sector.as_str())),
        ("lead", found.leads.first().map(|l| l.desk.as_str())),
    ];
    for (key, text) in texts {
        if let Some(text) = text {
            put(key, text.into());
        }
    }
}

fn put_ids<I: Display + PartialEq>(
    key: &str,
    named: &[Named<I>],
    put: &mut impl FnMut(&str, Value) -> Option<Value>,
) {
    let mut known: Vec<&I> = Vec::new();
    for id in named.iter().filter_map(|named| named.is.known()) {
        if !known.contains(&id) {
            known.push(id);
        }
    }
    if !known.is_empty() {
        put(
            key,
            known
                .into_iter()
                .map(|id| Value::from(id.to_string()))
                .collect(),
        );
    }
}

/// The date and the round as the document says them.
fn put_said(proposal: &Proposal, put: &mut impl FnMut(&str, Value) -> Option<Value>) {
    let dated = proposal.deadline.as_ref().map(|d| d.text.as_str());
    if let Some(text) = dated.filter(|text| Deadline::parse(text).is_ok()) {
        put("deadline", text.into());
    }
    let cycle = proposal.recurrence.as_deref().and_then(cycle);
    if let Some(cycle) = cycle.filter(|_| proposal.kind == Kind::Standing) {
        put("review", format!("every {cycle}").into());
    }
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

/// The title of words that nothing was read in: the first of them.
pub fn untitled(words: &str) -> String {
    let words = wording::unbroken(words);
    let title: Vec<&str> = words.split_whitespace().take(TITLE).collect();
    let title = title.join(" ");
    title.trim_end_matches(['.', ',', ';', ':']).to_owned()
}

/// A document that was just read, as it waits for a person. The text is [`plain`] already.
pub fn review_of(
    mut intake: Intake,
    extraction: &Extraction,
    matches: &Matches,
    house: House<'_>,
) -> Review {
    debug_assert_eq!(plain(&intake.text), intake.text);
    let sentences = extraction.passed.iter().filter(|p| p.reason != A_HEADING);
    intake.passed = sentences.map(passed).collect();
    let found = matches
        .proposals
        .iter()
        .map(Some)
        .chain(std::iter::repeat(None));
    let each = (1..).zip(&extraction.proposals).zip(found);
    let items = each.map(|((n, proposal), found)| Item {
        n,
        place: proposal.start..proposal.end,
        origin: Origin::Read,
        parent: None,
        cue: proposal.cue.clone(),
        why: proposal.why.clone(),
        fields: fields_of(proposal, found, house),
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
    use chrono::DateTime;

    use super::*;
    use crate::domain::access::Viewer;
    use crate::intake::lexicon::Lexicon;
    use crate::intake::review::beside::{Look, of_piece};
    use crate::intake::review::deciding::Drafted;
    use crate::record::{first_record, sha256_of};

    fn drafted(words: &str, is_confidential: bool) -> Drafted {
        let book = first_record();
        let viewer = Viewer::Person("officer-asean-us".parse().expect("an id"));
        let desk: DeskId = "asean-us-desk".parse().expect("an id");
        let house = House {
            desk: Some(&desk),
            is_confidential,
        };
        let look = Look {
            book: &book,
            viewer: &viewer,
            lexicon: Lexicon::standard(),
        };
        let intake = Intake {
            id: uuid::Uuid::nil(),
            partnership: "asean-us".parse().expect("an id"),
            meeting: None,
            document: None,
            title: "Outcomes".into(),
            text: words.into(),
            sha256: sha256_of(words),
            issued: "2025-04-23".parse().expect("a day"),
            is_confidential,
            passed: Vec::new(),
            by: "officer-asean-us".parse().expect("an id"),
            at: DateTime::UNIX_EPOCH,
        };
        of_piece(words, &intake, house, look)
    }

    #[test]
    fn what_a_piece_says_is_what_it_would_be_on_record() {
        let words =
            "ASEAN and the United States agreed to hold the first Cyber Dialogue in August 2025.";
        let both = drafted(words, false);
        assert_eq!(both.fields["kind"], "deliverable");
        assert_eq!(both.fields["strength"], "firm");
        assert_eq!(both.fields["deadline"], "August 2025");
        assert_eq!(both.fields["obligors"], serde_json::json!(["asean", "us"]));
        assert!(both.fields.contains_key("lead"));
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
        let lead = plain.fields["lead"].clone();
        assert_eq!(plain.fields["readers"], serde_json::json!([lead]));
        assert!(!plain.fields.contains_key("strength"));
    }

    #[test]
    fn a_title_has_no_word_that_a_line_broke() {
        assert_eq!(
            untitled("closer co-\noperation on long-\nterm aims."),
            "closer cooperation on long-term aims"
        );
    }

    #[test]
    fn a_recurrence_in_months_is_a_review() {
        let told = ["P3M", "P1Y", "P14D", "P0M", "x"].map(|text| cycle(text).map(|c| c.months));
        assert_eq!(told, [Some(3), Some(12), None, None, None]);
    }
}
