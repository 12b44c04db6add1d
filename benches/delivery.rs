//! How fast mail leaves, and what it costs:
//! `cargo bench --bench delivery -- [NOTICES] [sqlite|postgres]`.
//!
//! The real engine delivers a morning of so many notices over sixteen sessions to a server that takes
//! everything at once, on SQLite and on PostgreSQL, both as durable as in a working installation. The
//! server is a process of its own, so that what we count is ours. See `benches/README.md`.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Read, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use aide_memoire::acts::Actor;
use aide_memoire::acts::go_live::go_live;
use aide_memoire::acts::import::import;
use aide_memoire::clock::Clock;
use aide_memoire::config::{Config, Sources, TransportKind};
use aide_memoire::domain::notice::NoticeState;
use aide_memoire::jobs::{Engine, Stopping, deliver, plan};
use aide_memoire::record::SourceFile;
use aide_memoire::store::Store;
use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement};

#[allow(dead_code)]
#[path = "../tests/it/support/postgres.rs"]
mod postgres;

/// Notices of one morning, where no other number is given.
const NOTICES: usize = 20_000;
const SESSIONS: usize = 16;
/// Bytes of a message.
const SIZE: usize = 5 * 1024;

const WANTED_PER_SECOND: f64 = 1_000.0;
/// Microseconds of our CPU for each message, its letter not counted.
const BUDGET: f64 = 400.0;

/// The argument under which this program is the server that takes everything.
const SINK: &str = "--sink";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.iter().any(|a| a == SINK) {
        return sink();
    }
    let notices = arguments.iter().find_map(|a| a.parse().ok());
    let notices = notices.unwrap_or(NOTICES);
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .expect("a runtime");
    println!(
        "{notices} notices, {SIZE} bytes each, {SESSIONS} sessions to a server that takes all\n"
    );
    let postfix = postfix(notices);
    let named = |name: &str| arguments.iter().any(|a| a == name);
    if !named("postgres") {
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
        let file = folder.path().join("delivery.sqlite");
        let sqlite = format!("sqlite:{}", file.display());
        runtime.block_on(measure("SQLite", &sqlite, notices, postfix));
    }
    if named("sqlite") {
        return;
    }
    match postgres::durable_cluster() {
        Some(cluster) => {
            let url = cluster.url("postgres");
            runtime.block_on(measure("PostgreSQL", &url, notices, postfix));
        }
        None => println!("PostgreSQL: not on this machine, nothing was measured"),
    }
}

/// One database: the morning is planned, then delivered twice. First with letters that were written
/// before (they come back from a doubt, byte for byte as they are), then with letters written on the
/// way; what the second costs more is the writing.
async fn measure(name: &str, url: &str, notices: usize, postfix: Option<f64>) {
    println!("{name}");
    let server = Sink::start();
    let store = Store::open(url).await.expect("the database opens");
    let engine = Arc::new(engine(&store, server.port));
    store
        .migrate(Morning.real_now())
        .await
        .expect("it migrates");
    let file = SourceFile {
        name: "record.toml".into(),
        text: record(notices),
        attached: Default::default(),
    };
    let now = Morning.business_now();
    import(&store, &[file], &Actor::Operator, now)
        .await
        .expect("the record is imported");
    go_live(&store, None, now).await.expect("it goes live");
    plan::plan(&engine).await.expect("the morning is planned");
    let raw = Database::connect(url).await.expect("a connection");
    run(&raw, "ANALYZE").await;

    let commit = durable_commit(&raw).await;
    written_before(&raw).await;
    let before = delivery(&engine, &store, notices).await;
    again(&raw).await;
    let written = delivery(&engine, &store, notices).await;
    raw.close().await.expect("it closes");

    against(
        "messages a second",
        before.per_second(),
        WANTED_PER_SECOND,
        Wanted::AtLeast,
    );
    against(
        "our CPU, microseconds each",
        before.cpu_each(),
        BUDGET,
        Wanted::AtMost,
    );
    let writing = (written.cpu_each() - before.cpu_each()).max(0.0);
    println!(
        "  {:<40} {:>9.0}",
        "messages a second, letters included",
        written.per_second()
    );
    println!(
        "  {:<40} {writing:>9.0}",
        "writing a letter, microseconds of CPU"
    );
    println!(
        "  {:<40} {:>9.3}",
        "a durable commit here, ms",
        commit.as_secs_f64() * 1e3
    );
    let in_commits = before.commits as f64 * commit.as_secs_f64();
    println!(
        "  {:<40} {:>9.1}   {:.0} % of the time, were they alone",
        "notices for each two commits (T2, T3)",
        2.0 * notices as f64 / before.commits as f64,
        100.0 * in_commits / before.wall.as_secs_f64()
    );
    if let Some(postfix) = postfix {
        println!(
            "  {:<40} {:>9.2}   without a ledger, nothing durable",
            "of smtp-source into smtp-sink",
            before.per_second() / postfix
        );
    }
    println!("  {}\n", before.bound_by(in_commits));
}

