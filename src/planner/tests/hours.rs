//! When a reader can be reached, and who stands in for whom.

use chrono::{DateTime, NaiveDate, Utc, Weekday};

use crate::domain::directory::Directory;
use crate::record::read_text;

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// `a`, `b` and `c`, each with an address, in Phnom Penh, with the absences given as
/// (person, from, until, deputy), all in June 2025.
fn directory(absences: &[(&str, u32, u32, &str)], habits: &str) -> Directory {
    let mut text =
        "schema = 1\n[[calendar]]\nid = \"kh\"\nname = \"kh\"\ntimezone = \"Asia/Phnom_Penh\"\n"
            .to_owned();
    for person in ["a", "b", "c"] {
        text += &format!(
            "[[person]]\nid = \"{person}\"\nname = \"{person}\"\nemail = \"{person}@example.org\"\ncalendar = \"kh\"\n{habits}"
        );
    }
    for (person, from, until, deputy) in absences {
        let deputy = match *deputy {
            "" => String::new(),
            deputy => format!("deputy = \"{deputy}\"\n"),
        };
        text += &format!(
            "[[absence]]\nperson = \"{person}\"\nfrom = \"2025-06-{from:02}\"\nuntil = \"2025-06-{until:02}\"\n{deputy}"
        );
    }
    let book = read_text("r.toml", &text).unwrap_or_else(|e| panic!("{e}\n{text}"));
    std::sync::Arc::unwrap_or_clone(book.directory)
}

fn stands_in(absences: &[(&str, u32, u32, &str)], on: u32) -> String {
    let directory = directory(absences, "");
    let on = NaiveDate::from_ymd_opt(2025, 6, on).unwrap();
    let person = "a".parse().unwrap();
    let found = directory.stand_in(&person, |_| [on, on]);
    found.map_or("nobody".to_owned(), ToString::to_string)
}

#[test]
fn a_deputy_stands_in_from_the_first_day_to_the_last() {
    let away = [("a", 10, 12, "b")];
    assert_eq!(
        [9, 10, 12, 13].map(|on| stands_in(&away, on)),
        ["a", "b", "b", "a"]
    );
}

#[test]
fn a_deputy_who_is_away_too_passes_on_and_a_circle_ends() {
    let chain = [("a", 10, 12, "b"), ("b", 12, 20, "c")];
    assert_eq!([11, 12].map(|on| stands_in(&chain, on)), ["b", "c"]);
    let circle = [("a", 10, 12, "b"), ("b", 10, 12, "c"), ("c", 10, 12, "a")];
    assert_eq!(stands_in(&circle, 11), "nobody");
    assert_eq!(stands_in(&[("a", 10, 12, "")], 11), "nobody");
    // Of two absences over one day, the one that names somebody counts.
    let twice = [("a", 1, 30, ""), ("a", 10, 12, "c")];
    assert_eq!(stands_in(&twice, 11), "c");
}

#[test]
fn nothing_leaves_for_somebody_who_is_away() {
    let directory = directory(&[("a", 10, 13, ""), ("a", 16, 17, "")], "");
    let hours = directory.person_hours(&"a".parse().unwrap());
    let leaves = |on: &str| hours.leaving_day(day(on), false).to_string();
    assert_eq!(leaves("2025-06-09"), "2025-06-09");
    // Tuesday to Friday, the weekend, Monday and Tuesday again.
    assert_eq!(leaves("2025-06-10"), "2025-06-18");
    let digest = |on: &str| hours.digest_day_of_week(day(on), Weekday::Mon);
    assert_eq!(digest("2025-06-09"), Some(day("2025-06-09")));
    assert_eq!(digest("2025-06-18"), Some(day("2025-06-18")));
    assert_eq!(
        hours.digest_day_before(day("2025-06-18"), Weekday::Mon),
        day("2025-06-09")
    );
}

#[test]
fn weeks_wholly_away_have_no_digest_day() {
    let directory = directory(&[("a", 6, 22, "")], "");
    let hours = directory.person_hours(&"a".parse().unwrap());
    assert_eq!(
        hours.digest_day_of_week(day("2025-06-11"), Weekday::Mon),
        None
    );
    let next = |on: &str| hours.digest_day_from(day(on), Weekday::Mon).to_string();
    assert_eq!(next("2025-06-03"), "2025-06-23");
    assert_eq!(next("2025-06-02"), "2025-06-02");
}

#[test]
fn a_pause_holds_only_what_can_wait() {
    let pause = "pause = { from = \"2025-06-10\", until = \"2025-06-12\" }\n";
    let directory = directory(&[], pause);
    let hours = directory.person_hours(&"a".parse().unwrap());
    assert_eq!(
        hours.leaving_day(day("2025-06-10"), true),
        day("2025-06-13")
    );
    assert_eq!(
        hours.leaving_day(day("2025-06-10"), false),
        day("2025-06-10")
    );
}

#[test]
fn a_slot_late_in_the_evening_still_comes() {
    let directory = directory(&[], "slot = \"20:30\"\n");
    let hours = directory.person_hours(&"a".parse().unwrap());
    let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
    assert_eq!(hours.slot_on(day("2025-06-10")), at("2025-06-10T13:30:00Z"));
    assert!(hours.is_at_work(at("2025-06-10T13:30:20Z"), true));
    assert!(!hours.is_at_work(at("2025-06-10T14:30:01Z"), true));
    assert!(!hours.is_at_work(at("2025-06-10T11:00:00Z"), true));
    assert_eq!(
        hours.slot_after(at("2025-06-10T14:30:01Z"), true),
        at("2025-06-11T13:30:00Z")
    );
}
