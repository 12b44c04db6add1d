//! Deadlines for a reader's calendar: what an entry says, that it keeps its identity and counts up,
//! and how the part stands in the message.

use aide_memoire::delivery::letter::calendar::{Entry, Standing, entries};
use aide_memoire::delivery::letter::{Letter, write};
use aide_memoire::delivery::message::of_letter;
use aide_memoire::delivery::stationery::Stationery;
use aide_memoire::domain::book::Book;
use aide_memoire::domain::commitment::{Lifecycle, Revision};
use aide_memoire::domain::deadline::{Deadline, MeetingDate};
use aide_memoire::domain::ledger::Told;
use aide_memoire::domain::meeting::MeetingStatus;
use aide_memoire::domain::notice::Notice;
use aide_memoire::planner::rehearse::rehearse;
use mail_parser::{MessageParser, MimeHeaders};

use super::letters::settings;
use super::messages::headers;
use crate::support::world::{World, day, id};

fn morning(book: &Book, on: &str) -> Notice {
    let notices = rehearse(book, day(on), day(on), None).notices;
    let mut found = notices.into_iter().map(|n| n.notice);
    found.find(|n| n.recipient.as_str() == "asean-us").unwrap()
}

fn entries_of(book: &Book, on: &str, told: &Told) -> Vec<Entry> {
    entries(&morning(book, on), told, book, &settings(), day(on))
}

/// The letter of a morning with its entries, as a message.
fn message(book: &Book, on: &str) -> Vec<u8> {
    let notice = morning(book, on);
    let letter = Letter {
        entries: entries_of(book, on, &Told::default()),
        ..write(&notice, book, &settings(), day(on))
    };
    let headers = headers("asean-us@mfa.example.org");
    of_letter(&letter, &headers, &Stationery::default()).unwrap()
}

/// The calendar part as it stands in a message.
fn part(message: &[u8]) -> String {
    let read = MessageParser::default().parse(message).unwrap();
    let found = read.attachments().find(|p| {
        p.content_type()
            .is_some_and(|t| t.subtype() == Some("calendar"))
    });
    String::from_utf8(found.expect("a calendar part").contents().to_vec()).unwrap()
}

/// RFC 5545, 3.1: the lines without their folds.
fn unfolded(part: &str) -> Vec<String> {
    part.replace("\r\n ", "")
        .lines()
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_coarse_window_ends_and_no_day_is_invented() {
    let book = World::with_one_deadline().book();
    let bytes = message(&book, "2025-07-24");
    let lines = unfolded(&part(&bytes));
    let has = |line: &str| assert!(lines.iter().any(|l| l == line), "{line}: {lines:#?}");
    has("METHOD:PUBLISH");
    has("SUMMARY:July 2025 ends: US37-03 Work plan on online scams");
    has("DTSTART;VALUE=DATE:20250731");
    has("DTEND;VALUE=DATE:20250801");
    has("DTSTAMP:20250724T010000Z");
    has("SEQUENCE:0");
    has("STATUS:CONFIRMED");
    has("TRANSP:TRANSPARENT");
    has("ORGANIZER:mailto:aide-memoire@mfa.example.org");
    has("URL:https://aide-memoire.mfa.example.org/commitments/US37-03");
    has("DESCRIPTION:Due in July 2025.\\nhttps://aide-memoire.mfa.example.org/commitments/US37-03");
    assert_eq!(lines.iter().filter(|l| *l == "BEGIN:VEVENT").count(), 1);
    // The same letter, headers and date: the same bytes.
    assert_eq!(bytes, message(&book, "2025-07-24"));
}

#[test]
fn the_part_stands_after_the_letter_and_is_an_attachment() {
    let book = World::with_one_deadline().book();
    let bytes = message(&book, "2025-07-24");
    assert!(bytes.is_ascii());
    let read = MessageParser::default().parse(&bytes).unwrap();
    let kind = |n: usize| {
        let kind = read.parts[n].content_type().unwrap();
        format!("{}/{}", kind.ctype(), kind.subtype().unwrap())
    };
    let kinds: Vec<String> = (0..read.parts.len()).map(kind).collect();
    let wanted = [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "text/html",
        "text/calendar",
    ];
    assert_eq!(kinds, wanted);
    let calendar = &read.parts[4];
    assert_eq!(
        calendar.content_type().unwrap().attribute("method"),
        Some("PUBLISH")
    );
    assert_eq!(calendar.attachment_name(), Some("deadlines.ics"));
    assert!(read.body_text(0).unwrap().contains("Work plan"));
}

#[test]
fn long_lines_are_folded_and_text_is_escaped() {
    let title = "a; b, c\\d \u{1780}\u{17d2}\u{179a}\u{179f}\u{17bd}\u{1784} \u{0e01}\u{0e23}\u{0e30}\u{0e17}\u{0e23}\u{0e27}\u{0e07} \u{0e81}\u{0eb0}\u{0e8a}\u{0ea7}\u{0e87} \u{101d}\u{1014}\u{103a}\u{1000}\u{103c}\u{102e}\u{1038}";
    let mut world = World::with_one_deadline();
    world.amend("US37-03", |c| {
        c.title = format!("{title}\r\nATTENDEE:mailto:spy@evil.example.org")
    });
    let part = part(&message(&world.book(), "2025-07-24"));
    assert!(part.ends_with("END:VCALENDAR\r\n"));
    for line in part.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(['\r', '\n']), "{line:?}");
    }
    let lines = unfolded(&part);
    let summary = lines.iter().find(|l| l.starts_with("SUMMARY:")).unwrap();
    assert!(summary.contains("a\\; b\\, c\\\\d \u{1780}"), "{summary}");
    assert!(
        !lines.iter().any(|l| l.starts_with("ATTENDEE")),
        "{lines:#?}"
    );
}

