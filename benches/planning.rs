//! What planning costs where a million commitments are open:
//! `cargo bench --bench planning [-- COMMITMENTS] [sqlite|postgres]`. See `benches/README.md`.
//!
//! 1. One activation with 1,000 commitments due of 10,000, and one with 1,000 due of a million.
//! 2. A calendar's holidays change and all are timed anew, while somebody else writes.
//! 3. The week of the SOM leader who answers for all is gathered and sent, while somebody else writes.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use aide_memoire::acts::import::import;
use aide_memoire::acts::{Actor, retiming};
use aide_memoire::clock::Clock;
use aide_memoire::config::{Config, Sources};
use aide_memoire::domain::book::Book;
use aide_memoire::domain::directory::Directory;
use aide_memoire::jobs::{Engine, Stopping};
use aide_memoire::planner::{Moment, Recorded, due};
use aide_memoire::record::{EntityKey, SourceFile, entity};
use aide_memoire::store::{DatabaseKind, Store};
use chrono::{DateTime, Days, TimeDelta, Utc};
use rustix::time::{ClockId, clock_gettime};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

#[path = "../tests/it/support/clock.rs"]
#[allow(dead_code, reason = "tests need more of it")]
mod clock;
#[path = "../tests/it/support/postgres.rs"]
#[allow(dead_code, reason = "tests need more of it")]
mod postgres;

use clock::TestClock;

/// Commitments due at each activation.
const DUE: usize = 1_000;
/// Mornings on which so many are due.
const MORNINGS: u64 = 3;
const DESKS: usize = 40;
const ROWS: u64 = 1_000;

#[tokio::main]
async fn main() {
    let asked: Vec<String> = std::env::args().skip(1).collect();
    let many = asked
        .iter()
        .find_map(|word| word.parse().ok())
        .unwrap_or(1_000_000_usize)
        .max(10 * DUE);
    let few = (10 * DUE).min(many);
    let named = |name: &str| asked.iter().any(|word| word == name);
    let both = !named("sqlite") && !named("postgres");
    if both || named("sqlite") {
        measure(DatabaseKind::Sqlite, few, many).await;
    }
    if both || named("postgres") {
        match postgres::cluster() {
            Some(_) => measure(DatabaseKind::Postgres, few, many).await,
            None => println!("PostgreSQL is not measured: this machine has no server"),
        }
    }
}

async fn measure(kind: DatabaseKind, few: usize, many: usize) {
    println!("{kind:?}");
    let small = House::build(kind, few).await;
    let of_few = small.activations().await;
    drop(small);
    let large = House::build(kind, many).await;
    let of_many = large.activations().await;
    figure(&format!("activation, {DUE} due of {few}"), of_few, "ms");
    let what = format!("activation, {DUE} due of {many}");
    against(&what, of_many, 2.0 * of_few, "ms");
    large.times_anew().await;
    large.writes_alone().await;
    large.leaders_week().await;
    println!();
}

/// An installation, as after some weeks.
struct House {
    kind: DatabaseKind,
    commitments: usize,
    store: Store,
    past_it: DatabaseConnection,
    engine: Arc<Engine>,
    clock: Arc<TestClock>,
    _home: Option<tempfile::TempDir>,
}

impl House {
    async fn build(kind: DatabaseKind, commitments: usize) -> Self {
        let started = Instant::now();
        let (url, home) = place(kind, commitments).await;
        let store = Store::open(&url).await.expect("it opens");
        store.migrate(now()).await.expect("it migrates");
        let clock = Arc::new(TestClock::at(now()));
        let mut config = Config::load(&Sources::default()).expect("the defaults are in order");
        config.scheduler.live_on = "2026-05-01".into();
        let business: Arc<dyn Clock> = Arc::clone(&clock) as Arc<dyn Clock>;
        let engine = Engine::new(store.clone(), &config, business).expect("an engine");
        let house = Self {
            kind,
            commitments,
            past_it: Database::connect(&url)
                .await
                .expect("it can be connected to"),
            store,
            engine: Arc::new(engine),
            clock,
            _home: home,
        };
        house.found().await;
        house.fill().await;
        let what = format!("made, with {commitments} open commitments");
        figure(&what, ms(started.elapsed()) / 1000.0, "s");
        house
    }

    async fn found(&self) {
        let file = SourceFile {
            name: "record.toml".into(),
            text: record(),
            attached: Default::default(),
        };
        import(&self.store, &[file], &Actor::Operator, now())
            .await
            .expect("the record is imported");
    }

