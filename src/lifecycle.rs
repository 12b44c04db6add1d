//! Life and death of the daemon in one place: the signal that ends it, and the time its parts have
//! to finish or give back what they hold.

use std::time::Duration;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How long parts may take to finish after the signal.
pub const GRACE: Duration = Duration::from_secs(20);

/// Tracks the daemon's parts and tells them when to stop.
#[derive(Debug, Clone, Default)]
pub struct Lifecycle {
    stop: CancellationToken,
    parts: TaskTracker,
}

impl Lifecycle {
    /// Cancelled when the daemon is asked to stop.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Runs a part of the daemon until it ends by itself or is asked to stop.
    pub fn run(&self, part: impl Future<Output = ()> + Send + 'static) {
        self.parts.spawn(part);
    }

    /// Asks every part to stop, as a signal does.
    pub fn stop(&self) {
        self.stop.cancel();
    }

    /// Waits for SIGTERM or SIGINT (or for [`stop`](Self::stop)), then for the parts; true when all
    /// of them ended within the [`GRACE`].
    pub async fn until_stopped(self) -> bool {
        tokio::select! {
            () = signal() => tracing::info!("asked to stop; finishing what is under way"),
            () = self.stop.cancelled() => {}
        }
        self.stop.cancel();
        self.parts.close();
        tokio::time::timeout(GRACE, self.parts.wait()).await.is_ok()
    }
}

#[cfg(unix)]
async fn signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let Ok(mut terminate) = signal(SignalKind::terminate()) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = tokio::signal::ctrl_c() => {}
        _ = terminate.recv() => {}
    }
}

#[cfg(not(unix))]
async fn signal() {
    let _ = tokio::signal::ctrl_c().await;
}
