//! What is measured, in the text format of Prometheus (0.0.4): few gauges, written by hand. No label
//! carries an address, a name or a title.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, Utc};

use super::Pulse;
use crate::domain::notice::NoticeState;
use crate::store::{Store, StoreError};

/// What the database says.
#[derive(Debug, Default)]
pub struct Measured {
    pub notices: BTreeMap<NoticeState, u64>,
    /// When the longest waiting of the notices that may leave was due.
    pub oldest_waiting: Option<DateTime<Utc>>,
    pub planned_until: Option<DateTime<Utc>>,
    /// Addresses mail does not reach.
    pub bouncing: usize,
}

impl Measured {
    pub async fn of(store: &Store) -> Result<Self, StoreError> {
        let snapshot = store.read().await?;
        Ok(Self {
            notices: snapshot.notice_counts().await?,
            oldest_waiting: snapshot.oldest_waiting().await?,
            planned_until: snapshot.planned_until().await?,
            bouncing: snapshot.bouncing().await?.len(),
        })
    }
}

/// Writes the metrics. `measured` is `None` while the database does not answer.
pub fn text(measured: Option<&Measured>, pulse: &Pulse, now: DateTime<Utc>) -> String {
    let mut page = Page::default();
    page.gauge(
        "database_up",
        "Whether the database answers.",
        u8::from(measured.is_some()),
    );
    page.gauge(
        "relay_circuit_open",
        "Whether the relay is left alone for a while because it refused everybody.",
        u8::from(pulse.circuit_open),
    );
    if let Some(rung_at) = pulse.rung_at {
        page.gauge(
            "scheduler_last_ring_timestamp_seconds",
            "When the scheduler rang last.",
            rung_at.timestamp(),
        );
    }
    let Some(measured) = measured else {
        return page.0;
    };
    page.about("notices", "Notices by state.");
    for state in NoticeState::ALL {
        let number = measured.notices.get(state).copied().unwrap_or(0);
        page.sample(&format!("notices{{state=\"{state}\"}}"), number);
    }
    let waiting = measured
        .oldest_waiting
        .map_or(0, |due| (now - due).num_seconds().max(0));
    page.gauge(
        "oldest_pending_seconds",
        "How long the longest waiting of the notices that may leave has been due.",
        waiting,
    );
    if let Some(until) = measured.planned_until {
        page.gauge(
            "planned_until_timestamp_seconds",
            "How far planning has come, by the business clock.",
            until.timestamp(),
        );
    }
    page.gauge(
        "bouncing_addresses",
        "Addresses mail does not reach.",
        measured.bouncing,
    );
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn gauge(&mut self, name: &str, help: &str, value: impl std::fmt::Display) {
        self.about(name, help);
        self.sample(name, value);
    }

    fn about(&mut self, name: &str, help: &str) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.0, "# HELP aide_memoire_{name} {help}");
        let _ = writeln!(self.0, "# TYPE aide_memoire_{name} gauge");
    }

    fn sample(&mut self, name: &str, value: impl std::fmt::Display) {
        let _ = writeln!(self.0, "aide_memoire_{name} {value}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_prometheus_reads() {
        let now = DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(1000);
        let measured = Measured {
            notices: [(NoticeState::Parked, 2)].into(),
            oldest_waiting: Some(DateTime::UNIX_EPOCH + chrono::TimeDelta::seconds(400)),
            planned_until: None,
            bouncing: 1,
        };
        let pulse = Pulse {
            rung_at: Some(now),
            circuit_open: true,
        };
        let text = text(Some(&measured), &pulse, now);
        for line in [
            "# TYPE aide_memoire_notices gauge",
            "aide_memoire_notices{state=\"parked\"} 2",
            "aide_memoire_notices{state=\"sent\"} 0",
            "aide_memoire_oldest_pending_seconds 600",
            "aide_memoire_relay_circuit_open 1",
            "aide_memoire_scheduler_last_ring_timestamp_seconds 1000",
            "aide_memoire_bouncing_addresses 1",
            "aide_memoire_database_up 1",
        ] {
            assert!(text.lines().any(|l| l == line), "{line}\n{text}");
        }
        assert!(text.ends_with('\n'));
        // Each metric is introduced once, before its samples.
        let introduced: Vec<&str> = text.lines().filter(|l| l.starts_with("# TYPE")).collect();
        let mut once = introduced.clone();
        once.dedup();
        assert_eq!(introduced, once);
    }

    #[test]
    fn without_a_database_it_says_so() {
        let text = text(None, &Pulse::default(), DateTime::UNIX_EPOCH);
        assert!(text.contains("aide_memoire_database_up 0\n"));
        assert!(!text.contains("notices"));
    }
}
