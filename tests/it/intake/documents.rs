//! Whole documents against everything that is to be found in them, and nothing else.

use aide_memoire::domain::commitment::{Kind, Strength};
use aide_memoire::intake::extraction::{Extraction, Proposal, date_of, extract};
use aide_memoire::intake::lexicon::Lexicon;

use Strength::{Firm, Hortatory, Political};

use crate::support::world::day;

/// What is wanted of one proposal: words in it, its strength, who owes it, its window.
pub type Wanted = (
    &'static str,
    Strength,
    &'static [&'static str],
    Option<(&'static str, &'static str)>,
);

pub fn read(text: &str, issued: &str) -> Extraction {
    extract(text, day(issued), Lexicon::standard())
}

fn window(proposal: &Proposal) -> Option<(String, String)> {
    let deadline = proposal.deadline.as_ref()?;
    let text =
        |date: Option<chrono::NaiveDate>| date.map_or_else(|| "?".to_owned(), |d| d.to_string());
    Some((text(deadline.earliest), text(deadline.latest)))
}

/// The proposals are these, in this order, and no others; each quotes the text at its place.
pub fn assert_found(text: &str, extraction: &Extraction, wanted: &[Wanted]) {
    let quotes: Vec<&String> = extraction.proposals.iter().map(|p| &p.quote).collect();
    assert_eq!(quotes.len(), wanted.len(), "{quotes:#?}");
    let chars: Vec<char> = text.chars().collect();
    for (proposal, (words, strength, obligors, due)) in extraction.proposals.iter().zip(wanted) {
        let place: String = chars[proposal.start as usize..proposal.end as usize]
            .iter()
            .collect();
        assert_eq!(place, proposal.quote);
        let folded = proposal
            .quote
            .split_whitespace()
            .collect::<Vec<_>>()
            .join(" ");
        assert!(folded.contains(words), "`{words}` is not in `{folded}`");
        assert_eq!(proposal.strength, *strength, "{folded}");
        assert_eq!(proposal.obligors, *obligors, "{folded}");
        let due = due.map(|(first, last)| (first.to_owned(), last.to_owned()));
        assert_eq!(window(proposal), due, "{folded}");
        assert!(
            !proposal.cue.is_empty() && !proposal.why.is_empty() && !proposal.subject.is_empty()
        );
    }
}

pub fn reason<'a>(extraction: &'a Extraction, words: &str) -> &'a str {
    let found = extraction.passed.iter().find(|p| p.quote.contains(words));
    &found
        .unwrap_or_else(|| panic!("`{words}` is not among what was passed over"))
        .reason
}

#[test]
fn a_press_release() {
    let text = include_str!("documents/press-release.txt");
    let extraction = read(text, "2031-05-15");
    let both: &[&str] = &["ASEAN", "Japan"];
    assert_found(
        text,
        &extraction,
        &[
            (
                "deepening cooperation on disaster management.",
                Political,
                both,
                None,
            ),
            (
                "They agreed to establish a joint expert group",
                Firm,
                both,
                Some(("2031-05-15", "2031-12-31")),
            ),
            (
                "ASEAN looked forward to Japan\u{2019}s"
                    .replace('\u{2019}', "'")
                    .leak(),
                Hortatory,
                &["Japan"],
                None,
            ),
            (
                "Japan announced that it would provide 200 scholarships",
                Firm,
                &["Japan"],
                None,
            ),
            (
                "The Forum also looked forward to the early conclusion",
                Hortatory,
                both,
                None,
            ),
            (
                "which will be signed at the forthcoming ASEAN-Japan Summit in October 2031",
                Firm,
                both,
                Some(("2031-10-01", "2031-10-31")),
            ),
            (
                "thereafter will be submitted to the parliaments",
                Firm,
                both,
                Some(("2032-01-01", "2032-12-31")),
            ),
            (
                "underscored the importance of strengthening supply chains",
                Hortatory,
                both,
                None,
            ),
            (
                "22nd ASEAN-Japan Forum would be held in Tokyo next year",
                Firm,
                both,
                Some(("2032-01-01", "2032-12-31")),
            ),
            (
                "He reaffirmed Japan's readiness to work",
                Political,
                &["Japan"],
                None,
            ),
        ],
    );
    assert_eq!(extraction.proposals[2].beneficiaries, ["ASEAN"]);
    assert_eq!(extraction.proposals[2].kind, Kind::Request);
    assert_eq!(extraction.proposals[0].kind, Kind::Standing);
    assert_eq!(extraction.proposals[1].kind, Kind::Deliverable);
    assert_eq!(
        extraction.proposals[5].meeting.as_deref(),
        Some("ASEAN-Japan Summit")
    );
    assert!(reason(&extraction, "exchanged views").contains("describes the meeting"));
    assert!(reason(&extraction, "congratulated").contains("looks back"));

    let frame = &extraction.frame;
    assert_eq!(
        frame.title.as_deref(),
        Some("Outcomes of the 21st ASEAN-Japan Forum")
    );
    assert_eq!(frame.ordinal, Some(21));
    assert_eq!(frame.place.as_deref(), Some("Vientiane, Lao PDR"));
    assert_eq!(frame.held, Some((day("2031-05-14"), day("2031-05-14"))));
    assert_eq!(frame.dated, Some(day("2031-05-15")));
    assert_eq!(frame.co_chairs.len(), 2);
    assert_eq!(date_of(text, Lexicon::standard()), Some(day("2031-05-15")));
}

