//! What a message says, compared with the record while it was on its way: by the clerks' own reading,
//! not by the planner's.

use std::collections::BTreeSet;
use std::sync::Arc;

use aide_memoire::domain::book::Book;
use aide_memoire::domain::commitment::Commitment;
use aide_memoire::domain::deadline::Window;
use aide_memoire::domain::ledger::NoticeEntry;
use aide_memoire::domain::notice::Item;

use crate::support::smtp::Taken;

/// What is wrong with a message. `pages` are the states of the record from when its notice was claimed
/// to when its bytes became final, `ever` all that were.
pub fn objections(
    notice: &NoticeEntry,
    message: &Taken,
    pages: &[Arc<Book>],
    ever: &[Arc<Book>],
) -> Vec<String> {
    let id = &notice.message_id;
    let reader = notice.recipient.as_str();
    let mut found = Vec::new();
    let wanted = |book: &Arc<Book>| {
        let known = book.directory.reader(&notice.recipient);
        known.is_some_and(|r| r.habits.calendar_part)
    };
    if has_calendar(message) && !pages.iter().any(wanted) {
        found.push(format!(
            "unexpected: {id} brings {reader} a calendar part they do not want"
        ));
    }
    for item in notice.items.iter().filter(|i| i.dropped.is_none()) {
        let item = &item.item;
        if item.rule.has_window() && !pages.iter().any(|book| is_meant(item, book)) {
            found.push(format!(
                "unexpected: {id} says {} of {}, whose deadline is another: {:?}",
                item.rule, item.commitment, item.because.window
            ));
        }
        let is_line = item.line.is_some() || item.meeting.is_some();
        if !is_line
            && !pages
                .iter()
                .any(|book| is_a_desk_of_it(reader, item, book, ever))
        {
            found.push(format!(
                "unexpected: {id} says {} of {} to {reader}, a desk that has left it",
                item.rule, item.commitment
            ));
        }
    }
    found
}

/// Whether a message has a part for the reader's calendar.
pub fn has_calendar(message: &Taken) -> bool {
    let mut places = message.content.windows(13);
    places.any(|bytes| bytes.eq_ignore_ascii_case(b"text/calendar"))
}

/// Whether the deadline an item speaks of still means that window, in a state of the record.
fn is_meant(item: &Item, book: &Book) -> bool {
    let Some(commitment) = book.commitment(item.commitment.as_str()) else {
        return false;
    };
    let window = window_of(commitment, item.milestone.as_deref(), book);
    commitment.is_open() && window == item.because.window
}

fn window_of(commitment: &Commitment, milestone: Option<&str>, book: &Book) -> Option<Window> {
    let deadline = match milestone {
        None => commitment.deadline.as_ref()?,
        Some(title) => {
            let mut steps = commitment.milestones.iter();
            let step = steps.find(|m| m.title == title && m.done.is_none())?;
            step.deadline.as_ref()?
        }
    };
    let dated = book.directory.resolve(commitment, deadline);
    dated.map(|d| d.window)
}

/// Whether a reader that is a desk is one of the commitment's, or one by which one of them was ever
/// reached. Of people nothing is said here.
fn is_a_desk_of_it(reader: &str, item: &Item, book: &Book, ever: &[Arc<Book>]) -> bool {
    if !book.directory.desks.contains_key(reader) {
        return true;
    }
    let Some(commitment) = book.commitment(item.commitment.as_str()) else {
        return false;
    };
    let mut desks: BTreeSet<&str> = commitment.desks().map(|d| d.as_str()).collect();
    loop {
        let known = desks.len();
        let through: Vec<&str> = ever
            .iter()
            .flat_map(|page| page.directory.desks.values())
            .filter(|d| desks.contains(d.id.as_str()))
            .filter_map(|d| Some(d.through.as_ref()?.as_str()))
            .collect();
        desks.extend(through);
        if desks.len() == known {
            return desks.contains(reader);
        }
    }
}
