//! The daemon as a service manager runs it: ready, killed at any moment, started again, stopped.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use aide_memoire::domain::ledger::{NoticeFilter, Page};
use aide_memoire::domain::notice::NoticeState;
use chrono::{TimeDelta, Timelike, Utc};

use super::aide_memoire;
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::smtp::{Fault, FaultServer, Script, Step};

pub const DESKS: usize = 30;

/// Commitments assigned yesterday, of desks that are at work now wherever the sun stands: each desk
/// is to hear of its own today.
pub fn due_now() -> String {
    let now = Utc::now();
    // A zone in which it is between ten and eleven in the morning; POSIX turns the sign around.
    let west = (i64::from(now.hour()) - 10 + 36) % 24 - 12;
    let zone = if west == 0 {
        "Etc/GMT".to_owned()
    } else {
        format!("Etc/GMT{west:+}")
    };
    let yesterday = (now - TimeDelta::hours(west))
        .date_naive()
        .pred_opt()
        .unwrap();
    let mut record = format!(
        "schema = 1\n\n[[calendar]]\nid = \"here\"\nname = \"Here\"\ntimezone = \"{zone}\"\nweekend = []\n"
    );
    for n in 0..DESKS {
        record.push_str(&format!(
            "\n[[desk]]\nid = \"desk-{n}\"\nname = \"Desk {n}\"\nemail = \"desk-{n}@mfa.example.org\"\ncalendar = \"here\"\n\
             \n[[commitment]]\nref = \"C-{n:02}\"\ntitle = \"Commitment {n}\"\npromise = \"will be done\"\nkind = \"deliverable\"\nlead = \"desk-{n}\"\nopened = \"{yesterday}\"\n"
        ));
    }
    record
}

struct Daemon {
    process: Child,
    port: u16,
}

impl Daemon {
    fn start(database: &TestDatabase, relay: &FaultServer) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let process = aide_memoire(database.url())
            .env("AIDE_MEMOIRE__WEB__LISTEN", format!("127.0.0.1:{port}"))
            .env("AIDE_MEMOIRE__MAIL__TRANSPORT", "smtp")
            .env("AIDE_MEMOIRE__MAIL__SMTP__HOST", "127.0.0.1")
            .env("AIDE_MEMOIRE__MAIL__SMTP__PORT", relay.port().to_string())
            .env("AIDE_MEMOIRE__MAIL__SMTP__CONTENT_TIMEOUT", "5")
            .env("AIDE_MEMOIRE__DELIVERY__LEASE", "30")
            .env("AIDE_MEMOIRE__SCHEDULER__EVERY", "1")
            .env("AIDE_MEMOIRE__LOG__LEVEL", "warn")
            .arg("serve")
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        Self { process, port }
    }

    fn get(&self, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nconnection: close\r\n\r\n"
        )
        .ok()?;
        let mut reader = BufReader::new(stream);
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        let status = line.split_whitespace().nth(1)?.parse().ok()?;
        let mut rest = String::new();
        reader.read_to_string(&mut rest).ok()?;
        Some((status, rest))
    }

    fn until_ready(&mut self) {
        let started = Instant::now();
        while self.get("/readyz").is_none_or(|(status, _)| status != 200) {
            assert!(
                self.process.try_wait().unwrap().is_none(),
                "the daemon ended"
            );
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "the daemon does not get ready"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// As a power cut does.
    fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// As a service manager does; the exit code.
    fn stop(&mut self) -> Option<i32> {
        std::process::Command::new("kill")
            .arg(self.process.id().to_string())
            .status()
            .unwrap();
        self.process.wait().unwrap().code()
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn import(database: &TestDatabase) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("record.toml");
    std::fs::write(&file, due_now()).unwrap();
    let imported = aide_memoire(database.url())
        .arg("import")
        .arg(&file)
        .output()
        .unwrap();
    assert!(imported.status.success(), "{}", super::stderr(&imported));
}

async fn states(database: &TestDatabase) -> Vec<(String, NoticeState)> {
    let page = Page {
        offset: 0,
        limit: 1000,
    };
    let snapshot = database.store().read().await.unwrap();
    let notices = snapshot
        .notices(&NoticeFilter::default(), page)
        .await
        .unwrap();
    notices
        .into_iter()
        .map(|n| (n.message_id, n.state))
        .collect()
}

async fn until(what: &str, patience: Duration, mut reached: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !reached().await {
        assert!(
            started.elapsed() < patience,
            "{what}: not within {patience:?}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

on_both_databases!(
    killed_again_and_again_it_sends_each_notice_once,
    async |database: TestDatabase| {
        import(&database);
        let relay = FaultServer::start(Script::default()).await;
        // Each answer takes a while, so that most kills come in the middle of a conversation.
        relay.set(|s| {
            *s = s
                .clone()
                .at(Step::Mail, Fault::Delay(Duration::from_millis(40)))
        });
        for life in 1..=5_u64 {
            let mut daemon = Daemon::start(&database, &relay);
            daemon.until_ready();
            tokio::time::sleep(Duration::from_millis(120 * life)).await;
            daemon.kill();
        }
        let mut daemon = Daemon::start(&database, &relay);
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
        import(&database);
        let relay = FaultServer::start(Script::default()).await;
        relay.set(|s| {
            *s = s
                .clone()
                .at(Step::Mail, Fault::Delay(Duration::from_millis(400)))
        });
        let mut daemon = Daemon::start(&database, &relay);
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
    import(&database);
    let relay = FaultServer::start(
        Script::default().at(Step::Mail, Fault::reply("530 5.7.0 sign in first")),
    )
    .await;
    let mut daemon = Daemon::start(&database, &relay);
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
    assert_eq!(status, 200);
    assert!(page.contains("C-00"));
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
