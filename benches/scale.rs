//! How an installation with 10,000 open commitments behaves: `cargo bench --bench scale`.
//!
//! It imports a generated record with the real binary, starts the real daemon on it, and prints each
//! figure beside its budget and the ratio of the two. See `benches/README.md`.

mod shared;

use std::time::{Duration, Instant};

use shared::{Connection, Daemon, against, free_port, ms, prepare, sign_in};

const COMMITMENTS: usize = 10_000;
const REQUESTS: usize = 200;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    println!("{COMMITMENTS} open commitments on SQLite");
    prepare(folder.path(), COMMITMENTS);

    let port = free_port();
    let started = Instant::now();
    let mut daemon = Daemon::start(folder.path(), port);
    daemon.until_ready();
    against("start to ready", ms(started.elapsed()), 200.0, "ms");
    std::thread::sleep(Duration::from_secs(3));
    against(
        "resident memory, idle, no page read",
        daemon.resident_mb(),
        60.0,
        "MB",
    );

    let cookie = sign_in(folder.path(), port, "leader");
    let mut connection = Connection::open(port).signed_in(&cookie);
    let health = median(&mut connection, "/healthz");
    let overview = median(&mut connection, "/");
    against("overview, median of 200", overview, 20.0, "ms");
    let list = median(&mut connection, "/commitments");
    against("list, median of 200", list, 20.0, "ms");
    let filtered = median(
        &mut connection,
        "/commitments?q=subject+777&schedule=due-soon",
    );
    against("list, searched and filtered", filtered, 20.0, "ms");
    println!(
        "  {:<34} {health:>8.2} ms   overview/healthz {:.0}, list/healthz {:.0}",
        "healthz",
        overview / health,
        list / health
    );
    println!(
        "  {:<34} {:>8} bytes",
        "overview",
        connection.get("/").len()
    );
    println!(
        "  {:<34} {:>8} bytes",
        "list",
        connection.get("/commitments").len()
    );
    against(
        "resident memory, after those pages",
        daemon.resident_mb(),
        60.0,
        "MB",
    );
    daemon.stop();
}

fn median(connection: &mut Connection, path: &str) -> f64 {
    let mut times: Vec<f64> = (0..REQUESTS)
        .map(|_| {
            let started = Instant::now();
            connection.get(path);
            ms(started.elapsed())
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[REQUESTS / 2]
}
