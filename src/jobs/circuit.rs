//! The circuit to the relay: open while the relay refuses everybody, so that one try after another
//! is not wasted on every notice. After a pause one session tries first. It is about the relay, never
//! about one recipient.

use std::sync::Mutex;

use chrono::{DateTime, TimeDelta, Utc};

use super::pace::back_off;
use crate::entropy::Entropy;

/// The first pause after a relay failed.
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(30);

#[derive(Debug, Default)]
pub(crate) struct Circuit(Mutex<State>);

#[derive(Debug, Default, Clone)]
struct State {
    failures: u32,
    open_until: Option<DateTime<Utc>>,
    problem: Option<String>,
    /// It was spoken to, and failed then: only a mail shows whether it works again.
    refused_mail: bool,
}

/// Whether the relay may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Standing {
    /// By every session.
    Closed,
    /// Not now.
    Open,
    /// The pause is over: by one session, which finds out for the others.
    HalfOpen,
}

impl Circuit {
    /// Whether the relay may be tried now (real time).
    pub(super) fn standing(&self, now: DateTime<Utc>) -> Standing {
        self.with(|state| match state.open_until {
            None => Standing::Closed,
            Some(until) if until > now => Standing::Open,
            Some(_) => Standing::HalfOpen,
        })
    }

    /// The relay refused or vanished: nobody tries it for a while.
    pub(super) fn opens(&self, now: DateTime<Utc>, problem: &str, entropy: &dyn Entropy) {
        self.with(|state| {
            // Sessions that fail together are one failure.
            if state.open_until.is_some_and(|until| until > now) {
                return;
            }
            state.failures += 1;
            state.open_until = Some(now + back_off(FIRST_PAUSE, state.failures, entropy));
            state.problem = Some(problem.to_owned());
            state.refused_mail = false;
        });
    }

    /// What opened it came after the greeting.
    pub(super) fn refused_mail(&self) {
        self.with(|state| state.refused_mail = true);
    }

    /// Whether the relay may be tried, and a greeting is enough to show that it works again.
    pub(super) fn awaits_a_greeting(&self, now: DateTime<Utc>) -> bool {
        self.standing(now) == Standing::HalfOpen && !self.with(|state| state.refused_mail)
    }

    /// The relay works.
    pub(super) fn closes(&self) {
        self.with(|state| *state = State::default());
    }

    /// What is wrong with the relay, as far as is known.
    pub(crate) fn problem(&self) -> Option<String> {
        self.with(|state| state.problem.clone())
    }

    fn with<T>(&self, work: impl FnOnce(&mut State) -> T) -> T {
        work(
            &mut self
                .0
                .lock()
                .unwrap_or_else(|poisoned| poisoned.into_inner()),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::SystemEntropy;

    #[test]
    fn it_opens_for_a_while_and_longer_each_time() {
        let circuit = Circuit::default();
        let start = DateTime::UNIX_EPOCH;
        let after = |seconds| start + TimeDelta::seconds(seconds);
        assert_eq!(circuit.standing(start), Standing::Closed);
        circuit.opens(start, "connection refused", &SystemEntropy);
        circuit.opens(start, "connection refused", &SystemEntropy);
        assert_eq!(circuit.standing(after(20)), Standing::Open);
        let one_failure_not_two = circuit.standing(after(40));
        assert_eq!(one_failure_not_two, Standing::HalfOpen);
        circuit.opens(after(40), "connection refused", &SystemEntropy);
        assert_eq!(circuit.standing(after(85)), Standing::Open);
        assert_eq!(circuit.standing(after(120)), Standing::HalfOpen);
        assert_eq!(circuit.problem().as_deref(), Some("connection refused"));
        assert!(circuit.awaits_a_greeting(after(120)) && !circuit.awaits_a_greeting(after(85)));
        circuit.refused_mail();
        assert!(!circuit.awaits_a_greeting(after(120)), "only a mail tells");
        circuit.closes();
        assert_eq!(circuit.standing(start), Standing::Closed);
        assert_eq!(circuit.problem(), None);
    }
}
