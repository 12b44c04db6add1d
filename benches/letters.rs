//! What the great letters cost: a digest and a brief over 5,000 open commitments, from what is due to
//! the bytes of the message. `cargo bench --bench letters`.
//!
//! Each figure stands beside its budget and the ratio of the two. See `benches/README.md`.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::time::{Duration, Instant};

use aide_memoire::delivery::letter::{LetterSettings, write};
use aide_memoire::delivery::message::{Headers, of_letter};
use aide_memoire::delivery::stationery::Stationery;
use aide_memoire::domain::book::Book;
use aide_memoire::domain::commitment::Commitment;
use aide_memoire::domain::desk::EmailAddress;
use aide_memoire::domain::ids::ReaderId;
use aide_memoire::planner::brief::due_brief;
use aide_memoire::planner::digest::due_digest;
use aide_memoire::planner::{Moment, Occurrence, Recorded, compose};
use aide_memoire::record;
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

const COMMITMENTS: usize = 5_000;
const RUNS: usize = 21;
/// Milliseconds and bytes that a digest or a brief may take.
const BUDGET_MS: f64 = 50.0;
const BUDGET_KB: f64 = 100.0;

fn main() {
    let book = record::read_text("generated.toml", &generated_record()).expect("it reads");
    println!("{COMMITMENTS} open commitments of one desk, median of {RUNS}");
    for reader in ["desk", "leader", "head"] {
        let now = at("2026-11-23T03:00:00Z");
        measure(&format!("digest of the {reader}"), &book, |book| {
            let due = digest(reader, book, now);
            (due, now.date_naive())
        });
    }
    let now = at("2026-11-27T03:00:00Z");
    measure("brief for the leader", &book, |book| {
        (brief("leader", book, now), now.date_naive())
    });
}

/// Times the three steps: what is due, the letter, the message.
fn measure(what: &str, book: &Book, due: impl Fn(&Book) -> (Vec<Occurrence>, NaiveDate)) {
    let settings = settings();
    let stationery = Stationery::default();
    let (mut plan, mut words, mut bytes, mut whole) = (vec![], vec![], vec![], vec![]);
    let (mut size, mut items) = (0, 0);
    for _ in 0..RUNS {
        let started = Instant::now();
        let (said, date) = due(book);
        let recipient = said
            .first()
            .expect("it has something to say")
            .recipient
            .clone();
        let notice = compose(&recipient, date, &said);
        plan.push(started.elapsed());
        let then = Instant::now();
        let letter = write(&notice, book, &settings, date);
        words.push(then.elapsed());
        let then = Instant::now();
        let message = of_letter(&letter, &headers(&settings), &stationery).expect("a message");
        bytes.push(then.elapsed());
        whole.push(started.elapsed());
        (size, items) = (message.len(), notice.items.len());
    }
    println!("  {what}: {items} lines");
    println!("    {:<26} {:>8.2} ms", "due and composed", median(plan));
    println!("    {:<26} {:>8.2} ms", "written", median(words));
    println!(
        "    {:<26} {:>8.2} ms",
        "set and made a message",
        median(bytes)
    );
    against("all of it", median(whole), BUDGET_MS, "ms");
    against("the message", size as f64 / 1000.0, BUDGET_KB, "KB");
}

fn digest(reader: &str, book: &Book, now: DateTime<Utc>) -> Vec<Occurrence> {
    let reader = ReaderId::parse(reader).expect("an id");
    let concerned: Vec<&Commitment> = book.open().collect();
    let due = due_digest(
        &reader,
        &concerned,
        &book.directory,
        &Recorded::default(),
        moment(now),
        &HashSet::new(),
    );
    due.said
}

fn brief(reader: &str, book: &Book, now: DateTime<Utc>) -> Vec<Occurrence> {
    let open: Vec<&Commitment> = book.open().collect();
    let meeting = &book.directory.meetings["summit"];
    let due = due_brief(
        meeting,
        &open,
        &book.directory,
        &Recorded::default(),
        moment(now),
    );
    let mine = due.said.into_iter();
    mine.filter(|o| o.recipient.as_str() == reader).collect()
}

fn moment(now: DateTime<Utc>) -> Moment {
    Moment { now, live_on: None }
}

/// One line: the figure, its budget, and the ratio of the two (below 1 is within the budget).
fn against(what: &str, figure: f64, budget: f64, unit: &str) {
    println!(
        "    {what:<26} {figure:>8.2} {unit}   budget {budget:.0} {unit}   ratio {:.2}",
        figure / budget
    );
}

