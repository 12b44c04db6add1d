//! `compose`: the one notice of a reader's morning, from all that is due.

use chrono::NaiveDate;

use super::occurrence::Occurrence;
use crate::domain::ids::ReaderId;
use crate::domain::notice::{Item, Notice, NoticeKind};
use crate::domain::rule::Rule;

/// Puts everything that leaves for a reader on one morning into one notice: reminders first, the
/// most pressing at the top, then the lines of a brief, then those of a digest.
pub fn compose(recipient: &ReaderId, date: NaiveDate, due: &[Occurrence]) -> Notice {
    let items: Vec<Item> = due.iter().flat_map(|o| o.items.iter().cloned()).collect();
    arrange(recipient.clone(), date, items)
}

/// The notice that holds these items, in their order.
pub fn arrange(recipient: ReaderId, date: NaiveDate, mut items: Vec<Item>) -> Notice {
    // A stable sort: a brief and a digest keep the order of their own lines.
    items.sort_by(|a, b| match (a.line, b.line) {
        (None, None) => (
            a.rule.precedence(),
            a.because.window,
            &a.commitment,
            &a.milestone,
        )
            .cmp(&(
                b.rule.precedence(),
                b.because.window,
                &b.commitment,
                &b.milestone,
            )),
        _ => rank(a).cmp(&rank(b)),
    });
    let kind = NoticeKind::of(items.iter().map(|item| item.rule));
    Notice {
        recipient,
        date,
        kind,
        items,
    }
}

fn rank(item: &Item) -> u8 {
    match item.rule {
        Rule::Brief => 1,
        Rule::Digest => 2,
        _ => 0,
    }
}
