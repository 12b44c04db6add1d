//! How many readers at once an installation with 10,000 open commitments serves:
//! `cargo bench --bench pages`.
//!
//! The real daemon over loopback TCP, somebody signed in under a real cookie, four connections that stay
//! open and ask as fast as they are answered. See `benches/README.md`.

mod shared;

use std::thread;
use std::time::{Duration, Instant};

use shared::{Connection, Daemon, free_port, ms, prepare, sign_in};

const COMMITMENTS: usize = 10_000;
const CONNECTIONS: usize = 4;
/// How long each page is asked for, and how long before it counts.
const LONG: Duration = Duration::from_secs(3);
const BEFORE: Duration = Duration::from_millis(500);

/// What Redmine 5.0 answered a second on two such cores, with as many issues: the list of a project, and
/// one issue.
const LIST_OF_REDMINE: f64 = 7.0;
const ONE_OF_REDMINE: f64 = 11.0;
/// How many times that is wanted, and within which time 99 of 100 answers.
const TIMES: f64 = 100.0;
const P99: f64 = 20.0;

/// A page, who reads it, and what Redmine does of its kind.
struct Asked {
    what: &'static str,
    person: &'static str,
    path: &'static str,
    redmine: Option<f64>,
}

const PAGES: [Asked; 8] = [
    Asked {
        what: "list of a partnership",
        person: "officer-1",
        path: "/commitments?partnership=asean-us",
        redmine: Some(LIST_OF_REDMINE),
    },
    Asked {
        what: "one commitment",
        person: "officer-1",
        path: "/commitments/C-00046",
        redmine: Some(ONE_OF_REDMINE),
    },
    Asked {
        what: "list, searched and filtered",
        person: "officer-1",
        path: "/commitments?q=subject+777&schedule=due-soon",
        redmine: None,
    },
    Asked {
        what: "my desk, of 250 commitments",
        person: "officer-1",
        path: "/my-desk",
        redmine: None,
    },
    Asked {
        what: "reviews, of a SOM leader",
        person: "leader",
        path: "/reviews",
        redmine: None,
    },
    Asked {
        what: "overview, of a SOM leader",
        person: "leader",
        path: "/",
        redmine: None,
    },
    Asked {
        what: "a partnership with its year",
        person: "officer-1",
        path: "/partnerships/asean-us",
        redmine: None,
    },
    Asked {
        what: "form of a commitment",
        person: "officer-0",
        path: "/record/commitment/C-00040",
        redmine: None,
    },
];

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    prepare(folder.path(), COMMITMENTS);
    let port = free_port();
    let mut daemon = Daemon::start(folder.path(), port);
    daemon.until_ready();
    let cookies: Vec<(&str, String)> = ["officer-0", "officer-1", "leader"]
        .map(|person| (person, sign_in(folder.path(), port, person)))
        .into();
    println!("{COMMITMENTS} open commitments on SQLite, signed in, {CONNECTIONS} connections");
    for asked in &PAGES {
        let cookie = cookies.iter().find(|(person, _)| *person == asked.person);
        let (_, cookie) = cookie.expect("they are signed in");
        measure(asked, port, cookie, false);
        if asked.redmine.is_some() {
            measure(asked, port, cookie, true);
        }
    }
    println!("  resident memory after it {:.0} MB", daemon.resident_mb());
    daemon.stop();
}

/// Asks over all connections at once, and prints what came of it.
fn measure(asked: &Asked, port: u16, cookie: &str, compressed: bool) {
    let askers: Vec<_> = (0..CONNECTIONS)
        .map(|_| {
            let connection = Connection::open(port).signed_in(cookie);
            let connection = match compressed {
                true => connection.compressed(),
                false => connection,
            };
            let path = asked.path;
            thread::spawn(move || ask(connection, path))
        })
        .collect();
    let heard = askers.into_iter().map(|a| a.join().expect("it asked"));
    let (mut times, mut bytes) = (Vec::new(), 0);
    for (own, size) in heard {
        times.extend(own);
        bytes = size;
    }
    times.sort_by(f64::total_cmp);
    let a_second = times.len() as f64 / LONG.as_secs_f64();
    let at = |share: f64| times[((times.len() - 1) as f64 * share) as usize];
    let packed = if compressed { ", gzip" } else { "" };
    let what = format!("{}{packed}", asked.what);
    let (p50, p99) = (at(0.5), at(0.99));
    print!(
        "  {what:<34} {a_second:>6.0} a second  p50 {p50:>5.2} ms  p99 {p99:>6.2} ms  {bytes:>6} bytes"
    );
    match asked.redmine {
        Some(redmine) => println!(
            "  {:.0} times Redmine's {redmine}: ratio {:.2}; p99 of {P99} ms: ratio {:.2}",
            a_second / redmine,
            redmine * TIMES / a_second,
            p99 / P99
        ),
        None => println!("  p99 of {P99} ms: ratio {:.2}", p99 / P99),
    }
}

/// The milliseconds of every answer, and the size of the last.
fn ask(mut connection: Connection, path: &str) -> (Vec<f64>, usize) {
    let started = Instant::now();
    let (mut times, mut size) = (Vec::new(), 0);
    loop {
        let begun = Instant::now();
        if begun - started > BEFORE + LONG {
            return (times, size);
        }
        size = connection.get(path).len();
        if begun - started >= BEFORE {
            times.push(ms(begun.elapsed()));
        }
    }
}
