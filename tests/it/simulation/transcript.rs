//! What a world came to, as text: two runs of one seed are compared by it.

use std::fmt::Write;

use aide_memoire::domain::ledger::OccurrenceEntry;

use super::accounts::everything;
use super::history::History;

/// The ledger, the notices and the log as text, for comparing two runs of one seed.
pub async fn of(history: &History) -> String {
    let (occurrences, notices) = everything(history).await;
    let mut text = String::from("ledger\n");
    let mut lines: Vec<String> = occurrences
        .iter()
        .map(|o| {
            let OccurrenceEntry { id: _, .. } = o;
            format!(
                "{:?} {} {} {} {} {} {:?} {}",
                o.subject, o.rule, o.basis, o.recipient, o.slot, o.state, o.reason, o.recorded_at
            )
        })
        .collect();
    lines.sort();
    for line in lines {
        writeln!(text, "{line}").unwrap();
    }
    for notice in notices {
        writeln!(text, "{notice:?}").unwrap();
        let snapshot = history.clerk.read().await.unwrap();
        for attempt in snapshot.attempts(notice.id).await.unwrap() {
            writeln!(
                text,
                "  {} {} {} {} {}",
                attempt.n, attempt.at, attempt.phase, attempt.outcome, attempt.reply
            )
            .unwrap();
        }
    }
    for message in history.relay.log() {
        let content = String::from_utf8_lossy(&message.content).into_owned();
        writeln!(text, "{:?} {content}", message.to).unwrap();
    }
    text
}
