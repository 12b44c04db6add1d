//! Expiry: what could not be sent in time gives way to its own next step. Asked when a notice is
//! claimed on a later day than its own, so that a relay that was away for weeks is not followed by
//! every mail it missed. DELIVERY, "States of one notice".
//!
//! The next step is in the ledger already, or will be at the next planning: nothing is lost by it.

use chrono::{DateTime, NaiveTime, Utc};

use super::commitment::candidates;
use super::courtesy::reason_for_silence;
use super::digest::next_digest;
use super::occurrence::Moment;
use crate::domain::calendar::{plus, slot_instant};
use crate::domain::commitment::Commitment;
use crate::domain::directory::Directory;
use crate::domain::ids::ReaderId;
use crate::domain::notice::{Because, Item, Subject};
use crate::domain::rule::Rule;

/// Whether an item that still holds has been overtaken by now.
///
/// - A reminder, by a more pressing rule of the same ladder whose slot has come.
/// - A digest, by its reader's next digest day.
/// - A brief, by the first day of its meeting.
pub fn has_expired(
    item: &Item,
    recipient: &ReaderId,
    commitment: &Commitment,
    directory: &Directory,
    now: DateTime<Utc>,
) -> bool {
    let zone = directory.hours(recipient).zone;
    match item.rule {
        Rule::Brief => {
            let meeting = item.meeting.as_ref();
            let dated = meeting.and_then(|id| directory.meeting_dated(id));
            let today = now.with_timezone(&zone).date_naive();
            dated.is_some_and(|d| d.window.first <= today)
        }
        Rule::Digest => {
            let day_after = slot_instant(zone, plus(item.because.date, 1), NaiveTime::MIN);
            next_digest(recipient, directory, day_after) <= now
        }
        _ => is_overtaken(item, recipient, commitment, directory, now),
    }
}

/// Whether a more pressing rule of the same ladder is there for the same reader, and has nothing to
/// keep it silent.
fn is_overtaken(
    item: &Item,
    recipient: &ReaderId,
    commitment: &Commitment,
    directory: &Directory,
    now: DateTime<Utc>,
) -> bool {
    let reference = commitment.reference.clone();
    let subject = match &item.milestone {
        None => Subject::Commitment(reference),
        Some(title) => Subject::Milestone(reference, title.clone()),
    };
    let moment = Moment { now, live_on: None };
    candidates(commitment, directory, now).iter().any(|next| {
        let occurrence = &next.occurrence;
        occurrence.subject == subject
            && occurrence.recipient == *recipient
            && occurrence.slot <= now
            && is_next_step(item, occurrence.rule, &occurrence.because)
            && reason_for_silence(next, commitment, directory, moment).is_none()
    })
}

