//! What could not be sent in time gives way to its own next step: after weeks without a relay each
//! reader gets one mail, the most pressing, and the ledger explains the others.

use std::collections::BTreeMap;

use aide_memoire::domain::ledger::OccurrenceFilter;
use aide_memoire::domain::notice::{NoticeState, OccurrenceState, SkipReason};
use chrono::TimeDelta;

use super::{DESK, deliverable, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};
use crate::support::smtp::{Fault, Script, Step};

/// Without the meeting's brief, which has a time of its own.
fn no_meeting_soon() -> String {
    DESK.replace("10 July 2025", "10 October 2025")
}

fn away(house: &House) {
    let away = Script::default().at(Step::Greeting, Fault::reply("421 4.3.2 going down"));
    house.relay.set(|s| *s = away.clone());
}

fn back(house: &House) {
    house.relay.set(|s| *s = Script::default());
}

/// How many occurrences stand how in the ledger.
async fn standings(house: &House) -> BTreeMap<(OccurrenceState, Option<SkipReason>), usize> {
    let snapshot = house.store.read().await.unwrap();
    let mut standings = BTreeMap::new();
    let everything = OccurrenceFilter::default();
    for entry in snapshot.occurrences(&everything, ALL).await.unwrap() {
        *standings.entry((entry.state, entry.reason)).or_default() += 1;
    }
    standings
}

/// What each mail that went out carries: to whom, and which rules.
async fn sent(house: &House) -> Vec<(String, String)> {
    let notices = house.notices().await.into_iter();
    let mut sent: Vec<(String, String)> = notices
        .filter(|n| n.state == NoticeState::Sent)
        .map(|n| {
            let live = n.items.iter().filter(|i| i.dropped.is_none());
            let rules: Vec<String> = live.map(|i| i.item.rule.to_string()).collect();
            (n.recipient.to_string(), rules.join(" "))
        })
        .collect();
    sent.sort();
    sent
}

on_both_databases!(
    three_weeks_without_a_relay_and_one_mail_a_reader,
    async |database: TestDatabase| {
        let record = format!(
            "{}{}",
            no_meeting_soon(),
            deliverable("US37-01", "20 June 2025")
        );
        let house = House::open(database, &record, "2025-06-12 12:00").await;
        away(&house);
        // Until the last step has come; a relay that is back before it would take the one before.
        house.run_until("2025-07-07 01:00").await;
        assert_eq!(house.relay.log().len(), 0);
        back(&house);
        house.run_until("2025-07-07 07:00").await;
        // On Monday, 7 July, the last step of the ladder.
        let last_step = |reader: &str| (reader.to_owned(), "overdue-15".to_owned());
        let expected = ["head", "leader", "us-desk"].map(last_step);
        assert_eq!(sent(&house).await, expected);
        assert_eq!(recipients(&house).len(), 3, "and nothing else");
        let states = house.states().await;
        let expired = states[&NoticeState::Expired];
        assert_eq!(
            states,
            [(NoticeState::Sent, 3), (NoticeState::Expired, expired)].into()
        );
        assert!(
            expired >= 8,
            "before, last day, overdue and digests: {expired}"
        );
        // The ledger explains each other one.
        let standings = standings(&house).await;
        let gave_way = (OccurrenceState::Skipped, Some(SkipReason::Expired));
        assert_eq!(standings[&(OccurrenceState::Sent, None)], 3);
        assert!(standings[&gave_way] >= expired);
        for (state, reason) in standings.keys() {
            let is_explained = *state == OccurrenceState::Sent || reason.is_some();
            assert!(is_explained, "{state} {reason:?}");
        }
        house.reconcile().await;
        // A week on there is only what a week brings.
        house.run_until("2025-07-13 23:00").await;
        assert_eq!(recipients(&house).len(), 3);
    }
);

on_both_databases!(
    a_brief_that_could_not_be_sent_before_its_meeting_is_not_sent_after,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "30 November 2025"));
        let house = House::open(database, &record, "2025-06-25 12:00").await;
        away(&house);
        house.run_until("2025-07-09 12:00").await;
        let waiting = house.notices().await;
        assert!(waiting.iter().any(|n| n.kind.as_str() == "brief"));
        // Midnight of 10 July in Phnom Penh is past.
        house.clock.set("2025-07-09T17:30:00Z".parse().unwrap());
        back(&house);
        for _ in 0..4 {
            house.activate().await;
            house.clock.wait(TimeDelta::minutes(70));
        }
        assert_eq!(recipients(&house).len(), 0);
        assert_eq!(
            house.states().await.into_keys().collect::<Vec<_>>(),
            [NoticeState::Expired]
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    bytes_that_may_have_arrived_do_not_expire,
    async |database: TestDatabase| {
        let record = format!(
            "{}{}",
            no_meeting_soon(),
            deliverable("US37-01", "20 June 2025")
        );
        let house = House::open(database, &record, "2025-06-13 01:00").await;
        house
            .relay
            .set(|s| *s = s.clone().nth(1, Step::Content, Fault::TakeThenReset));
        assert_eq!(house.activate().await.delivered.in_doubt, 1);
        // before-1 and last-day have come meanwhile.
        house.clock.set("2025-06-20T02:00:00Z".parse().unwrap());
        for _ in 0..3 {
            house.activate().await;
            house.clock.wait(TimeDelta::minutes(31));
        }
        let log = house.relay.log();
        let first = &log[0].content;
        let copies = log.iter().filter(|m| m.content == *first).count();
        assert_eq!(copies, 2, "once more, byte for byte");
        house.reconcile().await;
    }
);

on_both_databases!(
    a_notice_that_loses_items_for_several_reasons_is_cancelled,
    async |database: TestDatabase| {
        let record = format!(
            "{}{}{}",
            no_meeting_soon(),
            deliverable("US37-01", "20 June 2025"),
            deliverable("US37-02", "20 June 2025"),
        );
        let house = House::open(database, &record, "2025-06-13 01:00").await;
        away(&house);
        house.activate().await;
        let closed = record.replace(
            "ref = \"US37-02\"",
            "ref = \"US37-02\"\nstate = \"closed\"\nclosed = \"2025-06-16\"",
        );
        house.import(&closed).await.unwrap();
        back(&house);
        house.clock.set("2025-06-19T02:00:00Z".parse().unwrap());
        for _ in 0..3 {
            house.activate().await;
            house.clock.wait(TimeDelta::minutes(70));
        }
        let notices = house.notices().await;
        let first = notices
            .iter()
            .find(|n| n.date == "2025-06-13".parse().unwrap())
            .unwrap();
        assert_eq!(first.state, NoticeState::Cancelled, "{first:?}");
        let reasons: Vec<_> = first.items.iter().map(|i| i.dropped.unwrap()).collect();
        assert!(reasons.contains(&SkipReason::Expired), "{reasons:?}");
        let sent = sent(&house).await;
        let to_desk: Vec<_> = sent.iter().filter(|(to, _)| to == "us-desk").collect();
        assert_eq!(to_desk.len(), 1, "{sent:?}");
        assert_eq!(to_desk[0].1, "before-1");
        house.reconcile().await;
    }
);
