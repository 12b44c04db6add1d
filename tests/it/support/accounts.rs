//! The accounts: what the ledger and its notices say was sent, against the log of the relay, which
//! is the truth. Every story ends with them, and so does every loop that kills daemons.

use std::collections::{BTreeMap, BTreeSet};

use aide_memoire::domain::ledger::{NoticeEntry, NoticeFilter, OccurrenceFilter, Page};
use aide_memoire::domain::notice::{Item, NoticeState, OccurrenceState, SkipReason, Subject};
use aide_memoire::store::{Snapshot, Store};

use super::smtp::Taken;

/// Everything, on one page.
const ALL: Page = Page {
    offset: 0,
    limit: 1_000_000,
};

/// The accounts agree: what the ledger calls sent the relay took, each once (once more at most for
/// each time it was in doubt, and then the same bytes), the relay took nothing the ledger does not
/// know, and no occurrence is held, or was carried out, twice.
pub async fn reconcile(store: &Store, log: &[Taken]) {
    let snapshot = store.read().await.unwrap();
    let notices = snapshot.notices(&NoticeFilter::default(), ALL).await;
    let notices = notices.unwrap();
    let mut taken: BTreeMap<&str, Vec<&[u8]>> = BTreeMap::new();
    for message in log {
        let id = message.message_id.as_deref();
        let copies = taken.entry(id.expect("every message has an id"));
        copies.or_default().push(&message.content);
    }
    for notice in &notices {
        let copies = taken.remove(notice.message_id.as_str()).unwrap_or_default();
        let doubts = doubts(&snapshot, notice).await;
        weigh_copies(notice, &copies, doubts);
    }
    assert!(
        taken.is_empty(),
        "unexpected at the relay: {:?}",
        taken.keys()
    );
    assert_each_morning_once(&notices);
    assert_repeats_were_asked_for(&snapshot, &notices).await;
    weigh_ledger(&snapshot, &notices).await;
}

/// How often the outcome of a notice was in doubt: by what its attempts came to, and, where its
/// worker died before it could write one down, by what the rescue counted.
async fn doubts(snapshot: &Snapshot, notice: &NoticeEntry) -> usize {
    let attempts = snapshot.attempts(notice.id).await.unwrap();
    let told = attempts
        .iter()
        .filter(|a| a.outcome == NoticeState::InDoubt)
        .count();
    told.max(notice.doubts as usize)
}

fn weigh_copies(notice: &NoticeEntry, copies: &[&[u8]], doubts: usize) {
    match notice.state {
        NoticeState::Sent => assert!(!copies.is_empty(), "lost: {notice:?}"),
        // Only what the relay took can come back.
        NoticeState::Bounced => assert!(!copies.is_empty(), "never left: {notice:?}"),
        NoticeState::InData | NoticeState::InDoubt | NoticeState::Parked => {}
        state => assert!(
            copies.is_empty() || doubts > 0,
            "sent, but {state}: {notice:?}"
        ),
    }
    assert!(
        copies.len() <= 1 + doubts.min(1),
        "doubled: {} copies after {doubts} doubts: {notice:?}",
        copies.len()
    );
    assert!(
        copies.windows(2).all(|two| two[0] == two[1]),
        "not the same bytes: {notice:?}"
    );
}

