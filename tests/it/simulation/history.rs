//! One seed, one history: a world is drawn, months go by in scenes, each with its edits, outages and
//! daemons moved step by step; then the relay is well again, everybody has time to finish, and the
//! accounts are made.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aide_memoire::acts::Actor;
use aide_memoire::acts::go_live::go_live;
use aide_memoire::acts::import::{ImportError, import};
use aide_memoire::clock::Clock;
use aide_memoire::config::{Config, Sources};
use aide_memoire::jobs::checkpoint::Point;
use aide_memoire::record::SourceFile;
use aide_memoire::store::Store;
use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use super::accounts;
use super::crew::{Crew, Maker, Step};
use super::dice::Dice;
use super::drawing;
use super::edits;
use super::moods;
use super::network::Wires;
use super::sketch::Sketch;
use super::spoils::Spoil;
use super::time::Clocks;
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
const SCENES: usize = 16;
/// Steps of daemons in one scene, at most.
const STEPS: usize = 160;

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
    let mut history = History::begin(seed, weather, database).await;
    history.spoil = spoil;
    match weather {
        Weather::Calm => history.pass_calmly().await,
        Weather::Rough => {
            for _ in 0..SCENES {
                history.scene().await;
            }
            history.heal().await;
        }
    }
    history.end().await
}

pub struct History {
    dice: Dice,
    weather: Weather,
    pub sketch: Sketch,
    pub clocks: Arc<Clocks>,
    /// It goes with the history.
    _database: TestDatabase,
    /// The clerks' own way into the database.
    pub clerk: Store,
    pub relay: Arc<FaultServer>,
    cut: Arc<AtomicBool>,
    crew: Crew,
    pub witness: Witness,
    pub start: DateTime<Utc>,
    /// When something was edited last (business clock).
    pub edited: DateTime<Utc>,
    /// The business clock was set back.
    pub was_set_back: bool,
    pub spoil: Spoil,
    pub outcome: Outcome,
}

