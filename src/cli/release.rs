//! `release`: lets mail go again that was held back after a restore.

use anyhow::{Context, Result};
use chrono::NaiveDate;
use clap::Args;

use super::{Common, block_on, date, open};
use crate::acts::hold::release;
use crate::clock::{Clock, SystemClock};
use crate::witness::Witness;
use crate::wording;

#[derive(Debug, Args)]
pub struct Release {
    /// The day from which reminders are sent again, as 2025-06-02; today where it is left out.
    /// What fell due earlier is never sent; the first digest shows what is overdue
    #[arg(long, value_name = "DATE", value_parser = date)]
    from: Option<NaiveDate>,
}

impl Release {
    pub fn run(self, common: &Common) -> Result<()> {
        let config = common.settings()?;
        block_on(async {
            let store = open(&config).await?;
            let now = SystemClock.business_now();
            let Some(released) = release(&store, self.from, now).await? else {
                println!("Nothing is held back.");
                return Ok(());
            };
            if let Some(witness) = Witness::of(&store, &config.database.witness) {
                let path = witness.path().display().to_string();
                let snapshot = store.read().await?;
                let installation = snapshot.installation().await?.token;
                let end = snapshot.audit_end().await?;
                witness
                    .remember(installation, snapshot.planned_until().await?, end.as_ref())
                    .with_context(|| format!("the witness file {path} cannot be written"))?;
            }
            println!(
                "Mail leaves again. Reminders are sent from {} on; {} of earlier days never.",
                wording::day(released.from),
                wording::count(
                    usize::try_from(released.forgone).unwrap_or(usize::MAX),
                    "waiting occurrence"
                )
            );
            Ok(())
        })
    }
}
