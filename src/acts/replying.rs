//! A reply by mail becomes a draft of the desk, for somebody of the desk to look at and send: mail proves
//! too little to be a report by itself.
//!
//! Whom it is for, its address says: it carries a secret of the notice. Who is believed: the notice's
//! reader, or somebody of the desk it went to, where the receiving server vouches for the sender. A
//! program's mail, a loop, the same message twice, and whatever cannot be believed are dropped, and nobody
//! is written to because of them. Of a believed one that cannot be kept the mail server is told why, and
//! says so to whoever wrote.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::answering::locked_out;
use super::working::put_in;
use super::{Actor, another_try};
use crate::config::ReplyTrust;
use crate::delivery::inbound::reply::Reply;
use crate::delivery::inbound::{self};
use crate::delivery::signed::notice_of_reply_address;
use crate::domain::commitment::{Commitment, Confidentiality};
use crate::domain::desk::EmailAddress;
use crate::domain::directory::Directory;
use crate::domain::ids::{CommitmentRef, DeskId, PersonId};
use crate::domain::ledger::NoticeEntry;
use crate::domain::moving::Entered;
use crate::domain::progress::Reported;
use crate::domain::reporting::{MOST_TEXT, Report, draft_of, drafted};
use crate::domain::schedule::desk_today;
use crate::planner::courtesy::reader_may_read;
use crate::planner::office::desk_answered_for;
use crate::store::{Change, NewReply, Store, StoreError};
use crate::wording;

/// Whose replies are taken.
#[derive(Debug, Clone)]
pub struct Trust {
    pub by: ReplyTrust,
    /// The server whose findings are believed.
    pub server: String,
    /// Our own address: what comes from it went round in a circle.
    pub own: EmailAddress,
}

/// What was made of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Replied {
    /// It waits as a draft on these.
    Drafted(Vec<CommitmentRef>),
    /// It was taken before.
    Known,
    /// Dropped, and why.
    Ignored(&'static str),
    /// It is believed, and cannot be kept; a sentence for whoever wrote.
    Refused(String),
    /// It came to no address for replies.
    NoReply,
}

/// Takes one message. `to` is the recipient of its envelope, where the mail server says it.
pub async fn take(
    store: &Store,
    raw: &[u8],
    to: Option<&str>,
    trust: &Trust,
    now: DateTime<Utc>,
) -> Result<Replied, StoreError> {
    let key = store.signing_key().await?;
    let delivered_to = inbound::recipients(raw);
    let mut recipients = to
        .into_iter()
        .chain(delivered_to.iter().map(String::as_str));
    let named = recipients.find_map(|address| notice_of_reply_address(&key, address));
    let Some(notice) = named else {
        return Ok(Replied::NoReply);
    };
    let Some(reply) = Reply::read(raw) else {
        return Ok(Replied::Ignored("it cannot be read"));
    };
    let mut n = 0;
    loop {
        match try_to_take(store, notice, &reply, trust, now).await {
            Err(error) if another_try(n, &error).await.is_some() => n += 1,
            done => return done,
        }
    }
}

