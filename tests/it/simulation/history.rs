//! One seed, one history: a world is drawn, months go by in scenes, each with its edits, outages and
//! daemons moved step by step; then the relay is well again, everybody has time to finish, and the
//! accounts are made.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aide_memoire::acts::go_live::go_live;
use aide_memoire::clock::Clock;
use aide_memoire::config::{Config, Sources};
use aide_memoire::jobs::checkpoint::Point;
use aide_memoire::store::Store;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::accounts;
use super::acts::BOUNCES;
use super::crew::{Crew, Hand, Maker, Step};
use super::dice::Dice;
use super::drawing;
use super::network::Wires;
use super::rehearsed;
use super::sketch::Sketch;
use super::spoils::Spoil;
use super::time::Clocks;
use super::transcript;
use super::witness::Witness;
use crate::support::database::TestDatabase;
use crate::support::smtp::{FaultServer, Script};

/// What happens beside the passing of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// Nobody edits, nothing fails, one daemon is punctual: exactly what is rehearsed is sent.
    Calm,
    /// Everything that can happen.
    Rough,
}

/// What a history came to.
#[derive(Debug, Default)]
pub struct Outcome {
    pub transcript: String,
    pub violations: Vec<String>,
    pub tally: BTreeMap<&'static str, usize>,
}

/// Scenes in one history.
const SCENES: usize = 14;
/// Steps of daemons in one scene, at most.
const STEPS: usize = 160;
/// Days after the last of them in which nothing happens any more: a digest day of everybody is among
/// them, so that nobody's week is excused by an edit, or by a clock that was fast.
const QUIET_DAYS: i64 = 9;

pub async fn play(seed: u64, weather: Weather, database: TestDatabase) -> Outcome {
    play_spoiled(seed, weather, Spoil::Nothing, database).await
}

/// The same, where somebody spoils it.
pub async fn play_spoiled(
    seed: u64,
    weather: Weather,
    spoil: Spoil,
    database: TestDatabase,
) -> Outcome {
    let mut history = History::begin(seed, weather, spoil, database).await;
    match weather {
        Weather::Calm => history.pass_calmly(60).await,
        Weather::Rough => {
            for _ in 0..SCENES {
                history.scene().await;
            }
            history.heal().await;
            history.pass_calmly(QUIET_DAYS).await;
        }
    }
    history.end().await
}

pub struct History {
    pub dice: Dice,
    weather: Weather,
    pub sketch: Sketch,
    pub clocks: Arc<Clocks>,
    /// It goes with the history.
    _database: TestDatabase,
    /// The clerks' own way into the database.
    pub clerk: Store,
    pub relay: Arc<FaultServer>,
    pub cut: Arc<AtomicBool>,
    crew: Crew,
    pub witness: Witness,
    pub start: DateTime<Utc>,
    /// When something was edited last (business clock).
    pub edited: DateTime<Utc>,
    pub spoil: Spoil,
    pub outcome: Outcome,
}

impl History {
    async fn begin(seed: u64, weather: Weather, spoil: Spoil, database: TestDatabase) -> Self {
        let mut dice = Dice::of(seed);
        let day = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap();
        let day = drawing::plus(day, dice.between(0, 700));
        let start = day
            .and_hms_opt(dice.below(24) as u32, 0, 0)
            .unwrap()
            .and_utc();
        let clocks = Arc::new(Clocks::at(start));
        let relay = Arc::new(FaultServer::start(Script::default()).await);
        let mut config = Config::load(&Sources::default()).unwrap();
        config.mail = relay.mail_settings();
        // Nobody listens there; it only stands in replies, which are compared.
        config.mail.smtp.port = 25;
        config.mail.return_path = BOUNCES.into();
        config.delivery.sessions = dice.between(1, 4) as usize;
        config.web.public_url = "https://aide-memoire.example.org".into();
        let sketch = drawing::draw(&mut dice, day);
        let cut = Arc::new(AtomicBool::new(false));
        let (wired, broken) = (Arc::clone(&relay), Arc::clone(&cut));
        let maker = Maker {
            config,
            clock: Arc::clone(&clocks) as Arc<dyn Clock>,
            url: database.url().to_owned(),
            network: Box::new(move || Wires::new(Arc::clone(&wired), Arc::clone(&broken))),
        };
        let number = match weather {
            Weather::Calm => 1,
            Weather::Rough => dice.between(2, 4) as usize,
        };
        let sessions = maker.config.delivery.sessions;
        let crew = Crew::of(number, maker, dice.fork()).await;
        let clerk = database.store().clone();
        let mut history = Self {
            witness: Witness::new(&database, Arc::clone(&relay)).await,
            dice,
            weather,
            sketch,
            clocks,
            _database: database,
            clerk,
            relay,
            cut,
            crew,
            start,
            edited: start,
            spoil,
            outcome: Outcome::default(),
        };
        let record = history.spoil.retold(&history.sketch).to_toml();
        if let Err(error) = history.import(&record).await {
            panic!("the world is no record: {error}\n{record}");
        }
        go_live(&history.clerk, None, start).await.unwrap();
        history.say(format!("{number} daemons with {sessions} sessions"));
        history
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clocks.business_now()
    }

