//! Reports in the manner of the mail servers of the world, read; and the same mutilated, survived.

use aide_memoire::delivery::inbound::{Inbound, MOST, Report, read};
use aide_memoire::delivery::refusal::About;
use aide_memoire::domain::bounce::Action;
use proptest::prelude::*;

/// The notice the samples are about, and whom it was for.
pub const ID: &str = "<0d6c5f8e-7a41-4c0e-9a3f-5b2f6f0e7c11@mfa.example.org>";
pub const DESK: &str = "us-desk@mfa.example.org";

macro_rules! samples {
    ($($name:literal),+ $(,)?) => {
        /// Every sample, by its name.
        pub const SAMPLES: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("reports/", $name, ".eml")))),+
        ];
    };
}

samples![
    "a-person-writes",
    "exchange",
    "exchange-prose",
    "exim",
    "exim-delayed",
    "forwarded-elsewhere",
    "gmail",
    "one-of-ours",
    "out-of-office",
    "postfix-delayed",
    "postfix-delivered",
    "postfix-given-up",
    "postfix-policy",
    "postfix-prose",
    "postfix-unknown-user",
    "qmail",
    "read-receipt",
    "sendmail",
    "too-big",
    "yahoo",
];

/// A sample, as a mail server would hand it over.
pub fn sample(name: &str) -> &'static str {
    let found = SAMPLES.iter().find(|(n, _)| *n == name);
    found.expect("there is such a sample").1
}

/// With line ends as they go over the wire, and as a pipe on Unix has them.
fn both(name: &str) -> [Inbound; 2] {
    let text = sample(name);
    let wire = text.replace('\n', "\r\n");
    [read(text.as_bytes()), read(wire.as_bytes())]
}

fn report(name: &str) -> Report {
    let [unix, wire] = both(name);
    assert_eq!(unix.report, wire.report, "{name}");
    wire.report.unwrap_or_else(|| panic!("{name} is a report"))
}

#[test]
fn each_server_is_understood() {
    use About::{Mailbox, Message};
    use Action::{Answered, Delayed, Delivered, Failed};
    // Action, enhanced code, what a failure is about, words of the reply.
    let cases = [
        (
            "postfix-unknown-user",
            Failed,
            Some("5.1.1"),
            Mailbox,
            "User unknown",
        ),
        (
            "postfix-delayed",
            Delayed,
            Some("4.4.1"),
            Mailbox,
            "timed out",
        ),
        (
            "postfix-given-up",
            Failed,
            Some("4.4.1"),
            Mailbox,
            "timed out",
        ),
        (
            "postfix-delivered",
            Delivered,
            Some("2.0.0"),
            Mailbox,
            "queued as",
        ),
        ("postfix-policy", Failed, Some("5.7.1"), Message, "spam"),
        ("postfix-prose", Failed, None, Mailbox, "unknown user"),
        ("qmail", Failed, Some("5.1.1"), Mailbox, "no mailbox here"),
        ("exim", Failed, Some("5.2.1"), Mailbox, "disabled"),
        (
            "exim-delayed",
            Delayed,
            None,
            Mailbox,
            "Connection timed out",
        ),
        (
            "exchange",
            Failed,
            Some("5.1.10"),
            Mailbox,
            "RecipientNotFound",
        ),
        (
            "exchange-prose",
            Failed,
            Some("5.1.1"),
            Mailbox,
            "does not exist",
        ),
        ("gmail", Failed, Some("5.1.1"), Mailbox, "does not exist"),
        ("yahoo", Failed, None, Mailbox, "doesn't have"),
        ("sendmail", Failed, Some("5.2.2"), Mailbox, "Over quota"),
        ("too-big", Failed, Some("5.3.4"), Message, "size exceeds"),
        ("out-of-office", Answered, None, Mailbox, "Automatic reply"),
        ("read-receipt", Answered, None, Mailbox, "Read"),
    ];
    for (name, action, code, about, words) in cases {
        let found = report(name);
        assert_eq!(found.action, action, "{name}");
        assert_eq!(found.enhanced_code.as_deref(), code, "{name}");
        if action == Failed {
            assert_eq!(found.about(), about, "{name}: {}", found.reply);
        }
        assert!(found.reply.contains(words), "{name}: {}", found.reply);
        if action != Answered {
            let address = found.address.as_ref().map(|a| a.as_str());
            assert_eq!(address, Some(DESK), "{name}");
        }
    }
}

