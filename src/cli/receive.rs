//! `receive`: takes one message from standard input, as a mail server's pipe hands it over, and
//! writes down what it reports of a notice of ours.
//!
//! Whatever is no report is accepted and left alone, so that the mail server does not send it back
//! and two machines do not write to each other for ever. What can be done later is left to the mail
//! server, which tries again on exit code 75 (EX_TEMPFAIL).

use std::io::Read;

use anyhow::{Context, Result};
use clap::Args;

use super::{Common, TryLater, block_on, open};
use crate::acts::returned::{Returned, take};
use crate::clock::{Clock, SystemClock};
use crate::delivery::inbound::MOST;
use crate::domain::bounce::Action;

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
        let returned = block_on(async {
            let store = open(&config).await.map_err(TryLater::new)?;
            match take(&store, &message, self.to.as_deref(), now).await {
                Err(error) if error.is_passing() => Err(TryLater::new(error.into()).into()),
                done => Ok(done?),
            }
        })?;
        println!("{}", words(&returned));
        Ok(())
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
