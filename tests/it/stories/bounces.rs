//! What the mail system refuses or gives back: who is told, and what becomes of the address.

use std::collections::BTreeMap;

use aide_memoire::acts::Actor;
use aide_memoire::acts::bounces::clear;
use aide_memoire::acts::returned::{Returned, take};
use aide_memoire::clock::Clock;
use aide_memoire::delivery::signed::{notice_of_return_path, return_path};
use aide_memoire::domain::bounce::Action;
use aide_memoire::domain::desk::EmailAddress;
use aide_memoire::domain::ledger::{NoticeEntry, OccurrenceFilter, Page};
use aide_memoire::domain::notice::{MailMode, NoticeState, OccurrenceState, SkipReason};
use aide_memoire::domain::token::SigningKey;

use super::{DESK, commitment, deliverable, recipients};
use crate::delivery::inbound::{self, ID, sample};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};
use crate::support::smtp::{Fault, Script, Step};

const BOUNCES: &str = "bounces@mfa.example.org";

/// A house whose desk got its first reminder an hour ago, on the morning of Friday 13 June.
pub(super) async fn an_hour_after(database: TestDatabase, record: &str) -> House {
    let mut house = House::open(database, record, "2025-06-12 20:00").await;
    house.restart(|config| config.mail.return_path = BOUNCES.into());
    house.run_until("2025-06-13 02:00").await;
    house
}

pub(super) fn one_deadline() -> String {
    format!("{DESK}{}", deliverable("US37-01", "20 June 2025"))
}

/// A sample about this notice: to its return path, returning its Message-ID.
fn about(sample: &str, notice: &NoticeEntry, to: &str) -> String {
    sample
        .replace("bounces+TOKEN@mfa.example.org", to)
        .replace(ID, &notice.message_id)
        .replace(inbound::DESK, &notice.to)
}

/// What the house makes of a report about a notice, come to the notice's own return path.
pub(super) async fn reported(house: &House, name: &str, notice: &NoticeEntry) -> Returned {
    let key = house.store.signing_key().await.unwrap();
    let base = EmailAddress::parse(BOUNCES).unwrap();
    let to = return_path(&key, &base, notice.id).to_string();
    received(house, &about(sample(name), notice, &to), Some(&to)).await
}

async fn received(house: &House, message: &str, to: Option<&str>) -> Returned {
    let now = house.clock.business_now();
    take(&house.store, message.as_bytes(), to, now)
        .await
        .unwrap()
}

pub(super) async fn notice_to(house: &House, reader: &str) -> NoticeEntry {
    let notices = house.notices().await;
    let found = notices.into_iter().find(|n| n.recipient.as_str() == reader);
    found.unwrap_or_else(|| panic!("a notice to {reader}"))
}

/// How often each rule reached each reader, by the notices that are sent.
pub(super) async fn heard(house: &House) -> BTreeMap<(String, String), usize> {
    let mut heard = BTreeMap::new();
    for notice in house.notices().await {
        if notice.state != NoticeState::Sent {
            continue;
        }
        for item in notice.items.iter().filter(|i| i.dropped.is_none()) {
            let key = (notice.recipient.to_string(), item.item.rule.to_string());
            *heard.entry(key).or_default() += 1;
        }
    }
    heard
}

async fn undeliverable(house: &House) -> usize {
    let filter = OccurrenceFilter {
        reason: Some(SkipReason::Undeliverable),
        state: Some(OccurrenceState::Cancelled),
        ..OccurrenceFilter::default()
    };
    let snapshot = house.store.read().await.unwrap();
    snapshot.occurrences(&filter, ALL).await.unwrap().len()
}

pub(super) async fn bouncing(house: &House) -> Vec<String> {
    let found = house.store.read().await.unwrap().bouncing().await.unwrap();
    found.into_iter().map(|b| b.address.to_string()).collect()
}

