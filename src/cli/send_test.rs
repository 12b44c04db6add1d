//! `send-test`: one message to an address, to see that the relay takes it.

use anyhow::{Result, bail};
use clap::Args;
use uuid::Uuid;

use super::{Common, block_on};
use crate::clock::{Clock, SystemClock};
use crate::config::TransportKind;
use crate::delivery::letter::{LetterSettings, test_letter};
use crate::delivery::message::{self, Headers};
use crate::delivery::stationery::Stationery;
use crate::delivery::transport::{Transport, Verdict};
use crate::domain::desk::EmailAddress;
use crate::domain::notice::MailMode;

#[derive(Debug, Args)]
pub struct SendTest {
    /// Where the message goes
    #[arg(value_name = "ADDRESS")]
    address: String,
}

impl SendTest {
    pub fn run(self, common: &Common) -> Result<()> {
        let config = common.settings()?;
        let asked = EmailAddress::parse(&self.address)?;
        if config.mail.transport == TransportKind::Mailbox {
            bail!(
                "mail.transport is `mailbox`, so nothing leaves this machine; set it to `smtp` to try a relay"
            );
        }
        if config.mail.mode == MailMode::Hold {
            bail!(
                "mail is on hold, so nothing leaves this machine; set mail.mode to `live` or `redirect`"
            );
        }
        let settings = LetterSettings::from_config(&config)?;
        let to = settings.redirect.clone().unwrap_or(asked);
        let headers = Headers {
            id: Uuid::new_v4(),
            date: SystemClock.real_now(),
            from: settings.from.clone(),
            from_name: settings.from_name.clone(),
            to: to.clone(),
            to_name: None,
            reply_to: None,
        };
        let content = message::of_letter(
            &test_letter(&settings),
            &headers,
            &Stationery::from_config(&config)?,
        )?;
        let transport = Transport::new(&config.mail)?;
        block_on(async {
            let outcome = match transport.connect().await {
                Ok(mut session) => {
                    let outcome = session
                        .send(&settings.from, &to, &content, async || true)
                        .await;
                    session.quit().await;
                    outcome
                }
                Err(outcome) => outcome,
            };
            match outcome.verdict {
                Verdict::Sent { .. } => {
                    println!("The relay took the message for {to}: {}", outcome.reply);
                    Ok(())
                }
                _ => bail!(
                    "the relay {}:{} did not take the message (at {}): {}",
                    config.mail.smtp.host,
                    config.mail.smtp.port,
                    outcome.phase,
                    outcome.reply
                ),
            }
        })
    }
}
