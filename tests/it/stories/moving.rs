//! Dates slip: a meeting or a deadline moves, and what hangs on it moves with it.

use aide_memoire::acts::moving::{Moved, move_meeting, redate};
use aide_memoire::acts::{ActError, Actor};
use aide_memoire::clock::Clock;
use aide_memoire::domain::deadline::{Deadline, MeetingDate};
use aide_memoire::domain::ledger::{OccurrenceEntry, OccurrenceFilter};
use aide_memoire::domain::meeting::MeetingStatus;
use aide_memoire::domain::moving::{NewDate, NewDeadline};
use aide_memoire::domain::notice::{Line, OccurrenceState};

use super::{DESK, commitment, deliverable, outsides};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};

fn rules(notices: &[aide_memoire::domain::ledger::NoticeEntry]) -> Vec<String> {
    notices
        .iter()
        .flat_map(|n| {
            n.items.iter().map(|i| {
                format!(
                    "{} {} {}",
                    n.due_at.format("%m-%d"),
                    n.recipient,
                    i.item.rule
                )
            })
        })
        .collect()
}

on_both_databases!(
    a_meeting_moves_and_its_deadlines_move_with_it,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "at pmc"));
        let house = House::open(database, &record, "2025-06-23 02:00").await;
        house.run_until("2025-07-02 12:00").await;
        let before = rules(&house.notices().await);
        assert!(
            before.iter().any(|r| r.contains("us-desk brief")),
            "{before:?}"
        );

        let moved = record.replace("10 July 2025", "31 July 2025");
        let imported = house.import(&moved).await.unwrap();
        assert_eq!(imported.changed.len(), 1, "{imported:?}");
        house.run_until("2025-08-05 12:00").await;
        let after = rules(&house.notices().await);
        assert!(
            !after
                .iter()
                .any(|r| r.starts_with("07-03 us-desk before-7") && r.contains("07-03")),
            "not for the old date: {after:?}"
        );
        assert!(
            after.iter().any(|r| r == "07-24 us-desk before-7"),
            "for the new one: {after:?}"
        );
        assert!(
            after.iter().any(|r| r == "08-01 us-desk outcome-1"),
            "{after:?}"
        );
        assert_eq!(
            after
                .iter()
                .filter(|r| r.ends_with("us-desk brief"))
                .count(),
            2,
            "moved by more than a week, so a new brief: {after:?}"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    a_new_deadline_supersedes_what_was_not_sent,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(|config| config.mail.mode = aide_memoire::domain::notice::MailMode::Hold);
        house.run_until("2025-06-13 02:00").await;
        house
            .import(&record.replace("20 June 2025", "27 June 2025"))
            .await
            .unwrap();

        let superseded = OccurrenceFilter {
            state: Some(OccurrenceState::Superseded),
            ..OccurrenceFilter::default()
        };
        let snapshot = house.store.read().await.unwrap();
        assert_eq!(
            snapshot.occurrences(&superseded, ALL).await.unwrap().len(),
            1
        );
        drop(snapshot);
        let book = house.store.book().await.unwrap();
        let revisions = &book.commitment("US37-01").unwrap().revisions;
        assert_eq!(revisions.len(), 1, "the first deadline stays visible");
        assert_eq!(revisions[0].from.as_ref().unwrap().text(), "20 June 2025");

        house.restart(|config| config.mail.mode = aide_memoire::domain::notice::MailMode::Live);
        house.run_until("2025-06-20 12:00").await;
        let sent = outsides(&house);
        assert!(
            sent.iter().any(|(_, subject)| subject.contains("US37-01")),
            "{sent:?}"
        );
        let notices = house.notices().await;
        assert!(
            rules(&notices)
                .iter()
                .any(|r| r == "06-20 us-desk before-7"),
            "{:?}",
            rules(&notices)
        );
        house.reconcile().await;
    }
);

/// The operator moves the PMC.
async fn move_pmc(
    house: &House,
    date: Option<&str>,
    status: Option<MeetingStatus>,
    dry_run: bool,
) -> Result<Moved, ActError> {
    let wanted = NewDate {
        date: date.map(|text| MeetingDate::parse(text).unwrap()),
        status,
        reason: Some("the host asked".into()),
    };
    let now = house.clock.business_now();
    move_meeting(&house.store, "pmc", &wanted, &Actor::Operator, now, dry_run).await
}

async fn superseded(house: &House) -> Vec<OccurrenceEntry> {
    let superseded = OccurrenceFilter {
        state: Some(OccurrenceState::Superseded),
        ..OccurrenceFilter::default()
    };
    let snapshot = house.store.read().await.unwrap();
    snapshot.occurrences(&superseded, ALL).await.unwrap()
}