on_both_databases!(
    each_notice_leaves_with_a_return_path_of_its_own,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let taken = house.relay.log().remove(0);
        let key = house.store.signing_key().await.unwrap();
        let notice = house.notices().await.remove(0);
        assert_eq!(notice_of_return_path(&key, &taken.from), Some(notice.id));
        assert!(taken.from.ends_with("@mfa.example.org"), "{}", taken.from);
        let message = mail_parser::MessageParser::default()
            .parse(&taken.content)
            .unwrap();
        let from = message.from().unwrap().first().unwrap().address();
        assert_eq!(from, Some("aide-memoire@mfa.example.org"));
        house.reconcile().await;
    }
);

on_both_databases!(
    a_mail_that_came_back_is_told_to_the_head_once,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        assert_eq!(recipients(&house), ["us-desk@mfa.example.org"]);
        let notice = notice_to(&house, "us-desk").await;
        let returned = reported(&house, "postfix-unknown-user", &notice).await;
        let to = EmailAddress::parse("us-desk@mfa.example.org").unwrap();
        assert_eq!(
            returned,
            Returned::Bounced {
                to,
                undeliverable: true
            }
        );
        assert_eq!(bouncing(&house).await, ["us-desk@mfa.example.org"]);
        assert_eq!(undeliverable(&house).await, 1);
        assert_eq!(
            notice_to(&house, "us-desk").await.state,
            NoticeState::Bounced
        );

        house.activate().await;
        assert_eq!(
            recipients(&house),
            ["us-desk@mfa.example.org", "head@mfa.example.org"],
            "the same reminder, in the next activation"
        );
        // The same news again, by the same and by another server: nothing more follows.
        for again in ["postfix-unknown-user", "gmail", "qmail"] {
            let returned = reported(&house, again, &notice).await;
            let quiet = matches!(
                returned,
                Returned::Known
                    | Returned::Noted {
                        action: Action::Failed,
                        ..
                    }
            );
            assert!(quiet, "{again}: {returned:?}");
        }
        house.run_until("2025-06-21 12:00").await;
        let heard = heard(&house).await;
        assert!(
            heard.keys().all(|(reader, _)| reader != "us-desk"),
            "{heard:?}"
        );
        for rule in ["before-7", "before-1", "last-day"] {
            let key = ("head".to_owned(), rule.to_owned());
            assert_eq!(heard.get(&key), Some(&1), "{rule}: {heard:?}");
        }
        house.reconcile().await;
    }
);

