//! Two clocks. The business clock may be set wrong and right again, in either direction, and wall
//! clocks change under a running planner: nothing is lost and nothing said twice.

use std::collections::BTreeSet;

use aide_memoire::clock::Clock;
use aide_memoire::domain::ledger::OccurrenceFilter;
use aide_memoire::domain::notice::{OccurrenceState, Subject};
use aide_memoire::domain::rule::Rule;
use aide_memoire::jobs::plan::plan;
use chrono::TimeDelta;

use super::{DESK, commitment, deliverable, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House, instant};

/// A summer's work: deadlines of several kinds, a standing commitment, a meeting with its brief.
fn a_summer() -> String {
    let standing = "kind = \"standing\"\nreview = \"every 2 months\"\n";
    format!(
        "{DESK}{}{}{}{}",
        deliverable("US37-01", "20 June 2025"),
        deliverable("US37-02", "27 June 2025"),
        deliverable("US37-03", "at pmc"),
        commitment("US37-04", standing)
    )
}

/// What the ledger holds: each firing by what makes it the one it is.
async fn firings(house: &House) -> BTreeSet<String> {
    let snapshot = house.store.read().await.unwrap();
    let everything = OccurrenceFilter::default();
    let all = snapshot.occurrences(&everything, ALL).await.unwrap();
    assert!(
        all.iter().all(|o| o.state != OccurrenceState::Waiting),
        "everything that was planned has left or says why not"
    );
    all.iter()
        .map(|o| format!("{:?} {} {} {}", o.subject, o.rule, o.basis, o.recipient))
        .collect()
}

/// The same installation on a clock that nobody touches.
async fn undisturbed(like: &TestDatabase, until: &str) -> BTreeSet<String> {
    let database = TestDatabase::fresh(like.kind()).await.unwrap();
    let house = House::open(database, &a_summer(), "2025-06-09 00:30").await;
    house.run_until(until).await;
    house.reconcile().await;
    firings(&house).await
}

fn assert_nothing_lost(expected: &BTreeSet<String>, found: &BTreeSet<String>) {
    let lost: Vec<_> = expected.difference(found).collect();
    assert!(
        lost.is_empty(),
        "never said, and nobody knows why: {lost:#?}"
    );
    let weeks = expected.iter().filter(|f| f.contains(" digest ")).count();
    assert!(weeks > 8, "a summer of digests: {weeks}");
}

on_both_databases!(
    set_forward_by_weeks_and_back_again,
    async |database: TestDatabase| {
        let expected = undisturbed(&database, "2025-07-31 12:00").await;
        let house = House::open(database, &a_summer(), "2025-06-09 00:30").await;
        house.run_until("2025-06-10 12:00").await;
        // A working morning two and a half weeks on; two weeks' digests are jumped over.
        house.clock.turn(instant("2025-06-26 03:00"));
        house.activate().await;
        let early = recipients(&house).len();
        assert!(early > 0, "who cannot know better believes it");
        house.clock.turn(instant("2025-06-10 12:30"));
        house.activate().await;
        assert_eq!(recipients(&house).len(), early);
        house.run_until("2025-07-31 12:00").await;
        assert_nothing_lost(&expected, &firings(&house).await);
        house.reconcile().await;
    }
);

on_both_databases!(
    set_back_over_a_morning_that_was_said,
    async |database: TestDatabase| {
        let expected = undisturbed(&database, "2025-07-31 12:00").await;
        let house = House::open(database, &a_summer(), "2025-06-09 00:30").await;
        for days in [1, 3, 10] {
            house.run_until("2025-06-20 02:00").await;
            let said = recipients(&house).len();
            house
                .clock
                .turn(instant("2025-06-20 02:00") - TimeDelta::days(days));
            house.run_until("2025-06-20 02:00").await;
            assert_eq!(
                recipients(&house).len(),
                said,
                "{days} days lived twice, said once"
            );
        }
        house.run_until("2025-07-31 12:00").await;
        let found = firings(&house).await;
        assert_nothing_lost(&expected, &found);
        assert_eq!(found, expected, "and nothing else");
        house.reconcile().await;
    }
);