    pub fn say(&mut self, what: impl std::fmt::Display) {
        let now = self.now();
        writeln!(self.outcome.transcript, "{now} {what}").unwrap();
    }

    pub fn count(&mut self, what: &'static str) {
        *self.outcome.tally.entry(what).or_default() += 1;
    }

    /// Time until somebody has something to say, and then some; sometimes days too late.
    async fn sleep_until_something_is_due(&mut self) {
        let due = self.clerk.read().await.unwrap().next_due().await.unwrap();
        let now = self.now();
        let mut wait = match due {
            Some(at) if at > now => at - now + TimeDelta::seconds(self.dice.between(0, 900)),
            _ => TimeDelta::seconds(self.dice.between(20, 5_400)),
        };
        if self.dice.chance(45) {
            wait += TimeDelta::hours(self.dice.between(1, 400));
        }
        self.clocks.wait(wait.min(TimeDelta::days(20)));
    }

    async fn scene(&mut self) {
        self.sleep_until_something_is_due().await;
        if self.dice.chance(8) {
            self.set_the_clock();
        }
        if self.dice.chance(60) {
            self.somebody_works().await;
        }
        if self.dice.chance(40) {
            self.change_mood();
        }
        let mut awake: Vec<usize> = (0..self.crew.len())
            .filter(|n| !self.crew.held(*n).is_empty() || self.dice.chance(70))
            .collect();
        for _ in 0..STEPS {
            if awake.is_empty() {
                return;
            }
            let who = match self.crew.in_transaction() {
                Some(holder) => holder,
                None => awake[self.dice.below(awake.len())],
            };
            let movable = self.crew.movable(who);
            let hand = movable[self.dice.below(movable.len())];
            if self.is_disturbed(hand).await {
                continue;
            }
            if !self.step(hand).await {
                awake.retain(|n| *n != who);
            }
        }
        // Nobody may keep the others waiting over night.
        if let Some(holder) = self.crew.in_transaction() {
            let hand = self.crew.movable(holder)[0];
            self.step(hand).await;
        }
    }

    /// What may happen to a daemon between two steps, instead of the next one.
    async fn is_disturbed(&mut self, hand: Hand) -> bool {
        let who = hand.daemon;
        let held = self.crew.held(who);
        let at = held.iter().find(|(other, _)| *other == hand);
        let at = at.map(|(_, point)| *point);
        match self.dice.below(100) {
            0..3 if at.is_some() => {
                self.say(format!("daemon {who} dies: {}", told(&held)));
                self.crew.dies(who).await;
                self.count("deaths");
                true
            }
            3..6 if at.is_some() => {
                let minutes = self.dice.one_of(&[1, 3, 12, 40, 200]);
                self.say(format!("{minutes} minutes go by: {}", told(&held)));
                self.clocks.wait(TimeDelta::minutes(minutes));
                self.count("sleeps");
                true
            }
            6..11 if self.crew.in_transaction().is_none() => {
                self.somebody_works().await;
                true
            }
            11 => {
                self.change_mood();
                true
            }
            12 if at.is_some() && self.dice.chance(30) => {
                self.say(format!("daemon {who} is asked to stop"));
                self.crew.ask_to_stop(who);
                true
            }
            13 if self.dice.chance(10) => {
                self.set_the_clock();
                true
            }
            _ => false,
        }
    }