    /// Past the store, because it takes a minute and not an hour.
    async fn fill(&self) {
        let every = self.commitments / DUE;
        let sql = Sql(self.kind);
        let (day, instant, number) = (|d: &str| sql.day(d), |i: &str| sql.instant(i), sql.number());
        if self.kind == DatabaseKind::Sqlite {
            self.run("PRAGMA synchronous = OFF").await;
        }
        self.run("DELETE FROM commitment").await;
        let sum = |start: &str, days: &str| sql.plus(start, days);
        let numbers = format!(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})",
            self.commitments
        );
        // The due ones are spread over all; the others have their next reminder in July.
        let soon: String = (0..MORNINGS)
            .map(|m| format!("WHEN i % {every} = {m} THEN '{} June 2026' ", 10 + m))
            .collect();
        let asked: String = (0..MORNINGS)
            .map(|m| {
                let at = instant(&format!("'2026-06-{:02}T01:00:00+00:00'", 3 + m));
                format!("WHEN i % {every} = {m} THEN {at} ")
            })
            .collect();
        let later = sum("2026-07-20", "i * 37 % 500");
        let in_july = instant(&format!(
            "{} || 'T01:00:00+00:00'",
            sum("2026-07-01", "i * 37 % 30")
        ));
        self.run(&format!(
            "{numbers} INSERT INTO commitment (reference, title, partnership_id, promise, kind, strength, lead_id, \
             confidentiality, opened, deadline, deadline_meeting_id, state, policy, version, changed_in, next_due) \
             SELECT 'C-' || {number}, 'Cooperation on subject ' || i || ' of the agreed programme', 'asean-us', \
             'Both sides will advance cooperation on subject ' || i || ', in line with the agreed programme of work', \
             'deliverable', 'firm', 'desk-' || (i / {every} % {DESKS}), 'internal', {opened}, \
             CASE {soon} WHEN i % 8 = 0 THEN 'Q3 2027' WHEN i % 8 = 1 THEN 'by October 2028' \
                  WHEN i % 8 = 2 THEN 'at summit' ELSE {later} END, \
             CASE WHEN i % 8 = 2 AND i % {every} >= {MORNINGS} THEN 'summit' END, \
             'open', '{{}}', 1, 1, CASE {asked} ELSE {in_july} END FROM n",
            opened = day(&sum("2026-05-04", "i * 7 % 25")),
        ))
        .await;
        for (role, party) in [("obligor", "us"), ("beneficiary", "asean")] {
            self.run(&format!(
                "INSERT INTO commitment_party (commitment_id, role, place, party_id) \
                 SELECT id, '{role}', 0, '{party}' FROM commitment"
            ))
            .await;
        }
        self.run(
            "INSERT INTO milestone (commitment_id, place, title, deadline) \
             SELECT id, 0, 'Endorsed', 'by July 2028' FROM commitment WHERE id % 4 = 0",
        )
        .await;
        self.run(&format!(
            "INSERT INTO progress_update (commitment_id, place, date, by_id, reported, text, evidence, state, confidentiality) \
             SELECT id, 0, {}, lead_id, 'ongoing', 'Under way.', '[]', 'accepted', 'internal' FROM commitment WHERE id % 4 = 1",
            day("'2026-05-29'"),
        ))
        .await;
        // Each was told to its desk when it was new.
        let because = r#"{"deadline":null,"window":null,"revision":0,"calendar":"pnh","counted_from":"2026-05-04","exact":"2026-05-05","date":"2026-05-05"}"#;
        let told = instant("'2026-05-30T01:00:00+00:00'");
        self.run(&format!(
            "INSERT INTO occurrence (subject_kind, subject_id, milestone, rule, basis, recipient, date, slot, state, because, recorded_at) \
             SELECT 'commitment', reference, '', 'assigned', '0', lead_id, {}, {told}, 'sent', '{because}', {told} FROM commitment",
            day("'2026-05-30'"),
        ))
        .await;
        // This week's digests are out, and no brief is near.
        self.run(&format!(
            "INSERT INTO occurrence (subject_kind, subject_id, milestone, rule, basis, recipient, date, slot, state, because, recorded_at) \
             SELECT 'reader', id, '', 'digest', '2026-W23', id, {}, {monday}, 'sent', '{because}', {monday} FROM reader",
            day("'2026-06-01'"),
            monday = instant("'2026-06-01T01:00:00+00:00'"),
        ))
        .await;
        for table in ["reader", "meeting"] {
            let later = instant("'2026-12-01T01:00:00+00:00'");
            self.run(&format!("UPDATE {table} SET next_due = {later}"))
                .await;
        }
        self.run("DELETE FROM replan").await;
        self.run("ANALYZE").await;
    }

    async fn run(&self, sql: &str) {
        let done = self.past_it.execute_unprepared(sql).await;
        done.unwrap_or_else(|e| panic!("{e}\n{sql}"));
    }

    async fn count(&self, sql: &str) -> i64 {
        let question = sea_orm::Statement::from_string(self.past_it.get_database_backend(), sql);
        let row = self
            .past_it
            .query_one_raw(question)
            .await
            .expect("an answer");
        row.expect("a row").try_get_by_index(0).expect("a number")
    }

    /// The median of the mornings, in milliseconds.
    async fn activations(&self) -> f64 {
        let idle = Instant::now();
        self.activate().await;
        let what = format!("activation, nothing due of {}", self.commitments);
        figure(&what, ms(idle.elapsed()), "ms");
        let mut times = Vec::new();
        for morning in 0..MORNINGS {
            self.clock.set(now() + Days::new(1 + morning));
            let started = Instant::now();
            let report = self.activate().await;
            times.push(ms(started.elapsed()));
            assert_eq!(report.planned.said, DUE as u64, "{report:?}");
            assert_eq!(report.delivered.sent, DESKS as u64, "{report:?}");
        }
        times.sort_by(f64::total_cmp);
        times[times.len() / 2]
    }

    async fn activate(&self) -> aide_memoire::jobs::Report {
        let report = self.engine.activate(&Stopping::new()).await;
        report.expect("an activation")
    }

    /// July becomes a holiday, and everything that was to be said then moves.
    async fn times_anew(&self) {
        self.close_for_july().await;
        let ended = Arc::new(AtomicBool::new(false));
        let writer = tokio::spawn(write_beside(self.store.clone(), Arc::clone(&ended)));
        forget_peak();
        let (started, cpu) = (Instant::now(), cpu());
        let report = self.activate().await;
        let (took, cpu) = (started.elapsed(), self::cpu() - cpu);
        let peak = peak_mb();
        ended.store(true, Ordering::Relaxed);
        let mut waits = writer.await.expect("the writer ends");
        waits.sort();
        // Those of the three mornings have more to say in June.
        let written = report.planned.retimed as f64;
        let in_june = DUE as f64 * MORNINGS as f64;
        assert!(written >= self.commitments as f64 - in_june, "{report:?}");
        let (from, to) = ("'2026-07-01T00:00:00+00:00'", "'2026-07-31T23:00:00+00:00'");
        let sql = Sql(self.kind);
        let left = format!(
            "SELECT COUNT(*) FROM commitment WHERE next_due BETWEEN {} AND {}",
            sql.instant(from),
            sql.instant(to)
        );
        assert_eq!(self.count(&left).await, 0, "nobody speaks on a holiday");
        figure("timed anew, commitments", written, "");
        figure("  it took", took.as_secs_f64(), "s");
        figure(
            "  in all, a commitment",
            took.as_secs_f64() * 1e6 / written,
            "us",
        );
        figure(
            "  CPU of this process, a commitment",
            cpu.as_secs_f64() * 1e6 / written,
            "us",
        );
        figure("  writes of another meanwhile", waits.len() as f64, "");
        let longest = waits.last().copied().unwrap_or_default();
        figure("  their median wait", ms(waits[waits.len() / 2]), "ms");
        figure(
            "  of a hundred the longest",
            ms(waits[waits.len() * 99 / 100]),
            "ms",
        );
        against("  the longest wait", ms(longest), 100.0, "ms");
        against("  resident memory, at most", peak, 300.0, "MB");
        self.apart().await;
    }

    async fn close_for_july(&self) {
        let before = self.store.directory().await.expect("a directory");
        let mut after = Directory::clone(&before);
        let calendar = after.calendars.get_mut("pnh").expect("it is there");
        let first = "2026-07-01".parse().expect("a date");
        let july = chrono::NaiveDate::iter_days(&first).take(31);
        calendar.holidays.extend(july);
        let key = EntityKey::of(entity::CALENDAR, "pnh").expect("a kind");
        let keys = [key];
        let book = Book {
            directory: Arc::new(after.clone()),
            ..Book::default()
        };
        let started = Instant::now();
        let mut change = self.store.edit().await.expect("an edit");
        change.save(&book, &keys).await.expect("it is saved");
        retiming::ask(&mut change, &before, &after, &keys)
            .await
            .expect("it is asked");
        change.commit().await.expect("it is committed");
        figure(
            "the edit of the calendar itself",
            ms(started.elapsed()),
            "ms",
        );
    }

    /// What reading and thinking cost, without writing.
    async fn apart(&self) {
        let mut change = self.store.change().await.expect("a change");
        change.ask_replan().await.expect("it is asked");
        change.commit().await.expect("it is committed");
        let snapshot = self.store.read().await.expect("a snapshot");
        let batch = snapshot
            .next_retiming(ROWS)
            .await
            .expect("a batch")
            .expect("one");
        let directory = snapshot.directory().await.expect("a directory");
        let reading = cpu();
        let commitments = snapshot
            .commitments_to_retime(&batch)
            .await
            .expect("they are read");
        let reading = cpu() - reading;
        let moment = Moment {
            now: self.clock.business_now(),
            live_on: None,
        };
        let thinking = cpu();
        let recorded = Recorded::default();
        for commitment in commitments.values() {
            std::hint::black_box(due(commitment, &directory, &recorded, moment));
        }
        let thinking = cpu() - thinking;
        let each = |cpu: Duration| cpu.as_secs_f64() * 1e6 / commitments.len() as f64;
        figure("  of it reading a commitment", each(reading), "us");
        figure("  of it the planner's answer", each(thinking), "us");
    }

    /// The writes by themselves: every commitment an hour later.
    async fn writes_alone(&self) {
        let later = self.clock.business_now() + TimeDelta::days(40);
        let (mut written, mut used, mut took) = (0, Duration::ZERO, Duration::ZERO);
        let mut spread = 0;
        loop {
            let snapshot = self.store.read().await.expect("a snapshot");
            let Some(batch) = snapshot.next_retiming(ROWS).await.expect("a batch") else {
                break;
            };
            drop(snapshot);
            let times: Vec<_> = batch
                .commitments
                .iter()
                .map(|_| {
                    spread += 1;
                    Some(later + TimeDelta::days(spread * 37 % 200))
                })
                .collect();
            let (started, cpu) = (Instant::now(), cpu());
            let mut change = self.store.change().await.expect("a change");
            let some = change.retime(&batch, &times).await.expect("it is written");
            change.commit().await.expect("it is committed");
            used += self::cpu() - cpu;
            took += started.elapsed();
            written += some.expect("nobody asked anew");
        }
        let rate = written as f64 / used.as_secs_f64();
        figure("next-due writes alone", written as f64, "");
        figure("  a second", written as f64 / took.as_secs_f64(), "");
        if self.kind == DatabaseKind::Sqlite {
            at_least("  a second of CPU", rate, 50_000.0);
        } else {
            figure("  a second of our CPU, without the server's", rate, "");
        }
    }
}

