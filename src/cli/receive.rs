//! `receive`: takes one message from standard input, as a mail server's pipe hands it over, and
//! writes down what it reports of a notice of ours, or keeps what somebody replied as a draft.
//!
//! Whatever is neither is accepted and left alone, so that the mail server does not send it back
//! and two machines do not write to each other for ever. What can be done later is left to the mail
//! server, which tries again on exit code 75 (EX_TEMPFAIL). A reply that is believed and cannot be kept ends
//! with exit code 1 and a sentence, which the mail server returns to whoever wrote.

use std::io::Read;

use anyhow::{Context, Result, bail};
use clap::Args;

use super::{Common, TryLater, block_on, open};
use crate::acts::replying::{self, Replied, Trust};
use crate::acts::returned::{Returned, take};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::delivery::inbound::MOST;
use crate::domain::bounce::Action;
use crate::store::StoreError;

#[derive(Debug, Args)]
pub struct Receive {
    /// The address the message came to, as its envelope says; without it the message's own headers
    /// (Delivered-To, X-Original-To, To) are asked
    #[arg(long, value_name = "ADDRESS")]
    to: Option<String>,
}

impl Receive {
    pub fn run(self, common: &Common) -> Result<()> {
        let config = common.settings()?;
        let message = read(std::io::stdin().lock()).context("the message cannot be read")?;
        let now = SystemClock.business_now();
        let trust = trust(&config)?;
        let said = block_on(async {
            let store = open(&config).await.map_err(TryLater::new)?;
            let to = self.to.as_deref();
            let replied = replying::take(&store, &message, to, &trust, now).await;
            match replied.map_err(later)? {
                Replied::NoReply => {}
                Replied::Refused(why) => bail!(why),
                replied => return Ok(words_of_reply(&replied)),
            }
            match take(&store, &message, to, now).await {
                Err(error) if error.is_passing() => Err(TryLater::new(error.into()).into()),
                done => Ok(words(&done?)),
            }
        })?;
        println!("{said}");
        Ok(())
    }
}

/// What the database cannot take now, the mail server hands over again.
fn later(error: StoreError) -> anyhow::Error {
    match error {
        StoreError::Refused(_) => error.into(),
        error => TryLater::new(error.into()).into(),
    }
}

fn trust(config: &Config) -> Result<Trust> {
    let (_, own) = config.mail.sender()?;
    Ok(Trust {
        by: config.mail.reply_trust,
        server: config.mail.authserv_id.trim().to_owned(),
        own,
    })
}

fn words_of_reply(replied: &Replied) -> String {
    match replied {
        Replied::Drafted(on) => {
            let on: Vec<&str> = on.iter().map(|it| it.as_str()).collect();
            format!("A reply waits as a draft of the desk on {}.", on.join(", "))
        }
        Replied::Known => "Known already.".to_owned(),
        Replied::Ignored(why) => format!("Ignored: {why}."),
        Replied::Refused(why) => why.clone(),
        Replied::NoReply => String::new(),
    }
}

/// The beginning of the message, where everything stands that matters. The rest is read and
/// forgotten: a mail server that cannot write its message to the end takes that for a failure.
fn read(mut input: impl Read) -> std::io::Result<Vec<u8>> {
    let mut message = Vec::new();
    input.by_ref().take(MOST as u64).read_to_end(&mut message)?;
    std::io::copy(&mut input, &mut std::io::sink())?;
    Ok(message)
}

fn words(returned: &Returned) -> String {
    match returned {
        Returned::Bounced {
            to,
            undeliverable: true,
        } => format!(
            "A notice to {} came back: mail does not reach that address. Whoever hears instead is told.",
            to.masked()
        ),
        Returned::Bounced {
            to,
            undeliverable: false,
        } => format!(
            "A notice to {} came back, refused for itself: the address may be all right. The operator's page has it.",
            to.masked()
        ),
        Returned::Noted { to, action } => {
            let what = match action {
                Action::Failed => "is reported once more to have failed",
                Action::Delayed => "is delayed; the other server goes on trying",
                Action::Delivered => "has arrived",
                Action::Answered => "was answered by a program",
            };
            format!("Noted: a notice to {} {what}.", to.masked())
        }
        Returned::Known => "Known already.".to_owned(),
        Returned::Ignored(why) => format!("Ignored: {why}."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_message_is_read_to_its_end_and_kept_to_its_measure() {
        let long = vec![b'x'; MOST + 100_000];
        let mut input = long.as_slice();
        let kept = read(&mut input).unwrap();
        assert_eq!(kept.len(), MOST);
        assert!(input.is_empty(), "nothing is left in the pipe");
    }
}