/// 1. A program's, a loop, or one that is known: dropped.
/// 2. Whoever wrote is who they say, and may write for the desk: else dropped.
/// 3. What it says is sorted by what it is about, and kept as drafts, all of it in one transaction.
async fn try_to_take(
    store: &Store,
    notice: uuid::Uuid,
    reply: &Reply,
    trust: &Trust,
    now: DateTime<Utc>,
) -> Result<Replied, StoreError> {
    if let Some(why) = reply.automatic {
        return Ok(Replied::Ignored(why));
    }
    let mut change = store.edit().await?;
    let Some(notice) = change.notice(notice).await? else {
        return Ok(Replied::Ignored("the notice it replies to is gone"));
    };
    let is_ours = change.notice_of_message_id(&reply.message_id).await?;
    if is_ours.is_some()
        || reply
            .from
            .as_ref()
            .is_some_and(|from| same(from, &trust.own))
    {
        return Ok(Replied::Ignored(
            "it is a message of ours, come round in a circle",
        ));
    }
    if change.knows_reply(&reply.message_id).await? {
        return Ok(Replied::Known);
    }
    let directory = change.directory().await?;
    let locked_out = locked_out(&change).await?;
    let writer = writer_of(reply, &notice, &directory);
    let writer = writer.filter(|it| it.as_ref().is_none_or(|id| !locked_out.contains(id)));
    let Some(writer) = writer else {
        return Ok(Replied::Ignored("whoever wrote it is not expected to"));
    };
    if let Some(why) = not_believed(reply, trust) {
        return Ok(Replied::Ignored(why));
    }
    let open = answerable(&change, &notice, &writer, &directory).await?;
    let sorted = match sort(&reply.words, &open) {
        Ok(sorted) => sorted,
        Err(why) => return Ok(refused(reply, why)),
    };
    let mut pairs = Vec::new();
    for (commitment, words) in sorted {
        let new = NewReply {
            message_id: &reply.message_id,
            notice: notice.id,
            commitment: &commitment.reference,
            desk: &commitment.lead,
            person: writer.as_ref(),
            attachments: reply.attachments,
        };
        if !change.enter_reply(new, now).await? {
            return Ok(Replied::Known);
        }
        match with_draft(commitment, &words, reply, writer.as_ref(), &directory, now) {
            Ok(after) => pairs.push((Some(Arc::clone(commitment)), Arc::new(after))),
            Err(why) => return Ok(refused(reply, why)),
        }
    }
    let actor = Actor::Link(format!("{}, by a reply to a mail", notice.recipient));
    put_in(&mut change, &directory, &pairs, actor.as_str(), now).await?;
    let mut drafted = Vec::new();
    for (_, after) in &pairs {
        let subject = after.reference.as_str();
        let detail = "a draft came by mail";
        change
            .audit(now, actor.as_str(), "reply", subject, detail)
            .await?;
        drafted.push(after.reference.clone());
    }
    change.commit().await?;
    Ok(Replied::Drafted(drafted))
}

/// A sentence goes back only to the address that wrote: an envelope may name anybody.
fn refused(reply: &Reply, why: String) -> Replied {
    if reply.envelope_agrees() {
        Replied::Refused(why)
    } else {
        Replied::Ignored("it cannot be kept, and its envelope is not of whoever wrote it")
    }
}

/// Who wrote, of those who are expected to: `Some(None)` is the mailbox itself, a person is whoever of the
/// desk has that address.
fn writer_of(
    reply: &Reply,
    notice: &NoticeEntry,
    directory: &Directory,
) -> Option<Option<PersonId>> {
    let from = reply.from.as_ref()?;
    let is_of = |person: &&PersonId| {
        let known = directory.people.get(*person);
        let email = known.and_then(|it| it.email.as_ref());
        email.is_some_and(|email| same(email, from))
    };
    let reader = &notice.recipient;
    if let Some(person) = directory.people.get(reader.as_str()) {
        return Some(&person.id).filter(is_of).cloned().map(Some);
    }
    let desk = directory.desks.get(reader.as_str())?;
    let mut people = desk
        .officers
        .iter()
        .chain(&desk.head)
        .chain(&desk.som_leader);
    match people.find(is_of) {
        Some(person) => Some(Some(person.clone())),
        None => desk
            .email
            .as_ref()
            .filter(|it| same(it, from))
            .map(|_| None),
    }
}

fn same(a: &EmailAddress, b: &EmailAddress) -> bool {
    a.lower_case() == b.lower_case()
}

/// Why a sender is not believed, if so.
fn not_believed(reply: &Reply, trust: &Trust) -> Option<&'static str> {
    match trust.by {
        ReplyTrust::Off => Some("replies by mail are not taken (mail.reply_trust)"),
        ReplyTrust::Dmarc => (!reply.dmarc_passed(&trust.server))
            .then_some("the receiving server does not say that DMARC passed for its sender"),
        ReplyTrust::Internal => {
            let from = reply.from.as_ref().map(EmailAddress::domain);
            let ours = from.is_some_and(|it| it.eq_ignore_ascii_case(trust.own.domain()));
            (!ours).then_some("its sender is not of our own domain (mail.reply_trust)")
        }
    }
}

