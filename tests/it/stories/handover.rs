//! Desks end and terms run out: what they answered for passes on, on the record, and nobody is told
//! twice what the predecessor was told.

use aide_memoire::acts::handover::hand_over;
use aide_memoire::clock::Clock;
use aide_memoire::domain::ledger::{NoticeEntry, OccurrenceFilter};
use aide_memoire::domain::notice::{Line, MailMode, OccurrenceState};

use super::{DESK, commitment, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};

/// The desk ends on Monday 30 June 2025; another succeeds, under a head of its own and the same SOM
/// leader.
fn ending(commitments: &str) -> String {
    let desk = DESK.replace(
        "som_leader = \"leader\"\n",
        "som_leader = \"leader\"\nends = \"2025-06-30\"\nsuccessor = \"new-desk\"\n",
    );
    let successor = "\n[[person]]\nid = \"new-head\"\nname = \"Head, New Division\"\nemail = \"new-head@mfa.example.org\"\n\n[[desk]]\nid = \"new-desk\"\nname = \"New desk\"\nemail = \"new-desk@mfa.example.org\"\ncalendar = \"phnom-penh\"\nhead = \"new-head\"\nsom_leader = \"leader\"\n";
    format!("{desk}{successor}{commitments}")
}

/// What each notice to a reader carried: its day, the rule or the line, and the commitment.
fn carried(notices: &[NoticeEntry], reader: &str) -> Vec<String> {
    let mine = notices.iter().filter(|n| n.recipient.as_str() == reader);
    mine.flat_map(|n| {
        n.items.iter().filter(|i| i.dropped.is_none()).map(|i| {
            let what = match i.item.line {
                Some(line) => line.to_string(),
                None => i.item.rule.to_string(),
            };
            format!("{} {what} {}", n.date.format("%m-%d"), i.item.commitment)
        })
    })
    .collect()
}

fn texts_to(house: &House, address: &str) -> String {
    let taken = house.relay.log();
    let mine = taken
        .iter()
        .filter(|message| message.to.iter().any(|to| to == address));
    mine.map(|message| {
        let parsed = mail_parser::MessageParser::default()
            .parse(&message.content)
            .expect("a message that can be read");
        let text = parsed.body_text(0).unwrap_or_default();
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    })
    .collect::<Vec<_>>()
    .join("\n")
}

