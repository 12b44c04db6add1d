//! The daemon was down, or died in the middle: late is better than silent, and once is enough.

use aide_memoire::domain::notice::{Line, NoticeState};
use chrono::TimeDelta;
use uuid::Uuid;

use aide_memoire::clock::Clock;

use super::{DESK, deliverable, outsides, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{House, instant};

on_both_databases!(
    two_months_down_and_one_mail_a_reader,
    async |database: TestDatabase| {
        let record = format!(
            "{DESK}{}{}",
            deliverable("US37-01", "20 June 2025"),
            deliverable("US37-02", "27 June 2025")
        );
        let house = House::open(database, &record, "2025-06-09 12:00").await;
        house.activate().await;
        // A Wednesday, two months on, while everybody is at work.
        house.clock.set(instant("2025-08-06 03:00"));
        house.activate().await;
        let mut heard = recipients(&house);
        heard.sort();
        heard.dedup();
        assert_eq!(
            heard.len(),
            recipients(&house).len(),
            "one notice a reader: {:?}",
            outsides(&house)
        );
        let desk: Vec<_> = house
            .notices()
            .await
            .into_iter()
            .filter(|n| n.recipient.as_str() == "us-desk")
            .collect();
        assert!(
            desk.iter().all(|n| n
                .items
                .iter()
                .filter(|i| i.item.line.is_none())
                .all(|i| i.item.late)),
            "marked late"
        );
        house.run_until("2025-08-07 12:00").await;
        house.reconcile().await;
    }
);

on_both_databases!(
    what_a_digest_that_was_missed_would_have_told_is_in_the_next,
    async |database: TestDatabase| {
        let record = |deadline: &str| format!("{DESK}{}", deliverable("US37-01", deadline));
        let before = record("30 September 2025");
        let house = House::open(database, &before, "2025-06-01 20:00").await;
        house.run_until("2025-06-05 03:00").await;
        house.import(&record("31 October 2025")).await.unwrap();
        // Down from that Thursday over the digest of Monday 9 June, up to Tuesday of the week after.
        house.clock.set(instant("2025-06-17 03:00"));
        house.activate().await;
        let told = house.notices().await.into_iter().any(|notice| {
            let mut items = notice.items.iter();
            notice.recipient.as_str() == "us-desk"
                && notice.state == NoticeState::Sent
                && items.any(|i| i.item.line == Some(Line::Redated))
        });
        assert!(told, "{:?}", outsides(&house));
        house.reconcile().await;
    }
);

on_both_databases!(
    woken_in_the_evening_it_waits_for_the_morning,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-12 00:00").await;
        house.activate().await;
        // 20:00 in Phnom Penh on the day of before-7.
        house.clock.set(instant("2025-06-13 13:00"));
        house.activate().await;
        assert_eq!(recipients(&house).len(), 0);
        house.run_until("2025-06-16 00:59").await;
        assert_eq!(recipients(&house).len(), 0, "nor at the weekend");
        house.run_until("2025-06-16 01:00").await;
        assert_eq!(
            recipients(&house)
                .iter()
                .filter(|to| *to == "us-desk@mfa.example.org")
                .count(),
            1
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    a_daemon_that_died_with_a_claim_loses_nothing,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-12 20:00").await;
        house.clock.set(instant("2025-06-13 01:00"));
        aide_memoire::jobs::plan::plan(&house.engine).await.unwrap();
        let now = house.clock.real_now();
        // Claimed by a process that is gone before it sent anything.
        let claimed = house
            .store
            .claim(now, now, Uuid::new_v4(), now + TimeDelta::minutes(10), 10)
            .await
            .unwrap();
        assert_eq!(claimed.len(), 1);
        house.activate().await;
        assert_eq!(recipients(&house).len(), 0, "the lease still holds");
        house.clock.wait(TimeDelta::minutes(11));
        house.activate().await;
        assert_eq!(recipients(&house).len(), 1);
        house.clock.wait(TimeDelta::hours(1));
        house.activate().await;
        assert_eq!(recipients(&house).len(), 1);
        house.reconcile().await;
    }
);

on_both_databases!(
    a_daemon_that_died_in_the_content_leaves_a_doubt,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-12 20:00").await;
        house.clock.set(instant("2025-06-13 01:00"));
        aide_memoire::jobs::plan::plan(&house.engine).await.unwrap();
        let (now, token) = (house.clock.real_now(), Uuid::new_v4());
        let until = now + TimeDelta::minutes(10);
        let claimed = house.store.claim(now, now, token, until, 10).await.unwrap();
        let content = b"Message-ID: <x>\r\n\r\nThe bytes that may have arrived.\r\n";
        let id = claimed[0].entry.id;
        assert!(
            house
                .store
                .mark_in_data(id, token, "Subject", content, until)
                .await
                .unwrap()
        );

        house.clock.wait(TimeDelta::minutes(11));
        house.activate().await;
        assert_eq!(house.states().await[&NoticeState::InDoubt], 1);
        house.clock.wait(TimeDelta::minutes(31));
        house.activate().await;
        assert_eq!(house.states().await[&NoticeState::Sent], 1);
        assert_eq!(
            house.relay.log()[0].content,
            content,
            "the same bytes, not rendered anew"
        );
    }
);
