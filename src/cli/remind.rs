//! `remind`: one activation of planning and delivery, for those who prefer cron.

use std::sync::Arc;

use anyhow::Result;

use super::{Common, block_on, open};
use crate::app::App;
use crate::clock::SystemClock;
use crate::wording;

pub fn run(common: &Common) -> Result<()> {
    let config = common.settings()?;
    block_on(async {
        let store = open(&config).await?;
        let app = App::witnessed(store, config, Arc::new(SystemClock)).await?;
        app.go_live().await?;
        let report = app.activate().await?;
        if let Some(hold) = app.engine().store.hold().await? {
            println!("Mail is on hold: {}", hold.reason);
        }
        if report.planned.elsewhere {
            println!("Another daemon is planning just now.");
        }
        println!(
            "{} planned, {} sent, {} waiting for another try.",
            wording::count(report.planned.notices as usize, "notice"),
            report.delivered.sent,
            report.delivered.deferred + report.delivered.in_doubt
        );
        Ok(())
    })
}
