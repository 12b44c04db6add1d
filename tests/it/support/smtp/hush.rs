//! Silence without waiting: over a stream in memory the server says that it has fallen silent, and
//! its client takes its patience as ended.

use std::sync::Mutex;

use tokio::sync::Notify;

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum State {
    #[default]
    Speaking,
    /// Until its client has lost patience once.
    SilentForAWhile,
    Silent,
}

/// Whether one conversation's server is silent.
#[derive(Debug, Default)]
pub struct Hush {
    state: Mutex<State>,
    changed: Notify,
}

impl Hush {
    /// The server answers no more.
    pub(super) fn falls(&self) {
        self.turn(State::Silent);
    }

    /// The server is silent until its client has lost patience once.
    pub(super) async fn falls_for_a_while(&self) {
        self.turn(State::SilentForAWhile);
        self.until(|state| state == State::Speaking).await;
    }

    /// Returns when the server is silent; it goes on then, if it meant to.
    pub async fn is_felt(&self) {
        let state = self.until(|state| state != State::Speaking).await;
        if state == State::SilentForAWhile {
            self.turn(State::Speaking);
        }
    }

    fn turn(&self, state: State) {
        *self.state.lock().unwrap() = state;
        self.changed.notify_waiters();
    }

    async fn until(&self, is_so: impl Fn(State) -> bool) -> State {
        loop {
            let changed = self.changed.notified();
            let state = *self.state.lock().unwrap();
            if is_so(state) {
                return state;
            }
            changed.await;
        }
    }
}
