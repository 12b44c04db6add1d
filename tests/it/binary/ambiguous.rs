//! Connections to PostgreSQL cut in the middle of a commit: before it arrives, or when it is done and
//! only its answer is lost. Whoever asked cannot tell one from the other; whatever is done again must
//! come to the same.

use std::time::{Duration, Instant};

use aide_memoire::domain::ledger::AttemptEntry;
use aide_memoire::domain::notice::NoticeState;
use aide_memoire::store::DatabaseKind;
use rand::RngExt;

use super::daemon::{Daemon, IMPATIENT, dice, import, notices, patience, until, until_all_is_sent};
use crate::support::database::TestDatabase;
use crate::support::proxy::{Cut, Proxy, Which, holds, says};
use crate::support::smtp::{Fault, FaultServer, Script, Step};

const DESKS: usize = 6;
const LONG: Duration = Duration::from_secs(40);

async fn wire_to(database: &TestDatabase) -> Proxy {
    let server = database.url().split(':').nth(2);
    let server = server.and_then(|rest| rest.split('/').next());
    Proxy::start(server.unwrap().parse().unwrap()).await
}

/// The attempts of every notice.
async fn attempts(database: &TestDatabase) -> Vec<Vec<AttemptEntry>> {
    let notices = notices(database).await;
    let snapshot = database.store().read().await.unwrap();
    let mut all = Vec::new();
    for notice in notices {
        all.push(snapshot.attempts(notice.id).await.unwrap());
    }
    all
}

/// One daemon, one cut at such a commit. In the end each desk has heard once, and each try is told
/// once.
async fn one_cut(which: Which, cut: Cut) {
    let Some(database) = TestDatabase::fresh(DatabaseKind::Postgres).await else {
        return;
    };
    import(&database, 0, DESKS).await;
    let wire = wire_to(&database).await;
    wire.at_commit(1, which, cut);
    let relay = FaultServer::start(Script::default()).await;
    let mut daemon = Daemon::start(&wire.url(database.url()), &relay, &IMPATIENT);
    until("the commit comes by", LONG, async || wire.cuts() == 1).await;
    until_all_is_sent(&database, &relay, DESKS).await;
    assert_eq!(relay.log().len(), DESKS, "each desk once");
    for tries in attempts(&database).await {
        let sent = tries
            .iter()
            .filter(|a| a.outcome == NoticeState::Sent)
            .count();
        assert_eq!(sent, 1, "{tries:?}");
    }
    daemon.until_ready();
    assert_eq!(daemon.stop(), Some(0));
}

/// Two stories of one commit: lost on the way there, lost on the way back.
macro_rules! cut_both_ways {
    ($name:ident, $which:expr) => {
        mod $name {
            use super::*;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn it_never_arrived() {
                one_cut($which, Cut::Commit).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn its_answer_never_came() {
                one_cut($which, Cut::Answer).await;
            }
        }
    };
}

cut_both_ways!(a_batch_of_the_plan, says("assigned"));
cut_both_ways!(
    the_release_of_a_plan,
    Box::new(|said: &[u8]| holds(said, b"gathering") && !holds(said, b"deferred"))
);
cut_both_ways!(
    a_claim,
    Box::new(|said: &[u8]| holds(said, b"deferred") && !holds(said, b"gathering"))
);
cut_both_ways!(the_bytes_become_final, says("Message-ID"));
cut_both_ways!(the_settlement_of_a_yes, says("queued as"));

/// The relay took it and was silent; the settlement of that is cut.
async fn one_cut_in_doubt(cut: Cut) {
    let Some(database) = TestDatabase::fresh(DatabaseKind::Postgres).await else {
        return;
    };
    import(&database, 0, 1).await;
    let wire = wire_to(&database).await;
    let doubted = |said: &[u8]| holds(said, b"doubt_since") || holds(said, b"connection");
    wire.at_commit(
        1,
        Box::new(move |said| {
            holds(said, b"in-doubt")
                && holds(said, b"content")
                && doubted(said)
                && !holds(said, b"Message-ID")
        }),
        cut,
    );
    let relay =
        FaultServer::start(Script::default().nth(1, Step::Content, Fault::TakeThenReset)).await;
    let mut daemon = Daemon::start(&wire.url(database.url()), &relay, &IMPATIENT);
    until("the commit comes by", LONG, async || wire.cuts() == 1).await;
    until_all_is_sent(&database, &relay, 1).await;
    assert_eq!(relay.log().len(), 2, "one more copy after a doubt");
    let tries = attempts(&database).await.remove(0);
    let outcomes: Vec<_> = tries.iter().map(|a| (a.n, a.outcome)).collect();
    let doubt_then_yes = [(1, NoticeState::InDoubt), (2, NoticeState::Sent)];
    assert_eq!(outcomes, doubt_then_yes, "each try is told once: {tries:?}");
    assert_eq!(daemon.stop(), Some(0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settlement_in_doubt_never_arrived() {
    one_cut_in_doubt(Cut::Commit).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_settlement_in_doubt_whose_answer_never_came() {
    one_cut_in_doubt(Cut::Answer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_daemons_whose_commits_are_cut_at_random() {
    let Some(database) = TestDatabase::fresh(DatabaseKind::Postgres).await else {
        return;
    };
    let mut dice = dice("three_daemons_whose_commits_are_cut_at_random");
    let wire = wire_to(&database).await;
    let relay = FaultServer::start(Script::default()).await;
    let url = wire.url(database.url());
    import(&database, 0, DESKS).await;
    let mut daemons: Vec<Daemon> = (0..3)
        .map(|_| Daemon::start(&url, &relay, &IMPATIENT))
        .collect();
    for daemon in &mut daemons {
        daemon.until_ready();
    }
    wire.at_random(dice.random(), 4);
    let (started, mut parts) = (Instant::now(), 1);
    while started.elapsed() < patience() || wire.cuts() < 6 {
        assert!(started.elapsed() < patience() + LONG, "a wire that is cut");
        import(&database, parts, DESKS).await;
        parts += 1;
        tokio::time::sleep(Duration::from_millis(dice.random_range(100..900))).await;
    }
    println!(
        "{parts} parts, {} of {} commits cut",
        wire.cuts(),
        wire.commits()
    );
    wire.mend();
    until_all_is_sent(&database, &relay, parts * DESKS).await;
    for daemon in &mut daemons {
        assert!(daemon.lives(), "a lost connection ends no daemon");
        daemon.until_ready();
        assert_eq!(daemon.stop(), Some(0));
    }
}
