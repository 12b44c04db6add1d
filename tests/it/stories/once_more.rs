//! What was taken back before anybody heard it is said when the record calls for it again: the
//! commitment came back to its desk, the address was put right. What was heard is not.

use std::collections::BTreeMap;

use aide_memoire::domain::notice::NoticeState;
use chrono::TimeDelta;

use super::bounces::{an_hour_after, bouncing, heard, notice_to, one_deadline, reported};
use super::{DESK, deliverable, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;
use crate::support::smtp::{Fault, Script, Step};

const SECOND_DESK: &str = "\n[[desk]]\nid = \"cyber\"\nname = \"Cyber desk\"\nemail = \"cyber@mfa.example.org\"\ncalendar = \"phnom-penh\"\nhead = \"head\"\n";

fn with_two_desks() -> String {
    format!("{}{SECOND_DESK}", one_deadline())
}

/// The same record, its commitment led by the other desk.
fn moved_away(record: &str) -> String {
    record.replace("lead = \"us-desk\"", "lead = \"cyber\"")
}

/// The same record, with another address of the desk.
fn corrected(record: &str) -> String {
    let after = record.replace("us-desk@mfa.example.org", "americas@mfa.example.org");
    assert_ne!(after, record);
    after
}

fn the_relay_is_away(house: &House) {
    house.relay.set(|script| {
        *script = Script::default().at(Step::Greeting, Fault::reply("421 4.3.2 going down"));
    });
}

async fn the_relay_is_back(house: &House) {
    house.relay.set(|script| *script = Script::default());
    house.clock.wait(TimeDelta::minutes(90));
    house.activate().await;
}

fn times(heard: &BTreeMap<(String, String), usize>, reader: &str, rule: &str) -> usize {
    let key = (reader.to_owned(), rule.to_owned());
    heard.get(&key).copied().unwrap_or(0)
}

on_both_databases!(
    a_commitment_that_came_back_during_an_outage_is_reminded_of,
    async |database: TestDatabase| {
        let record = with_two_desks();
        let house = House::open(database, &record, "2025-06-13 01:00").await;
        the_relay_is_away(&house);
        house.activate().await;
        // Away and back, three times: nothing of it can leave.
        for _ in 0..3 {
            for edition in [&moved_away(&record), &record] {
                house.import(edition).await.unwrap();
                house.clock.wait(TimeDelta::minutes(1));
                house.activate().await;
            }
        }
        assert_eq!(recipients(&house), [""; 0]);
        the_relay_is_back(&house).await;
        assert_eq!(recipients(&house), ["us-desk@mfa.example.org"]);
        house.run_until("2025-06-20 12:00").await;
        let heard = heard(&house).await;
        for rule in ["before-7", "before-1", "last-day"] {
            assert_eq!(times(&heard, "us-desk", rule), 1, "{rule}: {heard:?}");
            assert_eq!(times(&heard, "cyber", rule), 0, "{rule}: {heard:?}");
        }
        house.reconcile().await;
    }
);

on_both_databases!(
    what_the_desk_heard_before_it_went_away_is_not_said_again,
    async |database: TestDatabase| {
        let record = with_two_desks();
        let house = House::open(database, &record, "2025-06-13 01:00").await;
        house.activate().await;
        the_relay_is_away(&house);
        for edition in [&moved_away(&record), &record] {
            house.import(edition).await.unwrap();
            house.clock.wait(TimeDelta::minutes(1));
            house.activate().await;
        }
        the_relay_is_back(&house).await;
        house.run_until("2025-06-20 12:00").await;
        let heard = heard(&house).await;
        for rule in ["before-7", "before-1", "last-day"] {
            assert_eq!(times(&heard, "us-desk", rule), 1, "{rule}: {heard:?}");
        }
        house.reconcile().await;
    }
);

on_both_databases!(
    a_withdrawal_that_is_taken_back_brings_the_reminder_back_once,
    async |database: TestDatabase| {
        let record = one_deadline();
        let house = House::open(database, &record, "2025-06-13 01:00").await;
        house.relay.set(|script| {
            let busy = Fault::reply("450 4.2.0 greylisted");
            *script = Script::default().at(Step::Rcpt, busy);
        });
        house.activate().await;
        let withdrawn = format!("{record}state = \"withdrawn\"\nclosed = \"2025-06-13\"\n");
        house.import(&withdrawn).await.unwrap();
        house.clock.wait(TimeDelta::minutes(10));
        house.activate().await;
        assert_eq!(house.states().await[&NoticeState::Cancelled], 1);
        house.import(&record).await.unwrap();
        house.activate().await;
        the_relay_is_back(&house).await;
        house.run_until("2025-06-17 12:00").await;
        let heard = heard(&house).await;
        assert_eq!(times(&heard, "us-desk", "before-7"), 1, "{heard:?}");
        house.reconcile().await;
    }
);

on_both_databases!(
    what_came_back_from_an_address_corrected_meanwhile_goes_to_the_new_one,
    async |database: TestDatabase| {
        let record = one_deadline();
        let house = an_hour_after(database, &record).await;
        let notice = notice_to(&house, "us-desk").await;
        house.import(&corrected(&record)).await.unwrap();
        house.activate().await;
        assert_eq!(recipients(&house), ["us-desk@mfa.example.org"]);

        reported(&house, "postfix-unknown-user", &notice).await;
        assert_eq!(bouncing(&house).await, ["us-desk@mfa.example.org"]);
        house.activate().await;
        let both = ["us-desk@mfa.example.org", "americas@mfa.example.org"];
        assert_eq!(recipients(&house), both);
        // The same news again, by the same and by another server.
        for again in ["postfix-unknown-user", "gmail", "qmail"] {
            reported(&house, again, &notice).await;
            house.activate().await;
        }
        assert_eq!(recipients(&house), both, "never twice to a good address");
        assert_eq!(bouncing(&house).await, ["us-desk@mfa.example.org"]);

        // The old address once more: the head stands in, for what is to come.
        house.import(&record).await.unwrap();
        house.activate().await;
        assert_eq!(recipients(&house), both);
        house.run_until("2025-06-20 12:00").await;
        let heard = heard(&house).await;
        assert_eq!(times(&heard, "us-desk", "before-7"), 1, "{heard:?}");
        assert_eq!(times(&heard, "head", "before-7"), 0, "{heard:?}");
        for rule in ["before-1", "last-day"] {
            assert_eq!(times(&heard, "us-desk", rule), 0, "{rule}: {heard:?}");
            assert_eq!(times(&heard, "head", rule), 1, "{rule}: {heard:?}");
        }
        house.reconcile().await;
    }
);

on_both_databases!(
    what_is_open_again_gives_way_as_everything_does,
    async |database: TestDatabase| {
        let record = with_two_desks();
        let house = an_hour_after(database, &record).await;
        let notice = notice_to(&house, "us-desk").await;
        let corrected = corrected(&record);
        house.import(&corrected).await.unwrap();
        the_relay_is_away(&house);
        reported(&house, "postfix-unknown-user", &notice).await;
        house.activate().await;
        assert_eq!(house.states().await.get(&NoticeState::Deferred), Some(&1));
        // It waits for the new address when the commitment goes to another desk.
        house.import(&moved_away(&corrected)).await.unwrap();
        house.activate().await;
        the_relay_is_back(&house).await;
        house.run_until("2025-06-16 08:00").await;
        let taken = recipients(&house);
        assert!(
            !taken.contains(&"americas@mfa.example.org".to_owned()),
            "{taken:?}"
        );
        assert!(
            taken.contains(&"cyber@mfa.example.org".to_owned()),
            "{taken:?}"
        );
        // The letter that came back is told as it was.
        let first = notice_to(&house, "us-desk").await;
        assert_eq!(first.state, NoticeState::Bounced);
        assert!(
            first.items.iter().all(|item| item.dropped.is_none()),
            "{first:?}"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    what_waits_when_the_old_address_gives_mail_back_leaves_for_the_new_one,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"))
            + &deliverable("US37-02", "23 June 2025");
        let house = an_hour_after(database, &record).await;
        let notice = notice_to(&house, "us-desk").await;
        the_relay_is_away(&house);
        house.run_until("2025-06-16 02:00").await;
        house.import(&corrected(&record)).await.unwrap();
        reported(&house, "postfix-unknown-user", &notice).await;
        house.activate().await;
        the_relay_is_back(&house).await;
        house.run_until("2025-06-17 08:00").await;
        let taken = recipients(&house);
        let to = |address: &str| taken.iter().filter(|to| *to == address).count();
        assert_eq!(to("us-desk@mfa.example.org"), 1, "{taken:?}");
        assert!(to("americas@mfa.example.org") >= 1, "{taken:?}");
        let mut said = BTreeMap::<String, usize>::new();
        for notice in house.notices().await {
            if notice.state == NoticeState::Sent {
                for item in notice.items.iter().filter(|i| i.dropped.is_none()) {
                    *said
                        .entry(format!("{} {}", item.item.commitment, item.item.rule))
                        .or_default() += 1;
                }
            }
        }
        assert_eq!(said.get("US37-01 before-7"), Some(&1), "{said:?}");
        assert_eq!(said.get("US37-02 before-7"), Some(&1), "{said:?}");
        house.reconcile().await;
    }
);

on_both_databases!(
    a_refused_address_that_was_corrected_meanwhile_costs_the_desk_nothing,
    async |database: TestDatabase| {
        let record = one_deadline();
        let house = House::open(database, &record, "2025-06-13 01:00").await;
        house.relay.set(|script| {
            *script = Script::default().for_recipient(
                "us-desk@mfa.example.org",
                Step::Rcpt,
                Fault::reply("450 4.2.0 greylisted"),
            )
        });
        house.activate().await;
        house.relay.set(|script| {
            *script = Script::default().for_recipient(
                "us-desk@mfa.example.org",
                Step::Rcpt,
                Fault::reply("550 5.1.1 no such user"),
            )
        });
        house.import(&corrected(&record)).await.unwrap();
        house.clock.wait(TimeDelta::minutes(10));
        house.activate().await;
        assert_eq!(recipients(&house), ["americas@mfa.example.org"]);
        assert_eq!(bouncing(&house).await, [""; 0]);
        house.reconcile().await;
    }
);
