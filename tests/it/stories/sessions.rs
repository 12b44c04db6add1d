//! Many sessions at once: commits are shared, outcomes that are known are kept, and a relay that failed
//! is tried by one session before the others.

use std::collections::BTreeSet;

use aide_memoire::domain::notice::NoticeState;
use aide_memoire::jobs::Stopping;
use aide_memoire::store::DatabaseKind;
use chrono::TimeDelta;

use super::{DESK, deliverable, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;
use crate::support::smtp::{Fault, Script, Step};

/// The morning of a first reminder to each of so many desks.
async fn a_morning_of(database: TestDatabase, desks: usize, sessions: usize) -> House {
    let mut record = DESK.to_owned();
    for n in 0..desks {
        record.push_str(&format!("\n[[desk]]\nid = \"desk-{n}\"\nname = \"Desk {n}\"\nemail = \"desk-{n}@mfa.example.org\"\ncalendar = \"phnom-penh\"\n"));
        record.push_str(
            &deliverable(&format!("D-{n:03}"), "20 June 2025")
                .replace("lead = \"us-desk\"", &format!("lead = \"desk-{n}\"")),
        );
    }
    let mut house = House::open(database, &record, "2025-06-13 01:00").await;
    house.restart(|config| config.delivery.sessions = sessions);
    house
}

on_both_databases!(
    sixteen_sessions_share_their_commits_and_send_each_once,
    async |database: TestDatabase| {
        let house = a_morning_of(database, 300, 16).await;
        let report = house.activate().await;
        assert_eq!(report.delivered.sent, 300);
        let reached: BTreeSet<_> = recipients(&house).into_iter().collect();
        assert_eq!((reached.len(), house.relay.log().len()), (300, 300));
        assert_eq!(house.states().await, [(NoticeState::Sent, 300)].into());
        // Without company each notice costs two.
        let commits = house.engine.commits_shared();
        assert!(commits < 300, "{commits} commits for 300 notices");
        house.reconcile().await;
    }
);

on_both_databases!(
    alone_and_without_delay_every_step_is_a_commit_of_its_own,
    async |database: TestDatabase| {
        let mut house = a_morning_of(database, 12, 1).await;
        let config = house.config.clone();
        let clock = house.clock.clone();
        let engine = aide_memoire::jobs::Engine::new(house.store.clone(), &config, clock).unwrap();
        house.engine = engine.with_settling_delay(std::time::Duration::ZERO).into();
        assert_eq!(house.activate().await.delivered.sent, 12);
        assert_eq!(house.engine.commits_shared(), 24);
        house.reconcile().await;
    }
);

on_both_databases!(
    a_relay_that_failed_is_tried_by_one_session_first,
    async |database: TestDatabase| {
        let house = a_morning_of(database, 40, 4).await;
        let away = Script::default().at(Step::Greeting, Fault::reply("421 4.3.2 going down"));
        house.relay.set(|s| *s = away.clone());
        house.activate().await;
        let tried = house.relay.connections();
        assert!((1..=4).contains(&tried), "one a session at most: {tried}");
        let states = house.states().await;
        assert_eq!(states[&NoticeState::Deferred], tried, "{states:?}");
        assert_eq!(states[&NoticeState::Pending], 40 - tried, "nothing is held");
        // The pause is over, and the relay still away.
        house.clock.wait(TimeDelta::minutes(7));
        house.activate().await;
        assert_eq!(house.relay.connections(), tried + 1, "one tries for all");
        assert_eq!(
            house.activate().await.delivered.deferred,
            0,
            "and then nobody"
        );
        // A reader who is refused shows that the relay is there.
        house.clock.wait(TimeDelta::minutes(7));
        let refusal = Fault::reply("550 5.1.1 no such user");
        house
            .relay
            .set(|s| *s = Script::default().nth(1, Step::Rcpt, refusal));
        let delivered = house.activate().await.delivered;
        assert_eq!(
            (delivered.rejected, house.engine.relay_problem()),
            (1, None)
        );
        house.clock.wait(TimeDelta::minutes(90));
        house.activate().await;
        assert_eq!(house.states().await[&NoticeState::Sent], 39);
        house.reconcile().await;
    }
);

on_both_databases!(
    an_outcome_that_is_refused_costs_the_others_nothing,
    async |database: TestDatabase| {
        let house = a_morning_of(database, 30, 8).await;
        let refuse = match house.database.kind() {
            DatabaseKind::Sqlite => {
                "CREATE TRIGGER refuse BEFORE UPDATE ON notice WHEN NEW.state = 'sent' AND NEW.recipient = 'desk-7'
                 BEGIN SELECT RAISE(ABORT, 'refused'); END"
            }
            DatabaseKind::Postgres => {
                "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$ LANGUAGE plpgsql;
                 CREATE TRIGGER refuse BEFORE UPDATE ON notice FOR EACH ROW
                 WHEN (NEW.state = 'sent' AND NEW.recipient = 'desk-7') EXECUTE FUNCTION refuse()"
            }
        };
        house.database.execute(refuse).await.unwrap();
        assert!(house.engine.activate(&Stopping::new()).await.is_err());
        house.database.execute(&drop_trigger(&house)).await.unwrap();
        house.activate().await;
        let states = house.states().await;
        assert_eq!(states[&NoticeState::Sent], 29, "{states:?}");
        // Taken by the relay, and it could not be written: that is a doubt, when the lease is over.
        assert_eq!(states[&NoticeState::InData], 1);
        house.clock.wait(TimeDelta::hours(1));
        house.activate().await;
        assert_eq!(house.states().await[&NoticeState::InDoubt], 1);
        house.reconcile().await;
    }
);

fn drop_trigger(house: &House) -> String {
    match house.database.kind() {
        DatabaseKind::Sqlite => "DROP TRIGGER refuse".into(),
        DatabaseKind::Postgres => "DROP TRIGGER refuse ON notice".into(),
    }
}

/// On PostgreSQL alone: there a busy database can be made without waiting for its patience to end.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outcome_that_is_known_outlasts_a_busy_database() {
    let Some(database) = TestDatabase::fresh(DatabaseKind::Postgres).await else {
        return;
    };
    let house = a_morning_of(database, 5, 2).await;
    let busy = "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'busy' USING ERRCODE = '40001'; END $$ LANGUAGE plpgsql;
         CREATE TRIGGER refuse BEFORE UPDATE ON notice FOR EACH ROW WHEN (NEW.state = 'sent') EXECUTE FUNCTION refuse()";
    house.database.execute(busy).await.unwrap();
    assert!(house.engine.activate(&Stopping::new()).await.is_err());
    let taken = house.relay.log().len();
    assert!((1..=5).contains(&taken));
    assert_eq!(house.states().await[&NoticeState::InData], taken);
    // The next activation knows it still, and nobody is in doubt.
    house.database.execute(&drop_trigger(&house)).await.unwrap();
    house.clock.wait(TimeDelta::hours(1));
    let rescued = house.activate().await.rescued;
    assert_eq!(rescued.in_doubt, 0);
    house.clock.wait(TimeDelta::hours(1));
    house.activate().await;
    assert_eq!(house.states().await, [(NoticeState::Sent, 5)].into());
    assert_eq!(house.relay.log().len(), 5, "each once");
    house.reconcile().await;
}