impl House {
    /// One digest over all commitments, on the Monday after.
    async fn leaders_week(&self) {
        self.clock
            .set("2026-06-08T01:05:00Z".parse().expect("an instant"));
        for sql in [
            // The first digest tells what a quarter of them reported in the week before.
            "DELETE FROM occurrence WHERE subject_kind = 'reader' AND subject_id = 'leader'".into(),
            format!(
                "UPDATE reader SET next_due = {} WHERE id = 'leader'",
                Sql(self.kind).instant("'1970-01-01T00:00:00+00:00'")
            ),
        ] {
            self.run(&sql).await;
        }
        let ended = Arc::new(AtomicBool::new(false));
        let writer = tokio::spawn(write_beside(self.store.clone(), Arc::clone(&ended)));
        let started = Instant::now();
        let report = self.engine.activate(&Stopping::new()).await;
        let took = started.elapsed();
        ended.store(true, Ordering::Relaxed);
        let mut waits = writer.await.expect("the writer ends");
        waits.sort();
        assert!(report.expect("it is planned").delivered.sent >= 1);
        let lines = self
            .count("SELECT COUNT(*) FROM notice_item WHERE rule = 'digest'")
            .await;
        figure("a SOM leader's digest, lines", lines as f64, "");
        figure("  planned and delivered in", took.as_secs_f64(), "s");
        let longest = waits.last().copied().unwrap_or_default();
        figure("  the longest wait of another", ms(longest), "ms");
    }
}

