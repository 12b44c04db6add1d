//! A daemon as a process of its own, and something for it to do: desks that are to hear of a
//! commitment today, whatever the hour is.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use aide_memoire::acts::Actor;
use aide_memoire::acts::import::import as import_files;
use aide_memoire::domain::ledger::{NoticeEntry, NoticeFilter};
use aide_memoire::domain::notice::NoticeState;
use aide_memoire::record::SourceFile;
use aide_memoire::store::DatabaseKind;
use chrono::{TimeDelta, Timelike, Utc};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

use super::aide_memoire;
use crate::support::accounts;
use crate::support::database::TestDatabase;
use crate::support::house::ALL;
use crate::support::smtp::FaultServer;

/// Settings under which what a daemon held is soon another's, each as the environment names it.
pub const IMPATIENT: [(&str, &str); 6] = [
    ("MAIL__SMTP__CONNECT_TIMEOUT", "5"),
    ("MAIL__SMTP__COMMAND_TIMEOUT", "5"),
    ("MAIL__SMTP__CONTENT_TIMEOUT", "2"),
    ("DELIVERY__LEASE", "5"),
    ("DELIVERY__RETRY_AFTER", "1"),
    ("SCHEDULER__LEASE", "2"),
];

/// How long a daemon may take over an answer, and over its end.
const PATIENCE: Duration = Duration::from_secs(90);

/// A daemon that serves on a port of its own. It is killed with this value.
pub struct Daemon {
    process: Child,
    port: u16,
    log: File,
}