fn median(mut times: Vec<Duration>) -> f64 {
    times.sort();
    times[times.len() / 2].as_secs_f64() * 1000.0
}

fn at(text: &str) -> DateTime<Utc> {
    text.parse().expect("an instant")
}

fn settings() -> LetterSettings {
    LetterSettings {
        public_url: "https://aide-memoire.mfa.example.org".into(),
        name: "Aide-mémoire".into(),
        from: EmailAddress::parse("aide-memoire@mfa.example.org").expect("an address"),
        from_name: Some("Aide-mémoire".into()),
        return_path: None,
        reply_to: None,
        redirect: None,
    }
}

fn headers(settings: &LetterSettings) -> Headers {
    Headers {
        id: Uuid::from_u128(1),
        date: at("2026-11-23T03:00:00Z"),
        from: settings.from.clone(),
        from_name: settings.from_name.clone(),
        to: EmailAddress::parse("desk@mfa.example.org").expect("an address"),
        to_name: Some("ASEAN-U.S. desk".into()),
        reply_to: None,
    }
}

/// One desk that leads everything: overdue, due soon, hanging on the next summit, reported,
/// standing, requested; each with an update or two, some with milestones and moved deadlines.
fn generated_record() -> String {
    let mut text = String::from(
        r#"schema = 1
[[calendar]]
id = "pnh"
name = "Phnom Penh"
timezone = "Asia/Phnom_Penh"
holidays = ["2026-11-09", "2027-01-01"]
[[party]]
id = "asean"
name = "ASEAN"
kind = "organisation"
[[party]]
id = "us"
name = "United States"
kind = "partner"
[[person]]
id = "leader"
name = "SOM Leader"
email = "leader@mfa.example.org"
[[person]]
id = "head"
name = "Head, Americas Division"
email = "head@mfa.example.org"
[[desk]]
id = "desk"
name = "ASEAN-U.S. desk"
email = "desk@mfa.example.org"
calendar = "pnh"
head = "head"
som_leader = "leader"
[[partnership]]
id = "asean-us"
name = "ASEAN-United States"
parties = ["asean", "us"]
desk = "desk"
[[meeting]]
id = "summit"
partnership = "asean-us"
series = "ASEAN-U.S. Summit"
number = 14
forum = "summit"
date = "10-11 December 2026"
status = "confirmed"
"#,
    );
    for n in 0..COMMITMENTS {
        let (kind, deadline) = match n % 8 {
            0 => ("deliverable", "deadline = \"October 2026\""),
            1 => ("deliverable", "deadline = \"by 20 December 2026\""),
            2 => ("deliverable", "deadline = \"at summit\""),
            3 => ("deliverable", "deadline = \"30 November 2026\""),
            4 => ("request", "deadline = \"Q4 2026\""),
            5 => ("standing", "review = \"every 3 months\""),
            6 => ("deliverable", "deadline = \"14 days before summit\""),
            _ => ("deliverable", "deadline = \"2027\""),
        };
        let _ = writeln!(
            text,
            "[[commitment]]\nref = \"C-{n:05}\"\ntitle = \"Cooperation on subject {n} of the agreed programme\"\npartnership = \"asean-us\"\npromise = \"Both sides will advance cooperation on subject {n}, in line with the agreed programme of work\"\nkind = \"{kind}\"\nobligors = [\"us\"]\nlead = \"desk\"\nopened = \"2026-{:02}-10\"\n{deadline}",
            n % 10 + 1,
        );
        if n % 16 == 3 {
            let _ = writeln!(
                text,
                "[[commitment.milestone]]\ntitle = \"Concluded\"\ndeadline = \"15 December 2026\""
            );
        }
        if n % 5 == 0 {
            let reported = ["ongoing", "completed"][n / 5 % 2];
            let _ = writeln!(
                text,
                "[[commitment.update]]\ndate = \"2026-11-{:02}\"\nby = \"desk\"\nreported = \"{reported}\"\nstate = \"submitted\"",
                n % 20 + 1
            );
        }
        if n % 8 == 7 {
            let _ = writeln!(
                text,
                "[[commitment.revision]]\ndate = \"2026-11-18\"\nfrom = \"2026\"\nto = \"2027\"\nreason = \"The partner asked for time\""
            );
        }
    }
    text
}