#[test]
fn what_people_and_we_ourselves_write_is_no_report() {
    for name in ["a-person-writes", "one-of-ours"] {
        for inbound in both(name) {
            assert_eq!(inbound.report, None, "{name}");
        }
    }
}

#[test]
fn what_is_returned_names_the_notice() {
    for (name, _) in SAMPLES {
        let silent = ["exim-delayed", "one-of-ours", "out-of-office"];
        for inbound in both(name) {
            let named = inbound.returned.iter().any(|id| id == ID);
            let expected = !silent.contains(name) && *name != "read-receipt";
            assert_eq!(named, expected, "{name}: {:?}", inbound.returned);
        }
    }
}

#[test]
fn the_recipient_of_the_envelope_is_found_in_the_headers() {
    for name in ["postfix-unknown-user", "exim", "gmail", "sendmail"] {
        for inbound in both(name) {
            let first = inbound.recipients.first().map(String::as_str);
            assert_eq!(first, Some("bounces+TOKEN@mfa.example.org"), "{name}");
        }
    }
}

#[test]
fn a_huge_report_is_read_as_far_as_it_matters() {
    let mut huge = sample("exim").to_owned();
    huge.push_str(&"The promise, as adopted.\n".repeat(2 * MOST / 25));
    let inbound = read(huge.as_bytes());
    assert_eq!(inbound.report.unwrap().action, Action::Failed);
    assert!(inbound.returned.iter().any(|id| id == ID));
}

/// One way to spoil a message.
#[derive(Debug, Clone)]
enum Harm {
    CutAt(prop::sample::Index),
    Flip(prop::sample::Index, u8),
    Insert(prop::sample::Index, Vec<u8>),
    Double(prop::sample::Index, prop::sample::Index),
    Swallow(prop::sample::Index, prop::sample::Index),
}

fn harm() -> impl Strategy<Value = Harm> {
    let at = any::<prop::sample::Index>;
    // What parsers trip over, beside any bytes.
    let odd = prop_oneof![
        Just(b"\r\n\r\n".to_vec()),
        Just(b"--".to_vec()),
        Just(b"Content-Type: multipart/report; boundary=\"\"\n\n".to_vec()),
        Just(b"Content-Type: message/rfc822\n\n".to_vec()),
        Just(b"Content-Transfer-Encoding: base64\n".to_vec()),
        Just("\u{202e}é<@>".as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 1..20),
    ];
    prop_oneof![
        at().prop_map(Harm::CutAt),
        (at(), any::<u8>()).prop_map(|(i, b)| Harm::Flip(i, b)),
        (at(), odd).prop_map(|(i, b)| Harm::Insert(i, b)),
        (at(), at()).prop_map(|(a, b)| Harm::Double(a, b)),
        (at(), at()).prop_map(|(a, b)| Harm::Swallow(a, b)),
    ]
}

fn spoil(mut message: Vec<u8>, harm: &Harm) -> Vec<u8> {
    let place = |index: &prop::sample::Index| index.index(message.len() + 1);
    let stretch = |a, b| {
        let (a, b) = (place(a), place(b));
        a.min(b)..a.max(b)
    };
    match harm {
        Harm::CutAt(at) => message.truncate(place(at)),
        Harm::Flip(at, to) => {
            let at = place(at);
            if let Some(byte) = message.get_mut(at) {
                *byte = *to;
            }
        }
        Harm::Insert(at, what) => {
            let at = place(at);
            message.splice(at..at, what.iter().copied());
        }
        Harm::Double(a, b) => {
            let stretch = stretch(a, b);
            let copy = message[stretch.clone()].to_vec();
            message.splice(stretch.end..stretch.end, copy);
        }
        Harm::Swallow(a, b) => {
            let stretch = stretch(a, b);
            message.drain(stretch);
        }
    }
    message
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn no_bytes_are_too_much(
        which in any::<prop::sample::Index>(),
        wire in any::<bool>(),
        harms in prop::collection::vec(harm(), 1..8),
    ) {
        let (_, text) = SAMPLES[which.index(SAMPLES.len())];
        let text = if wire { text.replace('\n', "\r\n") } else { text.to_owned() };
        let message = harms.iter().fold(text.into_bytes(), spoil);
        let inbound = read(&message);
        if let Some(report) = inbound.report {
            prop_assert!(report.reply.chars().count() <= 500);
            prop_assert!(!report.reply.contains(['\r', '\n', '\0']));
        }
    }

    #[test]
    fn any_bytes_at_all(message in prop::collection::vec(any::<u8>(), 0..2_000)) {
        read(&message);
    }
}
