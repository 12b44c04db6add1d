//! PostgreSQL restarted while daemons work, as an administrator does it and as a power cut does, its
//! sessions ended one after another; `/readyz` says so meanwhile, and nobody has to start a daemon
//! again.

use std::time::{Duration, Instant};

use rand::RngExt;

use super::daemon::{Daemon, IMPATIENT, dice, import, patience, until, until_all_is_sent};
use crate::support::database::TestDatabase;
use crate::support::postgres::durable_cluster;
use crate::support::smtp::{Fault, FaultServer, Script, Step};

const DESKS: usize = 30;

async fn slow_relay() -> FaultServer {
    let a_while = Fault::Delay(Duration::from_millis(120));
    FaultServer::start(
        Script::default()
            .at(Step::Mail, a_while.clone())
            .at(Step::Content, a_while),
    )
    .await
}

/// Whether the daemon says that it is not ready, and names the database.
fn misses_its_database(daemon: &Daemon) -> bool {
    daemon.get("/readyz").is_some_and(|(status, body)| {
        status == 503 && body.contains("database: ") && !body.contains("database: ok")
    })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_server_is_restarted_in_every_way_while_daemons_work() {
    let Some(cluster) = durable_cluster() else {
        return;
    };
    let database = TestDatabase::on_cluster(cluster).await;
    let relay = slow_relay().await;
    let mut daemons: Vec<Daemon> = (0..2)
        .map(|_| Daemon::start(database.url(), &relay, &IMPATIENT))
        .collect();
    for daemon in &mut daemons {
        daemon.until_ready();
    }
    for (part, mode) in ["fast", "immediate"].into_iter().enumerate() {
        import(&database, part, DESKS).await;
        let before = relay.log().len();
        until("the first mails", Duration::from_secs(20), async || {
            relay.log().len() > before + 3
        })
        .await;
        cluster.stop(mode);
        assert!(relay.log().len() < before + DESKS, "in the middle of it");
        // Within the time a probe waits for an answer.
        let asked = Instant::now();
        assert!(
            daemons.iter().all(misses_its_database),
            "{:?}",
            daemons[0].get("/readyz")
        );
        assert!(
            asked.elapsed() < Duration::from_secs(10),
            "{:?}",
            asked.elapsed()
        );
        assert!(
            daemons[0]
                .get("/healthz")
                .is_some_and(|(status, _)| status == 200)
        );
        cluster.start_again();
        for daemon in &mut daemons {
            daemon.until_ready();
        }
        until_all_is_sent(&database, &relay, (part + 1) * DESKS).await;
    }
    for daemon in &mut daemons {
        assert!(daemon.lives());
        assert_eq!(daemon.stop(), Some(0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_that_are_ended_again_and_again_are_opened_again() {
    use aide_memoire::store::DatabaseKind;
    let Some(database) = TestDatabase::fresh(DatabaseKind::Postgres).await else {
        return;
    };
    let mut dice = dice("sessions_that_are_ended_again_and_again_are_opened_again");
    let relay = FaultServer::start(Script::default()).await;
    let mut daemons: Vec<Daemon> = (0..3)
        .map(|_| Daemon::start(database.url(), &relay, &IMPATIENT))
        .collect();
    for daemon in &mut daemons {
        daemon.until_ready();
    }
    // Whoever works here but this connection; those in the middle of something first.
    let end = "SELECT COUNT(pg_terminate_backend(pid)) FROM (
        SELECT pid FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name = 'aide-memoire'
        ORDER BY state = 'idle', random() LIMIT 4) AS a_few";
    let (started, mut parts, mut ended) = (Instant::now(), 0, 0);
    while started.elapsed() < patience() {
        import(&database, parts, 6).await;
        parts += 1;
        for _ in 0..dice.random_range(2..8) {
            tokio::time::sleep(Duration::from_millis(dice.random_range(5..120))).await;
            ended += database.count(end).await;
        }
    }
    println!("{parts} parts, {ended} sessions ended");
    assert!(ended > 20);
    until_all_is_sent(&database, &relay, parts * 6).await;
    for daemon in &mut daemons {
        assert!(daemon.lives());
        daemon.until_ready();
        assert_eq!(daemon.stop(), Some(0));
    }
}