    /// One step of one task of a daemon; false when its activation is over.
    async fn step(&mut self, hand: Hand) -> bool {
        self.witness.before();
        let (from, step) = self.crew.step(hand).await;
        let now = self.now();
        if may_change_the_record(from) && self.witness.look_at_the_record(&self.clerk).await {
            self.edited = now;
        }
        let going_on = match step {
            Step::At(came) => {
                if came.is_empty() {
                    self.say(format!("{hand} is over"));
                }
                for (hand, point) in came {
                    self.say(format!("{hand} at {point:?}"));
                    self.spoil_step(point).await;
                    self.witness.at(hand, point, now, &self.sketch).await;
                    match point {
                        Point::AnswerOverdue => self.count("overdue answers"),
                        Point::SessionBegun => self.count("sessions"),
                        _ => {}
                    }
                }
                true
            }
            Step::Done(Ok(report)) => {
                self.say(format!("{hand} done: {report:?}"));
                self.count("activations");
                let passed = usize::try_from(report.handed_over).unwrap_or_default();
                *self.outcome.tally.entry("handed over").or_default() += passed;
                false
            }
            Step::Done(Err(error)) => {
                self.say(format!("{hand} failed: {error}"));
                self.outcome
                    .violations
                    .push(format!("an activation failed: {error}"));
                false
            }
        };
        for line in self.witness.after(hand).await {
            self.say(line);
        }
        going_on
    }

    /// The relay is well, all daemons work, and time passes until nothing is open any more.
    async fn heal(&mut self) {
        self.cut.store(false, Ordering::Relaxed);
        self.relay.set(|s| *s = Script::default());
        self.say("healing");
        let latest = self.clocks.latest();
        self.clocks.jump(latest - self.now());
        for round in 0..60 {
            for who in 0..self.crew.len() {
                // Whoever was held goes on first, whatever became of its lease.
                if round == 0 && self.crew.held(who).is_empty() {
                    continue;
                }
                self.run_to_the_end(who).await;
            }
            if round > 1
                && self
                    .witness
                    .is_nothing_open(&self.clerk, &self.clocks)
                    .await
            {
                return;
            }
            self.clocks.wait(TimeDelta::minutes(31));
        }
        self.outcome
            .violations
            .push("lost: something stays open after healing".to_owned());
    }

    async fn run_to_the_end(&mut self, who: usize) {
        for _ in 0..10_000 {
            let hand = self.crew.movable(who)[0];
            if !self.step(hand).await {
                return;
            }
        }
        self.outcome
            .violations
            .push(format!("daemon {who} does not come to an end"));
    }

    /// Days in which nobody edits and nothing fails, and one daemon is woken whenever somebody has
    /// something to say.
    async fn pass_calmly(&mut self, days: i64) {
        let until = self.now() + TimeDelta::days(days);
        loop {
            self.run_to_the_end(0).await;
            let now = self.now();
            if now >= until {
                return;
            }
            let due = self.clerk.read().await.unwrap().next_due().await.unwrap();
            let next = match due {
                Some(at) if at > now => at.min(until),
                Some(_) => now + TimeDelta::hours(1),
                None => until,
            };
            self.clocks.wait(next - now);
        }
    }

    async fn end(mut self) -> Outcome {
        self.spoil_evidence().await;
        let mut found = std::mem::take(&mut self.witness.violations);
        found.extend(accounts::reconcile(&self).await);
        if self.weather == Weather::Calm {
            found.extend(rehearsed::compare(&self).await);
        }
        self.outcome.violations.extend(found);
        let ledger = transcript::of(&self).await;
        self.outcome.transcript.push_str(&ledger);
        let sent = self.relay.taken();
        self.outcome.tally.insert("messages", sent);
        let doubts = self.witness.doubts().await;
        self.outcome.tally.insert("doubts", doubts);
        let scenes = (self.clocks.real_now() - self.start).num_days();
        self.outcome
            .tally
            .insert("days", scenes.unsigned_abs() as usize);
        self.outcome
    }
}

/// Where a daemon's tasks are held.
fn told(held: &[(Hand, Point)]) -> String {
    let places: Vec<String> = held.iter().map(|(h, p)| format!("{h} at {p:?}")).collect();
    places.join("; ")
}

/// Steps in which a daemon may change the record: it hands over, or enters an address that takes no
/// mail with the outcome of a try.
fn may_change_the_record(from: Option<Point>) -> bool {
    matches!(
        from,
        None | Some(Point::Waking | Point::Rescued | Point::BeforeSettling)
    )
}