/// One delivery of everything.
struct Figures {
    notices: usize,
    wall: Duration,
    cpu: Duration,
    commits: u64,
}

impl Figures {
    fn per_second(&self) -> f64 {
        self.notices as f64 / self.wall.as_secs_f64()
    }

    fn cpu_each(&self) -> f64 {
        self.cpu.as_secs_f64() * 1e6 / self.notices as f64
    }

    fn bound_by(&self, in_commits: f64) -> String {
        let wall = self.wall.as_secs_f64();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let of_one = 100.0 * self.cpu.as_secs_f64() / wall;
        let what = if in_commits > 0.6 * wall {
            "durable commits"
        } else if self.cpu.as_secs_f64() > 0.6 * wall {
            "our CPU"
        } else {
            "neither alone: the server, the database's own work and whoever else uses this machine"
        };
        format!("bound by {what} (our CPU was busy {of_one:.0} % of one of {cores} cores)")
    }
}

async fn delivery(engine: &Arc<Engine>, store: &Store, notices: usize) -> Figures {
    let commits = engine.commits_shared();
    let (started, cpu) = (Instant::now(), our_cpu());
    let delivered = deliver::deliver(engine, &Stopping::new()).await;
    let (wall, cpu) = (started.elapsed(), our_cpu() - cpu);
    let delivered = delivered.expect("it delivers");
    assert_eq!(delivered.sent, notices as u64, "{delivered:?}");
    let snapshot = store.read().await.expect("it reads");
    let counts = snapshot.notice_counts().await.expect("it counts");
    assert_eq!(counts, [(NoticeState::Sent, notices as u64)].into());
    Figures {
        notices,
        wall,
        cpu,
        commits: engine.commits_shared() - commits,
    }
}

/// Every notice waits, with a letter that was written before.
async fn written_before(raw: &DatabaseConnection) {
    let sql = "UPDATE notice SET doubts = 1, subject = 'a subject', content = $1";
    let statement =
        Statement::from_sql_and_values(raw.get_database_backend(), sql, [message().into()]);
    raw.execute_raw(statement)
        .await
        .expect("letters are laid out");
}

/// Every notice waits again, and no letter is written.
async fn again(raw: &DatabaseConnection) {
    for sql in [
        "DELETE FROM attempt",
        "UPDATE occurrence SET state = 'waiting'",
        "UPDATE notice SET state = 'pending', doubts = 0, doubt_since = NULL, attempts = 0,
             subject = NULL, content = NULL, settled_at = NULL",
    ] {
        run(raw, sql).await;
    }
}

async fn run(raw: &DatabaseConnection, sql: &str) {
    raw.execute_unprepared(sql).await.expect(sql);
}

/// The median of 200 commits of one small row.
async fn durable_commit(raw: &DatabaseConnection) -> Duration {
    run(raw, "CREATE TABLE commits (n INTEGER)").await;
    let mut times = Vec::new();
    for n in 0..200 {
        let started = Instant::now();
        run(raw, &format!("INSERT INTO commits VALUES ({n})")).await;
        times.push(started.elapsed());
    }
    run(raw, "DROP TABLE commits").await;
    times.sort();
    times[times.len() / 2]
}

/// A message of [`SIZE`] bytes that does not compress better than a letter would.
fn message() -> Vec<u8> {
    let mut text = String::from(
        "From: <aide-memoire@mfa.example.org>\r\nTo: <desk@mfa.example.org>\r\nSubject: a subject\r\n\r\n",
    );
    let mut seed = 1_u64;
    while text.len() < SIZE {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let _ = write!(text, "{:016x} ", seed);
        if text.len() % 72 < 17 {
            text.push_str("\r\n");
        }
    }
    text.truncate(SIZE - 2);
    text.push_str("\r\n");
    text.into_bytes()
}

/// So many desks, each with a commitment whose first warning is due on this morning.
fn record(desks: usize) -> String {
    let mut text = String::from(
        "schema = 1\n[[calendar]]\nid = \"pnh\"\nname = \"Phnom Penh\"\ntimezone = \"Asia/Phnom_Penh\"\n",
    );
    for n in 0..desks {
        let _ = write!(
            text,
            "[[desk]]\nid = \"desk-{n}\"\nname = \"Desk {n}\"\nemail = \"desk-{n}@mfa.example.org\"\ncalendar = \"pnh\"\n\
             [[commitment]]\nref = \"C-{n:05}\"\ntitle = \"Cooperation on subject {n} of the programme\"\nkind = \"deliverable\"\n\
             promise = \"Both sides will advance cooperation on subject {n}, in line with the agreed programme\"\n\
             strength = \"firm\"\nlead = \"desk-{n}\"\nopened = \"2025-04-01\"\ndeadline = \"20 June 2025\"\n"
        );
    }
    text
}

/// The business clock stands on a Friday at eight in Phnom Penh; the real one is the system's.
struct Morning;

impl Clock for Morning {
    fn business_now(&self) -> DateTime<Utc> {
        "2025-06-13T01:00:00Z".parse().expect("an instant")
    }

    fn real_now(&self) -> DateTime<Utc> {
        Utc::now()
    }
}