on_both_databases!(
    what_came_back_from_one_who_has_left_is_told_to_their_successor,
    async |database: TestDatabase| {
        // The desk has no mailbox: its head hears.
        let mailbox = "email = \"us-desk@mfa.example.org\"\n";
        let record = one_deadline().replace(mailbox, "");
        assert_ne!(record, one_deadline());
        let house = an_hour_after(database, &record).await;
        assert_eq!(recipients(&house), ["head@mfa.example.org"]);
        let notice = notice_to(&house, "head").await;
        // Another holds the office by the time the news comes.
        let after = record.replace("head = \"head\"", "head = \"leader\"");
        house.import(&after).await.unwrap();
        house.activate().await;
        reported(&house, "postfix-unknown-user", &notice).await;
        house.activate().await;
        assert_eq!(
            recipients(&house),
            ["head@mfa.example.org", "som@mfa.example.org"]
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    a_refused_mailbox_is_told_to_the_head_and_not_tried_again,
    async |database: TestDatabase| {
        let house = House::open(database, &one_deadline(), "2025-06-13 01:00").await;
        house.relay.set(|s| {
            *s = s.clone().for_recipient(
                "us-desk@mfa.example.org",
                Step::Rcpt,
                Fault::reply("550 5.1.1 no such user"),
            )
        });
        assert_eq!(house.activate().await.delivered.rejected, 1);
        assert_eq!(undeliverable(&house).await, 1);
        assert_eq!(bouncing(&house).await, ["us-desk@mfa.example.org"]);
        house.activate().await;
        assert_eq!(recipients(&house), ["head@mfa.example.org"]);
        house.run_until("2025-06-21 12:00").await;
        let asked = house.relay.commands();
        let asked = asked.iter().filter(|c| c.contains("<us-desk@")).count();
        assert_eq!(asked, 1, "it is not written to for ever");
        house.reconcile().await;
    }
);

on_both_databases!(
    a_refusal_for_the_message_says_nothing_of_the_mailbox,
    async |database: TestDatabase| {
        let second = "\n[[desk]]\nid = \"cyber\"\nname = \"Cyber desk\"\nemail = \"cyber@mfa.example.org\"\ncalendar = \"phnom-penh\"\nhead = \"head\"\n";
        let theirs = deliverable("US37-02", "20 June 2025")
            .replace("lead = \"us-desk\"", "lead = \"cyber\"");
        let record = format!("{}{second}{theirs}", one_deadline());
        let house = House::open(database, &record, "2025-06-13 01:00").await;
        house.relay.set(|s| {
            let refuse = |reply| Fault::reply(reply);
            *s = Script::default()
                .for_recipient(
                    "us-desk@mfa.example.org",
                    Step::Rcpt,
                    refuse("554 5.7.1 policy"),
                )
                .for_recipient(
                    "cyber@mfa.example.org",
                    Step::Content,
                    refuse("552 too much"),
                );
        });
        assert_eq!(house.activate().await.delivered.rejected, 2);
        assert_eq!(bouncing(&house).await, [""; 0]);
        assert_eq!(undeliverable(&house).await, 0);
        house.relay.set(|s| *s = Script::default());
        house.run_until("2025-06-19 12:00").await;
        let all = recipients(&house);
        let told = |to: &str| all.iter().filter(|a| a.starts_with(to)).count();
        assert!(told("us-desk@") >= 1 && told("cyber@") >= 1, "{all:?}");
        assert_eq!(told("head@"), 0, "{all:?}");
        house.reconcile().await;
    }
);

on_both_databases!(
    what_is_no_failure_changes_nothing,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let notice = notice_to(&house, "us-desk").await;
        let cases = [
            ("postfix-delayed", Action::Delayed),
            ("exim-delayed", Action::Delayed),
            ("postfix-delivered", Action::Delivered),
            ("out-of-office", Action::Answered),
            ("read-receipt", Action::Answered),
        ];
        for (name, expected) in cases {
            match reported(&house, name, &notice).await {
                Returned::Noted { action, .. } => assert_eq!(action, expected, "{name}"),
                // Two servers that say the same of the same address are one piece of news.
                other => assert_eq!(other, Returned::Known, "{name}"),
            }
        }
        // A refusal of the message is news of the notice, not of the address.
        assert_eq!(notice_to(&house, "us-desk").await, notice);
        let snapshot = house.store.read().await.unwrap();
        let evidence = snapshot.reports(notice.id).await.unwrap();
        assert!(evidence.len() >= 4, "{evidence:?}");
        drop(snapshot);
        assert_eq!(bouncing(&house).await, [""; 0]);
        house.activate().await;
        assert_eq!(recipients(&house), ["us-desk@mfa.example.org"]);

        let returned = reported(&house, "postfix-policy", &notice).await;
        assert!(
            matches!(
                returned,
                Returned::Bounced {
                    undeliverable: false,
                    ..
                }
            ),
            "{returned:?}"
        );
        assert_eq!(bouncing(&house).await, [""; 0]);
        house.activate().await;
        assert_eq!(recipients(&house), ["us-desk@mfa.example.org"]);
        house.reconcile().await;
    }
);

on_both_databases!(
    what_we_did_not_sign_is_not_believed,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let notice = notice_to(&house, "us-desk").await;
        let base = EmailAddress::parse(BOUNCES).unwrap();
        let foreign = SigningKey::of(&[7; SigningKey::LENGTH]).unwrap();
        let forged = return_path(&foreign, &base, notice.id).to_string();
        let guessed = NoticeEntry {
            message_id: "<5c0e9a3f-0000-4000-8000-000000000000@mfa.example.org>".into(),
            ..notice.clone()
        };
        for name in ["postfix-unknown-user", "exim", "gmail", "sendmail"] {
            let message = about(sample(name), &guessed, &forged);
            let returned = received(&house, &message, Some(&forged)).await;
            assert!(
                matches!(returned, Returned::Ignored(_)),
                "{name}: {returned:?}"
            );
        }
        // Returned, but refused for somebody else to whom it was passed on.
        let passed_on = about(sample("forwarded-elsewhere"), &notice, &forged);
        let returned = received(&house, &passed_on, None).await;
        assert!(matches!(returned, Returned::Ignored(_)), "{returned:?}");
        for name in ["a-person-writes", "one-of-ours"] {
            let returned = reported(&house, name, &notice).await;
            assert!(
                matches!(returned, Returned::Ignored(_)),
                "{name}: {returned:?}"
            );
        }
        assert_eq!(bouncing(&house).await, [""; 0]);
        assert_eq!(notice_to(&house, "us-desk").await, notice);

        // The message it returns is ours: nobody else knows its Message-ID.
        let unsigned = about(sample("qmail"), &notice, "aide-memoire@mfa.example.org");
        let returned = received(&house, &unsigned, None).await;
        assert!(matches!(returned, Returned::Bounced { .. }), "{returned:?}");
        house.reconcile().await;
    }
);

