//! Letters that carry a link to an account. Apart from the ledger: they speak of nothing on the record,
//! and a second one does no harm. The word of the link is drawn here, goes out in the letter, and stays
//! behind as a hash.
//!
//! A link that opens an account goes to its owner or nowhere: while mail is on hold or redirected the
//! letter waits, until its link is too old.

use chrono::TimeDelta;

use super::circuit::Standing;
use super::{Engine, Stopping};
use crate::delivery::letter::access_letter;
use crate::delivery::message::{self, Headers};
use crate::delivery::transport::Verdict;
use crate::domain::account::Account;
use crate::domain::notice::MailMode;
use crate::doors::word::Word;
use crate::store::{ClaimedLink, Store, StoreError};

/// Minutes until the first new try; doubles.
const AGAIN: i64 = 1;

/// Sends the letters that wait; how many went out.
pub(super) async fn deliver(engine: &Engine, stopping: &Stopping) -> Result<u64, StoreError> {
    let mut sent = 0;
    let leaves = engine.mode == MailMode::Live && !engine.transport.is_mailbox();
    if !leaves || engine.store.hold().await?.is_some() {
        return Ok(sent);
    }
    while !stopping.is_cancelled() {
        let now = engine.clock.real_now();
        let is_open = engine.circuit.standing(now) == Standing::Open;
        if is_open || !engine.store.has_waiting_link(now).await? {
            break;
        }
        let word = Word::draw(engine.entropy.as_ref());
        let lease_end = now + Store::LINK_LEASE;
        let claimed = engine
            .store
            .claim_link(&word.hash(), now, lease_end)
            .await?;
        let Some(claimed) = claimed else {
            break;
        };
        if carry(engine, &claimed, &word).await? {
            sent += 1;
        }
    }
    Ok(sent)
}

/// Takes one letter as far as it goes; whether it went out.
async fn carry(engine: &Engine, claimed: &ClaimedLink, word: &Word) -> Result<bool, StoreError> {
    let link = &claimed.link;
    let snapshot = engine.store.read().await?;
    let account = match &link.person {
        Some(person) => snapshot.account(person).await?,
        None => None,
    };
    let account = account.filter(|account| !account.is_disabled());
    let Some(account) = account else {
        engine.store.link_is_not_sent(link.id, None).await?;
        return Ok(false);
    };
    let directory = snapshot.directory().await?;
    drop(snapshot);
    let person = directory.people.get(&account.person);
    let name = person.map_or(account.person.as_str(), |p| p.name.as_str());
    let verdict = send(engine, claimed, &account, name, word).await;
    let to = account.email.masked();
    match verdict {
        // In doubt counts as sent: whoever waits in vain asks again.
        Verdict::Sent { .. } | Verdict::InDoubt => {
            tracing::info!(to, "a letter with a link to an account went out");
            engine.store.link_is_sent(link.id).await?;
            Ok(true)
        }
        Verdict::Rejected => {
            tracing::warn!(to, "a letter with a link to an account was refused");
            engine.store.link_is_not_sent(link.id, None).await?;
            Ok(false)
        }
        Verdict::Deferred | Verdict::RelayRefused | Verdict::Abandoned => {
            let wait = AGAIN << claimed.tries.saturating_sub(1).min(6);
            let again = engine.clock.real_now() + TimeDelta::minutes(wait);
            let again = Some(again).filter(|at| *at < link.expires_at);
            engine.store.link_is_not_sent(link.id, again).await?;
            Ok(false)
        }
    }
}

async fn send(
    engine: &Engine,
    claimed: &ClaimedLink,
    account: &Account,
    name: &str,
    word: &Word,
) -> Verdict {
    let settings = &engine.letters;
    let url = format!("{}/link/{}", settings.public_url, word.reveal());
    let letter = access_letter(settings, name, claimed.link.purpose, url);
    let headers = Headers {
        id: engine.entropy.uuid(),
        date: engine.clock.real_now(),
        from: settings.from.clone(),
        from_name: settings.from_name.clone(),
        to: account.email.clone(),
        to_name: Some(name.to_owned()),
        reply_to: None,
    };
    let content = match message::of_letter(&letter, &headers, &engine.stationery) {
        Ok(content) => content,
        Err(error) => {
            tracing::error!("a letter with a link to an account cannot be made: {error}");
            return Verdict::Rejected;
        }
    };
    let outcome = match engine.transport.connect().await {
        Ok(mut session) => {
            let outcome = session
                .send(&settings.from, &headers.to, &content, async || true)
                .await;
            session.quit().await;
            outcome
        }
        Err(outcome) => outcome,
    };
    if outcome.verdict == Verdict::RelayRefused {
        engine.relay_failed(&outcome.reply);
    }
    outcome.verdict
}
