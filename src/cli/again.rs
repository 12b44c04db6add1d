//! `again`: has a notice sent once more, on the record.

use anyhow::{Result, bail};
use clap::Args;
use uuid::Uuid;

use super::{Common, block_on, open};
use crate::acts::Actor;
use crate::acts::again::tell_again;
use crate::clock::{Clock, SystemClock};
use crate::entropy::{Entropy, SystemEntropy};
use crate::store::Store;

#[derive(Debug, Args)]
pub struct Again {
    /// The notice: its id, as the address of its page ends, or its Message-ID
    #[arg(value_name = "NOTICE")]
    notice: String,
}

impl Again {
    pub fn run(self, common: &Common) -> Result<()> {
        let config = common.settings()?;
        block_on(async {
            let store = open(&config).await?;
            let notice = named(&store, &self.notice).await?;
            let entropy: &dyn Entropy = &SystemEntropy;
            let now = SystemClock.business_now();
            let again = tell_again(&store, notice, &Actor::Operator, entropy.uuid(), now).await?;
            if again.is_new {
                println!(
                    "It leaves once more with the next delivery, as {}.",
                    again.notice
                );
            } else {
                println!("It was asked for already, and waits as {}.", again.notice);
            }
            Ok(())
        })
    }
}

async fn named(store: &Store, text: &str) -> Result<Uuid> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let id = text.trim_matches(['<', '>']);
    let snapshot = store.read().await?;
    match snapshot.notice_of_message_id(&format!("<{id}>")).await? {
        Some(notice) => Ok(notice),
        None => bail!(
            "there is no notice `{text}`; the mail log at /mail finds one by its recipient and its day"
        ),
    }
}