/// What of a notice its reader, or whoever of the desk wrote, may report on: in the order of the notice.
async fn answerable(
    change: &Change,
    notice: &NoticeEntry,
    writer: &Option<PersonId>,
    directory: &Directory,
) -> Result<Vec<Arc<Commitment>>, StoreError> {
    let items = notice.items.iter().filter(|item| item.dropped.is_none());
    let mut references: Vec<CommitmentRef> = Vec::new();
    for carried in items.clone() {
        if !references.contains(&carried.item.commitment) {
            references.push(carried.item.commitment.clone());
        }
    }
    let known = change.commitments(&references).await?;
    let reports_on = |commitment: &Arc<Commitment>| {
        let mut carried = items
            .clone()
            .filter(|it| it.item.commitment == commitment.reference);
        let answers = carried.any(|it| {
            let place = it.item.because.in_place_of.as_ref();
            let desk = desk_answered_for(&notice.recipient, place, commitment, directory);
            desk == Some(&commitment.lead)
        });
        let lead: Option<&_> = directory.desks.get(&commitment.lead);
        let of_lead = |person: &PersonId| lead.is_some_and(|desk| desk.names(person));
        let may = answers || writer.as_ref().is_some_and(of_lead);
        let reads = |id: &DeskId| reader_may_read(&id.into(), commitment, directory);
        may && commitment.is_open()
            && reader_may_read(&notice.recipient, commitment, directory)
            && reads(&commitment.lead)
    };
    let open = references.iter().filter_map(|it| known.get(it));
    Ok(open.filter(|it| reports_on(it)).cloned().collect())
}

/// Which words are about which commitment. With one it is that one; with several a line that begins with a
/// reference begins what is said of it, and a text that names one of them is about that one.
fn sort<'a>(
    words: &str,
    open: &'a [Arc<Commitment>],
) -> Result<Vec<(&'a Arc<Commitment>, String)>, String> {
    if words.trim().is_empty() {
        return Err("The reply holds no words of its own, so nothing was kept.".to_owned());
    }
    match open {
        [] => {
            return Err("Nothing in the mail you replied to is still open for you to answer, so nothing was kept.".to_owned());
        }
        [only] => return Ok(vec![(only, words.trim().to_owned())]),
        _ => {}
    }
    let mut sorted: Vec<(&Arc<Commitment>, String)> = Vec::new();
    for line in words.lines() {
        let begun = open
            .iter()
            .find_map(|it| Some((it, after_reference(line, it)?)));
        match (begun, sorted.last_mut()) {
            (Some((commitment, rest)), _) => sorted.push((commitment, rest.to_owned())),
            (None, Some((_, text))) => {
                text.push('\n');
                text.push_str(line);
            }
            // A greeting before the first reference is about none.
            (None, None) => {}
        }
    }
    let named: Vec<&Arc<Commitment>> = open
        .iter()
        .filter(|it| contains(words, it.reference.as_str()))
        .collect();
    if sorted.is_empty() {
        return match named.as_slice() {
            [only] => Ok(vec![(only, words.trim().to_owned())]),
            _ => Err(several(open)),
        };
    }
    // Of one commitment twice both are said.
    let mut merged: Vec<(&Arc<Commitment>, String)> = Vec::new();
    for (commitment, text) in sorted {
        match merged
            .iter_mut()
            .find(|(it, _)| it.reference == commitment.reference)
        {
            Some((_, before)) => *before = format!("{before}\n{text}"),
            None => merged.push((commitment, text)),
        }
    }
    for (_, text) in &mut merged {
        *text = text.trim().to_owned();
    }
    merged.retain(|(_, text)| !text.is_empty());
    match merged.is_empty() {
        true => Err(several(open)),
        false => Ok(merged),
    }
}

fn several(open: &[Arc<Commitment>]) -> String {
    let names: Vec<&str> = open
        .iter()
        .take(12)
        .map(|it| it.reference.as_str())
        .collect();
    format!(
        "The mail you replied to is about several commitments, so nothing was kept. Begin a line with the reference of each you answer, like `{}: on track`. They are: {}.",
        names[0],
        names.join(", ")
    )
}

/// What follows a reference with which a line begins.
fn after_reference<'l>(line: &'l str, commitment: &Commitment) -> Option<&'l str> {
    let reference = commitment.reference.as_str();
    let line = line.trim_start().trim_start_matches(['*', '-', '•', ' ']);
    let begins = line.get(..reference.len())?.eq_ignore_ascii_case(reference);
    let rest = line.get(reference.len()..)?;
    let ends = rest.is_empty() || rest.starts_with([':', ' ', '.', ',', '-', '–', '：']);
    (begins && ends).then(|| rest.trim_start_matches([':', ' ', '.', ',', '-', '–', '：']))
}

