//! Messages, read back by another's parser: their headers, both their parts, their determinism, and
//! that nothing in a record can write a header of its own.

use aide_memoire::delivery::letter::{Letter, LetterSettings, test_letter, write};
use aide_memoire::delivery::message::{Headers, message_id, of_letter};
use aide_memoire::delivery::render;
use aide_memoire::delivery::stationery::Stationery;
use aide_memoire::domain::commitment::Lifecycle;
use aide_memoire::domain::desk::EmailAddress;
use aide_memoire::domain::ids::ReaderId;
use aide_memoire::domain::notice::NoticeKind;
use aide_memoire::planner::rehearse::rehearse;
use chrono::{DateTime, Utc};
use mail_parser::{Message, MessageParser, MimeHeaders};
use proptest::prelude::*;
use uuid::Uuid;

use super::letters::settings;
use crate::support::world::{World, day, milestone, reader};

const ID: Uuid = Uuid::from_u128(0x0197_5c00_0000_7000_8000_0000_0000_0001);

fn date() -> DateTime<Utc> {
    "2025-07-24T01:00:00Z".parse().unwrap()
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub fn headers(to: &str) -> Headers {
    Headers {
        id: ID,
        date: date(),
        from: email("aide-memoire@mfa.example.org"),
        from_name: Some("Aide-mémoire".to_owned()),
        to: email(to),
        to_name: Some("ASEAN-U.S. desk".to_owned()),
        reply_to: None,
    }
}

pub fn message(letter: &Letter, to: &str) -> Vec<u8> {
    of_letter(letter, &headers(to), &Stationery::default()).unwrap()
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
    assert_eq!(header(&read, "Content-Language").as_deref(), Some("en"));
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
    // Some programs thread by the one header, some by the other.
    let world = World::with_one_deadline();
    let bytes = message(
        &letter(world, "asean-us", "2025-07-24"),
        "asean-us@mfa.example.org",
    );
    assert_eq!(
        header(&parse(&bytes), "In-Reply-To").as_ref(),
        Some(&before)
    );
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
fn only_a_digest_can_be_stopped_and_with_one_click() {
    let stop = "https://aide-memoire.mfa.example.org/stop?of=asean-us&mac=0123456789abcdef0123456789abcdef";
    let book = World::asean_us().book();
    let notices = rehearse(&book, day("2025-04-24"), day("2025-12-31"), None).notices;
    let mut digests = 0;
    for notice in notices.iter().map(|n| &n.notice) {
        let letter = write(notice, &book, &settings(), notice.date).stopped_at(stop.to_owned());
        let bytes = message(&letter, "asean-us@mfa.example.org");
        let read = parse(&bytes);
        let (list, post) = (
            header(&read, "List-Unsubscribe"),
            header(&read, "List-Unsubscribe-Post"),
        );
        let body = read.body_text(0).unwrap();
        if notice.kind == NoticeKind::Digest {
            digests += 1;
            // Folding may not break an address apart.
            assert_eq!(list, Some(format!("<{stop}>")));
            assert_eq!(post.as_deref(), Some("List-Unsubscribe=One-Click"));
            assert!(body.contains(stop), "{body}");
        } else {
            assert_eq!((list, post), (None, None), "{}", letter.subject);
            assert!(!body.contains(stop), "{body}");
        }
    }
    assert!(digests > 5, "{digests}");
}

/// A title or a name as it is written in the region: words of one script.
fn written() -> impl Strategy<Value = String> {
    let scripts: [&'static [std::ops::RangeInclusive<char>]; 6] = [
        &['a'..='z', 'A'..='Z'],
        // Khmer, Lao, Thai, Burmese, with their vowel signs and tone marks.
        &['\u{1780}'..='\u{17d2}'],
        &[
            '\u{0e94}'..='\u{0e97}',
            '\u{0eb0}'..='\u{0eb9}',
            '\u{0ec8}'..='\u{0ecd}',
        ],
        &['\u{0e01}'..='\u{0e3a}', '\u{0e40}'..='\u{0e4e}'],
        &['\u{1000}'..='\u{103f}'],
        // What needs accents, four octets, or quoting.
        &[
            '\u{00c0}'..='\u{00ff}',
            '\u{1f600}'..='\u{1f604}',
            '('..=')',
            ','..=',',
            ':'..='<',
            '@'..='@',
        ],
    ];
    proptest::sample::select(scripts.to_vec()).prop_flat_map(|script| {
        let letter = || proptest::char::ranges(script.into());
        let word = proptest::collection::vec(letter(), 3..30).prop_map(String::from_iter);
        proptest::collection::vec(word, 1..6).prop_map(|words| words.join(" "))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn a_name_of_any_script_arrives_as_it_was_written(name in written()) {
        let mut outside = headers("asean-us@mfa.example.org");
        outside.to_name = Some(name.clone());
        let mut letter = test_letter(&settings());
        letter.subject = name.clone();
        let bytes = of_letter(&letter, &outside, &Stationery::default()).unwrap();
        let read = parse(&bytes);
        let to = read.to().and_then(|a| a.first()).unwrap();
        prop_assert_eq!(to.name().map(str::trim), Some(name.trim()));
        prop_assert_eq!(to.address(), Some("asean-us@mfa.example.org"));
        prop_assert_eq!(read.subject().map(str::trim), Some(name.trim()));
        // RFC 2047: an encoded word has at most 75 characters; RFC 5322: a line at most 998.
        let text = String::from_utf8(bytes.clone()).unwrap();
        let head = text.split("\r\n\r\n").next().unwrap();
        for line in head.lines() {
            prop_assert!(line.len() <= 998, "{}", line);
            for word in line.split_whitespace().filter(|w| w.starts_with("=?")) {
                prop_assert!(word.trim_end_matches([',', ';']).len() <= 75, "{}", word);
            }
        }
    }

    #[test]
    fn no_header_of_a_restricted_notice_tells_its_title(title in written(), step in written()) {
        let mut world = World::asean_us();
        // Everything else is closed, so that each notice is about the restricted one alone.
        for other in ["US37-01", "US37-02", "US37-03", "US37-04"] {
            world.amend(other, |c| c.state = Lifecycle::Closed);
        }
        world.amend("US37-11", |c| {
            c.title = format!("{title}zq");
            c.promise.words = format!("{title}zq");
            c.milestones = vec![milestone(&format!("{step}zq"), "30 June 2025")];
        });
        let book = world.book();
        let notices = rehearse(&book, day("2025-04-24"), day("2025-09-30"), None).notices;
        prop_assert!(notices.len() > 5);
        for notice in notices.iter().map(|n| &n.notice) {
            let letter = write(notice, &book, &settings(), notice.date);
            let bytes = message(&letter, "asean-us@mfa.example.org");
            let read = parse(&bytes);
            let decoded: Vec<String> = read.headers().iter().map(|h| format!("{:?}", h.value)).collect();
            let body = [read.body_text(0).unwrap(), read.body_html(0).unwrap()];
            for place in decoded.iter().map(String::as_str).chain(body.iter().map(|b| b.as_ref())) {
                prop_assert!(!place.contains(&title) && !place.contains(&step), "{}", place);
            }
        }
    }
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
    let bytes = of_letter(&letter, &outside, &Stationery::default()).unwrap();
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
        let bytes = of_letter(&test_letter(&settings()), &outside, &Stationery::default()).unwrap();
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
