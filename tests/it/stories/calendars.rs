//! A calendar of public holidays is renewed: what is computed in it is timed anew, and what waits
//! for nobody is not said twice.

use aide_memoire::acts::Actor;
use aide_memoire::acts::holidays::import_holidays;
use aide_memoire::clock::Clock;
use aide_memoire::intake::holidays::read;

use super::{DESK, deliverable};
use crate::support::database::{TestDatabase, on_both_databases};
use crate::support::house::{ALL, House};

/// Friday 20 June, from which `before-7` of the 27th leaves, is a holiday; the one that was in the
/// record for 2025 is not in the file, that of 2026 stays.
const FILE: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:A day of rest\r\nDTSTART;VALUE=DATE:20250620\r\nDTEND;VALUE=DATE:20250621\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

on_both_databases!(
    renewed_holidays_time_everything_anew,
    async |database: TestDatabase| {
        let desk = DESK.replace("[\"2025-06-18\"]", "[\"2025-06-18\", \"2026-01-01\"]");
        let record = format!("{desk}{}", deliverable("US37-01", "27 June 2025"));
        let house = House::open(database, &record, "2025-06-10 02:00").await;
        house.run_until("2025-06-11 04:00").await;
        let now = house.clock.business_now();
        let holidays = read(FILE.as_bytes(), now.date_naive()).unwrap();
        let store = &house.store;
        let import = async |dry_run| {
            import_holidays(
                store,
                "phnom-penh",
                &holidays,
                &Actor::Operator,
                now,
                dry_run,
            )
            .await
        };
        let before = store.book().await.unwrap();
        let shown = import(true).await.unwrap();
        assert_eq!(
            store.book().await.unwrap(),
            before,
            "looking changes nothing"
        );
        let done = import(false).await.unwrap();
        assert_eq!(done, shown);
        let book = store.book().await.unwrap();
        let days: Vec<String> = book.directory.calendars["phnom-penh"]
            .holidays
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(
            days,
            ["2025-06-20", "2026-01-01"],
            "the years of the file, and no others"
        );
        let snapshot = store.read().await.unwrap();
        assert_eq!(snapshot.replans().await.unwrap(), 1);
        let audit = snapshot.audit_trail(ALL).await.unwrap();
        assert_eq!(audit[0].act, "import calendar");
        drop(snapshot);
        assert!(import(false).await.unwrap().is_nothing());
        let snapshot = store.read().await.unwrap();
        let again = snapshot.audit_trail(ALL).await.unwrap();
        assert_eq!(
            again.len(),
            audit.len(),
            "what changes nothing leaves no trace"
        );
        drop(snapshot);

        house.run_until("2025-06-24 04:00").await;
        let notices = house.notices().await;
        let before_7: Vec<String> = notices
            .iter()
            .filter(|n| {
                n.items
                    .iter()
                    .any(|i| i.item.rule.to_string() == "before-7")
            })
            .map(|n| n.date.to_string())
            .collect();
        assert_eq!(
            before_7,
            ["2025-06-19"],
            "the working day before the new holiday, once"
        );
        let nowhere = import_holidays(store, "phnom-pen", &holidays, &Actor::Operator, now, false);
        let why = nowhere.await.unwrap_err().to_string();
        assert!(why.contains("did you mean `phnom-penh`"), "{why}");
        house.reconcile().await;
    }
);
