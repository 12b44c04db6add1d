//! Messages, read back by another's parser: their headers, both their parts, their determinism, and
//! that nothing in a record can write a header of its own.

use aide_memoire::delivery::letter::{Letter, LetterSettings, test_letter, write};
use aide_memoire::delivery::message::{Headers, message_id, of_letter};
use aide_memoire::delivery::render;
use aide_memoire::domain::desk::EmailAddress;
use aide_memoire::domain::ids::ReaderId;
use aide_memoire::planner::rehearse::rehearse;
use chrono::{DateTime, Utc};
use mail_parser::{Message, MessageParser, MimeHeaders};
use uuid::Uuid;

use super::letters::settings;
use crate::support::world::{World, day, reader};

const ID: Uuid = Uuid::from_u128(0x0197_5c00_0000_7000_8000_0000_0000_0001);

fn date() -> DateTime<Utc> {
    "2025-07-24T01:00:00Z".parse().unwrap()
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn headers(to: &str) -> Headers {
    Headers {
        id: ID,
        date: date(),
        from: email("aide-memoire@mfa.example.org"),
        from_name: Some("Aide-mémoire".to_owned()),
        to: email(to),
        to_name: Some("ASEAN-U.S. desk".to_owned()),
    }
}

pub fn message(letter: &Letter, to: &str) -> Vec<u8> {
    of_letter(letter, &headers(to)).unwrap()
}

/// The letters of a reader's morning.
fn letter(world: World, recipient: &str, on: &str) -> Letter {
    let book = world.book();
    let rehearsal = rehearse(&book, day(on), day(on), None);
    let wanted: ReaderId = reader(recipient);
    let found = rehearsal.notices.into_iter().map(|n| n.notice);
    let notice = found.into_iter().find(|n| n.recipient == wanted).unwrap();
    write(&notice, &book, &settings(), notice.date)
}

fn parse(message: &[u8]) -> Message<'_> {
    MessageParser::default().parse(message).unwrap()
}

fn header(message: &Message<'_>, name: &str) -> Option<String> {
    message.header_raw(name).map(|h| h.trim().to_owned())
}

#[test]
fn a_message_reads_back_as_it_was_written() {
    let letter = letter(World::asean_us(), "asean-us", "2025-07-24");
    let bytes = message(&letter, "asean-us@mfa.example.org");
    let read = parse(&bytes);
    assert_eq!(read.subject(), Some(letter.subject.as_str()));
    let from = read.from().and_then(|a| a.first()).unwrap();
    assert_eq!(from.name(), Some("Aide-mémoire"));
    assert_eq!(from.address(), Some("aide-memoire@mfa.example.org"));
    let to = read.to().and_then(|a| a.first()).unwrap();
    assert_eq!(to.name(), Some("ASEAN-U.S. desk"));
    assert_eq!(to.address(), Some("asean-us@mfa.example.org"));
    assert_eq!(read.date().unwrap().to_timestamp(), date().timestamp());
    assert_eq!(
        read.message_id(),
        Some("01975c00-0000-7000-8000-000000000001@mfa.example.org")
    );
    assert_eq!(
        header(&read, "Auto-Submitted").as_deref(),
        Some("auto-generated")
    );
    assert_eq!(
        header(&read, "X-Auto-Response-Suppress").as_deref(),
        Some("All")
    );
    assert_eq!(
        header(&read, "List-Id").as_deref(),
        Some("<reminders.mfa.example.org>")
    );
    assert_eq!(header(&read, "List-Unsubscribe"), None);
    let kind = read.content_type().unwrap();
    assert_eq!(
        (kind.ctype(), kind.subtype()),
        ("multipart", Some("alternative"))
    );
    let same = |read: &str, written: String| assert_eq!(read.replace("\r\n", "\n"), written);
    same(&read.body_text(0).unwrap(), render::text(&letter));
    same(&read.body_html(0).unwrap(), render::html(&letter));
}

