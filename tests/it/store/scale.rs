//! How long the book of a large installation takes. A measurement, not a story:
//! `cargo test --release --test it -- store::scale --ignored --nocapture`.

use std::time::{Duration, Instant};

use aide_memoire::store::DatabaseKind;

use super::books::{change_commitment, key, many, save, save_all};
use crate::support::database::TestDatabase;

const COMMITMENTS: usize = 10_000;

async fn measure(kind: DatabaseKind) {
    let Some(database) = TestDatabase::fresh(kind).await else {
        return;
    };
    let mut book = many(COMMITMENTS);
    println!("{COMMITMENTS} commitments on {kind:?}");
    let started = Instant::now();
    save_all(database.store(), &book).await;
    said("saved", started.elapsed());

    let store = database.reopen().await;
    let before = resident_mb();
    let started = Instant::now();
    let cold = store.book().await.unwrap();
    said("book, cold", started.elapsed());
    println!("  {:<24} {:>8.1} MB", "grew by", resident_mb() - before);
    assert_eq!(*cold, book);

    let started = Instant::now();
    store.book().await.unwrap();
    said("book, warm", started.elapsed());

    change_commitment(&mut book, "C-00042", |it| it.title = "Edited".to_owned());
    let keys = [key("commitment", "C-00042")];
    let started = Instant::now();
    save(database.store(), &book, &keys).await;
    said("an edit", started.elapsed());
    let started = Instant::now();
    store.book().await.unwrap();
    said("book, after one edit", started.elapsed());
}

fn said(what: &str, took: Duration) {
    println!("  {what:<24} {:>8.1} ms", took.as_secs_f64() * 1000.0);
}

/// Where Linux tells; else nothing.
fn resident_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<f64>().ok());
    kilobytes.unwrap_or_default() / 1024.0
}

#[tokio::test]
#[ignore = "a measurement"]
async fn sqlite() {
    measure(DatabaseKind::Sqlite).await;
}

#[tokio::test]
#[ignore = "a measurement"]
async fn postgres() {
    measure(DatabaseKind::Postgres).await;
}