/// Whether a rule comes after an item's own on its ladder: more pressing, and about the same window or
/// a newer one; without a window, the same rule counted from the same day.
fn is_next_step(item: &Item, rule: Rule, because: &Because) -> bool {
    if rule.precedence() >= item.rule.precedence() {
        return false;
    }
    if item.rule.has_window() {
        return rule.has_window() && because.window >= item.because.window;
    }
    rule.precedence().0 == item.rule.precedence().0
        && because.counted_from == item.because.counted_from
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::book::Book;
    use crate::planner::rehearse::rehearse;
    use crate::planner::tests::records::{HOUSE, PEOPLE, book, changed, day, deliverable};

    /// The item that a rehearsal of the book puts on a notice.
    fn item(book: &Book, rule: &str, recipient: &str) -> Item {
        let rule = Rule::parse(rule).unwrap();
        let rehearsal = rehearse(book, day("2025-05-01"), day("2025-12-31"), None);
        let notices = rehearsal.notices.into_iter();
        let of_reader = notices.filter(|n| n.notice.recipient.as_str() == recipient);
        let mut items = of_reader.flat_map(|n| n.notice.items);
        items.find(|i| i.rule == rule).expect("it is rehearsed")
    }

    /// The first minute at which it has expired, of those that are given.
    fn expires(book: &Book, rule: &str, recipient: &str, instants: &[&str]) -> Option<String> {
        let item = item(book, rule, recipient);
        let commitment = book.commitment(item.commitment.as_str()).unwrap();
        let recipient = ReaderId::parse(recipient).unwrap();
        let at = |text: &str| format!("2025-{text}:00Z").parse().unwrap();
        instants
            .iter()
            .find(|now| has_expired(&item, &recipient, commitment, &book.directory, at(now)))
            .map(|text| (*text).to_owned())
    }

    /// Friday, 20 June: 08:00 in Phnom Penh is 01:00 UTC.
    fn one_deadline(lines: &str) -> Book {
        let commitment = deliverable("C-1", &format!("deadline = \"20 June 2025\"\n{lines}"));
        book(&[HOUSE, PEOPLE, &commitment])
    }

    #[test]
    fn each_step_of_the_ladder_gives_way_when_the_next_one_comes() {
        let book = one_deadline("");
        let steps = [
            ("before-7", "06-19T01:00"),
            ("before-1", "06-20T01:00"),
            ("last-day", "06-23T01:00"),
            ("overdue-1", "06-30T01:00"),
            ("overdue-8", "07-07T01:00"),
        ];
        for (rule, next) in steps {
            let before: DateTime<Utc> = format!("2025-{next}:00Z").parse().unwrap();
            let before = (before - chrono::TimeDelta::minutes(1)).format("%m-%dT%H:%M");
            let instants = [&*before.to_string(), next];
            assert_eq!(
                expires(&book, rule, "desk", &instants).as_deref(),
                Some(next),
                "{rule}"
            );
        }
        let long_after = ["12-31T01:00"];
        assert_eq!(expires(&book, "overdue-15", "desk", &long_after), None);
    }

    #[test]
    fn only_what_the_same_reader_hears_counts() {
        let book = one_deadline("");
        // The head hears from overdue-8 on; the desk's overdue-1 is no step of theirs.
        let steps = ["07-06T01:00", "07-07T01:00"];
        assert_eq!(
            expires(&book, "overdue-8", "head", &steps).as_deref(),
            Some("07-07T01:00")
        );
        assert_eq!(
            expires(&book, "overdue-15", "leader", &["12-31T01:00"]),
            None
        );
    }

    #[test]
    fn what_is_kept_silent_overtakes_nothing() {
        let spoken = one_deadline("");
        let restricted = one_deadline("");
        let silenced = changed(restricted, |d| d.policy.overdue = Some(vec![]));
        let late = ["09-01T01:00"];
        assert!(expires(&spoken, "last-day", "desk", &late).is_some());
        assert_eq!(expires(&silenced, "last-day", "desk", &late), None);
        // Snoozed: before-1 is not said, so before-7, which was, waits for last-day.
        let snoozed = one_deadline("snoozed = { until = \"2025-06-20\", reason = \"a visit\" }");
        let item = item(&spoken, "before-7", "desk");
        let commitment = snoozed.commitment("C-1").unwrap();
        let desk = ReaderId::parse("desk").unwrap();
        let expired = |now: &str| {
            has_expired(
                &item,
                &desk,
                commitment,
                &snoozed.directory,
                now.parse().unwrap(),
            )
        };
        assert!(!expired("2025-06-19T01:00:00Z"));
        assert!(expired("2025-06-20T01:00:00Z"));
    }

    #[test]
    fn rules_without_a_window_give_way_to_their_own_kind() {
        let book = book(&[HOUSE, PEOPLE, &deliverable("C-1", "")]);
        // Sixty days of silence, and sixty more; each on the desk's digest day.
        let steps = ["06-30T01:00", "08-03T01:00", "08-04T01:00"];
        assert_eq!(
            expires(&book, "stale-1", "desk", &steps).as_deref(),
            Some("08-04T01:00")
        );
    }

    #[test]
    fn a_digest_gives_way_to_the_next() {
        let book = one_deadline("");
        let steps = ["05-26T00:59", "05-31T01:00", "06-02T00:59", "06-02T01:00"];
        assert_eq!(
            expires(&book, "digest", "leader", &steps).as_deref(),
            Some("06-02T01:00")
        );
    }

    #[test]
    fn a_brief_is_too_late_once_its_meeting_has_begun() {
        let meeting = "\n[[meeting]]\nid = \"pmc\"\npartnership = \"asean-us\"\nseries = \"PMC\"\nforum = \"pmc\"\ndate = \"10-11 July 2025\"\n";
        let commitment = deliverable("C-1", "deadline = \"20 June 2025\"");
        let book = book(&[HOUSE, PEOPLE, meeting, &commitment]);
        // Midnight in Phnom Penh is 17:00 UTC.
        let steps = ["07-08T01:00", "07-09T16:59", "07-09T17:00"];
        assert_eq!(
            expires(&book, "brief", "desk", &steps).as_deref(),
            Some("07-09T17:00")
        );
    }
}
