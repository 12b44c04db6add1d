//! The person who hears: deputies during an absence, pauses, cadence, and the reader's own hour.

use aide_memoire::domain::ledger::OccurrenceFilter;
use aide_memoire::domain::notice::{NoticeKind, OccurrenceState};
use aide_memoire::domain::rule::Rule;

use super::{DESK, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};

const DEPUTY: &str = "\n[[person]]\nid = \"deputy\"\nname = \"Deputy Head\"\nemail = \"deputy@mfa.example.org\"\ncalendar = \"phnom-penh\"\n";

fn away(person: &str, from: &str, until: &str) -> String {
    format!(
        "\n[[absence]]\nperson = \"{person}\"\nfrom = \"{from}\"\nuntil = \"{until}\"\ndeputy = \"deputy\"\n"
    )
}

/// The desk of the stories, with habits.
fn desk_with(habits: &str) -> String {
    DESK.replace(
        "email = \"us-desk@mfa.example.org\"\n",
        &format!("email = \"us-desk@mfa.example.org\"\n{habits}\n"),
    )
}

/// The reminders that were sent, oldest first: `2025-06-30 01:00 head overdue-8`.
async fn sent(house: &House) -> Vec<String> {
    let filter = OccurrenceFilter {
        state: Some(OccurrenceState::Sent),
        ..OccurrenceFilter::default()
    };
    let snapshot = house.store.read().await.unwrap();
    let mut entries = snapshot.occurrences(&filter, ALL).await.unwrap();
    entries.retain(|e| !matches!(e.rule, Rule::Digest | Rule::Brief));
    entries.sort_by_key(|e| (e.slot, e.recipient.clone()));
    let lines = entries.iter().map(|e| {
        let place = e.because.in_place_of.as_ref();
        let place = place.map(|p| format!(" for {p}")).unwrap_or_default();
        let at = e.slot.format("%Y-%m-%d %H:%M");
        format!("{at} {}{place} {}", e.recipient, e.rule)
    });
    lines.collect()
}

/// The text of the mails to an address.
fn letters_to(house: &House, address: &str) -> Vec<String> {
    let taken = house.relay.log();
    let theirs = taken.iter().filter(|m| m.to == [address]);
    theirs
        .map(|m| {
            let parsed = mail_parser::MessageParser::default()
                .parse(&m.content)
                .expect("a message that can be read");
            let text = parsed.body_text(0).unwrap_or_default();
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        })
        .collect()
}

on_both_databases!(
    a_deputy_hears_during_the_absence_and_the_head_after,
    async |database: TestDatabase| {
        let record = format!(
            "{DESK}{DEPUTY}{}{}",
            away("head", "2025-06-27", "2025-07-06"),
            deliverable("US37-01", "20 June 2025")
        );
        let house = House::open(database, &record, "2025-06-26 00:00").await;
        house.run_until("2025-07-08 12:00").await;
        let told = sent(&house).await;
        let up: Vec<_> = told
            .iter()
            .filter(|line| !line.contains("us-desk"))
            .collect();
        assert_eq!(
            up,
            [
                "2025-06-30 01:00 deputy for head overdue-8",
                "2025-07-07 01:00 head overdue-15",
                "2025-07-07 01:00 leader overdue-15",
            ]
        );
        let letters = letters_to(&house, "deputy@mfa.example.org");
        assert_eq!(
            letters.len(),
            1,
            "one mail, in the head's place: {letters:?}"
        );
        assert!(
            letters[0].contains("for the Head, Americas Division, who is away until 6 July 2025"),
            "{}",
            letters[0]
        );
        let of_head = letters_to(&house, "head@mfa.example.org");
        assert!(of_head.iter().all(|l| !l.contains("away")), "{of_head:?}");
        house.reconcile().await;
    }
);

