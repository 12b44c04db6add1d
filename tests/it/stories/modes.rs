//! Going live, `hold`, `redirect` and the mailbox: loading an old record never showers people.

use aide_memoire::config::TransportKind;
use aide_memoire::domain::ledger::OccurrenceFilter;
use aide_memoire::domain::notice::{MailMode, NoticeState, SkipReason};
use mail_parser::MessageParser;

use super::{DESK, deliverable, outsides, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};

on_both_databases!(
    what_fell_due_before_going_live_is_never_sent,
    async |database: TestDatabase| {
        // Long overdue when the installation goes live on a Tuesday.
        let record = format!("{DESK}{}", deliverable("US37-01", "2 May 2025"));
        let house = House::open(database, &record, "2025-06-10 02:00").await;
        house.run_until("2025-06-15 12:00").await;
        assert_eq!(recipients(&house), Vec::<String>::new());

        let before = OccurrenceFilter {
            reason: Some(SkipReason::BeforeItWentLive),
            ..OccurrenceFilter::default()
        };
        let snapshot = house.store.read().await.unwrap();
        let unsaid = snapshot.occurrences(&before, ALL).await.unwrap();
        assert!(
            unsaid.len() >= 5,
            "each is in the ledger with its reason: {unsaid:?}"
        );
        drop(snapshot);

        // The first digest shows it once, as overdue.
        house.run_until("2025-06-16 12:00").await;
        let digests = outsides(&house);
        assert!(
            digests
                .iter()
                .any(|(to, subject)| to == "us-desk@mfa.example.org"
                    && subject.contains("1 overdue")),
            "{digests:?}"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    on_hold_everything_is_planned_and_nothing_leaves,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(|config| config.mail.mode = MailMode::Hold);
        house.run_until("2025-06-13 12:00").await;
        assert_eq!(house.relay.connections(), 0);
        assert_eq!(house.states().await[&NoticeState::Pending], 1);

        house.restart(|config| config.mail.mode = MailMode::Live);
        house.activate().await;
        assert_eq!(recipients(&house), ["us-desk@mfa.example.org"]);
        house.reconcile().await;
    }
);

on_both_databases!(
    redirected_mail_goes_to_one_address_and_says_for_whom_it_was,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(|config| {
            config.mail.mode = MailMode::Redirect;
            config.mail.redirect_to = "rehearsal@mfa.example.org".into();
        });
        house.run_until("2025-06-13 12:00").await;
        let taken = house.relay.log();
        assert_eq!(taken.len(), 1);
        assert_eq!(taken[0].to, ["rehearsal@mfa.example.org"]);
        let message = MessageParser::default().parse(&taken[0].content).unwrap();
        let text = message.body_text(0).unwrap();
        assert!(text.contains("ASEAN-U.S. desk"), "{text}");
        assert!(text.contains("us-desk@mfa.example.org"), "{text}");
        house.reconcile().await;
    }
);

on_both_databases!(
    the_mailbox_keeps_the_message_a_relay_would_have_got,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(|config| config.mail.transport = TransportKind::Mailbox);
        house.run_until("2025-06-13 12:00").await;
        assert_eq!(house.relay.connections(), 0);
        let notice = house.notices().await.remove(0);
        assert_eq!(notice.state, NoticeState::Sent);
        let snapshot = house.store.read().await.unwrap();
        let kept = snapshot
            .message(notice.id)
            .await
            .unwrap()
            .expect("it is kept");
        let message = MessageParser::default().parse(&kept.raw).unwrap();
        assert_eq!(message.subject(), notice.subject.as_deref());
        assert_eq!(message.html_body_count(), 1);
        assert_eq!(
            format!("<{}>", message.message_id().unwrap()),
            notice.message_id
        );
    }
);
