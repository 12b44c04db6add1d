//! A relay that refuses, stalls or vanishes costs nothing but time.

use std::time::Duration;

use aide_memoire::domain::notice::NoticeState;
use chrono::TimeDelta;

use super::{DESK, deliverable, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;
use crate::support::smtp::{Fault, Script, Step};

/// A house on the morning of its first reminder, to one desk.
async fn a_morning(database: TestDatabase) -> House {
    let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
    House::open(database, &record, "2025-06-13 01:00").await
}

fn repaired(house: &House) {
    house.relay.set(|script| *script = Script::default());
}

on_both_databases!(
    a_busy_relay_is_tried_again_and_gets_it_once,
    async |database: TestDatabase| {
        let house = a_morning(database).await;
        house.relay.set(|s| {
            *s = s
                .clone()
                .at(Step::Rcpt, Fault::reply("450 4.2.0 greylisted"))
        });
        for wait in [6, 12, 25] {
            let report = house.activate().await;
            assert_eq!(report.delivered.deferred, 1, "after {wait}: {report:?}");
            assert_eq!(
                house.activate().await.delivered.deferred,
                0,
                "not before its time"
            );
            house.clock.wait(TimeDelta::minutes(wait));
        }
        repaired(&house);
        assert_eq!(house.activate().await.delivered.sent, 1);
        house.clock.wait(TimeDelta::hours(3));
        assert_eq!(house.activate().await.delivered.sent, 0);
        assert_eq!(recipients(&house).len(), 1);
        house.reconcile().await;
    }
);

on_both_databases!(
    a_refused_recipient_is_not_tried_again,
    async |database: TestDatabase| {
        let house = a_morning(database).await;
        house.relay.set(|s| {
            *s = s
                .clone()
                .at(Step::Rcpt, Fault::reply("550 5.1.1 no such user"))
        });
        assert_eq!(house.activate().await.delivered.rejected, 1);
        repaired(&house);
        house.clock.wait(TimeDelta::hours(30));
        house.activate().await;
        let notice = house.notices().await.remove(0);
        assert_eq!(notice.state, NoticeState::Rejected);
        let snapshot = house.store.read().await.unwrap();
        let attempts = snapshot.attempts(notice.id).await.unwrap();
        assert_eq!(attempts.len(), 1);
        assert_eq!(attempts[0].enhanced_code.as_deref(), Some("5.1.1"));
        drop(snapshot);
        house.reconcile().await;
    }
);

on_both_databases!(
    a_relay_that_is_away_is_not_asked_for_every_notice,
    async |database: TestDatabase| {
        let mut record = DESK.to_owned();
        for n in 0..20 {
            record.push_str(&format!("\n[[desk]]\nid = \"desk-{n}\"\nname = \"Desk {n}\"\nemail = \"desk-{n}@mfa.example.org\"\ncalendar = \"phnom-penh\"\n"));
            record.push_str(
                &deliverable(&format!("D-{n:02}"), "20 June 2025")
                    .replace("lead = \"us-desk\"", &format!("lead = \"desk-{n}\"")),
            );
        }
        let house = House::open(database, &record, "2025-06-13 01:00").await;
        house.relay.set(|s| {
            *s = s
                .clone()
                .at(Step::Greeting, Fault::reply("421 4.3.2 going down"))
        });
        house.activate().await;
        assert!(
            house.relay.connections() <= 4,
            "one a session: {}",
            house.relay.connections()
        );
        assert!(
            house
                .engine
                .relay_problem()
                .is_some_and(|p| p.contains("going down"))
        );
        repaired(&house);
        house.clock.wait(TimeDelta::minutes(7));
        house.activate().await;
        assert_eq!(recipients(&house).len(), 20);
        assert_eq!(house.engine.relay_problem(), None);
        house.reconcile().await;
    }
);

on_both_databases!(
    an_answer_that_never_came_leaves_a_doubt_and_one_more_copy,
    async |database: TestDatabase| {
        let house = a_morning(database).await;
        house
            .relay
            .set(|s| *s = s.clone().nth(1, Step::Content, Fault::TakeThenReset));
        assert_eq!(house.activate().await.delivered.in_doubt, 1);
        assert_eq!(house.states().await[&NoticeState::InDoubt], 1);
        house.clock.wait(TimeDelta::minutes(20));
        assert_eq!(
            house.activate().await.delivered.sent,
            0,
            "not before half an hour"
        );
        house.clock.wait(TimeDelta::minutes(11));
        assert_eq!(house.activate().await.delivered.sent, 1);
        let taken = house.relay.log();
        assert_eq!(taken.len(), 2);
        assert_eq!(taken[0].content, taken[1].content, "byte for byte the same");
        house.reconcile().await;
    }
);

on_both_databases!(
    a_second_doubt_is_for_a_person_to_decide,
    async |database: TestDatabase| {
        let house = a_morning(database).await;
        house
            .relay
            .set(|s| *s = s.clone().at(Step::Content, Fault::TakeThenReset));
        for _ in 0..4 {
            house.activate().await;
            house.clock.wait(TimeDelta::minutes(31));
        }
        assert_eq!(house.states().await[&NoticeState::Parked], 1);
        assert_eq!(house.relay.log().len(), 2);
        house.reconcile().await;
    }
);

on_both_databases!(a_late_yes_still_counts, async |database: TestDatabase| {
    let house = a_morning(database).await;
    // Later than the content's deadline in these settings, and then a 250.
    let late =
        Duration::from_secs(house.config.mail.smtp.content_timeout) + Duration::from_millis(400);
    house
        .relay
        .set(|s| *s = s.clone().nth(1, Step::Content, Fault::Delay(late)));
    house.activate().await;
    assert_eq!(house.states().await[&NoticeState::Sent], 1);
    house.clock.wait(TimeDelta::hours(2));
    house.activate().await;
    assert_eq!(house.relay.log().len(), 1);
    house.reconcile().await;
});

on_both_databases!(
    a_wrong_password_is_the_relays_matter_not_the_readers,
    async |database: TestDatabase| {
        let house = a_morning(database).await;
        house.relay.set(|s| {
            *s = s.clone().at(
                Step::Mail,
                Fault::reply("530 5.7.0 authentication required"),
            )
        });
        let report = house.activate().await;
        assert_eq!(report.delivered.deferred, 1);
        assert!(house.engine.relay_problem().is_some());
        repaired(&house);
        house.clock.wait(TimeDelta::minutes(7));
        assert_eq!(house.activate().await.delivered.sent, 1);
        house.reconcile().await;
    }
);

on_both_databases!(
    in_doubt_and_nobody_left_to_send_to_is_for_a_person_to_decide,
    async |database: TestDatabase| {
        let house = a_morning(database).await;
        house
            .relay
            .set(|s| *s = s.clone().nth(1, Step::Content, Fault::TakeThenReset));
        assert_eq!(house.activate().await.delivered.in_doubt, 1);
        let unreachable = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"))
            .replace("email = \"us-desk@mfa.example.org\"\n", "")
            .replace("head = \"head\"\n", "");
        house.import(&unreachable).await.unwrap();
        house.clock.wait(TimeDelta::minutes(31));
        house.activate().await;
        assert_eq!(house.states().await[&NoticeState::Parked], 1);
        assert_eq!(house.relay.log().len(), 1);
        house.reconcile().await;
    }
);

/// The desk's only reminder is taken back, so that no mail will show whether the relay works.
async fn nothing_is_left_to_send(house: &House) {
    let closed = deliverable("US37-01", "20 June 2025").replace(
        "opened =",
        "state = \"closed\"\nclosed = \"2025-06-12\"\nopened =",
    );
    house.import(&format!("{DESK}{closed}")).await.unwrap();
}

on_both_databases!(
    a_relay_that_is_back_is_known_to_be_without_a_mail,
    async |database: TestDatabase| {
        let house = a_morning(database).await;
        let closing = Fault::reply("421 4.3.2 going down");
        house
            .relay
            .set(|s| *s = s.clone().at(Step::Greeting, closing));
        house.activate().await;
        nothing_is_left_to_send(&house).await;
        house.clock.wait(TimeDelta::seconds(40));
        house.activate().await;
        assert!(house.engine.relay_problem().is_some(), "it is still away");
        repaired(&house);
        house.activate().await;
        assert!(
            house.engine.relay_problem().is_some(),
            "not before its time"
        );
        house.clock.wait(TimeDelta::minutes(3));
        house.activate().await;
        assert_eq!(house.engine.relay_problem(), None);
        assert_eq!(house.relay.log().len(), 0);
        house.reconcile().await;
    }
);

on_both_databases!(
    a_relay_that_greets_and_refuses_our_sender_is_not_called_well,
    async |database: TestDatabase| {
        let house = a_morning(database).await;
        let refused = Fault::reply("553 5.7.1 sender refused");
        house.relay.set(|s| *s = s.clone().at(Step::Mail, refused));
        house.activate().await;
        nothing_is_left_to_send(&house).await;
        house.clock.wait(TimeDelta::minutes(3));
        house.activate().await;
        assert!(
            house
                .engine
                .relay_problem()
                .is_some_and(|p| p.contains("sender refused"))
        );
    }
);
