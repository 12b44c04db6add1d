//! The doorbell: tokio-cron-scheduler rings, one consumer opens. A ring may be lost or doubled
//! without harm, for what is due stands in the database, and our own arithmetic decides.
//!
//! The job is a UTC cron job, because a cron job recovers after a pause of the machine and UTC
//! knows no daylight saving; it does nothing but ring.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use tokio::sync::Notify;
use tokio_cron_scheduler::{Job, JobScheduler, JobSchedulerError};

use super::{Engine, Stopping};
use crate::clock::Clock;

/// Rings every so many seconds until it is dropped or stopped.
pub struct Doorbell {
    scheduler: JobScheduler,
    bell: Arc<Notify>,
    rung: Arc<std::sync::Mutex<Option<DateTime<Utc>>>>,
}

impl Doorbell {
    /// Starts to ring every `seconds` (1 to 60), and once at once.
    pub async fn start(seconds: u64, clock: Arc<dyn Clock>) -> Result<Self, JobSchedulerError> {
        let bell = Arc::new(Notify::new());
        let rung = Arc::new(std::sync::Mutex::new(Some(clock.real_now())));
        let scheduler = JobScheduler::new().await?;
        let (ring, told) = (Arc::clone(&bell), Arc::clone(&rung));
        let schedule = if seconds >= 60 {
            "0 * * * * *".to_owned()
        } else {
            format!("*/{} * * * * *", seconds.max(1))
        };
        let job = Job::new(schedule.as_str(), move |_, _| {
            *told.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = Some(clock.real_now());
            ring.notify_one();
        })?;
        scheduler.add(job).await?;
        scheduler.start().await?;
        bell.notify_one();
        Ok(Self {
            scheduler,
            bell,
            rung,
        })
    }

    /// When it rang last (real time).
    pub fn rung_at(&self) -> Option<DateTime<Utc>> {
        *self
            .rung
            .lock()
            .unwrap_or_else(|poisoned| poisoned.into_inner())
    }

    /// Opens the door at every ring until the daemon is asked to stop: one activation at a time.
    pub async fn answer(&self, engine: Arc<Engine>, stopping: Stopping) {
        loop {
            tokio::select! {
                () = stopping.cancelled() => break,
                () = self.bell.notified() => {}
            }
            match engine.activate(&stopping).await {
                Ok(report) if report.is_idle() => {}
                Ok(report) => tracing::info!(
                    planned.notices = report.planned.notices,
                    planned.skipped = report.planned.skipped,
                    delivered.sent = report.delivered.sent,
                    delivered.deferred = report.delivered.deferred,
                    delivered.rejected = report.delivered.rejected,
                    delivered.in_doubt = report.delivered.in_doubt,
                    delivered.expired = report.delivered.expired,
                    "an activation is done"
                ),
                Err(error) => {
                    tracing::warn!("an activation failed and will be tried again: {error}")
                }
            }
        }
        // A ring may still come after this; nobody listens.
        let mut scheduler = self.scheduler.clone();
        if let Err(error) = scheduler.shutdown().await {
            tracing::debug!("the scheduler did not stop cleanly: {error}");
        }
    }
}
