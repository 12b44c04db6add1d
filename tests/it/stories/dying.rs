//! A daemon may die at any point of an activation. The next one goes on where it was: nothing is
//! lost, and nothing is sent twice but what nobody can know.

use std::sync::Arc;

use aide_memoire::clock::Clock;
use aide_memoire::domain::notice::NoticeState;
use aide_memoire::jobs::checkpoint::{Checkpoint, Point};
use aide_memoire::jobs::{Engine, Stopping};
use chrono::{Datelike, TimeDelta};
use tokio::sync::Notify;

use super::{DESK, deliverable, recipients};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{House, instant};
use crate::support::smtp::{Fault, Script, Step};
use crate::support::world::day;

/// Holds whoever comes to a point for ever, and says that somebody came.
struct HoldsAt {
    point: Point,
    came: Arc<Notify>,
}

#[async_trait::async_trait]
impl Checkpoint for HoldsAt {
    async fn reached(&self, point: Point) {
        if point == self.point {
            self.came.notify_one();
            std::future::pending().await
        }
    }
}

/// Another daemon of the house begins an activation and dies at a point of it. False where it was
/// done without coming by.
pub(super) async fn dies_at(house: &House, point: Point) -> bool {
    let came = Arc::new(Notify::new());
    let holds = HoldsAt {
        point,
        came: Arc::clone(&came),
    };
    let clock = Arc::clone(&house.clock) as Arc<dyn Clock>;
    let engine = Engine::new(house.database.reopen().await, &house.config, clock).unwrap();
    let engine = Arc::new(engine.with_checkpoint(Arc::new(holds)));
    let stopping = Stopping::new();
    tokio::select! {
        done = engine.activate(&stopping) => { done.unwrap(); false }
        () = came.notified() => true,
    }
}

on_both_databases!(
    a_daemon_dies_at_every_point_and_nothing_is_lost_or_doubled,
    async |database: TestDatabase| {
        let mut record = DESK.to_owned();
        let house = House::open(database, &record, "2025-06-02 20:00").await;
        let mut mornings = (3..).map(|day| format!("2025-06-{day:02}"));
        for (n, point) in Point::ALL.into_iter().enumerate() {
            // A morning with something to say: a deadline seven days off.
            let has_digests = |date: &str| day(date).weekday() == chrono::Weekday::Mon;
            let morning = mornings
                .find(|day| is_working(day) && (point != Point::WeeksGathered || has_digests(day)))
                .unwrap();
            let deadline = day(&morning) + TimeDelta::days(7);
            record.push_str(&deliverable(&format!("D-{n:02}"), &deadline.to_string()));
            house.import(&record).await.unwrap();
            house.clock.set(instant(&format!("{morning} 01:00")));
            if point == Point::AnswerOverdue {
                let silent = Script::default().at(Step::Content, Fault::TakeThenStall);
                house.relay.set(|script| *script = silent);
            }
            assert!(dies_at(&house, point).await, "{point:?} is on the way");
            house.relay.set(|script| *script = Script::default());
            // Its leases end, and then its doubts.
            for _ in 0..3 {
                house.clock.wait(TimeDelta::minutes(31));
                house.activate().await;
            }
        }
        let open: Vec<_> = house.notices().await;
        let open: Vec<_> = open
            .iter()
            .filter(|n| n.state != NoticeState::Sent)
            .collect();
        assert!(open.is_empty(), "{open:?}");
        let said = recipients(&house)
            .iter()
            .filter(|to| *to == "us-desk@mfa.example.org")
            .count();
        assert!(said >= Point::ALL.len(), "{said}");
        house.reconcile().await;
    }
);

fn is_working(date: &str) -> bool {
    let date = day(date);
    // The holiday of the record.
    date.weekday().num_days_from_monday() < 5 && date != day("2025-06-18")
}