#[test]
fn of_what_is_restricted_an_entry_is_reference_date_and_link() {
    let mut world = World::asean_us();
    world.amend("US37-03", |c| c.deadline = None);
    let book = world.book();
    let restricted = entries_of(&book, "2025-07-30", &Told::default());
    let [entry] = restricted.as_slice() else {
        panic!("{restricted:#?}")
    };
    assert_eq!(entry.summary, "US37-11: a deadline");
    assert_eq!((entry.words.as_str(), entry.day), ("", day("2025-07-31")));
    let part = part(&message(&book, "2025-07-30"));
    assert!(part.contains("CLASS:CONFIDENTIAL\r\n"), "{part}");
    for secret in ["vessel", "settle"] {
        assert!(!part.contains(secret), "{part}");
    }
}

#[test]
fn what_hangs_on_a_meeting_says_so_and_is_as_sure_as_the_meeting() {
    let mut world = World::asean_us();
    world.amend_meeting("pmc-2025", |m| m.status = MeetingStatus::Tentative);
    let book = world.book();
    // The brief names them all.
    let all = entries_of(&book, "2025-06-26", &Told::default());
    let vision = all.iter().find(|e| e.url.ends_with("US37-01")).unwrap();
    assert_eq!(vision.standing, Standing::Tentative);
    assert_eq!(
        vision.summary,
        "Due at the PMC with the U.S.: US37-01 Joint Vision Statement: endorsed"
    );
    assert_eq!(vision.day, day("2025-07-10"));
}

/// That the desk was told of a deadline, and of nothing since.
fn told(reference: &str, milestone: Option<&str>, on: &str) -> Told {
    Told {
        deadlines: vec![(id(reference), milestone.map(str::to_owned), day(on))],
        last_letter: Some(day(on)),
    }
}