on_both_databases!(
    a_secret_does_not_fall_back_to_who_may_not_read_it,
    async |database: TestDatabase| {
        let restricted = commitment(
            "US37-11",
            "kind = \"deliverable\"\ndeadline = \"20 June 2025\"\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\"]\n",
        );
        let house = an_hour_after(database, &format!("{DESK}{restricted}")).await;
        let notice = notice_to(&house, "us-desk").await;
        assert_eq!(notice.state, NoticeState::Sent);
        reported(&house, "exchange", &notice).await;
        assert_eq!(bouncing(&house).await, ["us-desk@mfa.example.org"]);
        house.run_until("2025-06-30 12:00").await;
        let all = recipients(&house);
        assert_eq!(all, ["us-desk@mfa.example.org"], "nobody else may read it");
        let refused = OccurrenceFilter {
            reason: Some(SkipReason::NotPermitted),
            ..OccurrenceFilter::default()
        };
        let snapshot = house.store.read().await.unwrap();
        let refused = snapshot.occurrences(&refused, ALL).await.unwrap();
        assert!(!refused.is_empty(), "and the ledger says why");
        drop(snapshot);
        house.reconcile().await;
    }
);

on_both_databases!(
    what_waits_for_the_same_mailbox_goes_to_who_hears_instead,
    async |database: TestDatabase| {
        // Two desks at one mailbox, each with a head of its own.
        let second = r#"
[[person]]
id = "other-head"
name = "Head, Cyber Division"
email = "other-head@mfa.example.org"

[[desk]]
id = "cyber"
name = "Cyber desk"
email = "US-desk@mfa.example.org"
calendar = "phnom-penh"
head = "other-head"
"#;
        let theirs = deliverable("US37-02", "20 June 2025")
            .replace("lead = \"us-desk\"", "lead = \"cyber\"");
        let record = format!("{}{second}{theirs}", one_deadline());
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(|config| config.mail.return_path = BOUNCES.into());
        // The first is taken and comes back while the second still waits for another try.
        house.relay.set(|s| {
            *s = s.clone().for_recipient(
                "US-desk@mfa.example.org",
                Step::Rcpt,
                Fault::reply("450 4.2.0 greylisted"),
            )
        });
        house.run_until("2025-06-13 02:00").await;
        let notice = notice_to(&house, "us-desk").await;
        reported(&house, "exim", &notice).await;
        assert_eq!(
            notice_to(&house, "cyber").await.state,
            NoticeState::Cancelled
        );
        house.relay.set(|s| *s = Script::default());
        house.run_until("2025-06-13 08:00").await;
        let mut all = recipients(&house);
        all.sort();
        assert_eq!(
            all,
            [
                "head@mfa.example.org",
                "other-head@mfa.example.org",
                "us-desk@mfa.example.org"
            ]
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    nobody_instead_is_told_to_the_operator,
    async |database: TestDatabase| {
        let alone = DESK.replace("head = \"head\"\nsom_leader = \"leader\"\n", "");
        let record = format!("{alone}{}", deliverable("US37-01", "20 June 2025"));
        let house = an_hour_after(database, &record).await;
        let notice = notice_to(&house, "us-desk").await;
        reported(&house, "gmail", &notice).await;
        house.run_until("2025-06-21 12:00").await;
        assert_eq!(recipients(&house), ["us-desk@mfa.example.org"]);
        let unheard = OccurrenceFilter {
            reason: Some(SkipReason::NoRecipient),
            ..OccurrenceFilter::default()
        };
        let snapshot = house.store.read().await.unwrap();
        let unheard = snapshot.occurrences(&unheard, ALL).await.unwrap();
        assert!(
            !unheard.is_empty(),
            "later reminders reach nobody, and it is said"
        );
        drop(snapshot);
        house.reconcile().await;
    }
);

on_both_databases!(
    a_mailbox_that_is_in_order_again_is_written_to,
    async |database: TestDatabase| {
        let house = an_hour_after(database, &one_deadline()).await;
        let notice = notice_to(&house, "us-desk").await;
        reported(&house, "sendmail", &notice).await;
        house.activate().await;
        let address = EmailAddress::parse("US-Desk@mfa.example.org").unwrap();
        let now = house.clock.business_now();
        let clear = async || {
            clear(&house.store, &address, &Actor::Operator, now)
                .await
                .unwrap()
        };
        assert!(clear().await);
        assert!(!clear().await, "it is known by now");
        assert_eq!(bouncing(&house).await, [""; 0]);
        house.run_until("2025-06-20 12:00").await;
        let heard = heard(&house).await;
        let count = |reader: &str, rule: &str| {
            let key = (reader.to_owned(), rule.to_owned());
            heard.get(&key).copied().unwrap_or(0)
        };
        assert_eq!(count("head", "before-7"), 1);
        assert_eq!(
            count("us-desk", "before-7"),
            0,
            "the head heard it in its place"
        );
        assert_eq!(count("us-desk", "before-1"), 1, "{heard:?}");
        assert_eq!(count("head", "before-1"), 0, "{heard:?}");
        let page = Page {
            offset: 0,
            limit: 10,
        };
        let snapshot = house.store.read().await.unwrap();
        let audit = snapshot.audit_trail(page).await.unwrap();
        assert!(
            audit
                .iter()
                .any(|a| a.act == "bounces-clear" && a.actor == "operator")
        );
        drop(snapshot);
        house.reconcile().await;
    }
);

on_both_databases!(
    a_redirected_mail_that_comes_back_says_nothing_of_its_reader,
    async |database: TestDatabase| {
        let mut house = House::open(database, &one_deadline(), "2025-06-12 20:00").await;
        house.restart(|config| {
            config.mail.return_path = BOUNCES.into();
            config.mail.mode = MailMode::Redirect;
            config.mail.redirect_to = "rehearsal@mfa.example.org".into();
        });
        house.run_until("2025-06-13 02:00").await;
        let notice = notice_to(&house, "us-desk").await;
        let elsewhere = NoticeEntry {
            to: "rehearsal@mfa.example.org".into(),
            ..notice
        };
        reported(&house, "exchange", &elsewhere).await;
        assert_eq!(bouncing(&house).await, ["rehearsal@mfa.example.org"]);
        let directory = house.store.directory().await.unwrap();
        let desk = directory.address_of_desk(&"us-desk".parse().unwrap());
        assert!(desk.is_some(), "the desk is written to as before");
        house.activate().await;
        assert_eq!(recipients(&house).len(), 1, "and nobody hears in its place");
        house.reconcile().await;
    }
);

on_both_databases!(every_daemon_knows_of_it, async |database: TestDatabase| {
    let house = an_hour_after(database, &one_deadline()).await;
    let other = house.database.reopen().await;
    assert!(other.directory().await.unwrap().bouncing.is_empty());
    let notice = notice_to(&house, "us-desk").await;
    reported(&house, "gmail", &notice).await;
    let known = other.book().await.unwrap();
    let known: Vec<&str> = known
        .directory
        .bouncing
        .iter()
        .map(|a| a.as_str())
        .collect();
    assert_eq!(known, ["us-desk@mfa.example.org"]);
    house.reconcile().await;
});