/// A reminder is on one notice that was sent; on more only where somebody asked, as the audit says.
async fn assert_repeats_were_asked_for(snapshot: &Snapshot, notices: &[NoticeEntry]) {
    let (repeats, own): (Vec<_>, Vec<_>) = notices.iter().partition(|n| n.again_of.is_some());
    let mut told = BTreeSet::new();
    for notice in own.iter().filter(|n| n.state == NoticeState::Sent) {
        let live = notice.items.iter().filter(|item| item.dropped.is_none());
        for item in live.filter(|item| item.item.line.is_none()) {
            let (item, because) = (&item.item, &item.item.because);
            let said = format!(
                "{} {:?} {} {:?} {} to {}",
                item.commitment,
                item.milestone,
                item.rule,
                because.window,
                because.counted_from,
                notice.recipient
            );
            assert!(told.insert(said.clone()), "told twice: {said}");
        }
    }
    let audit = snapshot.audit_trail(ALL).await.unwrap();
    for repeat in repeats {
        let first = repeat.again_of.map(|first| first.to_string());
        let wish = audit
            .iter()
            .find(|line| line.act == "tell-again" && line.detail.contains(&repeat.id.to_string()));
        assert!(wish.is_some(), "nobody asked for {repeat:?}");
        assert!(
            notices.iter().any(|n| Some(n.id.to_string()) == first),
            "it repeats nothing: {repeat:?}"
        );
    }
}

fn assert_each_morning_once(notices: &[NoticeEntry]) {
    let mut mornings = BTreeSet::new();
    for notice in notices {
        let morning = (notice.recipient.to_string(), notice.date, notice.part);
        assert!(mornings.insert(morning), "two notices: {notice:?}");
    }
}

/// Each occurrence once; what is called sent was carried by a notice that was, and what waits is on
/// one that may still leave: else nobody would ever hear of it.
async fn weigh_ledger(snapshot: &Snapshot, notices: &[NoticeEntry]) {
    let sent = carried(notices.iter().filter(|n| n.state == NoticeState::Sent));
    let open = carried(notices.iter().filter(|n| n.settled_at.is_none()));
    let undeliverable = |reason| reason == Some(SkipReason::Undeliverable);
    let failed: BTreeSet<(String, String, String)> = notices
        .iter()
        .filter(|n| {
            use NoticeState::{Bounced, Cancelled, Rejected};
            matches!(n.state, Bounced | Cancelled | Rejected)
        })
        .flat_map(|n| n.items.iter().map(move |i| key_of(n, &i.item)))
        .collect();
    let everything = OccurrenceFilter::default();
    let mut known = BTreeSet::new();
    for occurrence in snapshot.occurrences(&everything, ALL).await.unwrap() {
        let (rule, recipient) = (
            occurrence.rule.to_string(),
            occurrence.recipient.to_string(),
        );
        let subject = format!("{:?}", occurrence.subject);
        let key = (
            subject,
            rule.clone(),
            occurrence.basis.clone(),
            recipient.clone(),
        );
        assert!(known.insert(key), "recorded twice: {occurrence:?}");
        let (Subject::Commitment(reference) | Subject::Milestone(reference, _)) =
            &occurrence.subject
        else {
            continue;
        };
        let key = (reference.to_string(), rule, recipient);
        match occurrence.state {
            OccurrenceState::Sent => assert!(
                sent.contains(&key),
                "called sent, and on no notice that was: {occurrence:?}"
            ),
            OccurrenceState::Waiting => assert!(
                open.contains(&key),
                "waiting, and on no notice that will leave: {occurrence:?}"
            ),
            // Open for whoever hears instead: only where it truly did not reach its reader.
            OccurrenceState::Cancelled if undeliverable(occurrence.reason) => assert!(
                failed.contains(&key),
                "undeliverable, and on no notice that came to nothing: {occurrence:?}"
            ),
            _ if undeliverable(occurrence.reason) => panic!("not cancelled: {occurrence:?}"),
            _ => {}
        }
    }
}

/// Commitment, rule and recipient of what these notices carry.
fn carried<'a>(
    notices: impl Iterator<Item = &'a NoticeEntry>,
) -> BTreeSet<(String, String, String)> {
    let mut carried = BTreeSet::new();
    for notice in notices {
        let live = notice.items.iter().filter(|item| item.dropped.is_none());
        carried.extend(live.map(|item| key_of(notice, &item.item)));
    }
    carried
}

fn key_of(notice: &NoticeEntry, item: &Item) -> (String, String, String) {
    (
        item.commitment.to_string(),
        item.rule.to_string(),
        notice.recipient.to_string(),
    )
}
