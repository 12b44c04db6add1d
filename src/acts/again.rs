//! Tell me again: a notice is sent once more because a reader or whoever runs the installation asked,
//! on the record. What no longer stands is not said again, and who may not read it any more does not
//! get it; both are asked here, so that whoever asked is told, and again when it is sent.
//!
//! It does not break "nothing twice": the repeat is a notice of its own, names the one it repeats, and
//! of a double click one comes.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{ActError, Actor, another_try};
use crate::domain::access::Viewer;
use crate::domain::directory::Directory;
use crate::domain::ledger::NoticeEntry;
use crate::domain::notice::NoticeState;
use crate::planner::courtesy::no_longer_holds;
use crate::store::{Change, Morning, Repeated, Store};

/// What was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Again {
    /// The new notice.
    pub notice: Uuid,
    /// False where one that repeats the same was waiting already.
    pub is_new: bool,
}

/// Whether somebody may have a notice sent again: its reader, whoever is of the desk it went to, and
/// whoever runs the installation.
pub fn may_ask(
    viewer: &Viewer,
    administrator: bool,
    notice: &NoticeEntry,
    directory: &Directory,
) -> bool {
    let reader = notice.recipient.as_str();
    administrator
        || match viewer {
            Viewer::Operator => true,
            Viewer::Guest(_) | Viewer::Stranger => false,
            Viewer::Desk(desk) => desk.as_str() == reader,
            Viewer::Person(person) => {
                let desk = directory.desks.get(reader);
                person.as_str() == reader || desk.is_some_and(|desk| desk.names(person))
            }
        }
}

/// Whether a notice is one that can be sent again: it left, or nobody knows whether it did.
pub fn can_be_repeated(notice: &NoticeEntry) -> bool {
    use NoticeState::{Bounced, Parked, Rejected, Sent};
    matches!(notice.state, Sent | Parked | Bounced | Rejected)
}

/// Has a notice sent once more. `id` becomes that of the new one.
pub async fn tell_again(
    store: &Store,
    notice: Uuid,
    actor: &Actor,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Again, ActError> {
    let mut n = 0;
    loop {
        match try_to_tell(store, notice, actor, id, now).await {
            Err(ActError::Store(error)) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

async fn try_to_tell(
    store: &Store,
    notice: Uuid,
    actor: &Actor,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Again, ActError> {
    let mut change = store.change().await?;
    let asked = change.notice(notice).await?;
    let first = asked.ok_or_else(|| refused("there is no such notice"))?;
    if !can_be_repeated(&first) {
        return Err(refused(not_yet(first.state)));
    }
    let repeated = repeat(&mut change, &first, id, now).await?;
    let (notice, is_new) = match repeated {
        Repeated::Waits(notice) => (notice, true),
        Repeated::Before(notice) => (notice, false),
        Repeated::Nothing => return Err(refused(NOTHING_STANDS)),
    };
    if !is_new {
        change.roll_back().await?;
        return Ok(Again { notice, is_new });
    }
    let detail = format!("sent once more, as {notice}");
    let subject = first.id.to_string();
    change
        .audit(now, actor.as_str(), "tell-again", &subject, &detail)
        .await?;
    change.commit().await?;
    Ok(Again { notice, is_new })
}

async fn repeat(
    change: &mut Change,
    first: &NoticeEntry,
    id: Uuid,
    now: DateTime<Utc>,
) -> Result<Repeated, ActError> {
    let carried = first.items.iter().filter(|i| i.dropped.is_none());
    let mut spoken_of: Vec<_> = carried.map(|i| i.item.commitment.clone()).collect();
    spoken_of.sort_unstable();
    spoken_of.dedup();
    let book = change.book_of(&spoken_of).await?;
    let directory = &book.directory;
    let to = directory.email_of(&first.recipient);
    let to = to.ok_or_else(|| refused("its reader has no address on record any more"))?;
    if directory.bouncing.contains(&to.lower_case()) {
        return Err(refused(
            "mail does not reach its reader's address; whoever hears instead was told. \
             Once the address is in order, `bounces clear` says so",
        ));
    }
    let zone = directory.hours(&first.recipient).zone;
    let date = now.with_timezone(&zone).date_naive();
    let (_, host) = first.message_id.split_once('@').unwrap_or_default();
    let morning = Morning {
        recipient: &first.recipient,
        to: to.as_str(),
        date,
        due_at: now,
        id,
        host: host.trim_end_matches('>'),
    };
    let of = first.again_of.unwrap_or(first.id);
    let repeated = change.repeat(of, &morning, |item| {
        let commitment = book.commitment(item.commitment.as_str());
        no_longer_holds(item, &first.recipient, commitment, directory, date).is_none()
    });
    Ok(repeated.await?)
}

const NOTHING_STANDS: &str = "nothing of it still stands: it was answered, its date has changed, or \
                              its reader may not read it any more";

fn not_yet(state: NoticeState) -> &'static str {
    match state {
        NoticeState::Cancelled | NoticeState::Expired => {
            "it never left: nothing of it was left to say"
        }
        _ => "it has not left yet; it is still on its way by itself",
    }
}

fn refused(why: &str) -> ActError {
    ActError::Refused(why.to_owned())
}
