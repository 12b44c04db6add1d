//! SIGKILL, and SIGSTOP past the lease, at random moments and again and again: one daemon on SQLite,
//! three on one PostgreSQL. In the end everything was sent, once; twice only where it was in doubt.

use std::time::{Duration, Instant};

use rand::RngExt;
use rand::rngs::StdRng;

use super::daemon::{Daemon, IMPATIENT, dice, import, patience, until_all_is_sent};
use crate::support::database::TestDatabase;
use crate::support::postgres::durable_cluster;
use crate::support::smtp::{Fault, FaultServer, Script, Step};

/// Desks that are to hear something new in each round.
const DESKS: usize = 8;

/// A relay that takes its time, so that most moments are in the middle of something.
async fn slow_relay() -> FaultServer {
    let a_while = Fault::Delay(Duration::from_millis(25));
    FaultServer::start(
        Script::default()
            .at(Step::Mail, a_while.clone())
            .at(Step::Data, a_while.clone())
            .at(Step::Content, a_while),
    )
    .await
}

/// Waits for the moment: any moment, or the one at which the relay has heard so many words more.
async fn the_moment(dice: &mut StdRng, relay: &FaultServer) {
    if dice.random_range(0..3) == 0 {
        tokio::time::sleep(Duration::from_millis(dice.random_range(0..1_200))).await;
        return;
    }
    let words = relay.commands().len() + dice.random_range(1..4 * DESKS);
    let started = Instant::now();
    while relay.commands().len() < words && started.elapsed() < Duration::from_secs(2) {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    tokio::time::sleep(Duration::from_millis(dice.random_range(0..30))).await;
}

/// What befalls a daemon at its moment.
async fn befall(daemon: &mut Option<Daemon>, dice: &mut StdRng, alone: bool) {
    let Some(running) = daemon else { return };
    match dice.random_range(0..10) {
        // Stopped past every lease, and awake again: nobody may notice. One that is alone would
        // only be slow.
        0..=1 if !alone => {
            running.signal("STOP");
            let away = Duration::from_millis(dice.random_range(500..8_000));
            tokio::time::sleep(away).await;
            running.signal("CONT");
        }
        2..=3 if !alone => {}
        _ => {
            running.kill();
            *daemon = None;
        }
    }
}

async fn again_and_again(database: &TestDatabase, url: &str, daemons: usize, dice: &mut StdRng) {
    let relay = slow_relay().await;
    let mut running: Vec<Option<Daemon>> = (0..daemons).map(|_| None).collect();
    let start = || Some(Daemon::start(url, &relay, &IMPATIENT));
    let (started, mut rounds, mut killed) = (Instant::now(), 0, 0);
    // On a busy machine a round takes long; without some that kill it proves nothing.
    let enough = |killed: usize| killed > 2 || started.elapsed() > 10 * patience();
    while started.elapsed() < patience() || !enough(killed) {
        import(database, rounds, DESKS).await;
        rounds += 1;
        for daemon in &mut running {
            if daemon.is_none() {
                *daemon = start();
            }
        }
        the_moment(dice, &relay).await;
        for daemon in &mut running {
            befall(daemon, dice, daemons == 1).await;
            killed += usize::from(daemon.is_none());
        }
    }
    println!(
        "{rounds} rounds, {killed} killed, {} mails so far",
        relay.log().len()
    );
    assert!(killed > 2, "a loop that kills");
    for daemon in &mut running {
        let daemon = daemon.get_or_insert_with(|| start().unwrap());
        assert!(daemon.lives(), "nothing but a signal ends a daemon");
    }
    until_all_is_sent(database, &relay, rounds * DESKS).await;
    for daemon in running.iter_mut().flatten() {
        daemon.until_ready();
        assert_eq!(daemon.stop(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_daemon_on_sqlite_killed_at_any_moment() {
    let database = TestDatabase::sqlite().await;
    let mut dice = dice("one_daemon_on_sqlite_killed_at_any_moment");
    again_and_again(&database, database.url(), 1, &mut dice).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_daemons_on_postgres_killed_and_stopped_at_any_moment() {
    let Some(cluster) = durable_cluster() else {
        return;
    };
    let database = TestDatabase::on_cluster(cluster).await;
    let mut dice = dice("three_daemons_on_postgres_killed_and_stopped_at_any_moment");
    // A daemon that is stopped in the middle of a transaction keeps the others waiting for as long.
    let url = format!(
        "{}?options[idle_in_transaction_session_timeout]=2s",
        database.url()
    );
    again_and_again(&database, &url, 3, &mut dice).await;
}
