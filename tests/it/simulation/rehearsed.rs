//! In calm weather what was sent is compared with what `rehearse` says of the same days.

use aide_memoire::clock::Clock;
use aide_memoire::domain::notice::NoticeState;
use aide_memoire::planner::rehearse::rehearse;
use chrono::{DateTime, TimeDelta, Utc};

use super::accounts::everything;
use super::history::History;

/// In calm weather exactly what is rehearsed is sent, notice by notice.
pub async fn compare(history: &History) -> Vec<String> {
    let now = history.clocks.business_now();
    let live_on = {
        let snapshot = history.clerk.read().await.unwrap();
        snapshot.installation().await.unwrap().live_on
    };
    // It knows what ends in these days, and to whom it passes.
    let book = history.witness.first_book();
    let first = history.start.date_naive();
    let rehearsed = rehearse(book, first, now.date_naive(), live_on);
    // What the first activation finds overdue is no part of a rehearsal, which takes it as said.
    let from = history.start + TimeDelta::days(8);
    let mut planned: Vec<String> = rehearsed
        .notices
        .iter()
        .filter(|n| n.at > from && n.at <= now)
        .map(|n| {
            let items = n.notice.items.iter();
            let items: Vec<_> = items
                .map(|i| format!("{} {:?} {}", i.commitment, i.milestone, i.rule))
                .collect();
            line(n.at, n.notice.recipient.as_str(), &n.notice.kind, items)
        })
        .collect();
    let (_, notices) = everything(history).await;
    let mut sent: Vec<String> = notices
        .iter()
        .filter(|n| n.due_at > from && n.state == NoticeState::Sent)
        .map(|n| {
            let live = n.items.iter().filter(|i| i.dropped.is_none());
            let items: Vec<_> = live
                .map(|i| {
                    let i = &i.item;
                    format!("{} {:?} {}", i.commitment, i.milestone, i.rule)
                })
                .collect();
            line(n.due_at, n.recipient.as_str(), &n.kind, items)
        })
        .collect();
    planned.sort();
    sent.sort();
    let missing = planned.iter().filter(|p| !sent.contains(p));
    let more = sent.iter().filter(|s| !planned.contains(s));
    missing
        .map(|m| format!("lost: rehearsed, and not sent: {m}"))
        .chain(more.map(|m| format!("unexpected: not rehearsed: {m}")))
        .collect()
}

fn line(
    at: DateTime<Utc>,
    recipient: &str,
    kind: &impl std::fmt::Display,
    mut items: Vec<String>,
) -> String {
    items.sort();
    format!("{at} {recipient} {kind}: {}", items.join("; "))
}
