//! What reading an outcome document costs: a communiqué of 130,000 characters against its budget, and
//! a million characters of anything against ten times fewer. `cargo bench --bench extract`.
//!
//! Each figure stands beside its budget and the ratio of the two. See `benches/README.md`.

use std::time::{Duration, Instant};

use aide_memoire::intake::extraction::extract;
use aide_memoire::intake::lexicon::Lexicon;
use chrono::NaiveDate;

const PARTS: [&str; 3] = [
    include_str!("../tests/it/intake/documents/press-release.txt"),
    include_str!("../tests/it/intake/documents/declaration.txt"),
    include_str!("../tests/it/intake/documents/statement.txt"),
];
const RUNS: usize = 11;
const COMMUNIQUE: usize = 130_000;
/// Milliseconds and megabytes that a communiqué may take.
const BUDGET_MS: f64 = 300.0;
const BUDGET_MB: f64 = 100.0;

fn main() {
    let lexicon = Lexicon::standard();
    let issued: NaiveDate = "2031-05-15".parse().expect("a date");
    let text = of_length(COMMUNIQUE);
    let found = extract(&text, issued, lexicon);
    println!(
        "a communiqué of {COMMUNIQUE} characters, median of {RUNS}: {} proposals, {} sentences passed over",
        found.proposals.len(),
        found.passed.len()
    );
    let took = median((0..RUNS).map(|_| time(&text, issued, lexicon)).collect());
    against("read", took, BUDGET_MS, "ms");
    against(
        "memory of this process at its peak",
        peak_mb(),
        BUDGET_MB,
        "MB",
    );

    println!("a million characters beside a hundred thousand, each of one kind (10 is linear)");
    let kinds = [
        ("sentences", of_length(100_000)),
        (
            "words without a stop",
            "the common work of both sides ".repeat(3334),
        ),
        ("we will", "we will ".repeat(12_500)),
        ("commas", ", ".repeat(50_000)),
        ("one word", "a".repeat(100_000)),
    ];
    for (kind, short) in kinds {
        let long = short.repeat(10);
        let short = median((0..5).map(|_| time(&short, issued, lexicon)).collect());
        let long = median((0..3).map(|_| time(&long, issued, lexicon)).collect());
        println!(
            "    {kind:<36} {short:>8.2} ms {long:>9.2} ms   times {:.1}",
            long / short.max(0.001)
        );
    }
}

fn of_length(length: usize) -> String {
    let text: String = PARTS
        .iter()
        .cycle()
        .flat_map(|part| part.chars().chain("\n\n".chars()))
        .take(length)
        .collect();
    text
}

fn time(text: &str, issued: NaiveDate, lexicon: &Lexicon) -> Duration {
    let started = Instant::now();
    std::hint::black_box(extract(text, issued, lexicon));
    started.elapsed()
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort_unstable();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

fn against(what: &str, figure: f64, budget: f64, unit: &str) {
    println!(
        "    {what:<36} {figure:>8.2} {unit}   budget {budget:.0} {unit}, ratio {:.2}",
        figure / budget
    );
}

/// The most memory this process had, in megabytes; 0 where the system does not say.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or(0.0) / 1000.0
}
