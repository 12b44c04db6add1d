//! The two clocks of a world. Both stand until they are moved; the business clock may be set back,
//! the real one never is.

use std::sync::Mutex;

use aide_memoire::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};

#[derive(Debug)]
pub struct Clocks(Mutex<State>);

#[derive(Debug, Clone, Copy)]
struct State {
    business: DateTime<Utc>,
    real: DateTime<Utc>,
    /// The latest the business clock ever showed.
    latest: DateTime<Utc>,
}

impl Clocks {
    pub fn at(start: DateTime<Utc>) -> Self {
        Self(Mutex::new(State {
            business: start,
            real: start,
            latest: start,
        }))
    }

    /// Time passes.
    pub fn wait(&self, time: TimeDelta) {
        assert!(time >= TimeDelta::zero(), "time passes forwards");
        let mut state = self.0.lock().unwrap();
        state.business += time;
        state.real += time;
        state.latest = state.latest.max(state.business);
    }

    /// Somebody sets the business clock.
    pub fn jump(&self, time: TimeDelta) {
        let mut state = self.0.lock().unwrap();
        state.business += time;
        state.latest = state.latest.max(state.business);
    }

    pub fn latest(&self) -> DateTime<Utc> {
        self.0.lock().unwrap().latest
    }
}

impl Clock for Clocks {
    fn business_now(&self) -> DateTime<Utc> {
        self.0.lock().unwrap().business
    }

    fn real_now(&self) -> DateTime<Utc> {
        self.0.lock().unwrap().real
    }
}