/// Small writes of somebody else, each with what it took from its beginning to its end.
async fn write_beside(store: Store, ended: Arc<AtomicBool>) -> Vec<Duration> {
    let mut waits = Vec::new();
    while !ended.load(Ordering::Relaxed) {
        let started = Instant::now();
        let mut change = store.change().await.expect("a change");
        change
            .audit(now(), "operator", "bench", "nothing", "a small write")
            .await
            .expect("it is written");
        change.commit().await.expect("it is committed");
        waits.push(started.elapsed());
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    waits
}

/// Tuesday morning, before anybody's slot.
fn now() -> DateTime<Utc> {
    "2026-06-02T01:05:00Z".parse().expect("an instant")
}

async fn place(kind: DatabaseKind, commitments: usize) -> (String, Option<tempfile::TempDir>) {
    match kind {
        DatabaseKind::Sqlite => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let file = folder.path().join("planning.sqlite");
            (format!("sqlite:{}", file.display()), Some(folder))
        }
        DatabaseKind::Postgres => {
            let cluster = postgres::cluster().expect("it was there before");
            let name = format!("planning_{commitments}");
            let server = Database::connect(cluster.url("postgres")).await;
            let server = server.expect("the cluster answers");
            let make = format!("CREATE DATABASE {name}");
            server.execute_unprepared(&make).await.expect("a database");
            (cluster.url(&name), None)
        }
    }
}

