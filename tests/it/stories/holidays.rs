//! A calendar changes, and nothing that was still to come is forgotten.

use super::{DESK, commitment};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::House;

on_both_databases!(
    a_holiday_declared_after_a_reminder_went_out_does_not_end_the_next_ones,
    async |database: TestDatabase| {
        // Nothing is heard for 60 days, and for 60 more.
        let record = format!(
            "{DESK}{}",
            commitment("US37-01", "kind = \"deliverable\"\n")
        );
        let house = House::open(database, &record, "2025-05-26 02:00").await;
        house.run_until("2025-06-02 02:00").await;
        assert_eq!(stale(&house).await, ["06-02 stale-1"]);
        // The day on which it went out becomes a holiday: today it would go out tomorrow.
        let declared = record.replace("[\"2025-06-18\"]", "[\"2025-06-02\", \"2025-06-18\"]");
        house.import(&declared).await.unwrap();
        house.run_until("2025-08-08 12:00").await;
        assert_eq!(stale(&house).await, ["06-02 stale-1", "08-04 stale-2"]);
        house.reconcile().await;
    }
);

async fn stale(house: &House) -> Vec<String> {
    let notices = house.notices().await;
    let items = notices
        .iter()
        .filter(|n| n.recipient.as_str() == "us-desk")
        .flat_map(|n| {
            n.items
                .iter()
                .map(move |i| (n.due_at, i.item.rule.to_string()))
        });
    items
        .filter(|(_, rule)| rule.starts_with("stale"))
        .map(|(at, rule)| format!("{} {rule}", at.format("%m-%d")))
        .collect()
}
