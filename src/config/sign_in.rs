//! Signing in: how long a session lives.

use chrono::TimeDelta;
use serde::Deserialize;

use super::{ConfigError, unfit};
use crate::domain::account::SessionLimits;

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub idle_hours: u32,
    pub end_hours: u32,
    /// Where the key of the second steps is; empty: beside a SQLite file, nowhere for a server.
    pub key_file: String,
}

impl SignIn {
    pub fn limits(&self) -> SessionLimits {
        SessionLimits {
            idle: TimeDelta::hours(self.idle_hours.into()),
            absolute: TimeDelta::hours(self.end_hours.into()),
        }
    }

    pub(super) fn validate(&self) -> Result<(), ConfigError> {
        let fits = (1..=24 * 90).contains(&self.end_hours);
        if !fits || !(1..=self.end_hours).contains(&self.idle_hours) {
            return Err(unfit(
                "sign_in",
                "idle_hours is 1 or more, end_hours at least as much, and 90 days at most".into(),
            ));
        }
        Ok(())
    }
}