fn engine(store: &Store, port: u16) -> Engine {
    let mut config = Config::load(&Sources::default()).expect("the defaults");
    config.mail.transport = TransportKind::Smtp;
    config.mail.from = "aide-memoire@mfa.example.org".into();
    config.mail.smtp.host = "127.0.0.1".into();
    config.mail.smtp.port = port;
    config.delivery.sessions = SESSIONS;
    Engine::new(store.clone(), &config, Arc::new(Morning)).expect("an engine")
}

enum Wanted {
    AtLeast,
    AtMost,
}

/// The figure, what is wanted, and the ratio of the two.
fn against(what: &str, figure: f64, wanted: f64, at: Wanted) {
    let (bound, kept) = match at {
        Wanted::AtLeast => ("at least", figure >= wanted),
        Wanted::AtMost => ("at most", figure <= wanted),
    };
    let kept = if kept { "kept" } else { "MISSED" };
    println!(
        "  {what:<40} {figure:>9.0}   {bound} {wanted:.0}   ratio {:.2}   {kept}",
        figure / wanted
    );
}

/// CPU time of this process, its threads and their system calls, to a hundredth of a second. What its
/// children use is not in it.
fn our_cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux tells");
    // After the name, which may hold anything: utime and stime are the 12th and 13th word.
    let (_, after) = stat.rsplit_once(')').expect("a name in brackets");
    let ticks: u64 = after
        .split_whitespace()
        .skip(11)
        .take(2)
        .map(|word| word.parse::<u64>().expect("ticks"))
        .sum();
    Duration::from_millis(ticks * 10)
}

/// What Postfix's own pair does here, in messages a second; `None` where it is not installed.
fn postfix(notices: usize) -> Option<f64> {
    let (source, taker) = ("/usr/sbin/smtp-source", "/usr/sbin/smtp-sink");
    if !Path::new(source).exists() || !Path::new(taker).exists() {
        println!("{source} and {taker} are missing; install postfix to see their figure\n");
        return None;
    }
    let port = free_port();
    let at = format!("127.0.0.1:{port}");
    let mut sink = Command::new(taker)
        .args(["-u", "nobody", &at, "256"])
        .stderr(Stdio::null())
        .spawn()
        .expect("smtp-sink starts");
    while TcpStream::connect(&at).is_err() {
        std::thread::sleep(Duration::from_millis(10));
    }
    let started = Instant::now();
    let (messages, sessions, size) = (notices.to_string(), SESSIONS.to_string(), SIZE.to_string());
    let sent = Command::new(source)
        .args(["-d", "-s", &sessions, "-l", &size, "-m", &messages])
        .args([
            "-f",
            "aide-memoire@mfa.example.org",
            "-t",
            "desk@mfa.example.org",
            &at,
        ])
        .status();
    let wall = started.elapsed();
    let _ = sink.kill();
    let _ = sink.wait();
    if !sent.is_ok_and(|status| status.success()) {
        println!("smtp-source failed here; its figure is missing\n");
        return None;
    }
    let per_second = notices as f64 / wall.as_secs_f64();
    println!("smtp-source -d into smtp-sink: {per_second:.0} messages a second\n");
    Some(per_second)
}

fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    listener.local_addr().expect("it is bound").port()
}

/// The server that takes everything: this program again, until we are gone.
struct Sink {
    process: Child,
    port: u16,
    _until: ChildStdin,
}

impl Sink {
    fn start() -> Self {
        let this = std::env::current_exe().expect("this program");
        let mut process = Command::new(this)
            .arg(SINK)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut line = String::new();
        let told = process.stdout.take().expect("a pipe");
        BufReader::new(told).read_line(&mut line).expect("its port");
        Self {
            port: line.trim().parse().expect("a port"),
            _until: process.stdin.take().expect("a pipe"),
            process,
        }
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Takes everything, one thread a connection, until nobody holds its standard input any more.
fn sink() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
    println!("{}", listener.local_addr().expect("it is bound").port());
    std::thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            std::thread::spawn(move || take_all(stream));
        }
    });
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

/// One conversation; ends when the other side does.
fn take_all(stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut reply = stream.try_clone()?;
    let mut lines = BufReader::with_capacity(16 * 1024, stream);
    let mut line = Vec::new();
    reply.write_all(b"220 sink\r\n")?;
    let mut in_content = false;
    loop {
        line.clear();
        if lines.read_until(b'\n', &mut line)? == 0 {
            return Ok(());
        }
        let answer: &[u8] = match line.get(..4) {
            _ if in_content && line != b".\r\n" => continue,
            _ if in_content => b"250 2.0.0 Ok: queued as 4F2A1C0D9E\r\n",
            Some(b"EHLO") => b"250-sink\r\n250 8BITMIME\r\n",
            Some(b"DATA") => b"354 go on\r\n",
            Some(b"QUIT") => b"221 2.0.0 bye\r\n",
            _ => b"250 2.1.0 Ok\r\n",
        };
        in_content = answer.starts_with(b"354");
        reply.write_all(answer)?;
    }
}