/// Whether a text names a reference, as a word of its own.
fn contains(text: &str, reference: &str) -> bool {
    let words = text.split(|c: char| !(c.is_alphanumeric() || "-_.".contains(c)));
    words
        .map(|word| word.trim_matches(['.', '-']))
        .any(|word| word.eq_ignore_ascii_case(reference))
}

/// The commitment with the words on its desk's draft: on a new one, or under what a draft says already.
fn with_draft(
    commitment: &Commitment,
    words: &str,
    reply: &Reply,
    writer: Option<&PersonId>,
    directory: &Directory,
    now: DateTime<Utc>,
) -> Result<Commitment, String> {
    let by = (&commitment.lead).into();
    let today = desk_today(commitment, directory, now);
    let mut report = match draft_of(commitment, &by) {
        Some(draft) => Report::of_draft(draft),
        None => begun(commitment, today),
    };
    let name = writer
        .and_then(|id| directory.people.get(id))
        .map(|it| it.name.clone());
    if report.given.is_none() {
        report.given = name;
    }
    let mut text = match &report.text {
        Some(before) => format!("{before}\n\n{words}"),
        None => words.to_owned(),
    };
    if reply.attachments > 0 {
        let files = wording::count(reply.attachments, "attachment");
        text.push_str(&format!(
            "\n\n[{files} came with this mail and could not be taken; put what is evidence beside the commitment.]"
        ));
    }
    if text.chars().count() > MOST_TEXT {
        return Err(format!(
            "The draft on {} would become too long, so nothing was kept. Send the draft that waits there first, or write less.",
            commitment.reference
        ));
    }
    report.text = Some(text);
    let entered = Entered { on: today, at: now };
    let drafted = drafted(commitment, &report, &by, entered);
    drafted.map_err(|complaints| {
        let words = complaints.into_iter().map(|complaint| complaint.words);
        words.collect::<Vec<_>>().join(" ")
    })
}

/// A draft says nothing of the status yet: it begins where the last report left it.
fn begun(commitment: &Commitment, today: chrono::NaiveDate) -> Report {
    let latest = commitment.latest_update(today).filter(|u| u.stands());
    let reported = latest.map_or(Reported::Ongoing, |u| u.reported);
    Report {
        confidence: latest.and_then(|u| u.confidence),
        confidentiality: match commitment.is_restricted() {
            true => Confidentiality::Restricted,
            false => Confidentiality::Internal,
        },
        ..Report::of(reported)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open() -> Vec<Arc<Commitment>> {
        let book = crate::record::first_record();
        let of = |reference: &str| Arc::clone(&book.commitments[reference]);
        vec![of("PREP-01"), of("PREP-03")]
    }

    fn sorted(words: &str) -> Vec<(String, String)> {
        let open = open();
        let sorted = sort(words, &open).unwrap();
        sorted
            .into_iter()
            .map(|(it, text)| (it.reference.to_string(), text))
            .collect()
    }

    fn pair(reference: &str, text: &str) -> (String, String) {
        (reference.to_owned(), text.to_owned())
    }

    #[test]
    fn words_go_to_what_they_name() {
        assert_eq!(
            sorted(
                "Dear colleagues,\nPREP-01: on track.\nThe text is out.\n- prep-03 – we wait.\nPREP-01: really."
            ),
            [
                pair("PREP-01", "on track.\nThe text is out.\nreally."),
                pair("PREP-03", "we wait.")
            ]
        );
        assert_eq!(
            sorted("About PREP-03, we wait."),
            [pair("PREP-03", "About PREP-03, we wait.")]
        );
        let all = open();
        for unsorted in [
            "On track.",
            "Both PREP-01 and PREP-03.",
            "PREP-010: x",
            "PREP-01:",
        ] {
            let why = sort(unsorted, &all).unwrap_err();
            assert!(why.contains("PREP-01, PREP-03"), "{unsorted}: {why}");
        }
        assert!(sort("x", &[]).unwrap_err().contains("still open"));
        assert!(sort(" \n", &all[..1]).unwrap_err().contains("no words"));
        assert_eq!(sort("On track.", &all[..1]).unwrap()[0].1, "On track.");
    }
}
