//! Calendar entries as one `text/calendar` part, RFC 5545 and 5546, method PUBLISH.
//!
//! It stands after the letter, in a `multipart/mixed`, and is an attachment. Beside text and HTML as
//! a third alternative Outlook would make an appointment of the whole message and show nothing of the
//! letter; of a mixed message it takes calendar data for an invitation only in the first part, and
//! what comes later for a file that opens in the calendar (MS-OXCMAIL; Microsoft's notes on RFC
//! 6047, 2.4). Gmail reads the same part and offers its entries. Nobody is invited and nobody has to
//! answer, so there is an organizer, as PUBLISH wants, and no attendee.

use chrono::{DateTime, Utc};
use icalendar::{Calendar, Class, Component, Event, EventLike, EventStatus, Property};

use super::letter::calendar::{Entry, Standing};
use crate::domain::desk::EmailAddress;

/// The part's type, with the method that its content names too.
pub(super) const CONTENT_TYPE: &str = "text/calendar; charset=utf-8; method=PUBLISH";
/// What the attachment is called.
pub(super) const FILE_NAME: &str = "deadlines.ics";

/// The content of the part. The same entries and date give the same text.
pub(super) fn content(entries: &[Entry], date: DateTime<Utc>, from: &EmailAddress) -> String {
    let mut calendar = Calendar::empty();
    for (name, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Aide-memoire//Deadlines//EN"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        calendar.append_property(Property::new(name, value));
    }
    for entry in entries {
        calendar.push(event(entry, date, from));
    }
    calendar.to_string()
}

fn event(entry: &Entry, date: DateTime<Utc>, from: &EmailAddress) -> Event {
    let Entry {
        id,
        sequence,
        day,
        summary,
        words,
        url,
        standing,
        restricted,
    } = entry;
    let mut event = Event::new();
    event
        .uid(&format!("{id}@{}", from.domain()))
        .timestamp(date)
        .sequence(*sequence)
        .starts(*day)
        // The end is exclusive.
        .ends(day.succ_opt().unwrap_or(*day))
        .summary(summary)
        .url(url)
        .add_property("ORGANIZER", format!("mailto:{from}"))
        // A deadline takes up no time.
        .add_property("TRANSP", "TRANSPARENT")
        .status(match standing {
            Standing::Confirmed => EventStatus::Confirmed,
            Standing::Tentative => EventStatus::Tentative,
            Standing::Cancelled => EventStatus::Cancelled,
        });
    let described = [words.as_str(), url.as_str()];
    let described: Vec<&str> = described.into_iter().filter(|w| !w.is_empty()).collect();
    event.description(&described.join("\n"));
    if *restricted {
        event.class(Class::Confidential);
    }
    event.done()
}
