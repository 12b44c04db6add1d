//! A clock for stories: both times stand until they are moved.

use std::sync::Mutex;

use aide_memoire::clock::Clock;
use chrono::{DateTime, TimeDelta, Utc};

pub struct TestClock {
    business: Mutex<DateTime<Utc>>,
    real: Mutex<DateTime<Utc>>,
}

impl TestClock {
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self {
            business: Mutex::new(instant),
            real: Mutex::new(instant),
        }
    }

    /// Moves both times to an instant; the real one never goes back.
    pub fn set(&self, instant: DateTime<Utc>) {
        let mut real = self.real.lock().unwrap();
        *real = (*real).max(instant);
        *self.business.lock().unwrap() = instant;
    }

    /// Somebody moves the business clock, in either direction; the real one goes its way.
    pub fn turn(&self, instant: DateTime<Utc>) {
        *self.business.lock().unwrap() = instant;
    }

    /// Lets both times pass.
    pub fn wait(&self, time: TimeDelta) {
        *self.business.lock().unwrap() += time;
        *self.real.lock().unwrap() += time;
    }
}

impl Clock for TestClock {
    fn business_now(&self) -> DateTime<Utc> {
        *self.business.lock().unwrap()
    }

    fn real_now(&self) -> DateTime<Utc> {
        *self.real.lock().unwrap()
    }
}
