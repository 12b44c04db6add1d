//! The two clocks. The *business* clock says what day it is for planning and slots; a
//! demonstration can move it. The *real* clock measures leases, back-off and tokens, and nobody
//! can move it. Nothing below `app` asks the system for the time.

use std::sync::Mutex;

use chrono::{DateTime, DurationRound, TimeDelta, Utc};

/// Tells both times, in whole microseconds, as the database keeps them.
pub trait Clock: Send + Sync + 'static {
    /// The time by which reminders fall due.
    fn business_now(&self) -> DateTime<Utc>;
    /// The time by which machines wait for each other.
    fn real_now(&self) -> DateTime<Utc>;
}

/// The clock of a working installation: both times are the system's.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn business_now(&self) -> DateTime<Utc> {
        now()
    }

    fn real_now(&self) -> DateTime<Utc> {
        now()
    }
}

/// A business clock that stands where it was put, over a real clock that runs.
#[derive(Debug)]
pub struct MovableClock(Mutex<DateTime<Utc>>);

impl MovableClock {
    pub fn at(instant: DateTime<Utc>) -> Self {
        Self(Mutex::new(instant))
    }

    /// Moves the business clock.
    pub fn set(&self, instant: DateTime<Utc>) {
        *self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner()) = instant;
    }
}

impl Clock for MovableClock {
    fn business_now(&self) -> DateTime<Utc> {
        *self
            .0
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    fn real_now(&self) -> DateTime<Utc> {
        now()
    }
}

fn now() -> DateTime<Utc> {
    let now = Utc::now();
    now.duration_trunc(TimeDelta::microseconds(1))
        .unwrap_or(now)
}