/// What the two databases say differently.
struct Sql(DatabaseKind);

impl Sql {
    fn day(&self, text: &str) -> String {
        self.cast(text, "date")
    }

    fn instant(&self, text: &str) -> String {
        self.cast(text, "timestamptz")
    }

    fn cast(&self, text: &str, to: &str) -> String {
        match self.0 {
            DatabaseKind::Sqlite => text.to_owned(),
            DatabaseKind::Postgres => format!("({text})::{to}"),
        }
    }

    fn number(&self) -> &'static str {
        match self.0 {
            DatabaseKind::Sqlite => "printf('%07d', i)",
            DatabaseKind::Postgres => "lpad(i::text, 7, '0')",
        }
    }

    /// A day as text, so many days after another.
    fn plus(&self, start: &str, days: &str) -> String {
        match self.0 {
            DatabaseKind::Sqlite => format!("date('{start}', '+' || ({days}) || ' days')"),
            DatabaseKind::Postgres => {
                format!("to_char('{start}'::date + ({days})::int, 'YYYY-MM-DD')")
            }
        }
    }
}

/// A calendar, desks that keep to it, a partnership and a meeting.
fn record() -> String {
    let mut text = String::from(
        r#"
schema = 1
calendar = [{ id = "pnh", name = "Phnom Penh", timezone = "Asia/Phnom_Penh", holidays = ["2026-11-09"] }]
party = [{ id = "asean", name = "ASEAN", kind = "organisation" }, { id = "us", name = "United States", kind = "partner" }]
person = [{ id = "leader", name = "SOM Leader", email = "som@mfa.example.org" }]
partnership = [{ id = "asean-us", name = "ASEAN-U.S.", parties = ["asean", "us"], desk = "desk-0" }]
meeting = [{ id = "summit", partnership = "asean-us", series = "ASEAN-U.S. Summit", forum = "summit", date = "late 2027" }]
"#,
    );
    for n in 0..DESKS {
        text.push_str(&format!(
            "\n[[desk]]\nid = \"desk-{n}\"\nname = \"Desk {n}\"\nemail = \"desk-{n}@mfa.example.org\"\ncalendar = \"pnh\"\nsom_leader = \"leader\"\n"
        ));
    }
    text
}

/// CPU time of this process, of all its threads.
fn cpu() -> Duration {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(
        u64::try_from(now.tv_sec).unwrap_or_default(),
        u32::try_from(now.tv_nsec).unwrap_or_default(),
    )
}

/// The peak is counted from here on (Linux).
fn forget_peak() {
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().nth(1));
    kilobytes
        .and_then(|n| n.parse::<f64>().ok())
        .unwrap_or(f64::NAN)
        / 1024.0
}

fn figure(what: &str, figure: f64, unit: &str) {
    println!("  {what:<44} {figure:>11.1} {unit}");
}

/// The figure, its budget, and the ratio of the two (below 1 is within the budget).
fn against(what: &str, figure: f64, budget: f64, unit: &str) {
    let ratio = figure / budget;
    println!("  {what:<44} {figure:>11.1} {unit}   budget {budget:.0} {unit}   ratio {ratio:.2}");
}

/// As [`against`], for what must not be less.
fn at_least(what: &str, figure: f64, wanted: f64) {
    let ratio = wanted / figure;
    println!("  {what:<44} {figure:>11.0}   at least {wanted:.0}   ratio {ratio:.2}");
}

fn ms(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