on_both_databases!(
    what_a_desk_answered_for_passes_to_its_successor,
    async |database: TestDatabase| {
        let secret = commitment(
            "US37-09",
            "kind = \"deliverable\"\ndeadline = \"October 2025\"\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\"]\n",
        );
        let record = ending(&format!(
            "{}{}{}{secret}",
            deliverable("US37-01", "25 June 2025"),
            deliverable("US37-02", "July 2025"),
            deliverable("US37-04", "December 2025"),
        ));
        let house = House::open(database, &record, "2025-06-16 02:00").await;
        // The last minute of its last day, in Phnom Penh.
        house.run_until("2025-06-30 16:59").await;
        let lead = async |reference: &str| {
            let book = house.store.book().await.unwrap();
            book.commitment(reference).unwrap().lead.to_string()
        };
        assert_eq!(lead("US37-01").await, "us-desk");
        house.run_until("2025-06-30 17:00").await;
        for reference in ["US37-01", "US37-02", "US37-04"] {
            assert_eq!(lead(reference).await, "new-desk");
        }
        assert_eq!(
            lead("US37-09").await,
            "us-desk",
            "the successor may not read it"
        );
        let book = house.store.book().await.unwrap();
        let entry = &book.commitment("US37-01").unwrap().handovers[0];
        assert_eq!(entry.date.to_string(), "2025-07-01");
        assert_eq!(
            entry.reason.as_deref(),
            Some("the ASEAN-U.S. desk ended on 30 June 2025")
        );
        let snapshot = house.store.read().await.unwrap();
        let audit = snapshot.audit_trail(ALL).await.unwrap();
        let lines = audit.iter().filter(|a| a.act == "hand over");
        assert_eq!(lines.count(), 3);
        drop(snapshot);
        assert_eq!(house.activate().await.handed_over, 0, "and only once");

        house.run_until("2025-07-14 04:00").await;
        let notices = house.notices().await;
        assert_eq!(
            carried(&notices, "new-desk"),
            [
                "07-03 overdue-8 US37-01",
                "07-07 opens US37-02",
                "07-07 overdue US37-01",
                "07-07 handed-over US37-04",
                "07-10 overdue-15 US37-01",
                "07-14 overdue US37-01",
                "07-14 due-soon US37-02",
            ],
            "nothing of what the predecessor was told"
        );
        assert_eq!(
            carried(&notices, "new-head")[..2],
            ["07-03 overdue-8 US37-01", "07-07 overdue US37-01"]
        );
        let old: Vec<String> = carried(&notices, "us-desk");
        assert!(
            old.iter().any(|line| line == "06-26 overdue-1 US37-01"),
            "{old:?}"
        );
        assert!(
            old.iter()
                .all(|line| line.as_str() < "07" || line.ends_with("US37-09")),
            "{old:?}"
        );
        let told = texts_to(&house, "new-desk@mfa.example.org");
        let words = "passed to you from the ASEAN-U.S. desk";
        // With the reminder of 3 July, and with each line of the first digest.
        assert_eq!(told.matches(words).count(), 4, "{told}");
        assert!(!told.contains("US37-09"));
        let leader = texts_to(&house, "som@mfa.example.org");
        assert!(
            leader.contains("passed to the New desk from the ASEAN-U.S. desk"),
            "{leader}"
        );
        let lines = carried(&notices, "leader");
        assert!(
            lines.contains(&"07-07 handed-over US37-04".to_owned()),
            "{lines:?}"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    what_waited_for_the_predecessor_is_said_to_the_successor,
    async |database: TestDatabase| {
        let record = ending(&format!(
            "{}{}",
            deliverable("US37-01", "25 June 2025"),
            deliverable("US37-02", "12 June 2025"),
        ));
        let mut house = House::open(database, &record, "2025-06-24 02:00").await;
        house.restart(|config| config.mail.mode = MailMode::Hold);
        house.run_until("2025-06-30 17:00").await;
        let of_state = async |state| {
            let filter = OccurrenceFilter {
                state: Some(state),
                ..OccurrenceFilter::default()
            };
            let snapshot = house.store.read().await.unwrap();
            let found = snapshot.occurrences(&filter, ALL).await.unwrap();
            let mut lines: Vec<String> = found
                .iter()
                .map(|e| format!("{} {:?} {}", e.rule, e.subject, e.recipient))
                .collect();
            lines.sort();
            lines
        };
        let taken_back = of_state(OccurrenceState::Superseded).await.join("\n");
        assert!(
            taken_back.contains("overdue-1 Commitment(\"US37-01\") us-desk"),
            "{taken_back}"
        );
        // The SOM leader is the same, and keeps what waits for them: the ledger holds it once.
        assert!(!taken_back.contains(" leader"), "{taken_back}");
        let waiting = of_state(OccurrenceState::Waiting).await.join("\n");
        assert!(
            waiting.contains("overdue-15 Commitment(\"US37-02\") leader"),
            "{waiting}"
        );

        house.restart(|config| config.mail.mode = MailMode::Live);
        house.run_until("2025-07-02 12:00").await;
        let notices = house.notices().await;
        let new = carried(&notices, "new-desk");
        for reference in ["US37-01", "US37-02"] {
            let told = new
                .iter()
                .filter(|l| l.ends_with(reference) && l.contains("overdue-"));
            assert_eq!(told.count(), 1, "said once, not lost: {new:?}");
        }
        let leader = carried(&notices, "leader");
        assert!(
            leader.iter().any(|l| l.ends_with("overdue-15 US37-02")),
            "{leader:?}"
        );
        house.reconcile().await;
    }
);

/// Two terms of coordinators, the first ending with the year 2025.
fn terms() -> String {
    let record = ending("");
    let record = record.replace("ends = \"2025-06-30\"\nsuccessor = \"new-desk\"\n", "");
    record.replace(
        "desk = \"us-desk\"\n",
        "coordinators = [{ party = \"asean\", term = \"2024-2025\", desk = \"us-desk\" }, { party = \"us\", term = \"2026-2027\", desk = \"new-desk\" }]\n",
    )
}

on_both_databases!(
    a_coordinators_term_ends_and_daemons_pass_on_once_together,
    async |database: TestDatabase| {
        let all: String = (1..=30)
            .map(|n| deliverable(&format!("US37-{n:02}"), "March 2026"))
            .collect();
        let house = House::open(database, &format!("{}{all}", terms()), "2025-12-30 02:00").await;
        house.run_until("2025-12-31 16:00").await;
        let at_new_year = crate::support::house::instant("2025-12-31 17:00");
        let mut together = Vec::new();
        for _ in 0..3 {
            let store = house.database.reopen().await;
            together.push(tokio::spawn(
                async move { hand_over(&store, at_new_year).await },
            ));
        }
        let mut passed = 0;
        for daemon in together {
            passed += daemon.await.unwrap().unwrap();
        }
        assert_eq!(passed, 30);
        let book = house.store.book().await.unwrap();
        for commitment in book.open() {
            assert_eq!(commitment.lead.as_str(), "new-desk");
            assert_eq!(commitment.handovers.len(), 1);
            assert_eq!(commitment.handovers[0].date.to_string(), "2026-01-01");
        }
        house.run_until("2026-01-05 04:00").await;
        let notices = house.notices().await;
        let first: Vec<String> = carried(&notices, "new-desk");
        let handed = first.iter().filter(|l| l.starts_with("01-05 handed-over"));
        assert_eq!(handed.count(), 30, "{first:?}");
        house.reconcile().await;
    }
);

on_both_databases!(
    a_handover_survives_the_next_import_of_the_file,
    async |database: TestDatabase| {
        let record = ending(&deliverable("US37-01", "December 2025"));
        let house = House::open(database, &record, "2025-06-30 02:00").await;
        house.run_until("2025-06-30 17:00").await;
        let again = house.import(&record).await.unwrap();
        assert!(again.changed.is_empty(), "{again:?}");
        let renamed = record.replace("Statement US37-01", "Joint Statement");
        house.import(&renamed).await.unwrap();
        let book = house.store.book().await.unwrap();
        let commitment = book.commitment("US37-01").unwrap();
        assert_eq!(commitment.title, "Joint Statement");
        assert_eq!(commitment.lead.as_str(), "new-desk");
        assert_eq!(commitment.handovers.len(), 1);
        assert!(house.clock.business_now() >= crate::support::house::instant("2025-06-30 17:00"));
        let line = Line::HandedOver;
        house.run_until("2025-07-07 04:00").await;
        let notices = house.notices().await;
        let told = notices
            .iter()
            .flat_map(|n| &n.items)
            .filter(|i| i.item.line == Some(line));
        assert_eq!(told.count(), 2, "the successor and the SOM leader");
        house.reconcile().await;
    }
);

on_both_databases!(
    a_rehearsal_shows_what_will_pass_on,
    async |database: TestDatabase| {
        let record = ending(&format!(
            "{}{}",
            deliverable("US37-01", "25 June 2025"),
            deliverable("US37-04", "December 2025"),
        ));
        let house = House::open(database, &record, "2025-06-24 02:00").await;
        let book = house.store.book().await.unwrap();
        let on = |text: &str| text.parse::<chrono::NaiveDate>().unwrap();
        let (from, until) = (on("2025-06-24"), on("2025-07-10"));
        let rehearsal = aide_memoire::planner::rehearse::rehearse(&book, from, until, Some(from));
        house.run_until("2025-07-10 23:59").await;
        let came: Vec<String> = house
            .notices()
            .await
            .iter()
            .map(|n| {
                let mut rules: Vec<String> = n
                    .items
                    .iter()
                    .map(|i| format!("{} {}", i.item.commitment, i.item.rule))
                    .collect();
                rules.sort();
                format!("{} {} {rules:?}", n.date, n.recipient)
            })
            .collect();
        let mut rehearsed: Vec<String> = rehearsal
            .notices
            .iter()
            .map(|r| {
                let items = r.notice.items.iter();
                let mut rules: Vec<String> = items
                    .map(|i| format!("{} {}", i.commitment, i.rule))
                    .collect();
                rules.sort();
                format!("{} {} {rules:?}", r.notice.date, r.notice.recipient)
            })
            .collect();
        rehearsed.sort();
        let mut came = came;
        came.sort();
        assert_eq!(rehearsed, came);
        assert!(came.iter().any(|n| n.contains("new-desk")), "{came:?}");
        house.reconcile().await;
    }
);
