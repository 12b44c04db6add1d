//! What measurements of the running daemon share: a generated record, the real binary on it, somebody
//! who signs in, and connections that stay open.
#![allow(dead_code, reason = "each measurement uses what it needs")]

mod connection;

use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use aide_memoire::domain::deadline::month_name;

pub use connection::Connection;

/// Imports a generated record; the first start plans what fell due long ago, so that the one that is
/// measured finds nothing to do.
pub fn prepare(folder: &Path, commitments: usize) {
    let record = folder.join("record.toml");
    std::fs::write(&record, generated_record(commitments)).expect("the record is written");
    let status = binary(folder, 0)
        .arg("import")
        .arg(&record)
        .stdout(Stdio::null())
        .status()
        .expect("import runs");
    assert!(status.success(), "the generated record is imported");
    let mut first = Daemon::start(folder, free_port());
    first.until_ready();
    std::thread::sleep(Duration::from_secs(15));
    first.stop();
}

/// One line: the figure, its budget, and the ratio of the two (below 1 is within the budget).
pub fn against(what: &str, figure: f64, budget: f64, unit: &str) {
    println!(
        "  {what:<34} {figure:>8.1} {unit}   budget {budget:.0} {unit}   ratio {:.2}",
        figure / budget
    );
}

pub fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}

/// An account for a person of the record, and a session under its cookie, as people get them: by an
/// invitation, a password and the form of signing in.
pub fn sign_in(folder: &Path, port: u16, person: &str) -> String {
    const PASSWORD: &str = "four+herons+in+the+rice";
    let email = format!("{person}@mfa.example.org");
    let told = binary(folder, port)
        .args(["user", "add", &email])
        .output()
        .expect("an account is made");
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let (_, word) = told.split_once("/link/").expect("a link is printed");
    let word = word.split_whitespace().next().unwrap_or_default();
    let mut connection = Connection::open(port);
    let chosen = connection.post(&format!("/link/{word}"), &format!("password={PASSWORD}"));
    assert_eq!(chosen.status, 303, "a password is chosen");
    let form = format!("email={}&password={PASSWORD}", email.replace('@', "%40"));
    let entered = connection.post("/sign-in", &form);
    assert_eq!(entered.status, 303, "{person} signs in");
    entered.cookie.expect("a session begins")
}

/// Commitments of 40 desks in three zones, with every form of deadline, due over two years around
/// today.
pub fn generated_record(commitments: usize) -> String {
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
        "[[person]]\nid = \"leader\"\nname = \"SOM Leader\"\nemail = \"leader@mfa.example.org\"\n"
    );
    for n in 0..40 {
        let calendar = ["pnh", "was", "dil"][n % 3];
        let _ = writeln!(
            text,
            "[[person]]\nid = \"head-{n}\"\nname = \"Head of desk {n}\"\nemail = \"head-{n}@mfa.example.org\"\n\n[[person]]\nid = \"officer-{n}\"\nname = \"Officer of desk {n}\"\nemail = \"officer-{n}@mfa.example.org\"\n"
        );
        let _ = writeln!(
            text,
            "[[desk]]\nid = \"desk-{n}\"\nname = \"Desk {n}\"\nemail = \"desk-{n}@mfa.example.org\"\ncalendar = \"{calendar}\"\nhead = \"head-{n}\"\nsom_leader = \"leader\"\nofficers = [\"officer-{n}\"]\n"
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
        text.push_str(&update(n));
    }
    text
}

/// Every fourth was reported on; some of that waits for its review, or changed a date.
fn update(n: usize) -> String {
    let (state, reviewed) = match n % 80 {
        0 => ("submitted", ""),
        n if n.is_multiple_of(4) => ("accepted", "reviewed = \"2026-11-09\"\n"),
        _ => return String::new(),
    };
    let confidence = ["green", "amber", "red"][n / 4 % 3];
    format!(
        "[[commitment.update]]\ndate = \"2026-11-05\"\nby = \"officer-{}\"\nreported = \"ongoing\"\nconfidence = \"{confidence}\"\nstate = \"{state}\"\n{reviewed}text = \"The working group met, and agreed on the next steps of subject {n}.\"\n\n",
        n % 40
    )
}

fn month(n: usize) -> &'static str {
    let month = u32::try_from(n / 8 % 12 + 1);
    month_name(month.expect("a year has twelve months"))
}

pub fn binary(folder: &Path, port: u16) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_aide-memoire"));
    command
        .env(
            "AIDE_MEMOIRE__DATABASE__URL",
            format!("sqlite:{}", folder.join("scale.sqlite").display()),
        )
        .env("AIDE_MEMOIRE__WEB__LISTEN", format!("127.0.0.1:{port}"));
    command
}

pub struct Daemon {
    process: Child,
    port: u16,
}

impl Daemon {
    pub fn start(folder: &Path, port: u16) -> Self {
        let process = binary(folder, port)
            .arg("serve")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the daemon starts");
        Self { process, port }
    }

    pub fn until_ready(&mut self) {
        loop {
            if let Ok(stream) = TcpStream::connect(("127.0.0.1", self.port)) {
                let mut connection = Connection::over(stream);
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

    pub fn resident_mb(&self) -> f64 {
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

    pub fn stop(&mut self) {
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

pub fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    listener.local_addr().expect("it has an address").port()
}