on_both_databases!(
    a_notice_of_a_clock_that_was_fast_waits_for_its_slot,
    async |database: TestDatabase| {
        let record = format!("{DESK}{}", deliverable("US37-01", "20 June 2025"));
        let house = House::open(database, &record, "2025-06-12 12:00").await;
        house.clock.turn(instant("2025-06-13 01:00"));
        plan(&house.engine).await.unwrap();
        house.clock.turn(instant("2025-06-12 12:00"));
        house.activate().await;
        assert_eq!(recipients(&house).len(), 0, "its morning has not come");
        house.run_until("2025-06-13 00:59").await;
        assert_eq!(recipients(&house).len(), 0);
        house.run_until("2025-06-13 02:00").await;
        assert_eq!(recipients(&house).len(), 1);
        house.reconcile().await;
    }
);

/// A desk in New York that works every day, with its slot where the clocks change.
fn new_york(slot: &str, deadlines: &[&str]) -> String {
    let mut record = format!(
        r#"
schema = 1
policy = {{ slot = "{slot}", before = [], overdue = [] }}
calendar = [{{ id = "new-york", name = "New York", timezone = "America/New_York", weekend = [] }}]
desk = [{{ id = "desk", name = "Desk", calendar = "new-york", email = "desk@mfa.example.org" }}]
"#
    );
    for (n, deadline) in deadlines.iter().enumerate() {
        record.push_str(&format!(
            "\n[[commitment]]\nref = \"NY-{n}\"\ntitle = \"Number {n}\"\npromise = \"will be done\"\nkind = \"deliverable\"\nlead = \"desk\"\nopened = 2025-12-01\ndeadline = \"{deadline}\"\n"
        ));
    }
    record
}

/// When the notice of each last day left, in the order of the days, with the clock ticking on by half
/// hours and, once, set back by the hour that somebody thought was due.
async fn last_days(house: &House, until: &str, set_back_at: Option<&str>) -> Vec<String> {
    let mut set_back_at = set_back_at.map(instant);
    while house.clock.business_now() < instant(until) {
        house.activate().await;
        house.clock.wait(TimeDelta::minutes(30));
        let now = house.clock.business_now();
        if set_back_at.is_some_and(|at| now >= at) {
            set_back_at = None;
            house.clock.turn(now - TimeDelta::hours(1));
        }
    }
    house.reconcile().await;
    let notices = house.notices().await;
    let is_last_day = |n: &&_| {
        let n: &aide_memoire::domain::ledger::NoticeEntry = n;
        n.items.iter().any(|i| i.item.rule == Rule::LastDay)
    };
    let left = notices.iter().filter(is_last_day);
    left.map(|n| n.due_at.format("%m-%d %H:%M").to_string())
        .collect()
}

on_both_databases!(
    clocks_go_forward_over_the_slot_of_a_running_planner,
    async |database: TestDatabase| {
        let record = new_york("02:30", &["7 March 2026", "8 March 2026", "9 March 2026"]);
        let house = House::open(database, &record, "2026-03-06 12:00").await;
        // On the 8th half past two does not exist: three o'clock is the first instant that does.
        assert_eq!(
            last_days(&house, "2026-03-10 00:00", None).await,
            ["03-07 07:30", "03-08 07:00", "03-09 06:30"]
        );
    }
);

on_both_databases!(
    clocks_go_back_over_the_slot_of_a_running_planner,
    async |database: TestDatabase| {
        let days = ["31 October 2026", "1 November 2026", "2 November 2026"];
        let record = new_york("01:30", &days);
        let house = House::open(database, &record, "2026-10-30 12:00").await;
        // On the 1st half past one comes twice; the first of the two, and once.
        let left = last_days(&house, "2026-11-03 00:00", Some("2026-11-01 06:30")).await;
        assert_eq!(left, ["10-31 05:30", "11-01 05:30", "11-02 06:30"]);
        let snapshot = house.store.read().await.unwrap();
        let everything = OccurrenceFilter::default();
        let all = snapshot.occurrences(&everything, ALL).await.unwrap();
        let of_commitments = all
            .iter()
            .filter(|o| matches!(o.subject, Subject::Commitment(_)));
        assert_eq!(
            of_commitments.filter(|o| o.rule == Rule::LastDay).count(),
            3
        );
    }
);
