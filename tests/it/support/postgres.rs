//! PostgreSQL for the tests of this process: one cluster that all share, and clusters of their own for
//! those that stop the server. Each is made in a temporary folder from the server
//! binaries of this machine, on a loopback port, gone when the process is gone, however it ends.
//!
//! It sorts text by a language where it can (ICU), so that a query that leaves the order of text to
//! the database is found out: SQLite sorts by bytes.

use std::fs;
use std::io::Write as _;
use std::net::TcpListener;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;

/// The role for tests that need a password: whoever connects as it over TCP is asked for
/// [`LOCKED_PASSWORD`].
pub const LOCKED_ROLE: &str = "locked";
pub const LOCKED_PASSWORD: &str = "correct";

/// A running cluster.
pub struct Cluster {
    port: u16,
    binaries: PathBuf,
    runs_as: Option<(u32, u32)>,
    place: PathBuf,
    durable: bool,
    /// Holds the pipe whose end the watchdog waits for.
    _watchdog: Child,
}

static CLUSTER: LazyLock<Result<Cluster, String>> = LazyLock::new(|| Cluster::start(false));

/// The cluster, or `None` where this machine has no server: then the test says so and passes,
/// unless this is a continuous integration run, which must have one.
pub fn cluster() -> Option<&'static Cluster> {
    told(CLUSTER.as_ref())
}

/// A cluster of a test's own that keeps what it was told to keep, however it is stopped; it runs
/// until the process ends.
pub fn durable_cluster() -> Option<&'static Cluster> {
    let started: &'static _ = Box::leak(Box::new(Cluster::start(true)));
    told(started.as_ref())
}

