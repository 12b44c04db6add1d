//! What the mail system refuses or gives back: who is told, and what becomes of the address.

use aide_memoire::delivery::signed::notice_of_return_path;

use super::{DESK, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

on_both_databases!(
    each_notice_leaves_with_a_return_path_of_its_own,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(|config| config.mail.return_path = "bounces@mfa.example.org".into());
        house.run_until("2025-06-13 12:00").await;
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
