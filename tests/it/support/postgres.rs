//! An ephemeral PostgreSQL for this test process: made from the server binaries found on the
//! machine, run as a user that is not root, on a loopback port, and surely gone when the process is,
//! however it ends.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use super::missing::skip;

/// A running server.
pub struct Cluster {
    binaries: PathBuf,
    port: u16,
}

const USER: &str = "aide";

/// The server of this test process; `None` where the machine has no PostgreSQL.
pub fn cluster() -> Option<&'static Cluster> {
    static CLUSTER: OnceLock<Option<Cluster>> = OnceLock::new();
    let cluster = CLUSTER.get_or_init(|| Some(Cluster::start(binaries()?)));
    if cluster.is_none() {
        skip("PostgreSQL's server", "apt-get install postgresql");
    }
    cluster.as_ref()
}

/// The folder that holds `initdb` and `postgres`: of several, the newest.
fn binaries() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let mut folders: Vec<(u32, PathBuf)> = debian
        .filter_map(|entry| {
            let version = entry.file_name().to_str()?.parse().ok()?;
            Some((version, entry.path().join("bin")))
        })
        .collect();
    folders.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    let others = std::env::split_paths(&path).map(|folder| (0, folder));
    let all = folders.into_iter().rev().chain(others);
    all.map(|(_, folder)| folder)
        .find(|folder| folder.join("initdb").exists() && folder.join("postgres").exists())
}

impl Cluster {
    fn start(binaries: PathBuf) -> Self {
        let folder = tempfile::Builder::new()
            .prefix("aide-memoire-pg")
            .tempdir()
            .unwrap()
            .keep();
        let user = unprivileged();
        if let Some(user) = user {
            run(Command::new("chown").arg(user).arg(&folder));
        }
        let data = folder.join("data");
        run(as_user(user, &binaries.join("initdb"))
            .arg("-D")
            .arg(&data)
            .args([
                "-U",
                USER,
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale=C",
                "--no-sync",
            ]));
        let port = free_port();
        let server = as_user(user, &binaries.join("postgres"))
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(&folder)
            .args(["-h", "127.0.0.1", "-p", &port.to_string()])
            .args([
                "-c",
                "fsync=off",
                "-c",
                "synchronous_commit=off",
                "-c",
                "full_page_writes=off",
            ])
            .args(["-c", "max_connections=300", "-c", "log_min_messages=fatal"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .expect("postgres starts");
        watch(&data, &folder, server.id());
        let cluster = Self { binaries, port };
        cluster.until_ready();
        cluster
    }

    fn until_ready(&self) {
        let started = Instant::now();
        while !self
            .client("pg_isready")
            .arg("-q")
            .status()
            .is_ok_and(|s| s.success())
        {
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "PostgreSQL did not start"
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    fn client(&self, name: &str) -> Command {
        let mut command = Command::new(self.binaries.join(name));
        command.args(["-h", "127.0.0.1", "-U", USER, "-p", &self.port.to_string()]);
        command
    }

    /// Makes an empty database of its own; returns its URL.
    pub fn database(&self) -> String {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("story_{}", NEXT.fetch_add(1, Ordering::Relaxed));
        run(self.client("createdb").arg(&name));
        format!("postgres://{USER}@127.0.0.1:{}/{name}", self.port)
    }

    /// Runs statements in a database, past our own code.
    pub fn execute(&self, url: &str, statements: &str) -> Result<String, String> {
        let name = url
            .rsplit('/')
            .next()
            .expect("a URL ends in the database's name");
        let done = self
            .client("psql")
            .args([
                "-d",
                name,
                "-q",
                "-t",
                "-A",
                "-v",
                "ON_ERROR_STOP=1",
                "-c",
                statements,
            ])
            .output()
            .expect("psql runs");
        if done.status.success() {
            Ok(String::from_utf8_lossy(&done.stdout).trim().to_owned())
        } else {
            Err(String::from_utf8_lossy(&done.stderr).into_owned())
        }
    }
}

/// Ends the server and removes its folder once this process is gone.
fn watch(data: &Path, folder: &Path, server: u32) {
    let script = format!(
        "while kill -0 {} 2>/dev/null; do sleep 0.5; done; kill -QUIT $(head -1 {}/postmaster.pid) {server} 2>/dev/null; sleep 1; rm -rf {}",
        std::process::id(),
        data.display(),
        folder.display()
    );
    Command::new("sh")
        .args(["-c", &script])
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("a shell");
}

/// PostgreSQL refuses to run as root; root lends it to somebody else.
fn unprivileged() -> Option<&'static str> {
    let id = Command::new("id")
        .arg("-u")
        .output()
        .expect("id runs")
        .stdout;
    if id.trim_ascii() != b"0" {
        return None;
    }
    let exists = |user: &&str| {
        let known = Command::new("id")
            .arg(user)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        known.is_ok_and(|status| status.success())
    };
    ["postgres", "nobody"].into_iter().find(exists)
}

fn as_user(user: Option<&str>, program: &Path) -> Command {
    match user {
        None => Command::new(program),
        Some(user) => {
            let mut command = Command::new("setpriv");
            command
                .args(["--reuid", user, "--regid", group(user), "--clear-groups"])
                .arg(program)
                .current_dir("/");
            command
        }
    }
}

fn group(user: &str) -> &'static str {
    if user == "postgres" {
        "postgres"
    } else {
        "nogroup"
    }
}

fn run(command: &mut Command) {
    let done = command
        .output()
        .unwrap_or_else(|e| panic!("{command:?}: {e}"));
    assert!(
        done.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