fn told(started: Result<&'static Cluster, &String>) -> Option<&'static Cluster> {
    match started {
        Ok(cluster) => Some(cluster),
        Err(reason) if std::env::var("CI").is_ok_and(|value| value == "true") => {
            panic!("no PostgreSQL for the tests: {reason}")
        }
        Err(reason) => {
            // Past the capture of the test's output: a skipped test must not look like one that ran.
            let _ = writeln!(
                std::io::stderr(),
                "SKIPPED on PostgreSQL: {reason}; install it with `apt-get install postgresql`"
            );
            None
        }
    }
}

impl Cluster {
    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        format!("postgres://postgres@127.0.0.1:{}/{database}", self.port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    /// Drops a database with whoever is still connected, without waiting for it.
    pub fn drop_database(&self, name: &str) {
        let _ = Command::new(self.binaries.join("dropdb"))
            .args(["--host=127.0.0.1", "--username=postgres", "--force"])
            .arg(format!("--port={}", self.port))
            .arg(name)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
    }

    /// Stops the server as an administrator does (`fast`) or a power cut (`immediate`).
    pub fn stop(&self, mode: &str) {
        let mut command = self.command("pg_ctl", &self.place);
        command
            .arg("--pgdata")
            .arg(data(&self.place))
            .args(["--mode", mode, "--wait", "stop"]);
        run(command).expect("the server stops");
    }

    /// Starts a server that was stopped, on the port it had.
    pub fn start_again(&self) {
        self.serve(&self.place).expect("the server starts again");
    }

    fn start(durable: bool) -> Result<Self, String> {
        let binaries = server_binaries().ok_or("no server binaries were found")?;
        let runs_as = unprivileged_user()?;
        let place = tempfile::Builder::new()
            .prefix("aide-memoire-postgres-")
            .tempdir()
            .map_err(|e| format!("no temporary folder: {e}"))?
            // From here on the watchdog removes it.
            .keep();
        if let Some((user, group)) = runs_as {
            std::os::unix::fs::chown(&place, Some(user), Some(group))
                .map_err(|e| format!("the folder cannot be given to the server's user: {e}"))?;
        }
        let watchdog = watch(&binaries, &place, runs_as)?;
        let port = free_port();
        let cluster = Self {
            port,
            binaries,
            runs_as,
            place: place.clone(),
            durable,
            _watchdog: watchdog,
        };
        cluster.initialise(&place)?;
        cluster.serve(&place)?;
        Ok(cluster)
    }

    fn initialise(&self, place: &Path) -> Result<(), String> {
        let by_language = ["--locale-provider=icu", "--icu-locale=en-US", "--locale=C"];
        let made = self.initdb(place, &by_language).or_else(|_| {
            let _ = fs::remove_dir_all(data(place));
            self.initdb(place, &["--locale=C"])
        });
        made?;
        let access = format!(
            "host all {LOCKED_ROLE} 127.0.0.1/32 scram-sha-256\nhost all all 127.0.0.1/32 trust\nlocal all all trust\n"
        );
        fs::write(data(place).join("pg_hba.conf"), access)
            .map_err(|e| format!("pg_hba.conf cannot be written: {e}"))
    }

    fn initdb(&self, place: &Path, locale: &[&str]) -> Result<(), String> {
        let mut command = self.command("initdb", place);
        command
            .arg("--pgdata")
            .arg(data(place))
            .args(["--username=postgres", "--auth=trust", "--encoding=UTF8"])
            .arg("--no-sync")
            .args(locale);
        run(command)
    }

    /// Durability costs a test run minutes and proves nothing where no server is stopped.
    fn serve(&self, place: &Path) -> Result<(), String> {
        let durability = if self.durable {
            ""
        } else {
            "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"
        };
        let settings = format!(
            "-c listen_addresses=127.0.0.1 -c port={} -c unix_socket_directories={} {durability} \
             -c max_connections=400 -c shared_buffers=64MB -c autovacuum=off",
            self.port,
            place.display()
        );
        let mut command = self.command("pg_ctl", place);
        command
            .arg("--pgdata")
            .arg(data(place))
            .arg("--log")
            .arg(place.join("log"))
            .arg("--options")
            .arg(settings)
            .args(["--wait", "start"]);
        run(command).map_err(|problem| {
            let log = fs::read_to_string(place.join("log")).unwrap_or_default();
            format!("{problem}\n{log}")
        })
    }

    fn command(&self, binary: &str, place: &Path) -> Command {
        as_user(&self.binaries.join(binary), place, self.runs_as)
    }
}

fn data(place: &Path) -> PathBuf {
    place.join("data")
}

/// The folder with `initdb` and `pg_ctl`: what `pg_config` says, the newest of Debian's, or PATH.
fn server_binaries() -> Option<PathBuf> {
    let asked = Command::new("pg_config").arg("--bindir").output().ok();
    let asked = asked
        .and_then(|answer| String::from_utf8(answer.stdout).ok())
        .map(|folder| PathBuf::from(folder.trim()));
    let mut packaged: Vec<PathBuf> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    packaged.sort_by_key(|folder| {
        let version = folder.parent().and_then(Path::file_name)?.to_str()?;
        version.parse::<u32>().ok()
    });
    let path = std::env::var_os("PATH").unwrap_or_default();
    packaged
        .into_iter()
        .rev()
        .chain(asked)
        .chain(std::env::split_paths(&path))
        .find(|folder| folder.join("initdb").is_file() && folder.join("pg_ctl").is_file())
}

/// A PostgreSQL server refuses to run as root: then it runs as `postgres`, or else as `nobody`.
fn unprivileged_user() -> Result<Option<(u32, u32)>, String> {
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    ["postgres", "nobody"]
        .into_iter()
        .find_map(|name| Some((id(&["-u", name])?, id(&["-g", name])?)))
        .map(Some)
        .ok_or_else(|| "a server does not run as root, and there is no other user".to_owned())
}

fn id(arguments: &[&str]) -> Option<u32> {
    let answer = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(answer.stdout).ok()?.trim().parse().ok()
}

fn as_user(program: &Path, place: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    if let Some((user, group)) = user {
        command.uid(user).gid(group);
    }
    // Not the caller's folder, which that user may not enter.
    command.current_dir(place).stdin(Stdio::null());
    command
}

fn run(mut command: Command) -> Result<(), String> {
    // To files, not pipes: the server would keep a pipe open after `pg_ctl` has ended.
    let mut said = tempfile::tempfile().map_err(|e| e.to_string())?;
    let other = said.try_clone().map_err(|e| e.to_string())?;
    let stdout = said.try_clone().map_err(|e| e.to_string())?;
    let status = command.stdout(stdout).stderr(other).status();
    match status {
        Ok(status) if status.success() => Ok(()),
        outcome => {
            use std::io::{Read as _, Seek as _};
            let mut words = String::new();
            let _ = said.rewind();
            let _ = said.read_to_string(&mut words);
            Err(format!("{command:?}: {outcome:?}\n{words}"))
        }
    }
}

/// Stops the cluster and removes its folder when this process ends: the watchdog reads from a pipe
/// that only this process can write to, so that even SIGKILL ends its wait. In a process group of
/// its own, so that Ctrl-C does not reach it first.
fn watch(binaries: &Path, place: &Path, user: Option<(u32, u32)>) -> Result<Child, String> {
    as_user(Path::new("/bin/sh"), Path::new("/"), user)
        .arg("-c")
        .arg(r#"cat >/dev/null; "$1/pg_ctl" --pgdata "$2/data" --mode immediate --silent stop; rm -rf "$2""#)
        .arg("watchdog")
        .arg(binaries)
        .arg(place)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("no watchdog: {e}"))
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a loopback port is free");
    listener.local_addr().expect("it is bound").port()
}
