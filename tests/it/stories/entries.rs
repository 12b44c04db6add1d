//! Deadlines in the reader's calendar: for those who asked, with what was told before put right in
//! the next letter.

use super::{DESK, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;
use mail_parser::{MessageParser, MimeHeaders};

/// The entries that the desk was sent, letter by letter: reference, sequence, status.
fn sent(house: &House) -> Vec<Vec<String>> {
    let log = house.relay.log();
    let mine = log
        .iter()
        .filter(|m| m.to.iter().any(|t| t.starts_with("us-desk@")));
    mine.map(|message| {
        let read = MessageParser::default().parse(&message.content).unwrap();
        let part = read.attachments().find(|p| {
            p.content_type()
                .is_some_and(|t| t.subtype() == Some("calendar"))
        });
        let text = part.map_or_else(String::new, |p| {
            String::from_utf8(p.contents().to_vec()).unwrap()
        });
        let text = text.replace("\r\n ", "");
        let value = |event: &str, name: &str| {
            let line = event.lines().find(|l| l.starts_with(name));
            line.map_or("", |l| &l[name.len()..]).to_owned()
        };
        let events = text.split("BEGIN:VEVENT").skip(1);
        let mut events: Vec<String> = events
            .map(|e| {
                let url = value(e, "URL:");
                let reference = url.rsplit('/').next().unwrap_or_default();
                format!(
                    "{reference} {} {}",
                    value(e, "SEQUENCE:"),
                    value(e, "STATUS:")
                )
            })
            .collect();
        events.sort();
        events
    })
    .collect()
}

on_both_databases!(
    deadlines_come_for_the_calendar_and_are_put_right_later,
    async |database: TestDatabase| {
        let asked = DESK.replace(
            "email = \"us-desk@mfa.example.org\"",
            "email = \"us-desk@mfa.example.org\"\ncalendar_part = true",
        );
        let record = format!(
            "{asked}{}{}{}",
            deliverable("US37-01", "24 June 2025"),
            deliverable("US37-02", "25 June 2025"),
            deliverable("US37-03", "31 July 2025")
        );
        let house = House::open(database, &record, "2025-06-16 02:00").await;
        house.run_until("2025-06-18 12:00").await;
        let first = sent(&house);
        let all: Vec<&String> = first.iter().flatten().collect();
        for reference in ["US37-01", "US37-02"] {
            assert!(
                all.iter()
                    .any(|e| **e == format!("{reference} 0 CONFIRMED")),
                "{first:?}"
            );
        }

        // One is withdrawn, one moved far away; the third speaks long after.
        let withdrawn = record
            .replace(
                "deadline = \"24 June 2025\"",
                "deadline = \"24 June 2025\"\nstate = \"withdrawn\"\nclosed = \"2025-06-19\"",
            )
            .replace(
                "deadline = \"25 June 2025\"",
                "deadline = \"12 December 2025\"",
            );
        house.import(&withdrawn).await.unwrap();
        let letters = first.len();
        house.run_until("2025-07-25 12:00").await;
        let later = sent(&house);
        let news: Vec<&String> = later[letters..].iter().flatten().collect();
        let count = |what: &str| news.iter().filter(|e| **e == what).count();
        assert_eq!(
            count("US37-01 1 CANCELLED"),
            1,
            "once, with the next letter: {later:?}"
        );
        assert!(count("US37-02 2000 CONFIRMED") >= 1, "{later:?}");
        assert!(count("US37-03 0 CONFIRMED") >= 1, "{later:?}");
        house.reconcile().await;
    }
);

on_both_databases!(
    a_digest_can_be_stopped_with_one_click_and_a_reminder_cannot,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "24 June 2025"));
        let house = House::open(database, &record, "2025-06-09 00:00").await;
        house.run_until("2025-06-24 12:00").await;
        let log = house.relay.log();
        let headers = log.iter().map(|message| {
            let read = MessageParser::default().parse(&message.content).unwrap();
            let has = |name: &str| read.header_raw(name).map(|v| v.trim().to_owned());
            let subject = read.subject().unwrap_or_default().to_owned();
            (
                subject,
                has("List-Unsubscribe"),
                has("List-Unsubscribe-Post"),
            )
        });
        let (mut digests, mut others) = (0, 0);
        for (subject, stop, post) in headers {
            if subject.contains("week of") {
                digests += 1;
                let stop = stop.unwrap_or_else(|| panic!("{subject} cannot be stopped"));
                assert!(
                    stop.starts_with("<https://aide-memoire.example.org/"),
                    "{stop}"
                );
                assert_eq!(post.as_deref(), Some("List-Unsubscribe=One-Click"));
            } else {
                others += 1;
                assert_eq!((stop, post), (None, None), "{subject}");
            }
        }
        assert!(digests > 0 && others > 0, "{digests} {others}");
    }
);

on_both_databases!(
    who_did_not_ask_gets_letters_alone,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "24 June 2025"));
        let house = House::open(database, &record, "2025-06-16 02:00").await;
        house.run_until("2025-06-24 12:00").await;
        let letters = sent(&house);
        assert!(
            letters.len() > 1 && letters.iter().all(Vec::is_empty),
            "{letters:?}"
        );
    }
);
