//! How an installation with 10,000 open commitments behaves: `cargo bench --bench scale`.
//!
//! It imports a generated record with the real binary, starts the real daemon on it, and prints each
//! figure beside its budget and the ratio of the two. See `benches/README.md`.

mod shared;

use std::path::Path;
use std::time::{Duration, Instant};

use aide_memoire::domain::access::Viewer;
use aide_memoire::domain::finding::Query;
use aide_memoire::domain::ids::PersonId;
use aide_memoire::store::Store;
use sea_orm::{ConnectionTrait, Database, DatabaseBackend, Statement};
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
    let searched = median(&mut connection, "/search?q=subject+777");
    against("search page, a rare word", searched, 20.0, "ms");
    daemon.stop();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(searching(folder.path()));
}

/// What the index finds beside what reading every title and promise finds, in the same file: a search is
/// of what its reader may read, the reading is not.
async fn searching(folder: &Path) {
    let url = format!("sqlite:{}", folder.join("scale.sqlite").display());
    let store = Store::open(&url).await.expect("the database opens");
    let reader = Database::connect(&url).await.expect("and once more");
    let leader = Viewer::Person(PersonId::parse("leader").expect("an id"));
    for (what, typed, like) in [
        ("a rare word", "777", "%777%"),
        (
            "a phrase",
            "\"cooperation on subject 9\"",
            "%cooperation on subject 9%",
        ),
        ("a word of every commitment", "programme", "%programme%"),
    ] {
        let query = Query::read(typed);
        let mut found = (0, 0);
        let mut times = (Vec::new(), Vec::new());
        for _ in 0..REQUESTS / 4 {
            let started = Instant::now();
            let snapshot = store.read().await.expect("a moment");
            let hits = snapshot.find(&leader, &query).await.expect("an answer");
            times.0.push(ms(started.elapsed()));
            let started = Instant::now();
            let scan = Statement::from_sql_and_values(
                DatabaseBackend::Sqlite,
                "SELECT reference FROM commitment WHERE title LIKE ? OR promise LIKE ?",
                [like.into(), like.into()],
            );
            let rows = reader.query_all_raw(scan).await.expect("rows");
            times.1.push(ms(started.elapsed()));
            found = (hits.commitments.len(), rows.len());
        }
        let [index, scan] = [times.0, times.1].map(middle);
        println!(
            "  {:<34} {index:>8.2} ms   a LIKE scan {scan:.2} ms   ratio {:.2}   found {} and {}",
            format!("search, {what}"),
            index / scan,
            found.0,
            found.1
        );
    }
}

fn middle(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

fn median(connection: &mut Connection, path: &str) -> f64 {
    let times = (0..REQUESTS).map(|_| {
        let started = Instant::now();
        connection.get(path);
        ms(started.elapsed())
    });
    middle(times.collect())
}