#[test]
fn a_message_is_seven_bit_short_lined_and_the_same_each_time() {
    let letter = letter(World::asean_us(), "asean-us", "2025-07-24");
    let bytes = message(&letter, "asean-us@mfa.example.org");
    assert!(bytes.is_ascii());
    assert_eq!(bytes, message(&letter, "asean-us@mfa.example.org"));
    let text = String::from_utf8(bytes).unwrap();
    assert!(
        text.split("\r\n")
            .all(|l| l.len() <= 998 && !l.contains(['\r', '\n']))
    );
    assert_eq!(
        message_id(ID, &email("x@other.example.org")),
        "<01975c00-0000-7000-8000-000000000001@other.example.org>"
    );
}

#[test]
fn a_thread_is_a_commitments_life_and_otherwise_the_readers_week() {
    let one = |on: &str| {
        let world = World::with_one_deadline();
        let letter = letter(world, "asean-us", on);
        let bytes = message(&letter, "asean-us@mfa.example.org");
        header(&parse(&bytes), "References").unwrap()
    };
    let (before, last) = (one("2025-07-24"), one("2025-07-30"));
    assert_eq!(before, last);
    assert!(before.ends_with("@mfa.example.org>"), "{before}");
    let several = |on: &str| {
        let letter = letter(World::asean_us(), "asean-us", on);
        let bytes = message(&letter, "asean-us@mfa.example.org");
        header(&parse(&bytes), "References").unwrap()
    };
    assert_ne!(several("2025-07-24"), before);
    // The same week, the same thread; another week, another.
    assert_eq!(several("2025-07-30"), several("2025-07-31"));
    assert_ne!(several("2025-07-24"), several("2025-07-30"));
}

#[test]
fn nothing_in_a_record_can_write_a_header() {
    let evil = "x\r\nBcc: spy@evil.example.org\r\n\r\nbody\0\u{7}";
    let mut world = World::with_one_deadline();
    world.amend("US37-03", |c| c.title = evil.to_owned());
    world.directory().desks.get_mut("asean-us").unwrap().name = evil.to_owned();
    world.amend("US37-03", |c| c.promise.words = evil.to_owned());
    let letter = letter(world, "asean-us", "2025-07-24");
    let mut outside = headers("asean-us@mfa.example.org");
    outside.to_name = Some(evil.to_owned());
    outside.from_name = Some(evil.to_owned());
    let bytes = of_letter(&letter, &outside).unwrap();
    let read = parse(&bytes);
    assert_eq!(read.bcc().map(|_| ()), None);
    assert!(read.from().is_some() && read.to().is_some());
    let text = String::from_utf8(bytes.clone()).unwrap();
    let head = text.split("\r\n\r\n").next().unwrap();
    assert!(
        !head.lines().any(|l| l.to_lowercase().starts_with("bcc")),
        "{head}"
    );
    assert_eq!(read.parts.len(), 3);

    // Names of all sorts neither panic nor lose the address.
    for name in [
        "\"",
        "a, b",
        "<x@y>",
        "ក្រសួង",
        "",
        " ",
        "\r\n",
        "\0",
        &"long ".repeat(60),
    ] {
        let mut outside = headers("asean-us@mfa.example.org");
        outside.to_name = Some(name.to_owned());
        let bytes = of_letter(&test_letter(&settings()), &outside).unwrap();
        let read = parse(&bytes);
        let to = read.to().and_then(|a| a.first()).unwrap();
        assert_eq!(to.address(), Some("asean-us@mfa.example.org"), "{name:?}");
        assert_eq!(read.to().map(|a| a.iter().count()), Some(1), "{name:?}");
    }
}

#[test]
fn redirected_mail_goes_to_the_one_address() {
    let redirect = Some(email("trial@mfa.example.org"));
    let settings = LetterSettings {
        redirect,
        ..settings()
    };
    let directory = World::asean_us().book().directory;
    let desk = directory.reader(&reader("asean-us")).unwrap();
    let outside = Headers::for_reader(ID, date(), &desk, &settings).unwrap();
    assert_eq!(outside.to.as_str(), "trial@mfa.example.org");
    assert_eq!(outside.to_name, None);
    let unredirected = LetterSettings {
        redirect: None,
        ..settings
    };
    let outside = Headers::for_reader(ID, date(), &desk, &unredirected).unwrap();
    assert_eq!(outside.to.as_str(), "asean-us@mfa.example.org");
    let mut unreachable = desk;
    unreachable.email = None;
    assert_eq!(
        Headers::for_reader(ID, date(), &unreachable, &unredirected),
        None
    );
}
