//! Any text at all: no panic, places in order and inside the text, and no time that grows faster
//! than the text.

use std::time::{Duration, Instant};

use aide_memoire::domain::access::Viewer;
use aide_memoire::intake::extraction::extract;
use aide_memoire::intake::files::text_of;
use aide_memoire::intake::lexicon::Lexicon;
use aide_memoire::intake::matching::{Place, against};
use aide_memoire::record::first_record;
use proptest::prelude::*;

use crate::support::world::day;

/// Words and marks from which the rules are built, in any order.
const WORDS: &[&str] = &[
    "we",
    "We",
    "will",
    "shall",
    "be",
    "agreed",
    "agree",
    "to",
    "that",
    "which",
    "who",
    ",",
    ";",
    ".",
    ":",
    "and",
    "the",
    "commitment",
    "reaffirmed",
    "REAFFIRMING",
    "commit",
    "COMMITTO",
    "importance",
    "of",
    "by",
    "in",
    "2025",
    "2021-2025",
    "(",
    ")",
    "July",
    "31",
    "every",
    "two",
    "years",
    "within",
    "90",
    "days",
    "next",
    "Summit",
    "ASEAN",
    "U.S.",
    "ASEAN-U.S.",
    "Japan's",
    "\u{2019}s",
    "'",
    "\"",
    "-\n",
    "\n\n",
    "\n",
    "1.",
    "a)",
    "\u{2022}",
    "looked",
    "forward",
    "support",
    "task",
    "officials",
    "are",
    "committed",
    "once",
    "at",
    "least",
    "end",
    "\u{2014}",
    "Q3",
    "mid-",
    "mid-2026",
    "first",
    "half",
    "welcomed",
    "plans",
    "announced",
    "$",
    "million",
    "each",
    "us",
    "13th",
];

fn check(text: &str) -> Result<(), TestCaseError> {
    let extraction = extract(text, day("2025-04-23"), Lexicon::standard());
    let chars: Vec<char> = text.chars().collect();
    let spans = extraction
        .proposals
        .iter()
        .map(|p| (p.start, p.end, &p.quote));
    for (start, end, quote) in
        spans.chain(extraction.passed.iter().map(|p| (p.start, p.end, &p.quote)))
    {
        prop_assert!(start < end && end as usize <= chars.len());
        let place: String = chars[start as usize..end as usize].iter().collect();
        prop_assert_eq!(&place, quote);
    }
    for proposal in &extraction.proposals {
        if let Some(deadline) = &proposal.deadline
            && let (Some(first), Some(last)) = (deadline.earliest, deadline.latest)
        {
            prop_assert!(first <= last, "{} to {}", first, last);
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn words_in_any_order(words in prop::collection::vec(prop::sample::select(WORDS), 0..120)) {
        check(&words.join(" "))?;
        check(&words.concat())?;
    }

    #[test]
    fn any_characters(text in "\\PC{0,300}") {
        check(&text)?;
    }

    #[test]
    fn any_bytes_of_any_kind(head in prop::sample::select(vec![
        &b""[..], b"%PDF-1.7\n", b"PK\x03\x04", b"<html>", b"\xFF\xFE", b"<!DOCTYPE html><p>",
    ]), tail in prop::collection::vec(any::<u8>(), 0..400)) {
        let bytes = [head, &tail].concat();
        if let Ok(text) = text_of(&bytes) {
            check(&text)?;
        }
    }
}

#[test]
fn long_texts_of_one_kind_take_time_by_their_length() {
    let patterns = [
        "a",
        "a ",
        "we ",
        "will ",
        "we will ",
        ", ",
        "( ",
        ") ",
        "1. ",
        "U.S. ",
        "ASEAN-",
        "and ",
        "which will be signed ",
        "reaffirmed their commitment to ",
        "by 2030 ",
        "task officials ",
        "\n",
        "\n\nx",
        "of the ",
        "WE, the ",
        "-\n",
        "' ",
        "A ",
        "We look forward to Japan and ",
    ];
    for pattern in patterns {
        let text = pattern.repeat(300_000 / pattern.len());
        let started = Instant::now();
        extract(&text, day("2025-04-23"), Lexicon::standard());
        let took = started.elapsed();
        // Unoptimised: what is not linear takes minutes here.
        assert!(took < Duration::from_secs(20), "`{pattern}` took {took:?}");
    }
}

#[test]
fn long_texts_are_matched_with_a_record_in_time_by_their_length() {
    let book = first_record();
    let viewer = Viewer::Person("officer-asean-us".parse().unwrap());
    let place = Place {
        issued: day("2025-04-23"),
        viewer: &viewer,
        lexicon: Lexicon::standard(),
        partnership: None,
        meeting: None,
        document: None,
    };
    let patterns = [
        "We will sign the ASEAN-U.S. Agreement on Fisheries by 2030. ",
        "we will sign the Fisheries Agreement, the Forest Agreement, the Plan of Action and ",
        "ASEAN looked forward to the U.S.'s support for the ASEAN Single Window (ASW). ",
        "They agreed to hold the 14th ASEAN-U.S. Summit in Jakarta in 2026. ",
        "ASEAN-U.S. Plan of Action (2021\u{2013}2025) ",
        "Both sides reaffirmed their commitments to advancing collaboration against online scams. ",
    ];
    for pattern in patterns {
        let text = pattern.repeat(200_000 / pattern.len());
        let extraction = extract(&text, place.issued, place.lexicon);
        let started = Instant::now();
        let matches = against(&extraction, &text, &book, &place);
        let took = started.elapsed();
        assert_eq!(matches.proposals.len(), extraction.proposals.len());
        // Unoptimised, as above.
        assert!(took < Duration::from_secs(20), "`{pattern}` took {took:?}");
    }
}
