//! The habits of people and desks: what the record says of them, and what it refuses.

use super::house::HOUSE;
use crate::domain::habits::{Cadence, Habits};
use crate::record::{read_text, write_toml};

const CHOSEN: &str = "slot = \"09:30\"\ndigest = \"fortnightly\"\npause = { from = 2025-08-01, until = \"2025-08-15\" }\ncalendar_part = true\n";

fn somebody(lines: &str) -> String {
    format!("{HOUSE}[[person]]\nid = \"somebody\"\nname = \"Somebody\"\n{lines}")
}

fn problem(lines: &str) -> String {
    let before = somebody("").lines().count();
    let problems = read_text("r.toml", &somebody(lines)).unwrap_err();
    let said = problems
        .iter()
        .map(|p| format!("{}: {}", p.line - before, p.message));
    said.collect::<Vec<_>>().join("; ")
}

#[test]
fn people_and_desks_choose_their_habits() {
    let text = format!(
        "{}[[desk]]\nid = \"other\"\nname = \"Other\"\ncalendar = \"kh\"\n{CHOSEN}",
        somebody(CHOSEN)
    );
    let book = read_text("r.toml", &text).unwrap();
    let chosen = book.directory.people["somebody"].habits;
    assert_eq!(chosen.slot.unwrap().to_string(), "09:30:00");
    assert_eq!(chosen.digest, Cadence::Fortnightly);
    let pause = chosen.pause.unwrap();
    assert_eq!(
        (pause.from.to_string(), pause.until.to_string()),
        ("2025-08-01".to_owned(), "2025-08-15".to_owned())
    );
    assert!(chosen.calendar_part);
    assert_eq!(book.directory.desks["other"].habits, chosen);
    let reader = "other".parse().unwrap();
    assert_eq!(book.directory.reader(&reader).unwrap().habits, chosen);
}

#[test]
fn what_is_understood_anyway_is_not_written() {
    let plain = "digest = \"weekly\"\ncalendar_part = false\n";
    let book = read_text("r.toml", &somebody(plain)).unwrap();
    assert_eq!(book.directory.people["somebody"].habits, Habits::default());
    let written = write_toml(&book);
    assert!(!written.contains("digest") && !written.contains("calendar_part"));
}

#[test]
fn what_cannot_be_meant_is_refused() {
    for (lines, said) in [
        (
            "digest = \"fortnightl\"\n",
            "1: person `somebody`: `digest` cannot be `fortnightl`; it is one of `weekly`, `fortnightly`, `monthly` or `never`; did you mean `fortnightly`?",
        ),
        (
            "slott = \"09:00\"\n",
            "1: person `somebody`: `slott` is not a key of a person; did you mean `slot`?",
        ),
        (
            "slot = \"9 o'clock\"\n",
            "1: person `somebody`: `slot`: `9 o'clock` is not a time of day; write it like `08:00`",
        ),
        (
            "pause = { from = \"2025-08-15\", until = \"2025-08-01\" }\n",
            "1: person `somebody`, pause: `until` is before `from`",
        ),
        (
            "pause = { from = \"2025-08-15\" }\n",
            "1: person `somebody`, pause: `until` is missing; add it",
        ),
        (
            "calendar_part = \"yes\"\n",
            "1: person `somebody`: `calendar_part` is to be `true` or `false`, without quotes, but it is a text",
        ),
        (
            "timezone = true\n",
            "1: person `somebody`: `timezone` is to be a text in quotes, but it is true or false",
        ),
    ] {
        assert_eq!(problem(lines), said);
    }
}
