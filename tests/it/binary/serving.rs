//! The daemon as a service manager runs it: ready, killed at any moment, started again, stopped.

use std::time::Duration;

use aide_memoire::domain::notice::NoticeState;

use super::aide_memoire;
use super::daemon::{self, Daemon, import, notices, until};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::smtp::{Fault, FaultServer, Script, Step};

pub const DESKS: usize = 30;

/// One thing for each of thirty desks to hear today.
pub fn due_now() -> String {
    daemon::due_now(0, DESKS)
}

fn start(database: &TestDatabase, relay: &FaultServer) -> Daemon {
    let patient = [
        ("MAIL__SMTP__CONTENT_TIMEOUT", "5"),
        ("DELIVERY__LEASE", "30"),
    ];
    Daemon::start(database.url(), relay, &patient)
}

async fn states(database: &TestDatabase) -> Vec<(String, NoticeState)> {
    let notices = notices(database).await.into_iter();
    notices.map(|n| (n.message_id, n.state)).collect()
}

on_both_databases!(
    killed_again_and_again_it_sends_each_notice_once,
    async |database: TestDatabase| {
        import(&database, 0, DESKS).await;
        let relay = FaultServer::start(Script::default()).await;
        // Each answer takes a while, so that most kills come in the middle of a conversation.
        relay.set(|s| {
            *s = s
                .clone()
                .at(Step::Mail, Fault::Delay(Duration::from_millis(40)))
        });
        for life in 1..=5_u64 {
            let mut daemon = start(&database, &relay);
            daemon.until_ready();
            tokio::time::sleep(Duration::from_millis(120 * life)).await;
            daemon.kill();
        }
        let mut daemon = start(&database, &relay);
        until(
            "every notice is settled",
            Duration::from_secs(90),
            async || {
                let states = states(&database).await;
                states.len() == DESKS
                    && states
                        .iter()
                        .all(|(_, s)| matches!(s, NoticeState::Sent | NoticeState::InDoubt))
            },
        )
        .await;
        assert_eq!(daemon.stop(), Some(0));

        let mut taken: Vec<String> = relay
            .log()
            .into_iter()
            .filter_map(|m| m.message_id)
            .collect();
        taken.sort();
        let copies = taken.len();
        taken.dedup();
        assert_eq!(copies, taken.len(), "nothing twice");
        for (id, state) in states(&database).await {
            match state {
                NoticeState::Sent => {
                    assert!(taken.contains(&id), "called sent, and never taken: {id}")
                }
                // Killed between the final dot and the reply: said to be in doubt, not lost.
                state => assert_eq!(state, NoticeState::InDoubt),
            }
        }
    }
);

on_both_databases!(
    asked_to_stop_it_finishes_or_gives_back,
    async |database: TestDatabase| {
        import(&database, 0, DESKS).await;
        let relay = FaultServer::start(Script::default()).await;
        relay.set(|s| {
            *s = s
                .clone()
                .at(Step::Mail, Fault::Delay(Duration::from_millis(400)))
        });
        let mut daemon = start(&database, &relay);
        until("the first mail", Duration::from_secs(30), async || {
            !relay.log().is_empty()
        })
        .await;
        assert_eq!(daemon.stop(), Some(0));
        let states = states(&database).await;
        assert_eq!(states.len(), DESKS);
        assert!(
            states
                .iter()
                .all(|(_, s)| matches!(s, NoticeState::Sent | NoticeState::Pending)),
            "nothing is left claimed: {states:?}"
        );
        assert_eq!(
            relay.log().len(),
            states
                .iter()
                .filter(|(_, s)| *s == NoticeState::Sent)
                .count()
        );
        assert!(relay.log().len() < DESKS, "it stopped in the middle");
    }
);

#[tokio::test(flavor = "multi_thread")]
async fn it_says_whether_it_is_ready_and_what_is_not() {
    let database = TestDatabase::sqlite().await;
    import(&database, 0, DESKS).await;
    let relay = FaultServer::start(
        Script::default().at(Step::Mail, Fault::reply("530 5.7.0 sign in first")),
    )
    .await;
    let mut daemon = start(&database, &relay);
    until("alive", Duration::from_secs(30), async || {
        daemon.get("/healthz").is_some_and(|(s, _)| s == 200)
    })
    .await;
    until(
        "the relay's fault is told",
        Duration::from_secs(30),
        async || {
            daemon.get("/readyz").is_some_and(|(status, body)| {
                status == 503 && body.contains("relay") && body.contains("sign in first")
            })
        },
    )
    .await;
    let (status, page) = daemon.get("/commitments").unwrap();
    assert_eq!(status, 303);
    assert!(
        page.contains("location: /sign-in?to=/commitments"),
        "{page}"
    );
    assert!(!page.contains("C-00"));
    assert_eq!(daemon.stop(), Some(0));
}

#[tokio::test]
async fn a_port_that_is_taken_is_one_message() {
    let database = TestDatabase::sqlite().await;
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let output = aide_memoire(database.url())
        .env(
            "AIDE_MEMOIRE__WEB__LISTEN",
            taken.local_addr().unwrap().to_string(),
        )
        .arg("serve")
        .output()
        .unwrap();
    let message = super::refusal(&output);
    assert!(message.contains("web.listen"), "{message}");
}
