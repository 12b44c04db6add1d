//! A message came in where reports are to come in. What it says of a notice of ours is kept; where
//! the notice was given up, it is *bounced*, and where mail does not reach the address, whoever
//! hears instead is told of the same.
//!
//! Who is believed: a report that came to a return path we signed; or one that returns a message
//! whose Message-ID is that of a notice of ours, as long as it speaks of no other address than the
//! notice's. Both are known only to those whom the notice reached or passed through: a token carries
//! 80 bits of signature, a Message-ID 122 of chance. Everything else is left alone.

use chrono::{DateTime, Utc};
use mail_parser::MessageParser;

use super::another_try;
use crate::delivery::inbound::{self, Inbound, Report};
use crate::delivery::refusal::About;
use crate::delivery::signed::notice_of_return_path;
use crate::domain::bounce::Action;
use crate::domain::desk::EmailAddress;
use crate::domain::directory::Directory;
use crate::domain::ledger::NoticeEntry;
use crate::domain::notice::NoticeState;
use crate::planner::instead::concerned;
use crate::store::{Bounced, NewReport, Snapshot, Store, StoreError, Undeliverable};

/// What was made of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Returned {
    /// The notice was given up.
    Bounced {
        to: EmailAddress,
        /// Mail does not reach the address; otherwise it was this message that was refused.
        undeliverable: bool,
    },
    /// Kept as evidence; nothing follows from it.
    Noted { to: EmailAddress, action: Action },
    /// Was known already.
    Known,
    /// Nothing to us, and why.
    Ignored(&'static str),
}

#[derive(Debug, thiserror::Error)]
pub enum ReturnedError {
    /// The relay reports faster than we write down that it took the message.
    #[error("the notice it is about is being handed over just now")]
    BeingSent,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReturnedError {
    /// Whether the message is worth handing over again later.
    pub fn is_passing(&self) -> bool {
        match self {
            ReturnedError::BeingSent => true,
            ReturnedError::Store(error) => !matches!(error, StoreError::Refused(_)),
        }
    }
}

/// Takes one message. `to` is the recipient of its envelope, where the mail server says it.
pub async fn take(
    store: &Store,
    raw: &[u8],
    to: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Returned, ReturnedError> {
    let inbound = inbound::read(raw);
    let mut n = 0;
    loop {
        match try_to_take(store, &inbound, to, now).await {
            Err(ReturnedError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_take(
    store: &Store,
    inbound: &Inbound,
    to: Option<&str>,
    now: DateTime<Utc>,
) -> Result<Returned, ReturnedError> {
    let Some(report) = &inbound.report else {
        return Ok(Returned::Ignored("it is no report of a mail server"));
    };
    let key = store.signing_key().await?;
    let recipients = to
        .into_iter()
        .chain(inbound.recipients.iter().map(|r| r.as_str()));
    let signed = recipients
        .into_iter()
        .find_map(|address| notice_of_return_path(&key, address));
    let snapshot = store.read().await?;
    let notice = match signed {
        Some(id) => snapshot.notice(id).await?,
        None => returned_notice(&snapshot, inbound).await?,
    };
    let Some(notice) = notice else {
        return Ok(Returned::Ignored(
            "it is about no notice of this installation",
        ));
    };
    let content = snapshot.content_of(notice.id).await?;
    drop(snapshot);
    let Some(went_to) = went_to(content.as_deref(), &notice) else {
        return Ok(Returned::Ignored(NEVER_LEFT));
    };
    let speaks_of_another = report.address.as_ref().is_some_and(|a| !same(a, &went_to));
    if signed.is_none() && speaks_of_another {
        return Ok(Returned::Ignored(
            "it came to no return path of ours, and is about another address than its notice",
        ));
    }
    write_down(store, &notice, report, went_to, now).await
}

const NEVER_LEFT: &str = "the notice it is about never left";

async fn returned_notice(
    snapshot: &Snapshot,
    inbound: &Inbound,
) -> Result<Option<NoticeEntry>, StoreError> {
    for id in &inbound.returned {
        if let Some(notice) = snapshot.notice_of_message_id(id).await? {
            return snapshot.notice(notice).await;
        }
    }
    Ok(None)
}

/// 1. The report is kept, once.
/// 2. A notice that was given up is bounced.
/// 3. Where mail does not reach the address, that is entered, in the same transaction.
async fn write_down(
    store: &Store,
    notice: &NoticeEntry,
    report: &Report,
    went_to: EmailAddress,
    now: DateTime<Utc>,
) -> Result<Returned, ReturnedError> {
    let undeliverable = report.action == Action::Failed && report.about() == About::Mailbox;
    // An edit counts the record's version up: only where the directory changes with it.
    let mut change = if undeliverable {
        store.edit().await?
    } else {
        store.change().await?
    };
    let new = NewReport {
        action: report.action,
        address: report.address.as_ref().map(ToString::to_string),
        enhanced_code: report.enhanced_code.clone(),
        reply: report.reply.clone(),
    };
    if !change.enter_report(notice.id, new, now).await? {
        change.roll_back().await?;
        return Ok(Returned::Known);
    }
    if report.action != Action::Failed {
        change.commit().await?;
        return Ok(Returned::Noted {
            to: went_to,
            action: report.action,
        });
    }
    let did_not_arrive = undeliverable && {
        let directory = change.directory().await?;
        was_a_readers(&went_to, notice, &directory)
    };
    match change.bounce(notice.id, now, did_not_arrive).await? {
        Bounced::Now => {}
        Bounced::Before => {
            change.commit().await?;
            return Ok(Returned::Noted {
                to: went_to,
                action: report.action,
            });
        }
        Bounced::BeingSent => {
            change.roll_back().await?;
            return Err(ReturnedError::BeingSent);
        }
        Bounced::Never => {
            change.roll_back().await?;
            return Ok(Returned::Ignored(NEVER_LEFT));
        }
    }
    if undeliverable {
        let entered = Undeliverable {
            address: went_to.clone(),
            reply: report.reply.clone(),
            enhanced_code: report.enhanced_code.clone(),
        };
        change.enter_bouncing(notice.id, &entered, now).await?;
    }
    change.commit().await?;
    Ok(Returned::Bounced {
        to: went_to,
        undeliverable,
    })
}

/// The address the notice really went to: while mail was redirected, that was not its reader's.
/// `None` where nothing can have left.
fn went_to(content: Option<&[u8]>, notice: &NoticeEntry) -> Option<EmailAddress> {
    let Some(content) = content else {
        let has_left = matches!(notice.state, NoticeState::Sent | NoticeState::Bounced);
        return has_left.then(|| EmailAddress::parse(&notice.to).ok())?;
    };
    let message = MessageParser::default().parse_headers(content)?;
    let to = message.to().and_then(|to| to.first()?.address());
    EmailAddress::parse(to.unwrap_or(&notice.to)).ok()
}

/// Whether an address is or was that of somebody who is written to. What was redirected elsewhere and
/// came back says nothing of its reader: it is not open again, and would come back from there again.
fn was_a_readers(address: &EmailAddress, notice: &NoticeEntry, directory: &Directory) -> bool {
    let planned = EmailAddress::parse(&notice.to);
    planned.is_ok_and(|planned| same(&planned, address))
        || !concerned(address, directory).is_empty()
}

fn same(a: &EmailAddress, b: &EmailAddress) -> bool {
    a.lower_case() == b.lower_case()
}
