//! What people are spared: answered questions, confidential words, mail for nobody.

use aide_memoire::domain::ledger::OccurrenceFilter;
use aide_memoire::domain::notice::{NoticeState, SkipReason};

use super::{DESK, commitment, deliverable, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House, instant};

const SECRET: &str = "Statement US37-11";

fn restricted(readers: &str) -> String {
    commitment(
        "US37-11",
        &format!(
            "kind = \"deliverable\"\ndeadline = \"20 June 2025\"\nconfidentiality = \"restricted\"\nreaders = [{readers}]\n"
        ),
    )
}

on_both_databases!(
    a_restricted_commitment_is_told_by_reference_date_and_link,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", restricted("\"us-desk\""));
        let house = House::open(database, &record, "2025-06-10 00:00").await;
        house.run_until("2025-07-14 12:00").await;
        let taken = house.relay.log();
        assert!(!taken.is_empty());
        for message in &taken {
            assert_eq!(
                message.to,
                ["us-desk@mfa.example.org"],
                "neither head nor leader is a reader"
            );
            let parsed = mail_parser::MessageParser::default()
                .parse(&message.content)
                .unwrap();
            let all = [
                parsed.subject().unwrap().to_owned(),
                parsed.body_text(0).unwrap().into_owned(),
                parsed.body_html(0).unwrap().into_owned(),
            ];
            for part in &all {
                assert!(
                    !part.contains(SECRET) && !part.contains("endorsed"),
                    "{part}"
                );
            }
            assert!(all[1].contains("US37-11"));
        }
        let refused = OccurrenceFilter {
            reason: Some(SkipReason::NotPermitted),
            ..OccurrenceFilter::default()
        };
        let snapshot = house.store.read().await.unwrap();
        assert!(
            !snapshot
                .occurrences(&refused, ALL)
                .await
                .unwrap()
                .is_empty(),
            "and the ledger says why"
        );
        drop(snapshot);
        house.reconcile().await;
    }
);

on_both_databases!(
    access_lost_before_sending_is_access_lost,
    async |database: TestDatabase| {
        let open = deliverable("US37-11", "20 June 2025");
        let other = "\n[[desk]]\nid = \"other-desk\"\nname = \"Other desk\"\nemail = \"other@mfa.example.org\"\ncalendar = \"phnom-penh\"\n";
        let cooperating = open.replace(
            "lead = \"us-desk\"",
            "lead = \"us-desk\"\ncooperating = [\"other-desk\"]",
        );
        let record = format!("{DESK}{other}{cooperating}");
        let record = record.replace("opened = \"2025-04-01\"", "opened = \"2025-06-12\"");
        let house = House::open(database, &record, "2025-06-12 20:00").await;
        house.clock.set(instant("2025-06-13 01:00"));
        aide_memoire::jobs::plan::plan(&house.engine).await.unwrap();
        assert_eq!(
            house.notices().await.len(),
            2,
            "both desks are to hear that it was assigned"
        );

        let closed = record.replace(
            "obligors = [\"asean\"]",
            "obligors = [\"asean\"]\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\"]",
        );
        house.import(&closed).await.unwrap();
        house.activate().await;
        assert_eq!(recipients(&house), ["us-desk@mfa.example.org"]);
        assert_eq!(house.states().await[&NoticeState::Cancelled], 1);
        house.reconcile().await;
    }
);

on_both_databases!(
    an_answer_given_before_the_mail_leaves_counts,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-12 20:00").await;
        house.clock.set(instant("2025-06-13 01:00"));
        aide_memoire::jobs::plan::plan(&house.engine).await.unwrap();
        let update = "\n[[commitment.update]]\ndate = \"2025-06-13\"\nby = \"us-desk\"\nreported = \"completed\"\nstate = \"submitted\"\n";
        house.import(&format!("{record}{update}")).await.unwrap();
        house.activate().await;
        assert_eq!(recipients(&house).len(), 0);
        assert_eq!(house.states().await[&NoticeState::Cancelled], 1);
        house.reconcile().await;
    }
);

on_both_databases!(
    a_desk_nobody_can_reach_is_told_to_the_operator,
    async |database: TestDatabase| {
        let alone = "\n[[desk]]\nid = \"alone\"\nname = \"Desk without an address\"\ncalendar = \"phnom-penh\"\n";
        let record = format!(
            "{DESK}{alone}{}",
            deliverable("US37-01", "20 June 2025")
                .replace("lead = \"us-desk\"", "lead = \"alone\"")
        );
        let house = House::open(database, &record, "2025-06-12 20:00").await;
        house.run_until("2025-06-13 12:00").await;
        let unreached = OccurrenceFilter {
            reason: Some(SkipReason::NoRecipient),
            ..OccurrenceFilter::default()
        };
        let snapshot = house.store.read().await.unwrap();
        assert_eq!(
            snapshot.occurrences(&unreached, ALL).await.unwrap().len(),
            1
        );
        drop(snapshot);
        house.reconcile().await;
    }
);