impl Daemon {
    pub fn start(database: &str, relay: &FaultServer, settings: &[(&str, &str)]) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0")
            .unwrap()
            .local_addr()
            .unwrap()
            .port();
        let log = tempfile::tempfile().unwrap();
        let mut command = aide_memoire(database);
        command
            .env("AIDE_MEMOIRE__WEB__LISTEN", format!("127.0.0.1:{port}"))
            .env("AIDE_MEMOIRE__MAIL__TRANSPORT", "smtp")
            .env("AIDE_MEMOIRE__MAIL__SMTP__HOST", "127.0.0.1")
            .env("AIDE_MEMOIRE__MAIL__SMTP__PORT", relay.port().to_string())
            .env("AIDE_MEMOIRE__SCHEDULER__EVERY", "1")
            .env("AIDE_MEMOIRE__LOG__LEVEL", "warn");
        for (name, value) in settings {
            command.env(format!("AIDE_MEMOIRE__{name}"), value);
        }
        let process = command
            .arg("serve")
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log.try_clone().unwrap())
            .spawn()
            .unwrap();
        Self { process, port, log }
    }

    pub fn get(&self, path: &str) -> Option<(u16, String)> {
        self.get_with("", path)
    }

    /// Looks under a cookie.
    pub fn get_with(&self, cookie: &str, path: &str) -> Option<(u16, String)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {cookie}\r\nconnection: close\r\n\r\n"
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

    /// What it has printed so far, read without a word to its own place in the file.
    pub fn printed(&self) -> String {
        use std::os::unix::fs::FileExt;
        let length = self.log.metadata().map_or(0, |file| file.len());
        let mut bytes = vec![0; usize::try_from(length).unwrap()];
        let read = self.log.read_at(&mut bytes, 0).unwrap();
        bytes.truncate(read);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    pub fn until_ready(&mut self) {
        let started = Instant::now();
        while self.get("/readyz").is_none_or(|(status, _)| status != 200) {
            assert!(self.lives(), "the daemon ended");
            assert!(
                started.elapsed() < Duration::from_secs(30),
                "the daemon does not get ready"
            );
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    pub fn lives(&mut self) -> bool {
        self.process.try_wait().unwrap().is_none()
    }

    /// As a power cut does.
    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// As a service manager does, and as patient; the exit code.
    pub fn stop(&mut self) -> Option<i32> {
        self.signal("TERM");
        let asked = Instant::now();
        loop {
            if let Some(status) = self.process.try_wait().unwrap() {
                return status.code();
            }
            assert!(asked.elapsed() < PATIENCE, "the daemon does not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Sends a signal by its name: `STOP`, `CONT`.
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill")
            .arg(format!("-{name}"))
            .arg(self.process.id().to_string())
            .status();
        assert!(sent.unwrap().success());
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if std::thread::panicking() {
            use std::io::Seek;
            let mut said = String::new();
            let _ = self.log.rewind();
            let _ = self.log.read_to_string(&mut said);
            println!("the daemon on port {} said:\n{said}", self.port);
        }
    }
}

/// Commitments assigned yesterday, of desks that are at work now wherever the sun stands: each desk
/// is to hear of its own today. `part` keeps the desks of one record from those of another.
pub fn due_now(part: usize, desks: usize) -> String {
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
    // Of its own in each part: the hour may have changed since the last.
    let calendar = match part {
        0 => "here".to_owned(),
        part => format!("here-{part}"),
    };
    let mut record = format!(
        "schema = 1\n\n[[calendar]]\nid = \"{calendar}\"\nname = \"Here\"\ntimezone = \"{zone}\"\nweekend = []\n"
    );
    for n in part * 100..part * 100 + desks {
        record.push_str(&format!(
            "\n[[desk]]\nid = \"desk-{n}\"\nname = \"Desk {n}\"\nemail = \"desk-{n}@mfa.example.org\"\ncalendar = \"{calendar}\"\n\
             \n[[commitment]]\nref = \"C-{n:02}\"\ntitle = \"Commitment {n}\"\npromise = \"will be done\"\nkind = \"deliverable\"\nlead = \"desk-{n}\"\nopened = \"{yesterday}\"\n"
        ));
    }
    record
}

/// Puts so many desks on the record that are to be told something at once.
pub async fn import(database: &TestDatabase, part: usize, desks: usize) {
    let file = SourceFile {
        name: "record.toml".into(),
        text: due_now(part, desks),
        ..SourceFile::default()
    };
    import_files(database.store(), &[file], &Actor::Operator, Utc::now())
        .await
        .unwrap();
}

pub async fn notices(database: &TestDatabase) -> Vec<NoticeEntry> {
    let snapshot = database.store().read().await.unwrap();
    let filter = NoticeFilter::default();
    snapshot.notices(&filter, ALL).await.unwrap()
}

pub async fn until(what: &str, patience: Duration, mut reached: impl AsyncFnMut() -> bool) {
    let started = Instant::now();
    while !reached().await {
        assert!(
            started.elapsed() < patience,
            "{what}: not within {patience:?}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Lets half an hour pass for those in doubt; the daemons' real clocks cannot be moved.
pub async fn half_an_hour_passes(database: &TestDatabase) {
    let since = match database.kind() {
        DatabaseKind::Sqlite => "strftime('%Y-%m-%d %H:%M:%S+00:00', 'now', '-31 minutes')",
        DatabaseKind::Postgres => "now() - interval '31 minutes'",
    };
    let age = format!("UPDATE notice SET doubt_since = {since} WHERE state = 'in-doubt'");
    database.execute(&age).await.unwrap();
}

/// Waits, with daemons that are well, until every one of so many notices is sent; those in doubt
/// once more, after their half hour. Then the accounts are made.
pub async fn until_all_is_sent(database: &TestDatabase, relay: &FaultServer, number: usize) {
    until("all is sent", Duration::from_secs(60), async || {
        let notices = notices(database).await;
        let open = |n: &&NoticeEntry| n.state != NoticeState::Sent;
        let doubted = notices
            .iter()
            .filter(open)
            .all(|n| n.state == NoticeState::InDoubt);
        if doubted && notices.iter().any(|n| n.state == NoticeState::InDoubt) {
            half_an_hour_passes(database).await;
        }
        notices.len() == number && notices.iter().all(|n| n.state == NoticeState::Sent)
    })
    .await;
    accounts::reconcile(database.store(), &relay.log()).await;
    let held = database.count("SELECT COUNT(*) FROM occurrence WHERE state <> 'sent'");
    assert_eq!(held.await, 0, "nothing waits and nothing was left out");
}

/// How long a loop goes on: `KILL_LOOPS_SECONDS`, else a few seconds. See docs/testing.md.
pub fn patience() -> Duration {
    let given = std::env::var("KILL_LOOPS_SECONDS").ok();
    let seconds = given.map(|s| s.parse().expect("KILL_LOOPS_SECONDS is a number"));
    Duration::from_secs(seconds.unwrap_or(7))
}

/// The dice of a loop: from `KILL_LOOPS_SEED`, else others each time. The seed is printed: it gives
/// the same moments again, though not what the machine makes of them.
pub fn dice(name: &str) -> StdRng {
    let given = std::env::var("KILL_LOOPS_SEED").ok();
    let seed = given.map(|s| s.parse().expect("KILL_LOOPS_SEED is a number"));
    let seed = seed.unwrap_or_else(|| rand::rng().random());
    println!("{name}: KILL_LOOPS_SEED={seed}");
    StdRng::seed_from_u64(seed)
}
