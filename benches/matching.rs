//! What matching a new document costs beside a big record, against what reading it costs: the record is
//! gone through anew for each document that is brought in. `cargo bench --bench matching`.
//!
//! Each figure stands beside that of the reading and the ratio of the two. See `benches/README.md`.

mod shared;

use std::sync::Arc;
use std::time::{Duration, Instant};

use aide_memoire::domain::access::Viewer;
use aide_memoire::domain::book::Book;
use aide_memoire::domain::ids::PartnershipId;
use aide_memoire::intake::extraction::{Extraction, extract};
use aide_memoire::intake::lexicon::Lexicon;
use aide_memoire::intake::matching::{Matches, Place, Standing, against};
use aide_memoire::record;
use chrono::NaiveDate;

const DOCUMENTS: [&str; 10] = [
    include_str!("../tests/it/intake/documents/communique.txt"),
    include_str!("../tests/it/intake/documents/consultations.txt"),
    include_str!("../tests/it/intake/documents/declaration.txt"),
    include_str!("../tests/it/intake/documents/memorandum.txt"),
    include_str!("../tests/it/intake/documents/operative.txt"),
    include_str!("../tests/it/intake/documents/plan.txt"),
    include_str!("../tests/it/intake/documents/press-release.txt"),
    include_str!("../tests/it/intake/documents/signatories.txt"),
    include_str!("../tests/it/intake/documents/statement.txt"),
    include_str!("../tests/it/intake/documents/summit.txt"),
];
const SYLLABLES: [&str; 14] = [
    "ba", "dor", "fen", "gu", "kal", "lim", "mo", "nar", "pes", "ri", "sun", "tav", "wo", "zet",
];
const RUNS: usize = 11;

fn main() {
    let text = DOCUMENTS.join("\n\n");
    let issued: NaiveDate = "2031-05-15".parse().expect("a date");
    let lexicon = Lexicon::standard();
    let extraction = extract(&text, issued, lexicon);
    println!(
        "a document of {} characters and {} proposals, median of {RUNS}",
        text.chars().count(),
        extraction.proposals.len()
    );
    let reading = median(|| extract(&text, issued, lexicon));
    println!("    {:<36} {reading:>8.2} ms", "read");
    let partnership = PartnershipId::parse("asean-us").expect("an id");
    let place = Place {
        issued,
        viewer: &Viewer::Operator,
        lexicon,
        partnership: Some(&partnership),
        meeting: None,
        document: None,
    };
    let mut smaller = None;
    for commitments in [1_000, 10_000] {
        let book = book_of(commitments, &extraction);
        let alike = alike(&against(&extraction, &text, &book, &place));
        assert!(alike > 0, "something on record resembles it");
        let took = median(|| against(&extraction, &text, &book, &place));
        let growth =
            smaller.map(|smaller: f64| format!(", times {:.1} (10 is linear)", took / smaller));
        println!(
            "    {:<36} {took:>8.2} ms   beside the reading, ratio {:.2}{}",
            format!("matched with {commitments} ({alike} alike)"),
            took / reading,
            growth.unwrap_or_default()
        );
        smaller = Some(took);
    }
}

/// Commitments whose promises have five words each out of 2,744; every tenth is one that the document
/// says again.
fn book_of(commitments: usize, extraction: &Extraction) -> Book {
    let generated = shared::generated_record(commitments);
    let mut book = record::read_text("generated.toml", &generated).expect("it reads");
    let again = &extraction.proposals;
    for (n, commitment) in book.commitments.values_mut().enumerate() {
        // By steps of different lengths: few promises have two of them in common.
        let [a, b, c, d, e] = [7, 131, 1_009, 3, 57].map(|step| word(n * step));
        let promise = match n % 10 {
            0 => again[n / 10 % again.len()]
                .quote
                .split_whitespace()
                .collect::<Vec<_>>()
                .join(" "),
            _ => format!(
                "Both sides will advance cooperation on {a} and {b}, in line with the {c} {d} and its {e}"
            ),
        };
        let commitment = Arc::make_mut(commitment);
        commitment.title = promise.chars().take(60).collect();
        commitment.promise.words = promise;
    }
    book
}

fn word(n: usize) -> String {
    let syllables = [n, n / 14, n / 196].map(|n| SYLLABLES[n % 14]);
    syllables.concat()
}

/// How many proposals have something on record that resembles them, or that they say again.
fn alike(matches: &Matches) -> usize {
    let known = matches.proposals.iter();
    let known = known.filter(|m| !m.resembles.is_empty() || !matches!(m.standing, Standing::New));
    known.count()
}

fn median<T>(work: impl Fn() -> T) -> f64 {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let started = Instant::now();
            std::hint::black_box(work());
            started.elapsed()
        })
        .collect();
    times.sort_unstable();
    shared::ms(times[times.len() / 2])
}
