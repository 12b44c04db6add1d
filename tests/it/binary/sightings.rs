//! Who saw what is restricted is on the audit when the daemon has ended, however soon after the look.

use aide_memoire::acts::Actor;
use aide_memoire::acts::accounts::inviting::{By, Invitation};
use aide_memoire::acts::import::import;
use aide_memoire::clock::{Clock, SystemClock};
use aide_memoire::config::{Config, Sources};
use aide_memoire::domain::account::Reach;
use aide_memoire::domain::audit::Trail;
use aide_memoire::domain::sighting::SEE;
use aide_memoire::record::SourceFile;
use aide_memoire::web::Lodge;
use std::sync::Arc;

use super::daemon::Daemon;
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::pages::begin_session;
use crate::support::smtp::{FaultServer, Script};

const RECORD: &str = r#"
schema = 1
calendar = [{ id = "kh", name = "Phnom Penh", timezone = "Asia/Phnom_Penh" }]
party = [{ id = "us", name = "U.S.", kind = "partner" }]
person = [{ id = "dara", name = "Sok Dara", email = "dara@mfa.example.org" }]
desk = [{ id = "us-desk", name = "U.S. desk", calendar = "kh", officers = ["dara"] }]

[[commitment]]
ref = "RES-1"
title = "A closed session"
promise = "A session will be held."
kind = "standing"
lead = "us-desk"
opened = "2025-04-01"
confidentiality = "restricted"
readers = ["us-desk"]
"#;

/// The cookie of an officer of the desk.
async fn officer(database: &TestDatabase) -> String {
    let (store, clock) = (database.store(), Arc::new(SystemClock));
    let file = SourceFile {
        name: "record.toml".into(),
        text: RECORD.into(),
        ..SourceFile::default()
    };
    let now = clock.real_now();
    let imported = import(store, &[file], &Actor::Operator, now).await;
    imported.unwrap();
    let config = Config::load(&Sources::default()).unwrap();
    let lodge = Lodge::new(store.clone(), clock, &config.web, &config.sign_in);
    let invitation = Invitation {
        name: String::new(),
        email: "dara@mfa.example.org".into(),
        reach: Reach::House,
        administrator: false,
    };
    let keeper = &lodge.keeper;
    let invited = keeper.invite(&Actor::Operator, &invitation, By::Hand);
    let person = invited.await.unwrap().person;
    begin_session(store, keeper.limits, &person, now).await
}

on_both_databases!(
    a_look_is_written_before_the_end,
    async |database: TestDatabase| {
        let cookie = officer(&database).await;
        let relay = FaultServer::start(Script::default()).await;
        let mut daemon = Daemon::start(database.url(), &relay, &[]);
        daemon.until_ready();
        let (status, page) = daemon.get_with(&cookie, "/commitments/RES-1").unwrap();
        assert_eq!(status, 200, "{page}");
        assert_eq!(daemon.stop(), Some(0));

        let snapshot = database.store().read().await.unwrap();
        let seen = snapshot.audit_of("RES-1", SEE, 10).await.unwrap();
        let told: Vec<(&str, &str)> = seen
            .iter()
            .map(|entry| (entry.actor.as_str(), entry.detail.as_str()))
            .collect();
        assert_eq!(told, [("dara", "its own page")]);
        let trail = snapshot.follow_audit().await.unwrap();
        assert!(matches!(trail, Trail::Whole(Some(_))), "{trail:?}");
    }
);