on_both_databases!(
    an_absence_entered_late_tells_nobody_twice,
    async |database: TestDatabase| {
        let record = format!("{DESK}{DEPUTY}{}", deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-26 00:00").await;
        house.run_until("2025-06-30 02:00").await;
        let before = house.relay.log().len();
        assert!(
            sent(&house)
                .await
                .contains(&"2025-06-30 01:00 head overdue-8".to_owned())
        );

        // Somebody enters that the head has been away since that Monday, and is for two weeks.
        let told_before = sent(&house).await;
        let late = format!("{record}{}", away("head", "2025-06-30", "2025-07-11"));
        house.import(&late).await.unwrap();
        house.run_until("2025-07-04 12:00").await;
        assert_eq!(sent(&house).await, told_before, "nobody is reminded again");
        let mut new = crate::stories::recipients(&house).split_off(before);
        assert_eq!(
            new.pop().as_deref(),
            Some("deputy@mfa.example.org"),
            "the week's state, for whoever keeps it from now on"
        );
        assert!(new.is_empty(), "{new:?}");

        // From then on it is the deputy; and when it is taken back, the head hears nothing twice.
        house.run_until("2025-07-07 02:00").await;
        let told = sent(&house).await;
        assert!(
            told.contains(&"2025-07-07 01:00 deputy for head overdue-15".to_owned()),
            "{told:?}"
        );
        let shortened = late.replace("until = \"2025-07-11\"", "until = \"2025-07-01\"");
        house.import(&shortened).await.unwrap();
        house.run_until("2025-07-11 12:00").await;
        let again = sent(&house).await;
        assert_eq!(again, told);
        house.reconcile().await;
    }
);

on_both_databases!(
    the_deputys_digest_covers_what_the_leader_would_have_read,
    async |database: TestDatabase| {
        let record = format!(
            "{DESK}{DEPUTY}{}{}",
            away("leader", "2025-06-09", "2025-06-20"),
            deliverable("US37-01", "30 June 2025")
        );
        let house = House::open(database, &record, "2025-06-05 00:00").await;
        house.run_until("2025-06-24 12:00").await;
        let mut digests: Vec<String> = house
            .notices()
            .await
            .iter()
            .filter(|n| n.kind == NoticeKind::Digest && n.recipient.as_str() != "us-desk")
            .map(|n| format!("{} {}", n.date, n.recipient))
            .collect();
        digests.sort();
        assert_eq!(
            digests,
            [
                "2025-06-09 deputy",
                "2025-06-16 deputy",
                "2025-06-23 leader",
            ]
        );
        let letters = letters_to(&house, "deputy@mfa.example.org");
        assert!(
            letters
                .iter()
                .all(|l| l.contains("for the SOM Leader, who is away until 20 June 2025")),
            "{letters:?}"
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    a_pause_holds_what_can_wait_and_no_escalation,
    async |database: TestDatabase| {
        let pause = "pause = { from = \"2025-06-12\", until = \"2025-06-17\" }";
        let record = format!(
            "{}{}{}",
            desk_with(pause),
            // Warned of in the pause; the warnings are of the 13th and the 19th.
            deliverable("US37-01", "20 June 2025"),
            // Its last day is in the pause.
            deliverable("US37-02", "13 June 2025"),
        );
        let house = House::open(database, &record, "2025-06-11 20:00").await;
        house.run_until("2025-06-19 12:00").await;
        assert_eq!(
            sent(&house).await,
            [
                "2025-06-13 01:00 us-desk last-day",
                "2025-06-16 01:00 us-desk overdue-1",
                "2025-06-19 01:00 us-desk before-1",
            ]
        );
        house.reconcile().await;
    }
);

on_both_databases!(
    a_cadence_spares_the_weeks_between,
    async |database: TestDatabase| {
        let record = format!(
            "{}{}",
            desk_with("digest = \"fortnightly\""),
            deliverable("US37-01", "4 July 2025")
        );
        let house = House::open(database, &record, "2025-06-06 00:00").await;
        house.run_until("2025-07-08 12:00").await;
        let notices = house.notices().await;
        let digests: Vec<String> = notices
            .iter()
            .filter(|n| n.kind == NoticeKind::Digest && n.recipient.as_str() == "us-desk")
            .map(|n| n.date.to_string())
            .collect();
        // The 9th and the 23rd are between; so is the 7th of July, with what is overdue by then
        // among the morning's reminders.
        assert_eq!(digests, ["2025-06-16", "2025-06-30"]);
        house.reconcile().await;
    }
);

on_both_databases!(
    ones_own_hour_stays_the_same_when_the_clocks_change,
    async |database: TestDatabase| {
        let new_york = desk_with("slot = \"07:30\"").replace(
            "timezone = \"Asia/Phnom_Penh\"",
            "timezone = \"America/New_York\"",
        ) + "\n[policy]\nslot = \"10:00\"\n";
        // New York goes from five hours behind to four on Sunday 9 March 2025.
        let opened =
            |text: String| text.replace("opened = \"2025-04-01\"", "opened = \"2025-01-06\"");
        let record = format!(
            "{new_york}{}{}",
            opened(deliverable("US37-01", "7 March 2025")),
            opened(deliverable("US37-02", "11 March 2025")),
        );
        let house = House::open(database, &record, "2025-03-07 06:00").await;
        house.run_until("2025-03-11 20:00").await;
        assert_eq!(
            sent(&house).await,
            [
                "2025-03-07 12:30 us-desk last-day",
                "2025-03-10 11:30 us-desk before-1",
                "2025-03-10 11:30 us-desk overdue-1",
                "2025-03-11 11:30 us-desk last-day",
            ]
        );
        house.reconcile().await;
    }
);