#[test]
fn an_entry_keeps_its_identity_and_counts_up_whatever_happens_to_it() {
    let at = |world: World, told: &Told| -> Entry {
        // Another commitment is the reason for this letter.
        let found = entries_of(&world.book(), "2025-07-30", told);
        let mut found = found.into_iter().filter(|e| e.url.ends_with("US37-01"));
        found.next().expect("an entry about US37-01")
    };
    let endorsed = || {
        let mut world = World::asean_us();
        world.amend("US37-01", |c| {
            c.milestones.retain(|m| m.title == "Endorsed");
        });
        world
    };
    let moved = |world: &mut World, revision: u32, to: Option<&str>| {
        world.amend_meeting("pmc-2025", |m| {
            m.date_revision = revision;
            m.moved_on = Some(day("2025-07-08"));
            m.date = to.map(|t| MeetingDate::parse(t).unwrap());
        });
    };
    let told = told("US37-01", Some("Endorsed"), "2025-07-03");
    let mut history = Vec::new();

    // Its meeting moved, twice; then it lost its date; then it was dated again.
    for (revision, to) in [(2, Some("20 August 2025")), (3, Some("21 August 2025"))] {
        let mut world = endorsed();
        moved(&mut world, revision, to);
        history.push(at(world, &told));
    }
    let mut world = endorsed();
    moved(&mut world, 4, None);
    world.amend_meeting("pmc-2025", |m| {
        let from = MeetingDate::parse("21 August 2025").unwrap();
        m.moves.push(aide_memoire::domain::meeting::Move {
            date: day("2025-07-08"),
            entered: None,
            from: Some(from),
            from_status: MeetingStatus::Confirmed,
            to: None,
            to_status: MeetingStatus::Postponed,
            reason: None,
        });
    });
    history.push(at(world, &told));
    let mut world = endorsed();
    moved(&mut world, 5, Some("1 September 2025"));
    history.push(at(world, &told));
    // It was taken from its meeting to a day of its own, and then the whole was closed.
    let mut redated = endorsed();
    moved(&mut redated, 5, Some("1 September 2025"));
    let redate = |c: &mut aide_memoire::domain::commitment::Commitment| {
        let to = Deadline::parse("15 September 2025").ok();
        c.milestones[0].deadline = to.clone();
        c.revisions.push(Revision {
            date: day("2025-07-20"),
            milestone: Some("Endorsed".into()),
            from: Deadline::parse("at pmc-2025").ok(),
            to,
            reason: None,
            by: None,
            approved: None,
            entered: None,
        });
    };
    redated.amend("US37-01", redate);
    history.push(at(redated, &told));
    let mut closed = endorsed();
    closed.amend("US37-01", redate);
    closed.amend("US37-01", |c| {
        c.state = Lifecycle::Withdrawn;
        c.closed = Some(day("2025-07-25"));
    });
    history.push(at(closed, &told));

    let days: Vec<String> = history.iter().map(|e| e.day.to_string()).collect();
    let wanted = [
        "2025-08-20",
        "2025-08-21",
        "2025-08-21",
        "2025-09-01",
        "2025-09-15",
        "2025-09-15",
    ];
    assert_eq!(days, wanted);
    assert!(history.iter().all(|e| e.id == history[0].id));
    let counted: Vec<u32> = history.iter().map(|e| e.sequence).collect();
    assert!(counted.windows(2).all(|two| two[0] < two[1]), "{counted:?}");
    let cancelled = |e: &Entry| e.standing == Standing::Cancelled;
    let standing: Vec<bool> = history.iter().map(cancelled).collect();
    assert_eq!(standing, [false, false, true, false, false, true]);
}

#[test]
fn what_was_not_told_or_has_been_cancelled_since_is_left_alone() {
    let mut world = World::asean_us();
    world.amend("US37-04", |c| {
        c.state = Lifecycle::Closed;
        c.closed = Some(day("2025-07-10"));
    });
    let book = world.book();
    let about = |told: &Told| {
        let found = entries_of(&book, "2025-07-30", told);
        found.iter().filter(|e| e.url.ends_with("US37-04")).count()
    };
    assert_eq!(about(&Told::default()), 0, "never told");
    assert_eq!(
        about(&told("US37-04", None, "2025-07-03")),
        1,
        "told, then closed"
    );
    // A letter has left since it was closed: it carried the cancellation.
    let since = Told {
        last_letter: Some(day("2025-07-24")),
        ..told("US37-04", None, "2025-07-03")
    };
    assert_eq!(about(&since), 0);
    // What the reader may not read any more is not even cancelled.
    let mut world = World::asean_us();
    world.amend("US37-11", |c| {
        c.readers = vec![id("head")];
        c.state = Lifecycle::Closed;
        c.closed = Some(day("2025-07-10"));
    });
    let book = world.book();
    let found = entries_of(&book, "2025-07-24", &told("US37-11", None, "2025-07-03"));
    assert!(
        found.iter().all(|e| !e.url.ends_with("US37-11")),
        "{found:#?}"
    );
}
