//! SIGSTOP past the lease, at moments that are hit for sure: the relay stalls at a step, or the wire
//! to the database holds a commit. Another daemon takes over; the one that wakes stops or is harmless.

use std::time::Duration;

use aide_memoire::domain::notice::NoticeState;

use super::daemon::{
    Daemon, IMPATIENT, half_an_hour_passes, import, notices, until, until_all_is_sent,
};
use crate::support::accounts;
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::proxy::{Cut, Proxy, says};
use crate::support::smtp::{Fault, FaultServer, Script, Step};
use aide_memoire::store::DatabaseKind;

const DESKS: usize = 6;
const LONG: Duration = Duration::from_secs(30);

/// One session, so that there is one notice at which the daemon stands.
fn settings() -> Vec<(&'static str, &'static str)> {
    let mut settings = IMPATIENT.to_vec();
    settings.push(("DELIVERY__SESSIONS", "1"));
    settings
}

async fn until_state(database: &TestDatabase, state: NoticeState, number: usize) {
    let what = format!("{number} notices are {state}");
    until(&what, LONG, async || {
        let notices = notices(database).await;
        notices.iter().filter(|n| n.state == state).count() == number
    })
    .await;
}

/// A daemon that was stopped where the relay stalls, and the one that takes over.
async fn stopped_at(
    database: &TestDatabase,
    relay: &FaultServer,
    reached: impl Fn() -> bool,
) -> (Daemon, Daemon) {
    import(database, 0, DESKS).await;
    let asleep = Daemon::start(database.url(), relay, &settings());
    until("the moment", LONG, async || reached()).await;
    asleep.signal("STOP");
    let awake = Daemon::start(database.url(), relay, &settings());
    (asleep, awake)
}

/// Awake again it does no harm, is well, and ends when it is asked to.
async fn wakes_and_is_well(mut asleep: Daemon, mut awake: Daemon) {
    asleep.signal("CONT");
    tokio::time::sleep(Duration::from_secs(2)).await;
    asleep.until_ready();
    awake.until_ready();
    assert_eq!((asleep.stop(), awake.stop()), (Some(0), Some(0)));
}

on_both_databases!(
    stopped_with_a_claim_another_sends_it,
    async |database: TestDatabase| {
        // The answer to MAIL comes while it sleeps: awake, it goes on to DATA, and T2 says no.
        let stall = Fault::Delay(Duration::from_millis(1_500));
        let relay = FaultServer::start(Script::default().nth(1, Step::Mail, stall)).await;
        let at_mail = || relay.commands().iter().any(|c| c.starts_with("MAIL"));
        let (asleep, awake) = stopped_at(&database, &relay, at_mail).await;
        until_state(&database, NoticeState::Sent, DESKS).await;
        assert_eq!(relay.log().len(), DESKS);
        wakes_and_is_well(asleep, awake).await;
        assert_eq!(relay.log().len(), DESKS, "each desk once");
        accounts::reconcile(database.store(), &relay.log()).await;
        assert!(notices(&database).await.iter().all(|n| n.doubts == 0));
    }
);

on_both_databases!(
    stopped_before_the_answer_it_wakes_to_a_late_yes,
    async |database: TestDatabase| {
        let stall = Fault::Delay(Duration::from_millis(1_000));
        let relay = FaultServer::start(Script::default().nth(1, Step::Content, stall)).await;
        let taken = || relay.log().len() == 1;
        let (asleep, awake) = stopped_at(&database, &relay, taken).await;
        // Its lease is over, and nobody knows; all others have gone out.
        until_state(&database, NoticeState::InDoubt, 1).await;
        until_state(&database, NoticeState::Sent, DESKS - 1).await;
        wakes_and_is_well(asleep, awake).await;
        until_state(&database, NoticeState::Sent, DESKS).await;
        assert_eq!(
            relay.log().len(),
            DESKS,
            "the late yes counted: no second copy"
        );
        accounts::reconcile(database.store(), &relay.log()).await;
    }
);

on_both_databases!(
    stopped_before_the_answer_for_longer_than_the_doubt,
    async |database: TestDatabase| {
        let stall = Fault::Delay(Duration::from_millis(1_000));
        let relay = FaultServer::start(Script::default().nth(1, Step::Content, stall)).await;
        let taken = || relay.log().len() == 1;
        let (asleep, awake) = stopped_at(&database, &relay, taken).await;
        until_state(&database, NoticeState::InDoubt, 1).await;
        half_an_hour_passes(&database).await;
        until_state(&database, NoticeState::Sent, DESKS).await;
        assert_eq!(
            relay.log().len(),
            DESKS + 1,
            "one more copy, of the one in doubt"
        );
        wakes_and_is_well(asleep, awake).await;
        assert_eq!(relay.log().len(), DESKS + 1);
        accounts::reconcile(database.store(), &relay.log()).await;
        assert!(
            notices(&database)
                .await
                .iter()
                .all(|n| n.state == NoticeState::Sent)
        );
    }
);

/// A daemon on PostgreSQL whose wire holds a commit, stopped there; and another without such a wire.
async fn stopped_at_a_commit(words: &'static str, n: usize, cut: Cut) {
    let Some(database) = TestDatabase::fresh(DatabaseKind::Postgres).await else {
        return;
    };
    import(&database, 0, DESKS).await;
    let server = database
        .url()
        .split(':')
        .nth(2)
        .and_then(|rest| rest.split('/').next());
    let wire = Proxy::start(server.unwrap().parse().unwrap()).await;
    wire.at_commit(n, says(words), cut);
    let relay = FaultServer::start(Script::default()).await;
    // The server takes a transaction in which nothing is said any more for dead.
    let short = "?options[idle_in_transaction_session_timeout]=2s";
    let url = format!("{}{short}", wire.url(database.url()));
    let asleep = Daemon::start(&url, &relay, &settings());
    until("the commit is held", LONG, async || wire.cuts() == 1).await;
    asleep.signal("STOP");
    let awake = Daemon::start(database.url(), &relay, &settings());
    until_all_is_sent(&database, &relay, DESKS).await;
    let copies = relay.log().len();
    wire.release();
    wakes_and_is_well(asleep, awake).await;
    assert_eq!(relay.log().len(), copies, "awake again it sends nothing");
    assert_eq!(copies, DESKS, "each desk once");
    accounts::reconcile(database.store(), &relay.log()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_while_planning_with_its_transaction_open() {
    stopped_at_a_commit("assigned", 1, Cut::HoldCommit).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_while_planning_between_two_transactions() {
    stopped_at_a_commit("assigned", 1, Cut::HoldAnswer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_between_t2_and_the_content() {
    // The bytes are final, and it does not know yet. When it does, its lease is long over: what it
    // holds may be another's, so it stops there.
    stopped_at_a_commit("Message-ID", 1, Cut::HoldAnswer).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stopped_in_the_middle_of_a_claim() {
    stopped_at_a_commit("claimed", 1, Cut::HoldCommit).await;
}
