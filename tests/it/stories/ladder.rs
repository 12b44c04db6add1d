//! The ladder before, on and after a deadline: who hears what on which morning.

use super::{DESK, deliverable, outsides, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

on_both_databases!(
    a_deadline_from_its_first_warning_to_the_som_leader,
    async |database: TestDatabase| {
        // Friday 20 June 2025 is the last day of the window.
        let record = format!("{DESK}{}", deliverable("US37-03", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-10 00:00").await;
        house.run_until("2025-07-14 12:00").await;

        let by_rule: Vec<String> = house
            .notices()
            .await
            .iter()
            .flat_map(|notice| {
                let at = notice.due_at.format("%m-%d %H:%M").to_string();
                let recipient = notice.recipient.to_string();
                notice
                    .items
                    .iter()
                    .map(move |item| format!("{at} {recipient}: {}", item.item.rule))
                    .collect::<Vec<_>>()
            })
            .collect();
        insta::assert_debug_snapshot!("ladder_of_a_deadline", by_rule);
        house.reconcile().await;
    }
);

on_both_databases!(
    one_recipient_one_morning_one_mail,
    async |database: TestDatabase| {
        let record = format!(
            "{DESK}{}{}{}",
            deliverable("US37-01", "20 June 2025"),
            deliverable("US37-02", "20 June 2025"),
            deliverable("US37-03", "13 June 2025"),
        );
        let house = House::open(database, &record, "2025-06-12 20:00").await;
        house.run_until("2025-06-13 12:00").await;

        assert_eq!(
            recipients(&house),
            ["us-desk@mfa.example.org"],
            "three reminders, one mail"
        );
        let taken = house.relay.log().remove(0);
        let message = mail_parser::MessageParser::default()
            .parse(&taken.content)
            .unwrap();
        let text = message.body_text(0).unwrap();
        let place = |reference| text.find(reference).expect(reference);
        assert!(
            place("US37-03") < place("US37-01"),
            "the most pressing first"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    what_was_imported_late_in_the_day_waits_for_the_next_morning,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-13 02:00").await;
        house.activate().await;
        assert_eq!(recipients(&house).len(), 1, "before-7, sent this morning");

        // That morning's notice has left; a warning that can wait does.
        house
            .import(&format!(
                "{DESK}{}{}",
                deliverable("US37-01", "20 June 2025"),
                deliverable("US37-02", "20 June 2025")
            ))
            .await
            .unwrap();
        house.activate().await;
        assert_eq!(recipients(&house).len(), 1);
        house.run_until("2025-06-16 02:00").await;
        let subjects: Vec<String> = outsides(&house)
            .into_iter()
            .map(|(_, subject)| subject)
            .collect();
        assert!(subjects.len() >= 2, "{subjects:?}");
        house.reconcile().await;
    }
);

on_both_databases!(
    an_import_twice_says_nothing_twice,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-12 20:00").await;
        house.run_until("2025-06-13 12:00").await;
        let before = recipients(&house);
        for _ in 0..3 {
            let again = house.import(&record).await.unwrap();
            assert!(
                again.new.is_empty() && again.changed.is_empty(),
                "{again:?}"
            );
            house.activate().await;
        }
        assert_eq!(recipients(&house), before);
        house.reconcile().await;
    }
);