impl History {
    async fn begin(seed: u64, weather: Weather, database: TestDatabase) -> Self {
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
        // One hand a daemon: what several do at once is for the stories with several daemons.
        config.delivery.sessions = 1;
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
            Weather::Rough => dice.between(1, 4) as usize,
        };
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
            was_set_back: false,
            spoil: Spoil::Nothing,
            outcome: Outcome::default(),
        };
        let record = history.sketch.to_toml();
        if let Err(error) = history.import(&record).await {
            panic!("the world is no record: {error}\n{record}");
        }
        go_live(&history.clerk, None, start).await.unwrap();
        history.say(format!("{number} daemons"));
        history
    }

    fn now(&self) -> DateTime<Utc> {
        self.clocks.business_now()
    }

    fn say(&mut self, what: impl std::fmt::Display) {
        let now = self.now();
        writeln!(self.outcome.transcript, "{now} {what}").unwrap();
    }

    fn count(&mut self, what: &'static str) {
        *self.outcome.tally.entry(what).or_default() += 1;
    }

    async fn import(&mut self, record: &str) -> Result<(), ImportError> {
        let file = SourceFile {
            name: "record.toml".into(),
            text: record.into(),
            attached: BTreeMap::new(),
        };
        import(&self.clerk, &[file], &Actor::Operator, self.now()).await?;
        self.witness.turn_the_page(self.clerk.book().await.unwrap());
        Ok(())
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
        if self.dice.chance(45) {
            self.edit().await;
        }
        if self.dice.chance(40) {
            self.change_mood();
        }
        let mut awake: Vec<usize> = (0..self.crew.len())
            .filter(|n| self.crew.held_at(*n).is_some() || self.dice.chance(70))
            .collect();
        for _ in 0..STEPS {
            if awake.is_empty() {
                return;
            }
            let who = match self.crew.in_transaction() {
                Some(holder) => holder,
                None => awake[self.dice.below(awake.len())],
            };
            if self.is_disturbed(who).await {
                continue;
            }
            if !self.step(who).await {
                awake.retain(|n| *n != who);
            }
        }
        // Nobody may keep the others waiting over night.
        if let Some(holder) = self.crew.in_transaction() {
            self.step(holder).await;
        }
    }

    /// What may happen to a daemon between two steps, instead of the next one.
    async fn is_disturbed(&mut self, who: usize) -> bool {
        let held = self.crew.held_at(who);
        match self.dice.below(100) {
            0..3 if held.is_some() => {
                self.say(format!("daemon {who} dies at {:?}", held.unwrap()));
                self.crew.dies(who).await;
                self.count("deaths");
                true
            }
            3..6 if held.is_some() => {
                let minutes = self.dice.one_of(&[1, 3, 12, 40, 200]);
                self.say(format!("{minutes} minutes go by at {:?}", held.unwrap()));
                self.clocks.wait(TimeDelta::minutes(minutes));
                self.count("sleeps");
                true
            }
            6..10 if self.crew.in_transaction().is_none() => {
                self.edit().await;
                true
            }
            10 => {
                self.change_mood();
                true
            }
            11 if held.is_some() && self.dice.chance(30) => {
                self.say(format!("daemon {who} is asked to stop"));
                self.crew.ask_to_stop(who);
                true
            }
            _ => false,
        }
    }

    /// One step of one daemon; false when its activation is over.
    async fn step(&mut self, who: usize) -> bool {
        self.witness.before();
        let step = self.crew.step(who).await;
        let now = self.now();
        let going_on = match step {
            Step::At(point) => {
                self.say(format!("daemon {who} at {point:?}"));
                self.witness.at(who, point, now).await;
                self.spoil_step(point).await;
                if point == Point::AnswerOverdue {
                    self.count("overdue answers");
                }
                true
            }
            Step::Done(Ok(report)) => {
                self.say(format!("daemon {who} done: {report:?}"));
                self.count("activations");
                false
            }
            Step::Done(Err(error)) => {
                self.say(format!("daemon {who} failed: {error}"));
                self.outcome
                    .violations
                    .push(format!("an activation failed: {error}"));
                false
            }
        };
        for line in self.witness.after(who).await {
            self.say(line);
        }
        going_on
    }

    async fn edit(&mut self) {
        let today = self.now().date_naive();
        let before = self.sketch.clone();
        let Some(what) = edits::edit(&mut self.dice, today, &mut self.sketch) else {
            return;
        };
        let record = self.sketch.to_toml();
        match self.import(&record).await {
            Ok(()) => {
                self.edited = self.now();
                self.spoil_edit().await;
                self.say(format!("edit: {what}"));
                self.count("edits");
            }
            Err(ImportError::Problems(problems)) => {
                self.sketch = before;
                self.say(format!("refused: {what}: {problems}"));
                self.count("refused edits");
            }
            Err(error) => {
                self.sketch = before;
                let failed = format!("an import failed: {error}");
                self.outcome.violations.push(failed);
            }
        }
    }

    fn change_mood(&mut self) {
        let well = self.dice.chance(50);
        self.cut
            .store(!well && self.dice.chance(15), Ordering::Relaxed);
        let addresses: Vec<String> = self
            .sketch
            .desks
            .iter()
            .filter_map(|d| d.email.clone())
            .chain(self.sketch.people.iter().filter_map(|p| p.email.clone()))
            .collect();
        let (script, told) = if well {
            (Script::default(), "well".to_owned())
        } else {
            moods::mood(&mut self.dice, &addresses)
        };
        self.relay.set(|s| *s = script);
        self.say(format!("relay: {told}"));
        self.count("moods");
    }

    fn set_the_clock(&mut self) {
        let hours = self.dice.one_of(&[-72, -30, -20, -3, -1, 2, 26, 80]);
        self.was_set_back |= hours < 0;
        self.clocks.jump(TimeDelta::hours(hours));
        self.say(format!("the clock is set by {hours} hours"));
        self.count("clock jumps");
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
                if round == 0 && self.crew.held_at(who).is_none() {
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
            if !self.step(who).await {
                return;
            }
        }
        self.outcome
            .violations
            .push(format!("daemon {who} does not come to an end"));
    }

    /// Two months in which one daemon is woken whenever somebody has something to say.
    async fn pass_calmly(&mut self) {
        let until = self.start + TimeDelta::days(60);
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
            found.extend(accounts::compare_with_rehearsal(&self).await);
        }
        self.outcome.violations.extend(found);
        let ledger = accounts::transcribe(&self).await;
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
