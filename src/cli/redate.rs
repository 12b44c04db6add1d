//! `redate`: another deadline for a commitment or for one of its milestones, with its reason.

use anyhow::{Result, bail};
use clap::Args;

use super::meeting::moved_in_words;
use super::{Common, block_on, open};
use crate::acts::Actor;
use crate::acts::moving::redate;
use crate::clock::{Clock, SystemClock};
use crate::domain::deadline::Deadline;
use crate::domain::ids::{CommitmentRef, ReaderId};
use crate::domain::moving::NewDeadline;
use crate::domain::nearest::nearest;

#[derive(Debug, Args)]
pub struct Redate {
    /// The commitment's reference
    #[arg(value_name = "REF")]
    reference: CommitmentRef,
    /// Its new deadline, like "August 2025" or "at pmc-2025"
    #[arg(value_name = "DEADLINE", value_parser = deadline)]
    deadline: Deadline,
    /// The milestone whose deadline it is; without it, the commitment's own
    #[arg(long, value_name = "TITLE")]
    milestone: Option<String>,
    /// Why, in one line
    #[arg(long, value_name = "WORDS")]
    reason: String,
    /// The person or desk that asked for it
    #[arg(long, value_name = "ID")]
    by: Option<ReaderId>,
    /// The person or desk that approved it
    #[arg(long, value_name = "ID")]
    approved: Option<ReaderId>,
    /// Say what would change, and change nothing
    #[arg(long)]
    dry_run: bool,
}

impl Redate {
    pub fn run(self, common: &Common) -> Result<()> {
        let Self {
            reference,
            deadline,
            milestone,
            reason,
            by,
            approved,
            dry_run,
        } = self;
        let config = common.settings()?;
        let wanted = NewDeadline {
            milestone,
            deadline,
            reason: Some(reason),
            by,
            approved,
        };
        block_on(async {
            let store = open(&config).await?;
            let book = store.book().await?;
            if book.commitment(reference.as_str()).is_none() {
                let known = book.commitments.keys().map(CommitmentRef::as_str);
                let hint = nearest(reference.as_str(), known)
                    .map(|near| format!("; did you mean `{near}`?"))
                    .unwrap_or_default();
                bail!("there is no commitment `{reference}`{hint}");
            }
            let now = SystemClock.business_now();
            let moved = redate(&store, &reference, &wanted, &Actor::Operator, now, dry_run).await?;
            print!("{}", moved_in_words(&moved, dry_run));
            Ok(())
        })
    }
}

fn deadline(text: &str) -> Result<Deadline, String> {
    Deadline::parse(text).map_err(|error| error.to_string())
}