/// The texts of what the relay took for an address, white space folded.
fn texts_to(house: &House, address: &str) -> Vec<String> {
    let taken = house.relay.log();
    taken
        .iter()
        .filter(|message| message.to.iter().any(|to| to == address))
        .map(|message| {
            let parsed = mail_parser::MessageParser::default()
                .parse(&message.content)
                .expect("a message that can be read");
            let text = parsed.body_text(0).unwrap_or_default();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

on_both_databases!(
    what_a_move_will_change_is_shown_beforehand_and_is_what_happens,
    async |database: TestDatabase| {
        let secret = commitment(
            "US37-09",
            "kind = \"deliverable\"\ndeadline = \"at pmc\"\nconfidentiality = \"restricted\"\nreaders = [\"us-desk\"]\n",
        );
        let record = format!("{DESK}{}{secret}", deliverable("US37-01", "at pmc"));
        let mut house = House::open(database, &record, "2025-06-23 02:00").await;
        // On hold, so that what is announced for the old date is still here when it moves.
        house.restart(|config| config.mail.mode = aide_memoire::domain::notice::MailMode::Hold);
        house.run_until("2025-07-03 02:00").await;
        let book = house.store.book().await.unwrap();
        let shown = move_pmc(&house, Some("31 July 2025"), None, true)
            .await
            .unwrap();
        assert_eq!(
            house.store.book().await.unwrap(),
            book,
            "looking changes nothing"
        );
        assert!(superseded(&house).await.is_empty());

        let told = &shown.consequences.commitments;
        assert_eq!(
            told.len(),
            1,
            "a restricted one is not even counted: {told:?}"
        );
        assert_eq!(shown.consequences.more, 0);
        let days = |reminders: &[aide_memoire::domain::consequence::Reminder]| {
            let days = reminders
                .iter()
                .map(|r| format!("{} {} {}", r.date, r.recipient, r.rule));
            days.collect::<Vec<_>>()
        };
        let gone = days(&told[0].gone);
        assert!(
            gone.contains(&"2025-07-03 us-desk before-7".to_owned()),
            "it waits on hold: {gone:?}"
        );
        assert!(
            gone.contains(&"2025-07-11 us-desk outcome-1".to_owned()),
            "{gone:?}"
        );
        let instead = days(&told[0].instead);
        assert!(
            instead.contains(&"2025-07-24 us-desk before-7".to_owned()),
            "{instead:?}"
        );

        let done = move_pmc(&house, Some("31 July 2025"), None, false)
            .await
            .unwrap();
        assert_eq!(
            done.consequences, shown.consequences,
            "what was shown is what is done"
        );
        let taken_back: Vec<String> = superseded(&house)
            .await
            .iter()
            .map(|e| format!("{} {}", e.rule, e.recipient))
            .collect();
        assert!(
            taken_back.contains(&"before-7 us-desk".to_owned()),
            "{taken_back:?}"
        );
        assert!(
            taken_back.contains(&"brief us-desk".to_owned()),
            "{taken_back:?}"
        );
        let snapshot = house.store.read().await.unwrap();
        let audit = snapshot.audit_trail(ALL).await.unwrap();
        assert_eq!(audit[0].act, "move meeting");
        assert!(audit[0].detail.contains("the host asked"), "{:?}", audit[0]);
        drop(snapshot);

        house.restart(|config| config.mail.mode = aide_memoire::domain::notice::MailMode::Live);
        house.run_until("2025-08-20 12:00").await;
        let after = rules(&house.notices().await);
        for reminder in &told[0].instead {
            let line = format!(
                "{} {} {}",
                reminder.date.format("%m-%d"),
                reminder.recipient,
                reminder.rule
            );
            let came = after.contains(&line);
            assert!(
                came || reminder.date > "2025-08-20".parse().unwrap(),
                "{line}: {after:?}"
            );
        }
        house.reconcile().await;
    }
);

on_both_databases!(
    the_desks_concerned_read_of_a_move_in_their_next_notice,
    async |database: TestDatabase| {
        let cooperating = "\n[[desk]]\nid = \"crime-desk\"\nname = \"Crime desk\"\nemail = \"crime-desk@mfa.example.org\"\ncalendar = \"phnom-penh\"\n";
        let both = commitment(
            "US37-01",
            "kind = \"deliverable\"\ndeadline = \"at pmc\"\ncooperating = [\"crime-desk\"]\n",
        );
        let overdue = deliverable("US37-02", "May 2025");
        let record = format!("{DESK}{cooperating}{both}{overdue}");
        let record = record.replace("date = \"10 July 2025\"", "date = \"10 September 2025\"");
        let house = House::open(database, &record, "2025-06-23 02:00").await;
        // A Monday, after its digest has left.
        house.run_until("2025-06-30 04:00").await;
        move_pmc(&house, Some("1 October 2025"), None, false)
            .await
            .unwrap();
        house.run_until("2025-07-14 04:00").await;
        let notices = house.notices().await;
        let redated: Vec<String> = notices
            .iter()
            .flat_map(|n| n.items.iter().map(move |i| (n, i)))
            .filter(|(_, i)| i.item.line == Some(Line::Redated))
            .map(|(n, _)| format!("{} {}", n.date, n.recipient))
            .collect();
        assert_eq!(
            redated,
            [
                "2025-06-30 crime-desk",
                "2025-07-07 leader",
                "2025-07-07 us-desk"
            ],
            "once each: where the digest of the day had left, in the next one"
        );
        for address in [
            "us-desk@mfa.example.org",
            "crime-desk@mfa.example.org",
            "som@mfa.example.org",
        ] {
            let texts = texts_to(&house, address);
            let words =
                "moved with the PMC with the U.S., from 10 September to 1 October (the host asked)";
            assert!(
                texts.iter().any(|t| t.contains(words)),
                "{address}: {texts:?}"
            );
        }
        house.reconcile().await;
    }
);

on_both_databases!(
    a_move_into_the_next_days_is_told_with_the_reminder_itself,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "at pmc"));
        let record = record.replace("date = \"10 July 2025\"", "date = \"10 September 2025\"");
        let house = House::open(database, &record, "2025-06-23 02:00").await;
        house.run_until("2025-07-01 04:00").await;
        move_pmc(&house, Some("10 July 2025"), None, false)
            .await
            .unwrap();
        house.run_until("2025-07-03 04:00").await;
        let texts = texts_to(&house, "us-desk@mfa.example.org");
        let last = texts.last().unwrap();
        assert!(
            last.contains("moved with the PMC with the U.S., from 10 September to 10 July"),
            "{last}"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    a_cancelled_meeting_leaves_its_deadlines_awaiting_it,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "at pmc"));
        let house = House::open(database, &record, "2025-06-23 02:00").await;
        house.run_until("2025-06-27 04:00").await;
        let shown = move_pmc(&house, None, Some(MeetingStatus::Cancelled), false)
            .await
            .unwrap();
        let becomes = shown.consequences.commitments[0].deadlines[0].becomes;
        assert_eq!(
            becomes,
            Some(aide_memoire::domain::schedule::Schedule::AwaitingEvent)
        );
        house.run_until("2025-07-25 04:00").await;
        let after = rules(&house.notices().await);
        assert!(
            !after
                .iter()
                .any(|r| r.contains("outcome") || r.contains("overdue")),
            "{after:?}"
        );
        let refused = move_pmc(&house, Some("1 August 2025"), None, false).await;
        assert!(
            refused
                .unwrap_err()
                .to_string()
                .contains("tentative or confirmed")
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    a_new_deadline_is_a_revision_with_its_reason,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let mut house = House::open(database, &record, "2025-06-12 20:00").await;
        house.restart(|config| config.mail.mode = aide_memoire::domain::notice::MailMode::Hold);
        house.run_until("2025-06-13 02:00").await;
        let reference = "US37-01".parse().unwrap();
        let wanted = |deadline: &str| NewDeadline {
            milestone: None,
            deadline: Deadline::parse(deadline).unwrap(),
            reason: Some("the partner needs longer".into()),
            by: Some("us-desk".parse().unwrap()),
            approved: Some("leader".parse().unwrap()),
        };
        let now = house.clock.business_now();
        let store = &house.store;
        let actor = Actor::Operator;
        let shown = redate(
            store,
            &reference,
            &wanted("27 June 2025"),
            &actor,
            now,
            true,
        )
        .await
        .unwrap();
        assert!(
            store
                .book()
                .await
                .unwrap()
                .commitment("US37-01")
                .unwrap()
                .revisions
                .is_empty()
        );
        let done = redate(
            store,
            &reference,
            &wanted("27 June 2025"),
            &actor,
            now,
            false,
        )
        .await
        .unwrap();
        assert_eq!(done.consequences, shown.consequences);
        assert_eq!(superseded(&house).await.len(), 1);
        let book = house.store.book().await.unwrap();
        let revision = &book.commitment("US37-01").unwrap().revisions[0];
        assert_eq!(revision.from.as_ref().unwrap().text(), "20 June 2025");
        assert_eq!(revision.approved.as_ref().unwrap().as_str(), "leader");
        let again = redate(
            store,
            &reference,
            &wanted("27 June 2025"),
            &actor,
            now,
            false,
        )
        .await;
        assert!(again.unwrap_err().to_string().contains("already"));

        house.restart(|config| config.mail.mode = aide_memoire::domain::notice::MailMode::Live);
        house.run_until("2025-06-20 12:00").await;
        let after = rules(&house.notices().await);
        assert!(
            after.iter().any(|r| r == "06-20 us-desk before-7"),
            "{after:?}"
        );
        let texts = texts_to(&house, "us-desk@mfa.example.org");
        let words = "re-dated from 20 June 2025 to 27 June 2025 (the partner needs longer)";
        assert!(texts.iter().any(|t| t.contains(words)), "{texts:?}");
        house.reconcile().await;
    }
);
