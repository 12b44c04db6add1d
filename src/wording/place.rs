//! In whose place a reader hears something, and why.

use chrono::NaiveDate;

use super::dates::{day, with_article};
use crate::domain::directory::Directory;
use crate::domain::ids::ReaderId;
use crate::domain::notice::Because;

/// For whom it is, where the reader hears it in another's place: `the Head, Americas Division, who is
/// away until 14 July 2025`.
pub fn in_place_of(because: &Because, directory: &Directory) -> Option<String> {
    let who = because.in_place_of.as_ref()?;
    let name = with_article(directory.reader_name(who));
    let why = match directory.desks.get(who.as_str()) {
        Some(desk) if desk.email.is_some() => "whose mailbox cannot be reached".to_owned(),
        Some(_) => "which has no mailbox of its own".to_owned(),
        None => match back_after(who, because.date, directory) {
            Some(until) => format!("who is away until {}", day(until)),
            None => "who was away".to_owned(),
        },
    };
    Some(format!("{name}, {why}"))
}

/// The last day of a person's absence, on a day or, where it left later, soon after.
fn back_after(person: &ReaderId, on: NaiveDate, directory: &Directory) -> Option<NaiveDate> {
    let hours = directory.hours(person);
    let would_leave = hours.calendar.next(on);
    let absence = hours
        .absence_on(on)
        .or_else(|| hours.absence_on(would_leave));
    absence.map(|a| a.until)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::read_text;

    const RECORD: &str = r#"
schema = 1
calendar = [{ id = "kh", name = "Phnom Penh", timezone = "Asia/Phnom_Penh" }]
person = [{ id = "head", name = "Head, Americas Division" }, { id = "deputy", name = "Deputy" }]
absence = [{ person = "head", from = "2025-07-07", until = "2025-07-14", deputy = "deputy" }]

[[desk]]
id = "desk"
name = "ASEAN-U.S. desk"
email = "desk@mfa.example.org"
calendar = "kh"
head = "head"

[[desk]]
id = "body"
name = "The Agency"
calendar = "kh"
"#;

    fn place(who: Option<&str>, on: &str) -> Option<String> {
        let book = read_text("r.toml", RECORD).unwrap();
        let on: NaiveDate = on.parse().unwrap();
        let because = Because {
            deadline: None,
            window: None,
            revision: 0,
            calendar: "kh".parse().unwrap(),
            counted_from: on,
            exact: on,
            date: on,
            in_place_of: who.map(|w| w.parse().unwrap()),
        };
        in_place_of(&because, &book.directory)
    }

    #[test]
    fn it_says_for_whom_and_why() {
        let away = Some("the Head, Americas Division, who is away until 14 July 2025".to_owned());
        assert_eq!(place(Some("head"), "2025-07-10"), away);
        // Dated on the Sunday, to leave on the Monday on which the absence begins.
        assert_eq!(place(Some("head"), "2025-07-06"), away);
        let desk = place(Some("desk"), "2025-07-10").unwrap();
        assert_eq!(desk, "the ASEAN-U.S. desk, whose mailbox cannot be reached");
        let body = place(Some("body"), "2025-07-10").unwrap();
        assert_eq!(body, "The Agency, which has no mailbox of its own");
        assert_eq!(place(None, "2025-07-10"), None);
        // The absence was taken off the record since.
        let gone = place(Some("head"), "2025-08-04").unwrap();
        assert_eq!(gone, "the Head, Americas Division, who was away");
    }
}
