//! Whoever has something new to say is asked again: a meeting that gets its first commitment, a desk
//! whose notice found nobody to go to.

use aide_memoire::domain::notice::{MailMode, NoticeKind, NoticeState};

use super::{DESK, deliverable, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

on_both_databases!(
    a_commitment_entered_after_the_day_of_the_brief_still_brings_one,
    async |database: TestDatabase| {
        let house = House::open(database, DESK, "2025-06-23 02:00").await;
        house.run_until("2025-07-01 02:00").await;
        assert!(recipients(&house).is_empty(), "nothing is open yet");

        let record = format!("{DESK}{}", deliverable("US37-01", "August 2025"));
        house.import(&record).await.unwrap();
        house.run_until("2025-07-02 12:00").await;
        let briefed: Vec<String> = house
            .notices()
            .await
            .into_iter()
            .filter(|n| n.kind == NoticeKind::Brief && n.state == NoticeState::Sent)
            .map(|n| n.recipient.to_string())
            .collect();
        assert_eq!(briefed, ["leader", "us-desk"]);
        house.reconcile().await;
    }
);

on_both_databases!(
    a_notice_that_finds_its_desk_without_an_address_is_told_to_the_head,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(|config| config.mail.mode = MailMode::Hold);
        house.run_until("2025-06-13 02:00").await;
        let without = record.replace("email = \"us-desk@mfa.example.org\"\n", "");
        house.import(&without).await.unwrap();
        house.restart(|config| config.mail.mode = MailMode::Live);
        house.run_until("2025-06-13 06:00").await;

        let heard: Vec<(String, String)> = house
            .notices()
            .await
            .iter()
            .filter(|n| n.state == NoticeState::Sent)
            .flat_map(|n| {
                let live = n.items.iter().filter(|i| i.dropped.is_none());
                live.map(|i| (n.to.clone(), i.item.rule.to_string()))
            })
            .collect();
        assert_eq!(
            heard,
            [("head@mfa.example.org".to_owned(), "before-7".to_owned())]
        );
        house.reconcile().await;
    }
);
