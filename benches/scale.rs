//! How an installation with 10,000 open commitments behaves: `cargo bench --bench scale`.
//!
//! It imports a generated record with the real binary, starts the real daemon on it, and prints each
//! figure beside its budget and the ratio of the two. See `benches/README.md`.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const COMMITMENTS: usize = 10_000;
const REQUESTS: usize = 200;

fn main() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let record = folder.path().join("record.toml");
    std::fs::write(&record, generated_record(COMMITMENTS)).expect("the record is written");

    println!("{COMMITMENTS} open commitments on SQLite");
    let started = Instant::now();
    let status = binary(folder.path(), 0)
        .arg("import")
        .arg(&record)
        .stdout(Stdio::null())
        .status()
        .expect("import runs");
    assert!(status.success(), "the generated record is imported");
    println!("  {:<34} {:>8.0} ms", "import", ms(started.elapsed()));

    // The first start plans what fell due long ago; the one that is measured finds nothing to do.
    let port = free_port();
    let mut first = Daemon::start(folder.path(), port);
    first.until_ready();
    std::thread::sleep(Duration::from_secs(15));
    first.stop();

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

    let mut connection = Connection::open(port);
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

/// One line: the figure, its budget, and the ratio of the two (below 1 is within the budget).
fn against(what: &str, figure: f64, budget: f64, unit: &str) {
    println!(
        "  {what:<34} {figure:>8.1} {unit}   budget {budget:.0} {unit}   ratio {:.2}",
        figure / budget
    );
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
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

/// Commitments of 40 desks in three zones, with every form of deadline, due over two years around
/// today.
fn generated_record(commitments: usize) -> String {
    let mut text = String::from("schema = 1\n\n");
    for (id, zone) in [
        ("pnh", "Asia/Phnom_Penh"),
        ("was", "America/New_York"),
        ("dil", "Asia/Dili"),
    ] {
        let _ = writeln!(
            text,
            "[[calendar]]\nid = \"{id}\"\nname = \"{id}\"\ntimezone = \"{zone}\"\nholidays = [\"2026-01-01\", \"2027-01-01\"]\n"
        );
    }
    let _ = writeln!(
        text,
        "[[party]]\nid = \"asean\"\nname = \"ASEAN\"\nkind = \"organisation\"\n\n[[party]]\nid = \"us\"\nname = \"United States\"\nkind = \"partner\"\n"
    );
    let _ = writeln!(
        text,
        "[[person]]\nid = \"leader\"\nname = \"SOM Leader\"\nemail = \"som@mfa.example.org\"\n"
    );
    for n in 0..40 {
        let calendar = ["pnh", "was", "dil"][n % 3];
        let _ = writeln!(
            text,
            "[[person]]\nid = \"head-{n}\"\nname = \"Head of desk {n}\"\nemail = \"head-{n}@mfa.example.org\"\n"
        );
        let _ = writeln!(
            text,
            "[[desk]]\nid = \"desk-{n}\"\nname = \"Desk {n}\"\nemail = \"desk-{n}@mfa.example.org\"\ncalendar = \"{calendar}\"\nhead = \"head-{n}\"\nsom_leader = \"leader\"\n"
        );
    }
    let _ = writeln!(
        text,
        "[[partnership]]\nid = \"asean-us\"\nname = \"ASEAN-U.S.\"\nparties = [\"asean\", \"us\"]\ndesk = \"desk-0\"\n"
    );
    let _ = writeln!(
        text,
        "[[meeting]]\nid = \"summit\"\npartnership = \"asean-us\"\nseries = \"ASEAN-U.S. Summit\"\nforum = \"summit\"\ndate = \"late 2027\"\n"
    );
    for n in 0..commitments {
        let deadline = match n % 8 {
            0 => format!("{} 2027", month(n)),
            1 => format!("Q{} 2027", n / 8 % 4 + 1),
            2 => "at summit".into(),
            3 => format!("2027-{:02}-{:02}", n / 8 % 12 + 1, n % 28 + 1),
            4 => format!("by {} 2028", month(n)),
            5 => "14 days before summit".into(),
            6 => format!("{} December 2026", n % 28 + 1),
            _ => "2026-2028".into(),
        };
        let _ = writeln!(
            text,
            "[[commitment]]\nref = \"C-{n:05}\"\ntitle = \"Cooperation on subject {n} of the agreed programme\"\npartnership = \"asean-us\"\npromise = \"Both sides will advance cooperation on subject {n}, in line with the agreed programme of work\"\nkind = \"deliverable\"\nstrength = \"firm\"\nobligors = [\"asean\", \"us\"]\nlead = \"desk-{}\"\nopened = \"2026-{:02}-10\"\ndeadline = \"{deadline}\"\n",
            n % 40,
            n % 10 + 1,
        );
    }
    text
}

fn month(n: usize) -> &'static str {
    [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ][n / 8 % 12]
}

fn binary(folder: &Path, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aide-memoire"));
    command
        .env(
            "AIDE_MEMOIRE__DATABASE__URL",
            format!("sqlite:{}", folder.join("scale.sqlite").display()),
        )
        .env("AIDE_MEMOIRE__WEB__LISTEN", format!("127.0.0.1:{port}"));
    command
}

struct Daemon {
    process: Child,
    port: u16,
}

impl Daemon {
    fn start(folder: &Path, port: u16) -> Self {
        let process = binary(folder, port)
            .arg("serve")
            .stderr(Stdio::null())
            .spawn()
            .expect("the daemon starts");
        Self { process, port }
    }

    fn until_ready(&mut self) {
        loop {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", self.port)) {
                let mut connection = Connection(BufReader::new(stream));
                if connection.status("/readyz") == 200 {
                    return;
                }
            }
            assert!(
                self.process
                    .try_wait()
                    .expect("the daemon can be asked")
                    .is_none(),
                "the daemon ended"
            );
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    fn resident_mb(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.process.id()))
            .expect("Linux tells");
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .expect("it has a size");
        let kilobytes: f64 = line
            .split_whitespace()
            .nth(1)
            .and_then(|n| n.parse().ok())
            .expect("a number");
        kilobytes / 1024.0
    }

    fn stop(&mut self) {
        let pid = self.process.id().to_string();
        let _ = Command::new("kill").arg(pid).status();
        let _ = self.process.wait();
    }
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}

/// One connection that stays open: what a browser does.
struct Connection(BufReader<TcpStream>);

impl Connection {
    fn open(port: u16) -> Self {
        let stream = TcpStream::connect(("127.0.0.1", port)).expect("the daemon listens");
        stream.set_nodelay(true).expect("a socket option");
        Self(BufReader::new(stream))
    }

    fn get(&mut self, path: &str) -> Vec<u8> {
        let (status, body) = self.ask(path);
        assert_eq!(status, 200, "{path}");
        body
    }

    fn status(&mut self, path: &str) -> u16 {
        self.ask(path).0
    }

    fn ask(&mut self, path: &str) -> (u16, Vec<u8>) {
        let request = format!("GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n");
        self.0
            .get_mut()
            .write_all(request.as_bytes())
            .expect("the request goes out");
        let mut line = String::new();
        self.0.read_line(&mut line).expect("an answer");
        let status = line
            .split_whitespace()
            .nth(1)
            .and_then(|s| s.parse().ok())
            .unwrap_or(0);
        let mut length = 0;
        loop {
            line.clear();
            self.0.read_line(&mut line).expect("a header");
            if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse().expect("a length");
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).expect("the whole body");
        (status, body)
    }
}