#[test]
fn a_declaration_with_a_list() {
    let text = include_str!("documents/declaration.txt");
    let extraction = read(text, "2030-03-03");
    let both: &[&str] = &["Australia", "ASEAN"];
    assert_found(
        text,
        &extraction,
        &[
            (
                "REAFFIRMING our shared commitment to protect",
                Political,
                both,
                None,
            ),
            ("ESTABLISH a Regional Centre", Firm, both, None),
            (
                "STRENGTHEN cooperation among coast guards, promote joint training",
                Political,
                both,
                None,
            ),
            ("EXPLORE the feasibility", Hortatory, both, None),
            (
                "ACHIEVE the safe disposal of fishing nets by 2035",
                Political,
                both,
                Some(("2030-03-03", "2035-12-31")),
            ),
            (
                "task the Senior Officials to report to the next Summit",
                Firm,
                &["Senior Officials"],
                Some(("?", "?")),
            ),
            (
                "FULFIL the goals of the Maritime Work Plan",
                Political,
                both,
                Some(("2030-03-03", "2033-12-31")),
            ),
        ],
    );
    assert!(reason(&extraction, "NOTE the report").contains("noted"));
    assert!(reason(&extraction, "RECALLING").contains("preamble"));
    assert!(reason(&extraction, "RECOGNISING").contains("preamble"));
}

#[test]
fn a_statement_in_the_first_person() {
    let text = include_str!("documents/statement.txt");
    let extraction = read(text, "2032-06-10");
    let all: &[&str] = &["G7"];
    assert_found(
        text,
        &extraction,
        &[
            (
                "We will launch a clean shipping hub",
                Firm,
                all,
                Some(("2032-06-10", "2032-09-08")),
            ),
            (
                "will continue to work towards safe seas.",
                Political,
                all,
                None,
            ),
            (
                "On water, we are committed to halving losses",
                Firm,
                all,
                Some(("2032-06-10", "2034-12-31")),
            ),
            (
                "we will instruct our experts to present a plan",
                Firm,
                &["G7 experts"],
                Some(("?", "?")),
            ),
            ("We encourage our central banks", Hortatory, all, None),
            (
                "We emphasise the need to prepare for drought.",
                Hortatory,
                all,
                None,
            ),
            (
                "Our environment ministers will meet every two years",
                Firm,
                all,
                Some(("2032-06-10", "?")),
            ),
            (
                "our officials will continue to meet regularly.",
                Political,
                all,
                None,
            ),
            ("we will convene again.", Firm, all, None),
        ],
    );
    assert_eq!(extraction.proposals[6].recurrence.as_deref(), Some("P2Y"));
    assert!(reason(&extraction, "We call on all states").contains("appeal to others"));
    assert!(reason(&extraction, "rules-based order").contains("a thing or a value"));
    assert!(reason(&extraction, "New technology").contains("prediction"));
}

#[test]
fn a_summary_with_broken_lines() {
    let text = include_str!("documents/wrapped.txt");
    let extraction = read(text, "2029-06-07");
    let both: &[&str] = &["Canada", "Indonesia"];
    assert_found(
        text,
        &extraction,
        &[
            (
                "They resolved to set up a re- gister of mine tailings",
                Political,
                both,
                None,
            ),
            (
                "pledged to publish it this September.",
                Firm,
                both,
                Some(("2029-09-01", "2029-09-30")),
            ),
            (
                "Can- ada will fund a laboratory in Makassar.",
                Firm,
                &["Canada"],
                None,
            ),
            (
                "tasked the Joint Committee to draft terms of reference",
                Firm,
                &["Joint Committee"],
                None,
            ),
            (
                "They will report to Ministers annually, starting in 2030.",
                Firm,
                both,
                Some(("2030-01-01", "2030-12-31")),
            ),
        ],
    );
    assert!(reason(&extraction, "had been useful").contains("judgement"));
    assert!(reason(&extraction, "cussed the market").contains("describes the meeting"));
}
